#include "encode/kept.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sha2.h>
#include <sys/stat.h>

#include "base/log.h"
#include "encode/kept_files.h"
#include "encode/lanes.h"

enum {
    LOOK_MS = 500,   /* how often a reader looks for new files */
    STILL_MS = 2000, /* a folder changed later than that may have changed again within its time stamp's grain */
    NS_PER_MS = 1000 * 1000,
    MS_PER_S = 1000,
    CELL_MOST = 127,
};

struct kept {
    char *folder;
    uint32_t model;
    pthread_mutex_t looking; /* one reader looks at the folder at a time; the others go on with what there is */
    int64_t looked_ms;       /* under `looking` */
    int64_t changed_ms;      /* of the folder when it was read last; under `looking` */
    pthread_mutex_t lock;
    struct kept_view *now; /* under the lock */
};

static void *kept_memory(size_t bytes)
{
    void *p = calloc(1, bytes);
    if (!p) {
        fputs("footnote: out of memory\n", stderr);
        abort();
    }
    return p;
}

struct kept *kept_open(const char *folder, uint32_t model)
{
    struct kept *k = kept_memory(sizeof *k);
    k->folder = kept_memory(strlen(folder) + 1);
    memcpy(k->folder, folder, strlen(folder));
    k->model = model;
    k->looked_ms = clock_ms() - LOOK_MS;
    k->changed_ms = -1;
    pthread_mutex_init(&k->looking, NULL);
    pthread_mutex_init(&k->lock, NULL);
    k->now = kept_memory(sizeof *k->now);
    k->now->users = 1;
    return k;
}

/* Under the lock. */
static void kept_drop(struct kept_view *v)
{
    if (--v->users > 0)
        return;
    for (size_t i = 0; i < v->n; i++)
        if (--v->files[i]->users == 0)
            kept_file_unmap(v->files[i]);
    free(v);
}

void kept_close(struct kept *k)
{
    if (!k)
        return;
    kept_drop(k->now);
    pthread_mutex_destroy(&k->looking);
    pthread_mutex_destroy(&k->lock);
    free(k->folder);
    free(k);
}

static struct kept_file *kept_mapped(struct kept *k, const struct kept_view *before, uint32_t number)
{
    for (size_t i = 0; i < before->n; i++)
        if (before->files[i]->number == number)
            return before->files[i];
    struct kept_file *f = kept_file_map(k->folder, number, k->model);
    if (!f && errno == 0)
        log_event(LOG_WARN, "vectors", "file=%s/%08u is damaged or of another encoder; left alone", k->folder, number);
    return f;
}

/* Under `looking`, so only one thread replaces k->now. */
static void kept_look(struct kept *k)
{
    uint32_t *numbers;
    size_t n = kept_list(k->folder, &numbers);
    struct kept_view *v = kept_memory(sizeof *v + n * sizeof *v->files);
    v->users = 1;
    for (size_t i = 0; i < n; i++)
        if ((v->files[v->n] = kept_mapped(k, k->now, numbers[i])))
            v->count += v->files[v->n++]->head->count;
    free(numbers);
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < v->n; i++)
        v->files[i]->users++;
    struct kept_view *before = k->now;
    k->now = v;
    kept_drop(before);
    pthread_mutex_unlock(&k->lock);
}

static void kept_refresh(struct kept *k)
{
    struct stat st;
    if (pthread_mutex_trylock(&k->looking) != 0)
        return;
    if (clock_ms() - k->looked_ms >= LOOK_MS) {
        k->looked_ms = clock_ms();
        int64_t changed =
            stat(k->folder, &st) == 0 ? (int64_t)st.st_mtim.tv_sec * MS_PER_S + st.st_mtim.tv_nsec / NS_PER_MS : -1;
        if (changed != k->changed_ms || clock_unix_s() * MS_PER_S - changed < STILL_MS)
            kept_look(k);
        k->changed_ms = changed;
    }
    pthread_mutex_unlock(&k->looking);
}

struct kept_view *kept_take(struct kept *k)
{
    kept_refresh(k);
    pthread_mutex_lock(&k->lock);
    struct kept_view *v = k->now;
    v->users++;
    pthread_mutex_unlock(&k->lock);
    return v;
}

void kept_give(struct kept *k, struct kept_view *v)
{
    pthread_mutex_lock(&k->lock);
    kept_drop(v);
    pthread_mutex_unlock(&k->lock);
}

uint64_t kept_key(struct slice title, struct slice text)
{
    SHA2_CTX hash;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    uint64_t key;
    SHA256Init(&hash);
    SHA256Update(&hash, (const uint8_t *)title.p, title.n);
    SHA256Update(&hash, (const uint8_t *)": ", 2);
    SHA256Update(&hash, (const uint8_t *)text.p, text.n);
    SHA256Final(digest, &hash);
    memcpy(&key, digest, sizeof key);
    return key;
}

const struct kept_row *kept_find(const struct kept_view *v, uint64_t key)
{
    for (size_t i = 0; i < v->n; i++) {
        const struct kept_row *row = kept_file_find(v->files[i], key);
        if (row)
            return row;
    }
    return NULL;
}

uint64_t kept_count(const struct kept_view *v)
{
    return v->count;
}

struct kept_row kept_row_of(const float vector[ENCODE_WIDTH])
{
    struct kept_row row = {.step = 1};
    float most = 0;
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        most = fmaxf(most, fabsf(vector[i]));
    if (most > 0)
        row.step = most / CELL_MOST;
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        row.cells[i] = (int8_t)lrintf(vector[i] / row.step);
    return row;
}

LANES float kept_cosine(const struct kept_row *row, const float vector[ENCODE_WIDTH])
{
    lanes sum = {0};
    for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT)
        sum += __builtin_convertvector(*(const cell_lanes *)(row->cells + i), lanes) * *(const lanes *)(vector + i);
    return lanes_sum(&sum) * row->step;
}
