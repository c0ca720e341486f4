/* html_features.c - what the model sees, in five linear passes: words of each block; sums of the boxes; the main box;
 * what is special about a text (title, description, repeated, in JSON-LD); places and neighbours.
 *
 * A good block reads like prose: ten words or more, few of them links, not in navigation, footer or form. The main box
 * is the smallest that holds most good words: a first guess that the model refines. */
#include "pages/html_features.h"

#include <math.h>

#include "base/ascii.h"
#include "lang/lang.h"
#include "pages/markup.h"
#include "text/script.h"

enum {
    GOOD_WORDS = 10,
    UNSPACED_LETTERS = 5, /* letters and vowel signs a word of Thai, Lao, Khmer and Burmese */
    NEEDLE_BYTES = 48,
    NEEDLE_MIN = 12,
    TITLE_WORDS = 64,
    CLIMB_MAX = 6,
    SEARCH_BYTES_MAX = 100 << 20
};

static const double MAIN_SHARE = 0.7;

/* Of one block. */
struct counts {
    uint32_t words, letters, capitals, capital_words, digits, commas, stops, chars, signs;
    bool good;
};

struct work {
    struct html_page *page;
    struct counts *counts;
    struct html_features *out;
    uint32_t *last;   /* of a box: index of the last box inside of it */
    uint32_t *shared; /* of a box: the smallest box that holds it and the main box */
    uint32_t main;
    uint32_t good_words, words;
};

static float html_log1(double x)
{
    return logf(1 + (float)x);
}

static float html_share(double some, double whole)
{
    return whole > 0 ? (float)(some / whole) : 0;
}

/* --- counting ------------------------------------------------------------------------------------------------------
 */

static bool is_sign(const unsigned char *at, size_t n)
{
    if (*at == '|' || *at == '>' || *at == '<')
        return true;
    return (n >= 2 && at[0] == 0xC2 && (at[1] == 0xA9 || at[1] == 0xBB || at[1] == 0xAB)) || /* (c) >> << */
           (n >= 3 && at[0] == 0xE2 &&
            (at[1] == 0x86 || at[1] == 0x96 || (at[1] == 0x80 && at[2] == 0xA2))); /* arrows, bullets */
}

/* The full stops of Burmese and Khmer, U+104B and U+17D4. */
static bool is_asian_stop(const unsigned char *at)
{
    return at[0] == 0xE1 && ((at[1] == 0x81 && at[2] == 0x8B) || (at[1] == 0x9F && at[2] == 0x94));
}

static void count_text(struct slice text, struct counts *c)
{
    const unsigned char *at = (const unsigned char *)text.p, *end = at + text.n;
    bool in_word = false;
    uint32_t ideographs = 0, unspaced = 0;
    for (; at < end; at++) {
        unsigned char b = *at;
        bool upper = ascii_is_upper(b), lower = ascii_is_lower(b);
        c->chars += (b & 0xC0) != 0x80;
        if (upper || lower || b >= 0x80) {
            c->letters += upper || lower;
            c->capitals += upper;
            if (b == 0xC2 || b == 0xE2)
                c->signs += is_sign(at, (size_t)(end - at));
            if (b == SCRIPT_CJK_BYTE && end - at > 2 && at[1] == 0x80)
                c->stops += at[2] == 0x82; /* the ideographic full stop */
            else if (b >= SCRIPT_CJK_BYTE && b <= SCRIPT_HAN_BYTE)
                ideographs++;
            else if ((b == 0xE0 || b == 0xE1) && end - at > 2 && script_is_unspaced_asian(at)) {
                unspaced++;
                c->stops += is_asian_stop(at);
                at += 2; /* the bytes that follow begin no word */
            } else if (!in_word && b != 0xE2) {
                c->words++;
                c->capital_words += upper;
                in_word = true;
            }
        } else if (ascii_is_digit(b)) {
            c->digits++;
            c->words += !in_word;
            in_word = true;
        } else if (b != '\'') {
            in_word = false;
            c->commas += b == ',';
            c->stops +=
                (b == '.' || b == '!' || b == '?') && (at + 1 == end || at[1] <= ' ' || at[1] == '"' || at[1] >= 0x80);
            c->signs += b == '|' || b == '>' || b == '<';
        }
    }
    c->words += (ideographs + 1) / 2 + (unspaced + UNSPACED_LETTERS - 1) / UNSPACED_LETTERS;
}

static void count_blocks(struct work *w)
{
    struct html_page *page = w->page;
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        struct counts *c = &w->counts[i];
        struct html_box *box = &page->boxes[b->box];
        count_text(html_block_text(page, b), c);
        c->good = c->words >= GOOD_WORDS && b->link_chars * 10 < b->n * 3 && box->near[ROLE_IN_NAV] == HTML_FAR &&
                  box->near[ROLE_IN_FOOTER] == HTML_FAR && box->near[ROLE_IN_FORM] > 3 &&
                  box->near[ROLE_IN_ASIDE] == HTML_FAR && box->near[ROLE_COMMENT] > 4;
        box->blocks++;
        box->words += c->words;
        box->chars += b->n;
        box->link_chars += b->link_chars;
        if (c->good)
            box->good_words += c->words;
        w->words += c->words;
        w->good_words += c->good ? c->words : 0;
    }
    for (size_t i = page->box_count; i-- > 0;) {
        struct html_box *box = &page->boxes[i], *above = &page->boxes[box->parent];
        if (w->last[i] < i)
            w->last[i] = (uint32_t)i;
        if (i == 0)
            break;
        above->blocks += box->blocks;
        above->words += box->words;
        above->chars += box->chars;
        above->link_chars += box->link_chars;
        above->good_words += box->good_words;
        if (w->last[box->parent] < w->last[i])
            w->last[box->parent] = w->last[i];
    }
}

static void find_main(struct work *w)
{
    const struct html_page *page = w->page;
    uint32_t main = 0;
    for (uint32_t i = 1; i < page->box_count; i++)
        if (page->boxes[i].parent == main && page->boxes[i].good_words > 0 &&
            page->boxes[i].good_words >= MAIN_SHARE * page->boxes[main].good_words)
            main = i;
    w->main = main;
    for (uint32_t i = 0; i < page->box_count; i++)
        w->shared[i] = i <= main && main <= w->last[i] ? i : w->shared[page->boxes[i].parent];
}

/* --- texts ---------------------------------------------------------------------------------------------------------
 */

static bool is_alnum(unsigned char c)
{
    return ascii_is_digit(c) || ascii_is_upper(c) || ascii_is_lower(c) || c >= 0x80;
}

static unsigned char html_lower(unsigned char c)
{
    return ascii_is_upper(c) ? (unsigned char)(c + 'a' - 'A') : c;
}

/* Hash of the next word of *rest in small letters; 0 at the end. */
static uint32_t next_word_hash(struct slice *rest)
{
    size_t i = 0;
    uint32_t h = 2166136261u;
    while (i < rest->n && !is_alnum((unsigned char)rest->p[i]))
        i++;
    if (i == rest->n)
        return 0;
    for (; i < rest->n && is_alnum((unsigned char)rest->p[i]); i++)
        h = (h ^ html_lower((unsigned char)rest->p[i])) * 16777619u;
    *rest = slice_sub(*rest, i, rest->n - i);
    return h | 1;
}

struct title {
    uint32_t words[TITLE_WORDS];
    size_t n;
};

static void read_title(struct title *t, struct slice text)
{
    uint32_t h;
    while (t->n < TITLE_WORDS && (h = next_word_hash(&text)) != 0)
        t->words[t->n++] = h;
}

static float title_share(const struct title *t, struct slice text)
{
    size_t words = 0, hits = 0;
    uint32_t h;
    while ((h = next_word_hash(&text)) != 0) {
        words++;
        for (size_t i = 0; i < t->n; i++)
            if (t->words[i] == h) {
                hits++;
                break;
            }
    }
    return html_share((double)hits, (double)words);
}

/* Only letters and digits, in small letters; what looks like a tag or an entity is dropped, since both sides are only
 * compared. */
static struct slice html_squeeze(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0, tags_end = markup_tags_end(text);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        const char *close = NULL;
        if (c == '<' && i < tags_end)
            close = memchr(text.p + i, '>', text.n - i);
        else if (c == '&')
            close = memchr(text.p + i, ';', text.n - i < 10 ? text.n - i : 10);
        if (close)
            i = (size_t)(close - text.p);
        else if (c >= 0xC2 && ((c == 0xC2 && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0xC0)))
            i++; /* signs and the unbreakable space */
        else if (c == 0xE2)
            i += 2; /* punctuation: quotes and dashes come out differently on both sides */
        else if (is_alnum(c))
            out[n++] = (char)html_lower(c);
    }
    return (struct slice){out, n};
}

/* 2 when the text is in body, 1 when not, 3 when it is too short to tell or *budget, the bytes still to be searched, is
 * spent. */
static float in_body(struct arena *a, struct slice body, struct slice text, size_t *budget)
{
    struct slice needle = html_squeeze(a, text);
    if (needle.n < NEEDLE_MIN || *budget < 2 * body.n)
        return 3;
    *budget -= 2 * body.n;
    size_t n = needle.n < NEEDLE_BYTES ? needle.n : NEEDLE_BYTES;
    if (memmem(body.p, body.n, needle.p, n) || memmem(body.p, body.n, needle.p + needle.n - n, n))
        return 2;
    return 1;
}

/* The kind of frame that the line begins like, from 1 on: what the model of main text has learned of each. */
static float phrase_of(struct slice text)
{
    static const char *const kinds[] = {"more", "join", "share", "media", "ad", "legal", "byline", "tags", "comments"};
    char start[24];
    size_t n = text.n < sizeof start ? text.n : sizeof start;
    for (size_t i = 0; i < n; i++)
        start[i] = (char)html_lower((unsigned char)text.p[i]);
    n = lang_starts(lang_any(), LANG_FRAMES, (struct slice){start, n});
    const struct lang_entry *frame = lang_entry(lang_any(), LANG_FRAMES, (struct slice){start, n});
    for (size_t k = 0; frame && k < COUNT_OF(kinds); k++)
        if (slice_is(frame->value, kinds[k]))
            return (float)(k + 1);
    return 0;
}

/* A short line with a year, a clock time or a date of numbers. */
static bool tells_time(struct slice text)
{
    size_t run = 0;
    for (size_t i = 0; i <= text.n; i++) {
        char c = i < text.n ? text.p[i] : ' ';
        if (ascii_is_digit(c)) {
            run++;
            continue;
        }
        if (run == 4 && (text.p[i - 4] == '1' || text.p[i - 4] == '2'))
            return true;
        if (run >= 1 && run <= 2 && (c == ':' || c == '/' || c == '.') && i + 1 < text.n && text.p[i + 1] >= '0' &&
            text.p[i + 1] <= '9')
            return true;
        run = 0;
    }
    return false;
}

/* Marks blocks whose very text came before. */
static void mark_repeated(struct arena *a, struct work *w)
{
    const struct html_page *page = w->page;
    size_t slots = 64;
    while (slots < page->block_count * 2)
        slots *= 2;
    uint32_t *table = arena_array(a, uint32_t, slots); /* index + 1 */
    for (size_t i = 0; i < page->block_count; i++) {
        struct slice text = html_block_text(page, &page->blocks[i]);
        uint32_t h = slice_hash(text);
        size_t at = (h ^ (h >> 15)) & (slots - 1);
        while (table[at] && !slice_eq(html_block_text(page, &page->blocks[table[at] - 1]), text))
            at = (at + 1) & (slots - 1);
        if (table[at])
            w->out[i].at[HTML_REPEATED] = 1;
        else
            table[at] = (uint32_t)i + 1;
    }
}

static void describe_texts(struct arena *a, struct work *w, struct slice article_body)
{
    const struct html_page *page = w->page;
    struct title title = {.n = 0};
    struct slice description = page->meta.description;
    size_t budget = SEARCH_BYTES_MAX;
    struct slice body = article_body.n ? html_squeeze(a, article_body) : (struct slice){"", 0};
    read_title(&title, page->meta.og_title.n ? page->meta.og_title : page->meta.title);
    for (size_t i = 0; i < page->block_count; i++) {
        struct slice text = html_block_text(page, &page->blocks[i]);
        const struct counts *c = &w->counts[i];
        float *f = w->out[i].at;
        if (c->words <= 40)
            f[HTML_TITLE] = title_share(&title, text);
        if (c->words <= 60)
            f[HTML_PHRASE] = phrase_of(text);
        if (c->words <= 15)
            f[HTML_CLOCK] = tells_time(text);
        size_t same = text.n < description.n ? text.n : description.n;
        if (same >= 24)
            f[HTML_DESCRIPTION] = memcmp(text.p, description.p, same < 40 ? same : 40) == 0;
        if (body.n)
            f[HTML_JSON_LD] = in_body(a, body, text, &budget);
    }
    mark_repeated(a, w);
}

/* --- one block ------------------------------------------------------------------------------------------------------
 */

static float kind_of(enum html_tag tag)
{
    switch (tag) {
    case TAG_P:
        return 1;
    case TAG_H1:
    case TAG_H2:
    case TAG_H3:
    case TAG_H4:
    case TAG_H5:
    case TAG_H6:
        return 2;
    case TAG_LI:
        return 3;
    case TAG_TD:
    case TAG_TH:
        return 4;
    case TAG_CAPTION:
    case TAG_FIGCAPTION:
    case TAG_FIGURE:
        return 5;
    case TAG_BLOCKQUOTE:
        return 6;
    case TAG_PRE:
        return 7;
    case TAG_DT:
    case TAG_DD:
        return 8;
    case TAG_SECTION:
    case TAG_ARTICLE:
    case TAG_MAIN:
    case TAG_HEADER:
    case TAG_FOOTER:
    case TAG_ASIDE:
    case TAG_NAV:
        return 9;
    default:
        return 0;
    }
}

static float end_of(struct slice text)
{
    size_t n = text.n;
    while (n && (text.p[n - 1] == '"' || text.p[n - 1] == '\'' || text.p[n - 1] == ')' || text.p[n - 1] == ' '))
        n--;
    if (n >= 3 && (memcmp(text.p + n - 3, "\xE2\x80\x9D", 3) == 0 || memcmp(text.p + n - 3, "\xE2\x80\x99", 3) == 0))
        n -= 3; /* closing quotes */
    if (n >= 3 && (memcmp(text.p + n - 3, "\xE2\x80\xA6", 3) == 0 || memcmp(text.p + n - 3, "...", 3) == 0))
        return 3;
    if (n >= 3 && memcmp(text.p + n - 3, "\xE3\x80\x82", 3) == 0)
        return 1;
    char c = n ? text.p[n - 1] : ' ';
    return c == '.' || c == '!' || c == '?' ? 1 : c == ':' ? 2 : 0;
}

static void describe_block(const struct work *w, size_t i)
{
    const struct html_page *page = w->page;
    const struct html_block *b = &page->blocks[i];
    const struct html_box *box = &page->boxes[b->box];
    const struct counts *c = &w->counts[i];
    struct slice text = html_block_text(page, b);
    float *f = w->out[i].at;
    f[HTML_WORDS] = html_log1(c->words);
    f[HTML_LINKS] = html_share(b->link_chars, b->n);
    f[HTML_STRONG] = html_share(b->strong_chars, b->n);
    f[HTML_WORD_LENGTH] = html_share(c->chars, c->words + 1);
    f[HTML_CAPITALS] = html_share(c->capital_words, c->words);
    f[HTML_UPPER] = html_share(c->capitals, c->letters);
    f[HTML_DIGITS] = html_share(c->digits, c->chars);
    f[HTML_COMMAS] = html_share(c->commas, c->words + 1);
    f[HTML_STOPS] = (float)c->stops;
    f[HTML_END] = end_of(text);
    f[HTML_LOWER_START] = ascii_is_lower(text.p[0]);
    f[HTML_SIGNS] = (float)(c->signs > 3 ? 3 : c->signs);
    f[HTML_TAG] = kind_of((enum html_tag)box->tag);
    f[HTML_HEADING] = box->heading;
    f[HTML_ALONE] = box->blocks == 1;
    f[HTML_BOX_WORDS] = html_log1(box->words);
    f[HTML_BOX_LINKS] = html_share(box->link_chars, box->chars);
    f[HTML_DEPTH] = box->depth > 60 ? 60 : box->depth;
    for (size_t r = 0; r < ROLE_COUNT; r++)
        f[HTML_NEAR + r] = b->inline_roles >> r & 1 ? 0 : box->near[r];
    const struct html_box *up = &page->boxes[box->parent], *up2 = &page->boxes[up->parent],
                          *up3 = &page->boxes[up2->parent];
    f[HTML_UP_WORDS] = html_log1(up->words);
    f[HTML_UP_LINKS] = html_share(up->link_chars, up->chars);
    f[HTML_UP_BLOCKS] = html_log1(up->blocks);
    f[HTML_UP_GOOD] = html_share(up->good_words, w->good_words);
    f[HTML_UP_LENGTH] = html_share(up->words, up->blocks);
    f[HTML_UP2_WORDS] = html_log1(up2->words);
    f[HTML_UP2_LINKS] = html_share(up2->link_chars, up2->chars);
    f[HTML_UP2_GOOD] = html_share(up2->good_words, w->good_words);
    f[HTML_UP2_LENGTH] = html_share(up2->words, up2->blocks);
    f[HTML_UP3_GOOD] = html_share(up3->good_words, w->good_words);
    f[HTML_UP3_LINKS] = html_share(up3->link_chars, up3->chars);
    const struct html_box *main = &page->boxes[w->main], *shared = &page->boxes[w->shared[b->box]];
    f[HTML_MAIN_UP] = (float)(main->depth - shared->depth);
    f[HTML_MAIN_DOWN] = (float)(box->depth - shared->depth);
    f[HTML_MAIN_SHARE] = html_share(main->good_words, w->good_words);
    f[HTML_AT] = html_share((double)i, (double)page->block_count);
    f[HTML_PAGE_GOOD] = html_log1(w->good_words);
    f[HTML_PAGE_SHARE] = html_share(w->good_words, w->words);
}

/* --- places and neighbours
 * -------------------------------------------------------------------------------------------- */

/* Steps up from box to the one that holds other too. */
static float html_climb(const struct work *w, uint32_t box, uint32_t other)
{
    for (unsigned steps = 0; steps < CLIMB_MAX; steps++) {
        if (box <= other && other <= w->last[box])
            return (float)steps;
        box = w->page->boxes[box].parent;
    }
    return CLIMB_MAX;
}

static float side_by_side(const struct work *w, uint32_t box, uint32_t other)
{
    if (box == other)
        return 1;
    return w->page->boxes[box].parent == w->page->boxes[other].parent ? 2 : 0;
}

/* The heading that is the page's title: most of its words are the title's, else the first <h1>. -1: there is none. */
static ptrdiff_t find_head(const struct work *w)
{
    ptrdiff_t first = -1;
    for (size_t i = 0; i < w->page->block_count; i++) {
        const float *f = w->out[i].at;
        if (f[HTML_HEADING] > 0 && f[HTML_TITLE] >= 0.7F && w->counts[i].words >= 3)
            return (ptrdiff_t)i;
        if (f[HTML_HEADING] == 1 && first < 0)
            first = (ptrdiff_t)i;
    }
    return first;
}

static void look_back(struct work *w)
{
    const struct html_page *page = w->page;
    size_t good = SIZE_MAX, heading = SIZE_MAX;
    uint32_t before = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        float *f = w->out[i].at;
        uint32_t box = page->blocks[i].box;
        f[HTML_SINCE_GOOD] = good == SIZE_MAX ? 99 : (float)(i - good < 99 ? i - good : 99);
        f[HTML_SINCE_WORDS] = good == SIZE_MAX ? 0 : html_log1(w->counts[good].words);
        f[HTML_SAME_AS_LAST] = good == SIZE_MAX ? CLIMB_MAX + 1 : html_climb(w, box, page->blocks[good].box);
        bool in_main = w->shared[box] == w->main;
        f[HTML_AT_GOOD] = html_share(before, page->boxes[w->main].good_words);
        f[HTML_MAIN_SIDE] = !in_main ? 3 : before == 0 ? 0 : before >= page->boxes[w->main].good_words ? 2 : 1;
        f[HTML_UNDER] = heading == SIZE_MAX ? 0 : w->out[heading].at[HTML_PHRASE];
        f[HTML_UNDER_BY] = heading == SIZE_MAX || i - heading > 20 ? 20 : (float)(i - heading);
        if (f[HTML_HEADING] > 0 || (f[HTML_STRONG] > 0.9F && w->counts[i].words <= 8) ||
            (f[HTML_PHRASE] > 0 && w->counts[i].words <= 4))
            heading = i;
        if (i > 0) {
            const float *g = w->out[i - 1].at;
            f[HTML_PREV_WORDS] = g[HTML_WORDS];
            f[HTML_PREV_LINKS] = g[HTML_LINKS];
            f[HTML_PREV_TAG] = g[HTML_TAG];
            f[HTML_PREV_BOX] = side_by_side(w, box, page->blocks[i - 1].box);
        }
        if (i > 1) {
            f[HTML_PREV2_WORDS] = w->out[i - 2].at[HTML_WORDS];
            f[HTML_PREV2_LINKS] = w->out[i - 2].at[HTML_LINKS];
        }
        if (w->counts[i].good) {
            good = i;
            before += in_main ? w->counts[i].words : 0;
        }
    }
}

static void look_ahead(struct work *w)
{
    const struct html_page *page = w->page;
    size_t good = SIZE_MAX, n = page->block_count;
    for (size_t i = n; i-- > 0;) {
        float *f = w->out[i].at;
        uint32_t box = page->blocks[i].box;
        f[HTML_TILL_GOOD] = good == SIZE_MAX ? 99 : (float)(good - i < 99 ? good - i : 99);
        f[HTML_TILL_WORDS] = good == SIZE_MAX ? 0 : html_log1(w->counts[good].words);
        f[HTML_SAME_AS_NEXT] = good == SIZE_MAX ? CLIMB_MAX + 1 : html_climb(w, box, page->blocks[good].box);
        if (i + 1 < n) {
            const float *g = w->out[i + 1].at;
            f[HTML_NEXT_WORDS] = g[HTML_WORDS];
            f[HTML_NEXT_LINKS] = g[HTML_LINKS];
            f[HTML_NEXT_TAG] = g[HTML_TAG];
            f[HTML_NEXT_BOX] = side_by_side(w, box, page->blocks[i + 1].box);
        }
        if (i + 2 < n) {
            f[HTML_NEXT2_WORDS] = w->out[i + 2].at[HTML_WORDS];
            f[HTML_NEXT2_LINKS] = w->out[i + 2].at[HTML_LINKS];
        }
        if (w->counts[i].good)
            good = i;
    }
    ptrdiff_t head = find_head(w);
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t from = (ptrdiff_t)i - head;
        w->out[i].at[HTML_FROM_HEAD] = head < 0 ? 99 : (float)(from < -20 ? -20 : from > 98 ? 98 : from);
    }
}

struct html_features *html_features(struct arena *a, struct html_page *page, struct slice article_body)
{
    struct work w = {.page = page,
                     .counts = arena_array(a, struct counts, page->block_count),
                     .out = arena_array(a, struct html_features, page->block_count),
                     .last = arena_array(a, uint32_t, page->box_count),
                     .shared = arena_array(a, uint32_t, page->box_count)};
    if (page->block_count == 0)
        return w.out;
    count_blocks(&w);
    find_main(&w);
    for (size_t i = 0; i < page->block_count; i++)
        describe_block(&w, i);
    describe_texts(a, &w, article_body);
    look_back(&w);
    look_ahead(&w);
    return w.out;
}
