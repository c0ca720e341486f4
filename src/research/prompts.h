/* prompts.h - what language models are told. The texts are files of prompts/, part of the program since it was built. */
#ifndef RESEARCH_PROMPTS_H
#define RESEARCH_PROMPTS_H

#include "base/arena.h"

/* name of the enumerator, file in prompts/ */
#define PROMPTS(X)                                                                                                     \
    X(ANSWER, "answer.txt")     /* system: words, today, style */                                                      \
    X(STYLE, "style.txt")       /* goes into style: system, the client's own prompt */                                 \
    X(QUESTION, "question.txt") /* user: fence, sources, question */                                                   \
    X(DOCUMENT, "document.txt") /* system, for JSON: schema, today, style */                                           \
    X(PLAN, "plan.txt")         /* system: most, today, fields */                                                      \
    X(CHECK, "check.txt")       /* system */                                                                           \
    X(REVISE, "revise.txt")     /* user: statements */                                                                 \
    X(COMPOSE, "compose.txt")   /* user */                                                                             \
    X(RETRY, "retry.txt")       /* user: errors */

enum prompt {
#define X(name, file) PROMPT_##name,
    PROMPTS(X)
#undef X
        PROMPT_COUNT
};

struct prompt_word {
    const char *name; /* of {{name}} */
    struct slice value;
};

/* The prompt with its words put in; what is put in is not searched for more. A {{name}} that is not given becomes nothing.
 * words ends with a NULL name; NULL: none. In the arena. */
struct slice prompt_make(struct arena *a, enum prompt which, const struct prompt_word *words);

#endif
