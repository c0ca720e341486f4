/* converse_zh.c - follow-ups in Chinese, which writes neither spaces nor capitals.
 *
 * The lists are strings here. Some only shape a question ("是什么"); what is left between them is what the question is
 * about. Pronouns are found as strings, too. */
#include "ask/converse_inner.h"
#include "base/utf8.h"
#include "text/marks.h"

enum { FRAGMENT_BYTES = 36, TWO_CHARACTERS = 6 /* bytes */ };

static const struct lang *zh_chinese(void)
{
    return lang_find(SLICE("zh"));
}

static size_t zh_starts(struct slice text, enum lang_list list)
{
    return lang_starts(zh_chinese(), list, text);
}

static size_t zh_ends(struct slice text, enum lang_list list)
{
    return lang_ends(zh_chinese(), list, text);
}

struct slice zh_without_marks(struct slice text)
{
    for (size_t n; (n = mark_ends(text, MARKS_WIDE_AFTER_QUESTION));)
        text.n -= n;
    return text;
}

struct slice zh_without_small_talk(struct slice ask)
{
    struct slice rest = ask;
    for (size_t n; rest.n && ((n = zh_starts(rest, LANG_SMALL_TALK)) ||
                              (rest.n < ask.n && (n = mark_starts(rest, MARKS_WIDE_AFTER_GREETING))));)
        rest = slice_sub(rest, n, rest.n - n);
    return rest;
}

/* Finds the first string of the list in the text. False: none. */
static bool zh_find(struct slice text, enum lang_list list, struct slice *out)
{
    for (size_t at = 0; at < text.n;) {
        struct slice here = slice_sub(text, at, text.n - at);
        size_t skip = zh_starts(here, LANG_NOT_PRONOUNS), n = skip ? 0 : zh_starts(here, list);
        if (n) {
            *out = slice_sub(here, 0, n);
            return true;
        }
        size_t step = skip ? skip : utf8_next(here, NULL);
        at += step ? step : 1;
    }
    return false;
}

/* The longest piece between strings that say nothing. With `other`: only pieces that are not in it. */
static struct slice zh_matter(struct slice text, struct slice other)
{
    struct slice best = {"", 0};
    size_t start = 0;
    for (size_t at = 0; at <= text.n;) {
        struct slice here = slice_sub(text, at, text.n - at);
        size_t n = at < text.n ? zh_starts(here, LANG_EMPTY) : 1;
        n = n ? n : mark_starts(here, MARKS_WIDE_BETWEEN);
        if (!n) {
            n = utf8_next(here, NULL);
            at += n ? n : 1;
            continue;
        }
        struct slice piece = slice_sub(text, start, at - start);
        if (piece.n > best.n && (other.n == 0 || slice_find(other, piece) == other.n))
            best = piece;
        at += n;
        start = at;
    }
    return best;
}

static struct slice sentence_of(struct slice text)
{
    return slice_sub(text, 0, mark_find(text, MARK_WIDE_STOP));
}

static struct slice zh_subject(const struct history *h, bool person)
{
    struct slice mark;
    for (size_t i = h->n; i-- > 0;) {
        const struct said *s = &h->at[i];
        struct slice found = {"", 0};
        if (person && zh_find(s->question, LANG_WHO, &mark))
            found = zh_matter(sentence_of(s->answer), s->question);
        if (!found.n)
            found = zh_matter(s->question, (struct slice){"", 0});
        if (found.n)
            return found;
    }
    return (struct slice){"", 0};
}

static struct slice zh_put(struct arena *a, struct slice text, struct slice found, struct slice by)
{
    size_t start = (size_t)(found.p - text.p), rest = start + found.n;
    return arena_printf(a, "%.*s%.*s%.*s", (int)start, text.p, SLICE_ARGS(by), (int)(text.n - rest), text.p + rest);
}

struct slice zh_resolve(struct arena *a, const struct history *h, struct slice ask)
{
    const struct said *before = &h->at[h->n - 1];
    struct slice found, whole = zh_without_marks(ask), none = {"", 0};
    size_t lead = zh_starts(whole, LANG_LEADS);
    struct slice rest = slice_sub(whole, lead, whole.n - lead);
    if (zh_starts(whole, LANG_THERE) || zh_starts(whole, LANG_THINGS))
        rest = whole; /* "那里": not "那" and something */
    size_t tail = zh_ends(rest, LANG_TAILS);
    struct slice core = slice_sub(rest, 0, rest.n - tail);
    struct slice thing = zh_subject(h, false), of = lang_entries(zh_chinese(), LANG_POSSESSIVE).at[0].word;
    if (thing.n == 0)
        return ask;
    if (zh_starts(rest, LANG_BARE) == rest.n)
        return arena_printf(a, "%.*s%.*s", SLICE_ARGS(zh_without_marks(before->question)), SLICE_ARGS(rest));
    if (zh_find(rest, LANG_PERSONS, &found))
        return zh_put(a, rest, found, zh_subject(h, true));
    if (zh_find(rest, LANG_THINGS, &found) || zh_find(rest, LANG_THERE, &found)) {
        bool owner = lang_has(zh_chinese(), LANG_OWNERS, found);
        return zh_put(a, rest, found, owner ? arena_printf(a, "%.*s%.*s", SLICE_ARGS(thing), SLICE_ARGS(of)) : thing);
    }
    bool asks = zh_matter(core, none).n < core.n && zh_ends(core, LANG_ATTRIBUTES) != core.n;
    if (core.n && core.n <= FRAGMENT_BYTES && (tail || lead) && !asks) {
        if (zh_ends(core, LANG_ATTRIBUTES) || slice_find(before->question, thing) == before->question.n)
            return arena_printf(a, "%.*s%.*s%.*s", SLICE_ARGS(thing), SLICE_ARGS(of), SLICE_ARGS(core));
        struct slice at = slice_sub(before->question, slice_find(before->question, thing), thing.n);
        return zh_without_marks(zh_put(a, before->question, at, core));
    }
    if (zh_matter(rest, none).n < TWO_CHARACTERS) /* says nothing by itself: "有多高？" */
        return arena_printf(a, "%.*s%.*s", SLICE_ARGS(thing), SLICE_ARGS(rest));
    return ask;
}
