/* Small pages of many kinds: what their text has, and what it has not. */
#include "unit.h"

#include "pages/page.h"

#define ARTICLE                                                                                                        \
    "<article><h1>Harbour crane restored</h1><p>The old harbour crane at Wexley was lifted back onto its base on "     \
    "Tuesday after two years of work by local volunteers and engineers.</p><p>It weighs eleven tonnes and was built "  \
    "in 1902 by a firm from Leeds that no longer exists today.</p>"
#define DOCS(head, body)                                                                                               \
    "<html><head><title>dig - manual</title>" head "</head><body><div id=header><h1>dig - manual</h1><h2>NAME</h2>"    \
    "<p>dig - digs</p></div>" body "<div id=footer>Last updated 2024</div></body></html>"

static struct slice text_of(struct arena *a, const char *html)
{
    struct page_text out;
    struct err e;
    assert_true(html_extract(a, slice_of(html), SLICE("text/html"), SLICE("https://wexley.example/a"), &out, &e));
    return out.text;
}

static bool has(struct slice text, const char *words)
{
    return slice_find(text, slice_of(words)) < text.n;
}

static void pages_say_what_they_say(void **state)
{
    static const struct {
        const char *html, *has[4], *lacks;
    } cases[] = {
        {ARTICLE "<p>It costs 11<sup>99</sup> \xE2\x82\xAC or 24<sup>50</sup>\xE2\x82\xAC with 10<sup>80</sup> atoms.",
         {"11.99 \xE2\x82\xAC", "24.50\xE2\x82\xAC", "10\xE2\x81\xB8\xE2\x81\xB0 atoms"},
         "1199"},
        {ARTICLE "<p>It costs 7<sup>25 EUR</sup> today.", {"7.25 EUR"}, "725"},
        {ARTICLE "<ol style='list-style-type: lower-alpha'><li>first thing<li>second thing</ol>",
         {"a. first", "b. second"},
         "1. first"},
        {ARTICLE "<ol style='list-style: upper-roman inside'><li>first thing<li>second thing</ol>", {"I. first"}, NULL},
        {ARTICLE "<xmp><b>bold</b> &amp; x</xmp>", {"<b>bold</b> &amp; x"}, NULL},
        {ARTICLE "<p>AT&T &copy 2024 &fjlig;ord", {"AT&T \xC2\xA9 2024 fjord"}, NULL},
        {"<h1>Contact</h1><address>Mill Lane 3</address><p><a href='mailto:x'>a@b.example</a></p>",
         {"Mill Lane 3", "a@b.example"},
         NULL},
        {"<table width=700><tr><td><a href=a>Home page</a><br><a href=b>Fees</a><br><a href=c>Guest book</a></td><td>"
         "<p>The water mill was built in 1790 and still grinds flour for the village bakery each week.</p><p>Its wheel "
         "was renewed in 1988 by the miller's grandson, and it turns from May to October.</p></td></tr></table>",
         {"built in 1790", "renewed in 1988"},
         "Guest book"},
        {"<div id=__next></div><script>self.__next_f.push([0])</script><script>self.__next_f.push([1,\"5:[\\\"$\\\","
         "\\\"p\\\",null,{\\\"children\\\":\\\"The reservoir at Low Tarn was drained in March 2021 so that the dam "
         "could be inspected, and it was full again by June, to the joy of the anglers.\\\"}]\\n\"])</script>",
         {"The reservoir at Low Tarn was drained in March 2021"},
         "$"},
        {DOCS("",
              "<div id=content><h2>SYNOPSIS</h2><pre>dig [-d DEPTH] FILE</pre><h2>DESCRIPTION</h2><p>Digs a hole of "
              "the depth that was asked for, one spade after the other, until the ground is hard.</p><h2>OPTIONS"
              "</h2><dl><dt>-d</dt><dd><p>Depth.</p></dd></dl></div>"),
         {"dig - digs", "dig [-d DEPTH] FILE", "Digs a hole", "Depth."},
         "Last updated"},
        {DOCS("<meta name=generator content='Doxygen 1.9'>",
              "<div class=contents><table class=memberdecls><tr><td colspan=2><h2 class=groupheader>Functions</h2></td>"
              "</tr><tr><td>int</td><td><a href=x>dig</a> (int depth)</td></tr><tr><td>void</td><td><a href=y>fill</a> "
              "()</td></tr></table><h2 class=memtitle><a href='#a'>\xE2\x97\x86\xC2\xA0</a>dig()</h2></div>"),
         {"Functions\nint | dig (int depth)\nvoid | fill ()", "## dig()"},
         "\xE2\x97\x86"},
        {"<html><head><title>dig</title></head><body><main><h1>Class Dig</h1><p>What digs, as deep as it is asked to."
         "</p><div class=grid><div class=col-first>int</div><div class=col-second><a "
         "href='#d'>DEPTH</a></div></div><dl>"
         "<dt>See Also:</dt><dd><ul class=see-list><li><a href=x>Constant "
         "values</a></ul></dd></dl></main></body></html>",
         {"DEPTH", "Constant values"},
         NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice text = text_of(*state, cases[i].html);
        for (size_t k = 0; k < COUNT_OF(cases[i].has) && cases[i].has[k]; k++)
            if (!has(text, cases[i].has[k]))
                fail_msg("case %zu lacks \"%s\": %.*s", i, cases[i].has[k], SLICE_ARGS(text));
        if (cases[i].lacks && has(text, cases[i].lacks))
            fail_msg("case %zu has \"%s\": %.*s", i, cases[i].lacks, SLICE_ARGS(text));
    }
}

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(pages_say_what_they_say, begin, end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
