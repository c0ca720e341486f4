/* metrics.c - see metrics.h for the contract.
 *
 * What happens is counted where it happens. Figures that are rather looked up, such as the length of the queue or the
 * memory of the process, are set right before the meters are printed. */
#include "http/metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/meter.h"
#include "http/api_routes.h"
#include "http/origin.h"

enum { METRICS_BYTES = 4 * 1024 * 1024 };

bool metrics_access_read(const char *word, enum metrics_access *out, struct err *e)
{
    static const char *const names[] = {"loopback", "key", "off", "open"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(word, names[i]) == 0) {
            *out = (enum metrics_access)i;
            return true;
        }
    return err_set(e, ERR_USAGE, "metrics must be loopback, key, off or open, not '%s'.", word);
}

static void set_server(const struct exchange *x)
{
    struct exchange_counts c = exchange_count(x);
    meter_set(METER_CONNECTIONS, NULL, NULL, c.connections);
    meter_set(METER_INSIDE, NULL, NULL, c.inside);
    meter_set(METER_WORKERS, NULL, NULL, c.work.threads);
    for (int lane = 0; lane < WORK_LANES; lane++) {
        meter_set(METER_QUEUED, work_lane_name(lane), NULL, c.work.waiting[lane]);
        meter_set(METER_WORKING, work_lane_name(lane), NULL, c.work.running[lane]);
    }
}

static void set_memory(void)
{
    char text[128] = "";
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f)
        return;
    char *end = text;
    if (fgets(text, sizeof text, f)) {
        uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), all = strtoull(text, &end, 10);
        meter_set(METER_VIRTUAL, NULL, NULL, all * page);
        meter_set(METER_MEMORY, NULL, NULL, strtoull(end, NULL, 10) * page);
    }
    fclose(f);
}

/* Newer kernels say how many there are as the size of the folder; others have it read. */
static void set_descriptors(void)
{
    struct stat folder;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        meter_set(METER_DESCRIPTORS_MOST, NULL, NULL, files.rlim_cur);
    if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) {
        meter_set(METER_DESCRIPTORS, NULL, NULL, (uint64_t)folder.st_size);
        return;
    }
    uint64_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    for (const struct dirent *entry; d && (entry = readdir(d));)
        n += entry->d_name[0] != '.';
    if (d)
        closedir(d);
    meter_set(METER_DESCRIPTORS, NULL, NULL, n ? n - 1 : 0); /* without the folder's own */
}

static void set_time(const struct api_world *w)
{
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) == 0)
        meter_set(METER_CPU, NULL, NULL,
                  (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                      (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec));
    meter_set(METER_STARTED, NULL, NULL, (uint64_t)w->started_unix);
}

/* The weight of a media type in an Accept header; -1: it does not name it. */
static double accept_weight(struct slice accept, struct slice type)
{
    while (accept.n) {
        size_t n = slice_find(accept, SLICE(","));
        struct slice entry = slice_trim(slice_sub(accept, 0, n));
        accept = n < accept.n ? slice_sub(accept, n + 1, accept.n - n - 1) : SLICE("");
        size_t name = slice_find(entry, SLICE(";"));
        if (!slice_eq_nocase(slice_trim(slice_sub(entry, 0, name)), type))
            continue;
        size_t q = slice_find(entry, SLICE("q="));
        return q < entry.n ? strtod(entry.p + q + 2, NULL) : 1; /* headers are NUL-terminated */
    }
    return -1;
}

static bool wants_open(const struct exchange *x)
{
    struct slice accept = exchange_header(x, "Accept");
    double open = accept_weight(accept, SLICE("application/openmetrics-text"));
    return open > 0 && open >= accept_weight(accept, SLICE("text/plain"));
}

void metrics_handle(struct exchange *x, void *world)
{
    const struct api_world *w = world;
    struct buf out;
    struct err e;
    if (w->metrics == METRICS_OFF || (w->metrics == METRICS_LOOPBACK && !origin_is_local(x))) {
        err_set(&e, ERR_NOT_FOUND, "There are no metrics for you here; see the setting metrics.");
        exchange_fail(x, &e);
        return;
    }
    bool open = wants_open(x);
    set_server(x);
    set_memory();
    set_descriptors();
    set_time(w);
    buf_init(&out, METRICS_BYTES);
    meter_print(open ? METER_OPEN : METER_TEXT, &out);
    exchange_reply(x, 200,
                   open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                        : "text/plain; version=0.0.4; charset=utf-8",
                   buf_slice(&out));
    buf_release(&out);
}
