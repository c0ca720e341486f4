/* Feeds what clients send to /v1/tasks and /v1/monitors: the bytes as a run, as a group's runs, as a monitor and as its
 * update; and, cut at a zero byte, as two outputs that are compared. What is taken can be read again from what is kept
 * of it, with the same result.
 *
 *   scripts/fuzz task [SECONDS] */
#include "api/monitor_change.h"
#include "api/monitor_request.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static const struct chat_limits limits = {4000, 20};

static void check_kept(struct arena *a, const struct task_request *r)
{
    struct task_request again;
    struct err e;
    if (!task_request_parse(a, r->kept, &limits, &again, &e) || !slice_eq(again.kept, r->kept) ||
        again.unusable != r->unusable || again.output != r->output || !slice_eq(again.hook, r->hook) ||
        again.question.turn_count != r->question.turn_count)
        __builtin_trap();
}

static void run_tasks(struct arena *a, struct slice body)
{
    struct task_request r, *many = NULL;
    struct slice metadata;
    struct err e;
    size_t count = 0;
    if (task_request_parse(a, body, &limits, &r, &e))
        check_kept(a, &r);
    if (task_group_parse(a, body, &limits, &many, &count, &e))
        for (size_t i = 0; i < count; i++)
            check_kept(a, &many[i]);
    if (task_group_metadata(a, body, &metadata, &e) && metadata.n && metadata.p[0] != '{')
        __builtin_trap();
}

static void run_monitors(struct arena *a, struct slice body)
{
    struct monitor_request r, changed;
    struct task_request asked;
    struct err e;
    static const char mine[] = "{\"type\":\"event_stream\",\"frequency\":\"1d\",\"settings\":{\"query\":\"?\"}}";
    if (monitor_request_parse(a, body, &limits, &r, &e) && !r.snapshot &&
        (r.every_s < 3600 || !task_request_parse(a, r.run, &limits, &asked, &e)))
        __builtin_trap();
    if (!monitor_request_parse(a, slice_of(mine), &limits, &changed, &e))
        __builtin_trap();
    if (monitor_update_parse(a, body, &limits, &changed, &e) &&
        !task_request_parse(a, changed.run, &limits, &asked, &e))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice all = {(const char *)text, n};
    struct arena *a = arena_new();
    struct monitor_change change;
    struct err e;
    size_t zero = slice_find(all, (struct slice){"", 1});
    if (zero < n) {
        struct slice first = slice_sub(all, 0, zero), second = slice_sub(all, zero + 1, n - zero - 1);
        if (monitor_compare(a, first, SLICE(""), second, &change, &e) && change.changed && change.output.n == 0)
            __builtin_trap();
    } else {
        struct slice body = arena_dup(a, all);
        run_tasks(a, body);
        run_monitors(a, body);
    }
    arena_free(a);
    return 0;
}
