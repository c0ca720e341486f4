/* log.c - see log.h for the contract.
 *
 * The thread asks poll(2) before it writes: a pipe that is ready takes a line of less than PIPE_BUF without waiting. A
 * descriptor that lies about it can hold only this thread up. log_queue_end gives up on it after its time; so the
 * thread is detached, and what it uses is never freed. */
#include "base/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/again.h"
#include "base/clock.h"
#include "base/meter.h"
#include "base/utf8.h"

enum { LOOK_MS = 100 }; /* so often a descriptor that is not ready is asked again whether to give up */

static _Atomic enum log_level lowest = LOG_INFO;
static _Atomic enum log_form log_form = LOG_FORM_TEXT;
static const char *const names[] = {"debug", "info", "warn", "error", "off"};

static struct {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    char *ring; /* NULL: there was never a queue. Lines one after the other, each with its line end */
    size_t first, used;
    bool running, ending, idle; /* idle: nothing is queued or being written */
    uint64_t dropped, told;     /* lines that were dropped; of them, how many a line has told of */
} log_queue = {.lock = PTHREAD_MUTEX_INITIALIZER};

void log_set_level(enum log_level level)
{
    lowest = level;
}

bool log_level_parse(struct slice name, enum log_level *level)
{
    for (int i = LOG_DEBUG; i <= LOG_OFF; i++)
        if (slice_is(name, names[i])) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

bool log_form_parse(struct slice name, enum log_form *form)
{
    static const char *const forms[] = {
        [LOG_FORM_TEXT] = "text", [LOG_FORM_LOGFMT] = "logfmt", [LOG_FORM_JSON] = "json"};
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (slice_is(name, forms[i])) {
            *form = (enum log_form)i;
            return true;
        }
    return false;
}

void log_set_form(enum log_form form)
{
    log_form = form;
}

enum log_form log_form_now(void)
{
    return log_form;
}

static void log_line(struct buf *line, enum log_level level, const char *event, const char *fmt, va_list args)
    __attribute__((format(printf, 4, 0)));
static void log_line(struct buf *line, enum log_level level, const char *event, const char *fmt, va_list args)
{
    struct timespec now;
    char text[LOG_LINE_BYTES];
    clock_gettime(CLOCK_REALTIME, &now);
    int wrote = vsnprintf(text, sizeof text, fmt, args);
    size_t n = wrote < 0 ? 0 : (size_t)wrote < sizeof text ? (size_t)wrote : sizeof text - 1;
    utf8_scrub(text, n);
    buf_init(line, LOG_PRINTED_BYTES);
    log_form_print(log_form, &now, names[level], event, (struct slice){text, n}, line);
}

/* False: there is no queue. */
static bool log_enqueue(struct slice line)
{
    pthread_mutex_lock(&log_queue.lock);
    bool queued = log_queue.running;
    if (queued && LOG_QUEUE_BYTES - log_queue.used < line.n) {
        log_queue.dropped++;
        meter_add(METER_LOG_DROPPED, NULL, NULL, 1);
    } else if (queued) {
        size_t at = (log_queue.first + log_queue.used) % LOG_QUEUE_BYTES, to_edge = LOG_QUEUE_BYTES - at,
               head = line.n < to_edge ? line.n : to_edge;
        memcpy(log_queue.ring + at, line.p, head);
        memcpy(log_queue.ring, line.p + head, line.n - head);
        log_queue.used += line.n;
        log_queue.idle = false;
        pthread_cond_broadcast(&log_queue.changed);
    }
    pthread_mutex_unlock(&log_queue.lock);
    return queued;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    if (level < lowest)
        return;
    struct buf line;
    va_list args;
    va_start(args, fmt);
    log_line(&line, level, event, fmt, args);
    va_end(args);
    if (!log_enqueue(buf_slice(&line)))
        (void)!again_write(STDERR_FILENO, buf_slice(&line)); /* there is nowhere to report it */
    buf_release(&line);
}

static size_t log_told(char line[LOG_PRINTED_BYTES], const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static size_t log_told(char line[LOG_PRINTED_BYTES], const char *fmt, ...)
{
    struct buf printed;
    va_list args;
    va_start(args, fmt);
    log_line(&printed, LOG_WARN, "log_dropped", fmt, args);
    va_end(args);
    size_t n = printed.n;
    memcpy(line, buf_slice(&printed).p, n);
    buf_release(&printed);
    return n;
}

/* Takes the next line out of the ring, or makes one about lines that were dropped. 0: there is none. */
static size_t log_next_locked(char line[LOG_PRINTED_BYTES])
{
    uint64_t more = log_queue.dropped - log_queue.told;
    if (log_queue.used == 0 && more == 0)
        return 0;
    if (log_queue.used == 0) {
        log_queue.told = log_queue.dropped;
        return log_told(line, "lines=%llu", (unsigned long long)more);
    }
    size_t n = 0;
    do {
        line[n] = log_queue.ring[log_queue.first];
        log_queue.first = (log_queue.first + 1) % LOG_QUEUE_BYTES;
        log_queue.used--;
    } while (line[n++] != '\n');
    return n;
}

/* Waits until standard error takes a line. False: the queue ends, and it still does not. */
static bool log_ready(void)
{
    for (;;) {
        struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (poll(&out, 1, LOOK_MS) != 0)
            return true; /* ready, or an error that the write will meet as well */
        pthread_mutex_lock(&log_queue.lock);
        bool ending = log_queue.ending;
        pthread_mutex_unlock(&log_queue.lock);
        if (ending)
            return false;
    }
}

static void *log_thread(void *unused)
{
    char line[LOG_PRINTED_BYTES];
    (void)unused;
    pthread_mutex_lock(&log_queue.lock);
    for (;;) {
        size_t n = log_next_locked(line);
        if (n == 0) {
            log_queue.idle = true;
            pthread_cond_broadcast(&log_queue.changed);
            if (log_queue.ending)
                break;
            pthread_cond_wait(&log_queue.changed, &log_queue.lock);
            continue;
        }
        pthread_mutex_unlock(&log_queue.lock);
        bool ready = log_ready();
        if (ready)
            (void)!again_write(STDERR_FILENO, (struct slice){line, n});
        pthread_mutex_lock(&log_queue.lock);
        if (!ready)
            break;
    }
    log_queue.running = false;
    log_queue.idle = true;
    pthread_cond_broadcast(&log_queue.changed);
    pthread_mutex_unlock(&log_queue.lock);
    return NULL;
}

bool log_queue_start(void)
{
    pthread_attr_t detached;
    pthread_t thread;
    pthread_mutex_lock(&log_queue.lock);
    if (!log_queue.ring) {
        clock_cond_init(&log_queue.changed);
        log_queue.ring = malloc(LOG_QUEUE_BYTES);
    }
    bool free_to_start = log_queue.ring && !log_queue.running;
    log_queue.ending = false;
    log_queue.running = free_to_start;
    log_queue.idle = true;
    log_queue.first = log_queue.used = 0;
    pthread_mutex_unlock(&log_queue.lock);
    if (!free_to_start)
        return false;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    bool ok = pthread_create(&thread, &detached, log_thread, NULL) == 0;
    pthread_attr_destroy(&detached);
    if (!ok) {
        pthread_mutex_lock(&log_queue.lock);
        log_queue.running = false;
        pthread_mutex_unlock(&log_queue.lock);
    }
    return ok;
}

void log_queue_end(unsigned wait_ms)
{
    int64_t until_ms = clock_ms() + wait_ms;
    pthread_mutex_lock(&log_queue.lock);
    while (log_queue.running && !log_queue.idle)
        if (!clock_cond_wait(&log_queue.changed, &log_queue.lock, until_ms))
            break;
    log_queue.ending = true;
    if (log_queue.running)
        pthread_cond_broadcast(&log_queue.changed);
    until_ms += LOOK_MS;
    while (log_queue.running)
        if (!clock_cond_wait(&log_queue.changed, &log_queue.lock, until_ms))
            break;
    pthread_mutex_unlock(&log_queue.lock);
}

struct log_value log_quoted(struct slice text)
{
    struct log_value out;
    size_t n = 0;
    out.text[n++] = '"';
    for (size_t i = 0; i < text.n && n + 4 < sizeof out.text; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            out.text[n++] = '\\';
        out.text[n++] = text.p[i] ? text.p[i] : '?';
    }
    out.text[n++] = '"';
    out.text[n] = '\0';
    return out;
}

struct log_value log_bare(struct slice text)
{
    struct log_value out;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"\\=", c))
            return log_quoted(text);
    }
    if (text.n == 0 || text.n >= sizeof out.text)
        return log_quoted(text);
    memcpy(out.text, text.p, text.n);
    out.text[text.n] = '\0';
    return out;
}
