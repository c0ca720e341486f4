/* weights.h - the packed file of the encoder: vocabulary and weights as they are used, mapped into memory.
 *
 * Embeddings and matrices are 8-bit with a scale for each row, everything else is float. All sizes are those of the one
 * model, so the parts lie one behind the other, each at a multiple of 64 bytes, in the order of weights_lay_out(). The
 * header has a checksum of all that follows. Numbers are little-endian.
 *
 * OWNERSHIP: pointers are into the mapping, until weights_unmap(). THREADS: read-only, any. */
#ifndef ENCODE_WEIGHTS_H
#define ENCODE_WEIGHTS_H

#include "base/err.h"
#include "encode/encode.h"

enum {
    MODEL_LAYERS = 6,
    MODEL_HEADS = 12,
    MODEL_HEAD_WIDTH = ENCODE_WIDTH / MODEL_HEADS,
    MODEL_INNER_WIDTH = 4 * ENCODE_WIDTH,
    MODEL_PIECES = 30522,
    PIECE_SLOTS = 1 << 16,
    PIECE_TEXT_BYTES = 256 * 1024, /* room for the text of all pieces */
};

struct matrix { /* out = in * cells^T + bias */
    size_t in, out;
    int8_t *cells; /* out rows of `in` cells */
    float *scales; /* of each row: a weight is its cell times the scale */
    float *bias;
};

struct norm {
    float *gain, *shift; /* ENCODE_WIDTH each */
};

struct weights_head {
    char magic[24];
    uint64_t bytes;    /* of the whole file */
    uint32_t checksum; /* CRC-32 of what follows the header */
    uint32_t pieces_bytes;
};

struct weights {
    char *base;
    size_t bytes;
    struct weights_head *head;
    uint32_t *piece_slots;  /* hash table of pieces: number + 1, or 0; piece_hash() says where to begin */
    uint32_t *piece_starts; /* MODEL_PIECES + 1 offsets into piece_text */
    char *piece_text;
    int8_t *words; /* MODEL_PIECES rows of ENCODE_WIDTH */
    float *word_scales;
    float *positions; /* ENCODE_PIECES_MAX rows; the embedding of the only segment is added in */
    struct norm words_norm;
    struct weights_layer {
        struct matrix asked; /* query, key and value, one below the other */
        struct matrix heard; /* what attention gives back */
        struct matrix inner, outer;
        struct norm heard_norm, outer_norm;
    } layers[MODEL_LAYERS];
};

/* The checksum is read through once. Errors as encoder_open(). */
MUST_USE bool weights_map(const char *path, struct weights *out, struct err *e);
void weights_unmap(struct weights *w);
/* Gives the memory of what was read back; what is used again comes back by itself. */
void weights_rest(const struct weights *w);

/* Sets all pointers for a file that lies at base, or would; returns its bytes. */
size_t weights_lay_out(struct weights *w, char *base);
/* Writes magic, size and checksum once all else is there. */
void weights_seal(struct weights *w);

#endif
