/* index_gauges.h - keeps the meters of the index's size true, on a thread of its own: reading the index may wait for a
 * disk, and a scrape of /metrics must not. */
#ifndef CLI_INDEX_GAUGES_H
#define CLI_INDEX_GAUGES_H

struct every;
struct index;

/* Sets them at once and every INDEX_GAUGES_MS, until every_stop (base/every.h). NULL: there is no thread for it, and
 * they stay. */
struct every *index_gauges_start(struct index *index);

#endif
