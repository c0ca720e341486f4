/* alias_marks.c - other names of what a page is about, as its introduction gives them: "the World Health Organization
 * (WHO)", "Nineteen Eighty-Four (also published as 1984)".
 *
 * The look-up is in index_alias.c. Each is a mark of the page's first passage. So names cost a page a few bytes and no
 * time when other questions are asked. Only names that one page has are of use; "FRS" stands behind a hundred persons.
 */
#include "base/ascii.h"
#include "base/utf8.h"
#include "index/pages.h"
#include "text/letters.h"

enum {
    NAMES_BYTES = 250, /* where the thing itself is named; further on, others are */
    LEAD_BYTES = 500,
    ALIAS_BYTES_MAX = 60,  /* of a mark */
    ALIAS_BYTES_LEAST = 4, /* of a name that is no acronym */
    ALIAS_WORDS_MAX = 5,
    ACRONYM_BYTES_MAX = 8,
};

static bool alias_is_acronym(struct slice word)
{
    size_t capitals = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (!ascii_is_letter((unsigned char)word.p[i]) && !ascii_is_digit(word.p[i]))
            return false;
        capitals += ascii_is_upper((unsigned char)word.p[i]);
    }
    return word.n <= ACRONYM_BYTES_MAX && capitals >= 2;
}

/* An acronym as it is written, since "Al" is not AL; of another name its words in small letters. The letter before it
 * is one that no domain's mark has. */
struct slice alias_mark(struct arena *a, struct slice name, const struct lang *lang)
{
    if (alias_is_acronym(name))
        return arena_printf(a, "A %.*s", SLICE_ARGS(name));
    struct words words = words_split(a, name, lang);
    struct arena_text mark = {.arena = a};
    arena_text_printf(&mark, "N");
    for (size_t i = 0; i < words.n; i++)
        arena_text_printf(&mark, " %.*s", SLICE_ARGS(words.at[i].fold));
    struct slice out = arena_text_slice(&mark);
    return words.n && words.n <= ALIAS_WORDS_MAX && out.n <= ALIAS_BYTES_MAX ? out : (struct slice){"", 0};
}

/* "Kraków" is asked for as "Krakow". */
struct slice alias_bare_mark(struct arena *a, struct slice title, const struct lang *lang)
{
    const size_t bracket = slice_find(title, SLICE(" ("));
    struct words words = words_split(a, letters_bare(a, slice_sub(title, 0, bracket)), lang);
    struct arena_text mark = {.arena = a};
    arena_text_printf(&mark, "T");
    for (size_t i = 0; i < words.n; i++)
        arena_text_printf(&mark, " %.*s", SLICE_ARGS(words.at[i].fold));
    struct slice out = arena_text_slice(&mark);
    return words.n && out.n <= ALIAS_BYTES_MAX ? out : (struct slice){"", 0};
}

struct alias_list {
    struct arena *a;
    const struct lang *lang;
    struct words title;
    struct slice *out;
    size_t n;
};

static void alias_add(struct alias_list *l, struct slice name)
{
    struct slice mark = l->n < INDEX_ALIASES_MAX ? alias_mark(l->a, name, l->lang) : (struct slice){"", 0};
    for (size_t i = 0; i < l->n && mark.n; i++)
        if (slice_eq(l->out[i], mark))
            mark.n = 0;
    if (mark.n)
        l->out[l->n++] = mark;
}

/* Whether the words before `end` are the title. */
static bool alias_behind_title(const struct alias_list *l, struct words before)
{
    if (l->title.n == 0 || before.n < l->title.n)
        return false;
    for (size_t i = 0; i < l->title.n; i++)
        if (!slice_eq(before.at[before.n - l->title.n + i].fold, l->title.at[i].fold))
            return false;
    return true;
}

/* Whether each telling word of the title is among the words from `first` on. */
static bool alias_has_title(const struct alias_list *l, struct words words, size_t first)
{
    for (size_t i = 0; i < l->title.n; i++) {
        bool there = (l->title.at[i].flags & WORD_STOP) != 0;
        for (size_t k = first; k < words.n && !there; k++)
            there = slice_eq(words.at[k].stem, l->title.at[i].stem);
        if (!there)
            return false;
    }
    return l->title.n > 0;
}

/* Whether the letters are the first ones of the words right before, which have the title in them. */
static bool alias_has_letters(const struct alias_list *l, struct slice acronym, struct words before, bool stops)
{
    size_t letters = acronym.n, at = before.n;
    while (letters > 0 && at > 0) {
        const struct word *w = &before.at[--at];
        bool stop = (w->flags & WORD_STOP) != 0;
        if ((stops || !stop) && w->fold.p[0] == (acronym.p[letters - 1] | 0x20))
            letters--;
        else if (!stop)
            return false;
    }
    return letters == 0 && alias_has_title(l, before, at);
}

/* Whether the acronym is short for the words before its bracket, and those are about the page: "the Union of Soviet
 * Socialist Republics (USSR)" in the page Soviet Union. The United Nations (UN) are in many pages. Small words may have
 * a letter (DOJ) or none (USA). */
static bool alias_is_short_for(const struct alias_list *l, struct slice acronym, struct words before)
{
    if (alias_behind_title(l, before) && (acronym.p[0] | 0x20) == l->title.at[0].fold.p[0])
        return true;
    return alias_has_letters(l, acronym, before, false) || alias_has_letters(l, acronym, before, true);
}

/* Acronyms in brackets: "(WHO)", "(born 1950; OBE)". */
static void alias_in_brackets(struct alias_list *l, struct slice lead)
{
    bool inside = false;
    size_t open = 0, start = 0;
    for (size_t i = 0; i < lead.n; i++) {
        char c = lead.p[i];
        bool ends = inside && (c == ',' || c == ';' || c == ')');
        if (ends) {
            struct slice piece = slice_trim(slice_sub(lead, start, i - start));
            if (alias_is_acronym(piece) &&
                alias_is_short_for(l, piece, words_split(l->a, slice_sub(lead, 0, open), l->lang)))
                alias_add(l, piece);
        }
        if (c == '(')
            open = i;
        if (c == '(' || ends)
            start = i + 1;
        inside = c == '(' || (inside && c != ')');
    }
}

/* A full stop is no end behind a short word: "St. Peter's". */
static bool alias_ends(struct slice lead, size_t start, size_t end)
{
    enum { ABBREVIATION_BYTES = 3 };
    size_t word = end;
    if (lead.p[end] != '.')
        return strchr(",;:()\n", lead.p[end]) != NULL;
    while (word > start && lead.p[word - 1] != ' ')
        word--;
    return end - word > ABBREVIATION_BYTES;
}

/* The name behind "also known as": up to a mark of punctuation. */
static void alias_behind_phrases(struct alias_list *l, struct slice lead)
{
    const struct lang_entries phrases = lang_entries(l->lang, LANG_ALIASES);
    for (size_t at = 0; at < lead.n; at++) {
        size_t longest = 0;
        if (at > 0 && lead.p[at - 1] != ' ' && lead.p[at - 1] != '(')
            continue;
        for (size_t k = 0; k < phrases.n; k++) {
            struct slice phrase = phrases.at[k].word, rest = slice_sub(lead, at, lead.n - at);
            if (phrase.p[0] == rest.p[0] && phrase.p[phrase.n - 1] == (rest.n > phrase.n ? rest.p[phrase.n - 1] : 0) &&
                phrase.n > longest && slice_starts(rest, phrase) && rest.n > phrase.n && rest.p[phrase.n] == ' ')
                longest = phrase.n;
        }
        size_t start = at + longest + 1, end = start;
        while (longest && end < lead.n && !alias_ends(lead, start, end))
            end++;
        if (longest && end - start >= ALIAS_BYTES_LEAST)
            alias_add(l, slice_sub(lead, start, end - start));
        at = longest ? end : at;
    }
}

size_t alias_marks(struct arena *a, struct slice title, struct slice text, const struct lang *lang,
                   struct slice out[INDEX_ALIASES_MAX])
{
    struct alias_list l = {.a = a, .lang = lang, .title = words_split(a, title, lang), .out = out};
    struct slice bare = letters_bare(a, title).p != title.p ? alias_bare_mark(a, title, lang) : (struct slice){"", 0};
    if (bare.n)
        out[l.n++] = bare;
    alias_in_brackets(&l, utf8_cut(text, LEAD_BYTES));
    alias_behind_phrases(&l, utf8_cut(text, NAMES_BYTES));
    return l.n;
}
