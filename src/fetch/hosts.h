/* hosts.h - whose turn it is at a host: few requests at a time, a pause between them, longer ones when asked to wait.
 *
 * One for the process, any thread, one private lock. Hosts that nobody has used for a while are forgotten. */
#ifndef FETCH_HOSTS_H
#define FETCH_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct hosts;

struct hosts *hosts_new(unsigned at_a_time, unsigned delay_ms);
void hosts_free(struct hosts *h); /* NULL is fine */

/* True: go, and hosts_leave when the request has ended. False: not before *again_ms (of clock_ms), or, when that is 0,
 * not before somebody leaves. */
bool hosts_enter(struct hosts *h, struct slice host, int64_t now_ms, int64_t *again_ms);
void hosts_leave(struct hosts *h, struct slice host);
/* Crawl-delay: the pause is at least this from now on. */
void hosts_slow_down(struct hosts *h, struct slice host, unsigned delay_ms);
/* Retry-After: nothing before this time. */
void hosts_pause(struct hosts *h, struct slice host, int64_t until_ms);

#endif
