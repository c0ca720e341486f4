#include "cli/backup_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "state/backup.h"

enum { FORMAT = 1, STEP_BYTES = 256 * 1024, LEVEL = 1, FOLDERS_OPEN = 16 }; /* LEVEL: zlib's fastest */

static const char manifest_name[] = "manifest.json";

static int backup_forget(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void backup_remove(const char *folder)
{
    (void)nftw(folder, backup_forget, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

static int backup_sync_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int failed = fd < 0 || fsync(fd) != 0;
    if (fd >= 0)
        close(fd);
    return failed;
}

bool backup_sync(const char *folder, struct err *e)
{
    return nftw(folder, backup_sync_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) == 0 ||
           err_set(e, ERR_IO, "%s cannot be written to the disk: %s.", folder, strerror(errno));
}

static bool plain_name(struct slice name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool good = ascii_is_lower(c) || ascii_is_digit(c) || (i > 0 && char_in(c, ".-_"));
        if (!good)
            return false;
    }
    return name.n > 0;
}

static bool backup_name_fits(struct slice name)
{
    for (size_t i = 0; i < STATE_FILES; i++)
        if (slice_is(name, state_files[i].name))
            return true;
    if (slice_is(name, manifest_name))
        return true;
    struct slice folders[] = {SLICE("index/vectors/"), SLICE("index/")};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (slice_starts(name, folders[i]))
            return plain_name(slice_sub(name, folders[i].n, name.n - folders[i].n));
    return false;
}

static bool pack_failed(zip_t *zip, const char *file, struct err *e)
{
    return err_set(e, ERR_IO, "%s cannot be written: %s.", file, zip_strerror(zip));
}

static bool pack_file(zip_t *zip, struct arena *a, const char *folder, const char *name, const char *file,
                      struct err *e)
{
    zip_source_t *source = zip_source_file(zip, arena_printf(a, "%s/%s", folder, name).p, 0, -1);
    zip_int64_t at = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (at < 0) {
        zip_source_free(source);
        return pack_failed(zip, file, e);
    }
    return zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, LEVEL) == 0 || pack_failed(zip, file, e);
}

/* beneath: "" or "index/". */
static bool pack_folder(zip_t *zip, struct arena *a, const char *folder, const char *beneath, const char *file,
                        struct err *e)
{
    DIR *d = opendir(arena_printf(a, "%s/%s", folder, beneath).p);
    bool ok = d || err_set(e, ERR_IO, "%s/%s cannot be read: %s.", folder, beneath, strerror(errno));
    for (struct dirent *entry; ok && (entry = readdir(d));) {
        if (entry->d_name[0] == '.')
            continue;
        const char *name = arena_printf(a, "%s%s", beneath, entry->d_name).p;
        struct stat st;
        bool there = lstat(arena_printf(a, "%s/%s", folder, name).p, &st) == 0;
        if (there && S_ISDIR(st.st_mode))
            ok = pack_folder(zip, a, folder, arena_printf(a, "%s/", name).p, file, e);
        else if (there && S_ISREG(st.st_mode))
            ok = pack_file(zip, a, folder, name, file, e);
    }
    if (d)
        closedir(d);
    return ok;
}

static bool pack_manifest(zip_t *zip, const char *file, struct err *e)
{
    json_t *tree = json_pack("{s:i, s:s, s:I}", "format", FORMAT, "footnote", FOOTNOTE_VERSION, "made_unix",
                             (json_int_t)clock_unix_s());
    char *text = json_dumps(tree, JSON_INDENT(2));
    json_decref(tree);
    zip_source_t *source = text ? zip_source_buffer(zip, text, strlen(text), 1) : NULL; /* the archive frees it */
    if (source && zip_file_add(zip, manifest_name, source, ZIP_FL_ENC_UTF_8) >= 0)
        return true;
    zip_source_free(source);
    return pack_failed(zip, file, e);
}

/* libzip writes beside the file and renames. */
bool backup_pack(struct arena *a, const char *folder, const char *file, struct err *e)
{
    int code = 0;
    mode_t before = umask(077); /* it holds conversations */
    zip_t *zip = zip_open(file, ZIP_CREATE | ZIP_TRUNCATE, &code);
    bool ok = zip || err_set(e, ERR_IO, "%s cannot be written: %s.", file, strerror(errno));
    ok = ok && pack_manifest(zip, file, e) && pack_folder(zip, a, folder, "", file, e);
    if (ok && zip_close(zip) != 0) {
        ok = pack_failed(zip, file, e);
        zip_discard(zip);
    } else if (!ok && zip) {
        zip_discard(zip);
    }
    umask(before);
    if (ok && (chmod(file, 0600) != 0 || backup_sync_one(file, NULL, 0, NULL) != 0))
        ok = err_set(e, ERR_IO, "%s cannot be written to the disk: %s.", file, strerror(errno));
    return ok;
}

static bool unpack_write(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, bytes, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

/* libzip compares the checksum at an entry's end. */
static bool unpack_entry(zip_t *zip, zip_uint64_t entry, const char *to, const char *file, struct err *e)
{
    static char step[STEP_BYTES]; /* one thread */
    zip_file_t *in = zip_fopen_index(zip, entry, 0);
    if (!in)
        return err_set(e, ERR_CORRUPT, "%s is damaged: %s.", file, zip_strerror(zip));
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = out >= 0;
    zip_int64_t n = 0;
    while (ok && (n = zip_fread(in, step, sizeof step)) > 0)
        ok = unpack_write(out, step, (size_t)n);
    if (!ok)
        err_set(e, ERR_IO, "%s cannot be written: %s.", to, strerror(errno));
    else if (n < 0)
        ok = err_set(e, ERR_CORRUPT, "%s is damaged: %s.", file, zip_file_strerror(in));
    zip_fclose(in);
    if (out >= 0)
        close(out);
    return ok;
}

static bool unpack_manifest(const char *path, const char *file, struct err *e)
{
    json_t *tree = json_load_file(path, 0, NULL);
    json_int_t format = json_integer_value(json_object_get(tree, "format"));
    json_decref(tree);
    if (format > FORMAT)
        return err_set(e, ERR_CORRUPT, "%s was made by a newer footnote; restore it with that one.", file);
    return format > 0 || err_set(e, ERR_CORRUPT, "%s is no backup of footnote.", file);
}

static bool unpack_all(zip_t *zip, struct arena *a, const char *file, const char *folder, struct err *e)
{
    zip_int64_t n = zip_get_num_entries(zip, 0);
    if (zip_name_locate(zip, manifest_name, 0) < 0)
        return err_set(e, ERR_CORRUPT, "%s is no backup of footnote.", file);
    (void)mkdir(arena_printf(a, "%s/index", folder).p, 0700);
    (void)mkdir(arena_printf(a, "%s/index/vectors", folder).p, 0700);
    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
        if (!name || !backup_name_fits(slice_of(name)))
            return err_set(e, ERR_CORRUPT, "%s has an entry that no backup has.", file);
        if (!unpack_entry(zip, (zip_uint64_t)i, arena_printf(a, "%s/%s", folder, name).p, file, e))
            return false;
    }
    return unpack_manifest(arena_printf(a, "%s/%s", folder, manifest_name).p, file, e);
}

bool backup_unpack(struct arena *a, const char *file, const char *folder, struct err *e)
{
    int code = 0;
    zip_t *zip = zip_open(file, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!zip) {
        zip_error_t why;
        zip_error_init_with_code(&why, code);
        bool io = code == ZIP_ER_NOENT || code == ZIP_ER_OPEN || code == ZIP_ER_READ;
        err_set(e, io ? ERR_IO : ERR_CORRUPT, "%s cannot be read: %s.", file, zip_error_strerror(&why));
        zip_error_fini(&why);
        return false;
    }
    bool ok = unpack_all(zip, a, file, folder, e);
    zip_discard(zip);
    return ok;
}
