/* The index as its callers see it, in a temporary folder: what is put comes back byte for byte, is found, filtered,
 * replaced and removed; readers and writers beside each other; damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/index.h"
#include "text/words.h"

struct world {
    char folder[64], index[80];
    struct arena *a;
};

static int make_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    snprintf(w->folder, sizeof w->folder, "/tmp/footnote-index-XXXXXX");
    if (!mkdtemp(w->folder))
        return 1;
    snprintf(w->index, sizeof w->index, "%s/data/index", w->folder);
    w->a = arena_new();
    *state = w;
    return 0;
}

static int end_world(void **state)
{
    struct world *w = *state;
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", w->folder, (char *)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
    arena_free(w->a);
    free(w);
    return 0;
}

#define OK(call)                                                                                                       \
    do {                                                                                                               \
        struct err e = {0};                                                                                            \
        if (!(call))                                                                                                   \
            fail_msg("%s: %s", #call, e.message);                                                                      \
    } while (0)

static struct index *writer(struct world *w)
{
    struct index *x = NULL;
    OK(index_open_writer(w->index, &x, &e));
    return x;
}

static struct index *reader(struct world *w)
{
    struct index *x = NULL;
    OK(index_open(w->index, &x, &e));
    return x;
}

static void put(struct index *x, const char *url, const char *title, const char *text, const char *date)
{
    struct index_page p = {slice_of(url), slice_of(title), slice_of(text), SLICE("en"), slice_of(date)};
    OK(index_put(x, &p, &e));
}

static struct index_hits search(struct world *w, struct index *x, const struct index_query *q)
{
    struct index_hits hits = {0};
    OK(index_search(x, q, w->a, &hits, &e));
    return hits;
}

static struct index_hits find(struct world *w, struct index *x, const char *words)
{
    struct index_query q = {.text = slice_of(words), .lang = SLICE("en"), .limit = 10};
    return search(w, x, &q);
}

static struct slice text_of(struct world *w, struct index *x, const char *url)
{
    struct slice text = {"", 0};
    bool found = false;
    OK(index_page_text(x, slice_of(url), w->a, &text, &found, &e));
    return found ? text : (struct slice){NULL, 0};
}

/* Some thousand words with all kinds of white space between and around them. */
static struct slice long_text(struct arena *a)
{
    struct slice text = SLICE(" \n\t# Heading\r\n\r\n");
    for (int i = 0; i < 300; i++)
        text = arena_printf(a, "%.*sSentence number %d tells of thing%d and naïve Ärzte.%s", SLICE_ARGS(text), i, i,
                            i % 7 == 0   ? "\n\n\n"
                            : i % 5 == 0 ? "  \t"
                            : i % 3 == 0 ? "\n"
                                         : " ");
    return arena_printf(a, "%.*s \n ", SLICE_ARGS(text));
}

static void text_comes_back_byte_for_byte(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    struct slice text = long_text(w->a);
    put(x, "https://docs.example.org/long", "Long page", text.p, "");
    OK(index_commit(x, &e));
    assert_true(slice_eq(text_of(w, x, "https://docs.example.org/long"), text));
    assert_null(text_of(w, x, "https://docs.example.org/other").p);
    struct index_hits hits = find(w, x, "thing250");
    assert_int_equal(hits.n, 1);
    const struct passage *p = &hits.at[0];
    assert_true(p->offset + p->text.n <= text.n);
    assert_true(slice_eq(p->text, slice_sub(text, p->offset, p->text.n)));
    assert_true(slice_find(p->text, SLICE("thing250")) < p->text.n);
    assert_true(slice_is(p->site, "docs.example.org"));
    assert_true(slice_is(p->title, "Long page"));
    assert_true(slice_is(p->lang, "en"));
    assert_int_equal(p->page_sha256.n, INDEX_HASH_CHARS);
    assert_in_range(p->number, 5, 40);
    index_close(x);
}

static void a_hash_is_sha256_in_hex(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    put(x, "http://a.example/", "T", "abc", "");
    OK(index_commit(x, &e));
    struct index_hits hits = find(w, x, "abc");
    assert_int_equal(hits.n, 1);
    assert_true(slice_is(hits.at[0].page_sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    index_close(x);
}

static void a_page_is_replaced_by_its_url(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    bool same = true;
    put(x, "http://a.example/1", "First", "Walruses live in the Arctic.", "");
    put(x, "http://a.example/2", "Second", "Penguins live in the south.", "");
    OK(index_commit(x, &e));
    struct index_page p = {
        SLICE("http://a.example/1"), SLICE("First"), SLICE("Walruses live in the Arctic."), {"", 0}, {"", 0}};
    OK(index_has(x, &p, &same, &e));
    assert_true(same);
    p.title = SLICE("Changed");
    OK(index_has(x, &p, &same, &e));
    assert_false(same);
    uint32_t id = find(w, x, "walrus").at[0].page_id;
    put(x, "http://a.example/1", "First", "Whales live in the sea.", "");
    assert_int_equal(find(w, x, "walrus").n, 1); /* not committed */
    OK(index_commit(x, &e));
    usleep(150000); /* readers look for commits every 100 ms */
    assert_int_equal(find(w, x, "walrus").n, 0);
    assert_int_equal(find(w, x, "whale").n, 1);
    assert_int_equal(find(w, x, "whale").at[0].page_id, id);
    struct index_stats s = {0};
    OK(index_stats(x, &s, &e));
    assert_int_equal(s.pages, 2);
    assert_int_equal(s.passages, 2);
    assert_true(s.bytes_on_disk > 0);
    assert_true(s.words_per_passage == 5);
    index_close(x);
}

static void a_page_is_removed(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    bool found = false;
    put(x, "http://a.example/1", "First", long_text(w->a).p, "");
    OK(index_commit(x, &e));
    OK(index_remove(x, SLICE("http://a.example/2"), &found, &e));
    assert_false(found);
    OK(index_remove(x, SLICE("http://a.example/1"), &found, &e));
    assert_true(found);
    OK(index_commit(x, &e));
    struct index *r = reader(w);
    assert_int_equal(find(w, r, "sentence thing250").n, 0);
    assert_null(text_of(w, r, "http://a.example/1").p);
    struct index_stats s = {0};
    OK(index_stats(r, &s, &e));
    assert_int_equal(s.pages + s.passages, 0);
    index_close(r);
    index_close(x);
}

static void bad_pages_are_refused(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    static const struct {
        const char *url, *text, *date, *param;
    } rows[] = {
        {"", "text", "", "url"},
        {"http://a.example/", " \n", "", "text"},
        {"http://a.example/", "\xff", "", "text"},
        {"http://a.example/", "text", "2020-13-01", "date"},
        {"http://a.example/", "text", "yesterday", "date"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct index_page p = {
            slice_of(rows[i].url), SLICE("T"), slice_of(rows[i].text), {"", 0}, slice_of(rows[i].date)};
        assert_false(index_put(x, &p, &e));
        assert_int_equal(e.code, ERR_BAD_VALUE);
        assert_string_equal(e.param, rows[i].param);
    }
    index_close(x);
}

static void put_sites(struct index *x)
{
    put(x, "https://docs.example.org:8080/a", "A", "A kangaroo jumps.", "2020-05-01");
    put(x, "https://www.example.org/b", "B", "A kangaroo sleeps.", "2021-05-01");
    put(x, "http://user@notexample.org/c", "C", "A kangaroo eats.", "");
    put(x, "http://example.com/d", "D", "A kangaroo drinks.", "2022-01-31");
    OK(index_commit(x, &e));
}

static void filters_choose_sites_and_dates(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    put_sites(x);
    static const struct {
        const char *include, *exclude, *after, *titles;
    } rows[] = {
        {NULL, NULL, "", "ABCD"},          {"example.org", NULL, "", "AB"},     {"www.example.org", NULL, "", "AB"},
        {"*.example.org", NULL, "", "AB"}, {"docs.example.org", NULL, "", "A"}, {".org", NULL, "", "ABC"},
        {"missing.example", NULL, "", ""}, {NULL, "example.org", "", "CD"},     {".org", "docs.example.org", "", "BC"},
        {NULL, ".org", "", "D"},           {NULL, NULL, "2021-05-01", "BD"},    {NULL, NULL, "2021-05-02", "D"},
        {".org", NULL, "2020-06-01", "B"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice include = slice_of(rows[i].include), exclude = slice_of(rows[i].exclude);
        struct index_query q = {
            .text = SLICE("kangaroos"),
            .lang = SLICE("en"),
            .limit = 10,
            .filter = {&include, include.n ? 1 : 0, &exclude, exclude.n ? 1 : 0, slice_of(rows[i].after)}};
        struct index_hits hits = search(w, x, &q);
        char titles[8] = "";
        for (char c = 'A'; c <= 'D'; c++)
            for (size_t k = 0; k < hits.n; k++)
                if (hits.at[k].title.p[0] == c)
                    titles[strlen(titles)] = c;
        if (strcmp(titles, rows[i].titles) != 0)
            fail_msg("row %zu: found \"%s\", expected \"%s\"", i, titles, rows[i].titles);
    }
    index_close(x);
}

static void passages_of_a_page_are_limited(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    struct slice text = {"", 0};
    for (int i = 0; i < 3000; i++) /* more passages than the candidates of the first round */
        text = arena_printf(w->a, "%.*sThe zebra zebra zebra zebra zebra zebra number %d runs. ", SLICE_ARGS(text), i);
    put(x, "http://a.example/many", "Zebra", text.p, "");
    put(x, "http://a.example/one", "Other", "Here is a zebra among many other animals that have no stripes at all.",
        "");
    OK(index_commit(x, &e));
    for (size_t most = 0; most <= 5; most++) {
        struct index_query q = {.text = SLICE("zebra"), .lang = SLICE("en"), .limit = 10, .passages_per_page = most};
        struct index_hits hits = search(w, x, &q);
        assert_int_equal(hits.n, (most ? most : 3) + 1);
        for (size_t i = 1; i < hits.n; i++)
            assert_true(hits.at[i - 1].score >= hits.at[i].score);
        assert_true(slice_is(hits.at[hits.n - 1].title, "Other"));
    }
    index_close(x);
}

static void order_follows_titles_and_nearness(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    put(x, "http://a.example/far", "One",
        "Blue cars stand in the yard, and nobody but my old aunt has a house with a green whale.", "");
    put(x, "http://a.example/near", "Two",
        "My old aunt has cars that stand in the yard, and nobody has a house with a blue whale.", "");
    put(x, "http://a.example/t1", "Zeppelin", "It is a vessel filled with gas that was used in old times.", "");
    put(x, "http://a.example/t2", "Vessels", "It is a zeppelin filled with gas that was used in old times.", "");
    OK(index_commit(x, &e));
    assert_true(slice_is(find(w, x, "blue whale").at[0].title, "Two"));
    assert_true(slice_is(find(w, x, "zeppelin").at[0].title, "Zeppelin"));
    struct index_hits hits = find(w, x, "Where are blue whales?");
    struct slice stems[3] = {SLICE("blue"), SLICE("whale"), SLICE("nosuchword")};
    uint64_t having[3], passages;
    OK(index_counts(x, stems, 3, &passages, having, &e));
    assert_int_equal(passages, 4);
    assert_int_equal(having[0], 2);
    assert_int_equal(having[1], 2);
    assert_int_equal(having[2], 0);
    double both = 2 * 0.6931; /* ln(1 + (4 - 2 + 0.5) / (2 + 0.5)) for each word */
    assert_true(hits.query_weight > 0.99 * both && hits.query_weight < 1.01 * both);
    assert_int_equal(hits.searched, 4);
    index_close(x);
}

static void stop_words_alone_are_searched(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    put(x, "http://a.example/band", "The Who", "They were loud. Who are you is one of the songs of the who.", "");
    put(x, "http://a.example/else", "Else", "Nothing matches here.", "");
    OK(index_commit(x, &e));
    assert_true(find(w, x, "who are the who").n >= 1);
    assert_true(slice_is(find(w, x, "who are the who").at[0].title, "The Who"));
    assert_int_equal(find(w, x, "").n, 0);
    assert_int_equal(find(w, x, "?!").n, 0);
    index_close(x);
}

static void languages_have_their_own_stems(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    static const struct {
        const char *lang, *text, *asked, *asked_lang;
    } rows[] = {
        {"de", "Die Häuser der Stadt sind alt und die Straßen sind eng.", "Welches Haus ist alt?", ""},
        {"ru", "Москва стоит на реке, и её улицы очень длинные.", "Какая улица длинная?", ""},
        {"zh", "北京大学是一所著名的大学。", "北京大学", "zh"},
        {"xx", "Blorf grumpf snickle.", "grumpf", "xx"}, /* a language without any row */
        {"", "Le chat dort sur les toits de la ville.", "Où dorment les chats ?", "fr"},
    };
    char url[32];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(url, sizeof url, "http://a.example/%zu", i);
        struct index_page p = {slice_of(url), {"", 0}, slice_of(rows[i].text), slice_of(rows[i].lang), {"", 0}};
        OK(index_put(x, &p, &e));
    }
    OK(index_commit(x, &e));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(url, sizeof url, "http://a.example/%zu", i);
        struct index_query q = {.text = slice_of(rows[i].asked), .lang = slice_of(rows[i].asked_lang), .limit = 5};
        struct index_hits hits = search(w, x, &q);
        if (hits.n == 0 || !slice_is(hits.at[0].url, url))
            fail_msg("\"%s\" did not find its page", rows[i].asked);
        assert_true(slice_is(hits.at[0].lang, rows[i].lang[0] ? rows[i].lang : "fr"));
    }
    index_close(x);
}

static void a_missing_index_is_empty_and_appears(void **state)
{
    struct world *w = *state;
    struct index *r = reader(w);
    assert_int_equal(find(w, r, "zebra").n, 0);
    assert_null(text_of(w, r, "http://a.example/").p);
    struct index *x = writer(w);
    put(x, "http://a.example/", "Zebra", "A zebra.", "");
    OK(index_commit(x, &e));
    usleep(150000);
    assert_int_equal(find(w, r, "zebra").n, 1);
    index_close(x);
    index_close(r);
}

static void a_second_writer_is_refused(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w), *y = NULL;
    struct err told = {0};
    assert_false(index_open_writer(w->index, &y, &told));
    assert_int_equal(told.code, ERR_BUSY);
    assert_non_null(strstr(told.message, w->index));
    pid_t child = fork();
    if (child == 0) {
        struct err why = {0};
        _exit(index_open_writer(w->index, &y, &why) ? 0 : why.code == ERR_BUSY ? 42 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 42);
    index_close(x);
    x = writer(w);
    index_close(x);
}

static void what_is_killed_before_its_commit_never_was(void **state)
{
    struct world *w = *state;
    pid_t child = fork();
    if (child == 0) {
        struct index *x = writer(w);
        put(x, "http://a.example/1", "One", "A zebra runs.", "");
        if (!index_set_note(x, SLICE("file"), SLICE("line 1"), &(struct err){0}) || !index_commit(x, &(struct err){0}))
            _exit(1);
        for (int i = 0; i < 6000; i++) { /* more than are flushed at once */
            char url[40];
            snprintf(url, sizeof url, "http://a.example/lost/%d", i);
            put(x, url, "Lost", "A giraffe runs.", "");
        }
        if (!index_set_note(x, SLICE("file"), SLICE("line 2"), &(struct err){0}))
            _exit(1);
        raise(SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    struct index *r = reader(w);
    struct slice note = {"", 0};
    assert_int_equal(find(w, r, "giraffe").n, 0);
    assert_int_equal(find(w, r, "zebra").n, 1);
    OK(index_note(r, SLICE("file"), w->a, &note, &e));
    assert_true(slice_is(note, "line 1"));
    OK(index_note(r, SLICE("no such note"), w->a, &note, &e));
    assert_int_equal(note.n, 0);
    index_close(r);
    struct index *x = writer(w); /* the lock died with its process */
    put(x, "http://a.example/2", "Two", "A giraffe runs.", "");
    OK(index_commit(x, &e));
    struct index_stats s = {0};
    OK(index_stats(x, &s, &e));
    assert_int_equal(s.pages, 2);
    index_close(x);
}

struct reading {
    struct index *x;
    atomic_bool stop;
    unsigned searches, wrong;
};

static void *read_on(void *ud)
{
    struct reading *r = ud;
    while (!atomic_load(&r->stop)) {
        struct arena *a = arena_new();
        struct err e = {0};
        struct index_hits hits;
        struct index_query q = {.text = SLICE("zebra"), .lang = SLICE("en"), .limit = 20};
        struct slice text;
        bool found;
        bool ok = index_search(r->x, &q, a, &hits, &e);
        for (size_t i = 0; ok && i < hits.n; i++)
            ok = slice_find(hits.at[i].text, SLICE("zebra")) < hits.at[i].text.n &&
                 slice_starts(hits.at[i].url, SLICE("http"));
        ok = ok && index_page_text(r->x, SLICE("http://a.example/7"), a, &text, &found, &e);
        __atomic_add_fetch(&r->wrong, !ok, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(&r->searches, 1, __ATOMIC_SEQ_CST);
        arena_free(a);
    }
    return NULL;
}

static void readers_go_on_while_somebody_writes(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    struct reading r = {.x = reader(w)};
    pthread_t threads[3];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &r), 0);
    for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 20; i++) {
            char url[40], text[80];
            snprintf(url, sizeof url, "http://a.example/%d", i);
            snprintf(text, sizeof text, "In round %d the zebra number %d runs.", round, i);
            put(x, url, "Page", text, "");
        }
        OK(index_commit(x, &e));
    }
    usleep(150000);
    atomic_store(&r.stop, true);
    for (size_t i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(r.wrong, 0);
    assert_true(r.searches > 3);
    assert_int_equal(find(w, r.x, "round 59").n, 10);
    index_close(r.x);
    index_close(x);
}

static void damage_is_told(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    struct err told = {0};
    put(x, "http://a.example/", "Zebra", "A zebra.", "");
    OK(index_commit(x, &e));
    index_close(x);
    char path[128];
    snprintf(path, sizeof path, "%s/iamglass", w->index);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("nonsense", f);
    fclose(f);
    assert_false(index_open(w->index, &x, &told));
    assert_int_equal(told.code, ERR_CORRUPT);
    assert_non_null(strstr(told.message, "Remove the folder"));
    assert_false(index_open_writer(w->index, &x, &told));
    assert_int_equal(told.code, ERR_CORRUPT);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(text_comes_back_byte_for_byte),
        IN_A_WORLD(a_hash_is_sha256_in_hex),
        IN_A_WORLD(a_page_is_replaced_by_its_url),
        IN_A_WORLD(a_page_is_removed),
        IN_A_WORLD(bad_pages_are_refused),
        IN_A_WORLD(filters_choose_sites_and_dates),
        IN_A_WORLD(passages_of_a_page_are_limited),
        IN_A_WORLD(order_follows_titles_and_nearness),
        IN_A_WORLD(stop_words_alone_are_searched),
        IN_A_WORLD(languages_have_their_own_stems),
        IN_A_WORLD(a_missing_index_is_empty_and_appears),
        IN_A_WORLD(a_second_writer_is_refused),
        IN_A_WORLD(what_is_killed_before_its_commit_never_was),
        IN_A_WORLD(readers_go_on_while_somebody_writes),
        IN_A_WORLD(damage_is_told),
    };
    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
