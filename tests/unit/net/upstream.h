/* upstream.h - a scripted web server on loopback, for tests of clients: each path misbehaves in its own way.
 *
 * What is odd about a reply is in its path, with a number behind '?' where it takes one: "/slow?300". A connection
 * stays open unless the reply has to close it. */
#ifndef TESTS_NET_UPSTREAM_H
#define TESTS_NET_UPSTREAM_H

#include "base/buf.h"
#include "fake_server.h"

struct upstream {
    struct fake_server server;
    unsigned port;
    atomic_uint requests, robots, busy, most_busy;
    _Atomic int64_t last_start_ms, least_gap_ms; /* between the starts of requests other than /robots.txt */
    const char *robots_text;                     /* NULL: 404 */
    atomic_int robots_status;                    /* 0: 200 or 404 by robots_text */
    const char *host;                            /* "127.0.0.1" */
};

struct upstream_call {
    struct upstream *u;
    int fd;
    const char *text, *path;
    unsigned number; /* after '?' */
};

static inline bool upstream_reply(int fd, const char *status, const char *headers, const char *body)
{
    return fake_reply(fd, status, headers, body, strlen(body));
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

static inline bool upstream_bomb_reply(int fd, size_t inflated, bool said)
{
    size_t n;
    char head[200], *bytes = upstream_bomb(inflated, &n);
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n\r\n",
             said ? "Content-Encoding: gzip\r\n" : "", n);
    bool ok = fake_say(fd, head) && fake_send(fd, bytes, n);
    free(bytes);
    return ok;
}

static inline bool upstream_forever(struct upstream_call *c, const char *head, const char *piece, unsigned pause_ms)
{
    if (!fake_say(c->fd, head))
        return false;
    while (!atomic_load(&c->u->server.stop) && fake_say(c->fd, piece))
        if (pause_ms)
            fake_sleep(&c->u->server, pause_ms);
    return false;
}

static inline bool upstream_misbehave(struct upstream_call *c)
{
    static const char kilobyte[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";
    struct slice path = slice_sub(slice_of(c->path), 0, slice_find(slice_of(c->path), SLICE("?")));
    int fd = c->fd;
    if (slice_is(path, "/hang"))
        return fake_sleep(&c->u->server, 60000), false;
    if (slice_is(path, "/hang-body"))
        return fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab") &&
               (fake_sleep(&c->u->server, 60000), false);
    if (slice_is(path, "/reset")) {
        fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nab");
        fake_reset(fd);
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
        return fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort") && false;
    if (slice_is(path, "/lying-short"))
        return fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort and more that is not announced") &&
               false;
    if (slice_is(path, "/chunk-garbage"))
        return fake_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnonsense\r\n") && false;
    if (slice_is(path, "/chunk-cut"))
        return fake_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n") && false;
    if (slice_is(path, "/garbage"))
        return fake_say(fd, "SSH-2.0-OpenSSH_9.2p1\r\n") && false;
    if (slice_is(path, "/gzip-garbage"))
        return upstream_reply(fd, "200 OK", "Content-Encoding: gzip\r\n", "this is not gzip at all");
    if (slice_is(path, "/gzip-unsaid")) { /* "packed" in a stored block */
        static const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x06\0\xf9\xffpacked\x10\xb4\xf6\x21\x06\0\0\0";
        return fake_reply(fd, "200 OK",
                          c->number ? "Content-Type: application/gzip\r\n" : "Content-Type: text/html\r\n", packed,
                          sizeof packed - 1);
    }
    if (slice_is(path, "/bomb") || slice_is(path, "/bomb-unsaid"))
        return upstream_bomb_reply(fd, (size_t)c->number << 20, slice_is(path, "/bomb"));
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
        return fake_sleep(&c->u->server, c->number),
               upstream_reply(fd, "200 OK", "Content-Type: text/html\r\n", "<p>slow");
    if (slice_is(path, "/echo")) {
        snprintf(text, sizeof text, "%.8000s", c->text);
        return upstream_reply(fd, "200 OK", "Content-Type: text/plain\r\n", text);
    }
    if (slice_is(path, "/page")) /* a page with a validator and no freshness */
        return strstr(c->text, "If-None-Match: \"v1\"")
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
    if (slice_is(path, "/cookies")) /* to itself, until both come back */
        return strstr(c->text, "a=2") && strstr(c->text, "b=1")
                   ? upstream_reply(fd, "200 OK", "Set-Cookie: c=3\r\nContent-Type: text/html\r\n", "<p>with cookies")
                   : upstream_reply(fd, "302 Found",
                                    strstr(c->text, "a=1") ? "Location: /cookies\r\nSet-Cookie: a=2\r\n"
                                                           : "Location: /cookies\r\nSet-Cookie: a=1; Path=/\r\n"
                                                             "Set-Cookie: b=1; HttpOnly\r\n",
                                    "");
    if (slice_is(path, "/lead-on")) { /* wherever the query says, by the page itself */
        snprintf(text, sizeof text, "<head><meta http-equiv=Refresh content=\"0; URL='%.4000s'\"></head><p>On.",
                 path.n < whole.n ? whole.p + path.n + 1 : "");
        return upstream_reply(fd, "200 OK", "Content-Type: text/html\r\n", text);
    }
    if (slice_is(path, "/frames"))
        return upstream_reply(fd, "200 OK", "Content-Type: text/html\r\n",
                              "<frameset cols='10%,*'><frame src=/404><frame src=/cached></frameset>");
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

static inline bool upstream_answer(struct fake_call *call)
{
    struct upstream *u = call->server->ud;
    const char *question = strchr(call->path, '?');
    struct upstream_call c = {.u = u, .fd = call->fd, .text = call->text, .path = call->path};
    c.number = question ? (unsigned)strtoul(question + 1, NULL, 10) : 0;
    if (strcmp(c.path, "/robots.txt") == 0)
        return upstream_robots(&c);
    upstream_count(u);
    bool open = upstream_plain(&c);
    atomic_fetch_sub(&u->busy, 1);
    return open;
}

/* Listens on all of 127.0.0.0/8 when host is "0.0.0.0". port 0 takes a free one. */
static inline struct upstream *upstream_start(const char *host, unsigned port)
{
    struct upstream *u = calloc(1, sizeof *u);
    atomic_store(&u->least_gap_ms, 1000000);
    u->host = host;
    fake_start(&u->server, host, port, upstream_answer, u);
    u->port = u->server.port;
    return u;
}

static inline void upstream_stop(struct upstream *u)
{
    fake_stop(&u->server);
    free(u);
}

#endif
