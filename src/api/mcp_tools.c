#include "api/mcp_tools.h"

#include "api/answer_json.h"
#include "api/chat_inner.h"
#include "api/json_out.h"
#include "base/harmless.h"

enum {
    QUERIES_MOST = 50,
    URLS_MOST = 20,
    SESSION_BYTES = 100,
    FETCH_CHARS = 100000, /* some 25,000 tokens: clients cut longer results, or refuse them */
};

static bool read_text(const struct fields *args, const char *name, struct slice *out, struct err *e)
{
    *out = (struct slice){NULL, 0};
    if (!fields_string(args, name, out, e))
        return false;
    if (!out->p)
        return err_set_param(e, ERR_MISSING_FIELD, name, "'%s' is required.", name);
    return slice_trim(*out).n || fields_wrong(args, name, "a text that is not empty", e);
}

static bool read_processor(const struct fields *args, struct question *q, struct err *e)
{
    struct slice name = SLICE("lite");
    if (!fields_string(args, "processor", &name, e))
        return false;
    q->tier = tier_find(name);
    return q->tier || fields_wrong(args, "processor", "one of 'speed', 'lite', 'base', 'core'", e);
}

bool mcp_read_research(const struct fields *args, const struct chat_limits *limits, struct chat_request *out,
                       struct err *e)
{
    struct question *q = &out->question;
    struct turn *turn = arena_array(args->arena, struct turn, 1);
    struct chat_schema schema = {fields_get(args, "output_schema"), "output_schema"};
    *out = (struct chat_request){.keep = false};
    *turn = (struct turn){ROLE_USER, SLICE("")};
    q->turns = turn;
    q->turn_count = 1;
    if (!read_text(args, "question", &turn->text, e) || !read_processor(args, q, e) ||
        !chat_read_source_policy(args, &q->policy, e))
        return false;
    return chat_use_form(args->arena, limits, "question", &schema, &schema, out, e);
}

static void print_member(const char *name, struct slice text, struct buf *body)
{
    buf_printf(body, "\"%s\":", name);
    (void)value_print_string(text, body);
}

static void print_list(const char *name, const struct slice *list, size_t n, struct buf *body)
{
    buf_printf(body, ",\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        buf_add(body, i ? SLICE(",") : SLICE(""));
        (void)value_print_string(list[i], body);
    }
    buf_add_char(body, ']');
}

static bool body_fits(const struct buf *body, struct err *e)
{
    return !body->over || err_set(e, ERR_INPUT_TOO_LONG, "The arguments are too long.");
}

bool mcp_read_search(const struct fields *args, struct buf *body, struct err *e)
{
    struct slice query;
    if (!read_text(args, "query", &query, e))
        return false;
    buf_add_char(body, '{');
    print_member("objective", query, body);
    print_list("search_queries", &query, 1, body);
    buf_add_char(body, '}');
    return body_fits(body, e);
}

bool mcp_read_fetch(const struct fields *args, struct buf *body, struct err *e)
{
    struct slice id;
    if (!read_text(args, "id", &id, e))
        return false;
    buf_printf(body, "{\"advanced_settings\":{\"full_content\":{\"max_chars_per_result\":%d}}", FETCH_CHARS);
    print_list("urls", &id, 1, body);
    buf_add_char(body, '}');
    return body_fits(body, e);
}

/* What both of Parallel's tools have. */
static bool read_shared(const struct fields *args, struct buf *body, struct err *e)
{
    struct slice objective = SLICE(""), session = SLICE(""), model, *queries = NULL;
    size_t n = 0;
    if (!fields_string(args, "objective", &objective, e) ||
        !fields_strings(args, "search_queries", QUERIES_MOST, &queries, &n, e) ||
        !fields_string(args, "session_id", &session, e) || !fields_string(args, "model_name", &model, e))
        return false;
    if (session.n > SESSION_BYTES)
        return fields_wrong(args, "session_id", "a string of at most 100 bytes", e);
    print_member("objective", objective, body);
    if (session.n) {
        buf_add_char(body, ',');
        print_member("session_id", session, body);
    }
    if (n)
        print_list("search_queries", queries, n, body);
    return true;
}

bool mcp_read_web_search(const struct fields *args, struct buf *body, struct err *e)
{
    struct slice objective;
    const struct value *queries = fields_get(args, "search_queries");
    if (!read_text(args, "objective", &objective, e))
        return false;
    if (!queries)
        return err_set_param(e, ERR_MISSING_FIELD, "search_queries", "'search_queries' is required.");
    if (queries->kind == VALUE_ARRAY && queries->array.n == 0)
        return fields_wrong(args, "search_queries", "an array of at least one string", e);
    buf_add_char(body, '{');
    if (!read_shared(args, body, e))
        return false;
    buf_add_char(body, '}');
    return body_fits(body, e);
}

bool mcp_read_web_fetch(const struct fields *args, struct buf *body, struct err *e)
{
    struct slice *urls = NULL;
    size_t n = 0;
    bool whole = false;
    if (!fields_strings(args, "urls", URLS_MOST, &urls, &n, e) || !fields_bool(args, "full_content", &whole, e))
        return false;
    if (n == 0)
        return err_set_param(e, ERR_MISSING_FIELD, "urls", "'urls' is required: 1 to %d addresses of pages.",
                             URLS_MOST);
    buf_add_char(body, '{');
    if (!read_shared(args, body, e))
        return false;
    print_list("urls", urls, n, body);
    buf_printf(body, ",\"advanced_settings\":{\"full_content\":%s}}", whole ? "true" : "false");
    return body_fits(body, e);
}

/* The document, or the text. */
static json_t *answer_json(struct arena *a, const struct chat_request *r, struct slice text)
{
    const struct value *document;
    struct err ignored;
    if (r->question.output != OUTPUT_TEXT && value_parse(a, text, &document, NULL, &ignored))
        return json_of_value(document);
    return json_text(text);
}

void mcp_print_research(struct arena *a, const struct chat_request *r, const struct answer *answer, struct buf *out)
{
    json_t *citations = json_array(), *warnings = json_array();
    for (size_t i = 0; i < answer->cited_count; i++)
        json_array_append_new(citations, answer_json_link(answer->cited[i]->url));
    for (size_t i = 0; i < r->warning_count; i++)
        json_array_append_new(warnings, json_text(r->warnings[i]));
    for (size_t i = 0; i < answer->warning_count; i++)
        json_array_append_new(warnings, json_text(answer->warnings[i]));
    json_out(json_pack("{s:o, s:o, s:o, s:o}", "answer", answer_json(a, r, answer->text), "basis",
                       answer_json_basis(answer), "citations", citations, "warnings", warnings),
             out);
}

void mcp_print_search(const struct find_reply *r, struct buf *out)
{
    json_t *list = json_array();
    struct arena *a = arena_new();
    for (size_t i = 0; i < r->page_count; i++) {
        const struct find_reply_page *p = &r->pages[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", json_text(p->url), "title",
                                              json_text(harmless_text(a, p->title.n ? p->title : p->url)), "url",
                                              answer_json_link(p->url)));
    }
    arena_free(a);
    json_out(json_pack("{s:o}", "results", list), out);
}

bool mcp_print_fetch(const struct find_reply *r, struct buf *out, struct err *e)
{
    const struct find_reply_page *p = r->pages;
    if (p->failure)
        return err_set_param(e, ERR_UNAVAILABLE, "id", "The page could not be read (%s): %.*s", p->failure,
                             (int)(p->why.n < 300 ? p->why.n : 300), p->why.p);
    struct arena *a = arena_new();
    json_t *metadata = p->date.n ? json_pack("{s:o}", "publish_date", json_text(p->date)) : json_null();
    json_out(json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", json_text(p->url), "title",
                       json_text(harmless_text(a, p->title)), "text", json_text(harmless_text(a, p->text)), "url",
                       answer_json_link(p->url), "metadata", metadata),
             out);
    arena_free(a);
    return true;
}
