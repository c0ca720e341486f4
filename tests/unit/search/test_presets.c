/* The presets that are shipped, what they send and how they read the replies that their services document; and what is
 * said of a preset with a mistake. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "search/expand.h"
#include "search/opensearch.h"
#include "search/preset_files.h"
#include "search/reply.h"
#include "unit.h"

static const int64_t NOW = 1700000000; /* 2023-11-14 */

static struct slice file_text(struct arena *a, const char *path)
{
    char *text = arena_alloc(a, 65536);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be read: run the tests from the root of the repository", path);
    size_t n = fread(text, 1, 65535, f);
    fclose(f);
    return (struct slice){text, n};
}

static struct presets shipped(struct arena *a)
{
    static const char *const folders[] = {"share/providers", "/nowhere/at/all", NULL};
    struct presets all;
    struct err e;
    if (!presets_load(a, folders, &all, &e))
        fail_msg("%s", e.message);
    return all;
}

static const struct preset *preset(struct presets *all, const char *name)
{
    const struct preset *p = presets_find(all, slice_of(name));
    if (!p)
        fail_msg("there is no preset %s", name);
    return p;
}

static void all_are_there(void **state)
{
    static const char *const names[] = {"brave",     "exa",    "google",     "kagi",     "marginalia",
                                        "mediawiki", "mojeek", "opensearch", "parallel", "searxng",
                                        "serper",    "tavily", "wikipedia"};
    struct arena *a = arena_new();
    struct presets all = shipped(a);
    (void)state;
    assert_int_equal(all.n, COUNT_OF(names));
    for (size_t i = 0; i < all.n; i++)
        assert_slice(all.at[i]->name, names[i]);
    arena_free(a);
}

static struct search_answer read_reply(struct arena *a, const struct preset *p, struct slice body,
                                       const struct policy *policy)
{
    struct http_reply r = {.outcome = HTTP_OK,
                           .reason = "",
                           .status = 200,
                           .body = body,
                           .content_type = p->format == PRESET_XML ? SLICE("text/xml") : SLICE("application/json")};
    return reply_read(a, p, &r, policy, NULL, 0, NOW);
}

static void documented_replies(void **state)
{
    static const char first[] = "The Raft Consensus Algorithm", url[] = "https://raft.github.io/", day[] = "2023-11-02";
    static const char cut[] = "Raft is a consensus algorithm.", two[] =
                                                                    "Raft is a consensus algorithm. \xe2\x80\xa6 It is "
                                                                    "equivalent to Paxos.";
    static const struct {
        const char *preset, *file, *url, *title, *snippet, *date, *text, *second, *second_date;
        size_t n;
    } cases[] = {
        {"brave", "brave.json", url, first, "Raft is a consensus algorithm that's designed to be easy to understand.",
         day, "", "Raft & friends", "2023-11-11", 2},
        {"tavily", "tavily.json", url, first, "Raft is a consensus algorithm. If a < b, b wins.", day,
         "The Raft Consensus Algorithm\n\nRaft is a consensus algorithm.\n\nIt is equivalent to Paxos.",
         "Raft explained", "", 2},
        {"exa", "exa.json", url, first, two, "2023-11-16", "Raft is a consensus algorithm.\nIt is equivalent to Paxos.",
         "", "", 2},
        {"serper", "serper.json", url, first, "Raft is a consensus algorithm ...", day, "", "Raft explained", "", 2},
        {"google", "google.json", url, first, "Raft is a consensus algorithm ...", day, "", "Raft explained", "", 2},
        {"kagi", "kagi.json", url, first, cut, day, "", "Raft explained", "", 2},
        {"mojeek", "mojeek.json", url, first, cut, day, "", "Raft explained", "", 2},
        {"marginalia", "marginalia.json", url, first, cut, "", "", "Raft explained", "", 2},
        {"mediawiki", "mediawiki.json", "https://wiki.example/wiki/Raft_(algorithm)", "Raft (algorithm)",
         "Raft is a consensus algorithm & more", day, "", "Paxos (computer science)", "2024-01-09", 2},
        {"wikipedia", "wikipedia.json", "https://wiki.example/wiki/Raft_(algorithm)", "Raft (algorithm)",
         "Raft is a consensus algorithm & more", day, "", "Paxos (computer science)", "2024-01-09", 2},
        {"searxng", "searxng.json", url, first, cut, day, "", "Raft explained", "", 2},
        {"opensearch", "opensearch.xml", url, first, "Raft is a consensus algorithm & more.", day, "", "Raft explained",
         "", 2},
        {"opensearch", "atom.xml", url, first, cut, day, "", NULL, NULL, 1},
        {"parallel", "parallel.json", url, first, two, day, "", "", "", 2},
    };
    struct arena *a = arena_new();
    struct presets all = shipped(a);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice body = file_text(a, arena_printf(a, "tests/unit/search/replies/%s", cases[i].file).p);
        struct search_answer got = read_reply(a, preset(&all, cases[i].preset), body, NULL);
        if (got.status != SEARCH_OK || got.n != cases[i].n)
            fail_msg("%s: %s (%.*s), %zu hits", cases[i].file, search_status_name(got.status), SLICE_ARGS(got.detail),
                     got.n);
        assert_slice(got.at[0].url, cases[i].url);
        assert_slice(got.at[0].title, cases[i].title);
        assert_slice(got.at[0].snippet, cases[i].snippet);
        assert_slice(got.at[0].date, cases[i].date);
        assert_slice(got.at[0].text, cases[i].text);
        if (got.n > 1) {
            assert_slice(got.at[1].title, cases[i].second);
            assert_slice(got.at[1].date, cases[i].second_date);
        }
    }
    arena_free(a);
}

static struct http_request request(struct arena *a, const struct preset *p, struct expand_input in)
{
    struct http_request r = {0};
    const char *why;
    if (!expand_request(a, p, &in, &r, &why))
        fail_msg("%.*s: %s", SLICE_ARGS(p->name), why);
    return r;
}

static struct expand_input input(const struct policy *policy)
{
    return (struct expand_input){.query = SLICE("caf\xc3\xa9 \"a&b\""),
                                 .lang = SLICE("de"),
                                 .count = 7,
                                 .page = 1,
                                 .policy = policy,
                                 .base = SLICE("http://localhost:8888"),
                                 .key = {SLICE("k&1"), SLICE("cx:2")},
                                 .now_unix_s = NOW};
}

static const struct slice INCLUDE[] = {SLICE("example.org"), SLICE("raft.github.io")},
                          EXCLUDE[] = {SLICE("spam.example")};
static const struct policy POLICY = {
    .include = INCLUDE, .include_count = 2, .exclude = EXCLUDE, .exclude_count = 1, .after_date = SLICE("2023-10-01")};

static void what_is_sent(void **state)
{
#define Q "caf%C3%A9%20%22a%26b%22"
#define S "%20%28site%3Aexample.org%20OR%20site%3Araft.github.io%29%20-site%3Aspam.example"
    static const struct {
        const char *preset, *url, *body;
    } cases[] = {
        {"brave",
         "https://api.search.brave.com/res/v1/web/search?q=" Q S
         "&count=7&offset=1&search_lang=de&freshness=2023-10-01to2023-11-14&result_filter=web&text_decorations=false",
         ""},
        {"tavily", "https://api.tavily.com/search",
         "{\"query\":\"caf\xc3\xa9 "
         "\\\"a&b\\\"\",\"max_results\":7,\"search_depth\":\"basic\",\"include_raw_content\":\"text\","
         "\"include_domains\":[\"example.org\",\"raft.github.io\"],\"exclude_domains\":[\"spam.example\"],"
         "\"start_date\":\"2023-10-01\"}"},
        {"exa", "https://api.exa.ai/search",
         "{\"query\":\"caf\xc3\xa9 "
         "\\\"a&b\\\"\",\"type\":\"auto\",\"numResults\":7,\"includeDomains\":[\"example.org\","
         "\"raft.github.io\"],\"excludeDomains\":[\"spam.example\"],\"startPublishedDate\":\"2023-10-01T00:00:00."
         "000Z\","
         "\"contents\":{\"text\":{\"maxCharacters\":20000},\"highlights\":true}}"},
        {"serper", "https://google.serper.dev/search",
         "{\"q\":\"caf\xc3\xa9 \\\"a&b\\\" (site:example.org OR site:raft.github.io) "
         "-site:spam.example\",\"num\":7,\"page\":2,"
         "\"hl\":\"de\",\"tbs\":\"cdr:1,cd_min:10/1/2023\"}"},
        {"google",
         "https://customsearch.googleapis.com/customsearch/v1?key=k%261&cx=cx%3A2&q=" Q S
         "&num=7&start=8&hl=de&dateRestrict=d44&fields=items%28title%2Clink%2Csnippet%2Cpagemap%2Fmetatags%29",
         ""},
        {"kagi", "https://kagi.com/api/v1/search",
         "{\"query\":\"caf\xc3\xa9 \\\"a&b\\\" (site:example.org OR site:raft.github.io) "
         "-site:spam.example\",\"workflow\":"
         "\"search\",\"limit\":7,\"filters\":{\"after\":\"2023-10-01\"}}"},
        {"mojeek", "https://api.mojeek.com/search?api_key=k%261&fmt=json&q=" Q S "&t=7&s=8&lb=de&since=20231001&date=1",
         ""},
        {"marginalia", "https://api2.marginalia-search.com/search?query=" Q "&count=7&page=2", ""},
        {"searxng", "http://localhost:8888/search?q=" Q S "&format=json&language=de&pageno=2&time_range=year", ""},
        {"wikipedia",
         "https://de.wikipedia.org/w/"
         "api.php?action=query&format=json&formatversion=2&list=search&srsearch=caf%C3%A9%20a%20b"
         "&srwhat=text&srlimit=7&sroffset=7&srprop=snippet%7Ctimestamp&generator=search&gsrsearch=caf%C3%A9%20a%20b"
         "&gsrwhat=text&gsrlimit=7&gsroffset=7&prop=info&inprop=url",
         ""},
        {"parallel", "https://api.parallel.ai/v1/search",
         "{\"search_queries\":[\"caf\xc3\xa9 \\\"a&b\\\"\"],\"objective\":\"caf\xc3\xa9 "
         "\\\"a&b\\\"\",\"mode\":\"basic\","
         "\"advanced_settings\":{\"max_results\":7,\"source_policy\":{\"include_domains\":[\"example.org\","
         "\"raft.github.io\"],\"exclude_domains\":[\"spam.example\"],\"after_date\":\"2023-10-01\"}}}"},
        {"opensearch", "http://localhost:8888", ""},
    };
    struct arena *a = arena_new();
    struct presets all = shipped(a);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct http_request r = request(a, preset(&all, cases[i].preset), input(&POLICY));
        assert_slice(r.url, cases[i].url);
        assert_slice(r.body, cases[i].body);
        assert_string_equal(r.method, cases[i].body[0] ? "POST" : "GET");
    }
    arena_free(a);
}

/* Whatever has no value is left out, and defaults stand in. */
static void what_is_not_sent(void **state)
{
    struct arena *a = arena_new();
    struct presets all = shipped(a);
    struct expand_input in = {.query = SLICE("x"), .base = SLICE("http://h"), .now_unix_s = NOW};
    static const struct slice wild[] = {SLICE(".org"), SLICE("example.org")};
    static const struct policy policy = {
        .include = wild, .include_count = 2, .exclude = wild, .exclude_count = 2, .after_date = {"", 0}};
    (void)state;
    assert_slice(
        request(a, preset(&all, "exa"), in).body,
        "{\"query\":\"x\",\"type\":\"auto\",\"numResults\":25,\"contents\":{\"text\":{\"maxCharacters\":20000},"
        "\"highlights\":true}}");
    assert_slice(request(a, preset(&all, "searxng"), in).url, "http://h/search?q=x&format=json&pageno=1");
    struct slice url = request(a, preset(&all, "wikipedia"), in).url;
    assert_true(slice_starts(url, SLICE("https://en.wikipedia.org/")));
    /* Half of an include list would be another question; of an exclude list, what is understood is still right. */
    in.policy = &policy;
    url = request(a, preset(&all, "searxng"), in).url;
    assert_slice(url, "http://h/search?q=x%20-site%3Aexample.org&format=json&pageno=1");
    assert_non_null(
        strstr(request(a, preset(&all, "parallel"), in).body.p, "\"include_domains\":[\".org\",\"example.org\"]"));
    /* A long query is cut at a word. */
    char words[1200];
    for (size_t i = 0; i + 1 < sizeof words; i++)
        words[i] = i % 10 == 9 ? ' ' : 'w';
    in.query = (struct slice){words, sizeof words - 1};
    in.policy = NULL;
    struct slice body = request(a, preset(&all, "parallel"), in).body;
    assert_non_null(strstr(body.p, "[\"wwwwwwwww"));
    assert_true(slice_find(body, SLICE("\"],")) < 220);
    arena_free(a);
}

static void keywords_for_services_that_want_every_word(void **state)
{
    static const struct {
        const char *query, *lang, *sent;
    } cases[] = {
        {"When was the Raft algorithm invented?", "en", "srsearch=Raft%20algorithm%20invented&"},
        {"der Algorithmus Raft und die Folgen", "", "srsearch=Algorithmus%20Raft%20Folgen&"},
        {"who is it", "en", "srsearch=who%20is%20it&"},
        {"\xe8\x8b\xb9\xe6\x9e\x9c\xe6\xa0\x91", "zh", "srsearch=%E8%8B%B9%E6%9E%9C%E6%A0%91&"},
    };
    struct arena *a = arena_new();
    struct presets all = shipped(a);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct expand_input in = {
            .query = slice_of(cases[i].query), .lang = slice_of(cases[i].lang), .now_unix_s = NOW};
        struct slice url = request(a, preset(&all, "wikipedia"), in).url;
        if (slice_find(url, slice_of(cases[i].sent)) == url.n)
            fail_msg("%s: %.*s", cases[i].query, SLICE_ARGS(url));
    }
    arena_free(a);
}

static void headers_and_keys(void **state)
{
    static const struct {
        const char *preset, *name, *value;
    } cases[] = {{"brave", "X-Subscription-Token", "k&1"},
                 {"tavily", "Authorization", "Bearer k&1"},
                 {"exa", "x-api-key", "k&1"},
                 {"serper", "X-API-KEY", "k&1"},
                 {"kagi", "Authorization", "Bearer k&1"},
                 {"marginalia", "API-Key", "k&1"},
                 {"parallel", "x-api-key", "k&1"}};
    struct arena *a = arena_new();
    struct presets all = shipped(a);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct http_request r = request(a, preset(&all, cases[i].preset), input(NULL));
        bool found = false;
        for (size_t h = 0; h < r.header_count; h++)
            found |= slice_is(r.headers[h].name, cases[i].name) && slice_is(r.headers[h].value, cases[i].value);
        if (!found)
            fail_msg("%s sends no %s", cases[i].preset, cases[i].name);
    }
    arena_free(a);
}

static void mistakes_are_named(void **state)
{
#define R "[results]\nitems = a\nlink = b\n"
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"title Example\n", "my.ini:1: expected 'name = value', a [section] or a # comment."},
        {"title = A\n\n# c\ntimeout_ms = soon\n",
         "my.ini:4: timeout_ms must be a whole number from 100 to 120000, not 'soon'."},
        {"timeout_ms = 5\n", "my.ini:1: timeout_ms must be a whole number from 100 to 120000, not '5'."},
        {"titel = A\n", "my.ini:1: there is no setting 'titel'."},
        {"title = A\ntitle = B\n", "my.ini:2: title is given twice."},
        {"[result]\n",
         "my.ini:1: '[result]' is no section; there are [keys], [defaults], [request], [query], [headers], "
         "[body] and [results]."},
        {"[request]\nurl = https://x/?q={quest}\n",
         "my.ini:2: there is no placeholder {quest}; a key needs a line in [keys] further up."},
        {"[request]\nurl = https://x/?q={query\n", "my.ini:2: a placeholder is not closed: 'query'."},
        {"[results]\nitems = a[\n",
         "my.ini:2: the path of items: '[' must hold a number, '*' or name=value, end with ']' "
         "and stand at the end of a step."},
        {"[results]\nitems = a..b\n", "my.ini:2: the path of items: a step between two points is empty."},
        {"[results]\nitems =\n", "my.ini:2: the path of items: the path is empty."},
        {"[results]\nformat = yaml\n", "my.ini:2: format must be json or xml, not 'yaml'."},
        {"[request]\nmethod = PUT\n", "my.ini:2: method must be GET or POST, not 'PUT'."},
        {"per_second = much\n", "my.ini:1: per_second must be a number from 0.01 to 1000, not 'much'."},
        {"wildcards = maybe\n", "my.ini:1: wildcards must be no or yes, not 'maybe'."},
        {"[keys]\nkey = $KEY\n", "my.ini:2: [keys] has lines like: key = NAME_OF_A_VARIABLE."},
        {"[headers]\nBad Name = x\n", "my.ini:2: 'Bad Name' is no name of a header."},
        {"[body]\na..b. = x\n", "my.ini:2: 'a..b.' is no name of a member."},
        {"[body]\na = [\"{query}\"\n", "my.ini:2: the value of a looks like JSON, but is not valid."},
        {"[defaults]\nlanguage = en\n", "my.ini:2: there is no placeholder {language}."},
        {R, "my.ini:3: the file has no url in [request]."},
        {"[request]\nurl = https://x/\n" R, "my.ini:5: {query} is used nowhere."},
        {"[request]\nurl = https://x/{query}\n", "my.ini:2: the file needs items and link in [results]."},
        {"[query]\nq = {query}\n   {nothing}\n", "my.ini:2: there is no placeholder {nothing}; a key needs a line in "
                                                 "[keys] further up."},
        {"title = \xff\n", "my.ini:1: a preset is UTF-8 text of at most 65536 bytes."},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct preset *p;
        struct err e = {0};
        if (preset_parse(a, SLICE("my.ini"), SLICE("my"), slice_of(cases[i].text), &p, &e))
            fail_msg("accepted: %s", cases[i].text);
        assert_string_equal(e.message, cases[i].message);
        assert_int_equal(e.code, ERR_USAGE);
    }
    arena_free(a);
}

/* A folder of the user's: replaces a preset, adds one, and says where its mistake is. */
static void folders_of_the_user(void **state)
{
    char folder[] = "/tmp/footnote-presets-XXXXXX", path[100];
    struct arena *a = arena_new();
    struct presets all;
    struct err e;
    (void)state;
    assert_non_null(mkdtemp(folder));
    const char *const folders[] = {"share/providers", folder, NULL};
    snprintf(path, sizeof path, "%s/brave.ini", folder);
    FILE *f = fopen(path, "w");
    fputs("title = Mine\r\n[request]\r\nurl = https://x.example/?q={query}\r\n[results]\r\nitems = a\r\nlink = b\r\n",
          f);
    fclose(f);
    assert_true(presets_load(a, folders, &all, &e));
    assert_int_equal(all.n, 13);
    assert_slice(preset(&all, "brave")->title, "Mine");
    f = fopen(path, "a");
    fputs("linc = c\n", f);
    fclose(f);
    assert_false(presets_load(a, folders, &all, &e));
    assert_slice(slice_of(e.message), arena_printf(a, "%s:7: there is no setting 'linc' in [results].", path).p);
    unlink(path);
    rmdir(folder);
    arena_free(a);
}

static void opensearch_descriptions(void **state)
{
    static const struct {
        const char *template, *at, *url, *why;
    } cases[] = {
        {"https://example.org/?q={searchTerms}&amp;n={count?}", "https://example.org/os.xml",
         "https://example.org/?q={query}&n={count}", ""},
        {"/find/{searchTerms}?p={startPage?}&amp;i={startIndex}&amp;e={inputEncoding}", "https://example.org/os.xml",
         "https://example.org/find/{query}?p={page}&i={start}&e=UTF-8", ""},
        {"https://api.example.org/{searchTerms}", "https://example.org/os.xml", "https://api.example.org/{query}", ""},
        {"http://169.254.169.254/{searchTerms}", "https://example.org/os.xml", NULL,
         "the description's URL leads to another site"},
        {"http://example.org/{searchTerms}", "https://example.org/os.xml", NULL,
         "the description's URL leads to another site"},
        {"https://example.org{searchTerms}", "https://example.org/os.xml", NULL,
         "the description's URL leads to another site"},
        {"https://example.org/?q={searchTerms}&amp;x={geo:box}", "https://example.org/os.xml", NULL,
         "the description's URL has a parameter that is not known here"},
        {"https://example.org/?q=all", "https://example.org/os.xml", NULL,
         "the description's URL has no {searchTerms}, or is too long"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice xml = arena_printf(a,
                                        "<OpenSearchDescription><Url type=\"application/rss+xml\" template=\"%s\"/>"
                                        "</OpenSearchDescription>",
                                        cases[i].template);
        struct slice url = {"", 0};
        const char *why = "";
        bool ok = opensearch_template(a, xml, slice_of(cases[i].at), &url, &why);
        if (ok != (cases[i].url != NULL))
            fail_msg("%s: %s", cases[i].template, ok ? url.p : why);
        assert_slice(ok ? url : slice_of(why), ok ? cases[i].url : cases[i].why);
    }
    struct slice url;
    const char *why;
    assert_true(opensearch_template(a, file_text(a, "tests/unit/search/replies/description.xml"),
                                    SLICE("https://example.com/os.xml"), &url, &why));
    assert_slice(url, "https://www.example.com/?q={query}&pw={page}&format=rss&n={count}&x=");
    assert_false(opensearch_template(a, SLICE("<html/>"), SLICE("https://example.com/"), &url, &why));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_there),
        cmocka_unit_test(documented_replies),
        cmocka_unit_test(what_is_sent),
        cmocka_unit_test(what_is_not_sent),
        cmocka_unit_test(headers_and_keys),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(folders_of_the_user),
        cmocka_unit_test(keywords_for_services_that_want_every_word),
        cmocka_unit_test(opensearch_descriptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
