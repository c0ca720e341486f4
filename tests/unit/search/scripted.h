/* scripted.h - a search service on loopback that answers what its path says, and keeps what it was asked.
 *
 * /reply/FILE    200 with that file of tests/unit/search/replies
 * /hang /reset /429 /402 /401 /403 /500 /captcha /captcha503 /html /nothing /empty /huge /deep /wide /types /redirect
 * /slow          {} after 300 ms
 * One thread a connection, one request a connection. */
#ifndef TESTS_SEARCH_SCRIPTED_H
#define TESTS_SEARCH_SCRIPTED_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

enum { SCRIPTED_BYTES = 65536, SCRIPTED_THREADS = 256 };

struct scripted {
    int fd;
    unsigned port;
    pthread_t acceptor, threads[SCRIPTED_THREADS];
    size_t thread_count;
    atomic_bool stop;
    atomic_uint requests;
    pthread_mutex_t lock;
    char last[SCRIPTED_BYTES]; /* request; under the lock */
    char described[4096];      /* sent for /description; set before the first request */
};

struct scripted_call {
    struct scripted *s;
    int fd;
};

static inline bool scripted_send(int fd, const char *bytes, size_t n)
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

static inline void scripted_reply(int fd, const char *status, const char *headers, const char *body, size_t n)
{
    char head[512];
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n", status, headers, n);
    if (scripted_send(fd, head, strlen(head)))
        scripted_send(fd, body, n);
}

static inline void scripted_say(int fd, const char *status, const char *headers, const char *body)
{
    scripted_reply(fd, status, headers, body, strlen(body));
}

static inline size_t scripted_file(const char *name, char *out, size_t room)
{
    char path[300];
    snprintf(path, sizeof path, "tests/unit/search/replies/%s", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return 0;
    size_t n = fread(out, 1, room, f);
    fclose(f);
    return n;
}

static inline void scripted_many(int fd, const char *before, const char *piece, size_t count, const char *after)
{
    size_t n = strlen(before) + count * strlen(piece) + strlen(after);
    char *text = malloc(n + 1), *at = text;
    at += snprintf(at, n + 1, "%s", before);
    for (size_t i = 0; i < count; i++, at += strlen(piece))
        memcpy(at, piece, strlen(piece));
    memcpy(at, after, strlen(after));
    scripted_reply(fd, "200 OK", "Content-Type: application/json\r\n", text, n);
    free(text);
}

static inline void scripted_sleep(struct scripted *s, int ms)
{
    for (int64_t end = clock_ms() + ms; clock_ms() < end && !atomic_load(&s->stop);)
        poll(NULL, 0, 10);
}

static inline void scripted_answer(struct scripted *s, int fd, const char *path)
{
    static const char json[] = "Content-Type: application/json\r\n";
    static const struct {
        const char *path, *status, *headers, *body;
    } plain[] = {
        {"/429", "429 Too Many Requests", "Retry-After: 7\r\n", "{\"error\":\"slow down\"}"},
        {"/402", "402 Payment Required", "", ""},
        {"/401", "401 Unauthorized", "Content-Type: application/json\r\n", "{\"error\":\"bad key s3cr3t-k3y here\"}"},
        {"/403", "403 Forbidden", "", "no"},
        {"/500", "500 Oops", "", "oops"},
        {"/captcha", "200 OK", "Content-Type: text/html\r\n", "<!doctype html><form><div class=\"g-recaptcha\">"},
        {"/captcha503", "503 No", "Content-Type: text/html\r\n", "<html><title>Just a moment...</title>"},
        {"/html", "200 OK", "Content-Type: text/html\r\n", "<html><body>Welcome"},
        {"/redirect", "302 Found", "Location: /reply/searxng.json\r\n", ""},
        {"/nothing", "200 OK", "Content-Type: application/json\r\n", ""},
        {"/empty", "200 OK", "Content-Type: application/json\r\n", "{\"results\":[]}"},
        {"/types", "200 OK", "Content-Type: application/json\r\n", "{\"results\":\"none\"}"},
        {"/cut", "200 OK", "Content-Type: application/json\r\n", "{\"results\":[{\"url\":\"https://a.ex"},
    };
    char file[SCRIPTED_BYTES];
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (strcmp(path, plain[i].path) == 0)
            scripted_say(fd, plain[i].status, plain[i].headers, plain[i].body);
    if (strncmp(path, "/reply/", 7) == 0) {
        size_t n = scripted_file(path + 7, file, sizeof file);
        scripted_reply(fd, "200 OK", strstr(path, ".xml") ? "Content-Type: text/xml\r\n" : json, file, n);
    } else if (strcmp(path, "/description") == 0) {
        scripted_say(fd, "200 OK", "Content-Type: application/opensearchdescription+xml\r\n", s->described);
    } else if (strcmp(path, "/hang") == 0) {
        scripted_sleep(s, 30000);
    } else if (strcmp(path, "/slow") == 0) {
        scripted_sleep(s, 300);
        scripted_say(fd, "200 OK", json, "{}");
    } else if (strcmp(path, "/reset") == 0) {
        struct linger now = {1, 0};
        scripted_send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", 40);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    } else if (strcmp(path, "/huge") == 0) {
        scripted_many(fd, "{\"results\":[", "{\"url\":\"https://example.org/0123456789012345678901234567890\"},", 90000,
                      "0]}");
    } else if (strcmp(path, "/deep") == 0) {
        scripted_many(fd, "{\"results\":", "[", 100000, "");
    } else if (strcmp(path, "/wide") == 0) {
        scripted_many(fd, "{\"results\":[", "[],", 500000, "0]}");
    }
}

static inline void *scripted_serve(void *ud)
{
    struct scripted_call call = *(struct scripted_call *)ud;
    struct scripted *s = call.s;
    char *text = calloc(1, SCRIPTED_BYTES), path[4096] = "";
    size_t n = 0;
    free(ud);
    for (;;) {
        struct pollfd p = {call.fd, POLLIN, 0};
        if (atomic_load(&s->stop))
            break;
        if (poll(&p, 1, 20) <= 0)
            continue;
        ssize_t got = n + 1 < SCRIPTED_BYTES ? recv(call.fd, text + n, SCRIPTED_BYTES - 1 - n, 0) : 0;
        if (got <= 0)
            break;
        n += (size_t)got;
        const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
        size_t body = length && end && length < end ? strtoul(length + 16, NULL, 10) : 0;
        if (!end || (size_t)(end - text) + 4 + body > n)
            continue;
        atomic_fetch_add(&s->requests, 1);
        pthread_mutex_lock(&s->lock);
        memcpy(s->last, text, SCRIPTED_BYTES);
        pthread_mutex_unlock(&s->lock);
        if (sscanf(text, "%*s %4095[^ ?]", path) == 1)
            scripted_answer(s, call.fd, path);
        break;
    }
    shutdown(call.fd, SHUT_WR);
    close(call.fd);
    free(text);
    return NULL;
}

static inline void *scripted_accept(void *ud)
{
    struct scripted *s = ud;
    while (!atomic_load(&s->stop)) {
        struct pollfd p = {s->fd, POLLIN, 0};
        if (poll(&p, 1, 20) <= 0)
            continue;
        int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0 || s->thread_count == SCRIPTED_THREADS)
            continue;
        struct scripted_call *call = malloc(sizeof *call);
        *call = (struct scripted_call){s, fd};
        if (pthread_create(&s->threads[s->thread_count], NULL, scripted_serve, call) == 0)
            s->thread_count++;
    }
    return NULL;
}

static inline struct scripted *scripted_start(void)
{
    struct scripted *s = calloc(1, sizeof *s);
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t n = sizeof at;
    pthread_mutex_init(&s->lock, NULL);
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(s->fd, 128) != 0)
        abort();
    getsockname(s->fd, (struct sockaddr *)&at, &n);
    s->port = ntohs(at.sin_port);
    if (pthread_create(&s->acceptor, NULL, scripted_accept, s) != 0)
        abort();
    return s;
}

static inline void scripted_stop(struct scripted *s)
{
    atomic_store(&s->stop, true);
    pthread_join(s->acceptor, NULL);
    for (size_t i = 0; i < s->thread_count; i++)
        pthread_join(s->threads[i], NULL);
    close(s->fd);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

#endif
