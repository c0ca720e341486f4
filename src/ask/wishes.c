/* wishes.c - looks for single words of wishes, and numbers before them. A word that is in none of the lists sets
 * `unmet`, so that the reply can warn that the prompt was not fully applied. */
#include "ask/wishes.h"

#include <stdlib.h>

#include "ask/phrasing.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "text/language.h"
#include "text/words.h"

enum { MARKS_REACH = 4 };   /* words from a negation to what it negates */
enum { USER_BYTES = 4096 }; /* of the user's turn; a longer one is a text, not a question with a style */

/* Prompts are in English nearly everywhere, so a language without the lists gets the English ones. */
static const struct lang *wish_lang(struct slice text)
{
    const struct lang *guessed = language_guess(text, lang_find(SLICE("en")));
    return lang_entries(guessed, LANG_WISH_NEUTRAL).n ? guessed : lang_find(SLICE("en"));
}

static size_t wish_numeral(const struct lang *lang, struct slice word)
{
    const struct lang_entry *named = lang_entry(lang, LANG_WISH_NUMBERS, word);
    size_t value = 0;
    if (named)
        return strtoul(named->value.p, NULL, 10);
    for (size_t i = 0; i < word.n; i++) {
        if (!ascii_is_digit(word.p[i]) || value > 100000)
            return 0;
        value = value * 10 + (size_t)(word.p[i] - '0');
    }
    return value;
}

static void read_turn(struct arena *a, struct slice text, struct wishes *w)
{
    const struct lang *lang = wish_lang(text);
    struct words words = words_split(a, text, lang);
    size_t number = 0, negation = 0; /* where the last negation is */
    bool without = false;
    for (size_t i = 0; i < words.n; i++) {
        struct slice word = words.at[i].fold;
        if (lang_has(lang, LANG_WISH_SENTENCES, word) && number)
            w->max_sentences = number;
        else if (lang_has(lang, LANG_WISH_WORDS, word) && number)
            w->max_words = number;
        else if (lang_has(lang, LANG_WISH_SHORT, word) && !w->max_sentences)
            w->max_sentences = 1;
        else if (lang_has(lang, LANG_WISH_LIST, word))
            w->list = true;
        if (i > negation + MARKS_REACH)
            without = false;
        if (lang_has(lang, LANG_WISH_WITHOUT, word)) {
            without = !without; /* "never without sources" */
            negation = i;
        } else if (without && lang_has(lang, LANG_WISH_MARKS, word)) {
            w->unmarked = true;
        }
        size_t value = wish_numeral(lang, word);
        if (!value && !lang_has(lang, LANG_WISH_NEUTRAL, word))
            w->unmet = true;
        number = value;
    }
}

struct wishes wishes_read(struct arena *a, const struct question *q)
{
    struct wishes w = {0};
    struct slice style, last = {"", 0};
    for (size_t i = 0; i < q->turn_count; i++)
        if (q->turns[i].role == ROLE_SYSTEM)
            read_turn(a, q->turns[i].text, &w);
        else if (q->turns[i].role == ROLE_USER)
            last = q->turns[i].text;
    bool unmet = w.unmet;
    last = utf8_cut(slice_trim(last), USER_BYTES);
    (void)phrasing_without_style(a, last, wish_lang(last), &style);
    read_turn(a, style, &w);
    w.unmet = unmet; /* the warning is about the system prompt */
    return w;
}
