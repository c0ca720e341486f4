/* eval_questions.h - reads questions with known answers from JSON lines: {"id"?, "question", "answers": [...],
 * "url"?}. "answers": [] means that no page answers the question. */
#ifndef CLI_EVAL_QUESTIONS_H
#define CLI_EVAL_QUESTIONS_H

#include "base/err.h"
#include "eval/metrics.h"

struct eval_questions {
    struct eval_question *at;
    size_t n, room;
    size_t bad; /* lines that were reported and skipped */
};

/* Adds the questions of a file ("-": standard input) to *out, in the arena. A line that is no question is reported on
 * standard error as FILE:LINE with the reason. False: the file cannot be read. */
MUST_USE bool eval_questions_read(struct arena *a, const char *path, struct eval_questions *out, struct err *e);

#endif
