#include "api/task_reply.h"

#include <stdio.h>

#include "api/answer_json.h"
#include "api/json_out.h"
#include "base/clock.h"
#include "base/harmless.h"
#include "base/random.h"
#include "shape/value.h"

enum { ID_RANDOM_BYTES = 16, SAMPLE_URLS = 10, SECOND_US = 1000000, DAY_S = 24 * 3600 };

void task_id(const char *prefix, char out[TASK_ID_BYTES])
{
    unsigned char bytes[ID_RANDOM_BYTES];
    int n = snprintf(out, TASK_ID_BYTES, "%.16s_", prefix);
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        n += snprintf(out + n, (size_t)(TASK_ID_BYTES - n), "%02x", bytes[i]);
}

static void task_add_string(struct buf *out, struct slice text)
{
    (void)value_print_string(text, out);
}

void task_time_print(int64_t us, struct buf *out)
{
    char date[DATE_ROOM];
    int64_t s = us / SECOND_US, of_day = s % DAY_S;
    clock_date(s, date);
    buf_printf(out, "\"%sT%02d:%02d:%02d.%06dZ\"", date, (int)(of_day / 3600), (int)(of_day / 60 % 60),
               (int)(of_day % 60), (int)(us % SECOND_US));
}

static void task_add_json(struct buf *out, const char *name, struct slice json)
{
    buf_printf(out, ",\"%s\":", name);
    buf_add(out, json.n ? json : SLICE("null"));
}

void task_run_print(const struct task_head *h, struct buf *out)
{
    buf_add(out, SLICE("{\"run_id\":"));
    task_add_string(out, h->id);
    buf_add(out, SLICE(",\"interaction_id\":"));
    task_add_string(out, h->id);
    buf_printf(out, ",\"status\":\"%s\",\"is_active\":%s,\"processor\":", h->status, h->active ? "true" : "false");
    task_add_string(out, h->processor);
    buf_add(out, SLICE(",\"created_at\":"));
    task_time_print(h->created_us, out);
    buf_add(out, SLICE(",\"modified_at\":"));
    task_time_print(h->modified_us, out);
    task_add_json(out, "metadata", h->metadata);
    buf_add(out, SLICE(",\"taskgroup_id\":"));
    if (h->group_id.n)
        task_add_string(out, h->group_id);
    else
        buf_add(out, SLICE("null"));
    task_add_json(out, "warnings", h->warnings);
    task_add_json(out, "error", h->error);
    buf_add_char(out, '}');
}

void task_result_print(const struct task_head *h, struct slice output, struct buf *out)
{
    buf_add(out, SLICE("{\"run\":"));
    task_run_print(h, out);
    task_add_json(out, "output", output);
    buf_add_char(out, '}');
}

static void task_group_status_print(const struct task_group_head *g, struct buf *out)
{
    buf_printf(out, "{\"num_task_runs\":%llu,\"task_run_status_counts\":{", (unsigned long long)g->runs);
    bool first = true;
    for (size_t i = 0; i < g->status_count; i++) {
        if (g->counts[i] == 0)
            continue;
        buf_printf(out, "%s\"%s\":%llu", first ? "" : ",", g->statuses[i], (unsigned long long)g->counts[i]);
        first = false;
    }
    buf_printf(out, "},\"is_active\":%s,\"status_message\":null,\"modified_at\":", g->active ? "true" : "false");
    task_time_print(g->modified_us, out);
    buf_add_char(out, '}');
}

void task_group_print(const struct task_group_head *g, struct buf *out)
{
    buf_add(out, SLICE("{\"taskgroup_id\":"));
    task_add_string(out, g->id);
    buf_add(out, SLICE(",\"created_at\":"));
    task_time_print(g->created_us, out);
    task_add_json(out, "metadata", g->metadata);
    buf_add(out, SLICE(",\"status\":"));
    task_group_status_print(g, out);
    buf_add_char(out, '}');
}

static void task_add_cursor(struct buf *out, const char *name, struct slice cursor)
{
    buf_printf(out, ",\"%s\":", name);
    if (cursor.n)
        task_add_string(out, cursor);
    else
        buf_add(out, SLICE("null"));
}

void task_group_added_print(const struct task_group_head *g, const struct slice *ids, size_t n, struct slice run_cursor,
                            struct slice event_cursor, struct buf *out)
{
    buf_add(out, SLICE("{\"status\":"));
    task_group_status_print(g, out);
    buf_add(out, SLICE(",\"run_ids\":["));
    for (size_t i = 0; i < n; i++) {
        buf_add(out, i ? SLICE(",") : SLICE(""));
        task_add_string(out, ids[i]);
    }
    buf_add_char(out, ']');
    task_add_cursor(out, "run_cursor", run_cursor);
    task_add_cursor(out, "event_cursor", event_cursor);
    buf_add_char(out, '}');
}

void task_output_print(const struct answer *answer, enum task_output kind, struct buf *out)
{
    buf_printf(out, "{\"type\":\"%s\",\"content\":", kind == TASK_TEXT ? "text" : "json");
    if (kind == TASK_TEXT)
        task_add_string(out, answer->text);
    else
        buf_add(out, answer->text); /* JSON of fill/ */
    buf_add(out, SLICE(",\"basis\":"));
    json_out(answer_json_basis(answer), out);
    if (kind == TASK_AUTO)
        task_add_json(out, "output_schema", slice_of(task_auto_schema));
    buf_add_char(out, '}');
}

static void task_add_warning(struct buf *out, const char *type, struct slice message, bool first)
{
    buf_printf(out, "%s{\"type\":\"%s\",\"message\":", first ? "[" : ",", type);
    task_add_string(out, message);
    buf_add_char(out, '}');
}

void task_warnings_print(struct slice before, const struct task_request *r, size_t from, const struct answer *answer,
                         struct buf *out)
{
    size_t n = before.n ? 1 : 0;
    buf_add(out, slice_sub(before, 0, before.n ? before.n - 1 : 0));
    for (size_t i = from; i < r->warning_count; i++)
        task_add_warning(out, r->warnings[i].type, r->warnings[i].message, n++ == 0);
    for (size_t i = 0; answer && i < answer->warning_count; i++)
        task_add_warning(out, "warning", answer->warnings[i], n++ == 0);
    if (n)
        buf_add_char(out, ']');
}

void task_error_print(const struct err *e, const char *ref_id, struct buf *out)
{
    json_out(json_pack("{s:s, s:s, s:{s:s, s:s?}}", "ref_id", ref_id, "message", e->message, "detail", "code",
                       err_wire_code(e->code), "param", e->param[0] ? e->param : NULL),
             out);
}

void task_message_print(const char *type, int64_t now_us, struct slice data, struct buf *out)
{
    buf_add(out, SLICE("{\"timestamp\":"));
    task_time_print(now_us, out);
    buf_printf(out, ",\"type\":\"%s\",\"data\":", type);
    buf_add(out, data);
    buf_add_char(out, '}');
}

static void task_event_begin(struct buf *out, const char *type)
{
    buf_printf(out, "event: %s\ndata: {\"type\":\"%s\"", type, type);
}

static void task_event_end(struct buf *out)
{
    buf_add(out, SLICE("}\n\n"));
}

void task_event_state(const struct task_head *h, struct slice event_id, struct slice input, struct slice output,
                      struct buf *out)
{
    task_event_begin(out, "task_run.state");
    task_add_cursor(out, "event_id", event_id);
    buf_add(out, SLICE(",\"run\":"));
    task_run_print(h, out);
    if (input.n)
        task_add_json(out, "input", input);
    if (output.n)
        task_add_json(out, "output", output);
    task_event_end(out);
}

void task_event_group(const struct task_group_head *g, struct slice event_id, struct buf *out)
{
    task_event_begin(out, "task_group_status");
    buf_add(out, SLICE(",\"event_id\":"));
    task_add_string(out, event_id);
    buf_add(out, SLICE(",\"status\":"));
    task_group_status_print(g, out);
    task_event_end(out);
}

void task_event_error(const struct err *e, const char *request_id, struct buf *out)
{
    task_event_begin(out, "error");
    buf_add(out, SLICE(",\"error\":"));
    task_error_print(e, request_id, out);
    task_event_end(out);
}

static void task_event_message(struct buf *out, const char *type, int64_t now_us, struct slice message)
{
    task_event_begin(out, type);
    buf_add(out, SLICE(",\"message\":"));
    task_add_string(out, message);
    buf_add(out, SLICE(",\"timestamp\":"));
    task_time_print(now_us, out);
    task_event_end(out);
}

/* Addresses of pages, which may hold anything. */
static void task_add_sample(struct buf *out, const struct headway *p)
{
    struct arena *a = arena_new();
    buf_add_char(out, '[');
    for (size_t i = 0; i < p->url_count && i < SAMPLE_URLS; i++) {
        buf_add(out, i ? SLICE(",") : SLICE(""));
        task_add_string(out, harmless_text(a, p->urls[i]));
    }
    buf_add_char(out, ']');
    arena_free(a);
}

void task_event_headway(const struct headway *p, unsigned rounds, int64_t now_us, struct buf *out)
{
    struct arena *a = arena_new();
    bool writes = p->step == HEADWAY_WRITE;
    /* Searching is most of it; a run that ends early jumps. */
    unsigned done = writes ? 90 : 5 + 80 * (p->round - 1) / (rounds ? rounds : 1);
    if (writes) {
        task_event_message(out, "task_run.progress_msg.exec_status", now_us, SLICE("Writing the answer."));
    } else {
        struct arena_text text = {.arena = a};
        arena_text_add(&text, p->round == 1 ? SLICE("Searching for: ") : SLICE("Searching further for: "));
        for (size_t i = 0; i < p->query_count; i++)
            arena_text_printf(&text, "%s%.*s", i ? "; " : "", SLICE_ARGS(p->queries[i]));
        task_event_message(out, p->round == 1 ? "task_run.progress_msg.plan" : "task_run.progress_msg.search", now_us,
                           arena_text_slice(&text));
    }
    task_event_begin(out, "task_run.progress_stats");
    buf_printf(out,
               ",\"progress_meter\":%u,\"source_stats\":{\"num_sources_considered\":%zu,\"num_sources_read\":%zu,"
               "\"sources_read_sample\":",
               done, p->url_count, p->url_count);
    task_add_sample(out, p);
    buf_add_char(out, '}');
    task_event_end(out);
    arena_free(a);
}
