/* chunk.h - reads one chunk of a chat endpoint's stream, a whole reply, or an error body. Pure functions on memory.
 *
 * A chunk and a whole reply are read alike: the delta or message of the first choice. Servers differ in small things:
 * null content, usage beside empty choices, finish_reason with or after the text, content as a list of parts,
 * reasoning under three names. This file understands all of them, so that its callers need not know. */
#ifndef LLM_CHUNK_H
#define LLM_CHUNK_H

#include "llm/llm.h"

enum { CHUNK_MAX_BYTES = 4 * 1024 * 1024, CHUNK_DETAIL_BYTES = 300 };

struct chunk {
    bool error;                            /* an error object instead of, or beside, all else */
    enum llm_outcome outcome;              /* of the error */
    struct slice detail;                   /* the server's words, one line, cut; empty: none */
    struct slice text, reasoning, refusal; /* may hold carriers of cut characters, see speech.h */
    enum llm_finish finish;
    bool usage;
    unsigned prompt_tokens, completion_tokens;
    unsigned context_tokens; /* an overflow that says how much would fit; 0: not said */
};

/* False: it is no JSON object of this kind. Bytes that are not UTF-8 and halves of surrogate pairs are carried through.
 */
MUST_USE bool chunk_read(struct arena *a, struct slice json, struct chunk *out);

/* Reads an error reply, status 400 to 599, of any kind of server. Sets out->error. */
void chunk_read_error(struct arena *a, int status, struct slice body, struct chunk *out);

/* The first request field of `names` that a refused request blames, or count. */
size_t chunk_blamed_field(struct slice body, const char *const *names, size_t count);

#endif
