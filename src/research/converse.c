/* converse.c - the chain of turns: each user turn, oldest first, is resolved against those before it.
 *
 * A turn is, in this order: small talk (says nothing), a wish for more, a bare question word ("why?"), something with a
 * pronoun, a fragment whose words take the place of their like in the question before ("what about Berlin?"), a comparison
 * without its second term, a question that names nothing of its own ("who is the mayor?"), or a question that stands
 * alone. What is wrong here costs a search with words that do not belong; so in doubt the turn's own words are kept and
 * the earlier matter is put beside them, rather than in their place. */
#include "research/converse_parts.h"

#include "base/utf8.h"
#include "text/sentences.h"

/* Longer turns explain themselves; fragments and questions that name nothing are shorter still. */
enum { LEANING_WORDS = 40, FRAGMENT_WORDS = 8, ELLIPTIC_WORDS = 2 };

struct follow { /* the turn that is being resolved */
    struct arena *arena;
    const struct history *history;
    struct parts ask;
    size_t first, end; /* its words, without what leads in and out */
    bool led, led_hard; /* by "and"; by "what about" */
};

static struct slice stem_of_sentence(struct slice text)
{
    static const char *const marks[] = {"?", "!", ".", "¿", "¡", "？", "。", "！", "…", ",", " "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks;) {
        struct slice mark = slice_of(marks[i]);
        if (text.n && slice_ends(text, mark))
            text.n -= mark.n, i = 0;
        else
            i++;
    }
    return slice_starts(text, SLICE("¿")) ? slice_sub(text, strlen("¿"), text.n - strlen("¿")) : text;
}

static bool is_question(struct slice text)
{
    return slice_ends(text, SLICE("?")) || slice_ends(text, SLICE("？"));
}

static struct slice with(struct follow *f, struct slice left, struct slice right)
{
    const char *mark = is_question(f->ask.text) ? "?" : "";
    left = stem_of_sentence(left);
    right = stem_of_sentence(right);
    return arena_printf(f->arena, "%.*s%s%.*s%s", SLICE_ARGS(left), left.n && right.n ? " " : "", SLICE_ARGS(right), mark);
}

/* The text with bytes of a part of it replaced. */
static struct slice put(struct arena *a, struct slice text, struct slice part, struct slice by)
{
    size_t start = (size_t)(part.p - text.p), rest = start + part.n;
    return arena_printf(a, "%.*s%.*s%.*s", (int)start, text.p, SLICE_ARGS(by), (int)(text.n - rest), text.p + rest);
}

/* Words from `at` on that are one of the phrases; 0: none. The longest counts. */
static size_t phrase_at(const struct parts *p, size_t at, size_t end, const char *phrases)
{
    size_t longest = 0;
    for (const char *c = phrases + 1; *c; c += strcspn(c, "|") + 1) {
        struct slice phrase = {c, strcspn(c, "|")};
        size_t n = 0;
        while (phrase.n && at + n < end) {
            size_t word = slice_find(phrase, SLICE(" "));
            if (!slice_eq(p->words.at[at + n].fold, slice_sub(phrase, 0, word)))
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

static bool has_phrase(const struct follow *f, const char *phrases)
{
    for (size_t i = f->first; i < f->end; i++)
        if (phrase_at(&f->ask, i, f->end, phrases))
            return true;
    return false;
}

static struct slice fold_at(const struct follow *f, size_t i)
{
    return f->ask.words.at[i].fold;
}

static bool is_name_at(const struct parts *p, size_t i)
{
    for (size_t k = 0; k < p->names.n; k++)
        if (i >= p->names.at[k].first && i < p->names.at[k].first + p->names.at[k].count)
            return true;
    return false;
}

/* A name or a number of the turn's own, before the word `end`. Where nouns have capitals only several of them in a row
 * are a name for sure. */
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

static size_t telling(const struct follow *f)
{
    size_t n = 0;
    for (size_t i = f->first; i < f->end; i++)
        n += parts_telling(&f->ask, i);
    return n;
}

static void trim(struct follow *f)
{
    const struct converse_words *t = f->ask.table;
    f->first = 0;
    f->end = f->ask.words.n;
    for (bool more = true; more && f->first < f->end;) {
        size_t n = phrase_at(&f->ask, f->first, f->end, t->leads);
        more = n && f->first + n < f->end;
        if (more) {
            f->first += n;
            f->led_hard = true;
        } else if (f->first + 1 < f->end && converse_lists(t->joins, fold_at(f, f->first))) {
            f->first++;
            f->led = more = true;
        }
    }
    while (f->end > f->first + 1 && converse_lists(t->tails, fold_at(f, f->end - 1)))
        f->end--;
}

static struct slice rest(const struct follow *f)
{
    return parts_words(&f->ask, f->first, f->end);
}

/* The question before without its question words and request. */
static struct slice matter_before(const struct follow *f)
{
    const struct said *s = &f->history->at[f->history->n - 1];
    struct parts p = parts_of(f->arena, s->question, s->lang);
    size_t first = 0;
    for (bool which = false; first < p.words.n && !is_name_at(&p, first); first++) {
        struct slice word = p.words.at[first].fold;
        bool of_question = which && converse_lists(p.table->classes, word); /* "in which year" */
        if ((parts_telling(&p, first) && !of_question) || converse_lists(p.table->articles, word))
            break;
        which = converse_lists(p.table->which, word);
    }
    return first < p.words.n ? parts_words(&p, first, p.words.n) : s->question;
}

static bool wants_more(const struct follow *f)
{
    bool wanted = false;
    for (size_t i = 0; i < f->ask.words.n; i++) {
        bool more = converse_lists(f->ask.table->more, fold_at(f, i));
        wanted |= more && !(f->ask.words.at[i].flags & WORD_STOP);
        if (!more && !converse_lists(f->ask.table->joins, fold_at(f, i)))
            return false;
    }
    return wanted || (f->ask.words.n > 0 && converse_lists(" more más mehr ещё больше ", fold_at(f, f->ask.words.n - 1)));
}

static bool is_bare(const struct follow *f)
{
    bool asks = false;
    for (size_t i = f->first; i < f->end; i++) {
        asks |= converse_lists(f->ask.table->bare, fold_at(f, i));
        if (parts_telling(&f->ask, i) || is_name_at(&f->ask, i))
            return false;
    }
    return asks && f->end - f->first <= 3;
}

/* Whether word i of the turn leans on something said, and on what. */
static bool leans_at(const struct follow *f, size_t i, enum subject *kind)
{
    const struct converse_words *t = f->ask.table;
    const struct word *w = &f->ask.words.at[i];
    bool last = i + 1 == f->end;
    if (t->nouns_capital && i > 0 && (w->flags & WORD_CAPITAL))
        return false; /* "Sie": whoever is asked */
    if (converse_lists(t->persons, w->fold))
        return *kind = SUBJECT_PERSON, true;
    if (converse_lists(t->things, w->fold))
        return *kind = SUBJECT_THING, true;
    if (converse_lists(t->places, w->fold)) {
        size_t before = i > f->first ? i - 1 : i;
        bool exists = phrase_at(&f->ask, i, f->end, t->idle) || phrase_at(&f->ask, before, f->end, t->idle);
        *kind = SUBJECT_PLACE;
        return !exists || (last && !names_something(f, f->end));
    }
    /* "that city", "is that so"; not "the river that flows" */
    *kind = SUBJECT_THING;
    return converse_lists(t->demonstratives, w->fold) && (i == f->first || !parts_telling(&f->ask, i - 1)) &&
           !(last && i > f->first && is_name_at(&f->ask, i - 1));
}

/* Where things have a gender, "er" may be a tower: when the question before has a noun that agrees, and nothing in this one
 * is said of persons only. */
static bool is_thing(const struct follow *f, size_t i)
{
    const struct converse_words *t = f->ask.table;
    for (size_t k = f->first; k < f->end && t->lives; k++)
        if (converse_lists(t->lives, fold_at(f, k)))
            return false;
    const char *gender = !t->masculine ? NULL
                         : converse_lists(t->masculine, fold_at(f, i)) ? t->masculine
                         : converse_lists(t->feminine, fold_at(f, i)) ? t->feminine
                                                                       : NULL;
    return gender && subject_agrees(f->arena, f->history, gender);
}

/* A pronoun whose name stands before it in the same turn leans on that: "Did Einstein regret his letter?" */
static bool leans_within(const struct follow *f, size_t i)
{
    size_t before = 0;
    bool joined = false;
    if (names_something(f, i))
        return true;
    for (size_t k = f->first; k < i; k++) {
        before += parts_telling(&f->ask, k);
        joined |= before >= 2 && converse_lists(f->ask.table->joins, fold_at(f, k));
    }
    return joined;
}

static struct slice put_subject(struct follow *f, struct slice text, size_t i, enum subject kind, struct slice subject)
{
    const struct converse_words *t = f->ask.table;
    size_t end = i + 1;
    struct slice by = subject;
    if (converse_lists(t->demonstratives, fold_at(f, i)) && end < f->end) {
        /* "that city" says no more than its name; "this bridge" does, unless the name has it. */
        struct slice noun = parts_words(&f->ask, end, end + 1);
        if (converse_lists(t->classes, fold_at(f, end)) || slice_find(subject, noun) < subject.n)
            end++;
    } else if (kind == SUBJECT_PLACE && !converse_lists(t->links, i > f->first ? fold_at(f, i - 1) : SLICE(""))) {
        by = arena_printf(f->arena, "%s %.*s", t->in, SLICE_ARGS(subject));
    } else if (converse_lists(t->owners, fold_at(f, i)) && strcmp(t->code, "en") == 0 && i + 1 < f->end &&
               (kind == SUBJECT_THING || !converse_lists(" her ", fold_at(f, i)) || parts_telling(&f->ask, i + 1))) {
        by = arena_printf(f->arena, "%.*s's", SLICE_ARGS(subject));
    }
    return put(f->arena, text, parts_words(&f->ask, i, end), by);
}

/* "the second one", "the latter": words first to end of the turn. */
static bool ordinal(const struct follow *f, size_t *first, size_t *end, size_t *number, bool *of_two)
{
    const char *list = f->ask.table->ordinals;
    for (size_t i = f->first; i < f->end; i++) {
        size_t at = 0, count = 0, place = 0;
        for (const char *p = list + 1; *p; p += strcspn(p, " ") + 1, count++)
            if (slice_eq(fold_at(f, i), (struct slice){p, strcspn(p, " ")})) {
                place = count;
                at = i + 1;
            }
        bool has_noun = i + 1 < f->end && !converse_lists(" one ones ", fold_at(f, i + 1)) && parts_telling(&f->ask, i + 1);
        if (!at || has_noun)
            continue;
        *of_two = place >= count - 2;
        *number = *of_two ? place - (count - 2) : place;
        *first = i > f->first && converse_lists(f->ask.table->articles, fold_at(f, i - 1)) ? i - 1 : i;
        *end = i + 1 < f->end && converse_lists(" one ones ", fold_at(f, i + 1)) ? i + 2 : i + 1;
        return true;
    }
    return false;
}

static bool resolve_ordinal(struct follow *f, struct slice *out)
{
    size_t first, end, number;
    bool of_two;
    if (!ordinal(f, &first, &end, &number, &of_two))
        return false;
    struct slice item = subject_at(f->arena, f->history, number, of_two);
    if (!item.n)
        return false;
    struct slice text = rest(f);
    *out = with(f, put(f->arena, text, parts_words(&f->ask, first, end), item), SLICE(""));
    return true;
}

static bool resolve_pronouns(struct follow *f, struct slice *out)
{
    bool done[SUBJECT_PLACE + 1] = {false};
    bool any = false;
    struct slice text = f->ask.text;
    if (has_phrase(f, f->ask.table->idle) && names_something(f, f->end))
        return false;
    /* From the end, so that the places of the words before stay what they are. */
    for (size_t i = f->end; i-- > f->first;) {
        enum subject kind;
        if (!leans_at(f, i, &kind) || done[kind] || leans_within(f, i))
            continue;
        enum subject meant = kind == SUBJECT_PERSON && is_thing(f, i) ? SUBJECT_THING : kind;
        struct slice subject = subject_of(f->arena, f->history, meant);
        if (!subject.n)
            continue;
        struct slice changed = put_subject(f, text, i, kind, subject);
        /* `text` may have moved: the next place is looked for in the copy. */
        f->ask.text = text = changed;
        done[kind] = any = true;
    }
    if (!any)
        return false;
    size_t start = f->ask.words.at[f->first].start;
    *out = with(f, slice_sub(text, start, text.n - start), SLICE(""));
    return true;
}

/* Which name of the question before gives way: one that shares a word, one behind the same preposition, else its subject. */
static const struct span *like(const struct parts *before, const struct follow *f, size_t first, size_t end)
{
    const struct spans *names = &before->names;
    for (size_t k = 0; k < names->n; k++)
        for (size_t w = names->at[k].first; w < names->at[k].first + names->at[k].count; w++)
            for (size_t i = first; i < end; i++)
                if (slice_eq(before->words.at[w].stem, f->ask.words.at[i].stem) && parts_telling(&f->ask, i))
                    return &names->at[k];
    if (first > f->first)
        for (size_t k = 0; k < names->n; k++)
            if (names->at[k].first > 0 &&
                slice_eq(before->words.at[names->at[k].first - 1].fold, fold_at(f, first - 1)))
                return &names->at[k];
    return &names->at[before->table->nouns_capital ? names->n - 1 : 0];
}

static bool replace_number(struct follow *f, const struct parts *before, size_t at, struct slice *out)
{
    for (size_t i = 0; i < before->words.n; i++)
        if (before->words.at[i].flags & WORD_NUMBER) {
            *out = put(f->arena, before->text, parts_words(before, i, i + 1), parts_words(&f->ask, at, at + 1));
            return true;
        }
    *out = with(f, before->text, rest(f));
    return true;
}

/* A single noun before "of" in a capitalised language stays: "Hauptstadt von Frankreich" -> "Hauptstadt von Spanien". */
static struct slice last_part(const struct parts *before, const struct span *name)
{
    size_t first = name->first + name->count - 1;
    while (before->table->nouns_capital && first > name->first &&
           !converse_lists(before->table->links, before->words.at[first - 1].fold))
        first--;
    if (!before->table->nouns_capital || first == name->first)
        return name->text;
    size_t start = before->words.at[first].start;
    return slice_sub(before->text, start, (size_t)(name->text.p - before->text.p) + name->text.n - start);
}

static bool resolve_fragment(struct follow *f, struct slice *out)
{
    const struct said *s = &f->history->at[f->history->n - 1];
    struct parts before = parts_of(f->arena, s->question, s->lang);
    size_t first = f->first, end = f->end, number = f->end;
    while (first < end && (f->ask.words.at[first].flags & WORD_STOP) && !is_name_at(&f->ask, first))
        first++;
    if (first == end)
        return false;
    for (size_t i = first; i < end; i++)
        if ((f->ask.words.at[i].flags & WORD_NUMBER) && !is_name_at(&f->ask, i) && number == f->end)
            number = i;
    bool name = is_name_at(&f->ask, first) || (f->ask.words.at[first].flags & WORD_CAPITAL);
    struct slice core = parts_words(&f->ask, first, end);
    if (number < end && !name)
        return replace_number(f, &before, number, out);
    if (name && before.names.n) {
        *out = put(f->arena, before.text, last_part(&before, like(&before, f, first, end)), core);
        return true;
    }
    size_t noun, noun_end;
    bool linked;
    bool own_name = false;
    for (size_t i = first; i < end; i++)
        own_name |= is_name_at(&f->ask, i);
    if (!name && own_name) { /* "the area of Hamburg": nothing of the question before but its form */
        if (parts_noun(&before, &noun, &noun_end, &linked) && linked && !before.table->nouns_capital) {
            size_t last = noun_end + 1;
            while (last < before.words.n && (!is_name_at(&before, last) || is_name_at(&before, last + 1)))
                last++;
            *out = put(f->arena, before.text, parts_words(&before, noun, last + (last < before.words.n)), core);
        } else {
            *out = with(f, core, SLICE(""));
        }
        return true;
    }
    bool plain = true; /* "the area", as against "per head", which says more than its noun */
    for (size_t i = f->first; i < first; i++)
        plain &= converse_lists(f->ask.table->articles, fold_at(f, i));
    if (!name && plain && parts_noun(&before, &noun, &noun_end, &linked) && linked) {
        *out = put(f->arena, before.text, parts_words(&before, noun, noun_end), core);
        return true;
    }
    struct slice subject = name ? matter_before(f) : subject_of(f->arena, f->history, SUBJECT_THING);
    *out = with(f, name ? core : rest(f), subject);
    return true;
}

/* No question of its own: "Berlin?", "in 1990?", "the area?". */
static bool is_fragment(const struct follow *f)
{
    size_t n = f->end - f->first;
    const struct converse_words *t = f->ask.table;
    if (n == 0 || n > FRAGMENT_WORDS)
        return false;
    if (f->led_hard)
        return true;
    bool link = converse_lists(t->links, fold_at(f, f->first)) || converse_lists(t->articles, fold_at(f, f->first));
    if (converse_lists(t->asks, fold_at(f, f->first)) && !(link && f->led))
        return false;
    for (size_t i = f->first; i < f->end; i++)
        if (converse_lists(t->asks, fold_at(f, i)) && !converse_lists(t->links, fold_at(f, i)))
            return false; /* "In welchem Jahr war …", "after whom is …" */
    return f->led || (is_question(f->ask.text) && (link || telling(f) <= ELLIPTIC_WORDS));
}

static bool resolve_comparison(struct follow *f, struct slice *out)
{
    bool compares = false;
    for (size_t i = f->first; i < f->end; i++) {
        compares |= converse_lists(f->ask.table->comparatives, fold_at(f, i));
        if (slice_is(fold_at(f, i), f->ask.table->than) || converse_lists(" or oder o или and und y и ", fold_at(f, i)))
            return false;
    }
    if (!compares || f->end - f->first > FRAGMENT_WORDS)
        return false;
    struct slice other = subject_of(f->arena, f->history, SUBJECT_THING);
    if (!other.n || slice_find(f->ask.text, other) < f->ask.text.n)
        return false;
    const char *than = f->ask.names.n ? f->ask.table->than : "";
    *out = with(f, arena_printf(f->arena, "%.*s%s%s", SLICE_ARGS(stem_of_sentence(rest(f))), *than ? " " : "", than), other);
    return true;
}

/* "Who is the mayor?": a question that only makes sense about something. */
static bool resolve_elliptic(struct follow *f, struct slice *out)
{
    size_t first, end, n = telling(f);
    bool linked, noun = parts_noun(&f->ask, &first, &end, &linked);
    if (n > ELLIPTIC_WORDS || names_something(f, f->end) || f->ask.names.n || has_phrase(f, f->ask.table->defines))
        return false;
    if (!(noun && !linked && end == f->end) && !(f->ask.table->prodrop && n <= ELLIPTIC_WORDS))
        return false;
    for (size_t i = noun ? end : f->end; i < f->end; i++)
        if (converse_lists(f->ask.table->links, fold_at(f, i)))
            return false;
    struct slice subject = subject_of(f->arena, f->history, SUBJECT_THING);
    if (!subject.n)
        return false;
    *out = with(f, rest(f), subject);
    return true;
}

static struct slice resolve(struct arena *a, const struct history *h, struct slice text, const struct lang *lang)
{
    struct follow f = {.arena = a, .history = h, .ask = parts_of(a, text, lang)};
    struct slice out;
    if (lang->cjk)
        return zh_resolve(a, h, text);
    if (f.ask.words.n == 0 || f.ask.words.n > LEANING_WORDS)
        return text;
    trim(&f);
    if (wants_more(&f)) {
        out = subject_of(a, h, SUBJECT_THING);
        return out.n ? out : text;
    }
    if (resolve_ordinal(&f, &out) || resolve_pronouns(&f, &out))
        return out;
    if (is_bare(&f))
        return with(&f, rest(&f), matter_before(&f));
    if ((is_fragment(&f) && resolve_fragment(&f, &out)) || resolve_comparison(&f, &out) || resolve_elliptic(&f, &out))
        return out;
    return f.first ? with(&f, rest(&f), SLICE("")) : text;
}

static bool is_small_talk(struct arena *a, struct slice sentence, const struct lang *lang)
{
    const struct converse_words *t = converse_words_of(lang);
    struct words words = words_split(a, sentence, lang);
    for (size_t i = 0; i < words.n; i++)
        if (!converse_lists(t->small, words.at[i].fold))
            return false;
    return true;
}

/* Without the sentences at its start that are small talk; empty when all are. */
static struct slice without_small_talk(struct arena *a, struct slice text, const struct lang *lang)
{
    if (lang->cjk)
        return zh_without_small_talk(text);
    struct sentences all = sentences_split(a, text, lang);
    size_t i = 0;
    while (i < all.n && is_small_talk(a, all.at[i], lang))
        i++;
    if (i == all.n)
        return (struct slice){"", 0};
    return i ? slice_sub(text, (size_t)(all.at[i].p - text.p), text.n - (size_t)(all.at[i].p - text.p)) : text;
}

static struct slice bounded(struct slice text)
{
    return slice_trim(utf8_cut(text, CONVERSE_TURN_BYTES));
}

/* The newest user turns: which one to begin with. */
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

struct slice converse_question(struct arena *a, const struct question *q, const struct lang **lang)
{
    size_t last = q->turn_count;
    while (last > 0 && q->turns[last - 1].role != ROLE_USER)
        last--;
    *lang = lang_find(SLICE("en"));
    if (last == 0)
        return SLICE("");
    last--;
    struct history h = {.n = 0};
    for (size_t i = first_turn(q, last); i < last; i++) {
        struct slice text = bounded(q->turns[i].text);
        if (q->turns[i].role == ROLE_ASSISTANT && h.n)
            h.at[h.n - 1].answer = text;
        if (q->turns[i].role != ROLE_USER)
            continue;
        *lang = lang_guess(text, *lang);
        text = without_small_talk(a, text, *lang);
        if (text.n && h.n < CONVERSE_TURNS) {
            struct said said = {h.n ? resolve(a, &h, text, *lang) : text, {"", 0}, *lang};
            h.at[h.n++] = said;
        }
    }
    struct slice ask = slice_trim(q->turns[last].text);
    *lang = lang_guess(ask, *lang);
    struct slice text = without_small_talk(a, ask, *lang);
    if (!text.n || ask.n > CONVERSE_TURN_BYTES)
        return ask;
    return h.n ? resolve(a, &h, text, *lang) : text;
}
