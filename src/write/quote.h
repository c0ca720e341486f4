/* quote.h - the quote writer: answers with sentences of the pages, each with what it needs to be understood
 * (evidence/unit.h) and a mark [n]. Lists, tables and code are Markdown.
 *
 * It needs no language model. Its text is the pages' own words, except for two sentences of ours: one when nothing was
 * found, and one in reply to small talk. */
#ifndef WRITE_QUOTE_H
#define WRITE_QUOTE_H

#include "session/session.h"

/* Writes and sends the answer: the sentences that the judge step took, and where pages disagree the best sentence for
 * each other value. False: nobody listens. */
bool quote_write(struct session *s, struct err *e);

#endif
