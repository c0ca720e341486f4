/* meter.h - counts of what the program does, for GET /metrics.
 *
 * Each meter is a row of meters.def: a counter, a gauge or a histogram with up to two labels. One call counts.
 *
 * DESIGN: the meters are the process's, like the log, so that each room counts where something happens and nobody hands
 * a registry down. A pair of label values is a series. Series are found without a lock and counted with relaxed
 * atomics; a new one is made under a lock, once. A meter has METER_SERIES of them at most; what comes later is counted
 * as "other", so that no stranger can make the list grow. Never use what a client, a page or a key is called as a
 * label. THREADS: any. Counting never waits, but for a new series. */
#ifndef BASE_METER_H
#define BASE_METER_H

#include <stdint.h>

#include "base/buf.h"

enum meter {
#define METER(id, kind, name, fixed, first, second, help) METER_##id,
#include "base/meters.def"
#undef METER
    METER_COUNT
};

enum {
    METER_SERIES = 96,      /* of a meter */
    METER_LABEL_BYTES = 64, /* of a label's value; longer ones are cut */
};

/* first and second: the label values; NULL where the meter has no such label, which is "" where it has one. */
void meter_add(enum meter m, const char *first, const char *second, uint64_t n); /* counters; CPU in microseconds */
void meter_set(enum meter m, const char *first, const char *second, uint64_t n); /* gauges, and counters of others */
void meter_observe_us(enum meter m, const char *first, const char *second, int64_t us); /* histograms of seconds */
void meter_observe(enum meter m, const char *first, const char *second, uint64_t n);    /* of tokens and numbers */

enum meter_form { METER_TEXT, METER_OPEN }; /* Prometheus' text format 0.0.4; OpenMetrics 1.0 */
/* All meters; one without series is printed as 0 where it has no labels, else by its head alone. */
void meter_print(enum meter_form form, struct buf *out);

#endif
