/* breaker.h - leaves a failing service alone for a while, and keeps to its rate. Time is an argument; no lock here.
 *
 * A circuit breaker (M. Nygard, Release It!): closed, requests go; after some failures in a row open, none goes; after a
 * while half-open, one goes for a trial, and what becomes of it closes or opens it again, for twice as long. */
#ifndef BASE_BREAKER_H
#define BASE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BREAKER_FAILURES = 3,              /* in a row, before it opens */
    BREAKER_FIRST_MS = 5 * 1000,       /* open for so long the first time, then doubled */
    BREAKER_LONGEST_MS = 5 * 60 * 1000,
    BREAKER_KEY_MS = 60 * 1000,        /* after a refused key, the first time: it will not heal by itself */
    BREAKER_TRIAL_MS = 60 * 1000,      /* a trial that never came back is forgotten after so long */
};

enum breaker_sign { /* what a request says about the service */
    BREAKER_WELL,    /* it works, whatever it thought of the request */
    BREAKER_FAILED,  /* one failure */
    BREAKER_LIMITED, /* it wants fewer requests: opens at once */
    BREAKER_KEY,     /* it refuses the key: opens at once, for longer */
    BREAKER_NOTHING, /* called off, or never asked */
};

struct breaker { /* all zero: closed */
    unsigned failures;  /* in a row */
    unsigned opened;    /* times in a row */
    int64_t open_until_ms, trial_since_ms, next_start_ms;
    bool open, trial;
};

/* True: the request may start at *start_ms, which is now or, when the rate asks for it, later; breaker_note must
 * follow. False: leave the service alone until *start_ms. gap_ms: between starts; latest_ms: a start later than that is of
 * no use and takes no turn (false, *start_ms the time of the turn). */
bool breaker_try(struct breaker *b, int64_t now_ms, unsigned gap_ms, int64_t latest_ms, int64_t *start_ms);

/* What became of it. A timeout that was not the service's own is BREAKER_NOTHING. */
void breaker_note(struct breaker *b, enum breaker_sign sign, unsigned retry_after_ms, int64_t now_ms);

#endif
