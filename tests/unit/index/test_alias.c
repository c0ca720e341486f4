/* Other names, as introductions give them, lead to the one page that they belong to; and words that are written alike
 * are found. */
#include "unit.h"

#include "folder.h"
#include "index/index.h"
#include "lang/lang.h"

struct aliases {
    char folder[FOLDER_BYTES];
    struct index *writer, *x;
    struct arena *a;
};

static const struct {
    const char *title, *text;
} pages[] = {
    {"Brae Harbour Office", "The Brae Harbour Office (BHO) is the office of the Harbour Union (HU) of Brae."},
    {"Tide tables", "Tide tables are printed by the Brae Harbour Office (BHO) for all captains."},
    {"Sarn Coast", "The Sarn Coast, officially the United Towns of the Sarn Coast (UTSC; also TSC), is a land."},
    {"Karl Reuther", "Karl Reuther (FRS) was an engineer, also known as Charles of Vorn."},
    {"Ida Kessel", "Ida Kessel (FRS) was an engineer. She is often called the Lady of Vorn by captains."},
    {"Vorn Basilica", "The Vorn Basilica, also called St. Ida's, is a church (OBE, 1921)."},
    {"Twelve Ships", "Twelve Ships, also published as 1912, is a novel about a harbour."},
    {"Brëk Fjørd (novel)", "Brëk Fjørd is a novel about a harbour."},
    {"Oxide", "An oxide (II) is a compound. Stones of the Brae Harbour Office (BHO) have it."},
};

static int aliases_make(void **state)
{
    static struct aliases w;
    struct err e = {0};
    char path[FOLDER_BYTES + 8];
    if (folder_make(w.folder, "aliases"))
        return -1;
    snprintf(path, sizeof path, "%s/index", w.folder);
    w.a = arena_new();
    if (!index_open_writer(path, &w.writer, &e))
        return -1;
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        const struct page_copy page = {.url = arena_printf(w.a, "https://a.example/%zu", i),
                                       .title = slice_of(pages[i].title),
                                       .text = slice_of(pages[i].text),
                                       .lang = SLICE("en")};
        if (!index_put(w.writer, &page, &e))
            return -1;
    }
    *state = &w;
    return index_commit(w.writer, &e) && index_open(path, &w.x, &e) ? 0 : -1;
}

static int aliases_end(void **state)
{
    struct aliases *w = *state;
    index_close(w->x);
    index_close(w->writer);
    arena_free(w->a);
    return folder_drop(w->folder);
}

static void a_name_has_one_page(void **state)
{
    static const char *const cases[][2] = {
        {"BHO", "Brae Harbour Office"},
        {"UTSC", "Sarn Coast"},
        {"Charles of Vorn", "Karl Reuther"},
        {"1912", "Twelve Ships"},
        {"st. ida's", "Vorn Basilica"},
        {"bho", ""}, /* acronyms are in capitals */
        {"HU", ""},  /* of something else on that page */
        {"FRS", ""},
        {"OBE", ""},
        {"II", ""},
        {"TSC", ""},
        {"", ""},
        {"Brae", ""},
        {"Unknown Name", ""},
    };
    struct aliases *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice title;
        struct err e = {0};
        assert_true(index_alias(w->x, slice_of(cases[i][0]), lang_find(SLICE("en")), w->a, &title, &e));
        assert_slice(title, cases[i][1]);
    }
}

static void a_title_is_found_without_its_accents(void **state)
{
    static const char *const cases[][2] = {
        {"Brek Fjord", "Brëk Fjørd"}, {"brek fjord", "Brëk Fjørd"}, {"Fjord", ""}, {"Oxide", ""}, {"", ""}};
    struct aliases *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice title;
        struct err e = {0};
        assert_true(index_alias_bare(w->x, slice_of(cases[i][0]), lang_find(SLICE("en")), w->a, &title, &e));
        assert_slice(title, cases[i][1]);
    }
}

static void near_words_are_found(void **state)
{
    static const char *const cases[][2] = {{"harbuor", "harbour"}, {"enginere", "engin"}, {"captians", "captain"}};
    struct aliases *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct index_near near[INDEX_NEAR_MAX];
        size_t n = 0;
        struct err e = {0};
        bool found = false;
        assert_true(index_near(w->x, slice_of(cases[i][0]), 1, w->a, near, &n, &e));
        for (size_t k = 0; k < n; k++)
            found |= slice_is(near[k].stem, cases[i][1]);
        if (!found)
            fail_msg("%s is not like %s", cases[i][0], cases[i][1]);
    }
    struct index_near near[INDEX_NEAR_MAX];
    size_t n = 1;
    struct err e = {0};
    assert_true(index_near(w->x, SLICE("zzzz"), 2, w->a, near, &n, &e));
    assert_int_equal(n, 0);
    assert_true(index_near(w->x, SLICE(""), 2, w->a, near, &n, &e));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_page),
        cmocka_unit_test(a_title_is_found_without_its_accents),
        cmocka_unit_test(near_words_are_found),
    };
    return cmocka_run_group_tests(tests, aliases_make, aliases_end);
}
