/* metrics.h - GET /metrics: every meter (base/meter.h) as Prometheus or OpenMetrics text. */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include "base/err.h"

struct exchange;
struct route;

/* Who may scrape, the setting `metrics`. The figures name no key and no question, but they tell how much is asked. */
enum metrics_access {
    METRICS_LOOPBACK, /* programs on this machine, without a key; not through a proxy (origin_is_local) */
    METRICS_KEY,      /* whoever has a valid key */
    METRICS_OFF,      /* nobody: there is no such path */
    METRICS_OPEN,     /* everybody */
};
/* ERR_USAGE: it is none of "loopback", "key", "off", "open". */
MUST_USE bool metrics_access_read(const char *word, enum metrics_access *out, struct err *e);

/* A handler (struct route) that runs on the HTTP thread: it reads counters and files of /proc. world is a struct
 * api_world. */
void metrics_handle(struct exchange *x, void *world);

#endif
