/* Messages of MCP: the eras, what is refused, and how headers are compared. */
#include "unit.h"

#include "api/mcp_message.h"

#define META(version)                                                                                                  \
    "\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" version "\","                              \
    "\"io.modelcontextprotocol/clientCapabilities\":{},\"progressToken\":\"t\"}}"

static struct mcp_message message;
static struct mcp_error error;

static bool parse(struct arena *a, const char *text, bool modern)
{
    return mcp_message_parse(a, slice_of(text), modern, &message, &error);
}

static void the_eras_are_told_apart(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    assert_true(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", false));
    assert_false(message.modern);
    assert_null(message.progress);
    assert_true(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/list\"," META("2026-07-28") "}", false));
    assert_true(message.modern);
    assert_slice(message.version, "2026-07-28");
    assert_slice(message.progress->string, "t");
    assert_true(parse(a, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", true));
    assert_null(message.id);
    assert_false(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", true));
    assert_int_equal(error.code, MCP_PARAMS);
    assert_int_equal(error.status, 400);
    assert_false(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}", false));
    assert_int_equal(error.code, MCP_PARAMS);
    arena_free(a);
}

static void what_is_no_message(void **state)
{
    static const struct {
        const char *text;
        enum mcp_code code;
    } cases[] = {{"", MCP_PARSE},
                 {"{", MCP_PARSE},
                 {"[]", MCP_INVALID},
                 {"7", MCP_INVALID},
                 {"{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"m\"}", MCP_INVALID},
                 {"{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}", MCP_INVALID},
                 {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}", MCP_INVALID},
                 {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":\"x\"}", MCP_PARAMS}};
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_false(parse(a, cases[i].text, false));
        assert_int_equal(error.code, cases[i].code);
        assert_true(error.message.n > 0);
    }
    arena_free(a);
}

static void replies_have_the_id_and_one_line(void **state)
{
    struct arena *a = arena_new();
    struct buf out;
    (void)state;
    buf_init(&out, 100000);
    assert_true(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":\"a\\nb\",\"method\":\"tools/list\"}", false));
    assert_true(mcp_answer_plain(&message, &out));
    assert_true(slice_starts(buf_slice(&out), SLICE("{\"jsonrpc\":\"2.0\",\"id\":\"a\\nb\",\"result\":{\"tools\":[")));
    assert_true(slice_find(buf_slice(&out), SLICE("\n")) == out.n);
    buf_reset(&out);
    assert_true(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}", false));
    assert_true(mcp_answer_plain(&message, &out));
    assert_slice(buf_slice(&out), "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}");
    buf_reset(&out);
    (void)mcp_fail(a, &error, MCP_NO_METHOD, 404, "no \"%s\"", "x");
    mcp_print_error(message.id, &error, &out);
    assert_slice(buf_slice(&out),
                 "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32601,\"message\":\"no \\\"x\\\"\"}}");
    assert_true(parse(a, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"," META("2026-07-28") "}", false));
    assert_false(mcp_answer_plain(&message, &out)); /* gone from the modern era */
    buf_release(&out);
    arena_free(a);
}

static void headers_are_decoded(void **state)
{
    static const struct {
        const char *value, *read; /* NULL: broken */
    } cases[] = {{"search", "search"},
                 {"=?base64?c2VhcmNo?=", "search"},
                 {"=?base64?SGVsbG8sIOS4lueVjA==?=", "Hello, \xe4\xb8\x96\xe7\x95\x8c"},
                 {"=?base64?"
                  "?=",
                  ""},
                 {"=?base64?c2Vh", "=?base64?c2Vh"},
                 {"=?BASE64?c2VhcmNo?=", "=?BASE64?c2VhcmNo?="},
                 {"=?base64?c2VhcmN?=", NULL},
                 {"=?base64?c2Vh cmNo?=", NULL},
                 {"=?base64?===="
                  "?=",
                  NULL},
                 {"=?base64?_w==?=", NULL},
                 {"=?base64?/w==?=", NULL}}; /* not UTF-8 */
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice read;
        assert_int_equal(mcp_header_value(a, slice_of(cases[i].value), &read), cases[i].read != NULL);
        if (cases[i].read)
            assert_slice(read, cases[i].read);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_eras_are_told_apart),
        cmocka_unit_test(what_is_no_message),
        cmocka_unit_test(replies_have_the_id_and_one_line),
        cmocka_unit_test(headers_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
