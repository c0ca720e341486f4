/* breaker.h - leaves a failing service alone for a while, and keeps to its rate.
 *
 * A circuit breaker (M. Nygard, Release It!). While it is closed, requests may start. After some failures in a row it
 * opens, and none may. After a while one request may start as a trial: when it succeeds the breaker closes, when it
 * fails the breaker opens again for twice as long.
 *
 * THREADS: one at a time; the owner's lock guards it. Time is an argument, so that tests need no clock. */
#ifndef BASE_BREAKER_H
#define BASE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BREAKER_FAILURES = 3,        /* in a row, before it opens */
    BREAKER_FIRST_MS = 5 * 1000, /* open for so long the first time, then doubled */
    BREAKER_LONGEST_MS = 5 * 60 * 1000,
    BREAKER_KEY_MS = 60 * 1000,   /* after a refused key, the first time: it will not heal by itself */
    BREAKER_TRIAL_MS = 60 * 1000, /* a trial that never came back is forgotten after so long */
};

enum breaker_sign {                  /* what a request says about the service */
                    BREAKER_WELL,    /* it works, whatever it thought of the request */
                    BREAKER_FAILED,  /* one failure */
                    BREAKER_LIMITED, /* it wants fewer requests: opens at once */
                    BREAKER_KEY,     /* it refuses the key: opens at once, for longer */
                    BREAKER_NOTHING, /* called off, or never asked */
};

struct breaker {       /* all zero: closed */
    unsigned failures; /* in a row */
    unsigned opened;   /* times in a row */
    int64_t open_until_ms, trial_since_ms, next_start_ms;
    bool open, trial;
};

/* True: the request may start at *start_ms, which is now, or later when the rate asks for it; the caller owes one
 * breaker_note. False: leave the service alone until *start_ms. gap_ms: the least time between two starts. latest_ms:
 * a later start is of no use to the caller; then the answer is false and no turn is taken. */
bool breaker_try(struct breaker *b, int64_t now_ms, unsigned gap_ms, int64_t latest_ms, int64_t *start_ms);

/* Reports how the request ended. A timeout that was not the service's own fault is BREAKER_NOTHING. */
void breaker_note(struct breaker *b, enum breaker_sign sign, unsigned retry_after_ms, int64_t now_ms);

#endif
