/* index_near.c - finds terms of the index that are written like a word, or that go on after it, for words that no or
 * few passages have.
 *
 * Terms are stems, and the stem of a wrongly written word is often cut in another place than that of the right one
 * ("popluation": "popluat"; "population": "popul"). So a term is compared with each beginning of the word, and callers
 * compare the words that have the term. Only terms with the word's first letter are looked at, or with its first two in
 * the other order: that is a twentieth of them, and people rarely mistake the first letter. */
#include <stdlib.h>

#include "index/pages.h"

enum { NEAR_BYTES_MAX = 32 };

struct near_search {
    struct slice word;
    unsigned most; /* mistakes */
    struct arena *a;
    struct index_near *out;
    size_t n;
};

unsigned index_mistakes(struct slice a, struct slice b, bool beginning)
{
    unsigned char row[3][NEAR_BYTES_MAX + 1];
    unsigned char *above2 = row[0], *above = row[1], *now = row[2];
    if (a.n > NEAR_BYTES_MAX || b.n > NEAR_BYTES_MAX)
        return NEAR_BYTES_MAX;
    for (size_t j = 0; j <= b.n; j++)
        above2[j] = above[j] = (unsigned char)j;
    for (size_t i = 1; i <= a.n; i++) {
        now[0] = (unsigned char)i;
        for (size_t j = 1; j <= b.n; j++) {
            unsigned char best = (unsigned char)(above[j - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (above[j] + 1 < best)
                best = (unsigned char)(above[j] + 1);
            if (now[j - 1] + 1 < best)
                best = (unsigned char)(now[j - 1] + 1);
            bool swapped = i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
            if (swapped && above2[j - 2] + 1 < best)
                best = (unsigned char)(above2[j - 2] + 1);
            now[j] = best;
        }
        unsigned char *spare = above2;
        above2 = above;
        above = now;
        now = spare;
    }
    unsigned least = above[b.n];
    for (size_t j = 0; beginning && j < b.n; j++)
        least = above[j] < least ? above[j] : least;
    return least;
}

static bool near_better(const struct index_near *x, const struct index_near *y)
{
    return x->mistakes != y->mistakes ? x->mistakes < y->mistakes : x->having > y->having;
}

static void near_add(void *ud, struct slice term, uint64_t having)
{
    struct near_search *s = ud;
    if (term.n * 2 < s->word.n || term.n > s->word.n + s->most)
        return;
    /* The whole word is better evidence than a beginning of it: "hamlet" and "ham" are as near to "hamelt". */
    unsigned whole = index_mistakes(term, s->word, false), beginning = index_mistakes(term, s->word, true) + 1;
    struct index_near found = {term, having, whole < beginning ? whole : beginning};
    if (found.mistakes > s->most + 1)
        return;
    size_t at = s->n;
    while (at > 0 && near_better(&found, &s->out[at - 1]))
        at--;
    if (at == INDEX_NEAR_MAX)
        return;
    s->n += s->n < INDEX_NEAR_MAX;
    memmove(&s->out[at + 1], &s->out[at], (s->n - at - 1) * sizeof *s->out);
    found.stem = arena_dup(s->a, term);
    s->out[at] = found;
}

static bool near_read(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct near_search *s = ud;
    (void)x;
    s->n = 0;
    if (s->word.n < 2 || s->word.n > NEAR_BYTES_MAX)
        return true;
    const char swapped[] = {s->word.p[1], s->word.p[0]};
    return engine_terms(v, slice_sub(s->word, 0, 1), near_add, s, e) &&
           (swapped[0] == swapped[1] || engine_terms(v, (struct slice){swapped, 2}, near_add, s, e));
}

bool index_near(struct index *x, struct slice word, unsigned mistakes, struct arena *a, struct index_near *out,
                size_t *n, struct err *e)
{
    struct near_search s = {.word = word, .most = mistakes, .a = a, .out = out};
    if (!read_by_view(x, near_read, &s, e))
        return false;
    *n = s.n;
    return true;
}

static void near_longer(void *ud, struct slice term, uint64_t having)
{
    struct near_search *s = ud;
    if (term.n > s->word.n && having > s->out->having)
        *s->out = (struct index_near){arena_dup(s->a, term), having, 0};
}

static bool near_read_longer(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct near_search *s = ud;
    (void)x;
    *s->out = (struct index_near){.stem = {"", 0}};
    return s->word.n == 0 || engine_terms(v, s->word, near_longer, s, e);
}

bool index_longer(struct index *x, struct slice word, struct arena *a, struct index_near *out, struct err *e)
{
    struct near_search s = {.word = word, .a = a, .out = out};
    return read_by_view(x, near_read_longer, &s, e);
}
