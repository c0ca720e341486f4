/* expand.c - fills the templates of a preset.
 *
 * Each placeholder becomes a term: a text, a number or a list. Its place decides how it is escaped. It is
 * percent-encoded in a URL, escaped in a JSON string, and unchanged in a header (net/http.h refuses line ends there).
 * Only {base} goes into a URL unchanged, since the operator wrote it. */
#include "search/expand.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/utf8.h"
#include "net/url.h"
#include "shape/value.h"
#include "text/language.h"
#include "text/words.h"

enum { MAX_TERMS = 24 + PRESET_KEYS_MAX, MAX_BODY_BYTES = 256 * 1024 };

static const char *const known[] = {"query",      "count",         "page",      "offset",  "start",
                                    "lang",       "include",       "exclude",   "sites",   "not_sites",
                                    "after_date", "after_compact", "after_mdy", "days",    "range",
                                    "today",      "base",          "base_host", "keywords"};

struct term {
    struct slice name;
    enum { TERM_TEXT, TERM_NUMBER, TERM_LIST, TERM_RAW } kind;
    struct slice text; /* empty if there is no value */
    const struct slice *list;
    size_t list_count;
};

struct terms {
    struct arena *arena;
    struct term at[MAX_TERMS];
    size_t n;
};

/* The bytes of the placeholder that starts text, with its braces; 0 if there is none. If it has no end, returns text.n
 * and sets *closed to false. */
static size_t expand_placeholder(struct slice text, struct slice *name, bool *optional, bool *closed)
{
    if (text.n < 2 || text.p[0] != '{' || !((text.p[1] | 32) >= 'a' && (text.p[1] | 32) <= 'z'))
        return 0;
    size_t end = slice_find(text, SLICE("}"));
    *closed = end < text.n;
    *name = slice_sub(text, 1, end - 1);
    *optional = name->p[name->n - 1] == '?';
    name->n -= *optional;
    return *closed ? end + 1 : text.n;
}

/* Steps through text: returns the next placeholder and the text before it. False if there is no further one. */
static bool next_placeholder(struct slice *text, struct slice *before, struct slice *name, bool *optional, bool *closed)
{
    for (size_t i = 0; i < text->n; i++) {
        size_t n = expand_placeholder(slice_sub(*text, i, text->n - i), name, optional, closed);
        if (n == 0)
            continue;
        *before = slice_sub(*text, 0, i);
        *text = slice_sub(*text, i + n, text->n - i - n);
        return true;
    }
    *before = *text;
    *text = slice_sub(*text, text->n, 0);
    return false;
}

bool template_knows(struct slice name)
{
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (slice_is(name, known[i]))
            return true;
    return false;
}

enum template_state template_check(struct slice text, const struct preset_lines *keys, struct slice *bad)
{
    struct slice before, name;
    bool optional, closed;
    while (next_placeholder(&text, &before, &name, &optional, &closed)) {
        bool fine = template_knows(name);
        for (size_t i = 0; i < keys->n && !fine; i++)
            fine = slice_eq(keys->at[i].name, name);
        *bad = name;
        if (!closed)
            return TEMPLATE_OPEN;
        if (!fine)
            return TEMPLATE_UNKNOWN;
    }
    return TEMPLATE_FINE;
}

bool template_uses(struct slice text, const char *wanted)
{
    struct slice before, name;
    bool optional, closed;
    while (next_placeholder(&text, &before, &name, &optional, &closed))
        if (slice_is(name, wanted))
            return true;
    return false;
}

static struct term *expand_find(struct terms *t, struct slice name)
{
    for (size_t i = 0; i < t->n; i++)
        if (slice_eq(t->at[i].name, name))
            return &t->at[i];
    return NULL;
}

static struct term *expand_add(struct terms *t, struct slice name, struct slice text)
{
    struct term *slot = &t->at[t->n++];
    *slot = (struct term){.name = name, .text = text};
    return slot;
}

static void add_number(struct terms *t, const char *name, unsigned number)
{
    expand_add(t, slice_of(name), arena_printf(t->arena, "%u", number))->kind = TERM_NUMBER;
}

static struct slice expand_joined(struct arena *a, const struct slice *list, size_t n, const char *before,
                                  const char *between, const char *after)
{
    struct buf out;
    buf_init(&out, MAX_BODY_BYTES);
    for (size_t i = 0; i < n; i++) {
        buf_add(&out, slice_of(i ? between : before));
        buf_add(&out, list[i]);
    }
    if (n)
        buf_add(&out, slice_of(after));
    struct slice text = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}

/* The domains that the service understands. all_or_none: half of a list to include would be a wrong filter. Of a place
 * with a path the domain is asked for, and nothing is kept out: what comes back is compared with the whole policy. */
static size_t expand_passable(struct arena *a, const struct slice *list, size_t n, bool wildcards, bool all_or_none,
                              const struct slice **out)
{
    struct slice *kept = arena_array(a, struct slice, n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (list[i].n > 0 && (wildcards || list[i].p[0] != '.') && (all_or_none || !policy_has_path(list[i])))
            kept[count++] = policy_domain(list[i]);
    *out = kept;
    return all_or_none && count < n ? 0 : count;
}

static void add_domains(struct terms *t, const struct preset *p, const struct policy *policy)
{
    const struct slice *in, *out;
    size_t in_count = expand_passable(t->arena, policy->include, policy->include_count, p->wildcards, true, &in);
    size_t out_count = expand_passable(t->arena, policy->exclude, policy->exclude_count, p->wildcards, false, &out);
    struct term *term = expand_add(t, SLICE("include"), expand_joined(t->arena, in, in_count, "", ",", ""));
    term->kind = TERM_LIST, term->list = in, term->list_count = in_count;
    term = expand_add(t, SLICE("exclude"), expand_joined(t->arena, out, out_count, "", ",", ""));
    term->kind = TERM_LIST, term->list = out, term->list_count = out_count;
    expand_add(t, SLICE("sites"),
               in_count == 1 ? expand_joined(t->arena, in, 1, " site:", "", "")
                             : expand_joined(t->arena, in, in_count, " (site:", " OR site:", ")"));
    expand_add(t, SLICE("not_sites"), expand_joined(t->arena, out, out_count, " -site:", " -site:", ""));
}

static void add_dates(struct terms *t, struct slice after, int64_t now)
{
    char today[DATE_ROOM];
    struct day d;
    clock_date(now, today);
    expand_add(t, SLICE("today"), arena_dup(t->arena, slice_of(today)));
    if (!date_parse_iso(after, &d))
        return;
    int64_t days = now / 86400 - date_days(d);
    days = days < 1 ? 1 : days;
    expand_add(t, SLICE("after_date"), after);
    expand_add(t, SLICE("after_compact"), arena_printf(t->arena, "%04d%02d%02d", d.year, d.month, d.day));
    expand_add(t, SLICE("after_mdy"), arena_printf(t->arena, "%d/%d/%d", d.month, d.day, d.year));
    add_number(t, "days", (unsigned)(days < 100000 ? days : 100000));
    if (days <= 365)
        expand_add(t, SLICE("range"), slice_of(days <= 1 ? "day" : days <= 30 ? "month" : "year"));
}

/* The query, cut before a word to at most max characters. */
static struct slice cut_query(struct slice query, unsigned max)
{
    size_t at = 0, word = 0;
    for (unsigned i = 0; i < max && at < query.n; i++) {
        size_t n = utf8_next(slice_sub(query, at, query.n - at), NULL);
        word = query.p[at] == ' ' ? at : word;
        at += n ? n : 1;
    }
    return at >= query.n ? query : slice_sub(query, 0, word > at / 2 ? word : at);
}

/* The query without its stop words, for services that require every word. The whole query if nothing is left. */
static struct slice expand_keywords(struct arena *a, struct slice query, struct slice code)
{
    const struct lang *lang = code.n ? lang_find(code) : language_guess(query, lang_find(SLICE("en")));
    struct buf out;
    if (lang->cjk || utf8_check(query) < query.n)
        return query;
    struct words words = words_split(a, query, lang);
    buf_init(&out, query.n + 1);
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        if (w->flags & WORD_CJK) { /* overlapping pairs of characters cannot be joined with spaces */
            out.over = true;
            break;
        }
        if (w->flags & WORD_STOP)
            continue;
        if (out.n)
            buf_add_char(&out, ' ');
        buf_add(&out, slice_sub(query, w->start, w->n));
    }
    struct slice text = out.n && !out.over ? arena_dup(a, buf_slice(&out)) : query;
    buf_release(&out);
    return text;
}

static void fill_terms(struct terms *t, const struct preset *p, const struct expand_input *in)
{
    static const struct policy none;
    const struct policy *policy = in->policy ? in->policy : &none;
    unsigned count = in->count && in->count < p->max_count ? in->count : p->max_count;
    struct url base;
    const char *why;
    expand_add(t, SLICE("query"), cut_query(in->query, p->max_query_chars));
    if (p->wants_keywords)
        expand_add(t, SLICE("keywords"), cut_query(expand_keywords(t->arena, in->query, in->lang), p->max_query_chars));
    add_number(t, "count", count);
    add_number(t, "page", in->page + p->first_page);
    add_number(t, "offset", in->page * count);
    add_number(t, "start", in->page * count + 1);
    expand_add(t, SLICE("lang"), in->lang);
    add_domains(t, p, policy);
    add_dates(t, policy->after_date, in->now_unix_s);
    expand_add(t, SLICE("base"), in->base.n ? in->base : p->base)->kind = TERM_RAW;
    if (in->base.n && url_parse(t->arena, in->base, &base, &why))
        expand_add(t, SLICE("base_host"), base.host);
    for (size_t i = 0; i < p->keys.n; i++)
        expand_add(t, p->keys.at[i].name, in->key[i]);
    for (size_t i = 0; i < p->defaults.n; i++) {
        struct term *term = expand_find(t, p->defaults.at[i].name);
        if (!term)
            expand_add(t, p->defaults.at[i].name, p->defaults.at[i].value);
        else if (term->text.n == 0)
            term->text = p->defaults.at[i].value;
    }
}

/* False if a placeholder without '?' has no value. */
static bool expand_ready(struct terms *t, struct slice text)
{
    struct slice before, name;
    bool optional, closed;
    while (next_placeholder(&text, &before, &name, &optional, &closed)) {
        const struct term *term = expand_find(t, name);
        if (!optional && (!term || term->text.n == 0))
            return false;
    }
    return true;
}

static void add_encoded(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool plain = ascii_is_letter(c) || ascii_is_digit(c) || memchr("-._~", c, 4);
        if (plain)
            buf_add_char(out, c);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

/* Adds text, escaped for the inside of a JSON string. */
static void add_json_inner(struct buf *out, struct slice text)
{
    struct buf quoted;
    buf_init(&quoted, MAX_BODY_BYTES);
    if (value_print_string(text, &quoted))
        buf_add(out, slice_sub(buf_slice(&quoted), 1, quoted.n - 2));
    else
        out->over = true;
    buf_release(&quoted);
}

enum place { IN_URL, IN_HEADER, IN_JSON };

static void expand_into(struct terms *t, struct slice text, enum place place, bool encode_all, struct buf *out)
{
    struct slice before, name;
    bool optional, closed, more = true;
    while (more) {
        more = next_placeholder(&text, &before, &name, &optional, &closed);
        if (encode_all)
            add_encoded(out, before);
        else
            buf_add(out, before);
        const struct term *term = more ? expand_find(t, name) : NULL;
        if (!term)
            continue;
        if (place == IN_URL && term->kind != TERM_RAW)
            add_encoded(out, term->text);
        else if (place == IN_JSON)
            add_json_inner(out, term->text);
        else
            buf_add(out, term->text);
    }
}

static struct slice expand_text(struct terms *t, struct slice text, enum place place)
{
    struct buf out;
    buf_init(&out, MAX_BODY_BYTES);
    expand_into(t, text, place, false, &out);
    struct slice result = arena_dup(t->arena, buf_slice(&out));
    buf_release(&out);
    return result;
}

/* Whether the text looks like JSON: a string, a list, a number, true, false or null. */
static bool is_json(struct slice text)
{
    if (text.n == 0)
        return false;
    char c = text.p[0];
    return c == '"' || c == '[' || c == '-' || ascii_is_digit(c) || slice_is(text, "true") || slice_is(text, "false") ||
           slice_is(text, "null");
}

bool template_json_check(struct arena *a, struct slice text)
{
    const struct value *v;
    struct err e;
    struct terms none = {.arena = a};
    /* It is a number only as a whole: "2024-{today}" is a text. */
    if (!is_json(text) || (text.p[0] != '"' && text.p[0] != '['))
        return true;
    return value_parse(a, expand_text(&none, text, IN_JSON), &v, NULL, &e);
}

static void print_list(const struct term *term, struct buf *out)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < term->list_count; i++) {
        if (i)
            buf_add_char(out, ',');
        value_print_string(term->list[i], out);
    }
    buf_add_char(out, ']');
}

static void print_json(struct terms *t, struct slice text, struct buf *out)
{
    struct slice name, value;
    const struct value *number;
    struct err e;
    bool optional, closed = false;
    bool whole = expand_placeholder(text, &name, &optional, &closed) == text.n && closed;
    const struct term *term = whole ? expand_find(t, name) : NULL;
    if (term && term->kind == TERM_LIST) {
        print_list(term, out);
        return;
    }
    value = expand_text(t, text, text.n && (text.p[0] == '"' || text.p[0] == '[') ? IN_JSON : IN_HEADER);
    bool number_term = term && term->kind == TERM_NUMBER;
    if (number_term || (is_json(text) && value_parse(t->arena, value, &number, NULL, &e)))
        buf_add(out, value);
    else
        value_print_string(value, out);
}

/* Prints the members with a prefix ("filter."), in the order in which they first occur. */
static void print_object(struct terms *t, const struct preset_lines *lines, const bool *used, struct slice prefix,
                         struct buf *out)
{
    bool first = true;
    buf_add_char(out, '{');
    for (size_t i = 0; i < lines->n; i++) {
        struct slice name = lines->at[i].name;
        if (!used[i] || !slice_starts(name, prefix))
            continue;
        struct slice rest = slice_sub(name, prefix.n, name.n - prefix.n);
        size_t point = slice_find(rest, SLICE("."));
        bool deeper = point < rest.n, done = false;
        struct slice through = slice_sub(name, 0, prefix.n + point + deeper);
        for (size_t j = 0; j < i; j++)
            done |= used[j] && slice_starts(lines->at[j].name, through) && (deeper || lines->at[j].name.n == through.n);
        if (done)
            continue;
        if (!first)
            buf_add_char(out, ',');
        first = false;
        value_print_string(slice_sub(rest, 0, point), out);
        buf_add_char(out, ':');
        if (deeper)
            print_object(t, lines, used, through, out);
        else
            print_json(t, lines->at[i].value, out);
    }
    buf_add_char(out, '}');
}

static struct slice make_body(struct terms *t, const struct preset_lines *lines)
{
    struct buf out;
    bool *used = arena_array(t->arena, bool, lines->n);
    for (size_t i = 0; i < lines->n; i++)
        used[i] = expand_ready(t, lines->at[i].value);
    buf_init(&out, MAX_BODY_BYTES);
    print_object(t, lines, used, SLICE(""), &out);
    struct slice body = out.over ? SLICE("") : arena_dup(t->arena, buf_slice(&out));
    buf_release(&out);
    return body;
}

static struct slice make_url(struct terms *t, const struct preset *p)
{
    struct buf out;
    buf_init(&out, URL_MAX_BYTES);
    expand_into(t, p->url, IN_URL, false, &out);
    char mark = memchr(buf_slice(&out).p, '?', out.n) ? '&' : '?';
    for (size_t i = 0; i < p->query.n; i++) {
        if (!expand_ready(t, p->query.at[i].value))
            continue;
        buf_add_char(&out, mark);
        add_encoded(&out, p->query.at[i].name);
        buf_add_char(&out, '=');
        expand_into(t, p->query.at[i].value, IN_URL, true, &out);
        mark = '&';
    }
    struct slice url = out.over ? SLICE("") : arena_dup(t->arena, buf_slice(&out));
    buf_release(&out);
    return url;
}

bool expand_request(struct arena *a, const struct preset *p, const struct expand_input *in, struct http_request *out,
                    const char **why)
{
    struct terms t = {.arena = a};
    struct http_header *headers = arena_array(a, struct http_header, p->headers.n + 2);
    size_t n = 0;
    fill_terms(&t, p, in);
    *why = "the service's URL needs a value that is not there";
    if (!expand_ready(&t, p->url))
        return false;
    *why = "the question is too long for a URL";
    out->url = make_url(&t, p);
    out->method = p->post ? "POST" : "GET";
    if (out->url.n == 0)
        return false;
    headers[n++] = (struct http_header){SLICE("Accept"), p->format == PRESET_XML
                                                             ? SLICE("application/rss+xml, application/atom+xml, "
                                                                     "application/xml, text/xml")
                                                             : SLICE("application/json")};
    if (p->body.n) {
        headers[n++] = (struct http_header){SLICE("Content-Type"), SLICE("application/json")};
        out->body = make_body(&t, &p->body);
        *why = "the question is too long";
        if (out->body.n == 0)
            return false;
    }
    for (size_t i = 0; i < p->headers.n; i++)
        if (expand_ready(&t, p->headers.at[i].value))
            headers[n++] =
                (struct http_header){p->headers.at[i].name, expand_text(&t, p->headers.at[i].value, IN_HEADER)};
    out->headers = headers;
    out->header_count = n;
    return true;
}
