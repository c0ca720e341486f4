#include "state/limits_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/every.h"
#include "base/log.h"
#include "state/place.h"

enum { WRITE_EVERY_MS = 1000, SECOND_MS = 1000 };

struct limits_kept {
    struct limits *limits;
    char path[PATH_BYTES], part[PATH_BYTES];
    int64_t written_ms; /* of clock_ms(): what was asked later is not in the file */
    bool warned;
    struct every *thread;
    struct limits_bucket buckets[LIMITS_BUCKETS_MAX];
};

/* Times in the file are of the wall clock: what this machine's other clock says ends with it. */
static void kept_read(struct limits_kept *k)
{
    struct limits_bucket b;
    int64_t now = clock_ms(), wall = clock_unix_s() * SECOND_MS;
    FILE *f = fopen(k->path, "re");
    if (!f)
        return;
    for (size_t i = 0; i < LIMITS_BUCKETS_MAX; i++) {
        if (fscanf(f, "%" SCNd64 " %" SCNd64 " %" SCNd64, &b.key_id, &b.at_ms, &b.units) != 3)
            break;
        int64_t ago = wall - b.at_ms;
        if (b.key_id <= 0 || b.units < 0 || ago > INT32_MAX)
            continue;
        b.at_ms = now - (ago > 0 ? ago : 0); /* a clock that was set back fills no bucket */
        limits_put(k->limits, &b);
    }
    fclose(f);
}

static bool kept_print(const struct limits_kept *k, size_t n, int64_t now)
{
    int64_t wall = clock_unix_s() * SECOND_MS;
    int fd = open(k->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f && fd >= 0)
        close(fd);
    if (!f)
        return false;
    for (size_t i = 0; i < n; i++)
        fprintf(f, "%" PRId64 " %" PRId64 " %" PRId64 "\n", k->buckets[i].key_id, wall - (now - k->buckets[i].at_ms),
                k->buckets[i].units);
    bool ok = !ferror(f);
    return fclose(f) == 0 && ok;
}

static void kept_write(void *thing)
{
    struct limits_kept *k = thing;
    int64_t now = clock_ms();
    size_t n = limits_list(k->limits, now, k->buckets);
    bool fresh = false;
    for (size_t i = 0; i < n; i++)
        fresh = fresh || k->buckets[i].at_ms >= k->written_ms;
    if (!fresh)
        return;
    bool ok = kept_print(k, n, now) && rename(k->part, k->path) == 0;
    k->written_ms = now;
    if (!ok && !k->warned)
        log_event(LOG_WARN, "limits", "are not kept: %s", strerror(errno));
    k->warned = !ok;
}

struct limits_kept *limits_kept_start(struct limits *l, const char *folder)
{
    struct limits_kept *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->limits = l;
    snprintf(k->path, sizeof k->path, "%s/limits", folder);
    snprintf(k->part, sizeof k->part, "%s/limits.part", folder);
    kept_read(k);
    k->written_ms = clock_ms();
    k->thread = every_start(WRITE_EVERY_MS, kept_write, k);
    if (k->thread)
        return k;
    free(k);
    return NULL;
}

void limits_kept_stop(struct limits_kept *k)
{
    if (!k)
        return;
    every_stop(k->thread);
    kept_write(k);
    free(k);
}
