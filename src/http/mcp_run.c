#include "http/mcp_run.h"

#include "api/key_scope.h"
#include "api/mcp_tools.h"
#include "base/log.h"
#include "base/trail.h"
#include "http/api_research.h"
#include "http/find_run.h"

struct mcp_call {
    const struct mcp_caller *caller;
    const struct mcp_message *message;
    struct fields args;
    unsigned progress; /* how often it was told of */
};

static bool call_text(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static void call_headway(void *ud, const struct headway *h)
{
    struct mcp_call *call = ud;
    const struct mcp_message *m = call->message;
    struct buf out;
    if (!m->progress || !call->caller->notify)
        return;
    struct slice text = h->step == HEADWAY_SEARCH ? arena_printf(m->arena, "Round %u: searching for \"%.*s\"", h->round,
                                                                 SLICE_ARGS(h->queries[0]))
                                                  : arena_printf(m->arena, "Writing from %zu pages", h->url_count);
    buf_init(&out, MCP_MAX_BYTES);
    mcp_print_progress(m, ++call->progress, text, &out);
    call->caller->notify(call->caller->ud, buf_slice(&out));
    buf_release(&out);
}

static bool call_research(struct mcp_call *call, struct buf *out, struct err *e)
{
    const struct mcp_caller *c = call->caller;
    struct arena *a = call->message->arena;
    const struct sink sink = {.text = call_text, .headway = call_headway, .ud = call};
    struct chat_request r;
    struct answer answer;
    if (!mcp_read_research(&call->args, &c->world->limits, &r, e) || !key_scope_apply(a, c->models, c->domains, &r, e))
        return false;
    r.question.asked_ms = c->asked_ms;
    c->work->model = r.question.tier->name;
    const struct api_ask ask = {&r.question, &sink, c->cancelled, false};
    if (!api_research(c->world, &ask, a, &answer, c->work, e))
        return false;
    mcp_print_research(a, &r, &answer, out);
    return true;
}

static struct find_caller call_finder(const struct mcp_caller *c)
{
    return (struct find_caller){.world = &c->world->world,
                                .max_chars = c->world->limits.max_input_chars,
                                .domains = c->domains,
                                .cancelled = c->cancelled,
                                .asked_ms = c->asked_ms};
}

static bool call_find(struct mcp_call *call, bool (*read)(const struct fields *, struct buf *, struct err *),
                      bool search, struct find_reply *reply, struct err *e)
{
    const struct find_caller finder = call_finder(call->caller);
    struct arena *a = call->message->arena;
    struct spent spent = {0};
    struct buf body;
    buf_init(&body, MCP_MAX_BYTES);
    bool ok = read(&call->args, &body, e);
    struct slice text = arena_dup(a, buf_slice(&body));
    buf_release(&body);
    ok = ok && (search ? find_run_search(&finder, text, FIND_FORM_V1, a, reply, &spent, e)
                       : find_run_extract(&finder, text, FIND_FORM_V1, a, reply, e));
    call->caller->work->searches = spent.searches;
    call->caller->work->pages = spent.pages;
    return ok;
}

static bool call_search(struct mcp_call *call, struct buf *out, struct err *e)
{
    struct find_reply reply;
    if (!call_find(call, mcp_read_search, true, &reply, e))
        return false;
    mcp_print_search(&reply, out);
    return true;
}

static bool call_fetch(struct mcp_call *call, struct buf *out, struct err *e)
{
    struct find_reply reply;
    return call_find(call, mcp_read_fetch, false, &reply, e) && mcp_print_fetch(&reply, out, e);
}

static bool call_web_search(struct mcp_call *call, struct buf *out, struct err *e)
{
    struct find_reply reply;
    if (!call_find(call, mcp_read_web_search, true, &reply, e))
        return false;
    find_reply_search(&reply, out);
    return true;
}

static bool call_web_fetch(struct mcp_call *call, struct buf *out, struct err *e)
{
    struct find_reply reply;
    if (!call_find(call, mcp_read_web_fetch, false, &reply, e))
        return false;
    find_reply_extract(&reply, out);
    return true;
}

static const struct mcp_tool {
    const char *name;
    bool (*run)(struct mcp_call *call, struct buf *out, struct err *e);
} mcp_tools[] = {{"research", call_research},
                 {"search", call_search},
                 {"fetch", call_fetch},
                 {"web_search", call_web_search},
                 {"web_fetch", call_web_fetch}};

/* The object, and the same as a text for clients that know no objects. */
static void print_tool_result(const struct mcp_message *m, struct slice object, struct buf *out)
{
    struct buf members;
    buf_init(&members, MCP_MAX_BYTES);
    buf_add(&members, SLICE("\"content\":[{\"type\":\"text\",\"text\":"));
    (void)value_print_string(object, &members);
    buf_add(&members, SLICE("}],\"structuredContent\":"));
    buf_add(&members, object);
    buf_add(&members, SLICE(",\"isError\":false"));
    mcp_print_result(m, buf_slice(&members), out);
    out->over |= members.over;
    buf_release(&members);
}

/* A failure of the tool's own is a result, so that the model can read it and do better. */
static void print_tool_failure(const struct mcp_message *m, const struct err *e, struct buf *out)
{
    struct err outer = *e;
    struct buf members;
    if (err_status(e->code) == 500) { /* without the names of files */
        log_event(LOG_ERROR, "failed", "id=%s code=%s cause=%s", trail_request_id(), err_wire_code(e->code),
                  log_quoted(slice_of(e->message)).text);
        err_set(&outer, e->code, NULL);
    }
    struct slice text = slice_of(outer.message), param = slice_of(outer.param);
    if (param.n && slice_find(text, param) == text.n)
        text = arena_printf(m->arena, "%s: %s", outer.param, outer.message);
    buf_init(&members, MCP_MAX_BYTES);
    buf_add(&members, SLICE("\"content\":[{\"type\":\"text\",\"text\":"));
    (void)value_print_string(text, &members);
    buf_add(&members, SLICE("}],\"isError\":true"));
    mcp_print_result(m, buf_slice(&members), out);
    buf_release(&members);
}

static int mcp_refuse(const struct mcp_message *m, const struct mcp_error *e, struct buf *out)
{
    mcp_print_error(m->id, e, out);
    return e->status;
}

static bool find_tool(const struct mcp_message *m, const struct mcp_tool **tool, struct fields *args,
                      struct mcp_error *e)
{
    static const struct value none = {.kind = VALUE_OBJECT};
    const struct value *name = value_member(m->params.object, SLICE("name"));
    const struct value *given = value_member(m->params.object, SLICE("arguments"));
    if (!name || name->kind != VALUE_STRING)
        return mcp_fail(m->arena, e, MCP_PARAMS, 200, "'params.name' must be the name of a tool.");
    if (given && given->kind != VALUE_OBJECT && given->kind != VALUE_NULL)
        return mcp_fail(m->arena, e, MCP_PARAMS, 200, "'params.arguments' must be an object.");
    *args = (struct fields){m->arena, given && given->kind == VALUE_OBJECT ? given : &none, ""};
    for (size_t i = 0; i < COUNT_OF(mcp_tools); i++)
        if (slice_is(name->string, mcp_tools[i].name)) {
            *tool = &mcp_tools[i];
            return true;
        }
    return mcp_fail(m->arena, e, MCP_PARAMS, 200, "Unknown tool: %.*s",
                    (int)(name->string.n < 100 ? name->string.n : 100), name->string.p);
}

static int call_tool(const struct mcp_caller *c, const struct mcp_message *m, struct buf *out)
{
    struct mcp_call call = {.caller = c, .message = m};
    const struct mcp_tool *tool = NULL;
    struct mcp_error refused;
    struct buf object;
    struct err e;
    if (!find_tool(m, &tool, &call.args, &refused))
        return mcp_refuse(m, &refused, out);
    buf_init(&object, MCP_MAX_BYTES);
    bool ok = tool->run(&call, &object, &e);
    if (ok && object.over)
        ok = err_set(&e, ERR_INTERNAL, "The result of a tool has more than %d bytes.", MCP_MAX_BYTES);
    if (ok)
        print_tool_result(m, buf_slice(&object), out);
    else if (e.code != ERR_CANCELLED)
        print_tool_failure(m, &e, out);
    *c->given = ok;
    buf_release(&object);
    return ok || e.code != ERR_CANCELLED ? 200 : 0;
}

bool mcp_is_work(const struct mcp_message *m)
{
    return slice_is(m->method, "tools/call");
}

static int wrong_version(const struct mcp_message *m, struct buf *out)
{
    struct mcp_error e;
    struct buf data;
    (void)mcp_fail(m->arena, &e, MCP_VERSION, 400, "Unsupported protocol version");
    buf_init(&data, MCP_MAX_BYTES);
    buf_add(&data, SLICE("{\"supported\":[\"" MCP_MODERN "\"],\"requested\":"));
    (void)value_print_string(m->version, &data);
    buf_add_char(&data, '}');
    e.data = arena_dup(m->arena, buf_slice(&data));
    buf_release(&data);
    return mcp_refuse(m, &e, out);
}

int mcp_run(const struct mcp_caller *c, const struct mcp_message *m, struct buf *out)
{
    struct mcp_error e;
    if (m->modern && !slice_is(m->version, MCP_MODERN))
        return wrong_version(m, out);
    if (slice_is(m->method, "tools/list") && fields_get(&m->params, "cursor")) {
        (void)mcp_fail(m->arena, &e, MCP_PARAMS, 200, "Invalid cursor: the list has one page.");
        return mcp_refuse(m, &e, out);
    }
    if (mcp_answer_plain(m, out))
        return 200;
    if (mcp_is_work(m))
        return call_tool(c, m, out);
    (void)mcp_fail(m->arena, &e, MCP_NO_METHOD, m->modern ? 404 : 200, "Method not found: %.*s",
                   (int)(m->method.n < 100 ? m->method.n : 100), m->method.p);
    return mcp_refuse(m, &e, out);
}
