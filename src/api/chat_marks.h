/* chat_marks.h - the answer to a prompt with field markers, as DSPy writes and reads them: a section
 * "[[ ## name ## ]]" for each field, and "[[ ## completed ## ]]" at the end. Pure. */
#ifndef API_CHAT_MARKS_H
#define API_CHAT_MARKS_H

#include "api/chat_request.h"

/* Whether the prompt is one; then the answer is to be a document of its fields, the question is what stands in the
 * prompt's values, and r->marked says whether the reply is to have markers or JSON. */
bool chat_marks_schema(struct arena *a, const struct chat_limits *limits, struct chat_request *r);
/* The document with markers. What is no whole document, because it was cut off, stays as it is. */
struct slice chat_marks_print(struct arena *a, struct slice document);

#endif
