#include "evidence/view.h"

#include "text/sentences.h"

struct view_stem {
    struct slice text;
    uint32_t number; /* 0: free */
};

enum { FIRST_TABLE_ROOM = 1024 }; /* a power of two */

static struct view_stem *slot_of(struct view_stem *table, uint32_t room, struct slice stem)
{
    uint32_t at = slice_hash(stem) & (room - 1);
    while (table[at].number && !slice_eq(table[at].text, stem))
        at = (at + 1) & (room - 1);
    return &table[at];
}

static void grow(struct arena *a, struct view *v)
{
    uint32_t room = v->table_room ? v->table_room * 2 : FIRST_TABLE_ROOM;
    struct view_stem *wider = arena_array(a, struct view_stem, room);
    for (uint32_t i = 0; i < v->table_room; i++)
        if (v->table[i].number)
            *slot_of(wider, room, v->table[i].text) = v->table[i];
    v->table = wider;
    v->table_room = room;
}

static uint32_t number_of(struct arena *a, struct view *v, struct slice stem)
{
    if (2 * v->stem_count >= v->table_room)
        grow(a, v);
    struct view_stem *slot = slot_of(v->table, v->table_room, stem);
    if (!slot->number)
        *slot = (struct view_stem){stem, ++v->stem_count};
    return slot->number;
}

uint32_t view_stem(const struct view *v, struct slice stem)
{
    return v->table_room ? slot_of(v->table, v->table_room, stem)->number : 0;
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
