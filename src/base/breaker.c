/* breaker.c - see breaker.h. A request that was under way when the breaker opened may still succeed; that closes it. */
#include "base/breaker.h"

bool breaker_try(struct breaker *b, int64_t now_ms, unsigned gap_ms, int64_t latest_ms, int64_t *start_ms)
{
    if (b->open) {
        *start_ms = b->open_until_ms;
        if (now_ms < b->open_until_ms)
            return false;
        if (b->trial && now_ms - b->trial_since_ms < BREAKER_TRIAL_MS) {
            *start_ms = b->trial_since_ms + BREAKER_TRIAL_MS;
            return false;
        }
    }
    *start_ms = gap_ms && b->next_start_ms > now_ms ? b->next_start_ms : now_ms;
    if (*start_ms > latest_ms)
        return false;
    b->next_start_ms = *start_ms + gap_ms;
    if (b->open) {
        b->trial = true;
        b->trial_since_ms = now_ms;
    }
    return true;
}

static void open_for(struct breaker *b, int64_t first_ms, unsigned retry_after_ms, int64_t now_ms)
{
    int64_t ms = first_ms;
    for (unsigned i = 0; i < b->opened && ms < BREAKER_LONGEST_MS; i++)
        ms *= 2;
    ms = ms < BREAKER_LONGEST_MS ? ms : BREAKER_LONGEST_MS;
    if (retry_after_ms > ms)
        ms = retry_after_ms; /* the service knows */
    if (!b->open || b->trial) {
        b->opened++;
        b->open_until_ms = now_ms + ms;
    } else if (now_ms + retry_after_ms > b->open_until_ms) { /* several that fail together are one failure */
        b->open_until_ms = now_ms + retry_after_ms;
    }
    b->open = true;
    b->trial = false;
}

void breaker_note(struct breaker *b, enum breaker_sign sign, unsigned retry_after_ms, int64_t now_ms)
{
    switch (sign) {
    case BREAKER_WELL:
        b->failures = b->opened = 0;
        b->open = b->trial = false;
        return;
    case BREAKER_LIMITED:
        open_for(b, BREAKER_FIRST_MS, retry_after_ms, now_ms);
        return;
    case BREAKER_KEY:
        open_for(b, BREAKER_KEY_MS, 0, now_ms);
        return;
    case BREAKER_FAILED:
        b->failures++;
        if (b->open || b->failures >= BREAKER_FAILURES || retry_after_ms)
            open_for(b, BREAKER_FIRST_MS, retry_after_ms, now_ms);
        return;
    case BREAKER_NOTHING:
        b->trial = false; /* the next one may try */
        return;
    }
}
