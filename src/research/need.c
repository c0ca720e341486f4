#include "research/need.h"

#include "research/view.h"

bool need_make(struct arena *a, struct slice text, const struct lang *lang, struct index *index, enum need_type type,
               struct need *out, struct err *e)
{
    *out = (struct need){.text = text, .words = words_split(a, text, lang), .lang = lang, .type = type};
    struct slice *stems = arena_array(a, struct slice, out->words.n);
    for (size_t i = 0; i < out->words.n; i++)
        stems[i] = out->words.at[i].stem;
    out->idf = arena_array(a, double, out->words.n);
    return index_idf(index, stems, out->words.n, out->idf, e);
}
