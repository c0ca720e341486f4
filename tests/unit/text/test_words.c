/* Words against the table of cases; the hand-cut words against ICU's; threads; languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <unistd.h>
#include <unicode/ubrk.h>

#include "text/cases.h"
#include "text/language.h"
#include "text/sentences.h"
#include "text/words.h"
#include "unit.h"

static struct slice printed(struct arena *a, struct words w)
{
    struct slice out = {"", 0};
    for (size_t i = 0; i < w.n; i++) {
        const struct word *word = &w.at[i];
        char flags[5] = "";
        size_t n = 0;
        if (word->flags & WORD_NUMBER)
            flags[n++] = 'N';
        if (word->flags & WORD_CAPITAL)
            flags[n++] = 'C';
        if (word->flags & WORD_STOP)
            flags[n++] = 'S';
        if (word->flags & WORD_CJK)
            flags[n++] = 'J';
        bool stemmed = !slice_eq(word->fold, word->stem) && n < sizeof flags && !(word->flags & WORD_STOP);
        out = arena_printf(a, "%.*s%s%.*s%s%.*s%s%s%s", SLICE_ARGS(out), i ? " " : "", SLICE_ARGS(word->fold),
                           stemmed ? "/" : "", stemmed ? (int)word->stem.n : 0, word->stem.p, n ? "[" : "", flags,
                           n ? "]" : "");
    }
    return arena_printf(a, "%.*s\n", SLICE_ARGS(out));
}

static void splits_as_the_table_says(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct case_rows rows = cases_read(a, "tests/unit/text/words.txt");
    unsigned wrong = 0;
    assert_true(rows.n >= 10);
    for (size_t i = 0; i < rows.n; i++) {
        struct slice got = printed(a, words_split(a, rows.at[i].text, lang_find(rows.at[i].lang)));
        if (!slice_eq(got, rows.at[i].expected)) {
            print_error("words.txt:%u\nexpected %.*sgot      %.*s", rows.at[i].line, SLICE_ARGS(rows.at[i].expected),
                        SLICE_ARGS(got));
            wrong++;
        }
    }
    arena_free(a);
    assert_int_equal(wrong, 0);
}

/* ASCII is cut without ICU: random text of nasty characters must give the same words. */
static void ascii_words_are_those_of_icu(void **state)
{
    (void)state;
    static const char alphabet[] = "aB1'.,_ ;:-c\"2";
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    assert_true(U_SUCCESS(status));
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[16];
        UChar wide[16];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
            wide[i] = (UChar)text[i];
        }
        struct arena *a = arena_new();
        struct words w = words_split(a, (struct slice){text, sizeof text}, lang_find(SLICE("und")));
        ubrk_setText(breaks, wide, 16, &status);
        size_t n = 0;
        int32_t from = ubrk_first(breaks);
        for (int32_t to = ubrk_next(breaks); to != UBRK_DONE; from = to, to = ubrk_next(breaks)) {
            bool joints = true; /* "__" is a word for ICU, not for us */
            for (int32_t i = from; i < to; i++)
                joints &= text[i] == '_';
            if (joints || ubrk_getRuleStatus(breaks) < UBRK_WORD_NONE_LIMIT)
                continue;
            bool same = n < w.n && w.at[n].start == (uint32_t)from && w.at[n].n == (uint32_t)(to - from);
            if (!same)
                fail_msg("\"%.16s\": ICU has a word at %d..%d", text, from, to);
            n++;
        }
        assert_int_equal(n, w.n);
        arena_free(a);
    }
    ubrk_close(breaks);
}

static void counts_about_what_is_split(void **state)
{
    (void)state;
    const struct lang *en = lang_find(SLICE("en"));
    assert_int_equal(words_count(SLICE("It isn't 3.14 or 1,000 -- is it?"), en), 7);
    assert_int_equal(words_count(SLICE("Привет, мир! été déjà"), en), 4);
    assert_int_equal(words_count(SLICE("北京大学"), en), 2);
    assert_int_equal(words_count(SLICE(" … — "), en), 0);
    assert_int_equal(words_count(SLICE("it’s “quoted”"), en), 2);
}

/* A walk that makes no progress would never end: the alarm ends it. */
static void walks_end_on_any_bytes(void **state)
{
    (void)state;
    static const char *const codes[] = {"en", "fr", "zh", "ko", "ru", "und"};
    static const char pieces[][4] = {
        "a", " ", "\x80",     "\xff", "\xc3", "\xe4\xba", "\xf0\x9f\x98", "\xc3\xa9", "\xe4\xba\x91", "\xed\xa0\x80",
        ".", "'", "\xe2\x80", "l'"};
    uint32_t seed = 3;
    alarm(60);
    for (int round = 0; round < 4000; round++) {
        char text[48];
        size_t n = 0;
        while (n + 4 < sizeof text) {
            seed = seed * 1664525u + 1013904223u;
            const char *piece = pieces[(seed >> 16) % COUNT_OF(pieces)];
            size_t bytes = strnlen(piece, 4);
            memcpy(text + n, piece, bytes);
            n += bytes;
        }
        struct arena *a = arena_new();
        struct slice any = {text, n};
        const struct lang *lang = lang_find(slice_of(codes[round % COUNT_OF(codes)]));
        struct words w = words_split(a, any, lang);
        for (size_t i = 0; i < w.n; i++)
            assert_true(w.at[i].start + w.at[i].n <= n);
        words_count(any, lang);
        language_guess(any, lang);
        sentences_split(a, any, lang);
        arena_free(a);
    }
    struct arena *a = arena_new();
    struct words w = words_split(a, SLICE("one \xc1 two"), lang_find(SLICE("en")));
    assert_slice(w.at[0].fold, "one");
    assert_slice(w.at[w.n - 1].fold, "two");
    arena_free(a);
    alarm(0);
}

static void *split_many(void *ud)
{
    size_t *n = ud;
    for (int i = 0; i < 200; i++) {
        struct arena *a = arena_new();
        *n += words_split(a, SLICE("Größere Häuser wären схожи naïve running"), lang_find(SLICE("de"))).n;
        *n += words_split(a, SLICE("running"), lang_find(i & 1 ? SLICE("en") : SLICE("ru"))).n;
        arena_free(a);
    }
    return NULL;
}

static void threads_do_not_share_tools(void **state)
{
    (void)state;
    pthread_t threads[4];
    size_t counts[4] = {0};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, split_many, &counts[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(counts[i], 200 * 7);
    }
}

static void languages_are_found_and_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } guesses[] = {
        {"Who was the first president of the United States?", "en"},
        {"Wer war der erste Präsident der Vereinigten Staaten?", "de"},
        {"¿Quién fue el primer presidente de los Estados Unidos?", "es"},
        {"Qui était le premier président des États-Unis ?", "fr"},
        {"Chi è stato il primo presidente degli Stati Uniti?", "it"},
        {"Quem foi o primeiro presidente dos Estados Unidos?", "pt"},
        {"Wie was de eerste president van de Verenigde Staten?", "nl"},
        {"Кто был первым президентом США?", "ru"},
        {"谁是美国第一任总统？", "zh"},
        {"アメリカの初代大統領は誰ですか？", "ja"},
        {"미국의 초대 대통령은 누구입니까?", "ko"},
        {"Einstein 1905", "sv"}, /* too little to tell: the fallback */
    };
    assert_string_equal(lang_find(SLICE("EN_us"))->code, "en");
    assert_string_equal(lang_find(SLICE("pt-BR"))->code, "pt");
    assert_string_equal(lang_find(SLICE("english"))->code, "en");
    assert_string_equal(lang_find(SLICE("xx"))->code, "und");
    assert_string_equal(lang_find(SLICE(""))->code, "und");
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++)
        assert_string_equal(language_guess(slice_of(guesses[i].text), lang_find(SLICE("sv")))->code, guesses[i].code);
    assert_true(lang_has(lang_find(SLICE("en")), LANG_STOP, SLICE("who")));
    assert_false(lang_has(lang_find(SLICE("en")), LANG_STOP, SLICE("president")));
    assert_false(lang_has(lang_find(SLICE("und")), LANG_STOP, SLICE("the")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_as_the_table_says),        cmocka_unit_test(ascii_words_are_those_of_icu),
        cmocka_unit_test(counts_about_what_is_split),      cmocka_unit_test(threads_do_not_share_tools),
        cmocka_unit_test(languages_are_found_and_guessed), cmocka_unit_test(walks_end_on_any_bytes),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
