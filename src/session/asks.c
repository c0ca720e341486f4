#include "session/asks.h"

enum { WORDS_MAX = 200 }; /* no service reads more words */

/* Joins the wanted words, as the text writes them, with single spaces. */
static struct slice asks_joined(struct arena *a, struct slice text, struct words words,
                                bool (*wanted)(const struct word *), size_t *count)
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

static bool asks_telling(const struct word *w)
{
    return !(w->flags & WORD_STOP);
}

static bool asks_naming(const struct word *w)
{
    return asks_telling(w) && (w->flags & (WORD_CAPITAL | WORD_NUMBER));
}

size_t asks_make(struct arena *a, struct slice question, const struct lang *lang, struct slice out[ASKS_MAX])
{
    static bool (*const steps[])(const struct word *) = {asks_telling, asks_naming};
    struct words words = words_split(a, question, lang);
    size_t n = 0, before = words.n;
    out[n++] = question;
    for (size_t i = 0; i < words.n; i++)
        if (words.at[i].flags & WORD_CJK) /* bigrams overlap: they cannot be put together again */
            return n;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        size_t count;
        struct slice text = asks_joined(a, question, words, steps[i], &count);
        if (count == 0 || count == before)
            continue;
        before = count;
        out[n++] = text;
    }
    return n;
}
