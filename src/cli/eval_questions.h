/* eval_questions.h - questions with known answers out of JSON lines:
 * {"id"?, "question", "answers": [...], "url"?}; "answers": [] says that nothing in the pages answers it. */
#ifndef CLI_EVAL_QUESTIONS_H
#define CLI_EVAL_QUESTIONS_H

#include "base/err.h"
#include "eval/metrics.h"

struct eval_questions {
    struct eval_question *at;
    size_t n, room;
    size_t bad; /* lines that were told of and skipped */
};

/* Adds those of a file ("-": standard input) to *out, in the arena. A line that is no question goes to standard error as
 * FILE:LINE with the reason. False when the file cannot be read. */
MUST_USE bool eval_questions_read(struct arena *a, const char *path, struct eval_questions *out, struct err *e);

#endif
