#include "research/asks.h"

enum { WORDS_MAX = 200 }; /* no service reads more of them */

/* The wanted words as they are written, with spaces between them. */
static struct slice joined(struct arena *a, struct slice text, struct words words, bool (*wanted)(const struct word *),
                           size_t *count)
{
    struct slice pieces[2 * WORDS_MAX]; /* each with the space before it */
    *count = 0;
    for (size_t i = 0; i < words.n && *count < WORDS_MAX; i++) {
        const struct word *w = &words.at[i];
        if (!wanted(w))
            continue;
        pieces[2 * *count] = *count ? SLICE(" ") : SLICE("");
        pieces[2 * *count + 1] = slice_sub(text, w->start, w->n);
        ++*count;
    }
    return arena_join(a, pieces, 2 * *count);
}

static bool telling(const struct word *w)
{
    return !(w->flags & WORD_STOP);
}

static bool naming(const struct word *w)
{
    return telling(w) && (w->flags & (WORD_CAPITAL | WORD_NUMBER));
}

size_t asks_make(struct arena *a, struct slice question, const struct lang *lang, struct slice out[ASKS_MAX])
{
    static bool (*const steps[])(const struct word *) = {telling, naming};
    struct words words = words_split(a, question, lang);
    size_t n = 0, before = words.n;
    out[n++] = question;
    for (size_t i = 0; i < words.n; i++)
        if (words.at[i].flags & WORD_CJK) /* bigrams overlap: they cannot be put together again */
            return n;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        size_t count;
        struct slice text = joined(a, question, words, steps[i], &count);
        if (count == 0 || count == before)
            continue;
        before = count;
        out[n++] = text;
    }
    return n;
}
