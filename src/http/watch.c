/* watch.c - see watch.h for the contract.
 *
 * Two sources wake the thread. The first is an epoll of its own with the socket of every connection, edge-triggered and
 * for hang-ups only, so it stays silent while data flows. The second is a tick, a fraction of the shortest time-out, at
 * which the thread walks the seats. With no connection at all it sleeps without a tick.
 *
 * EPOLLRDHUP alone does not mean that a client has left: after its request a client may close its sending half and go
 * on reading (`printf ... | nc -N`). Only EPOLLHUP and EPOLLERR mean that it has left. A client that is gone altogether
 * looks half-closed until something is sent to it. So RDHUP makes the seat due for a probe: a heartbeat in a stream
 * that has begun, an interim "100 Continue" before that. From a client that is gone, a reset comes back.
 *
 * The epoll names a seat by place and generation, never by pointer, since an event may be read after its connection has
 * been closed. The fd of a taken seat is open, since watch_leave runs before the close. */
#include "http/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h> /* as netinet/tcp.h, with the bytes that were received */
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    LINES_EVERY_MS = 1000, /* so often request lines are looked at, which takes a system call for each idle seat */
    TELL_FULL_MS = 60 * 1000,
    ADDRESS_SLOTS = 4096,
    SHORTEST_TICK_MS = 5,
    LONGEST_TICK_MS = 250,
    LINGER_MS = 2000,
    LINGERING = 64,      /* more than these are closed at once */
    LINGER_TICK_MS = 20, /* while something lingers */
    WASTE_BYTES = 16 * 1024,
    WASTES_PER_TICK = 16, /* reads from each socket; further bytes wait on the client's side */
    EVENTS = 64
};

#define POKE UINT64_MAX

enum phase { EMPTY, IDLE, RECEIVING, BUSY };

struct seat {
    int fd;
    uint32_t place, generation;
    enum phase phase;
    int64_t since_ms; /* begin of the phase */
    bool too_slow, probe, hung_up;
    bool trusted, evicted;
    struct watch_address address;
    uint64_t line_bytes;       /* IDLE: received when that was looked at last; 0: not yet */
    int64_t line_ms;           /* IDLE: when a part of a request line was seen; 0: none was */
    struct exchange *exchange; /* RECEIVING and BUSY only */
    void *owner;
    struct seat *next_free;
};

struct lingering {
    int fd;
    int64_t until_ms;
};

struct watch {
    pthread_t thread;
    pthread_mutex_t lock; /* guards everything below; outermost of the lock order */
    struct watch_options options;
    int tick_ms, epoll, poke;
    bool stopping;
    int64_t lines_ms;     /* when request lines were looked at */
    int64_t told_full_ms; /* when the log said that all seats are taken */
    unsigned all_seats, taken, lingering_count;
    struct lingering lingering[LINGERING];
    struct seat *free;
    struct seat seats[];
};

static void watch_poke(struct watch *w)
{
    uint64_t one = 1;
    ssize_t ignored = write(w->poke, &one, sizeof one); /* full: the thread is about to wake anyway */
    (void)ignored;
}

/* A request line that comes in drips: libmicrohttpd tells of it only when it is whole. */
static void look_after_line(struct watch *w, struct seat *seat, int64_t now_ms)
{
    struct tcp_info tcp = {0};
    socklen_t n = sizeof tcp;
    if (getsockopt(seat->fd, IPPROTO_TCP, TCP_INFO, &tcp, &n) != 0)
        return;
    if (seat->line_bytes && tcp.tcpi_bytes_received + 1 > seat->line_bytes && !seat->line_ms)
        seat->line_ms = now_ms;
    seat->line_bytes = tcp.tcpi_bytes_received + 1; /* never 0 */
    if (seat->line_ms && now_ms - seat->line_ms >= w->options.request_timeout_ms)
        shutdown(seat->fd, SHUT_RDWR);
}

static void look_after_seat(struct watch *w, struct seat *seat, int64_t now_ms)
{
    int64_t age_ms = now_ms - seat->since_ms;
    if (seat->phase == BUSY && seat->hung_up) {
        w->options.hung_up(seat->exchange);
    } else if (seat->phase == BUSY) {
        w->options.tick(seat->exchange, now_ms, &seat->probe);
    } else if (seat->phase == IDLE && age_ms >= w->options.idle_timeout_ms) {
        shutdown(seat->fd, SHUT_RDWR);
    } else if (seat->phase == RECEIVING && age_ms >= w->options.request_timeout_ms) {
        /* The HTTP thread sees an end of input and closes; request_completed then sends the 408. It is repeated each
         * tick: a piece that arrives at this very moment is read instead, and libmicrohttpd waits for the next edge. */
        seat->too_slow = true;
        shutdown(seat->fd, SHUT_RD);
    }
}

static bool client_closed(int fd)
{
    struct tcp_info tcp;
    socklen_t n = sizeof tcp;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &tcp, &n) != 0)
        return true;
    /* As netinet/tcp.h calls them, which cannot be included beside linux/tcp.h. */
    enum { ESTABLISHED = 1, FIN_WAIT1 = 4, FIN_WAIT2 = 5 };
    return tcp.tcpi_state != ESTABLISHED && tcp.tcpi_state != FIN_WAIT1 && tcp.tcpi_state != FIN_WAIT2;
}

static void watch_drain(int fd)
{
    char waste[WASTE_BYTES];
    for (int i = 0; i < WASTES_PER_TICK && recv(fd, waste, sizeof waste, MSG_DONTWAIT) > 0; i++)
        ;
}

static void look_after_lingering(struct watch *w, int64_t now_ms)
{
    for (unsigned i = 0; i < w->lingering_count;) {
        struct lingering *l = &w->lingering[i];
        watch_drain(l->fd);
        if (now_ms < l->until_ms && !client_closed(l->fd)) {
            i++;
            continue;
        }
        close(l->fd);
        *l = w->lingering[--w->lingering_count];
    }
}

static void take_event(struct watch *w, const struct epoll_event *event)
{
    if (event->data.u64 == POKE) {
        uint64_t count;
        ssize_t ignored = read(w->poke, &count, sizeof count);
        (void)ignored;
        return;
    }
    struct seat *seat = &w->seats[(uint32_t)event->data.u64];
    if (seat->phase == EMPTY || seat->generation != (uint32_t)(event->data.u64 >> 32))
        return;
    if ((event->events & (EPOLLHUP | EPOLLERR)) || w->options.half_closed_left)
        seat->hung_up = true;
    else
        seat->probe = true;
    if (seat->phase == BUSY)
        look_after_seat(w, seat, clock_ms());
}

static void *watch_thread(void *arg)
{
    struct watch *w = arg;
    struct epoll_event events[EVENTS];
    int64_t ticked_ms = 0;
    pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        int tick_ms = w->lingering_count && w->tick_ms > LINGER_TICK_MS ? LINGER_TICK_MS : w->tick_ms;
        bool looking = w->options.look(w->options.look_at, clock_ms());
        int timeout_ms = w->taken || w->lingering_count || looking ? tick_ms : -1;
        pthread_mutex_unlock(&w->lock);
        int n = epoll_wait(w->epoll, events, EVENTS, timeout_ms);
        pthread_mutex_lock(&w->lock);
        for (int i = 0; i < n; i++)
            take_event(w, &events[i]);
        int64_t now_ms = clock_ms();
        if (now_ms - ticked_ms < tick_ms)
            continue;
        ticked_ms = now_ms;
        look_after_lingering(w, now_ms);
        bool lines = now_ms - w->lines_ms >= LINES_EVERY_MS;
        w->lines_ms = lines ? now_ms : w->lines_ms;
        for (unsigned i = 0; i < w->all_seats && w->taken; i++) {
            if (lines && w->seats[i].phase == IDLE)
                look_after_line(w, &w->seats[i], now_ms);
            look_after_seat(w, &w->seats[i], now_ms);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static int choose_tick_ms(const struct watch_options *o)
{
    unsigned shortest = o->heartbeat_ms;
    if (o->request_timeout_ms < shortest)
        shortest = o->request_timeout_ms;
    if (o->idle_timeout_ms < shortest)
        shortest = o->idle_timeout_ms;
    shortest /= 4;
    if (shortest < SHORTEST_TICK_MS)
        return SHORTEST_TICK_MS;
    return shortest > LONGEST_TICK_MS ? LONGEST_TICK_MS : (int)shortest;
}

static bool start_thread(struct watch *w)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = POKE};
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    w->poke = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return w->epoll >= 0 && w->poke >= 0 && epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->poke, &event) == 0 &&
           pthread_create(&w->thread, NULL, watch_thread, w) == 0;
}

static void watch_release(struct watch *w)
{
    for (unsigned i = 0; i < w->lingering_count; i++)
        close(w->lingering[i].fd);
    if (w->epoll >= 0)
        close(w->epoll);
    if (w->poke >= 0)
        close(w->poke);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

struct watch *watch_new(const struct watch_options *options, struct err *e)
{
    unsigned all = options->seats + options->spare_seats;
    struct watch *w = calloc(1, sizeof *w + all * sizeof w->seats[0]);
    if (!w) {
        err_set(e, ERR_INTERNAL, "There is no memory for %u connections.", options->seats);
        return NULL;
    }
    w->options = *options;
    w->all_seats = all;
    w->tick_ms = choose_tick_ms(options);
    w->epoll = w->poke = -1;
    pthread_mutex_init(&w->lock, NULL);
    for (uint32_t i = all; i-- > 0;) {
        w->seats[i].place = i;
        w->seats[i].next_free = w->free;
        w->free = &w->seats[i];
    }
    if (!start_thread(w)) {
        err_set(e, ERR_INTERNAL, "The watching thread cannot be started: %s.", strerror(errno));
        watch_release(w);
        return NULL;
    }
    return w;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_mutex_unlock(&w->lock);
    watch_poke(w);
    pthread_join(w->thread, NULL);
    watch_release(w);
}

const unsigned char watch_v4_prefix[WATCH_V4_AT] = {[10] = 0xff, 0xff};

bool watch_address_is_v4(const struct watch_address *address)
{
    return memcmp(address->bytes, watch_v4_prefix, WATCH_V4_AT) == 0;
}

static struct watch_address address_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer = {0};
    struct watch_address a = {{0}};
    socklen_t n = sizeof peer;
    if (getpeername(fd, &peer.any, &n) != 0)
        return a;
    if (peer.any.sa_family == AF_INET6) {
        memcpy(a.bytes, &peer.v6.sin6_addr, sizeof a.bytes);
    } else if (peer.any.sa_family == AF_INET) {
        memcpy(a.bytes, watch_v4_prefix, WATCH_V4_AT);
        memcpy(a.bytes + WATCH_V4_AT, &peer.v4.sin_addr, WATCH_ADDRESS_BYTES - WATCH_V4_AT);
    }
    return a;
}

/* Whoever has an IPv6 address has its 2^64 neighbours as well. */
static unsigned neighbours_slot(const struct watch_address *a)
{
    struct slice text = {(const char *)a->bytes, a->bytes[0] ? 8 : sizeof a->bytes};
    uint32_t h = slice_hash(text);
    return (h ^ h >> 16) % ADDRESS_SLOTS;
}

/* Closes the connection that is least missed: see watch.h. Addresses are counted by slots of a hash. */
static void make_room_locked(struct watch *w)
{
    static unsigned counts[ADDRESS_SLOTS]; /* under the lock, and too large for a small stack */
    struct seat *least = NULL;
    memset(counts, 0, sizeof counts);
    for (unsigned i = 0; i < w->all_seats; i++)
        if (w->seats[i].phase != EMPTY && !w->seats[i].evicted)
            counts[neighbours_slot(&w->seats[i].address)]++;
    for (unsigned i = 0; i < w->all_seats; i++) {
        struct seat *s = &w->seats[i];
        if ((s->phase != IDLE && s->phase != RECEIVING) || s->evicted)
            continue;
        unsigned more = counts[neighbours_slot(&s->address)],
                 most = least ? counts[neighbours_slot(&least->address)] : 0;
        if (!least || s->trusted < least->trusted ||
            (s->trusted == least->trusted && (more > most || (more == most && s->since_ms < least->since_ms))))
            least = s;
    }
    if (least) {
        least->evicted = true;
        shutdown(least->fd, SHUT_RDWR);
    }
}

struct seat *watch_sit(struct watch *w, int fd)
{
    struct watch_address address = address_of(fd);
    int64_t now_ms = clock_ms();
    pthread_mutex_lock(&w->lock);
    if (w->taken >= w->options.seats) {
        make_room_locked(w);
        if (!w->told_full_ms || now_ms - w->told_full_ms >= TELL_FULL_MS) {
            log_event(LOG_WARN, "connections", "all %u are taken; idle ones give way", w->options.seats);
            w->told_full_ms = now_ms;
        }
    }
    struct seat *seat = w->free;
    if (seat) {
        w->free = seat->next_free;
        *seat = (struct seat){.fd = fd,
                              .place = seat->place,
                              .generation = seat->generation + 1,
                              .phase = IDLE,
                              .since_ms = now_ms,
                              .owner = w->options.owner,
                              .address = address};
        struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET,
                                    .data.u64 = (uint64_t)seat->generation << 32 | seat->place};
        /* Should it fail, a client that leaves is noticed later. */
        epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
        if (w->taken++ == 0)
            watch_poke(w); /* the thread sleeps without a tick while there is nobody */
    }
    pthread_mutex_unlock(&w->lock);
    return seat;
}

void watch_leave(struct watch *w, struct seat *seat)
{
    pthread_mutex_lock(&w->lock);
    /* Explicitly, since a lingering copy of the descriptor would keep the registration alive. */
    epoll_ctl(w->epoll, EPOLL_CTL_DEL, seat->fd, NULL);
    seat->phase = EMPTY;
    seat->exchange = NULL;
    seat->next_free = w->free;
    w->free = seat;
    w->taken--;
    pthread_mutex_unlock(&w->lock);
}

static void watch_enter(struct seat *seat, enum phase phase, struct exchange *x)
{
    seat->phase = phase;
    seat->since_ms = clock_ms();
    seat->line_bytes = 0;
    seat->line_ms = 0;
    seat->exchange = x;
}

void watch_receiving(struct watch *w, struct seat *seat, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    watch_enter(seat, RECEIVING, x);
    pthread_mutex_unlock(&w->lock);
}

bool watch_busy(struct watch *w, struct seat *seat, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    bool in_time = !seat->too_slow;
    if (in_time)
        watch_enter(seat, BUSY, x);
    pthread_mutex_unlock(&w->lock);
    return in_time;
}

bool watch_done(struct watch *w, struct seat *seat)
{
    pthread_mutex_lock(&w->lock);
    bool too_slow = seat->too_slow;
    watch_enter(seat, IDLE, NULL);
    pthread_mutex_unlock(&w->lock);
    return too_slow;
}

struct watch_address seat_address(const struct seat *seat)
{
    return seat->address;
}

void watch_trust(struct watch *w, struct seat *seat)
{
    pthread_mutex_lock(&w->lock);
    seat->trusted = true;
    pthread_mutex_unlock(&w->lock);
}

unsigned watch_taken(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    unsigned taken = w->taken;
    pthread_mutex_unlock(&w->lock);
    return taken;
}

int seat_fd(const struct seat *seat)
{
    return seat->fd;
}

void *seat_owner(const struct seat *seat)
{
    return seat->owner;
}

struct exchange *seat_exchange(const struct seat *seat)
{
    return seat->exchange;
}

void watch_linger(struct watch *w, int fd)
{
    pthread_mutex_lock(&w->lock);
    int copy = w->lingering_count < LINGERING ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (copy >= 0) {
        w->lingering[w->lingering_count++] = (struct lingering){copy, clock_ms() + LINGER_MS};
        watch_poke(w); /* to shorten the tick */
    }
    pthread_mutex_unlock(&w->lock);
}

void watch_each(struct watch *w, void (*act)(struct exchange *x))
{
    pthread_mutex_lock(&w->lock);
    for (unsigned i = 0; i < w->all_seats; i++)
        if (w->seats[i].phase == BUSY)
            act(w->seats[i].exchange);
    pthread_mutex_unlock(&w->lock);
}

void watch_shut_all(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    for (unsigned i = 0; i < w->all_seats; i++)
        if (w->seats[i].phase != EMPTY)
            shutdown(w->seats[i].fd, SHUT_RDWR);
    pthread_mutex_unlock(&w->lock);
}
