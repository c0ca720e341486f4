#include "encode/product.h"

#include <math.h>
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include "encode/lanes.h"

enum {
    ROW_STEP = 16, /* a primitive for each number of rows that is a multiple of it */
    STEP_COUNT = PRODUCT_ROWS_MAX / ROW_STEP,
    MEMORY_ALIGN = 64,
    BYTE_STEPS = 255,
    ISA_MULTIPLIES_BYTES = 0x440, /* the bits of dnnl_cpu_isa_t that all with VNNI have, and only they */
};

struct product_shape { /* products of one kind: the layers share it */
    dnnl_primitive_t steps[STEP_COUNT];
    dnnl_memory_desc_t weights;
    size_t in, out;
};

struct product {
    const struct matrix *matrix;
    dnnl_memory_t weights; /* as oneDNN wants them; NULL where floats are multiplied */
    void *bytes;           /* 8-bit cells in oneDNN's order */
    float *row_sums;       /* of each row of the matrix: its sum */
};

struct product_engine {
    dnnl_engine_t engine;
    bool floats;
    char name[48];
    struct product_shape shapes[PRODUCT_KINDS];
    struct product products[MODEL_LAYERS][PRODUCT_KINDS];
    size_t scratch_bytes, floats_bytes; /* the most of any product */
};

struct row_scale { /* of a row of bytes: a number is its byte times the step, more than the least */
    float step, least;
};

struct product_scratch {
    dnnl_stream_t stream;
    dnnl_memory_t pad;
    void *pad_bytes;
    float *floats; /* the weights of one product */
    uint8_t *in;   /* PRODUCT_ROWS_MAX rows of bytes, and the scale of each */
    int32_t *out;
    struct row_scale scales[PRODUCT_ROWS_MAX];
};

/* Memory for the process; there is no going on without it, as in base/arena.h. */
static void *product_memory(size_t bytes)
{
    void *p = aligned_alloc(MEMORY_ALIGN, (bytes + MEMORY_ALIGN - 1) / MEMORY_ALIGN * MEMORY_ALIGN);
    if (!p) {
        fputs("footnote: out of memory\n", stderr);
        abort();
    }
    return p;
}

static bool product_refused(struct err *e, const char *what)
{
    return err_set(e, ERR_INTERNAL, "The sentence encoder cannot multiply matrices here: oneDNN refuses %s.", what);
}

/* A primitive for `rows` rows. The first one of a shape chooses how the weights lie; the others take it over. */
static bool product_primitive(struct product_engine *x, struct product_shape *s, size_t rows, bool first,
                              dnnl_primitive_t *out)
{
    dnnl_memory_desc_t in_desc, weights_desc, out_desc;
    dnnl_matmul_desc_t desc;
    dnnl_primitive_desc_t plan = NULL;
    dnnl_primitive_attr_t attr = NULL;
    const dnnl_dims_t in_dims = {(dnnl_dim_t)rows, (dnnl_dim_t)s->in},
                      out_dims = {(dnnl_dim_t)rows, (dnnl_dim_t)s->out},
                      weights_dims = {(dnnl_dim_t)s->in, (dnnl_dim_t)s->out};
    bool ok = dnnl_memory_desc_init_by_tag(&in_desc, 2, in_dims, x->floats ? dnnl_f32 : dnnl_u8, dnnl_ab) == 0 &&
              dnnl_memory_desc_init_by_tag(&out_desc, 2, out_dims, x->floats ? dnnl_f32 : dnnl_s32, dnnl_ab) == 0 &&
              dnnl_memory_desc_init_by_tag(&weights_desc, 2, weights_dims, x->floats ? dnnl_f32 : dnnl_s8,
                                           dnnl_format_tag_any) == 0;
    ok = ok && dnnl_matmul_desc_init(&desc, &in_desc, first ? &weights_desc : &s->weights, NULL, &out_desc) == 0 &&
         dnnl_primitive_attr_create(&attr) == 0 &&
         dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user) == 0 &&
         dnnl_primitive_desc_create(&plan, &desc, attr, x->engine, NULL) == 0 && dnnl_primitive_create(out, plan) == 0;
    if (ok) {
        size_t bytes = dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(plan, dnnl_query_scratchpad_md, 0));
        x->scratch_bytes = bytes > x->scratch_bytes ? bytes : x->scratch_bytes;
        if (first)
            s->weights = *dnnl_primitive_desc_query_md(plan, dnnl_query_weights_md, 0);
    }
    dnnl_primitive_desc_destroy(plan);
    dnnl_primitive_attr_destroy(attr);
    return ok;
}

static bool product_shape_new(struct product_engine *x, struct product_shape *s, const struct matrix *m)
{
    s->in = m->in;
    s->out = m->out;
    for (size_t i = STEP_COUNT; i > 0; i--)
        if (!product_primitive(x, s, i * ROW_STEP, i == STEP_COUNT, &s->steps[i - 1]))
            return false;
    return true;
}

/* The cells that came back from oneDNN as floats. Those that it filled in are 0. */
static void product_cells_of(const float *from, size_t n, int8_t *cells)
{
    for (size_t i = 0; i < n; i++)
        cells[i] = (int8_t)from[i];
}

/* Puts the cells into oneDNN's order; for products of floats by way of floats, whose order is another one. */
static bool product_new(struct product_engine *x, const struct product_shape *s, struct product *p,
                        dnnl_stream_t stream)
{
    const struct matrix *m = p->matrix;
    const dnnl_dims_t dims = {(dnnl_dim_t)m->in, (dnnl_dim_t)m->out};
    dnnl_memory_desc_t desc;
    dnnl_memory_t from = NULL;
    dnnl_primitive_desc_t plan = NULL;
    dnnl_primitive_t reorder = NULL;
    size_t bytes = dnnl_memory_desc_get_size(&s->weights);
    float *floats = x->floats ? product_memory(m->in * m->out * sizeof *floats) : NULL;
    for (size_t i = 0; floats && i < m->in * m->out; i++)
        floats[i] = (float)m->cells[i];
    p->row_sums = product_memory(m->out * sizeof *p->row_sums);
    for (size_t i = 0; i < m->out; i++) {
        int32_t sum = 0;
        for (size_t k = 0; k < m->in; k++)
            sum += m->cells[i * m->in + k];
        p->row_sums[i] = (float)sum * m->scales[i];
    }
    p->bytes = product_memory(bytes);
    bool ok = dnnl_memory_desc_init_by_tag(&desc, 2, dims, x->floats ? dnnl_f32 : dnnl_s8, dnnl_ba) == 0 &&
              dnnl_memory_create(&from, &desc, x->engine, floats ? (void *)floats : (void *)m->cells) == 0 &&
              dnnl_memory_create(&p->weights, &s->weights, x->engine, p->bytes) == 0 &&
              dnnl_reorder_primitive_desc_create(&plan, &desc, x->engine, &s->weights, x->engine, NULL) == 0 &&
              dnnl_primitive_create(&reorder, plan) == 0;
    dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, p->weights}};
    ok = ok && dnnl_primitive_execute(reorder, stream, COUNT_OF(args), args) == 0 && dnnl_stream_wait(stream) == 0;
    dnnl_primitive_destroy(reorder);
    dnnl_primitive_desc_destroy(plan);
    dnnl_memory_destroy(from);
    if (ok && floats) {
        int8_t *cells = product_memory(bytes / sizeof *floats);
        product_cells_of(p->bytes, bytes / sizeof *floats, cells);
        dnnl_memory_destroy(p->weights);
        p->weights = NULL;
        free(p->bytes);
        p->bytes = cells;
        x->floats_bytes = bytes > x->floats_bytes ? bytes : x->floats_bytes;
    }
    free(floats);
    return ok;
}

static const char *product_isa_name(unsigned isa)
{
    static const struct {
        unsigned isa;
        const char *name;
    } names[] = {{dnnl_cpu_isa_avx512_core_amx, "AMX"},           {dnnl_cpu_isa_avx512_core_bf16, "AVX-512 VNNI"},
                 {dnnl_cpu_isa_avx512_core_vnni, "AVX-512 VNNI"}, {dnnl_cpu_isa_avx2_vnni, "AVX-VNNI"},
                 {dnnl_cpu_isa_avx512_core, "AVX-512"},           {dnnl_cpu_isa_avx2, "AVX2"}};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (names[i].isa == isa)
            return names[i].name;
    return "this processor's instructions";
}

bool product_engine_new(const struct weights *w, struct product_engine **out, struct err *e)
{
    struct product_engine *x = calloc(1, sizeof *x);
    dnnl_stream_t stream = NULL;
    *out = NULL;
    omp_set_num_threads(1); /* of this thread's products: oneDNN plans for as many as there are now */
    if (!x || dnnl_engine_create(&x->engine, dnnl_cpu, 0) != 0 ||
        dnnl_stream_create(&stream, x->engine, dnnl_stream_default_flags) != 0) {
        product_engine_free(x);
        return product_refused(e, "to start");
    }
    unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
    x->floats = (isa & ISA_MULTIPLIES_BYTES) == 0;
    snprintf(x->name, sizeof x->name, "%s, %s", x->floats ? "float" : "8-bit", product_isa_name(isa));
    bool ok = true;
    for (size_t i = 0; ok && i < MODEL_LAYERS; i++) {
        const struct weights_layer *l = &w->layers[i];
        const struct matrix *matrices[] = {&l->asked, &l->heard, &l->inner, &l->outer};
        for (size_t k = 0; ok && k < PRODUCT_KINDS; k++) {
            x->products[i][k].matrix = matrices[k];
            ok = (i > 0 || product_shape_new(x, &x->shapes[k], matrices[k])) &&
                 product_new(x, &x->shapes[k], &x->products[i][k], stream);
        }
    }
    dnnl_stream_destroy(stream);
    if (!ok) {
        product_engine_free(x);
        return product_refused(e, "the model's products");
    }
    *out = x;
    return true;
}

void product_engine_free(struct product_engine *x)
{
    if (!x)
        return;
    for (size_t k = 0; k < PRODUCT_KINDS; k++) {
        for (size_t i = 0; i < STEP_COUNT; i++)
            dnnl_primitive_destroy(x->shapes[k].steps[i]);
        for (size_t i = 0; i < MODEL_LAYERS; i++) {
            struct product *p = &x->products[i][k];
            dnnl_memory_destroy(p->weights);
            free(p->bytes);
            free(p->row_sums);
        }
    }
    dnnl_engine_destroy(x->engine);
    free(x);
}

const char *product_engine_name(const struct product_engine *x)
{
    return x->name;
}

struct product_scratch *product_scratch_new(const struct product_engine *x)
{
    struct product_scratch *s = product_memory(sizeof *s);
    dnnl_dims_t dims = {(dnnl_dim_t)x->scratch_bytes + 1};
    dnnl_memory_desc_t desc;
    memset(s, 0, sizeof *s);
    s->pad_bytes = product_memory(x->scratch_bytes + 1);
    if (dnnl_stream_create(&s->stream, x->engine, dnnl_stream_default_flags) != 0 ||
        dnnl_memory_desc_init_by_tag(&desc, 1, dims, dnnl_u8, dnnl_a) != 0 ||
        dnnl_memory_create(&s->pad, &desc, x->engine, s->pad_bytes) != 0)
        abort(); /* all that can fail here is memory */
    if (x->floats) {
        s->floats = product_memory(x->floats_bytes);
    } else {
        s->in = product_memory((size_t)PRODUCT_ROWS_MAX * MODEL_INNER_WIDTH);
        s->out = product_memory((size_t)PRODUCT_ROWS_MAX * MODEL_INNER_WIDTH * sizeof *s->out);
        memset(s->in, 0, (size_t)PRODUCT_ROWS_MAX * MODEL_INNER_WIDTH);
    }
    return s;
}

void product_scratch_free(struct product_scratch *s)
{
    if (!s)
        return;
    dnnl_memory_destroy(s->pad);
    dnnl_stream_destroy(s->stream);
    free(s->pad_bytes);
    free(s->floats);
    free(s->in);
    free(s->out);
    free(s);
}

/* *most = the larger numbers of the two, lane by lane. */
LANES_INLINE void lanes_raise(lanes *most, const lanes *v)
{
    int_lanes more = *v > *most;
    *most = (lanes)(((int_lanes)*v & more) | ((int_lanes)*most & ~more));
}

/* Each row from its least number to its most in BYTE_STEPS steps. n: a multiple of LANE_COUNT. */
LANES static void product_rows_to_bytes(const float *in, size_t rows, size_t n, uint8_t *out, struct row_scale *scales)
{
    const float round = 12582912; /* 1.5 * 2^23: what is added to it is rounded into its last bits */
    for (size_t r = 0; r < rows; r++, in += n, out += n) {
        lanes most = *(const lanes *)in, least = -most; /* the largest, and the largest negated */
        for (size_t i = LANE_COUNT; i < n; i += LANE_COUNT) {
            lanes v = *(const lanes *)(in + i), negated = -v;
            lanes_raise(&most, &v);
            lanes_raise(&least, &negated);
        }
        float high = most[0], low = -least[0];
        for (size_t i = 1; i < LANE_COUNT; i++) {
            high = most[i] > high ? most[i] : high;
            low = -least[i] < low ? -least[i] : low;
        }
        float per_step = high > low ? BYTE_STEPS / (high - low) : 0;
        scales[r] = (struct row_scale){.step = (high - low) / BYTE_STEPS, .least = low};
        for (size_t i = 0; i < n; i += LANE_COUNT) {
            int_lanes q = (int_lanes)((*(const lanes *)(in + i) - low) * per_step + round);
            *(byte_lanes *)(out + i) = __builtin_convertvector(q & 0xFF, byte_lanes);
        }
    }
}

LANES static void product_sums_to_floats(const int32_t *sums, size_t rows, const struct row_scale *scales,
                                         const struct product *p, float *out)
{
    const struct matrix *m = p->matrix;
    for (size_t r = 0; r < rows; r++, sums += m->out, out += m->out)
        for (size_t i = 0; i < m->out; i += LANE_COUNT)
            *(lanes *)(out + i) = __builtin_convertvector(*(const int_lanes *)(sums + i), lanes) *
                                      (*(const lanes *)(m->scales + i) * scales[r].step) +
                                  *(const lanes *)(p->row_sums + i) * scales[r].least + *(const lanes *)(m->bias + i);
}

LANES static void product_scale(float *out, size_t rows, const struct matrix *m)
{
    for (size_t r = 0; r < rows; r++, out += m->out)
        for (size_t i = 0; i < m->out; i += LANE_COUNT)
            *(lanes *)(out + i) =
                *(const lanes *)(out + i) * *(const lanes *)(m->scales + i) + *(const lanes *)(m->bias + i);
}

/* n: a multiple of LANE_COUNT. */
LANES static void product_to_floats(const int8_t *cells, size_t n, float *out)
{
    for (size_t i = 0; i < n; i += LANE_COUNT)
        *(lanes *)(out + i) = __builtin_convertvector(*(const cell_lanes *)(cells + i), lanes);
}

/* in and out: as the primitive has them. */
static void product_execute(struct product_engine *x, struct product_scratch *s, const struct product_shape *shape,
                            const struct product *p, size_t step, void *in, void *out)
{
    const dnnl_dim_t rows = (dnnl_dim_t)((step + 1) * ROW_STEP);
    const dnnl_dims_t in_dims = {rows, (dnnl_dim_t)shape->in}, out_dims = {rows, (dnnl_dim_t)shape->out};
    dnnl_memory_desc_t in_desc, out_desc;
    dnnl_memory_t in_memory = NULL, out_memory = NULL, weights = p->weights;
    bool ok = dnnl_memory_desc_init_by_tag(&in_desc, 2, in_dims, x->floats ? dnnl_f32 : dnnl_u8, dnnl_ab) == 0 &&
              dnnl_memory_desc_init_by_tag(&out_desc, 2, out_dims, x->floats ? dnnl_f32 : dnnl_s32, dnnl_ab) == 0 &&
              dnnl_memory_create(&in_memory, &in_desc, x->engine, in) == 0 &&
              dnnl_memory_create(&out_memory, &out_desc, x->engine, out) == 0 &&
              (weights || dnnl_memory_create(&weights, &shape->weights, x->engine, s->floats) == 0);
    dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, in_memory},
                              {DNNL_ARG_WEIGHTS, weights},
                              {DNNL_ARG_DST, out_memory},
                              {DNNL_ARG_SCRATCHPAD, s->pad}};
    if (!ok || dnnl_primitive_execute(shape->steps[step], s->stream, COUNT_OF(args), args) != 0 ||
        dnnl_stream_wait(s->stream) != 0)
        abort(); /* the primitive was made for exactly this: all that can fail is memory */
    dnnl_memory_destroy(in_memory);
    dnnl_memory_destroy(out_memory);
    if (!p->weights)
        dnnl_memory_destroy(weights);
}

void product_run(struct product_engine *x, struct product_scratch *s, size_t layer, enum product_of kind, size_t rows,
                 const float *in, float *out)
{
    const struct product *p = &x->products[layer][kind];
    const struct product_shape *shape = &x->shapes[kind];
    size_t step = (rows - 1) / ROW_STEP;
    omp_set_num_threads(1); /* a setting of each thread */
    if (x->floats) {
        product_to_floats(p->bytes, dnnl_memory_desc_get_size(&shape->weights) / sizeof *s->floats, s->floats);
        product_execute(x, s, shape, p, step, (void *)(uintptr_t)in, out);
        product_scale(out, rows, p->matrix);
        return;
    }
    product_rows_to_bytes(in, rows, shape->in, s->in, s->scales);
    product_execute(x, s, shape, p, step, s->in, s->out);
    product_sums_to_floats(s->out, rows, s->scales, p, out);
}
