/* Runs tests/unit/shape/cases/<name>.txt: schemas, values, and what must come of them.
 *
 *   schema JSON              the schema of the lines that follow
 *   refused PATH KEYWORD     ... is not supported: param is PATH ("-": empty), the message names KEYWORD
 *   wrong PATH KEYWORD       ... is not a schema (ERR_BAD_VALUE)
 *   valid JSON / invalid JSON [=> PATH KEYWORD]      format is an annotation
 *   asserted JSON / unasserted JSON                  valid, or not, with format asserted
 *   safest JSON | none       what safest_within makes; must be valid too
 *
 * A line of # is a comment. The last test feeds the runner lines that are wrong, to show that it can fail. */
#include "unit.h"

#include <glob.h>

#include "shape/shapes.h"

struct runner {
    const char *file;
    int line, failures, checks;
    bool quiet;
    struct arena *arena;
    const struct shape *shape;
    struct err refusal; /* of the last schema, when shape is NULL */
};

PRINTF_LIKE(2, 3)
static void fail_line(struct runner *r, const char *fmt, ...)
{
    va_list args;
    r->failures++;
    if (r->quiet)
        return;
    va_start(args, fmt);
    fprintf(stderr, "%s:%d: ", r->file, r->line);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
}

static struct slice first_word(struct slice *rest)
{
    size_t n = slice_find(*rest, SLICE(" "));
    struct slice word = slice_sub(*rest, 0, n);
    *rest = slice_trim(slice_sub(*rest, n, rest->n - n));
    return word;
}

/* "PATH KEYWORD"; the keyword must stand in the message in quotes. */
static void expect_error(struct runner *r, const struct err *e, struct slice expected)
{
    struct slice path = first_word(&expected);
    char quoted[80];
    if (!slice_is(slice_is(path, "-") ? SLICE("") : path, e->param))
        fail_line(r, "error at \"%s\" instead of \"%.*s\" (%s)", e->param, SLICE_ARGS(path), e->message);
    snprintf(quoted, sizeof quoted, "\"%.*s\"", SLICE_ARGS(expected));
    if (expected.n && !strstr(e->message, quoted))
        fail_line(r, "the message does not name %s: %s", quoted, e->message);
}

static void run_schema(struct runner *r, struct slice json)
{
    const struct value *schema;
    arena_free(r->arena);
    r->arena = arena_new();
    r->shape = NULL;
    r->refusal = (struct err){0};
    if (!value_parse(r->arena, json, &schema, NULL, &r->refusal))
        fail_line(r, "%s", r->refusal.message);
    else if (!shape_parse(r->arena, schema, "", 0, &r->shape, &r->refusal))
        r->shape = NULL;
}

static void run_refusal(struct runner *r, enum err_code code, struct slice expected)
{
    if (r->shape)
        fail_line(r, "the schema was accepted");
    else if (r->refusal.code != code)
        fail_line(r, "another error: %s", r->refusal.message);
    else
        expect_error(r, &r->refusal, expected);
}

static void run_value(struct runner *r, struct slice rest, bool assert_formats, bool expected)
{
    size_t arrow = slice_find(rest, SLICE(" => "));
    struct slice json = slice_sub(rest, 0, arrow);
    const struct value *v;
    struct err e = {0};
    if (!r->shape)
        fail_line(r, "the schema was refused: %s %s", r->refusal.param, r->refusal.message);
    else if (!value_parse(r->arena, json, &v, NULL, &e))
        fail_line(r, "%s", e.message);
    else if (shape_check(r->shape, v, assert_formats, &e) != expected)
        fail_line(r, "%s", expected ? e.message : "the value was accepted");
    else if (arrow < rest.n)
        expect_error(r, &e, slice_trim(slice_sub(rest, arrow + 4, rest.n - arrow - 4)));
}

static void run_safest(struct runner *r, struct slice expected)
{
    struct value v;
    struct err e = {0};
    struct buf text;
    if (!r->shape) {
        fail_line(r, "the schema was refused: %s %s", r->refusal.param, r->refusal.message);
        return;
    }
    buf_init(&text, 1 << 20);
    if (!shape_safest(r->arena, r->shape, &v))
        buf_add(&text, SLICE("none"));
    else if (!shape_check(r->shape, &v, true, &e))
        fail_line(r, "safest is not valid: %s", e.message);
    else
        assert_true(value_print(&v, &text));
    if (!slice_eq(buf_slice(&text), expected))
        fail_line(r, "safest is %.*s", SLICE_ARGS(buf_slice(&text)));
    buf_release(&text);
}

static void run_line(struct runner *r, struct slice line)
{
    struct slice rest = slice_trim(line);
    r->line++;
    if (rest.n == 0 || rest.p[0] == '#')
        return;
    struct slice verb = first_word(&rest);
    r->checks++;
    if (slice_is(verb, "schema"))
        run_schema(r, rest);
    else if (slice_is(verb, "refused"))
        run_refusal(r, ERR_UNSUPPORTED_SCHEMA, rest);
    else if (slice_is(verb, "wrong"))
        run_refusal(r, ERR_BAD_VALUE, rest);
    else if (slice_is(verb, "valid") || slice_is(verb, "invalid"))
        run_value(r, rest, false, slice_is(verb, "valid"));
    else if (slice_is(verb, "asserted") || slice_is(verb, "unasserted"))
        run_value(r, rest, true, slice_is(verb, "asserted"));
    else if (slice_is(verb, "safest"))
        run_safest(r, rest);
    else
        fail_line(r, "no such verb: %.*s", SLICE_ARGS(verb));
}

static void run_file(struct runner *r, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    r->file = path;
    r->line = 0;
    r->shape = NULL;
    for (ssize_t n; (n = getline(&line, &room, file)) >= 0;)
        run_line(r, (struct slice){line, (size_t)n});
    free(line);
    fclose(file);
}

static void test_all_files(void **state)
{
    (void)state;
    struct runner r = {0};
    glob_t found;
    assert_int_equal(glob("tests/unit/shape/cases/*.txt", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 5);
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_file(&r, found.gl_pathv[i]);
    globfree(&found);
    arena_free(r.arena);
    assert_true(r.checks > 400);
    assert_int_equal(r.failures, 0);
}

static void test_the_runner_can_fail(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "valid 1",
        "schema {\"type\":\"string\"}",
        "valid 1",
        "invalid \"a\"",
        "invalid 1 => a type",
        "invalid 1 => - minimum",
        "refused - type",
        "safest null",
        "schema {\"not\":{}}",
        "valid 1",
        "safest null",
        "refused - not",
        "refused not oneOf",
        "wrong not not",
        "schema {",
        "unknown verb",
    };
    struct runner r = {.file = "wrong on purpose", .quiet = true};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        run_line(&r, slice_of(lines[i]));
    arena_free(r.arena);
    assert_int_equal(r.failures, 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_files), cmocka_unit_test(test_the_runner_can_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
