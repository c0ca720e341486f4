#include "research/subquestions.h"

#include "text/sentences.h"

/* By language: what asks, and what joins two questions. Spanish writes its question words with accents. */
static const struct {
    const char *code;
    const char *const asking[14];
    const char *joining;
} tongues[] = {
    {"en", {"who", "whom", "whose", "what", "when", "where", "which", "why", "how", NULL}, "and"},
    {"de", {"wer", "wen", "wem", "wessen", "was", "wann", "wo", "welche", "welcher", "welches", "warum", "wie", NULL}, "und"},
    {"es", {"quién", "quiénes", "qué", "cuándo", "dónde", "cuál", "cuáles", "cómo", "cuánto", "cuántos", NULL}, "y"},
    {"fr", {"qui", "que", "quand", "où", "quel", "quelle", "quels", "quelles", "pourquoi", "comment", "combien", NULL}, "et"},
    {"ru", {"кто", "кого", "что", "когда", "где", "какой", "какая", "какие", "почему", "как", "сколько", NULL}, "и"},
};
enum { TONGUES = sizeof tongues / sizeof tongues[0] };

/* What a comparison asks of each of the two. */
static const struct {
    const char *word, *question;
} comparatives[] = {
    {"taller", "How tall is"},   {"higher", "How high is"},   {"longer", "How long is"},    {"shorter", "How long is"},
    {"larger", "How large is"},  {"bigger", "How large is"},  {"smaller", "How large is"},  {"older", "How old is"},
    {"younger", "How old is"},   {"deeper", "How deep is"},   {"wider", "How wide is"},     {"heavier", "How heavy is"},
    {"lighter", "How heavy is"}, {"faster", "How fast is"},   {"slower", "How fast is"},    {"hotter", "How hot is"},
    {"colder", "How cold is"},   {"richer", "How rich is"},   {"farther", "How far is"},    {"closer", "How far is"},
    {"earlier", "When was"},     {"later", "When was"},       {"cheaper", "What is the price of"},
};

enum { THING_WORDS_MAX = 8, ATTRIBUTE_WORDS_MAX = 4, NAMES_MAX = 12 /* of a question, put behind another one */ };

struct asked {
    struct arena *arena;
    struct slice text;
    const struct lang *lang;
    struct words words;
    size_t tongue; /* TONGUES: no rules for this language beyond sentences */
};

static bool asks(const struct asked *q, size_t i)
{
    for (const char *const *word = tongues[q->tongue].asking; *word; word++)
        if (slice_is(q->words.at[i].fold, *word))
            return true;
    return false;
}

/* From the start of word i to the end of word j. */
static struct slice span(const struct asked *q, size_t i, size_t j)
{
    size_t start = q->words.at[i].start;
    return slice_sub(q->text, start, q->words.at[j].start + q->words.at[j].n - start);
}

static bool is_word(const struct asked *q, size_t i, const char *word)
{
    return i < q->words.n && slice_is(q->words.at[i].fold, word);
}

static size_t telling(const struct asked *q, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += !(q->words.at[i].flags & WORD_STOP) && !asks(q, i);
    return n;
}

/* The capitalised words, not counting the first, and the numbers; the first NAMES_MAX of them. */
static struct slice names_of(struct arena *a, struct slice text, const struct lang *lang, size_t *count)
{
    struct words words = words_split(a, text, lang);
    struct slice out = SLICE("");
    *count = 0;
    for (size_t i = 1; i < words.n && *count < NAMES_MAX; i++) {
        const struct word *w = &words.at[i];
        if (!(w->flags & (WORD_CAPITAL | WORD_NUMBER)) || (w->flags & WORD_STOP))
            continue;
        out = arena_printf(a, "%.*s%s%.*s", SLICE_ARGS(out), out.n ? " " : "", (int)w->n, text.p + w->start);
        ++*count;
    }
    return out;
}

/* A later question without a name of its own is about the names of the first. German writes every noun with a capital,
 * so that this says nothing there; its questions stay as they are. */
static struct slice lean(const struct asked *q, struct slice later, struct slice first)
{
    size_t own, given;
    (void)names_of(q->arena, later, q->lang, &own);
    struct slice names = names_of(q->arena, first, q->lang, &given);
    bool there = own > 0 && !slice_is(slice_of(q->lang->code), "de");
    return there || given == 0 ? later : arena_printf(q->arena, "%.*s (%.*s)", SLICE_ARGS(later), SLICE_ARGS(names));
}

static size_t by_sentences(const struct asked *q, struct slice *out)
{
    struct sentences all = sentences_split(q->arena, q->text, q->lang);
    struct slice before = SLICE("");
    size_t n = 0, names = 0; /* of `before` */
    for (size_t i = 0; i < all.n && n < SUBQUESTIONS_MAX; i++) {
        struct slice one = slice_trim(all.at[i]);
        if (slice_ends(one, SLICE("?")) || slice_ends(one, SLICE("？")))
            out[n++] = before.n ? lean(q, one, before) : one;
        if (names == 0) {
            before = one;
            (void)names_of(q->arena, before, q->lang, &names);
        }
    }
    return n;
}

static size_t by_question_words(const struct asked *q, struct slice *out)
{
    size_t n = 0, start = 0;
    for (size_t i = 1; i < q->words.n && n + 1 < SUBQUESTIONS_MAX; i++) {
        bool joined = is_word(q, i - 1, tongues[q->tongue].joining) && asks(q, i);
        if (!joined || !asks(q, start) || i < start + 3 || telling(q, start, i - 1) == 0)
            continue;
        if (telling(q, i, q->words.n) == 0 && i + 2 >= q->words.n) /* "and why?" */
            continue;
        out[n++] = span(q, start, i - 2);
        start = i;
    }
    if (n == 0)
        return 0;
    out[n++] = span(q, start, q->words.n - 1);
    for (size_t k = 1; k < n; k++)
        out[k] = lean(q, out[k], out[0]);
    return n;
}

/* "What are the population, the area and the mayor of X?" */
static size_t by_attributes(const struct asked *q, struct slice *out)
{
    size_t of = 3, n = 0, start = 2;
    bool be = is_word(q, 1, "is") || is_word(q, 1, "are") || is_word(q, 1, "was") || is_word(q, 1, "were");
    if (!be || !(is_word(q, 0, "what") || is_word(q, 0, "which")) || q->words.n < 6)
        return 0;
    while (of < q->words.n && !is_word(q, of, "of"))
        of++;
    if (of + 1 >= q->words.n)
        return 0;
    struct slice thing = span(q, of + 1, q->words.n - 1);
    for (size_t i = 2; i <= of && n < SUBQUESTIONS_MAX; i++) {
        const struct word *w = &q->words.at[i - 1];
        size_t end = w->start + w->n;
        bool comma = i < of && end < q->text.n && q->text.p[end] == ',';
        bool ends = i == of || is_word(q, i, "and") || comma;
        if (!ends)
            continue;
        while (start < i && (is_word(q, start, "the") || is_word(q, start, "and")))
            start++;
        if (start >= i) {
            start = i;
            continue;
        }
        if (i - start > ATTRIBUTE_WORDS_MAX || telling(q, start, i) == 0)
            return 0;
        out[n++] = arena_printf(q->arena, "What is the %.*s of %.*s?", SLICE_ARGS(span(q, start, i - 1)),
                                SLICE_ARGS(thing));
        start = i;
    }
    return n;
}

/* "…, X or Y?" and "… between X and Y": the two things at the end. */
static bool two_things(const struct asked *q, size_t from, const char *between, struct slice *one, struct slice *other)
{
    size_t at = from + 1;
    while (at < q->words.n && !is_word(q, at, between))
        at++;
    if (at + 1 >= q->words.n || at - from > THING_WORDS_MAX || q->words.n - at - 1 > THING_WORDS_MAX)
        return false;
    *one = span(q, from, at - 1);
    *other = span(q, at + 1, q->words.n - 1);
    return true;
}

static size_t by_comparison(const struct asked *q, struct slice *out)
{
    struct slice one, other;
    for (size_t i = 0; i + 2 < q->words.n; i++) {
        if (is_word(q, i, "difference") || is_word(q, i, "differences")) {
            if (!is_word(q, i + 1, "between") || !two_things(q, i + 2, "and", &one, &other))
                return 0;
            out[0] = arena_printf(q->arena, "What is %.*s?", SLICE_ARGS(one));
            out[1] = arena_printf(q->arena, "What is %.*s?", SLICE_ARGS(other));
            return 2;
        }
        size_t end = q->words.at[i].start + q->words.at[i].n;
        if (end >= q->text.n || q->text.p[end] != ',')
            continue;
        for (size_t c = 0; c < sizeof comparatives / sizeof comparatives[0]; c++)
            for (size_t w = 1; w <= i; w++)
                if (is_word(q, w, comparatives[c].word) && two_things(q, i + 1, "or", &one, &other)) {
                    out[0] = arena_printf(q->arena, "%s %.*s?", comparatives[c].question, SLICE_ARGS(one));
                    out[1] = arena_printf(q->arena, "%s %.*s?", comparatives[c].question, SLICE_ARGS(other));
                    return 2;
                }
    }
    return 0;
}

size_t subquestions_split(struct arena *a, struct slice question, const struct lang *lang,
                          struct slice out[SUBQUESTIONS_MAX])
{
    struct asked q = {.arena = a, .text = question, .lang = lang, .words = words_split(a, question, lang)};
    while (q.tongue < TONGUES && !slice_is(slice_of(lang->code), tongues[q.tongue].code))
        q.tongue++;
    if (q.tongue < TONGUES && q.words.n > 0) {
        bool english = q.tongue == 0;
        size_t n = by_sentences(&q, out);
        n = n > 1 ? n : by_question_words(&q, out);
        n = n > 1 || !english ? n : by_comparison(&q, out);
        n = n > 1 || !english ? n : by_attributes(&q, out);
        if (n > 1)
            return n;
    }
    out[0] = question;
    return 1;
}
