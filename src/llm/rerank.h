/* rerank.h - a reranking model behind an endpoint: it scores how well each document answers a query.
 *
 * Asks `POST URL` in the form that Jina, Cohere, vLLM, Infinity and llama.cpp share ({"model", "query", "documents",
 * "top_n"} -> {"results": [{"index", "relevance_score"}]}), or in that of TEI ({"query", "texts"} -> [{"index",
 * "score"}]). The first request finds out which form the endpoint has; it is remembered.
 *
 * TRUST: the endpoint is the operator's; its HTTP client has no guard and serves nothing else. Its replies are not
 * trusted: each document must get exactly one finite score, or none of them counts. The key goes into requests and
 * nowhere else.
 * ERRORS: answers do not depend on reranking. Every failure is a false, and the caller keeps the order it has.
 * THREADS: rerank_scores may be called from any number of threads. One private lock guards breaker and form and is
 * never held while waiting. */
#ifndef LLM_RERANK_H
#define LLM_RERANK_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

enum {
    RERANK_TIMEOUT_MS = 800,           /* for all requests of a call together */
    RERANK_DOCUMENTS_PER_REQUEST = 32, /* TEI's own limit, unless told otherwise */
    RERANK_REQUESTS_MAX = 32,          /* at once; so at most 1,024 documents a call */
    RERANK_DOCUMENT_BYTES = 4000,      /* the rest of a longer one is not sent: models read about 512 words */
    RERANK_QUERY_BYTES = 2000,
    RERANK_REPLY_BYTES = 1024 * 1024
};

struct rerank_options {
    struct slice url;                 /* whole, with its path: "http://localhost:8081/v1/rerank" */
    struct slice model;               /* empty: not sent */
    struct slice key;                 /* empty: none is sent */
    unsigned timeout_ms;              /* 0: RERANK_TIMEOUT_MS */
    unsigned documents_per_request;   /* 0: RERANK_DOCUMENTS_PER_REQUEST */
    const char *ca_file, *user_agent; /* NULL or empty: the system's, ours */
};

struct reranker;

/* Asks nothing yet. Strings are copied. ERR_USAGE: the URL is not understood, or the key has a character that no
 * header may have. */
MUST_USE bool rerank_open(const struct rerank_options *o, struct reranker **out, struct err *e);
void rerank_close(struct reranker *r); /* after every call has returned. NULL is fine. */

/* Fills scores[n], higher is better, comparable within one call only. query and documents are valid UTF-8. All or
 * nothing: false, with scores untouched, when anything failed, the deadline or the timeout passed, there are too many
 * documents, or the endpoint is left alone after failures; why is in the log. Nothing to rank (n = 0) is true. Memory
 * is the arena's. */
bool rerank_scores(struct reranker *r, struct arena *a, struct slice query, const struct slice *documents, size_t n,
                   const struct deadline *d, double *scores);

#endif
