/* hosts.h - limits requests to a host: few at a time, a pause between two, and a longer pause if the host asks for one.
 *
 * Hosts that nobody has used for a while are forgotten.
 *
 * THREADS: one struct hosts serves the process, from any thread; one private lock. */
#ifndef FETCH_HOSTS_H
#define FETCH_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct hosts;

struct hosts *hosts_new(unsigned at_a_time, unsigned delay_ms);
void hosts_free(struct hosts *h); /* NULL is fine */

/* If true, the caller may ask the host, and must call hosts_leave() when the request has ended. If false, try again at
 * *again_ms (of clock_ms()); 0 means after another request has left. */
bool hosts_enter(struct hosts *h, struct slice host, int64_t now_ms, int64_t *again_ms);
void hosts_leave(struct hosts *h, struct slice host);
/* For Crawl-delay: makes the pause between requests at least delay_ms from now on. */
void hosts_slow_down(struct hosts *h, struct slice host, unsigned delay_ms);
/* For Retry-After: no request to the host starts before until_ms. */
void hosts_pause(struct hosts *h, struct slice host, int64_t until_ms);

#endif
