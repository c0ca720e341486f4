/* web_cmd.c - footnote guard, robots and fetch: show whether and how footnote reads a URL.
 *
 * They run the code that a question runs, so that an operator can see why a page was not read. The verdicts are on
 * standard output, one line for each URL, and in the exit status. */
#include <netdb.h>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/web_access.h"
#include "net/robots.h"

enum { FETCH_SECONDS = 60 };

static const char guard_usage[] =
    "usage: footnote guard [OPTIONS] URL...\n\n"
    "Says whether footnote may contact each URL: 'yes' or 'no', and why. Names are looked up and their\n"
    "addresses judged. Exit status: 0 all may be contacted, 1 some may not, 2 not understood.\n";
static const char robots_usage[] =
    "usage: footnote robots FILE AGENT URL\n\n"
    "Says whether a robots.txt ('-' reads standard input) allows the agent (a name such as 'footnote') to read\n"
    "the URL, absolute or from its path on: 'yes' or 'no', and the line that decided.\n"
    "Exit status: 0 yes, 1 no, 2 not understood or not readable.\n";
static const char fetch_usage[] =
    "usage: footnote fetch [OPTIONS] URL...\n\n"
    "Reads pages as for a question: cache, guard, robots.txt, politeness. One line for each as it arrives:\n"
    "outcome, status, bytes, content type, milliseconds, URL, reason.\n"
    "  --body                     print the page itself instead (of one URL)\n"
    "  --refresh                  ask the server even if the cached page is fresh\n"
    "Exit status: 0 all were read, 1 some were not, 2 not understood.\n\n";

static void guard_help(void)
{
    fputs(guard_usage, stdout);
    config_help(CONFIG_WEB, stdout);
}

static void robots_help(void)
{
    fputs(robots_usage, stdout);
}

static void fetch_help(void)
{
    fputs(fetch_usage, stdout);
    config_help(CONFIG_WEB, stdout);
}

/* URLs come from anywhere; a terminal should not obey them. */
static const char *web_printable(struct arena *a, struct slice text)
{
    struct slice copy = arena_dup(a, text);
    char *p = arena_alloc(a, copy.n + 1);
    memcpy(p, copy.p, copy.n);
    utf8_scrub(p, copy.n);
    return p;
}

/* The client connects to those addresses of a name that are allowed, so one of them is enough. */
static struct guard_verdict judge_addresses(const struct guard *g, const struct url *u, bool host_allowed)
{
    struct guard_verdict v = {false, false, "name does not resolve"};
    struct addrinfo *found = NULL, want = {.ai_socktype = SOCK_STREAM};
    char port[16];
    snprintf(port, sizeof port, "%u", u->port);
    if (getaddrinfo(u->host.p, port, &want, &found) != 0)
        return v;
    for (struct addrinfo *at = found; at && !v.ok; at = at->ai_next)
        v = guard_address(g, at->ai_addr, host_allowed);
    freeaddrinfo(found);
    return v;
}

static struct guard_verdict web_judge(struct arena *a, const struct guard *g, const char *text)
{
    struct url u;
    struct guard_verdict v = {false, false, NULL};
    if (!url_parse(a, slice_of(text), &u, &v.reason))
        return v;
    v = guard_url(g, &u);
    return v.ok && u.kind == URL_NAME ? judge_addresses(g, &u, v.host_allowed) : v;
}

int guard_cmd(int argc, char **argv, const struct config *config)
{
    struct guard *guard = NULL;
    struct err e;
    int status;
    if (!options_read(&(struct options){.command = "guard", .help = guard_help}, &argc, argv, &status))
        return status;
    if (argc < 2) {
        fputs(guard_usage, stderr);
        return 2;
    }
    if (!web_access_guard(config, &guard, &e)) {
        fprintf(stderr, "footnote guard: %s\n", e.message);
        return 2;
    }
    struct arena *a = arena_new();
    for (int i = 1; i < argc; i++) {
        struct guard_verdict v = web_judge(a, guard, argv[i]);
        printf("%s: %s: %s\n", v.ok ? "yes" : "no", v.reason, web_printable(a, slice_of(argv[i])));
        status |= !v.ok;
    }
    arena_free(a);
    guard_free(guard);
    return status;
}

/* Path and query of an absolute URL, or of one that begins with its path. */
static bool read_target(struct arena *a, const char *text, struct slice *out, const char **why)
{
    struct url base, u;
    if (!url_parse(a, SLICE("http://host.invalid/"), &base, why) || !url_resolve(a, &base, slice_of(text), &u, why))
        return false;
    *out = arena_printf(a, "%.*s%s%.*s", SLICE_ARGS(u.path), u.query.n ? "?" : "", SLICE_ARGS(u.query));
    return true;
}

int robots_cmd(int argc, char **argv, const struct config *config)
{
    (void)config;
    struct err e;
    struct slice text, target;
    const char *why = "";
    int status;
    if (!options_read(&(struct options){.command = "robots", .help = robots_help}, &argc, argv, &status))
        return status;
    if (argc != 4) {
        fputs(robots_usage, stderr);
        return 2;
    }
    struct arena *a = arena_new();
    status = 2;
    if (!file_read(a, argv[1], 64u << 20, &text, &e)) {
        fprintf(stderr, "footnote robots: %s\n", e.message);
    } else if (!read_target(a, argv[3], &target, &why)) {
        fprintf(stderr, "footnote robots: %s\n", why);
    } else {
        struct robots robots;
        const struct robots_rule *rule;
        robots_parse(a, text, slice_of(argv[2]), &robots);
        status = !robots_allows(&robots, target, &rule);
        if (rule)
            printf("%s: line %u: %s: %s\n", status ? "no" : "yes", rule->line, rule->allow ? "Allow" : "Disallow",
                   web_printable(a, rule->pattern));
        else
            printf("%s: no rule matches\n", status ? "no" : "yes");
    }
    arena_free(a);
    return status;
}

static bool show_line(void *ud, const struct fetch_page *p)
{
    struct arena *a = ud;
    printf("%s %d %zu %s %u ms %s: %s%s\n", fetch_outcome_name(p->outcome), p->status, p->body.n,
           p->content_type.n ? web_printable(a, p->content_type) : "-", p->took_ms,
           web_printable(a, p->final_url.n ? p->final_url : p->url), p->cached ? "cached: " : "", p->reason);
    fflush(stdout);
    return true;
}

static bool show_body(void *ud, const struct fetch_page *p)
{
    if (p->outcome != FETCH_OK)
        fprintf(stderr, "footnote fetch: %s: %s\n", web_printable(ud, p->url), p->reason);
    fwrite(p->body.p, 1, p->body.n, stdout);
    return true;
}

static int fetch_all(const struct config *config, int argc, char **argv, unsigned flags, bool body)
{
    struct web_access web;
    struct err e;
    if (!web_access_open(config, &web, &e))
        return command_status("fetch", false, &e);
    struct arena *a = arena_new();
    size_t count = (size_t)argc - 1;
    struct slice *urls = arena_array(a, struct slice, count);
    for (size_t i = 0; i < count; i++)
        urls[i] = slice_of(argv[i + 1]);
    struct deadline d = {clock_ms() + FETCH_SECONDS * 1000, NULL};
    size_t good = fetch_pages(web.fetcher, a, urls, count, flags, &d, body ? show_body : show_line, a);
    arena_free(a);
    web_access_close(&web);
    return good < count;
}

int fetch_cmd(int argc, char **argv, const struct config *config)
{
    bool body = false, refresh = false;
    const struct options own = {
        .command = "fetch", .help = fetch_help, .flags = {{"--body", &body}, {"--refresh", &refresh}}};
    int status;
    if (!options_read(&own, &argc, argv, &status))
        return status;
    if (argc < 2 || (body && argc != 2)) {
        fputs(fetch_usage, stderr);
        return 2;
    }
    return fetch_all(config, argc, argv, refresh ? FETCH_REFRESH : 0, body);
}
