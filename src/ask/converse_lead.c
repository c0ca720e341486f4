/* converse_lead.c - takes off what people say before a question, and tells small talk from questions.
 *
 * "Thanks! Going back to the reef, can you tell me how long it is?" asks "how long it is"; the reef is what it comes
 * back to. Whatever has a name in it stays, since the question may need it. */
#include "ask/converse_inner.h"

#include "text/marks.h"
#include "text/sentences.h"

enum { LEAD_WORDS = 8 }; /* before a comma or a colon: more are a statement of their own */

struct lead {
    struct arena *arena;
    const struct lang *lang, *table;
    struct slice text; /* what is left */
    struct slice back;
};

size_t lead_phrase(struct words words, size_t at, size_t end, const struct lang *lang, enum lang_list phrases)
{
    size_t longest = 0;
    const struct lang_entries entries = lang_entries(lang, phrases);
    for (size_t k = 0; k < entries.n; k++) {
        struct slice phrase = entries.at[k].word;
        size_t n = 0;
        while (phrase.n && at + n < end) {
            size_t word = slice_find(phrase, SLICE(" "));
            if (!slice_eq(words.at[at + n].fold, slice_sub(phrase, 0, word)))
                break;
            n++;
            word += word < phrase.n;
            phrase = slice_sub(phrase, word, phrase.n - word);
        }
        if (phrase.n == 0 && n > longest)
            longest = n;
    }
    return longest;
}

static bool lead_all_in(const struct lead *l, struct words words, enum lang_list list)
{
    for (size_t i = 0; i < words.n; i++)
        if (!lang_has(l->table, list, words.at[i].fold) && !lang_has(l->table, LANG_JOINS, words.at[i].fold))
            return false;
    return true;
}

static bool lead_names(const struct lead *l, struct slice text)
{
    struct wording p = wording_of(l->arena, text, l->lang);
    for (size_t i = 0; i < p.words.n; i++)
        if (p.words.at[i].flags & WORD_NUMBER)
            return true;
    return p.names.n > 0;
}

static bool lead_any_in(const struct lead *l, struct words words, enum lang_list list)
{
    for (size_t i = 0; i < words.n; i++)
        if (lang_has(l->table, list, words.at[i].fold))
            return true;
    return false;
}

/* What follows a phrase such as "going back to", without its article. */
static struct slice lead_object(const struct lead *l, struct slice text, struct words words)
{
    size_t n = lead_phrase(words, 0, words.n, l->table, LANG_RETURNS);
    if (n == 0)
        return (struct slice){"", 0};
    while (n < words.n && lang_has(l->table, LANG_ARTICLES, words.at[n].fold))
        n++;
    if (n >= words.n)
        return (struct slice){"", 0};
    const struct word *last = &words.at[words.n - 1];
    return slice_sub(text, words.at[n].start, last->start + last->n - words.at[n].start);
}

/* Whether this piece of text, which stands before the question, asks nothing. */
static bool lead_is_empty(struct lead *l, struct slice piece)
{
    struct words words = words_split(l->arena, piece, l->lang);
    if (lead_all_in(l, words, LANG_SMALL_TALK) ||
        (words.n && lead_phrase(words, 0, words.n, l->table, LANG_DOUBTS) == words.n))
        return true;
    struct slice back = lead_object(l, piece, words);
    if (back.n) {
        l->back = back;
        return true;
    }
    return lead_any_in(l, words, LANG_TALKERS) && lead_any_in(l, words, LANG_TALKED) &&
           !mark_ends(piece, MARKS_QUESTION) && !lead_names(l, piece);
}

static void lead_sentences(struct lead *l)
{
    struct sentences all = sentences_split(l->arena, l->text, l->lang);
    size_t i = 0;
    while (i + 1 < all.n && lead_is_empty(l, all.at[i]))
        i++;
    if (i > 0)
        l->text = slice_sub(l->text, (size_t)(all.at[i].p - l->text.p), l->text.n - (size_t)(all.at[i].p - l->text.p));
}

/* Takes off the words before a comma or colon, where they ask nothing and a question follows. */
static bool lead_clause(struct lead *l)
{
    struct words words = words_split(l->arena, l->text, l->lang);
    for (size_t i = 0; i + 1 < words.n && i < LEAD_WORDS; i++) {
        size_t end = words.at[i].start + words.at[i].n;
        char mark = end < l->text.n ? l->text.p[end] : ' ';
        if (mark != ',' && mark != ':')
            continue;
        struct slice before = slice_sub(l->text, 0, end);
        struct slice back = l->back;
        bool asks = lang_has(l->table, LANG_ASKING, words.at[i + 1].fold) ||
                    lead_phrase(words, i + 1, words.n, l->table, LANG_WRAPPERS);
        bool empty = lead_is_empty(l, before) || (mark == ':' && !lead_names(l, before));
        if (!empty || !(asks || lead_all_in(l, (struct words){words.at, i + 1}, LANG_SMALL_TALK))) {
            l->back = back;
            return false;
        }
        l->text = slice_trim(slice_sub(l->text, end + 1, l->text.n - end - 1));
        return true;
    }
    return false;
}

/* "can you tell me who …" */
static bool lead_wrapper(struct lead *l)
{
    struct words words = words_split(l->arena, l->text, l->lang);
    size_t n = lead_phrase(words, 0, words.n, l->table, LANG_WRAPPERS);
    if (n == 0 || n >= words.n || !lang_has(l->table, LANG_QUESTION_WORDS, words.at[n].fold))
        return false;
    l->text = slice_sub(l->text, words.at[n].start, l->text.n - words.at[n].start);
    return true;
}

struct slice lead_off(struct arena *a, struct slice text, const struct lang *lang, struct slice *back)
{
    enum { PEELS = 4 };
    struct lead l = {.arena = a, .lang = lang, .table = converse_lang(lang), .text = text, .back = {"", 0}};
    *back = l.back;
    if (lang->cjk)
        return zh_without_small_talk(text);
    struct words words = words_split(a, text, lang);
    if (words.n && lead_all_in(&l, words, LANG_SMALL_TALK) &&
        !lang_has(l.table, LANG_QUESTION_WORDS, words.at[words.n - 1].fold))
        return (struct slice){"", 0};
    for (int i = 0; i < PEELS; i++) {
        lead_sentences(&l);
        if (!lead_clause(&l) && !lead_wrapper(&l))
            break;
    }
    *back = l.back;
    return l.text;
}

/* --- small talk ------------------------------------------------------------------------------------------------- */

/* The words of a turn behind its greetings, with blanks between them; of a script without spaces its characters. */
static struct slice words_behind_greeting(struct arena *a, struct slice ask, const struct lang *lang)
{
    if (lang->cjk)
        return zh_without_marks(zh_without_small_talk(ask));
    struct words words = words_split(a, ask, lang);
    struct arena_text out = {.arena = a};
    size_t i = 0;
    while (i < words.n && lang_has(lang, LANG_SMALL_TALK, words.at[i].fold))
        i++;
    for (; i < words.n; i++)
        arena_text_printf(&out, "%s%.*s", out.n ? " " : "", SLICE_ARGS(words.at[i].fold));
    return arena_text_slice(&out);
}

/* "Oh wow, I loved that game": begins as small talk, says how the one who talks likes it, and asks nothing. */
static bool lead_chats(struct arena *a, struct slice ask, const struct lang *lang)
{
    struct lead l = {.arena = a, .lang = lang, .table = lang, .text = ask};
    struct words words = words_split(a, ask, lang);
    if (lang->cjk || words.n < 2 || !lang_has(lang, LANG_SMALL_TALK, words.at[0].fold) ||
        !lead_any_in(&l, words, LANG_TALKERS) || lead_names(&l, ask))
        return false;
    bool on_this = lead_any_in(&l, words, LANG_DEMONSTRATIVES) || lead_any_in(&l, words, LANG_THINGS);
    return on_this && !lead_any_in(&l, words, LANG_QUESTION_WORDS) && !lead_any_in(&l, words, LANG_DO) &&
           !lead_phrase(words, 0, words.n, lang, LANG_WRAPPERS);
}

static bool asks_nothing(struct arena *a, struct slice ask, const struct lang *lang)
{
    struct slice rest = words_behind_greeting(a, ask, lang);
    if (rest.n && lang_has(lang, LANG_ABOUT_US, rest))
        return true;
    if (slice_find(ask, SLICE("?")) < ask.n)
        return false;
    if (rest.n)
        return lead_chats(a, ask, lang);
    return lang->cjk ? words_count(ask, lang) > 0 : words_split(a, ask, lang).n > 0; /* an emoji is no word */
}

/* Turns up to the last one of the user; 0: there is none. */
static size_t turns_to_last(const struct question *q)
{
    size_t last = q->turn_count;
    while (last > 0 && q->turns[last - 1].role != ROLE_USER)
        last--;
    return last;
}

bool lead_is_small_talk(struct arena *a, struct slice ask, const struct lang **lang)
{
    enum { BYTES_MAX = 120 }; /* longer turns ask something, whatever words they begin with */
    if (ask.n == 0 || ask.n > BYTES_MAX)
        return false;
    if (asks_nothing(a, ask, converse_lang(*lang)))
        return true;
    /* Two words are too little for a guess at their language: "Danke schön". */
    for (size_t i = 0; lang_at(i); i++)
        if (lang_entries(lang_at(i), LANG_SMALL_TALK).n && asks_nothing(a, ask, lang_at(i))) {
            *lang = lang_at(i);
            return true;
        }
    return false;
}

bool converse_is_small_talk(struct arena *a, const struct question *q, const struct lang **lang)
{
    size_t last = turns_to_last(q);
    return lead_is_small_talk(a, last ? slice_trim(q->turns[last - 1].text) : SLICE(""), lang);
}
