/* wikitext_spans.c - where templates, links and elements begin and end, and the parameters between their bars. */
#include "pages/wikitext_inner.h"

#include "base/ascii.h"

/* --- elements ---------------------------------------------------------------------------------------------------- */

static const struct wiki_named_element wiki_elements[WIKI_ELEMENTS] = {
    {"ref", WIKI_REFERENCE},    {"gallery", WIKI_DROPPED},        {"timeline", WIKI_DROPPED},
    {"score", WIKI_DROPPED},    {"imagemap", WIKI_DROPPED},       {"references", WIKI_DROPPED},
    {"graph", WIKI_DROPPED},    {"templatestyles", WIKI_DROPPED}, {"hiero", WIKI_DROPPED},
    {"mapframe", WIKI_DROPPED}, {"maplink", WIKI_DROPPED},        {"s", WIKI_DROPPED},
    {"del", WIKI_DROPPED},      {"strike", WIKI_DROPPED},         {"nowiki", WIKI_LITERAL},
    {"pre", WIKI_CODE},         {"syntaxhighlight", WIKI_CODE},   {"source", WIKI_CODE},
    {"math", WIKI_FORMULA},     {"chem", WIKI_CHEMICAL},          {"ce", WIKI_CHEMICAL},
    {"poem", WIKI_POEM},        {"categorytree", WIKI_DROPPED},   {"inputbox", WIKI_DROPPED},
};

/* Where the end tag is; rest.n: nowhere. A stretch that was searched in vain is not searched again: that would be
 * quadratic. */
static size_t wiki_element_end(struct wiki *w, size_t element, struct slice rest)
{
    struct wiki_stretch *without = &w->without[element];
    size_t from = (size_t)(rest.p - w->in.p), to = from + rest.n;
    if (without->from <= from && to <= without->to)
        return rest.n;
    size_t end = markup_find_end(rest, slice_of(wiki_elements[element].name));
    if (end == rest.n)
        *without = (struct wiki_stretch){from, to};
    return end;
}

bool wiki_element_at(struct wiki *w, struct slice markup, unsigned kinds, struct wiki_found *f)
{
    if (!markup_tag(slice_sub(markup, 0, markup.n < WIKI_TAG_BYTES_MAX ? markup.n : WIKI_TAG_BYTES_MAX), &f->tag) ||
        f->tag.end)
        return false;
    struct slice name = f->tag.name;
    if (slice_ends(name, SLICE("/")))
        name.n--;
    for (size_t i = 0; i < COUNT_OF(wiki_elements); i++) {
        if (!(wiki_elements[i].kind & kinds) || !slice_eq_nocase(name, slice_of(wiki_elements[i].name)))
            continue;
        f->element = &wiki_elements[i];
        f->content = (struct slice){"", 0};
        f->n = f->tag.n;
        if (markup.p[f->tag.n - 2] == '/')
            return true;
        struct slice rest = slice_sub(markup, f->tag.n, markup.n - f->tag.n);
        size_t end = wiki_element_end(w, i, rest);
        if (end == rest.n) /* never closed: only the tag goes */
            return false;
        size_t over = slice_find(slice_sub(rest, end, rest.n - end), SLICE(">"));
        f->content = slice_sub(rest, 0, end);
        f->n = f->tag.n + end + over + (end + over < rest.n);
        return true;
    }
    return false;
}

/* Bytes of the element at the start of markup that is one of these kinds; 0: none. */
static size_t wiki_passed(struct wiki *w, struct slice markup, unsigned kinds)
{
    struct wiki_found f;
    return wiki_element_at(w, markup, kinds, &f) ? f.n : 0;
}

/* --- bounds of templates and links -------------------------------------------------------------------------------- */

/* In one pass with a stack: linear whatever the nesting. */
void wiki_find_spans(struct wiki *w)
{
    size_t stack[WIKI_DEPTH_MAX], depth = 0, room = 0, passed;
    struct wiki_span *items = NULL;
    struct slice in = w->in;
    w->spans = (struct wiki_spans){NULL, 0};
    for (size_t i = 0; i + 1 < in.n; i++) {
        char c = in.p[i];
        if (c == '<' && (passed = wiki_passed(w, slice_sub(in, i, in.n - i), WIKI_RAW)) > 0) {
            i += passed - 1;
            continue;
        }
        if (c != in.p[i + 1] || !char_in(c, "{}[]"))
            continue;
        if (c == '{' || c == '[') {
            struct wiki_span *s = arena_push(w->a, &items, w->spans.n, &room);
            *s = (struct wiki_span){i, 0};
            if (depth < WIKI_DEPTH_MAX)
                stack[depth++] = w->spans.n;
            w->spans.n++;
            i++;
        } else if (depth > 0) {
            char open = c == '}' ? '{' : '[';
            size_t d = depth; /* an inner one that was never closed does not keep the outer one open */
            while (d > 0 && in.p[items[stack[d - 1]].begin] != open)
                d--;
            if (d > 0) {
                items[stack[d - 1]].end = i + 2;
                depth = d - 1;
                i++;
            }
        }
    }
    w->spans.at = items;
}

size_t wiki_span_end(const struct wiki *w, size_t begin)
{
    const struct wiki_spans *s = &w->spans;
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->at[middle].begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->n && s->at[low].begin == begin ? s->at[low].end : 0;
}

/* Bytes of the template, link or element at byte i of markup; 1 when there is none. */
static size_t wiki_step(struct wiki *w, struct slice markup, size_t i)
{
    struct slice rest = slice_sub(markup, i, markup.n - i);
    size_t at = (size_t)(rest.p - w->in.p), n = 0;
    if (rest.p[0] == '<')
        n = wiki_passed(w, rest, WIKI_RAW | WIKI_REFERENCE);
    else if (rest.n > 1 && rest.p[0] == rest.p[1] && char_in(rest.p[0], "{["))
        n = wiki_span_end(w, at);
    if (n && rest.p[0] != '<')
        n -= at;
    return n > 0 && n <= rest.n ? n : 1;
}

size_t wiki_split(struct wiki *w, struct slice markup, struct slice **pieces)
{
    size_t n = 0, room = 0, begin = 0;
    *pieces = NULL;
    for (size_t i = 0; i <= markup.n;) {
        if (i < markup.n && markup.p[i] != '|') {
            i += wiki_step(w, markup, i);
            continue;
        }
        struct slice *piece = arena_push(w->a, pieces, n, &room);
        *piece = slice_sub(markup, begin, i - begin);
        n++;
        begin = ++i;
    }
    return n;
}

size_t wiki_equals(struct wiki *w, struct slice markup)
{
    size_t i = 0;
    while (i < markup.n && markup.p[i] != '=')
        i += wiki_step(w, markup, i);
    return i;
}

/* --- parameters -------------------------------------------------------------------------------------------------- */

struct slice wiki_text(struct wiki *w, struct slice markup, int depth)
{
    size_t before = w->out.n;
    w->put(w, markup, depth);
    struct slice text = arena_dup(w->a, slice_trim(slice_sub(buf_slice(&w->out), before, w->out.n - before)));
    w->out.n = before;
    return text;
}

struct slice wiki_read(struct wiki_call *c, struct wiki_arg *arg)
{
    if (!arg->read)
        arg->text = wiki_text(c->w, arg->raw, c->depth + 1);
    arg->read = true;
    return arg->text;
}

struct slice wiki_at(struct wiki_call *c, unsigned position)
{
    for (size_t i = c->n; i-- > 0;) /* MediaWiki takes the last of several */
        if (c->args[i].position == position)
            return wiki_read(c, &c->args[i]);
    return (struct slice){"", 0};
}

struct slice wiki_named(struct wiki_call *c, const char *names)
{
    struct slice rest = slice_of(names);
    while (rest.n > 0) {
        size_t n = slice_find(rest, SLICE(","));
        struct slice name = slice_sub(rest, 0, n), text = {"", 0};
        if (ascii_is_digit(name.p[0]))
            text = wiki_at(c, (unsigned)(name.p[0] - '0'));
        for (size_t i = c->n; i-- > 0 && text.n == 0;)
            if (c->args[i].position == 0 && slice_eq_nocase(c->args[i].key, name))
                text = wiki_read(c, &c->args[i]);
        if (text.n)
            return text;
        rest = n < rest.n ? slice_sub(rest, n + 1, rest.n - n - 1) : (struct slice){"", 0};
    }
    return (struct slice){"", 0};
}
