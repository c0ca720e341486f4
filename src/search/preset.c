/* preset.c - parses preset files, and reports every mistake with its line.
 *
 * The parser is our own and not inih, because a template may be long, an indented line continues the one above, and an
 * error in the middle of such a value must name the line on which the value starts. Everything that needs no network is
 * checked here: names, numbers, placeholders, paths, the body's JSON. So a preset that loads can fail only because of
 * its service. */
#include "search/preset.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "search/expand.h"
#include "search/path.h"

enum section { TOP, KEYS, DEFAULTS, REQUEST, QUERY, HEADERS, BODY, RESULTS, SECTIONS };
static const char *const section_names[SECTIONS] = {"",      "keys",    "defaults", "request",
                                                    "query", "headers", "body",     "results"};

enum kind { TEXT, NUMBER, YES_NO, PATH, TEMPLATE, FORMAT, METHOD, MARKUP, RATE };

static const struct field {
    enum section section;
    const char *name;
    enum kind kind;
    size_t offset;
    unsigned least, most; /* the range of a NUMBER */
} fields[] = {
#define AT(member) offsetof(struct preset, member)
    {TOP, "title", TEXT, AT(title), 0, 0},
    {TOP, "timeout_ms", NUMBER, AT(timeout_ms), 100, 120000},
    {TOP, "per_second", RATE, AT(gap_ms), 0, 0},
    {TOP, "max_count", NUMBER, AT(max_count), 1, 100},
    {TOP, "max_query_chars", NUMBER, AT(max_query_chars), 20, 100000},
    {TOP, "first_page", NUMBER, AT(first_page), 0, 1},
    {TOP, "wildcards", YES_NO, AT(wildcards), 0, 0},
    {TOP, "fallback", YES_NO, AT(fallback), 0, 0},
    {TOP, "describes", YES_NO, AT(describes), 0, 0},
    {TOP, "base", TEXT, AT(base), 0, 0},
    {REQUEST, "url", TEMPLATE, AT(url), 0, 0},
    {REQUEST, "method", METHOD, AT(post), 0, 0},
    {RESULTS, "format", FORMAT, AT(format), 0, 0},
    {RESULTS, "items", PATH, AT(items), 0, 0},
    {RESULTS, "title", PATH, AT(title_path), 0, 0},
    {RESULTS, "link", PATH, AT(link_path), 0, 0},
    {RESULTS, "snippet", PATH, AT(snippet_path), 0, 0},
    {RESULTS, "date", PATH, AT(date_path), 0, 0},
    {RESULTS, "text", PATH, AT(text_path), 0, 0},
    {RESULTS, "error", PATH, AT(error_path), 0, 0},
    {RESULTS, "unresponsive", PATH, AT(unresponsive_path), 0, 0},
    {RESULTS, "markup", MARKUP, AT(plain), 0, 0},
#undef AT
};

struct reading {
    struct arena *arena;
    struct preset *p;
    enum section section;
    unsigned line; /* the line on which the current value starts */
    unsigned lines[SECTIONS];
    bool seen[COUNT_OF(fields)];
    struct err *e;
};

static bool preset_complain(struct reading *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool preset_complain(struct reading *r, const char *fmt, ...)
{
    char what[360];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return err_set(r->e, ERR_USAGE, "%.*s:%u: %s", SLICE_ARGS(r->p->file), r->line, what);
}

static bool read_number(struct reading *r, const struct field *f, struct slice value, unsigned *out)
{
    unsigned long number = 0;
    for (size_t i = 0; i < value.n && number <= f->most; i++) {
        if (!ascii_is_digit(value.p[i]))
            number = (unsigned long)f->most + 1;
        else
            number = number * 10 + (unsigned long)(value.p[i] - '0');
    }
    if (value.n == 0 || number < f->least || number > f->most)
        return preset_complain(r, "%s must be a whole number from %u to %u, not '%.*s'.", f->name, f->least, f->most,
                               SLICE_ARGS(value));
    *out = (unsigned)number;
    return true;
}

/* Converts requests a second ("0.5", "20") to the milliseconds between two of them. */
static bool read_rate(struct reading *r, struct slice value, unsigned *out)
{
    char *end;
    double rate = strtod(value.p, &end); /* value is NUL-terminated */
    if (end != value.p + value.n || value.n == 0 || !(rate >= 0.01 && rate <= 1000))
        return preset_complain(r, "per_second must be a number from 0.01 to 1000, not '%.*s'.", SLICE_ARGS(value));
    *out = (unsigned)(1000 / rate);
    return true;
}

/* Reads one of two words. *out: it is the second one. */
static bool read_choice(struct reading *r, const char *name, struct slice value, const char *no, const char *yes,
                        bool *out)
{
    *out = slice_is(value, yes);
    return *out || slice_is(value, no) ||
           preset_complain(r, "%s must be %s or %s, not '%.*s'.", name, no, yes, SLICE_ARGS(value));
}

static bool check_template(struct reading *r, struct slice value)
{
    struct slice bad;
    switch (template_check(value, &r->p->keys, &bad)) {
    case TEMPLATE_FINE:
        return true;
    case TEMPLATE_UNKNOWN:
        return preset_complain(r, "there is no placeholder {%.*s}; a key needs a line in [keys] further up.",
                               SLICE_ARGS(bad));
    case TEMPLATE_OPEN:
        break;
    }
    return preset_complain(r, "a placeholder is not closed: '%.*s'.", SLICE_ARGS(bad));
}

static bool set_field(struct reading *r, const struct field *f, struct slice value)
{
    char *at = (char *)r->p + f->offset;
    const char *why;
    bool xml;
    switch (f->kind) {
    case TEMPLATE:
        if (!check_template(r, value))
            return false;
        /* fall through */
    case TEXT:
        *(struct slice *)(void *)at = value;
        return true;
    case PATH:
        if (!path_check(value, &why))
            return preset_complain(r, "the path of %s: %s.", f->name, why);
        *(struct slice *)(void *)at = value;
        return true;
    case NUMBER:
        return read_number(r, f, value, (unsigned *)(void *)at);
    case RATE:
        return read_rate(r, value, (unsigned *)(void *)at);
    case YES_NO:
        return read_choice(r, f->name, value, "no", "yes", (bool *)at);
    case METHOD:
        return read_choice(r, f->name, value, "GET", "POST", (bool *)at);
    case MARKUP:
        return read_choice(r, f->name, value, "html", "plain", (bool *)at);
    case FORMAT:
        if (!read_choice(r, f->name, value, "json", "xml", &xml))
            return false;
        r->p->format = xml ? PRESET_XML : PRESET_JSON;
        return true;
    }
    return false;
}

static bool name_is_plain(struct slice name, const char *more)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!ascii_is_letter(c) && !ascii_is_digit(c) && c != '_' && !char_in(c, more))
            return false;
    }
    return name.n > 0;
}

static bool set_line(struct reading *r, struct preset_lines *lines, struct slice name, struct slice value)
{
    if (r->section == KEYS && (!name_is_plain(name, "") || value.n == 0 || !name_is_plain(value, " ")))
        return preset_complain(r, "[keys] has lines like: key = NAME_OF_A_VARIABLE.");
    if (r->section == KEYS && lines->n == PRESET_KEYS_MAX)
        return preset_complain(r, "[keys] has at most %d lines.", PRESET_KEYS_MAX);
    if (r->section == DEFAULTS && !template_knows(name))
        return preset_complain(r, "there is no placeholder {%.*s}.", SLICE_ARGS(name));
    if (r->section == HEADERS && !name_is_plain(name, "-"))
        return preset_complain(r, "'%.*s' is no name of a header.", SLICE_ARGS(name));
    if (r->section == BODY && (!name_is_plain(name, ".-") || name.p[0] == '.' || name.p[name.n - 1] == '.'))
        return preset_complain(r, "'%.*s' is no name of a member.", SLICE_ARGS(name));
    if (r->section != KEYS && r->section != DEFAULTS && !check_template(r, value))
        return false;
    if (r->section == BODY && !template_json_check(r->arena, value))
        return preset_complain(r, "the value of %.*s looks like JSON, but is not valid.", SLICE_ARGS(name));
    struct preset_line *line = arena_push(r->arena, &lines->at, lines->n++, &lines->room);
    *line = (struct preset_line){name, value};
    return true;
}

static bool set_value(struct reading *r, struct slice name, struct slice value)
{
    struct preset *p = r->p;
    struct preset_lines *lines[SECTIONS] = {
        [KEYS] = &p->keys, [DEFAULTS] = &p->defaults, [QUERY] = &p->query, [HEADERS] = &p->headers, [BODY] = &p->body};
    value = arena_dup(r->arena, value);
    if (lines[r->section])
        return set_line(r, lines[r->section], name, value);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (fields[i].section != r->section || !slice_is(name, fields[i].name))
            continue;
        if (r->seen[i])
            return preset_complain(r, "%s is given twice.", fields[i].name);
        r->seen[i] = true;
        return set_field(r, &fields[i], value);
    }
    return preset_complain(r, "there is no setting '%.*s'%s%s%s.", SLICE_ARGS(name), r->section ? " in [" : "",
                           section_names[r->section], r->section ? "]" : "");
}

static bool set_section(struct reading *r, struct slice line)
{
    for (int s = KEYS; s < SECTIONS; s++) {
        if (line.n < 3 || line.p[line.n - 1] != ']' || !slice_is(slice_sub(line, 1, line.n - 2), section_names[s]))
            continue;
        r->section = (enum section)s;
        r->lines[s] = r->line;
        return true;
    }
    return preset_complain(
        r,
        "'%.*s' is no section; there are [keys], [defaults], [request], [query], [headers], [body] and "
        "[results].",
        SLICE_ARGS(line));
}

/* Reads "name = value". A value may have several lines, which are joined by spaces. */
static bool set_pair(struct reading *r, struct slice pair)
{
    size_t equals = slice_find(pair, SLICE("="));
    struct slice name = slice_trim(slice_sub(pair, 0, equals));
    if (equals == pair.n || name.n == 0)
        return preset_complain(r, "expected 'name = value', a [section] or a # comment.");
    return set_value(r, name, slice_trim(slice_sub(pair, equals + 1, pair.n - equals - 1)));
}

static bool preset_uses(const struct preset *p, const char *name)
{
    const struct preset_lines *lines[] = {&p->query, &p->headers, &p->body};
    if (template_uses(p->url, name))
        return true;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < lines[i]->n; j++)
            if (template_uses(lines[i]->at[j].value, name))
                return true;
    return false;
}

/* Checks that need the whole file. */
static bool preset_finish(struct reading *r)
{
    struct preset *p = r->p;
    if (p->url.n == 0)
        return preset_complain(r, "the file has no url in [request].");
    if (p->link_path.n == 0 || p->items.n == 0)
        return preset_complain(r, "the file needs items and link in [results].");
    p->wants_keywords = preset_uses(p, "keywords");
    if (!p->describes && !p->wants_keywords && !preset_uses(p, "query"))
        return preset_complain(r, "{query} is used nowhere.");
    if (p->describes && (p->query.n || p->body.n))
        return preset_complain(r,
                               "a file with describes = yes has no [query] and no [body]: the description says them.");
    p->post = p->post || p->body.n > 0;
    p->title = p->title.n ? p->title : p->name;
    p->pages = preset_uses(p, "page") || preset_uses(p, "offset") || preset_uses(p, "start");
    p->passes_after = preset_uses(p, "after_date") || preset_uses(p, "after_compact") || preset_uses(p, "after_mdy") ||
                      preset_uses(p, "days");
    return true;
}

/* Takes the first line off *text. */
static struct slice next_line(struct slice *text)
{
    size_t end = slice_find(*text, SLICE("\n")), skip = end < text->n ? end + 1 : end;
    struct slice line = slice_sub(*text, 0, end);
    *text = slice_sub(*text, skip, text->n - skip);
    return line;
}

static bool read_lines(struct reading *r, struct slice text)
{
    struct buf pair;
    unsigned number = 0;
    bool ok = true;
    buf_init(&pair, PRESET_FILE_BYTES_MAX);
    while (ok && text.n > 0) {
        struct slice raw = next_line(&text), line = slice_trim(raw);
        number++;
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
            continue;
        if ((raw.p[0] == ' ' || raw.p[0] == '\t') && pair.n > 0) {
            buf_add_char(&pair, ' ');
            buf_add(&pair, line);
            continue;
        }
        ok = pair.n == 0 || set_pair(r, arena_dup(r->arena, buf_slice(&pair)));
        buf_reset(&pair);
        if (!ok)
            break;
        r->line = number;
        if (line.p[0] == '[')
            ok = set_section(r, line);
        else
            buf_add(&pair, line);
    }
    ok = ok && (pair.n == 0 || set_pair(r, arena_dup(r->arena, buf_slice(&pair))));
    buf_release(&pair);
    r->line = ok ? number : r->line;
    return ok;
}

bool preset_parse(struct arena *a, struct slice file, struct slice name, struct slice text, struct preset **out,
                  struct err *e)
{
    struct preset *p = arena_alloc(a, sizeof *p);
    struct reading r = {.arena = a, .p = p, .e = e, .line = 1};
    p->file = arena_dup(a, file);
    p->name = arena_dup(a, name);
    p->timeout_ms = 5000;
    p->max_count = 10;
    p->max_query_chars = 1000;
    p->first_page = 1;
    if (text.n > PRESET_FILE_BYTES_MAX || utf8_check(text) < text.n || memchr(text.p, '\0', text.n))
        return preset_complain(&r, "a preset is UTF-8 text of at most %d bytes.", PRESET_FILE_BYTES_MAX);
    if (!name_is_plain(name, "-") || name.n > PRESET_NAME_BYTES_MAX)
        return preset_complain(&r, "a preset's file is named by letters, digits, '-' and '_', at most %d.",
                               PRESET_NAME_BYTES_MAX);
    if (!read_lines(&r, text) || !preset_finish(&r))
        return false;
    *out = p;
    return true;
}
