/* System calls that a signal interrupts are made again. The calls here stand before those of libc. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/again.h"
#include "base/log.h"

static int interruptions; /* how many calls fail before one is made */

static bool interrupted(void)
{
    if (interruptions == 0)
        return false;
    interruptions--;
    errno = EINTR;
    return true;
}

ssize_t read(int fd, void *out, size_t n)
{
    return interrupted() ? -1 : syscall(SYS_read, fd, out, n);
}

/* One byte at a time. */
ssize_t write(int fd, const void *bytes, size_t n)
{
    return interrupted() ? -1 : syscall(SYS_write, fd, bytes, n ? 1 : 0);
}

pid_t waitpid(pid_t child, int *status, int options)
{
    return interrupted() ? -1 : (pid_t)syscall(SYS_wait4, child, status, options, NULL);
}

static void all_is_read_and_written(void **unused)
{
    (void)unused;
    int fds[2];
    char got[8] = "";
    assert_int_equal(pipe(fds), 0);
    interruptions = 3;
    assert_true(again_write(fds[1], SLICE("hello")));
    assert_int_equal(interruptions, 0);
    interruptions = 2;
    assert_int_equal(again_read(fds[0], got, sizeof got), 5);
    assert_string_equal(got, "hello");
    close(fds[0]);
    close(fds[1]);
    assert_false(again_write(fds[1], SLICE("x")));
    assert_int_equal(errno, EBADF);
    assert_int_equal(again_read(fds[0], got, 1), -1);
}

static void a_child_is_waited_for(void **unused)
{
    (void)unused;
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    interruptions = 2;
    assert_true(again_wait(child, &status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_false(again_wait(child, NULL));
}

static void a_line_of_the_log_is_written_whole(void **unused)
{
    (void)unused;
    int fds[2], before = dup(STDERR_FILENO);
    char got[512] = "";
    assert_int_equal(pipe(fds), 0);
    dup2(fds[1], STDERR_FILENO);
    interruptions = 1;
    log_event(LOG_ERROR, "test", "n=%d", 1);
    interruptions = 0;
    dup2(before, STDERR_FILENO);
    ssize_t n = again_read(fds[0], got, sizeof got - 1);
    assert_true(n > 0 && got[n - 1] == '\n' && strstr(got, "n=1"));
    close(before);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_read_and_written),
        cmocka_unit_test(a_child_is_waited_for),
        cmocka_unit_test(a_line_of_the_log_is_written_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
