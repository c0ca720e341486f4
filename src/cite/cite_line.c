/* Lines that are not prose: code fences, lists of references, definitions of links.
 *
 * All of them are told by how a line begins, so ordinary lines are held back for a few characters at most. A list of
 * references is only taken for one when its first entry looks like one (a mark, a number, a bullet with an address):
 * "Sources" may well be the heading of a section about rivers. */
#include "cite/cite_line.h"

#include "cite/cite_mark.h"

enum { MAX_DECORATION = 16, MAX_INFO = 200, MAX_LABEL = 200 };

static struct cite_peek peek(struct slice text, bool final, size_t most)
{
    bool cut = text.n > most;
    return (struct cite_peek){.text = cut ? utf8_cut(text, most) : text, .final = final || cut};
}

static void skip_any(struct cite_peek *p, const char *set, size_t most)
{
    for (size_t end = p->at + most; p->at < end && peek_byte(p) && strchr(set, peek_byte(p)); p->at++)
        ;
}

/* To the newline, which is not read. */
static void skip_line(struct cite_peek *p)
{
    while (peek_byte(p) && peek_byte(p) != '\n')
        p->at++;
}

static size_t count_run(struct cite_peek *p, char mark)
{
    size_t start = p->at;
    while (mark && peek_byte(p) == mark)
        p->at++;
    return p->at - start;
}

enum cite_reading cite_read_fence(struct slice text, bool final, struct cite_fence *out)
{
    struct cite_peek p = peek(text, final, MAX_INFO);
    skip_any(&p, " \t>", MAX_DECORATION);
    char mark = peek_byte(&p);
    if (mark != '`' && mark != '~')
        return peek_result(&p, false);
    size_t count = count_run(&p, mark), info = p.at;
    if (count < 3)
        return peek_result(&p, false);
    skip_line(&p);
    bool inline_code = memchr(text.p + info, '`', p.at - info) != NULL;
    *out = (struct cite_fence){mark, count, p.at};
    bool ended = peek_byte(&p) == '\n' || (final && p.at == text.n);
    return peek_result(&p, ended && !inline_code);
}

enum cite_reading cite_closes_fence(struct slice text, bool final, const struct cite_fence *fence)
{
    struct cite_peek p = peek(text, final, MAX_INFO);
    skip_any(&p, " \t>", MAX_DECORATION);
    if (count_run(&p, fence->mark) < fence->count)
        return peek_result(&p, false);
    skip_any(&p, " \t\r", MAX_INFO);
    return peek_result(&p, peek_byte(&p) == '\n' || peek_byte(&p) == 0);
}

/* Headings. Below "Sources" a numbered list may be about rivers: there an entry must have an address or a mark. */
static bool take_heading(struct cite_peek *p, bool *plain)
{
    static const struct {
        const char *word;
        bool plain; /* numbers alone make a list of references */
    } words[] = {{"sources", false},      {"source", false},      {"references", true},   {"reference list", true},
                 {"citations", true},     {"works cited", true},  {"bibliography", true}, {"footnotes", true},
                 {"endnotes", true},      {"further reading", true},
                 {"quellen", false},      {"quellenangaben", true}, {"einzelnachweise", true}, {"literatur", true},
                 {"fuentes", false},      {"referencias", true},  {"bibliografía", true}, {"fontes", false},
                 {"referências", true},   {"fonti", false},       {"riferimenti", true},  {"bibliographie", true},
                 {"références", true},    {"Références", true},   {"bronnen", false},     {"źródła", false},
                 {"Źródła", false},       {"источники", false},   {"Источники", false},   {"来源", false},
                 {"來源", false},         {"参考资料", true},     {"參考資料", true},     {"参考文献", true},
                 {"出典", false},         {"출처", false}};
    skip_any(p, " \t#*_>", MAX_DECORATION);
    size_t start = p->at;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        p->at = start;
        if (!peek_take(p, words[i].word))
            continue;
        *plain = words[i].plain;
        skip_any(p, " \t#*_:\r", MAX_DECORATION);
        (void)peek_take(p, "：");
        if (peek_byte(p) == '\n' || peek_byte(p) == 0)
            return true;
    }
    return false;
}

/* Whether "://" or "www." stands in it. */
static bool has_address(struct slice line)
{
    return slice_find(line, SLICE("://")) < line.n || slice_find(line, SLICE("www.")) < line.n;
}

static bool is_bullet(struct slice line)
{
    static const char *const bullets[] = {"- ", "* ", "+ ", "• ", "– "};
    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++)
        if (slice_starts(line, slice_of(bullets[i])))
            return true;
    return false;
}

static bool is_numbered(struct slice line)
{
    size_t digits = 0;
    while (digits < line.n && digits < 4 && line.p[digits] >= '0' && line.p[digits] <= '9')
        digits++;
    return digits && digits < line.n && strchr(".):", line.p[digits]);
}

static bool begins_with_mark(struct slice line)
{
    struct cite_mark mark;
    return cite_read_mark(line, true, 0, &mark) == CITE_YES;
}

/* first: it decides whether the lines are a list of references at all; plain: numbers show that. */
static enum cite_reading read_entry(struct slice text, bool final, bool first, bool plain, size_t *n)
{
    struct cite_peek p = peek(text, final, CITE_LINE_BYTES);
    skip_line(&p);
    struct slice line = slice_sub(p.text, 0, p.at);
    bool blank = slice_trim(line).n == 0;
    bool indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
    line = slice_trim(line);
    *n = p.at + (peek_byte(&p) == '\n');
    if (blank)
        return peek_result(&p, !first);
    bool bullet = is_bullet(line);
    if (bullet)
        line = slice_trim(slice_sub(line, 1, line.n - 1)); /* of longer bullets bytes stay, which hurts nothing */
    bool entry = (plain && is_numbered(line)) || has_address(line) || begins_with_mark(line);
    return peek_result(&p, entry || (!first && (indented || bullet)));
}

enum cite_reading cite_read_references(struct slice text, bool final, size_t *n)
{
    struct cite_peek p = peek(text, final, CITE_LINE_BYTES);
    bool plain = false;
    if (!take_heading(&p, &plain))
        return peek_result(&p, false);
    *n = p.at;
    skip_any(&p, "\n\r \t", MAX_DECORATION);
    bool nothing = peek_byte(&p) == 0 && final;
    if (p.more)
        return CITE_MORE;
    size_t ignored;
    return nothing ? CITE_YES : read_entry(slice_sub(text, p.at, text.n - p.at), final, true, plain, &ignored);
}

enum cite_reading cite_read_reference(struct slice text, bool final, size_t *n)
{
    return read_entry(text, final, false, true, n);
}

enum cite_reading cite_read_definition(struct slice text, bool final)
{
    struct cite_peek p = peek(text, final, MAX_LABEL);
    skip_any(&p, " ", 3);
    if (!peek_take(&p, "["))
        return peek_result(&p, false);
    while (peek_byte(&p) && !strchr("[]\n", peek_byte(&p)))
        p.at++;
    if (!peek_take(&p, "]:"))
        return peek_result(&p, false);
    peek_spaces(&p);
    bool url = peek_take(&p, "<") || peek_take(&p, "http") || peek_take(&p, "www.") || peek_take(&p, "//");
    return peek_result(&p, url);
}
