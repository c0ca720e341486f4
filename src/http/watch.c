/* watch.c - see watch.h for the contract.
 *
 * Two sources wake the thread. A side epoll has every connection's socket, edge-triggered and for hang-ups only, so it
 * stays silent while data flows. A tick, a fraction of the shortest time-out, walks the seats; with no connection at
 * all the thread sleeps without one.
 *
 * EPOLLRDHUP alone does not mean that a client has left: one that has sent its request may close its sending half and
 * go on reading (`printf ... | nc -N`). Only EPOLLHUP or EPOLLERR is a departure. A client that has gone altogether
 * looks half-closed until something is sent to it, so RDHUP makes the seat due for a probe: a heartbeat in a stream
 * that has begun, an interim "100 Continue" before that. The reset that comes back is the proof.
 *
 * Seats are named by place and generation in the epoll, never by pointer: an event may be read after its connection
 * has been closed. A seat's fd is open as long as the seat is taken, since watch_leave runs before the close. */
#include "http/request.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    SHORTEST_TICK_MS = 5,
    LONGEST_TICK_MS = 250,
    LINGER_MS = 2000,
    LINGERING = 64,      /* more than these are closed at once */
    LINGER_TICK_MS = 20, /* while something lingers */
    WASTE_BYTES = 16 * 1024,
    WASTES_PER_TICK = 16, /* so much is read from each: what the client sends beyond that waits on its side */
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
    struct exchange *exchange; /* BUSY only */
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
    unsigned taken, lingering_count;
    struct lingering lingering[LINGERING];
    struct seat *free;
    struct seat seats[];
};

static void poke(struct watch *w)
{
    uint64_t one = 1;
    ssize_t ignored = write(w->poke, &one, sizeof one); /* full: the thread is about to wake anyway */
    (void)ignored;
}

static void look_after_seat(struct watch *w, struct seat *seat, int64_t now_ms)
{
    int64_t age_ms = now_ms - seat->since_ms;
    if (seat->phase == BUSY && seat->hung_up) {
        exchange_give_up(seat->exchange);
    } else if (seat->phase == BUSY) {
        exchange_tick(seat->exchange, now_ms, &seat->probe);
    } else if (seat->phase == IDLE && age_ms >= w->options.idle_timeout_ms) {
        shutdown(seat->fd, SHUT_RDWR);
    } else if (seat->phase == RECEIVING && age_ms >= w->options.request_timeout_ms) {
        /* The HTTP thread sees an end of input and closes; request_completed then sends the 408. Each tick anew: a piece
         * that arrives at this very moment is read instead, and libmicrohttpd waits for the next edge. */
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
    return tcp.tcpi_state != TCP_ESTABLISHED && tcp.tcpi_state != TCP_FIN_WAIT1 && tcp.tcpi_state != TCP_FIN_WAIT2;
}

static void drain(int fd)
{
    char waste[WASTE_BYTES];
    for (int i = 0; i < WASTES_PER_TICK && recv(fd, waste, sizeof waste, MSG_DONTWAIT) > 0; i++)
        ;
}

static void look_after_lingering(struct watch *w, int64_t now_ms)
{
    for (unsigned i = 0; i < w->lingering_count;) {
        struct lingering *l = &w->lingering[i];
        drain(l->fd);
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
    if (event->events & (EPOLLHUP | EPOLLERR))
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
        for (unsigned i = 0; i < w->options.seats && w->taken; i++)
            look_after_seat(w, &w->seats[i], now_ms);
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

static void release(struct watch *w)
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
    struct watch *w = calloc(1, sizeof *w + options->seats * sizeof w->seats[0]);
    if (!w) {
        err_set(e, ERR_INTERNAL, "There is no memory for %u connections.", options->seats);
        return NULL;
    }
    w->options = *options;
    w->tick_ms = choose_tick_ms(options);
    w->epoll = w->poke = -1;
    pthread_mutex_init(&w->lock, NULL);
    for (uint32_t i = options->seats; i-- > 0;) {
        w->seats[i].place = i;
        w->seats[i].next_free = w->free;
        w->free = &w->seats[i];
    }
    if (!start_thread(w)) {
        err_set(e, ERR_INTERNAL, "The watching thread cannot be started: %s.", strerror(errno));
        release(w);
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
    poke(w);
    pthread_join(w->thread, NULL);
    release(w);
}

struct seat *watch_sit(struct watch *w, int fd)
{
    pthread_mutex_lock(&w->lock);
    struct seat *seat = w->free;
    if (seat) {
        w->free = seat->next_free;
        *seat = (struct seat){.fd = fd,
                              .place = seat->place,
                              .generation = seat->generation + 1,
                              .phase = IDLE,
                              .since_ms = clock_ms()};
        struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET,
                                    .data.u64 = (uint64_t)seat->generation << 32 | seat->place};
        /* Without it only the quick notice of departures is lost. */
        epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
        if (w->taken++ == 0)
            poke(w); /* the thread sleeps without a tick while there is nobody */
    }
    pthread_mutex_unlock(&w->lock);
    return seat;
}

void watch_leave(struct watch *w, struct seat *seat)
{
    pthread_mutex_lock(&w->lock);
    /* By hand: a lingering copy of the descriptor would keep the registration alive. */
    epoll_ctl(w->epoll, EPOLL_CTL_DEL, seat->fd, NULL);
    seat->phase = EMPTY;
    seat->exchange = NULL;
    seat->next_free = w->free;
    w->free = seat;
    w->taken--;
    pthread_mutex_unlock(&w->lock);
}

static void enter(struct seat *seat, enum phase phase, struct exchange *x)
{
    seat->phase = phase;
    seat->since_ms = clock_ms();
    seat->exchange = x;
}

void watch_receiving(struct watch *w, struct seat *seat)
{
    pthread_mutex_lock(&w->lock);
    enter(seat, RECEIVING, NULL);
    pthread_mutex_unlock(&w->lock);
}

bool watch_busy(struct watch *w, struct seat *seat, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    bool in_time = !seat->too_slow;
    if (in_time)
        enter(seat, BUSY, x);
    pthread_mutex_unlock(&w->lock);
    return in_time;
}

bool watch_done(struct watch *w, struct seat *seat)
{
    pthread_mutex_lock(&w->lock);
    bool too_slow = seat->too_slow;
    enter(seat, IDLE, NULL);
    pthread_mutex_unlock(&w->lock);
    return too_slow;
}

int seat_fd(const struct seat *seat)
{
    return seat->fd;
}

void watch_linger(struct watch *w, int fd)
{
    pthread_mutex_lock(&w->lock);
    int copy = w->lingering_count < LINGERING ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (copy >= 0) {
        w->lingering[w->lingering_count++] = (struct lingering){copy, clock_ms() + LINGER_MS};
        poke(w); /* to shorten the tick */
    }
    pthread_mutex_unlock(&w->lock);
}

void watch_each(struct watch *w, void (*act)(struct exchange *x))
{
    pthread_mutex_lock(&w->lock);
    for (unsigned i = 0; i < w->options.seats; i++)
        if (w->seats[i].phase == BUSY)
            act(w->seats[i].exchange);
    pthread_mutex_unlock(&w->lock);
}

void watch_shut_all(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    for (unsigned i = 0; i < w->options.seats; i++)
        if (w->seats[i].phase != EMPTY)
            shutdown(w->seats[i].fd, SHUT_RDWR);
    pthread_mutex_unlock(&w->lock);
}
