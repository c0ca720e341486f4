/* preset_files.c - finds preset files in folders; the only file of search/ that touches the disk. */
#include "search/preset_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool read_file(struct arena *a, const char *path, struct slice *out, struct err *e)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    char *text = arena_alloc(a, PRESET_FILE_BYTES_MAX + 2);
    size_t n = fread(text, 1, PRESET_FILE_BYTES_MAX + 1, f);
    bool ok = !ferror(f);
    if (!ok)
        err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    fclose(f);
    *out = (struct slice){text, n};
    return ok;
}

/* Replaces the preset of the same name, or adds it at the end. */
static void presets_keep(struct arena *a, struct presets *all, struct preset *p)
{
    for (size_t i = 0; i < all->n; i++)
        if (slice_eq(all->at[i]->name, p->name)) {
            all->at[i] = p;
            return;
        }
    struct preset **slot = arena_push(a, &all->at, all->n++, &all->room);
    *slot = p;
}

static bool load_folder(struct arena *a, const char *folder, struct presets *all, struct err *e)
{
    bool ok = true;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT || errno == ENOTDIR ||
               err_set(e, ERR_IO, "%s cannot be read: %s.", folder, strerror(errno));
    for (const struct dirent *entry; ok && (entry = readdir(dir));) {
        struct slice file = slice_of(entry->d_name), text;
        struct preset *p;
        if (!slice_ends(file, SLICE(".ini")) || file.p[0] == '.')
            continue;
        struct slice path = arena_printf(a, "%s/%s", folder, entry->d_name);
        struct arena *scratch = arena_new(); /* for the file's text */
        ok = read_file(scratch, path.p, &text, e) && preset_parse(a, path, slice_sub(file, 0, file.n - 4), text, &p, e);
        arena_free(scratch);
        if (ok)
            presets_keep(a, all, p);
    }
    closedir(dir);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    const struct preset *const *x = a, *const *y = b;
    return slice_cmp((*x)->name, (*y)->name);
}

bool presets_load(struct arena *a, const char *const *folders, struct presets *out, struct err *e)
{
    *out = (struct presets){0};
    for (size_t i = 0; folders[i]; i++)
        if (!load_folder(a, folders[i], out, e))
            return false;
    if (out->n > 1)
        qsort(out->at, out->n, sizeof *out->at, by_name);
    return true;
}

const struct preset *presets_find(const struct presets *p, struct slice name)
{
    for (size_t i = 0; i < p->n; i++)
        if (slice_eq(p->at[i]->name, name))
            return p->at[i];
    return NULL;
}
