/* closest.c - see closest.h. */
#include "session/closest.h"

#include "base/utf8.h"
#include "text/language.h"
#include "text/words.h"

/* Bytes that CLOSEST_WORDS words rarely exceed; more are not split at all. */
enum { CLOSEST_BYTES = 4096 };

static struct words closest_split(struct arena *a, struct slice text)
{
    struct slice start = utf8_cut(text, CLOSEST_BYTES);
    struct words w = words_split(a, start, language_guess(start, lang_find(SLICE("en"))));
    w.n = w.n < CLOSEST_WORDS ? w.n : CLOSEST_WORDS;
    return w;
}

static bool closest_has(const struct words *w, struct slice stem)
{
    for (size_t i = 0; i < w->n; i++)
        if (slice_eq(w->at[i].stem, stem))
            return true;
    return false;
}

size_t closest_text(struct arena *a, struct slice question, const struct slice *texts, size_t n)
{
    const struct words asked = closest_split(a, question);
    struct words *said = arena_array(a, struct words, n);
    double *scores = arena_array(a, double, n);
    size_t best = 0;
    for (size_t i = 0; i < n; i++) {
        said[i] = closest_split(a, texts[i]);
        scores[i] = 0;
    }
    for (size_t k = 0; k < asked.n; k++) {
        const struct word *word = &asked.at[k];
        size_t having = 0;
        if (word->flags & WORD_STOP)
            continue;
        for (size_t i = 0; i < n; i++)
            having += closest_has(&said[i], word->stem);
        for (size_t i = 0; i < n && having; i++)
            if (closest_has(&said[i], word->stem))
                scores[i] += 1.0 / (double)having;
    }
    for (size_t i = 1; i < n; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}
