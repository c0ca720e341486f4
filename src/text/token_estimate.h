/* token_estimate.h - estimates how many tokens of a language model a text has, without asking one. Pure.
 *
 * There are two rules. A text that must fit into a model's context needs an upper bound. A client that reads `usage`
 * expects the usual rule of thumb. */
#ifndef TEXT_TOKEN_ESTIMATE_H
#define TEXT_TOKEN_ESTIMATE_H

#include "base/slice.h"

enum token_rule {
    /* For `usage` without a model, and for max_tokens. Four characters of one or two bytes are a token (OpenAI's rule
     * of thumb for English). Each character of three or four bytes is a token. */
    TOKENS_USUAL,
    /* For text that must fit into a context, and for `usage` of a model that does not report its own. Measured on pages
     * in English, German, Spanish, Russian and Chinese, and on C: 1.08 to 1.9 times the tokens of OpenAI's cl100k,
     * never fewer. o200k needs fewer than cl100k. Vocabularies of 50,000 tokens and less can need up to a third more
     * than the estimate for text that is not English. */
    TOKENS_AT_MOST,
};

unsigned token_estimate(struct slice text, enum token_rule rule);

#endif
