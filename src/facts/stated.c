/* stated.c - calls the readers of facts/ on a sentence and adds their findings to one statement. */
#include "facts/stated_inner.h"

#include "facts/read_chars.h"
#include "text/listed.h"
#include "text/marks.h"

struct stated *stated_read(struct arena *a, struct slice text, struct words words, const struct lang *lang)
{
    struct stated *s = arena_array(a, struct stated, 1);
    struct arena *scratch = arena_new();
    struct numbers numbers = numbers_read(scratch, text, lang);
    struct dates dates = dates_read(scratch, text, lang);
    s->negated = arena_array(a, bool, words.n);
    s->in_value = arena_array(a, bool, words.n);
    if (words.n == 0) {
        arena_free(scratch);
        return s;
    }
    s->names = names_read(a, text, words);
    stated_dates(a, s, text, words, &numbers, &dates);
    stated_numbers(a, scratch, s, text, words, &numbers, &dates, lang);
    arena_free(scratch);
    stated_negations(a, s, text, words, lang);
    for (size_t i = 0; i < s->number_count; i++)
        for (size_t w = s->numbers[i].at.first; w <= s->numbers[i].at.last; w++)
            s->in_value[w] = true;
    for (size_t i = 0; i < s->date_count; i++)
        for (size_t w = s->dates[i].at.first; w <= s->dates[i].at.last; w++)
            s->in_value[w] = true;
    return s;
}
