/* The readers of numbers, dates, names and lists, from tables. */
#include "unit.h"

#include "facts/read_date.h"
#include "facts/read_list.h"
#include "facts/read_name.h"
#include "facts/read_number.h"
#include "facts/stated.h"

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
        {"en", "The tower is 330 metres (1,083 ft) tall.", "330 m | 1083 ft"},
        {"en", "A 300m run, 5km walk.", "300 m | 5 km"},
        {"en", "The 330-metre tower.", "330 m"},
        {"en", "It costs $3.5m, or 20 dollars a day.", "3500000 $ | 20 $"},
        {"en", "It is worth US$2.1 billion.", "2100000000 US$"},
        {"en", "Water boils at 100 °C (212 °F).", "100 °C | 212 °F"},
        {"en", "Temperatures fall to -40 °C.", "-40 °C"},
        {"en", "Some 71% of it, or 12 percent.", "71 % | 12 %"},
        {"en", "It is 10-12 km away.", "10 km"},
        {"en", "Its depth is 10,935 ± 6 meters.", "10935 m"},
        {"en", "It weighs 1.25 kg +/- 5 % and costs $3.", "1.25 kg | 3 $"},
        {"en", "Between 10 and 15 percent, between 1990 and 1995.", "10 % | 1990 year | 1995 year"},
        {"en", "It grew by 5 to 6 million.", "5000000"},
        {"en", "From 1990 to 1995 it ran.", "1990 year | 1995 year"},
        {"en", "Jupiter has ninety-five moons and four rings.", "95 | 4"},
        {"en", "No one knows.", ""},
        {"en", "One million people.", "1000000"},
        {"en", "H2O and COVID-19 in version 1.2.3 at 10:30.", ""},
        {"en", "The 19th century and the 1960s.", "19 ordinal | 1960 year"},
        {"en", "At 299,792,458 m/s or 1,079 km/h.", "299792458 m/s | 1079 km/h"},
        {"en", "It covers 643,801 square kilometres.", "643801 km2"},
        {"de", "Berlin hat 3.755.251 Einwohner und 891,8 km².", "3755251 | 891.8 km²"},
        {"de", "Rund 3,7 Millionen Menschen.", "3700000"},
        {"fr", "Environ 2 102 650 habitants.", "2102650"},
        {"es", "Tiene 47 millones de habitantes.", "47000000"},
        {"ru", "Население 13,1 млн человек.", "13100000"},
        {"zh", "人口约2180万。", "21800000"},
        /* What a byte says about letters beyond ASCII is wrong: a dash or a quotation mark ends a figure, "я" is a
           letter. */
        {"en", "They flew on “Apollo 11”.", "11"},
        {"en", "In 1990—the last year—it ended.", "1990 year"},
        {"en", "It has ten—or twelve—rooms.", "10 | 12"},
        {"en", "The 19th–20th century.", "19 ordinal | 20 ordinal"},
        {"en", "A field of 5 m×3 m.", "5 m | 3 m"},
        {"ru", "Самолёт Ту-154 имеет 160 мест.", "160"},
        {"ru", "Население 13,1 МЛН человек.", "13100000"},
        {"fr", "Le café5 a 7 lits.", "7"},
        {"zh", "于1961年有300人。", "1961 year | 300"},
        {"und", "ปี2010มี300คน", "2010 year | 300"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
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
        const char *lang, *text, *expected;
    } cases[] = {
        {"en", "on 12 April 1961 he", "1961-04-12"},
        {"en", "April 12, 1961.", "1961-04-12"},
        {"en", "the 12th of April, 1961", "1961-04-12"},
        {"en", "(14 March 1879 – 18 April 1955)", "1879-03-14 1955-04-18"},
        {"en", "in April 1961 and 1970", "1961-04 1970"},
        {"en", "1961-04-12T09:07Z", "1961-04-12"},
        {"en", "12.04.1961", "1961-04-12"},
        {"en", "4/25/1961 25/4/1961", "1961-04-25 1961-04-25"},
        {"en", "4/5/1961", "1961"}, /* the day and the month cannot be told apart */
        {"de", "am 5. März 2024", "2024-03-05"},
        {"es", "el 5 de marzo de 2024", "2024-03-05"},
        {"fr", "le 5 mars 2024", "2024-03-05"},
        {"ru", "5 марта 2024 года", "2024-03-05"},
        {"zh", "于1961年4月12日", "1961-04-12"},
        {"en", "31 February 1961", "1961"},
        {"en", "with 1,961 people", ""},
        {"en", "in 1200 BC", ""},
        {"en", "on Sept. 3, 1999", "1999-09-03"},
        {"ru", "самая 2010", "2010"}, /* "мая" is its end */
        {"ru", "Март 2010 года", "2010-03"},
        {"ru", "Сентябрь 2010 года", "2010-09"},
        {"ru", "5 МАРТА 2024", "2024-03-05"},
        {"fr", "AOÛT 2010", "2010-08"},
        {"en", "in May–June 2010", "2010-06"},
        /* Months that are words. */
        {"en", "It may 2010 times", "2010"},
        {"en", "They march 2010 miles", "2010"},
        {"en", "an august 2010 gathering", "2010"},
        {"en", "In may, 2010 people came", "2010"},
        {"en", "Some 300 may 2010", "2010"},
        {"en", "The Mars 2020 rover", "2020"},
        {"en", "Mars 2, 1971", "1971"},
        {"en", "It may be 5 may 2010", "2010-05-05"},
        {"en", "in may 2010", "2010-05"},
        {"en", "(may 2010)", "2010-05"},
        {"en", "may 2010", "2010-05"},
        {"en", "march 5, 2010", "2010-03-05"},
        {"en", "It was May 2010", "2010-05"},
        {"en", "In May, 2010", "2010-05"},
        {"en", "MAY 2010", "2010-05"},
        {"de", "Es mai 2010", "2010"},
        {"de", "Es war Mai 2010", "2010-05"},
        {"es", "En mayo 2010", "2010-05"},
        {"es", "era mayo 2010", "2010-05"},
        {"fr", "c'était mars 2020", "2020-03"},
        {"fr", "Mars 2020", "2020-03"},
        {"ru", "было мая 2010", "2010-05"},
        {"und", "it may 2010", "2010-05"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dates d = dates_read(*state, slice_of(cases[i].text), lang_find(slice_of(cases[i].lang)));
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
        {"fr", "Les mots sont élan, été et âge.", "élan|été|âge"},
        {"fr", "Les villes sont Évry, Écully et Étampes.", "Évry|Écully|Étampes"},
        {"ru", "Цвета флага: красный, зелёный и синий.", "красный|зелёный|синий"},
        {"ru", "Членами являются Франция, Германия и Италия с 1957 года.", "Франция|Германия|Италия"},
        {"pl", "Miasta: Łódź, Śrem & Żary w Polsce.", "Łódź|Śrem|Żary"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
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
        {"It was formed by Brian May in May 1970.", "Brian May"},
        {"Secker & Warburg printed it.", "Secker & Warburg"},
        {"Nothing here.", "Nothing"},
    };
    const struct lang *en = lang_find(SLICE("en"));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
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

static void a_phrase_stands_beside_the_copula(void **state)
{
    static const struct {
        const char *lang, *text;
        size_t at; /* the word that asks */
        const char *before, *after;
    } cases[] = {
        {"en", "The official currency of Japan is the yen, which is strong.", 2, "", "yen"},
        {"en", "The yen is the official currency.", 5, "yen", ""},
        {"en", "currency", 0, "", ""},
        {"de", "Die Hauptstadt weiß nicht was Regierung heißt.", 1, "", ""}, /* "what" */
        {"nl", "De hoofdstad is Amsterdam.", 1, "", "Amsterdam"},
        {"und", "The currency is yen.", 1, "", "yen"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        struct slice text = slice_of(cases[i].text);
        struct words words = words_split(*state, text, lang);
        struct slice before = phrase_before_copula(text, words, cases[i].at, lang);
        struct slice after = phrase_after_copula(text, words, cases[i].at + 1, lang);
        if (!slice_is(before, cases[i].before) || !slice_is(after, cases[i].after))
            fail_msg("%s: \"%.*s\", \"%.*s\"", cases[i].text, SLICE_ARGS(before), SLICE_ARGS(after));
    }
}

static void hedges_are_whole_words_in_either_case(void **state)
{
    static const struct {
        const char *lang, *text;
        enum bound expected;
    } cases[] = {
        {"en", "More than 300 people live there.", BOUND_LEAST},
        {"ru", "Более 300 человек живут там.", BOUND_LEAST},
        {"ru", "ОКОЛО 300 человек.", BOUND_ABOUT},
        {"de", "Über 300 Menschen leben dort.", BOUND_LEAST},
        {"ru", "Наиболее 300 человек.", BOUND_NONE},
        {"zh", "人口超过300人。", BOUND_LEAST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        struct slice text = slice_of(cases[i].text);
        struct stated *s = stated_read(*state, text, words_split(*state, text, lang), lang);
        if (s->number_count != 1 || s->numbers[0].bound != cases[i].expected)
            fail_msg("%s: %zu numbers, bound %d", cases[i].text, s->number_count,
                     s->number_count ? (int)s->numbers[0].bound : -1);
    }
}

static void a_day_of_a_month_is_no_word(void **state)
{
    static const struct {
        const char *lang, *text;
        size_t dates, numbers;
    } cases[] = {
        {"en", "On March 5 it opened.", 1, 0},    {"en", "It opened on march 5 again.", 1, 0},
        {"en", "The 12th of may was dry.", 1, 0}, {"en", "These may 12 people say.", 0, 1},
        {"en", "All 12 may come.", 0, 1},         {"en", "They march 5 abreast.", 0, 1},
        {"de", "Am 5. Mai kam er.", 1, 0},        {"es", "El 5 de mayo vino.", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        struct slice text = slice_of(cases[i].text);
        struct stated *s = stated_read(*state, text, words_split(*state, text, lang), lang);
        if (s->date_count != cases[i].dates || s->number_count != cases[i].numbers)
            fail_msg("%s: %zu dates, %zu numbers", cases[i].text, s->date_count, s->number_count);
    }
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

static void denial_is_read_in_the_language_of_the_sentence(void **state)
{
    static const struct {
        const char *lang, *text;
        bool denies;
    } cases[] = {
        {"en", "Saturn does not float.", true},
        {"en", "It isn't open.", true},
        {"en", "Not only Saturn floats.", false},
        {"en", "It is No. 5 in the list.", false},
        {"pt", "O museu fica no centro da cidade.", false}, /* "no": in the */
        {"pt", "O museu não fica no centro.", true},
        {"es", "El museo no está abierto.", true},
        {"it", "Il museo non è aperto.", true},
        {"de", "Das Museum ist nicht offen.", true},
        {"ru", "Музей не открыт.", true},
        {"und", "It is not open.", true},
        {"zh", "博物馆没有开放。", true},
        {"zh", "这里不仅有博物馆。", false},
        {"ja", "博物館は開いていません。", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        struct slice text = slice_of(cases[i].text);
        if (stated_denies(text, words_split(*state, text, lang), lang) != cases[i].denies)
            fail_msg("%s", cases[i].text);
    }
}

static void of_what_is_said_before_a_number_the_longest_phrase_counts(void **state)
{
    static const struct {
        const char *lang, *text;
        enum bound bound;
    } cases[] = {
        {"en", "It has more than 300 rooms.", BOUND_LEAST}, {"en", "It has no more than 300 rooms.", BOUND_MOST},
        {"en", "It has about 300 rooms.", BOUND_ABOUT},     {"en", "It has ~300 rooms.", BOUND_ABOUT},
        {"en", "It is fast 300 times.", BOUND_NONE},        {"de", "Es hat fast 300 Räume.", BOUND_ABOUT},
        {"ru", "Там не более 300 комнат.", BOUND_MOST},     {"zh", "有超过300个房间。", BOUND_LEAST},
        {"sv", "Den har ca. 300 rum.", BOUND_ABOUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        struct slice text = slice_of(cases[i].text);
        const struct stated *s = stated_read(*state, text, words_split(*state, text, lang), lang);
        if (s->number_count != 1 || s->numbers[0].bound != cases[i].bound)
            fail_msg("%s", cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_are_read_with_their_units, set_up, tear_down),
        cmocka_unit_test(units_convert_within_a_dimension),
        cmocka_unit_test_setup_teardown(dates_become_iso, set_up, tear_down),
        cmocka_unit_test_setup_teardown(enumerations_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_are_runs_of_capitals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_phrase_stands_beside_the_copula, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hedges_are_whole_words_in_either_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_day_of_a_month_is_no_word, set_up, tear_down),
        cmocka_unit_test(bullets_are_list_items),
        cmocka_unit_test_setup_teardown(denial_is_read_in_the_language_of_the_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_what_is_said_before_a_number_the_longest_phrase_counts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
