/* The index as its callers see it, in a temporary folder: what is put comes back byte for byte, is found, filtered,
 * replaced and removed; readers and writers beside each other; damage. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/index.h"
#include "index/pages.h"
#include "text/words.h"
#include "unit.h"

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
    struct page_copy p = {.url = slice_of(url),
                          .title = slice_of(title),
                          .text = slice_of(text),
                          .lang = SLICE("en"),
                          .date = slice_of(date)};
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
    struct page_copy p = {
        .url = SLICE("http://a.example/1"), .title = SLICE("First"), .text = SLICE("Walruses live in the Arctic.")};
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
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct err e = {0};
        struct page_copy p = {.url = slice_of(rows[i].url),
                              .title = SLICE("T"),
                              .text = slice_of(rows[i].text),
                              .date = slice_of(rows[i].date)};
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
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice include = slice_of(rows[i].include), exclude = slice_of(rows[i].exclude);
        struct index_query q = {.text = SLICE("kangaroos"),
                                .lang = SLICE("en"),
                                .limit = 10,
                                .policy = {.include = &include,
                                           .include_count = include.n ? 1 : 0,
                                           .exclude = &exclude,
                                           .exclude_count = exclude.n ? 1 : 0,
                                           .after_date = slice_of(rows[i].after)}};
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

/* The titles of the hits, one letter each. */
static void assert_found(struct world *w, struct index *x, const struct index_query *q, const char *titles)
{
    struct index_hits hits = search(w, x, q);
    char found[16] = "";
    for (size_t i = 0; i < hits.n && i < sizeof found - 1; i++)
        found[i] = hits.at[i].title.p[0];
    assert_string_equal(found, titles);
}

static void what_is_near_in_meaning_joins(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    bool found;
    put_sites(x);
    put(x, "http://more.example/e", "E", "A wombat digs. A kangaroo watches.", "2022-05-01");
    put(x, "http://more.example/f", "F", "A wombat digs. The wombat sleeps.", "2022-05-01");
    for (int i = 0; i < 60; i++)
        put(x, arena_printf(w->a, "http://streets.example/%d", i).p, "Street", "Streets have houses.", "");
    OK(index_commit(x, &e));
    uint32_t ids[6];
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct index_walk walk = {.after = (uint32_t)i, .most = 1};
        OK(index_walk(x, &walk, w->a, &e));
        ids[i] = walk.hits.at[0].id;
    }
    const uint32_t near[] = {99, ids[0], ids[4], ids[2], ids[1]}; /* nobody, A, E, C, B */
    struct index_query q = {.text = SLICE("wombats"),
                            .lang = SLICE("en"),
                            .limit = 10,
                            .near = near,
                            .near_count = COUNT_OF(near),
                            .near_limit = 2};
    assert_found(w, x, &q, "FE"); /* words are enough */
    q.text = SLICE("wombats and their marsupial relatives in southern Queensland");
    assert_found(w, x, &q, "FEAC"); /* E has the word already */
    q.text = SLICE("marsupials");   /* a word that no page has */
    assert_found(w, x, &q, "AE");
    q.text = SLICE("kangaroo A");
    struct index_hits hits = search(w, x, &q);
    for (size_t i = 0; i < hits.n; i++)
        assert_true(hits.at[i].id > 0 && hits.at[i].score > 0);
    q.text = SLICE("marsupials");
    q.near_limit = 5;
    const struct slice org = SLICE("example.org");
    q.policy = (struct policy){.exclude = &org, .exclude_count = 1};
    assert_found(w, x, &q, "EC");
    q.policy = (struct policy){.after_date = SLICE("2021-05-01")};
    assert_found(w, x, &q, "EB"); /* C has no date */
    q.policy = (struct policy){.include = NULL};
    OK(index_remove(x, SLICE("http://more.example/e"), &found, &e));
    OK(index_commit(x, &e));
    index_close(x);
    x = reader(w);
    assert_found(w, x, &q, "ACB");
    q.limit = 0;
    assert_found(w, x, &q, "");
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
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        snprintf(url, sizeof url, "http://a.example/%zu", i);
        struct page_copy p = {.url = slice_of(url), .text = slice_of(rows[i].text), .lang = slice_of(rows[i].lang)};
        OK(index_put(x, &p, &e));
    }
    OK(index_commit(x, &e));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
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

static void sections_are_found_by_their_headings(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    struct slice filler = SLICE("");
    for (int i = 0; i < 30; i++)
        filler = arena_printf(w->a, "%.*sIt is sorted in there before it goes on to the rest. ", SLICE_ARGS(filler));
    struct slice text = arena_printf(w->a, "## Zebras\n\n%.*s\n\n%.*s\n\n## Horses\n\n%.*s", SLICE_ARGS(filler),
                                     SLICE_ARGS(filler), SLICE_ARGS(filler));
    put(x, "http://a.example/", "Animals", text.p, "");
    OK(index_commit(x, &e));
    struct index_hits hits = find(w, x, "zebras");
    assert_true(hits.n > 1);
    for (size_t i = 0; i < hits.n; i++) {
        bool inside = slice_find(hits.at[i].text, SLICE("Zebras")) < hits.at[i].text.n;
        assert_true(inside || (hits.at[i].above_count == 1 && slice_is(hits.at[i].above[0].text, "## Zebras")));
        assert_true(inside || hits.at[i].above[0].offset == 0);
    }
    index_close(x);
}

static void release_notes_come_after_what_they_are_about(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    put(x, "http://a.example/whatsnew/2.1.html", "Zebra 2.1", "The zebra option: zebra sets the zebra of stripes.", "");
    put(x, "http://a.example/genindex.html", "Animals", "zebra option, zebra zebra, zebra of stripes", "");
    put(x, "http://a.example/options.html", "Options", "The zebra option sets how many stripes there are in it.", "");
    put(x, "http://a.example/options.txt", "Options", "The zebra option sets how many stripes there are in it.", "");
    OK(index_commit(x, &e));
    struct index_hits hits = find(w, x, "zebra option stripes");
    assert_int_equal(hits.n, 3); /* the source of a page is not shown beside it */
    assert_true(slice_is(hits.at[0].url, "http://a.example/options.html"));
    hits = find(w, x, "new zebra option stripes");
    assert_true(slice_is(hits.at[0].url, "http://a.example/whatsnew/2.1.html"));
    index_close(x);
}

static void pages_have_kinds(void **state)
{
    static const struct {
        const char *url, *title, *lang;
        enum page_kind kind;
    } cases[] = {
        {"http://a.example/x", "Zebra", "en", PAGE_CONTENT},
        {"http://a.example/x", "Release Notes for Zebra", "en", PAGE_NEWS},
        {"http://a.example/x", "What\u2019s New In Zebra 3.8", "en", PAGE_NEWS},
        {"http://a.example/x", "E.3. Release 15.1", "en", PAGE_NEWS},
        {"http://a.example/x", "Release", "en", PAGE_CONTENT},
        {"http://a.example/changelog.html", "Zebra", "en", PAGE_NEWS},
        {"http://a.example/x", "Index \u2014 Zebra 2", "en", PAGE_CONTENTS},
        {"http://a.example/x", "Index fund", "en", PAGE_CONTENT},
        {"http://a.example/genindex-A.html", "Zebra", "en", PAGE_CONTENT}, /* "A" may be anything */
        {"http://a.example/genindex.html", "Zebra", "en", PAGE_CONTENTS},
        {"http://a.example/library/index.html", "The library", "en", PAGE_CONTENT}, /* the folder's first page */
        {"http://a.example/x", "Stichwortverzeichnis", "de", PAGE_CONTENTS},
        {"http://a.example/x", "\u66f4\u65b0\u65e5\u5fd7", "zh", PAGE_NEWS},
    };
    struct world *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        struct slice title = slice_of(cases[i].title);
        struct words words = words_split(w->a, title, lang);
        if (page_kind_of(w->a, slice_of(cases[i].url), title, &words, lang) != cases[i].kind)
            fail_msg("%s, %s", cases[i].url, cases[i].title);
    }
    assert_slice(page_kind_page(w->a, SLICE("http://a.example/add.txt"), 0), "http://a.example/add.html");
    assert_slice(page_kind_page(w->a, SLICE("http://a.example/_sources/os/path.rst.txt"), 0),
                 "http://a.example/os/path.html");
    assert_slice(page_kind_page(w->a, SLICE("http://a.example/_sources/os.rst.txt"), 1), "http://a.example/os/");
    assert_slice(page_kind_page(w->a, SLICE("http://a.example/add.html"), 0), "");
}

/* The records of format 1, made of those of today. */
static void records_of_before_are_read(void **state)
{
    struct world *w = *state;
    const struct page_record page = {.page_id = 3,
                                     .first = 1,
                                     .count = 2,
                                     .format = INDEX_FORMAT,
                                     .sha256 = {"0123456789abcdef0123456789abcdef", SHA256_BYTES},
                                     .url = SLICE("http://a.example/"),
                                     .tail = SLICE("\n")};
    struct slice bytes = page_encode(w->a, &page);
    struct page_record read;
    assert_true(page_decode(bytes, &read));
    assert_int_equal(read.format, INDEX_FORMAT);
    assert_true(page_decode(slice_sub(bytes, 0, bytes.n - 4), &read));
    assert_int_equal(read.format, 1);
    assert_slice(read.tail, "\n");

    const struct passage_above above[] = {{.text = SLICE("## Zebras"), .offset = 7, .kind = BLOCK_HEADING}};
    struct passage_record passage = {.page_key = {"0123456789abcdef0123", PAGE_KEY_BYTES},
                                     .gap = SLICE("\n"),
                                     .text = SLICE("A zebra."),
                                     .above = above,
                                     .above_count = 1,
                                     .in_code = true,
                                     .kind = PAGE_NEWS},
                          got;
    struct passage_above room[PASSAGE_ABOVE_MAX];
    assert_true(passage_decode(passage_encode(w->a, &passage), &got, room));
    assert_true(got.in_code && got.kind == PAGE_NEWS && got.above_count == 1);
    assert_slice(got.above[0].text, "## Zebras");
    assert_int_equal(got.above[0].offset, 7);
    assert_slice(got.text, "A zebra.");
    passage.above_count = 0, passage.in_code = false, passage.kind = PAGE_CONTENT;
    bytes = passage_encode(w->a, &passage);
    size_t flag = PAGE_KEY_BYTES + 4 * 4 - 1, behind_gap = PAGE_KEY_BYTES + 5 * 4 + passage.gap.n;
    char *old = arena_alloc(w->a, bytes.n);
    memcpy(old, bytes.p, behind_gap);
    memcpy(old + behind_gap, bytes.p + behind_gap + 4, bytes.n - behind_gap - 4);
    old[flag] = 0;
    assert_true(passage_decode((struct slice){old, bytes.n - 4}, &got, room));
    assert_int_equal(got.above_count, 0);
    assert_slice(got.text, "A zebra.");
}

static void a_newer_index_is_refused(void **state)
{
    struct world *w = *state;
    struct index *x = writer(w);
    struct engine *engine;
    struct err told = {0};
    put(x, "http://a.example/", "Zebra", "A zebra.", "");
    OK(index_commit(x, &e));
    index_close(x);
    OK(engine_open(w->index, true, &engine, &e));
    OK(engine_set_record(engine, format_key, SLICE("99"), &e));
    OK(engine_commit(engine, &e));
    engine_close(engine);
    assert_false(index_open(w->index, &x, &told));
    assert_int_equal(told.code, ERR_CORRUPT);
    assert_non_null(strstr(told.message, "newer"));
    assert_false(index_open_writer(w->index, &x, &told));
    assert_int_equal(told.code, ERR_CORRUPT);
}

/* Flips bits at each place of `text` in the file of stored bytes, which also has blocks that are no longer used. */
static void flip(struct world *w, const char *text, size_t at, unsigned char bits)
{
    char path[128];
    snprintf(path, sizeof path, "%s/postlist.glass", w->index);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    static char bytes[1 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    size_t places = 0;
    for (char *found = bytes; (found = memmem(found, n - (size_t)(found - bytes), text, strlen(text))); found++) {
        fseek(f, found - bytes + (long)at, SEEK_SET);
        fputc((unsigned char)found[at] ^ bits, f);
        places++;
    }
    fclose(f);
    assert_true(places > 0);
}

static void flipped_bits_are_found(void **state)
{
    struct world *w = *state;
    static const struct {
        size_t at;
        unsigned char bits;
        bool utf8;
    } rows[] = {{2, 0x80, false}, {0, 0x20, true}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct index *x = writer(w);
        struct index_checked checked;
        struct err told = {0};
        put(x, "http://a.example/", "Zebra", "A zebra eats thistles.", "");
        put(x, "http://b.example/", "Gnu", "A gnu runs. It is old.", "2020-01-02");
        OK(index_commit(x, &e));
        index_close(x);
        x = reader(w);
        OK(index_check(x, NULL, &checked, &e));
        assert_int_equal(checked.pages, 2);
        assert_int_equal(checked.passages, 2);
        flip(w, "thistles", rows[i].at, rows[i].bits);
        index_close(x);
        x = reader(w);
        assert_false(index_check(x, NULL, &checked, &told));
        assert_int_equal(told.code, ERR_CORRUPT);
        /* Text that is no UTF-8 never gets out of the index. */
        struct index_query q = {.text = SLICE("zebra"), .lang = SLICE("en"), .limit = 9};
        struct index_hits hits;
        assert_int_equal(index_search(x, &q, w->a, &hits, &told), rows[i].utf8);
        OK(index_search(x, &(struct index_query){.text = SLICE("gnu"), .lang = SLICE("en"), .limit = 9}, w->a, &hits,
                        &e));
        index_close(x);
        flip(w, rows[i].utf8 ? "Thistles" : "th\xe9stles", rows[i].at, rows[i].bits);
    }
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
        IN_A_WORLD(what_is_near_in_meaning_joins),
        IN_A_WORLD(passages_of_a_page_are_limited),
        IN_A_WORLD(order_follows_titles_and_nearness),
        IN_A_WORLD(stop_words_alone_are_searched),
        IN_A_WORLD(languages_have_their_own_stems),
        IN_A_WORLD(a_missing_index_is_empty_and_appears),
        IN_A_WORLD(a_second_writer_is_refused),
        IN_A_WORLD(what_is_killed_before_its_commit_never_was),
        IN_A_WORLD(readers_go_on_while_somebody_writes),
        IN_A_WORLD(damage_is_told),
        IN_A_WORLD(sections_are_found_by_their_headings),
        IN_A_WORLD(release_notes_come_after_what_they_are_about),
        IN_A_WORLD(pages_have_kinds),
        IN_A_WORLD(records_of_before_are_read),
        IN_A_WORLD(a_newer_index_is_refused),
        IN_A_WORLD(flipped_bits_are_found),
    };
    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
