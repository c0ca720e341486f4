/* What a property's name asks for. */
#include "unit.h"

#include "fill/fill_inner.h"
#include "net/table.h"
#include "text/words.h"

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

static void names_become_words(void **state)
{
    static const struct {
        const char *name, *expected;
    } cases[] = {
        {"populationMillions", "population millions"},
        {"population_millions", "population millions"},
        {"population-millions", "population millions"},
        {"HTTPServer", "http server"},
        {"sourceURL", "source url"},
        {"A", "a"},
        {"", ""},
        {"totalÉlèves", "total Élèves"}, /* words_split folds what is not ASCII */
        {"größeÜberAlles", "größe Über alles"},
        {"числоЖителей", "число Жителей"},
        {"人口Total", "人口 total"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_slice(name_as_words(*state, slice_of(cases[i].name)), cases[i].expected);
}

static const char *const kind_names[] = {"any",  "person", "place",   "name",     "date",
                                         "year", "number", "ordinal", "sentence", "facts"};
static const char *const role_names[] = {"content", "answer", "citations", "reasoning", "confidence",
                                         "url",     "title",  "date",      "site",      "quote"};
static const char *const dimension_names[] = {"none",  "length",    "area",        "volume", "mass",
                                              "time",  "speed",     "temperature", "power",  "energy",
                                              "bytes", "frequency", "percent",     "money"};

static size_t index_of(struct slice name, const char *const *names, size_t n)
{
    size_t i = 0;
    while (i < n && !slice_is(name, names[i]))
        i++;
    assert_true(i < n);
    return i;
}

#define INDEX_OF(name, names) index_of(name, names, sizeof names / sizeof names[0])

static struct field read_one(struct arena *a, struct slice name, bool beside_source)
{
    static const struct shape nothing = {.types = SHAPE_ANY, .description = {"", 0}, .title = {"", 0}};
    const struct place p = {.name = name, .schema = &nothing, .shape = &nothing, .source_like = beside_source};
    return field_read(a, &p);
}

static bool has_word(struct arena *a, const struct field *f, struct slice word)
{
    struct words words = words_split(a, word, lang_find(SLICE("en")));
    return words.n == 1 && field_has(f, words.at[0].stem);
}

struct name_tally {
    struct arena *a;
    size_t names, wrong;
};

/* One name of a row. */
static bool name_is_read(struct arena *a, struct slice verb, struct slice what, struct slice name)
{
    struct field f = read_one(a, slice_is(verb, "words") ? what : name, slice_is(verb, "beside"));
    if (slice_is(verb, "kind"))
        return f.kind == INDEX_OF(what, kind_names);
    if (slice_is(verb, "measure"))
        return f.measured && f.dimension == INDEX_OF(what, dimension_names);
    if (slice_is(verb, "role"))
        return f.role == INDEX_OF(what, role_names);
    if (slice_is(verb, "beside"))
        return f.role == INDEX_OF(what, role_names) && read_one(a, name, false).role != f.role;
    if (slice_is(verb, "words"))
        return has_word(a, &f, name);
    assert_true(slice_is(verb, "nothing"));
    return f.group_count == 0;
}

static void on_name_row(void *ud, unsigned line, struct slice row)
{
    struct name_tally *t = ud;
    size_t colon = slice_find(row, SLICE(": "));
    struct slice what = slice_sub(row, 0, colon), rest = slice_sub(row, colon + 1, row.n - colon - 1);
    struct slice verb = table_word(&what);
    while (rest.n) {
        size_t n = slice_find(rest, SLICE(","));
        struct slice name = slice_trim(slice_sub(rest, 0, n));
        rest = n < rest.n ? slice_sub(rest, n + 1, rest.n - n - 1) : SLICE("");
        t->names++;
        if (!name_is_read(t->a, verb, what, name)) {
            print_error("field_names.txt:%u: %.*s\n", line, SLICE_ARGS(name));
            t->wrong++;
        }
    }
}

static void every_row_matches_its_own_text(void **state)
{
    struct name_tally t = {.a = *state};
    assert_true(table_read("tests/unit/fill/field_names.txt", on_name_row, &t) > 100);
    assert_true(t.names > 500);
    assert_int_equal(t.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_become_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_row_matches_its_own_text, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
