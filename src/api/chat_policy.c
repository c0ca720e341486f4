/* chat_policy.c - which sites may be read, in the dialects of Parallel, Perplexity and OpenAI, as one filter. */
#include "api/chat_parts.h"
#include "base/clock.h"

/* Parallel's limit for include and exclude together. */
enum { MAX_DOMAINS = 200, DAY_S = 24 * 60 * 60 };

struct lists {
    struct slice *include, *exclude;
    size_t include_count, exclude_count;
};

/* "https://www.Example.org/x" → "example.org"; ".org" stays a wildcard. Empty when it is no host name. */
static struct slice domain_of(struct arena *a, struct slice text)
{
    text = slice_trim(text);
    size_t scheme = slice_find(text, SLICE("://"));
    if (scheme < text.n)
        text = slice_sub(text, scheme + 3, text.n - scheme - 3);
    text.n = slice_find(text, SLICE("/"));
    text.n = slice_find(text, SLICE(":"));
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 'a' - 'A');
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || (c & 0x80);
        if (!good)
            return (struct slice){NULL, 0};
        out[n++] = c;
    }
    struct slice host = {out, n};
    return slice_starts(host, SLICE("www.")) ? slice_sub(host, 4, n - 4) : host;
}

static bool add(const struct fields *f, const char *name, struct slice text, struct slice **list, size_t *count,
                struct err *e)
{
    struct slice domain = domain_of(f->arena, text);
    if (domain.n < 2)
        return fields_wrong(f, name, "a domain name such as 'example.org' or '.org'", e);
    if (!*list) /* few requests name any */
        *list = arena_array(f->arena, struct slice, MAX_DOMAINS);
    (*list)[(*count)++] = domain;
    return true;
}

/* "include_domains[3]" */
static const char *item_name(const struct fields *f, const char *name, size_t i)
{
    return arena_printf(f->arena, "%s[%zu]", name, i).p;
}

static bool read_list(const struct fields *f, const char *name, struct slice **list, size_t *count, struct err *e)
{
    struct slice *given = NULL;
    size_t n;
    if (!fields_strings(f, name, MAX_DOMAINS, &given, &n, e))
        return false;
    if (*count + n > MAX_DOMAINS)
        return fields_wrong(f, name, "at most 200 domains together with the other lists", e);
    for (size_t i = 0; i < n; i++)
        if (!add(f, item_name(f, name, i), given[i], list, count, e))
            return false;
    return true;
}

/* Perplexity's list: "-example.org" excludes. */
static bool read_signed(const struct fields *body, struct lists *l, struct err *e)
{
    static const char name[] = "search_domain_filter";
    struct slice *given = NULL;
    size_t n;
    if (!fields_strings(body, name, MAX_DOMAINS - l->include_count - l->exclude_count, &given, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool minus = slice_starts(given[i], SLICE("-"));
        struct slice domain = minus ? slice_sub(given[i], 1, given[i].n - 1) : given[i];
        if (!add(body, item_name(body, name, i), domain, minus ? &l->exclude : &l->include,
                 minus ? &l->exclude_count : &l->include_count, e))
            return false;
    }
    return true;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool is_date(struct slice d)
{
    if (d.n != 10 || d.p[4] != '-' || d.p[7] != '-')
        return false;
    int number[3] = {0, 0, 0};
    for (size_t i = 0, part = 0; i < 10; i++) {
        if (d.p[i] == '-') {
            part++;
            continue;
        }
        if (d.p[i] < '0' || d.p[i] > '9')
            return false;
        number[part] = number[part] * 10 + (d.p[i] - '0');
    }
    return number[1] >= 1 && number[1] <= 12 && number[2] >= 1 && number[2] <= days_of(number[0], number[1]);
}

static bool read_after(const struct fields *f, struct slice *after, struct err *e)
{
    struct slice date = {NULL, 0};
    if (!fields_string(f, "after_date", &date, e))
        return false;
    if (date.p && !is_date(date))
        return fields_wrong(f, "after_date", "a date such as '2026-01-31'", e);
    if (date.p)
        *after = date;
    return true;
}

static bool read_recency(const struct fields *body, int64_t today_unix, struct slice *after, struct err *e)
{
    static const struct {
        const char *name;
        int64_t days;
    } spans[] = {{"hour", 1}, {"day", 1}, {"week", 7}, {"month", 31}, {"year", 366}};
    struct slice name = {NULL, 0};
    if (!fields_string(body, "search_recency_filter", &name, e))
        return false;
    if (!name.p)
        return true;
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
        if (slice_is(name, spans[i].name)) {
            char *date = arena_alloc(body->arena, 11);
            clock_date(today_unix - spans[i].days * DAY_S, date);
            *after = slice_of(date);
            return true;
        }
    return fields_wrong(body, "search_recency_filter", "one of 'hour', 'day', 'week', 'month', 'year'", e);
}

bool chat_read_policy(const struct fields *body, int64_t today_unix, struct question *q, struct err *e)
{
    struct lists l = {0};
    struct fields policy, options, filters;
    bool found;
    if (!fields_object(body, "source_policy", &policy, &found, e))
        return false;
    if (found) {
        if (!read_list(&policy, "include_domains", &l.include, &l.include_count, e) ||
            !read_list(&policy, "exclude_domains", &l.exclude, &l.exclude_count, e))
            return false;
        if (l.include_count + l.exclude_count > MAX_DOMAINS)
            return fields_wrong(&policy, "exclude_domains", "at most 200 domains together with include_domains", e);
        if (!read_after(&policy, &q->filter.after_date, e))
            return false;
    }
    if (!read_signed(body, &l, e) || !read_recency(body, today_unix, &q->filter.after_date, e))
        return false;
    if (!fields_object(body, "web_search_options", &options, &found, e))
        return false;
    if (found && !fields_object(&options, "filters", &filters, &found, e))
        return false;
    if (found && (!read_list(&filters, "allowed_domains", &l.include, &l.include_count, e) ||
                  !read_list(&filters, "blocked_domains", &l.exclude, &l.exclude_count, e)))
        return false;
    q->filter.include = l.include;
    q->filter.include_count = l.include_count;
    q->filter.exclude = l.exclude;
    q->filter.exclude_count = l.exclude_count;
    return true;
}
