#include "evidence/view.h"

#include "text/sentences.h"

enum { FIRST_TABLE_ROOM = 1024 }; /* a power of two */

static uint32_t *slot_of(const struct view *v, struct slice stem)
{
    uint32_t at = slice_hash(stem) & (v->table_room - 1);
    while (v->table[at] && !slice_eq(v->stems[v->table[at]], stem))
        at = (at + 1) & (v->table_room - 1);
    return &v->table[at];
}

static void grow(struct arena *a, struct view *v)
{
    v->table_room = v->table_room ? v->table_room * 2 : FIRST_TABLE_ROOM;
    v->table = arena_array(a, uint32_t, v->table_room);
    for (uint32_t i = 1; i <= v->stem_count; i++)
        *slot_of(v, v->stems[i]) = i;
}

static uint32_t number_of(struct arena *a, struct view *v, struct slice stem)
{
    if (2 * v->stem_count >= v->table_room)
        grow(a, v);
    uint32_t *slot = slot_of(v, stem);
    if (!*slot) {
        void *items = v->stems;
        if (v->stem_count == 0) /* number 0 is none */
            (void)arena_push(a, &items, 0, &v->stem_room, sizeof *v->stems);
        *(struct slice *)arena_push(a, &items, v->stem_count + 1, &v->stem_room, sizeof *v->stems) = stem;
        v->stems = items;
        *slot = ++v->stem_count;
    }
    return *slot;
}

uint32_t view_stem(const struct view *v, struct slice stem)
{
    return v->packed ? view_packed_stem(v, stem) : v->table_room ? *slot_of(v, stem) : 0;
}

static uint32_t *numbers_of(struct arena *a, struct view *v, struct words words)
{
    uint32_t *numbers = arena_array(a, uint32_t, words.n);
    for (size_t i = 0; i < words.n; i++)
        numbers[i] = number_of(a, v, words.at[i].stem);
    return numbers;
}

static void add_sentences(struct arena *a, struct view *v, size_t rank, size_t *room)
{
    struct evidence_passage *p = &v->chosen[rank];
    struct view_passage *cut = &v->passages[rank];
    cut->lang = lang_find(p->passage->lang);
    cut->title = words_split(a, p->passage->title, cut->lang);
    cut->title_stems = numbers_of(a, v, cut->title);
    cut->first = v->sentence_count;
    struct sentences found = sentences_split(a, p->passage->text, cut->lang);
    for (size_t i = 0; i < found.n; i++) {
        struct words words = words_split(a, found.at[i], cut->lang);
        if (words.n == 0)
            continue; /* a line of punctuation */
        void *items = v->sentences;
        struct sentence *s = arena_push(a, &items, v->sentence_count, room, sizeof *s);
        v->sentences = items;
        *s = (struct sentence){.text = found.at[i],
                               .words = words,
                               .stems = numbers_of(a, v, words),
                               .passage = p,
                               .passage_rank = rank,
                               .number = cut->count++,
                               .offset = p->passage->offset + (size_t)(found.at[i].p - p->passage->text.p),
                               .length = words_count(found.at[i], cut->lang)};
        v->sentence_count++;
    }
}

struct view *view_new(struct arena *a, struct evidence *ev, const struct index_hits *hits, size_t max_passages)
{
    struct view *v = arena_array(a, struct view, 1);
    size_t room = 0;
    v->passage_count = hits->n < max_passages ? hits->n : max_passages;
    v->chosen = arena_array(a, struct evidence_passage, v->passage_count);
    v->passages = arena_array(a, struct view_passage, v->passage_count);
    for (size_t rank = 0; rank < v->passage_count; rank++) {
        v->chosen[rank] = (struct evidence_passage){&hits->at[rank], evidence_source(ev, &hits->at[rank])};
        add_sentences(a, v, rank, &room);
    }
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
    for (size_t i = 0, at = 0; i < n; i++) {
        const struct view_passage *in = &v->passages[ranks[i]];
        out->chosen[i] = v->chosen[ranks[i]];
        out->passages[i] = *in;
        out->passages[i].first = at;
        for (size_t k = 0; k < in->count; k++, at++) {
            out->sentences[at] = v->sentences[in->first + k];
            out->sentences[at].passage = &out->chosen[i];
            out->sentences[at].passage_rank = i;
        }
    }
    return out;
}
