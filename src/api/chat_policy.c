/* chat_policy.c - which sites may be read, in the dialects of Parallel, Perplexity and OpenAI, as one policy. */
#include "api/chat_inner.h"
#include "api/places.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/date.h"

enum { DAY_S = 24 * 60 * 60 };

struct lists {
    struct slice *include, *exclude;
    size_t include_count, exclude_count;
};

static bool policy_add(const struct fields *f, const char *name, struct slice text, struct slice **list, size_t *count,
                       struct err *e)
{
    struct slice place = places_read(f->arena, text);
    if (!place.n)
        return fields_wrong(f, name,
                            "a domain such as 'example.org' or '.org', or one with a path such as "
                            "'example.org/docs'",
                            e);
    if (!*list) /* few requests name any */
        *list = arena_array(f->arena, struct slice, CHAT_DOMAINS_MOST);
    (*list)[(*count)++] = place;
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
    if (!fields_strings(f, name, CHAT_DOMAINS_MOST, &given, &n, e))
        return false;
    if (*count + n > CHAT_DOMAINS_MOST)
        return fields_wrong(f, name, "at most 200 domains together with the other lists", e);
    for (size_t i = 0; i < n; i++)
        if (!policy_add(f, item_name(f, name, i), given[i], list, count, e))
            return false;
    return true;
}

/* Perplexity's list: "-example.org" excludes. */
static bool read_signed(const struct fields *body, struct lists *l, struct err *e)
{
    static const char name[] = "search_domain_filter";
    struct slice *given = NULL;
    size_t n;
    if (!fields_strings(body, name, CHAT_DOMAINS_MOST - l->include_count - l->exclude_count, &given, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool minus = slice_starts(given[i], SLICE("-"));
        struct slice domain = minus ? slice_sub(given[i], 1, given[i].n - 1) : given[i];
        if (!policy_add(body, item_name(body, name, i), domain, minus ? &l->exclude : &l->include,
                        minus ? &l->exclude_count : &l->include_count, e))
            return false;
    }
    return true;
}

static bool read_after(const struct fields *f, struct slice *after, struct err *e)
{
    struct slice date = {NULL, 0};
    struct day day;
    if (!fields_string(f, "after_date", &date, e))
        return false;
    if (date.n && !date_parse_iso(date, &day)) /* forms that are not filled in send an empty one */
        return fields_wrong(f, "after_date", "a date such as '2026-01-31'", e);
    if (date.n)
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
    for (size_t i = 0; i < COUNT_OF(spans); i++)
        if (slice_is(name, spans[i].name)) {
            char *date = arena_alloc(body->arena, 11);
            clock_date(today_unix - spans[i].days * DAY_S, date);
            *after = slice_of(date);
            return true;
        }
    return fields_wrong(body, "search_recency_filter", "one of 'hour', 'day', 'week', 'month', 'year'", e);
}

/* "3/1/2025", month first, as Perplexity writes dates; or "2025-03-01". */
static bool read_slashed(struct slice text, struct day *day)
{
    int part[3] = {0};
    size_t parts = 0, digits = 0;
    if (date_parse_iso(text, day))
        return true;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '/' && digits && parts < 2) {
            parts++;
            digits = 0;
        } else if (ascii_is_digit(text.p[i]) && digits < 4) {
            part[parts] = part[parts] * 10 + (text.p[i] - '0');
            digits++;
        } else {
            return false;
        }
    }
    *day = (struct day){part[2], part[0], part[1]};
    return parts == 2 && digits == 4 && date_valid(*day);
}

/* Perplexity's filters of dates. A page has one date here, so that of several filters for its beginning the latest
 * counts. There is no upper end: a page that was written later may be the better source. */
static bool read_date_filters(const struct fields *body, struct chat_request *out, struct err *e)
{
    static const struct {
        const char *name;
        bool after;
    } filters[] = {{"search_after_date_filter", true},
                   {"last_updated_after_filter", true},
                   {"search_before_date_filter", false},
                   {"last_updated_before_filter", false}};
    struct slice *after = &out->question.policy.after_date;
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        struct slice text = {NULL, 0};
        struct day day;
        if (!fields_string(body, filters[i].name, &text, e))
            return false;
        text = slice_trim(text);
        if (!text.n)
            continue;
        if (!read_slashed(text, &day))
            return fields_wrong(body, filters[i].name, "a date such as '3/1/2025' (month/day/year) or '2025-03-01'", e);
        char *date = arena_alloc(body->arena, DATE_ROOM);
        if (!filters[i].after)
            chat_warn(body->arena, out,
                      arena_printf(body->arena, "'%s' was ignored: pages can only be limited to newer ones.",
                                   filters[i].name));
        else if (date_print(day, date) && slice_cmp(slice_of(date), *after) > 0)
            *after = slice_of(date);
    }
    return true;
}

static bool read_source_policy(const struct fields *parent, struct lists *l, struct slice *after, struct err *e)
{
    struct fields policy;
    bool found;
    if (!fields_object(parent, "source_policy", &policy, &found, e))
        return false;
    if (!found)
        return true;
    if (!read_list(&policy, "include_domains", &l->include, &l->include_count, e) ||
        !read_list(&policy, "exclude_domains", &l->exclude, &l->exclude_count, e))
        return false;
    if (l->include_count + l->exclude_count > CHAT_DOMAINS_MOST)
        return fields_wrong(&policy, "exclude_domains", "at most 200 domains together with include_domains", e);
    return read_after(&policy, after, e);
}

static const struct slice *policy_join(struct arena *a, const struct slice *list, size_t *count,
                                       const struct slice *more, size_t n)
{
    struct slice *both = arena_array(a, struct slice, *count + n);
    if (*count)
        memcpy(both, list, *count * sizeof *both);
    if (n)
        memcpy(both + *count, more, n * sizeof *both);
    *count += n;
    return both;
}

static void policy_set(const struct lists *l, struct policy *out)
{
    out->include = l->include;
    out->include_count = l->include_count;
    out->exclude = l->exclude;
    out->exclude_count = l->exclude_count;
}

bool chat_read_source_policy(const struct fields *parent, struct policy *out, struct err *e)
{
    struct lists l = {0};
    if (!read_source_policy(parent, &l, &out->after_date, e))
        return false;
    policy_set(&l, out);
    return true;
}

bool chat_read_filters(const struct fields *tool, struct policy *policy, struct err *e)
{
    struct fields filters;
    bool found;
    struct lists l = {0};
    if (!fields_object(tool, "filters", &filters, &found, e) || !found)
        return !found;
    if (!read_list(&filters, "allowed_domains", &l.include, &l.include_count, e) ||
        !read_list(&filters, "blocked_domains", &l.exclude, &l.exclude_count, e))
        return false;
    policy->include = policy_join(tool->arena, policy->include, &policy->include_count, l.include, l.include_count);
    policy->exclude = policy_join(tool->arena, policy->exclude, &policy->exclude_count, l.exclude, l.exclude_count);
    return policy->include_count + policy->exclude_count <= CHAT_DOMAINS_MOST ||
           fields_wrong(&filters, "allowed_domains", "at most 200 domains together with the other lists", e);
}

bool chat_read_policy(const struct fields *body, int64_t today_unix, struct chat_request *out, struct err *e)
{
    struct question *q = &out->question;
    struct lists l = {0};
    struct fields options, filters;
    bool found;
    if (!read_source_policy(body, &l, &q->policy.after_date, e))
        return false;
    if (!read_signed(body, &l, e) || !read_recency(body, today_unix, &q->policy.after_date, e) ||
        !read_date_filters(body, out, e))
        return false;
    if (!fields_object(body, "web_search_options", &options, &found, e))
        return false;
    if (found && !fields_object(&options, "filters", &filters, &found, e))
        return false;
    if (found && (!read_list(&filters, "allowed_domains", &l.include, &l.include_count, e) ||
                  !read_list(&filters, "blocked_domains", &l.exclude, &l.exclude_count, e)))
        return false;
    policy_set(&l, &q->policy);
    return true;
}
