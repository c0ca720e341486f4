/* answering.h - opens everything that sessions in this process need, from the settings: index, web, search services,
 * language models, sentence encoder, confidence. For the commands serve, ask and eval.
 *
 * OWNERSHIP: `world` points into the struct, which must not move while it is open; `world` itself may be copied.
 * THREADS: one thread opens and closes; sessions of any thread may use `world` in between. */
#ifndef CLI_ANSWERING_H
#define CLI_ANSWERING_H

#include "cli/encoder_access.h"
#include "cli/local.h"
#include "cli/web_access.h"
#include "evidence/confidence.h"

struct answering {
    struct world world;
    struct web_access web;
    struct confidence_model confidence;
    struct encoder_access encoder;
    struct local_model *local; /* NULL without model_file; it may still be loading */
};

/* False: something could not be opened, and nothing is open. */
MUST_USE bool answering_open(const struct config *c, struct answering *out, struct err *e);
/* After the last session. One that was never opened, all zero, is fine. */
void answering_close(struct answering *a);

#endif
