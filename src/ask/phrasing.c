#include "ask/phrasing.h"

#include "text/marks.h"
#include "text/sentences.h"
#include "text/words.h"

enum { STYLE_WORDS = 8, STYLE_PHRASES = 4 }; /* words of a phrase; phrases that are taken off at each end */

struct phrasing {
    struct arena *arena;
    const struct lang *lang;
    struct slice text;
    struct words words;
    struct arena_text style;
};

/* Whether the words from `first` to `end` - 1 are the phrase. */
static bool phrasing_is(const struct phrasing *p, size_t first, size_t end, struct slice phrase)
{
    for (size_t i = first; i < end; i++) {
        size_t word = slice_find(phrase, SLICE(" "));
        if (!slice_eq(p->words.at[i].fold, slice_sub(phrase, 0, word)))
            return false;
        word += word < phrase.n;
        phrase = slice_sub(phrase, word, phrase.n - word);
    }
    return phrase.n == 0;
}

static size_t phrasing_style_at(const struct phrasing *p, bool at_end)
{
    const struct lang_entries phrases = lang_entries(p->lang, LANG_STYLE);
    size_t most = p->words.n < STYLE_WORDS ? p->words.n : STYLE_WORDS;
    for (size_t n = most; n > 0; n--)
        for (size_t k = 0; k < phrases.n; k++)
            if (at_end ? phrasing_is(p, p->words.n - n, p->words.n, phrases.at[k].word)
                       : phrasing_is(p, 0, n, phrases.at[k].word))
                return n;
    return 0;
}

static void phrasing_keep_style(struct phrasing *p, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        arena_text_printf(&p->style, "%s%.*s", p->style.n ? " " : "", SLICE_ARGS(p->words.at[i].fold));
}

/* The text up to the end of word n - 1. */
static void phrasing_cut(struct phrasing *p, size_t n)
{
    p->words.n = n;
    p->text.n = p->words.at[n - 1].start + p->words.at[n - 1].n;
}

static bool phrasing_off_end(struct phrasing *p)
{
    size_t n = phrasing_style_at(p, true);
    if (n == 0 || n >= p->words.n)
        return false;
    phrasing_keep_style(p, p->words.n - n, p->words.n);
    phrasing_cut(p, p->words.n - n);
    while (p->words.n > 1 && lang_has(p->lang, LANG_JOINS, p->words.at[p->words.n - 1].fold)) /* "and briefly" */
        phrasing_cut(p, p->words.n - 1);
    return true;
}

/* A comma or colon has to follow: "In short, …", but not "In short stories". */
static bool phrasing_off_start(struct phrasing *p)
{
    size_t n = phrasing_style_at(p, false);
    if (n == 0 || n >= p->words.n)
        return false;
    size_t end = p->words.at[n - 1].start + p->words.at[n - 1].n;
    if (!slice_starts(slice_sub(p->text, end, p->text.n - end), SLICE(",")) &&
        !slice_starts(slice_sub(p->text, end, p->text.n - end), SLICE(":")))
        return false;
    phrasing_keep_style(p, 0, n);
    p->text = slice_trim(slice_sub(p->text, end + 1, p->text.n - end - 1));
    p->words = words_split(p->arena, p->text, p->lang);
    return true;
}

struct slice phrasing_without_style(struct arena *a, struct slice text, const struct lang *lang, struct slice *style)
{
    struct phrasing p = {.arena = a, .lang = lang, .text = text, .style = {.arena = a}};
    bool asks = mark_ends(text, MARKS_QUESTION), changed = false;
    *style = (struct slice){"", 0};
    if (!lang_entries(lang, LANG_STYLE).n)
        return text;
    p.words = words_split(a, text, lang);
    for (int i = 0; i < STYLE_PHRASES && phrasing_off_start(&p); i++)
        changed = true;
    for (int i = 0; i < STYLE_PHRASES && phrasing_off_end(&p); i++)
        changed = true;
    if (!changed)
        return text;
    *style = arena_text_slice(&p.style);
    bool open = asks && !mark_ends(p.text, MARKS_QUESTION);
    return open ? arena_printf(a, "%.*s?", SLICE_ARGS(p.text)) : p.text;
}

static size_t phrasing_count(struct slice words)
{
    size_t n = words.n > 0;
    for (size_t i = 0; i < words.n; i++)
        n += words.p[i] == ' ';
    return n;
}

/* How many words of the question are those of the pattern around its "{}"; 0: it does not match. */
static size_t phrasing_matches(const struct phrasing *p, struct slice pattern, struct slice *thing)
{
    size_t hole = slice_find(pattern, SLICE("{}"));
    struct slice before = slice_trim(slice_sub(pattern, 0, hole));
    struct slice behind = slice_trim(slice_sub(pattern, hole + 2, pattern.n - hole - 2));
    size_t first = phrasing_count(before), last = phrasing_count(behind);
    if (first + last >= p->words.n || !phrasing_is(p, 0, first, before) ||
        !phrasing_is(p, p->words.n - last, p->words.n, behind))
        return 0;
    const struct word *end = &p->words.at[p->words.n - last - 1];
    size_t start = p->words.at[first].start;
    *thing = slice_sub(p->text, start, end->start + end->n - start);
    return first + last;
}

struct slice phrasing_plain(struct arena *a, struct slice text, const struct lang *lang, bool *overview)
{
    struct phrasing p = {.arena = a, .lang = lang, .text = text};
    const struct lang_entries patterns = lang_entries(lang, LANG_REWRITES);
    struct slice thing = {"", 0}, into = {"", 0};
    size_t best = 0;
    *overview = false;
    if (!patterns.n || sentences_split(a, text, lang).n != 1)
        return text;
    p.words = words_split(a, text, lang);
    for (size_t k = 0; k < patterns.n; k++) {
        struct slice found;
        size_t n = phrasing_matches(&p, patterns.at[k].word, &found);
        if (n > best) {
            best = n;
            thing = found;
            into = patterns.at[k].value;
        }
    }
    size_t hole = slice_find(into, SLICE("{}"));
    if (best == 0 || hole == into.n)
        return text;
    *overview = into.n == 2;
    return arena_printf(a, "%.*s%.*s%.*s", (int)hole, into.p, SLICE_ARGS(thing), (int)(into.n - hole - 2),
                        into.p + hole + 2);
}
