/* encode.h - the sentence encoder: texts in, unit vectors out. The cosine of two vectors says how near their meanings
 * are: "richest" and "wealthiest" are neighbours, though they share no word.
 *
 * The model is all-MiniLM-L6-v2 (Apache-2.0; English; 6 layers, width 384). pieces.h cuts a text into word pieces,
 * encode.c runs the layers, product.h multiplies matrices with oneDNN. The weights are a packed file (weights.h) that
 * pack.h makes of the one that the model's authors publish.
 *
 * DESIGN: texts of a batch lie one behind the other without padding, so a batch costs what its pieces cost. Weights are
 * 8-bit, as are products where the processor multiplies bytes (AVX-512 VNNI): docs/decisions/20-encoder.md.
 * OWNERSHIP: the encoder belongs to whoever opened it; vectors belong to the caller.
 * THREADS: any number may encode at once. A call with many texts takes processors that no other call uses as helpers;
 * each thread works in some 3 MB of memory that is lent to it. Open and close on one.
 * ERRORS: only opening fails. A text that is empty or not UTF-8 has a vector too, of no use. */
#ifndef ENCODE_ENCODE_H
#define ENCODE_ENCODE_H

#include "base/clock.h"
#include "base/err.h"

struct encoder;

enum {
    ENCODE_WIDTH = 384,      /* numbers of a vector */
    ENCODE_PIECES_MAX = 128, /* of a text, its two ends included; the rest is not read, as when the model was made */
};

/* Maps the packed weights. ERR_NOT_FOUND: there is no such file. ERR_CORRUPT: it is damaged, or of another version.
 * ERR_IO. */
MUST_USE bool encoder_open(const char *path, struct encoder **out, struct err *e);
void encoder_close(struct encoder *x); /* NULL is fine */

/* Writes the vectors of texts[0], texts[1], … to vectors, ENCODE_WIDTH numbers each, of length 1. Returns how many
 * there was time for: all, or the first ones when the deadline came or the session was cancelled, which is looked at
 * every few milliseconds. So the text that matters most comes first. d may be NULL. */
size_t encode_texts(struct encoder *x, const struct slice *texts, size_t n, const struct deadline *d, float *vectors);
/* The same on the caller's thread alone, which no other call counts as busy: for work that makes way for others. */
size_t encode_aside(struct encoder *x, const struct slice *texts, size_t n, const struct deadline *d, float *vectors);

/* The cosine of two vectors of length 1. */
float encode_cosine(const float one[ENCODE_WIDTH], const float other[ENCODE_WIDTH]);

/* Tells vectors of different encoders apart. */
uint32_t encoder_model(const struct encoder *x);
/* How matrices are multiplied here, for people: "8-bit, avx512_core_vnni". */
const char *encoder_arithmetic(const struct encoder *x);

#endif
