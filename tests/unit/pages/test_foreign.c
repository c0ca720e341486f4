/* Banners, dialogs, sign-up boxes and lists of other pages beside a short and a long text. */
#include "unit.h"

#include "pages/page.h"

#define COOKIES                                                                                                        \
    "<p>We and our 212 partners store and read information on your device, such as unique identifiers in cookies, "    \
    "and "                                                                                                             \
    "process personal data. You can accept or manage your choices below, or at any time later on.</p>"
#define SHORT "The council raised the fares of the ferry by four per cent on Monday evening."
#define LONG                                                                                                           \
    "<p>The old lighthouse at Kestrel Point was built in 1871, after three ships had been lost on the reef in a "      \
    "single "                                                                                                          \
    "winter.</p><p>Its keeper, a retired sailor named Amos Reed, kept a diary of the weather for thirty years.</p>"

static void foreign_boxes_are_no_text(void **state)
{
    (void)state;
    static const struct {
        const char *body, *lacks;
    } cases[] = {
        {"<div role=dialog><h2>Your privacy</h2>" COOKIES "</div><main><p>" SHORT "</p></main>", "identifiers"},
        {"<dialog>" COOKIES "</dialog><p>" SHORT "</p>", "identifiers"},
        {"<div class='CookieBanner_x1'>" COOKIES "</div><p>" SHORT "</p>", "identifiers"},
        {"<div class=gdpr-wrap><div class=gdpr-box>" COOKIES "</div><main><p>" SHORT "</p></main></div>",
         "identifiers"},
        {"<div id=onetrust-consent-sdk>" COOKIES "</div><article><p>" SHORT "</p>" LONG "</article>", "identifiers"},
        {"<div class=b7>" COOKIES "<div><button>Accept</button></div></div><p>" SHORT "</p>", "identifiers"},
        {"<article><p>" SHORT "</p>" LONG
         "<div class=newsletter-box><h3>Never miss a story</h3><p>Get the best of the marsh "
         "straight to your inbox, each and every week of the year.</p></div></article>",
         "inbox"},
        {"<article><p>" SHORT "</p>" LONG
         "</article><section class=related-posts><h2>You might like</h2><ul><li><a href=/a>"
         "Who owns the dyke?</a></li><li><a href=/b>A walk to Brackholm</a></li></ul></section>",
         "dyke"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page_text out;
        struct err e;
        struct slice html =
            arena_printf(a, "<html><head><title>Ferry</title></head><body>%s</body></html>", cases[i].body);
        assert_true(html_extract(a, html, SLICE("text/html"), SLICE("https://coast.example/1"), &out, &e));
        if (slice_find(out.text, SLICE(SHORT)) == out.text.n ||
            slice_find(out.text, slice_of(cases[i].lacks)) < out.text.n)
            fail_msg("%s:\n%.*s", cases[i].body, SLICE_ARGS(out.text));
    }
    arena_free(a);
}

/* A page about cookies, or one that is a dialog, is read all the same. */
static void a_page_is_not_foreign_to_itself(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "<div class=cookie-policy>" COOKIES LONG "</div>",
        "<div role=dialog>" LONG COOKIES "</div>",
        "<main class=consent>" LONG COOKIES "</main>",
        "<div class=subscribe-page><h1>Subscribe</h1>" LONG COOKIES "</div>",
        "<article>" LONG "<div>" COOKIES "<button>Copy</button></div></article>",
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct page_text out;
        struct err e;
        struct slice html = arena_printf(a, "<html><head><title>Ferry</title></head><body>%s</body></html>", bodies[i]);
        assert_true(html_extract(a, html, SLICE("text/html"), SLICE("https://coast.example/1"), &out, &e));
        if (slice_find(out.text, SLICE("identifiers")) == out.text.n)
            fail_msg("%s:\n%.*s", bodies[i], SLICE_ARGS(out.text));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_boxes_are_no_text),
        cmocka_unit_test(a_page_is_not_foreign_to_itself),
    };
    return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
