/* Where elements end in pages that do not say so: as browsers have it, for all that decides what stands where. */
#include "unit.h"

#include "base/buf.h"
#include "pages/html_scan.h"
#include "pages/html_tree.h"

struct told {
    struct buf text;
    struct slice names[HTML_DEPTH_MAX];
    size_t depth;
};

static void told_start(void *user, enum html_tag tag, struct slice name, const struct html_given *given)
{
    struct told *told = user;
    (void)given;
    told->names[told->depth++] = tag == TAG_OTHER ? name : html_tag_name(tag);
    buf_printf(&told->text, "<%.*s>", SLICE_ARGS(told->names[told->depth - 1]));
}

static void told_end(void *user)
{
    struct told *told = user;
    told->depth--;
    buf_printf(&told->text, "</%.*s>", SLICE_ARGS(told->names[told->depth]));
}

static void told_forget(void *user, size_t number)
{
    struct told *told = user;
    buf_printf(&told->text, "(no %.*s)", SLICE_ARGS(told->names[number]));
    told->names[number] = SLICE("");
}

/* The page as properly nested elements, without <html> and <body>. */
static struct slice tree_of(struct arena *a, const char *html)
{
    static const struct html_tree_calls calls = {told_start, told_end, told_forget};
    struct told *told = arena_alloc(a, sizeof *told);
    struct html_tree *tree = arena_alloc(a, sizeof *tree);
    struct html_scan *scan = html_scan_new(a, slice_of(html));
    struct html_event event;
    buf_init(&told->text, 100000);
    tree->calls = &calls;
    tree->user = told;
    while (html_scan_next(scan, &event))
        if (event.kind == HTML_EVENT_START)
            html_tree_start(tree, event.tag, event.text, &event.given, event.closed);
        else if (event.kind == HTML_EVENT_END)
            html_tree_end(tree, event.tag, event.text);
        else if (html_tree_text(tree, slice_trim(event.text).n == 0))
            buf_add(&told->text, event.text);
    html_tree_finish(tree);
    struct slice text = arena_dup(a, buf_slice(&told->text)), begins = SLICE("<html><body>"),
                 ends = SLICE("</body></html>");
    buf_release(&told->text);
    if (slice_starts(text, begins) && slice_ends(text, ends))
        text = slice_sub(text, begins.n, text.n - begins.n - ends.n);
    return text;
}

static void elements_end_where_browsers_end_them(void **state)
{
    static const struct {
        const char *html, *tree;
    } cases[] = {
        {"a", "<p>a</p>"},
        {"<title>a <b> &amp;</title>b", "<html><head><title>a <b> &</title></head><body><p>b</p></body></html>"},
        {"<html lang=en><head><body class=x><p>a</body></html><p>b",
         "<html><head></head><body><p>a</p><p>b</p></body></html>"},
        {"<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>"},
        {"<p>a</p>b</p>c", "<p>a</p>b<p></p>c"},
        {"<p><b>a<p>c</b>d", "<p><b>a</b></p><p><b>c</b>d</p>"},
        {"<p><a>a<div>b</div>c", "<p><a>a</a></p><div><a>b</a></div>c"},
        {"<p><span>a<ul><li>b", "<p><span>a</span></p><ul><li>b</li></ul>"},
        {"<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>e"},
        {"<ul><li><div>a<li>b</ul>", "<ul><li><div>a</div></li><li>b</li></ul>"},
        {"<ul><li><section>a<li>b</ul>", "<ul><li><section>a<li>b</li></section></li></ul>"},
        {"<dl><dt>a<dd>b<dt>c<dd>d</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>"},
        {"<h1>a<h2>b</h3>c", "<h1>a</h1><h2>b</h2>c"},
        {"<table><tr><td>a<td>b<tr><td>c</table>d", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d"},
        {"<table><td>a<tr><th>b", "<table><tr><td>a</td></tr><tr><th>b</th></tr></table>"},
        {"<table><thead><tr><th>a<tbody><tr><td>b</table>",
         "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"},
        {"<table><tr><td><table><tr><td>a</table>b<td>c</table>",
         "<table><tr><td><table><tr><td>a</td></tr></table>b</td><td>c</td></tr></table>"},
        {"<div><table><tr><td>a</div>b</table>c", "<div><table><tr><td>ab</td></tr></table>c</div>"},
        {"<p><table><tr><td>a</p>b</table>", "<p></p><table><tr><td>a<p></p>b</td></tr></table>"},
        {"<b>a<div>b</b>c</div>d", "<b>a<div>b(no b)c</div>d</>"},
        {"<a>a<a>b</a>c", "<a>a</a><a>b</a>c"},
        {"<span>a<div>b</span>c</div>", "<span>a<div>bc</div></span>"},
        {"<x-a>a<x-b>b</x-a>c", "<x-a>a<x-b>b</x-b></x-a>c"},
        {"</div>a</b>b</td>c", "<html><body><p>abc</p></body></html>"},
        {"a<br>b</br>c<hr>d<img alt=x>e", "<p>a<br></br>b<br></br>c</p><hr></hr>de"},
        {"<math><mspace/><mi>x</mi></math><i/>y", "<math><mspace></mspace><mi>x</mi></math><i>y</i>"},
        {"<xmp><b>&amp;</xmp>a", "<pre><b>&amp;</pre>a"},
        {"<P>a<DIV>b</Div>c", "<p>a</p><div>b</div>c"},
        {"<section><p>a</section>b", "<section><p>a</p></section>b"},
        {"<button>a<button>b", "<button>a</button><button>b</button>"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice tree = tree_of(*state, cases[i].html), wanted = slice_of(cases[i].tree);
        if (slice_starts(wanted, SLICE("<html><body>")))
            wanted = slice_sub(wanted, 12, wanted.n - 26);
        if (!slice_eq(tree, wanted))
            fail_msg("%s is %.*s and not %.*s", cases[i].html, SLICE_ARGS(tree), SLICE_ARGS(wanted));
    }
}

/* What is nested without an end, or ended without a beginning, ends the page at a bound. */
static void depth_and_work_are_bounded(void **state)
{
    static const struct html_tree_calls calls = {told_start, told_end, told_forget};
    struct told *told = arena_alloc(*state, sizeof *told);
    struct html_tree *tree = arena_alloc(*state, sizeof *tree);
    static const struct html_given given = {.has = 0};
    buf_init(&told->text, 1 << 20);
    tree->calls = &calls;
    tree->user = told;
    html_tree_start(tree, TAG_P, SLICE("p"), &given, false);
    html_tree_start(tree, TAG_TABLE, SLICE("table"), &given, false);
    for (size_t i = 0; i < 400; i++)
        html_tree_start(tree, TAG_OTHER, SLICE("x"), &given, false);
    html_tree_start(tree, TAG_P, SLICE("p"), &given, false);
    for (size_t i = 0; i < 10000000 && !tree->cut; i++)
        html_tree_end(tree, TAG_UL, SLICE("ul"));
    assert_false(tree->cut); /* none is open, so nobody looks */
    for (size_t i = 0; i < 10000000 && !tree->cut; i++)
        html_tree_start(tree, TAG_DIV, SLICE("div"), &given, false);
    assert_true(tree->cut);
    assert_int_equal(tree->depth, HTML_DEPTH_MAX);
    html_tree_finish(tree);
    assert_int_equal(told->depth, 0);
    buf_release(&told->text);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(elements_end_where_browsers_end_them, begin, end),
        cmocka_unit_test_setup_teardown(depth_and_work_are_bounded, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
