/* The look-up, and what holds for all data files: every language has every list or says that it has none, entries are
 * folded, written once and found. A last test adds a language by one file. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "lang/lang.h"
#include "text/words.h"

static const struct lang *lang(const char *code)
{
    return lang_find(slice_of(code));
}

static void languages_are_found(void **state)
{
    (void)state;
    assert_string_equal(lang("EN_us")->code, "en");
    assert_string_equal(lang("pt-BR")->code, "pt");
    assert_string_equal(lang("english")->code, "en");
    assert_string_equal(lang("nb")->code, "no");
    assert_string_equal(lang("xx")->code, "und");
    assert_string_equal(lang("")->code, "und");
    assert_string_equal(lang("any")->code, "und");
    assert_string_equal(lang_at(0)->code, "en");
}

static void words_are_found(void **state)
{
    (void)state;
    assert_true(lang_has(lang("en"), LANG_STOP, SLICE("who")));
    assert_false(lang_has(lang("en"), LANG_STOP, SLICE("president")));
    assert_false(lang_has(lang("und"), LANG_STOP, SLICE("the")));
    assert_false(lang_has(lang("en"), LANG_STOP, SLICE("")));
    assert_false(lang_has(lang("en"), LANG_STOP, SLICE("The")));
    assert_true(lang_has(lang_any(), LANG_STOP, SLICE("the")));
    assert_true(lang_has(lang_any(), LANG_STOP, SLICE("worauf")));
    assert_slice(lang_entry(lang("en"), LANG_IRREGULAR, SLICE("wrote"))->value, "write");
    assert_int_equal(strtol(lang_entry(lang_any(), LANG_MONTHS, SLICE("março"))->value.p, NULL, 10), 3);
    assert_null(lang_entry(lang("de"), LANG_MONTHS, SLICE("march")));
}

static void phrases_are_found_in_text(void **state)
{
    (void)state;
    assert_int_equal(lang_starts(lang("zh"), LANG_SMALL_TALK, SLICE("谢谢你，")),
                     strlen("谢谢你")); /* not the shorter one */
    assert_int_equal(lang_ends(lang("zh"), LANG_TAILS, SLICE("北京又如何")), strlen("又如何"));
    assert_int_equal(lang_starts(lang("en"), LANG_LIST_AND, SLICE(" as well as B")), strlen(" as well as "));
    assert_int_equal(lang_starts(lang("en"), LANG_LIST_AND, SLICE("B and C")), 0);
    assert_true(lang_within(lang_any(), LANG_PARTICLES, SLICE("国的")));
    assert_false(lang_within(lang("en"), LANG_PARTICLES, SLICE("国的")));
}

static void other_languages_stand_in(void **state)
{
    (void)state;
    assert_ptr_equal(lang_with(lang("de"), LANG_ABOUT), lang("de"));
    assert_ptr_equal(lang_with(lang("sv"), LANG_ABOUT), lang_any());
    assert_ptr_equal(lang_with(lang("und"), LANG_ABOUT), lang_any());
    assert_ptr_equal(lang_or_english(lang("und")), lang("en"));
    assert_ptr_equal(lang_or_english(lang("fi")), lang("fi"));
    assert_slice(lang_say(lang("de"), LANG_NOTHING_FOUND),
                 "Nichts in den durchsuchten Seiten beantwortet diese Frage.");
    assert_slice(lang_say(lang("fi"), LANG_NOTHING_FOUND),
                 "Nothing in the pages that were searched answers this question.");
}

/* --- the data ---------------------------------------------------------------------------------------------------- */

/* The files as they are written: lang/ keeps only what it looks up. */
static const struct list_row {
    const char *name;
    char separator; /* 0: a sentence */
} list_rows[LANG_LISTS] = {
#define SEPARATOR_WORDS ' '
#define SEPARATOR_PHRASES '|'
#define SEPARATOR_PAIRS '|'
#define SEPARATOR_SAY 0
#define LIST(name, kind, meaning) {#name, SEPARATOR_##kind},
#include "lang/lists.def"
#undef LIST
};

static const struct file {
    struct lang lang;
    const char *none, *text[LANG_LISTS];
} files[] = {
#define LANGUAGE(...) .lang = {__VA_ARGS__},
#define WORDS(list, words) .text[LANG_##list] = words,
#define PHRASES WORDS
#define PAIRS WORDS
#define SAY WORDS
#define NONE(names) .none = names,
#include "lang/languages.def"
};
enum { FILE_COUNT = sizeof files / sizeof files[0] };

static bool names_none(const struct file *f, const char *name)
{
    struct slice rest = slice_of(f->none);
    while (rest.n) {
        size_t n = slice_find(rest, SLICE(" "));
        if (slice_is(slice_sub(rest, 0, n), name))
            return true;
        n += n < rest.n;
        rest = slice_sub(rest, n, rest.n - n);
    }
    return false;
}

/* Or says that it has none, and not both. */
static void each_language_has_each_list(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < FILE_COUNT; i++)
        for (int list = 0; list < LANG_LISTS; list++)
            if ((files[i].text[list] != NULL) == names_none(&files[i], list_rows[list].name)) {
                print_error("%s.def %s %s\n", files[i].lang.code,
                            files[i].text[list] ? "names in NONE what it has:" : "neither has nor names in NONE:",
                            list_rows[list].name);
                wrong++;
            }
    assert_int_equal(wrong, 0);
}

static size_t written(const char *text, char separator)
{
    size_t n = 0;
    for (const char *end; *text; text = end + (*end != 0)) {
        end = strchr(text, separator);
        end = end ? end : text + strlen(text);
        n += end > text;
    }
    return n;
}

/* Entries that are twice in the text are once among the entries. */
static void entries_are_written_once(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < FILE_COUNT; i++)
        for (int list = 0; list < LANG_LISTS; list++) {
            const char *text = files[i].text[list];
            char separator = list_rows[list].separator;
            if (text && separator && lang_entries(lang(files[i].lang.code), list).n != written(text, separator)) {
                print_error("%s.def: %s has an entry twice\n", files[i].lang.code, list_rows[list].name);
                wrong++;
            }
        }
    assert_int_equal(wrong, 0);
}

static bool is_folded(struct arena *a, const struct lang *l, struct slice entry)
{
    struct words words = words_split(a, entry, l);
    for (size_t i = 0; i < words.n; i++)
        if (words.at[i].flags & WORD_CAPITAL)
            return false;
    return true;
}

static void entries_are_folded_and_found(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    size_t wrong = 0;
    for (size_t i = 0; lang_at(i); i++)
        for (int list = 0; list < LANG_LISTS; list++) {
            const struct lang_entries e = lang_entries(lang_at(i), list);
            for (size_t k = 0; k < e.n; k++) {
                bool found =
                    lang_entry(lang_at(i), list, e.at[k].word) == &e.at[k] && lang_has(lang_any(), list, e.at[k].word);
                bool folded = !list_rows[list].separator || is_folded(a, lang_at(i), e.at[k].word);
                if (!found || !folded) {
                    print_error("%s.def %s: \"%.*s\" is not %s\n", lang_at(i)->code, list_rows[list].name,
                                SLICE_ARGS(e.at[k].word), found ? "case-folded" : "found");
                    wrong++;
                }
            }
        }
    arena_free(a);
    assert_int_equal(wrong, 0);
}

/* A copy of src/lang gets a file for a language of its own, and is compiled with it. */
static void one_file_adds_a_language(void **state)
{
    (void)state;
    assert_int_equal(system("tests/unit/lang/add_language"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_are_found),          cmocka_unit_test(words_are_found),
        cmocka_unit_test(phrases_are_found_in_text),    cmocka_unit_test(other_languages_stand_in),
        cmocka_unit_test(each_language_has_each_list),  cmocka_unit_test(entries_are_written_once),
        cmocka_unit_test(entries_are_folded_and_found), cmocka_unit_test(one_file_adds_a_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
