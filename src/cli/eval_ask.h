/* eval_ask.h - asks many questions in parallel: sessions in this process, or a running server. */
#ifndef CLI_EVAL_ASK_H
#define CLI_EVAL_ASK_H

#include "eval/metrics.h"
#include "net/http.h"
#include "research/session.h"

struct eval_target {
    const char *model;
    const struct world *world; /* in this process; NULL: the server at url */
    const char *url, *key;     /* of a server: what comes before /chat/completions; key may be NULL */
    struct http_client *http;  /* without a guard: the operator named the server */
};

/* Fills in all rows, whose questions are set, on this many threads, and shows how far it has come on standard error. What
 * goes wrong with a question stands in its row. Rows live as long as the arena. */
MUST_USE bool eval_ask_all(struct arena *a, const struct eval_target *target, struct eval_row *rows, size_t n,
                           unsigned threads, struct err *e);

#endif
