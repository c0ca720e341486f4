/* stated.c - numbers, dates and names as text/ reads them, made comparable.
 *
 * Tolerance is what the writer's rounding leaves open: half of the last written digit of the coarser number; of a
 * hedged or converted one half of its last digit that is no zero, but never more than a small share of it. Nothing here
 * knows what a number is about: that is asked by who compares. */
#include "evidence/stated.h"

#include <math.h>

#include "evidence/need.h"
#include "text/read_chars.h"

static const double ROUNDED_SHARE = 0.10;   /* "3 million" is never read as 3.4 million */
static const double ABOUT_SHARE = 0.05;     /* "about 300" is not 320 */
static const double CONVERTED_SHARE = 0.02; /* 62 miles are 100 km */

/* --- where values stand --------------------------------------------------------------------------------------- */

static struct place_in place_of_bytes(struct words words, size_t start, size_t n)
{
    struct place_in at = {0, 0};
    while (at.first + 1 < words.n && words.at[at.first].start + words.at[at.first].n <= start)
        at.first++;
    at.last = at.first;
    while (at.last + 1 < words.n && words.at[at.last + 1].start < start + n)
        at.last++;
    return at;
}

static bool breaks_clause(struct slice text, const struct word *left, const struct word *right)
{
    static const char *const marks[] = {"–", "—", "，", "、", "；", "：", "（", "）", "。"};
    /* Asked for all pairs of words of a sentence: nearly always the gap is one space. */
    for (size_t i = left->start + left->n; i < right->start; i++) {
        char c = text.p[i];
        if (c == ',' || c == ';' || c == ':' || c == '(' || c == ')')
            return true;
        for (size_t m = 0; (unsigned char)c >= 0x80 && m < sizeof marks / sizeof marks[0]; m++)
            if (text_has_at(text, i, marks[m]))
                return true;
    }
    return false;
}

size_t places_apart(struct slice text, struct words words, struct place_in one, struct place_in other)
{
    enum { CLAUSE = 3 };
    if (one.first > other.first) {
        struct place_in swap = one;
        one = other;
        other = swap;
    }
    size_t apart = 0;
    for (size_t i = one.last; i < other.first; i++)
        apart += 1 + (breaks_clause(text, &words.at[i], &words.at[i + 1]) ? CLAUSE : 0);
    return apart;
}

/* --- numbers -------------------------------------------------------------------------------------------------- */

struct hedge {
    enum bound bound;
    const char *words; /* separated by '|', each right before the number */
};

static const struct hedge hedges[] = {
    {BOUND_LEAST,
     "more than|over|at least|above|exceeding|exceeds|no less than|no fewer than|not less than|mehr "
     "als|über|mindestens|más de|al menos|por lo menos|"
     "plus de|au moins|più di|oltre|almeno|mais de|meer dan|более|более чем|больше|свыше|не менее|超过|多于|至少|逾"},
    {BOUND_MOST, "less than|fewer than|up to|under|below|at most|no more than|not more than|weniger "
                 "als|unter|höchstens|bis zu|maximal|menos de|"
                 "hasta|como máximo|moins de|jusqu'à|meno di|fino a|até|minder dan|менее|менее чем|меньше|до|не "
                 "более|不到|少于|最多|不足"},
    {BOUND_ABOUT,
     "about|around|approximately|roughly|nearly|almost|some|circa|ca.|ca|c.|close to|an "
     "estimated|estimated|~|≈|etwa|rund|ungefähr|"
     "fast|knapp|zirka|unos|unas|cerca de|aproximadamente|casi|alrededor de|environ|près de|circa|quasi|около|примерно|"
     "приблизительно|почти|порядка|约|约为|大约|近|大概|将近"},
};

static bool ends_with_word(struct slice text, struct slice word)
{
    if (word.n > text.n || !slice_eq_nocase(slice_sub(text, text.n - word.n, word.n), word))
        return false;
    bool free_standing = !char_is_ascii_letter(word.p[0]) && (unsigned char)word.p[0] >= 0xE0; /* CJK has no spaces */
    return free_standing || text.n == word.n || !char_is_letter(text.p[text.n - word.n - 1]);
}

static enum bound bound_before(struct slice text, size_t start)
{
    struct slice before = slice_trim(slice_sub(text, 0, start));
    for (size_t h = 0; h < sizeof hedges / sizeof hedges[0]; h++)
        for (struct slice rest = slice_of(hedges[h].words); rest.n;) {
            size_t n = slice_find(rest, SLICE("|"));
            if (ends_with_word(before, slice_sub(rest, 0, n)))
                return hedges[h].bound;
            rest = text_from(rest, n + 1);
        }
    return BOUND_NONE;
}

/* Whether the digits go on after the separator at i; its bytes. */
static size_t separator_at(struct slice text, size_t i)
{
    static const char *const wide[] = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", " "};
    char c = char_at(text, i);
    if ((c == '.' || c == ',') && char_is_digit(char_at(text, i + 1)))
        return 1;
    for (size_t w = 0; w < sizeof wide / sizeof wide[0]; w++) {
        size_t n = strlen(wide[w]);
        if (text_has_at(text, i, wide[w]) && char_is_digit(char_at(text, i + n)) &&
            char_is_digit(char_at(text, i + n + 1)) && char_is_digit(char_at(text, i + n + 2)) &&
            !char_is_digit(char_at(text, i + n + 3)))
            return n;
    }
    return 0;
}

/* The digits of the first figure as one whole number, 0 when it is written in words. *end: behind it. */
static double figure_digits(struct slice text, size_t *end)
{
    double digits = 0;
    size_t i = 0, gap;
    while (i < text.n && !char_is_digit(text.p[i]))
        i++;
    for (; i < text.n; i++) {
        if (char_is_digit(text.p[i]))
            digits = digits * 10 + (text.p[i] - '0');
        else if ((gap = separator_at(text, i)) > 0)
            i += gap - 1;
        else
            break;
    }
    *end = i;
    return digits;
}

static double zeros_of(double digits)
{
    double step = 1;
    while (digits > 0 && step < 1e15 && fmod(digits, step * 10) == 0)
        step *= 10;
    return step;
}

/* "10-12 km", "18,000–11,000 BCE": the second figure. */
static double other_bound(struct arena *a, struct slice text, size_t after, double first, const struct lang *lang)
{
    while (after < text.n && !char_is_digit(text.p[after]))
        after++;
    /* The digit of "km2" is no bound: a figure starts after a space or a dash. */
    if (after == 0 || after >= text.n || char_is_ascii_letter(text.p[after - 1]))
        return first;
    struct numbers rest = numbers_read(a, text_from(text, after), lang);
    return rest.n && rest.at[0].start == 0 ? rest.at[0].value : first;
}

static void add_number(struct arena *a, struct stated *s, struct stated_number number)
{
    void *items = s->numbers;
    struct stated_number *slot = arena_push(a, &items, s->number_count, &s->number_room, sizeof number);
    s->numbers = items;
    *slot = number;
    s->number_count++;
}

static struct stated_number measure(struct arena *a, struct slice text, struct words words, const struct number *n,
                                    const struct lang *lang)
{
    struct stated_number out = {.low = n->value, .unit = n->unit, .ordinal = n->ordinal};
    size_t end;
    out.text = slice_sub(text, n->start, n->n);
    out.at = place_of_bytes(words, n->start, n->n);
    out.bound = bound_before(text, n->start);
    double digits = figure_digits(out.text, &end), size = fabs(n->value);
    out.last_digit = digits > 0 && size > 0 ? size / digits : size >= 1000 ? zeros_of(size) : 1;
    out.round = digits > 0 ? out.last_digit * zeros_of(digits) : zeros_of(size);
    double other = other_bound(a, out.text, end, n->value, lang);
    out.high = fmax(n->value, other);
    out.low = fmin(n->value, other);
    return out;
}

/* English text from elsewhere writes "1 024": two numbers for the reader, since a space separates nothing in English.
 */
static void add_joined(struct arena *a, struct stated *s, struct slice text, const struct number *left,
                       const struct number *right)
{
    size_t end = left->start + left->n;
    bool beside = right->start == end + 1 && text.p[end] == ' ';
    for (size_t i = left->start; i < end && beside; i++)
        beside = char_is_digit(text.p[i]);
    if (!beside || left->n > 3 || left->unit || left->value == 0 || right->value < 0)
        return;
    size_t figure = 0;
    while (char_is_digit(char_at(text, right->start + figure)))
        figure++;
    if (figure != 3)
        return;
    struct stated_number joined = s->numbers[s->number_count - 1];
    double whole = left->value * 1000 + right->value;
    joined.low = joined.high = whole;
    joined.last_digit = 1;
    joined.round = zeros_of(whole);
    joined.text = slice_sub(text, left->start, left->n + 1 + right->n);
    joined.at.first = joined.at.first > 0 ? joined.at.first - 1 : 0;
    joined.guess = true;
    add_number(a, s, joined);
}

static bool overlaps(size_t start, size_t n, size_t other, size_t m)
{
    return start < other + m && other < start + n;
}

static void add_date(struct arena *a, struct stated *s, struct stated_date date)
{
    void *items = s->dates;
    struct stated_date *slot = arena_push(a, &items, s->date_count, &s->date_room, sizeof date);
    s->dates = items;
    *slot = date;
    s->date_count++;
}

/* "September 23", "23. September", "5 de marzo", "3月5日": the reader of dates wants a year, so it is given one. */
static bool add_day_of_month(struct arena *a, struct arena *scratch, struct stated *s, struct slice text, struct words words,
                             const struct number *n)
{
    enum { WORDS_AROUND = 2, BYTES_AROUND = 40 };
    if (n->unit || !n->whole || n->value < 1 || n->value > 31)
        return false;
    const struct place_in at = place_of_bytes(words, n->start, n->n);
    size_t from = words.at[at.first > 0 ? at.first - 1 : 0].start, figure_end = n->start + n->n;
    size_t last = at.last + WORDS_AROUND < words.n ? at.last + WORDS_AROUND : words.n - 1;
    for (int form = 0; form < 4; form++) {
        size_t to = words.at[form == 1 ? last : last > at.last ? last - 1 : last].start;
        to += words.at[form == 1 ? last : last > at.last ? last - 1 : last].n;
        size_t start = form == 0 ? from : n->start, end = form == 0 ? figure_end : form == 3 ? start + 12 : to;
        if (end > text.n || start >= end || end - start > BYTES_AROUND)
            continue;
        struct slice part = slice_sub(text, start, end - start);
        if (form == 3 && !text_has_at(text, figure_end, "月"))
            continue;
        struct slice whole = form == 0   ? arena_printf(scratch, "%.*s, 2000", SLICE_ARGS(part))
                             : form == 3 ? arena_printf(scratch, "2000年%.*s", SLICE_ARGS(part))
                                         : arena_printf(scratch, "%.*s 2000", SLICE_ARGS(part));
        struct dates found = dates_read(scratch, whole);
        if (found.n == 0 || !found.at[0].day || found.at[0].year != 2000)
            continue;
        size_t n_bytes = form == 3 ? found.at[0].n - strlen("2000年") : end - start;
        struct date d = {
            .month = found.at[0].month, .day = found.at[0].day, .start = start, .n = n_bytes, .hour = -1, .minute = -1};
        add_date(
            a, s,
            (struct stated_date){d, false, slice_sub(text, start, n_bytes), place_of_bytes(words, start, n_bytes)});
        return true;
    }
    return false;
}

static bool in_dates(const struct stated *s, const struct number *n)
{
    for (size_t d = 0; d < s->date_count; d++)
        if (s->dates[d].date.month && !s->dates[d].date.year &&
            overlaps(n->start, n->n, s->dates[d].date.start, s->dates[d].date.n))
            return true;
    return false;
}

static void read_numbers(struct arena *a, struct arena *scratch, struct stated *s, struct slice text, struct words words,
                         const struct numbers *numbers, const struct dates *dates, const struct lang *lang)
{
    for (size_t i = 0; i < numbers->n; i++) {
        const struct number *n = &numbers->at[i];
        bool dated = false;
        for (size_t d = 0; d < dates->n && !dated; d++)
            dated = (n->year || dates->at[d].month) && overlaps(n->start, n->n, dates->at[d].start, dates->at[d].n);
        if (dated || in_dates(s, n) || add_day_of_month(a, scratch, s, text, words, n))
            continue;
        if (n->year && char_at(text, n->start + n->n) == 's')
            continue; /* a decade */
        add_number(a, s, measure(a, text, words, n, lang));
        if (i > 0)
            add_joined(a, s, text, &numbers->at[i - 1], n);
    }
}

/* Both in the base unit of their dimension, or as written where one of them has no unit. */
static double in_base(const struct stated_number *n, double value, bool by_unit, bool difference)
{
    if (!by_unit || n->unit->dimension == DIM_MONEY)
        return value;
    return value * n->unit->factor + (difference ? 0 : n->unit->offset);
}

static double tolerance(const struct stated_number *n, bool by_unit, bool converted)
{
    double size = fabs(n->low), half = n->last_digit / 2;
    if (n->last_digit > 1 && half > ROUNDED_SHARE * size)
        half = ROUNDED_SHARE * size;
    double share = n->bound == BOUND_ABOUT ? ABOUT_SHARE : converted ? CONVERTED_SHARE : 0;
    if (share > 0)
        half = fmax(half, fmin(n->round / 2, share * size));
    return in_base(n, half, by_unit, true);
}

bool numbers_alike(const struct stated_number *one, const struct stated_number *other)
{
    if (one->ordinal != other->ordinal)
        return false;
    if (!one->unit || !other->unit)
        return !one->unit && !other->unit;
    return one->unit->dimension == other->unit->dimension &&
           (one->unit->dimension != DIM_MONEY || one->unit->factor == other->unit->factor);
}

struct pair {
    double low, high, other_low, other_high, tolerance;
};

/* False: they cannot be compared. */
static bool make_pair(const struct stated_number *one, const struct stated_number *other, struct pair *p)
{
    bool by_unit = one->unit && other->unit;
    if (one->ordinal != other->ordinal || (by_unit && !numbers_alike(one, other)))
        return false;
    bool converted = by_unit && one->unit->factor != other->unit->factor && one->unit->dimension != DIM_MONEY;
    *p = (struct pair){in_base(one, one->low, by_unit, false), in_base(one, one->high, by_unit, false),
                       in_base(other, other->low, by_unit, false), in_base(other, other->high, by_unit, false), 0};
    p->tolerance = fmax(tolerance(one, by_unit, converted), tolerance(other, by_unit, converted)) * (1 + 1e-9);
    return true;
}

bool number_agrees(const struct stated_number *claim, const struct stated_number *other)
{
    struct pair p;
    if (!make_pair(claim, other, &p))
        return false;
    bool same = fabs(p.low - p.other_low) <= p.tolerance && fabs(p.high - p.other_high) <= p.tolerance;
    if (same)
        return true;
    bool exact = other->low == other->high && (other->bound == BOUND_NONE || other->bound == BOUND_ABOUT);
    if (!exact)
        return false;
    if (claim->high > claim->low)
        return p.other_low >= p.low - p.tolerance && p.other_high <= p.high + p.tolerance;
    /* "More than 300" is true of 320; it is not what somebody says of 3,000. */
    if (claim->bound == BOUND_LEAST)
        return p.other_low >= p.low && p.other_low <= 1.5 * fabs(p.low);
    return claim->bound == BOUND_MOST && p.other_high <= p.high && p.other_high >= 0.5 * p.high;
}

bool numbers_compatible(const struct stated_number *one, const struct stated_number *other)
{
    struct pair p;
    if (!make_pair(one, other, &p) || number_agrees(one, other) || number_agrees(other, one))
        return true;
    if (p.low <= p.other_high + p.tolerance && p.other_low <= p.high + p.tolerance)
        return true;
    bool rises = one->bound == BOUND_LEAST && p.other_high >= p.low,
         falls = one->bound == BOUND_MOST && p.other_low <= p.high;
    bool other_rises = other->bound == BOUND_LEAST && p.high >= p.other_low;
    bool other_falls = other->bound == BOUND_MOST && p.low <= p.other_high;
    return rises || falls || other_rises || other_falls;
}

/* --- dates ---------------------------------------------------------------------------------------------------- */

static void add_year(struct arena *a, struct stated *s, struct slice text, struct words words, int year, bool decade,
                     size_t start, size_t n)
{
    const struct date d = {.year = year, .start = start, .n = n, .hour = -1, .minute = -1};
    add_date(a, s, (struct stated_date){d, decade, slice_sub(text, start, n), place_of_bytes(words, start, n)});
}

/* "1914–18": the reader of dates has the first year. */
static void add_last_year(struct arena *a, struct stated *s, struct slice text, struct words words,
                          const struct number *n)
{
    size_t end = n->start + n->n;
    if (!n->year || n->n < 7 || !char_is_digit(text.p[end - 1]) || !char_is_digit(text.p[end - 2]) ||
        char_is_digit(text.p[end - 3]))
        return;
    int year = (int)n->value / 100 * 100 + (text.p[end - 2] - '0') * 10 + (text.p[end - 1] - '0');
    bool dated = year <= (int)n->value;
    for (size_t i = 0; i < s->date_count && !dated; i++)
        dated = s->dates[i].date.month && overlaps(n->start, n->n, s->dates[i].date.start, s->dates[i].date.n);
    if (dated)
        return; /* "1931-03-03" */
    add_year(a, s, text, words, year, false, end - 2, 2);
}

/* "1990s", "mid-1990s", "1990er", "1990-х", "1990年代" at i; its bytes. */
static size_t add_decade(struct arena *a, struct stated *s, struct slice text, struct words words, size_t i)
{
    static const char *const ends[] = {"s", "er", "ern", "-х", "年代"};
    size_t longest = 0;
    if ((i > 0 && char_is_digit(text.p[i - 1])) || (text.p[i] != '1' && text.p[i] != '2') ||
        char_at(text, i + 3) != '0')
        return 0;
    for (size_t k = 1; k < 3; k++)
        if (!char_is_digit(text.p[i + k]))
            return 0;
    for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
        size_t n = strlen(ends[k]);
        bool ascii = char_is_ascii_letter(ends[k][0]);
        if (text_has_at(text, i + 4, ends[k]) && !(ascii && char_is_letter(char_at(text, i + 4 + n))) && n > longest)
            longest = n;
    }
    if (longest == 0)
        return 0;
    for (size_t k = 0; k < s->date_count; k++)
        if (s->dates[k].date.start == i) { /* read as a year */
            s->dates[k].decade = true;
            return 3 + longest;
        }
    int year = (text.p[i] - '0') * 1000 + (text.p[i + 1] - '0') * 100 + (text.p[i + 2] - '0') * 10;
    add_year(a, s, text, words, year, true, i, 4 + longest);
    return 3 + longest;
}

static void read_dates(struct arena *a, struct stated *s, struct slice text, struct words words,
                       const struct numbers *numbers, const struct dates *dates)
{
    for (size_t i = 0; i < dates->n; i++) {
        const struct date *d = &dates->at[i];
        bool measures = false;
        for (size_t k = 0; k < numbers->n && !measures && !d->month; k++)
            measures = !numbers->at[k].year && overlaps(d->start, d->n, numbers->at[k].start, numbers->at[k].n);
        if (!measures)
            add_date(a, s,
                     (struct stated_date){*d, false, slice_sub(text, d->start, d->n),
                                          place_of_bytes(words, d->start, d->n)});
    }
    for (size_t i = 0; i < numbers->n; i++)
        add_last_year(a, s, text, words, &numbers->at[i]);
    for (size_t i = 0; i + 4 < text.n; i++)
        i += add_decade(a, s, text, words, i);
}

bool dates_agree(const struct stated_date *one, const struct stated_date *other)
{
    const struct date *a = &one->date, *b = &other->date;
    if (one->decade || other->decade)
        return a->year && a->year / 10 == b->year / 10;
    if ((!a->year || !b->year) && !(a->month && b->month))
        return false;
    return (!a->year || !b->year || a->year == b->year) && (!a->month || !b->month || a->month == b->month) &&
           (!a->day || !b->day || a->day == b->day);
}

bool date_agrees_with_number(const struct stated_date *date, const struct stated_number *number)
{
    return date->date.year && !date->date.month && !date->decade && !number->unit && !number->ordinal &&
           number->low == number->high && number->low == date->date.year;
}

/* --- negation ------------------------------------------------------------------------------------------------- */

enum { NEGATED_WORDS = 2, NEGATION_REACH = 6 };

static const struct {
    const char *lang, *before, *except; /* folded words that negate what follows, and those after which they do not */
} negators[] = {
    {"en", " not never no without cannot neither nor none nobody nothing ", " only least just matter "},
    {"de", " nicht nie niemals kein keine keinen keinem keiner keines ohne weder ", " nur zuletzt mehr "},
    {"es", " no nunca jamás sin tampoco ningún ninguna ni ", " solo sólo solamente "},
    {"ru", " не нет ни без никогда нельзя ", " только менее более "},
    {"fr", " pas jamais sans aucun aucune ", " seulement "},
    {"it", " non mai senza nessun nessuna nessuno ", " solo soltanto "},
    {"pt", " não nunca jamais sem nenhum nenhuma ", " só somente apenas "},
    {"nl", " niet nooit geen zonder ", " alleen "},
};
/* In scripts without spaces, by characters. */
static const char *const cjk_before[] = {"并非", "不是", "没有", "沒有", "不", "没", "沒", "未", "无", "無", NULL};
static const char *const cjk_behind[] = {"なかった", "ない", "ません", "않", "없", "못", NULL};
static const char *const cjk_except[] = {"不仅", "不僅", "不过", "不過",   "不同",   "不断", "不斷", "不少", "不久",
                                         "不但", "不只", "不管", "不列颠", "不丹",   "无论", "無論", "无线", "無線",
                                         "无数", "無數", "未来", "未來",   "不超过", "不到", "不足", NULL};

static size_t starts_one_of(struct slice text, const char *const *list)
{
    for (; *list; list++)
        if (slice_starts(text, slice_of(*list)))
            return strlen(*list);
    return 0;
}

static bool is_content(const struct word *w)
{
    return !(w->flags & (WORD_STOP | WORD_NUMBER));
}

static size_t negate_forward(struct stated *s, struct slice text, struct words words, size_t from)
{
    size_t marked = 0;
    for (size_t i = from; i < words.n && i < from + NEGATION_REACH && marked < NEGATED_WORDS; i++) {
        if (i > 0 && breaks_clause(text, &words.at[i - 1], &words.at[i]))
            break;
        if (is_content(&words.at[i])) {
            s->negated[i] = true;
            marked++;
        }
    }
    return marked;
}

static void negate_backward(struct stated *s, struct slice text, struct words words, size_t from)
{
    size_t marked = 0;
    for (size_t i = from; i-- > 0 && i + NEGATION_REACH >= from && marked < NEGATED_WORDS;) {
        if (i + 1 < words.n && breaks_clause(text, &words.at[i], &words.at[i + 1]))
            break;
        if (is_content(&words.at[i])) {
            s->negated[i] = true;
            marked++;
        }
    }
}

static bool negates(struct slice text, struct words words, size_t i, const struct lang *lang)
{
    struct slice word = words.at[i].fold, next = i + 1 < words.n ? words.at[i + 1].fold : SLICE("");
    const char *code = slice_is(slice_of(lang->code), "und") ? "en" : lang->code;
    for (size_t k = 0; k < sizeof negators / sizeof negators[0]; k++) {
        if (strcmp(code, negators[k].lang) != 0)
            continue;
        bool there = need_lists(negators[k].before, word) || (k == 0 && slice_ends(word, SLICE("n't")));
        /* "No. 5" */
        bool numbered = slice_is(word, "no") && char_at(text, words.at[i].start + words.at[i].n) == '.';
        return there && !numbered && !(next.n && need_lists(negators[k].except, next));
    }
    return false;
}

static void add_negation(struct arena *a, struct stated *s, size_t at)
{
    void *items = s->negation_at;
    size_t *slot = arena_push(a, &items, s->negations, &s->negation_room, sizeof at);
    s->negation_at = items;
    *slot = at;
    s->negations++;
}

static void negations_without_spaces(struct arena *a, struct stated *s, struct slice text, struct words words)
{
    size_t word = 0;
    for (size_t i = 0, n; i < text.n; i += n) {
        struct slice rest = text_from(text, i);
        n = 1;
        if ((unsigned char)text.p[i] < 0xE3)
            continue;
        size_t skip = starts_one_of(rest, cjk_except), before = skip ? 0 : starts_one_of(rest, cjk_before);
        size_t behind = skip ? 0 : starts_one_of(rest, cjk_behind);
        if (skip)
            n = skip;
        if (!before && !behind)
            continue;
        n = before ? before : behind;
        while (word < words.n && words.at[word].start < i + (before ? n : 0))
            word++;
        add_negation(a, s, word);
        if (!before || negate_forward(s, text, words, word) == 0)
            negate_backward(s, text, words, word);
    }
}

static void find_negations(struct arena *a, struct stated *s, struct slice text, struct words words,
                           const struct lang *lang)
{
    for (size_t i = 0; i < words.n; i++) {
        if ((words.at[i].flags & WORD_CJK) || !negates(text, words, i, lang))
            continue;
        add_negation(a, s, i + 1);
        if (negate_forward(s, text, words, i + 1) == 0)
            negate_backward(s, text, words, i);
    }
    negations_without_spaces(a, s, text, words);
}

/* -------------------------------------------------------------------------------------------------------------- */

/* Bytes of the common start that end at a character's end, and its characters. */
static size_t common_start(struct slice one, struct slice other, size_t *chars)
{
    size_t n = 0;
    while (n < one.n && n < other.n && one.p[n] == other.p[n])
        n++;
    while (n > 0 && ((n < one.n && ((unsigned char)one.p[n] & 0xC0) == 0x80) ||
                     (n < other.n && ((unsigned char)other.p[n] & 0xC0) == 0x80)))
        n--;
    *chars = 0;
    for (size_t i = 0; i < n; i++)
        *chars += ((unsigned char)one.p[i] & 0xC0) != 0x80;
    return n;
}

static size_t chars_from(struct slice s, size_t i)
{
    size_t n = 0;
    for (; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

bool stems_alike(struct slice one, struct slice other)
{
    enum { LEAST = 5, ENDING = 3 };
    size_t chars, n;
    if (slice_eq(one, other))
        return true;
    n = common_start(one, other, &chars);
    return chars >= LEAST && chars_from(one, n) <= ENDING && chars_from(other, n) <= ENDING;
}

struct stated *stated_read(struct arena *a, struct slice text, struct words words, const struct lang *lang)
{
    struct stated *s = arena_array(a, struct stated, 1);
    struct arena *scratch = arena_new();
    struct numbers numbers = numbers_read(scratch, text, lang);
    struct dates dates = dates_read(scratch, text);
    s->negated = arena_array(a, bool, words.n);
    s->in_value = arena_array(a, bool, words.n);
    if (words.n == 0) {
        arena_free(scratch);
        return s;
    }
    s->names = names_read(a, text, words);
    read_dates(a, s, text, words, &numbers, &dates);
    read_numbers(a, scratch, s, text, words, &numbers, &dates, lang);
    arena_free(scratch);
    find_negations(a, s, text, words, lang);
    for (size_t i = 0; i < s->number_count; i++)
        for (size_t w = s->numbers[i].at.first; w <= s->numbers[i].at.last; w++)
            s->in_value[w] = true;
    for (size_t i = 0; i < s->date_count; i++)
        for (size_t w = s->dates[i].at.first; w <= s->dates[i].at.last; w++)
            s->in_value[w] = true;
    return s;
}
