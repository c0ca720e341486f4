/* view_pack.c - a view for one who seldom looks: a session keeps it as long as a language model writes, and there may be
 * thousands of them.
 *
 * A word is four bytes: where it stands, and what it is, which is there once for all that are alike (a "form"). Half of a
 * page's words are there more than once. */
#include "evidence/view.h"

#include <stdlib.h>

struct view_form {
    uint16_t at;       /* of the fold in the text */
    uint16_t stem;     /* its number */
    uint8_t n, bytes;  /* of the fold, of the word itself */
    uint8_t flags;
};

struct packed_word {
    uint16_t start, form;
};

struct packing {
    struct arena *arena, *scratch;
    struct view_packed *out;
    struct view_form *forms;
    size_t form_count, form_room;
    uint32_t *table; /* open hash: forms, from 1 */
    size_t table_room;
    char *text;
    size_t text_n;
    bool fits;
};

static size_t all_words(const struct view *v, size_t *bytes)
{
    size_t n = 0;
    *bytes = 0;
    for (size_t i = 0; i < v->sentence_count + v->passage_count; i++) {
        struct words w = i < v->sentence_count ? v->sentences[i].words : v->passages[i - v->sentence_count].title;
        n += w.n;
        for (size_t k = 0; k < w.n; k++)
            *bytes += w.at[k].fold.n;
    }
    return n;
}

static uint16_t form_of(struct packing *p, const struct word *w, uint32_t stem)
{
    p->fits = p->fits && w->start <= UINT16_MAX && w->n <= UINT8_MAX && w->fold.n <= UINT8_MAX && stem <= UINT16_MAX;
    size_t at = (slice_hash(w->fold) ^ w->flags) & (p->table_room - 1);
    for (; p->table[at]; at = (at + 1) & (p->table_room - 1)) {
        const struct view_form *f = &p->forms[p->table[at] - 1];
        if (f->stem == stem && f->flags == w->flags && f->bytes == w->n &&
            slice_eq((struct slice){p->text + f->at, f->n}, w->fold))
            return (uint16_t)(p->table[at] - 1);
    }
    p->fits = p->fits && p->form_count <= UINT16_MAX && p->text_n <= UINT16_MAX;
    if (!p->fits)
        return 0;
    void *items = p->forms;
    struct view_form *f = arena_push(p->scratch, &items, p->form_count, &p->form_room, sizeof *f);
    p->forms = items;
    *f = (struct view_form){(uint16_t)p->text_n, (uint16_t)stem, (uint8_t)w->fold.n, (uint8_t)w->n, (uint8_t)w->flags};
    memcpy(p->text + p->text_n, w->fold.p, w->fold.n);
    p->text_n += w->fold.n;
    p->table[at] = (uint32_t)++p->form_count;
    return (uint16_t)(p->form_count - 1);
}

struct slice view_stem_text(const struct view *v, uint32_t number)
{
    if (!v->packed)
        return v->stems[number];
    uint32_t start = v->packed->stem_end[number - 1];
    return (struct slice){v->packed->stem_text + start, v->packed->stem_end[number] - start};
}

unsigned view_word_flags(const struct view *v, size_t sentence, size_t word)
{
    return v->packed ? v->packed->forms[v->packed->words[sentence][word].form].flags : v->sentences[sentence].words.at[word].flags;
}

uint32_t view_word_stem(const struct view *v, size_t sentence, size_t word)
{
    return v->packed ? v->packed->forms[v->packed->words[sentence][word].form].stem : v->sentences[sentence].stems[word];
}

uint32_t view_title_stem(const struct view *v, size_t rank, size_t word)
{
    return v->packed ? v->packed->forms[v->packed->titles[rank][word].form].stem : v->passages[rank].title_stems[word];
}

static struct packed_word *pack_words(struct packing *p, struct words words, const uint32_t *stems)
{
    struct packed_word *out = arena_array(p->arena, struct packed_word, words.n);
    for (size_t i = 0; i < words.n && p->fits; i++)
        out[i] = (struct packed_word){(uint16_t)words.at[i].start, form_of(p, &words.at[i], stems[i])};
    return out;
}

static void pack_all(struct packing *p, const struct view *v, struct view *out)
{
    for (size_t i = 0; i < v->sentence_count && p->fits; i++) {
        struct sentence *s = &out->sentences[i];
        *s = v->sentences[i];
        p->out->words[i] = pack_words(p, s->words, s->stems);
        s->words.at = NULL;
        s->stems = NULL;
        s->passage = &out->chosen[s->passage_rank];
    }
    for (size_t i = 0; i < v->passage_count && p->fits; i++) {
        struct view_passage *in = &out->passages[i];
        *in = v->passages[i];
        out->chosen[i] = v->chosen[i];
        p->out->titles[i] = pack_words(p, in->title, in->title_stems);
        in->title.at = NULL;
        in->title_stems = NULL;
    }
}

static int by_text(const void *left, const void *right, void *view)
{
    return slice_cmp(view_stem_text(view, *(const uint16_t *)left), view_stem_text(view, *(const uint16_t *)right));
}

static void pack_stems(struct packing *p, const struct view *v, struct view *out)
{
    uint16_t *ends = arena_array(p->arena, uint16_t, v->stem_count + 1);
    uint16_t *sorted = arena_array(p->arena, uint16_t, v->stem_count);
    struct slice text = v->stem_count ? arena_join(p->arena, v->stems + 1, v->stem_count) : SLICE("");
    p->fits = p->fits && v->stem_count <= UINT16_MAX && text.n <= UINT16_MAX;
    for (uint32_t i = 1; i <= v->stem_count && p->fits; i++) {
        ends[i] = (uint16_t)(ends[i - 1] + v->stems[i].n);
        sorted[i - 1] = (uint16_t)i;
    }
    p->out->stem_end = ends;
    p->out->stem_text = text.p;
    p->out->stems_sorted = sorted;
    if (p->fits)
        qsort_r(sorted, v->stem_count, sizeof *sorted, by_text, out);
    out->stems = NULL;
    out->table = NULL;
}

uint32_t view_packed_stem(const struct view *v, struct slice stem)
{
    size_t low = 0, high = v->stem_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        uint32_t number = v->packed->stems_sorted[middle];
        int order = slice_cmp(view_stem_text(v, number), stem);
        if (order == 0)
            return number;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static struct view *pack(struct packing *p, const struct view *v)
{
    struct arena *a = p->arena;
    struct view *out = arena_array(a, struct view, 1);
    size_t bytes, words = all_words(v, &bytes);
    *out = *v;
    out->packed = p->out = arena_array(a, struct view_packed, 1);
    p->out->words = arena_array(a, struct packed_word *, v->sentence_count);
    p->out->titles = arena_array(a, struct packed_word *, v->passage_count);
    out->sentences = arena_array(a, struct sentence, v->sentence_count);
    out->chosen = arena_array(a, struct evidence_passage, v->passage_count);
    out->passages = arena_array(a, struct view_passage, v->passage_count);
    for (p->table_room = 64; p->table_room < 2 * words;)
        p->table_room *= 2;
    p->table = arena_array(p->scratch, uint32_t, p->table_room);
    p->text = arena_alloc(p->scratch, bytes + 1);
    pack_all(p, v, out);
    pack_stems(p, v, out);
    if (!p->fits)
        return NULL;
    struct view_form *forms = arena_array(a, struct view_form, p->form_count);
    if (p->form_count)
        memcpy(forms, p->forms, p->form_count * sizeof *forms);
    p->out->forms = forms;
    p->out->text = arena_dup(a, (struct slice){p->text, p->text_n}).p;
    return out;
}

struct view *view_pack(struct arena *a, const struct view *v)
{
    struct packing p = {.arena = a, .scratch = arena_new(), .fits = true};
    struct view *out = pack(&p, v);
    arena_free(p.scratch);
    return out;
}

static struct words unpack(struct arena *a, const struct view *v, const struct packed_word *packed, size_t n)
{
    struct words out = {arena_array(a, struct word, n), n};
    for (size_t i = 0; i < n; i++) {
        const struct view_form *f = &v->packed->forms[packed[i].form];
        out.at[i] = (struct word){.start = packed[i].start,
                                  .n = f->bytes,
                                  .fold = {v->packed->text + f->at, f->n},
                                  .stem = view_stem_text(v, f->stem),
                                  .flags = f->flags};
    }
    return out;
}

struct words view_words(struct arena *a, const struct view *v, size_t sentence)
{
    struct words words = v->sentences[sentence].words;
    return v->packed ? unpack(a, v, v->packed->words[sentence], words.n) : words;
}

struct words view_title(struct arena *a, const struct view *v, size_t rank)
{
    struct words words = v->passages[rank].title;
    return v->packed ? unpack(a, v, v->packed->titles[rank], words.n) : words;
}
