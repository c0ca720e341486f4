/* meaning.h - how near sentences are to a question in meaning, for whoever ranks them.
 *
 * Vectors come from the folder of kept ones, from a small memory of those that were made lately, else from the encoder
 * while there is time.
 *
 * OWNERSHIP: the caller's encoder and kept vectors must outlive a meaning. THREADS: any. */
#ifndef ENCODE_MEANING_H
#define ENCODE_MEANING_H

#include "base/arena.h"
#include "encode/encode.h"
#include "encode/kept.h"

struct meaning;

struct meaning_text {
    struct slice title, text; /* a page's title, and a sentence of it */
};

/* x NULL: so is the meaning, which then knows nothing. sentences and passages, the vectors that are kept of each, may
 * be NULL. */
struct meaning *meaning_new(struct encoder *x, struct kept *sentences, struct kept *passages);
void meaning_free(struct meaning *m); /* NULL is fine */

/* What is encoded for a text: "title: text". In the arena. */
struct slice meaning_line(struct arena *a, const struct meaning_text *t);

/* near[i]: the cosine between the question and "title: text" of texts[i], from about 0 (nothing in common) to 1; NAN
 * where it is not known. Without m no cosine is known. What is not kept is encoded in the order of the texts, so the
 * best candidates come first, until the deadline. a: for the call's own work, some 2 KB a text. */
void meaning_near(struct meaning *m, struct arena *a, struct slice question, const struct meaning_text *texts, size_t n,
                  const struct deadline *d, float *near);

/* The numbers in the index of the passages that are nearest to the question, nearest first. Returns how many, at most
 * `most`. None when no passage is kept, or there was no time for the question. */
size_t meaning_passages(struct meaning *m, struct slice question, const struct deadline *d, size_t most,
                        uint32_t *numbers);

/* The vector of a passage: the mean of those of its sentences, of length 1. False: it has none. */
bool meaning_of_passage(const struct kept_row *const *sentences, size_t n, float vector[ENCODE_WIDTH]);

#endif
