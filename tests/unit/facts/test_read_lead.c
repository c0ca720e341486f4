/* What the first sentence of a page says of its thing: names, kinds, nation, year. */
#include "facts/read_lead.h"
#include "unit.h"

struct lead_case {
    const char *text, *names, *kinds, *nation, *country;
    int year;
};

/* Names as kind:text, joined by bars: f full, o official, a other, p original, s short. */
static const struct lead_case cases[] = {
    {"Orla Mireth Venn, better known as Orla Venn, was a Danish and naturalised-French chemist and glassblower.",
     "f:Orla Mireth Venn|a:Orla Venn", "chemist|glassblower", "Danish", "Denmark", 0},
    {"Peru, officially the Republic of Peru, is a country in western South America.", "f:Peru|o:Republic of Peru",
     "country", "", "", 0},
    {"Glass Winter is a 1962 Swedish romantic drama film directed by Nils Ahlberg.", "f:Glass Winter",
     "romantic drama film", "Swedish", "Sweden", 1962},
    {"The Nordic Weather Union (NWU) is an intergovernmental organisation of 14 states.",
     "f:Nordic Weather Union|s:NWU", "intergovernmental organisation", "", "", 0},
    {"Augusta Ada King, Countess of Lovelace, also known as Ada Lovelace, was an English mathematician and writer.",
     "f:Augusta Ada King, Countess of Lovelace|a:Ada Lovelace", "mathematician|writer", "English", "England", 0},
    {"Coca-Cola, or Coke, is a cola soft drink manufactured by the Coca-Cola Company.", "f:Coca-Cola|a:Coke",
     "cola soft drink", "", "", 0},
    {"Petra, originally known to its inhabitants as Raqmu, is an ancient city in southern Jordan.", "f:Petra|p:Raqmu",
     "ancient city", "", "", 0},
    {"The marsh eel, also known as the reed eel, white eel, or mud snake, is a large fish.",
     "f:marsh eel|a:reed eel|a:white eel|a:mud snake", "fish", "", "", 0},
    {"Marsh ague, also known colloquially as reed fever, is an infectious disease.", "f:Marsh ague|a:reed fever",
     "infectious disease", "", "", 0},
    {"Samsung Group is a South Korean multinational conglomerate headquartered in Seoul.", "f:Samsung Group",
     "conglomerate", "South Korean", "South Korea", 0},
    {"Orla Venn, nicknamed \"Glass\", \"Reed\", and \"Tin\", was a Danish chemist.", "f:Orla Venn|a:Glass|a:Reed|a:Tin",
     "chemist", "Danish", "Denmark", 0},
    {"Piet Venn was a Danish chemist, known affectionately as Pit in the town.", "f:Piet Venn|a:Pit", "chemist",
     "Danish", "Denmark", 0},
    {"The Marsh and Reed Administration (MR2) is an agency.", "f:Marsh and Reed Administration|s:MR2", "agency", "", "",
     0},
    {"Tin Tower is a television series first broadcast in 1963.", "f:Tin Tower", "television series", "", "", 0},
    /* nothing is defined */
    {"Walmart is headquartered in Bentonville.", "f:Walmart", "", "", "", 0},
    {"Hello", "f:Hello", "", "", "", 0},
};

static void leads_are_read(void **state)
{
    (void)state;
    static const char marks[] = {'f', 'o', 'a', 'p', 's'};
    struct arena *a = arena_new();
    int wrong = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct lead_case *one = &cases[i];
        const struct lang *lang = lang_find(SLICE("en"));
        struct lead lead;
        lead_read(slice_of(one->text), words_split(a, slice_of(one->text), lang), lang, true, &lead);
        struct arena_text names = {.arena = a}, kinds = {.arena = a};
        for (size_t n = 0; n < lead.name_count; n++)
            arena_text_printf(&names, "%s%c:%.*s", n ? "|" : "", marks[lead.names[n].kind],
                              SLICE_ARGS(lead.names[n].text));
        for (size_t n = 0; n < lead.kind_count; n++)
            arena_text_printf(&kinds, "%s%.*s", n ? "|" : "", SLICE_ARGS(lead.kinds[n].text));
        bool right = slice_is(arena_text_slice(&names), one->names) && slice_is(arena_text_slice(&kinds), one->kinds) &&
                     slice_is(lead.nation, one->nation) && slice_is(lead.country, one->country) &&
                     lead.year == one->year;
        if (!right)
            print_error("%s: names %.*s, kinds %.*s, nation %.*s, country %.*s, year %d\n", one->text,
                        SLICE_ARGS(arena_text_slice(&names)), SLICE_ARGS(arena_text_slice(&kinds)),
                        SLICE_ARGS(lead.nation), SLICE_ARGS(lead.country), lead.year);
        wrong += !right;
    }
    arena_free(a);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(leads_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
