/* read_list.c - cuts a sentence into pieces and finds the rows of pieces that are enumerations.
 *
 * A sentence is cut at commas, semicolons and conjunctions outside of parentheses. An enumeration is a row of short
 * pieces whose last one follows a conjunction. The introduction is removed from its first piece, and the rest of the
 * sentence from its last. */
#include "facts/read_list.h"
#include "base/ascii.h"

#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

/* The words of the longest item (set by hand), and the pieces of a sentence that are read. */
enum { PIECE_WORDS = 7, PIECES_MAX = 64 };

struct piece {
    struct slice text;
    bool joined; /* follows a conjunction */
};

struct pieces {
    struct piece at[PIECES_MAX];
    size_t n;
};

/* The length of the longest entry of the list that is at i, in bytes. */
static size_t phrase_at(struct slice text, size_t i, const struct lang *lang, enum lang_list list)
{
    return lang_starts(lang_with(lang, list), list, text_from(text, i));
}

static size_t conjunction_at(struct slice text, size_t i, const struct lang *lang)
{
    return text_has_at(text, i, " & ") ? strlen(" & ") : phrase_at(text, i, lang, LANG_LIST_AND);
}

/* The length of words that introduce a list, or of a colon, at i. */
static size_t lead_at(struct slice text, size_t i, const struct lang *lang)
{
    size_t n = phrase_at(text, i, lang, LANG_LIST_LEADS);
    return n ? n : text_has_at(text, i, ": ") ? 2 : mark_starts(text_from(text, i), MARK_WIDE_COLON);
}

/* The length of the separator at i, with a conjunction behind a comma (", and "). *joins: it has a conjunction. */
static size_t separator_at(struct slice text, size_t i, const struct lang *lang, bool *joins)
{
    size_t n = conjunction_at(text, i, lang);
    *joins = n > 0;
    if (n > 0)
        return n;
    bool narrow = text_has_at(text, i, ", ") || text_has_at(text, i, "; ");
    n = narrow ? 2 : mark_starts(text_from(text, i), MARKS_WIDE_LIST);
    if (n == 0)
        return 0;
    size_t back = text.p[i + n - 1] == ' ' ? 1 : 0; /* LANG_LIST_AND entries begin with a space */
    size_t more = conjunction_at(text, i + n - back, lang);
    *joins = more > 0;
    return more ? n - back + more : n;
}

static void list_cut(struct slice text, const struct lang *lang, struct pieces *out)
{
    size_t start = 0, depth = 0;
    bool joined = false, joins;
    out->n = 0;
    for (size_t i = 0; i < text.n && out->n + 1 < PIECES_MAX;) {
        depth += text.p[i] == '(';
        depth -= depth > 0 && text.p[i] == ')';
        size_t n = depth ? 0 : separator_at(text, i, lang, &joins);
        if (n == 0) {
            i++;
            continue;
        }
        out->at[out->n++] = (struct piece){slice_trim(slice_sub(text, start, i - start)), joined};
        joined = joins;
        i += n;
        start = i;
    }
    out->at[out->n++] = (struct piece){slice_trim(text_from(text, start)), joined};
}

static struct slice without_determiner(struct slice item, const struct lang *lang)
{
    size_t n = 0;
    listed_at(lang_with(lang, LANG_ITEM_DETERMINERS), LANG_ITEM_DETERMINERS, item, &n);
    return slice_trim(text_from(item, n));
}

/* Cuts an item where it ends. A name ends with its last capitalised word. */
static struct slice trim_last(struct arena *a, struct slice piece, bool names, const struct lang *lang)
{
    struct slice item = without_determiner(piece, lang);
    size_t end = 0;
    while (end < item.n && !strchr(".;:(!?\"", item.p[end]) && !mark_starts(text_from(item, end), MARK_WIDE_STOP))
        end++;
    item = slice_trim(slice_sub(item, 0, end));
    struct words words = words_split(a, item, lang);
    for (size_t i = 0; i < words.n; i++) {
        bool goes_on = names
                           ? (words.at[i].flags & (WORD_CAPITAL | WORD_NUMBER)) ||
                                 (i > 0 && i + 1 < words.n && (words.at[i + 1].flags & WORD_CAPITAL) &&
                                  lang_has(lang_with(lang, LANG_NAME_PARTICLES), LANG_NAME_PARTICLES, words.at[i].fold))
                           : !(words.at[i].flags & WORD_STOP);
        if (!goes_on)
            return slice_trim(slice_sub(item, 0, words.at[i].start));
    }
    return item;
}

/* The length of an entry that the piece begins with. Entries begin with a space, which was trimmed off the piece. */
static size_t phrase_at_start(struct slice piece, const struct lang *lang, enum lang_list list)
{
    const struct lang_entries e = lang_entries(lang_with(lang, list), list);
    for (size_t i = 0; i < e.n; i++)
        if (e.at[i].word.p[0] == ' ' && slice_starts(piece, text_from(e.at[i].word, 1)))
            return e.at[i].word.n - 1;
    return 0;
}

/* The text behind the last introducing word. Without one, a list of names begins with the capitals at the end. */
static struct slice trim_first(struct arena *a, struct slice piece, bool names, const struct lang *lang)
{
    const struct slice nothing = {"", 0};
    size_t from = phrase_at_start(piece, lang, LANG_LIST_LEADS);
    for (size_t i = 0; i < piece.n; i++) {
        size_t n = lead_at(piece, i, lang);
        if (n)
            from = i + n;
    }
    struct slice item = without_determiner(text_from(piece, from), lang);
    if (!names)
        return from ? item : nothing;
    if (from && starts_capital(item))
        return trim_last(a, item, names, lang);
    struct words words = words_split(a, item, lang);
    size_t first = words.n;
    while (first > 0 && (words.at[first - 1].flags & (WORD_CAPITAL | WORD_NUMBER)))
        first--;
    while (first < words.n && (words.at[first].flags & WORD_STOP))
        first++;
    bool has_capital = first < words.n && (words.at[first].flags & WORD_CAPITAL);
    return has_capital ? text_from(item, words.at[first].start) : nothing;
}

static bool short_enough(struct slice piece, const struct lang *lang)
{
    return piece.n > 0 && words_count(piece, lang) <= PIECE_WORDS;
}

static struct list list_collect(struct arena *a, const struct pieces *p, size_t first, size_t last,
                                const struct lang *lang)
{
    struct list out = {arena_array(a, struct slice, last - first + 1), 0};
    size_t capitals = 0;
    for (size_t i = first + 1; i <= last; i++)
        capitals += starts_capital(without_determiner(p->at[i].text, lang));
    bool names = capitals * 2 > last - first;
    for (size_t i = first; i <= last; i++) {
        struct slice item = i == first           ? trim_first(a, p->at[i].text, names, lang)
                            : names || i == last ? trim_last(a, p->at[i].text, names, lang)
                                                 : without_determiner(p->at[i].text, lang);
        if (item.n && words_count(item, lang) <= PIECE_WORDS)
            out.items[out.n++] = item;
    }
    if (last - first + 1 == 2 && !names)
        out.n = 0; /* "black and white" is rarely a list */
    return out;
}

/* Whether the piece has a verb as in "was an English mathematician": a list cannot begin before it. */
static bool leads_in(struct slice piece, const struct lang *lang)
{
    bool found = phrase_at_start(piece, lang, LANG_LIST_VERBS) > 0;
    for (size_t i = 0; i < piece.n && !found; i++)
        found = phrase_at(piece, i, lang, LANG_LIST_VERBS) > 0 || text_has_at(piece, i, ": ");
    return found;
}

struct lists lists_read(struct arena *a, struct slice text, const struct lang *lang)
{
    struct lists out = {NULL, 0};
    size_t room = 0;
    struct pieces *p = arena_array(a, struct pieces, 1);
    list_cut(text, lang, p);
    for (size_t last = 1; last < p->n; last++) {
        if (!p->at[last].joined)
            continue;
        size_t first = last - 1;
        while (first > 0 && !p->at[first].joined && !leads_in(p->at[first].text, lang) &&
               short_enough(p->at[first].text, lang))
            first--;
        struct list found = list_collect(a, p, first, last, lang);
        if (found.n < 2)
            continue;
        *arena_push(a, &out.at, out.n, &room) = found;
        out.n++;
    }
    return out;
}

bool list_item(struct slice line, struct slice *content)
{
    size_t n = mark_starts(line, MARKS_BULLET);
    n = char_at(line, n) == ' ' && n ? n + 1 : 0;
    if (n == 0) {
        size_t i = 0;
        while (i < 3 && ascii_is_digit(char_at(line, i)))
            i++;
        bool numbered = i > 0 && (char_at(line, i) == '.' || char_at(line, i) == ')') && char_at(line, i + 1) == ' ';
        n = numbered ? i + 2 : 0;
    }
    *content = slice_trim(text_from(line, n));
    return n > 0 && content->n > 0;
}
