/* index_crawl.c - footnote index crawl: pages of web sites (crawl/crawl.h) into the index.
 *
 * Index and frontier are committed together every COMMIT_PAGES pages or COMMIT_MS, the index first. The index also
 * keeps a note with the name of the crawl. A new index does not have the note; then the crawl starts from the
 * beginning. */
#include "cli/index_crawl.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/stop_signals.h"
#include "cli/web_access.h"
#include "crawl/crawl.h"
#include "index/index.h"

enum { COMMIT_PAGES = 1000, COMMIT_MS = 10000, SHOWN_ERRORS = 10, LOOK_MS = 200, DEPTH = 20, PAGES = 10000 };

const char index_crawl_help[] =
    "Usage: footnote index crawl URL... [OPTIONS]\n"
    "\n"
    "Reads the pages that can be reached from the URLs, and those that the sites' sitemaps name, into the index.\n"
    "  --same-host        only the very hosts of the URLs (without: the same site, as docs.example.org of "
    "example.org)\n"
    "  --any              wherever links lead\n"
    "  --depth N          links from a URL at most, 0 to 1000 (default 20)\n"
    "  --pages N          pages at most; 0: no limit (default 10000)\n"
    "  --rate N           requests a second to one host, 0.01 to 1000; 0: no limit (default: by host_delay_ms)\n"
    "  --include GLOB     only paths like this (\"/docs/*\"); may be given several times\n"
    "  --exclude GLOB     no paths like this; may be given several times\n"
    "\n"
    "robots.txt, Crawl-delay, Retry-After, noindex, nofollow and canonical addresses are heeded. Inner addresses need "
    "the\n"
    "setting 'allow'. An interrupted crawl (Ctrl-C, even kill -9) goes on where it stopped when the same command is "
    "given\n"
    "again; a finished one asks then for every page whether it changed, and takes out what is gone.\n"
    "\n"
    "Exit status: 0 done, 1 it failed or no page could be read, 2 not understood, 130 interrupted.\n";

enum { REASONS_MAX = 12 };

struct crawling {
    struct arena *a;
    struct index *index;
    struct crawl *crawl;
    struct progress progress;
    struct crawl_options o;
    struct slice *urls, *include, *exclude;
    size_t url_count, include_count, exclude_count;
    uint64_t added, unchanged, removed, other, bad, uncommitted;
    struct { /* why pages are not for the index; the reasons are few and static */
        const char *reason;
        uint64_t n;
    } others[REASONS_MAX];
    int64_t committed_ms;
};

/* --- the command line --------------------------------------------------------------------------------------------- */

static bool parse_number(const char *text, double least, double most, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= least && *out <= most;
}

/* An option with its value, *i moved on; false and *e when it is not understood. */
static bool take_option(struct crawling *w, int argc, char **argv, int *i, struct err *e)
{
    const char *name = argv[*i];
    double n = 0;
    if (strcmp(name, "--same-host") == 0)
        return w->o.scope.reach = SCOPE_HOST, true;
    if (strcmp(name, "--any") == 0)
        return w->o.scope.reach = SCOPE_ANY, true;
    const char *value = *i + 1 < argc ? argv[++*i] : NULL;
    if (!value)
        return err_set(e, ERR_USAGE, "%s is not understood, or needs a value.", name);
    if (strcmp(name, "--include") == 0)
        w->include[w->include_count++] = slice_of(value);
    else if (strcmp(name, "--exclude") == 0)
        w->exclude[w->exclude_count++] = slice_of(value);
    else if (strcmp(name, "--depth") == 0 && parse_number(value, 0, 1000, &n))
        w->o.scope.depth = (unsigned)n;
    else if (strcmp(name, "--pages") == 0 && parse_number(value, 0, 1e12, &n))
        w->o.pages = (uint64_t)n;
    else if (strcmp(name, "--rate") == 0 && parse_number(value, 0, 1000, &n) && (n == 0 || n >= 0.01))
        w->o.host_delay_ms = n > 0 ? (unsigned)(1000 / n) : 0;
    else
        return err_set(e, ERR_USAGE, "%s %s is not understood.", name, value);
    return true;
}

static bool parse_command(struct crawling *w, const struct config *config, int argc, char **argv, struct err *e)
{
    w->urls = arena_array(w->a, struct slice, (size_t)argc + 1);
    w->include = arena_array(w->a, struct slice, (size_t)argc + 1);
    w->exclude = arena_array(w->a, struct slice, (size_t)argc + 1);
    w->o.scope.depth = DEPTH;
    w->o.pages = PAGES;
    w->o.host_delay_ms = (unsigned)config->host_delay_ms;
    for (int i = 0; i < argc; i++) {
        if (argv[i][0] != '-')
            w->urls[w->url_count++] = slice_of(argv[i]);
        else if (!take_option(w, argc, argv, &i, e))
            return false;
    }
    if (w->url_count == 0)
        return err_set(e, ERR_USAGE, "No URL is given.");
    struct url *seeds = arena_array(w->a, struct url, w->url_count);
    for (size_t i = 0; i < w->url_count; i++) {
        const char *why;
        if (!url_parse(w->a, w->urls[i], &seeds[i], &why))
            return err_set(e, ERR_USAGE, "%.*s: %s", SLICE_ARGS(w->urls[i]), why);
    }
    struct scope *s = &w->o.scope;
    s->seeds = seeds;
    s->seed_count = w->url_count;
    s->include = w->include, s->include_count = w->include_count;
    s->exclude = w->exclude, s->exclude_count = w->exclude_count;
    /* Rate and page limit may change from run to run; what is in the crawl may not. */
    struct arena_text name = {.arena = w->a};
    arena_text_printf(&name, "reach %d depth %u", (int)s->reach, s->depth);
    for (size_t i = 0; i < s->seed_count; i++)
        arena_text_printf(&name, " %.*s", SLICE_ARGS(seeds[i].text));
    for (size_t i = 0; i < s->include_count; i++)
        arena_text_printf(&name, " +%.*s", SLICE_ARGS(s->include[i]));
    for (size_t i = 0; i < s->exclude_count; i++)
        arena_text_printf(&name, " -%.*s", SLICE_ARGS(s->exclude[i]));
    w->o.name = arena_text_slice(&name);
    return true;
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

static bool has_page(void *ud, struct slice url)
{
    struct crawling *w = ud;
    struct arena *a = arena_new();
    struct slice text;
    struct err e;
    bool found = false;
    bool ok = index_page_text(w->index, url, a, &text, &found, &e);
    arena_free(a);
    return ok && found;
}

static bool index_crawl_commit(struct crawling *w, struct err *e)
{
    w->uncommitted = 0;
    w->committed_ms = clock_ms();
    return index_commit(w->index, e) && crawl_commit(w->crawl, e);
}

static void report_bad(struct crawling *w, struct slice url, const char *reason)
{
    if (++w->bad > SHOWN_ERRORS)
        return;
    progress_clear(&w->progress);
    fprintf(stderr, "%.*s: skipped: %s\n", SLICE_ARGS(url), reason);
    if (w->bad == SHOWN_ERRORS)
        fprintf(stderr, "further pages that cannot be read are only counted\n");
}

static void count_other(struct crawling *w, const char *reason)
{
    size_t i = 0;
    while (i + 1 < REASONS_MAX && w->others[i].reason && strcmp(w->others[i].reason, reason) != 0)
        i++;
    w->others[i].reason = reason;
    w->others[i].n++;
    w->other++;
}

static bool index_crawl_put(struct crawling *w, const struct crawl_event *ev, struct err *e)
{
    const struct page_copy p = {
        .url = ev->url, .title = ev->text.title, .text = ev->text.text, .lang = ev->text.lang, .date = ev->text.date};
    bool same = false;
    struct err why;
    if (!index_has(w->index, &p, &same, &why) || (!same && !index_put(w->index, &p, &why))) {
        if (why.code != ERR_BAD_VALUE && why.code != ERR_INPUT_TOO_LONG)
            return *e = why, false;
        report_bad(w, ev->url, why.message);
        return true;
    }
    w->unchanged += same;
    w->added += !same;
    return true;
}

static bool index_crawl_take(struct crawling *w, const struct crawl_event *ev, struct err *e)
{
    bool found = false;
    if (ev->step == CRAWL_PAGE && !index_crawl_put(w, ev, e))
        return false;
    if (ev->gone.n && !index_remove(w->index, ev->gone, &found, e))
        return false;
    w->removed += found;
    w->unchanged += ev->step == CRAWL_SAME;
    if (ev->step == CRAWL_OTHER)
        count_other(w, ev->reason);
    if (ev->step == CRAWL_BAD)
        report_bad(w, ev->url, ev->reason);
    w->uncommitted += ev->step != CRAWL_WAIT;
    if (w->uncommitted >= COMMIT_PAGES || (w->uncommitted && clock_ms() - w->committed_ms >= COMMIT_MS))
        return index_crawl_commit(w, e);
    return true;
}

static bool index_crawl_run(struct crawling *w, struct err *e)
{
    struct crawl_event ev = {.step = CRAWL_WAIT};
    while (!stop_asked && ev.step != CRAWL_END) {
        uint64_t waiting = 0, read = 0;
        if (!crawl_next(w->crawl, clock_ms() + LOOK_MS, &ev, e) || !index_crawl_take(w, &ev, e))
            return false;
        if (!progress_due(&w->progress))
            continue;
        if (!crawl_counts(w->crawl, &waiting, &read, e))
            return false;
        char more[64];
        snprintf(more, sizeof more, ", %" PRIu64 " known and not read yet", waiting);
        progress_show(&w->progress, w->added + w->unchanged, read, read + waiting, more);
    }
    progress_clear(&w->progress);
    if (!index_crawl_commit(w, e))
        return false;
    return stop_asked || crawl_finish(w->crawl, e);
}

static bool index_crawl_begin(struct crawling *w, const char *folder, const struct config *config,
                              struct http_client *http, struct err *e)
{
    bool goes_on, again;
    struct slice seen, note = arena_printf(w->a, "crawl %.*s", SLICE_ARGS(w->o.name));
    if (!index_open_writer(folder, &w->index, e) || !index_note(w->index, note, w->a, &seen, e) ||
        !index_set_note(w->index, note, SLICE("begun"), e))
        return false;
    w->o.fresh = seen.n == 0;
    w->o.file = arena_printf(w->a, "%s/crawl.db", config->data).p;
    w->o.http = http;
    w->o.agent = config->user_agent;
    w->o.ignore_robots = config->ignore_robots;
    w->o.timeout_ms = (unsigned)config->page_timeout_ms;
    w->o.per_host = (unsigned)config->per_host;
    w->o.has = has_page;
    w->o.ud = w;
    if (!crawl_open(&w->o, &w->crawl, &goes_on, &again, e))
        return false;
    if (goes_on)
        fprintf(stderr, "going on where the last run stopped\n");
    if (again)
        fprintf(stderr, "asking what changed since the last run\n");
    progress_begin(&w->progress, "crawl", 0);
    w->committed_ms = clock_ms();
    return true;
}

static void index_crawl_report(const struct crawling *w, double seconds)
{
    uint64_t forbidden = crawl_forbidden(w->crawl);
    for (size_t i = 0; i < REASONS_MAX && w->others[i].reason; i++)
        fprintf(stderr, "%s%s (%" PRIu64 ")", i ? ", " : "not for the index: ", w->others[i].reason, w->others[i].n);
    fputs(w->other ? "\n" : "", stderr);
    fprintf(stderr,
            "%" PRIu64 " pages added, %" PRIu64 " unchanged, %" PRIu64 " removed, %" PRIu64
            " not for the index, %" PRIu64 " skipped",
            w->added, w->unchanged, w->removed, w->other, w->bad);
    if (forbidden)
        fprintf(stderr, ", %" PRIu64 " forbidden by robots.txt", forbidden);
    fprintf(stderr, ", %.1f s%s\n", seconds, stop_asked ? "; interrupted, the same command goes on from here" : "");
}

int index_crawl(const char *folder, const struct config *config, int argc, char **argv)
{
    struct crawling w = {.a = arena_new()};
    struct err e = {0};
    struct guard *guard = NULL;
    struct http_client *http = NULL;
    int64_t started = clock_ms();
    bool ok = parse_command(&w, config, argc, argv, &e) && web_access_guard(config, &guard, &e);
    if (ok) {
        http = http_client_new(&(struct http_options){.user_agent = config->user_agent,
                                                      .guard = guard,
                                                      .timeout_ms = (unsigned)config->page_timeout_ms,
                                                      .max_wire_bytes = (size_t)config->max_page_bytes,
                                                      .max_body_bytes = (size_t)config->max_page_bytes,
                                                      .max_redirects = (unsigned)config->max_redirects,
                                                      .ca_file = config->ca_file});
        stop_signals_catch();
        ok = index_crawl_begin(&w, folder, config, http, &e) && index_crawl_run(&w, &e);
        if (w.crawl)
            index_crawl_report(&w, (double)(clock_ms() - started) / 1000);
    }
    if (!ok)
        fprintf(stderr, "footnote index: %s\n", e.message);
    crawl_close(w.crawl);
    index_close(w.index);
    http_client_free(http);
    guard_free(guard);
    arena_free(w.a);
    if (!ok)
        return e.code == ERR_USAGE ? 2 : 1;
    return stop_asked ? 130 : w.added + w.unchanged ? 0 : 1;
}
