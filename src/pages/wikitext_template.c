/* wikitext_template.c - what a template prints: looks its name up in wikitext_templates.def and follows the entry.
 *
 * A template that the table does not know prints its positional parameters where it stands in a sentence. One that has
 * its lines for itself is a box when its parameters are one a line, a quotation when it holds a sentence, else a notice
 * of editors to editors, which is no text. Where a sentence needs a value that is not there, it says "[…]".
 *
 * Each parameter is read at most once, so that nested templates cost their length at each level and no more. */
#include "pages/wikitext_inner.h"

#include <stdio.h>

#include "base/ascii.h"

enum { SENTENCE_BYTES = 60, BOX_PARAMETERS = 3, NAME_BYTES_MAX = 80 };

enum wiki_kind {
    WIKI_SAYS,
    WIKI_QUOTES,
    WIKI_MAKES,
    WIKI_JOINS,
    WIKI_ROWS,
    WIKI_LINES,
    WIKI_DROPS,
    WIKI_HIDES,
    WIKI_KEYS
};

static const struct wiki_template {
    enum wiki_kind kind;
    const char *names, *text;
    void (*make)(struct wiki_call *c);
} wiki_templates[] = {
#define SAYS(names, pattern) {WIKI_SAYS, names, pattern, NULL},
#define QUOTES(names, pattern) {WIKI_QUOTES, names, pattern, NULL},
#define MAKES(names, function) {WIKI_MAKES, names, "", function},
#define JOINS(names, between) {WIKI_JOINS, names, between, NULL},
#define ROWS(names) {WIKI_ROWS, names, "", NULL},
#define LINES(names) {WIKI_LINES, names, "", NULL},
#define DROPS(names) {WIKI_DROPS, names, "", NULL},
#define HIDES(names) {WIKI_HIDES, names, "", NULL},
#define KEYS(names) {WIKI_KEYS, names, "", NULL},
#include "pages/wikitext_templates.def"
};

/* --- names ------------------------------------------------------------------------------------------------------ */

static bool wiki_fits(struct slice name, struct slice pattern)
{
    bool before = slice_starts(pattern, SLICE("*")) && pattern.n > 1, after = slice_ends(pattern, SLICE("*"));
    struct slice core = slice_sub(pattern, before, pattern.n - before - after);
    size_t between = slice_find(core, SLICE("*"));
    if (between < core.n && !before && !after) { /* "use * dates" */
        struct slice tail = slice_sub(core, between + 1, core.n - between - 1);
        return name.n >= core.n && slice_eq_nocase(slice_sub(name, 0, between), slice_sub(core, 0, between)) &&
               slice_eq_nocase(slice_sub(name, name.n - tail.n, tail.n), tail);
    }
    if (name.n < core.n || (!before && !after && name.n != core.n))
        return false;
    if (!before || !after)
        return slice_eq_nocase(slice_sub(name, before ? name.n - core.n : 0, core.n), core);
    for (size_t i = 0; i + core.n <= name.n; i++)
        if (slice_eq_nocase(slice_sub(name, i, core.n), core))
            return true;
    return false;
}

static bool wiki_fits_one(struct slice name, struct slice names)
{
    while (names.n > 0) {
        size_t n = slice_find(names, SLICE("|"));
        bool begins = name.n > 0 && (names.p[0] == '*' || (names.p[0] | 32) == (name.p[0] | 32)); /* most do not */
        if (begins && wiki_fits(name, slice_sub(names, 0, n)))
            return true;
        names = n < names.n ? slice_sub(names, n + 1, names.n - n - 1) : (struct slice){"", 0};
    }
    return false;
}

static const struct wiki_template *wiki_find(struct slice name)
{
    for (size_t i = 0; i < COUNT_OF(wiki_templates); i++)
        if (wiki_templates[i].kind != WIKI_KEYS && wiki_fits_one(name, slice_of(wiki_templates[i].names)))
            return &wiki_templates[i];
    return NULL;
}

static bool wiki_key_skipped(struct slice key)
{
    for (size_t i = 0; i < COUNT_OF(wiki_templates); i++)
        if (wiki_templates[i].kind == WIKI_KEYS && wiki_fits_one(key, slice_of(wiki_templates[i].names)))
            return true;
    return false;
}

/* --- parameters ------------------------------------------------------------------------------------------------- */

static struct slice wiki_last(struct wiki_call *c)
{
    for (size_t i = c->n; i-- > 0;)
        if (c->args[i].position && wiki_read(c, &c->args[i]).n)
            return c->args[i].text;
    return (struct slice){"", 0};
}

/* "3" is a position; anything else a name. */
static unsigned wiki_position(struct slice key)
{
    unsigned position = 0;
    for (size_t i = 0; i < key.n && i < 3; i++) {
        if (!ascii_is_digit(key.p[i]))
            return 0;
        position = position * 10 + (unsigned)(key.p[i] - '0');
    }
    return key.n < 4 ? position : 0;
}

static void wiki_read_args(struct wiki_call *c, struct slice *pieces, size_t n, struct slice colon)
{
    unsigned position = 0;
    c->args = arena_array(c->w->a, struct wiki_arg, n + 1);
    c->n = 0;
    if (colon.p)
        c->args[c->n++] = (struct wiki_arg){.raw = colon, .position = ++position};
    for (size_t i = 1; i < n; i++) {
        struct wiki_arg *arg = &c->args[c->n++];
        size_t equals = colon.p ? pieces[i].n : wiki_equals(c->w, pieces[i]);
        *arg = (struct wiki_arg){.raw = slice_trim(pieces[i])};
        if (equals < pieces[i].n) {
            arg->key = slice_trim(slice_sub(pieces[i], 0, equals));
            arg->raw = slice_trim(slice_sub(pieces[i], equals + 1, pieces[i].n - equals - 1));
            arg->position = wiki_position(arg->key);
        } else {
            arg->position = ++position;
        }
    }
}

/* --- patterns --------------------------------------------------------------------------------------------------- */

static bool wiki_begins_line(const struct buf *out)
{
    size_t i = out->n, least = i > NAME_BYTES_MAX ? i - NAME_BYTES_MAX : 0;
    while (i > least && (out->p[i - 1] == ' ' || out->p[i - 1] == WIKI_HOLE))
        i--;
    return i == 0 || out->p[i - 1] == '\n';
}

/* The word that currencies of India put a letter for. */
static struct slice wiki_scale(struct wiki_call *c)
{
    struct slice letter = wiki_at(c, 2);
    return slice_is(letter, "c")   ? SLICE("crore")
           : slice_is(letter, "l") ? SLICE("lakh")
           : slice_is(letter, "m") ? SLICE("million")
           : slice_is(letter, "b") ? SLICE("billion")
           : slice_is(letter, "k") ? SLICE("thousand")
                                   : (struct slice){"", 0};
}

/* The parameter that the pattern names at *i, behind its "$"; *i is then behind it. */
static struct slice wiki_parameter(struct wiki_call *c, struct slice pattern, size_t *i)
{
    char name = pattern.p[*i];
    if (name != '{') {
        ++*i;
        return name == '#' ? wiki_last(c) : wiki_at(c, (unsigned)(name - '0'));
    }
    char names[200];
    struct slice rest = slice_sub(pattern, *i + 1, pattern.n - *i - 1);
    size_t n = slice_find(rest, SLICE("}"));
    snprintf(names, sizeof names, "%.*s", (int)n, rest.p);
    *i += n + 2;
    if (names[0] == '=')
        return strcmp(names, "=scale") == 0 ? wiki_scale(c) : c->name;
    return wiki_named(c, names);
}

/* Writes the pattern from *i to its end or the end of its group; true when a parameter had text. */
static bool wiki_pattern(struct wiki_call *c, struct slice pattern, size_t *i)
{
    struct buf *out = &c->w->out;
    bool any = false;
    while (*i < pattern.n && pattern.p[*i] != '>') {
        char mark = pattern.p[(*i)++], next = *i < pattern.n ? pattern.p[*i] : ' ';
        if (mark == '$' && (ascii_is_digit((unsigned char)next) || next == '#' || next == '{')) {
            struct slice text = wiki_parameter(c, pattern, i);
            buf_add(out, text);
            any = any || text.n > 0;
        } else if (mark == '<') {
            size_t before = out->n;
            if (wiki_pattern(c, pattern, i))
                any = true;
            else
                out->n = before;
            ++*i;
        } else if (mark == '!') { /* the rest is for when this gave nothing */
            if (any)
                break;
        } else if (mark != '\n' || !wiki_begins_line(out)) {
            buf_add_char(out, mark);
        }
    }
    return any;
}

static bool wiki_says(struct wiki_call *c, struct slice pattern)
{
    size_t before = c->w->out.n, i = 0;
    bool any = wiki_pattern(c, pattern, &i);
    /* A pattern that only frames parameters says nothing without one. */
    if (!any && slice_find(pattern, SLICE("$1")) < pattern.n && slice_find(pattern, SLICE("<")) == pattern.n)
        c->w->out.n = before;
    while (c->w->out.n > before && pattern.n > 3 && c->w->out.p[c->w->out.n - 1] == ' ' &&
           slice_find(pattern, SLICE("$")) < pattern.n)
        c->w->out.n--;
    return c->w->out.n > before;
}

/* --- boxes, lists, unknown ones --------------------------------------------------------------------------------- */

static bool wiki_is_file(struct slice text)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".svg", ".gif", ".tif", ".tiff",
                                          ".ogg", ".ogv",  ".wav", ".mp3", ".pdf", ".webm"};
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        size_t n = strlen(endings[i]);
        if (text.n > n && slice_eq_nocase(slice_sub(text, text.n - n, n), slice_of(endings[i])))
            return true;
    }
    return false;
}

static bool wiki_is_word(struct slice text)
{
    bool size = slice_ends(text, SLICE("px")) && text.n < 10 && ascii_is_digit((unsigned char)text.p[0]);
    return text.n > 0 && !size && !wiki_is_file(text) && !slice_starts(text, SLICE("#")) &&
           !slice_starts(text, SLICE("http"));
}

/* "label12" of the box that other boxes are made of: its figures. False: another parameter. */
static bool wiki_numbered(struct slice key, struct slice name, struct slice *figures)
{
    *figures = slice_starts(key, name) ? slice_sub(key, name.n, key.n - name.n) : (struct slice){"", 0};
    return figures->n > 0 && wiki_position(*figures) > 0;
}

/* Rows whose labels are values too. True: the parameter is one of theirs. */
static bool wiki_row_of_pair(struct wiki_call *c, struct wiki_arg *arg)
{
    struct slice n;
    struct buf *out = &c->w->out;
    if (wiki_numbered(arg->key, SLICE("data"), &n)) {
        if (wiki_named(c, arena_printf(c->w->a, "label%.*s", SLICE_ARGS(n)).p).n)
            return true;
    } else if (wiki_numbered(arg->key, SLICE("label"), &n)) {
        struct slice value = wiki_named(c, arena_printf(c->w->a, "data%.*s", SLICE_ARGS(n)).p);
        if (value.n)
            buf_printf(out, "%c%.*s: %.*s\n", WIKI_LINE, SLICE_ARGS(wiki_one_line(c->w->a, wiki_read(c, arg), ", ")),
                       SLICE_ARGS(wiki_one_line(c->w->a, value, ", ")));
        return true;
    } else if (!wiki_numbered(arg->key, SLICE("header"), &n)) {
        return false;
    }
    buf_printf(out, "%c%.*s\n", WIKI_LINE, SLICE_ARGS(wiki_one_line(c->w->a, wiki_read(c, arg), ", ")));
    return true;
}

static void wiki_rows(struct wiki_call *c)
{
    struct buf *out = &c->w->out;
    buf_add_char(out, '\n');
    for (size_t i = 0; i < c->n; i++) {
        struct wiki_arg *arg = &c->args[i];
        if (arg->position || arg->raw.n == 0 || wiki_key_skipped(arg->key) || wiki_row_of_pair(c, arg))
            continue;
        /* A name that is broken over lines is one name; other lines are several values. */
        bool name = slice_find(arg->key, SLICE("name")) < arg->key.n;
        struct slice text = wiki_one_line(c->w->a, wiki_read(c, arg), name ? " " : ", ");
        if (!wiki_is_word(text))
            continue;
        buf_add_char(out, WIKI_LINE);
        for (size_t k = 0; k < arg->key.n; k++)
            buf_add_char(out, arg->key.p[k] == '_' || (unsigned char)arg->key.p[k] < ' ' ? ' ' : arg->key.p[k]);
        buf_printf(out, ": %.*s\n", SLICE_ARGS(text));
    }
    buf_add_char(out, '\n');
}

static void wiki_join(struct wiki_call *c, struct slice between)
{
    bool first = true;
    for (size_t i = 0; i < c->n; i++) {
        if (!c->args[i].position || wiki_read(c, &c->args[i]).n == 0)
            continue;
        if (!first)
            buf_add(&c->w->out, between);
        buf_add(&c->w->out, c->args[i].text);
        first = false;
    }
}

/* Items: lines where the list has its lines for itself, or where wiki_one_line() will see them. */
static void wiki_list(struct wiki_call *c)
{
    struct buf *out = &c->w->out;
    struct slice title = wiki_named(c, "title");
    if (!c->block && c->depth == 0) {
        struct arena_text text = {.arena = c->w->a};
        for (size_t i = 0; i < c->n; i++)
            if (c->args[i].position)
                arena_text_printf(&text, "%.*s\n", SLICE_ARGS(wiki_read(c, &c->args[i])));
        buf_add(out, wiki_one_line(c->w->a, arena_text_slice(&text), ", "));
        return;
    }
    buf_add_char(out, '\n');
    if (title.n)
        buf_printf(out, "%.*s\n", SLICE_ARGS(title));
    for (size_t i = 0; i < c->n; i++) {
        if (!c->args[i].position || wiki_read(c, &c->args[i]).n == 0)
            continue;
        bool lines =
            slice_find(c->args[i].text, SLICE("\n")) < c->args[i].text.n || char_in(c->args[i].text.p[0], "*#");
        buf_printf(out, "%s%.*s\n", lines ? "" : "* ", SLICE_ARGS(c->args[i].text));
    }
}

static bool wiki_is_sentence(struct slice text)
{
    return text.n >= SENTENCE_BYTES &&
           (char_in(text.p[text.n - 1], ".!?\"") || (unsigned char)text.p[text.n - 1] >= 0x80);
}

/* Nothing where it may be missed: after a sentence or word as notes of editors are; else "[…]". */
static void wiki_hole(struct wiki_call *c, bool value)
{
    struct buf *out = &c->w->out;
    char last = out->n ? out->p[out->n - 1] : '\n', word = out->n > 1 ? out->p[out->n - 2] : '\n';
    bool joins = last == ' ' && !char_in(word, ".!?:;,)\n\"|*#");
    if (!c->block && (joins || (value && !char_in(last, "\n.!?,;") && last != WIKI_HOLE)))
        buf_add(out, SLICE("[\u2026]"));
    else
        buf_add_char(out, WIKI_HOLE);
}

static size_t wiki_count_named(const struct wiki_call *c, bool own_lines)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        const char *key = c->args[i].key.p;
        size_t at = key ? (size_t)(key - c->w->in.p) : 0;
        while (at > 1 && c->w->in.p[at - 1] == ' ')
            at--;
        if (at > 0 && c->w->in.p[at - 1] == '|')
            for (at--; at > 0 && c->w->in.p[at - 1] == ' ';)
                at--;
        n += c->args[i].position == 0 && (!own_lines || (at > 0 && c->w->in.p[at - 1] == '\n'));
    }
    return n;
}

/* Templates without parameters that are a country: its code, or at the start of an item or cell its name. */
static bool wiki_is_country(struct wiki_call *c)
{
    struct slice name = c->name;
    size_t capitals = 0, others = 0;
    for (size_t i = 0; i < name.n; i++) {
        capitals += ascii_is_upper((unsigned char)name.p[i]);
        others += !ascii_is_letter((unsigned char)name.p[i]) && (unsigned char)name.p[i] < 0x80;
    }
    if (c->n > 0 || others > 0 || name.n < 2)
        return false;
    struct slice before = buf_slice(&c->w->out);
    while (before.n && before.p[before.n - 1] == ' ')
        before.n--;
    bool begins = before.n && char_in(before.p[before.n - 1], "*#|");
    return (capitals == name.n && name.n <= 3) || (begins && !ascii_is_lower((unsigned char)name.p[0]));
}

static void wiki_unknown(struct wiki_call *c)
{
    struct buf *out = &c->w->out;
    size_t before = out->n;
    if (c->block) {
        if (wiki_count_named(c, true) >= BOX_PARAMETERS) {
            wiki_rows(c);
            return;
        }
        for (size_t i = 0; i < c->n; i++)
            if (c->args[i].position && wiki_is_sentence(wiki_read(c, &c->args[i])))
                buf_printf(out, "%.*s\n", SLICE_ARGS(c->args[i].text));
        return;
    }
    for (size_t pass = 0; pass < 2 && out->n == before; pass++) {
        for (size_t i = 0; i < c->n; i++) {
            struct wiki_arg *arg = &c->args[i];
            bool skipped =
                arg->position == 0 && (wiki_key_skipped(arg->key) || slice_eq_nocase(arg->key, SLICE("date")));
            if ((arg->position > 0) != (pass == 0) || skipped || !wiki_is_word(wiki_read(c, arg)))
                continue;
            if (out->n > before)
                buf_add(out, pass == 0 ? SLICE(" ") : SLICE(", "));
            buf_add(out, arg->text);
        }
    }
    if (out->n == before && wiki_is_country(c))
        buf_add(out, c->name);
    if (out->n == before)
        wiki_hole(c, false);
}

/* --- calls ------------------------------------------------------------------------------------------------------ */

static void wiki_follow(struct wiki_call *c, const struct wiki_template *t)
{
    size_t before = c->w->out.n;
    switch (t->kind) {
    case WIKI_SAYS:
        (void)wiki_says(c, slice_of(t->text));
        break;
    case WIKI_QUOTES:
        if (c->block)
            buf_add_char(&c->w->out, '\n');
        before = c->w->out.n;
        if (wiki_says(c, slice_of(t->text)) && c->block)
            buf_add_char(&c->w->out, '\n');
        break;
    case WIKI_MAKES:
        t->make(c);
        break;
    case WIKI_JOINS:
        wiki_join(c, slice_of(t->text));
        break;
    case WIKI_LINES:
        wiki_list(c);
        break;
    case WIKI_ROWS:
        if (wiki_count_named(c, false) > 0)
            wiki_rows(c);
        break;
    case WIKI_HIDES:
        wiki_hole(c, true);
        return;
    case WIKI_DROPS:
    case WIKI_KEYS:
        buf_add_char(&c->w->out, WIKI_HOLE);
        return;
    }
    if (c->w->out.n == before)
        wiki_unknown(c);
}

static bool wiki_ends_line(struct slice in, size_t at)
{
    while (at < in.n && (in.p[at] == ' ' || in.p[at] == '\t'))
        at++;
    struct slice rest = slice_sub(in, at, in.n - at);
    return rest.n == 0 || rest.p[0] == '\n' || slice_starts(rest, SLICE("{{")) || slice_starts(rest, SLICE("[[File:"));
}

/* "Template:Foo_bar" is "foo bar"; what is behind a colon that is no name space is *colon. */
static struct slice wiki_name(struct wiki *w, struct slice piece, struct slice *colon)
{
    static const char *const spaces[] = {"template", "subst", "safesubst", "vorlage", "mod\u00E8le", "plantilla"};
    *colon = (struct slice){NULL, 0};
    struct slice name = slice_trim(piece);
    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        size_t n = strlen(spaces[i]);
        if (name.n > n && name.p[n] == ':' && slice_eq_nocase(slice_sub(name, 0, n), slice_of(spaces[i])))
            name = slice_trim(slice_sub(name, n + 1, name.n - n - 1));
    }
    size_t n = slice_find(slice_sub(name, 0, name.n < NAME_BYTES_MAX ? name.n : NAME_BYTES_MAX), SLICE(":"));
    if (n > 0 && n < name.n && n < NAME_BYTES_MAX && !char_in(name.p[0], "\":")) {
        *colon = slice_trim(slice_sub(name, n + 1, name.n - n - 1));
        name = slice_sub(name, 0, n + 1);
    }
    name = arena_dup(w->a, slice_sub(name, 0, name.n < NAME_BYTES_MAX ? name.n : NAME_BYTES_MAX));
    char *letters = arena_alloc(w->a, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        letters[i] = name.p[i] == '_' ? ' ' : name.p[i];
    return slice_trim((struct slice){letters, name.n});
}

void wiki_put_template(struct wiki *w, struct slice inside, size_t behind, int depth)
{
    struct slice *pieces, colon;
    size_t n = wiki_split(w, inside, &pieces);
    struct wiki_call c = {.w = w, .depth = depth};
    c.name = wiki_name(w, pieces[0], &colon);
    c.block = depth == 0 && wiki_begins_line(&w->out) && wiki_ends_line(w->in, behind);
    wiki_read_args(&c, pieces, n, colon);
    const struct wiki_template *t = wiki_find(c.name);
    if (t)
        wiki_follow(&c, t);
    else if (c.name.n && c.name.p[0] != '{')
        wiki_unknown(&c);
}
