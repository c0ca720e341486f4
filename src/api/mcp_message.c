#include "api/mcp_message.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json_nodes.h"
#include "base/utf8.h"
#include "prompts/texts.h"

/* JSON values of a message. A schema of hundreds of fields has a few thousand. */
enum { MCP_NODES_MAX = 20000, MCP_TOOLS_BYTES = 64 * 1024, TTL_MS = 60 * 60 * 1000 };

static const char *const legacy_versions[] = {MCP_NEWEST_LEGACY, "2025-06-18", "2025-03-26", "2024-11-05"};

/* For the models of the clients. */
#define INSTRUCTIONS                                                                                                   \
    "research answers a question with a checked basis; search and web_search find pages; fetch and web_fetch read "    \
    "them."

bool mcp_is_legacy(struct slice version)
{
    for (size_t i = 0; i < COUNT_OF(legacy_versions); i++)
        if (slice_is(version, legacy_versions[i]))
            return true;
    return false;
}

bool mcp_fail(struct arena *a, struct mcp_error *e, enum mcp_code code, int status, const char *fmt, ...)
{
    struct err text;
    char sentence[sizeof text.message];
    va_list args;
    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    err_set(&text, ERR_BAD_REQUEST, "%s", sentence); /* cuts no character */
    *e = (struct mcp_error){.code = code, .status = status, .message = arena_dup(a, slice_of(text.message))};
    return false;
}

static bool read_id(const struct value *root, struct mcp_message *out, struct mcp_error *e)
{
    const struct value *id = value_member(root, SLICE("id"));
    if (id && id->kind != VALUE_STRING && id->kind != VALUE_INT)
        return mcp_fail(out->arena, e, MCP_INVALID, 400, "'id' must be a string or a whole number.");
    out->id = id;
    return true;
}

/* The members of _meta that the modern era wants in each request. */
static bool read_meta(struct mcp_message *m, bool asked_modern, struct mcp_error *e)
{
    const struct value *meta = value_member(m->params.object, SLICE("_meta"));
    const struct value *version = value_member(meta, SLICE("io.modelcontextprotocol/protocolVersion"));
    const struct value *can = value_member(meta, SLICE("io.modelcontextprotocol/clientCapabilities"));
    const struct value *token = value_member(meta, SLICE("progressToken"));
    if (meta && meta->kind != VALUE_OBJECT)
        return mcp_fail(m->arena, e, MCP_PARAMS, 400, "'params._meta' must be an object.");
    if (token && (token->kind == VALUE_STRING || token->kind == VALUE_INT))
        m->progress = token;
    m->modern = asked_modern || version || slice_is(m->method, "server/discover");
    if (version && version->kind == VALUE_STRING)
        m->version = version->string;
    if (!m->modern || !m->id)
        return true;
    if (!version || version->kind != VALUE_STRING)
        return mcp_fail(m->arena, e, MCP_PARAMS, 400,
                        "'params._meta' must have io.modelcontextprotocol/protocolVersion, a string.");
    if (!can || can->kind != VALUE_OBJECT)
        return mcp_fail(m->arena, e, MCP_PARAMS, 400,
                        "'params._meta' must have io.modelcontextprotocol/clientCapabilities, an object.");
    return true;
}

static bool read_members(const struct value *root, bool asked_modern, struct mcp_message *out, struct mcp_error *e)
{
    static const struct value none = {.kind = VALUE_OBJECT};
    const struct value *rpc = value_member(root, SLICE("jsonrpc")), *method = value_member(root, SLICE("method"));
    const struct value *params = value_member(root, SLICE("params"));
    out->params = (struct fields){out->arena, &none, ""};
    if (!read_id(root, out, e))
        return false;
    if (!rpc || rpc->kind != VALUE_STRING || !slice_is(rpc->string, "2.0"))
        return mcp_fail(out->arena, e, MCP_INVALID, 400, "'jsonrpc' must be \"2.0\".");
    if (!method && (value_member(root, SLICE("result")) || value_member(root, SLICE("error")))) {
        out->id = NULL;
        return true;
    }
    if (!method || method->kind != VALUE_STRING)
        return mcp_fail(out->arena, e, MCP_INVALID, 400, "'method' must be a string.");
    out->method = method->string;
    if (params && params->kind != VALUE_OBJECT && params->kind != VALUE_NULL)
        return mcp_fail(out->arena, e, MCP_PARAMS, 400, "'params' must be an object.");
    if (params && params->kind == VALUE_OBJECT)
        out->params.object = params;
    return read_meta(out, asked_modern, e);
}

bool mcp_message_parse(struct arena *a, struct slice text, bool asked_modern, struct mcp_message *out,
                       struct mcp_error *e)
{
    const struct value *root;
    struct err why;
    *out = (struct mcp_message){.arena = a};
    if (!json_nodes_fit(text, MCP_NODES_MAX, &why) || !value_parse(a, text, &root, NULL, &why))
        return mcp_fail(a, e, MCP_PARSE, 400, "%s", why.message);
    if (root->kind == VALUE_ARRAY)
        return mcp_fail(a, e, MCP_INVALID, 400, "Batches are not supported; send one message at a time.");
    if (root->kind != VALUE_OBJECT)
        return mcp_fail(a, e, MCP_INVALID, 400, "The message must be a JSON object.");
    return read_members(root, asked_modern, out, e);
}

void mcp_print_error(const struct value *id, const struct mcp_error *e, struct buf *out)
{
    buf_add(out, SLICE("{\"jsonrpc\":\"2.0\","));
    if (id) {
        buf_add(out, SLICE("\"id\":"));
        (void)value_print(id, out);
        buf_add_char(out, ',');
    }
    buf_printf(out, "\"error\":{\"code\":%d,\"message\":", e->code);
    (void)value_print_string(e->message, out);
    if (e->data.n) {
        buf_add(out, SLICE(",\"data\":"));
        buf_add(out, e->data);
    }
    buf_add(out, SLICE("}}"));
}

void mcp_print_result(const struct mcp_message *m, struct slice members, struct buf *out)
{
    buf_add(out, SLICE("{\"jsonrpc\":\"2.0\",\"id\":"));
    (void)value_print(m->id, out);
    buf_add(out, SLICE(",\"result\":{"));
    if (m->modern)
        buf_add(out, SLICE("\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
                           "{\"name\":\"footnote\",\"version\":\"" FOOTNOTE_VERSION "\"}}"));
    if (m->modern && members.n)
        buf_add_char(out, ',');
    buf_add(out, members);
    buf_add(out, SLICE("}}"));
}

void mcp_print_progress(const struct mcp_message *m, unsigned progress, struct slice message, struct buf *out)
{
    buf_add(out, SLICE("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"));
    (void)value_print(m->progress, out);
    buf_printf(out, ",\"progress\":%u,\"message\":", progress);
    (void)value_print_string(message, out);
    buf_add(out, SLICE("}}"));
}

/* How long a client may keep a list; the same for every client. */
static void print_ttl(const struct mcp_message *m, struct buf *out)
{
    if (m->modern)
        buf_printf(out, ",\"ttlMs\":%d,\"cacheScope\":\"public\"", TTL_MS);
}

static void print_discover(const struct mcp_message *m, struct buf *out)
{
    buf_add(out, SLICE("\"supportedVersions\":[\"" MCP_MODERN "\"],\"capabilities\":{\"tools\":{}},"
                       "\"instructions\":\"" INSTRUCTIONS "\""));
    print_ttl(m, out);
}

static void print_initialize(const struct mcp_message *m, struct buf *out)
{
    const struct value *asked = value_member(m->params.object, SLICE("protocolVersion"));
    bool known = asked && asked->kind == VALUE_STRING && mcp_is_legacy(asked->string);
    buf_add(out, SLICE("\"protocolVersion\":"));
    (void)value_print_string(known ? asked->string : SLICE(MCP_NEWEST_LEGACY), out);
    buf_add(out, SLICE(",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"footnote\",\"title\":\"footnote\","
                       "\"version\":\"" FOOTNOTE_VERSION "\"},\"instructions\":\"" INSTRUCTIONS "\""));
}

/* On one line, which the file is not. */
static void print_tools(const struct mcp_message *m, struct buf *out)
{
    const struct value *tools;
    struct err ignored;
    buf_add(out, SLICE("\"tools\":"));
    if (!value_parse(m->arena, SLICE(PROMPT_FILE_mcp_tools_json), &tools, NULL, &ignored) || !value_print(tools, out))
        out->over = true;
    print_ttl(m, out);
}

bool mcp_answer_plain(const struct mcp_message *m, struct buf *out)
{
    static const struct {
        const char *method;
        bool modern, legacy;
        void (*print)(const struct mcp_message *m, struct buf *out);
    } methods[] = {{"server/discover", true, false, print_discover},
                   {"initialize", false, true, print_initialize},
                   {"ping", false, true, NULL},
                   {"tools/list", true, true, print_tools}};
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        if (!slice_is(m->method, methods[i].method) || !(m->modern ? methods[i].modern : methods[i].legacy))
            continue;
        struct buf members;
        buf_init(&members, MCP_TOOLS_BYTES);
        if (methods[i].print)
            methods[i].print(m, &members);
        mcp_print_result(m, buf_slice(&members), out);
        out->over |= members.over;
        buf_release(&members);
        return true;
    }
    return false;
}

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool mcp_header_value(struct arena *a, struct slice value, struct slice *out)
{
    struct slice begin = SLICE("=?base64?"), end = SLICE("?=");
    *out = value;
    if (value.n < begin.n + end.n || !slice_starts(value, begin) || !slice_ends(value, end))
        return true;
    struct slice text = slice_sub(value, begin.n, value.n - begin.n - end.n);
    char *bytes = arena_alloc(a, text.n + 1);
    size_t n = 0, bits = 0;
    uint32_t held = 0;
    if (text.n % 4)
        return false;
    for (size_t pad = 0; pad < 2 && text.n && text.p[text.n - 1] == '='; pad++)
        text.n--;
    for (size_t i = 0; i < text.n; i++) {
        int digit = base64_digit(text.p[i]);
        if (digit < 0)
            return false;
        held = held << 6 | (uint32_t)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[n++] = (char)(held >> bits & 0xff);
        }
    }
    *out = (struct slice){bytes, n};
    return utf8_check(*out) == n;
}
