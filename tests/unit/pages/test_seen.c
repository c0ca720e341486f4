/* What readers of a page see: style sheets, classes of frameworks, attributes, and what scripts show. */
#include "unit.h"

#include "base/buf.h"
#include "pages/html_sheet.h"
#include "pages/page.h"

static const char first[] =
    "The old lighthouse at Kestrel Point was built in 1871, after three ships had been lost there.";
static const char last[] =
    "The building was sold to the county in 1988, and volunteers have looked after it ever since.";
static const char odd[] =
    "Its keeper was a retired sailor, and he kept a diary of the weather for all of thirty years.";

static struct slice text_of(struct arena *a, struct slice html)
{
    struct page_text out;
    struct err e;
    assert_true(html_extract(a, html, SLICE("text/html"), SLICE("https://coast.example/news/1"), &out, &e));
    return out.text;
}

static bool has(struct slice text, const char *sentence)
{
    return slice_find(text, slice_of(sentence)) < text.n;
}

/* A page with the sentence in an element of its own between two others. */
static bool is_seen(struct arena *a, const char *style, const char *element)
{
    struct slice text =
        text_of(a, arena_printf(a,
                                "<!DOCTYPE html><html><head><title>Kestrel</title><style>%s</style></head>"
                                "<body><article><h1>Kestrel</h1><p>%s</p><%s><p>%s</p></div><p>%s</p>"
                                "</article></body></html>",
                                style, first, element, odd, last));
    assert_true(has(text, first) && has(text, last));
    return has(text, odd);
}

static void style_sheets_hide_by_simple_selectors(void **state)
{
    (void)state;
    static const struct {
        const char *style, *element;
        bool seen;
    } cases[] = {
        {".x{display:none}", "div class='a x'", false},
        {".x{display:none}", "div class='xy'", true},
        {"#x { DISPLAY : none }", "div id=x", false},
        {"div{display:none}", "div", false},
        {"p.x, div.x{visibility:hidden}", "div class=x", false},
        {"p.x{display:none}", "div class=x", true},
        {".x.y{display:none}", "div class='y x'", false},
        {".x.y{display:none}", "div class=x", true},
        {".x{left:-9999px;position:absolute}", "div class=x", false},
        {".x{font-size:0}", "div class=x", false},
        {".x{opacity:0}", "div class=x", false},
        {".x{height:0;overflow:hidden}", "div class=x", false},
        {".x{clip-path:inset(100%)}", "div class=x", false},
        {".x{transform:scale(0)}", "div class=x", false},
        {".x{color:transparent}", "div class=x", false},
        {".x{color:transparent;-webkit-background-clip:text}", "div class=x", true},
        {".x{d\\69splay:none}", "div class=x", false},
        {"/* .y{ */.x/**/{display:none}", "div class=x", false},
        {"<!-- .x{display:none} -->", "div class=x", false},
        {".y{content:'}'} .x{display:none}", "div class=x", false},
        {"@import 'a.css';.x{display:none}", "div class=x", false},
        {"@media print{.x{display:none}}", "div class=x", true},
        {"@media (max-width:600px){.x{display:none}}", "div class=x", true},
        {".x{display:none}@media (min-width:600px){.x{display:block}}", "div class=x", true},
        {".x{display:none}@media print{.x{display:block}}", "div class=x", false},
        {"@media screen{.x{display:none}}", "div class=x", false},
        {"@layer base{.x{display:none}}", "div class=x", false},
        {"@keyframes a{0%{opacity:0}}.y{color:red}", "div class=x", true},
        {".menu .x{display:none}", "div class=x", true},
        {"body .x{display:none}", "div class=x", false},
        {"article>.x{display:none}", "div class=x", false},
        {"body>.x{display:none}", "div class=x", true},
        {"html > .x{display:none}", "div class=x", true},
        {"html body.no .x{display:none}", "div class=x", true},
        {"body + .x{display:none}", "div class=x", true},
        {".x p{display:none}", "div class=x", false},
        {".x .y p{display:none}", "div class=x", true},
        {"body .x{display:none}.x{display:block}", "div class=x", false},
        {".x{display:none}BODY .x{display:block}", "div class=x", true},
        {".x:not(.open){display:none}", "div class=x", true},
        {".x{display:none}.x{display:block}", "div class=x", true},
        {".x{display:block}.x{display:none}", "div class=x", false},
        {".x{display:block;display:none}", "div class=x", false},
        {".x.y{display:block}.x{display:none}", "div class='x y'", true},
        {".x{display:none!important}#i{display:block}", "div class=x id=i", false},
        {".x{display:none}", "div class=x style='display:block'", true},
        {".x{display:none !important}", "div class=x style='display:block'", false},
        {".x{display:none", "div class=x", false},
        {".faq-answer{display:none}", "div class=faq-answer", true},
        {".x{display:none}", "div class=x role=tabpanel", true},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (is_seen(a, cases[i].style, cases[i].element) != cases[i].seen)
            fail_msg("%s on <%s>", cases[i].style, cases[i].element);
    arena_free(a);
}

static void classes_and_attributes_hide(void **state)
{
    (void)state;
    static const struct {
        const char *element;
        bool seen;
    } cases[] = {
        {"div class=d-none", false},
        {"div class='d-none d-lg-flex'", true},
        {"div class='hidden'", false},
        {"div class='hidden md:block'", true},
        {"div class='overflow-hidden'", true},
        {"div class='md:hidden'", true},
        {"div class=hide", false},
        {"div class='ng-hide'", false},
        {"div class=invisible", false},
        {"div class='collapse'", true},
        {"div class='hidden-xs'", true},
        {"div hidden", false},
        {"div hidden=until-found", true},
        {"div aria-hidden=true", false},
        {"div aria-hidden=false", true},
        {"div style='opacity:0'", false},
        {"div style='opacity:0.5'", true},
        {"div style='display:block;display:none'", false},
        {"div class='wow fadeInUp' style='visibility:hidden'", true},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (is_seen(a, "", cases[i].element) != cases[i].seen)
            fail_msg("<%s>", cases[i].element);
    arena_free(a);
}

static void what_scripts_show_is_seen(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<body><div style='opacity:0;transition:opacity 1s'><header><a href=/>Home</a></header>TEXT</div>",
        "<body><h1>Kestrel</h1><div class=hidden id=app>TEXT</div><footer>Coast Gazette</footer>",
        "<style>#app{visibility:hidden}</style><body><div id=app>TEXT</div>",
        "<body><div aria-hidden=true>TEXT</div><div role=dialog>Would you like to take part in a survey "
        "about this site, which takes only three minutes of your time?</div>",
        "<body><table><tr><td style='font-size:0'><div style='font-size:14px'>TEXT</div></table>",
        "<body><div style='visibility:hidden'><div style='visibility:visible'>TEXT</div></div>",
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        struct slice page = slice_of(pages[i]);
        size_t at = slice_find(page, SLICE("TEXT"));
        struct slice text =
            text_of(a, arena_printf(a, "%.*s<p>%s</p><p>%s</p>%s", (int)at, page.p, first, last, page.p + at + 4));
        if (!has(text, first) || !has(text, last))
            fail_msg("%s", pages[i]);
    }
    arena_free(a);
}

/* A sheet of many rules costs what its bytes cost, and elements a bounded number of comparisons. */
static void hostile_sheets_are_cheap(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf css;
    buf_init(&css, 4 << 20);
    for (unsigned i = 0; i < 40000; i++)
        buf_printf(&css, ".a.b%u{display:none}", i);
    struct slice sheet = buf_slice(&css);
    struct html_sheet *s = html_sheet_read(a, &sheet, 1);
    assert_non_null(s);
    struct html_element element = {.name = SLICE("p"),
                                   .classes = SLICE("a a a a a a a a a a a a a a a a a a a a a a a a a"),
                                   .own = {UINT64_MAX, UINT64_MAX}};
    unsigned important;
    for (unsigned i = 0; i < 200000; i++)
        assert_int_equal(html_sheet_of(s, &element, &important), 0);
    static const char *const ends[] = {"",      "{",     "/*", "'", "@media screen{",
                                       "a{b:'", "a{{{{", "}",  ",", ".{display:none}"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct slice one = slice_of(ends[i]);
        assert_null(html_sheet_read(a, &one, 1));
    }
    buf_release(&css);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(style_sheets_hide_by_simple_selectors),
        cmocka_unit_test(classes_and_attributes_hide),
        cmocka_unit_test(what_scripts_show_is_seen),
        cmocka_unit_test(hostile_sheets_are_cheap),
    };
    return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
