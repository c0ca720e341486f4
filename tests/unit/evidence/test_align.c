#include "evidence_world.h"
#include "evidence/align.h"
#include "research/research_world.h"

static void same_spans(const struct align_span *one, size_t n, const struct align_span *other, size_t other_n)
{
    assert_int_equal(n, other_n);
    for (size_t i = 0; i < n; i++) {
        assert_true(slice_eq(one[i].sentence->text, other[i].sentence->text));
        assert_int_equal(one[i].second != NULL, other[i].second != NULL);
        assert_true(one[i].score == other[i].score);
    }
}

static void same_from_packed(struct aligner *lean, const struct align_claim *claim, const struct alignment *wanted)
{
    struct alignment got;
    struct err e;
    assert_true(align_claim(lean, claim, &got, &e));
    assert_int_equal(got.verdict, wanted->verdict);
    assert_true(slice_eq(got.reason, wanted->reason));
    same_spans(got.support, got.support_count, wanted->support, wanted->support_count);
    same_spans(got.against, got.against_count, wanted->against, wanted->against_count);
}

static void same_words(struct words one, struct words other)
{
    assert_int_equal(one.n, other.n);
    for (size_t i = 0; i < one.n; i++) {
        const struct word *w = &one.at[i], *v = &other.at[i];
        assert_true(w->start == v->start && w->n == v->n && w->flags == v->flags);
        assert_true(slice_eq(w->fold, v->fold) && slice_eq(w->stem, v->stem));
    }
}

static void same_line(const struct evidence_world *w, const struct view *packed, size_t line)
{
    const struct line one = view_line(w->arena, w->view, line), other = view_line(w->arena, packed, line);
    same_words(one.words, other.words);
    assert_int_equal(view_word_count(packed, line), one.words.n);
    for (size_t i = 0; i < one.words.n; i++) {
        struct view_word word = view_word(packed, line, i), full = view_word(w->view, line, i);
        assert_int_equal(one.stems[i], other.stems[i]);
        assert_true(word.stem == one.stems[i] && word.flags == one.words.at[i].flags);
        assert_true(full.stem == word.stem && full.flags == word.flags);
        assert_int_equal(view_stem(packed, one.words.at[i].stem), one.stems[i]);
        assert_int_equal(view_stem(w->view, one.words.at[i].stem), one.stems[i]);
    }
}

static void a_packed_view_has_the_same_words(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(
        &w, "https://one.example/", "The Bridge's Builders", "", "en",
        SLICE("The bridge bridges a US river; The U.S. built it. It was not built by us in 1,931. L'homme, 東京都庁."));
    evidence_page(&w, "https://two.example/", "Brücken", "", "de",
                  SLICE("Die Brücke wurde 1931 gebaut. Brücken bauen Bauten."));
    evidence_ready(&w);
    struct view *packed = view_pack(w.arena, w.view);
    assert_non_null(packed);
    for (size_t i = 0; i < w.view->sentence_count; i++) {
        assert_true(slice_eq(packed->sentences[i].text, w.view->sentences[i].text));
        same_line(&w, packed, i);
    }
    for (size_t i = 0; i < w.view->passage_count; i++)
        same_line(&w, packed, view_title_line(w.view, i));
    assert_int_equal(view_stem(packed, SLICE("nowhere")), 0);
    evidence_close(&w);
}

static void a_picked_view_has_the_passages_of_its_ranks(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "One", "", "en",
                  SLICE("The bridge opened in 1931. It is long. It is high."));
    evidence_page(&w, "https://two.example/", "Two", "", "en", SLICE("The ferry stopped in 1930."));
    evidence_page(&w, "https://three.example/", "Three", "", "de",
                  SLICE("Die Brücke wurde 1931 gebaut. Sie ist lang."));
    evidence_ready(&w);
    const size_t ranks[] = {2, 0};
    const struct view *picked = view_pick(w.arena, w.view, ranks, 2);
    assert_int_equal(picked->passage_count, 2);
    assert_int_equal(picked->sentence_count, w.view->passages[2].count + w.view->passages[0].count);
    for (size_t rank = 0, at = 0; rank < 2; rank++) {
        const struct view_passage *in = &picked->passages[rank], *from = &w.view->passages[ranks[rank]];
        assert_true(picked->chosen[rank].passage == w.view->chosen[ranks[rank]].passage);
        assert_true(in->first == at && in->count == from->count && in->lang == from->lang);
        same_words(view_line(w.arena, picked, view_title_line(picked, rank)).words,
                   view_line(w.arena, w.view, view_title_line(w.view, ranks[rank])).words);
        for (size_t i = 0; i < in->count; i++, at++) {
            const struct sentence *one = &picked->sentences[at], *other = &w.view->sentences[from->first + i];
            assert_true(slice_eq(one->text, other->text) && one->number == i && one->passage_rank == rank);
            assert_true(one->passage == &picked->chosen[rank]);
            same_words(view_line(w.arena, picked, at).words, view_line(w.arena, w.view, from->first + i).words);
            assert_int_equal(one->word_count, other->word_count);
        }
    }
    assert_int_equal(view_pick(w.arena, w.view, ranks, 0)->sentence_count, 0);
    evidence_close(&w);
}

static bool packs(struct slice text)
{
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "A", "", "en", text);
    evidence_ready(&w);
    const struct view *packed = view_pack(w.arena, w.view);
    for (size_t i = 0; packed && i < w.view->sentence_count; i++)
        same_line(&w, packed, i);
    evidence_close(&w);
    return packed;
}

/* Sentences of ten words, all different, of eight letters each. */
static struct slice different_words(struct arena *a, size_t count)
{
    char *text = arena_alloc(a, 10 * count + 1), *at = text;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0, n = i; k < 8; k++, n /= 26)
            *at++ = (char)((i % 10 == 0 && k == 0 ? 'A' : 'a') + n % 26);
        if (i % 10 == 9)
            *at++ = '.';
        *at++ = ' ';
    }
    return (struct slice){text, (size_t)(at - text)};
}

/* A view that does not fit the numbers of a packed one is kept whole by whoever asked. */
static void what_is_too_large_is_not_packed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char *word = arena_alloc(a, 257);
    memset(word, 'a', 256);
    assert_true(packs((struct slice){word, 255}));
    assert_false(packs((struct slice){word, 256}));
    assert_true(packs(different_words(a, 8000)));
    assert_false(packs(different_words(a, 8200)));
    arena_free(a);
}

/* tests/unit/evidence/align_cases.json: pages, each with claims and what is to be said of them. */
static void claims_get_the_verdict_of_the_table(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct value *groups = read_cases(a, "tests/unit/evidence/align_cases.json");
    size_t wrong = 0, count = 0;
    for (size_t g = 0; g < groups->array.n; g++) {
        const struct value *group = &groups->array.at[g];
        struct evidence_world w;
        struct slice lang = text_member(group, "lang"), title = text_member(group, "title");
        evidence_open(&w);
        evidence_page(&w, "https://one.example/page", title.p, "", lang.p, text_member(group, "page"));
        evidence_page(
            &w, "https://two.example/other", "Weather", "", "en",
            SLICE("The weather was mild. Rain fell on 7 days, and nobody swam in the bridge pool or the tower."));
        evidence_ready(&w);
        struct view *packed = view_pack(w.arena, w.view);
        assert_non_null(packed);
        struct aligner *al = align_new(w.arena, w.view, w.pool), *lean = align_new(w.arena, packed, w.pool);
        const struct value *claims = value_member(group, SLICE("claims"));
        for (size_t i = 0; i < claims->array.n; i++) {
            struct slice wanted = claims->array.at[i].array.at[0].string, text = claims->array.at[i].array.at[1].string;
            const struct align_claim claim = {text, text_member(group, "name"), text_member(group, "about"),
                                              lang_find(lang)};
            struct alignment got;
            struct err e;
            assert_true(align_claim(al, &claim, &got, &e));
            same_from_packed(lean, &claim, &got);
            count++;
            assert_true((got.verdict == ALIGN_SUPPORTED) == (got.support_count > 0));
            assert_true(got.reason.n > 0);
            if (!slice_eq(wanted, slice_of(align_verdict_name(got.verdict)))) {
                wrong++;
                print_message("%.*s: %s, not %.*s (%.*s)\n", SLICE_ARGS(text), align_verdict_name(got.verdict),
                              SLICE_ARGS(wanted), SLICE_ARGS(got.reason));
            }
        }
        evidence_close(&w);
    }
    arena_free(a);
    print_message("%zu claims\n", count);
    assert_true(count >= 120);
    assert_int_equal(wrong, 0);
}

static struct alignment align_one(struct evidence_world *w, const char *lang, struct slice text)
{
    struct alignment out;
    struct err e;
    const struct align_claim claim = {.text = text, .lang = lang_find(slice_of(lang))};
    assert_true(align_claim(align_new(w->arena, w->view, w->pool), &claim, &out, &e));
    return out;
}

static struct slice repeated(struct arena *a, const char *piece, size_t times)
{
    size_t n = strlen(piece);
    char *out = arena_alloc(a, n * times);
    for (size_t i = 0; i < times; i++)
        memcpy(out + i * n, piece, n);
    return (struct slice){out, n * times};
}

static void what_is_too_long_is_not_checked(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "Bridge", "", "en", SLICE("The bridge is 320 m long."));
    evidence_ready(&w);
    struct slice huge =
        repeated(w.arena, "The bridge is 320 m long and 3.5 million people did not see it in 1931. ", 20000);
    struct alignment got = align_one(&w, "en", huge);
    assert_int_equal(got.verdict, ALIGN_NOT_STATED);
    assert_slice(got.reason, "it is too long to be checked");
    char many[ALIGN_CLAIM_BYTES_MAX] = "";
    size_t n = 0;
    for (unsigned i = 0; i < 400; i++)
        n += (size_t)snprintf(many + n, sizeof many - n, "w%cx%cq%c ", 'a' + i % 26, 'a' + i / 26 % 26,
                              'a' + i / 7 % 26);
    got = align_one(&w, "en", (struct slice){many, n});
    assert_slice(got.reason, "it is too long to be checked");
    evidence_close(&w);
}

/* Thousands of sentences that all have the claim's words: the one that says it is found among them, the lists are
 * short. */
static void thousands_of_sentences(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    struct slice spam =
        repeated(w.arena, "The Kestrel Bridge is long. Was the bridge 7 m long, or 8 m, or 9 m, or 10 m? ", 4000);
    evidence_page(&w, "https://spam.example/", "Kestrel Bridge", "", "en", spam);
    evidence_page(&w, "https://one.example/", "Bridges", "", "en",
                  SLICE("The Kestrel Bridge is 320 m long, says the mayor."));
    evidence_ready(&w);
    assert_true(w.view->sentence_count > 8000);
    struct alignment got = align_one(&w, "en", SLICE("The Kestrel Bridge is 320 m long, says the mayor."));
    assert_int_equal(got.verdict, ALIGN_SUPPORTED);
    assert_slice(got.support[0].sentence->passage->source->site, "one.example");
    got = align_one(&w, "en", SLICE("The Kestrel Bridge is long."));
    assert_int_equal(got.support_count, ALIGN_LISTED_MAX);
    evidence_close(&w);
}

static void a_sentence_of_values_alone(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "Bridge", "", "en",
                  repeated(w.arena, "In 1931 not 7 m, never 3 March 1931, no 5% ", 300));
    evidence_ready(&w);
    struct alignment got = align_one(&w, "en", repeated(w.arena, "1931 not 7 m ", 300));
    assert_int_equal(got.verdict, ALIGN_NOT_STATED);
    evidence_close(&w);
}

static void odd_texts(void **state)
{
    (void)state;
    static const char *const claims[] = {"",
                                         " ",
                                         "...",
                                         "?!",
                                         "-",
                                         "1",
                                         "1 2 3",
                                         "not",
                                         "never 7",
                                         "2024-13-45",
                                         "99999999999999999999999999999999 m",
                                         "0",
                                         "-0 km",
                                         "1,2,3,4",
                                         "1.2.3.4",
                                         "don't",
                                         "n't",
                                         "不",
                                         "不不不不",
                                         "没有",
                                         "ない",
                                         "٣٢٠ متر",
                                         "no. 7",
                                         "19s",
                                         "1990s",
                                         "1990",
                                         "1999–98",
                                         "$",
                                         "$$$5",
                                         "A",
                                         "A. B. C.",
                                         "Dr",
                                         "§ 5 (1)",
                                         "\xF0\x9F\x98\x80 smile",
                                         "The The The",
                                         "Über",
                                         "5–",
                                         "–5",
                                         "between 3 and",
                                         "12 12 12 12"};
    static const char *const langs[] = {"en", "de", "ru", "zh", "und"};
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "1990s", "", "en",
                  SLICE("In the 1990s it wasn't. No. 7! 不 没有 5– not 1,2,3,4 1 2 3 A. B. C."));
    evidence_page(&w, "https://two.example/", "", "", "zh", SLICE("不不不。没有。1990年代不是。"));
    evidence_ready(&w);
    for (size_t i = 0; i < COUNT_OF(claims); i++)
        for (size_t l = 0; l < COUNT_OF(langs); l++) {
            struct alignment got = align_one(&w, langs[l], slice_of(claims[i]));
            assert_true(got.reason.n > 0);
            assert_true((got.verdict == ALIGN_SUPPORTED) == (got.support_count > 0));
        }
    evidence_close(&w);
}

static void two_neighbours_are_one_span(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(
        &w, "https://one.example/", "Crossings", "", "en",
        SLICE("Painters from Norwich adored the Kestrel Bridge. It had opened on 3 March 1931 with fireworks."));
    evidence_ready(&w);
    struct alignment got =
        align_one(&w, "en", SLICE("Painters adored the Kestrel Bridge, which opened with fireworks in 1931."));
    assert_int_equal(got.verdict, ALIGN_SUPPORTED);
    assert_int_equal(got.support_count, 1);
    assert_true(got.support[0].sentence == &w.view->sentences[0]);
    assert_true(got.support[0].second == &w.view->sentences[1]);
    evidence_close(&w);
}

static void pages_may_disagree(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "Kestrel Bridge", "", "en", SLICE("The Kestrel Bridge is 320 m long."));
    evidence_page(&w, "https://two.example/", "Kestrel Bridge", "", "en", SLICE("The Kestrel Bridge is 300 m long."));
    evidence_ready(&w);
    struct alignment got = align_one(&w, "en", SLICE("The Kestrel Bridge is 300 m long."));
    assert_int_equal(got.verdict, ALIGN_SUPPORTED);
    assert_int_equal(got.support_count, 1);
    assert_int_equal(got.against_count, 1);
    assert_slice(got.support[0].sentence->passage->source->site, "two.example");
    assert_slice(got.against[0].sentence->passage->source->site, "one.example");
    got = align_one(&w, "en", SLICE("The Kestrel Bridge is 280 m long."));
    assert_int_equal(got.verdict, ALIGN_CONTRADICTED);
    assert_int_equal(got.against_count, 2);
    evidence_close(&w);
}

static void reasons_are_for_people(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_page(&w, "https://one.example/", "Kestrel Bridge", "", "en",
                  SLICE("The Kestrel Bridge, designed by Maria Holt, is 320 m long. The bridge opened in 1931."));
    evidence_ready(&w);
    static const char *const table[][2] = {
        {"The Kestrel Bridge is 300 m long.", "the page says 320 m, not 300 m"},
        {"The Kestrel Bridge opened in 1935.", "the page says 1931, not 1935"},
        {"The Kestrel Bridge did not open in 1931.", "the page says that it is so, not that it is not"},
        {"The Kestrel Bridge opened in Norwich in 1931.", "the page does not mention Norwich"},
        {"The Kestrel Bridge, designed by Anna Berg, is 320 m long.", "the page says Maria Holt, not Anna Berg"},
        {"The Kestrel Bridge opened in 1931.", "one.example says it"},
        {"Cats sleep.", "no page says anything like it"},
        {"It is so.", "there is nothing in it that could be checked"},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        assert_slice(align_one(&w, "en", slice_of(table[i][0])).reason, table[i][1]);
    evidence_close(&w);
}

static void no_evidence(void **state)
{
    (void)state;
    struct evidence_world w;
    evidence_open(&w);
    evidence_ready(&w);
    assert_int_equal(align_one(&w, "en", SLICE("The Kestrel Bridge is 320 m long.")).verdict, ALIGN_NOT_STATED);
    evidence_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_get_the_verdict_of_the_table),
        cmocka_unit_test(a_packed_view_has_the_same_words),
        cmocka_unit_test(a_picked_view_has_the_passages_of_its_ranks),
        cmocka_unit_test(what_is_too_large_is_not_packed),
        cmocka_unit_test(what_is_too_long_is_not_checked),
        cmocka_unit_test(thousands_of_sentences),
        cmocka_unit_test(a_sentence_of_values_alone),
        cmocka_unit_test(odd_texts),
        cmocka_unit_test(two_neighbours_are_one_span),
        cmocka_unit_test(pages_may_disagree),
        cmocka_unit_test(reasons_are_for_people),
        cmocka_unit_test(no_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
