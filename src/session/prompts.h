/* prompts.h - what language models are told.
 *
 * The texts are files in prompts/. The Makefile turns each into a string literal in prompts/texts.h (answer.txt is
 * PROMPT_FILE_answer_txt there), so the program needs no files when it runs. The JSON Schemas that are sent with some
 * prompts are files there too; the code that sends one uses its literal directly. */
#ifndef SESSION_PROMPTS_H
#define SESSION_PROMPTS_H

#include "base/arena.h"

/* name of the enumerator; file in prompts/, with _ for the dot; the words that it is given */
#define PROMPTS(X)                                                                                                     \
    X(ANSWER, answer_txt, "words today style")          /* system */                                                   \
    X(STYLE, style_txt, "system")                       /* goes into style: the client's own prompt */                 \
    X(QUESTION, question_txt, "fence sources question") /* user */                                                     \
    X(DOCUMENT, document_txt, "schema today style")     /* system, for JSON */                                         \
    X(PLAN, plan_txt, "most today fields")              /* system */                                                   \
    X(CHECK, check_txt, "")                             /* system */                                                   \
    X(REVISE, revise_txt, "statements")                 /* user */                                                     \
    X(COMPOSE, compose_txt, "")                         /* user */                                                     \
    X(RETRY, retry_txt, "errors")                       /* user */

enum prompt {
#define X(name, file, words) PROMPT_##name,
    PROMPTS(X)
#undef X
        PROMPT_COUNT
};

struct prompt_word {
    const char *name; /* stands in the file as {{name}} */
    struct slice value;
};

/* The prompt with each {{name}} replaced by its word; values are not searched for further names. words ends with a NULL
 * name; NULL: no words. Ends the process when the prompt has a {{name}} that is not among the words, since then the
 * file and the code do not fit each other. Lives in the arena. */
struct slice prompt_make(struct arena *a, enum prompt which, const struct prompt_word *words);
#endif
