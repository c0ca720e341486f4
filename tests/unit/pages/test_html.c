/* Main text of made-up pages against files with the expected text, metadata, and pages that mean harm. */
#include "unit.h"

#include <dirent.h>
#include <time.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "pages/page.h"

static const char folder[] = "tests/unit/pages/html";

static struct slice read_file(struct arena *a, const char *path)
{
    struct buf b;
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be opened", path);
    buf_init(&b, 16 << 20);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&b, (struct slice){chunk, n});
    fclose(f);
    struct slice s = arena_dup(a, buf_slice(&b));
    buf_release(&b);
    return s;
}

static struct page_text extract(struct arena *a, struct slice html)
{
    struct page_text out;
    struct err e;
    assert_true(html_extract(a, html, SLICE("text/html"), SLICE("https://coast.example/news/1?x"), &out, &e));
    assert_int_equal(utf8_check(out.text), out.text.n);
    assert_int_equal(utf8_check(out.title), out.title.n);
    assert_int_equal(out.why, out.text.n ? PAGE_READ : PAGE_EMPTY);
    return out;
}

/* Each NAME.html gives NAME.txt. */
static void pages_give_the_expected_text(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    unsigned seen = 0, wrong = 0;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        struct slice name = slice_of(d->d_name);
        if (!slice_ends(name, SLICE(".html")))
            continue;
        struct arena *a = arena_new();
        struct page_text got = extract(a, read_file(a, arena_printf(a, "%s/%s", folder, d->d_name).p));
        struct slice want = slice_trim(read_file(a, arena_printf(a, "%s/%.*s.txt", folder, (int)name.n - 5, name.p).p));
        if (!slice_eq(got.text, want)) {
            print_error("%s\n--- expected\n%.*s\n--- got\n%.*s\n", d->d_name, SLICE_ARGS(want), SLICE_ARGS(got.text));
            wrong++;
        }
        seen++;
        arena_free(a);
    }
    closedir(dir);
    assert_int_equal(wrong, 0);
    assert_true(seen >= 14);
}

static void metadata_comes_from_where_it_is_said(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p = extract(a, read_file(a, arena_printf(a, "%s/json-ld.html", folder).p));
    assert_slice(p.title, "The lighthouse of Kestrel Point");
    assert_slice(p.site_name, "Coast Gazette");
    assert_slice(p.author, "Mary \xC3\x89lan");
    assert_slice(p.published, "2019-11-18");
    assert_slice(p.modified, "2019-11-19");
    assert_slice(p.lang, "en");
    p = extract(a,
                SLICE("<html><head><title>Gulls | Coast</title><meta property='og:site_name' content='Coast'>"
                      "<meta name=author content='Bo &amp; Co'><meta itemprop=datePublished content='2020-02-03T10:00'>"
                      "<link rel=canonical href='/gulls'></head><body><p>Gulls.</p></body></html>"));
    assert_slice(p.title, "Gulls");
    assert_slice(p.author, "Bo & Co");
    assert_slice(p.published, "2020-02-03");
    assert_slice(p.canonical, "https://coast.example/gulls");
    arena_free(a);
}

static void the_title_is_the_headline(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"<title>Gulls return - Coast</title><meta property=og:title content=Coast><meta property=og:site_name "
         "content=Coast><h1>Gulls return</h1>",
         "Gulls return"},
        {"<title>Gulls return | Coast</title><meta property=og:title content=Coast><h1>Gulls return</h1>",
         "Gulls return"},
        {"<title>Coast</title><meta property=og:site_name content=Coast><h1>Gulls return</h1>", "Gulls return"},
        {"<title>Coast</title><meta property=og:site_name content=Coast>", "Coast"},
        {"<h1>Gulls <i>return</i></h1>", "Gulls return"},
        {"<title>Untitled Document</title><h1>Gulls return</h1>", "Gulls return"},
        {"<title>Untitled Document</title>", "Untitled Document"},
        {"<nav><h1>Menu</h1></nav><h1>Gulls return</h1>", "Gulls return"},
        {"<title>Gulls</title><h1>Gulls return</h1>", "Gulls"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(extract(a, arena_printf(a, "<html><body>%s<p>They came over the bay.</p>", cases[i][0])).title,
                     cases[i][1]);
    arena_free(a);
}

/* Of the page's own article, a day of the calendar, not after tomorrow. */
static void the_date_is_that_of_the_text(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"<aside><time datetime=2011-02-03>x</time></aside><h1>Gulls</h1><p class=byline>By us, 18 November 2019</p>",
         "2019-11-18"},
        {"<nav><time datetime=2011-02-03>x</time></nav><h1>Gulls</h1><time datetime=2019-11-18>x</time>", "2019-11-18"},
        {"<h1>Gulls</h1><time datetime=PT5M>5 min</time> <time datetime='2019-11-18T10:00'>x</time>", "2019-11-18"},
        {"<h1>Gulls</h1><span itemprop=datePublished content=2019-11-18>x</span>", "2019-11-18"},
        {"<meta itemprop=datePublished content=0001-01-01><h1>Gulls</h1><p>Published on 4 September 2017</p>",
         "2017-09-04"},
        {"<meta property=article:published_time content=2019-02-31><meta name=date content=2019-03-01><h1>Gulls</h1>",
         "2019-03-01"},
        {"<meta name=date content=2999-01-01><h1>Gulls</h1>", ""},
        {"<h1>Möwen</h1><p>Von unserer Redaktion, 3. März 2018</p>", "2018-03-03"},
        {"<h1>Mouettes</h1><p>Publié le 18 février 2019</p>", "2019-02-18"},
        {"<h1>Gulls</h1><p class=date>2020年"
         "6月"
         "9日</p>",
         "2020-06-09"},
        {"<h1>Gulls</h1><p class=meta>Updated 5 May 2020, published 3 May 2019</p>", "2019-05-03"},
        {"<h1>Gulls</h1><p>They were first seen on 3 May 2011.</p>", ""},
        {"<h1>Gulls</h1><table><tr><td>Seen</td><td>3 May 2011</td></tr></table>", ""},
        {"<h1>Gulls</h1><ul><li>Seen on 3 May 2011</li></ul>", ""},
        {"<h1>Gulls</h1><p>3 May 1911 – 4 June 1990</p>", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice got = extract(a, arena_printf(a,
                                                   "<html><body>%s<p>They came over the bay in the morning, some "
                                                   "hundreds of them, and rested on the flats until the tide rose.</p>",
                                                   cases[i][0]))
                               .published;
        if (!slice_eq(got, slice_of(cases[i][1])))
            fail_msg("%s: %.*s", cases[i][0], SLICE_ARGS(got));
    }
    arena_free(a);
}

static void dates_have_one_form(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"2019-11-18T08:00:00Z", "2019-11-18"},
        {"20191118", "2019-11-18"},
        {"18 Nov 2019", "2019-11-18"},
        {"November 8, 2019", "2019-11-08"},
        {"Mon, 18 Nov 2019 10:00:00 GMT", "2019-11-18"},
        {"2019/1/2", "2019-01-02"},
        {"2019-13-01", ""},
        {"2019-02-31", ""},
        {"2999-01-01", ""},
        {"0001-01-01T00:00:00Z", ""},
        {"1970-01-01", ""},
        {"18. M\xC3\xA4rz 2019", "2019-03-18"},
        {"18 f\xC3\xA9vrier 2019", "2019-02-18"},
        {"PT5M", ""},
        {"yesterday", ""},
        {"", ""},
        {"99999999999999999999", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(page_date(a, slice_of(cases[i][0])), cases[i][1]);
    arena_free(a);
}

static void header_charset_is_believed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p;
    struct err e;
    struct slice html =
        SLICE("<body><p>Die K\xFCste bei Kestrel ist im Winter sch\xF6n, sagen die Fischer, die dort wohnen, und sie "
              "haben recht.</p></body>");
    assert_true(html_extract(a, html, SLICE("text/html; charset=ISO-8859-1"), SLICE(""), &p, &e));
    assert_true(slice_find(p.text, SLICE("K\xC3\xBCste")) < p.text.n);
    arena_free(a);
}

static struct slice repeat(struct arena *a, const char *before, const char *text, size_t times, const char *after)
{
    size_t b = strlen(before), n = strlen(text), z = strlen(after);
    char *out = arena_alloc(a, b + n * times + z + 1);
    memcpy(out, before, b);
    for (size_t i = 0; i < times; i++)
        memcpy(out + b + n * i, text, n);
    memcpy(out + b + n * times, after, z);
    return (struct slice){out, b + n * times + z};
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sanitizers are slower by a factor that depends on the machine. */
#ifdef ARENA_MALLOC
static const double cpu_max_s = 20;
#else
static const double cpu_max_s = 1;
#endif

static void hostile_pages_cost_less_than_a_second(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *text;
        size_t times;
        const char *after;
    } cases[] = {
        {"deep", "<body><p>Start of it.</p>", "<div>", 100000, "<p>End of it.</p>"},
        {"deep and closed wrongly", "<body>", "<b>", 500, ""},
        {"ends that match nothing", "<div><b><i><u><s><span><div><div><div><div><p>", "</i></b></table>", 200000, ""},
        {"a long attribute", "<p class=\"", "x", 5 << 20,
         "\">The text after it is read by the extractor as always.</p>"},
        {"a long style", "<p style=\"", "color:red;", 500000, "\">Nobody sees this text.</p>"},
        {"many attributes", "<p ", "a1=b ", 500000, ">Text.</p>"},
        {"many wanted attributes", "<p ", "class=b ", 500000, ">Text.</p>"},
        {"an open tag", "<p>Text.</p><p ", "a ", 1000000, ""},
        {"many open tags", "", "<p a", 500000, ""},
        {"an open comment", "<p>Text.</p><!-- ", "- ", 1000000, ""},
        {"many open comments", "", "<!-", 500000, ""},
        {"open scripts", "", "<script ", 300000, ">"},
        {"entities", "<p>", "&#x41;&amp;&bogus;&#xFFFFFFFF;", 100000, "</p>"},
        {"open quotes", "", "<a class='", 300000, ""},
        {"lists", "", "<ul><li>x", 100000, ""},
        {"tables", "", "<table><tr><td>x", 50000, ""},
        {"paragraphs", "", "<p>A short paragraph, and that again and again.", 100000, ""},
        {"one line", "<p>", "word ", 1000000, "</p>"},
        {"json", "<script type='application/ld+json'>", "{\"a\":[", 200000, "</script><p>Text.</p>"},
        {"json strings", "<script type='application/ld+json'>{\"articleBody\":\"", "\\ud800\\", 200000,
         "</script><p>Text.</p>"},
        {"unfinished raw text", "", "<style>", 300000, ""},
        {"no tags", "", "<<<<", 300000, ""},
        {"bytes of nothing", "<p>", "\xFF\xFE\x80", 300000, "</p>"},
        {"options", "<select>", "<option>a", 200000, ""},
        {"headings", "", "<h1>Lighthouse of a long title</h1>", 30000, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct slice html = repeat(a, cases[i].before, cases[i].text, cases[i].times, cases[i].after);
        double begin = cpu_s();
        struct page_text p = extract(a, html);
        double took = cpu_s() - begin;
        if (took > cpu_max_s)
            fail_msg("%s: %.2f s", cases[i].name, took);
        assert_true(p.text.n <= PAGE_TEXT_BYTES_MAX);
        arena_free(a);
    }
}

/* Each paragraph is looked for in the article body of JSON-LD: many of both must not multiply. */
static void a_long_article_body_is_not_searched_for_ever(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct slice json =
        repeat(a, "<script type='application/ld+json'>{\"articleBody\":\"", "tide by tide ", 100000, "\"}</script>");
    struct slice text = repeat(
        a, "", "<p>The tide comes in at six in the morning, and again in the evening, say the fishermen.", 50000, "");
    struct slice html = arena_printf(a, "%.*s%.*s", SLICE_ARGS(json), SLICE_ARGS(text));
    double begin = cpu_s();
    (void)extract(a, html);
    assert_true(cpu_s() - begin < cpu_max_s);
    arena_free(a);
}

static void what_came_before_a_ceiling_is_kept(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *text =
        "<p>The lamp of the lighthouse is seen from a distance of nineteen miles, say those who know.</p>";
    struct page_text p = extract(a, repeat(a, text, "<div>", 100000, "<p>Too deep.</p>"));
    assert_true(p.cut);
    assert_true(slice_find(p.text, SLICE("nineteen miles")) < p.text.n);
    p = extract(a, slice_of(text));
    assert_false(p.cut);
    p = extract(a, repeat(a, "<p class=\"", "x", 5 << 20,
                          "\">The lamp of the lighthouse is seen from nineteen miles, say all."));
    assert_true(slice_find(p.text, SLICE("nineteen miles")) < p.text.n);
    arena_free(a);
}

/* A page cut at any byte gives text or nothing, and never fails. */
static void pages_may_end_anywhere(void **state)
{
    (void)state;
    struct arena *files = arena_new();
    struct slice html = read_file(files, arena_printf(files, "%s/unclosed.html", folder).p);
    for (size_t n = 0; n < html.n; n += 3) {
        struct arena *a = arena_new();
        char *copy = malloc(n + 1); /* exact, so that a sanitizer sees a read behind the end */
        memcpy(copy, html.p, n);
        (void)extract(a, (struct slice){copy, n});
        arena_free(a);
        free(copy);
    }
    arena_free(files);
}

static void pages_without_text_say_so(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_int_equal(extract(a, SLICE("")).why, PAGE_EMPTY);
    assert_int_equal(extract(a, SLICE("<html><body><div id=app></div><script>x</script></body></html>")).why,
                     PAGE_EMPTY);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_give_the_expected_text),
        cmocka_unit_test(metadata_comes_from_where_it_is_said),
        cmocka_unit_test(dates_have_one_form),
        cmocka_unit_test(the_title_is_the_headline),
        cmocka_unit_test(the_date_is_that_of_the_text),
        cmocka_unit_test(header_charset_is_believed),
        cmocka_unit_test(hostile_pages_cost_less_than_a_second),
        cmocka_unit_test(a_long_article_body_is_not_searched_for_ever),
        cmocka_unit_test(what_came_before_a_ceiling_is_kept),
        cmocka_unit_test(pages_may_end_anywhere),
        cmocka_unit_test(pages_without_text_say_so),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
