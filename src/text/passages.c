/* passages.c - see passages.h.
 *
 * Sentences become pieces, and pieces that had better stay together become groups: a heading with the first block under
 * it, a paragraph, a list with its lead-in. Passages are filled greedily with groups; a group that is too large is cut
 * between its pieces. A last passage that is too short is joined with the one before, or balanced against it. */
#include "text/passages.h"

#include "base/utf8.h"
#include "text/edges.h"
#include "text/sentences.h"
#include "text/words.h"

enum { PIECE_WORD_BYTES = 48 }; /* encoded data may be a "word" of a megabyte: it counts like so many words of this */

enum joint {                /* how a piece hangs on the one before */
             JOINT_FIRM,    /* never parted */
             JOINT_INSIDE,  /* parted where the group is too large */
             JOINT_BLOCK,   /* a block begins */
             JOINT_SECTION, /* a heading or a term */
};

struct piece {
    struct slice text;
    size_t words;
    enum joint joint;
    uint32_t block;
};

struct cutter {
    struct arena *arena;
    struct slice text;
    const struct lang *lang;
    struct blocks blocks;
    struct piece *at;
    size_t n, room, target;
    size_t *last; /* by block: the number of its last piece, from 1; 0 where it has none */
    struct passage_cuts out;
    size_t out_room;
    struct slice *names; /* of all passages, one after the other */
    size_t name_count;
    size_t previous; /* the first piece of the last passage in out */
};

/* --- pieces ------------------------------------------------------------------------------------------------------ */

static void piece_push(struct cutter *c, struct slice text, enum joint joint, uint32_t block)
{
    size_t words = words_count(text, c->lang);
    if (words * PIECE_WORD_BYTES < text.n)
        words = text.n / PIECE_WORD_BYTES;
    *arena_push(c->arena, &c->at, c->n++, &c->room) =
        (struct piece){.text = text, .words = words, .joint = joint, .block = block};
}

/* Cuts a sentence that is too long for a passage into pieces of about `target` words: at spaces, or between any two
 * characters if it has none. A step has at least 4 bytes, so it holds a whole character. */
static void piece_split_last(struct cutter *c)
{
    struct piece whole = c->at[--c->n];
    size_t count = (whole.words + c->target - 1) / c->target, step = whole.text.n / count + 4;
    for (size_t start = 0; start < whole.text.n;) {
        size_t end = start + step;
        if (end >= whole.text.n) {
            end = whole.text.n;
        } else {
            end = start + utf8_cut(slice_sub(whole.text, start, whole.text.n - start), step).n;
            size_t space = end;
            while (space > start + step / 2 && whole.text.p[space] != ' ' && whole.text.p[space] != '\n')
                space--;
            if (space > start + step / 2)
                end = space;
        }
        struct slice piece = edge_trim(slice_sub(whole.text, start, end - start));
        if (piece.n)
            piece_push(c, piece, whole.joint, whole.block);
        whole.joint = JOINT_INSIDE;
        start = end;
    }
}

static enum joint joint_of(const struct blocks *all, uint32_t i)
{
    const struct block *b = &all->at[i], *before = i ? b - 1 : NULL;
    if (before && (before->kind == BLOCK_HEADING || before->kind == BLOCK_TERM))
        return JOINT_FIRM;
    if (b->kind == BLOCK_HEADING || b->kind == BLOCK_TERM)
        return JOINT_SECTION;
    if (before && b->lead == i - 1)
        return JOINT_FIRM;
    bool goes_on =
        before && (b->lead != BLOCK_NONE || !b->opens || (b->kind == BLOCK_CODE && before->kind == BLOCK_ITEM));
    return goes_on ? JOINT_INSIDE : JOINT_BLOCK;
}

static void piece_all(struct cutter *c)
{
    for (uint32_t i = 0; i < c->blocks.n; i++) {
        struct sentences s = sentences_of_block(c->arena, &c->blocks.at[i], c->lang);
        size_t before = c->n;
        for (size_t k = 0; k < s.n; k++) {
            piece_push(c, s.at[k], k ? JOINT_INSIDE : joint_of(&c->blocks, i), i);
            if (c->at[c->n - 1].words > 2 * c->target)
                piece_split_last(c);
        }
        c->last[i] = c->n > before ? c->n : 0;
    }
}

static size_t piece_words(const struct cutter *c, size_t from, size_t to)
{
    size_t words = 0;
    for (size_t i = from; i < to; i++)
        words += c->at[i].words;
    return words;
}

static size_t group_end(const struct cutter *c, size_t from)
{
    size_t end = from + 1;
    while (end < c->n && c->at[end].joint < JOINT_BLOCK)
        end++;
    return end;
}

/* --- passages ---------------------------------------------------------------------------------------------------- */

static struct passage_above above_of(const struct cutter *c, struct slice text, enum block_kind kind)
{
    return (struct passage_above){
        .text = utf8_cut(text, PASSAGE_ABOVE_BYTES), .offset = (size_t)(text.p - c->text.p), .kind = kind};
}

/* The headings and the term above the block, then its lead-in, as far as they are before the passage. */
static void find_above(struct cutter *c, size_t from, struct passage_cut *cut)
{
    uint32_t path[PASSAGE_ABOVE_MAX], b = c->at[from].block, lead = c->blocks.at[b].lead;
    size_t n = 0;
    struct passage_above *out = arena_array(c->arena, struct passage_above, PASSAGE_ABOVE_MAX);
    for (uint32_t up = c->blocks.at[b].under; up != BLOCK_NONE && n + 1 < PASSAGE_ABOVE_MAX;
         up = c->blocks.at[up].under)
        path[n++] = up;
    while (n > 0) {
        const struct block *up = &c->blocks.at[path[--n]];
        out[cut->above_count++] = above_of(c, up->text, up->kind);
    }
    if (lead != BLOCK_NONE && c->last[lead])
        out[cut->above_count++] = above_of(c, c->at[c->last[lead] - 1].text, c->blocks.at[lead].kind);
    cut->above = out;
}

static void cut_push(struct cutter *c, size_t from, size_t to)
{
    size_t names = c->name_count;
    for (size_t i = from; i < to; i++) {
        enum block_kind kind = c->blocks.at[c->at[i].block].kind;
        if (kind == BLOCK_HEADING || kind == BLOCK_TERM)
            c->names[c->name_count++] = c->at[i].text;
    }
    const char *end = c->at[to - 1].text.p + c->at[to - 1].text.n;
    struct passage_cut *cut = arena_push(c->arena, &c->out.at, c->out.n++, &c->out_room);
    *cut = (struct passage_cut){.text = {c->at[from].text.p, (size_t)(end - c->at[from].text.p)},
                                .names = c->names + names,
                                .name_count = c->name_count - names,
                                .in_code = c->blocks.at[c->at[from].block].kind == BLOCK_CODE};
    find_above(c, from, cut);
    c->previous = from;
}

/* Whether a passage of `words` words ends before a group or piece of `next` words. */
static bool cut_before(const struct cutter *c, enum joint joint, size_t words, size_t next)
{
    size_t with = words + next, target = c->target;
    bool enough = words * 2 >= target, too_many = with * 2 > target * 3;
    bool past = with > target && with - target > (words < target ? target - words : 0);
    bool ends = joint == JOINT_SECTION || (joint == JOINT_BLOCK && words * 4 >= target * 3);
    return (enough && (too_many || past || ends)) || with > 2 * target;
}

/* Repairs a last passage that is too short: joins it with the one before, or moves groups over from there. */
static void cut_balance(struct cutter *c, size_t last)
{
    size_t first = c->previous, both = piece_words(c, first, c->n), words = 0, best = last, best_off = SIZE_MAX;
    c->out.n--;
    c->name_count -= c->out.at[c->out.n].name_count;
    if (both * 2 <= c->target * 3) {
        cut_push(c, first, c->n);
        return;
    }
    bool one_group = group_end(c, first) >= c->n;
    for (size_t i = first + 1; i < c->n; i++) {
        words += c->at[i - 1].words;
        size_t off = words * 2 > both ? words * 2 - both : both - words * 2;
        bool may = c->at[i].joint >= (one_group ? JOINT_INSIDE : JOINT_BLOCK);
        if (may && off < best_off)
            best = i, best_off = off;
    }
    cut_push(c, first, best);
    cut_push(c, best, c->n);
}

struct passage_cuts passages_cut(struct arena *a, struct slice text, const struct lang *lang, size_t target_words)
{
    struct cutter c = {.arena = a, .text = text, .lang = lang, .target = target_words ? target_words : 1};
    size_t start = 0, words = 0, end = 0;
    bool fits = false;
    c.blocks = blocks_read(a, text, false);
    c.last = arena_array(a, size_t, c.blocks.n);
    piece_all(&c);
    c.names = arena_array(a, struct slice, c.n);
    for (size_t i = 0; i < c.n; i++) {
        size_t next = c.at[i].words;
        bool begins = i == end;
        if (begins) {
            end = group_end(&c, i);
            size_t group = piece_words(&c, i, end);
            fits = group * 2 <= c.target * 3;
            next = fits ? group : next;
        }
        bool may = i > start && (begins || (!fits && c.at[i].joint != JOINT_FIRM));
        if (may && cut_before(&c, c.at[i].joint, words, next)) {
            cut_push(&c, start, i);
            start = i;
            words = 0;
        }
        words += c.at[i].words;
    }
    if (start < c.n && c.out.n > 0 && words * 2 < c.target)
        cut_balance(&c, start);
    else if (start < c.n)
        cut_push(&c, start, c.n);
    return c.out;
}

struct slice passage_naming(struct arena *a, const struct passage_cut *cut)
{
    struct slice *lines = arena_array(a, struct slice, 2 * (cut->above_count + cut->name_count));
    size_t n = 0;
    for (size_t i = 0; i < cut->above_count; i++)
        if (cut->above[i].kind == BLOCK_HEADING || cut->above[i].kind == BLOCK_TERM) {
            lines[n++] = cut->above[i].text;
            lines[n++] = SLICE("\n");
        }
    for (size_t i = 0; i < cut->name_count; i++) {
        lines[n++] = cut->names[i];
        lines[n++] = SLICE("\n");
    }
    return n ? arena_join(a, lines, n) : SLICE("");
}
