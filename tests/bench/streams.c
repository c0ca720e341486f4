/* streams.c - opens chat streams and times what comes: one thread, epoll.
 *
 * usage: streams PORT PATH MODEL STREAMS RAMP_MS ROUNDS [KEY] < QUESTIONS
 *
 * Keeps STREAMS open at once: they are started evenly over RAMP_MS, and each begins again when it has ended, ROUNDS
 * times. The first round fills up and does not count. Prints JSON: streams that ended with [DONE], others; milliseconds
 * to the first byte of content; between the moment that the tokens of tests/bench/model.c name and their arrival here;
 * the gap between two of a stream's pieces. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/clock.h"

enum part { HEAD, CHUNK_SIZE, CHUNK, CHUNK_END, PLAIN }; /* of a reply, whose body comes in chunks or is plain */
enum { STREAMS_MAX = 8192, QUESTIONS_MAX = 1024, EVENTS = 256, TIMES_MAX = 4 * 1000 * 1000, LINE_BYTES = 64 * 1024 };

struct stream {
    int fd;
    unsigned round;
    int64_t started_us;
    bool sent, first, done, refused;
    enum part part;
    bool chunked;
    size_t chunk_left;
    char *line; /* of the head or the body, not complete yet */
    size_t n;
    char size[16];
    size_t size_n;
};

struct times {
    float *ms;
    size_t n;
};

static struct stream streams[STREAMS_MAX];
static struct times first_token, forwarded;
static char *questions[QUESTIONS_MAX];
static size_t question_count, asked, ended, failed, open_now, open_most, pieces;
static unsigned port, rounds, count;
static const char *path, *model, *key = "none";
static int poller;

static void note(struct times *t, double ms)
{
    if (!t->ms)
        t->ms = calloc(TIMES_MAX, sizeof *t->ms);
    if (t->n < TIMES_MAX)
        t->ms[t->n++] = (float)ms;
}

static int by_number(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *name, struct times *t)
{
    qsort(t->ms, t->n, sizeof *t->ms, by_number);
    if (t->n)
        printf(", \"%s_n\": %zu, \"%s_p50\": %.3f, \"%s_p95\": %.3f, \"%s_p99\": %.3f, \"%s_max\": %.3f", name, t->n,
               name, (double)t->ms[t->n / 2], name, (double)t->ms[t->n * 95 / 100], name,
               (double)t->ms[t->n * 99 / 100], name, (double)t->ms[t->n - 1]);
}

static void start(struct stream *s)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)connect(s->fd, (struct sockaddr *)&at, sizeof at);
    s->started_us = clock_us();
    s->sent = s->first = s->done = s->refused = s->chunked = false;
    s->part = HEAD;
    s->n = 0;
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = s};
    epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &e);
    if (++open_now > open_most)
        open_most = open_now;
}

static void ask(struct stream *s)
{
    char body[4096], request[8192];
    int n = snprintf(body, sizeof body,
                     "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}", model,
                     questions[asked++ % question_count]);
    n = snprintf(
        request, sizeof request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
        "Content-Length: %d\r\n\r\n%s",
        path, port, key, n, body);
    s->sent = send(s->fd, request, (size_t)n, MSG_NOSIGNAL) == n;
}

static void end(struct stream *s)
{
    close(s->fd);
    open_now--;
    if (s->done)
        ended++;
    else
        failed++;
    if (++s->round < rounds)
        start(s);
}

static void take_head_line(struct stream *s)
{
    if (strncmp(s->line, "HTTP/1.1 ", 9) == 0 && strncmp(s->line + 9, "200", 3) != 0) {
        s->refused = true;
        fprintf(stderr, "streams: %s\n", s->line);
    }
    if (strncasecmp(s->line, "transfer-encoding: chunked", 26) == 0)
        s->chunked = true;
    if (s->line[0] == '\r' || s->line[0] == '\0')
        s->part = s->chunked ? CHUNK_SIZE : PLAIN;
}

static void take_body_line(struct stream *s, int64_t now)
{
    static const char content[] = "\"content\":\"";
    const char *at = strstr(s->line, content);
    if (strncmp(s->line, "data: [DONE]", 12) == 0) {
        s->done = true;
        return;
    }
    if (strncmp(s->line, "data: ", 6) != 0 || !at || at[sizeof content - 1] == '"')
        return;
    at += sizeof content - 1;
    pieces++;
    if (!s->first && s->round > 0)
        note(&first_token, (double)(now - s->started_us) / 1000);
    s->first = true;
    const char *stamp = strchr(at, 'k');
    while (stamp && (!ascii_is_digit(stamp[1])))
        stamp = strchr(stamp + 1, 'k');
    if (stamp && s->round > 0)
        note(&forwarded, (double)(now - strtoll(stamp + 1, NULL, 10)) / 1000);
}

/* False: a line is too long. A chunk may end in the middle of one. */
static bool take_byte(struct stream *s, char c, int64_t now)
{
    if (s->part == CHUNK_SIZE) {
        if (s->size_n + 1 < sizeof s->size)
            s->size[s->size_n++] = c;
        s->size[s->size_n] = '\0';
        if (c == '\n') {
            s->chunk_left = strtoul(s->size, NULL, 16);
            s->size_n = 0;
            s->part = CHUNK;
        }
        return true;
    }
    if (s->part == CHUNK_END) {
        s->part = c == '\n' ? CHUNK_SIZE : CHUNK_END;
        return true;
    }
    if (s->part == CHUNK && --s->chunk_left == 0)
        s->part = CHUNK_END;
    if (c != '\n') {
        s->line[s->n++] = c;
        return s->n < LINE_BYTES - 1;
    }
    s->line[s->n] = '\0';
    if (s->part == HEAD)
        take_head_line(s);
    else
        take_body_line(s, now);
    s->n = 0;
    return true;
}

/* False: the connection is over. */
static bool read_some(struct stream *s)
{
    static char got[LINE_BYTES];
    for (;;) {
        ssize_t n = recv(s->fd, got, sizeof got, 0);
        if (n <= 0)
            return n < 0;
        int64_t now = clock_us();
        for (ssize_t i = 0; i < n; i++)
            if (!take_byte(s, got[i], now) || s->done || s->refused)
                return false;
    }
}

int main(int argc, char **argv)
{
    char line[2048];
    if (argc < 7 || (count = (unsigned)strtoul(argv[4], NULL, 10)) == 0 || count > STREAMS_MAX) {
        fprintf(stderr, "usage: streams PORT PATH MODEL STREAMS RAMP_MS ROUNDS [KEY] < QUESTIONS\n");
        return 2;
    }
    port = (unsigned)strtoul(argv[1], NULL, 10);
    path = argv[2];
    model = argv[3];
    int64_t ramp_us = strtoll(argv[5], NULL, 10) * 1000;
    rounds = (unsigned)strtoul(argv[6], NULL, 10);
    key = argc > 7 ? argv[7] : key;
    while (question_count < QUESTIONS_MAX && fgets(line, sizeof line, stdin))
        questions[question_count++] = strndup(line, strcspn(line, "\n"));
    poller = epoll_create1(0);
    int64_t begin = clock_us();
    unsigned started = 0;
    while (question_count && (started < count || open_now)) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(poller, events, EVENTS, started < count ? 1 : 100);
        for (int i = 0; i < n; i++) {
            struct stream *s = events[i].data.ptr;
            if (!s->sent && (events[i].events & EPOLLOUT))
                ask(s);
            if (((events[i].events & EPOLLIN) && !read_some(s)) || (events[i].events & (EPOLLERR | EPOLLHUP)))
                end(s);
        }
        for (; started < count && clock_us() - begin >= ramp_us * started / count; started++) {
            streams[started].line = malloc(LINE_BYTES);
            start(&streams[started]);
        }
    }
    printf("{\"ended\": %zu, \"failed\": %zu, \"open_most\": %zu, \"pieces\": %zu, \"s\": %.2f", ended, failed,
           open_most, pieces, (double)(clock_us() - begin) / 1e6);
    print_times("first", &first_token);
    print_times("forward", &forwarded);
    puts("}");
    return 0;
}
