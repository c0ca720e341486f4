#include "base/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/again.h"
#include "base/meter.h"
#include "base/trail.h"
#include "base/utf8.h"

enum { PATH_BYTES = 4096 };

static atomic_bool audit_is_on;
static struct {
    pthread_mutex_t lock; /* guards the rest */
    char path[PATH_BYTES], old_path[PATH_BYTES + sizeof ".1"];
    uint64_t most_bytes;
    int fd;
    bool told; /* the log knows that the file takes no lines */
} audit = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

static void audit_close_locked(void)
{
    if (audit.fd >= 0)
        close(audit.fd);
    audit.fd = -1;
}

void audit_set(const char *path, uint64_t most_bytes)
{
    pthread_mutex_lock(&audit.lock);
    audit_close_locked();
    snprintf(audit.path, sizeof audit.path, "%s", path);
    snprintf(audit.old_path, sizeof audit.old_path, "%s.1", audit.path);
    audit.most_bytes = most_bytes;
    atomic_store(&audit_is_on, path[0] != '\0');
    pthread_mutex_unlock(&audit.lock);
}

static bool audit_open_locked(void)
{
    if (audit.fd < 0)
        audit.fd = open(audit.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return audit.fd >= 0;
}

/* Another process may have put the file aside meanwhile: then the path is another file than the open one. */
static bool audit_ready_locked(void)
{
    struct stat open_one, there;
    if (!audit_open_locked() || fstat(audit.fd, &open_one) != 0)
        return false;
    bool same = stat(audit.path, &there) == 0 && there.st_ino == open_one.st_ino && there.st_dev == open_one.st_dev;
    if (same && (uint64_t)open_one.st_size < audit.most_bytes)
        return true;
    if (same && rename(audit.path, audit.old_path) != 0)
        return false;
    audit_close_locked();
    return audit_open_locked();
}

static void audit_write(struct slice line)
{
    pthread_mutex_lock(&audit.lock);
    bool ok = audit_ready_locked() && again_write(audit.fd, line);
    int cause = errno;
    bool tell = !ok && !audit.told;
    audit.told = !ok;
    pthread_mutex_unlock(&audit.lock);
    if (!ok)
        meter_add(METER_AUDIT_LOST, NULL, NULL, 1);
    if (tell)
        log_event(LOG_WARN, "audit", "the audit log takes no lines: %s", strerror(cause));
}

void audit_event(const char *event, const char *fmt, ...)
{
    char text[LOG_LINE_BYTES];
    struct timespec now;
    struct buf line;
    const char *id = trail_request_id();
    if (!atomic_load_explicit(&audit_is_on, memory_order_relaxed))
        return;
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text - 80, fmt, args); /* room for the request's id */
    va_end(args);
    size_t used = n < 0 ? 0 : (size_t)n < sizeof text - 80 ? (size_t)n : sizeof text - 81;
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%.64s", id[0] ? " id=" : "", id);
    utf8_scrub(text, used);
    clock_gettime(CLOCK_REALTIME, &now);
    buf_init(&line, LOG_PRINTED_BYTES);
    log_form_print(log_form_now(), &now, "audit", event, (struct slice){text, used}, &line);
    audit_write(buf_slice(&line));
    buf_release(&line);
}
