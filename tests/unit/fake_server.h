/* fake_server.h - an HTTP server on loopback whose answers a test makes up.
 *
 * It accepts, reads one request after the other from each connection and hands them to the test's answer(), which
 * writes raw bytes: so it can answer well, badly, slowly or not at all. A thread accepts, a thread serves each
 * connection. Everything a test needs for that is here; what is odd about an answer is in the header of the test that
 * wants it. */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"

enum { FAKE_THREADS = 512, FAKE_REQUEST_BYTES = 8 << 20 };

struct fake_call;

struct fake_server {
    bool (*answer)(struct fake_call *c); /* false: the connection is closed. Several threads */
    void *ud;
    int fd;
    unsigned port;
    pthread_t acceptor, threads[FAKE_THREADS];
    size_t thread_count;
    atomic_bool stop;
    atomic_uint connections;
};

struct fake_call {
    struct fake_server *server;
    int fd;
    char path[4096];  /* with the query */
    char *text;       /* the whole request, NUL-terminated */
    const char *body; /* in text */
    size_t n, room;
};

static inline bool fake_send(int fd, const char *bytes, size_t n)
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

static inline bool fake_say(int fd, const char *text)
{
    return fake_send(fd, text, strlen(text));
}

/* status: "200 OK"; headers: whole lines. */
static inline bool fake_reply(int fd, const char *status, const char *headers, const char *body, size_t n)
{
    char head[16384];
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, headers, n);
    return fake_say(fd, head) && fake_send(fd, body, n);
}

/* In small steps, so that a test can end. */
static inline void fake_sleep(struct fake_server *s, int64_t ms)
{
    for (int64_t end = clock_ms() + ms; clock_ms() < end && !atomic_load(&s->stop);) {
        int64_t left = end - clock_ms();
        poll(NULL, 0, left > 20 ? 20 : (int)left);
    }
}

/* The connection will break with a reset when it is closed. */
static inline void fake_reset(int fd)
{
    struct linger now = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/* More of the request. False: the connection is over. */
static inline bool fake_receive(struct fake_call *c)
{
    for (;;) {
        struct pollfd p = {c->fd, POLLIN, 0};
        if (atomic_load(&c->server->stop) || c->n >= FAKE_REQUEST_BYTES)
            return false;
        if (poll(&p, 1, 20) > 0)
            break;
    }
    if (c->room - c->n < 16384) {
        c->room = 2 * c->room + 16384;
        c->text = realloc(c->text, c->room + 1);
    }
    ssize_t got = recv(c->fd, c->text + c->n, c->room - c->n, 0);
    if (got <= 0)
        return false;
    c->n += (size_t)got;
    c->text[c->n] = '\0';
    return true;
}

/* One request with its body; clients here send no second one before the answer. */
static inline bool fake_read(struct fake_call *c)
{
    char *end = NULL;
    c->n = 0;
    while (!end) {
        if (!fake_receive(c))
            return false;
        if (c->text[0] == 0x16) /* TLS, which is not spoken here */
            return fake_say(c->fd, "HTTP/1.1 400 Bad Request\r\n\r\n") && false;
        end = strstr(c->text, "\r\n\r\n");
    }
    size_t head = (size_t)(end - c->text) + 4;
    const char *length = strcasestr(c->text, "\r\nContent-Length: ");
    size_t body = length && length < end ? strtoul(length + 18, NULL, 10) : 0;
    while (c->n < head + body)
        if (!fake_receive(c))
            return false;
    c->body = c->text + head;
    return sscanf(c->text, "%*s %4095s", c->path) == 1;
}

static inline void *fake_serve(void *ud)
{
    struct fake_call *c = ud;
    while (fake_read(c) && c->server->answer(c))
        ;
    close(c->fd);
    free(c->text);
    free(c);
    return NULL;
}

static inline void *fake_accept(void *ud)
{
    struct fake_server *s = ud;
    while (!atomic_load(&s->stop)) {
        struct pollfd p = {s->fd, POLLIN, 0};
        if (poll(&p, 1, 20) <= 0)
            continue;
        int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC), on = 1;
        if (fd < 0 || s->thread_count == FAKE_THREADS)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct fake_call *c = calloc(1, sizeof *c);
        c->server = s;
        c->fd = fd;
        atomic_fetch_add(&s->connections, 1);
        if (pthread_create(&s->threads[s->thread_count], NULL, fake_serve, c) == 0)
            s->thread_count++;
    }
    return NULL;
}

/* host: an address of loopback, or "0.0.0.0" for all of 127.0.0.0/8. port 0 takes a free one. */
static inline void fake_start(struct fake_server *s, const char *host, unsigned port,
                              bool (*answer)(struct fake_call *c), void *ud)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t n = sizeof at;
    int on = 1;
    s->answer = answer;
    s->ud = ud;
    inet_pton(AF_INET, host, &at.sin_addr);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(s->fd, 256) != 0)
        abort();
    getsockname(s->fd, (struct sockaddr *)&at, &n);
    s->port = ntohs(at.sin_port);
    if (pthread_create(&s->acceptor, NULL, fake_accept, s) != 0)
        abort();
}

static inline void fake_stop(struct fake_server *s)
{
    atomic_store(&s->stop, true);
    pthread_join(s->acceptor, NULL);
    for (size_t i = 0; i < s->thread_count; i++)
        pthread_join(s->threads[i], NULL);
    close(s->fd);
}

#endif
