#include "index/page_kind.h"

#include "base/ascii.h"
#include "base/utf8.h"

/* Set by hand: where a page of content says as much of what is asked, it comes first. */
static const double NEWS_WORTH = 0.7, CONTENTS_WORTH = 0.6;

/* The first n words, with a blank between them and at both ends: entries are found as whole words. Languages without
 * words have the title as it is. */
static struct slice kind_plain(struct arena *a, struct slice title, const struct words *w, size_t n,
                               const struct lang *lang)
{
    if (lang->cjk)
        return title;
    struct slice *parts = arena_array(a, struct slice, 2 * n + 1);
    parts[0] = SLICE(" ");
    for (size_t i = 0; i < n; i++) {
        parts[2 * i + 1] = w->at[i].fold;
        parts[2 * i + 2] = SLICE(" ");
    }
    return arena_join(a, parts, 2 * n + 1);
}

static bool kind_within(struct slice plain, const struct lang *lang, enum lang_list list, bool whole)
{
    struct lang_entries entries = lang_entries(lang, list);
    for (size_t i = 0; i < entries.n; i++) {
        struct slice word = entries.at[i].word;
        size_t at = slice_find(plain, word), end = at + word.n;
        bool apart = at < plain.n && (lang->cjk || (at > 0 && plain.p[at - 1] == ' ' && plain.p[end] == ' '));
        if (apart && (!whole || (at <= 1 && end + 1 >= plain.n)))
            return true;
    }
    return false;
}

/* Up to what is not the page's own: "Index - Handbook 2.0". */
static struct slice kind_own(struct slice title)
{
    static const char *const signs[] = {" - ", " | ", " \u2013 ", " \u2014 ", " :: "};
    size_t end = title.n;
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        size_t at = slice_find(title, slice_of(signs[i]));
        end = at < end ? at : end;
    }
    return slice_sub(title, 0, end);
}

/* "E.4. Release 15.1": a word for a version, and its number, are all of it. */
static bool kind_is_version(const struct words *w, size_t n, const struct lang *lang)
{
    enum { VERSION_WORDS = 2 };
    size_t words = 0;
    bool version = false, number = false;
    for (size_t i = 0; i < n; i++) {
        bool asks = lang_has(lang, LANG_ASKS_NEWS, w->at[i].fold);
        number |= version && (w->at[i].flags & WORD_NUMBER);
        version |= asks;
        words += !(w->at[i].flags & WORD_NUMBER) && utf8_count(w->at[i].fold) > 1;
    }
    return version && number && words <= VERSION_WORDS;
}

/* The path of a URL behind its host in small letters, its signs replaced by blanks; the last part of it without what
 * follows the dot. */
static struct slice kind_path(struct arena *a, struct slice url, bool last)
{
    size_t at = slice_find(url, SLICE("://"));
    at = at < url.n ? at + 3 : 0;
    while (at < url.n && url.p[at] != '/')
        at++;
    struct slice path = slice_sub(url, at, url.n - at);
    for (size_t i = path.n; last && i > 0; i--)
        if (path.p[i - 1] == '/') {
            path = slice_sub(path, i, path.n - i);
            path.n = slice_find(path, SLICE("."));
            break;
        }
    char *words = arena_alloc(a, path.n + 3);
    words[0] = words[path.n + 1] = ' ';
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        words[i + 1] = char_in(c, "/._-+%") ? ' ' : ascii_is_upper((unsigned char)c) ? (char)(c | 0x20) : c;
    }
    return (struct slice){words, path.n + 2};
}

enum page_kind page_kind_of(struct arena *a, struct slice url, struct slice title, const struct words *words,
                            const struct lang *lang)
{
    const struct lang *english = lang_find(SLICE("en")), *with = lang_with(lang, LANG_NEWS_TITLES);
    struct slice own = kind_own(title), path = kind_path(a, url, false), file = kind_path(a, url, true);
    size_t n = 0;
    while (n < words->n && words->at[n].start < own.n)
        n++;
    bool home = slice_is(file, " index "); /* the first page of a folder */
    if (kind_within(kind_plain(a, title, words, words->n, lang), with, LANG_NEWS_TITLES, false) ||
        kind_within(path, english, LANG_NEWS_TITLES, false) || kind_is_version(words, n, with))
        return PAGE_NEWS;
    if (kind_within(kind_plain(a, own, words, n, lang), with, LANG_CONTENTS_TITLES, true) ||
        (!home && kind_within(file, english, LANG_CONTENTS_TITLES, true)))
        return PAGE_CONTENTS;
    return PAGE_CONTENT;
}

static bool kind_is_asked(struct words question, const struct lang *lang)
{
    for (size_t i = 0; i < question.n; i++)
        if ((question.at[i].flags & WORD_NUMBER &&
             slice_find(question.at[i].fold, SLICE(".")) < question.at[i].fold.n) ||
            lang_has(lang_with(lang, LANG_ASKS_NEWS), LANG_ASKS_NEWS, question.at[i].fold))
            return true;
    return false;
}

double page_kind_worth(enum page_kind kind, struct words question, const struct lang *lang)
{
    if (kind == PAGE_NEWS && !kind_is_asked(question, lang))
        return NEWS_WORTH;
    return kind == PAGE_CONTENTS ? CONTENTS_WORTH : 1;
}

struct slice page_kind_page(struct arena *a, struct slice url, int try)
{
    static const char *const ends[] = {".txt", ".rst", ".adoc", ".asciidoc", ".md"};
    struct slice folder = SLICE("/_sources/");
    size_t bare = url.n;
    for (size_t again = 0; again < 2; again++) /* ".rst.txt" */
        for (size_t i = 0; i < COUNT_OF(ends); i++)
            if (slice_ends(slice_sub(url, 0, bare), slice_of(ends[i])))
                bare -= strlen(ends[i]);
    if (bare == url.n || try > 1)
        return SLICE("");
    size_t at = slice_find(url, folder);
    if (at == url.n && try == 1)
        return SLICE("");
    struct slice before = slice_sub(url, 0, at < url.n ? at + 1 : bare);
    struct slice rest = at < url.n ? slice_sub(url, at + folder.n, bare - at - folder.n) : SLICE("");
    return ARENA_JOIN(a, before, rest, try == 0 ? SLICE(".html") : SLICE("/"));
}
