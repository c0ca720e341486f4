/* Feeds what a client might send to each door that answers questions: the bytes as a request of Chat, of Responses and
 * of MCP. What is taken has a model and turns of valid UTF-8; what is refused says why; whatever is printed back is one
 * line of JSON.
 *
 *   scripts/fuzz requests [SECONDS] */
#include "api/mcp_message.h"
#include "api/mcp_tools.h"
#include "api/resp_request.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

enum { LIMIT = 5000, OUT_BYTES = 1 << 20 };

static const struct chat_limits limits = {LIMIT, 5};
static const struct chat_headers headers = {{"", 0}, {"", 0}};

static void check_refusal(const struct err *e)
{
    if (e->code == ERR_OK || !e->message[0] || utf8_check(slice_of(e->message)) < strlen(e->message))
        __builtin_trap();
}

static void check_question(const struct question *q)
{
    if (!q->tier || q->policy.include_count + q->policy.exclude_count > 400)
        __builtin_trap();
    for (size_t i = 0; i < q->turn_count; i++)
        if (utf8_check(q->turns[i].text) < q->turns[i].text.n)
            __builtin_trap();
}

static void check_line(struct slice json)
{
    struct arena *a = arena_new();
    const struct value *v;
    struct err e;
    if (memchr(json.p, '\n', json.n) || !value_parse(a, json, &v, NULL, &e))
        __builtin_trap();
    arena_free(a);
}

static void as_responses(struct slice body)
{
    struct arena *a = arena_new();
    struct resp_request r;
    struct err e;
    if (resp_request_parse(a, body, &headers, &limits, 1795392000, &r, &e)) {
        check_question(&r.chat.question);
        check_line(r.items);
        struct chat_request kept = resp_request_kept(a, &r);
        if (r.asked && kept.question.turn_count == 0)
            __builtin_trap();
        resp_request_add_calls(a, body, &r);
        if (!resp_request_go_on(a, &r, &e))
            check_refusal(&e);
    } else {
        check_refusal(&e);
    }
    arena_free(a);
}

static void as_chat(struct slice body)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    if (chat_request_parse(a, body, &headers, &limits, 1795392000, &r, &e))
        check_question(&r.question);
    else
        check_refusal(&e);
    arena_free(a);
}

static void as_tool(const struct mcp_message *m)
{
    static bool (*const readers[])(const struct fields *, struct buf *, struct err *) = {
        mcp_read_search, mcp_read_fetch, mcp_read_web_search, mcp_read_web_fetch};
    const struct value *given = value_member(m->params.object, SLICE("arguments"));
    struct chat_request r;
    struct err e;
    if (!given || given->kind != VALUE_OBJECT)
        return;
    const struct fields args = {m->arena, given, ""};
    if (mcp_read_research(&args, &limits, &r, &e))
        check_question(&r.question);
    else
        check_refusal(&e);
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        struct buf out;
        buf_init(&out, OUT_BYTES);
        if (readers[i](&args, &out, &e))
            check_line(buf_slice(&out));
        else
            check_refusal(&e);
        buf_release(&out);
    }
}

static void as_mcp(struct slice body, bool modern)
{
    struct arena *a = arena_new();
    struct mcp_message m;
    struct mcp_error e;
    struct slice read;
    struct buf out;
    buf_init(&out, OUT_BYTES);
    if (!mcp_message_parse(a, body, modern, &m, &e)) {
        if (!e.message.n || e.status < 400)
            __builtin_trap();
        mcp_print_error(m.id, &e, &out);
        check_line(buf_slice(&out));
    } else if (m.id) {
        as_tool(&m);
        if (mcp_answer_plain(&m, &out))
            check_line(buf_slice(&out));
        buf_reset(&out);
        if (m.progress) {
            mcp_print_progress(&m, 1, m.method, &out);
            check_line(buf_slice(&out));
        }
    }
    if (mcp_header_value(a, body, &read) && read.p != body.p && utf8_check(read) < read.n)
        __builtin_trap();
    buf_release(&out);
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct arena *a = arena_new();
    struct slice body = arena_dup(a, (struct slice){(const char *)text, n}); /* NUL behind it, as the server has it */
    as_chat(body);
    as_responses(body);
    as_mcp(body, false);
    as_mcp(body, true);
    arena_free(a);
    return 0;
}
