/* scripted.h - a search service on loopback that answers what its path says, and keeps what it was asked.
 *
 * /reply/FILE    200 with that file of tests/unit/search/replies
 * /hang /reset /429 /402 /401 /403 /500 /captcha /captcha503 /html /nothing /empty /huge /deep /wide /types /redirect
 * /slow          {} after 300 ms
 * One request a connection. */
#ifndef TESTS_SEARCH_SCRIPTED_H
#define TESTS_SEARCH_SCRIPTED_H

#include "fake_server.h"
#include "unit.h"

enum { SCRIPTED_BYTES = 65536 };

struct scripted {
    struct fake_server server;
    unsigned port;
    atomic_uint requests;
    pthread_mutex_t lock;
    char last[SCRIPTED_BYTES]; /* request; under the lock */
    char described[4096];      /* sent for /description; set before the first request */
};

static inline void scripted_reply(int fd, const char *status, const char *headers, const char *body, size_t n)
{
    char lines[400];
    snprintf(lines, sizeof lines, "%sConnection: close\r\n", headers);
    fake_reply(fd, status, lines, body, n);
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
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        if (strcmp(path, plain[i].path) == 0)
            scripted_say(fd, plain[i].status, plain[i].headers, plain[i].body);
    if (strncmp(path, "/reply/", 7) == 0) {
        size_t n = scripted_file(path + 7, file, sizeof file);
        scripted_reply(fd, "200 OK", strstr(path, ".xml") ? "Content-Type: text/xml\r\n" : json, file, n);
    } else if (strcmp(path, "/description") == 0) {
        scripted_say(fd, "200 OK", "Content-Type: application/opensearchdescription+xml\r\n", s->described);
    } else if (strcmp(path, "/hang") == 0) {
        fake_sleep(&s->server, 30000);
    } else if (strcmp(path, "/slow") == 0) {
        fake_sleep(&s->server, 300);
        scripted_say(fd, "200 OK", json, "{}");
    } else if (strcmp(path, "/reset") == 0) {
        fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{");
        fake_reset(fd);
    } else if (strcmp(path, "/huge") == 0) {
        scripted_many(fd, "{\"results\":[", "{\"url\":\"https://example.org/0123456789012345678901234567890\"},", 90000,
                      "0]}");
    } else if (strcmp(path, "/deep") == 0) {
        scripted_many(fd, "{\"results\":", "[", 100000, "");
    } else if (strcmp(path, "/wide") == 0) {
        scripted_many(fd, "{\"results\":[", "[],", 500000, "0]}");
    }
}

static inline bool scripted_serve(struct fake_call *call)
{
    struct scripted *s = call->server->ud;
    char path[4096] = "";
    atomic_fetch_add(&s->requests, 1);
    pthread_mutex_lock(&s->lock);
    snprintf(s->last, sizeof s->last, "%s", call->text);
    pthread_mutex_unlock(&s->lock);
    if (sscanf(call->path, "%4095[^?]", path) == 1)
        scripted_answer(s, call->fd, path);
    return false;
}

static inline struct scripted *scripted_start(void)
{
    struct scripted *s = calloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    fake_start(&s->server, "127.0.0.1", 0, scripted_serve, s);
    s->port = s->server.port;
    return s;
}

static inline void scripted_stop(struct scripted *s)
{
    fake_stop(&s->server);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

#endif
