#include "session/recall.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "index/index.h"
#include "text/words.h"

enum { PAGES_LOOKED_AT = 5, LEAD_BYTES = 1500, SENTENCE_BYTES = 600 };

static bool recall_search(struct session *s, struct slice text, struct index_hits *hits)
{
    struct err ignored;
    const struct index_query query = {.text = text,
                                      .lang = slice_of(s->lang ? s->lang->code : ""),
                                      .policy = s->question->policy,
                                      .limit = PAGES_LOOKED_AT,
                                      .passages_per_page = 1};
    return session_asks_index(s) && index_search(s->world->index, &query, s->workings, hits, &ignored);
}

struct slice recall_title(struct session *s, struct slice sentence)
{
    struct index_hits hits;
    if (sentence.n == 0)
        return SLICE("");
    for (size_t i = 0; i < s->question->known_count; i++)
        if (slice_find(s->question->known_pages[i].text, sentence) < s->question->known_pages[i].text.n)
            return s->question->known_pages[i].title;
    if (!recall_search(s, utf8_cut(sentence, SENTENCE_BYTES), &hits))
        return SLICE("");
    for (size_t i = 0; i < hits.n; i++)
        if (slice_find(hits.at[i].text, sentence) < hits.at[i].text.n)
            return hits.at[i].title;
    return SLICE("");
}

/* The title without " (planet)" at its end. */
static struct slice recall_plain(struct slice title)
{
    size_t bracket = slice_find(title, SLICE(" ("));
    return bracket && bracket < title.n ? slice_sub(title, 0, bracket) : title;
}

/* How many words of the title are before the name, which ends it. -1: the name does not end it. */
static int recall_words_before(struct session *s, struct slice title, struct words name)
{
    struct words words = words_split(s->workings, title, s->lang);
    if (name.n == 0 || name.n > words.n)
        return -1;
    for (size_t i = 0; i < name.n; i++)
        if (!slice_eq(words.at[words.n - name.n + i].fold, name.at[i].fold))
            return -1;
    return (int)(words.n - name.n);
}

/* Introductions of persons go on with "he" or "she", those of things with "it". */
static bool recall_is_person(struct session *s, const struct passage *page)
{
    struct slice text;
    bool found = false;
    struct err ignored;
    size_t persons = 0, things = 0;
    const struct lang *lang = lang_or_english(lang_find(page->lang));
    if (!index_page_text(s->world->index, page->url, s->workings, &text, &found, &ignored) || !found)
        return false;
    struct words words = words_split(s->workings, utf8_cut(text, LEAD_BYTES), lang);
    for (size_t i = 0; i < words.n; i++) {
        persons += lang_has(lang, LANG_PERSONS, words.at[i].fold);
        things += lang_has(lang, LANG_THINGS, words.at[i].fold);
    }
    return persons > 1 && persons > things;
}

enum recalled recall_name(struct session *s, struct slice name, struct slice *title)
{
    struct index_hits hits;
    struct words words = words_split(s->workings, name, s->lang);
    const struct passage *best = NULL;
    int least = 0;
    if (words.n == 0 || !recall_search(s, utf8_cut(name, SENTENCE_BYTES), &hits))
        return RECALLED_NOTHING;
    for (size_t i = 0; i < hits.n; i++) {
        int before = recall_words_before(s, recall_plain(hits.at[i].title), words);
        if (before >= 0 && (!best || before < least)) {
            best = &hits.at[i];
            least = before;
        }
    }
    if (!best)
        return RECALLED_NOTHING;
    bool person = recall_is_person(s, best);
    if (least > 0 && !person) /* "Wight" is not the Isle of Wight */
        return RECALLED_NOTHING;
    *title = best->title;
    return person ? RECALLED_PERSON : RECALLED_THING;
}

/* --- other names ------------------------------------------------------------------------------------------------ */

/* Whether a word may begin another name. A number behind "in", or beside a month, is a year. */
static bool recall_may_name(const struct session *s, struct words words, size_t i)
{
    const struct word *w = &words.at[i];
    if (w->flags & WORD_STOP)
        return false;
    if (w->flags & WORD_CAPITAL)
        return true;
    return (w->flags & WORD_NUMBER) && i > 0 && !lang_has(s->lang, LANG_IN, words.at[i - 1].fold) &&
           !lang_has(s->lang, LANG_MONTHS, words.at[i - 1].fold) &&
           !(i + 1 < words.n && (words.at[i + 1].flags & (WORD_CAPITAL | WORD_NUMBER)));
}

/* "WHO" or "NaCl", which is no plain word. "China" is one: porcelain is also called so. */
static bool recall_is_short(struct slice name)
{
    size_t capitals = 0;
    for (size_t i = 0; i < name.n; i++)
        capitals += ascii_is_upper((unsigned char)name.p[i]);
    return capitals >= 2;
}

static struct slice recall_alias(struct session *s, struct slice name)
{
    struct err ignored;
    struct slice title = {"", 0}, own = {"", 0};
    if (!index_alias(s->world->index, name, s->lang, s->arena, &title, &ignored) || !title.n)
        return SLICE("");
    (void)recall_name(s, name, &own);
    struct words words = words_split(s->workings, name, s->lang);
    return own.n && recall_words_before(s, recall_plain(own), words) == 0 ? SLICE("") : title;
}

/* The title that the name is without accents: "Krakow". A name that is a title itself stays. */
static struct slice recall_bare(struct session *s, struct slice name)
{
    struct err ignored;
    struct slice title = {"", 0}, own = {"", 0};
    if (!index_alias_bare(s->world->index, name, s->lang, s->arena, &title, &ignored) || !title.n ||
        slice_eq(title, name))
        return SLICE("");
    (void)recall_name(s, name, &own);
    struct words words = words_split(s->workings, name, s->lang);
    return own.n && recall_words_before(s, recall_plain(own), words) == 0 ? SLICE("") : title;
}

struct slice recall_titles(struct session *s, struct slice text, struct slice *heard)
{
    enum { NAME_WORDS = 3, TEXT_WORDS = 40, SMALL_LETTERS_WORDS = 8 };
    struct words words = words_split(s->workings, text, s->lang);
    *heard = SLICE("");
    if (!session_asks_index(s) || words.n > TEXT_WORDS)
        return text;
    for (size_t i = 0; i < words.n; i++) {
        /* short requests may be in small letters: "krakow profile" */
        bool named = recall_may_name(s, words, i);
        if (!named && (words.n > SMALL_LETTERS_WORDS || (words.at[i].flags & (WORD_STOP | WORD_NUMBER))))
            continue;
        size_t most = words.n - i < NAME_WORDS ? words.n - i : NAME_WORDS;
        for (size_t n = most; n > 0; n--) {
            const struct word *first = &words.at[i], *last = &words.at[i + n - 1];
            struct slice name = slice_sub(text, first->start, last->start + last->n - first->start);
            bool single = n == 1 && !recall_is_short(name) && !(first->flags & WORD_NUMBER);
            struct slice title = single || !named ? SLICE("") : recall_alias(s, name);
            title = title.n ? title : recall_bare(s, name);
            if (!title.n)
                continue;
            *heard = arena_printf(s->arena, "Read \"%.*s\" as \"%.*s\".", SLICE_ARGS(name), SLICE_ARGS(title));
            return arena_printf(s->arena, "%.*s%.*s%.*s", (int)first->start, text.p, SLICE_ARGS(title),
                                (int)(text.n - first->start - name.n), name.p + name.n);
        }
    }
    return text;
}
