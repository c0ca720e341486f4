/* Tags and character references, as tables of text and what is read from it. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "pages/entity.h"
#include "pages/html_frames.h"
#include "pages/html_links.h"
#include "pages/html_scan.h"
#include "pages/markup.h"
#include "unit.h"

/* "T:text", "S:name[attribute=value]", "E:name", "C", "D", parted by blanks; "S:name!" where the page ends in the tag.
 */
static void write_tokens(struct buf *out, struct slice page)
{
    struct markup m = markup_of(page);
    struct markup_token t;
    struct markup_attribute a;
    while (markup_next(&m, &t)) {
        buf_add(out, out->n ? SLICE(" ") : SLICE(""));
        if (t.kind == MARKUP_TEXT)
            buf_printf(out, "T:%.*s", SLICE_ARGS(t.whole));
        else if (t.kind == MARKUP_END)
            buf_printf(out, "E:%.*s", SLICE_ARGS(t.name));
        else if (t.kind != MARKUP_START)
            buf_add_char(out, t.kind == MARKUP_COMMENT ? 'C' : 'D');
        else {
            buf_printf(out, "S:%.*s", SLICE_ARGS(t.name));
            while (markup_attribute(&m, &a))
                buf_printf(out, a.has_value ? "[%.*s=%.*s]" : "[%.*s]", SLICE_ARGS(a.name), SLICE_ARGS(a.value));
            buf_add(out, m.cut ? SLICE("!") : SLICE(""));
        }
    }
}

static const char *const token_cases[][2] = {
    {"", ""},
    {"plain", "T:plain"},
    {"<p>a</p>", "S:p T:a E:p"},
    {"<P CLASS=x>", "S:P[CLASS=x]"},
    {"<a href='1' b=\"2\" c = 3 d>", "S:a[href=1][b=2][c=3][d]"},
    {"<a title='a > b'>x", "S:a[title=a > b] T:x"},
    {"<br/><a/href=x/>", "S:br S:a[href=x/]"},
    {"<a href=\"x>y", "S:a[href=x>y]!"},
    {"<a href", "S:a[href]!"},
    {"<a", "S:a!"},
    {"<a =b>", "S:a[=b]"},
    {"<a b=\"c\"d=e>", "S:a[b=c][d=e]"},
    {"<i<b>", "S:i[<b]"},
    {"1 < 2 <3", "T:1  T:< T: 2  T:< T:3"},
    {"<", "T:<"},
    {"<!-- a > b --><i>", "C S:i"},
    {"<!--><i>", "C S:i"},
    {"<!---><i>", "C S:i"},
    {"<!----><i>", "C S:i"},
    {"<!-- a --!><i>", "C S:i"},
    {"<!-- a -- > <i>", "C"},
    {"<!- a ><i>", "C S:i"},
    {"<!DOCTYPE html><i>", "D S:i"},
    {"<![CDATA[a]]><i>", "D S:i"},
    {"<?xml version='1.0'?><i>", "C S:i"},
    {"</><i>", "C S:i"},
    {"</ p><i>", "C S:i"},
    {"</p title=x><i>", "E:p S:i"},
    {"</p", "E:p"},
    {"<!", "D"},
};

static void tokens_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof token_cases / sizeof token_cases[0]; i++) {
        struct buf out;
        buf_init(&out, 4096);
        write_tokens(&out, slice_of(token_cases[i][0]));
        if (!slice_is(buf_slice(&out), token_cases[i][1]))
            fail_msg("'%s' gives '%.*s', not '%s'", token_cases[i][0], SLICE_ARGS(buf_slice(&out)), token_cases[i][1]);
        buf_release(&out);
    }
}

/* Every byte of a page is in one token or attribute, and no reader looks behind the end. */
static void pages_end_anywhere(void **state)
{
    static const char page[] = "a<b c='d' e=f g><!-- h --!></b><!DOCTYPE i><script>j</script><k l=\"m\"/>&amp;<";
    (void)state;
    for (size_t n = 0; n < sizeof page; n++) {
        char *copy = malloc(n + 1); /* the sanitizers see a read behind it */
        memcpy(copy, page, n);
        struct markup m = markup_of((struct slice){copy, n});
        struct markup_token t;
        size_t tokens = 0;
        while (markup_next(&m, &t)) {
            assert_true(t.whole.p >= copy && t.whole.p + t.whole.n <= copy + n && t.whole.n > 0);
            if (t.kind == MARKUP_START && markup_is_raw(t.name)) {
                struct markup_attribute a;
                while (markup_attribute(&m, &a))
                    ;
                (void)markup_raw(&m, t.name);
            }
            tokens++;
        }
        assert_true(tokens <= n);
        assert_ptr_equal(m.at, copy + n);
        free(copy);
    }
}

static void raw_text_ends_at_its_tag(void **state)
{
    static const struct {
        const char *page, *content, *next;
    } cases[] = {
        {"<script>a<b></i></SCRIPT >c", "a<b></i>", "</SCRIPT >"},
        {"<script type=x>a</scrip", "a</scrip", ""},
        {"<title></title>", "", "</title>"},
        {"<title>a", "a", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct markup m = markup_of(slice_of(cases[i].page));
        struct markup_token t;
        struct markup_attribute a;
        assert_true(markup_next(&m, &t));
        assert_true(markup_is_raw(t.name));
        while (markup_attribute(&m, &a))
            ;
        assert_slice(markup_raw(&m, t.name), cases[i].content);
        assert_int_equal(markup_next(&m, &t), cases[i].next[0] != '\0');
        if (cases[i].next[0])
            assert_slice(t.whole, cases[i].next);
    }
    assert_false(markup_is_raw(SLICE("pre")));
    assert_true(markup_is_raw(SLICE("TextArea")));
}

static void tags_in_other_text(void **state)
{
    static const struct {
        const char *text, *tag, *name;
        bool end;
    } cases[] = {
        {"<b>x", "<b>", "b", false},
        {"</strong>", "</strong>", "strong", true},
        {"<a href=\"x>y", "<a href=\"x>", "a", false}, /* a cut or forgotten quote swallows nothing */
        {"<ref name=a/>", "<ref name=a/>", "ref", false},
        {"<h1\nid=x>", "<h1\nid=x>", "h1", false},
        {"<!-- x > y", "<!-- x >", "", false},
        {"< b>", "", "", false},
        {"<3 you>", "", "", false},
        {"</>", "", "", false},
        {"<b", "", "", false},
        {"<", "", "", false},
        {"b>", "", "", false},
        {"", "", "", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice text = slice_of(cases[i].text);
        struct markup_mark tag = {.n = 0};
        if (markup_tag(text, &tag) != (cases[i].tag[0] != '\0'))
            fail_msg("'%s'", cases[i].text);
        assert_slice(slice_sub(text, 0, tag.n), cases[i].tag);
        if (tag.n)
            assert_slice(tag.name, cases[i].name);
        assert_int_equal(tag.end, cases[i].end);
    }
    assert_int_equal(markup_tags_end(SLICE("a<b>c")), 4);
    assert_int_equal(markup_tags_end(SLICE("a<b")), 0);
    assert_int_equal(markup_tags_end(SLICE("")), 0);
}

static void references_are_decoded(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *means;
    } cases[] = {
        {"&amp;x", 5, "&"},
        {"&lt;", 4, "<"},
        {"&apos;", 6, "'"},
        {"&nbsp;", 6, "\u00A0"},
        {"&eacute;s", 8, "\u00E9"},
        {"&thetasym;", 10, "\u03D1"},
        {"&#39;", 5, "'"},
        {"&#x2014;", 8, "\u2014"},
        {"&#X2014;", 8, "\u2014"},
        {"&#8212 x", 6, "\u2014"},
        {"&#0008212;", 10, "\u2014"},
        {"&#146;", 6, "\u2019"},
        {"&#128;", 6, "\u20AC"},
        {"&#x9F;", 6, "\u0178"},
        {"&#160;", 6, "\u00A0"},
        {"&#65536;", 8, "\U00010000"},
        {"&#0;", 4, "\uFFFD"},
        {"&#xD800;", 8, "\uFFFD"},
        {"&#1114112;", 10, "\uFFFD"},
        {"&#99999999;", 0, ""},
        {"&amp", 0, ""},
        {"&AMP;", 5, "&"},
        {"&percnt;", 8, "%"},
        {"&check;", 7, "\u2713"},
        {"&Amp;", 0, ""},
        {"&NotEqualTilde;", 0, ""},
        {"&bogus;", 0, ""},
        {"&;", 0, ""},
        {"&#;", 0, ""},
        {"&#x;", 0, ""},
        {"&#xg;", 0, ""},
        {"&", 0, ""},
        {"& amp;", 0, ""},
        {"amp;", 0, ""},
        {"", 0, ""},
        {"&thisisnotaname;", 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[4];
        uint32_t code = 0;
        size_t n = entity_read(slice_of(cases[i].text), &code), bytes = n ? utf8_put(out, code) : 0;
        if (n != cases[i].n || !slice_is((struct slice){out, bytes}, cases[i].means))
            fail_msg("'%s' takes %zu bytes and means U+%04X", cases[i].text, n, (unsigned)code);
        assert_true(bytes <= n);
    }
    uint32_t code;
    assert_int_equal(entity_read_closed(SLICE("&#8212 x"), &code), 0);
    assert_int_equal(entity_read_closed(SLICE("&#8212;x"), &code), 7);
}

/* What only the text of pages has: two characters, and old names without their ";". */
static void references_of_pages_are_put(void **state)
{
    (void)state;
    static const struct {
        const char *text, *put;
        size_t taken;
    } cases[] = {
        {"&fjlig;x", "fj", 7},
        {"&bne;", "=\xE2\x83\xA5", 5},
        {"&copy 2024", "\xC2\xA9", 5},
        {"&lt", "<", 3},
        {"&notit;", "\xC2\xAC", 4},
        {"&frac12", "\xC2\xBD", 7},
        {"&amp;", "&", 5},
        {"&nosuch;", "", 0},
        {"&;", "", 0},
        {"&Tx", "", 0},
        {"&", "", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[ENTITY_BYTES_MAX];
        size_t n;
        assert_int_equal(entity_put(slice_of(cases[i].text), out, &n), cases[i].taken);
        assert_slice(((struct slice){out, n}), cases[i].put);
    }
}

/* Two readers of one page: what is a link to the one is an <a> to the other. */
static void links_and_scan_agree(void **state)
{
    static const char page[] = "<!---><a href=one>1</a><!-- <a href=no> --!><script>'<a href=no>'</script>"
                               "<a title='>' href=tw&#111;>2</a><a href=\"cut";
    struct arena *a = *state;
    struct html_links links;
    html_links(a, SLICE(page), SLICE("footnote"), &links);
    assert_int_equal(links.n, 3); /* a crawler follows what a cut page leads to */
    assert_slice(links.at[0], "one");
    assert_slice(links.at[1], "two");
    assert_slice(links.at[2], "cut");
    struct html_scan *scan = html_scan_new(a, SLICE(page));
    struct html_event event;
    size_t anchors = 0;
    while (html_scan_next(scan, &event))
        anchors += event.kind == HTML_EVENT_START && event.tag == TAG_A;
    assert_int_equal(anchors, 2);
}

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int finish(void **state)
{
    arena_free(*state);
    return 0;
}

static void refreshes_are_read_as_browsers_do(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"<meta http-equiv=refresh content='0;url=/a'>", "/a"},
        {"<META HTTP-EQUIV=\"Refresh\" CONTENT=\"5; URL='/a b?x=1&amp;y=2'\">", "/a b?x=1&y=2"},
        {"<meta http-equiv=refresh content='1.5 , /a'>", "/a"},
        {"<meta content='.5;  url = \"/a\" more' http-equiv=refresh>", "/a"},
        {"<meta http-equiv=refresh content='300;url=/a'>", ""},
        {"<meta http-equiv=refresh content='5'>", ""},
        {"<meta http-equiv=refresh content=';url=/a'>", ""},
        {"<meta http-equiv=content-type content='0;url=/a'>", ""},
        {"<noscript><meta http-equiv=refresh content='0;url=/no-script'></noscript>", ""},
        {"<noscript>x</noscript><meta http-equiv=refresh content='0;url=/a'>", "/a"},
        {"<script>'<meta http-equiv=refresh content=0;url=/a>'</script>", ""},
        {"<!-- <meta http-equiv=refresh content='0;url=/a'> -->", ""},
    };
    struct arena *a = arena_new();
    struct slice base;
    struct html_links links;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_slice(html_refresh(a, slice_of(cases[i][0]), &base), cases[i][1]);
        html_links(a, slice_of(cases[i][0]), SLICE("footnote"), &links);
        assert_slice(links.refresh, cases[i][1]);
    }
    html_refresh(a, SLICE("<base href=/b/><meta http-equiv=refresh content='0;url=c'>"), &base);
    assert_slice(base, "/b/");
    html_links(a, SLICE("<frameset><frame src=menu><frame name=x></frameset>"), SLICE("footnote"), &links);
    assert_int_equal(links.n, 1);
    assert_slice(links.at[0], "menu");
    arena_free(a);
}

static void the_largest_frame_is_the_page(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"<frameset cols='20%,*'><frame src=menu><frame src='text?a=1&amp;b=2'></frameset>", "text?a=1&b=2"},
        {"<frameset rows='100,*,50'><frame src=head><frame src=text><frame src=foot></frameset>", "text"},
        {"<FRAMESET COLS=\"*,3*\"><FRAME SRC=menu><FRAME SRC=text></FRAMESET>", "text"},
        {"<frameset rows='80,*'><frame src=head><frameset cols='200,*'><frame src=menu><frame src=text></frameset>"
         "</frameset>",
         "text"},
        {"<frameset cols='70%,30%'><frameset rows='90%,10%'><frame src=text><frame src=foot></frameset><frame src=menu>"
         "</frameset>",
         "text"},
        {"<frameset cols='50%,50%'><frame src=a><frame src=b></frameset>", "a"},
        {"<frameset cols='150%,*'><frame src=a><frame src=b></frameset>", "a"},
        {"<frameset><frame></frameset>", ""},
        {"<p>No frames.</p><iframe src=x></iframe>", ""},
        {"<!-- <frameset><frame src=x></frameset> -->", ""},
        {"<frame src=stray>", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(html_main_frame(a, slice_of(cases[i][0])), cases[i][1]);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_frame_is_the_page),
        cmocka_unit_test(refreshes_are_read_as_browsers_do),
        cmocka_unit_test(tokens_are_read),
        cmocka_unit_test(pages_end_anywhere),
        cmocka_unit_test(raw_text_ends_at_its_tag),
        cmocka_unit_test(tags_in_other_text),
        cmocka_unit_test(references_are_decoded),
        cmocka_unit_test(references_of_pages_are_put),
        cmocka_unit_test_setup_teardown(links_and_scan_agree, begin, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
