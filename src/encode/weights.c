#include "encode/weights.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PART_ALIGN = 64, CHECK_STEP_BYTES = 1 << 20 };

static const char weights_magic[24] = "footnote encoder 1\n";

struct weights_walk {
    char *base;
    size_t at;
};

static void *weights_part(struct weights_walk *walk, size_t bytes)
{
    void *part = walk->base ? walk->base + walk->at : NULL;
    walk->at += (bytes + PART_ALIGN - 1) / PART_ALIGN * PART_ALIGN;
    return part;
}

static float *weights_floats(struct weights_walk *walk, size_t count)
{
    return weights_part(walk, count * sizeof(float));
}

static void weights_matrix(struct weights_walk *walk, struct matrix *m, size_t in, size_t out)
{
    m->in = in;
    m->out = out;
    m->cells = weights_part(walk, in * out);
    m->scales = weights_floats(walk, out);
    m->bias = weights_floats(walk, out);
}

static void weights_norm(struct weights_walk *walk, struct norm *n)
{
    n->gain = weights_floats(walk, ENCODE_WIDTH);
    n->shift = weights_floats(walk, ENCODE_WIDTH);
}

size_t weights_lay_out(struct weights *w, char *base)
{
    struct weights_walk walk = {base, 0};
    w->base = base;
    w->head = weights_part(&walk, sizeof *w->head);
    w->piece_slots = weights_part(&walk, PIECE_SLOTS * sizeof(uint32_t));
    w->piece_starts = weights_part(&walk, (MODEL_PIECES + 1) * sizeof(uint32_t));
    w->piece_text = weights_part(&walk, PIECE_TEXT_BYTES);
    w->words = weights_part(&walk, (size_t)MODEL_PIECES * ENCODE_WIDTH);
    w->word_scales = weights_floats(&walk, MODEL_PIECES);
    w->positions = weights_floats(&walk, (size_t)ENCODE_PIECES_MAX * ENCODE_WIDTH);
    weights_norm(&walk, &w->words_norm);
    for (size_t i = 0; i < MODEL_LAYERS; i++) {
        struct weights_layer *l = &w->layers[i];
        weights_matrix(&walk, &l->asked, ENCODE_WIDTH, 3 * ENCODE_WIDTH);
        weights_matrix(&walk, &l->heard, ENCODE_WIDTH, ENCODE_WIDTH);
        weights_matrix(&walk, &l->inner, ENCODE_WIDTH, MODEL_INNER_WIDTH);
        weights_matrix(&walk, &l->outer, MODEL_INNER_WIDTH, ENCODE_WIDTH);
        weights_norm(&walk, &l->heard_norm);
        weights_norm(&walk, &l->outer_norm);
    }
    w->bytes = walk.at;
    return walk.at;
}

static uint32_t weights_checksum(const struct weights *w)
{
    uLong sum = crc32(0, NULL, 0);
    for (size_t at = PART_ALIGN; at < w->bytes; at += CHECK_STEP_BYTES) {
        size_t n = w->bytes - at < CHECK_STEP_BYTES ? w->bytes - at : CHECK_STEP_BYTES;
        sum = crc32(sum, (const Bytef *)w->base + at, (uInt)n);
    }
    return (uint32_t)sum;
}

void weights_seal(struct weights *w)
{
    memcpy(w->head->magic, weights_magic, sizeof weights_magic);
    w->head->bytes = w->bytes;
    w->head->checksum = weights_checksum(w);
}

/* A file with the right checksum was written by pack.c; whoever can write another one owns the machine's data folder.
 * Its offsets are checked all the same, so that no file can make a read go astray. */
static bool weights_sound(const struct weights *w)
{
    if (memcmp(w->head->magic, weights_magic, sizeof weights_magic) != 0 || w->head->bytes != w->bytes ||
        w->head->checksum != weights_checksum(w) || w->piece_starts[0] != 0)
        return false;
    for (size_t i = 0; i < MODEL_PIECES; i++)
        if (w->piece_starts[i + 1] < w->piece_starts[i] || w->piece_starts[i + 1] > PIECE_TEXT_BYTES)
            return false;
    size_t unused = 0; /* a search ends at an unused slot */
    for (size_t i = 0; i < PIECE_SLOTS; i++) {
        unused += w->piece_slots[i] == 0;
        if (w->piece_slots[i] > MODEL_PIECES)
            return false;
    }
    return unused > 0;
}

bool weights_map(const char *path, struct weights *out, struct err *e)
{
    struct stat st;
    size_t bytes = weights_lay_out(out, NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s cannot be opened: %s.", path, strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != bytes) {
        close(fd);
        return err_set(e, ERR_CORRUPT, "%s is not a whole file of encoder weights; run: footnote encoder install",
                       path);
    }
    char *base = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (base == MAP_FAILED)
        return err_set(e, ERR_IO, "%s cannot be mapped: %s.", path, strerror(errno));
    weights_lay_out(out, base);
    if (!weights_sound(out)) {
        weights_unmap(out);
        return err_set(e, ERR_CORRUPT, "%s is damaged; run: footnote encoder install", path);
    }
    return true;
}

void weights_rest(const struct weights *w)
{
    (void)madvise(w->base, w->bytes, MADV_DONTNEED);
    (void)madvise(w->base, w->bytes, MADV_RANDOM);
}

void weights_unmap(struct weights *w)
{
    if (w->base)
        munmap(w->base, w->bytes);
    w->base = NULL;
}
