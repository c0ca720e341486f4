/* eval_ask.h - asks many questions in parallel: sessions in this process, or a running server. */
#ifndef CLI_EVAL_ASK_H
#define CLI_EVAL_ASK_H

#include "eval/metrics.h"
#include "net/http.h"
#include "research/research.h"

struct eval_target {
    const char *model;
    const struct world *world; /* in this process; NULL: the server at url */
    const char *url, *key;     /* of a server: what comes before /chat/completions; key may be NULL */
    struct http_client *http;  /* without a guard: the operator named the server */
};

/* Asks the question of each row on this many threads, fills in the rows, and shows progress on standard error. A
 * question that fails has its error in its row. What rows point to is in the arena. */
MUST_USE bool eval_ask_all(struct arena *a, const struct eval_target *target, struct eval_row *rows, size_t n,
                           unsigned threads, struct err *e);

#endif
