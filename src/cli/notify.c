#include "cli/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/every.h"
#include "base/log.h"

enum { WATCHDOG_LEAST_MS = 10 };

/* A name in the file system, or behind "@" an abstract one. */
static bool notify_place(struct sockaddr_un *to, socklen_t *n)
{
    const char *name = getenv("NOTIFY_SOCKET");
    if (!name || (name[0] != '/' && name[0] != '@') || !name[1] || strlen(name) >= sizeof to->sun_path)
        return false;
    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(to->sun_path, name, strlen(name));
    *n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    if (name[0] == '@')
        to->sun_path[0] = '\0';
    return true;
}

void notify_send(const char *state)
{
    struct sockaddr_un to;
    socklen_t n;
    if (!notify_place(&to, &n))
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, n) < 0)
        log_event(LOG_WARN, "notify", "the service manager cannot be told %s: %s", state, strerror(errno));
    if (fd >= 0)
        close(fd);
}

void notify_reloading(void)
{
    char state[80];
    snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_us());
    notify_send(state);
}

struct notify_watchdog {
    struct every *thread;
    bool silent;
    bool (*is_alive)(void *ud);
    void *ud;
};

static void watchdog_run(void *arg)
{
    struct notify_watchdog *w = arg;
    bool alive = w->is_alive(w->ud);
    if (alive)
        notify_send("WATCHDOG=1");
    else if (!w->silent)
        log_event(LOG_ERROR, "watchdog", "no worker takes up requests; the service manager is not told otherwise");
    w->silent = !alive;
}

/* Milliseconds within which the manager wants to hear; 0: it does not, or another process was meant. */
static int64_t watchdog_ms(void)
{
    const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!us || (pid && strtol(pid, NULL, 10) != getpid()))
        return 0;
    return strtoll(us, NULL, 10) / 1000;
}

struct notify_watchdog *notify_watchdog_start(bool (*is_alive)(void *ud), void *ud)
{
    int64_t ms = watchdog_ms();
    struct notify_watchdog *w = ms >= WATCHDOG_LEAST_MS ? calloc(1, sizeof *w) : NULL;
    if (!w)
        return NULL;
    *w = (struct notify_watchdog){.is_alive = is_alive, .ud = ud};
    w->thread = every_start(ms / 2, watchdog_run, w);
    if (w->thread)
        return w;
    log_event(LOG_ERROR, "watchdog", "its thread cannot be started");
    free(w);
    return NULL;
}

void notify_watchdog_stop(struct notify_watchdog *w)
{
    if (!w)
        return;
    every_stop(w->thread);
    free(w);
}
