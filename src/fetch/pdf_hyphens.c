/* pdf_hyphens.c - see pdf_hyphens.h. */
#include "fetch/pdf_hyphens.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/table.h"
#include "lang/lang.h"

enum {
    HYPHENS_MAX = 20000,
    HYPHENS_RUN_MAX = 100,
    HYPHENS_BEFORE_BYTES = 12,
    HYPHENS_RIGHT_MIN = 4,
    HYPHENS_NAMESAKES_MAX = 16
};

struct hyphen {                       /* a word that a line end cuts */
    struct slice left, right, before; /* before: what stands before it on its line */
    bool seen_whole, seen_with, keep; /* the document has it within a line: without the hyphen, with it */
};

struct hyphens {
    struct arena *arena;
    struct hyphen *at;
    size_t n, room;
    struct table by_whole;
};

static bool hyphen_in_run(char c)
{
    return ascii_is_letter((unsigned char)c) || ascii_is_digit((unsigned char)c) || (c & 0x80);
}

/* Bytes of the run of letters and figures at the start. */
static size_t hyphen_run(struct slice text)
{
    size_t n = 0;
    while (n < text.n && hyphen_in_run(text.p[n]))
        n++;
    return n;
}

static uint32_t hyphen_hash(struct slice left, struct slice right)
{
    char whole[2 * HYPHENS_RUN_MAX];
    memcpy(whole, left.p, left.n);
    memcpy(whole + left.n, right.p, right.n);
    return slice_hash((struct slice){whole, left.n + right.n});
}

static bool hyphen_is_whole(const struct hyphen *h, struct slice run)
{
    return run.n == h->left.n + h->right.n && slice_eq(slice_sub(run, 0, h->left.n), h->left) &&
           slice_eq(slice_sub(run, h->left.n, h->right.n), h->right);
}

static void hyphens_add(struct hyphens *s, struct slice left, struct slice right, struct slice before)
{
    uint32_t hash = hyphen_hash(left, right), i;
    size_t namesakes = 0; /* words of one hash; more than a few were made up */
    for (struct table_walk w = table_walk(&s->by_whole, hash); (i = table_next(&w)) != 0; namesakes++)
        if (slice_eq(s->at[i - 1].left, left) && slice_eq(s->at[i - 1].right, right))
            return;
    if (s->n == HYPHENS_MAX || namesakes == HYPHENS_NAMESAKES_MAX)
        return;
    struct hyphen *h = arena_push(s->arena, &s->at, s->n, &s->room);
    *h = (struct hyphen){.left = left, .right = right, .before = before};
    s->n++;
    table_add(&s->by_whole, hash, (uint32_t)s->n);
}

/* Line ends behind a hyphen. */
static void hyphens_find(struct hyphens *s, struct slice raw)
{
    for (size_t at = 0, end; at < raw.n; at = end + 1) {
        end = at + slice_find(slice_sub(raw, at, raw.n - at), SLICE("\n"));
        size_t hyphen = end;
        while (hyphen > at && ascii_is_space((unsigned char)raw.p[hyphen - 1]))
            hyphen--;
        if (hyphen == at || raw.p[hyphen - 1] != '-' || end == raw.n)
            continue;
        size_t left = --hyphen;
        while (left > at && hyphen_in_run(raw.p[left - 1]))
            left--;
        struct slice next = slice_sub(raw, end + 1, raw.n - end - 1);
        size_t right = hyphen_run(next), before = left > at + HYPHENS_BEFORE_BYTES ? left - HYPHENS_BEFORE_BYTES : at;
        if (left < hyphen && right && hyphen - left <= HYPHENS_RUN_MAX && right <= HYPHENS_RUN_MAX)
            hyphens_add(s, slice_sub(raw, left, hyphen - left), slice_sub(next, 0, right),
                        slice_sub(raw, before, left - before));
    }
}

/* How the document writes these words within lines. */
static void hyphens_see(struct hyphens *s, struct slice raw)
{
    for (size_t at = 0, n; at < raw.n; at += n ? n : 1) {
        struct slice run = slice_sub(raw, at, n = hyphen_run(slice_sub(raw, at, raw.n - at)));
        uint32_t i;
        if (n == 0 || n > 2 * HYPHENS_RUN_MAX)
            continue;
        for (struct table_walk w = table_walk(&s->by_whole, slice_hash(run)); (i = table_next(&w)) != 0;)
            s->at[i - 1].seen_whole |= hyphen_is_whole(&s->at[i - 1], run);
        if (n > HYPHENS_RUN_MAX || at + n + 1 >= raw.n || raw.p[at + n] != '-')
            continue;
        struct slice rest = slice_sub(raw, at + n + 1, raw.n - at - n - 1), next = slice_sub(rest, 0, hyphen_run(rest));
        if (next.n == 0 || next.n > HYPHENS_RUN_MAX)
            continue;
        for (struct table_walk w = table_walk(&s->by_whole, hyphen_hash(run, next)); (i = table_next(&w)) != 0;)
            s->at[i - 1].seen_with |= slice_eq(s->at[i - 1].left, run) && slice_eq(s->at[i - 1].right, next);
    }
}

static bool hyphen_stays(const struct hyphen *h)
{
    unsigned char last = (unsigned char)h->left.p[h->left.n - 1], first = (unsigned char)h->right.p[0];
    char folded[HYPHENS_RUN_MAX];
    if (ascii_is_digit(last) || ascii_is_digit(first) || (ascii_is_upper(first) && !ascii_is_upper(last)))
        return true;
    if (h->seen_with || h->seen_whole)
        return h->seen_with;
    for (size_t i = 0; i < h->left.n; i++)
        folded[i] = (char)(ascii_is_upper((unsigned char)h->left.p[i]) ? h->left.p[i] | 0x20 : h->left.p[i]);
    return h->right.n >= HYPHENS_RIGHT_MIN && lang_has(lang_any(), LANG_HYPHENATED, (struct slice){folded, h->left.n});
}

/* The cut word that a run of text is, if its hyphen stays. A run that the document has elsewhere too, as 2004 where a
 * line ends behind "20-", is one only behind the same words. */
static const struct hyphen *hyphens_at(const struct hyphens *s, struct slice text, size_t at, size_t n)
{
    struct slice run = slice_sub(text, at, n);
    uint32_t i;
    if (n > 2 * HYPHENS_RUN_MAX)
        return NULL;
    for (struct table_walk w = table_walk(&s->by_whole, slice_hash(run)); (i = table_next(&w)) != 0;) {
        const struct hyphen *h = &s->at[i - 1];
        if (h->keep && hyphen_is_whole(h, run) && (!h->seen_whole || slice_ends(slice_sub(text, 0, at), h->before)))
            return h;
    }
    return NULL;
}

struct slice pdf_hyphens(struct arena *a, struct slice text, struct slice raw)
{
    struct hyphens s = {.arena = a};
    struct arena_text out = {.arena = a};
    size_t done = 0;
    table_init(&s.by_whole, a, 0);
    hyphens_find(&s, raw);
    if (s.n == 0)
        return text;
    hyphens_see(&s, raw);
    for (size_t i = 0; i < s.n; i++)
        s.at[i].keep = hyphen_stays(&s.at[i]);
    for (size_t at = 0, n; at < text.n; at += n ? n : 1) {
        n = hyphen_run(slice_sub(text, at, text.n - at));
        const struct hyphen *h = n ? hyphens_at(&s, text, at, n) : NULL;
        if (!h)
            continue;
        arena_text_add(&out, slice_sub(text, done, at - done));
        arena_text_add(&out, h->left);
        arena_text_add(&out, SLICE("-"));
        arena_text_add(&out, h->right);
        done = at + n;
    }
    arena_text_add(&out, slice_sub(text, done, text.n - done));
    return arena_text_slice(&out);
}
