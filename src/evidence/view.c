#include "evidence/view_inner.h"

#include "text/sentences.h"

enum { FIRST_TABLE_ROOM = 1024 }; /* a power of two */

static uint32_t *slot_of(const struct view_full *f, struct slice stem)
{
    uint32_t at = slice_hash(stem) & (f->table_room - 1);
    while (f->table[at] && !slice_eq(f->stems[f->table[at]], stem))
        at = (at + 1) & (f->table_room - 1);
    return &f->table[at];
}

static void view_grow(struct arena *a, struct view *v)
{
    struct view_full *f = v->full;
    f->table_room = f->table_room ? f->table_room * 2 : FIRST_TABLE_ROOM;
    f->table = arena_array(a, uint32_t, f->table_room);
    for (uint32_t i = 1; i <= v->stem_count; i++)
        *slot_of(f, f->stems[i]) = i;
}

static uint32_t number_of(struct arena *a, struct view *v, struct slice stem)
{
    struct view_full *f = v->full;
    if (2 * v->stem_count >= f->table_room)
        view_grow(a, v);
    uint32_t *slot = slot_of(f, stem);
    if (!*slot) {
        if (v->stem_count == 0) /* number 0 is not used */
            (void)arena_push(a, &f->stems, 0, &f->stem_room);
        *arena_push(a, &f->stems, v->stem_count + 1, &f->stem_room) = stem;
        *slot = ++v->stem_count;
    }
    return *slot;
}

uint32_t view_stem(const struct view *v, struct slice stem)
{
    if (v->packed)
        return view_packed_stem(v, stem);
    return v->full->table_room ? *slot_of(v->full, stem) : 0;
}

struct line view_line(struct arena *a, const struct view *v, size_t line)
{
    return v->packed ? view_packed_line(a, v, line) : v->full->lines[line];
}

struct view_word view_word(const struct view *v, size_t line, size_t word)
{
    if (v->packed)
        return view_packed_word(v, line, word);
    const struct line *l = &v->full->lines[line];
    return (struct view_word){l->stems[word], l->words.at[word].flags};
}

/* --- cutting ---------------------------------------------------------------------------------------------------- */

/* Lines of sentences, titles and what is above grow in three arrays, which are joined at the end. */
struct cutting {
    struct arena *arena;
    struct view *view;
    struct line *lines, *titles, *above;
    size_t line_room, sentence_room;
};

static struct line cut_line(struct cutting *c, struct words words)
{
    uint32_t *numbers = arena_array(c->arena, uint32_t, words.n);
    for (size_t i = 0; i < words.n; i++)
        numbers[i] = number_of(c->arena, c->view, words.at[i].stem);
    return (struct line){words, numbers};
}

static void add_sentence(struct cutting *c, size_t rank, struct slice text, struct words words)
{
    struct view *v = c->view;
    struct view_passage *cut = &v->passages[rank];
    const struct passage *p = v->chosen[rank].passage;
    struct line *line = arena_push(c->arena, &c->lines, v->sentence_count, &c->line_room);
    struct sentence *s = arena_push(c->arena, &v->sentences, v->sentence_count, &c->sentence_room);
    *line = cut_line(c, words);
    *s = (struct sentence){.text = text,
                           .under = SENTENCE_NONE,
                           .lead = SENTENCE_NONE,
                           .passage = &v->chosen[rank],
                           .passage_rank = rank,
                           .number = cut->count++,
                           .offset = p->offset + (size_t)(text.p - p->text.p),
                           .length = words_count(text, cut->lang),
                           .word_count = words.n};
    v->sentence_count++;
}

static void cut_above(struct cutting *c, size_t rank)
{
    const struct passage *p = c->view->chosen[rank].passage;
    struct view_passage *cut = &c->view->passages[rank];
    struct sentence *above = arena_array(c->arena, struct sentence, p->above_count);
    struct slice lines[2 * PASSAGE_ABOVE_MAX];
    for (size_t i = 0; i < p->above_count; i++) {
        above[i] = (struct sentence){.text = p->above[i].text,
                                     .kind = p->above[i].kind,
                                     .under = SENTENCE_NONE,
                                     .lead = SENTENCE_NONE,
                                     .passage = &c->view->chosen[rank],
                                     .passage_rank = rank,
                                     .offset = p->above[i].offset,
                                     .length = words_count(p->above[i].text, cut->lang)};
        lines[2 * i] = p->above[i].text;
        lines[2 * i + 1] = SLICE("\n");
    }
    struct slice all = p->above_count ? arena_join(c->arena, lines, 2 * p->above_count) : SLICE("");
    c->above[rank] = cut_line(c, words_split(c->arena, all, cut->lang));
    cut->above_words = c->above[rank].words.n;
    cut->above = above;
    cut->above_count = p->above_count;
}

/* Which sentences each block has: from[block] to from[block + 1]. */
static void cut_belonging(struct cutting *c, size_t rank, const struct blocks *blocks, const uint32_t *from)
{
    const struct view_passage *cut = &c->view->passages[rank];
    struct sentence *all = c->view->sentences + cut->first;
    /* A passage that begins in the middle of a table: its first row is not that of the table. */
    bool led = cut->above_count > 0 && !sentence_names(&cut->above[cut->above_count - 1]);
    for (uint32_t b = 0, run = 0; b < blocks->n; b++) {
        const struct block *block = &blocks->at[b];
        if (b == 0 || blocks->at[b - 1].run_end != block->run_end)
            run = b;
        for (uint32_t i = from[b]; i < from[b + 1]; i++) {
            struct sentence *s = &all[i];
            s->kind = block->kind;
            s->opens = i == from[b];
            if (block->under != BLOCK_NONE && from[block->under] < from[block->under + 1])
                s->under = from[block->under];
            if (block->lead != BLOCK_NONE && !(led && run == 0) && from[block->lead] < from[block->lead + 1])
                s->lead = from[block->lead + 1] - 1; /* of a paragraph that leads in, the last sentence */
            s->run_first = from[run];
            s->run_end = from[block->run_end];
        }
    }
}

static void cut_passage(struct cutting *c, size_t rank)
{
    const struct passage *p = c->view->chosen[rank].passage;
    struct view_passage *cut = &c->view->passages[rank];
    cut->lang = lang_find(p->lang);
    c->titles[rank] = cut_line(c, words_split(c->arena, p->title, cut->lang));
    cut->title_words = c->titles[rank].words.n;
    cut->first = c->view->sentence_count;
    cut_above(c, rank);
    struct blocks blocks = blocks_read(c->arena, p->text, p->in_code);
    uint32_t *from = arena_array(c->arena, uint32_t, blocks.n + 1);
    for (uint32_t b = 0; b < blocks.n; b++) {
        struct sentences found = sentences_of_block(c->arena, &blocks.at[b], cut->lang);
        from[b] = (uint32_t)cut->count;
        for (size_t i = 0; i < found.n; i++) {
            struct words words = words_split(c->arena, found.at[i], cut->lang);
            if (words.n > 0) /* skips a line of nothing but punctuation */
                add_sentence(c, rank, found.at[i], words);
        }
    }
    from[blocks.n] = (uint32_t)cut->count;
    cut_belonging(c, rank, &blocks, from);
}

struct view *view_new(struct arena *a, struct evidence *ev, const struct index_hits *hits, size_t max_passages)
{
    struct view *v = arena_array(a, struct view, 1);
    struct cutting c = {.arena = a, .view = v};
    v->full = arena_array(a, struct view_full, 1);
    v->passage_count = hits->n < max_passages ? hits->n : max_passages;
    v->chosen = arena_array(a, struct evidence_passage, v->passage_count);
    v->passages = arena_array(a, struct view_passage, v->passage_count);
    c.titles = arena_array(a, struct line, v->passage_count);
    c.above = arena_array(a, struct line, v->passage_count);
    for (size_t rank = 0; rank < v->passage_count; rank++) {
        v->chosen[rank] = (struct evidence_passage){&hits->at[rank], evidence_source(ev, &hits->at[rank])};
        cut_passage(&c, rank);
    }
    for (size_t i = 0; i < 2 * v->passage_count; i++)
        *arena_push(a, &c.lines, v->sentence_count + i, &c.line_room) =
            i < v->passage_count ? c.titles[i] : c.above[i - v->passage_count];
    v->full->lines = c.lines;
    return v;
}

struct view *view_pick(struct arena *a, const struct view *v, const size_t *ranks, size_t n)
{
    struct view *out = arena_array(a, struct view, 1);
    *out = *v;
    out->passage_count = n;
    out->chosen = arena_array(a, struct evidence_passage, n);
    out->passages = arena_array(a, struct view_passage, n);
    out->sentence_count = 0;
    for (size_t i = 0; i < n; i++)
        out->sentence_count += v->passages[ranks[i]].count;
    out->sentences = arena_array(a, struct sentence, out->sentence_count);
    out->full = arena_array(a, struct view_full, 1);
    *out->full = *v->full;
    struct line *lines = out->full->lines = arena_array(a, struct line, out->sentence_count + 2 * n);
    for (size_t i = 0, at = 0; i < n; i++) {
        const struct view_passage *in = &v->passages[ranks[i]];
        out->chosen[i] = v->chosen[ranks[i]];
        out->passages[i] = *in;
        out->passages[i].first = at;
        lines[view_title_line(out, i)] = v->full->lines[view_title_line(v, ranks[i])];
        lines[view_above_line(out, i)] = v->full->lines[view_above_line(v, ranks[i])];
        for (size_t k = 0; k < in->count; k++, at++) {
            out->sentences[at] = v->sentences[in->first + k];
            out->sentences[at].passage = &out->chosen[i];
            out->sentences[at].passage_rank = i;
            lines[at] = v->full->lines[in->first + k];
        }
    }
    return out;
}
