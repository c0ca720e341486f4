/* cite_link.c - reads links by looking ahead.
 *
 * The reading of an unfinished link stops where another link begins. Otherwise a text that opens a thousand links and
 * closes none would be read a thousand times. */
#include "cite/cite_link.h"

#include "base/ascii.h"

enum { MAX_LINK_NESTING = 3 };

static void take_title(struct cite_peek *p)
{
    char open = peek_byte(p), close = open == '(' ? ')' : open;
    if (open != '"' && open != '\'' && open != '(')
        return;
    for (p->at++; peek_byte(p) && peek_byte(p) != close && !strchr("[\n", peek_byte(p));)
        p->at++;
    if (peek_byte(p) == close)
        p->at++;
    peek_spaces(p);
}

static bool take_destination(struct cite_peek *p, struct slice *url)
{
    bool pointed = peek_take(p, "<");
    size_t start = p->at, open = 0;
    for (char c; (c = peek_byte(p)) != 0 && !strchr(pointed ? "<>[\n" : " \t\n<>[", c); p->at++) {
        if (!pointed && c == ')' && open == 0)
            break;
        open += c == '(';
        open -= c == ')' && open > 0;
    }
    *url = slice_sub(p->text, start, p->at - start);
    return !pointed || peek_take(p, ">");
}

enum cite_reading cite_read_link(struct slice text, bool final, struct cite_link *out)
{
    struct cite_peek p = {.text = text, .final = final, .at = 1};
    size_t depth = 1;
    char last = 0;
    for (char c; depth > 0 && (c = peek_byte(&p)) != 0; p.at++) {
        if (p.at > CITE_LINK_TEXT || depth > MAX_LINK_NESTING || (c == '\n' && last == '\n'))
            return CITE_NO;
        depth += c == '[' && last != '\\';
        depth -= c == ']' && last != '\\';
        last = c;
    }
    if (depth > 0)
        return peek_result(&p, false);
    out->text_end = p.at - 1;
    if (!peek_take(&p, "("))
        return peek_result(&p, false);
    peek_spaces(&p);
    if (!take_destination(&p, &out->url))
        return peek_result(&p, false);
    peek_spaces(&p);
    take_title(&p);
    bool ok = peek_take(&p, ")");
    out->n = p.at;
    return peek_result(&p, ok);
}

static bool is_guarded(const struct cite_tag *t)
{
    static const char *const names[] = {"a", "img", "sup", "cite", "ref", "sub"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!strcmp(t->name, names[i]))
            return true;
    return false;
}

enum cite_reading cite_read_tag(struct slice text, bool final, struct cite_tag *out)
{
    struct cite_peek p = {.text = text, .final = final, .at = 1};
    *out = (struct cite_tag){0};
    out->end = peek_take(&p, "/");
    for (size_t n = 0; n < CITE_TAG_NAME; n++, p.at++) {
        char c = peek_byte(&p);
        c = ascii_is_upper(c) ? (char)(c + 32) : c;
        if (!ascii_is_lower(c))
            break;
        out->name[n] = c;
    }
    if (!is_guarded(out) ||
        !(peek_byte(&p) == '>' || peek_byte(&p) == '/' || peek_byte(&p) == ' ' || peek_byte(&p) == 0))
        return peek_result(&p, false);
    while (peek_byte(&p) && peek_byte(&p) != '>' && peek_byte(&p) != '<')
        p.at++;
    bool ok = peek_take(&p, ">");
    out->n = p.at;
    return peek_result(&p, ok);
}

struct slice cite_attribute(struct slice tag, struct slice name)
{
    size_t at = slice_find(tag, name);
    if (at == tag.n)
        return (struct slice){"", 0};
    struct slice rest = slice_sub(tag, at + name.n, tag.n - at - name.n);
    char quote = rest.n && (rest.p[0] == '"' || rest.p[0] == '\'') ? rest.p[0] : 0;
    size_t i = quote != 0, start = i;
    while (i < rest.n && (quote ? rest.p[i] != quote : rest.p[i] != ' ' && rest.p[i] != '>'))
        i++;
    return slice_sub(rest, start, i - start);
}
