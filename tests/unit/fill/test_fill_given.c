/* Addresses that a language model wrote into a document. */
#include "unit.h"

#include "fill/fill_inner.h"

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static bool invents(struct arena *a, const struct shape *shape, const char *text)
{
    struct source one = {.url = SLICE("https://a.example/")}, two = {.url = SLICE("https://b.example/page?x=1")};
    struct source *sources[] = {&one, &two};
    struct evidence evidence = {.arena = a, .sources = sources, .source_count = 2};
    struct session session = {.evidence = &evidence};
    struct fill f = {.session = &session, .arena = a};
    return given_invents_address(&f, shape, slice_of(text));
}

static void texts_name_no_address_beside_the_evidence(void **state)
{
    static const struct {
        const char *text;
        bool invented;
    } cases[] = {
        {"", false},
        {"A tower of 48 metres.", false},
        {"https://a.example", false},
        {"https://a.example/", false},
        {"HTTPS://A.example/#top", false},
        {"See https://b.example/page?x=1, and a.example/.", false},
        {"See https://a.example/ and <https://b.example/page?x=1>.", false},
        {"See [one](https://a.example/).", true}, /* shown as Markdown it would be a link */
        {"Acme.com and Node.js are names", false},
        {"write to a@evil.example", false},
        /* No boundary behind what is known. */
        {"https://a.example.evil", true},
        {"https://a.example.evil/", true},
        {"https://a.example@evil.example/", true},
        {"https://a.example:8443/", true},
        {"https://a.example/evil", true},
        /* Not the first one. */
        {"https://a.example/ and https://evil.example/", true},
        {"https://a.example/,https://evil.example/", true},
        {"www.a.example and www.evil.example", true},
        /* Written in other ways. */
        {"HTTPS://EVIL.example/", true},
        {"see evil.example/page", true},
        {"[one](https://evil.example/)", true},
        {"<a href=\"//evil.example/x\">a</a>", true},
        {"ftp://evil.example/x", true},
        {"(https://evil.example)", true},
        {"见https://evil.example/。", true},
    };
    const struct shape shape = {.types = SHAPE_STRING};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (invents(*state, &shape, cases[i].text) != cases[i].invented)
            fail_msg("\"%s\": %s", cases[i].text, cases[i].invented ? "is let through" : "is refused");
}

static void an_address_by_its_format_is_evidence(void **state)
{
    const struct shape uri = {.types = SHAPE_STRING, .format = FORMAT_URI, .format_name = SLICE("uri")};
    const struct shape reference = {.format = FORMAT_URI_REFERENCE, .format_name = SLICE("uri-reference")};
    const struct shape iri = {.format_name = SLICE("iri")}, null = {.types = SHAPE_NULL};
    const struct shape link = {.types = SHAPE_ANY, .ref = &uri};
    const struct shape *alternatives[] = {&null, &link};
    const struct shape optional = {.any_of = alternatives, .any_of_count = 2};
    const struct shape *const all[] = {&uri, &reference, &iri, &optional};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_false(invents(*state, all[i], "https://a.example/"));
        assert_false(invents(*state, all[i], "https://b.example/page?x=1"));
        assert_true(invents(*state, all[i], "https://evil.example/"));
        assert_true(invents(*state, all[i], "urn:isbn:0451450523"));
        assert_true(invents(*state, all[i], "mailto:a@evil.example"));
        assert_true(invents(*state, all[i], "/page"));
        assert_true(invents(*state, all[i], "evil.example"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_name_no_address_beside_the_evidence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_address_by_its_format_is_evidence, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
