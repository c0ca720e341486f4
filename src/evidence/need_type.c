/* need_type.c - the expected type of an answer, by the question's first question word and the noun that follows it. */
#include "evidence/need.h"

/* The nouns after "what": up to this many words before a stop word. */
enum { NOUNS = 3, REACH_AFTER_BE = 5 };

static enum need_type by_nouns(const struct lang *lang, struct words q, size_t first, size_t count)
{
    static const struct {
        enum lang_list nouns;
        enum need_type type;
    } kinds[] = {{LANG_DATE_NOUNS, NEED_DATE},
                 {LANG_NUMBER_NOUNS, NEED_NUMBER},
                 {LANG_PLACE_NOUNS, NEED_PLACE},
                 {LANG_PERSON_NOUNS, NEED_PERSON}};
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        for (size_t i = first; i < first + count; i++)
            if (lang_has(lang, kinds[k].nouns, q.at[i].fold))
                return kinds[k].type;
    return NEED_ANY;
}

/* "what river was …": the words up to a stop word. "what is the capital of …": the first run of other words. */
static enum need_type after_what(const struct lang *lang, struct words q, size_t what)
{
    size_t first = what + 1, count = 0;
    while (count < NOUNS && first + count < q.n && !(q.at[first + count].flags & WORD_STOP))
        count++;
    if (count == 0 && first < q.n && lang_has(lang, LANG_BE, q.at[first].fold)) {
        size_t end = first + 1 + REACH_AFTER_BE < q.n ? first + 1 + REACH_AFTER_BE : q.n;
        first++;
        while (first < end && (q.at[first].flags & WORD_STOP))
            first++;
        while (count < NOUNS && first + count < end && !(q.at[first + count].flags & WORD_STOP))
            count++;
    }
    return by_nouns(lang, q, first, count);
}

enum need_type need_type_of(struct words q, const struct lang *lang)
{
    for (size_t i = 0; i < q.n; i++) {
        struct slice word = q.at[i].fold;
        if (lang_has(lang, LANG_ASKS_PERSON, word))
            return NEED_PERSON;
        if (lang_has(lang, LANG_ASKS_DATE, word))
            return NEED_DATE;
        if (lang_has(lang, LANG_ASKS_PLACE, word))
            return NEED_PLACE;
        if (lang_has(lang, LANG_ASKS_REASON, word))
            return NEED_REASON;
        if (lang_has(lang, LANG_ASKS_NUMBER, word))
            return NEED_NUMBER;
        if (lang_has(lang, LANG_ASKS_HOW, word))
            return i + 1 < q.n && lang_has(lang, LANG_HOW_NUMBER, q.at[i + 1].fold) ? NEED_NUMBER : NEED_ANY;
        if (lang_has(lang, LANG_ASKS_WHICH, word))
            return after_what(lang, q, i);
    }
    return NEED_ANY;
}
