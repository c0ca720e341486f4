/* Text and metadata out of JSON-LD and the data of scripts, where a page has no other text. */
#include "unit.h"

#include "pages/json_ld.h"
#include "pages/page.h"

static struct page_text page_of(struct arena *a, const char *script, const char *json)
{
    struct page_text out;
    struct err e;
    struct slice html = arena_printf(a,
                                     "<html><head><title>Kestrel</title><script %s>%s</script></head><body><div id=app>"
                                     "</div><script src=app.js></script></body></html>",
                                     script, json);
    assert_true(html_extract(a, html, SLICE("text/html"), SLICE("https://coast.example/1"), &out, &e));
    return out;
}

static void descriptions_of_things_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *json, *want;
    } cases[] = {
        {"{\"@type\":\"Product\",\"name\":\"Lamp\",\"description\":\"Brass "
         "lamp.\",\"brand\":{\"@type\":\"Brand\",\"name\":"
         "\"Reed\"},\"offers\":[{\"price\":38.5,\"priceCurrency\":\"EUR\",\"availability\":\"https://schema.org/"
         "InStock\"}],"
         "\"additionalProperty\":[{\"@type\":\"PropertyValue\",\"name\":\"Flow\",\"value\":\"19 l\"}]}",
         "Brass lamp.\n\nbrand: Reed\n\nprice: 38.5 EUR\n\navailability: InStock\n\nFlow: 19 l"},
        {"{\"@type\":[\"FAQPage\"],\"mainEntity\":[{\"@type\":\"Question\",\"name\":\"How deep?\",\"acceptedAnswer\":{"
         "\"@type\":\"Answer\",\"text\":\"<p>3.4 <b>metres</b>.</p>\"}}]}",
         "### How deep?\n\n3.4 metres."},
        {"{\"@type\":\"JobPosting\",\"title\":\"Keeper\",\"description\":\"&lt;p&gt;Mind the &amp;amp; lamp.&lt;/p&gt;"
         "&lt;ul&gt;&lt;li&gt;good eyes&lt;/li&gt;&lt;/ul&gt;\",\"hiringOrganization\":{\"name\":\"County\"}}",
         "Mind the & lamp.\n\n- good eyes\n\nhiring organization: County"},
        {"{\"@graph\":[{\"@type\":\"WebSite\",\"description\":\"Site.\"},{\"@type\":\"Recipe\",\"recipeIngredient\":["
         "\"2 eels\","
         "\"salt\"],\"totalTime\":\"PT1H05M\",\"recipeInstructions\":[{\"@type\":\"HowToStep\",\"text\":\"Cut.\"},"
         "\"Boil.\"]}]}",
         "- 2 eels\n- salt\n\ntotal time: 1 h 05 min\n\n1. Cut.\n2. Boil."},
        {"{\"@type\":\"MusicEvent\",\"startDate\":\"2024-05-06\",\"location\":{\"@type\":\"Place\",\"name\":\"Salt "
         "store\","
         "\"address\":{\"streetAddress\":\"Dyke Road\"}},\"description\":\"Line one.\\nLine 2 < 3.\"}",
         "start date: 2024-05-06\n\nSalt store\n\nstreet address: Dyke Road\n\nLine one.\n\nLine 2 < 3."},
        {"{\"@type\":\"Organization\",\"description\":\"We are a company.\"}", ""},
        {"{\"@type\":\"Article\",\"articleBody\":\"One.\\nTwo.\"}", "One.\n\nTwo."},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(page_of(a, "type='application/ld+json'", cases[i].json).text, cases[i].want);
    arena_free(a);
}

static void the_main_node_says_when(void **state)
{
    (void)state;
    static const struct {
        const char *json, *published, *author;
    } cases[] = {
        {"{\"@graph\":[{\"@type\":\"WebSite\",\"datePublished\":\"2003-01-01\"},{\"@type\":\"NewsArticle\","
         "\"datePublished\":"
         "\"2018-07-09\",\"author\":[{\"name\":\"Mary\"},{\"name\":\"Bo\"}],\"citation\":{\"@type\":\"Article\","
         "\"datePublished\":\"1999-01-01\"}}]}",
         "2018-07-09", "Mary"},
        {"{\"@type\":\"WebPage\",\"datePublished\":\"2011-01-01\",\"mainEntity\":{\"@type\":\"schema:Article\","
         "\"datePublished\":\"2012-01-01\",\"author\":\"Bo\"}}",
         "2012-01-01", "Bo"},
        {"{\"@type\":\"Article\",\"hasPart\":{\"@type\":\"Article\",\"datePublished\":\"2012-01-01\"}}", "", ""},
        {"[{\"@type\":\"Person\",\"name\":\"Z\",\"datePublished\":\"2012-01-01\"}]", "", ""},
        {"{\"headline\":\"H\",,\"datePublished\":\"2012-01-01\"", "2012-01-01", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page_text p = page_of(a, "type='application/ld+json'", cases[i].json);
        assert_slice(p.published, cases[i].published);
        assert_slice(p.author, cases[i].author);
    }
    arena_free(a);
}

#define TIDE "The tide comes in at six in the morning, and again in the evening of the very same day."
#define SEAL "Seals rest on the flats until the water has reached them, and then they go fishing in the bay."

static void data_of_scripts_is_read(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"id=__NEXT_DATA__ type='application/json'",
         "{\"props\":{\"post\":{\"content\":\"<p>" TIDE "</p>\\n<p>" SEAL
         "</p>\"},\"messages\":{\"cookie\":\"We use cookies to "
         "make this site better for all of the people who visit it.\"}},\"page\":\"/[slug]\"}",
         TIDE "\n\n" SEAL},
        {"",
         "window.__INITIAL_STATE__ = {\"blocks\":[{\"type\":\"p\",\"text\":\"" TIDE "\"},{\"text\":\"" SEAL
         "\"},{\"text\":\"" TIDE "\"}]};",
         TIDE "\n\n" SEAL},
        {"id=__NUXT_DATA__ type='application/json'",
         "[[\"Reactive\",1],{\"a\":2},\"" TIDE "\",\"" SEAL
         "\",\"/a/very/long/address/that/is/no/text/of/the/page/at/all.html\"]",
         TIDE "\n\n" SEAL},
        {"", "var a = function (b) { return \"" TIDE "\" + \"" SEAL "\"; }", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(page_of(a, cases[i][0], cases[i][1]).text, cases[i][2]);
    arena_free(a);
}

static void trees_of_broken_json_end(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "{",
                                        "[",
                                        "{\"a",
                                        "{\"a\":",
                                        "{\"a\":\"\\",
                                        "]]}}",
                                        "{\"a\" \"b\"}",
                                        "[[[[{{{{",
                                        "{:1}",
                                        "{\"a\":{\"b\":1]"};
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_non_null(json_tree_read(a, slice_of(texts[i])));
    char *deep = arena_alloc(a, 200000);
    memset(deep, '[', 200000);
    assert_non_null(json_tree_read(a, (struct slice){deep, 200000}));
    const struct json_node *n =
        json_tree_read(a, SLICE("{\"a\":1,\"b\":[\"x\\u00e9\\n\",true,{\"c\":null}],\"a\":2}"))->first;
    assert_slice(json_tree_text(a, json_tree_member(n, "a")), "1");
    assert_slice(json_tree_text(a, json_tree_member(n, "b")->first), "x\xC3\xA9");
    assert_slice(json_tree_text(a, json_tree_member(n, "b")->first->next), "");
    assert_null(json_tree_member(n, "c"));
    assert_null(json_tree_member(NULL, "c"));
    arena_free(a);
}

static void facts_of_what_the_page_is_called_by_are_rows(void **state)
{
    static const char body[] = "<p>Jonas Pell is an architect who builds harbours of wood and of glass, mostly in the "
                               "north of the country, where he was born.</p>";
    static const struct {
        const char *title, *json, *want; /* what is behind the text; NULL: nothing */
    } cases[] = {
        {"Jonas Pell",
         "{\"@type\":\"Person\",\"name\":\"Jonas Pell\",\"birthDate\":\"1962-11-03\",\"birthPlace\":{\"name\":"
         "\"Lumenport\"},\"award\":[\"Silver Square\",\"Ostra Medal\"],\"url\":\"https://x.example\"}",
         "born | 1962-11-03\nbirthplace | Lumenport\nawards | Silver Square, Ostra Medal"},
        {"jonas pell - Who is who",
         "{\"@graph\":[{\"@type\":\"Organization\",\"name\":\"Who is who\",\"foundingDate\":\"2001\"},{\"@type\":"
         "\"Person\",\"name\":\"Jonas "
         "Pell\",\"address\":{\"addressLocality\":\"Tarn\",\"addressCountry\":\"Ruritania\"}}]}",
         "address | Tarn, Ruritania"},
        {"Jonas Pellow", "{\"@type\":\"Person\",\"name\":\"Jonas Pell\",\"birthDate\":\"1962\"}", NULL},
        {"Jonas Pell", "{\"@type\":\"Person\",\"name\":\"Jonas Pell\",\"jobTitle\":\"a | b\",\"spouse\":\"<b>x</b>\"}",
         NULL},
        {"Jonas Pell", "{\"@type\":\"Article\",\"name\":\"Jonas Pell\",\"birthDate\":\"1962\"}", NULL},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page_text out;
        struct err e;
        struct slice html = arena_printf(a,
                                         "<html><head><title>%s</title><script type=application/ld+json>%s</script>"
                                         "</head><body><h1>%s</h1>%s%s</body></html>",
                                         cases[i].title, cases[i].json, cases[i].title, body, body);
        assert_true(html_extract(a, html, SLICE("text/html"), SLICE("https://coast.example/1"), &out, &e));
        size_t at = slice_find(out.text, SLICE(" | "));
        if ((at == out.text.n) != (cases[i].want == NULL) ||
            (cases[i].want && !slice_ends(out.text, slice_of(cases[i].want))))
            fail_msg("case %zu: %.*s", i, SLICE_ARGS(out.text));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_of_things_are_read),
        cmocka_unit_test(facts_of_what_the_page_is_called_by_are_rows),
        cmocka_unit_test(the_main_node_says_when),
        cmocka_unit_test(data_of_scripts_is_read),
        cmocka_unit_test(trees_of_broken_json_end),
    };
    return cmocka_run_group_tests_name("json_ld", tests, NULL, NULL);
}
