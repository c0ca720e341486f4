/* trace_context.h - the header traceparent (W3C Trace Context): which trace of the operator's a request belongs to.
 *
 * The trace's id goes on to the operator's own services (a language model, search services), with the id of our part of
 * it, which the access log has. A client without traceparent begins no trace. */
#ifndef HTTP_TRACE_CONTEXT_H
#define HTTP_TRACE_CONTEXT_H

#include "base/slice.h"
#include "base/trail.h"

/* What is sent on. "" for a header that is not valid, as the recommendation wants it. */
void trace_context_read(struct slice header, char out[TRACEPARENT_CHARS + 1]);

#endif
