#include "evidence_world.h"
#include "evidence/agree.h"
#include "evidence/confidence.h"

struct said {
    const char *url, *date, *text;
};

enum { SAID_MOST = 8 };

struct scenario {
    const char *name, *question, *title;
    struct said pages[SAID_MOST]; /* the first one's best sentence is the answer */
    size_t values;
    unsigned sites, first_sites; /* together, and of the answer's value */
    bool conflict;
    const char *reasoning;
};

#define TOWER "How tall is the Kestrel Tower?"

static const struct scenario scenarios[] = {
    {"three sites, one disagrees",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://b.example/2", "", "Visitors like the Kestrel Tower, which is 300 metres tall and white."},
      {"https://c.example/3", "2019-05-02",
       "At 320 m, the Kestrel Tower is tall indeed, and it is open on most days."}},
     2,
     3,
     2,
     true,
     "a.example and b.example say 300 m; c.example (2019-05-02) says 320 m."},
    {"one site alone",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."}},
     1,
     1,
     1,
     false,
     "Only a.example says 300 m."},
    {"pages of one site contradict each other",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://www.a.example/2", "", "At 320 m, the Kestrel Tower is tall indeed, and it is open on most days."}},
     2,
     2,
     1,
     true,
     "\"Kestrel Tower\" on a.example says 300 m; \"Kestrel Tower\" on a.example says 320 m."},
    {"a page that states both values",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "",
       "The Kestrel Tower is 300 m tall. At 320 m, the Kestrel Tower is tall indeed, and it is open on most days."}},
     1,
     1,
     1,
     false,
     "Only a.example says 300 m."},
    {"units are converted",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://b.example/2", "", "Climbers love the Kestrel Tower: it is 984 feet tall."}},
     1,
     2,
     2,
     false,
     "a.example and b.example say 300 m."},
    {"authors on one platform are several",
     TOWER,
     "Kestrel Tower",
     {{"https://ann.notion.site/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://bob.notion.site/2", "", "Visitors like the Kestrel Tower, which is 300 metres tall and white."},
      {"https://medium.com/@cem/3", "", "Climbers love the Kestrel Tower: it is 984 feet tall."},
      {"https://medium.com/@dan/4", "2019-05-02",
       "At 320 m, the Kestrel Tower is tall indeed, and it is open on most days."}},
     2,
     4,
     3,
     true,
     "ann.notion.site, bob.notion.site and medium.com/@cem say 300 m; medium.com/@dan (2019-05-02) says 320 m."},
    {"hosts of one owner are one",
     TOWER,
     "Kestrel Tower",
     {{"https://www.metro.tokyo.jp/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://english.metro.tokyo.jp/2", "", "Climbers love the Kestrel Tower: it is 984 feet tall."},
      {"https://city.meguro.tokyo.jp/3", "", "Visitors like the Kestrel Tower, which is 300 metres tall and white."}},
     1,
     2,
     2,
     false,
     "metro.tokyo.jp and city.meguro.tokyo.jp say 300 m."},
    {"a mirror network counts once",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "",
       "The Kestrel Tower is 300 m tall. It was made of steel by workers of the valley in four years."},
      {"https://m1.example/", "",
       "The Kestrel Tower is 300 m tall. It was made of steel by workers of the valley in four years."},
      {"https://m2.example/", "",
       "The Kestrel Tower is 300 m tall. It was made of steel by workers of the valley in four years."},
      {"https://m3.example/", "",
       "The Kestrel Tower is 300 m tall. It was made of steel by workers of the valley in four years. Copied."},
      {"https://m4.example/", "",
       "The Kestrel Tower is 300 m tall. It was made of steel by workers of the valley in four years."}},
     1,
     1,
     1,
     false,
     "Only a.example says 300 m."},
    {"a copy with another number is no second opinion",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "",
       "The Kestrel Tower is 300 m tall. It was made of steel by workers of the valley in four years, and then painted "
       "white by artists "
       "from the harbour who sang at night while the rain fell on the roofs of the little town below the hill."},
      {"https://m1.example/", "",
       "The Kestrel Tower is 320 m tall. It was made of steel by workers of the valley in four years, and then painted "
       "white by artists "
       "from the harbour who sang at night while the rain fell on the roofs of the little town below the hill."}},
     1,
     1,
     1,
     false,
     "Only a.example says 300 m."},
    {"hosts of one owner count once",
     TOWER,
     "Kestrel Tower",
     {{"https://news.a.example/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://sport.a.example/2", "", "Visitors like the Kestrel Tower, which is 300 metres tall and white."},
      {"https://www.a.co.uk/3", "", "Rising 300 m, the tall Kestrel Tower can be seen from the sea."},
      {"https://old.a.co.uk/4", "", "Nobody forgets how tall the Kestrel Tower is: 300 m it measures."}},
     1,
     2,
     2,
     false,
     "news.a.example and a.co.uk say 300 m."},
    {"other years of measurement",
     "What is the population of Torland?",
     "Torland",
     {{"https://a.example/1", "", "In 2010 the population of Torland was 5.4 million."},
      {"https://b.example/2", "", "The population of Torland was 6.2 million in 2020."},
      {"https://c.example/3", "", "Today the population of Torland is 6.3 million."}},
     1,
     1,
     1,
     false,
     "Only a.example says 5.4 million."},
    {"counts of pages of other years",
     "How many people live in Torland?",
     "Torland",
     {{"https://a.example/1", "2011-01-01", "Some 54,000 people live in Torland."},
      {"https://b.example/2", "2021-01-01", "Torland is a country where 62,000 people live."}},
     1,
     1,
     1,
     false,
     "Only a.example (2011-01-01) says 54,000."},
    {"rounding",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is about 300 m tall. It is made of steel."},
      {"https://b.example/2", "", "Visitors like the Kestrel Tower, which is 302 metres tall and white."}},
     1,
     2,
     2,
     false,
     "a.example and b.example say 300 m."},
    {"a bound",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is more than 300 m tall. It is made of steel."},
      {"https://b.example/2", "", "Visitors like the Kestrel Tower, which is 320 metres tall and white."}},
     1,
     2,
     2,
     false,
     "a.example and b.example say 300 m."},
    {"the most of a thing, at a place of it",
     "How deep is the Kestrel Trench?",
     "Kestrel Trench",
     {{"https://a.example/1", "",
       "The maximum known depth is 10,935 ± 6 metres at the southern end of a small valley in its floor known as the "
       "Holt Deep."},
      {"https://b.example/2", "",
       "The greatest ocean depth measured is in the Holt Deep of the Kestrel Trench, at a depth of 10,994 m (36,070 "
       "ft) "
       "below the sea."}},
     2,
     2,
     1,
     true,
     "a.example says 10,935 ± 6 metres; b.example says 10,994 m."},
    {"as far off as a page says",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is 300 ± 10 m tall. It is made of steel."},
      {"https://b.example/2", "", "Visitors like the Kestrel Tower, which is 307 metres tall and white."}},
     1,
     1,
     1,
     false,
     "Only a.example says 300 ± 10 m."},
    {"a range",
     TOWER,
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is 310 m tall. It is made of steel."},
      {"https://b.example/2", "", "Visitors like the Kestrel Tower, which is 300 to 320 metres tall and white."}},
     1,
     2,
     2,
     false,
     "a.example and b.example say 310 m."},
    {"a part and the whole",
     "How long is the Kestrel Bridge?",
     "Kestrel Bridge",
     {{"https://a.example/1", "", "The Kestrel Bridge is 900 m long. It is made of steel."},
      {"https://b.example/2", "", "The main span of the Kestrel Bridge is 320 m long."}},
     1,
     1,
     1,
     false,
     "Only a.example says 900 m."},
    {"another thing",
     TOWER,
     "Towers",
     {{"https://a.example/1", "", "The Kestrel Tower is 300 m tall. It is made of steel."},
      {"https://b.example/2", "", "The Falcon Tower is 320 m tall and white."},
      {"https://c.example/3", "", "The Falcon Tower is 320 m tall, more than the Kestrel Tower."}},
     1,
     1,
     1,
     false,
     "Only a.example says 300 m."},
    {"dates: as far as both are precise",
     "When did the Kestrel Tower open?",
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower opened on 3 March 1931."},
      {"https://b.example/2", "", "The white Kestrel Tower was opened to visitors in 1931."},
      {"https://c.example/3", "", "It took long to open the Kestrel Tower, and in 1935 all was ready."}},
     2,
     3,
     2,
     true,
     "a.example and b.example say 3 March 1931; c.example says 1935."},
    {"a sentence with two dates says nothing sure",
     "When did the Kestrel Tower open?",
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower opened on 3 March 1931."},
      {"https://c.example/3", "", "The Kestrel Tower, open to everybody, was begun in 1928 and painted in 1940."}},
     1,
     1,
     1,
     false,
     "Only a.example says 3 March 1931."},
    {"persons: surname alone",
     "Who designed the Kestrel Tower?",
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower was designed by Maria Holt."},
      {"https://b.example/2", "", "In that valley the Kestrel Tower, designed by Holt, is well known."},
      {"https://c.example/3", "", "The white Kestrel Tower was designed by Anna Berg as a young woman."}},
     2,
     3,
     2,
     true,
     "a.example and b.example say Maria Holt; c.example says Anna Berg."},
    {"persons in other roles",
     "Who designed the Kestrel Tower?",
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower was designed by Maria Holt."},
      {"https://c.example/3", "", "The Kestrel Tower was designed for Anna Berg as a home."}},
     1,
     1,
     1,
     false,
     "Only a.example says Maria Holt."},
    {"why has no value to compare",
     "Why is the Kestrel Tower white?",
     "Kestrel Tower",
     {{"https://a.example/1", "", "The Kestrel Tower is white because of the paint of 1931."}},
     0,
     0,
     0,
     false,
     ""},
};

static bool judge(const struct scenario *sc)
{
    struct evidence_world w;
    struct need need;
    struct err e;
    evidence_open(&w);
    for (size_t i = 0; i < SAID_MOST && sc->pages[i].url; i++)
        evidence_page(&w, sc->pages[i].url, sc->title, sc->pages[i].date, "en", slice_of(sc->pages[i].text));
    evidence_ready(&w);
    assert_true(need_make(w.arena, slice_of(sc->question), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    struct ranking ranking = rank_sentences(w.arena, w.view, &need, &confidence_shipped);
    const struct sentence *chosen[] = {&w.view->sentences[0]};
    for (size_t i = 0; i < ranking.n;
         i++) /* in the order of the pages: which one a model prefers is not the question */
        ranking.at[i].sentence = &w.view->sentences[i];
    struct agreement got = agree_read(w.arena, w.view, &need, &ranking, chosen, 1);
    struct slice said = agree_reasoning(w.arena, &got);
    bool right = got.n == sc->values && got.sites == sc->sites && got.conflict == sc->conflict &&
                 slice_is(said, sc->reasoning) && (got.n == 0 || got.values[0].sites == sc->first_sites);
    if (!right)
        print_message("%s: %zu values, %u sites, conflict %d: %.*s\n", sc->name, got.n, got.sites, got.conflict,
                      SLICE_ARGS(said));
    evidence_close(&w);
    return right;
}

static void scenarios_of_sites(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT_OF(scenarios); i++)
        wrong += !judge(&scenarios[i]);
    assert_int_equal(wrong, 0);
}

static void the_newest_date_of_a_value(void **state)
{
    (void)state;
    struct evidence_world w;
    struct need need;
    struct err e;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "Kestrel Tower", "2018-01-01", "en",
                  SLICE("The Kestrel Tower is 300 m tall. It is white."));
    evidence_page(&w, "https://b.example/1", "Kestrel Tower", "2020-02-02", "en",
                  SLICE("Rising 300 m, the Kestrel Tower is a tall one."));
    evidence_ready(&w);
    assert_true(need_make(w.arena, SLICE(TOWER), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    struct ranking ranking = rank_sentences(w.arena, w.view, &need, &confidence_shipped);
    const struct sentence *chosen[] = {&w.view->sentences[0]};
    struct agreement got = agree_read(w.arena, w.view, &need, &ranking, chosen, 1);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.values[0].count, 2);
    assert_slice(got.values[0].newest, "2020-02-02");
    assert_slice(agree_reasoning(w.arena, &got), "a.example (2018-01-01) and b.example (2020-02-02) say 300 m.");
    evidence_close(&w);
}

static void many_sites_are_counted_and_three_are_named(void **state)
{
    (void)state;
    static const char *const ways[] = {"The Kestrel Tower is 300 m tall.",
                                       "Rising 300 m, the Kestrel Tower is a tall one.",
                                       "Visitors say that the Kestrel Tower, 300 m tall, is white.",
                                       "Nobody forgets how tall the Kestrel Tower is: 300 m it measures.",
                                       "With its 300 m the Kestrel Tower is tall enough to be seen from the sea."};
    struct evidence_world w;
    struct need need;
    struct err e;
    char urls[5][32];
    evidence_open(&w);
    for (size_t i = 0; i < 5; i++) {
        snprintf(urls[i], sizeof urls[i], "https://s%zu.example/", i);
        evidence_page(&w, urls[i], "Kestrel Tower", "", "en", slice_of(ways[i]));
    }
    evidence_ready(&w);
    assert_true(need_make(w.arena, SLICE(TOWER), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    struct ranking ranking = rank_sentences(w.arena, w.view, &need, &confidence_shipped);
    const struct sentence *chosen[] = {&w.view->sentences[0]};
    struct agreement got = agree_read(w.arena, w.view, &need, &ranking, chosen, 1);
    assert_int_equal(got.sites, 5);
    struct slice said = agree_reasoning(w.arena, &got);
    assert_true(slice_find(said, SLICE(" and 2 others say 300 m.")) < said.n);
    evidence_close(&w);
}

static void nothing_chosen_is_nothing_said(void **state)
{
    (void)state;
    struct evidence_world w;
    struct need need;
    struct err e;
    evidence_open(&w);
    evidence_ready(&w);
    assert_true(need_make(w.arena, SLICE(TOWER), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    struct ranking ranking = {.at = NULL};
    struct agreement got = agree_read(w.arena, w.view, &need, &ranking, NULL, 0);
    assert_int_equal(got.n, 0);
    assert_false(got.conflict);
    assert_slice(agree_reasoning(w.arena, &got), "");
    evidence_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenarios_of_sites),
        cmocka_unit_test(the_newest_date_of_a_value),
        cmocka_unit_test(many_sites_are_counted_and_three_are_named),
        cmocka_unit_test(nothing_chosen_is_nothing_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
