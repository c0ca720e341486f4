#include "text/listed.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "text/letters.h"

enum { WORD_BYTES_MAX = 64 };

static uint32_t listed_fold(uint32_t c)
{
    return (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT);
}

const struct lang_entry *listed(const struct lang *lang, enum lang_list list, struct slice word)
{
    char folded[WORD_BYTES_MAX + 4];
    size_t n = 0;
    for (size_t at = 0; at < word.n;) {
        uint32_t c;
        size_t len = utf8_next(slice_sub(word, at, word.n - at), &c);
        if (len == 0 || n > WORD_BYTES_MAX)
            return NULL;
        n += utf8_put(folded + n, listed_fold(c));
        at += len;
    }
    return lang_entry(lang, list, (struct slice){folded, n});
}

const struct lang_entry *listed_at(const struct lang *lang, enum lang_list list, struct slice text, size_t *used)
{
    const struct lang_entries entries = lang_entries(lang, list);
    const struct lang_entry *best = NULL;
    char first[4] = {0};
    /* Compares first bytes before letters, since lists of months and units are searched at every word beside a figure.
     */
    if (letter_first(text) == 0)
        return NULL;
    utf8_put(first, listed_fold(letter_first(text)));
    for (size_t i = 0; i < entries.n; i++) {
        struct slice word = entries.at[i].word;
        if (word.p[0] != first[0] || (best && word.n <= best->word.n))
            continue;
        size_t n = letters_start_nocase(text, word);
        if (n) {
            best = &entries.at[i];
            *used = n;
        }
    }
    return best;
}

size_t listed_before(const struct lang *lang, enum lang_list list, struct slice text)
{
    const struct lang_entries entries = lang_entries(lang, list);
    size_t longest = 0;
    for (size_t i = 0; i < entries.n; i++) {
        struct slice word = entries.at[i].word;
        if (word.n > text.n || word.n <= longest)
            continue;
        size_t start = text.n - word.n;
        if (letters_eq_nocase(slice_sub(text, start, word.n), word) &&
            !(letter_at(word, 0) && letter_before(text, start)))
            longest = word.n;
    }
    return longest;
}
