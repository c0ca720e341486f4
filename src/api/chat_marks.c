/* chat_marks.c - prompts with field markers, as DSPy writes them.
 *
 * The system turn lists fields as "1. `year` (int): when it was built". The user's turn has values behind lines
 * "[[ ## question ## ]]", and its last line names the fields that are wanted: `[[ ## year ## ]]` and, at the end,
 * `[[ ## completed ## ]]`; or, where JSON is wanted, `year`. The fields are a schema with their types, and the values
 * are the question. The answer is printed with the same markers. Earlier turns are examples, and are left out. */
#include "api/chat_marks.h"

#include "api/chat_inner.h"
#include "base/ascii.h"

enum { MARKS_FIELDS = 64, MARKS_SCHEMA_BYTES = 64 * 1024, MARKS_TYPE_LEVELS = 8, MARKS_TEXT_BYTES = 4 * 1024 * 1024 };

static const char mark_open[] = "[[ ## ", mark_close[] = " ## ]]", mark_end[] = "completed";

struct marks_field {
    struct slice name, type, about;
};

static struct slice next_line(struct slice *rest)
{
    size_t n = slice_find(*rest, SLICE("\n"));
    struct slice line = slice_sub(*rest, 0, n);
    *rest = n < rest->n ? slice_sub(*rest, n + 1, rest->n - n - 1) : SLICE("");
    return line;
}

/* The name in "[[ ## name ## ]]"; empty: the text is no marker. */
static struct slice mark_name(struct slice text)
{
    struct slice open = slice_of(mark_open), close = slice_of(mark_close);
    text = slice_trim(text);
    if (text.n <= open.n + close.n || !slice_starts(text, open) || !slice_ends(text, close))
        return SLICE("");
    return slice_sub(text, open.n, text.n - open.n - close.n);
}

/* Of "1. `name` (type): about". */
static bool read_listed(struct slice line, struct marks_field *out)
{
    size_t at = 0;
    while (at < line.n && ascii_is_digit(line.p[at]))
        at++;
    if (at == 0 || !slice_starts(slice_sub(line, at, line.n - at), SLICE(". `")))
        return false;
    struct slice rest = slice_sub(line, at + 3, line.n - at - 3);
    size_t quote = slice_find(rest, SLICE("` (")), end = slice_find(rest, SLICE("):"));
    if (quote >= rest.n || end >= rest.n || end < quote)
        return false;
    out->name = slice_sub(rest, 0, quote);
    out->type = slice_sub(rest, quote + 3, end - quote - 3);
    out->about = slice_trim(slice_sub(rest, end + 2, rest.n - end - 2));
    return true;
}

/* The last entry of this name: a field can be an input and an output. */
static bool find_listed(struct slice system, struct slice name, struct marks_field *out)
{
    struct marks_field f;
    bool found = false;
    while (system.n)
        if (read_listed(next_line(&system), &f) && slice_eq(f.name, name)) {
            *out = f;
            found = true;
        }
    return found;
}

/* The fields that the last line of the user's turn asks for; 0: it is no such prompt. */
static size_t read_wanted(struct slice user, struct slice system, struct marks_field out[MARKS_FIELDS], bool *marked)
{
    struct slice line = SLICE(""), piece;
    size_t n = 0;
    for (struct slice rest = slice_trim(user); rest.n;)
        line = next_line(&rest);
    *marked = false;
    while (n < MARKS_FIELDS) {
        size_t open = slice_find(line, SLICE("`"));
        if (open >= line.n)
            break;
        line = slice_sub(line, open + 1, line.n - open - 1);
        size_t close = slice_find(line, SLICE("`"));
        if (close >= line.n)
            return 0;
        piece = slice_sub(line, 0, close);
        line = slice_sub(line, close + 1, line.n - close - 1);
        struct slice name = mark_name(piece);
        if (slice_is(name, mark_end)) {
            *marked = true;
            break;
        }
        if (!find_listed(system, name.n ? name : piece, &out[n]))
            return 0;
        n++;
    }
    return n;
}

/* The JSON Schema in "{name}   # note: ... {...}"; empty: there is none. */
static struct slice noted_schema(struct arena *a, struct slice system, struct slice name)
{
    struct slice hole = arena_printf(a, "{%.*s}", SLICE_ARGS(name));
    while (system.n) {
        struct slice line = next_line(&system);
        size_t at = slice_find(line, hole), note;
        if (at >= line.n)
            continue;
        line = slice_sub(line, at + hole.n, line.n - at - hole.n);
        note = slice_find(line, SLICE("# note:"));
        at = slice_find(line, SLICE("{"));
        const struct value *v;
        struct err ignored;
        if (note < at && at < line.n && value_parse(a, slice_sub(line, at, line.n - at), &v, NULL, &ignored))
            return slice_sub(line, at, line.n - at);
    }
    return SLICE("");
}

/* The next of "a, b[c, d]"; *rest is behind its comma. */
static struct slice next_argument(struct slice *rest)
{
    size_t depth = 0, at = 0;
    char quote = '\0';
    for (; at < rest->n; at++) {
        char c = rest->p[at];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == ',' && depth == 0)
            break;
        else if (c == '[')
            depth++;
        else if (c == ']' && depth)
            depth--;
    }
    struct slice argument = slice_trim(slice_sub(*rest, 0, at));
    *rest = at < rest->n ? slice_sub(*rest, at + 1, rest->n - at - 1) : SLICE("");
    return argument;
}

static void print_type(struct slice type, unsigned level, struct buf *out);

static void print_choices(struct slice arguments, bool literal, unsigned level, struct buf *out)
{
    buf_printf(out, "{\"%s\":[", literal ? "enum" : "anyOf");
    for (bool first = true; arguments.n; first = false) {
        struct slice one = next_argument(&arguments);
        buf_add(out, first ? SLICE("") : SLICE(","));
        if (!literal)
            print_type(one, level, out);
        else if (one.n >= 2 && (one.p[0] == '\'' || one.p[0] == '"'))
            (void)value_print_string(slice_sub(one, 1, one.n - 2), out);
        else
            buf_add(out, slice_is(one, "True") ? SLICE("true") : slice_is(one, "False") ? SLICE("false") : one);
    }
    buf_add(out, SLICE("]}"));
}

/* A type as Python writes it, as a JSON Schema. What is not known is a text. */
static void print_type(struct slice type, unsigned level, struct buf *out)
{
    static const char *const plain[][2] = {{"str", "string"},   {"int", "integer"},   {"float", "number"},
                                           {"bool", "boolean"}, {"NoneType", "null"}, {"None", "null"}};
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        if (slice_is(type, plain[i][0])) {
            buf_printf(out, "{\"type\":\"%s\"}", plain[i][1]);
            return;
        }
    size_t open = slice_find(type, SLICE("["));
    struct slice outer = slice_sub(type, 0, open), inner = SLICE("");
    if (open < type.n && type.p[type.n - 1] == ']' && level < MARKS_TYPE_LEVELS)
        inner = slice_trim(slice_sub(type, open + 1, type.n - open - 2));
    if (inner.n && slice_is(outer, "Literal")) {
        print_choices(inner, true, level + 1, out);
    } else if (inner.n && slice_is(outer, "Union")) {
        print_choices(inner, false, level + 1, out);
    } else if (inner.n && slice_is(outer, "Optional")) {
        buf_add(out, SLICE("{\"anyOf\":["));
        print_type(inner, level + 1, out);
        buf_add(out, SLICE(",{\"type\":\"null\"}]}"));
    } else if (inner.n && slice_eq_nocase(outer, SLICE("list"))) {
        buf_add(out, SLICE("{\"type\":\"array\",\"items\":"));
        print_type(inner, level + 1, out);
        buf_add_char(out, '}');
    } else {
        buf_add(out, SLICE("{\"type\":\"string\"}"));
    }
}

static bool marks_schema(struct arena *a, struct slice system, const struct marks_field *fields, size_t n,
                         const struct value **schema)
{
    struct buf out;
    struct err ignored;
    buf_init(&out, MARKS_SCHEMA_BYTES);
    buf_add(&out, SLICE("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"));
    for (size_t i = 0; i < n; i++) {
        struct slice noted = noted_schema(a, system, fields[i].name);
        buf_add(&out, i ? SLICE(",") : SLICE(""));
        (void)value_print_string(fields[i].name, &out);
        buf_add(&out, SLICE(":{\"description\":"));
        (void)value_print_string(fields[i].about, &out);
        buf_add(&out, SLICE(",\"allOf\":["));
        if (noted.n)
            buf_add(&out, noted);
        else
            print_type(slice_trim(fields[i].type), 0, &out);
        buf_add(&out, SLICE("]}"));
    }
    buf_add(&out, SLICE("},\"required\":["));
    for (size_t i = 0; i < n; i++) {
        buf_add(&out, i ? SLICE(",") : SLICE(""));
        (void)value_print_string(fields[i].name, &out);
    }
    buf_add(&out, SLICE("]}"));
    bool ok = !out.over && value_parse(a, buf_slice(&out), schema, NULL, &ignored);
    buf_release(&out);
    return ok;
}

/* The values behind the markers, without the last line, which asks for the fields. */
static struct slice marks_question(struct arena *a, struct slice user)
{
    char *to = arena_alloc(a, user.n + 1);
    size_t n = 0;
    for (struct slice rest = slice_trim(user); rest.n;) {
        struct slice line = next_line(&rest);
        if (rest.n == 0 || mark_name(line).n)
            continue;
        memcpy(to + n, line.p, line.n);
        n += line.n;
        to[n++] = '\n';
    }
    return slice_trim((struct slice){to, n});
}

bool chat_marks_schema(struct arena *a, const struct chat_limits *limits, struct chat_request *out)
{
    struct question *q = &out->question;
    struct marks_field fields[MARKS_FIELDS];
    const struct turn *last = q->turn_count ? &q->turns[q->turn_count - 1] : NULL;
    if (!last || last->role != ROLE_USER || q->turns[0].role != ROLE_SYSTEM ||
        !slice_starts(slice_trim(last->text), slice_of(mark_open)))
        return false;
    bool marked;
    struct slice system = q->turns[0].text, asked = marks_question(a, last->text);
    size_t n = read_wanted(last->text, system, fields, &marked);
    const struct value *schema;
    struct err e;
    if (n == 0 || !asked.n || !marks_schema(a, system, fields, n, &schema))
        return false;
    if (!chat_use_schema(a, &(struct chat_schema){schema, "messages"}, limits, out, &e)) {
        chat_warn(a, out, arena_printf(a, "The fields in the prompt were not used: %s", e.message));
        return false;
    }
    struct turn *turn = arena_array(a, struct turn, 1);
    *turn = (struct turn){ROLE_USER, asked};
    q->turns = turn;
    q->turn_count = 1;
    out->marked = marked;
    return true;
}

struct slice chat_marks_print(struct arena *a, struct slice document)
{
    const struct value *v;
    struct err ignored;
    struct buf out;
    if (!value_parse(a, document, &v, NULL, &ignored) || v->kind != VALUE_OBJECT)
        return document; /* cut off by max_tokens */
    buf_init(&out, MARKS_TEXT_BYTES);
    for (size_t i = 0; i < v->object.n; i++) {
        const struct value_member *m = &v->object.at[i];
        buf_printf(&out, "%s%.*s%s\n", mark_open, SLICE_ARGS(m->name), mark_close);
        if (m->value.kind == VALUE_STRING)
            buf_add(&out, m->value.string);
        else
            (void)value_print(&m->value, &out);
        buf_add(&out, SLICE("\n\n"));
    }
    buf_printf(&out, "%s%s%s", mark_open, mark_end, mark_close);
    struct slice text = out.over ? document : arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}
