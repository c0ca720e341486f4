/* stated_date.c - adds the dates of a sentence: full dates, bare years, decades, and days without a year. */
#include "facts/stated_inner.h"
#include "base/ascii.h"

#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

static void add_date(struct arena *a, struct stated *s, struct stated_date date)
{
    struct stated_date *slot = arena_push(a, &s->dates, s->date_count, &s->date_room);
    *slot = date;
    s->date_count++;
}

/* Rules out the "may 12" of "These may 12 people say": whether the words from `first` to the byte `end` can be a day
 * and a month. */
static bool stated_month_may_be(struct words words, size_t first, size_t end, const struct lang *lang)
{
    bool capital =
        !lang->months_capital || (first > 0 && lang_has(lang, LANG_PLACE_PREPOSITIONS, words.at[first - 1].fold));
    for (size_t i = first; i < words.n && words.at[i].start < end && !capital; i++)
        capital = words.at[i].flags & WORD_CAPITAL;
    return capital;
}

/* Reads "September 23", "23. September", "5 de marzo", "3月5日". dates_read() needs a year, so one is added. */
bool stated_day_of_month(struct arena *a, struct arena *scratch, struct stated *s, struct slice text,
                         struct words words, const struct number *n, const struct lang *lang)
{
    enum { WORDS_AROUND = 2, BYTES_AROUND = 40 };
    if (n->unit || !n->whole || n->value < 1 || n->value > 31)
        return false;
    const struct place_in at = stated_place(words, n->start, n->n);
    size_t from = words.at[at.first > 0 ? at.first - 1 : 0].start, figure_end = n->start + n->n;
    size_t last = at.last + WORDS_AROUND < words.n ? at.last + WORDS_AROUND : words.n - 1;
    const struct slice year_sign = lang_entries(lang_any(), LANG_YEAR_SIGNS).at[0].word;
    for (int form = 0; form < 4; form++) {
        size_t to = words.at[form == 1 ? last : last > at.last ? last - 1 : last].start;
        to += words.at[form == 1 ? last : last > at.last ? last - 1 : last].n;
        size_t start = form == 0 ? from : n->start, end = form == 0 ? figure_end : form == 3 ? start + 12 : to;
        if (end > text.n || start >= end || end - start > BYTES_AROUND)
            continue;
        struct slice written = slice_sub(text, start, end - start);
        if (form == 3 && !lang_starts(lang_any(), LANG_MONTH_SIGNS, text_from(text, figure_end)))
            continue;
        struct slice whole = form == 0 ? arena_printf(scratch, "%.*s, 2000", SLICE_ARGS(written))
                             : form == 3
                                 ? arena_printf(scratch, "2000%.*s%.*s", SLICE_ARGS(year_sign), SLICE_ARGS(written))
                                 : arena_printf(scratch, "%.*s 2000", SLICE_ARGS(written));
        struct dates found = dates_read(scratch, whole, lang);
        if (found.n == 0 || !found.at[0].day || found.at[0].year != 2000)
            continue;
        if (!n->ordinal && !stated_month_may_be(words, at.first - (form == 0 && at.first > 0), end, lang))
            continue;
        size_t n_bytes = form == 3 ? found.at[0].n - strlen("2000") - year_sign.n : end - start;
        struct date d = {
            .month = found.at[0].month, .day = found.at[0].day, .start = start, .n = n_bytes, .hour = -1, .minute = -1};
        add_date(a, s,
                 (struct stated_date){d, false, slice_sub(text, start, n_bytes), stated_place(words, start, n_bytes)});
        return true;
    }
    return false;
}

static void add_year(struct arena *a, struct stated *s, struct slice text, struct words words, int year, bool decade,
                     size_t start, size_t n)
{
    const struct date d = {.year = year, .start = start, .n = n, .hour = -1, .minute = -1};
    add_date(a, s, (struct stated_date){d, decade, slice_sub(text, start, n), stated_place(words, start, n)});
}

/* Adds the second year of "1914–18". dates_read() has found the first one. */
static void add_last_year(struct arena *a, struct stated *s, struct slice text, struct words words,
                          const struct number *n)
{
    size_t end = n->start + n->n;
    if (!n->year || n->n < 7 || !ascii_is_digit(text.p[end - 1]) || !ascii_is_digit(text.p[end - 2]) ||
        ascii_is_digit(text.p[end - 3]))
        return;
    int year = (int)n->value / 100 * 100 + (text.p[end - 2] - '0') * 10 + (text.p[end - 1] - '0');
    bool dated = year <= (int)n->value;
    for (size_t i = 0; i < s->date_count && !dated; i++)
        dated = s->dates[i].date.month && spans_overlap(n->start, n->n, s->dates[i].date.start, s->dates[i].date.n);
    if (dated)
        return; /* "1931-03-03" */
    add_year(a, s, text, words, year, false, end - 2, 2);
}

/* Adds a decade ("1990s", "mid-1990s", "1990er", "1990-х", "1990年代") that is at i. Returns its bytes. */
static size_t add_decade(struct arena *a, struct stated *s, struct slice text, struct words words, size_t i)
{
    if ((i > 0 && ascii_is_digit(text.p[i - 1])) || (text.p[i] != '1' && text.p[i] != '2') ||
        char_at(text, i + 3) != '0')
        return 0;
    for (size_t k = 1; k < 3; k++)
        if (!ascii_is_digit(text.p[i + k]))
            return 0;
    size_t longest = lang_starts(lang_any(), LANG_DECADE_ENDINGS, text_from(text, i + 4));
    if (longest == 0 || (letter_at(text, i + 4) && letter_at(text, i + 4 + longest)))
        return 0;
    for (size_t k = 0; k < s->date_count; k++)
        if (s->dates[k].date.start == i) { /* dates_read() took it for a year */
            s->dates[k].decade = true;
            return 3 + longest;
        }
    int year = (text.p[i] - '0') * 1000 + (text.p[i + 1] - '0') * 100 + (text.p[i + 2] - '0') * 10;
    add_year(a, s, text, words, year, true, i, 4 + longest);
    return 3 + longest;
}

void stated_dates(struct arena *a, struct stated *s, struct slice text, struct words words,
                  const struct numbers *numbers, const struct dates *dates)
{
    for (size_t i = 0; i < dates->n; i++) {
        const struct date *d = &dates->at[i];
        bool measures = false;
        for (size_t k = 0; k < numbers->n && !measures && !d->month; k++)
            measures = !numbers->at[k].year && spans_overlap(d->start, d->n, numbers->at[k].start, numbers->at[k].n);
        if (!measures)
            add_date(
                a, s,
                (struct stated_date){*d, false, slice_sub(text, d->start, d->n), stated_place(words, d->start, d->n)});
    }
    for (size_t i = 0; i < numbers->n; i++)
        add_last_year(a, s, text, words, &numbers->at[i]);
    for (size_t i = 0; i + 4 < text.n; i++)
        i += add_decade(a, s, text, words, i);
}
