/* model.c - a chat endpoint that is faster than anything it is used to measure: one thread, epoll, no allocation a
 * token.
 *
 * usage: model TOKENS TOKENS_A_SECOND
 *
 * Prints its port and answers until standard input ends. Each chat gets TOKENS pieces of text, the first one at once:
 * an answer with marks, in which one token in ten is "k" and the microseconds of the monotonic clock when it was sent.
 * Tokens end with the white space behind their word: a word that may still become an address is held by whoever guards
 * against them. All replies have the same pace, so that those which are due form a queue. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { FDS_MAX = 16384, REQUEST_BYTES = 1 << 20, EVENTS = 256, AT_A_TIME = 32 };

struct talk {
    char *request;
    size_t n, room;
    unsigned said;
    int64_t due_us;
    int next; /* in the queue; -1: the last */
    bool speaking;
};

static struct talk talks[FDS_MAX];
static int first = -1, last = -1, poller;
static unsigned tokens;
static int64_t pause_us;

static void forget(int fd)
{
    talks[fd].speaking = false; /* leaves the queue when its turn comes */
    talks[fd].n = 0;
}

static bool put(int fd, const char *text, size_t n)
{
    return send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool put_text(int fd, const char *text)
{
    return put(fd, text, strlen(text));
}

static void enqueue(int fd)
{
    talks[fd].next = -1;
    if (last >= 0)
        talks[last].next = fd;
    else
        first = fd;
    last = fd;
}

static bool put_event(int fd, const char *event)
{
    char out[512];
    int n = snprintf(out, sizeof out, "%zx\r\n%s\r\n", strlen(event), event);
    return put(fd, out, (size_t)n);
}

static bool say(int fd)
{
    static const char *const words[] = {"Penicillin ", "was ", "discovered ", "by ",   "Alexander ",
                                        "Fleming ",    NULL,   "in ",         "1928 ", "[1]. "};
    struct talk *t = &talks[fd];
    const char *word = words[t->said % 10];
    char token[32], event[256];
    snprintf(token, sizeof token, "k%lld ", (long long)clock_us());
    snprintf(event, sizeof event,
             "data: "
             "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\",\"choices\":[{"
             "\"index\":0,"
             "\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n",
             word ? word : token);
    t->said++;
    return put_event(fd, event);
}

static bool finish(int fd)
{
    return put_event(fd, "data: "
                         "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\","
                         "\"choices\":[{\"index\":0,"
                         "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n") &&
           put_event(fd, "data: [DONE]\n\n") && put_text(fd, "0\r\n\r\n");
}

static void begin(int fd)
{
    struct talk *t = &talks[fd];
    bool queued = t->speaking;
    t->said = 0;
    t->due_us = clock_us() + pause_us;
    t->speaking =
        put_text(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n") &&
        say(fd);
    if (t->speaking && !queued)
        enqueue(fd);
}

static void answer(int fd, bool chat, const char *body)
{
    static const char models[] =
        "{\"object\":\"list\",\"data\":[{\"id\":\"bench\",\"object\":\"model\",\"owned_by\":\"bench\"}]}";
    static const char hello[] = "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello!\"}"
                                ",\"finish_reason\":\"stop\"}]}";
    char out[512];
    bool whole = chat && strstr(body, "Say hello");
    if (chat && !whole) {
        begin(fd);
        return;
    }
    bool known = whole || strstr(talks[fd].request, "/models ");
    const char *text = whole ? hello : known ? models : "{}";
    snprintf(out, sizeof out, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             known ? "200 OK" : "404 Not Found", strlen(text), text);
    put_text(fd, out);
}

/* Whether a whole request is there. */
static void take_request(int fd)
{
    struct talk *t = &talks[fd];
    t->request[t->n] = '\0';
    const char *end = strstr(t->request, "\r\n\r\n"), *length = strcasestr(t->request, "content-length:");
    if (!end)
        return;
    size_t head = (size_t)(end - t->request) + 4;
    size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
    if (t->n < head + body)
        return;
    answer(fd, strstr(t->request, "/chat/completions ") && body, t->request + head);
    t->n = 0;
}

static void read_some(int fd)
{
    struct talk *t = &talks[fd];
    if (t->room < t->n + 65536) {
        t->room = t->n + 2 * 65536;
        t->request = realloc(t->request, t->room + 1);
    }
    ssize_t n = t->room < REQUEST_BYTES && t->request ? recv(fd, t->request + t->n, t->room - t->n, 0) : 0;
    if (n <= 0) {
        forget(fd);
        /* Closed when its place in the queue is gone, so that the number is not given out again before. */
        epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
        bool queued = false;
        for (int at = first; at >= 0 && !queued; at = talks[at].next)
            queued = at == fd;
        if (queued)
            t->due_us = -1;
        else
            close(fd);
        return;
    }
    t->n += (size_t)n;
    take_request(fd);
}

/* Says what is due, a few at a time so that requests are not left lying; the time in ms until the next is, -1: none is.
 */
static int speak(void)
{
    for (int n = 0; first >= 0; n++) {
        if (n == AT_A_TIME)
            return 0;
        int fd = first;
        struct talk *t = &talks[fd];
        int64_t left = t->speaking ? t->due_us - clock_us() : 0;
        if (left > 0)
            return (int)(left / 1000) + 1;
        first = t->next;
        if (first < 0)
            last = -1;
        if (!t->speaking) {
            if (t->due_us == -1)
                close(fd);
            continue;
        }
        if (t->said == tokens) {
            t->speaking = false;
            finish(fd);
            continue;
        }
        t->due_us += pause_us;
        if (say(fd))
            enqueue(fd);
        else
            t->speaking = false;
    }
    return -1;
}

static void take_connections(int listener)
{
    int one = 1, fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= FDS_MAX) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        talks[fd].n = 0;
        talks[fd].speaking = false;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (argc != 3 || (tokens = (unsigned)strtoul(argv[1], NULL, 10)) == 0 || strtod(argv[2], NULL) <= 0 ||
        bind(listener, (struct sockaddr *)&at, size) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&at, &size)) {
        fprintf(stderr, "usage: model TOKENS TOKENS_A_SECOND\n");
        return 2;
    }
    pause_us = (int64_t)(1e6 / strtod(argv[2], NULL));
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    poller = epoll_create1(0);
    struct epoll_event events[EVENTS], own = {.events = EPOLLIN, .data.fd = listener},
                                       in = {.events = EPOLLIN, .data.fd = 0};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &own);
    epoll_ctl(poller, EPOLL_CTL_ADD, 0, &in);
    for (;;) {
        int n = epoll_wait(poller, events, EVENTS, speak());
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == 0)
                return 0;
            if (events[i].data.fd == listener)
                take_connections(listener);
            else
                read_some(events[i].data.fd);
        }
    }
}
