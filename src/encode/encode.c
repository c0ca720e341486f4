/* encode.c - the forward pass: embeddings, six layers of attention and of a small network, the mean of a text's pieces.
 */
#include "encode/encode.h"

#include <math.h>
#include <sched.h>

#include "base/shelf.h"
#include "encode/lanes.h"
#include "encode/pieces.h"
#include "encode/product.h"

enum {
    BATCH_TEXTS_MAX = PRODUCT_ROWS_MAX / 2, /* a text has two pieces at least */
    HELPER_TEXTS = 8,                       /* from so many texts on a helper is worth its start */
    HELPERS_MAX = 15,
};

struct encoder {
    struct weights weights;
    struct product_engine *products;
    struct shelf idle; /* of struct workspace */
    unsigned processors;
    atomic_uint busy; /* threads in encode_texts() */
};

/* What one call works in. */
struct workspace {
    struct shelved shelved;
    struct product_scratch *scratch;
    uint32_t pieces[PRODUCT_ROWS_MAX];
    size_t starts[BATCH_TEXTS_MAX + 1]; /* of each text in pieces, and the end of the last */
    size_t texts;
    float rows[PRODUCT_ROWS_MAX * ENCODE_WIDTH]; /* a row for each piece */
    float more[PRODUCT_ROWS_MAX * ENCODE_WIDTH];
    float wide[PRODUCT_ROWS_MAX * MODEL_INNER_WIDTH];
    float keys[MODEL_HEAD_WIDTH * ENCODE_PIECES_MAX];
};

/* Those that this process may use. */
static unsigned encoder_processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (unsigned)n : 1;
}

bool encoder_open(const char *path, struct encoder **out, struct err *e)
{
    struct encoder *x = calloc(1, sizeof *x);
    *out = NULL;
    if (!x)
        return err_set(e, ERR_INTERNAL, NULL);
    if (!weights_map(path, &x->weights, e)) {
        free(x);
        return false;
    }
    if (!product_engine_new(&x->weights, &x->products, e)) {
        weights_unmap(&x->weights);
        free(x);
        return false;
    }
    weights_rest(&x->weights); /* the check and oneDNN have read all of it; pieces are few */
    x->idle = (struct shelf)SHELF_EMPTY;
    x->processors = encoder_processors();
    *out = x;
    return true;
}

static void workspace_free(struct workspace *s)
{
    product_scratch_free(s->scratch);
    free(s);
}

void encoder_close(struct encoder *x)
{
    if (!x)
        return;
    for (struct workspace *s; (s = shelf_take(&x->idle));)
        workspace_free(s);
    product_engine_free(x->products);
    weights_unmap(&x->weights);
    free(x);
}

uint32_t encoder_model(const struct encoder *x)
{
    return x->weights.head->checksum;
}

const char *encoder_arithmetic(const struct encoder *x)
{
    return product_engine_name(x->products);
}

static struct workspace *workspace_take(struct encoder *x)
{
    struct workspace *s = shelf_take(&x->idle);
    if (s)
        return s;
    s = calloc(1, sizeof *s);
    if (!s) {
        fputs("footnote: out of memory\n", stderr);
        abort();
    }
    s->scratch = product_scratch_new(x->products);
    return s;
}

/* rows = norm(rows + more), each row by itself. */
LANES static void rows_norm(float *rows, const float *more, size_t count, const struct norm *norm)
{
    const float tiny = 1e-12F; /* as the model was trained */
    for (size_t r = 0; r < count; r++, rows += ENCODE_WIDTH, more += ENCODE_WIDTH) {
        lanes sum = {0}, squares = {0};
        for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT) {
            lanes both = *(const lanes *)(rows + i) + *(const lanes *)(more + i);
            *(lanes *)(rows + i) = both;
            sum += both;
        }
        float mean = lanes_sum(&sum) / ENCODE_WIDTH;
        for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT) {
            lanes off = *(const lanes *)(rows + i) - mean;
            squares += off * off;
        }
        float scale = 1 / sqrtf(lanes_sum(&squares) / ENCODE_WIDTH + tiny);
        for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT)
            *(lanes *)(rows + i) = (*(const lanes *)(rows + i) - mean) * scale * *(const lanes *)(norm->gain + i) +
                                   *(const lanes *)(norm->shift + i);
    }
}

LANES static void rows_gelu(float *rows, size_t n)
{
    for (size_t i = 0; i < n; i += LANE_COUNT)
        lanes_gelu((lanes *)(rows + i));
}

/* The embedding of each piece of a text, and that of its place. */
LANES static void rows_of_pieces(const struct weights *w, const uint32_t *pieces, size_t n, float *words, float *places)
{
    for (size_t r = 0; r < n; r++) {
        const int8_t *cells = w->words + (size_t)pieces[r] * ENCODE_WIDTH;
        float scale = w->word_scales[pieces[r]];
        for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT)
            *(lanes *)(words + r * ENCODE_WIDTH + i) =
                __builtin_convertvector(*(const cell_lanes *)(cells + i), lanes) * scale;
    }
    memcpy(places, w->positions, n * ENCODE_WIDTH * sizeof *places);
}

enum {
    ASKED_ROW = 3 * ENCODE_WIDTH, /* query, key and value */
    HALF_HEAD = MODEL_HEAD_WIDTH / 2,
    ABREAST = 4, /* pieces at a time: each sum waits for itself, so several are made side by side */
};

/* weights[k]: how much each piece counts for piece at[k], before they are made to sum up to 1 by *sum. */
LANES_INLINE void attend_weights(const float *query, const float *keys, size_t n, size_t wide, const size_t *at,
                                 float weights[ABREAST][ENCODE_PIECES_MAX], float *sum)
{
    for (size_t j = 0; j < wide; j += LANE_COUNT) {
        lanes score[ABREAST] = {{0}};
        for (size_t d = 0; d < MODEL_HEAD_WIDTH; d++) {
            lanes key = *(const lanes *)(keys + d * wide + j);
#pragma GCC unroll 4
            for (size_t k = 0; k < ABREAST; k++)
                score[k] += key * query[at[k] * ASKED_ROW + d];
        }
        for (size_t k = 0; k < ABREAST; k++)
            *(lanes *)(weights[k] + j) = score[k];
    }
    for (size_t k = 0; k < ABREAST; k++) {
        float most = weights[k][0];
        for (size_t j = 1; j < n; j++)
            most = weights[k][j] > most ? weights[k][j] : most;
        for (size_t j = n; j < wide; j++)
            weights[k][j] = -INFINITY;
        lanes all = {0};
        for (size_t j = 0; j < wide; j += LANE_COUNT) {
            lanes power = *(const lanes *)(weights[k] + j) - most;
            lanes_exp(&power);
            *(lanes *)(weights[k] + j) = power;
            all += power;
        }
        sum[k] = lanes_sum(&all);
    }
}

/* What the pieces of one text hear from each other, head by head. asked: n rows of query, key and value. */
LANES static void rows_attend(const float *asked, size_t n, float *keys, float *heard)
{
    _Static_assert((int)HALF_HEAD == (int)LANE_COUNT, "a head is two vectors");
    const float scale = 0.17677669529663688F; /* 1 / sqrt(MODEL_HEAD_WIDTH) */
    const size_t wide = (n + LANE_COUNT - 1) / LANE_COUNT * LANE_COUNT;
    float weights[ABREAST][ENCODE_PIECES_MAX], sum[ABREAST];
    for (size_t head = 0; head < MODEL_HEADS; head++) {
        const float *query = asked + head * MODEL_HEAD_WIDTH, *key = query + ENCODE_WIDTH, *value = key + ENCODE_WIDTH;
        for (size_t d = 0; d < MODEL_HEAD_WIDTH; d++) {
            for (size_t j = 0; j < n; j++)
                keys[d * wide + j] = key[j * ASKED_ROW + d] * scale;
            for (size_t j = n; j < wide; j++)
                keys[d * wide + j] = 0;
        }
        for (size_t i = 0; i < n; i += ABREAST) {
            size_t at[ABREAST];
            for (size_t k = 0; k < ABREAST; k++)
                at[k] = i + k < n ? i + k : n - 1; /* the last one several times */
            attend_weights(query, keys, n, wide, at, weights, sum);
            lanes low[ABREAST] = {{0}}, high[ABREAST] = {{0}};
            for (size_t j = 0; j < n; j++) {
                lanes first = *(const lanes *)(value + j * ASKED_ROW);
                lanes second = *(const lanes *)(value + j * ASKED_ROW + HALF_HEAD);
#pragma GCC unroll 4
                for (size_t k = 0; k < ABREAST; k++) {
                    low[k] += first * weights[k][j];
                    high[k] += second * weights[k][j];
                }
            }
            for (size_t k = 0; k < ABREAST; k++) {
                float *to = heard + at[k] * ENCODE_WIDTH + head * MODEL_HEAD_WIDTH;
                *(lanes *)to = low[k] / sum[k];
                *(lanes *)(to + HALF_HEAD) = high[k] / sum[k];
            }
        }
    }
}

/* The mean of a text's rows, made one long. */
LANES static void rows_mean(const float *rows, size_t n, float *vector)
{
    float square = 0;
    for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT) {
        lanes sum = {0}, squares;
        for (size_t r = 0; r < n; r++)
            sum += *(const lanes *)(rows + r * ENCODE_WIDTH + i);
        *(lanes *)(vector + i) = sum;
        squares = sum * sum;
        square += lanes_sum(&squares);
    }
    float scale = square > 0 ? 1 / sqrtf(square) : 0;
    for (size_t i = 0; i < ENCODE_WIDTH; i += LANE_COUNT)
        *(lanes *)(vector + i) *= scale;
}

/* The vectors of the texts whose pieces are in s. */
static void batch_run(struct encoder *x, struct workspace *s, float *vectors)
{
    size_t rows = s->starts[s->texts];
    for (size_t t = 0; t < s->texts; t++)
        rows_of_pieces(&x->weights, s->pieces + s->starts[t], s->starts[t + 1] - s->starts[t],
                       s->rows + s->starts[t] * ENCODE_WIDTH, s->more + s->starts[t] * ENCODE_WIDTH);
    rows_norm(s->rows, s->more, rows, &x->weights.words_norm);
    for (size_t i = 0; i < MODEL_LAYERS; i++) {
        const struct weights_layer *l = &x->weights.layers[i];
        product_run(x->products, s->scratch, i, PRODUCT_ASKED, rows, s->rows, s->wide);
        for (size_t t = 0; t < s->texts; t++)
            rows_attend(s->wide + s->starts[t] * 3 * ENCODE_WIDTH, s->starts[t + 1] - s->starts[t], s->keys,
                        s->more + s->starts[t] * ENCODE_WIDTH);
        product_run(x->products, s->scratch, i, PRODUCT_HEARD, rows, s->more, s->wide);
        rows_norm(s->rows, s->wide, rows, &l->heard_norm);
        product_run(x->products, s->scratch, i, PRODUCT_INNER, rows, s->rows, s->wide);
        rows_gelu(s->wide, rows * MODEL_INNER_WIDTH);
        product_run(x->products, s->scratch, i, PRODUCT_OUTER, rows, s->wide, s->more);
        rows_norm(s->rows, s->more, rows, &l->outer_norm);
    }
    for (size_t t = 0; t < s->texts; t++)
        rows_mean(s->rows + s->starts[t] * ENCODE_WIDTH, s->starts[t + 1] - s->starts[t], vectors + t * ENCODE_WIDTH);
}

/* --- texts ------------------------------------------------------------------------------------------------------ */

/* The texts of a call. Threads take the next ones in their order and finish what they took, so that what is done at
 * the end is the first texts without a gap. */
struct batch_queue {
    struct encoder *encoder;
    const struct slice *texts;
    size_t n;
    const struct deadline *deadline;
    float *vectors;
    pthread_mutex_t lock;
    size_t next; /* under the lock, like the rest */
    uint32_t pieces[ENCODE_PIECES_MAX];
    size_t count; /* of the next text's pieces; 0: it was not cut yet */
};

static bool batch_late(const struct deadline *d)
{
    return d && (deadline_cancelled(d) || deadline_left_ms(d) == 0);
}

/* The next texts that fit, cut into pieces. False: there are none, or no time. *first: the first one. */
static bool batch_take(struct batch_queue *q, struct workspace *s, size_t *first)
{
    pthread_mutex_lock(&q->lock);
    *first = q->next;
    s->texts = 0;
    while (q->next < q->n && !(s->texts == 0 && batch_late(q->deadline))) {
        if (q->count == 0)
            q->count = pieces_cut(&q->encoder->weights, q->texts[q->next], q->pieces);
        size_t start = s->starts[s->texts];
        if (start + q->count > PRODUCT_ROWS_MAX)
            break;
        memcpy(s->pieces + start, q->pieces, q->count * sizeof *q->pieces);
        s->starts[++s->texts] = start + q->count;
        q->count = 0;
        q->next++;
    }
    pthread_mutex_unlock(&q->lock);
    return s->texts > 0;
}

static void *batch_work(void *thing)
{
    struct batch_queue *q = thing;
    struct workspace *s = workspace_take(q->encoder);
    for (size_t first; batch_take(q, s, &first);)
        batch_run(q->encoder, s, q->vectors + first * ENCODE_WIDTH);
    shelf_put(&q->encoder->idle, s);
    return NULL;
}

/* How many processors nobody of this encoder uses, up to what n texts are worth. They count as used from now on. */
static unsigned helpers_take(struct encoder *x, size_t n)
{
    unsigned used = atomic_load(&x->busy), free;
    size_t worth = n / HELPER_TEXTS;
    do {
        free = used < x->processors ? x->processors - used : 0;
        free = free > HELPERS_MAX ? HELPERS_MAX : free;
        free = free > worth ? (unsigned)worth : free;
    } while (!atomic_compare_exchange_weak(&x->busy, &used, used + free));
    return free;
}

size_t encode_texts(struct encoder *x, const struct slice *texts, size_t n, const struct deadline *d, float *vectors)
{
    struct batch_queue q = {.encoder = x, .texts = texts, .n = n, .deadline = d, .vectors = vectors};
    pthread_t threads[HELPERS_MAX];
    pthread_mutex_init(&q.lock, NULL);
    atomic_fetch_add(&x->busy, 1);
    unsigned helpers = helpers_take(x, n), started = 0;
    while (started < helpers && pthread_create(&threads[started], NULL, batch_work, &q) == 0)
        started++;
    batch_work(&q);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    atomic_fetch_sub(&x->busy, helpers + 1);
    pthread_mutex_destroy(&q.lock);
    return q.next;
}

size_t encode_aside(struct encoder *x, const struct slice *texts, size_t n, const struct deadline *d, float *vectors)
{
    struct batch_queue q = {.encoder = x, .texts = texts, .n = n, .deadline = d, .vectors = vectors};
    pthread_mutex_init(&q.lock, NULL);
    batch_work(&q);
    pthread_mutex_destroy(&q.lock);
    return q.next;
}

float encode_cosine(const float one[ENCODE_WIDTH], const float other[ENCODE_WIDTH])
{
    float sum = 0;
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        sum += one[i] * other[i];
    return sum;
}
