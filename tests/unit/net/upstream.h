/* upstream.h - a scripted web server on loopback, for tests of clients: each path misbehaves in its own way.
 *
 * A thread accepts, a thread serves each connection. What is odd about a reply is in its path, with a number behind '?'
 * where it takes one: "/slow?300". Every reply says Connection: keep-alive unless it has to close. */
#ifndef TESTS_NET_UPSTREAM_H
#define TESTS_NET_UPSTREAM_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

enum { UPSTREAM_HEAD_BYTES = 16384, UPSTREAM_THREADS = 512 };

struct upstream {
    int fd;
    unsigned port;
    pthread_t acceptor, threads[UPSTREAM_THREADS];
    size_t thread_count;
    atomic_bool stop;
    atomic_uint connections, requests, robots, busy, most_busy;
    _Atomic int64_t last_start_ms, least_gap_ms; /* between the starts of requests other than /robots.txt */
    const char *robots_text;                     /* NULL: 404 */
    atomic_int robots_status;                    /* 0: 200 or 404 by robots_text */
    const char *host;                            /* "127.0.0.1" */
};

struct upstream_call {
    struct upstream *u;
    int fd;
    char head[UPSTREAM_HEAD_BYTES];
    char path[4096];
    unsigned number; /* after '?' */
};

static inline bool upstream_send(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static inline bool upstream_say(int fd, const char *text)
{
    return upstream_send(fd, text, strlen(text));
}

/* In small steps, so that a test can end. */
static inline void upstream_sleep(struct upstream *u, unsigned ms)
{
    for (int64_t end = clock_ms() + ms; clock_ms() < end && !atomic_load(&u->stop);) {
        int64_t left = end - clock_ms();
        poll(NULL, 0, left > 20 ? 20 : (int)left);
    }
}

static inline bool upstream_reply(int fd, const char *status, const char *headers, const char *body)
{
    char text[16384];
    int n = snprintf(text, sizeof text, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status, headers, strlen(body),
                     body);
    return upstream_send(fd, text, (size_t)n);
}

/* gzip of n bytes of zeros, by hand: a fixed Huffman block of "repeat 258 times what stood one before". No checksum;
 * whoever inflates it to its end has been fooled anyway. */
static inline char *upstream_bomb(size_t n, size_t *bytes)
{
    static const unsigned char head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    size_t room = 64 + n / 258 * 2, at = sizeof head;
    unsigned char *out = calloc(1, room);
    uint32_t bits = 3, count = 3; /* last block, fixed codes */
    memcpy(out, head, sizeof head);
    bits |= 0x0cu << count, count += 8; /* literal 0: code 00110000, its first bit lowest */
    for (size_t made = 1; made < n; made += 258) {
        bits |= 0xa3u << count, count += 8; /* length 258: 11000101 */
        count += 5;                         /* distance 1: 00000 */
        for (; count >= 8; count -= 8, bits >>= 8)
            out[at++] = (unsigned char)bits;
    }
    out[at++] = (unsigned char)bits;
    *bytes = at + 2;
    return (char *)out;
}

static inline bool upstream_bomb_reply(int fd, size_t inflated)
{
    size_t n;
    char head[200], *bytes = upstream_bomb(inflated, &n);
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", n);
    bool ok = upstream_say(fd, head) && upstream_send(fd, bytes, n);
    free(bytes);
    return ok;
}

static inline bool upstream_forever(struct upstream_call *c, const char *head, const char *piece, unsigned pause_ms)
{
    if (!upstream_say(c->fd, head))
        return false;
    while (!atomic_load(&c->u->stop) && upstream_say(c->fd, piece))
        if (pause_ms)
            upstream_sleep(c->u, pause_ms);
    return false;
}

static inline bool upstream_misbehave(struct upstream_call *c)
{
    static const char kilobyte[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";
    struct slice path = slice_sub(slice_of(c->path), 0, slice_find(slice_of(c->path), SLICE("?")));
    int fd = c->fd;
    if (slice_is(path, "/hang"))
        return upstream_sleep(c->u, 60000), false;
    if (slice_is(path, "/hang-body"))
        return upstream_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab") &&
               (upstream_sleep(c->u, 60000), false);
    if (slice_is(path, "/reset")) {
        struct linger now = {1, 0};
        upstream_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nab");
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return false;
    }
    if (slice_is(path, "/close"))
        return false;
    if (slice_is(path, "/drip"))
        return upstream_forever(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", 100);
    if (slice_is(path, "/drip-head"))
        return upstream_forever(c, "HTTP/1.1 200 OK\r\n", "X-Drip: x\r\n", 100);
    if (slice_is(path, "/headers"))
        return upstream_forever(c, "HTTP/1.1 200 OK\r\n", "X-Flood: x\r\n", 0);
    if (slice_is(path, "/continue"))
        return upstream_forever(c, "", "HTTP/1.1 100 Continue\r\n\r\n", 0);
    if (slice_is(path, "/huge"))
        return upstream_forever(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", kilobyte, 0);
    if (slice_is(path, "/huge-length"))
        return upstream_forever(c, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", kilobyte, 0);
    if (slice_is(path, "/lying-long"))
        return upstream_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort") && false;
    if (slice_is(path, "/lying-short"))
        return upstream_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort and more that is not announced") &&
               false;
    if (slice_is(path, "/chunk-garbage"))
        return upstream_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnonsense\r\n") && false;
    if (slice_is(path, "/chunk-cut"))
        return upstream_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n") && false;
    if (slice_is(path, "/garbage"))
        return upstream_say(fd, "SSH-2.0-OpenSSH_9.2p1\r\n") && false;
    if (slice_is(path, "/gzip-garbage"))
        return upstream_reply(fd, "200 OK", "Content-Encoding: gzip\r\n", "this is not gzip at all");
    if (slice_is(path, "/bomb"))
        return upstream_bomb_reply(fd, (size_t)c->number << 20);
    return false;
}

static inline bool upstream_plain(struct upstream_call *c)
{
    struct slice whole = slice_of(c->path), path = slice_sub(whole, 0, slice_find(whole, SLICE("?")));
    char text[9000];
    int fd = c->fd;
    if (slice_is(path, "/ok"))
        return upstream_reply(fd, "200 OK", "Content-Type: text/plain; charset=utf-8\r\n", "fine\n");
    if (slice_is(path, "/slow"))
        return upstream_sleep(c->u, c->number), upstream_reply(fd, "200 OK", "Content-Type: text/html\r\n", "<p>slow");
    if (slice_is(path, "/echo")) {
        snprintf(text, sizeof text, "%.8000s", c->head);
        return upstream_reply(fd, "200 OK", "Content-Type: text/plain\r\n", text);
    }
    if (slice_is(path, "/page")) /* a page with a validator and no freshness */
        return strstr(c->head, "If-None-Match: \"v1\"")
                   ? upstream_reply(fd, "304 Not Modified", "ETag: \"v1\"\r\n", "")
                   : upstream_reply(fd, "200 OK", "ETag: \"v1\"\r\nContent-Type: text/html\r\n", "<p>the page");
    if (slice_is(path, "/cached"))
        return upstream_reply(fd, "200 OK", "Cache-Control: max-age=9999\r\nContent-Type: text/html\r\n", "<p>keep");
    if (slice_is(path, "/no-store"))
        return upstream_reply(fd, "200 OK", "Cache-Control: no-store\r\nContent-Type: text/html\r\n", "<p>forget");
    if (slice_is(path, "/429"))
        return upstream_reply(fd, "429 Too Many Requests", "Retry-After: 7\r\n", "slower");
    if (slice_is(path, "/503-date"))
        return upstream_reply(fd, "503 Busy", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n", "");
    if (slice_is(path, "/404"))
        return upstream_reply(fd, "404 Not Found", "", "nothing");
    if (slice_is(path, "/304"))
        return upstream_reply(fd, "304 Not Modified", "", "");
    if (slice_is(path, "/loop"))
        return upstream_reply(fd, "302 Found", "Location: /loop\r\n", "around");
    if (slice_is(path, "/hop")) {
        snprintf(text, sizeof text, "Location: %s%u\r\n", c->number > 1 ? "/hop?" : "/ok?", c->number - 1);
        return upstream_reply(fd, "301 Moved", text, "on");
    }
    if (slice_is(path, "/to")) { /* wherever the query says */
        snprintf(text, sizeof text, "Location: %.4000s\r\n", path.n < whole.n ? whole.p + path.n + 1 : "");
        return upstream_reply(fd, "302 Found", text, "there");
    }
    return upstream_misbehave(c);
}

static inline bool upstream_robots(struct upstream_call *c)
{
    int status = atomic_load(&c->u->robots_status);
    char line[64];
    atomic_fetch_add(&c->u->robots, 1);
    if (status == 0 && c->u->robots_text)
        return upstream_reply(c->fd, "200 OK", "Content-Type: text/plain\r\n", c->u->robots_text);
    snprintf(line, sizeof line, "%d Scripted", status ? status : 404);
    return upstream_reply(c->fd, line, "", "");
}

static inline void upstream_count(struct upstream *u)
{
    unsigned busy = atomic_fetch_add(&u->busy, 1) + 1, most = atomic_load(&u->most_busy);
    while (busy > most && !atomic_compare_exchange_weak(&u->most_busy, &most, busy))
        ;
    int64_t now = clock_ms(), last = atomic_exchange(&u->last_start_ms, now), least = atomic_load(&u->least_gap_ms);
    while (last && now - last < least && !atomic_compare_exchange_weak(&u->least_gap_ms, &least, now - last))
        ;
    atomic_fetch_add(&u->requests, 1);
}

/* False when the connection is over. */
static inline bool upstream_read_head(struct upstream_call *c)
{
    size_t n = 0;
    memset(c->head, 0, sizeof c->head);
    while (n + 1 < sizeof c->head) {
        struct pollfd p = {c->fd, POLLIN, 0};
        if (atomic_load(&c->u->stop))
            return false;
        if (poll(&p, 1, 20) <= 0)
            continue;
        ssize_t got = recv(c->fd, c->head + n, sizeof c->head - 1 - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
        if (c->head[0] == 0x16) /* TLS, which is not spoken here */
            return upstream_say(c->fd, "HTTP/1.1 400 Bad Request\r\n\r\n") && false;
        if (strstr(c->head, "\r\n\r\n"))
            return true;
    }
    return false;
}

struct upstream_job {
    struct upstream *u;
    int fd;
};

static inline void *upstream_serve(void *ud)
{
    struct upstream_job job = *(struct upstream_job *)ud;
    struct upstream_call *c = calloc(1, sizeof *c);
    free(ud);
    c->u = job.u;
    c->fd = job.fd;
    for (bool open = true; open && upstream_read_head(c);) {
        const char *question;
        if (sscanf(c->head, "%*s %4095s", c->path) != 1)
            break;
        question = strchr(c->path, '?');
        c->number = question ? (unsigned)strtoul(question + 1, NULL, 10) : 0;
        if (strcmp(c->path, "/robots.txt") == 0) {
            open = upstream_robots(c);
        } else {
            upstream_count(c->u);
            open = upstream_plain(c);
            atomic_fetch_sub(&c->u->busy, 1);
        }
    }
    close(c->fd);
    free(c);
    return NULL;
}

static inline void *upstream_accept(void *ud)
{
    struct upstream *u = ud;
    while (!atomic_load(&u->stop)) {
        struct pollfd p = {u->fd, POLLIN, 0};
        if (poll(&p, 1, 20) <= 0)
            continue;
        int fd = accept4(u->fd, NULL, NULL, SOCK_CLOEXEC), on = 1;
        if (fd < 0 || u->thread_count == UPSTREAM_THREADS)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct upstream_job *job = malloc(sizeof *job);
        *job = (struct upstream_job){u, fd};
        atomic_fetch_add(&u->connections, 1);
        if (pthread_create(&u->threads[u->thread_count], NULL, upstream_serve, job) == 0)
            u->thread_count++;
    }
    return NULL;
}

/* Listens on all of 127.0.0.0/8 when host is "0.0.0.0". port 0 takes a free one. */
static inline struct upstream *upstream_start(const char *host, unsigned port)
{
    struct upstream *u = calloc(1, sizeof *u);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t n = sizeof at;
    int on = 1;
    inet_pton(AF_INET, host, &at.sin_addr);
    u->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(u->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    atomic_store(&u->least_gap_ms, 1000000);
    u->host = host;
    if (bind(u->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(u->fd, 256) != 0)
        abort();
    getsockname(u->fd, (struct sockaddr *)&at, &n);
    u->port = ntohs(at.sin_port);
    if (pthread_create(&u->acceptor, NULL, upstream_accept, u) != 0)
        abort();
    return u;
}

static inline void upstream_stop(struct upstream *u)
{
    atomic_store(&u->stop, true);
    pthread_join(u->acceptor, NULL);
    for (size_t i = 0; i < u->thread_count; i++)
        pthread_join(u->threads[i], NULL);
    close(u->fd);
    free(u);
}

#endif
