/* confine.c - see confine.h.
 *
 * Files: a server writes below the data folder, beside its log, and where temporary files and devices are. It reads
 * anywhere (shares, certificates, models), and runs programs of the system only: nothing that it can write. With a
 * model of our own its program may lie anywhere too. */
#include "cli/confine.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cage.h"
#include "base/log.h"
#include "cli/config.h"

bool confine_user(const char *user, struct err *e)
{
    struct passwd entry, *found = NULL;
    char room[4096];
    if (!user[0])
        return true;
    if (getpwnam_r(user, &entry, room, sizeof room, &found) != 0 || !found)
        return err_set(e, ERR_USAGE, "There is no user %s on this machine.", user);
    if (geteuid() == found->pw_uid)
        return true;
    if (geteuid() != 0)
        return err_set(e, ERR_USAGE, "Only root can become the user %s; leave the setting user out.", user);
    if (initgroups(user, found->pw_gid) != 0 || setgid(found->pw_gid) != 0 || setuid(found->pw_uid) != 0)
        return err_set(e, ERR_USAGE, "The user %s could not be taken on: %s.", user, strerror(errno));
    if (setuid(0) == 0)
        return err_set(e, ERR_INTERNAL, "The rights of root were not given up.");
    return true;
}

static const char *folder_of(struct arena *a, const char *path)
{
    struct slice copy = arena_dup(a, slice_of(path));
    return path[0] ? dirname((char *)(uintptr_t)copy.p) : NULL;
}

void confine_server(const struct config *c)
{
    struct arena *a = arena_new();
    const char *temporary = getenv("TMPDIR");
    const struct cage_place places[] = {{c->data, CAGE_WRITE},    {folder_of(a, c->log_file), CAGE_WRITE},
                                        {temporary, CAGE_WRITE},  {"/tmp", CAGE_WRITE},
                                        {"/var/tmp", CAGE_WRITE}, {"/dev", CAGE_WRITE},
                                        {"/proc", CAGE_WRITE},    {"/usr", CAGE_RUN},
                                        {"/bin", CAGE_RUN},       {"/lib", CAGE_RUN},
                                        {"/lib64", CAGE_RUN},     {"/opt", CAGE_RUN},
                                        {"/nix/store", CAGE_RUN}};
    const struct cage_filter *filter = cage_server_filter();
    bool own_model = c->model_file[0];
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* also none to a program that collects them, and no debugger */
#endif
    bool files = cage_files(CAGE_WRITE | (own_model ? 0 : CAGE_RUN), places, COUNT_OF(places)),
         calls = filter && cage_enter(filter);
    arena_free(a);
    log_event(files && calls ? LOG_INFO : LOG_WARN, "confined", "files=%s calls=%s", files ? "landlock" : "no",
              calls ? "seccomp" : "no");
}
