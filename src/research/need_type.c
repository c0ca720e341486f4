/* need_type.c - the expected type of an answer, by the question's first question word and the noun that follows it. */
#include "research/need.h"

static const char date_nouns[] = " year date day month century decade era ";
static const char number_nouns[] = " percentage percent number amount rank ranking population rate temperature ratio "
                                   "distance height length share fraction age size total cost price speed ";
static const char place_nouns[] = " city country state place region area river island continent location town county "
                                  "province nation street lake mountain sea ocean village district capital ";
static const char person_nouns[] = " person man woman king queen leader president scientist author actor researcher "
                                   "director philosopher physicist emperor general explorer singer writer artist "
                                   "founder inventor mathematician chemist ";
static const char how_numbers[] = " many much far long old tall large high big often deep wide fast common few heavy ";
static const char forms_of_be[] = " is was are were ";

/* The nouns after "what": up to this many words before a stop word. */
enum { NOUNS = 3, REACH_AFTER_BE = 5 };

bool need_lists(const char *list, struct slice word)
{
    char key[32];
    if (word.n == 0 || word.n + 2 >= sizeof key)
        return false;
    int n = snprintf(key, sizeof key, " %.*s ", SLICE_ARGS(word));
    struct slice whole = slice_of(list);
    return slice_find(whole, (struct slice){key, (size_t)n}) < whole.n;
}

static enum need_type by_nouns(struct words q, size_t first, size_t count)
{
    static const struct {
        const char *nouns;
        enum need_type type;
    } kinds[] = {{date_nouns, NEED_DATE}, {number_nouns, NEED_NUMBER}, {place_nouns, NEED_PLACE},
                 {person_nouns, NEED_PERSON}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t i = first; i < first + count; i++)
            if (need_lists(kinds[k].nouns, q.at[i].fold))
                return kinds[k].type;
    return NEED_ANY;
}

/* "what river was …": the words up to a stop word. "what is the capital of …": the first run of other words. */
static enum need_type after_what(struct words q, size_t what)
{
    size_t first = what + 1, count = 0;
    while (count < NOUNS && first + count < q.n && !(q.at[first + count].flags & WORD_STOP))
        count++;
    if (count == 0 && first < q.n && need_lists(forms_of_be, q.at[first].fold)) {
        size_t end = first + 1 + REACH_AFTER_BE < q.n ? first + 1 + REACH_AFTER_BE : q.n;
        first++;
        while (first < end && (q.at[first].flags & WORD_STOP))
            first++;
        while (count < NOUNS && first + count < end && !(q.at[first + count].flags & WORD_STOP))
            count++;
    }
    return by_nouns(q, first, count);
}

enum need_type need_type_of(struct words q, const struct lang *lang)
{
    if (!slice_is(slice_of(lang->code), "en"))
        return NEED_ANY;
    for (size_t i = 0; i < q.n; i++) {
        struct slice word = q.at[i].fold;
        if (need_lists(" who whom whose ", word))
            return NEED_PERSON;
        if (slice_is(word, "when"))
            return NEED_DATE;
        if (slice_is(word, "where"))
            return NEED_PLACE;
        if (slice_is(word, "why"))
            return NEED_REASON;
        if (slice_is(word, "how"))
            return i + 1 < q.n && need_lists(how_numbers, q.at[i + 1].fold) ? NEED_NUMBER : NEED_ANY;
        if (need_lists(" what which ", word))
            return after_what(q, i);
    }
    return NEED_ANY;
}
