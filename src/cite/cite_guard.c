/* cite_guard.c - see cite_guard.h for the contract.
 *
 * A window holds the text that is not decided yet. The reader of each construct looks at the window's start, ahead to
 * its own limit, and answers yes, no, or "wait for more" (cite_peek.h). So a decision depends on the text, not on how
 * it was cut into deltas. Plain text goes on to cite_out.h.
 *
 * Links and quotations enclose text that must be filtered too. They are decided at their opening. A turn records what
 * must happen at their end: the offset, how many bytes to drop there, and the mark that follows. If another construct
 * jumps over a turn, the turn is dropped. That leaves one bracket too many, but no address. */
#include "cite/cite_guard.h"

#include "base/ascii.h"
#include "base/meter.h"
#include "net/url.h"
#include "cite/cite_line.h"
#include "cite/cite_link.h"
#include "cite/cite_mark.h"
#include "cite/cite_out.h"
#include "cite/cite_quote.h"
#include "cite/cite_url.h"

enum {
    PORTION = 4096,     /* a longer delta is fed in portions of this size */
    HISTORY = 64,       /* decided bytes that readers may still look back at */
    MAX_TURNS = 6,      /* open links and quotations, one within the other */
    MAX_CODE_SPAN = 400 /* bytes; a longer `span` is not held back, so it is no code */
};

struct turn {
    size_t at;             /* offset in the whole stream */
    size_t skip;           /* bytes from there that are dropped */
    bool keep;             /* they are not dropped, but are plain text */
    struct source *source; /* a mark follows; may be NULL */
};

enum line_state { LINES_TEXT, LINES_FENCE, LINES_REFERENCES };

struct cite_guard {
    const struct cite_evidence *evidence;
    struct cite_urls *urls;
    struct cite_quotes *quotes;
    struct cite_out out;
    struct buf window;
    size_t start;  /* offset of the undecided text in the window */
    size_t offset; /* offset of the window in the whole stream */
    bool complete;
    enum line_state lines;
    struct cite_fence fence;
    bool fence_line, dropping_line, dropping_url; /* what to do with the rest of the line or word */
    bool tail_dropped;                            /* only white space came after a dropped line */
    struct turn turns[MAX_TURNS];
    size_t turn_count;
    uint32_t lost_close;   /* the closing mark of a quotation whose opening mark was dropped without finding it */
    struct source *anchor; /* the source of the open <a href> */
};

static void cite_release(void *thing)
{
    struct cite_guard *g = thing;
    buf_release(&g->window);
    cite_out_release(&g->out);
}

struct cite_guard *cite_guard_new(struct arena *a, const struct cite_evidence *evidence,
                                  const struct cite_output *output)
{
    struct cite_guard *g = arena_array(a, struct cite_guard, 1);
    g->evidence = evidence;
    g->urls = cite_urls_new(a, evidence->sources, evidence->source_count);
    g->quotes = cite_quotes_new(a, evidence->texts, evidence->text_count);
    buf_init(&g->window, HISTORY + CITE_HELD_MAX + PORTION);
    cite_out_init(&g->out, output);
    arena_defer(a, cite_release, g);
    return g;
}

static struct slice cite_ahead(const struct cite_guard *g)
{
    size_t n = g->window.n - g->start;
    return (struct slice){g->window.p + g->start, n < CITE_HELD_MAX ? n : CITE_HELD_MAX};
}

static bool cite_final(const struct cite_guard *g)
{
    return g->complete || g->window.n - g->start >= CITE_HELD_MAX;
}

static size_t cite_place(const struct cite_guard *g)
{
    return g->offset + g->start;
}

static struct slice cite_from(struct slice text, size_t at)
{
    return slice_sub(text, at, text.n - at);
}

/* The i-th character before the start, counted from 1; 0 beyond the beginning. */
static uint32_t cite_before(const struct cite_guard *g, unsigned i)
{
    size_t at = g->start;
    uint32_t c = 0;
    for (; i > 0 && at > 0; i--) {
        at--;
        while (at > 0 && ((unsigned char)g->window.p[at] & 0xC0) == 0x80)
            at--;
    }
    if (i > 0)
        return 0;
    utf8_next(slice_sub(buf_slice(&g->window), at, g->start - at), &c);
    return c;
}

static bool at_line_start(const struct cite_guard *g)
{
    return cite_place(g) == 0 || cite_before(g, 1) == '\n';
}

static void cite_skip(struct cite_guard *g, size_t n)
{
    g->start += n;
}

/* Puts out a mark for each source that was named, or drops the construct if none was. */
static void put_marks(struct cite_guard *g, const struct cite_mark *m)
{
    if (m->named_count == 0) {
        meter_add(METER_CITATIONS_DROPPED, NULL, NULL, 1);
        cite_out_drop(&g->out);
    }
    for (size_t i = 0; i < m->named_count; i++)
        cite_out_mark(&g->out, g->evidence->sources[m->named[i] - 1]);
}

static void put_source(struct cite_guard *g, struct source *source)
{
    if (source) {
        cite_out_mark(&g->out, source);
    } else {
        meter_add(METER_CITATIONS_DROPPED, NULL, NULL, 1);
        cite_out_drop(&g->out);
    }
}

static bool add_turn(struct cite_guard *g, struct turn t)
{
    if (g->turn_count == MAX_TURNS)
        return false;
    g->turns[g->turn_count++] = t;
    return true;
}

/* Does what a turn recorded for this place. False if there is none. */
static bool take_turn(struct cite_guard *g)
{
    size_t here = cite_place(g), kept = 0;
    struct turn found = {0};
    bool any = false;
    for (size_t i = 0; i < g->turn_count; i++) {
        if (g->turns[i].at == here) {
            found = g->turns[i];
            any = true;
        } else if (g->turns[i].at > here) {
            g->turns[kept++] = g->turns[i];
        }
    }
    g->turn_count = kept;
    if (!any)
        return false;
    if (found.keep)
        cite_out_text(&g->out, slice_sub(cite_ahead(g), 0, found.skip));
    cite_skip(g, found.skip);
    if (found.source)
        cite_out_mark(&g->out, found.source);
    return true;
}

/* ---- words before a mark ---- */

/* The word that ends right before the start. */
struct word_before {
    unsigned characters;
    bool underscore, ascii, digits;
    unsigned number;      /* its value if it is all digits */
    uint32_t first, lead; /* its first character, and the character before that */
};

static struct word_before word_before(const struct cite_guard *g)
{
    struct word_before w = {.ascii = true, .digits = true};
    uint32_t c = 0;
    for (unsigned i = 1; i <= 12 && ((c = cite_before(g, i)) == '_' || cite_is_word(c)); i++) {
        w.characters++;
        w.underscore = w.underscore || c == '_';
        w.ascii = w.ascii && c < 0x80;
        w.digits = w.digits && ascii_is_digit(c);
        w.first = c;
    }
    w.lead = c;
    for (unsigned i = w.characters; w.digits && i > 0 && w.characters < 9; i--)
        w.number = w.number * 10 + (cite_before(g, i) - '0');
    return w;
}

/* Whether it is an index, a year or an interval: my_list[3], x[9], \sqrt[3], [2019], [0, 1]. */
static bool is_no_mark(const struct cite_guard *g, const struct cite_mark *m)
{
    struct word_before w = word_before(g);
    if (m->interval || (m->named_count == 0 && m->largest >= 1000))
        return true;
    if (w.characters == 0)
        return false;
    uint32_t next = (unsigned char)g->window.p[g->start + 1], behind = cite_before(g, 3);
    bool variable = w.characters == 1 && ascii_is_lower(w.first) && ascii_is_digit(next) &&
                    (w.lead == 0 || w.lead == '\n' || w.lead == '(' || (w.lead == ' ' && !ascii_is_digit(behind)));
    return w.underscore || w.lead == '\\' || (variable && m->named_count == 0);
}

/* Whether superscript digits are an exponent: 10⁶, x², m², km³. 1889¹ and tower¹ have citations. */
static bool is_exponent(const struct cite_guard *g, const struct cite_mark *m)
{
    struct word_before w = word_before(g);
    uint32_t c = cite_before(g, 1);
    if (c == 0x207B || c == 0x207A) /* superscript minus and plus */
        return true;
    if (w.characters == 0)
        return false;
    if (w.digits)
        return !(w.characters == 4 && w.number >= 1000 && w.number < 2200);
    return w.characters == 1 || (w.characters == 2 && (m->largest == 2 || m->largest == 3));
}

/* ---- readers: each is called at the start of its construct, and moves the start if it answers yes ---- */

static enum cite_reading read_bracket(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    struct cite_mark mark;
    struct cite_link link;
    bool line_start = at_line_start(g);
    enum cite_reading is_mark = cite_read_mark(text, cite_final(g), g->evidence->source_count, &mark);
    if (is_mark == CITE_MORE)
        return CITE_MORE;
    struct cite_peek p = {.text = text, .at = mark.n, .final = cite_final(g)};
    if (is_mark == CITE_YES && peek_byte(&p) == 0 && p.more)
        return CITE_MORE;
    if (is_mark == CITE_YES && mark.line && line_start && peek_byte(&p) == ':') {
        g->dropping_line = true;
        return CITE_YES;
    }
    if (text.p[0] == '[' && (is_mark == CITE_NO || peek_byte(&p) == '(')) {
        enum cite_reading is_link = cite_read_link(text, cite_final(g), &link);
        if (is_link == CITE_MORE)
            return CITE_MORE;
        struct source *source = is_link == CITE_YES ? cite_urls_find(g->urls, link.url) : NULL;
        if (is_link == CITE_YES && is_mark == CITE_YES) { /* [1](URL): the address is more reliable than the number */
            if (source)
                put_source(g, source);
            else
                put_marks(g, &mark);
            cite_skip(g, link.n);
            return CITE_YES;
        }
        struct turn end = {cite_place(g) + link.text_end, link.n - link.text_end, false, source};
        if (is_link == CITE_YES && add_turn(g, end)) {
            cite_skip(g, 1);
            return CITE_YES;
        }
        if (is_mark == CITE_NO && line_start) {
            enum cite_reading definition = cite_read_definition(text, cite_final(g));
            g->dropping_line = definition == CITE_YES;
            return definition;
        }
    }
    if (is_mark == CITE_NO || is_no_mark(g, &mark))
        return CITE_NO;
    put_marks(g, &mark);
    cite_skip(g, mark.n);
    return CITE_YES;
}

static enum cite_reading read_image(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    struct cite_link link;
    if (text.n < 2)
        return cite_final(g) ? CITE_NO : CITE_MORE;
    enum cite_reading is = text.p[1] == '[' ? cite_read_link(cite_from(text, 1), cite_final(g), &link) : CITE_NO;
    if (is == CITE_YES)
        cite_skip(g, 1); /* the link follows */
    return is;
}

/* "(source: https://...)" */
static enum cite_reading read_parenthesis(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    struct cite_mark mark;
    enum cite_reading is = cite_read_mark(text, cite_final(g), g->evidence->source_count, &mark);
    if (is == CITE_YES) {
        put_marks(g, &mark);
        cite_skip(g, mark.n);
        return CITE_YES;
    }
    struct cite_peek p = {.text = text, .final = cite_final(g), .at = 1};
    if (is == CITE_MORE || !cite_take_word(&p))
        return is == CITE_MORE ? CITE_MORE : peek_result(&p, false);
    size_t start = p.at;
    while (peek_byte(&p) && !strchr(" \t\n()", peek_byte(&p)))
        p.at++;
    struct slice url = slice_sub(text, start, p.at - start);
    bool address = slice_find(url, SLICE("://")) < url.n && peek_take(&p, ")");
    if (p.more || !address)
        return peek_result(&p, false);
    put_source(g, cite_urls_find(g->urls, url));
    cite_skip(g, p.at);
    return CITE_YES;
}

static enum cite_reading read_superscript(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    struct cite_mark mark;
    size_t n;
    enum cite_reading is = cite_read_superscript(text, cite_final(g), g->evidence->source_count, &mark);
    if (is == CITE_MORE)
        return CITE_MORE;
    struct cite_peek p = {.text = text, .at = mark.n, .final = cite_final(g)};
    bool isotope = cite_is_word(peek_char(&p, &n)); /* ¹⁴C */
    if (p.more)
        return CITE_MORE;
    if (isotope || is_exponent(g, &mark))
        cite_out_text(&g->out, slice_sub(text, 0, mark.n));
    else
        put_marks(g, &mark);
    cite_skip(g, mark.n);
    return CITE_YES;
}

static enum cite_reading read_numbers_in_tag(struct cite_guard *g, const struct cite_tag *tag)
{
    char closer[16];
    struct cite_mark mark;
    snprintf(closer, sizeof closer, "</%s>", tag->name);
    enum cite_reading is =
        cite_read_numbers(cite_from(cite_ahead(g), tag->n), cite_final(g), g->evidence->source_count, closer, &mark);
    bool exponent = tag->name[0] == 's' && is == CITE_YES && is_exponent(g, &mark);
    if (is != CITE_YES || exponent)
        return is == CITE_MORE ? CITE_MORE : CITE_NO;
    put_marks(g, &mark);
    cite_skip(g, tag->n + mark.n);
    return CITE_YES;
}

/* <https://...> */
static enum cite_reading read_autolink(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    size_t in = 0, n = 0;
    enum cite_reading is = cite_read_url_start(cite_from(text, 1), cite_final(g), '<', 0, &in);
    if (is != CITE_YES || in != 0)
        return is == CITE_MORE ? CITE_MORE : CITE_NO;
    is = cite_read_url(cite_from(text, 1), cite_final(g), &n);
    if (is != CITE_YES)
        return is;
    struct cite_peek p = {.text = text, .final = cite_final(g), .at = 1 + n};
    bool closed = peek_take(&p, ">");
    if (p.more || !closed)
        return peek_result(&p, false);
    put_source(g, cite_urls_find(g->urls, slice_sub(text, 1, n)));
    cite_skip(g, n + 2);
    return CITE_YES;
}

static enum cite_reading read_angle(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    struct cite_tag tag;
    if (text.n < 2)
        return cite_final(g) ? CITE_NO : CITE_MORE;
    enum cite_reading is = cite_read_tag(text, cite_final(g), &tag);
    if (is == CITE_MORE)
        return CITE_MORE;
    if (is == CITE_NO)
        return cite_is_word((unsigned char)text.p[1]) ? read_autolink(g) : CITE_NO;
    if (!tag.end && tag.name[0] != 'a' && tag.name[0] != 'i') {
        is = read_numbers_in_tag(g, &tag);
        if (is != CITE_NO)
            return is;
    }
    if (tag.name[0] == 's')
        return CITE_NO; /* <sup>th</sup> */
    if (tag.name[0] == 'a' && !tag.end)
        g->anchor = cite_urls_find(g->urls, cite_attribute(slice_sub(text, 0, tag.n), SLICE("href=")));
    cite_skip(g, tag.n);
    if (tag.name[0] == 'i')
        cite_out_drop(&g->out);
    if (tag.name[0] == 'a' && tag.end && g->anchor) {
        cite_out_mark(&g->out, g->anchor);
        g->anchor = NULL;
    }
    return CITE_YES;
}

/* Whether a backslash takes the character at the start its meaning. */
static bool is_escaped(const struct cite_guard *g)
{
    unsigned n = 0;
    while (cite_before(g, n + 1) == '\\')
        n++;
    return n % 2 == 1;
}

/* text/markdown_guard.h takes the same spans for code: those that close on their own line. */
static enum cite_reading read_code_span(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    if (is_escaped(g))
        return CITE_NO;
    bool cut = text.n > MAX_CODE_SPAN;
    struct cite_peek p = {.text = cut ? slice_sub(text, 0, MAX_CODE_SPAN) : text, .final = cite_final(g) || cut};
    size_t count = 0, run = 0;
    for (; peek_byte(&p) == '`'; p.at++)
        count++;
    for (char c; (c = peek_byte(&p)) != 0 && c != '\n'; p.at++) {
        run = c == '`' ? run + 1 : 0;
        if (run == count) {
            p.at++;
            if (peek_byte(&p) != '`' && !p.more) {
                cite_out_code(&g->out, slice_sub(text, 0, p.at));
                cite_skip(g, p.at);
                return CITE_YES;
            }
            p.at--;
        }
    }
    if (p.more)
        return CITE_MORE;
    cite_out_code(&g->out, slice_sub(text, 0, count)); /* a run of marks that opens nothing */
    cite_skip(g, count);
    return CITE_YES;
}

static bool opens_quote(const struct cite_guard *g, uint32_t c, struct slice text, size_t n)
{
    uint32_t b = cite_before(g, 1), next = 0;
    if (!cite_closing_mark(c))
        return false;
    utf8_next(cite_from(text, n), &next);
    bool spaced = next == ' ' || next == '\n' || next == '\t' || next == 0;
    if (c == '"' || c == 0xBB || c == 0xFF02) { /* these marks also close */
        bool sentence_end = b && b < 0x80 && strchr(".,;:!?)]}", (int)b);
        return !spaced && !cite_is_word(b) && (!sentence_end || cite_is_word(next));
    }
    return c != 0x201C || !cite_is_word(b); /* “ closes „ */
}

static enum cite_reading read_quote_mark(struct cite_guard *g, uint32_t c, size_t n)
{
    struct slice text = cite_ahead(g), inside;
    if (text.n <= n && !cite_final(g))
        return CITE_MORE;
    if (!opens_quote(g, c, text, n)) {
        if (c != g->lost_close)
            return CITE_NO;
        g->lost_close = 0;
        cite_skip(g, n);
        return CITE_YES;
    }
    enum cite_reading is = cite_read_quote(text, cite_final(g), &inside);
    if (is == CITE_MORE)
        return CITE_MORE;
    bool claims = cite_count_words(inside) >= CITE_QUOTE_WORDS;
    if (is == CITE_NO) {
        if (!claims)
            return CITE_NO;
        g->lost_close = cite_closing_mark(c);
        cite_skip(g, n);
        return CITE_YES;
    }
    bool keep = !claims || cite_quotes_have(g->quotes, inside);
    size_t end = n + inside.n, closing = utf8_next(cite_from(text, end), NULL);
    bool noted = add_turn(g, (struct turn){cite_place(g) + end, closing, keep, NULL});
    if (keep)
        return CITE_NO;
    if (!noted)
        g->lost_close = cite_closing_mark(c);
    cite_skip(g, n);
    return CITE_YES;
}

static enum cite_reading read_word(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    size_t in, n;
    enum cite_reading is = cite_read_url_start(text, cite_final(g), cite_before(g, 1), cite_before(g, 2), &in);
    if (is == CITE_MORE)
        return CITE_MORE;
    if (is == CITE_NO || in > 0) {
        cite_out_text(&g->out, slice_sub(text, 0, in));
        cite_skip(g, in);
        return CITE_YES;
    }
    is = cite_read_url(text, cite_final(g), &n);
    if (is == CITE_MORE)
        return CITE_MORE;
    if (is == CITE_NO) {
        g->dropping_url = true;
        n = 0;
    }
    put_source(g, n ? cite_urls_find(g->urls, slice_sub(text, 0, n)) : NULL);
    cite_skip(g, n);
    return CITE_YES;
}

/* ---- lines ---- */

static enum cite_reading read_line_start(struct cite_guard *g)
{
    struct slice text = cite_ahead(g);
    size_t n;
    enum cite_reading is;
    if (g->lines == LINES_FENCE) {
        is = cite_closes_fence(text, cite_final(g), &g->fence);
        if (is == CITE_MORE)
            return CITE_MORE;
        g->fence_line = true;
        if (is == CITE_YES)
            g->lines = LINES_TEXT;
        return CITE_YES;
    }
    if (g->lines == LINES_REFERENCES) {
        is = cite_read_reference(text, cite_final(g), &n);
        if (is == CITE_YES)
            cite_skip(g, n);
        else if (is == CITE_NO)
            g->lines = LINES_TEXT;
        return is == CITE_NO && g->window.n > g->start ? read_line_start(g) : is;
    }
    is = cite_read_fence(text, cite_final(g), &g->fence);
    if (is == CITE_YES) {
        g->lines = LINES_FENCE;
        g->fence_line = true;
    }
    if (is != CITE_NO)
        return is;
    is = cite_read_references(text, cite_final(g), &n);
    if (is == CITE_YES) {
        cite_skip(g, n);
        g->dropping_line = true;
        g->lines = LINES_REFERENCES;
    }
    return is;
}

/* Passes on or drops the rest of a line or of an address, as far as it has arrived. */
static void pass_on(struct cite_guard *g)
{
    struct slice text = {g->window.p + g->start, g->window.n - g->start};
    size_t n = 0, bytes = 1;
    if (g->dropping_url) {
        uint32_t c = 0;
        for (; n < text.n && (bytes = utf8_next(cite_from(text, n), &c)) > 0 && !cite_ends_url(c); n += bytes)
            ;
        g->dropping_url = n == text.n;
        cite_skip(g, n);
        return;
    }
    n = slice_find(text, SLICE("\n"));
    bool ended = n < text.n;
    n += ended;
    if (g->fence_line)
        cite_out_code(&g->out, slice_sub(text, 0, n));
    cite_skip(g, n);
    if (ended)
        g->fence_line = g->dropping_line = false;
}

static enum cite_reading read_construct(struct cite_guard *g, uint32_t c, size_t n)
{
    switch (c) {
    case '[':
    case 0x3010: /* 【 */
    case 0xFF3B: /* ［ */
        return read_bracket(g);
    case '\\':
        return cite_before(g, 1) == '\\' ? CITE_NO : read_bracket(g);
    case '(':
    case 0xFF08:
        return read_parenthesis(g);
    case '!':
        return read_image(g);
    case '<':
        return read_angle(g);
    case '`':
        return read_code_span(g);
    default:
        break;
    }
    if (cite_superscript_digit(c) >= 0)
        return read_superscript(g);
    if (cite_closing_mark(c) || c == g->lost_close)
        return read_quote_mark(g, c, n);
    return cite_is_word(c) ? read_word(g) : CITE_NO;
}

static enum cite_reading read_here(struct cite_guard *g)
{
    uint32_t c = 0;
    enum cite_reading is = at_line_start(g) ? read_line_start(g) : CITE_NO;
    if (is != CITE_NO)
        return is;
    size_t n = utf8_next(cite_ahead(g), &c);
    n = n ? n : 1;
    if (c == '\n' && cite_before(g, 1) == '\n')
        g->lost_close = 0;
    is = read_construct(g, c, n);
    if (is != CITE_NO)
        return is;
    cite_out_text(&g->out, slice_sub(cite_ahead(g), 0, n));
    cite_skip(g, n);
    return CITE_YES;
}

/* Decides about the text at the start. False if it needs more text. */
static bool cite_step(struct cite_guard *g)
{
    if (g->dropping_url || g->fence_line || g->dropping_line) {
        pass_on(g);
        return true;
    }
    if (g->turn_count && take_turn(g))
        return true;
    bool blank = char_in(g->window.p[g->start], " \t\r\n");
    bool was_tail = g->tail_dropped;
    if (read_here(g) == CITE_MORE)
        return false;
    bool dropped_more = g->dropping_line || g->lines == LINES_REFERENCES;
    g->tail_dropped = dropped_more || (blank && was_tail);
    return true;
}

static void cite_decide(struct cite_guard *g)
{
    while (g->start < g->window.n && !g->out.gone && cite_step(g))
        ;
    if (g->start > HISTORY) {
        size_t forget = g->start - HISTORY;
        while (forget > 0 && ((unsigned char)g->window.p[forget] & 0xC0) == 0x80)
            forget--;
        memmove(g->window.p, g->window.p + forget, g->window.n - forget + 1); /* including the NUL */
        g->start -= forget;
        g->window.n -= forget;
        g->offset += forget;
    }
}

bool cite_guard_feed(struct cite_guard *g, struct slice delta)
{
    while (delta.n > 0 && !g->out.gone) {
        struct slice portion = utf8_cut(delta, PORTION - 8);
        portion = portion.n ? portion : slice_sub(delta, 0, 1);
        if (!buf_add(&g->window, portion))
            return false;
        delta = cite_from(delta, portion.n);
        cite_decide(g);
    }
    cite_out_flush(&g->out);
    return !g->out.gone;
}

bool cite_guard_finish(struct cite_guard *g)
{
    g->complete = true;
    cite_decide(g);
    if (!g->out.gone)
        cite_out_finish(&g->out, g->tail_dropped);
    return !g->out.gone;
}
