#include "eval/metrics.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "eval/calibration.h"
#include "text/match.h"

static bool is_article(struct slice word)
{
    return slice_is(word, "a") || slice_is(word, "an") || slice_is(word, "the");
}

struct slice eval_norm(struct arena *a, struct slice text)
{
    struct slice key = match_key(a, text);
    char *out = arena_alloc(a, key.n + 1);
    size_t n = 0;
    while (key.n > 0) {
        size_t end = slice_find(key, SLICE(" "));
        struct slice word = slice_sub(key, 0, end);
        if (!is_article(word)) {
            if (n > 0)
                out[n++] = ' ';
            memcpy(out + n, word.p, word.n);
            n += word.n;
        }
        size_t skip = end < key.n ? end + 1 : end;
        key = slice_sub(key, skip, key.n - skip);
    }
    return (struct slice){out, n};
}

static struct slice without_spaces(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ' ')
            out[n++] = text.p[i];
    return (struct slice){out, n};
}

/* With a space at both ends, so that whole words are found by their spaces. */
static struct slice framed(struct arena *a, struct slice text)
{
    return arena_printf(a, " %.*s ", SLICE_ARGS(text));
}

bool eval_has(struct arena *a, struct slice text, const struct slice *answers, size_t count)
{
    bool unspaced = false;
    for (size_t i = 0; i < count; i++)
        unspaced |= match_is_unspaced(answers[i]);
    struct slice body = eval_norm(a, text);
    body = unspaced ? without_spaces(a, body) : framed(a, body);
    for (size_t i = 0; i < count; i++) {
        struct slice answer = eval_norm(a, answers[i]);
        if (answer.n == 0)
            continue;
        answer = unspaced ? without_spaces(a, answer) : framed(a, answer);
        if (slice_find(body, answer) < body.n)
            return true;
    }
    return false;
}

static struct slice first_sentence(struct slice text)
{
    text = slice_trim(text);
    for (size_t i = 0, step; i < text.n; i += step) {
        uint32_t code = 0;
        step = utf8_next(slice_sub(text, i, text.n - i), &code);
        step = step ? step : 1;
        if (code == '.' || code == '!' || code == '?' || code == 0x3002 || code == 0xff01 || code == 0xff1f)
            return slice_sub(text, 0, i + step);
    }
    return text;
}

static size_t count_words(struct slice text)
{
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < text.n; i++) {
        bool space = text.p[i] == ' ' || (text.p[i] >= '\t' && text.p[i] <= '\r');
        n += !space && !inside;
        inside = !space;
    }
    return n;
}

static bool excerpt_has(struct arena *a, const struct eval_citation *c, const struct eval_question *q)
{
    for (size_t i = 0; i < c->excerpt_count; i++)
        if (eval_has(a, c->excerpts[i], q->answers, q->answer_count))
            return true;
    return false;
}

static bool cited_before(const struct eval_reply *r, size_t i)
{
    for (size_t o = 0; o < i; o++)
        if (slice_eq(r->citations[o].url, r->citations[i].url))
            return true;
    return false;
}

void eval_judge(struct arena *a, struct eval_row *row)
{
    const struct eval_question *q = row->question;
    const struct eval_reply *r = &row->reply;
    row->found = row->first = row->cited = row->proved = row->right = false;
    row->words = count_words(r->text);
    row->pages_cited = row->pages_expected = 0;
    bool shown = false;
    for (size_t i = 0; i < r->citation_count; i++) {
        bool expected = q->url.n == 0 || slice_eq(r->citations[i].url, q->url);
        bool proof = q->answer_count && excerpt_has(a, &r->citations[i], q);
        row->cited |= expected && q->answer_count;
        row->proved |= expected && proof;
        shown |= proof;
        if (!cited_before(r, i)) {
            row->pages_cited++;
            row->pages_expected += q->url.n && expected;
        }
    }
    if (q->answer_count == 0)
        return;
    row->found = eval_has(a, r->text, q->answers, q->answer_count);
    row->first = eval_has(a, first_sentence(r->text), q->answers, q->answer_count);
    row->right = row->found && shown;
}

void eval_give_up(struct eval_row *row)
{
    row->found = row->first = row->cited = row->proved = row->right = false;
    row->pages_cited = row->pages_expected = 0;
    row->reply.citation_count = 0;
    row->reply.level = CONFIDENCE_NONE;
    row->reply.probability = NAN;
}

static int by_number(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double share(size_t part, size_t all)
{
    return all ? (double)part / (double)all : NAN;
}

static void count_levels(const struct eval_row *rows, size_t n, struct eval_figures *f)
{
    size_t low = 0, low_unanswerable = 0, answers = 0, wrong = 0;
    for (size_t i = 0; i < n; i++) {
        const struct eval_row *row = &rows[i];
        if (row->error.n)
            continue;
        enum confidence level = row->reply.level;
        f->levels[level].questions++;
        f->levels[level].right += row->right;
        answers += level != CONFIDENCE_NONE;
        wrong += level != CONFIDENCE_NONE && !row->right;
        if (level <= CONFIDENCE_LOW)
            *(row->question->answer_count ? &low : &low_unanswerable) += 1;
    }
    size_t high = f->levels[CONFIDENCE_HIGH].questions;
    f->given_up = share(low, f->answerable);
    f->abstained = share(low_unanswerable, f->unanswerable);
    f->answers_wrong = share(wrong, answers);
    f->high_wrong = share(high - f->levels[CONFIDENCE_HIGH].right, high);
    f->high_share = share(high, answers);
}

struct eval_figures eval_count(struct arena *a, const struct eval_row *rows, size_t n)
{
    struct eval_figures f = {.asked = n};
    size_t found = 0, first = 0, cited = 0, proved = 0, words = 0, pages = 0, expected = 0, with_url = 0, times = 0;
    double *ms = arena_array(a, double, n);
    struct forecast *forecasts = arena_array(a, struct forecast, n);
    size_t forecast_count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct eval_row *row = &rows[i];
        if (row->error.n) {
            f.errors++;
            continue;
        }
        ms[times++] = row->ms;
        if (!isnan(row->reply.probability))
            forecasts[forecast_count++] = (struct forecast){row->reply.probability, row->right};
        if (row->question->answer_count == 0) {
            f.unanswerable++;
            continue;
        }
        f.answerable++;
        found += row->found;
        first += row->first;
        cited += row->cited;
        proved += row->proved;
        words += row->words;
        if (row->question->url.n) {
            with_url++;
            pages += row->pages_cited;
            expected += row->pages_expected;
        }
    }
    f.found = share(found, f.answerable);
    f.first = share(first, f.answerable);
    f.cited = share(cited, f.answerable);
    f.proved = share(proved, f.answerable);
    f.words = share(words, f.answerable);
    f.precision = share(expected, pages);
    f.recall = share(expected, with_url);
    count_levels(rows, n, &f);
    f.brier = calibration_brier(forecasts, forecast_count);
    f.ece = calibration_make(a, forecasts, forecast_count).ece;
    qsort(ms, times, sizeof *ms, by_number);
    f.ms_median = times ? ms[times / 2] : NAN;
    f.ms_95 = times ? ms[times * 95 / 100] : NAN;
    return f;
}
