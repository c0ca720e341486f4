/* Feeds what clients write: the bytes as the body of a request; and, cut in two, as the system's and the user's turn of
 * one that wants JSON, where schemas, examples, keys and field markers are read from. What is read is whole, and a
 * document with markers has them.
 *
 *   scripts/fuzz prompt [SECONDS] */
#include "api/chat_marks.h"
#include "api/chat_request.h"
#include "base/utf8.h"
#include "shape/value.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static const struct chat_limits limits = {25000, 5};
static const struct chat_headers headers;

static void parse(struct slice body)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    for (int form = 0; form < 2; form++)
        if (form ? chat_request_parse_text(a, body, &headers, &limits, 0, &r, &e)
                 : chat_request_parse(a, body, &headers, &limits, 0, &r, &e)) {
            if (r.question.turn_count == 0 || (r.question.output == OUTPUT_JSON_SCHEMA) != (r.question.shape != NULL))
                __builtin_trap();
            for (size_t i = 0; i < r.question.turn_count; i++)
                if (utf8_check(r.question.turns[i].text) < r.question.turns[i].text.n)
                    __builtin_trap();
        }
    arena_free(a);
}

static void print_turn(const char *role, struct slice text, struct buf *out)
{
    buf_printf(out, "{\"role\":\"%s\",\"content\":", role);
    (void)value_print_string(text, out);
    buf_add(out, SLICE("}"));
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice all = {(const char *)text, n};
    struct arena *a = arena_new();
    struct buf body;
    parse(arena_dup(a, all));
    if (utf8_check(all) == n && !memchr(text, 0, n)) {
        size_t half = slice_find(all, SLICE("\n---\n"));
        buf_init(&body, 1 << 20);
        buf_add(&body, SLICE("{\"model\":\"speed\",\"response_format\":{\"type\":\"json_object\"},\"messages\":["));
        print_turn("system", slice_sub(all, 0, half), &body);
        buf_add(&body, SLICE(","));
        print_turn("user", half < n ? slice_sub(all, half, n - half) : all, &body);
        buf_add(&body, SLICE("]}"));
        parse(buf_slice(&body));
        buf_release(&body);
        struct slice marked = chat_marks_print(a, all);
        if (!slice_eq(marked, all) && !slice_ends(marked, SLICE("[[ ## completed ## ]]")))
            __builtin_trap();
    }
    arena_free(a);
    return 0;
}
