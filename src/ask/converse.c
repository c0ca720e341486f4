/* converse.c - resolves each user turn, oldest first, against the turns before it.
 *
 * Sentences of small talk at the start are dropped. Then the first of these rules that fits decides (converse_resolve):
 *
 *   a wish for more               "tell me more": asks for the subject again
 *   an ordinal                    "the second one": a name or list item of the last answer
 *   a pronoun                     gives way to what it refers to
 *   a bare question word          "why?": joined with the question before
 *   a fragment                    "what about Berlin?": replaces its counterpart in the question before
 *   a comparison with one term    "is Hamburg bigger?": gets the other term
 *   a question without a subject  "who is the mayor?": gets the subject
 *
 * Every other turn stays as it is. A wrong guess costs a search with foreign words. So in doubt the turn keeps its own
 * words and the earlier subject is added, not put in their place. */
#include "ask/converse_inner.h"

#include "ask/phrasing.h"
#include "base/utf8.h"
#include "text/language.h"
#include "text/marks.h"
#include "text/sentences.h"

/* In words. Turns of more than LEANING_WORDS are taken to be complete; the other two bound the shorter kinds. */
enum { LEANING_WORDS = 40, FRAGMENT_WORDS = 8, SHORT_WORDS = 6, ELLIPTIC_WORDS = 2 };

struct follow { /* the turn that is being resolved */
    struct arena *arena;
    const struct history *history;
    struct wording ask;
    size_t first, end;  /* its words without the lead ("and what about") and the tail ("then") */
    bool led, led_hard; /* its lead is "and"; is "what about" */
    bool ones;          /* behind that, "the one" stands for a noun of the question before */
    struct said *said;  /* what is found out about the turn goes here */
};

static struct slice stem_of_sentence(struct slice text)
{
    for (size_t n; (n = mark_ends(text, MARKS_AFTER_QUESTION));)
        text.n -= n;
    size_t open = mark_starts(text, MARK_OPEN_QUESTION);
    return slice_sub(text, open, text.n - open);
}

static bool is_question(struct slice text)
{
    return mark_ends(text, MARKS_QUESTION);
}

static struct slice converse_join(struct follow *f, struct slice left, struct slice right)
{
    const char *mark = is_question(f->ask.text) ? "?" : "";
    left = stem_of_sentence(left);
    right = stem_of_sentence(right);
    return arena_printf(f->arena, "%.*s%s%.*s%s", SLICE_ARGS(left), left.n && right.n ? " " : "", SLICE_ARGS(right),
                        mark);
}

/* The text with `old`, a slice of it, replaced. */
static struct slice converse_put(struct arena *a, struct slice text, struct slice old, struct slice by)
{
    size_t start = (size_t)(old.p - text.p), rest = start + old.n;
    return arena_printf(a, "%.*s%.*s%.*s", (int)start, text.p, SLICE_ARGS(by), (int)(text.n - rest), text.p + rest);
}

static size_t phrase_at(const struct wording *p, size_t at, size_t end, enum lang_list phrases)
{
    return lead_phrase(p->words, at, end, p->table, phrases);
}

static bool has_phrase(const struct follow *f, enum lang_list phrases)
{
    for (size_t i = f->first; i < f->end; i++)
        if (phrase_at(&f->ask, i, f->end, phrases))
            return true;
    return false;
}

/* The first word of a list; empty: it has none. */
static struct slice first_of(const struct lang *lang, enum lang_list list)
{
    const struct lang_entries words = lang_entries(lang, list);
    return words.n ? words.at[0].word : SLICE("");
}

static struct slice fold_at(const struct follow *f, size_t i)
{
    return f->ask.words.at[i].fold;
}

static bool is_name_at(const struct wording *p, size_t i)
{
    for (size_t k = 0; k < p->names.n; k++)
        if (i >= p->names.at[k].first && i < p->names.at[k].first + p->names.at[k].count)
            return true;
    return false;
}

/* Whether the turn has a name or a number before word `end`. Where all nouns have capitals, only several capitalised
 * words in a row count as a name. */
static bool names_something(const struct follow *f, size_t end)
{
    for (size_t i = 0; i < f->ask.names.n; i++)
        if (f->ask.names.at[i].first < end && (!f->ask.table->nouns_capital || f->ask.names.at[i].count > 1))
            return true;
    for (size_t i = f->first; i < end; i++)
        if (f->ask.words.at[i].flags & WORD_NUMBER)
            return true;
    return false;
}

static size_t converse_telling(const struct follow *f)
{
    size_t n = 0;
    for (size_t i = f->first; i < f->end; i++)
        n += wording_telling(&f->ask, i);
    return n;
}

static void converse_trim(struct follow *f)
{
    const struct lang *t = f->ask.table;
    f->first = 0;
    f->end = f->ask.words.n;
    for (bool more = true; more && f->first < f->end;) {
        size_t n = phrase_at(&f->ask, f->first, f->end, LANG_LEADS);
        more = n && f->first + n < f->end;
        if (more) {
            f->first += n;
            f->led_hard = true;
        } else if (f->first + 1 < f->end && lang_has(t, LANG_JOINS, fold_at(f, f->first))) {
            f->first++;
            f->led = more = true;
        }
    }
    size_t one = f->first;
    while (one < f->end && lang_has(t, LANG_ARTICLES, fold_at(f, one)))
        one++;
    f->ones = f->led_hard && one + 2 < f->end && lang_has(t, LANG_ONES, fold_at(f, one)) &&
              lang_has(t, LANG_LINKS, fold_at(f, one + 1));
    f->first = f->ones ? one + 1 : f->first;
    while (f->end > f->first + 1 && lang_has(t, LANG_TAILS, fold_at(f, f->end - 1)))
        f->end--;
}

static struct slice converse_rest(const struct follow *f)
{
    return wording_words(&f->ask, f->first, f->end);
}

/* The question before, without its question words and words of request. */
static struct slice matter_before(const struct follow *f)
{
    const struct said *s = &f->history->at[f->history->n - 1];
    struct wording p = wording_of(f->arena, s->question, s->lang);
    size_t first = 0;
    for (bool which = false; first < p.words.n && !is_name_at(&p, first); first++) {
        struct slice word = p.words.at[first].fold;
        bool of_question = which && lang_has(p.table, LANG_CLASSES, word); /* "in which year" */
        if ((wording_telling(&p, first) && !of_question) || lang_has(p.table, LANG_ARTICLES, word))
            break;
        which = lang_has(p.table, LANG_WHICH, word);
    }
    return first < p.words.n ? wording_words(&p, first, p.words.n) : s->question;
}

static bool wants_more(const struct follow *f)
{
    bool wanted = false;
    for (size_t i = 0; i < f->ask.words.n; i++) {
        bool more = lang_has(f->ask.table, LANG_MORE, fold_at(f, i));
        wanted |= more && !(f->ask.words.at[i].flags & WORD_STOP);
        if (!more && !lang_has(f->ask.table, LANG_JOINS, fold_at(f, i)))
            return false;
    }
    return wanted || (f->ask.words.n > 0 && lang_has(f->ask.table, LANG_MORE_LAST, fold_at(f, f->ask.words.n - 1)));
}

/* "Why?", "By whom?", "In which year exactly?" */
static bool is_bare(const struct follow *f)
{
    bool asks = false;
    for (size_t i = f->first; i < f->end; i++) {
        asks |= lang_has(f->ask.table, LANG_BARE, fold_at(f, i));
        bool of_question = asks && (lang_has(f->ask.table, LANG_CLASSES, fold_at(f, i)) ||
                                    lang_has(f->ask.table, LANG_TAILS, fold_at(f, i)));
        if (!of_question && (wording_telling(&f->ask, i) || is_name_at(&f->ask, i)))
            return false;
    }
    return asks;
}

/* Whether word i of the turn refers to something said before, and to what kind of thing. */
static bool leans_at(const struct follow *f, size_t i, enum subject *kind)
{
    const struct lang *t = f->ask.table;
    const struct word *w = &f->ask.words.at[i];
    bool last = i + 1 == f->end;
    if (t->nouns_capital && i > 0 && (w->flags & WORD_CAPITAL))
        return false; /* "Sie": the person who is asked */
    if (lang_has(t, LANG_PERSONS, w->fold))
        return *kind = SUBJECT_PERSON, true;
    if (lang_has(t, LANG_THINGS, w->fold))
        return *kind = SUBJECT_THING, true;
    if (lang_has(t, LANG_THERE, w->fold)) {
        size_t before = i > f->first ? i - 1 : i;
        bool exists = phrase_at(&f->ask, i, f->end, LANG_IDLE) || phrase_at(&f->ask, before, f->end, LANG_IDLE);
        *kind = SUBJECT_PLACE;
        return !exists || (last && !names_something(f, f->end));
    }
    /* "that city", "is that so"; not "the river that flows" */
    bool noun = i + 1 < f->end;
    *kind = noun && lang_has(t, LANG_PERSON_NOUNS, fold_at(f, i + 1)) ? SUBJECT_PERSON : SUBJECT_THING;
    return lang_has(t, LANG_DEMONSTRATIVES, w->fold) && (i == f->first || !wording_telling(&f->ask, i - 1)) &&
           !(last && i > f->first && is_name_at(&f->ask, i - 1));
}

/* In languages whose nouns have genders, "er" may mean a tower. It does when the question before has a noun of that
 * gender and this turn says nothing that is only said of persons. */
static bool is_thing(const struct follow *f, size_t i)
{
    const struct lang *t = f->ask.table;
    for (size_t k = f->first; k < f->end; k++)
        if (lang_has(t, LANG_LIVES, fold_at(f, k)))
            return false;
    if (lang_has(t, LANG_MASCULINE, fold_at(f, i)))
        return subject_agrees(f->arena, f->history, LANG_MASCULINE);
    return lang_has(t, LANG_FEMININE, fold_at(f, i)) && subject_agrees(f->arena, f->history, LANG_FEMININE);
}

/* Whether the pronoun refers to a name before it in the same turn: "Did Einstein regret his letter?" */
static bool leans_within(const struct follow *f, size_t i)
{
    size_t before = 0;
    bool joined = false;
    if (names_something(f, i))
        return true;
    for (size_t k = f->first; k < i; k++) {
        before += wording_telling(&f->ask, k);
        joined |= before >= 2 && lang_has(f->ask.table, LANG_JOINS, fold_at(f, k));
    }
    return joined;
}

static struct slice put_subject(struct follow *f, struct slice text, size_t i, enum subject kind, struct slice subject)
{
    const struct lang *t = f->ask.table;
    size_t end = i + 1;
    struct slice by = subject;
    if (lang_has(t, LANG_DEMONSTRATIVES, fold_at(f, i)) && end < f->end) {
        /* "that city" says no more than its name; "this bridge" does, unless the name has it. */
        struct slice noun = wording_words(&f->ask, end, end + 1);
        if (lang_has(t, LANG_CLASSES, fold_at(f, end)) || slice_find(subject, noun) < subject.n)
            end++;
    } else if (kind == SUBJECT_PLACE && !lang_has(t, LANG_LINKS, i > f->first ? fold_at(f, i - 1) : SLICE(""))) {
        by = arena_printf(f->arena, "%.*s %.*s", SLICE_ARGS(first_of(t, LANG_IN)), SLICE_ARGS(subject));
    } else if (lang_has(t, LANG_OWNERS, fold_at(f, i)) && first_of(t, LANG_POSSESSIVE).n && i + 1 < f->end &&
               (kind == SUBJECT_THING || !lang_has(t, LANG_OBJECT_OWNERS, fold_at(f, i)) ||
                wording_telling(&f->ask, i + 1))) {
        by = arena_printf(f->arena, "%.*s%.*s", SLICE_ARGS(subject), SLICE_ARGS(first_of(t, LANG_POSSESSIVE)));
    }
    return converse_put(f->arena, text, wording_words(&f->ask, i, end), by);
}

/* Whether an ordinal has no noun of its own. "At which university did the former teach" has a verb there. */
static bool ordinal_alone(const struct follow *f, size_t i)
{
    const struct lang *t = f->ask.table;
    if (i + 1 == f->end || lang_has(t, LANG_ONES, fold_at(f, i + 1)) || !wording_telling(&f->ask, i + 1))
        return true;
    size_t before = i;
    while (before > f->first && lang_has(t, LANG_ARTICLES, fold_at(f, before - 1)))
        before--;
    return before < i && before > f->first && lang_has(t, LANG_DO, fold_at(f, before - 1));
}

/* Finds "the second one" or "the latter": the words *first to *end - 1 of the turn. */
static bool converse_ordinal(const struct follow *f, size_t *first, size_t *end, size_t *number, bool *of_two)
{
    const struct lang *t = f->ask.table;
    const struct lang_entries ordinals = lang_entries(t, LANG_ORDINALS);
    for (size_t i = f->first; i < f->end; i++) {
        const struct lang_entry *found = lang_entry(t, LANG_ORDINALS, fold_at(f, i));
        bool last =
            lang_has(t, LANG_LAST, fold_at(f, i)) && i > f->first && lang_has(t, LANG_ARTICLES, fold_at(f, i - 1));
        if ((!found && !last) || !ordinal_alone(f, i))
            continue;
        size_t place = found ? (size_t)(found - ordinals.at) : 0, count = ordinals.n;
        *of_two = found && place >= count - 2;
        *number = last ? SUBJECT_LAST : *of_two ? place - (count - 2) : place;
        *first = i > f->first && lang_has(f->ask.table, LANG_ARTICLES, fold_at(f, i - 1)) ? i - 1 : i;
        *end = i + 1 < f->end && lang_has(t, LANG_ONES, fold_at(f, i + 1)) ? i + 2 : i + 1;
        if (lead_phrase(f->ask.words, *end, f->end, t, LANG_BOTH)) /* "the second of them" */
            *end += lead_phrase(f->ask.words, *end, f->end, t, LANG_BOTH);
        return true;
    }
    return false;
}

/* "And of the third?" after "What is the capital of the second one?": the item takes the place of the one before. */
static bool replace_item(struct follow *f, size_t first, struct slice item, struct slice *out)
{
    const struct said *before = &f->history->at[f->history->n - 1];
    size_t at = slice_find(before->question, before->item);
    for (size_t i = f->first; i < first; i++)
        if (wording_telling(&f->ask, i))
            return false;
    if (!before->item.n || at == before->question.n)
        return false;
    *out = converse_put(f->arena, before->question, slice_sub(before->question, at, before->item.n), item);
    return true;
}

static bool resolve_ordinal(struct follow *f, struct slice *out)
{
    size_t first, end, number;
    bool of_two;
    if (!converse_ordinal(f, &first, &end, &number, &of_two))
        return false;
    struct slice item = subject_at(f->arena, f->history, number, of_two, &f->said->list);
    if (!item.n)
        return false;
    f->said->item = item;
    if (end == f->end && replace_item(f, first, item, out))
        return true;
    struct slice text = converse_rest(f);
    *out = converse_join(f, converse_put(f->arena, text, wording_words(&f->ask, first, end), item), SLICE(""));
    return true;
}

/* "Which of them is longer?" after a question that was asked about two things: both are asked again. */
static bool resolve_both(struct follow *f, struct slice *out)
{
    const struct history *h = f->history;
    bool compares = false;
    for (size_t i = f->first; i < f->end; i++)
        compares |= lang_has(f->ask.table, LANG_COMPARATIVES, fold_at(f, i));
    if (h->n < 2 || !h->at[h->n - 1].paired || names_something(f, f->end) ||
        !(has_phrase(f, LANG_BOTH) || (compares && f->end - f->first <= FRAGMENT_WORDS)))
        return false;
    *out = arena_printf(f->arena, "%.*s? %.*s?", SLICE_ARGS(stem_of_sentence(h->at[h->n - 2].question)),
                        SLICE_ARGS(stem_of_sentence(h->at[h->n - 1].question)));
    return true;
}

static bool resolve_pronouns(struct follow *f, struct slice *out)
{
    bool done[SUBJECT_PLACE + 1] = {false};
    bool any = false;
    struct slice text = f->ask.text;
    if (has_phrase(f, LANG_IDLE) && names_something(f, f->end))
        return false;
    /* From the end, so that the offsets of earlier words stay right. */
    for (size_t i = f->end; i-- > f->first;) {
        enum subject kind;
        if (!leans_at(f, i, &kind) || done[kind] || leans_within(f, i))
            continue;
        enum subject meant = kind == SUBJECT_PERSON && is_thing(f, i) ? SUBJECT_THING : kind;
        struct slice subject = subject_of(f->arena, f->history, meant);
        if (!subject.n)
            continue;
        struct slice changed = put_subject(f, text, i, kind, subject);
        /* the next word is looked for in the new text */
        f->ask.text = text = changed;
        f->said->subject = subject;
        f->said->kind = meant;
        done[kind] = any = true;
    }
    if (!any)
        return false;
    size_t start = f->ask.words.at[f->first].start;
    *out = converse_join(f, slice_sub(text, start, text.n - start), SLICE(""));
    return true;
}

/* Which name of the question before gives way: one that shares a word with the fragment, else one after the same
 * preposition, else the question's subject. */
static const struct span *converse_like(const struct wording *before, const struct follow *f, size_t first, size_t end)
{
    const struct spans *names = &before->names;
    for (size_t k = 0; k < names->n; k++)
        for (size_t w = names->at[k].first; w < names->at[k].first + names->at[k].count; w++)
            for (size_t i = first; i < end; i++)
                if (slice_eq(before->words.at[w].stem, f->ask.words.at[i].stem) && wording_telling(&f->ask, i))
                    return &names->at[k];
    if (first > f->first)
        for (size_t k = 0; k < names->n; k++)
            if (names->at[k].first > 0 &&
                slice_eq(before->words.at[names->at[k].first - 1].fold, fold_at(f, first - 1)))
                return &names->at[k];
    return &names->at[before->table->nouns_capital ? names->n - 1 : 0];
}

static bool replace_number(struct follow *f, const struct wording *before, size_t at, struct slice *out)
{
    for (size_t i = 0; i < before->words.n; i++)
        if (before->words.at[i].flags & WORD_NUMBER) {
            *out = converse_put(f->arena, before->text, wording_words(before, i, i + 1),
                                wording_words(&f->ask, at, at + 1));
            return true;
        }
    *out = converse_join(f, before->text, converse_rest(f));
    return true;
}

/* Where all nouns have capitals, a noun before "of" is no part of the name and stays: "Hauptstadt von Frankreich"
 * becomes "Hauptstadt von Spanien". */
static struct slice last_words(const struct wording *before, const struct span *name)
{
    size_t first = name->first + name->count - 1;
    while (before->table->nouns_capital && first > name->first &&
           !lang_has(before->table, LANG_LINKS, before->words.at[first - 1].fold))
        first--;
    if (!before->table->nouns_capital || first == name->first)
        return name->text;
    size_t start = before->words.at[first].start;
    return slice_sub(before->text, start, (size_t)(name->text.p - before->text.p) + name->text.n - start);
}

/* "Length?" has its capital from the sentence. */
static bool fragment_is_attribute(const struct follow *f, size_t i)
{
    static const enum lang_list attributes[] = {LANG_FIELD_KINDS, LANG_ASKS_DIMENSION, LANG_NUMBER_NOUNS,
                                                LANG_DATE_NOUNS, LANG_CLASSES};
    for (size_t k = 0; k < COUNT_OF(attributes); k++)
        if (lang_has(f->ask.table, attributes[k], fold_at(f, i)))
            return true;
    return false;
}

/* Whether the fragment names a thing that is asked about next. Names may be written small where a page has the name. */
static bool fragment_is_name(const struct follow *f, size_t first, size_t end)
{
    if (end == first + 1 && !f->ask.table->nouns_capital && fragment_is_attribute(f, first))
        return false;
    if (is_name_at(&f->ask, first) || (f->ask.words.at[first].flags & WORD_CAPITAL))
        return true;
    bool article = first > f->first && lang_has(f->ask.table, LANG_ARTICLES, fold_at(f, first - 1));
    return !article && !fragment_is_attribute(f, first) &&
           subject_has_page(f->history, wording_words(&f->ask, first, end));
}

/* "What about the one in Vienna?" after a question about Heidelberg University: "University in Vienna". */
static struct slice fragment_of_ones(struct follow *f, const struct wording *before)
{
    const struct span *name = &before->names.at[0];
    size_t noun = name->first + name->count - 1;
    for (size_t i = name->first; i < name->first + name->count; i++)
        if (lang_has(before->table, LANG_LINKS, before->words.at[i].fold))
            noun = name->first;
    struct slice head = wording_words(before, noun, noun + 1), rest = converse_rest(f);
    struct slice new = arena_printf(f->arena, "%.*s %.*s", SLICE_ARGS(head), SLICE_ARGS(rest));
    return converse_put(f->arena, before->text, name->text, new);
}

static bool resolve_fragment(struct follow *f, struct slice *out)
{
    const struct said *s = &f->history->at[f->history->n - 1];
    struct wording before = wording_of(f->arena, s->question, s->lang);
    size_t first = f->first, end = f->end, number = f->end;
    if (f->ones && before.names.n) {
        *out = fragment_of_ones(f, &before);
        return true;
    }
    while (first < end && (f->ask.words.at[first].flags & WORD_STOP) && !is_name_at(&f->ask, first))
        first++;
    if (first == end)
        return false;
    for (size_t i = first; i < end; i++)
        if ((f->ask.words.at[i].flags & WORD_NUMBER) && !is_name_at(&f->ask, i) && number == f->end)
            number = i;
    bool name = fragment_is_name(f, first, end);
    struct slice core = wording_words(&f->ask, first, end);
    if (number < end && !name)
        return replace_number(f, &before, number, out);
    f->said->paired = name;
    if (name && s->subject.n && !before.table->nouns_capital) {
        size_t at = slice_find(s->question, s->subject);
        if (at < s->question.n) {
            *out = converse_put(f->arena, s->question, slice_sub(s->question, at, s->subject.n), core);
            f->said->subject = core;
            f->said->kind = s->kind;
            return true;
        }
    }
    if (name && before.names.n) {
        struct slice old = last_words(&before, converse_like(&before, f, first, end));
        struct slice title = subject_title(f->arena, f->history); /* "War and Peace" are two names to the rules */
        bool inside = title.n > old.n && old.p >= title.p && old.p + old.n <= title.p + title.n;
        *out = converse_put(f->arena, before.text, inside ? title : old, core);
        return true;
    }
    size_t noun, noun_end;
    bool linked;
    bool own_name = false;
    for (size_t i = first; i < end; i++)
        own_name |= is_name_at(&f->ask, i);
    if (!name && own_name) { /* "the area of Hamburg" needs nothing of the question before */
        if (wording_noun(&before, &noun, &noun_end, &linked) && linked && !before.table->nouns_capital) {
            size_t last = noun_end + 1;
            while (last < before.words.n && (!is_name_at(&before, last) || is_name_at(&before, last + 1)))
                last++;
            *out =
                converse_put(f->arena, before.text, wording_words(&before, noun, last + (last < before.words.n)), core);
        } else {
            *out = converse_join(f, core, SLICE(""));
        }
        return true;
    }
    bool plain = true; /* "the area"; "per head" is not plain, it adds to its noun */
    for (size_t i = f->first; i < first; i++)
        plain &= lang_has(f->ask.table, LANG_ARTICLES, fold_at(f, i));
    if (!name && plain && wording_noun(&before, &noun, &noun_end, &linked) && linked) {
        *out = converse_put(f->arena, before.text, wording_words(&before, noun, noun_end), core);
        return true;
    }
    struct slice subject = name ? matter_before(f) : subject_of(f->arena, f->history, SUBJECT_THING);
    *out = converse_join(f, name ? core : converse_rest(f), subject);
    return true;
}

/* Whether the turn is no question of its own: "Berlin?", "in 1990?", "the area?". */
static bool is_fragment(const struct follow *f)
{
    size_t n = f->end - f->first;
    const struct lang *t = f->ask.table;
    if (n == 0 || n > FRAGMENT_WORDS)
        return false;
    if (f->led_hard)
        return true;
    bool link = lang_has(t, LANG_LINKS, fold_at(f, f->first)) || lang_has(t, LANG_ARTICLES, fold_at(f, f->first));
    if (lang_has(t, LANG_ASKING, fold_at(f, f->first)) && !(link && f->led))
        return false;
    for (size_t i = f->first; i < f->end; i++)
        if (lang_has(t, LANG_ASKING, fold_at(f, i)) && !lang_has(t, LANG_LINKS, fold_at(f, i)))
            return false; /* "In welchem Jahr war …", "after whom is …" */
    return f->led || (is_question(f->ask.text) && (link || converse_telling(f) <= ELLIPTIC_WORDS));
}

static bool resolve_comparison(struct follow *f, struct slice *out)
{
    bool compares = false;
    for (size_t i = f->first; i < f->end; i++) {
        compares |= lang_has(f->ask.table, LANG_COMPARATIVES, fold_at(f, i));
        if (lang_has(f->ask.table, LANG_THAN, fold_at(f, i)) || lang_has(f->ask.table, LANG_AND_OR, fold_at(f, i)))
            return false;
    }
    if (!compares || f->end - f->first > FRAGMENT_WORDS)
        return false;
    struct slice other = subject_of(f->arena, f->history, SUBJECT_THING);
    if (!other.n || slice_find(f->ask.text, other) < f->ask.text.n)
        return false;
    struct slice than = f->ask.names.n ? first_of(f->ask.table, LANG_THAN) : SLICE("");
    *out = converse_join(f,
                         arena_printf(f->arena, "%.*s%s%.*s", SLICE_ARGS(stem_of_sentence(converse_rest(f))),
                                      than.n ? " " : "", SLICE_ARGS(than)),
                         other);
    return true;
}

/* "How tall?", "and how long?", "linking what?", "how many have been sold": at most one telling word, and no verb
 * between question word and noun, as "what is love" has. */
static bool is_short_question(const struct follow *f)
{
    const struct lang *t = f->ask.table;
    size_t n = f->end - f->first, question = f->end;
    if (n == 0 || n > SHORT_WORDS || converse_telling(f) > 1)
        return false;
    for (size_t i = f->first; i < f->end && question == f->end; i++)
        if (lang_has(t, LANG_QUESTION_WORDS, fold_at(f, i)))
            question = i;
    if (question == f->end)
        return false;
    bool is =
        question + 2 < f->end && lang_has(t, LANG_BE, fold_at(f, question + 1)) && wording_telling(&f->ask, f->end - 1);
    return !is || lang_has(t, LANG_LINKS, fold_at(f, f->end - 1));
}

static void converse_other(struct converse_others *others, struct slice text, bool doubtful)
{
    if (others->n == CONVERSE_OTHERS)
        return;
    others->at[others->n].text = text;
    others->at[others->n++].doubtful = doubtful;
}

/* "Who is the mayor?" lacks what the mayor is mayor of; the subject is added. */
static bool resolve_elliptic(struct follow *f, struct slice *out, struct converse_others *others)
{
    size_t first, end, n = converse_telling(f);
    bool linked, noun = wording_noun(&f->ask, &first, &end, &linked);
    bool whole = noun && !linked &&
                 (end == f->end || (end + 1 == f->end && lang_has(f->ask.table, LANG_FIELD_KINDS, fold_at(f, end))));
    if (n > (whole ? ELLIPTIC_WORDS + 1 : ELLIPTIC_WORDS) || names_something(f, f->end) || f->ask.names.n ||
        has_phrase(f, LANG_DEFINES))
        return false;
    if (!whole && !f->ask.table->prodrop && !is_short_question(f))
        return false;
    for (size_t i = noun ? end : f->end; i < f->end; i++)
        if (lang_has(f->ask.table, LANG_LINKS, fold_at(f, i)))
            return false;
    const struct said *before = &f->history->at[f->history->n - 1];
    enum subject kind = before->subject.n && before->kind == SUBJECT_PERSON ? SUBJECT_PERSON : SUBJECT_THING;
    struct slice subject = subject_of(f->arena, f->history, kind);
    if (!subject.n)
        return false;
    f->said->subject = subject;
    f->said->kind = kind;
    *out = converse_join(f, converse_rest(f), subject);
    /* "Who built the bridge?" may go on about either. */
    struct slice person = kind == SUBJECT_THING && subject_asked_who(f->arena, f->history)
                              ? subject_of(f->arena, f->history, SUBJECT_PERSON)
                              : SLICE("");
    if (person.n && !slice_eq(person, subject))
        converse_other(others, converse_join(f, converse_rest(f), person), false);
    return true;
}

static void converse_resolve(struct arena *a, const struct history *h, struct slice text, const struct lang *lang,
                             struct said *said, struct converse_others *others)
{
    struct follow f = {.arena = a, .history = h, .ask = wording_of(a, text, lang), .said = said};
    struct slice *out = &said->question;
    others->n = 0;
    if (lang->cjk) {
        *out = zh_resolve(a, h, text);
        return;
    }
    if (f.ask.words.n == 0 || f.ask.words.n > LEANING_WORDS)
        return;
    converse_trim(&f);
    if (wants_more(&f)) {
        struct slice subject = subject_of(a, h, SUBJECT_THING);
        *out = subject.n ? subject : text;
        return;
    }
    if (resolve_both(&f, out) || resolve_ordinal(&f, out) || resolve_pronouns(&f, out))
        return;
    struct slice bare = f.first ? converse_join(&f, converse_rest(&f), SLICE("")) : text;
    if (is_bare(&f)) {
        *out = converse_join(&f, converse_rest(&f), matter_before(&f));
        return;
    }
    bool changed = (is_fragment(&f) && resolve_fragment(&f, out)) || resolve_comparison(&f, out) ||
                   resolve_elliptic(&f, out, others);
    if (changed)
        converse_other(others, bare, true);
    else
        *out = bare;
    /* "By how much did mortality fall?" says nothing of whom the talk is about, and no rule can know that it should. */
    struct slice title = names_something(&f, f.end) ? SLICE("") : subject_not_in(a, h, *out);
    if (title.n)
        converse_other(others, converse_join(&f, bare, title), true);
}

static struct slice converse_bounded(struct slice text)
{
    return slice_trim(utf8_cut(text, CONVERSE_TURN_BYTES));
}

/* Where to begin, so that the newest CONVERSE_TURNS user turns are read. */
static size_t first_turn(const struct question *q, size_t last)
{
    size_t users = 0, first = last;
    for (size_t i = last; i-- > 0 && users < CONVERSE_TURNS;)
        if (q->turns[i].role == ROLE_USER) {
            users++;
            first = i;
        }
    return first;
}

/* Turns up to the last one of the user; 0: there is none. */
static size_t turns_to_last(const struct question *q)
{
    size_t last = q->turn_count;
    while (last > 0 && q->turns[last - 1].role != ROLE_USER)
        last--;
    return last;
}

static struct said converse_say(struct arena *a, struct history *h, struct slice ask, const struct lang *lang,
                                struct converse_others *others)
{
    if (h->pages)
        ask = h->pages->mend(h->pages->ud, ask, lang);
    struct slice style, text = lead_off(a, phrasing_without_style(a, ask, lang, &style), lang, &h->back);
    struct said said = {.question = text, .lang = lang};
    if (!text.n)
        return said;
    if (h->n)
        converse_resolve(a, h, text, lang, &said, others);
    return said;
}

struct slice converse_question(struct arena *a, const struct question *q, const struct converse_pages *pages,
                               const struct lang **lang, struct converse_others *others)
{
    size_t last = turns_to_last(q);
    struct converse_others ignored;
    *lang = lang_find(SLICE("en"));
    others->n = 0;
    if (last == 0)
        return SLICE("");
    last--;
    struct history h = {.n = 0, .pages = pages};
    bool asked = false; /* the turn before an answer asked something */
    for (size_t i = first_turn(q, last); i < last; i++) {
        struct slice text = converse_bounded(q->turns[i].text);
        if (q->turns[i].role == ROLE_ASSISTANT && h.n && asked)
            h.at[h.n - 1].answer = text;
        if (q->turns[i].role != ROLE_USER)
            continue;
        *lang = language_guess(text, *lang);
        const struct lang *of_talk = *lang;
        asked = h.n < CONVERSE_TURNS && !lead_is_small_talk(a, text, &of_talk);
        if (!asked)
            continue;
        struct said said = converse_say(a, &h, text, *lang, &ignored);
        asked = said.question.n > 0;
        if (asked)
            h.at[h.n++] = said;
    }
    struct slice ask = slice_trim(q->turns[last].text);
    *lang = language_guess(ask, *lang);
    if (ask.n > CONVERSE_TURN_BYTES)
        return ask;
    struct slice text = converse_say(a, &h, ask, *lang, others).question;
    return text.n ? text : ask;
}
