/* chat_keys.c - JSON without a schema: the prompt says in words what it is to have.
 *
 * With response_format json_object, as in LangChain's json_mode, clients show an example, {"builder": "name", "year":
 * 1900}, or write "Respond in JSON with `builder` and `year` keys". Both become a schema. Keys are read from sentences
 * with the word JSON alone, and only names in quotation marks; their values are texts, or null where nothing is found.
 */
#include "api/chat_inner.h"
#include "base/ascii.h"

enum { KEYS_MOST = 32, KEY_BYTES = 64, EXAMPLE_LEVELS = 4, KEYS_SCHEMA_BYTES = 64 * 1024 };

static bool is_example(const struct value *v)
{
    return v->kind == VALUE_OBJECT && v->object.n > 0 && v->object.n <= KEYS_MOST;
}

static void print_example(const struct value *v, unsigned level, struct buf *out);

static void print_members(const struct value *v, unsigned level, struct buf *out)
{
    buf_add(out, SLICE("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"));
    for (size_t i = 0; i < v->object.n; i++) {
        buf_add(out, i ? SLICE(",") : SLICE(""));
        (void)value_print_string(v->object.at[i].name, out);
        buf_add_char(out, ':');
        print_example(&v->object.at[i].value, level, out);
    }
    buf_add(out, SLICE("},\"required\":["));
    for (size_t i = 0; i < v->object.n; i++) {
        buf_add(out, i ? SLICE(",") : SLICE(""));
        (void)value_print_string(v->object.at[i].name, out);
    }
    buf_add(out, SLICE("]}"));
}

/* A schema of values such as this one. */
static void print_example(const struct value *v, unsigned level, struct buf *out)
{
    static const char *const types[] = {
        [VALUE_BOOL] = "boolean", [VALUE_INT] = "integer", [VALUE_REAL] = "number", [VALUE_STRING] = "string"};
    if (v->kind == VALUE_OBJECT && v->object.n && level < EXAMPLE_LEVELS) {
        print_members(v, level + 1, out);
    } else if (v->kind == VALUE_ARRAY && v->array.n && level < EXAMPLE_LEVELS) {
        buf_add(out, SLICE("{\"type\":\"array\",\"items\":"));
        print_example(&v->array.at[0], level + 1, out);
        buf_add_char(out, '}');
    } else if (v->kind == VALUE_ARRAY) {
        buf_add(out, SLICE("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"));
    } else if (v->kind == VALUE_OBJECT || v->kind == VALUE_NULL) {
        buf_add(out, SLICE("{\"type\":[\"string\",\"null\"]}"));
    } else {
        buf_printf(out, "{\"type\":\"%s\"}", types[v->kind]);
    }
}

static bool is_key(struct slice name)
{
    bool key = name.n > 0 && name.n <= KEY_BYTES && !ascii_is_digit(name.p[0]);
    for (size_t i = 0; key && i < name.n; i++)
        key = ascii_is_letter(name.p[i]) || ascii_is_digit(name.p[i]) || name.p[i] == '_';
    return key;
}

static bool says_json(struct slice text)
{
    for (size_t i = 0; i + 4 <= text.n; i++)
        if (slice_eq_nocase(slice_sub(text, i, 4), SLICE("json")))
            return true;
    return false;
}

/* The sentence of text that begins at `at`; its end is behind it. */
static struct slice sentence_at(struct slice text, size_t at)
{
    size_t end = at;
    while (end < text.n && text.p[end] != '\n' &&
           !(char_in(text.p[end], ".?!") && end + 1 < text.n && text.p[end + 1] == ' '))
        end++;
    return slice_sub(text, at, end < text.n ? end + 1 - at : text.n - at);
}

/* Names in quotation marks; each once. */
static size_t quoted_keys(struct slice sentence, struct slice keys[KEYS_MOST])
{
    size_t n = 0;
    for (size_t at = 0; at < sentence.n && n < KEYS_MOST; at++) {
        char quote[2] = {sentence.p[at], '\0'};
        if (!char_in(quote[0], "`'\""))
            continue;
        struct slice rest = slice_sub(sentence, at + 1, sentence.n - at - 1);
        struct slice name = slice_sub(rest, 0, slice_find(rest, slice_of(quote)));
        if (name.n == rest.n || !is_key(name))
            continue;
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there |= slice_eq(keys[i], name);
        if (!there)
            keys[n++] = name;
        at += name.n + 1;
    }
    return n;
}

static const struct value *schema_of_keys(struct arena *a, const struct slice *keys, size_t n)
{
    struct value_member *members = arena_array(a, struct value_member, n);
    for (size_t i = 0; i < n; i++)
        members[i] = (struct value_member){keys[i], {.kind = VALUE_NULL}};
    struct value *v = arena_array(a, struct value, 1);
    v->kind = VALUE_OBJECT;
    v->object.at = members;
    v->object.n = n;
    return v;
}

/* An example, or an object of the keys that are named; NULL: there is neither. */
static const struct value *keys_find(struct arena *a, struct slice text, size_t *start, size_t *end)
{
    const struct value *v = NULL;
    struct slice keys[KEYS_MOST];
    if (chat_prompt_find(a, text, is_example, &v, start, end))
        return v;
    for (size_t at = 0; at < text.n;) {
        struct slice sentence = sentence_at(text, at);
        size_t n = says_json(sentence) ? quoted_keys(sentence, keys) : 0;
        *start = at;
        at += sentence.n;
        *end = at;
        if (n)
            return schema_of_keys(a, keys, n);
    }
    return NULL;
}

static bool keys_use(struct arena *a, const struct value *example, const struct chat_limits *limits,
                     struct chat_request *out)
{
    const struct value *schema;
    struct err ignored;
    struct buf text;
    buf_init(&text, KEYS_SCHEMA_BYTES);
    print_members(example, 0, &text);
    bool ok = !text.over && value_parse(a, buf_slice(&text), &schema, NULL, &ignored) &&
              chat_use_schema(a, &(struct chat_schema){schema, "messages"}, limits, out, &ignored);
    buf_release(&text);
    return ok;
}

void chat_prompt_keys(struct arena *a, const struct chat_limits *limits, struct chat_request *out)
{
    struct question *q = &out->question;
    bool last_user = true;
    for (size_t i = q->turn_count; i-- > 0;) {
        size_t start = 0, end = 0;
        bool read = q->turns[i].role == ROLE_SYSTEM || (q->turns[i].role == ROLE_USER && last_user);
        last_user &= q->turns[i].role != ROLE_USER;
        const struct value *example = read ? keys_find(a, q->turns[i].text, &start, &end) : NULL;
        if (!example || !keys_use(a, example, limits, out))
            continue;
        chat_warn(a, out,
                  SLICE("The answer has the keys that the prompt names. 'response_format' with type 'json_schema' says "
                        "the same without doubt."));
        chat_prompt_take(a, q, i, start, end);
        return;
    }
}
