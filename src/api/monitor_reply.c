#include "api/monitor_reply.h"

#include "api/task_reply.h"
#include "base/clock.h"
#include "shape/value.h"

static void monitor_add(struct buf *out, const char *name, struct slice json)
{
    buf_printf(out, ",\"%s\":", name);
    buf_add(out, json.n ? json : SLICE("null"));
}

static void monitor_add_string(struct buf *out, const char *name, struct slice text)
{
    buf_printf(out, ",\"%s\":", name);
    (void)value_print_string(text, out);
}

static void monitor_add_time(struct buf *out, const char *name, int64_t us)
{
    buf_printf(out, ",\"%s\":", name);
    task_time_print(us, out);
}

static void monitor_add_hook(const struct monitor_head *h, struct buf *out)
{
    bool first = true;
    if (h->hook.n == 0) {
        monitor_add(out, "webhook", SLICE(""));
        return;
    }
    buf_add(out, SLICE(",\"webhook\":{\"url\":"));
    (void)value_print_string(h->hook, out);
    buf_add(out, SLICE(",\"event_types\":["));
    for (size_t i = 0; i < COUNT_OF(monitor_tells_names); i++) {
        if (!(h->tells >> i & 1))
            continue;
        buf_printf(out, "%s\"%s\"", first ? "" : ",", monitor_tells_names[i]);
        first = false;
    }
    buf_add(out, SLICE("]}"));
}

void monitor_print(const struct monitor_head *h, struct buf *out)
{
    buf_printf(out, "{\"type\":\"%s\"", h->snapshot ? "snapshot" : "event_stream");
    monitor_add_string(out, "monitor_id", h->id);
    buf_printf(out, ",\"status\":\"%s\"", h->cancelled ? "cancelled" : "active");
    monitor_add_string(out, "frequency", h->frequency);
    monitor_add_string(out, "processor", h->processor);
    monitor_add_time(out, "created_at", h->created_us);
    if (h->last_us)
        monitor_add_time(out, "last_run_at", h->last_us);
    else
        monitor_add(out, "last_run_at", SLICE(""));
    monitor_add(out, "settings", h->settings);
    monitor_add(out, "metadata", h->metadata);
    monitor_add_hook(h, out);
    if (h->snapshot) {
        buf_add(out, SLICE(",\"output\":{\"latest_snapshot\":"));
        buf_add(out, h->latest.n ? h->latest : SLICE("null"));
        buf_add_char(out, '}');
    }
    buf_add_char(out, '}');
}

void monitor_list_begin(const char *name, struct buf *out)
{
    buf_printf(out, "{\"%s\":[", name);
}

void monitor_list_end(struct slice next, struct buf *out)
{
    buf_add_char(out, ']');
    if (next.n)
        monitor_add_string(out, "next_cursor", next);
    buf_add_char(out, '}');
}

void monitor_event_print(const struct monitor_event_head *h, struct buf *out)
{
    char date[DATE_ROOM];
    clock_date(h->at_us / 1000000, date);
    buf_printf(out, "{\"event_type\":\"%s\"", h->snapshot ? "snapshot" : "event_stream");
    monitor_add_string(out, "event_id", h->id);
    monitor_add_string(out, "event_group_id", h->group);
    monitor_add_string(out, "event_date", slice_of(date));
    monitor_add(out, h->snapshot ? "changed_output" : "output", h->changed);
    if (h->previous.n)
        monitor_add(out, "previous_output", h->previous);
    buf_add_char(out, '}');
}

void monitor_completion_print(int64_t at_us, struct buf *out)
{
    buf_add(out, SLICE("{\"event_type\":\"completion\""));
    monitor_add_time(out, "timestamp", at_us);
    buf_add_char(out, '}');
}

void monitor_error_print(struct slice message, int64_t at_us, struct buf *out)
{
    buf_add(out, SLICE("{\"event_type\":\"error\""));
    monitor_add_string(out, "error_message", message);
    monitor_add_time(out, "timestamp", at_us);
    buf_add_char(out, '}');
}

void monitor_told_print(struct slice monitor, struct slice metadata, struct slice group, struct slice event,
                        struct buf *out)
{
    buf_add(out, SLICE("{\"monitor_id\":"));
    (void)value_print_string(monitor, out);
    buf_add(out, SLICE(",\"event\":{\"event_group_id\":"));
    (void)value_print_string(group, out);
    if (event.n)
        monitor_add_string(out, "event_id", event);
    buf_add_char(out, '}');
    monitor_add(out, "metadata", metadata);
    buf_add_char(out, '}');
}
