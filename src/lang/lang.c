/* lang.c - makes one table of the data files, and looks words up in it.
 *
 * Each data file expands to one initialiser: LANGUAGE, and one macro for each kind of list. A list does not compile if
 * its kind is not the one in lists.def, or if it is written twice. */
#include "lang/lang.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"

enum kind { KIND_WORDS, KIND_PHRASES, KIND_PAIRS, KIND_SAY };

static const enum kind kinds[LANG_LISTS] = {
#define LIST(name, kind, meaning) KIND_##kind,
#include "lang/lists.def"
#undef LIST
};

/* The same numbers as LANG_…, with the list's kind in the name, so that a wrong kind does not compile. */
enum {
#define LIST(name, kind, meaning) kind##_##name = LANG_##name,
#include "lang/lists.def"
#undef LIST
};

struct language {
    struct lang lang; /* the first member, so that a struct lang * can be cast to this */
    const char *text[LANG_LISTS];
};

#define LANGUAGE(...) .lang = {__VA_ARGS__},
#define WORDS(list, words) .text[WORDS_##list] = words,
#define PHRASES(list, phrases) .text[PHRASES_##list] = phrases,
#define PAIRS(list, pairs) .text[PAIRS_##list] = pairs,
#define SAY(list, sentence) .text[SAY_##list] = sentence,
#define NONE(names) /* names the missing lists for readers and for the test */
static const struct language languages[] = {
    {.lang = {.code = "und"}},
    {.lang = {.code = "any"}},
#include "lang/languages.def"
};
enum { UND, ANY, FIRST, COUNT = COUNT_OF(languages) };

/* A list's entries, and an open-addressing hash table of their numbers from 1; 0 marks a free slot. */
struct built {
    struct lang_entry *at;
    size_t n;
    uint16_t *slots;
    uint32_t mask;
    size_t longest; /* bytes of a word */
};

static struct built built[COUNT][LANG_LISTS];
static const struct lang *by_rank[COUNT - FIRST + 1]; /* ends with NULL */
static pthread_once_t built_once = PTHREAD_ONCE_INIT;

static size_t index_of(const struct lang *lang)
{
    return (size_t)((const struct language *)(const void *)lang - languages);
}

static char separator_of(enum lang_list list)
{
    return kinds[list] == KIND_WORDS ? ' ' : kinds[list] == KIND_SAY ? '\0' : '|';
}

static uint16_t *slot_of_hash(const struct built *b, uint32_t h, struct slice word)
{
    for (uint32_t at = h ^ h >> 15;; at++) {
        uint16_t *slot = &b->slots[at & b->mask];
        if (!*slot || slice_eq(b->at[*slot - 1].word, word))
            return slot;
    }
}

static uint16_t *slot_of(const struct built *b, struct slice word)
{
    return slot_of_hash(b, slice_hash(word), word);
}

static void built_add(struct built *b, struct lang_entry entry)
{
    uint16_t *slot = slot_of(b, entry.word);
    if (*slot)
        return;
    b->at[b->n++] = entry;
    *slot = (uint16_t)b->n;
    b->longest = entry.word.n > b->longest ? entry.word.n : b->longest;
}

static size_t count_entries(const char *text, char separator)
{
    size_t n = 1;
    for (; *text; text++)
        n += *text == separator;
    return n;
}

static void make_room(struct arena *a, struct built *b, size_t entries)
{
    uint32_t slots = 4;
    while (slots < 3 * entries)
        slots *= 2;
    b->at = arena_array(a, struct lang_entry, entries);
    b->slots = arena_array(a, uint16_t, slots);
    b->mask = slots - 1;
}

static struct lang_entry entry_of(struct slice piece, enum kind kind)
{
    size_t sign = kind == KIND_PAIRS ? slice_find(piece, SLICE("=")) : piece.n;
    if (sign == piece.n)
        return (struct lang_entry){piece, {"", 0}};
    return (struct lang_entry){slice_sub(piece, 0, sign), slice_sub(piece, sign + 1, piece.n - sign - 1)};
}

static void build_list(struct arena *a, struct built *b, enum lang_list list, const char *text)
{
    char separator = separator_of(list);
    make_room(a, b, count_entries(text, separator));
    struct slice rest = slice_of(text);
    while (rest.n) {
        const char *end = memchr(rest.p, separator, rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        if (n)
            built_add(b, entry_of(slice_sub(rest, 0, n), kinds[list]));
        rest = slice_sub(rest, n + (end != NULL), rest.n - n - (end != NULL));
    }
}

static void build_any(struct arena *a, enum lang_list list)
{
    size_t n = 1;
    for (size_t i = FIRST; i < COUNT; i++)
        n += built[i][list].n;
    make_room(a, &built[ANY][list], n);
    for (size_t i = 0; by_rank[i]; i++)
        for (size_t k = 0; k < built[index_of(by_rank[i])][list].n; k++)
            built_add(&built[ANY][list], built[index_of(by_rank[i])][list].at[k]);
}

static int compare_rank(const void *left, const void *right)
{
    const struct lang *a = *(const struct lang *const *)left, *b = *(const struct lang *const *)right;
    unsigned left_rank = a->rank - 1, right_rank = b->rank - 1; /* rank 0 wraps round, so it comes last */
    return left_rank != right_rank ? (left_rank < right_rank ? -1 : 1) : strcmp(a->code, b->code);
}

static void build_all(void)
{
    static struct arena *a; /* lives as long as the process */
    a = arena_new();
    for (size_t i = FIRST; i < COUNT; i++)
        by_rank[i - FIRST] = &languages[i].lang;
    qsort(by_rank, COUNT - FIRST, sizeof *by_rank, compare_rank);
    for (size_t i = FIRST; i < COUNT; i++)
        for (int list = 0; list < LANG_LISTS; list++)
            if (languages[i].text[list])
                build_list(a, &built[i][list], list, languages[i].text[list]);
    for (int list = 0; list < LANG_LISTS; list++)
        build_any(a, list);
}

static const struct built *list_of(const struct lang *lang, enum lang_list list)
{
    pthread_once(&built_once, build_all);
    return &built[index_of(lang)][list];
}

/* --- languages ------------------------------------------------------------------------------------------------- */

static bool is_called(const struct lang *lang, struct slice name)
{
    struct slice rest = slice_of(lang->names);
    if (slice_eq_nocase(slice_of(lang->code), name))
        return true;
    while (rest.n) {
        size_t n = slice_find(rest, SLICE(" "));
        if (slice_eq_nocase(slice_sub(rest, 0, n), name))
            return true;
        n += n < rest.n;
        rest = slice_sub(rest, n, rest.n - n);
    }
    return false;
}

const struct lang *lang_find(struct slice code)
{
    for (size_t i = FIRST; i < COUNT; i++)
        if (is_called(&languages[i].lang, code))
            return &languages[i].lang;
    size_t n = 0;
    while (n < code.n && code.p[n] != '-' && code.p[n] != '_')
        n++;
    return n < code.n ? lang_find(slice_sub(code, 0, n)) : &languages[UND].lang;
}

const struct lang *lang_any(void)
{
    return &languages[ANY].lang;
}

const struct lang *lang_with(const struct lang *lang, enum lang_list list)
{
    return list_of(lang, list)->n ? lang : lang_any();
}

const struct lang *lang_or_english(const struct lang *lang)
{
    return lang == &languages[UND].lang ? lang_find(SLICE("en")) : lang;
}

const struct lang *lang_at(size_t i)
{
    pthread_once(&built_once, build_all);
    return i < COUNT - FIRST ? by_rank[i] : NULL;
}

/* --- lists ----------------------------------------------------------------------------------------------------- */

struct lang_entries lang_entries(const struct lang *lang, enum lang_list list)
{
    const struct built *b = list_of(lang, list);
    return (struct lang_entries){b->at, b->n};
}

const struct lang_entry *lang_entry(const struct lang *lang, enum lang_list list, struct slice word)
{
    const struct built *b = list_of(lang, list);
    if (b->n == 0 || word.n == 0)
        return NULL;
    uint16_t number = *slot_of(b, word);
    return number ? &b->at[number - 1] : NULL;
}

bool lang_has(const struct lang *lang, enum lang_list list, struct slice word)
{
    return lang_entry(lang, list, word) != NULL;
}

size_t lang_starts(const struct lang *lang, enum lang_list list, struct slice text)
{
    const struct built *b = list_of(lang, list);
    size_t found = 0;
    uint32_t h = SLICE_HASH_START;
    for (size_t n = 1; b->n && n <= b->longest && n <= text.n; n++) { /* each beginning is looked up */
        h = slice_hash_on(h, text.p[n - 1]);
        if (*slot_of_hash(b, h, slice_sub(text, 0, n)))
            found = n;
    }
    return found;
}

size_t lang_ends(const struct lang *lang, enum lang_list list, struct slice text)
{
    const struct built *b = list_of(lang, list);
    size_t longest = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->at[i].word.n > longest && slice_ends(text, b->at[i].word))
            longest = b->at[i].word.n;
    return longest;
}

bool lang_within(const struct lang *lang, enum lang_list list, struct slice text)
{
    const struct built *b = list_of(lang, list);
    for (size_t i = 0; i < b->n; i++)
        if (slice_find(text, b->at[i].word) < text.n)
            return true;
    return false;
}

struct slice lang_say(const struct lang *lang, enum lang_list list)
{
    const struct built *b = list_of(lang, list);
    if (b->n == 0)
        b = list_of(lang_find(SLICE("en")), list);
    return b->n ? b->at[0].word : (struct slice){"", 0};
}
