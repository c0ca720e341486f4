/* raw_client.h - a socket, the bytes of a request, and the replies taken apart. For tests of the server. */
#ifndef TESTS_HTTP_RAW_CLIENT_H
#define TESTS_HTTP_RAW_CLIENT_H

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

enum { REPLY_BYTES = 256 * 1024, PATIENCE_MS = 5000 };

struct client {
    int fd;
    size_t n; /* bytes in `in` that were received and not yet taken as a reply */
    char in[REPLY_BYTES + 1];
};

struct reply {
    int status;  /* 0: the connection closed before a whole head had come */
    bool closed; /* the server closed after it */
    char head[8192];
    size_t body_bytes;
    char body[REPLY_BYTES + 1]; /* chunks joined; NUL-terminated */
};

static inline void client_connect(struct client *c, unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->n = 0;
    c->in[0] = '\0';
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&at, sizeof at), 0);
}

static inline bool client_send(struct client *c, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(c->fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static inline bool client_say(struct client *c, const char *text)
{
    return client_send(c, text, strlen(text));
}

/* False at the end of the connection, or when nothing came in time. */
static inline bool client_more(struct client *c, int patience_ms)
{
    struct pollfd one = {.fd = c->fd, .events = POLLIN};
    if (c->n == REPLY_BYTES || poll(&one, 1, patience_ms) <= 0)
        return false;
    ssize_t n = recv(c->fd, c->in + c->n, REPLY_BYTES - c->n, 0);
    if (n <= 0)
        return false;
    c->n += (size_t)n;
    c->in[c->n] = '\0';
    return true;
}

static inline void client_take(struct client *c, size_t n)
{
    memmove(c->in, c->in + n, c->n - n + 1);
    c->n -= n;
}

/* Waits until text has come; false when it did not. */
static inline bool client_sees(struct client *c, const char *text, int patience_ms)
{
    int64_t until = clock_ms() + patience_ms;
    while (!memmem(c->in, c->n, text, strlen(text)))
        if (clock_ms() >= until || !client_more(c, (int)(until - clock_ms())))
            return false;
    return true;
}

/* True when the server closes the connection in time; what comes before is kept. */
static inline bool client_closed(struct client *c, int patience_ms)
{
    int64_t until = clock_ms() + patience_ms;
    while (clock_ms() < until) {
        struct pollfd one = {.fd = c->fd, .events = POLLIN};
        if (poll(&one, 1, (int)(until - clock_ms())) > 0 && !client_more(c, 0))
            return true;
    }
    return false;
}

/* The value of a header in a head, or NULL; in a buffer that the next call overwrites. */
static inline const char *head_value(const char *head, const char *name)
{
    static char value[1024];
    char line[256];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = strcasestr(head, line);
    if (!at)
        return NULL;
    at += strlen(line);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

static inline bool take_chunk(struct client *c, struct reply *r, bool *last)
{
    while (!strstr(c->in, "\r\n"))
        if (!client_more(c, PATIENCE_MS))
            return false;
    size_t line = (size_t)(strstr(c->in, "\r\n") - c->in) + 2;
    size_t n = strtoul(c->in, NULL, 16);
    while (c->n < line + n + 2)
        if (!client_more(c, PATIENCE_MS))
            return false;
    assert_true(r->body_bytes + n <= REPLY_BYTES);
    memcpy(r->body + r->body_bytes, c->in + line, n);
    r->body_bytes += n;
    r->body[r->body_bytes] = '\0';
    client_take(c, line + n + 2);
    *last = n == 0;
    return true;
}

/* Takes one whole reply off the connection. `has_body` false for HEAD. */
static inline void client_reply(struct client *c, struct reply *r, bool has_body)
{
    r->status = 0;
    r->body_bytes = 0;
    r->body[0] = r->head[0] = '\0';
    if (!client_sees(c, "\r\n\r\n", PATIENCE_MS))
        return;
    size_t head = (size_t)((char *)memmem(c->in, c->n, "\r\n\r\n", 4) - c->in) + 4;
    assert_true(head < sizeof r->head);
    memcpy(r->head, c->in, head);
    r->head[head] = '\0';
    r->status = (int)strtol(r->head + 9, NULL, 10);
    client_take(c, head);
    const char *length = head_value(r->head, "Content-Length");
    size_t want = length ? strtoul(length, NULL, 10) : 0;
    if (!has_body || r->status == 204 || r->status == 100)
        return;
    bool last = false;
    if (head_value(r->head, "Transfer-Encoding"))
        while (!last)
            assert_true(take_chunk(c, r, &last));
    while (length && c->n < want && client_more(c, PATIENCE_MS))
        ;
    if (length && c->n >= want) {
        memcpy(r->body, c->in, want);
        r->body[want] = '\0';
        r->body_bytes = want;
        client_take(c, want);
    }
}

static inline void client_close(struct client *c)
{
    close(c->fd);
    c->fd = -1;
}

#endif
