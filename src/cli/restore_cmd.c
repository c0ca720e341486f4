/* restore_cmd.c - footnote restore: puts back what a backup has.
 *
 * Everything is unpacked and checked in the folder restore.new of the data folder, renamed to restore.ready once it is
 * complete and on the disk, and only then put in the place of what is there, by renaming. What was there goes to a
 * folder of its own. A restore that was broken off while it renamed is finished by giving the command again; until then
 * no server starts on the folder (cli/restore.h). */
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/restore.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/backup_file.h"
#include "index/index.h"
#include "state/backup.h"

static void restore_help(void)
{
    puts(
        "Usage: footnote restore [--check] FILE\n\n"
        "Puts the keys, usage, conversations and pages of a backup in the place of those in the data folder. Stop the\n"
        "server first. Nothing is touched before all of the backup was unpacked and checked; what was there is moved "
        "to\n"
        "the folder before-restore-TIME in the data folder, and can be removed when all is well.\n\n"
        "  --check       only see whether the backup is whole; nothing is changed, and a server may run\n\n"
        "Exit status: 0 done, 1 failed, 2 not understood.");
}

bool restore_is_unfinished(const char *data)
{
    struct arena *a = arena_new();
    bool unfinished = access(arena_printf(a, "%s/" RESTORE_READY, data).p, F_OK) == 0;
    arena_free(a);
    return unfinished;
}

static bool restore_check(struct arena *a, const char *folder, struct err *e)
{
    struct index *index = NULL;
    struct index_checked checked;
    for (size_t i = 0; i < BACKUP_FILES; i++)
        if (access(arena_printf(a, "%s/%s", folder, backup_files[i]).p, F_OK) == 0 &&
            !backup_check(folder, backup_files[i], e))
            return false;
    bool ok = index_open(arena_printf(a, "%s/index", folder).p, &index, e) && index_check(index, NULL, &checked, e);
    index_close(index);
    return ok;
}

static bool restore_unpack(struct arena *a, const char *file, const char *folder, struct err *e)
{
    backup_remove(folder); /* of a restore that was broken off before it was complete */
    if (mkdir(folder, 0700) != 0)
        return err_set(e, ERR_IO, "%s cannot be made: %s.", folder, strerror(errno));
    return backup_unpack(a, file, folder, e) && restore_check(a, folder, e) && backup_sync(folder, e);
}

/* Nobody else uses the folder: not its databases, and nobody writes to its index. */
static bool restore_is_alone(struct arena *a, const char *data, struct err *e)
{
    struct index *index = NULL;
    const char *folder = arena_printf(a, "%s/index", data).p;
    for (size_t i = 0; i < BACKUP_FILES; i++)
        if (!backup_is_free(data, backup_files[i], e))
            return false;
    if (access(folder, F_OK) != 0)
        return true;
    bool ok = index_open_writer(folder, &index, e) || e->code != ERR_BUSY; /* a damaged one is to be replaced */
    index_close(index);
    return ok;
}

static bool restore_move(struct arena *a, const char *from, const char *to, const char *name, struct err *e)
{
    const char *old = arena_printf(a, "%s/%s", from, name).p;
    return rename(old, arena_printf(a, "%s/%s", to, name).p) == 0 || errno == ENOENT ||
           err_set(e, ERR_IO, "%s cannot be moved to %s: %s.", old, to, strerror(errno));
}

/* What a backup replaces: its own parts, what SQLite keeps beside them, and the state of crawls, which tells of pages
 * that the index of the backup may not have. */
static const char *const replaced[] = {"state.db",
                                       "state.db-wal",
                                       "state.db-shm",
                                       "usage.db",
                                       "usage.db-wal",
                                       "usage.db-shm",
                                       "interactions.db",
                                       "interactions.db-wal",
                                       "interactions.db-shm",
                                       "tasks.db",
                                       "tasks.db-wal",
                                       "tasks.db-shm",
                                       "index",
                                       "crawl.db",
                                       "crawl.db-wal",
                                       "crawl.db-shm"};

/* Moves away what was there, part by part, each followed at once by what takes its place. A part that is no longer in
 * `ready` was moved before the command was broken off. */
static bool restore_swap(struct arena *a, const char *data, const char *ready, struct err *e)
{
    char when[32];
    time_t now = (time_t)clock_unix_s();
    struct tm utc;
    strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    const char *old = arena_printf(a, "%s/before-restore-%s", data, when).p;
    if (mkdir(old, 0700) != 0 && errno != EEXIST)
        return err_set(e, ERR_IO, "%s cannot be made: %s.", old, strerror(errno));
    for (size_t i = 0; i < COUNT_OF(replaced); i++) {
        const char *name = replaced[i];
        bool is_part = access(arena_printf(a, "%s/%s", ready, name).p, F_OK) == 0;
        bool is_beside = slice_ends(slice_of(name), SLICE("-wal")) || slice_ends(slice_of(name), SLICE("-shm")) ||
                         slice_starts(slice_of(name), SLICE("crawl."));
        if ((is_part || is_beside) && !restore_move(a, data, old, name, e))
            return false;
        if (is_part && !restore_move(a, ready, data, name, e))
            return false;
    }
    if (rmdir(old) != 0) /* where there was nothing it is empty */
        fprintf(stderr, "What was there is in %s.\n", old);
    backup_remove(ready);
    return backup_sync(data, e);
}

static bool restore_run(const char *data, const char *file, bool only_check, struct err *e)
{
    struct arena *a = arena_new();
    const char *fresh = arena_printf(a, "%s/restore.new", data).p,
               *ready = arena_printf(a, "%s/" RESTORE_READY, data).p;
    bool made = mkdir(data, 0700) == 0; /* its parents are the operator's */
    bool unfinished = !only_check && restore_is_unfinished(data);
    bool ok = true;
    if (unfinished)
        fprintf(stderr, "A restore was broken off here; it is finished with what it had unpacked.\n");
    else
        ok = restore_unpack(a, file, fresh, e);
    if (ok && !only_check)
        ok = restore_is_alone(a, data, e);
    if (ok && !only_check && !unfinished && rename(fresh, ready) != 0)
        ok = err_set(e, ERR_IO, "%s cannot be renamed: %s.", fresh, strerror(errno));
    if (ok && !only_check)
        ok = restore_swap(a, data, ready, e);
    backup_remove(fresh);
    if (made && (!ok || only_check))
        (void)rmdir(data);
    arena_free(a);
    return ok;
}

int restore_cmd(int argc, char **argv, const char *data_dir)
{
    bool check = false;
    const struct options o = {.command = "restore", .help = restore_help, .flags = {{"--check", &check}}};
    struct err e;
    int status;
    if (!options_read(&o, &argc, argv, &status))
        return status;
    if (argc != 2 || !argv[1][0]) {
        fputs("footnote restore: name one FILE of footnote backup; see footnote restore --help\n", stderr);
        return 2;
    }
    bool ok = restore_run(data_dir, argv[1], check, &e);
    if (ok)
        fprintf(stderr, check ? "%s is whole.\n" : "%s is restored.\n", argv[1]);
    return command_status("restore", ok, &e);
}
