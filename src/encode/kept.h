/* kept.h - vectors kept in a folder, without a lock: found by their key, or by being near another vector.
 *
 * A vector is kept in 8 bits. The key of a sentence is a hash of "title: text". So it stays right however pages are cut
 * or added again, and the same sentence is encoded once. The key of a passage is its number in the index.
 * kept_nearest() (kept_nearest.c) scans these, so their folder has the sign of each number, too.
 *
 * DESIGN: the folder has files that never change, each a sorted array of hashes with a row of numbers for each. Whoever
 * writes adds a file, merged with the smaller ones before it, so that there are few; a file appears whole, by renaming.
 * The newest knowledge of how far the index has been read (`upto`) is in each file, so a writer that was killed goes on
 * after the last file. Readers map the files and notice new ones within a second.
 * OWNERSHIP: rows are in the mapping, until the view is given back. THREADS: kept_take() and all that takes a view:
 * any; a writer serves one thread, and there is one at a time across processes. ERRORS: a file that is damaged or of
 * another encoder is left alone by readers, with a line in the log, and removed by the next writer, which then begins
 * anew. */
#ifndef ENCODE_KEPT_H
#define ENCODE_KEPT_H

#include "encode/encode.h"

struct kept;
struct kept_view;

struct kept_row {
    float step; /* a number is its cell times the step */
    int8_t cells[ENCODE_WIDTH];
};

/* A missing folder is an empty one. model: encoder_model(). */
struct kept *kept_open(const char *folder, uint32_t model);
void kept_close(struct kept *k); /* all views have been given back. NULL is fine */

/* The vectors there are now. */
struct kept_view *kept_take(struct kept *k);
void kept_give(struct kept *k, struct kept_view *v);

uint64_t kept_key(struct slice title, struct slice text);
/* NULL: it is not kept. */
const struct kept_row *kept_find(const struct kept_view *v, uint64_t key);
uint64_t kept_count(const struct kept_view *v);
struct kept_row kept_row_of(const float vector[ENCODE_WIDTH]);
/* The cosine of a row and a vector of length 1. */
float kept_cosine(const struct kept_row *row, const float vector[ENCODE_WIDTH]);

struct kept_near {
    uint64_t key;
    float cosine;
};
/* The rows that are nearest to a vector of length 1, nearest first; returns how many: at most `most`. Only files that a
 * writer of scanned vectors wrote are looked at.
 *
 * DESIGN: rows are first compared by the signs of their numbers, 48 bytes each. The cosine is computed for the best of
 * these, `most` times KEPT_LOOKED_AT. 300,000 rows take 1.5 ms; docs/decisions/30-meaning-finds-passages.md. */
enum { KEPT_LOOKED_AT = 32 };
size_t kept_nearest(const struct kept_view *v, const float vector[ENCODE_WIDTH], size_t most, struct kept_near *out);

#endif
