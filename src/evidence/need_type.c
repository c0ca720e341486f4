/* need_type.c - the expected type of an answer, by the question's first question word and the noun that follows it. */
#include "evidence/need.h"
#include "evidence/need_words.h"

/* The nouns after "what": up to this many words before a stop word. */
enum { NOUNS = 3, REACH_AFTER_BE = 5 };

bool need_lists(const char *list, struct slice word)
{
    for (const char *at = list; word.n && *at && (at = strchr(at + 1, word.p[0]));)
        if (at[-1] == ' ' && strncmp(at, word.p, word.n) == 0 && at[word.n] == ' ')
            return true;
    return false;
}

static enum need_type by_nouns(const struct need_words *w, struct words q, size_t first, size_t count)
{
    const struct {
        const char *nouns;
        enum need_type type;
    } kinds[] = {{w->date_nouns, NEED_DATE}, {w->number_nouns, NEED_NUMBER}, {w->place_nouns, NEED_PLACE},
                 {w->person_nouns, NEED_PERSON}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t i = first; i < first + count; i++)
            if (need_lists(kinds[k].nouns, q.at[i].fold))
                return kinds[k].type;
    return NEED_ANY;
}

/* "what river was …": the words up to a stop word. "what is the capital of …": the first run of other words. */
static enum need_type after_what(const struct need_words *w, struct words q, size_t what)
{
    size_t first = what + 1, count = 0;
    while (count < NOUNS && first + count < q.n && !(q.at[first + count].flags & WORD_STOP))
        count++;
    if (count == 0 && first < q.n && need_lists(w->be, q.at[first].fold)) {
        size_t end = first + 1 + REACH_AFTER_BE < q.n ? first + 1 + REACH_AFTER_BE : q.n;
        first++;
        while (first < end && (q.at[first].flags & WORD_STOP))
            first++;
        while (count < NOUNS && first + count < end && !(q.at[first + count].flags & WORD_STOP))
            count++;
    }
    return by_nouns(w, q, first, count);
}

enum need_type need_type_of(struct words q, const struct lang *lang)
{
    const struct need_words *w = need_words_of(lang);
    if (!w)
        return NEED_ANY;
    for (size_t i = 0; i < q.n; i++) {
        struct slice word = q.at[i].fold;
        if (need_lists(w->person, word))
            return NEED_PERSON;
        if (need_lists(w->date, word))
            return NEED_DATE;
        if (need_lists(w->place, word))
            return NEED_PLACE;
        if (need_lists(w->reason, word))
            return NEED_REASON;
        if (need_lists(w->number, word))
            return NEED_NUMBER;
        if (need_lists(w->how, word))
            return i + 1 < q.n && need_lists(w->how_numbers, q.at[i + 1].fold) ? NEED_NUMBER : NEED_ANY;
        if (need_lists(w->which, word))
            return after_what(w, q, i);
    }
    return NEED_ANY;
}
