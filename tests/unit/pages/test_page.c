/* Kinds of documents told apart, Markdown, feeds, plain text and JSON-LD. */
#include "unit.h"

#include "pages/page.h"

static struct page_text extract(struct arena *a, const char *bytes, const char *type, const char *url)
{
    struct page_text out;
    struct err e;
    assert_true(page_extract(a, slice_of(bytes), slice_of(type), slice_of(url), NULL, &out, &e));
    return out;
}

static void markdown_is_read_as_a_reader_sees_it(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"# Title #\nText *of* __two__\nlines.", "# Title\n\nText of two\nlines."},
        {"a [link](http://x.y/(z)) and ![picture](p.png)end", "a link and end"},
        {"[one [two](a)](b) [ref][1] [lone]", "one two ref [lone]"},
        {"snake_case 2 * 3 \\*star\\* `a_b`", "snake_case 2 * 3 *star* a_b"},
        {"- one\n* two\n+ three\n1. four\n12) five", "- one\n- two\n- three\n1. four\n12) five"},
        {"text\n```c\nint *a;\n\n# no\n```\nmore", "text\n\n```\nint *a;\n\n# no\n```\n\nmore"},
        {"| a | **b** |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"},
        {"> quoted\n> more\n\nafter", "quoted\nmore\n\nafter"},
        {"Title\n=====\n\ntext<br>x<!-- no -->y", "Title\n\ntextxy"},
        {"<https://a.b/c> 1 < 2", "https://a.b/c 1 < 2"},
        {"---\ntitle: \"T\"\ndate: 2020-01-02\n---\nbody", "body"},
        {"\r\n\r\na\r\nb", "a\nb"},
        {"", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(extract(a, cases[i][0], "text/markdown", "").text, cases[i][1]);
    assert_slice(extract(a, "---\ntitle: \"T\"\ndate: 2020-01-02\n---\nbody", "", "x.md").title, "T");
    assert_slice(extract(a, "---\ntitle: \"T\"\ndate: 2020-01-02\n---\nbody", "", "x.md").published, "2020-01-02");
    assert_slice(extract(a, "x\n\n## The *first*\n# Second", "", "x.md").title, "The first");
    arena_free(a);
}

static const char rss[] =
    "<?xml version='1.0'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
    "<title>Coast</title><item><title>Gulls &amp; terns</title><pubDate>Mon, 18 Nov 2019 10:00:00 GMT</pubDate>"
    "<description>short</description><content:encoded><![CDATA[<p>One.</p><p style='display:none'>No.</p><p>Two.</p>]]>"
    "</content:encoded></item><item><title>Seals</title><description>&lt;b&gt;Bold&lt;/b&gt; "
    "seals.</description></item>"
    "</channel></rss>";
static const char atom[] =
    "<feed "
    "xmlns='http://www.w3.org/2005/Atom'><title>Coast</title><entry><title>Gulls</title><updated>2019-11-18T01:02:03Z"
    "</updated><content type='xhtml'><div "
    "xmlns='http://www.w3.org/1999/xhtml'><p>One.</p><ul><li>a</li><li>b</li></ul></div>"
    "</content></entry></feed>";

static void feeds_give_their_entries(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct page_text p = extract(a, rss, "text/xml", "");
    assert_slice(p.title, "Coast");
    assert_slice(p.text, "## Gulls & terns (2019-11-18)\n\nOne.\n\nTwo.\n\n## Seals\n\nBold seals.");
    p = extract(a, atom, "", "");
    assert_slice(p.text, "## Gulls (2019-11-18)\n\nOne.\n\n- a\n- b");
    /* Broken off: what came before is there. */
    p = extract(a, "<rss><channel><item><title>A</title></item><item><title>B</title><descr", "", "");
    assert_slice(p.text, "## A");
    p = extract(a,
                "<!DOCTYPE rss [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'><!ENTITY c SYSTEM '/etc/passwd'>]>"
                "<rss><channel><item><title>A</title><description>x&b;&c;</description></item></channel></rss>",
                "", "");
    assert_true(slice_find(p.text, SLICE("root:")) == p.text.n);
    arena_free(a);
}

static void utf_16_is_told_by_its_mark(void **state)
{
    (void)state;
    static const char text[] = "<p>The tide comes in at six in the morning, and again in the evening of that day.";
    char wide[2 * sizeof text];
    struct page_text out;
    struct err e;
    struct arena *a = arena_new();
    wide[0] = '\xFF';
    wide[1] = '\xFE';
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        wide[2 + 2 * i] = text[i];
        wide[3 + 2 * i] = '\0';
    }
    assert_true(page_extract(a, (struct slice){wide, sizeof wide}, SLICE(""), SLICE("a.htm"), NULL, &out, &e));
    assert_slice(out.text, text + 3);
    arena_free(a);
}

static void kinds_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *type, *url, *text;
        enum page_why why;
    } cases[] = {
        {"%PDF-1.4", "text/html", "", "", PAGE_NEEDS_PDF},
        {"GIF89a....", "", "", "", PAGE_NOT_TEXT},
        {"anything", "image/png", "", "", PAGE_NOT_TEXT},
        {"plain\r\ntext\a\fx", "text/plain", "", "plain\ntext\nx", PAGE_READ},
        {"<p>The tide comes in at six in the morning, and again in the evening of the same day.",
         "application/octet-stream", "",
         "The tide comes in at six in the morning, and again in the evening of the same day.", PAGE_READ},
        {"{\"@context\":\"https://schema.org\",\"headline\":\"H\",\"articleBody\":\"A body.\"}", "application/json", "",
         "A body.", PAGE_READ},
        {"{\"a\": 1}", "application/json", "", "{\"a\": 1}", PAGE_READ},
        {"# not markdown", "", "a.txt", "# not markdown", PAGE_READ},
        {"*markdown*", "", "http://a/b.md?raw=1", "markdown", PAGE_READ},
        {" \n ", "text/plain", "", "", PAGE_EMPTY},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page_text p = extract(a, cases[i].bytes, cases[i].type, cases[i].url);
        assert_slice(p.text, cases[i].text);
        assert_int_equal(p.why, cases[i].why);
    }
    arena_free(a);
}

/* Every kind that is walked line by line or tag by tag stops when the time is over, and when nobody wants it. */
static void reading_takes_a_deadline(void **state)
{
    static const char *const types[] = {"text/html", "text/markdown", "text/x-rst"};
    enum { BIG_BYTES = 256 << 10 }; /* sanitizers read them slowly */
    (void)state;
    struct arena *a = arena_new();
    char *big = arena_alloc(a, BIG_BYTES);
    for (size_t i = 0; i < BIG_BYTES; i++)
        big[i] = "[a](<b> \n"[i % 9];
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        atomic_bool cancelled = true;
        const struct deadline past = {clock_ms() - 1, NULL}, unwanted = {clock_ms() + 60000, &cancelled};
        struct page_text out;
        struct err e;
        const struct slice bytes = {big, BIG_BYTES};
        assert_false(page_extract(a, bytes, slice_of(types[i]), SLICE(""), &past, &out, &e));
        assert_int_equal(e.code, ERR_DEADLINE);
        assert_false(page_extract(a, bytes, slice_of(types[i]), SLICE(""), &unwanted, &out, &e));
        assert_int_equal(e.code, ERR_CANCELLED);
        assert_true(page_extract(a, bytes, slice_of(types[i]), SLICE(""), NULL, &out, &e));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_is_read_as_a_reader_sees_it),
        cmocka_unit_test(feeds_give_their_entries),
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(utf_16_is_told_by_its_mark),
        cmocka_unit_test(reading_takes_a_deadline),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
