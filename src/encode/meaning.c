#include "encode/meaning.h"

#include <math.h>

/* Of two or three hundred questions, or of the pages that were read for them: a session ranks the same sentences anew
 * in each of its rounds. A power of two. */
enum { RECENT_ROWS = 4096 };

struct recent_row {
    uint64_t key; /* 0: unused */
    struct kept_row row;
};

struct meaning {
    struct encoder *encoder;
    struct kept *kept, *passages; /* NULL: none */
    pthread_mutex_t lock;
    struct recent_row *recent; /* under the lock; a key has one place, and takes it from the one before */
};

struct meaning *meaning_new(struct encoder *x, struct kept *sentences, struct kept *passages)
{
    struct meaning *m = x ? calloc(1, sizeof *m) : NULL;
    if (!m)
        return NULL;
    *m = (struct meaning){.encoder = x, .kept = sentences, .passages = passages};
    m->recent = calloc(RECENT_ROWS, sizeof *m->recent);
    if (!m->recent) {
        free(m);
        return NULL;
    }
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

void meaning_free(struct meaning *m)
{
    if (!m)
        return;
    pthread_mutex_destroy(&m->lock);
    free(m->recent);
    free(m);
}

static bool recent_find(struct meaning *m, uint64_t key, struct kept_row *row)
{
    pthread_mutex_lock(&m->lock);
    const struct recent_row *r = &m->recent[key % RECENT_ROWS];
    bool found = r->key == key;
    if (found)
        *row = r->row;
    pthread_mutex_unlock(&m->lock);
    return found;
}

static void recent_keep(struct meaning *m, uint64_t key, const float *vector)
{
    const struct recent_row r = {key, kept_row_of(vector)};
    pthread_mutex_lock(&m->lock);
    m->recent[key % RECENT_ROWS] = r;
    pthread_mutex_unlock(&m->lock);
}

/* False: there was no time. */
static bool meaning_of_question(struct meaning *m, struct slice question, const struct deadline *d, float *asked)
{
    uint64_t key = kept_key(SLICE("?"), question);
    struct kept_row row;
    if (recent_find(m, key, &row)) {
        for (size_t i = 0; i < ENCODE_WIDTH; i++)
            asked[i] = (float)row.cells[i] * row.step;
        return true;
    }
    if (encode_texts(m->encoder, &question, 1, d, asked) == 0)
        return false;
    recent_keep(m, key, asked);
    return true;
}

/* Fills in what is kept or was encoded lately. Returns how many are not; missing[] has which, keys[] their keys. */
static size_t meaning_known(struct meaning *m, const float *asked, const struct meaning_text *texts, size_t n,
                            float *near, size_t *missing, uint64_t *keys)
{
    size_t count = 0;
    struct kept_view *v = m->kept ? kept_take(m->kept) : NULL;
    for (size_t i = 0; i < n; i++) {
        uint64_t key = kept_key(texts[i].title, texts[i].text);
        const struct kept_row *kept = v ? kept_find(v, key) : NULL;
        struct kept_row recent;
        if (kept) {
            near[i] = kept_cosine(kept, asked);
        } else if (recent_find(m, key, &recent)) {
            near[i] = kept_cosine(&recent, asked);
        } else {
            keys[count] = key;
            missing[count++] = i;
        }
    }
    if (v)
        kept_give(m->kept, v);
    return count;
}

struct slice meaning_line(struct arena *a, const struct meaning_text *t)
{
    return ARENA_JOIN(a, t->title, SLICE(": "), t->text);
}

void meaning_near(struct meaning *m, struct arena *a, struct slice question, const struct meaning_text *texts, size_t n,
                  const struct deadline *d, float *near)
{
    float asked[ENCODE_WIDTH];
    for (size_t i = 0; i < n; i++)
        near[i] = NAN;
    if (!m || n == 0 || !meaning_of_question(m, question, d, asked))
        return;
    size_t *missing = arena_array(a, size_t, n);
    uint64_t *keys = arena_array(a, uint64_t, n);
    size_t count = meaning_known(m, asked, texts, n, near, missing, keys);
    struct slice *lines = arena_array(a, struct slice, count);
    for (size_t i = 0; i < count; i++)
        lines[i] = meaning_line(a, &texts[missing[i]]);
    float *vectors = arena_array(a, float, count *ENCODE_WIDTH);
    size_t known = encode_texts(m->encoder, lines, count, d, vectors);
    for (size_t i = 0; i < known; i++) {
        near[missing[i]] = encode_cosine(asked, vectors + i * ENCODE_WIDTH);
        recent_keep(m, keys[i], vectors + i * ENCODE_WIDTH);
    }
}

size_t meaning_passages(struct meaning *m, struct slice question, const struct deadline *d, size_t most,
                        uint32_t *numbers)
{
    float asked[ENCODE_WIDTH];
    struct kept_view *v = m && m->passages && most > 0 ? kept_take(m->passages) : NULL;
    struct kept_near *near = v && kept_count(v) > 0 ? calloc(most, sizeof *near) : NULL;
    size_t n = 0;
    if (near && meaning_of_question(m, question, d, asked))
        n = kept_nearest(v, asked, most, near);
    if (v)
        kept_give(m->passages, v);
    for (size_t i = 0; i < n; i++)
        numbers[i] = (uint32_t)near[i].key;
    free(near);
    return n;
}

bool meaning_of_passage(const struct kept_row *const *sentences, size_t n, float vector[ENCODE_WIDTH])
{
    float square = 0;
    memset(vector, 0, ENCODE_WIDTH * sizeof *vector);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < ENCODE_WIDTH; i++)
            vector[i] += (float)sentences[k]->cells[i] * sentences[k]->step;
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        square += vector[i] * vector[i];
    if (square <= 0)
        return false;
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        vector[i] /= sqrtf(square);
    return true;
}
