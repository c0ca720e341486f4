/* search_cmd.c - footnote search: asks the search services and shows what each said, so that a preset, a key or an
 * address can be tried without a question around it. The local index is asked too, where it is chosen. */
#include <stdlib.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/share.h"
#include "cli/terminal.h"
#include "index/index.h"
#include "search/search.h"
#include "shape/value.h"

enum { MAX_DOMAINS = 200, OWN_PASSAGES = 30, MAX_JSON_BYTES = 64 * 1024 * 1024 };

struct ask {
    const char *query, *lang, *after;
    struct slice include[MAX_DOMAINS], exclude[MAX_DOMAINS];
    size_t include_count, exclude_count;
    long count, timeout_ms;
    bool json, list, named; /* named: --provider was given */
    struct buf providers;
};

static void search_cmd_help(void)
{
    puts("usage: footnote search [OPTIONS] \"QUERY\"\n"
         "       footnote search --list\n\n"
         "Asks search services, merges what they find and tells how each did.\n\n"
         "  --provider NAME            ask this one, may be repeated; with an address where it needs one:\n"
         "                             --provider \"searxng http://localhost:8888\" (default: the setting providers)\n"
         "  --count N                  results wanted, 1 to 100 (default 10)\n"
         "  --lang CODE                language of the query, two letters\n"
         "  --include DOMAIN           only from there; --exclude DOMAIN: not from there; both may be repeated\n"
         "  --after YYYY-MM-DD         nothing older\n"
         "  --timeout-ms N             for all together (default 15000)\n"
         "  --json                     hits and report as JSON\n"
         "  --list                     the services there are, and what each still needs");
    config_help(CONFIG_SEARCH, stdout);
    config_help(CONFIG_ALL, stdout);
    puts("\nA service is added with a file in the folder providers of the data folder; share/providers has examples.");
}

static bool search_cmd_number(const char *text, long least, long most, long *out)
{
    char *end;
    *out = strtol(text, &end, 10);
    return *text && !*end && *out >= least && *out <= most;
}

/* NULL when it was taken, else what is wrong with it. */
static const char *search_take(void *ud, const char *name, const char *value)
{
    struct ask *ask = ud;
    if (strcmp(name, "--provider") == 0) {
        ask->named = true;
        buf_add(&ask->providers, slice_of(value));
        return buf_add_char(&ask->providers, ',') ? NULL : "is too long";
    }
    if (strcmp(name, "--count") == 0)
        return search_cmd_number(value, 1, 100, &ask->count) ? NULL : "must be a number from 1 to 100";
    if (strcmp(name, "--timeout-ms") == 0)
        return search_cmd_number(value, 1, 600000, &ask->timeout_ms) ? NULL : "must be a number from 1 to 600000";
    if (strcmp(name, "--lang") == 0) {
        ask->lang = value;
        bool letters = strlen(value) == 2 && ascii_is_lower(value[0]) && ascii_is_lower(value[1]);
        return letters ? NULL : "must be two small letters, like en";
    }
    if (strcmp(name, "--after") == 0) {
        struct day day;
        ask->after = value;
        return date_parse_iso(slice_of(value), &day) ? NULL : "must be a date like 2024-05-31";
    }
    bool in = strcmp(name, "--include") == 0;
    size_t *n = in ? &ask->include_count : &ask->exclude_count;
    if (*n == MAX_DOMAINS)
        return "is given too often";
    (in ? ask->include : ask->exclude)[(*n)++] = slice_of(value);
    return NULL;
}

/* False: end with *status. */
static bool read_arguments(int argc, char **argv, struct ask *ask, int *status)
{
    const struct options own = {
        .command = "search",
        .help = search_cmd_help,
        .flags = {{"--json", &ask->json}, {"--list", &ask->list}},
        .with_value = {"--provider", "--count", "--timeout-ms", "--lang", "--after", "--include", "--exclude"},
        .take = search_take,
        .ud = ask};
    if (!options_read(&own, &argc, argv, status))
        return false;
    *status = 2;
    if (argc > 2) {
        fputs("footnote search: put the query in quotes: footnote search \"a few words\"\n", stderr);
        return false;
    }
    ask->query = argc == 2 ? argv[1] : NULL;
    if (!ask->list && (!ask->query || !ask->query[0] || utf8_check(slice_of(ask->query)) < strlen(ask->query))) {
        fputs("footnote search: search for something: footnote search \"a few words\"\n", stderr);
        return false;
    }
    return true;
}

static void print_catalogue(const struct search_entry *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct search_entry *x = &all[i];
        printf("%-12.*s %c ", SLICE_ARGS(x->preset->name), x->chosen ? '*' : ' ');
        terminal_put(x->preset->title);
        if (x->missing.n)
            printf(" - set %.*s", SLICE_ARGS(x->missing));
        if (x->needs_address)
            printf(" - name it with its address: providers = %.*s https://...", SLICE_ARGS(x->preset->name));
        else if (!x->missing.n && !x->chosen)
            printf(" - ready");
        putchar('\n');
    }
    puts(n ? "\n* is asked with the settings as they are."
           : "No presets were found; the setting share names the folder that has them in providers.");
}

/* The pages of the index, best first, as a list to merge with the others. */
static bool ask_index(struct arena *a, const struct ask *ask, const struct config *c, const struct policy *policy,
                      struct search_list *out, struct err *e)
{
    struct index *index;
    struct index_hits hits;
    struct index_query query = {.text = slice_of(ask->query),
                                .lang = slice_of(ask->lang),
                                .policy = *policy,
                                .limit = OWN_PASSAGES,
                                .passages_per_page = 1};
    *out = (struct search_list){.provider = SLICE("index")};
    if (!index_open(arena_printf(a, "%s/index", c->data).p, &index, e))
        return false;
    bool ok = index_search(index, &query, a, &hits, e);
    index_close(index);
    if (!ok)
        return false;
    out->at = arena_array(a, struct search_hit, hits.n);
    for (size_t i = 0; i < hits.n && out->n < (size_t)ask->count; i++) {
        const struct passage *p = &hits.at[i];
        out->at[out->n++] = (struct search_hit){
            .url = p->url, .title = p->title, .snippet = utf8_cut(p->text, 300), .date = p->date, .text = SLICE("")};
    }
    return true;
}

static void put_string(struct buf *out, const char *name, struct slice text)
{
    buf_printf(out, "\"%s\":", name);
    value_print_string(text, out);
}

static bool print_json(const struct search_result *r, struct err *e)
{
    struct buf out;
    buf_init(&out, MAX_JSON_BYTES);
    buf_add(&out, SLICE("{\"hits\":["));
    for (size_t i = 0; i < r->hits.n; i++) {
        const struct search_hit *h = &r->hits.at[i];
        const struct {
            const char *name;
            struct slice text;
        } fields[] = {
            {"url", h->url}, {"title", h->title}, {"snippet", h->snippet}, {"date", h->date}, {"text", h->text}};
        buf_printf(&out, "%s{\"score\":%.6f", i ? "," : "", h->score);
        for (size_t k = 0; k < COUNT_OF(fields); k++) {
            buf_add_char(&out, ',');
            put_string(&out, fields[k].name, fields[k].text);
        }
        buf_add(&out, SLICE(",\"providers\":["));
        for (size_t k = 0; k < h->provider_count; k++) {
            buf_add(&out, k ? SLICE(",") : SLICE(""));
            value_print_string(h->providers[k], &out);
        }
        buf_add(&out, SLICE("]}"));
    }
    buf_add(&out, SLICE("],\"search_report\":["));
    for (size_t i = 0; i < r->report_count; i++) {
        const struct search_report *p = &r->reports[i];
        buf_add_char(&out, i ? ',' : ' ');
        buf_add_char(&out, '{');
        put_string(&out, "provider", p->provider);
        buf_printf(&out, ",\"status\":\"%s\",\"results\":%zu,\"ms\":%lld,", search_status_name(p->status), p->results,
                   (long long)p->ms);
        put_string(&out, "detail", p->detail);
        buf_add_char(&out, '}');
    }
    buf_add(&out, SLICE("]}"));
    bool ok = !out.over || err_set(e, ERR_TOO_LARGE, "The results are too large to print.");
    if (ok)
        puts(out.p);
    buf_release(&out);
    return ok;
}

static void print_text(const struct search_result *r)
{
    for (size_t i = 0; i < r->hits.n; i++) {
        const struct search_hit *h = &r->hits.at[i];
        printf("%2zu. ", i + 1);
        terminal_put(h->title.n ? h->title : h->url);
        fputs("\n    ", stdout);
        terminal_put(h->url);
        printf("\n    %.*s%s%.4f ", SLICE_ARGS(h->date), h->date.n ? ", " : "", h->score);
        for (size_t k = 0; k < h->provider_count; k++) {
            fputs(k ? ", " : "", stdout);
            terminal_put(h->providers[k]);
        }
        if (h->text.n)
            printf(", with %zu bytes of text", h->text.n);
        putchar('\n');
        if (h->snippet.n) {
            fputs("    ", stdout);
            terminal_put(h->snippet);
            putchar('\n');
        }
    }
    fflush(stdout);
    for (size_t i = 0; i < r->report_count; i++) {
        const struct search_report *p = &r->reports[i];
        fprintf(stderr, "%-16.*s %-12s %3zu results %6lld ms  %.*s\n", SLICE_ARGS(p->provider),
                search_status_name(p->status), p->results, (long long)p->ms, SLICE_ARGS(p->detail));
    }
}

static bool search_cmd_run(struct arena *a, const struct ask *ask, const struct config *c, struct search_options *o,
                           bool *found, struct err *e)
{
    struct search *s;
    struct search_result r;
    struct search_list own;
    const struct slice text = slice_of(ask->query);
    struct search_query q = {.texts = &text,
                             .text_count = 1,
                             .lang = slice_of(ask->lang),
                             .count = (unsigned)ask->count,
                             .limit = (size_t)ask->count,
                             .policy = {.include = ask->include,
                                        .include_count = ask->include_count,
                                        .exclude = ask->exclude,
                                        .exclude_count = ask->exclude_count,
                                        .after_date = slice_of(ask->after)}};
    if (!search_new(o, &s, e))
        return false;
    bool ok = !search_uses_index(s) || ask_index(a, ask, c, &q.policy, &own, e);
    if (ok) {
        q.own = search_uses_index(s) ? &own : NULL;
        q.own_count = 1;
        search_ask(s, &q, a, &(struct deadline){clock_ms() + ask->timeout_ms, NULL}, &r);
        *found = r.hits.n > 0;
        if (ask->json)
            ok = print_json(&r, e);
        else
            print_text(&r);
    }
    search_free(s);
    return ok;
}

static bool search_or_list(struct arena *a, const struct ask *ask, const struct config *c, bool *found, struct err *e)
{
    struct http_client *client =
        http_client_new(&(struct http_options){.user_agent = c->user_agent, .ca_file = c->ca_file});
    struct search_options o = {.providers = ask->named ? buf_slice(&ask->providers) : slice_of(c->providers),
                               .folders = share_provider_folders(a, c),
                               .client = client};
    struct search_entry *all;
    size_t n;
    bool ok = ask->list ? search_catalogue(&o, a, &all, &n, e) : search_cmd_run(a, ask, c, &o, found, e);
    if (ok && ask->list)
        print_catalogue(all, n);
    http_client_free(client);
    return ok;
}

int search_cmd(int argc, char **argv, const struct config *config)
{
    struct ask ask = {.count = 10, .timeout_ms = 15000};
    struct err e;
    bool found = true;
    int status;
    buf_init(&ask.providers, 16 * 1024);
    if (read_arguments(argc, argv, &ask, &status)) {
        struct arena *arena = arena_new();
        bool ok = search_or_list(arena, &ask, config, &found, &e);
        status = ok ? !found : command_status("search", ok, &e);
        arena_free(arena);
    }
    buf_release(&ask.providers);
    return status;
}
