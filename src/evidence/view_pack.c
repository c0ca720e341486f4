/* view_pack.c - views in a third of the memory, for callers that rarely read words.
 *
 * A session keeps one while a language model writes, and there may be thousands of such sessions. A word takes four
 * bytes: its place in the sentence, and the number of its form. Equal words share one form: half of a page's words
 * occur more than once. */
#include "evidence/view_inner.h"

#include <stdlib.h>

struct view_form {
    uint16_t at;      /* where its fold starts in view_packed.text */
    uint16_t stem;    /* the stem's number */
    uint8_t n, bytes; /* length of the fold; length of the word in the sentence */
    uint8_t flags;
};

struct packed_word {
    uint16_t start, form;
};

struct view_packed {
    struct packed_word **lines;    /* as in struct view_full */
    const struct view_form *forms; /* the distinct words */
    const char *text;              /* the folds of all forms */
    const char *stem_text;         /* all stems one after the other, by number */
    const uint16_t *stem_end;      /* by number: where the stem ends in stem_text */
    const uint16_t *stems_sorted;  /* stem numbers in the order of the stems' bytes */
};

struct packing {
    struct arena *arena, *scratch;
    struct view_packed *out;
    struct view_form *forms;
    size_t form_count, form_room;
    uint32_t *table; /* open-addressing hash table of form numbers, from 1; 0 marks a free slot */
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
        struct words w = v->full->lines[i].words;
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
    struct view_form *f = arena_push(p->scratch, &p->forms, p->form_count, &p->form_room);
    *f = (struct view_form){(uint16_t)p->text_n, (uint16_t)stem, (uint8_t)w->fold.n, (uint8_t)w->n, (uint8_t)w->flags};
    memcpy(p->text + p->text_n, w->fold.p, w->fold.n);
    p->text_n += w->fold.n;
    p->table[at] = (uint32_t)++p->form_count;
    return (uint16_t)(p->form_count - 1);
}

static struct packed_word *pack_line(struct packing *p, const struct line *line)
{
    struct packed_word *out = arena_array(p->arena, struct packed_word, line->words.n);
    for (size_t i = 0; i < line->words.n && p->fits; i++) {
        const struct word *w = &line->words.at[i];
        out[i] = (struct packed_word){(uint16_t)w->start, form_of(p, w, line->stems[i])};
    }
    return out;
}

static void pack_all(struct packing *p, const struct view *v, struct view *out)
{
    for (size_t i = 0; i < v->sentence_count + v->passage_count && p->fits; i++)
        p->out->lines[i] = pack_line(p, &v->full->lines[i]);
    for (size_t i = 0; i < v->sentence_count; i++) {
        out->sentences[i] = v->sentences[i];
        out->sentences[i].passage = &out->chosen[v->sentences[i].passage_rank];
    }
    for (size_t i = 0; i < v->passage_count; i++) {
        out->passages[i] = v->passages[i];
        out->passages[i].above = NULL;
        out->passages[i].above_count = out->passages[i].above_words = 0;
        out->chosen[i] = v->chosen[i];
    }
}

static struct slice stem_text(const struct view_packed *packed, uint32_t number)
{
    uint32_t start = packed->stem_end[number - 1];
    return (struct slice){packed->stem_text + start, packed->stem_end[number] - start};
}

static int by_text(const void *left, const void *right, void *packed)
{
    return slice_cmp(stem_text(packed, *(const uint16_t *)left), stem_text(packed, *(const uint16_t *)right));
}

static void pack_stems(struct packing *p, const struct view *v)
{
    const struct slice *stems = v->full->stems;
    uint16_t *ends = arena_array(p->arena, uint16_t, v->stem_count + 1);
    uint16_t *sorted = arena_array(p->arena, uint16_t, v->stem_count);
    struct slice text = v->stem_count ? arena_join(p->arena, stems + 1, v->stem_count) : SLICE("");
    p->fits = p->fits && v->stem_count <= UINT16_MAX && text.n <= UINT16_MAX;
    for (uint32_t i = 1; i <= v->stem_count && p->fits; i++) {
        ends[i] = (uint16_t)(ends[i - 1] + stems[i].n);
        sorted[i - 1] = (uint16_t)i;
    }
    p->out->stem_end = ends;
    p->out->stem_text = text.p;
    p->out->stems_sorted = sorted;
    if (p->fits)
        qsort_r(sorted, v->stem_count, sizeof *sorted, by_text, p->out);
}

static struct view *view_pack_into(struct packing *p, const struct view *v)
{
    struct arena *a = p->arena;
    struct view *out = arena_array(a, struct view, 1);
    size_t bytes, words = all_words(v, &bytes);
    *out = *v;
    out->full = NULL;
    out->packed = p->out = arena_array(a, struct view_packed, 1);
    p->out->lines = arena_array(a, struct packed_word *, v->sentence_count + v->passage_count);
    out->sentences = arena_array(a, struct sentence, v->sentence_count);
    out->chosen = arena_array(a, struct evidence_passage, v->passage_count);
    out->passages = arena_array(a, struct view_passage, v->passage_count);
    for (p->table_room = 64; p->table_room < 2 * words;)
        p->table_room *= 2;
    p->table = arena_array(p->scratch, uint32_t, p->table_room);
    p->text = arena_alloc(p->scratch, bytes + 1);
    pack_all(p, v, out);
    pack_stems(p, v);
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
    struct view *out = view_pack_into(&p, v);
    arena_free(p.scratch);
    return out;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static const struct view_form *form_at(const struct view *v, size_t line, size_t word)
{
    return &v->packed->forms[v->packed->lines[line][word].form];
}

struct view_word view_packed_word(const struct view *v, size_t line, size_t word)
{
    const struct view_form *f = form_at(v, line, word);
    return (struct view_word){f->stem, f->flags};
}

struct line view_packed_line(struct arena *a, const struct view *v, size_t line)
{
    const struct view_packed *packed = v->packed;
    size_t n = view_word_count(v, line);
    struct word *words = arena_array(a, struct word, n);
    uint32_t *stems = arena_array(a, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        const struct view_form *f = form_at(v, line, i);
        words[i] = (struct word){.start = packed->lines[line][i].start,
                                 .n = f->bytes,
                                 .fold = {packed->text + f->at, f->n},
                                 .stem = stem_text(packed, f->stem),
                                 .flags = f->flags};
        stems[i] = f->stem;
    }
    return (struct line){{words, n}, stems};
}

uint32_t view_packed_stem(const struct view *v, struct slice stem)
{
    size_t low = 0, high = v->stem_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        uint32_t number = v->packed->stems_sorted[middle];
        int order = slice_cmp(stem_text(v->packed, number), stem);
        if (order == 0)
            return number;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}
