/* cage.c - the filters are lists of what is refused, as libraries use new system calls with every release: a list of
 * what is allowed would break with them. Refused calls fail with EPERM (clone3, where there is no telling what it
 * makes, with ENOSYS, so that the C library uses clone).
 *
 * Landlock's structs are declared by the kernel's header; its later rights are numbers here, as Debian 12's header ends
 * before them. Sanitizers trace and need /proc, so they get no filter that forbids it. */
#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/again.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { FILTER_MAX = 4096 }; /* instructions; the kernel's BPF_MAXINSNS */

#define RIGHT_TRUNCATE (UINT64_C(1) << 14) /* from version 3 on */

static const uint64_t READ_RIGHTS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t WRITE_RIGHTS = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
/* What a rule for a single file may name. */
static const uint64_t FILE_RIGHTS =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | RIGHT_TRUNCATE;

static int landlock_version(void)
{
    long v = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return v > 0 ? (int)v : 0;
}

struct cage_kernel cage_kernel(void)
{
    return (struct cage_kernel){landlock_version(), prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0};
}

static uint64_t rights_of(unsigned rights, int version)
{
    uint64_t known = (rights & CAGE_READ ? READ_RIGHTS : 0) | (rights & CAGE_RUN ? LANDLOCK_ACCESS_FS_EXECUTE : 0);
    if (rights & CAGE_WRITE)
        known |= WRITE_RIGHTS | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) | (version >= 3 ? RIGHT_TRUNCATE : 0);
    return known;
}

static void cage_allow(int rules, const struct cage_place *place, uint64_t handled, int version)
{
    int fd = place->path ? open(place->path, O_PATH | O_CLOEXEC) : -1;
    struct landlock_path_beneath_attr below = {rights_of(place->rights, version) & handled, fd};
    if (fd < 0)
        return;
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) != 0) {
        below.allowed_access &= FILE_RIGHTS; /* it is no folder */
        (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
    }
    close(fd);
}

bool cage_files(unsigned handled, const struct cage_place *places, size_t n)
{
    int version = landlock_version();
    const struct landlock_ruleset_attr all = {rights_of(handled, version)};
    if (version == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        cage_allow(rules, &places[i], all.handled_access_fs, version);
    bool ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return ok;
}

/* ---- system calls ---- */

static const char *const MACHINE[] = {
    "mount",           "umount",        "umount2",       "pivot_root",    "chroot",   "setns",
    "unshare",         "open_tree",     "move_mount",    "fsopen",        "fsconfig", "fsmount",
    "fspick",          "mount_setattr", "swapon",        "swapoff",       "reboot",   "kexec_load",
    "kexec_file_load", "init_module",   "finit_module",  "delete_module", "acct",     "quotactl",
    "quotactl_fd",     "settimeofday",  "clock_settime", "clock_adjtime", "adjtimex", "sethostname",
    "setdomainname",   "iopl",          "ioperm",        "modify_ldt",    "vm86",     "vm86old",
    "lookup_dcookie",  "nfsservctl",    "vhangup",       "syslog",        "uselib",   "personality",
    "mknod",           "mknodat"};
static const char *const SPIES[] = {
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "kcmp",
    "pidfd_getfd",
    "perf_event_open",
    "bpf",
    "userfaultfd",
    "add_key",
    "request_key",
    "keyctl",
    "name_to_handle_at",
    "open_by_handle_at",
    "fanotify_init",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "migrate_pages",
    "move_pages",
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    "ptrace",
#endif
};
/* A program that reads its standard input starts nothing, calls nobody and changes no file. */
static const char *const DEEDS[] = {"fork",
                                    "vfork",
                                    "execveat",
                                    "socket",
                                    "socketpair",
                                    "connect",
                                    "bind",
                                    "listen",
                                    "accept",
                                    "accept4",
                                    "sendto",
                                    "sendmsg",
                                    "sendmmsg",
                                    "recvmsg",
                                    "recvfrom",
                                    "recvmmsg",
                                    "kill",
                                    "tkill",
                                    "rt_sigqueueinfo",
                                    "rt_tgsigqueueinfo",
                                    "pidfd_open",
                                    "pidfd_send_signal",
                                    "unlink",
                                    "unlinkat",
                                    "rename",
                                    "renameat",
                                    "renameat2",
                                    "link",
                                    "linkat",
                                    "symlink",
                                    "symlinkat",
                                    "mkdir",
                                    "mkdirat",
                                    "rmdir",
                                    "creat",
                                    "truncate",
                                    "ftruncate",
                                    "chmod",
                                    "fchmod",
                                    "fchmodat",
                                    "chown",
                                    "fchown",
                                    "lchown",
                                    "fchownat",
                                    "utimensat",
                                    "setxattr",
                                    "lsetxattr",
                                    "fsetxattr",
                                    "removexattr",
                                    "lremovexattr",
                                    "fremovexattr",
                                    "setuid",
                                    "setgid",
                                    "setreuid",
                                    "setregid",
                                    "setresuid",
                                    "setresgid",
                                    "setgroups",
                                    "inotify_init1",
                                    "inotify_add_watch",
                                    "memfd_create",
                                    "memfd_secret",
                                    "shmget",
                                    "shmat",
                                    "semget",
                                    "msgget",
                                    "mq_open",
                                    "timer_create",
                                    "setns",
                                    "setpriority",
                                    "sched_setscheduler",
                                    "prlimit64"};

static bool cage_refuse(scmp_filter_ctx c, const char *const *names, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        int call = seccomp_syscall_resolve_name(names[i]);
        int got = call == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), call, 0);
        ok = ok && (got == 0 || got == -EDOM || got == -EOPNOTSUPP); /* this machine does not have it */
    }
    return ok;
}

struct cage_filter {
    const char *program;
    unsigned short count;
    struct sock_filter instructions[FILTER_MAX];
};

static struct cage_filter reader, server;

/* libseccomp gives instructions to a file only. */
static bool cage_export(scmp_filter_ctx c, struct cage_filter *out)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    bool ok = fd >= 0 && seccomp_export_bpf(c, fd) == 0 && lseek(fd, 0, SEEK_SET) == 0;
    ssize_t n = ok ? again_read(fd, out->instructions, sizeof out->instructions) : -1;
    if (fd >= 0)
        close(fd);
    out->count =
        n > 0 && (size_t)n < sizeof out->instructions ? (unsigned short)((size_t)n / sizeof(struct sock_filter)) : 0;
    return out->count > 0;
}

static bool cage_refuse_starts(scmp_filter_ctx c, const char *program)
{
    return seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(execve), 1,
                            SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)(uintptr_t)program)) == 0 &&
           seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0 &&
           seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static void make_reader(void)
{
    scmp_filter_ctx c = cage_kernel().seccomp ? seccomp_init(SCMP_ACT_ALLOW) : NULL;
    bool ok = c && cage_refuse(c, MACHINE, COUNT(MACHINE)) && cage_refuse(c, SPIES, COUNT(SPIES)) &&
              cage_refuse(c, DEEDS, COUNT(DEEDS)) && cage_refuse_starts(c, reader.program) && cage_export(c, &reader);
    if (c)
        seccomp_release(c);
    if (!ok)
        reader.count = 0;
}

static void make_server(void)
{
    scmp_filter_ctx c = cage_kernel().seccomp ? seccomp_init(SCMP_ACT_ALLOW) : NULL;
    bool ok =
        c && cage_refuse(c, MACHINE, COUNT(MACHINE)) && cage_refuse(c, SPIES, COUNT(SPIES)) && cage_export(c, &server);
    if (c)
        seccomp_release(c);
    if (!ok)
        server.count = 0;
}

const struct cage_filter *cage_server_filter(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_server);
    return server.count ? &server : NULL;
}

const struct cage_filter *cage_reader_filter(const char *program)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    if (!reader.program)
        reader.program = program;
    pthread_mutex_unlock(&lock);
    pthread_once(&once, make_reader);
    return reader.program == program && reader.count ? &reader : NULL;
}

bool cage_enter(const struct cage_filter *f)
{
    struct sock_filter *instructions = (struct sock_filter *)(uintptr_t)f->instructions; /* the kernel only reads it */
    const struct sock_fprog program = {f->count, instructions};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}
