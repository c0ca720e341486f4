/* fill_vectors.h - keeps the vectors of the index's sentences and passages (encode/kept.h) beside it: for 'footnote
 * index encode', and on a thread of `serve` that makes way for everything else.
 *
 * The vectors of sentences lie in the folder "vectors" of the index, those of passages in its folder "passages", and go
 * with the index. Those of removed pages are swept out once they are many. The vector of a passage is the mean of those
 * of its sentences, so it costs no encoding. */
#ifndef CLI_FILL_VECTORS_H
#define CLI_FILL_VECTORS_H

#include <stdatomic.h>

#include "encode/kept_writer.h"
#include "index/index.h"

struct fill_report {
    uint64_t sentences, encoded; /* that were looked at; that were new */
    uint32_t upto, last;         /* numbers of passages: done so far, of all */
    uint64_t swept;              /* vectors of sentences that no page has any more */
};

struct fill_options {
    bool aside;        /* encode on this thread alone */
    atomic_bool *stop; /* another thread, or a signal, ends it early; what is done is kept */
    void (*shown)(void *ud,
                  const struct fill_report *so_far); /* after each step of some hundred sentences; may be NULL */
    void *ud;
};

/* The folder of the vectors of an index's sentences, and that of its passages. In the arena. */
const char *fill_folder(struct arena *a, const char *index_folder);
const char *fill_passages_folder(struct arena *a, const char *vectors_folder);
/* Encodes what is not kept yet. ERR_BUSY: another process does it. */
MUST_USE bool fill_vectors(struct index *index, struct encoder *x, const char *folder,
                           const struct fill_options *options, struct fill_report *out, struct err *e);

struct filler;
/* Starts the thread. NULL: it cannot be started. Index and encoder outlive it. */
struct filler *filler_start(struct index *index, struct encoder *x, const char *folder);
void filler_stop(struct filler *f); /* within a moment. NULL is fine */

#endif
