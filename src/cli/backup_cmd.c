/* backup_cmd.c - footnote backup: keys, what belongs to them, and pages in one file, while a server runs.
 *
 * Each part is a copy of one moment; they are taken in an order in which a later one may know more than an earlier one
 * without harm. Vectors come before the index, since their mark of how far it was read must not be ahead of it. Keys
 * come last: a conversation whose key is missing would belong to nobody. */
#include "cli/commands.h"
#include "cli/options.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/backup_file.h"
#include "index/index.h"
#include "state/backup.h"

static void backup_help(void)
{
    puts("Usage: footnote backup [--replace] FILE\n\n"
         "Copies keys, usage, conversations, stored completions, kept replies, the index and its vectors into FILE,\n"
         "also while a server runs and an import or a crawl writes. Then the file is read back and checked. footnote\n"
         "restore FILE puts it back. It has hashes of keys and what people asked: keep it as you keep the data "
         "folder.\n\n"
         "  --replace     FILE may exist; it is replaced once the new one is complete\n\n"
         "Not in it: settings (footnote.ini), fetched pages (cache.db), the sentence encoder, the state of crawls.\n"
         "It takes as much room beside FILE as the data, for the time that it runs.\n"
         "Exit status: 0 done, 1 failed, 2 not understood.");
}

enum { COPY_STEP_BYTES = 64 * 1024 * 1024 };

static bool copy_file(const char *from, const char *to, bool *gone)
{
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out = -1;
    *gone = in < 0 && errno == ENOENT;
    bool ok = in >= 0 && (out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) >= 0;
    for (ssize_t n = 1; ok && n > 0;) {
        n = copy_file_range(in, NULL, out, NULL, COPY_STEP_BYTES, 0);
        ok = n >= 0;
    }
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return ok;
}

/* Its files never change, but a writer replaces several by one. *again: one was gone. */
static bool copy_vectors_once(struct arena *a, const char *from, const char *to, bool *again, struct err *e)
{
    DIR *d = opendir(from);
    bool ok = true;
    *again = false;
    for (struct dirent *entry; ok && d && (entry = readdir(d));) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue; /* its lock, and files that are being written */
        bool gone = false;
        ok = copy_file(arena_printf(a, "%s/%s", from, entry->d_name).p, arena_printf(a, "%s/%s", to, entry->d_name).p,
                       &gone);
        *again |= gone;
    }
    int cause = errno;
    if (d)
        closedir(d);
    return ok || *again || err_set(e, ERR_IO, "The vectors in %s cannot be copied: %s.", from, strerror(cause));
}

static bool copy_vectors(struct arena *a, const char *data, const char *to, struct err *e)
{
    enum { TRIES = 5 };
    const char *from = arena_printf(a, "%s/index/vectors", data).p;
    bool again = true;
    for (int i = 0; i < TRIES && again; i++) {
        backup_remove(to);
        if (mkdir(to, 0700) != 0)
            return err_set(e, ERR_IO, "%s cannot be made: %s.", to, strerror(errno));
        if (!copy_vectors_once(a, from, to, &again, e))
            return false;
    }
    if (again)
        backup_remove(to); /* they are made anew from the index */
    return true;
}

static bool copy_index(struct arena *a, const char *data, const char *parts, struct err *e)
{
    const char *to = arena_printf(a, "%s/index", parts).p, *vectors = arena_printf(a, "%s/vectors", parts).p;
    struct index *index = NULL;
    if (!copy_vectors(a, data, vectors, e))
        return false;
    bool ok = index_open(arena_printf(a, "%s/index", data).p, &index, e) && index_copy(index, to, e);
    index_close(index);
    if (!ok)
        return false;
    (void)mkdir(to, 0700); /* where there was no index */
    if (access(vectors, F_OK) == 0 && rename(vectors, arena_printf(a, "%s/vectors", to).p) != 0)
        return err_set(e, ERR_IO, "%s cannot be moved: %s.", vectors, strerror(errno));
    return true;
}

static bool backup_make(struct arena *a, const char *data, const char *parts, const char *file, struct err *e)
{
    bool any = false;
    if (!copy_index(a, data, parts, e))
        return false;
    for (size_t i = STATE_FILES; i-- > 0;) {
        bool there;
        const char *name = state_files[i].name;
        if (!backup_copy(data, name, arena_printf(a, "%s/%s", parts, name).p, &there, e))
            return false;
        any |= there;
    }
    if (!any && access(arena_printf(a, "%s/index/iamglass", parts).p, F_OK) != 0)
        return err_set(e, ERR_IO, "There is nothing to keep in %s.", data);
    return backup_pack(a, parts, file, e);
}

/* Reads it back. */
static bool backup_verify(struct arena *a, const char *parts, const char *file, struct err *e)
{
    backup_remove(parts);
    return (mkdir(parts, 0700) == 0 || err_set(e, ERR_IO, "%s cannot be made: %s.", parts, strerror(errno))) &&
           backup_unpack(a, file, parts, e);
}

static bool backup_run(const char *data, const char *file, struct err *e)
{
    struct arena *a = arena_new();
    char *parts = (char *)(uintptr_t)arena_printf(a, "%s.parts-XXXXXX", file).p;
    bool ok = mkdtemp(parts) || err_set(e, ERR_IO, "%s cannot be made: %s.", parts, strerror(errno));
    if (ok) {
        const char *made = arena_printf(a, "%s/made", parts).p;
        const char *inner = arena_printf(a, "%s/data", parts).p;
        ok = mkdir(inner, 0700) == 0 || err_set(e, ERR_IO, "%s cannot be made: %s.", inner, strerror(errno));
        ok = ok && backup_make(a, data, inner, made, e) && backup_verify(a, inner, made, e);
        if (ok && rename(made, file) != 0)
            ok = err_set(e, ERR_IO, "%s cannot be written: %s.", file, strerror(errno));
        backup_remove(parts);
    }
    arena_free(a);
    return ok;
}

int backup_cmd(int argc, char **argv, const char *data_dir)
{
    bool replace = false;
    const struct options o = {.command = "backup", .help = backup_help, .flags = {{"--replace", &replace}}};
    struct err e;
    struct stat st;
    int status;
    if (!options_read(&o, &argc, argv, &status))
        return status;
    if (argc != 2 || !argv[1][0]) {
        fputs("footnote backup: name one FILE to write; see footnote backup --help\n", stderr);
        return 2;
    }
    if (!replace && lstat(argv[1], &st) == 0) {
        fprintf(stderr, "footnote backup: %s exists already; take another name, or --replace\n", argv[1]);
        return 1;
    }
    bool ok = backup_run(data_dir, argv[1], &e);
    if (ok && stat(argv[1], &st) == 0)
        fprintf(stderr, "%s has %lld bytes, and was read back without a fault.\n", argv[1], (long long)st.st_size);
    return command_status("backup", ok, &e);
}
