#include "cli/index_gauges.h"

#include "base/every.h"
#include "base/meter.h"
#include "index/index.h"

enum { INDEX_GAUGES_MS = 60 * 1000 };

static void gauges_set(void *index)
{
    struct index_stats stats;
    struct err e;
    if (!index_stats(index, &stats, &e))
        return; /* readiness and doctor say what is wrong */
    meter_set(METER_INDEX_PAGES, NULL, NULL, stats.pages);
    meter_set(METER_INDEX_BYTES, NULL, NULL, stats.bytes_on_disk);
}

struct every *index_gauges_start(struct index *index)
{
    meter_set(METER_BUILD, FOOTNOTE_VERSION, index_engine(), 1);
    return every_start(INDEX_GAUGES_MS, gauges_set, index);
}
