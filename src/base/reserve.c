#include "base/reserve.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

enum {
    PIECES = 64,
    PIECE_BYTES = 64 * 1024, /* below the threshold from which glibc asks the system */
    WAIT_MS = 1000,
    ROW_MS = 2,
    PAUSE_NS = 5 * 1000 * 1000
};

static struct {
    pthread_mutex_t lock;
    void *pieces[PIECES];
    unsigned there;
    bool begun;
} reserve = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local unsigned reserve_failed;

static bool reserve_fill_locked(void)
{
    while (reserve.there < PIECES) {
        void *piece = malloc(PIECE_BYTES);
        if (!piece)
            return false;
        reserve.pieces[reserve.there++] = piece;
    }
    return true;
}

bool reserve_begin(void)
{
    pthread_mutex_lock(&reserve.lock);
    reserve.begun = true;
    bool whole = reserve_fill_locked();
    pthread_mutex_unlock(&reserve.lock);
    return whole;
}

/* Gives enough for n bytes back to the allocator, or what there is. */
static bool reserve_spend(size_t n)
{
    pthread_mutex_lock(&reserve.lock);
    bool begun = reserve.begun;
    for (size_t freed = 0; reserve.there && freed <= n; freed += PIECE_BYTES)
        free(reserve.pieces[--reserve.there]);
    pthread_mutex_unlock(&reserve.lock);
    return begun;
}

/* since_ms: of the first failure of this allocation; 0: this is it. */
static bool reserve_again(int64_t *since_ms, size_t n)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    int64_t now_ms = clock_ms();
    if (*since_ms)
        nanosleep(&pause, NULL);
    else
        *since_ms = now_ms;
    return now_ms - *since_ms < WAIT_MS && reserve_spend(n);
}

bool reserve_relief(size_t n)
{
    /* Nobody says whether the same allocation failed again, so failures that follow at once are taken for one. */
    static _Thread_local int64_t since_ms, last_ms;
    if (clock_ms() - last_ms > ROW_MS)
        since_ms = 0;
    bool again = reserve_again(&since_ms, n);
    last_ms = clock_ms();
    return again;
}

static void *reserve_note(void *p)
{
    reserve_failed += p == NULL;
    return p;
}

void *reserve_malloc(size_t n)
{
    int64_t since_ms = 0;
    void *p = malloc(n);
    while (!p && reserve_again(&since_ms, n))
        p = malloc(n);
    return reserve_note(p);
}

void *reserve_calloc(size_t n)
{
    int64_t since_ms = 0;
    void *p = calloc(1, n);
    while (!p && reserve_again(&since_ms, n))
        p = calloc(1, n);
    return reserve_note(p);
}

void *reserve_realloc(void *old, size_t n)
{
    int64_t since_ms = 0;
    void *p = realloc(old, n);
    while (!p && reserve_again(&since_ms, n))
        p = realloc(old, n);
    return reserve_note(p);
}

unsigned reserve_failures(void)
{
    return reserve_failed;
}

bool reserve_is_short(void)
{
    pthread_mutex_lock(&reserve.lock);
    bool missing = reserve.begun && reserve.there < PIECES && !reserve_fill_locked();
    pthread_mutex_unlock(&reserve.lock);
    return missing;
}
