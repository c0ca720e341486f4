/* product.h - products of rows with a matrix of the model, by oneDNN. The only file that knows how numbers are kept
 * while they are multiplied. Private to encode/.
 *
 * DESIGN: where the processor multiplies bytes (AVX-512 VNNI, AVX-VNNI), rows become 8-bit with a scale for each row,
 * products are exact 32-bit sums, and scales turn them back. Elsewhere floats are multiplied: a call makes them of the
 * 8-bit weights anew. That takes a tenth of a batch's time, and floats that are kept take 42 MB. oneDNN would
 * use all cores for each product; here a call uses its own thread only.
 * OWNERSHIP: product_engine_free() frees the products too. THREADS: product_run() any, each with its own scratch. */
#ifndef ENCODE_PRODUCT_H
#define ENCODE_PRODUCT_H

#include "encode/weights.h"

enum { PRODUCT_ROWS_MAX = 128 }; /* of one call: more do not fit into the second cache with what lies around them */

struct product_engine;
struct product_scratch;

/* Prepares every matrix of w. ERR_INTERNAL: oneDNN says no. */
MUST_USE bool product_engine_new(const struct weights *w, struct product_engine **out, struct err *e);
void product_engine_free(struct product_engine *x); /* NULL is fine */
const char *product_engine_name(const struct product_engine *x);

struct product_scratch *product_scratch_new(const struct product_engine *x);
void product_scratch_free(struct product_scratch *s); /* NULL is fine */

enum product_of { PRODUCT_ASKED, PRODUCT_HEARD, PRODUCT_INNER, PRODUCT_OUTER, PRODUCT_KINDS };

/* out = in * matrix^T + bias, of the layer's matrix; rows of both lie one behind the other. rows: 1 to
 * PRODUCT_ROWS_MAX. Both must have room for PRODUCT_ROWS_MAX rows; those behind `rows` may change. */
void product_run(struct product_engine *x, struct product_scratch *s, size_t layer, enum product_of kind, size_t rows,
                 const float *in, float *out);

#endif
