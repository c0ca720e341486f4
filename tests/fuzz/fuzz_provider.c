/* Feeds the reader of search services' replies. The first line is a preset's [results] in short ("json items link title
 * …" paths between tabs), the rest a reply; also reads all of it as a preset. What comes out must be plain.
 *
 *   scripts/fuzz provider [SECONDS] */
#include "base/utf8.h"
#include "search/expand.h"
#include "search/opensearch.h"
#include "search/path.h"
#include "search/reply.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static struct slice next(struct slice *line)
{
    size_t end = slice_find(*line, SLICE("\t")), skip = end < line->n ? end + 1 : end;
    struct slice word = slice_sub(*line, 0, end);
    *line = slice_sub(*line, skip, line->n - skip);
    return word;
}

static void check_line(struct slice text)
{
    if (utf8_check(text) < text.n)
        __builtin_trap();
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ')
            __builtin_trap();
}

static void read_as_preset(struct arena *a, struct slice input)
{
    struct preset *p;
    struct err e;
    struct http_request r = {0};
    const char *why;
    static const struct slice domains[] = {{"a.example", 9}, {".org", 4}};
    static const struct policy policy = {domains, 2, domains, 1, {"2024-02-03", 10}};
    struct expand_input in = {.query = SLICE("a \"b\" {query}"),
                              .policy = &policy,
                              .base = SLICE("https://h.example"),
                              .now_unix_s = 1720000000};
    if (preset_parse(a, SLICE("x.ini"), SLICE("x"), input, &p, &e) && expand_request(a, p, &in, &r, &why) && r.body.n) {
        const struct value *v;
        if (!value_parse(a, r.body, &v, NULL, &e)) /* what is sent is JSON, whatever the preset says */
            __builtin_trap();
    }
    struct slice url;
    if (opensearch_template(a, input, SLICE("https://h.example/os.xml"), &url, &why) &&
        !slice_starts(url, SLICE("https://")))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice input = {(const char *)text, n};
    size_t end = slice_find(input, SLICE("\n")), after = end < n ? end + 1 : n;
    struct slice line = slice_sub(input, 0, end);
    struct arena *a = arena_new();
    struct preset p = {.name = SLICE("x"), .title = SLICE("x"), .url = SLICE("https://x/")};
    const char *why;
    p.format = slice_is(next(&line), "xml") ? PRESET_XML : PRESET_JSON;
    struct slice *paths[] = {&p.items,     &p.link_path, &p.title_path, &p.snippet_path,
                             &p.date_path, &p.text_path, &p.error_path};
    bool fine = true;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        *paths[i] = next(&line);
        fine = fine && ((i > 1 && paths[i]->n == 0) || path_check(*paths[i], &why));
    }
    if (fine) {
        struct http_reply r = {
            .outcome = HTTP_OK, .reason = "", .status = 200, .body = slice_sub(input, after, n - after)};
        struct search_answer got = reply_read(a, &p, &r, NULL, NULL, 0, 1720000000);
        if ((got.status == SEARCH_OK) != (got.n > 0))
            __builtin_trap();
        for (size_t i = 0; i < got.n; i++) {
            check_line(got.at[i].title);
            check_line(got.at[i].snippet);
            if (got.at[i].url.n == 0 || (got.at[i].date.n != 0 && got.at[i].date.n != 10))
                __builtin_trap();
        }
    }
    read_as_preset(a, input);
    arena_free(a);
    return 0;
}
