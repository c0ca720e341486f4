/* http_outcome.c - see http_outcome.h. */
#include "net/http_outcome.h"

static const char *const outcome_sentences[] = {
#define X(name, sentence) [name] = sentence,
    HTTP_OUTCOMES(X)
#undef X
};

const char *http_outcome_sentence(enum http_outcome outcome)
{
    return outcome < HTTP_OUTCOME_COUNT ? outcome_sentences[outcome] : "";
}
