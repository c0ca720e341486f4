#include "eval/metrics.h"

#include <math.h>
#include <stdlib.h>

#include "base/ascii.h"
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

/* Adds a space at both ends, so that a search with spaces finds whole words. */
static struct slice metric_framed(struct arena *a, struct slice text)
{
    return arena_printf(a, " %.*s ", SLICE_ARGS(text));
}

bool eval_has(struct arena *a, struct slice text, const struct slice *answers, size_t count)
{
    bool unspaced = false;
    for (size_t i = 0; i < count; i++)
        unspaced |= match_is_unspaced(answers[i]);
    struct slice body = eval_norm(a, text);
    body = unspaced ? without_spaces(a, body) : metric_framed(a, body);
    for (size_t i = 0; i < count; i++) {
        struct slice answer = eval_norm(a, answers[i]);
        if (answer.n == 0)
            continue;
        answer = unspaced ? without_spaces(a, answer) : metric_framed(a, answer);
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

/* The bytes of "[12]" at the start of text; 0 if there is no mark. */
static size_t metric_mark(struct slice text)
{
    size_t i = 1;
    if (text.n < 3 || text.p[0] != '[')
        return 0;
    while (i < text.n && ascii_is_digit(text.p[i]))
        i++;
    return i > 1 && i < text.n && text.p[i] == ']' ? i + 1 : 0;
}

/* What stands before the first mark, in its paragraph: a paragraph of our own words before it is no quote. Without any
 * mark the first sentence. */
static struct slice first_quoted(struct slice text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n' && i + 1 < text.n && text.p[i + 1] == '\n')
            start = i + 2;
        if (metric_mark(slice_sub(text, i, text.n - i)))
            return slice_sub(text, start, i - start);
    }
    return first_sentence(text);
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
    row->first = eval_has(a, first_quoted(r->text), q->answers, q->answer_count);
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

static double metric_share(size_t some, size_t all)
{
    return all ? (double)some / (double)all : NAN;
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
    f->given_up = metric_share(low, f->answerable);
    f->abstained = metric_share(low_unanswerable, f->unanswerable);
    f->answers_wrong = metric_share(wrong, answers);
    f->high_wrong = metric_share(high - f->levels[CONFIDENCE_HIGH].right, high);
    f->high_share = metric_share(high, answers);
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
    f.found = metric_share(found, f.answerable);
    f.first = metric_share(first, f.answerable);
    f.cited = metric_share(cited, f.answerable);
    f.proved = metric_share(proved, f.answerable);
    f.words = metric_share(words, f.answerable);
    f.precision = metric_share(expected, pages);
    f.recall = metric_share(expected, with_url);
    count_levels(rows, n, &f);
    f.brier = calibration_brier(forecasts, forecast_count);
    f.ece = calibration_make(a, forecasts, forecast_count).ece;
    qsort(ms, times, sizeof *ms, by_number);
    f.ms_median = times ? ms[times / 2] : NAN;
    f.ms_95 = times ? ms[times * 95 / 100] : NAN;
    return f;
}
