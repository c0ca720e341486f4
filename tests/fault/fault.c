/* fault.c - a library for LD_PRELOAD that makes the n-th allocation, read, write, opening or step of SQLite fail.
 *
 * FAULT_PAGE names a file of a struct page, through which the test arms it and sees what happened, while the program
 * runs. An allocation fails by NULL; files fail as a broken or full disk does, sockets as a lost connection does. What
 * has no honest way to fail (wake-ups through eventfd and pipes) never does. tests/e2e/faults.py builds and drives it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, MEMORY, READ, WRITE, OPEN, STEP };

struct page {
    _Atomic int64_t kind, left, burst; /* left: calls until the first that fails; burst: how many fail from there on */
    _Atomic int64_t seen, fired;
};

static struct page *page;

extern void *__libc_malloc(size_t n), *__libc_calloc(size_t n, size_t size), *__libc_realloc(void *p, size_t n);

__attribute__((constructor)) static void fault_map(void)
{
    const char *name = getenv("FAULT_PAGE");
    int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        page = at;
}

static bool fails(enum kind kind)
{
    if (!page || page->kind != kind)
        return false;
    page->seen++;
    int64_t left = page->left--;
    if (left > 0 || left <= -page->burst)
        return false;
    page->fired++;
    return true;
}

static bool is_file(int fd)
{
    int before = errno;
    struct stat s;
    bool file = fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
    errno = before;
    return file;
}

#define REAL(name)                                                                                                     \
    static __typeof__(&name) real;                                                                                     \
    if (!real)                                                                                                         \
    real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define FAIL(what, code, value)                                                                                        \
    if (fails(what))                                                                                                   \
    return errno = (code), (value)

void *malloc(size_t n)
{
    FAIL(MEMORY, ENOMEM, NULL);
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    FAIL(MEMORY, ENOMEM, NULL);
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    FAIL(MEMORY, ENOMEM, NULL);
    return __libc_realloc(p, n);
}

#define OF_FILE(what, code)                                                                                            \
    if (page && page->kind == (what) && is_file(fd))                                                                   \
    FAIL(what, code, -1)

ssize_t read(int fd, void *out, size_t n)
{
    REAL(read);
    OF_FILE(READ, EIO);
    return real(fd, out, n);
}

ssize_t pread(int fd, void *out, size_t n, off_t at)
{
    REAL(pread);
    OF_FILE(READ, EIO);
    return real(fd, out, n, at);
}

ssize_t pread64(int fd, void *out, size_t n, off64_t at)
{
    REAL(pread64);
    OF_FILE(READ, EIO);
    return real(fd, out, n, at);
}

ssize_t recv(int fd, void *out, size_t n, int flags)
{
    REAL(recv);
    FAIL(READ, ECONNRESET, -1);
    return real(fd, out, n, flags);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    REAL(write);
    OF_FILE(WRITE, ENOSPC);
    return real(fd, bytes, n);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    REAL(pwrite);
    OF_FILE(WRITE, ENOSPC);
    return real(fd, bytes, n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    REAL(pwrite64);
    OF_FILE(WRITE, ENOSPC);
    return real(fd, bytes, n, at);
}

int fsync(int fd)
{
    REAL(fsync);
    FAIL(WRITE, EIO, -1);
    return real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    FAIL(WRITE, EIO, -1);
    return real(fd);
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    REAL(send);
    FAIL(WRITE, EPIPE, -1);
    return real(fd, bytes, n, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
    REAL(sendmsg);
    FAIL(WRITE, EPIPE, -1);
    return real(fd, m, flags);
}

static int mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, int) : 0;
}

#define OPENS(name, ...)                                                                                               \
    REAL(name);                                                                                                        \
    va_list args;                                                                                                      \
    va_start(args, flags);                                                                                             \
    int mode = mode_of(flags, args);                                                                                   \
    va_end(args);                                                                                                      \
    FAIL(OPEN, EMFILE, -1);                                                                                            \
    return real(__VA_ARGS__, flags, mode)

int open(const char *path, int flags, ...)
{
    OPENS(open, path);
}

int open64(const char *path, int flags, ...)
{
    OPENS(open64, path);
}

int openat(int folder, const char *path, int flags, ...)
{
    OPENS(openat, folder, path);
}

int openat64(int folder, const char *path, int flags, ...)
{
    OPENS(openat64, folder, path);
}

int socket(int domain, int type, int protocol)
{
    REAL(socket);
    FAIL(OPEN, EMFILE, -1);
    return real(domain, type, protocol);
}

int accept4(int fd, struct sockaddr *from, socklen_t *n, int flags)
{
    REAL(accept4);
    FAIL(OPEN, EMFILE, -1);
    return real(fd, from, n, flags);
}

/* SQLite calls itself too, and then asks the statement, which knows of no failure: no disk does that. */
static bool is_sqlite(const void *caller)
{
    Dl_info found;
    return dladdr(caller, &found) && strstr(found.dli_fname, "libsqlite3");
}

int sqlite3_step(void *statement);
int sqlite3_step(void *statement)
{
    enum { SQLITE_IOERR = 10 };
    REAL(sqlite3_step);
    if (page && page->kind == STEP && !is_sqlite(__builtin_return_address(0)) && fails(STEP))
        return SQLITE_IOERR;
    return real(statement);
}

/* A thread that cannot be made is as likely as memory that is not there. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *thing)
{
    REAL(pthread_create);
    if (fails(MEMORY))
        return EAGAIN;
    return real(thread, attributes, run, thing);
}
