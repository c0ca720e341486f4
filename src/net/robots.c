/* robots.c - reads robots.txt line by line and matches paths against its rules.
 *
 * A file is a row of groups: User-agent lines, then rules. Rules are kept for two agents, ours and "*"; at the end the
 * first list is used if a group named us, else the second. As in Google's parser, lines that are neither user agents
 * nor rules do not end a row of User-agent lines, and common misspellings of line names are understood.
 *
 * Matching walks once through the path for each rule. Between two '*' the leftmost match is as good as any other, so
 * nothing is tried twice, and a hostile pattern costs no more than its own length and the path's together. */
#include "net/robots.h"

#include "base/ascii.h"
#include "net/url.h"
#include "net/url_inner.h"

enum { MAX_SITEMAPS = 100, MAX_LINE = 16 * 1024, MAX_DELAY_S = 24 * 3600 };

struct group {
    struct robots_rule *rules;
    size_t count, room;
    unsigned delay_ms;
    bool seen;
};

struct reading {
    struct arena *arena;
    struct slice agent;
    struct group own, any;
    bool in_own, in_any; /* the open group names us, everyone */
    bool rules_begun;    /* the next User-agent line opens a new group */
    /* A Crawl-delay ends a row of User-agent lines for further delays, but not for rules. */
    bool delay_own, delay_any, delays_begun;
    struct robots *out;
};

enum kind { OTHER, USER_AGENT, ALLOW, DISALLOW, DELAY, SITEMAP };

static const struct {
    const char *name;
    enum kind kind;
} names[] = {
    {"user-agent", USER_AGENT}, {"useragent", USER_AGENT}, {"user agent", USER_AGENT}, {"allow", ALLOW},
    {"disallow", DISALLOW},     {"dissallow", DISALLOW},   {"dissalow", DISALLOW},     {"disalow", DISALLOW},
    {"diasllow", DISALLOW},     {"disallaw", DISALLOW},    {"crawl-delay", DELAY},     {"crawldelay", DELAY},
    {"sitemap", SITEMAP},       {"site-map", SITEMAP},
};

static enum kind kind_of(struct slice name)
{
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_eq_nocase(name, slice_of(names[i].name)))
            return names[i].kind;
    return OTHER;
}

static bool token_char(char c)
{
    return ascii_is_letter(c) || c == '-' || c == '_';
}

/* "FooBot/2.1 (x)" -> "FooBot" */
static struct slice robots_token(struct slice s)
{
    size_t n = 0;
    while (n < s.n && token_char(s.p[n]))
        n++;
    return slice_sub(s, 0, n);
}

static void on_agent(struct reading *r, struct slice value)
{
    if (r->rules_begun)
        r->in_own = r->in_any = r->rules_begun = r->delay_own = r->delay_any = false;
    if (r->delays_begun)
        r->delay_own = r->delay_any = r->delays_begun = false;
    bool star = value.n > 0 && value.p[0] == '*' && (value.n == 1 || value.p[1] == ' ' || value.p[1] == '\t');
    if (star)
        r->in_any = r->delay_any = r->any.seen = true;
    else if (r->agent.n > 0 && slice_eq_nocase(robots_token(value), r->agent))
        r->in_own = r->delay_own = r->own.seen = true;
}

static void add_rule(struct reading *r, struct group *g, bool allow, struct slice pattern, unsigned line)
{
    struct robots_rule *rule = arena_push(r->arena, &g->rules, g->count++, &g->room);
    *rule = (struct robots_rule){pattern, allow, line};
}

/* A '$' that does not end the pattern is a plain character. */
static struct slice pattern_of(struct arena *a, struct slice value)
{
    struct slice s = url_percent_normal(a, value);
    size_t dollar = slice_find(s, SLICE("$"));
    while (dollar + 1 < s.n) {
        s = arena_printf(a, "%.*s%%24%.*s", (int)dollar, s.p, (int)(s.n - dollar - 1), s.p + dollar + 1);
        dollar += 3;
        dollar += slice_find(slice_sub(s, dollar, s.n - dollar), SLICE("$"));
    }
    return s;
}

static void on_rule(struct reading *r, bool allow, struct slice value, unsigned line)
{
    r->rules_begun = true;
    if (value.n == 0 || !(r->in_own || r->in_any))
        return; /* "Disallow:" forbids nothing */
    struct slice pattern = pattern_of(r->arena, value);
    if (r->in_own)
        add_rule(r, &r->own, allow, pattern, line);
    if (r->in_any)
        add_rule(r, &r->any, allow, pattern, line);
}

/* Seconds, with a fraction or without. The longest counts. */
static void on_delay(struct reading *r, struct slice value)
{
    unsigned ms = 0, unit = 1000;
    size_t i = 0;
    for (; i < value.n && ascii_is_digit(value.p[i]) && ms <= MAX_DELAY_S * 1000u; i++)
        ms = ms * 10 + (unsigned)(value.p[i] - '0') * 1000;
    if (i == 0)
        return;
    if (i < value.n && value.p[i] == '.')
        for (i++; i < value.n && ascii_is_digit(value.p[i]) && unit > 1; i++)
            ms += (unsigned)(value.p[i] - '0') * (unit /= 10);
    if (ms > MAX_DELAY_S * 1000u)
        ms = MAX_DELAY_S * 1000u;
    r->delays_begun = true;
    if (r->delay_own && ms > r->own.delay_ms)
        r->own.delay_ms = ms;
    if (r->delay_any && ms > r->any.delay_ms)
        r->any.delay_ms = ms;
}

static void on_sitemap(struct reading *r, struct slice value)
{
    if (value.n > 0 && r->out->sitemap_count < MAX_SITEMAPS)
        r->out->sitemaps[r->out->sitemap_count++] = arena_dup(r->arena, value);
}

static void on_line(struct reading *r, struct slice line, unsigned number)
{
    line.n = slice_find(line, SLICE("#"));
    if (line.n > MAX_LINE)
        line.n = MAX_LINE;
    line = slice_trim(line);
    size_t colon = slice_find(line, SLICE(":"));
    size_t skip = 1;
    if (colon == line.n) {
        /* "Disallow /private": white space counts as the colon where the line has it in one place only. */
        for (colon = 0; colon < line.n && line.p[colon] != ' ' && line.p[colon] != '\t';)
            colon++;
        skip = 0;
    }
    if (colon >= line.n)
        return;
    struct slice name = slice_trim(slice_sub(line, 0, colon));
    struct slice value = slice_trim(slice_sub(line, colon + skip, line.n - colon - skip));
    if (skip == 0 && (memchr(value.p, ' ', value.n) || memchr(value.p, '\t', value.n)))
        return;
    switch (kind_of(name)) {
    case USER_AGENT:
        on_agent(r, value);
        break;
    case ALLOW:
    case DISALLOW:
        on_rule(r, kind_of(name) == ALLOW, value, number);
        break;
    case DELAY:
        on_delay(r, value);
        break;
    case SITEMAP:
        on_sitemap(r, value);
        break;
    case OTHER:
        break;
    }
}

void robots_parse(struct arena *a, struct slice text, struct slice agent, struct robots *out)
{
    *out = (struct robots){.sitemaps = arena_array(a, struct slice, MAX_SITEMAPS)};
    struct reading r = {.arena = a, .agent = robots_token(agent), .out = out};
    if (text.n > ROBOTS_MAX_BYTES)
        text.n = ROBOTS_MAX_BYTES;
    if (slice_starts(text, SLICE("\xef\xbb\xbf")))
        text = slice_sub(text, 3, text.n - 3);
    size_t start = 0;
    unsigned number = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != '\n' && text.p[i] != '\r')
            continue;
        on_line(&r, slice_sub(text, start, i - start), ++number);
        if (i + 1 < text.n && text.p[i] == '\r' && text.p[i + 1] == '\n')
            i++;
        start = i + 1;
    }
    const struct group *g = r.own.seen ? &r.own : &r.any;
    out->own_group = r.own.seen;
    out->rules = g->rules;
    out->rule_count = g->count;
    out->delay_ms = g->delay_ms;
}

static bool robots_fits(struct slice pattern, struct slice path)
{
    bool to_end = pattern.n > 0 && pattern.p[pattern.n - 1] == '$';
    if (to_end)
        pattern.n--;
    size_t at = 0; /* in path: where the rest of the pattern may begin */
    for (bool first = true;; first = false) {
        size_t star = slice_find(pattern, SLICE("*"));
        struct slice piece = slice_sub(pattern, 0, star), rest = slice_sub(path, at, path.n - at);
        bool last = star == pattern.n;
        if (last && to_end) /* the last piece ends where the path does */
            return first ? slice_eq(rest, piece) : slice_ends(rest, piece);
        size_t where = first ? 0 : slice_find(rest, piece);
        if (first ? !slice_starts(rest, piece) : where + piece.n > rest.n)
            return false;
        if (last)
            return true;
        at += where + piece.n;
        pattern = slice_sub(pattern, star + 1, pattern.n - star - 1);
    }
}

/* In a rule `*` and `$` are signs, and %2A and %24 the characters; in a target they are always the characters. */
static struct slice escape_signs(struct slice target, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < target.n && n + 3 <= room; i++) {
        bool sign = target.p[i] == '*' || target.p[i] == '$';
        memcpy(out + n, sign ? (target.p[i] == '*' ? "%2A" : "%24") : target.p + i, sign ? 3 : 1);
        n += sign ? 3 : 1;
    }
    return (struct slice){out, n};
}

bool robots_allows(const struct robots *r, struct slice target, const struct robots_rule **rule)
{
    char escaped[3 * URL_MAX_BYTES];
    const struct robots_rule *best = NULL;
    if (rule)
        *rule = NULL;
    if (slice_is(target, "/robots.txt"))
        return true;
    if (memchr(target.p, '*', target.n) || memchr(target.p, '$', target.n))
        target = escape_signs(target, escaped, sizeof escaped);
    for (size_t i = 0; i < r->rule_count; i++) {
        const struct robots_rule *now = &r->rules[i];
        if (best && (now->pattern.n < best->pattern.n || (now->pattern.n == best->pattern.n && !now->allow)))
            continue;
        if (robots_fits(now->pattern, target))
            best = now;
    }
    if (rule)
        *rule = best;
    return !best || best->allow;
}
