/* converse_subject.c - what an earlier turn was about: a name or a noun in its question, or, where the question asked who,
 * where or which, the name that answers it. */
#include "research/converse_parts.h"

#include <stdlib.h>

#include "evidence/need.h"
#include "text/read_list.h"
#include "text/read_name.h"
#include "text/sentences.h"

enum { ANSWER_SENTENCES = 6, NAMES_MAX = 64, NOUN_WORDS = 4 };

static bool has_span(const struct spans *s, size_t word)
{
    for (size_t i = 0; i < s->n; i++)
        if (word >= s->at[i].first && word < s->at[i].first + s->at[i].count)
            return true;
    return false;
}

static void add_span(struct arena *a, struct parts *p, struct slice text, size_t first, size_t count)
{
    if (!p->names.at)
        p->names.at = arena_array(a, struct span, NAMES_MAX);
    if (count && p->names.n < NAMES_MAX && !has_span(&p->names, first))
        p->names.at[p->names.n++] = (struct span){text, first, count};
}

static void add_quoted(struct arena *a, struct parts *p)
{
    static const struct {
        const char *open, *close;
    } marks[] = {{"\"", "\""}, {"“", "”"}, {"„", "“"}, {"«", "»"}, {"‘", "’"}};
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
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

/* Russian names are often an adjective with a noun in small letters: "Останкинская башня". end: the word after the name. */
static bool is_attribute(const struct parts *p, size_t end)
{
    static const char *const endings[] = {"ий", "ый", "ая", "яя", "ое", "ее", "ые", "ие"};
    if (strcmp(p->lang->code, "ru") != 0 || end >= p->words.n || !parts_telling(p, end))
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (slice_ends(p->words.at[end - 1].fold, slice_of(endings[i])))
            return true;
    return false;
}

struct parts parts_of(struct arena *a, struct slice text, const struct lang *lang)
{
    struct parts p = {.text = text, .lang = lang, .table = converse_words_of(lang)};
    p.words = words_split(a, text, lang);
    add_quoted(a, &p);
    struct names names = names_read(a, text, p.words);
    for (size_t i = 0; i < names.n; i++) {
        struct name n = names.at[i];
        if (n.opens || (n.count == 1 && (p.words.at[n.first].flags & WORD_STOP))) /* "I" */
            continue;
        /* "Compare Berlin": the first capital is the sentence's. */
        while (n.count > 1 && converse_lists(p.table->asks, p.words.at[n.first].fold)) {
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

bool parts_telling(const struct parts *p, size_t i)
{
    const struct word *w = &p->words.at[i];
    return !(w->flags & WORD_STOP) && !converse_lists(p->table->asks, w->fold);
}

struct slice parts_words(const struct parts *p, size_t first, size_t end)
{
    if (first >= end)
        return (struct slice){"", 0};
    const struct word *last = &p->words.at[end - 1];
    return slice_sub(p->text, p->words.at[first].start, last->start + last->n - p->words.at[first].start);
}

bool parts_noun(const struct parts *p, size_t *first, size_t *end, bool *linked)
{
    for (size_t i = 0; i + 1 < p->words.n; i++) {
        size_t n = i + 1;
        if (!converse_lists(p->table->articles, p->words.at[i].fold))
            continue;
        while (n < p->words.n && n - i <= NOUN_WORDS && parts_telling(p, n) && !(p->words.at[n].flags & WORD_NUMBER) &&
               (p->table->nouns_capital || !has_span(&p->names, n)))
            n++;
        if (n == i + 1)
            continue;
        *first = i + 1;
        *end = n;
        size_t name = n + 1;
        while (name < p->words.n && converse_lists(p->table->articles, p->words.at[name].fold))
            name++;
        *linked = n < p->words.n && converse_lists(p->table->links, p->words.at[n].fold) && name < p->words.n &&
                  has_span(&p->names, name);
        return true;
    }
    return false;
}

/* The noun that a name belongs to: "the ferry from Tolm to Vorn", "lighthouse of Vorn". */
static struct slice phrase_around(const struct parts *p, size_t span)
{
    const struct span *name = &p->names.at[span];
    size_t first = name->first, end = name->first + name->count;
    struct slice last = name->text;
    for (size_t i = span + 1; i < p->names.n && p->names.at[i].first == end + 1 &&
                              converse_lists(p->table->links, p->words.at[end].fold);
         i++) {
        end = p->names.at[i].first + p->names.at[i].count;
        last = p->names.at[i].text;
    }
    size_t link = first;
    while (link > 0 && converse_lists(p->table->articles, p->words.at[link - 1].fold))
        link--;
    size_t noun = link;
    if (link > 0 && converse_lists(p->table->links, p->words.at[link - 1].fold))
        for (noun = link - 1; noun > 0 && link - noun <= NOUN_WORDS && parts_telling(p, noun - 1);)
            noun--;
    bool has_noun = link > 0 && noun < link - 1;
    bool direct = has_noun && converse_lists(" of von de ", p->words.at[link - 1].fold);
    bool definite = has_noun && noun > 0 && converse_lists(p->table->articles, p->words.at[noun - 1].fold);
    if (direct || definite)
        first = noun;
    size_t start = p->words.at[first].start;
    return slice_sub(p->text, start, (size_t)(last.p - p->text.p) + last.n - start);
}

/* A question without names: its noun, else all that it says. */
static struct slice matter_of(const struct parts *p)
{
    size_t first, end;
    bool linked;
    if (parts_noun(p, &first, &end, &linked)) {
        /* "the tallest mountain in the world" */
        size_t more = end + 1;
        while (more < p->words.n && converse_lists(p->table->articles, p->words.at[more].fold))
            more++;
        if (end < p->words.n && converse_lists(p->table->links, p->words.at[end].fold) && more < p->words.n &&
            parts_telling(p, more))
            end = more + 1;
        return parts_words(p, first, end);
    }
    for (first = 0; first < p->words.n && !parts_telling(p, first);)
        first++;
    for (end = p->words.n; end > first && !parts_telling(p, end - 1);)
        end--;
    return parts_words(p, first, end);
}

/* Whether the question has each word of the name. */
static bool has_words(const struct parts *question, struct words name, size_t first, size_t count)
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

/* The number-th name of the answer that is not in the question. One that opens a sentence counts only when there is no
 * other: its capital may be the sentence's. */
static struct slice answer_name(struct arena *a, const struct said *s, const struct parts *question, size_t number,
                                bool opening)
{
    struct sentences sentences = sentences_split(a, s->answer, s->lang);
    struct slice seen[NAMES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < sentences.n && i < ANSWER_SENTENCES; i++) {
        struct words words = words_split(a, sentences.at[i], s->lang);
        struct names names = names_read(a, sentences.at[i], words);
        for (size_t k = 0; k < names.n; k++) {
            bool known = has_words(question, words, names.at[k].first, names.at[k].count);
            for (size_t j = 0; j < n && !known; j++)
                known = slice_eq(seen[j], names.at[k].text);
            if (known || (names.at[k].opens && !opening))
                continue;
            if (n == number || n == NAMES_MAX)
                return names.at[k].text;
            seen[n++] = names.at[k].text;
        }
    }
    return (struct slice){"", 0};
}

static struct slice answer_of(struct arena *a, const struct said *s, const struct parts *question)
{
    struct slice name = answer_name(a, s, question, 0, false);
    return name.n ? name : answer_name(a, s, question, 0, true);
}

static bool has_any(const struct parts *p, const char *list, size_t words)
{
    for (size_t i = 0; i < p->words.n && i < words; i++)
        if (converse_lists(list, p->words.at[i].fold))
            return true;
    return false;
}

/* Whether the question asked for what the pronoun stands for. */
static bool asked_for(const struct parts *p, enum subject kind)
{
    enum { NEAR_START = 4 };
    enum need_type type = need_type_of(p->words, p->lang);
    bool more = p->names.n == 0; /* than a name: "Who was Ida Kessel?" asks for nobody else */
    for (size_t i = 0; i < p->words.n && !more; i++)
        more = parts_telling(p, i) && !has_span(&p->names, i);
    if (!more && kind != SUBJECT_PLACE)
        return false;
    if (kind == SUBJECT_PERSON)
        return type == NEED_PERSON || has_any(p, p->table->who, NEAR_START);
    if (kind == SUBJECT_PLACE)
        return type == NEED_PLACE || has_any(p, p->table->where, NEAR_START);
    if (!has_any(p, p->table->which, NEAR_START) || has_any(p, p->table->where, NEAR_START))
        return false;
    return type == NEED_PLACE || has_any(p, p->table->classes, p->words.n) || p->names.n == 0;
}

/* The likeliest name of a person: where all nouns have capitals one of several words, else the last one, since "Welche
 * Höhe" stands at the start. */
static const struct span *person_in(const struct parts *p)
{
    for (size_t i = 0; i < p->names.n && p->table->nouns_capital; i++)
        if (p->names.at[i].count == 2)
            return &p->names.at[i];
    return &p->names.at[p->table->nouns_capital ? p->names.n - 1 : 0];
}

static struct slice subject_in(struct arena *a, const struct said *s, enum subject kind)
{
    struct parts p = parts_of(a, s->question, s->lang);
    if (asked_for(&p, kind)) {
        struct slice name = answer_of(a, s, &p);
        if (name.n)
            return name;
    }
    if (p.names.n == 0)
        return kind == SUBJECT_THING ? matter_of(&p) : (struct slice){"", 0};
    if (kind == SUBJECT_PLACE)
        return p.names.at[p.names.n - 1].text;
    if (kind == SUBJECT_PERSON)
        return person_in(&p)->text;
    return phrase_around(&p, p.table->nouns_capital ? p.names.n - 1 : 0);
}

struct slice subject_of(struct arena *a, const struct history *h, enum subject kind)
{
    for (size_t i = h->n; i-- > 0;) {
        struct slice found = subject_in(a, &h->at[i], kind);
        if (found.n)
            return found;
    }
    return kind == SUBJECT_THING ? (struct slice){"", 0} : subject_of(a, h, SUBJECT_THING);
}

static struct slice item_of(struct arena *a, const struct said *s, size_t number)
{
    struct sentences lines = sentences_split(a, s->answer, s->lang);
    struct slice item;
    size_t n = 0;
    for (size_t i = 0; i < lines.n; i++)
        if (list_item(lines.at[i], &item) && n++ == number)
            return item;
    for (size_t i = 0; i < lines.n && i < ANSWER_SENTENCES; i++) {
        struct lists lists = lists_read(a, lines.at[i], s->lang);
        if (lists.n && number < lists.at[0].n)
            return lists.at[0].items[number];
    }
    return (struct slice){"", 0};
}

struct slice subject_at(struct arena *a, const struct history *h, size_t number, bool of_two)
{
    const struct said *s = &h->at[h->n - 1];
    struct parts p = parts_of(a, s->question, s->lang);
    if (of_two && p.names.n >= 2)
        return p.names.at[p.names.n - 2 + number].text;
    struct slice item = item_of(a, s, number);
    if (!item.n)
        item = answer_name(a, s, &p, number, false);
    return item.n || number >= p.names.n ? item : p.names.at[number].text;
}

bool subject_agrees(struct arena *a, const struct history *h, const char *gender)
{
    const struct said *s = &h->at[h->n - 1];
    struct parts p = parts_of(a, s->question, s->lang);
    for (size_t i = 0; i + 1 < p.words.n; i++)
        if (converse_lists(p.table->articles, p.words.at[i].fold) && converse_lists(gender, p.words.at[i].fold) &&
            has_span(&p.names, i + 1))
            return true;
    return false;
}
