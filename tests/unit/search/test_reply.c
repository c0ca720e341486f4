/* Reading replies: paths, markup, dates, and every way in which a reply is not what was hoped for. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "search/clean.h"
#include "search/path.h"
#include "search/reply.h"
#include "search/xml.h"
#include "unit.h"

static const int64_t NOW = 1700000000; /* 2023-11-14 */

static void paths(void **state)
{
    static const char json[] =
        "{\"a\":{\"b\":[{\"t\":0,\"u\":\"x\"},{\"t\":1,\"u\":\"y\"},{\"t\":\"0\",\"u\":null}]},\"n\":3.5,\"s\":"
        "\"text\","
        "\"id\":7,\"rows\":[{\"id\":6,\"v\":\"six\"},{\"id\":7,\"v\":\"seven\"}],\"empty\":[],\"nested\":[[1,2],[3]]}";
    static const struct {
        const char *path, *texts;
        bool wrong;
    } cases[] = {
        {"s", "text", false},
        {"n", "3.5", false},
        {"a.b.u", "x|y", false},
        {"a.b[1].u", "y", false},
        {"a.b[9].u", "", false},
        {"a.b[*].t", "0|1|0", false},
        {"a.b[t=0].u", "x", false},
        {"a.b[t=0].t", "0|0", false},
        {"rows[id={id}].v", "seven", false},
        {"/rows[id={id}].v", "seven", false},
        {"missing", "", false},
        {"missing.more", "", false},
        {"s.more", "", true},
        {"n.more | s", "text", false},
        {"missing | n", "3.5", false},
        {"empty", "", false},
        {"empty.u", "", false},
        {"nested", "|", false},
        {"rows[id={none}].v", "", false},
    };
    struct arena *a = arena_new();
    const struct value *top;
    const char *why;
    struct err e;
    (void)state;
    assert_true(value_parse(a, SLICE(json), &top, NULL, &e));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char texts[200] = "";
        if (!path_check(slice_of(cases[i].path), &why))
            fail_msg("%s: %s", cases[i].path, why);
        struct path_values got = path_find(a, top, top, slice_of(cases[i].path));
        for (size_t k = 0; k < got.n; k++) {
            struct slice text = path_text(a, got.at[k]);
            size_t n = strlen(texts);
            snprintf(texts + n, sizeof texts - n, "%s%.*s", k ? "|" : "", SLICE_ARGS(text));
        }
        if (strcmp(texts, cases[i].texts) != 0 || (got.n == 0 && got.wrong_type != cases[i].wrong))
            fail_msg("%s: got '%s', wrong type %d", cases[i].path, texts, got.wrong_type);
    }
    static const char *const bad[] = {"",     " ",     "a..b", ".a",   "a.",    "a[",      "a]", "a[]",
                                      "a[x]", "a[1]b", "a|",   "a||b", "a[=x]", "a[b[c]]", "/",  "a[1234567]"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (path_check(slice_of(bad[i]), &why) && strcmp(bad[i], "a|") != 0)
            fail_msg("accepted: '%s'", bad[i]);
    arena_free(a);
}

static void markup_goes(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a <b>bold</b> word", "a bold word"},
        {"con<b>sen</b>sus", "consensus"},
        {"one<br>two<p>three</p>", "one two three"},
        {"<span class=\"searchmatch\">x</span>y", "xy"},
        {"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
        {"a <- b", "a <- b"},
        {"unclosed <b and more", "unclosed <b and more"},
        {"<!-- hidden -->seen", "seen"},
        {"fish &amp; chips &lt;b&gt; &#8212; &#x2014; &eacute; &hellip;",
         "fish & chips <b> \xe2\x80\x94 \xe2\x80\x94 \xc3\xa9 "
         "\xe2\x80\xa6"},
        {"&unknown; &; & &#0; &#xd800; &#99999999;", "&unknown; &; & \xef\xbf\xbd \xef\xbf\xbd &#99999999;"},
        {"&apos;&quot;&nbsp;x", "'\" x"},
        {"  many \n\t spaces \xc2\xa0 here  ", "many spaces here"},
        {"a\x01\x1b[31mred\x7f", "a[31mred"},
        {"left\xe2\x80\xaeright\xe2\x80\x8b!", "leftright!"},
        {"bad \xff\xc3 bytes", "bad ?? bytes"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(clean_line(a, slice_of(cases[i].from), true, 500), cases[i].to);
    assert_slice(clean_line(a, SLICE("how <b> works &amp; why"), false, 500), "how <b> works &amp; why");
    assert_slice(clean_line(a, SLICE("cut at a word of the line"), true, 16), "cut at a word");
    assert_slice(clean_line(a, SLICE("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), true, 5), "\xc3\xa9\xc3\xa9");
    assert_slice(clean_text(a, SLICE(" one\r\n\r\n\r\n\ntwo\nthree  four\n"), 500), "one\n\ntwo\nthree four");
    arena_free(a);
}

static void dates(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"2024-05-06", "2024-05-06"},
        {"2024-05-06T23:59:59+02:00", "2024-05-06"},
        {" 2024-05-06 ", "2024-05-06"},
        {"20240506", "2024-05-06"},
        {"1714953600", "2024-05-06"},
        {"1714953600000", "2024-05-06"},
        {"1714953600.5", "2024-05-06"},
        {"Mon, 06 May 2024 10:00:00 GMT", "2024-05-06"},
        {"6 May 2024", "2024-05-06"},
        {"6. Mai 2024", ""},
        {"May 6, 2024", "2024-05-06"},
        {"Sept 6, 2024", "2024-09-06"},
        {"3 days ago", "2023-11-11"},
        {"1 hour ago", "2023-11-14"},
        {"2 weeks ago", "2023-10-31"},
        {"1 month ago", "2023-10-15"},
        {"yesterday", "2023-11-13"},
        {"2024-13-06", ""},
        {"2024-02-30", ""},
        {"2024-02-29", "2024-02-29"},
        {"2023-02-29", ""},
        {"", ""},
        {"soon", ""},
        {"May 2024", ""},
        {"12", ""},
        {"99999999999999999999", ""},
        {"0000-01-01", ""},
    };
    char out[11];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool ok = clean_date(slice_of(cases[i].from), NOW, out);
        if (strcmp(out, cases[i].to) != 0 || ok != (cases[i].to[0] != '\0'))
            fail_msg("'%s' became '%s', not '%s'", cases[i].from, out, cases[i].to);
    }
}

static struct preset *small_preset(struct arena *a, const char *more)
{
    struct preset *p;
    struct err e;
    struct slice text = arena_printf(a,
                                     "[request]\nurl = https://s.example/?q={query}\n[results]\nitems = results\n"
                                     "link = url\ntitle = title\nsnippet = text\ndate = date\nerror = error\n%s",
                                     more);
    if (!preset_parse(a, SLICE("small.ini"), SLICE("small"), text, &p, &e))
        fail_msg("%s", e.message);
    return p;
}

static struct search_answer judge(struct arena *a, enum http_outcome outcome, int status, const char *type,
                                  const char *body)
{
    static const struct slice secret = {"s3cr3t", 6};
    struct http_reply r = {.outcome = outcome,
                           .reason = http_outcome_sentence(outcome),
                           .status = status,
                           .content_type = slice_of(type),
                           .body = slice_of(body)};
    return reply_read(a, small_preset(a, ""), &r, NULL, &secret, 1, NOW);
}

static void kinds_of_failure(void **state)
{
    static const char json[] = "application/json", html[] = "text/html; charset=utf-8";
    static const struct {
        enum http_outcome outcome;
        int status;
        const char *type, *body;
        enum search_status expected;
    } cases[] = {
        {HTTP_OK, 200, json, "{\"results\":[{\"url\":\"https://a.example/\"}]}", SEARCH_OK},
        {HTTP_OK, 200, "", "\xef\xbb\xbf{\"results\":[{\"url\":\"https://a.example/\"}]}", SEARCH_OK},
        {HTTP_OK, 200, "text/html", "{\"results\":[{\"url\":\"https://a.example/\"}]}", SEARCH_OK},
        {HTTP_OK, 200, json, "{\"results\":[{\"url\":7},{\"url\":\"https://a.example/\"},4,null,[]]}", SEARCH_OK},
        {HTTP_OK, 200, json, "{\"results\":[]}", SEARCH_EMPTY},
        {HTTP_OK, 200, json, "{\"results\":null}", SEARCH_EMPTY},
        {HTTP_OK, 200, json, "{}", SEARCH_EMPTY},
        {HTTP_OK, 200, json, "[]", SEARCH_EMPTY},
        {HTTP_OK, 200, json, "[{\"url\":\"https://a.example/\"}]", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "[1]", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "{\"results\":\"none\"}", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "{\"results\":{\"a\":1}}", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "{\"results\":[{\"url\":\"javascript:alert(1)\"}]}", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "{\"results\":[{\"title\":\"no link\"}]}", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "{\"results\":[{\"url\":\"https://a.ex", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "\"text\"", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "4", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "  \n", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "not json", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "{\"error\":\"quota\",\"results\":[]}", SEARCH_FAILED},
        {HTTP_OK, 200, html, "<html><body>Welcome", SEARCH_MALFORMED},
        {HTTP_OK, 200, json, "<!DOCTYPE html><title>Just a moment...</title>", SEARCH_CAPTCHA},
        {HTTP_OK, 200, html, "<html><script src=\"https://www.google.com/reCAPTCHA/api.js\">", SEARCH_CAPTCHA},
        {HTTP_STATUS, 403, html, "<html>hCaptcha", SEARCH_CAPTCHA},
        {HTTP_STATUS, 503, html, "<html>/cdn-cgi/challenge-platform/", SEARCH_CAPTCHA},
        {HTTP_STATUS, 429, html, "<html>captcha", SEARCH_RATE_LIMITED},
        {HTTP_STATUS, 429, json, "", SEARCH_RATE_LIMITED},
        {HTTP_STATUS, 432, json, "{}", SEARCH_RATE_LIMITED},
        {HTTP_STATUS, 402, json, "{}", SEARCH_RATE_LIMITED},
        {HTTP_STATUS, 401, json, "{}", SEARCH_UNAUTHORIZED},
        {HTTP_STATUS, 403, json, "{}", SEARCH_UNAUTHORIZED},
        {HTTP_STATUS, 404, html, "<html>", SEARCH_FAILED},
        {HTTP_STATUS, 500, json, "{}", SEARCH_FAILED},
        {HTTP_TIMEOUT, 0, "", "", SEARCH_TIMEOUT},
        {HTTP_CANCELLED, 0, "", "", SEARCH_CANCELLED},
        {HTTP_TOO_LARGE, 200, json, "", SEARCH_MALFORMED},
        {HTTP_DNS, 0, "", "", SEARCH_FAILED},
        {HTTP_CONNECT, 0, "", "", SEARCH_FAILED},
        {HTTP_TLS, 0, "", "", SEARCH_FAILED},
        {HTTP_RESET, 200, "", "", SEARCH_FAILED},
        {HTTP_REDIRECTS, 301, "", "", SEARCH_FAILED},
        {HTTP_BROKEN, 0, "", "", SEARCH_FAILED},
        {HTTP_BAD_URL, 0, "", "", SEARCH_FAILED},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct search_answer got = judge(a, cases[i].outcome, cases[i].status, cases[i].type, cases[i].body);
        if (got.status != cases[i].expected)
            fail_msg("case %zu (%s): %s, %.*s", i, cases[i].body, search_status_name(got.status),
                     SLICE_ARGS(got.detail));
        assert_int_equal(got.n > 0, got.status == SEARCH_OK);
        assert_int_equal(got.detail.n > 0, got.status != SEARCH_OK);
    }
    assert_slice(judge(a, HTTP_OK, 200, json, "{\"error\":\"no <b>s3cr3t</b> &amp; s3cr3ts3cr3t\"}").detail,
                 "no *** & ******");
    assert_slice(judge(a, HTTP_STATUS, 401, json, "{\"error\":\"bad key\"}").detail, "status 401: bad key");
    assert_slice(judge(a, HTTP_STATUS, 401, json, "{\"error\":").detail, "status 401");
    arena_free(a);
}

/* As SearXNG tells it: names, or lists of a name and a reason. */
static void sources_that_did_not_answer_are_told(void **state)
{
    static const struct {
        const char *body, *detail;
        enum search_status status;
    } cases[] = {
        {"{\"results\":[],\"silent\":[[\"google\",\"timeout\"],[\"bing\",\"CAPTCHA\"]]}",
         "no result; did not answer: google (timeout), bing (CAPTCHA)", SEARCH_FAILED},
        {"{\"results\":[{\"url\":\"https://a.example/\"}],\"silent\":[\"google\",[\"bing\"],[],{},null]}",
         "did not answer: google, bing", SEARCH_OK},
        {"{\"results\":[],\"silent\":[]}", "there is no result", SEARCH_EMPTY},
        {"{\"results\":[{\"url\":\"https://a.example/\"}],\"silent\":[]}", "", SEARCH_OK},
        {"{\"error\":\"search disabled\",\"silent\":[\"google\"]}", "search disabled", SEARCH_FAILED},
    };
    struct arena *a = arena_new();
    (void)state;
    const struct preset *p = small_preset(a, "unresponsive = silent\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct http_reply r = {.outcome = HTTP_OK, .reason = "", .status = 200, .body = slice_of(cases[i].body)};
        struct search_answer got = reply_read(a, p, &r, NULL, NULL, 0, NOW);
        assert_slice(got.detail, cases[i].detail);
        assert_int_equal(got.status, cases[i].status);
    }
    arena_free(a);
}

static struct slice many(struct arena *a, const char *before, const char *piece, size_t count, const char *after)
{
    size_t n = strlen(piece), at = strlen(before);
    char *text = arena_alloc(a, at + n * count + strlen(after) + 1);
    memcpy(text, before, at);
    for (size_t i = 0; i < count; i++, at += n)
        memcpy(text + at, piece, n);
    memcpy(text + at, after, strlen(after) + 1);
    return slice_of(text);
}

static void ceilings(void **state)
{
    struct arena *a = arena_new();
    const char *item = "{\"url\":\"https://a.example/x\",\"title\":\"0123456789\"},";
    (void)state;
    struct search_answer got = judge(a, HTTP_OK, 200, "", many(a, "{\"results\":[", item, 5000, "0]}").p);
    assert_int_equal(got.status, SEARCH_OK);
    assert_int_equal(got.n, REPLY_MAX_HITS);
    assert_int_equal(judge(a, HTTP_OK, 200, "", many(a, "{\"results\":", "[", 100000, "").p).status, SEARCH_MALFORMED);
    assert_int_equal(judge(a, HTTP_OK, 200, "", many(a, "{\"results\":[", "[],", 300000, "0]}").p).status,
                     SEARCH_MALFORMED);
    assert_int_equal(judge(a, HTTP_OK, 200, "", many(a, "{\"results\":", "{\"results\":", 500, "1").p).status,
                     SEARCH_MALFORMED);
    got = judge(a, HTTP_OK, 200, "",
                many(a, "{\"results\":[{\"url\":\"https://a.example/\",\"title\":\"", "long ", 9000,
                     "\",\"text\":[\"x\",\"y\"]}]}")
                    .p);
    assert_int_equal(got.status, SEARCH_OK);
    assert_true(got.at[0].title.n <= REPLY_TITLE_BYTES && got.at[0].title.n > REPLY_TITLE_BYTES - 10);
    assert_slice(got.at[0].snippet, "x \xe2\x80\xa6 y");
    got = judge(a, HTTP_OK, 200, "", many(a, "{\"results\":[{\"url\":\"https://a.example/", "long", 3000, "\"}]}").p);
    assert_int_equal(got.status, SEARCH_MALFORMED);
    arena_free(a);
}

static void policy_after_the_reply(void **state)
{
    static const struct slice include[] = {SLICE("example.org")}, exclude[] = {SLICE("bad.example.org")};
    static const struct policy policy = {.include = include,
                                         .include_count = 1,
                                         .exclude = exclude,
                                         .exclude_count = 1,
                                         .after_date = SLICE("2023-01-01")};
    static const char body[] = "{\"results\":[{\"url\":\"https://example.org/new\",\"date\":\"2023-05-01\"},"
                               "{\"url\":\"https://example.org/old\",\"date\":\"2022-05-01\"},"
                               "{\"url\":\"https://www.example.org/undated\"},"
                               "{\"url\":\"https://bad.example.org/\",\"date\":\"2023-05-01\"},"
                               "{\"url\":\"https://notexample.org/\",\"date\":\"2023-05-01\"}]}";
    struct http_reply r = {.outcome = HTTP_OK, .reason = "", .status = 200, .body = SLICE(body)};
    struct arena *a = arena_new();
    (void)state;
    struct search_answer got = reply_read(a, small_preset(a, ""), &r, &policy, NULL, 0, NOW);
    assert_int_equal(got.n, 1);
    assert_slice(got.at[0].url, "https://example.org/new");
    /* A service that was told the date vouches for results without one. */
    got = reply_read(a, small_preset(a, "[query]\nsince = {after_date}\n"), &r, &policy, NULL, 0, NOW);
    assert_int_equal(got.n, 2);
    assert_slice(got.at[1].url, "https://www.example.org/undated");
    static const struct policy nothing = {
        .include = exclude, .include_count = 1, .exclude = exclude, .exclude_count = 1, .after_date = {"", 0}};
    got = reply_read(a, small_preset(a, ""), &r, &nothing, NULL, 0, NOW);
    assert_int_equal(got.status, SEARCH_EMPTY);
    assert_slice(got.detail, "no result is within the source policy");
    arena_free(a);
}

static void hostile_xml(void **state)
{
    static const char *const bad[] = {
        "",
        "<",
        "plain",
        "<a>",
        "<a></b>",
        "<a>&undeclared;</a>",
        "<a b=c/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;&l;&l;&l;&l;&l;\"><!ENTITY n "
        "\"&m;&m;&m;&m;&m;&m;\">]><a>&n;</a>",
    };
    struct arena *a = arena_new();
    const struct value *v;
    struct err e;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (xml_value(a, slice_of(bad[i]), &v, &e))
            fail_msg("accepted: %s", bad[i]);
    assert_false(xml_value(a, many(a, "", "<a>", 5000, ""), &v, &e));
    assert_true(xml_value(
        a, SLICE("<!DOCTYPE rss SYSTEM \"http://127.0.0.1:1/x.dtd\"><rss a='1'>t<b>x</b><b/><c>y</c></rss>"), &v, &e));
    struct buf out;
    buf_init(&out, 1000);
    value_print(v, &out);
    assert_slice(buf_slice(&out), "{\"rss\":{\"@a\":\"1\",\"b\":[\"x\",\"\"],\"c\":\"y\",\"#text\":\"t\"}}");
    buf_release(&out);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(markup_goes),
        cmocka_unit_test(dates),
        cmocka_unit_test(sources_that_did_not_answer_are_told),
        cmocka_unit_test(ceilings),
        cmocka_unit_test(kinds_of_failure),
        cmocka_unit_test(policy_after_the_reply),
        cmocka_unit_test(hostile_xml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
