#include "encode/kept_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/table.h"
#include "encode/kept_files.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600, FIRST_ROOM = 1024 };

struct kept_put {
    uint64_t key;
    struct kept_row row;
};

struct kept_writer {
    char *folder;
    uint32_t model, upto, last; /* last: the highest number of a file */
    uint64_t gone;
    bool scanned;
    int lock;
    struct kept_file **files; /* ascending by number */
    size_t file_count;
    struct kept_put *puts;
    size_t put_count, put_room;
    struct table put_table;
};

static void *kept_grown(void *p, size_t bytes)
{
    p = realloc(p, bytes);
    if (!p) {
        fputs("footnote: out of memory\n", stderr);
        abort();
    }
    return p;
}

static bool kept_failed(const struct kept_writer *w, struct err *e)
{
    return err_set(e, ERR_IO, "Vectors cannot be written to %s: %s.", w->folder, strerror(errno));
}

/* Maps what is there. A file that cannot be used is removed, and then everything is looked at again. */
static void kept_writer_read(struct kept_writer *w)
{
    uint32_t *numbers;
    size_t n = kept_list(w->folder, &numbers);
    bool whole = true;
    w->files = kept_grown(NULL, (n + 1) * sizeof *w->files);
    for (size_t i = 0; i < n; i++) {
        struct kept_file *f = kept_file_map(w->folder, numbers[i], w->model);
        w->last = numbers[i];
        if (f) {
            w->files[w->file_count++] = f;
            w->upto = f->head->upto; /* the last one's word counts */
            w->gone = f->head->gone;
        } else if (errno == 0) {
            char path[KEPT_PATH_BYTES];
            kept_path(path, w->folder, numbers[i]);
            unlink(path);
            whole = false;
        }
    }
    free(numbers);
    w->upto = whole ? w->upto : 0;
}

bool kept_writer_open(const char *folder, uint32_t model, bool scanned, struct kept_writer **out, struct err *e)
{
    struct kept_writer *w = kept_grown(NULL, sizeof *w);
    char path[KEPT_PATH_BYTES];
    *out = NULL;
    *w = (struct kept_writer){
        .folder = kept_grown(NULL, strlen(folder) + 1), .model = model, .scanned = scanned, .lock = -1};
    memcpy(w->folder, folder, strlen(folder) + 1);
    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
        kept_failed(w, e);
        kept_writer_close(w);
        return false;
    }
    snprintf(path, sizeof path, "%s/lock", folder);
    w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (w->lock < 0 || flock(w->lock, LOCK_EX | LOCK_NB) != 0) {
        if (w->lock >= 0 && errno == EWOULDBLOCK)
            err_set(e, ERR_BUSY, "Another process writes the vectors in %s.", folder);
        else
            kept_failed(w, e);
        kept_writer_close(w);
        return false;
    }
    kept_writer_read(w);
    table_init(&w->put_table, NULL, 0);
    *out = w;
    return true;
}

void kept_writer_close(struct kept_writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->file_count; i++)
        kept_file_unmap(w->files[i]);
    if (w->lock >= 0)
        close(w->lock);
    table_release(&w->put_table);
    free(w->files);
    free(w->puts);
    free(w->folder);
    free(w);
}

uint32_t kept_upto(const struct kept_writer *w)
{
    return w->upto;
}

uint64_t kept_gone(const struct kept_writer *w)
{
    return w->gone;
}

uint64_t kept_total(const struct kept_writer *w)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->file_count; i++)
        n += w->files[i]->head->count;
    return n;
}

size_t kept_waiting(const struct kept_writer *w)
{
    return w->put_count;
}

const struct kept_row *kept_has_row(const struct kept_writer *w, uint64_t key)
{
    uint32_t number;
    const struct kept_row *row;
    for (size_t i = 0; i < w->file_count; i++)
        if ((row = kept_file_find(w->files[i], key)))
            return row;
    for (struct table_walk walk = table_walk(&w->put_table, (uint32_t)key); (number = table_next(&walk));)
        if (w->puts[number - 1].key == key)
            return &w->puts[number - 1].row;
    return NULL;
}

bool kept_has(const struct kept_writer *w, uint64_t key)
{
    return kept_has_row(w, key) != NULL;
}

void kept_put(struct kept_writer *w, uint64_t key, const float vector[ENCODE_WIDTH])
{
    if (w->put_count == w->put_room) {
        w->put_room = w->put_room ? 2 * w->put_room : FIRST_ROOM;
        w->puts = kept_grown(w->puts, w->put_room * sizeof *w->puts);
    }
    w->puts[w->put_count++] = (struct kept_put){key, kept_row_of(vector)};
    table_add(&w->put_table, (uint32_t)key, (uint32_t)w->put_count);
}

/* --- files ------------------------------------------------------------------------------------------------------ */

static int kept_by_key(const void *l, const void *r)
{
    uint64_t one, other;
    memcpy(&one, l, sizeof one);
    memcpy(&other, r, sizeof other);
    return (one > other) - (one < other);
}

/* Several sorted runs of rows, merged: the least key first, each key once. */
struct kept_merge {
    struct kept_file **files;
    size_t file_count;
    const struct kept_put *puts;
    size_t put_count;
    const uint64_t *only; /* sorted keys that may pass; NULL: all */
    size_t only_count, only_at;
    size_t *at; /* of each file, and of the puts */
};

static bool kept_may_pass(struct kept_merge *m, uint64_t key)
{
    if (!m->only)
        return true;
    while (m->only_at < m->only_count && m->only[m->only_at] < key)
        m->only_at++;
    return m->only_at < m->only_count && m->only[m->only_at] == key;
}

static void kept_merge_begin(struct kept_merge *m)
{
    m->only_at = 0;
    memset(m->at, 0, (m->file_count + 1) * sizeof *m->at);
}

static const struct kept_row *kept_merge_next(struct kept_merge *m, uint64_t *key)
{
    for (;;) {
        const struct kept_row *row = NULL;
        for (size_t i = 0; i < m->file_count; i++)
            if (m->at[i] < m->files[i]->head->count && (!row || m->files[i]->keys[m->at[i]] < *key)) {
                *key = m->files[i]->keys[m->at[i]];
                row = &m->files[i]->rows[m->at[i]];
            }
        size_t *puts_at = &m->at[m->file_count];
        if (*puts_at < m->put_count && (!row || m->puts[*puts_at].key < *key)) {
            *key = m->puts[*puts_at].key;
            row = &m->puts[*puts_at].row;
        }
        if (!row)
            return NULL;
        for (size_t i = 0; i < m->file_count; i++)
            while (m->at[i] < m->files[i]->head->count && m->files[i]->keys[m->at[i]] == *key)
                m->at[i]++;
        while (*puts_at < m->put_count && m->puts[*puts_at].key == *key)
            ++*puts_at;
        if (kept_may_pass(m, *key))
            return row;
    }
}

/* The merged run becomes the file of the next number. */
static bool kept_merge_write(struct kept_writer *w, struct kept_merge *m, uint32_t upto, uint64_t gone, struct err *e)
{
    char part[KEPT_PATH_BYTES], path[KEPT_PATH_BYTES];
    struct kept_head head = {.model = w->model, .upto = upto, .gone = gone, .scanned = w->scanned};
    size_t room = m->put_count + 1;
    uint64_t key;
    for (size_t i = 0; i < m->file_count; i++)
        room += m->files[i]->head->count;
    uint64_t *keys = kept_grown(NULL, room * sizeof *keys);
    memcpy(head.magic, kept_magic, sizeof kept_magic);
    for (kept_merge_begin(m); kept_merge_next(m, &key);)
        keys[head.count++] = key;
    head.checksum = kept_checksum(&head, keys);
    snprintf(part, sizeof part, "%s/part", w->folder);
    kept_path(path, w->folder, w->last + 1);
    FILE *f = fopen(part, "wb");
    bool ok = f && fwrite(&head, sizeof head, 1, f) == 1 && fwrite(keys, sizeof *keys, head.count, f) == head.count;
    free(keys);
    const struct kept_row *row;
    for (kept_merge_begin(m); ok && w->scanned && (row = kept_merge_next(m, &key));) {
        const struct kept_signs signs = kept_signs_of(row);
        ok = fwrite(&signs, sizeof signs, 1, f) == 1;
    }
    for (kept_merge_begin(m); ok && (row = kept_merge_next(m, &key));)
        ok = fwrite(row, sizeof *row, 1, f) == 1;
    ok = ok && fflush(f) == 0 && fsync(fileno(f)) == 0;
    ok = (!f || fclose(f) == 0) && ok && rename(part, path) == 0;
    if (!ok) {
        kept_failed(w, e);
        unlink(part);
        return false;
    }
    w->last++;
    return true;
}

/* Writes the files from number `first` on, and the puts, as one file in their place. */
static bool kept_replace(struct kept_writer *w, size_t first, struct kept_merge *m, uint32_t upto, uint64_t gone,
                         struct err *e)
{
    m->files = w->files + first;
    m->file_count = w->file_count - first;
    m->puts = w->puts;
    m->put_count = w->put_count;
    m->at = kept_grown(NULL, (m->file_count + 1) * sizeof *m->at);
    if (w->put_count)
        qsort(w->puts, w->put_count, sizeof *w->puts, kept_by_key);
    bool ok = kept_merge_write(w, m, upto, gone, e);
    free(m->at);
    struct kept_file *merged = ok ? kept_file_map(w->folder, w->last, w->model) : NULL;
    if (!merged)
        return ok ? kept_failed(w, e) : false;
    for (size_t i = first; i < w->file_count; i++) {
        char path[KEPT_PATH_BYTES];
        kept_path(path, w->folder, w->files[i]->number);
        unlink(path); /* one that stays only repeats what the new file has */
        kept_file_unmap(w->files[i]);
    }
    w->file_count = first + 1;
    w->files = kept_grown(w->files, (w->file_count + 1) * sizeof *w->files);
    w->files[first] = merged;
    w->upto = upto;
    w->gone = gone;
    w->put_count = 0;
    table_clear(&w->put_table);
    return true;
}

bool kept_commit(struct kept_writer *w, uint32_t upto, struct err *e)
{
    struct kept_merge m = {.only = NULL};
    size_t first = w->file_count;
    uint64_t rows = w->put_count;
    if (w->put_count == 0 && upto == w->upto)
        return true;
    /* Each file is more than twice the next one, so there are few, and each row is written a few times. */
    while (first > 0 && w->files[first - 1]->head->count <= 2 * rows)
        rows += w->files[--first]->head->count;
    return kept_replace(w, first, &m, upto, w->gone, e);
}

bool kept_sweep(struct kept_writer *w, uint64_t *keys, size_t n, uint64_t gone, struct err *e)
{
    static const uint64_t none;
    struct kept_merge m = {.only = n ? keys : &none, .only_count = n};
    if (n)
        qsort(keys, n, sizeof *keys, kept_by_key);
    return kept_replace(w, 0, &m, w->upto, gone, e);
}
