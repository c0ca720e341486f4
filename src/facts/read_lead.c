/* read_lead.c - see read_lead.h. A definition is cut where a stop word, a participle of LANG_DEFINITION_ENDS or a mark
 * other than a comma ends it; within it, commas and conjunctions part the kinds. */
#include "facts/read_lead.h"

#include <string.h>

#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

/* Words that a definition and a name may have at most; longer ones were misread. Set by hand. */
enum { DEFINITION_WORDS = 24, NAME_WORDS = 9, COPULA_FARTHEST = 40 };

static struct slice lead_gap(struct slice text, struct words words, size_t i)
{
    size_t end = words.at[i].start + words.at[i].n;
    size_t next = i + 1 < words.n ? words.at[i + 1].start : text.n;
    return slice_sub(text, end, next > end ? next - end : 0);
}

static bool lead_gap_has(struct slice text, struct words words, size_t i, const char *marks)
{
    struct slice gap = lead_gap(text, words, i);
    for (size_t k = 0; k < gap.n; k++)
        if (strchr(marks, gap.p[k]))
            return true;
    return false;
}

static bool lead_has(struct words words, size_t i, enum lang_list list, const struct lang *lang)
{
    return i < words.n && lang_has(lang_with(lang, list), list, words.at[i].fold);
}

static struct slice lead_span(struct slice text, struct words words, size_t first, size_t last)
{
    return slice_sub(text, words.at[first].start, words.at[last].start + words.at[last].n - words.at[first].start);
}

/* The first form of "to be" outside of brackets. */
static size_t lead_copula(struct slice text, struct words words, const struct lang *lang)
{
    size_t depth = 0;
    for (size_t i = 0; i < words.n && i < COPULA_FARTHEST; i++) {
        if (i > 0)
            for (struct slice gap = lead_gap(text, words, i - 1); gap.n; gap = text_from(gap, 1)) {
                depth += gap.p[0] == '(';
                depth -= depth > 0 && gap.p[0] == ')';
            }
        if (depth == 0 && lead_has(words, i, LANG_BE, lang) && !(words.at[i].flags & WORD_CAPITAL))
            return i;
    }
    return words.n;
}

static void lead_add_name(struct lead *out, struct slice text, enum lead_name_kind kind)
{
    text = slice_trim(text);
    while (text.n && strchr("\"',;:(", text.p[text.n - 1]))
        text = slice_sub(text, 0, text.n - 1);
    while (text.n && strchr("\"',;:(", text.p[0]))
        text = text_from(text, 1);
    for (const char *const *mark = (const char *const[]){MARK_QUOTE_OPEN, MARK_QUOTE_CLOSE, NULL}; *mark; mark++) {
        if (slice_starts(text, slice_of(*mark)))
            text = text_from(text, strlen(*mark));
        if (slice_ends(text, slice_of(*mark)))
            text = slice_sub(text, 0, text.n - strlen(*mark));
    }
    if (text.n && out->name_count < LEAD_NAMES_MAX)
        out->names[out->name_count++] = (struct lead_name){text, kind};
}

/* The name that begins at word i: up to a mark or the next small word that no name has. */
static size_t lead_name_end(struct slice text, struct words words, size_t i, const struct lang *lang)
{
    size_t last = i;
    bool quoted = i > 0 && (lead_gap_has(text, words, i - 1, "\"") ||
                            slice_ends(lead_gap(text, words, i - 1), SLICE(MARK_QUOTE_OPEN)));
    while (last + 1 < words.n && last - i < NAME_WORDS && !lead_gap_has(text, words, last, ",;:()") &&
           !(quoted && (lead_gap_has(text, words, last, "\"") ||
                        slice_starts(lead_gap(text, words, last), SLICE(MARK_QUOTE_CLOSE)))) &&
           !lead_has(words, last + 1, LANG_BE, lang) && !lead_has(words, last + 1, LANG_AND_OR, lang) &&
           !lead_has(words, last + 1, LANG_NAME_ENDS, lang))
        last++;
    return last;
}

static enum lead_name_kind lead_kind_of(struct slice value)
{
    static const char *const names[] = {
        [LEAD_OFFICIAL] = "official", [LEAD_OTHER] = "other", [LEAD_ORIGINAL] = "original"};
    for (size_t i = LEAD_OFFICIAL; i < COUNT_OF(names); i++)
        if (slice_is(value, names[i]))
            return (enum lead_name_kind)i;
    return LEAD_OTHER;
}

/* Whether "known affectionately as" is at word i: a word of NAME_CUES's phrases, an adverb, and "as". */
static bool lead_cued_by_adverb(struct words words, size_t i, const struct lang *lang)
{
    return i + 2 < words.n && lead_has(words, i, LANG_KNOWN, lang) && slice_ends(words.at[i + 1].fold, SLICE("ly")) &&
           lead_has(words, i + 2, LANG_NAMED_AS, lang);
}

/* "originally known to its inhabitants as Raqmu": the name is behind "as". */
static size_t lead_past_as(struct words words, size_t first, const struct lang *lang)
{
    enum { WORDS_BETWEEN = 5 };
    for (size_t i = first; i < words.n && i < first + WORDS_BETWEEN; i++) {
        if (words.at[i].flags & WORD_CAPITAL)
            return first;
        if (i > first && lead_has(words, i, LANG_NAMED_AS, lang))
            return i + 1;
    }
    return first;
}

/* "also known as the white shark, white pointer, or great white, is": the names behind the first one, up to the one
 * behind the conjunction. Returns the last word. */
static size_t lead_further_names(struct slice text, struct words words, const struct lang *lang, size_t last,
                                 enum lead_name_kind kind, struct lead *out)
{
    enum { FURTHER_MAX = 4 };
    size_t firsts[FURTHER_MAX], lasts[FURTHER_MAX], n = 0, at = last;
    bool closed = false;
    while (!closed && n < FURTHER_MAX && at + 1 < out->copula) {
        bool comma = lead_gap_has(text, words, at, ",");
        closed = lead_has(words, at + 1, LANG_AND_OR, lang);
        size_t first = at + (closed ? 2 : 1);
        if (!(comma || closed) || first >= out->copula || (words.at[first].flags & WORD_STOP))
            return last;
        firsts[n] = first;
        lasts[n] = at = lead_name_end(text, words, first, lang);
        n++;
    }
    for (size_t i = 0; closed && i < n; i++)
        lead_add_name(out, lead_span(text, words, firsts[i], lasts[i]), kind);
    return closed ? at : last;
}

/* "officially the Republic of Peru", "also known as Jack". */
static void lead_cued_names(struct slice text, struct words words, const struct lang *lang, struct lead *out)
{
    const struct lang *cues = lang_with(lang, LANG_NAME_CUES);
    for (size_t i = 0; i < words.n; i++) {
        size_t used = 0;
        const struct lang_entry *cue = listed_at(cues, LANG_NAME_CUES, text_from(text, words.at[i].start), &used);
        bool adverb = lead_cued_by_adverb(words, i, lang);
        if (!adverb && (!cue || letter_at(text, words.at[i].start + used)))
            continue;
        used = adverb ? words.at[i + 2].start + words.at[i + 2].n - words.at[i].start : used;
        enum lead_name_kind kind = adverb ? LEAD_OTHER : lead_kind_of(cue->value);
        /* "Coca-Cola, or Coke, is" */
        if (lead_has(words, i, LANG_AND_OR, lang) &&
            (i == 0 || i > out->copula || !lead_gap_has(text, words, i - 1, ",")))
            continue;
        size_t first = i;
        while (first < words.n && words.at[first].start < words.at[i].start + used)
            first++;
        while (first < words.n && (lead_has(words, first, LANG_NAME_OPENERS, lang)))
            first++;
        first = lead_past_as(words, first, lang);
        if (first >= words.n)
            break;
        size_t last = lead_name_end(text, words, first, lang);
        bool capital = false;
        for (size_t k = first; k <= last; k++)
            capital = capital || (words.at[k].flags & WORD_CAPITAL);
        if (capital || kind == LEAD_OTHER)
            lead_add_name(out, lead_span(text, words, first, last), kind);
        i = lead_further_names(text, words, lang, last, kind, out);
    }
}

static void lead_short_name(struct slice text, struct words words, struct lead *out)
{
    for (size_t i = 1; i < words.n; i++) {
        struct slice word = slice_sub(text, words.at[i].start, words.at[i].n);
        size_t capitals = 0;
        for (size_t k = 0; k < word.n; k++)
            capitals += ascii_is_upper(word.p[k]) || (k > 0 && ascii_is_digit(word.p[k])); /* "(F1)" */
        if (capitals >= 2 && capitals * 2 > word.n && char_at(text, words.at[i].start - 1) == '(') {
            lead_add_name(out, word, LEAD_SHORT);
            return;
        }
    }
}

static void lead_names(struct slice text, struct words words, const struct lang *lang, struct lead *out)
{
    size_t first = 0;
    while (first < out->copula && lead_has(words, first, LANG_THE, lang))
        first++;
    if (first < out->copula) {
        size_t last = lead_name_end(text, words, first, lang);
        /* "The National Aeronautics and Space Administration is" */
        while (last + 2 < out->copula && lead_has(words, last + 1, LANG_AND_OR, lang) &&
               slice_is(lead_gap(text, words, last), " ") &&
               (words.at[last].flags & words.at[last + 2].flags & WORD_CAPITAL))
            last = lead_name_end(text, words, last + 2, lang);
        /* "Augusta Ada King, Countess of Lovelace", "Amazon.com, Inc." */
        while (last + 1 < out->copula && lead_gap_has(text, words, last, ",") &&
               !lead_gap_has(text, words, last, "()") && (words.at[last + 1].flags & WORD_CAPITAL))
            last = lead_name_end(text, words, last + 1, lang);
        if (last >= out->copula)
            last = out->copula - 1;
        if (last >= first)
            lead_add_name(out, lead_span(text, words, first, last), LEAD_FULL);
    }
    lead_cued_names(text, words, lang, out);
    lead_short_name(text, words, out);
}

/* Whether the definition ends before word i, which follows word i - 1. */
static bool lead_ends(struct slice text, struct words words, size_t i, const struct lang *lang)
{
    if (lead_gap_has(text, words, i - 1, ";:().\"") || lead_has(words, i, LANG_DEFINITION_ENDS, lang))
        return true;
    /* "a soft drink manufactured by" */
    if (slice_ends(words.at[i].fold, SLICE("ed")) && i + 1 < words.n && (words.at[i + 1].flags & WORD_STOP) &&
        !lead_has(words, i + 1, LANG_AND_OR, lang))
        return true;
    /* "a television series first broadcast in" */
    if (lead_has(words, i, LANG_ORDINALS, lang) && !(words.at[i - 1].flags & (WORD_STOP | WORD_CAPITAL)) &&
        i + 1 < words.n && !lead_has(words, i - 1, LANG_IDLE_KINDS, lang))
        return true;
    bool comma = lead_gap_has(text, words, i - 1, ",");
    if (comma && slice_ends(words.at[i].fold, SLICE("ing")))
        return true;
    return (words.at[i].flags & WORD_STOP) && !lead_has(words, i, LANG_AND_OR, lang) &&
           !(lead_gap(text, words, i - 1).n == 1 && char_at(lead_gap(text, words, i - 1), 0) == '-');
}

static bool lead_year(struct words words, size_t i, int *year)
{
    struct slice word = words.at[i].fold;
    if (word.n != 4)
        return false;
    *year = 0;
    for (size_t k = 0; k < 4; k++) {
        if (!ascii_is_digit(word.p[k]))
            return false;
        *year = *year * 10 + (word.p[k] - '0');
    }
    return *year >= 1000 && *year < 2200;
}

/* The adjective of a nation at word i, of one or two words; 0: none. */
static size_t lead_demonym(struct slice text, struct words words, size_t i, const struct lang *lang,
                           const struct lang_entry **entry)
{
    size_t used = 0;
    if (!(words.at[i].flags & WORD_CAPITAL))
        return 0;
    *entry = listed_at(lang_with(lang, LANG_DEMONYMS), LANG_DEMONYMS, text_from(text, words.at[i].start), &used);
    if (!*entry || letter_at(text, words.at[i].start + used))
        return 0;
    size_t n = 0;
    while (i + n < words.n && words.at[i + n].start < words.at[i].start + used)
        n++;
    return n;
}

/* Adds the kind of the words first..last, without what is idle before it. */
static void lead_add_kind(struct slice text, struct words words, size_t first, size_t last, const struct lang *lang,
                          struct lead *out)
{
    const struct lang_entry *nation;
    for (size_t n; first <= last; first += n) {
        int year;
        n = lead_demonym(text, words, first, lang, &nation);
        if (n && !out->nation.n) {
            out->nation = lead_span(text, words, first, first + n - 1);
            out->country = nation->value;
        } else if (!n && lead_year(words, first, &year)) {
            out->year = out->year ? out->year : year;
            out->year_at = first;
            n = 1;
        } else if (!n && (lead_has(words, first, LANG_IDLE_KINDS, lang) || lead_has(words, first, LANG_THE, lang))) {
            n = 1;
        }
        if (n == 0)
            break;
    }
    for (size_t i = first; i <= last && last < words.n; i++) {
        size_t n = lead_demonym(text, words, i, lang, &nation);
        if (n && !out->nation.n) {
            out->nation = lead_span(text, words, i, i + n - 1);
            out->country = nation->value;
        }
    }
    if (first <= last && out->kind_count < LEAD_KINDS_MAX)
        out->kinds[out->kind_count++] = (struct lead_kind){lead_span(text, words, first, last), first, last};
}

/* Reads the kinds behind the verb at word `at`, and returns where they end. */
static size_t lead_define(struct slice text, struct words words, const struct lang *lang, size_t at, struct lead *out)
{
    size_t i = at + 1;
    while (i < words.n && i < at + 3 && !lead_has(words, i, LANG_DETERMINERS, lang) &&
           (lead_has(words, i, LANG_IDLE_KINDS, lang)))
        i++;
    bool determined = lead_has(words, i, LANG_DETERMINERS, lang);
    out->article = out->article || lead_has(words, i, LANG_INDEFINITE, lang);
    if (determined)
        i++;
    /* "a species of baleen whale" */
    while (i + 2 < words.n && lead_has(words, i, LANG_TAXA, lang) && lead_has(words, i + 1, LANG_OF, lang))
        i += lead_has(words, i + 2, LANG_DETERMINERS, lang) ? 3 : 2;
    if (i >= words.n || (words.at[i].flags & WORD_STOP) || lead_has(words, i, LANG_DEFINITION_ENDS, lang) ||
        lead_has(words, i, LANG_NEGATORS, lang))
        return words.n;
    size_t first = i, end = i + 1;
    while (end < words.n && end - first < DEFINITION_WORDS && !lead_ends(text, words, end, lang))
        end++;
    for (size_t from = first, k = first; k < end; k++) {
        bool conjunction = lead_has(words, k, LANG_AND_OR, lang);
        bool cut = k + 1 == end || conjunction || lead_gap_has(text, words, k, ",");
        if (!cut)
            continue;
        size_t last = conjunction ? k - 1 : k;
        while (from < last && lead_has(words, from, LANG_INDEFINITE, lang))
            from++;
        if (!(conjunction && k == from))
            lead_add_kind(text, words, from, last, lang, out);
        from = k + 1;
    }
    return end;
}

/* "a polymath who was a mathematician, physicist and author": the verb behind "who", if an article follows it. */
static size_t lead_second_verb(struct words words, const struct lang *lang, size_t end)
{
    if (end + 2 < words.n && lead_has(words, end, LANG_WHO, lang) && lead_has(words, end + 1, LANG_BE, lang) &&
        lead_has(words, end + 2, LANG_INDEFINITE, lang))
        return end + 1;
    return words.n;
}

void lead_read(struct slice text, struct words words, const struct lang *lang, bool names, struct lead *out)
{
    *out = (struct lead){0};
    out->copula = lead_copula(text, words, lang);
    size_t second = words.n;
    if (out->copula < words.n)
        second = lead_second_verb(words, lang, lead_define(text, words, lang, out->copula, out));
    if (second < words.n)
        (void)lead_define(text, words, lang, second, out);
    if (names)
        lead_names(text, words, lang, out);
}
