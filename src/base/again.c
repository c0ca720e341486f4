#include "base/again.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t again_read(int fd, void *out, size_t n)
{
    ssize_t got;
    while ((got = read(fd, out, n)) < 0 && errno == EINTR)
        ;
    return got;
}

bool again_write(int fd, struct slice bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = slice_sub(bytes, (size_t)n, bytes.n - (size_t)n);
    }
    return true;
}

bool again_wait(pid_t child, int *status)
{
    pid_t ended;
    while ((ended = waitpid(child, status, 0)) < 0 && errno == EINTR)
        ;
    return ended == child;
}
