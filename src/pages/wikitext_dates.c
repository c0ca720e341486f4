/* wikitext_dates.c - templates that hold dates, as the page prints them.
 *
 * English wikis print "May 3, 1990", or "3 May 1990" when the template says df=y. Of other languages the order and the
 * case of a month's name are not known here: those print 1990-05-03. Ages are printed where both dates are given; an
 * age of today is true on the day of the dump only and left out. */
#include "pages/wikitext_inner.h"

#include "base/ascii.h"
#include "base/date.h"
#include "lang/lang.h"

enum { DATE_FIGURES_MAX = 4 };

/* A number of at most four figures; -1: none. */
static int date_number(struct slice text)
{
    int number = 0;
    if (text.n == 0 || text.n > DATE_FIGURES_MAX)
        return -1;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_digit((unsigned char)text.p[i]))
            return -1;
        number = number * 10 + (text.p[i] - '0');
    }
    return number;
}

static int date_month(struct slice text)
{
    const struct lang_entries months = lang_entries(lang_find(SLICE("en")), LANG_MONTHS);
    int number = date_number(text);
    for (size_t i = 0; number < 0 && i < months.n; i++)
        if (slice_eq_nocase(months.at[i].word, text))
            number = date_number(months.at[i].value);
    return number;
}

static struct slice date_month_name(int month)
{
    const struct lang_entries months = lang_entries(lang_find(SLICE("en")), LANG_MONTHS);
    struct slice name = {"", 0};
    for (size_t i = 0; i < months.n; i++)
        if (date_number(months.at[i].value) == month && months.at[i].word.n > name.n)
            name = months.at[i].word;
    return name;
}

/* Day, month and year from three parameters on, the year first or, in other languages, the day; 0 where one is not
 * given. False: they are no date. */
static bool date_at(struct wiki_call *c, unsigned first, struct day *d)
{
    struct slice one = wiki_at(c, first), three = wiki_at(c, first + 2);
    bool day_first = one.n <= 2 && date_number(three) > 31;
    d->year = date_number(day_first ? three : one);
    d->month = date_month(wiki_at(c, first + 1));
    d->day = date_number(day_first ? one : three);
    if (d->year <= 0 || d->month > 12 || d->day > 31 || (wiki_at(c, first + 1).n && d->month < 1))
        return false;
    d->month = d->month < 1 ? 0 : d->month;
    d->day = d->month == 0 || d->day < 1 ? 0 : d->day;
    return true;
}

static void date_put(struct wiki_call *c, struct day d, bool day_first)
{
    struct buf *out = &c->w->out;
    bool english = c->w->lang.n == 0 || slice_starts(c->w->lang, SLICE("en"));
    if (d.month == 0) {
        buf_printf(out, "%d", d.year);
    } else if (!english) {
        buf_printf(out, d.day ? "%04d-%02d-%02d" : "%04d-%02d", d.year, d.month, d.day);
    } else {
        struct slice name = date_month_name(d.month);
        char first = name.n ? (char)(name.p[0] & ~32) : ' ';
        if (d.day && day_first)
            buf_printf(out, "%d ", d.day);
        buf_printf(out, "%c%.*s", first, name.n ? (int)name.n - 1 : 0, name.p + 1);
        if (d.day && !day_first)
            buf_printf(out, " %d,", d.day);
        buf_printf(out, " %d", d.year);
    }
}

static bool date_says_yes(struct slice text)
{
    return slice_starts(text, SLICE("y")) || slice_is(text, "1") || slice_is(text, "dmy");
}

/* A year, or three numbers; several of them with places between are premieres. A date in words is as it is. */
void wiki_make_date(struct wiki_call *c)
{
    struct buf *out = &c->w->out;
    struct day d;
    bool day_first = date_says_yes(wiki_named(c, "df")), premieres = slice_find(c->name, SLICE("ilm date")) < c->name.n;
    struct slice first = wiki_at(c, 1);
    if (date_number(first) < 0) {
        if (date_parse_iso(first, &d))
            date_put(c, d, day_first);
        else
            buf_add(out, date_month(first) > 0 ? (struct slice){"", 0} : first);
        return;
    }
    if (!date_at(c, 1, &d))
        return;
    date_put(c, d, day_first);
    for (unsigned i = 4; premieres && i <= c->n; i += 4) {
        struct slice place = wiki_at(c, i);
        if (place.n)
            buf_printf(out, " (%.*s)", SLICE_ARGS(place));
        if (!date_at(c, i + 1, &d))
            return;
        buf_add(out, SLICE(", "));
        date_put(c, d, day_first);
    }
}

static int date_age(struct day from, struct day to)
{
    return to.year - from.year - (to.month < from.month || (to.month == from.month && to.day < from.day));
}

/* The day of death, then the day of birth. */
void wiki_make_death(struct wiki_call *c)
{
    struct day died, born;
    struct slice first = wiki_at(c, 1);
    if (date_number(first) < 0) {
        buf_add(&c->w->out, first);
        return;
    }
    bool years = slice_find(c->name, SLICE("year")) < c->name.n;
    died = (struct day){date_number(first), 0, 0};
    if (!years && !date_at(c, 1, &died))
        return;
    date_put(c, died, date_says_yes(wiki_named(c, "df")));
    if (!years && died.day && date_at(c, 4, &born) && born.day)
        buf_printf(&c->w->out, " (aged %d)", date_age(born, died));
}

void wiki_make_as_of(struct wiki_call *c)
{
    struct slice other = wiki_named(c, "alt"), pre = wiki_named(c, "pre"), post = wiki_named(c, "post");
    bool small = wiki_named(c, "lc").n > 0, since = wiki_named(c, "since").n > 0;
    struct day d;
    if (other.n) {
        buf_add(&c->w->out, other);
        return;
    }
    if (!date_at(c, 1, &d))
        return;
    buf_add(&c->w->out, since   ? (small ? SLICE("since ") : SLICE("Since "))
                        : small ? SLICE("as of ")
                                : SLICE("As of "));
    if (pre.n)
        buf_printf(&c->w->out, "%.*s ", SLICE_ARGS(pre));
    date_put(c, d, !slice_is(wiki_named(c, "df"), "US"));
    buf_add(&c->w->out, post);
}

void wiki_make_age_between(struct wiki_call *c)
{
    struct day from, to;
    if (date_at(c, 1, &from) && date_at(c, 4, &to) && from.day && to.day)
        buf_printf(&c->w->out, "%d", date_age(from, to));
    else
        buf_add(&c->w->out, SLICE("[\u2026]"));
}
