/* Structured output from a real index of invented pages: cases from fill_cases.json, and what must hold for every
 * schema whatever was found. The names in the pages are invented, so that nothing can be right by chance. */
#include "research/research_world.h"

#include "fill/fill_inner.h"
#include "shape/shapes.h"

struct fixture {
    struct arena *arena; /* of the cases */
    const struct value *file;
    struct research_world world;
};

static int open_world(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new();
    f->file = read_cases(f->arena, "tests/unit/fill/fill_cases.json");
    world_open(&f->world, value_member(f->file, SLICE("pages")));
    *state = f;
    return 0;
}

static int close_world(void **state)
{
    struct fixture *f = *state;
    world_close(&f->world);
    arena_free(f->arena);
    free(f);
    return 0;
}

static const struct basis *basis_of(const struct answer *answer, struct slice field)
{
    for (size_t i = 0; i < answer->basis_count; i++)
        if (slice_eq(answer->basis[i].field, field))
            return &answer->basis[i];
    return NULL;
}

/* Every excerpt is in its page, byte for byte; every annotation lies within the text. */
static void check_honest(struct fixture *f, struct arena *a, const struct answer *answer)
{
    struct err e;
    for (size_t i = 0; i < answer->basis_count; i++)
        for (size_t c = 0; c < answer->basis[i].citation_count; c++) {
            const struct citation *citation = &answer->basis[i].citations[c];
            struct slice page;
            bool found;
            assert_true(index_page_text(f->world.index, citation->source->url, a, &page, &found, &e));
            assert_true(found);
            assert_true(citation->excerpt_count > 0);
            for (size_t x = 0; x < citation->excerpt_count; x++)
                assert_true(slice_find(page, citation->excerpts[x]) < page.n);
        }
    for (size_t i = 0; i < answer->annotation_count; i++) {
        assert_true(answer->annotations[i].start < answer->annotations[i].end);
        assert_true(answer->annotations[i].end <= answer->text.n);
    }
}

/* The text is compact JSON, as value_print gives it. */
static const struct value *parse_exactly(struct arena *a, struct slice text)
{
    const struct value *v;
    struct err e;
    struct buf again;
    if (!value_parse(a, text, &v, NULL, &e))
        fail_msg("no JSON: %.*s", SLICE_ARGS(text));
    buf_init(&again, 1024 * 1024);
    assert_true(value_print(v, &again));
    if (!slice_eq(buf_slice(&again), text))
        fail_msg("not compact: %.*s", SLICE_ARGS(text));
    buf_release(&again);
    return v;
}

static bool run_case(struct fixture *f, const struct value *test)
{
    struct arena *a = arena_new();
    struct err e;
    const struct shape *shape;
    struct answer answer;
    struct slice text;
    bool good = true;
    struct slice name = text_member(test, "name");
    assert_true(shape_parse(a, value_member(test, SLICE("schema")), "", 0, &shape, &e));
    if (!world_ask(&f->world, a, text_member(test, "ask"), shape, 0, &answer, &text, &e))
        fail_msg("%.*s: %s", SLICE_ARGS(name), e.message);
    const struct value *got = parse_exactly(a, text);
    check_honest(f, a, &answer);
    assert_true(shape_check(shape, got, true, &e));
    if (!value_equal(got, value_member(test, SLICE("exact")))) {
        print_error("%.*s: got %.*s\n", SLICE_ARGS(name), SLICE_ARGS(text));
        good = false;
    }
    const struct value *unsupported = value_member(test, SLICE("unsupported"));
    for (size_t i = 0; i < answer.basis_count; i++) {
        bool listed = false;
        for (size_t u = 0; unsupported && u < unsupported->array.n; u++)
            listed = listed || slice_eq(unsupported->array.at[u].string, answer.basis[i].field);
        if (listed != (answer.basis[i].citation_count == 0)) {
            print_error("%.*s: \"%.*s\" has %zu citations\n", SLICE_ARGS(name), SLICE_ARGS(answer.basis[i].field),
                        answer.basis[i].citation_count);
            good = false;
        }
        if (listed)
            assert_int_equal(answer.basis[i].confidence, CONFIDENCE_NONE);
    }
    struct slice reasoning = text_member(test, "reasoning"), cites = text_member(test, "cites");
    if (slice_find(answer.basis[0].reasoning, reasoning) == answer.basis[0].reasoning.n && reasoning.n)
        fail_msg("%.*s: reasoning %.*s", SLICE_ARGS(name), SLICE_ARGS(answer.basis[0].reasoning));
    if (cites.n)
        assert_true(answer.basis[0].citation_count > 0 && slice_eq(answer.basis[0].citations[0].source->url, cites));
    arena_free(a);
    return good;
}

static void fields_are_read_off_the_evidence(void **state)
{
    struct fixture *f = *state;
    const struct value *cases = value_member(f->file, SLICE("cases"));
    size_t bad = 0;
    assert_true(cases->array.n > 30);
    for (size_t i = 0; i < cases->array.n; i++)
        bad += !run_case(f, &cases->array.at[i]);
    assert_int_equal(bad, 0);
}

static struct answer ask(struct fixture *f, struct arena *a, const char *question, const char *schema,
                         size_t max_tokens, struct slice *text)
{
    struct err e;
    const struct value *parsed;
    const struct shape *shape = NULL;
    struct answer answer;
    if (schema) {
        assert_true(value_parse(a, slice_of(schema), &parsed, NULL, &e));
        assert_true(shape_parse(a, parsed, "", 0, &shape, &e));
    }
    if (!world_ask(&f->world, a, slice_of(question), shape, max_tokens, &answer, text, &e))
        fail_msg("%s", e.message);
    return answer;
}

static void json_object_has_an_answer_and_its_citations(void **state)
{
    struct arena *a = arena_new();
    struct slice text;
    struct answer answer = ask(*state, a, "What is the capital of Lutavia?", NULL, 0, &text);
    const struct value *v = parse_exactly(a, text);
    assert_int_equal(v->object.n, 2);
    assert_true(slice_find(text_member(v, "answer"), SLICE("Parenza")) < text_member(v, "answer").n);
    assert_true(slice_find(text_member(v, "answer"), SLICE("[1]")) == text_member(v, "answer").n);
    const struct value *citations = value_member(v, SLICE("citations"));
    assert_true(citations->array.n >= 1);
    assert_slice(citations->array.at[0].string, "https://en.example/france");
    assert_int_equal(answer.basis_count, 2);
    assert_slice(answer.cited[0]->url, "https://en.example/france");
    arena_free(a);
}

static void max_tokens_never_cuts_the_document(void **state)
{
    struct arena *a = arena_new();
    struct slice text;
    struct answer answer =
        ask(*state, a, "What is the capital of Lutavia?",
            "{\"type\":\"object\",\"properties\":{\"capital\":{\"type\":\"string\"},\"summary\":{\"type\":"
            "\"string\"}},\"required\":[\"capital\",\"summary\"]}",
            3, &text);
    const struct value *v = parse_exactly(a, text);
    assert_slice(text_member(v, "capital"), "Parenza");
    assert_int_equal(answer.finish, FINISH_STOP);
    assert_true(text_member(v, "summary").n > 10);
    arena_free(a);
}

static void claims_follow_the_schema_in_order_with_annotations(void **state)
{
    struct arena *a = arena_new();
    struct slice text;
    struct answer answer =
        ask(*state, a, "Tell me about the Iron Spire",
            "{\"type\":\"object\",\"properties\":{\"citations\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
            "\"zorgle\":{\"type\":\"string\"},\"height_m\":{\"type\":\"number\"}},"
            "\"required\":[\"citations\",\"zorgle\",\"height_m\"]}",
            0, &text);
    assert_slice(text, "{\"citations\":[\"https://en.example/tower\"],\"zorgle\":\"\",\"height_m\":330}");
    assert_int_equal(answer.basis_count, 3);
    assert_slice(answer.basis[0].field, "citations");
    assert_slice(answer.basis[1].field, "zorgle");
    assert_slice(answer.basis[2].field, "height_m");
    assert_slice(answer.basis[1].reasoning,
                 "Nothing in the pages that were searched states this, so the field is empty.");
    assert_int_equal(answer.annotation_count, 2);
    assert_int_equal(answer.warning_count, 1); /* the basis has citations already */
    struct slice last =
        slice_sub(text, answer.annotations[1].start, answer.annotations[1].end - answer.annotations[1].start);
    assert_slice(last, "330");
    assert_non_null(basis_of(&answer, SLICE("height_m")));
    arena_free(a);
}

static void an_object_of_a_union_has_a_basis_by_member(void **state)
{
    struct arena *a = arena_new();
    struct slice text;
    struct answer answer = ask(*state, a, "What is the capital of Lutavia?",
                               "{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"capital\":{\"type\":\"string\"}},"
                               "\"required\":[\"capital\"]},{\"type\":\"null\"}]}",
                               0, &text);
    assert_slice(text, "{\"capital\":\"Parenza\"}");
    assert_int_equal(answer.basis_count, 1);
    assert_slice(answer.basis[0].field, "capital");
    assert_int_equal(answer.basis[0].citation_count, 1);
    assert_int_equal(answer.annotation_count, 1);
    assert_int_equal(answer.annotations[0].end, text.n - 1);
    arena_free(a);
}

/* The fields of the basis, with commas between them. */
static struct slice fields_of(struct arena *a, const struct answer *answer)
{
    struct slice all = SLICE("");
    for (size_t i = 0; i < answer->basis_count; i++)
        all = arena_printf(a, "%.*s%s%.*s", SLICE_ARGS(all), i ? "," : "", SLICE_ARGS(answer->basis[i].field));
    return all;
}

static void the_basis_follows_the_value(void **state)
{
    static const struct {
        const char *schema, *fields;
    } cases[] = {
        {"{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}", "output"},
        {"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"},\"minProperties\":2}",
         "property1,property2"},
        {"{\"type\":\"object\"}", "answer,citations"},
        {"{}", "answer,citations"},
        {"{\"type\":\"null\"}", "output"},
        {"{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", "output"},
        {"{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"zorgle\":{\"type\":\"string\"}},\"required\":[\"zorgle\"]}"
         ","
         "{\"type\":\"object\",\"properties\":{\"capital\":{\"type\":\"string\"},\"blorf\":{\"type\":\"integer\"}},"
         "\"required\":[\"capital\"]}]}",
         "capital"},
        /* left out: has its entry, in the schema's order */
        {"{\"type\":\"object\",\"properties\":{\"zorgle\":{\"type\":\"integer\"},\"capital\":{\"type\":\"string\"}},"
         "\"required\":[\"capital\"]}",
         "zorgle,capital"},
        /* only two may stay, whichever they are */
        {"{\"type\":\"object\",\"properties\":{\"capital\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"},\"c\":{"
         "\"type\":"
         "\"string\"}},\"minProperties\":2,\"maxProperties\":2}",
         "capital,b,c"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct slice text;
        struct answer answer = ask(*state, a, "What is the capital of Lutavia?", cases[i].schema, 0, &text);
        struct slice got = fields_of(a, &answer);
        if (!slice_is(got, cases[i].fields))
            fail_msg("%s: %.*s has the basis %.*s", cases[i].schema, SLICE_ARGS(text), SLICE_ARGS(got));
        check_honest(*state, a, &answer);
        arena_free(a);
    }
}

static void elements_have_a_basis_on_request(void **state)
{
    static const char schema[] =
        "{\"type\":\"object\",\"properties\":{\"moons\":{\"type\":\"array\",\"items\":{\"type\":"
        "\"string\"}},\"blorf\":{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"integer\"}},"
        "\"summary\":{\"type\":\"string\"}},\"required\":[\"moons\",\"blorf\",\"summary\"]}";
    struct fixture *f = *state;
    struct arena *a = arena_new();
    struct slice text;
    struct answer plain = ask(f, a, "What are the moons of Zeuspiter?", schema, 0, &text);
    assert_slice(fields_of(a, &plain), "moons,blorf,summary");
    f->world.basis_depth = BASIS_ELEMENT;
    struct answer answer = ask(f, a, "What are the moons of Zeuspiter?", schema, 0, &text);
    f->world.basis_depth = BASIS_FIELD;
    const struct value *moons = value_member(parse_exactly(a, text), SLICE("moons"));
    assert_true(moons->array.n >= 2);
    assert_int_equal(answer.basis_count, 3 + moons->array.n + 2);
    for (size_t i = 0; i < moons->array.n; i++) {
        const struct basis *b = basis_of(&answer, arena_printf(a, "moons.%zu", i));
        assert_non_null(b);
        assert_int_equal(b->citation_count, 1);
        assert_int_equal(b->citations[0].excerpt_count, 1); /* the sentence it was read from */
        assert_true(slice_find(b->citations[0].excerpts[0], moons->array.at[i].string) < b->citations[0].excerpts[0].n);
        assert_true(b->reasoning.n > 0 && b->confidence != CONFIDENCE_NONE);
    }
    const struct basis *nothing = basis_of(&answer, SLICE("blorf.1"));
    assert_non_null(nothing);
    assert_int_equal(nothing->citation_count, 0);
    assert_int_equal(nothing->confidence, CONFIDENCE_NONE);
    check_honest(f, a, &answer);
    arena_free(a);
}

static void leaves_have_a_basis_on_request(void **state)
{
    static const char schema[] =
        "{\"type\":\"object\",\"properties\":{\"planet\":{\"type\":\"object\",\"properties\":{\"moons\":{\"type\":"
        "\"array\","
        "\"items\":{\"type\":\"string\"}},\"origin\":{\"type\":\"object\",\"properties\":{\"blorf\":{\"type\":"
        "\"integer\"}},"
        "\"required\":[\"blorf\"]}},\"required\":[\"moons\",\"origin\"]}},\"required\":[\"planet\"]}";
    struct fixture *f = *state;
    struct arena *a = arena_new();
    struct slice text;
    f->world.basis_depth = BASIS_LEAF;
    struct answer answer = ask(f, a, "What are the moons of Zeuspiter?", schema, 0, &text);
    f->world.basis_depth = BASIS_FIELD;
    const struct value *planet = value_member(parse_exactly(a, text), SLICE("planet"));
    const struct value *moons = value_member(planet, SLICE("moons"));
    assert_true(moons->array.n >= 2);
    assert_int_equal(answer.basis_count, 1 + moons->array.n + 1); /* planet, its moons, its origin's blorf */
    assert_non_null(basis_of(&answer, SLICE("planet")));
    for (size_t i = 0; i < moons->array.n; i++) {
        const struct basis *b = basis_of(&answer, arena_printf(a, "planet.moons.%zu", i));
        assert_non_null(b);
        assert_int_equal(b->citation_count, 1);
        assert_int_equal(b->citations[0].excerpt_count, 1);
        assert_true(slice_find(b->citations[0].excerpts[0], moons->array.at[i].string) < b->citations[0].excerpts[0].n);
    }
    const struct basis *nothing = basis_of(&answer, SLICE("planet.origin.blorf"));
    assert_non_null(nothing);
    assert_int_equal(nothing->citation_count, 0);
    assert_int_equal(nothing->confidence, CONFIDENCE_NONE);
    check_honest(f, a, &answer);
    arena_free(a);
}

/* A schema with a constant of many values asks for an entry for each: there is a ceiling, and it is told. */
static void there_are_only_so_many_leaves(void **state)
{
    struct fixture *f = *state;
    struct arena *a = arena_new();
    struct slice text;
    struct buf schema;
    buf_init(&schema, 64 * 1024);
    buf_add(&schema, SLICE("{\"type\":\"object\",\"properties\":{\"all\":{\"const\":[0"));
    for (int i = 0; i < 2 * LEAVES_MAX; i++)
        buf_add(&schema, SLICE(",1"));
    buf_add(&schema, SLICE("]}},\"required\":[\"all\"]}"));
    f->world.basis_depth = BASIS_LEAF;
    struct answer answer = ask(f, a, "What are the moons of Zeuspiter?", arena_dup(a, buf_slice(&schema)).p, 0, &text);
    f->world.basis_depth = BASIS_FIELD;
    buf_release(&schema);
    assert_int_equal(answer.basis_count, 1 + LEAVES_MAX);
    assert_true(answer.warning_count > 0);
    assert_true(slice_starts(answer.warnings[answer.warning_count - 1], SLICE("The basis has entries for the first")));
    arena_free(a);
}

static void fields_that_the_basis_gives_are_named(void **state)
{
    struct arena *a = arena_new();
    struct slice text;
    struct answer answer = ask(
        *state, a, "What is the capital of Lutavia?",
        "{\"type\":\"object\",\"properties\":{\"capital\":{\"type\":\"string\"},\"reasoning\":{\"type\":\"string\"},"
        "\"source\":{\"type\":\"string\"},\"confidence\":{\"type\":\"number\"}}}",
        0, &text);
    assert_int_equal(answer.warning_count, 1);
    assert_non_null(strstr(answer.warnings[0].p, "'reasoning', 'source', 'confidence':"));
    answer = ask(*state, a, "What is the capital of Lutavia?", "{}", 0, &text);
    assert_int_equal(answer.warning_count, 0); /* nobody asked for the citations that are given */
    arena_free(a);
}

static void what_no_value_fits_is_refused_before_a_byte_is_sent(void **state)
{
    struct fixture *f = *state;
    struct arena *a = arena_new();
    struct err e;
    const struct value *parsed;
    const struct shape *shape;
    struct answer answer;
    struct slice text;
    assert_true(value_parse(a,
                            SLICE("{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":5,"
                                  "\"maximum\":4}},\"required\":[\"n\"]}"),
                            &parsed, NULL, &e));
    assert_true(shape_parse(a, parsed, "", 0, &shape, &e));
    assert_false(world_ask(&f->world, a, SLICE("What is n?"), shape, 0, &answer, &text, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
    assert_int_equal(text.n, 0);
    arena_free(a);
}

/* Random schemas: each draws from names that mean something to the filler and from limits that make it hard. */
struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *d, unsigned sides)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(d->state >> 33) % sides;
}

static void random_schema(struct dice *d, struct buf *out, unsigned depth);

static void random_string(struct dice *d, struct buf *out)
{
    static const char *const limits[] = {"",
                                         ",\"maxLength\":12",
                                         ",\"minLength\":3",
                                         ",\"format\":\"date\"",
                                         ",\"format\":\"uri\"",
                                         ",\"format\":\"date-time\"",
                                         ",\"pattern\":\"^[a-z]+$\"",
                                         ",\"maxLength\":0",
                                         ",\"format\":\"email\"",
                                         ",\"minLength\":200",
                                         ",\"description\":\"the capital, in km\""};
    buf_printf(out, "{\"type\":%s%s}", roll(d, 4) ? "\"string\"" : "[\"string\",\"null\"]", limits[roll(d, 11)]);
}

static void random_number(struct dice *d, struct buf *out)
{
    static const char *const limits[] = {"",
                                         ",\"minimum\":5",
                                         ",\"maximum\":3",
                                         ",\"multipleOf\":7",
                                         ",\"exclusiveMinimum\":0",
                                         ",\"minimum\":0,\"maximum\":1"};
    buf_printf(out, "{\"type\":\"%s\"%s}", roll(d, 2) ? "integer" : "number", limits[roll(d, 6)]);
}

static void random_array(struct dice *d, struct buf *out, unsigned depth)
{
    static const char *const limits[] = {"",
                                         ",\"minItems\":2",
                                         ",\"maxItems\":1",
                                         ",\"uniqueItems\":true",
                                         ",\"minItems\":1,\"maxItems\":3",
                                         ",\"maxItems\":0"};
    buf_printf(out, "{\"type\":\"array\"%s,\"items\":", limits[roll(d, 6)]);
    random_schema(d, out, depth + 1);
    buf_add_char(out, '}');
}

static void random_object(struct dice *d, struct buf *out, unsigned depth)
{
    static const char *const names[] = {"answer",      "capital",   "population_millions",
                                        "citations",   "reasoning", "confidence",
                                        "height_m",    "url",       "title",
                                        "quote",       "moons",     "is_gas_giant",
                                        "founded",     "name",      "value",
                                        "zorgle",      "date",      "year",
                                        "description", "sources",   "ceo",
                                        "a.b"};
    unsigned n = roll(d, 5), first = roll(d, 22);
    buf_printf(out, "{\"type\":\"object\"%s,\"properties\":{", roll(d, 2) ? ",\"additionalProperties\":false" : "");
    for (unsigned i = 0; i < n; i++) {
        buf_printf(out, "%s\"%s\":", i ? "," : "", names[(first + i * 5) % 22]);
        random_schema(d, out, depth + 1);
    }
    buf_printf(out, "},\"required\":[");
    unsigned required = roll(d, n + 1);
    for (unsigned i = 0; i < required; i++)
        buf_printf(out, "%s\"%s\"", i ? "," : "", names[(first + i * 5) % 22]);
    buf_printf(out, "]}");
}

static void random_schema(struct dice *d, struct buf *out, unsigned depth)
{
    unsigned kind = roll(d, depth > 3 ? 6 : 12);
    if (depth == 0 && roll(d, 4))
        kind = 11;
    if (kind < 2) {
        random_string(d, out);
    } else if (kind == 2) {
        random_number(d, out);
    } else if (kind == 3) {
        buf_printf(out, "{\"type\":\"boolean\"}");
    } else if (kind == 4) {
        buf_printf(out, "{\"enum\":[%s]}", roll(d, 2) ? "\"gas giant\",\"unknown\"" : "3,\"low\",null,\"high\"");
    } else if (kind == 5) {
        buf_printf(out, "%s", roll(d, 2) ? "{}" : roll(d, 2) ? "{\"const\":7}" : "{\"$ref\":\"#/$defs/self\"}");
    } else if (kind == 6) {
        buf_printf(out, "{\"anyOf\":[");
        random_schema(d, out, depth + 1);
        buf_add_char(out, ',');
        random_schema(d, out, depth + 1);
        buf_printf(out, "]}");
    } else if (kind < 9) {
        random_array(d, out, depth);
    } else {
        random_object(d, out, depth);
    }
}

static const char *const questions[] = {
    "What is the capital of Lutavia?",
    "Tell me about the Iron Spire",
    "moons of Zeuspiter",
    "Who founded Macroworks?",
    "xyzzy",
    "Wie viele Einwohner hat Berlo?",
    "Is rust found on gold?",
    "?",
};

static void every_answer_fits_its_schema(void **state)
{
    struct fixture *f = *state;
    enum { TRIES = 1500 };
    size_t answered = 0, refused = 0;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct dice d = {seed * 7919};
        struct arena *a = arena_new();
        struct buf schema, inner;
        struct err e;
        const struct value *parsed;
        const struct shape *shape;
        struct answer answer;
        struct slice text;
        buf_init(&schema, 1024 * 1024);
        buf_init(&inner, 1024 * 1024);
        random_schema(&d, &inner, 0);
        buf_printf(
            &schema,
            "{\"$defs\":{\"self\":{\"type\":[\"object\",\"null\"],\"properties\":{\"name\":{\"type\":\"string\"},"
            "\"next\":{\"$ref\":\"#/$defs/self\"}}}},%s",
            inner.p + 1);
        assert_true(value_parse(a, buf_slice(&schema), &parsed, NULL, &e) || inner.n == 2);
        if (inner.n > 2 && shape_parse(a, parsed, "", 0, &shape, &e)) {
            if (world_ask(&f->world, a, slice_of(questions[seed % 8]), shape, 0, &answer, &text, &e)) {
                const struct value *got = parse_exactly(a, text);
                if (!shape_check(shape, got, true, &e))
                    fail_msg("%s: %s\n%.*s\n%.*s", e.param, e.message, SLICE_ARGS(buf_slice(&schema)),
                             SLICE_ARGS(text));
                check_honest(f, a, &answer);
                answered++;
            } else {
                struct value least;
                assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
                assert_false(shape_safest(a, shape, &least));
                refused++;
            }
        }
        buf_release(&schema);
        buf_release(&inner);
        arena_free(a);
    }
    assert_true(answered > TRIES / 2);
    assert_true(refused < TRIES / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_read_off_the_evidence),
        cmocka_unit_test(json_object_has_an_answer_and_its_citations),
        cmocka_unit_test(max_tokens_never_cuts_the_document),
        cmocka_unit_test(claims_follow_the_schema_in_order_with_annotations),
        cmocka_unit_test(an_object_of_a_union_has_a_basis_by_member),
        cmocka_unit_test(the_basis_follows_the_value),
        cmocka_unit_test(elements_have_a_basis_on_request),
        cmocka_unit_test(leaves_have_a_basis_on_request),
        cmocka_unit_test(there_are_only_so_many_leaves),
        cmocka_unit_test(fields_that_the_basis_gives_are_named),
        cmocka_unit_test(what_no_value_fits_is_refused_before_a_byte_is_sent),
        cmocka_unit_test(every_answer_fits_its_schema),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
