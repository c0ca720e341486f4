/* converse_subject.c - finds what an earlier turn was about.
 *
 * That is a name or a noun of its question. Where the question asked who, where or which, it is the name that answers
 * it. */
#include "ask/converse_inner.h"

#include <stdlib.h>

#include "evidence/need.h"
#include "facts/read_list.h"
#include "facts/read_name.h"
#include "text/sentences.h"

enum { ANSWER_SENTENCES = 6, NAMES_MAX = 64, NOUN_WORDS = 4 };

static bool has_span(const struct spans *s, size_t word)
{
    for (size_t i = 0; i < s->n; i++)
        if (word >= s->at[i].first && word < s->at[i].first + s->at[i].count)
            return true;
    return false;
}

static void add_span(struct arena *a, struct wording *p, struct slice text, size_t first, size_t count)
{
    if (!p->names.at)
        p->names.at = arena_array(a, struct span, NAMES_MAX);
    if (count && p->names.n < NAMES_MAX && !has_span(&p->names, first))
        p->names.at[p->names.n++] = (struct span){text, first, count};
}

static void add_quoted(struct arena *a, struct wording *p)
{
    static const struct {
        const char *open, *close;
    } marks[] = {{"\"", "\""}, {"\u201C", "\u201D"}, {"\u201E", "\u201C"}, {"\u00AB", "\u00BB"}, {"\u2018", "\u2019"}};
    for (size_t m = 0; m < COUNT_OF(marks); m++) {
        struct slice open = slice_of(marks[m].open), close = slice_of(marks[m].close), rest = p->text;
        for (size_t at; (at = slice_find(rest, open)) < rest.n;) {
            struct slice inner = slice_sub(rest, at + open.n, rest.n - at - open.n);
            size_t n = slice_find(inner, close), first = 0, count = 0;
            if (n == inner.n)
                break;
            size_t start = (size_t)(inner.p - p->text.p);
            while (first < p->words.n && p->words.at[first].start < start)
                first++;
            while (first + count < p->words.n && p->words.at[first + count].start < start + n)
                count++;
            add_span(a, p, slice_sub(inner, 0, n), first, count);
            rest = slice_sub(inner, n + close.n, inner.n - n - close.n);
        }
    }
}

static int by_place(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    return a->first < b->first ? -1 : a->first > b->first;
}

/* Whether the word at `end` belongs to the name before it. Russian names are often an adjective and a noun in small
 * letters: "Останкинская башня". */
static bool is_attribute(const struct wording *p, size_t end)
{
    return end < p->words.n && wording_telling(p, end) &&
           lang_ends(p->lang, LANG_ADJECTIVE_ENDINGS, p->words.at[end - 1].fold);
}

const struct lang *converse_lang(const struct lang *lang)
{
    if (lang_entries(lang, LANG_SMALL_TALK).n)
        return lang;
    return lang_find(lang->cjk ? SLICE("zh") : SLICE("en"));
}

struct wording wording_of(struct arena *a, struct slice text, const struct lang *lang)
{
    struct wording p = {.text = text, .lang = lang, .table = converse_lang(lang)};
    p.words = words_split(a, text, lang);
    add_quoted(a, &p);
    struct names names = names_read(a, text, p.words);
    for (size_t i = 0; i < names.n; i++) {
        struct name n = names.at[i];
        if (n.opens || (n.count == 1 && (p.words.at[n.first].flags & WORD_STOP))) /* "I" */
            continue;
        /* "Compare Berlin": the first word has its capital from the sentence */
        while (n.count > 1 && lang_has(p.table, LANG_ASKING, p.words.at[n.first].fold)) {
            n.first++;
            n.count--;
            size_t start = p.words.at[n.first].start, end = (size_t)(n.text.p - text.p) + n.text.n;
            n.text = slice_sub(text, start, end - start);
        }
        if (is_attribute(&p, n.first + n.count)) {
            const struct word *noun = &p.words.at[n.first + n.count++];
            n.text.n = noun->start + noun->n - (size_t)(n.text.p - text.p);
        }
        add_span(a, &p, n.text, n.first, n.count);
    }
    if (p.names.n)
        qsort(p.names.at, p.names.n, sizeof *p.names.at, by_place);
    return p;
}

bool wording_telling(const struct wording *p, size_t i)
{
    const struct word *w = &p->words.at[i];
    return !(w->flags & WORD_STOP) && !lang_has(p->table, LANG_ASKING, w->fold);
}

struct slice wording_words(const struct wording *p, size_t first, size_t end)
{
    if (first >= end)
        return (struct slice){"", 0};
    const struct word *last = &p->words.at[end - 1];
    return slice_sub(p->text, p->words.at[first].start, last->start + last->n - p->words.at[first].start);
}

bool wording_noun(const struct wording *p, size_t *first, size_t *end, bool *linked)
{
    for (size_t i = 0; i + 1 < p->words.n; i++) {
        size_t n = i + 1;
        if (!lang_has(p->table, LANG_ARTICLES, p->words.at[i].fold))
            continue;
        while (n < p->words.n && n - i <= NOUN_WORDS && wording_telling(p, n) &&
               !(p->words.at[n].flags & WORD_NUMBER) && (p->table->nouns_capital || !has_span(&p->names, n)))
            n++;
        if (n == i + 1)
            continue;
        *first = i + 1;
        *end = n;
        size_t name = n + 1;
        while (name < p->words.n && lang_has(p->table, LANG_ARTICLES, p->words.at[name].fold))
            name++;
        *linked = n < p->words.n && lang_has(p->table, LANG_LINKS, p->words.at[n].fold) && name < p->words.n &&
                  has_span(&p->names, name);
        return true;
    }
    return false;
}

/* A name with the noun that it belongs to: "the ferry from Tolm to Vorn", "lighthouse of Vorn". */
static struct slice phrase_around(const struct wording *p, size_t span)
{
    const struct span *name = &p->names.at[span];
    size_t first = name->first, end = name->first + name->count;
    struct slice last = name->text;
    for (size_t i = span + 1;
         i < p->names.n && p->names.at[i].first == end + 1 && lang_has(p->table, LANG_LINKS, p->words.at[end].fold);
         i++) {
        end = p->names.at[i].first + p->names.at[i].count;
        last = p->names.at[i].text;
    }
    size_t link = first;
    while (link > 0 && lang_has(p->table, LANG_ARTICLES, p->words.at[link - 1].fold))
        link--;
    size_t noun = link;
    if (link > 0 && lang_has(p->table, LANG_LINKS, p->words.at[link - 1].fold))
        for (noun = link - 1; noun > 0 && link - noun <= NOUN_WORDS && wording_telling(p, noun - 1);)
            noun--;
    bool has_noun = link > 0 && noun < link - 1;
    bool direct = has_noun && lang_has(p->table, LANG_DIRECT_LINKS, p->words.at[link - 1].fold);
    bool definite = has_noun && noun > 0 && lang_has(p->table, LANG_ARTICLES, p->words.at[noun - 1].fold);
    if (direct || definite)
        first = noun;
    size_t start = p->words.at[first].start;
    return slice_sub(p->text, start, (size_t)(last.p - p->text.p) + last.n - start);
}

/* The subject of a question without names: its noun, else all its telling words. */
static struct slice matter_of(const struct wording *p)
{
    size_t first, end;
    bool linked;
    if (wording_noun(p, &first, &end, &linked)) {
        /* "the tallest mountain in the world" */
        size_t more = end + 1;
        while (more < p->words.n && lang_has(p->table, LANG_ARTICLES, p->words.at[more].fold))
            more++;
        if (end < p->words.n && lang_has(p->table, LANG_LINKS, p->words.at[end].fold) && more < p->words.n &&
            wording_telling(p, more))
            end = more + 1;
        return wording_words(p, first, end);
    }
    for (first = 0; first < p->words.n && !wording_telling(p, first);)
        first++;
    for (end = p->words.n; end > first && !wording_telling(p, end - 1);)
        end--;
    return wording_words(p, first, end);
}

/* Whether the question has each word of the name. */
static bool has_words(const struct wording *question, struct words name, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        bool there = false;
        for (size_t w = 0; w < question->words.n && !there; w++)
            there = slice_eq(question->words.at[w].fold, name.at[i].fold);
        if (!there)
            return false;
    }
    return true;
}

/* --- what the answer names -------------------------------------------------------------------------------------- */

struct answer_names {
    struct slice at[NAMES_MAX];
    size_t n;
};

/* How many telling words of the question the sentence has. */
static size_t answer_shares(const struct wording *question, struct words words)
{
    size_t shared = 0;
    for (size_t q = 0; q < question->words.n; q++)
        for (size_t i = 0; i < words.n && wording_telling(question, q); i++)
            if (slice_eq(words.at[i].stem, question->words.at[q].stem)) {
                shared++;
                break;
            }
    return shared;
}

static void answer_add(struct arena *a, struct slice sentence, const struct said *s, const struct wording *question,
                       bool opening, struct answer_names *out)
{
    struct words words = words_split(a, sentence, s->lang);
    struct names names = names_read(a, sentence, words);
    for (size_t k = 0; k < names.n && out->n < NAMES_MAX; k++) {
        bool known = has_words(question, words, names.at[k].first, names.at[k].count);
        for (size_t j = 0; j < out->n && !known; j++)
            known = slice_eq(out->at[j], names.at[k].text);
        if (!known && (!names.at[k].opens || opening))
            out->at[out->n++] = names.at[k].text;
    }
}

/* The names of the answer that are not in the question; those of sentences that share the most words with the question
 * first. Names that open a sentence count only when asked for, since their capital may only be the sentence's. */
static void answer_names(struct arena *a, const struct said *s, const struct wording *question, bool opening,
                         struct answer_names *out)
{
    struct sentences sentences = sentences_split(a, s->answer, s->lang);
    size_t n = sentences.n < ANSWER_SENTENCES ? sentences.n : ANSWER_SENTENCES, most = 0;
    size_t shared[ANSWER_SENTENCES];
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        shared[i] = answer_shares(question, words_split(a, sentences.at[i], s->lang));
        most = shared[i] > most ? shared[i] : most;
    }
    for (size_t level = most + 1; level-- > 0;)
        for (size_t i = 0; i < n; i++)
            if (shared[i] == level)
                answer_add(a, sentences.at[i], s, question, opening, out);
}

static struct slice answer_of(struct arena *a, const struct said *s, const struct wording *question)
{
    struct answer_names names;
    answer_names(a, s, question, false, &names);
    if (!names.n)
        answer_names(a, s, question, true, &names);
    return names.n ? names.at[0] : (struct slice){"", 0};
}

/* --- what the pages know ---------------------------------------------------------------------------------------- */

static enum recalled subject_page(const struct history *h, struct slice name, struct slice *title)
{
    return h->pages && name.n ? h->pages->name(h->pages->ud, name, title) : RECALLED_NOTHING;
}

bool subject_has_page(const struct history *h, struct slice name)
{
    struct slice title;
    return subject_page(h, name, &title) != RECALLED_NOTHING;
}

static bool subject_is_person(const struct history *h, struct slice name)
{
    struct slice title;
    return subject_page(h, name, &title) == RECALLED_PERSON;
}

/* The title of the page that the answer's first sentence is quoted from. The answer says "[Title] It was …" where the
 * sentence does not name its subject. */
static struct slice cited_title(struct arena *a, const struct history *h, const struct said *s)
{
    enum { PIECES = 3 };
    struct slice text = slice_trim(s->answer);
    if (!h->pages || !text.n)
        return (struct slice){"", 0};
    size_t close = slice_find(text, SLICE("] "));
    if (text.p[0] == '[' && close < text.n)
        return slice_sub(text, 1, close - 1);
    struct sentences sentences = sentences_split(a, text, s->lang);
    for (size_t i = 0; i < sentences.n && i < PIECES; i++) {
        struct slice one = sentences.at[i];
        size_t mark = slice_find(one, SLICE("["));
        struct slice title = h->pages->title(h->pages->ud, slice_trim(slice_sub(one, 0, mark)));
        if (title.n)
            return title;
    }
    return (struct slice){"", 0};
}

static bool title_in_question(struct arena *a, const struct wording *question, struct slice title)
{
    size_t bracket = slice_find(title, SLICE(" ("));
    struct words words = words_split(a, slice_sub(title, 0, bracket), question->lang);
    for (size_t i = 0; i < words.n; i++) {
        bool there = (words.at[i].flags & WORD_STOP) != 0;
        for (size_t w = 0; w < question->words.n && !there; w++)
            there = slice_eq(question->words.at[w].stem, words.at[i].stem);
        if (!there)
            return false;
    }
    return words.n > 0;
}

static bool has_any(const struct wording *p, enum lang_list list, size_t words)
{
    for (size_t i = 0; i < p->words.n && i < words; i++)
        if (lang_has(p->table, list, p->words.at[i].fold))
            return true;
    return false;
}

/* Whether the question asked for a thing of the kind that the pronoun refers to. */
static bool asked_for(const struct wording *p, enum subject kind)
{
    enum { NEAR_START = 4 };
    enum need_type type = need_type_of(p->words, p->lang);
    bool more = p->names.n == 0; /* "Who was Ida Kessel?" asks for nobody else */
    for (size_t i = 0; i < p->words.n && !more; i++)
        more = wording_telling(p, i) && !has_span(&p->names, i);
    if (!more && kind != SUBJECT_PLACE)
        return false;
    if (kind == SUBJECT_PERSON)
        return type == NEED_PERSON || has_any(p, LANG_WHO, NEAR_START);
    if (kind == SUBJECT_PLACE)
        return type == NEED_PLACE || has_any(p, LANG_WHERE, NEAR_START);
    if (!has_any(p, LANG_WHICH, NEAR_START) || has_any(p, LANG_WHERE, NEAR_START))
        return false;
    return type == NEED_PLACE || has_any(p, LANG_CLASSES, p->words.n) || p->names.n == 0;
}

/* The name that is most likely a person's. Where all nouns have capitals: one of two words, else the last one,
 * since the first may be a plain noun ("Welche Höhe"). Elsewhere: the first one. */
static const struct span *person_in(const struct wording *p)
{
    for (size_t i = 0; i < p->names.n && p->table->nouns_capital; i++)
        if (p->names.at[i].count == 2)
            return &p->names.at[i];
    return &p->names.at[p->table->nouns_capital ? p->names.n - 1 : 0];
}

static struct slice person_of_answer(struct arena *a, const struct history *h, const struct said *s,
                                     const struct wording *question, struct slice title)
{
    enum { LOOKED_UP = 5 };
    struct answer_names names;
    answer_names(a, s, question, false, &names);
    for (size_t i = 0; i < names.n && i < LOOKED_UP; i++)
        if (subject_is_person(h, names.at[i]))
            return names.at[i];
    return title.n && subject_is_person(h, title) ? title : (struct slice){"", 0};
}

static struct slice person_of(struct arena *a, const struct history *h, const struct said *s, const struct wording *p)
{
    struct slice title = cited_title(a, h, s), found = {"", 0};
    bool asked = asked_for(p, SUBJECT_PERSON);
    if (asked) {
        found = person_of_answer(a, h, s, p, title_in_question(a, p, title) ? (struct slice){"", 0} : title);
        found = found.n ? found : answer_of(a, s, p);
    }
    for (size_t i = 0; i < p->names.n && !found.n; i++)
        if (subject_is_person(h, p->names.at[i].text))
            found = p->names.at[i].text;
    if (!found.n && title.n && subject_is_person(h, title)) /* "Which gymnast got the first ten?" */
        found = title;
    if (!found.n && p->names.n == 0)
        found = person_of_answer(a, h, s, p, title);
    return found.n || p->names.n == 0 ? found : person_in(p)->text;
}

static struct slice thing_of(struct arena *a, const struct history *h, const struct said *s, const struct wording *p,
                             enum subject kind)
{
    struct slice title = cited_title(a, h, s);
    bool named = title.n && title_in_question(a, p, title);
    if (asked_for(p, kind)) {
        if (title.n && !named)
            return title;
        struct slice name = p->names.n || !named ? answer_of(a, s, p) : (struct slice){"", 0};
        if (name.n)
            return name;
    }
    if (p->names.n == 0)
        return named ? title : kind == SUBJECT_THING ? matter_of(p) : title;
    if (kind == SUBJECT_PLACE)
        return p->names.at[p->names.n - 1].text;
    return phrase_around(p, p->table->nouns_capital ? p->names.n - 1 : 0);
}

static struct slice subject_in(struct arena *a, const struct history *h, const struct said *s, enum subject kind)
{
    struct wording p = wording_of(a, s->question, s->lang);
    if (s->subject.n && s->kind == kind)
        return s->subject;
    return kind == SUBJECT_PERSON ? person_of(a, h, s, &p) : thing_of(a, h, s, &p, kind);
}

/* What the turn comes back to: the newest subject whose name or title has the last word of the phrase; else the phrase
 * itself. */
static struct slice subject_back(struct arena *a, const struct history *h)
{
    struct words back = words_split(a, h->back, h->at[h->n - 1].lang);
    struct slice word = back.n ? back.at[back.n - 1].stem : SLICE("");
    for (size_t i = h->n; i-- > 0;) {
        struct wording p = wording_of(a, h->at[i].question, h->at[i].lang);
        for (size_t k = 0; k < p.names.n; k++)
            for (size_t w = p.names.at[k].first; w < p.names.at[k].first + p.names.at[k].count; w++)
                if (slice_eq(p.words.at[w].stem, word))
                    return phrase_around(&p, k);
        struct slice title = cited_title(a, h, &h->at[i]);
        struct words words = words_split(a, title, h->at[i].lang);
        for (size_t w = 0; w < words.n; w++)
            if (slice_eq(words.at[w].stem, word))
                return title;
    }
    return h->back;
}

struct slice subject_of(struct arena *a, const struct history *h, enum subject kind)
{
    if (h->back.n && h->n)
        return subject_back(a, h);
    for (size_t i = h->n; i-- > 0;) {
        struct slice found = subject_in(a, h, &h->at[i], kind);
        if (found.n)
            return found;
    }
    return kind == SUBJECT_THING ? (struct slice){"", 0} : subject_of(a, h, SUBJECT_THING);
}

struct slice subject_not_in(struct arena *a, const struct history *h, struct slice text)
{
    const struct said *s = &h->at[h->n - 1];
    struct slice title = cited_title(a, h, s);
    struct wording p = wording_of(a, text, s->lang);
    return title.n && !title_in_question(a, &p, title) ? title : (struct slice){"", 0};
}

struct slice subject_title(struct arena *a, const struct history *h)
{
    const struct said *s = &h->at[h->n - 1];
    struct slice title = cited_title(a, h, s);
    struct slice plain = slice_sub(title, 0, slice_find(title, SLICE(" (")));
    size_t at = slice_find(s->question, plain);
    return plain.n && at < s->question.n ? slice_sub(s->question, at, plain.n) : (struct slice){"", 0};
}

bool subject_asked_who(struct arena *a, const struct history *h)
{
    struct wording p = wording_of(a, h->at[h->n - 1].question, h->at[h->n - 1].lang);
    return asked_for(&p, SUBJECT_PERSON);
}

static bool list_is_of_names(struct arena *a, const struct list *list, const struct lang *lang)
{
    for (size_t i = 0; i < list->n; i++) {
        struct words words = words_split(a, list->items[i], lang);
        if (words.n == 0 || !(words.at[0].flags & WORD_CAPITAL) || words.at[0].n < 2)
            return false;
    }
    return true;
}

static struct slice item_of(struct arena *a, const struct said *s, const struct wording *question, size_t number)
{
    struct sentences lines = sentences_split(a, s->answer, s->lang);
    struct slice item = {"", 0}, found = {"", 0};
    size_t n = 0;
    for (size_t i = 0; i < lines.n; i++)
        if (list_item(lines.at[i], &item) && (n++ == number || number == SUBJECT_LAST))
            found = item;
    if (n > 1)
        return found;
    /* the enumeration of the sentence that has most words of the question */
    size_t most = 0;
    for (size_t i = 0; i < lines.n && i < ANSWER_SENTENCES; i++) {
        struct lists lists = lists_read(a, lines.at[i], s->lang);
        size_t shared = answer_shares(question, words_split(a, lines.at[i], s->lang)) + 1;
        for (size_t k = 0; k < lists.n; k++) {
            const struct list *list = &lists.at[k];
            size_t at = number == SUBJECT_LAST ? list->n - 1 : number;
            struct words words = at < list->n ? words_split(a, list->items[at], s->lang) : (struct words){0};
            bool named = words.n && list_is_of_names(a, list, s->lang);
            if (named && shared > most) {
                most = shared;
                found = list->items[at];
            }
        }
    }
    return found;
}

/* Without " (1818–1848)" at its end. */
static struct slice item_plain(struct slice item)
{
    size_t bracket = slice_find(item, SLICE(" ("));
    return bracket ? slice_sub(item, 0, bracket) : item;
}

/* "Emily" of the Brontë sisters is "Emily Brontë", where a page has that title. */
static struct slice item_with_name(struct arena *a, const struct history *h, struct slice item,
                                   const struct wording *question)
{
    for (size_t i = 0; i < question->names.n && slice_find(item, SLICE(" ")) == item.n; i++) {
        struct slice whole = arena_printf(a, "%.*s %.*s", SLICE_ARGS(item), SLICE_ARGS(question->names.at[i].text));
        if (subject_has_page(h, whole))
            return whole;
    }
    return item;
}

struct slice subject_at(struct arena *a, const struct history *h, size_t number, bool of_two, size_t *list)
{
    size_t newest = h->n - 1;
    if (h->at[newest].item.n)
        newest = h->at[newest].list;
    for (size_t i = newest + 1; i-- > 0;) {
        const struct said *s = &h->at[i];
        struct wording p = wording_of(a, s->question, s->lang);
        *list = i;
        if (of_two && p.names.n >= 2)
            return p.names.at[p.names.n - 2 + number].text;
        struct slice item = item_of(a, s, &p, number);
        if (item.n)
            return item_with_name(a, h, item_plain(item), &p);
        struct answer_names names;
        answer_names(a, s, &p, false, &names);
        if (names.n > 1 && (number == SUBJECT_LAST || number < names.n))
            return names.at[number == SUBJECT_LAST ? names.n - 1 : number];
        if (number < p.names.n)
            return p.names.at[number].text;
    }
    return (struct slice){"", 0};
}

bool subject_agrees(struct arena *a, const struct history *h, enum lang_list gender)
{
    const struct said *s = &h->at[h->n - 1];
    struct wording p = wording_of(a, s->question, s->lang);
    for (size_t i = 0; i + 1 < p.words.n; i++)
        if (lang_has(p.table, LANG_ARTICLES, p.words.at[i].fold) && lang_has(p.table, gender, p.words.at[i].fold) &&
            has_span(&p.names, i + 1))
            return true;
    return false;
}

struct slice converse_about(struct arena *a, struct slice question, const struct converse_pages *pages,
                            const struct lang *lang)
{
    enum { RUN_WORDS = 4, QUESTION_WORDS = 12 };
    struct wording p = wording_of(a, question, lang);
    const struct history h = {.pages = pages};
    for (size_t n = RUN_WORDS; n > 0 && pages && p.words.n <= QUESTION_WORDS; n--)
        for (size_t i = 0; i + n <= p.words.n; i++) {
            bool telling = true;
            for (size_t k = i; k < i + n && telling; k++)
                telling = wording_telling(&p, k);
            if (telling && subject_has_page(&h, wording_words(&p, i, i + n)))
                return wording_words(&p, i, i + n);
        }
    return matter_of(&p);
}
