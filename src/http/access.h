/* access.h - what is counted and logged of each request once it is over (outcome.h). */
#ifndef HTTP_ACCESS_H
#define HTTP_ACCESS_H

#include "http/outcome.h"

/* One line of the log, and the meters (base/meter.h). Any thread; does not block. */
void access_note(const struct outcome *o);

#endif
