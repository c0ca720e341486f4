/* stated_negation.c - marks the negated words of a sentence: the next content words behind "not", or before it. */
#include "facts/stated_inner.h"

#include "facts/read_chars.h"
#include "text/listed.h"
#include "text/marks.h"

/* How many content words a negation marks, and within how many words. Set by hand. */
enum { NEGATED_WORDS = 2, NEGATION_REACH = 6 };

static bool is_content(const struct word *w)
{
    return !(w->flags & (WORD_STOP | WORD_NUMBER));
}

static size_t negate_forward(struct stated *s, struct slice text, struct words words, size_t from)
{
    size_t marked = 0;
    for (size_t i = from; i < words.n && i < from + NEGATION_REACH && marked < NEGATED_WORDS; i++) {
        if (i > 0 && stated_breaks(text, &words.at[i - 1], &words.at[i]))
            break;
        if (is_content(&words.at[i])) {
            s->negated[i] = true;
            marked++;
        }
    }
    return marked;
}

static void negate_backward(struct stated *s, struct slice text, struct words words, size_t from)
{
    size_t marked = 0;
    for (size_t i = from; i-- > 0 && i + NEGATION_REACH >= from && marked < NEGATED_WORDS;) {
        if (i + 1 < words.n && stated_breaks(text, &words.at[i], &words.at[i + 1]))
            break;
        if (is_content(&words.at[i])) {
            s->negated[i] = true;
            marked++;
        }
    }
}

static bool negation_at_word(struct slice text, struct words words, size_t i, const struct lang *lang)
{
    struct slice word = words.at[i].fold, next = i + 1 < words.n ? words.at[i + 1].fold : SLICE("");
    bool there = lang_has(lang, LANG_NEGATORS, word) || lang_ends(lang, LANG_NEGATOR_ENDINGS, word);
    /* "No. 5" denies nothing. */
    bool numbered = there && char_at(text, words.at[i].start + words.at[i].n) == '.' &&
                    lang_has(lang_any(), LANG_ABBR_BEFORE_NUMBER, word);
    return there && !numbered && !lang_has(lang, LANG_NOT_NEGATED, next);
}

static void add_negation(struct arena *a, struct stated *s, size_t at)
{
    size_t *slot = arena_push(a, &s->negation_at, s->negations, &s->negation_room);
    *slot = at;
    s->negations++;
}

/* Finds the next negation from byte *at on, in a script without spaces. *n: its bytes. *before: it precedes the words
 * that it negates. */
static bool unspaced_negation(struct slice text, size_t *at, size_t *n, bool *before)
{
    for (size_t i = *at, step; i < text.n; i += step) {
        struct slice rest = text_from(text, i);
        step = 1;
        if ((unsigned char)text.p[i] < 0xE3)
            continue;
        size_t none = lang_starts(lang_any(), LANG_NO_NEGATION, rest);
        size_t ahead = none ? 0 : lang_starts(lang_any(), LANG_NEGATION_BEFORE, rest);
        size_t behind = none || ahead ? 0 : lang_starts(lang_any(), LANG_NEGATION_BEHIND, rest);
        if (ahead || behind) {
            *at = i;
            *n = ahead ? ahead : behind;
            *before = ahead > 0;
            return true;
        }
        step = none ? none : 1;
    }
    return false;
}

static void negations_without_spaces(struct arena *a, struct stated *s, struct slice text, struct words words)
{
    size_t word = 0, n = 0;
    bool before;
    for (size_t i = 0; unspaced_negation(text, &i, &n, &before); i += n) {
        while (word < words.n && words.at[word].start < i + (before ? n : 0))
            word++;
        add_negation(a, s, word);
        if (!before || negate_forward(s, text, words, word) == 0)
            negate_backward(s, text, words, word);
    }
}

void stated_negations(struct arena *a, struct stated *s, struct slice text, struct words words, const struct lang *lang)
{
    lang = lang_or_english(lang);
    for (size_t i = 0; i < words.n; i++) {
        if ((words.at[i].flags & WORD_CJK) || !negation_at_word(text, words, i, lang))
            continue;
        add_negation(a, s, i + 1);
        if (negate_forward(s, text, words, i + 1) == 0)
            negate_backward(s, text, words, i);
    }
    negations_without_spaces(a, s, text, words);
}

bool stated_denies(struct slice text, struct words words, const struct lang *lang)
{
    size_t at = 0, n;
    bool before, denies = unspaced_negation(text, &at, &n, &before);
    lang = lang_or_english(lang);
    for (size_t i = 0; i < words.n && !denies; i++)
        denies = !(words.at[i].flags & WORD_CJK) && negation_at_word(text, words, i, lang);
    return denies;
}
