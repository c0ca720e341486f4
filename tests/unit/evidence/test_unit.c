/* What is quoted with a sentence, so that it makes sense by itself. */
#include "evidence_world.h"
#include "evidence/unit.h"

/* The unit of the sentence that begins so, as "name | lead | said | said". */
static struct slice shown(struct evidence_world *w, const char *start, size_t max_words)
{
    struct arena_text out = {.arena = w->arena};
    for (size_t i = 0; i < w->view->sentence_count; i++) {
        if (!slice_starts(w->view->sentences[i].text, slice_of(start)))
            continue;
        struct unit unit = unit_of(w->arena, w->view, &w->view->sentences[i], max_words);
        arena_text_printf(&out, "%.*s | %.*s", SLICE_ARGS(unit.name ? unit.name->text : SLICE("")),
                          SLICE_ARGS(unit.lead ? unit.lead->text : SLICE("")));
        for (size_t k = 0; k < unit.count; k++)
            arena_text_printf(&out, " | %.*s", SLICE_ARGS(unit.said[k]->text));
        return arena_text_slice(&out);
    }
    fail_msg("no sentence begins with %s", start);
    return SLICE("");
}

static void a_unit_has_what_the_sentence_needs(void **state)
{
    static const struct {
        const char *text, *start, *unit;
    } cases[] = {
        {"The tower is white.\n\nIt is tall.", "It", " |  | It is tall."},
        {"Settings of memory are here.\n\nwork_mem (integer)\n\nSets the memory of a sort. The default is 4MB.",
         "The default", "work_mem (integer) |  | Sets the memory of a sort. | The default is 4MB."},
        {"## MAX_SIZE\n\nDefault: 2621440\n\nThe size that a request may have at most, in bytes.", "Default",
         "## MAX_SIZE |  | Default: 2621440"},
        {"maxsize\n\nThe most entries of it.\n\nMAXSIZE is 9999.", "The most",
         "maxsize |  | The most entries of it. | MAXSIZE is 9999."},
        {"Item | Limit | Note\ncolumns | 1,600 | see below\nrows | none", "columns",
         " | Item | Limit | Note | columns | 1,600 | see below"},
        {"It has parts. The parts are:\n\n- one\n- two", "- two", " | The parts are: | - one | - two"},
        {"It has parts. The parts are:\n\n- one\n- two", "The parts", " |  | The parts are: | - one | - two"},
        {"Say this to see all files:\n\n```\nls -a\n\nls -la\n```", "ls",
         " | Say this to see all files: | ls -a\n\nls -la"},
        {"The things to avoid are:\n\ndirty read\n\nIt reads what is not committed.\n\nphantom read\n\nRows come and "
         "go.",
         "The things", " |  | The things to avoid are: | dirty read | phantom read"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct evidence_world w;
        evidence_open(&w);
        evidence_page(&w, "https://a.example/1", "", "", "en", slice_of(cases[i].text));
        evidence_ready(&w);
        assert_slice(shown(&w, cases[i].start, 200), cases[i].unit);
        evidence_close(&w);
    }
}

static void there_is_no_more_than_fits(void **state)
{
    struct evidence_world w;
    (void)state;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "", "", "en",
                  SLICE("The steps are:\n\n1. Do the first thing.\n2. Do the second thing.\n3. Do the third thing."));
    evidence_ready(&w);
    assert_slice(shown(&w, "2.", 200),
                 " | The steps are: | 1. Do the first thing. | 2. Do the second thing. | 3. Do the third thing.");
    assert_slice(shown(&w, "2.", 10), " | The steps are: | 2. Do the second thing.");
    assert_slice(shown(&w, "The steps", 9), " |  | The steps are: | 1. Do the first thing.");
    evidence_close(&w);
}

static void what_is_before_the_passage_is_quoted_from_there(void **state)
{
    static const struct passage_above above[] = {{.text = {"## Memory", 9}, .offset = 10, .kind = BLOCK_HEADING},
                                                 {.text = {"work_mem", 8}, .offset = 21, .kind = BLOCK_TERM}};
    static const struct passage_above table[] = {{.text = {"Item | Limit", 12}, .offset = 5, .kind = BLOCK_ROW}};
    struct evidence_world w;
    (void)state;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "", "", "en", SLICE("The default is 4MB.\n\n## Disk\n\nIt is large."));
    evidence_page(&w, "https://a.example/2", "", "", "en", SLICE("columns | 1,600\nrows | none"));
    w.at[0].above = above, w.at[0].above_count = 2;
    w.at[1].above = table, w.at[1].above_count = 1;
    evidence_ready(&w);
    assert_slice(shown(&w, "The default", 200), "work_mem |  | The default is 4MB.");
    assert_slice(shown(&w, "It is large", 200), "## Disk |  | It is large.");
    assert_slice(shown(&w, "rows", 200), " | Item | Limit | rows | none");
    assert_int_equal(w.view->passages[0].above[1].offset, 21);
    evidence_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unit_has_what_the_sentence_needs),
        cmocka_unit_test(there_is_no_more_than_fits),
        cmocka_unit_test(what_is_before_the_passage_is_quoted_from_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
