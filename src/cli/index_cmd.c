/* index_cmd.c - footnote index: add, crawl, encode, search, stats, check, remove.
 *
 * All work on the folder DATA/index directly, also while a server runs, which sees each commit within a moment. Lists
 * go to standard output as text, or with --json as JSON. */
#include "cli/commands.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/utf8.h"
#include "cli/index_add.h"
#include "cli/index_crawl.h"
#include "cli/index_encode.h"
#include "cli/options.h"
#include "cli/stop_signals.h"
#include "cli/terminal.h"
#include "index/index.h"

enum { DEFAULT_LIMIT = 10, LIMIT_MAX = 1000, EXCERPT_BYTES = 400, STOPPED = 130 };

static const char help[] =
    "Usage: footnote index add PATH...                              add or replace pages of files and folders\n"
    "       footnote index crawl URL...                             add the pages of web sites, and keep up with them\n"
    "       footnote index encode                                   vectors of the sentences that have none yet\n"
    "       footnote index search WORDS... [--limit N] [--json]     passages that match, best first\n"
    "       footnote index stats [--json]                           pages, passages, bytes\n"
    "       footnote index check                                    whether the files are undamaged\n"
    "       footnote index remove URL...                            remove pages\n"
    "\n"
    "The index lies in the folder 'index' of the data folder. 'footnote index VERB --help' says more.\n";

static const char add_help[] =
    "Usage: footnote index add PATH... [--format FORMAT] [--base URL]        \"-\" is standard input\n"
    "\n"
    "  .jsonl             a page a line: {\"url\": \"https://...\", \"title\": \"...\", \"text\": \"...\"}, if you "
    "like with\n"
    "                     \"lang\" (ISO 639-1 code, else it is guessed) and \"date\" (YYYY-MM-DD)\n"
    "  .warc              web archive: HTTP responses; also .wet\n"
    "  .xml               dump of a wiki that runs MediaWiki: articles\n"
    "  .html .md .rst .txt .pdf .docx .odt .epub .eml .mbox .mhtml,\n"
    "                     or a folder of such files, read with all its folders\n"
    "\n"
    "Each may be packed (.gz, .bz2, .zst). What the name does not tell is told by the content.\n"
    "  --format FORMAT    jsonl, warc, mediawiki or pages, whatever the names are; standard input is jsonl without it\n"
    "  --base URL         what takes the place of file:///FOLDER in addresses; of a dump: what titles are put behind\n"
    "\n"
    "A page of the same url is replaced; an unchanged one is skipped. What is broken is reported and skipped. url and\n"
    "title: up to 4,096 bytes, text: 16 MiB. An interrupted import (Ctrl-C, even kill -9) goes on where it stopped "
    "when\n"
    "the command is given again.\n"
    "\n"
    "Exit status: 0 done, 1 a file could not be read or nothing was good, 2 not understood, 130 interrupted.\n";

static const char search_help[] =
    "Usage: footnote index search WORDS... [--limit N] [--json]\n"
    "\n"
    "  --limit N   passages shown, 1 to 1000 (default 10); at most 3 of a page\n"
    "  --json      {\"searched\", \"query_weight\", \"passages\": [{\"rank\", \"score\", \"url\", \"title\", \"date\", "
    "\"lang\",\n"
    "              \"offset\", \"text\", \"page_sha256\"}]}; offset is in bytes of the page's text\n"
    "\n"
    "Exit status: 0 something was found, 1 nothing was found or the search failed, 2 not understood.\n";

static const char stats_help[] = "Usage: footnote index stats [--json]\n"
                                 "\n"
                                 "  --json      {\"pages\", \"passages\", \"words_per_passage\", \"bytes_on_disk\"}\n";

static const char check_help[] =
    "Usage: footnote index check\n"
    "\n"
    "Reads the whole index and compares each page's text with the hash taken when it was added. Also while a server "
    "runs.\n"
    "\n"
    "Exit status: 0 it is undamaged, 1 it is damaged or cannot be read, 2 not understood, 130 interrupted.\n";

static const char remove_help[] =
    "Usage: footnote index remove URL...\n"
    "\n"
    "Exit status: 0 all were removed, 1 one of them is not in the index, 2 not understood.\n";

struct place { /* what a verb works on */
    const char *folder;
    const struct config *config;
};

static int index_cmd_fail(const struct err *e)
{
    fprintf(stderr, "footnote index: %s\n", e->message);
    return 1;
}

static int index_cmd_misused(const char *text)
{
    fputs(text, stderr);
    return 2;
}

/* --- search ----------------------------------------------------------------------------------------------------- */

/* Text of a page as one line. */
static void print_line(struct slice s, size_t max_bytes)
{
    struct slice cut = utf8_cut(s, max_bytes);
    for (size_t i = 0, n; i < cut.n; i += n + 1) {
        for (n = 0; i + n < cut.n && cut.p[i + n] != '\n' && cut.p[i + n] != '\t'; n++)
            ;
        terminal_put(slice_sub(cut, i, n));
        if (i + n < cut.n)
            putchar(' ');
    }
    if (cut.n < s.n)
        fputs("\u2026", stdout);
    putchar('\n');
}

static void print_hits(const struct index_hits *hits)
{
    for (size_t i = 0; i < hits->n; i++) {
        const struct passage *p = &hits->at[i];
        printf("%s%2zu. %6.2f  ", i ? "\n" : "", i + 1, p->score);
        print_line(p->title.n ? p->title : p->url, EXCERPT_BYTES);
        fputs("            ", stdout);
        print_line(p->url, INDEX_URL_BYTES_MAX);
        fputs("            ", stdout);
        print_line(p->text, EXCERPT_BYTES);
    }
}

static json_t *string_of(struct slice s)
{
    return json_stringn(s.p, s.n);
}

static void print_json(json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(value);
}

static void print_hits_json(const struct index_hits *hits)
{
    json_t *list = json_array();
    for (size_t i = 0; i < hits->n; i++) {
        const struct passage *p = &hits->at[i];
        json_array_append_new(list, json_pack("{s:I, s:f, s:o, s:o, s:o, s:o, s:I, s:o, s:o}", "rank",
                                              (json_int_t)(i + 1), "score", p->score, "url", string_of(p->url), "title",
                                              string_of(p->title), "date", p->date.n ? string_of(p->date) : json_null(),
                                              "lang", string_of(p->lang), "offset", (json_int_t)p->offset, "text",
                                              string_of(p->text), "page_sha256", string_of(p->page_sha256)));
    }
    print_json(json_pack("{s:I, s:f, s:o}", "searched", (json_int_t)hits->searched, "query_weight", hits->query_weight,
                         "passages", list));
}

static bool parse_limit(const char *text, size_t *limit)
{
    char *end;
    unsigned long n = text ? strtoul(text, &end, 10) : 0;
    if (!text || *end || *text < '0' || *text > '9' || n < 1 || n > LIMIT_MAX)
        return false;
    *limit = n;
    return true;
}

static int run_search(struct index *x, struct arena *a, struct slice words, size_t limit, bool json)
{
    struct err e;
    struct index_hits hits;
    struct index_query q = {.text = words, .limit = limit};
    if (!index_search(x, &q, a, &hits, &e))
        return index_cmd_fail(&e);
    if (json)
        print_hits_json(&hits);
    else
        print_hits(&hits);
    if (hits.n == 0 && !json)
        fprintf(stderr,
                hits.searched ? "Nothing was found in %" PRIu64 " passages.\n"
                              : "The index is empty (%" PRIu64 " passages): add pages with 'footnote index add'.\n",
                hits.searched);
    return hits.n && fflush(stdout) == 0 ? 0 : 1;
}

static int index_cmd_search(const struct place *at, int argc, char **argv)
{
    size_t limit = DEFAULT_LIMIT;
    bool json = false, only_words = false;
    struct arena *a = arena_new();
    struct arena_text joined = {.arena = a};
    struct index *x = NULL;
    struct err e;
    int status = 2;
    for (int i = 0; i < argc; i++) {
        struct slice arg = slice_of(argv[i]);
        if (!only_words && slice_is(arg, "--json")) {
            json = true;
        } else if (!only_words && slice_is(arg, "--")) {
            only_words = true;
        } else if (!only_words && slice_is(arg, "--limit")) {
            if (!parse_limit(i + 1 < argc ? argv[++i] : NULL, &limit)) {
                fputs("footnote index: --limit needs a number from 1 to 1000.\n", stderr);
                goto done;
            }
        } else if (!only_words && slice_starts(arg, SLICE("--"))) {
            index_cmd_misused(search_help);
            goto done;
        } else {
            arena_text_printf(&joined, "%s%.*s", joined.n ? " " : "", SLICE_ARGS(arg));
        }
    }
    struct slice words = arena_text_slice(&joined);
    if (slice_trim(words).n == 0)
        index_cmd_misused(search_help);
    else if (utf8_check(words) < words.n)
        fputs("footnote index: the words are not valid UTF-8.\n", stderr);
    else if (!index_open(at->folder, &x, &e))
        status = index_cmd_fail(&e);
    else
        status = run_search(x, a, words, limit, json);
done:
    index_close(x);
    arena_free(a);
    return status;
}

/* --- stats and remove --------------------------------------------------------------------------------------------- */

static int index_cmd_stats(const struct place *at, int argc, char **argv)
{
    bool json = argc == 1 && strcmp(argv[0], "--json") == 0;
    struct index *x;
    struct index_stats s;
    struct err e;
    if (argc > 1 || (argc == 1 && !json))
        return index_cmd_misused(stats_help);
    if (!index_open(at->folder, &x, &e))
        return index_cmd_fail(&e);
    bool ok = index_stats(x, &s, &e);
    index_close(x);
    if (!ok)
        return index_cmd_fail(&e);
    if (json)
        print_json(json_pack("{s:I, s:I, s:f, s:I}", "pages", (json_int_t)s.pages, "passages", (json_int_t)s.passages,
                             "words_per_passage", s.words_per_passage, "bytes_on_disk", (json_int_t)s.bytes_on_disk));
    else
        printf("pages               %" PRIu64 "\npassages            %" PRIu64
               "\nwords a passage     %.1f\nmegabytes on disk   %.1f\n",
               s.pages, s.passages, s.words_per_passage, (double)s.bytes_on_disk / 1e6);
    return fflush(stdout) == 0 ? 0 : 1;
}

static int index_cmd_check(const struct place *at, int argc, char **argv)
{
    struct index *x;
    struct index_checked checked;
    struct err e;
    (void)argv;
    if (argc > 0)
        return index_cmd_misused(check_help);
    if (!index_open(at->folder, &x, &e))
        return index_cmd_fail(&e);
    stop_signals_catch();
    bool ok = index_check(x, &stop_asked, &checked, &e);
    index_close(x);
    if (!ok && e.code == ERR_CANCELLED)
        return STOPPED;
    if (!ok)
        return index_cmd_fail(&e);
    printf("%" PRIu64 " pages and %" PRIu64 " passages are undamaged\n", checked.pages, checked.passages);
    return fflush(stdout) == 0 ? 0 : 1;
}

static int remove_pages(const struct place *at, int argc, char **argv)
{
    struct index *x;
    struct err e;
    size_t missing = 0;
    if (argc == 0 || argv[0][0] == '-')
        return index_cmd_misused(remove_help);
    if (!index_open_writer(at->folder, &x, &e))
        return index_cmd_fail(&e);
    bool ok = true;
    for (int i = 0; ok && i < argc; i++) {
        bool found = false;
        ok = index_remove(x, slice_of(argv[i]), &found, &e);
        if (ok && !found) {
            fprintf(stderr, "footnote index: %s is not in the index.\n", argv[i]);
            missing++;
        }
    }
    ok = ok && index_commit(x, &e);
    index_close(x);
    if (!ok)
        return index_cmd_fail(&e);
    fprintf(stderr, "%zu pages removed\n", (size_t)argc - missing);
    return missing ? 1 : 0;
}

static int index_cmd_add(const struct place *at, int argc, char **argv)
{
    struct source_options options = {.base = {"", 0}};
    int count = 0;
    for (int i = 0; i < argc; i++) {
        bool format = strcmp(argv[i], "--format") == 0, base = strcmp(argv[i], "--base") == 0;
        if ((format || base) && i + 1 == argc)
            return index_cmd_misused(add_help);
        if (format)
            options.format = argv[++i];
        else if (base)
            options.base = slice_of(argv[++i]);
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return index_cmd_misused(add_help);
        else
            argv[count++] = argv[i];
    }
    return count ? index_add(at->folder, argv, (size_t)count, &options) : index_cmd_misused(add_help);
}

static int index_cmd_crawl(const struct place *at, int argc, char **argv)
{
    return index_crawl(at->folder, at->config, argc, argv);
}

static int index_cmd_encode(const struct place *at, int argc, char **argv)
{
    (void)argv;
    return index_encode(at->folder, at->config, argc);
}

static const struct verb {
    const char *name, *help;
    int (*run)(const struct place *at, int argc, char **argv);
} verbs[] = {
    {"add", add_help, index_cmd_add},
    {"crawl", index_crawl_help, index_cmd_crawl},
    {"encode", index_encode_help, index_cmd_encode},
    {"search", search_help, index_cmd_search},
    {"stats", stats_help, index_cmd_stats},
    {"check", check_help, index_cmd_check},
    {"remove", remove_help, remove_pages},
};

int index_cmd(int argc, char **argv, const struct config *config)
{
    const struct verb *verb = NULL;
    for (size_t i = 0; argc > 1 && i < COUNT_OF(verbs); i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            verb = &verbs[i];
    if (options_ask_for_help(argc, argv)) {
        fputs(verb ? verb->help : help, stdout);
        return 0;
    }
    if (!verb)
        return index_cmd_misused(help);
    struct arena *a = arena_new();
    struct place at = {arena_printf(a, "%s/index", config->data).p, config};
    int status = verb->run(&at, argc - 2, argv + 2);
    arena_free(a);
    return status;
}
