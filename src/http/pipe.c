/* pipe.c - see pipe.h for the contract.
 *
 * The bytes are in a ring that grows up to its capacity; most streams never have more than a few events in it.
 * `asleep`: the connection of the reader is suspended. It is set right before `sleep` and cleared right before `wake`,
 * both under the lock, so each sleep has at most one wake. `writing`: a write is under way, and may wait for room. It
 * keeps heartbeats out, which would tear an event that is longer than the ring. */
#include "http/pipe.h"

#include <errno.h>
#include <pthread.h>

#include "base/clock.h"

struct pipe {
    pthread_mutex_t lock;
    pthread_cond_t moved; /* room was made, or the state changed */
    struct pipe_options options;
    unsigned references;
    bool asleep, reader_gone, writing, ended, cancelled, timed_out;
    int64_t written_ms;                /* last write */
    int64_t pending_ms;                /* since when it has not been empty */
    uint64_t bytes_read, pending_from; /* pending_from: bytes_read at that time */
    size_t first, used, room, spilled;
    char *ring;
};

enum { FIRST_ROOM_BYTES = 2048 };

struct pipe *pipe_new(const struct pipe_options *options)
{
    struct pipe *p = calloc(1, sizeof *p);
    size_t room = options->capacity_bytes < FIRST_ROOM_BYTES ? options->capacity_bytes : FIRST_ROOM_BYTES;
    char *ring = malloc(room);
    if (!p || !ring) {
        free(p);
        free(ring);
        return NULL;
    }
    p->ring = ring;
    p->room = room;
    p->options = *options;
    p->references = 1;
    p->written_ms = clock_ms();
    pthread_mutex_init(&p->lock, NULL);
    clock_cond_init(&p->moved);
    return p;
}

void pipe_hold(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    p->references++;
    pthread_mutex_unlock(&p->lock);
}

void pipe_drop(struct pipe *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    bool last = --p->references == 0;
    pthread_mutex_unlock(&p->lock);
    if (!last)
        return;
    pthread_cond_destroy(&p->moved);
    pthread_mutex_destroy(&p->lock);
    if (p->spilled)
        atomic_fetch_sub(&p->options.spill->used, p->spilled);
    free(p->ring);
    free(p);
}

static void wake_locked(struct pipe *p)
{
    if (p->asleep && !p->reader_gone) {
        p->asleep = false;
        p->options.wake(p->options.reader);
    }
}

/* Takes so many more bytes of spill memory; false when there are not as many. */
static bool spill_locked(struct pipe *p, size_t more)
{
    struct pipe_spill *s = p->options.spill;
    if (more == 0)
        return true;
    if (!s)
        return false;
    size_t before = atomic_fetch_add(&s->used, more);
    if (before <= s->most && s->most - before >= more) {
        p->spilled += more;
        return true;
    }
    atomic_fetch_sub(&s->used, more);
    return false;
}

/* The room that a ring for so many bytes gets, at most `most`. */
static size_t pipe_room(size_t room, size_t bytes, size_t most)
{
    while (room < most && room < bytes)
        room = room > most / 2 ? most : 2 * room;
    return room;
}

/* Grows the ring for `more` bytes, up to the capacity or with spill memory, and as memory allows. A smaller ring works,
 * too. */
static void widen_locked(struct pipe *p, size_t more)
{
    size_t least = p->options.capacity_bytes, bytes = p->used + more;
    size_t room = pipe_room(p->room, bytes, least > p->room ? least : p->room);
    if (room < bytes && p->options.spill) {
        size_t most = least > PIPE_SPILL_BYTES ? least : PIPE_SPILL_BYTES, spilled = pipe_room(room, bytes, most);
        size_t beyond = spilled > least ? spilled - least : 0;
        if (spill_locked(p, beyond > p->spilled ? beyond - p->spilled : 0))
            room = spilled;
    }
    char *wider = room > p->room ? malloc(room) : NULL;
    if (!wider)
        return;
    size_t to_edge = p->room - p->first, head = p->used < to_edge ? p->used : to_edge;
    memcpy(wider, p->ring + p->first, head);
    memcpy(wider + head, p->ring, p->used - head);
    free(p->ring);
    p->ring = wider;
    p->room = room;
    p->first = 0;
}

static size_t put_locked(struct pipe *p, struct slice bytes)
{
    if (p->room - p->used < bytes.n)
        widen_locked(p, bytes.n);
    size_t room = p->room - p->used;
    size_t n = bytes.n < room ? bytes.n : room;
    size_t at = (p->first + p->used) % p->room;
    size_t to_edge = p->room - at;
    size_t head = n < to_edge ? n : to_edge;
    memcpy(p->ring + at, bytes.p, head);
    memcpy(p->ring, bytes.p + head, n - head);
    p->used += n;
    return n;
}

static size_t take_locked(struct pipe *p, char *out, size_t max)
{
    size_t n = p->used < max ? p->used : max;
    size_t to_edge = p->room - p->first;
    size_t head = n < to_edge ? n : to_edge;
    memcpy(out, p->ring + p->first, head);
    memcpy(out + head, p->ring, n - head);
    p->first = (p->first + n) % p->room;
    p->used -= n;
    p->bytes_read += n;
    return n;
}

ssize_t pipe_read(struct pipe *p, char *out, size_t max)
{
    ssize_t got = 0;
    pthread_mutex_lock(&p->lock);
    if (p->cancelled || p->reader_gone) {
        got = PIPE_CANCELLED;
    } else if (p->used > 0) {
        got = (ssize_t)take_locked(p, out, max);
        pthread_cond_signal(&p->moved);
    } else if (p->ended) {
        got = PIPE_END;
    } else {
        p->asleep = true;
        p->options.sleep(p->options.reader);
    }
    pthread_mutex_unlock(&p->lock);
    return got;
}

void pipe_forget_reader(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    p->reader_gone = true;
    p->asleep = false;
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->lock);
}

/* Waits until the reader has made room; false when it made none in time. */
static bool wait_for_room_locked(struct pipe *p, int64_t until_ms)
{
    while (p->used == p->room && !p->cancelled && !p->reader_gone)
        if (!clock_cond_wait(&p->moved, &p->lock, until_ms))
            return p->used < p->room;
    return true;
}

bool pipe_write(struct pipe *p, struct slice bytes)
{
    int64_t until_ms = clock_ms() + p->options.write_timeout_ms;
    pthread_mutex_lock(&p->lock);
    p->writing = true;
    while (bytes.n > 0 && !p->cancelled && !p->reader_gone && !p->ended) {
        size_t n = put_locked(p, bytes);
        bytes = slice_sub(bytes, n, bytes.n - n);
        wake_locked(p);
        if (bytes.n > 0 && !wait_for_room_locked(p, until_ms)) {
            p->timed_out = true;
            p->cancelled = true;
        }
    }
    p->writing = false;
    p->written_ms = clock_ms();
    bool ok = !p->cancelled && !p->reader_gone && !p->ended;
    pthread_mutex_unlock(&p->lock);
    return ok;
}

void pipe_end(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    wake_locked(p);
    pthread_mutex_unlock(&p->lock);
}

void pipe_cancel(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    p->cancelled = true;
    wake_locked(p);
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->lock);
}

bool pipe_beat(struct pipe *p, int64_t now_ms, bool now)
{
    pthread_mutex_lock(&p->lock);
    bool open = !p->cancelled && !p->reader_gone && !p->ended;
    bool due = now || now_ms - p->written_ms >= p->options.heartbeat_ms;
    if (open && due && p->used == 0 && !p->writing) {
        put_locked(p, slice_of(p->options.heartbeat));
        p->written_ms = now_ms;
        wake_locked(p);
    }
    bool something = p->used > 0;
    pthread_mutex_unlock(&p->lock);
    return something;
}

bool pipe_timed_out(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    bool timed_out = p->timed_out;
    pthread_mutex_unlock(&p->lock);
    return timed_out;
}

bool pipe_is_pending(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    bool pending = p->used > 0;
    pthread_mutex_unlock(&p->lock);
    return pending;
}

uint64_t pipe_bytes_read(struct pipe *p)
{
    pthread_mutex_lock(&p->lock);
    uint64_t n = p->bytes_read;
    pthread_mutex_unlock(&p->lock);
    return n;
}
