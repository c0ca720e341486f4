/* chat_server.h - a scripted model server on loopback: what it answers to a path is a text with a few marks in it.
 *
 * A script is raw bytes for the socket. Marks: PAUSE("200") sleeps so many milliseconds, HANG waits until the client
 * leaves (and notes when), RESET breaks the connection. A script that does not begin with "HTTP/" or '=' is the body of
 * an event stream. "=404~Header: value~BODY" is a whole JSON reply. Rules of one path are used up in their order; the
 * last one stays. Every connection serves one request. */
#ifndef TESTS_LLM_CHAT_SERVER_H
#define TESTS_LLM_CHAT_SERVER_H

#include "fake_server.h"

#define PAUSE(ms) "\001p" ms ";"
#define HANG "\001h"
#define RESET "\001r"
#define DONE "data: [DONE]\n\n"
#define DELTA(text)                                                                                                    \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null}]}\n\n"
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
    struct fake_server server;
    unsigned port;
    const struct rule *rules; /* ends with a NULL path */
    bool used[64];
    struct chat_call calls[CHAT_CALLS];
    size_t count;
    pthread_mutex_t lock;
    _Atomic int64_t gone_ms; /* when a client left a script that hangs */
};

static inline void chat_hang(struct chat_server *s, int fd)
{
    char byte;
    while (!atomic_load(&s->server.stop)) {
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
        if (!fake_send(fd, script, n))
            return;
        script += n;
        if (!*script)
            return;
        if (script[1] == 'h') {
            chat_hang(s, fd);
            return;
        }
        if (script[1] == 'r') {
            fake_reset(fd);
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
        int n = snprintf(head, sizeof head,
                         "HTTP/1.1 %.3s Scripted\r\nContent-Type: application/json\r\nConnection: close\r\n"
                         "Content-Length: %zu\r\n",
                         script + 1, strlen(body));
        for (const char *next; at < body; at = next + 1) {
            next = strchr(at, '~');
            n += snprintf(head + n, sizeof head - (size_t)n, "%.*s\r\n", (int)(next - at), at);
        }
        n += snprintf(head + n, sizeof head - (size_t)n, "\r\n");
        if (fake_send(fd, head, (size_t)n))
            fake_send(fd, body, strlen(body));
        return;
    }
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    if (strncmp(script, "HTTP/", 5) == 0 || fake_send(fd, head, strlen(head)))
        chat_play(s, fd, script);
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

static inline bool chat_serve(struct fake_call *call)
{
    struct chat_server *s = call->server->ud;
    pthread_mutex_lock(&s->lock);
    const char *script = chat_choose(s, call->path);
    if (s->count < CHAT_CALLS) {
        struct chat_call *c = &s->calls[s->count++];
        snprintf(c->path, sizeof c->path, "%.255s", call->path);
        snprintf(c->head, sizeof c->head, "%.*s", (int)(call->body - call->text), call->text);
        c->body = strdup(call->body);
    }
    pthread_mutex_unlock(&s->lock);
    chat_answer(s, call->fd, script ? script : "=404~{\"detail\":\"Not Found\"}");
    return false;
}

static inline struct chat_server *chat_server_start(const struct rule *rules)
{
    struct chat_server *s = calloc(1, sizeof *s);
    s->rules = rules;
    pthread_mutex_init(&s->lock, NULL);
    fake_start(&s->server, "127.0.0.1", 0, chat_serve, s);
    s->port = s->server.port;
    return s;
}

static inline void chat_server_stop(struct chat_server *s)
{
    fake_stop(&s->server);
    for (size_t i = 0; i < s->count; i++)
        free(s->calls[i].body);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

#endif
