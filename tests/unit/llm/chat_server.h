/* chat_server.h - a scripted model server on loopback: what it answers to a path is a text with a few marks in it.
 *
 * A script is raw bytes for the socket. Marks: PAUSE("200") sleeps so many milliseconds, HANG waits until the client leaves
 * (and notes when), RESET breaks the connection. A script that does not begin with "HTTP/" or '=' is the body of an
 * event stream. "=404~Header: value~BODY" is a whole JSON reply. Rules of one path are used up in their order; the last
 * one stays. Every connection serves one request. */
#ifndef TESTS_LLM_CHAT_SERVER_H
#define TESTS_LLM_CHAT_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
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

#define PAUSE(ms) "\001p" ms ";"
#define HANG "\001h"
#define RESET "\001r"
#define DONE "data: [DONE]\n\n"
#define DELTA(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null}]}\n\n"
#define THOUGHT(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"" text "\"}}]}\n\n"
#define FINISH(why) "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" why "\"}]}\n\n"
#define CHAT "/v1/chat/completions"

enum { CHAT_CALLS = 64 };

struct rule {
    const char *path, *script;
};

struct chat_call {
    char path[256], head[8192], *body;
};

struct chat_server {
    int fd;
    unsigned port;
    const struct rule *rules; /* ends with a NULL path */
    bool used[64];
    struct chat_call calls[CHAT_CALLS];
    size_t count;
    pthread_t acceptor, threads[CHAT_CALLS];
    size_t thread_count;
    pthread_mutex_t lock;
    atomic_bool stop;
    _Atomic int64_t gone_ms; /* when a client left a script that hangs */
};

static inline bool chat_send(int fd, const char *bytes, size_t n)
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

static inline void chat_hang(struct chat_server *s, int fd)
{
    char byte;
    while (!atomic_load(&s->stop)) {
        struct pollfd p = {fd, POLLIN, 0};
        if (poll(&p, 1, 5) > 0 && recv(fd, &byte, 1, 0) <= 0) {
            atomic_store(&s->gone_ms, clock_ms());
            return;
        }
    }
}

static inline void chat_play(struct chat_server *s, int fd, const char *script)
{
    while (*script) {
        size_t n = strcspn(script, "\001");
        if (!chat_send(fd, script, n))
            return;
        script += n;
        if (!*script)
            return;
        if (script[1] == 'h') {
            chat_hang(s, fd);
            return;
        }
        if (script[1] == 'r') {
            struct linger now = {1, 0};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
            return;
        }
        char *end;
        poll(NULL, 0, (int)strtol(script + 2, &end, 10));
        script = end + 1;
    }
}

static inline void chat_answer(struct chat_server *s, int fd, const char *script)
{
    if (script[0] == '=') { /* status, headers, body */
        char head[4096];
        const char *body = strrchr(script, '~') + 1, *at = strchr(script, '~') + 1;
        int n = snprintf(head, sizeof head, "HTTP/1.1 %.3s Scripted\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                            "Content-Length: %zu\r\n", script + 1, strlen(body));
        for (const char *next; at < body; at = next + 1) {
            next = strchr(at, '~');
            n += snprintf(head + n, sizeof head - (size_t)n, "%.*s\r\n", (int)(next - at), at);
        }
        n += snprintf(head + n, sizeof head - (size_t)n, "\r\n");
        if (chat_send(fd, head, (size_t)n))
            chat_send(fd, body, strlen(body));
        return;
    }
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    if (strncmp(script, "HTTP/", 5) == 0 || chat_send(fd, head, strlen(head)))
        chat_play(s, fd, script);
}

static inline bool chat_read(int fd, struct chat_call *c)
{
    size_t n = 0, room = sizeof c->head - 1;
    char *end = NULL;
    for (; !end && n < room; end = strstr(c->head, "\r\n\r\n")) {
        ssize_t got = recv(fd, c->head + n, 1, 0); /* a byte at a time: the body is not in it */
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    const char *length = strcasestr(c->head, "Content-Length: ");
    size_t body = length ? strtoul(length + 16, NULL, 10) : 0;
    c->body = calloc(1, body + 1);
    for (size_t have = 0; have < body;) {
        ssize_t got = recv(fd, c->body + have, body - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return sscanf(c->head, "%*s %255s", c->path) == 1;
}

/* Under the lock. */
static inline const char *chat_choose(struct chat_server *s, const char *path)
{
    const char *script = NULL;
    for (size_t i = 0, first = 0; s->rules[i].path; i++)
        if (!s->used[i] && strcmp(s->rules[i].path, path) == 0) {
            if (script) { /* there is another one for next time */
                s->used[first] = true;
                return script;
            }
            script = s->rules[i].script;
            first = i;
        }
    return script;
}

struct chat_job {
    struct chat_server *s;
    int fd;
};

static inline void *chat_serve(void *ud)
{
    struct chat_job job = *(struct chat_job *)ud;
    struct chat_server *s = job.s;
    struct chat_call *c = calloc(1, sizeof *c);
    const char *script = NULL;
    free(ud);
    if (chat_read(job.fd, c)) {
        pthread_mutex_lock(&s->lock);
        script = chat_choose(s, c->path);
        if (s->count < CHAT_CALLS) {
            s->calls[s->count++] = *c;
            c->body = NULL;
        }
        pthread_mutex_unlock(&s->lock);
        chat_answer(s, job.fd, script ? script : "=404~{\"detail\":\"Not Found\"}");
    }
    free(c->body);
    free(c);
    close(job.fd);
    return NULL;
}

static inline void *chat_accept(void *ud)
{
    struct chat_server *s = ud;
    while (!atomic_load(&s->stop)) {
        struct pollfd p = {s->fd, POLLIN, 0};
        if (poll(&p, 1, 10) <= 0)
            continue;
        int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0 || s->thread_count == CHAT_CALLS)
            continue;
        struct chat_job *job = malloc(sizeof *job);
        *job = (struct chat_job){s, fd};
        if (pthread_create(&s->threads[s->thread_count], NULL, chat_serve, job) == 0)
            s->thread_count++;
    }
    return NULL;
}

static inline struct chat_server *chat_server_start(const struct rule *rules)
{
    struct chat_server *s = calloc(1, sizeof *s);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    s->rules = rules;
    pthread_mutex_init(&s->lock, NULL);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(s->fd, 64) != 0)
        abort();
    getsockname(s->fd, (struct sockaddr *)&at, &n);
    s->port = ntohs(at.sin_port);
    if (pthread_create(&s->acceptor, NULL, chat_accept, s) != 0)
        abort();
    return s;
}

static inline void chat_server_stop(struct chat_server *s)
{
    atomic_store(&s->stop, true);
    pthread_join(s->acceptor, NULL);
    for (size_t i = 0; i < s->thread_count; i++)
        pthread_join(s->threads[i], NULL);
    for (size_t i = 0; i < s->count; i++)
        free(s->calls[i].body);
    pthread_mutex_destroy(&s->lock);
    close(s->fd);
    free(s);
}

#endif
