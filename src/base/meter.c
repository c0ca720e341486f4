/* meter.c - see meter.h for the contract.
 *
 * A series is never moved or freed. Its place in the meter's table is written once, with release order, so that a
 * reader sees it whole. Numbers of one series are read one by one, so a scrape may see a count without its sum; the
 * next one has both. */
#include "base/meter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum meter_kind { COUNTER, GAUGE, SECONDS, TOKENS, NUMBERS, INFO };

enum { BUCKETS = 14, US_PER_S = 1000 * 1000 };

struct labels {
    char first[METER_LABEL_BYTES], second[METER_LABEL_BYTES];
};

struct series {
    struct labels labels;
    _Atomic uint64_t value; /* of a histogram: the sum, microseconds for seconds */
    _Atomic uint64_t buckets[BUCKETS + 1];
};

struct meter_row {
    enum meter_kind kind;
    const char *name, *fixed, *first, *second, *help;
};

static const struct meter_row rows[METER_COUNT] = {
#define METER(id, kind, name, fixed, first, second, help) {kind, name, fixed, first, second, help},
#include "base/meters.def"
#undef METER
};

static _Atomic(struct series *) table[METER_COUNT][METER_SERIES];
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER; /* one new series at a time */

/* The upper bound of a bucket: .01 * 2^i seconds and 4^i tokens as the conventions of OpenTelemetry have them, 2^i
 * otherwise. Seconds are in microseconds. */
static uint64_t meter_bound(enum meter_kind kind, int i)
{
    return kind == SECONDS ? (uint64_t)10000 << i : (uint64_t)1 << (kind == TOKENS ? 2 * i : i);
}

static bool is_histogram(enum meter_kind kind)
{
    return kind == SECONDS || kind == TOKENS || kind == NUMBERS;
}

static void label_copy(char out[METER_LABEL_BYTES], const char *value)
{
    size_t n = 0;
    for (; value && value[n] && n + 1 < METER_LABEL_BYTES; n++)
        out[n] = value[n];
    while (n > 0 && value && value[n] && ((unsigned char)value[n] & 0xC0) == 0x80)
        n--; /* no character is cut in two */
    out[n] = '\0';
}

/* With the lock held. NULL: there is no memory. */
static struct series *series_new(enum meter m, size_t at, const struct labels *labels)
{
    struct series *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->labels = *labels;
    if (at + 1 == METER_SERIES) { /* the last one is for all that come later */
        label_copy(s->labels.first, rows[m].first[0] ? "other" : "");
        label_copy(s->labels.second, rows[m].second[0] ? "other" : "");
    }
    atomic_store_explicit(&table[m][at], s, memory_order_release);
    return s;
}

/* NULL: there is no such series yet, and its place is *end. */
static struct series *series_find(enum meter m, size_t from, const struct labels *labels, size_t *end)
{
    for (size_t i = from;; i++) {
        struct series *s = atomic_load_explicit(&table[m][i], memory_order_acquire);
        *end = i;
        if (!s || i + 1 == METER_SERIES ||
            (strcmp(s->labels.first, labels->first) == 0 && strcmp(s->labels.second, labels->second) == 0))
            return s;
    }
}

static struct series *series_of(enum meter m, const char *first, const char *second)
{
    struct labels labels;
    size_t at;
    label_copy(labels.first, first);
    label_copy(labels.second, second);
    struct series *s = series_find(m, 0, &labels, &at);
    if (s)
        return s;
    pthread_mutex_lock(&growing);
    s = series_find(m, at, &labels, &at);
    if (!s)
        s = series_new(m, at, &labels);
    pthread_mutex_unlock(&growing);
    return s;
}

void meter_add(enum meter m, const char *first, const char *second, uint64_t n)
{
    struct series *s = series_of(m, first, second);
    if (s)
        atomic_fetch_add_explicit(&s->value, n, memory_order_relaxed);
}

void meter_set(enum meter m, const char *first, const char *second, uint64_t n)
{
    struct series *s = series_of(m, first, second);
    if (s)
        atomic_store_explicit(&s->value, n, memory_order_relaxed);
}

void meter_observe(enum meter m, const char *first, const char *second, uint64_t n)
{
    struct series *s = series_of(m, first, second);
    int i = 0;
    if (!s)
        return;
    while (i < BUCKETS && n > meter_bound(rows[m].kind, i))
        i++;
    atomic_fetch_add_explicit(&s->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->value, n, memory_order_relaxed);
}

void meter_observe_us(enum meter m, const char *first, const char *second, int64_t us)
{
    meter_observe(m, first, second, us > 0 ? (uint64_t)us : 0);
}

static void print_value(struct buf *out, bool seconds, uint64_t n)
{
    if (seconds)
        buf_printf(out, "%llu.%06llu", (unsigned long long)(n / US_PER_S), (unsigned long long)(n % US_PER_S));
    else
        buf_printf(out, "%llu", (unsigned long long)n);
}

static void print_label(struct buf *out, bool *any, const char *name, const char *value)
{
    if (!name[0])
        return;
    buf_printf(out, "%s%s=\"", *any ? "," : "{", name);
    for (size_t n; *value; value += n) {
        n = strcspn(value, "\n\"\\");
        buf_add(out, (struct slice){value, n});
        if (!value[n])
            break;
        buf_add(out, value[n] == '\n' ? SLICE("\\n") : value[n] == '"' ? SLICE("\\\"") : SLICE("\\\\"));
        n++;
    }
    buf_add_char(out, '"');
    *any = true;
}

/* "name_suffix{labels} ", with le for a bucket. */
static void print_name(struct buf *out, const struct meter_row *r, const struct series *s, const char *suffix,
                       const char *le)
{
    bool any = r->fixed[0] != '\0';
    buf_printf(out, "%s%s%s%s", r->name, suffix, any ? "{" : "", r->fixed);
    print_label(out, &any, r->first, s->labels.first);
    print_label(out, &any, r->second, s->labels.second);
    if (le)
        print_label(out, &any, "le", le);
    buf_add(out, any ? SLICE("} ") : SLICE(" "));
}

static void print_histogram(struct buf *out, const struct meter_row *r, struct series *s)
{
    char le[32];
    uint64_t count = 0;
    for (int i = 0; i <= BUCKETS; i++) {
        uint64_t bound = i < BUCKETS ? meter_bound(r->kind, i) : 0;
        count += atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
        if (i == BUCKETS)
            snprintf(le, sizeof le, "+Inf");
        else if (r->kind == SECONDS)
            snprintf(le, sizeof le, "%.2f", (double)bound / US_PER_S);
        else
            snprintf(le, sizeof le, "%llu.0", (unsigned long long)bound);
        print_name(out, r, s, "_bucket", le);
        buf_printf(out, "%llu\n", (unsigned long long)count);
    }
    print_name(out, r, s, "_sum", NULL);
    print_value(out, r->kind == SECONDS, atomic_load_explicit(&s->value, memory_order_relaxed));
    buf_add_char(out, '\n');
    print_name(out, r, s, "_count", NULL);
    buf_printf(out, "%llu\n", (unsigned long long)count);
}

static void print_series(struct buf *out, const struct meter_row *r, struct series *s)
{
    if (is_histogram(r->kind)) {
        print_histogram(out, r, s);
        return;
    }
    /* A gauge of seconds is a point in time, in whole seconds. */
    bool fine = r->kind == COUNTER && slice_ends(slice_of(r->name), SLICE("_seconds"));
    print_name(out, r, s, r->kind == COUNTER ? "_total" : r->kind == INFO ? "_info" : "", NULL);
    print_value(out, fine, r->kind == INFO ? 1 : atomic_load_explicit(&s->value, memory_order_relaxed));
    buf_add_char(out, '\n');
}

static void print_head(struct buf *out, enum meter_form form, const struct meter_row *r)
{
    static const char *const types[] = {
        [COUNTER] = "counter",  [GAUGE] = "gauge",       [SECONDS] = "histogram",
        [TOKENS] = "histogram", [NUMBERS] = "histogram", [INFO] = "info",
    };
    struct slice name = slice_of(r->name);
    bool open = form == METER_OPEN, bytes = slice_ends(name, SLICE("_bytes"));
    const char *end = open ? "" : r->kind == COUNTER ? "_total" : r->kind == INFO ? "_info" : "";
    buf_printf(out, "# HELP %s%s %s\n", r->name, end, r->help);
    buf_printf(out, "# TYPE %s%s %s\n", r->name, end, r->kind == INFO && !open ? "gauge" : types[r->kind]);
    if (open && (bytes || slice_ends(name, SLICE("_seconds"))))
        buf_printf(out, "# UNIT %s %s\n", r->name, bytes ? "bytes" : "seconds");
}

void meter_print(enum meter_form form, struct buf *out)
{
    for (size_t m = 0; m < METER_COUNT; m++) {
        const struct meter_row *r = &rows[m];
        print_head(out, form, r);
        if (!r->first[0])
            (void)series_of((enum meter)m, NULL, NULL); /* zero is a figure, too */
        for (size_t i = 0; i < METER_SERIES; i++) {
            struct series *s = atomic_load_explicit(&table[m][i], memory_order_acquire);
            if (!s)
                break;
            print_series(out, r, s);
        }
    }
    if (form == METER_OPEN)
        buf_add(out, SLICE("# EOF\n"));
}
