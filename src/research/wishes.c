/* Reads wishes by looking for a handful of phrases; a prompt with other content than these and the usual greeting
 * to the model ("You are a helpful assistant.") sets `unmet`, so that the reply can say what was not applied. */
#include "research/wishes.h"

#include "text/words.h"

static const struct {
    const char *name;
    size_t value;
} numerals[] = {{"a", 1},     {"one", 1},   {"single", 1}, {"two", 2},   {"three", 3}, {"four", 4},
                {"five", 5},  {"six", 6},   {"seven", 7},  {"eight", 8}, {"nine", 9},  {"ten", 10},
                {"twenty", 20}, {"thirty", 30}, {"fifty", 50}, {"hundred", 100}};

static size_t numeral(struct slice word)
{
    size_t value = 0;
    for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++)
        if (slice_is(word, numerals[i].name))
            return numerals[i].value;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] < '0' || word.p[i] > '9' || value > 100000)
            return 0;
        value = value * 10 + (size_t)(word.p[i] - '0');
    }
    return value;
}

static bool any_of(struct slice word, const char *const *list)
{
    for (; *list; list++)
        if (slice_is(word, *list))
            return true;
    return false;
}

/* Words that say nothing about style: greetings to the model, and the phrases that are understood. */
static const char *const neutral[] = {
    "you",     "are",   "a",       "an",        "the",      "helpful", "assistant", "with",    "access",  "to",
    "web",     "real",  "time",    "search",    "research", "answer",  "answers",   "question", "questions", "in",
    "of",      "and",   "user",    "users",     "please",   "be",      "brief",     "concise", "short",   "briefly",
    "concisely", "sentence", "sentences", "word", "words",  "at",      "most",      "than",    "more",    "no",
    "use",     "bullet", "bulleted", "bullets", "point",    "points",  "list",      "as",      "information", "s",
    "your",    "keep",  "give",    "only",      "respond",  "reply",   "or",        "fewer",   "less",    "under",
    "maximum", "max",   "up",      "accurate",  "accurately", "facts", "factual",   "cite",    "sources", "citations",
    "it",      "all",   "for",     "on",        "using",    "that",    "is",        "not",     "do",      "who", NULL};
static const char *const short_words[] = {"brief", "concise", "short", "briefly", "concisely", NULL};
static const char *const list_words[] = {"bullet", "bulleted", "bullets", NULL};

static void read_turn(struct arena *a, struct slice text, struct wishes *w)
{
    struct words words = words_split(a, text, lang_find(SLICE("en")));
    size_t number = 0;
    for (size_t i = 0; i < words.n; i++) {
        struct slice word = words.at[i].fold;
        if (slice_starts(word, SLICE("sentence")) && number)
            w->max_sentences = number;
        else if ((slice_is(word, "word") || slice_is(word, "words")) && number)
            w->max_words = number;
        else if (any_of(word, short_words) && !w->max_sentences)
            w->max_sentences = 1;
        else if (any_of(word, list_words))
            w->list = true;
        size_t value = numeral(word);
        if (!value && !any_of(word, neutral))
            w->unmet = true;
        number = value;
    }
}

struct wishes wishes_read(struct arena *a, const struct question *q)
{
    struct wishes w = {0};
    for (size_t i = 0; i < q->turn_count; i++)
        if (q->turns[i].role == ROLE_SYSTEM)
            read_turn(a, q->turns[i].text, &w);
    return w;
}
