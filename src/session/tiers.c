#include "session/tiers.h"

#include "base/ascii.h"

#include <stddef.h>
#include <string.h>

/* rounds * race_ms has to stay well below deadline_ms, since judging and writing come after the searches.
 *
 * words and word_ppm are those that training/train.py fits the confidence with, so they are the same for all: a larger
 * tier finds more and does not say more. Of the short questions there, answers under 110 words and 800 ppm have 84
 * words on average and hold the answer to 88 of 100; those under 70 words and 1600 ppm have 53 and hold 79. */
static struct tier tiers[] = {
    {"speed", "Low latency: one search, the best sentences of what is there in a second, cited.", .queries = 1,
     .pages = 4, .rounds = 1, .passages = 15, .tokens = 3000, .plan_ms = 1500, .begin_ms = 6000, .search_ms = 3000,
     .race_ms = 1100, .deadline_ms = 15000, .words = 100, .word_ppm = 1000, .check = 0, .early = 1, .each = 0},
    {"lite", "Simple look-ups: like speed, with more time for pages.", .queries = 2, .pages = 6, .rounds = 1,
     .passages = 15, .tokens = 6000, .plan_ms = 4000, .begin_ms = 15000, .search_ms = 4000, .race_ms = 6000,
     .deadline_ms = 60000, .words = 100, .word_ppm = 1000, .check = 0, .early = 0, .each = 0},
    {"base", "Standard research: more pages, and a second round for what the first did not find.", .queries = 4,
     .pages = 14, .rounds = 2, .passages = 15, .tokens = 12000, .plan_ms = 8000, .begin_ms = 40000, .search_ms = 4000,
     .race_ms = 6000, .deadline_ms = 100000, .words = 100, .word_ppm = 1000, .check = 1, .early = 0, .each = 0},
    {"core", "Complex research: each sub-question and field by itself, up to four rounds, many pages.", .queries = 8,
     .pages = 40, .rounds = 4, .passages = 15, .tokens = 24000, .plan_ms = 10000, .begin_ms = 60000, .search_ms = 6000,
     .race_ms = 12000, .deadline_ms = 300000, .words = 100, .word_ppm = 1000, .check = 1, .early = 0, .each = 1},
};
const size_t tier_count = COUNT_OF(tiers);

static const struct {
    const char *name;
    size_t offset;
    int64_t least, most;
} budgets[] = {
    {"queries", offsetof(struct tier, queries), 1, 64},
    {"pages", offsetof(struct tier, pages), 0, 1000},
    {"rounds", offsetof(struct tier, rounds), 1, 16},
    {"passages", offsetof(struct tier, passages), 1, 200},
    {"tokens", offsetof(struct tier, tokens), 200, 1000000},
    {"plan_ms", offsetof(struct tier, plan_ms), 0, 3600000},
    {"begin_ms", offsetof(struct tier, begin_ms), 100, 3600000},
    {"search_ms", offsetof(struct tier, search_ms), 10, 3600000},
    {"race_ms", offsetof(struct tier, race_ms), 10, 3600000},
    {"deadline_ms", offsetof(struct tier, deadline_ms), 100, 3600000},
    {"words", offsetof(struct tier, words), 1, 10000},
    {"word_ppm", offsetof(struct tier, word_ppm), 1, 1000000},
    {"check", offsetof(struct tier, check), 0, 1},
    {"early", offsetof(struct tier, early), 0, 1},
    {"each", offsetof(struct tier, each), 0, 1},
};

const struct tier *tier_at(size_t i)
{
    return i < tier_count ? &tiers[i] : NULL;
}

const struct tier *tier_find(struct slice name)
{
    for (size_t i = 0; i < tier_count; i++)
        if (slice_is(name, tiers[i].name))
            return &tiers[i];
    return NULL;
}

static bool tier_parse(struct slice text, int64_t *out)
{
    enum { DIGITS_MAX = 9 };
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_digit(text.p[i]) || text.n > DIGITS_MAX)
            return false;
        *out = *out * 10 + (text.p[i] - '0');
    }
    return text.n > 0;
}

static bool change_one(struct tier *t, struct slice pair, struct err *e)
{
    size_t equals = slice_find(pair, SLICE("="));
    struct slice name = slice_trim(slice_sub(pair, 0, equals));
    struct slice text = equals < pair.n ? slice_trim(slice_sub(pair, equals + 1, pair.n - equals - 1)) : SLICE("");
    for (size_t i = 0; i < COUNT_OF(budgets); i++) {
        int64_t number;
        if (!slice_is(name, budgets[i].name))
            continue;
        if (!tier_parse(text, &number) || number < budgets[i].least || number > budgets[i].most)
            return err_set(e, ERR_USAGE, "%s: %s must be a number from %lld to %lld", t->name, budgets[i].name,
                           (long long)budgets[i].least, (long long)budgets[i].most);
        memcpy((char *)t + budgets[i].offset, &number, sizeof number);
        return true;
    }
    return err_set(
        e, ERR_USAGE,
        "%s: '%.*s' is no budget; there are queries, pages, rounds, passages, tokens, plan_ms, begin_ms, search_ms, "
        "race_ms, deadline_ms, words, word_ppm, check and each, as in \"pages = 20, rounds = 3\"",
        t->name, SLICE_ARGS(name));
}

bool tier_change(struct slice name, struct slice words, struct err *e)
{
    for (size_t i = 0; i < tier_count; i++) {
        if (!slice_is(name, tiers[i].name))
            continue;
        while (slice_trim(words).n) {
            size_t comma = slice_find(words, SLICE(","));
            if (!change_one(&tiers[i], slice_sub(words, 0, comma), e))
                return false;
            words = comma < words.n ? slice_sub(words, comma + 1, words.n - comma - 1) : SLICE("");
        }
        return true;
    }
    return err_set(e, ERR_USAGE, "there is no model '%.*s'", SLICE_ARGS(name));
}
