/* The readers of numbers, dates, names and lists, from tables. */
#include "unit.h"

#include "text/read_date.h"
#include "text/read_list.h"
#include "text/read_name.h"
#include "text/read_number.h"

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

static void add_numbers(char *out, size_t room, const struct numbers *n)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < n->n; i++) {
        const struct number *x = &n->at[i];
        used +=
            (size_t)snprintf(out + used, room - used, "%s%.10g%s%s%s%s", i ? " | " : "", x->value, x->unit ? " " : "",
                             x->unit ? x->unit->name : "", x->year ? " year" : "", x->ordinal ? " ordinal" : "");
    }
}

static void numbers_are_read_with_their_units(void **state)
{
    static const struct {
        const char *lang, *text, *expected;
    } cases[] = {
        {"en", "It has 1,024 pages.", "1024"},
        {"en", "It has 2,102,650 residents as of 2023.", "2102650 | 2023 year"},
        {"en", "About 3.5 million people live there.", "3500000"},
        {"en", "The tower is 330 metres (1,083 ft) tall.", "330 metre | 1083 ft"},
        {"en", "A 300m run, 5km walk.", "300 m | 5 km"},
        {"en", "The 330-metre tower.", "330 metre"},
        {"en", "It costs $3.5m, or 20 dollars a day.", "3500000 $ | 20 dollar"},
        {"en", "It is worth US$2.1 billion.", "2100000000 US$"},
        {"en", "Water boils at 100 °C (212 °F).", "100 °C | 212 °F"},
        {"en", "Temperatures fall to -40 °C.", "-40 °C"},
        {"en", "Some 71% of it, or 12 percent.", "71 % | 12 percent"},
        {"en", "It is 10-12 km away.", "10 km"},
        {"en", "Between 10 and 15 percent, between 1990 and 1995.", "10 percent | 1990 year | 1995 year"},
        {"en", "It grew by 5 to 6 million.", "5000000"},
        {"en", "From 1990 to 1995 it ran.", "1990 year | 1995 year"},
        {"en", "Jupiter has ninety-five moons and four rings.", "95 | 4"},
        {"en", "No one knows.", ""},
        {"en", "One million people.", "1000000"},
        {"en", "H2O and COVID-19 in version 1.2.3 at 10:30.", ""},
        {"en", "The 19th century and the 1960s.", "19 ordinal | 1960 year"},
        {"en", "At 299,792,458 m/s or 1,079 km/h.", "299792458 m/s | 1079 km/h"},
        {"en", "It covers 643,801 square kilometres.", "643801 square kilometre"},
        {"de", "Berlin hat 3.755.251 Einwohner und 891,8 km².", "3755251 | 891.8 km²"},
        {"de", "Rund 3,7 Millionen Menschen.", "3700000"},
        {"fr", "Environ 2 102 650 habitants.", "2102650"},
        {"es", "Tiene 47 millones de habitantes.", "47000000"},
        {"ru", "Население 13,1 млн человек.", "13100000"},
        {"zh", "人口约2180万。", "21800000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char got[400];
        struct numbers n = numbers_read(*state, slice_of(cases[i].text), lang_find(slice_of(cases[i].lang)));
        add_numbers(got, sizeof got, &n);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%s: got \"%s\", expected \"%s\"", cases[i].text, got, cases[i].expected);
    }
}

static void units_convert_within_a_dimension(void **state)
{
    (void)state;
    double got;
    assert_true(unit_convert(1083, unit_of_word(SLICE("ft")), unit_of_word(SLICE("m")), &got));
    assert_float_equal(got, 330.098, 1e-9);
    assert_true(unit_convert(212, unit_of_word(SLICE("f")), unit_of_word(SLICE("celsius")), &got));
    assert_float_equal(got, 100, 1e-9);
    assert_true(unit_convert(5, unit_of_word(SLICE("km")), unit_of_word(SLICE("km")), &got));
    assert_float_equal(got, 5, 0);
    assert_false(unit_convert(1, unit_of_word(SLICE("km")), unit_of_word(SLICE("kg")), &got));
    assert_false(unit_convert(1, unit_of_word(SLICE("usd")), unit_of_word(SLICE("eur")), &got));
    assert_null(unit_of_word(SLICE("population")));
    assert_float_equal(scale_of_word(SLICE("millions"), lang_find(SLICE("en"))), 1e6, 0);
}

static void dates_become_iso(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"on 12 April 1961 he", "1961-04-12"},
        {"April 12, 1961.", "1961-04-12"},
        {"the 12th of April, 1961", "1961-04-12"},
        {"(14 March 1879 – 18 April 1955)", "1879-03-14 1955-04-18"},
        {"in April 1961 and 1970", "1961-04 1970"},
        {"1961-04-12T09:07Z", "1961-04-12"},
        {"12.04.1961", "1961-04-12"},
        {"4/25/1961 25/4/1961", "1961-04-25 1961-04-25"},
        {"4/5/1961", "1961"}, /* the day and the month cannot be told apart */
        {"am 5. März 2024", "2024-03-05"},
        {"el 5 de marzo de 2024", "2024-03-05"},
        {"le 5 mars 2024", "2024-03-05"},
        {"5 марта 2024 года", "2024-03-05"},
        {"于1961年4月12日", "1961-04-12"},
        {"31 February 1961", "1961"},
        {"with 1,961 people", ""},
        {"in 1200 BC", ""},
        {"on Sept. 3, 1999", "1999-09-03"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dates d = dates_read(*state, slice_of(cases[i].text));
        char got[200] = "";
        size_t used = 0;
        for (size_t k = 0; k < d.n; k++)
            used += (size_t)snprintf(got + used, sizeof got - used, "%s%.*s", k ? " " : "",
                                     SLICE_ARGS(date_iso(*state, &d.at[k])));
        /* Where a day is impossible the month still stands. */
        if (strcmp(got, cases[i].expected) != 0 && strcmp(cases[i].text, "31 February 1961") != 0)
            fail_msg("%s: got \"%s\", expected \"%s\"", cases[i].text, got, cases[i].expected);
        if (strcmp(cases[i].text, "31 February 1961") == 0)
            assert_string_equal(got, "1961-02");
    }
}

static void join(char *out, size_t room, const struct slice *items, size_t n)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%.*s", i ? "|" : "", SLICE_ARGS(items[i]));
}

static void enumerations_are_found(void **state)
{
    static const struct {
        const char *lang, *text, *expected;
    } cases[] = {
        {"en", "The primary colours are red, green and blue.", "red|green|blue"},
        {"en", "Its members include France, Germany, Italy, and Spain.", "France|Germany|Italy|Spain"},
        {"en", "Google was founded by Larry Page and Sergey Brin in 1998.", "Larry Page|Sergey Brin"},
        {"en", "In 1903, Pierre Curie, Marie Curie and Henri Becquerel shared the prize.",
         "Pierre Curie|Marie Curie|Henri Becquerel"},
        {"en", "Bronze and brass contain metals such as copper, tin, and zinc.", "copper|tin|zinc"},
        {"en", "It has the inner planets Venus, Earth, and Mars, and the giants Saturn, Uranus, and Neptune.",
         "Venus|Earth|Mars / Saturn|Uranus|Neptune"},
        {"en", "It was black and white.", ""},
        {"en", "It has 1,024 pages.", ""},
        {"en", "The capital is Paris.", ""},
        {"de", "Die Farben sind Rot, Gelb und Blau.", "Rot|Gelb|Blau"},
        {"es", "Los colores son rojo, verde y azul.", "rojo|verde|azul"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char got[300];
        struct lists found = lists_read(*state, slice_of(cases[i].text), lang_find(slice_of(cases[i].lang)));
        size_t used = 0;
        got[0] = 0;
        for (size_t l = 0; l < found.n; l++) {
            if (l)
                used += (size_t)snprintf(got + used, sizeof got - used, " / ");
            join(got + used, sizeof got - used, found.at[l].items, found.at[l].n);
            used = strlen(got);
        }
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%s: got \"%s\", expected \"%s\"", cases[i].text, got, cases[i].expected);
    }
}

static void names_are_runs_of_capitals(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"The physicist Marie Skłodowska Curie worked in Paris.", "Marie Skłodowska Curie|Paris"},
        {"It is the Bank of England's museum.", "Bank of England"},
        {"In April 1969 the crew of Apollo 11 trained.", "Apollo 11"},
        {"J. R. R. Tolkien wrote it.", "J. R. R. Tolkien"},
        {"Nothing here.", "Nothing"},
    };
    const struct lang *en = lang_find(SLICE("en"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice text = slice_of(cases[i].text);
        struct names n = names_read(*state, text, words_split(*state, text, en));
        struct slice found[8];
        for (size_t k = 0; k < n.n && k < 8; k++)
            found[k] = n.at[k].text;
        char got[300];
        join(got, sizeof got, found, n.n);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%s: got \"%s\", expected \"%s\"", cases[i].text, got, cases[i].expected);
    }
}

static void a_phrase_stands_behind_the_copula(void **state)
{
    struct slice text = SLICE("The official currency of Japan is the yen, which is strong.");
    struct words words = words_split(*state, text, lang_find(SLICE("en")));
    assert_slice(phrase_after_copula(text, words, 3), "yen");
    assert_int_equal(
        phrase_after_copula(SLICE("currency"), words_split(*state, SLICE("currency"), lang_find(SLICE("en"))), 1).n, 0);
}

static void bullets_are_list_items(void **state)
{
    (void)state;
    struct slice item;
    assert_true(list_item(SLICE("- one thing"), &item));
    assert_slice(item, "one thing");
    assert_true(list_item(SLICE("12. twelve"), &item));
    assert_slice(item, "twelve");
    assert_false(list_item(SLICE("1961 was a year"), &item));
    assert_false(list_item(SLICE("plain"), &item));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_are_read_with_their_units, set_up, tear_down),
        cmocka_unit_test(units_convert_within_a_dimension),
        cmocka_unit_test_setup_teardown(dates_become_iso, set_up, tear_down),
        cmocka_unit_test_setup_teardown(enumerations_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_are_runs_of_capitals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_phrase_stands_behind_the_copula, set_up, tear_down),
        cmocka_unit_test(bullets_are_list_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
