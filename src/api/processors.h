/* processors.h - the names of Parallel's processors, and the model that each is here. One table. */
#ifndef API_PROCESSORS_H
#define API_PROCESSORS_H

#include "session/tiers.h"

struct processor {
    const char *name;
    const char *tier; /* name of the model */
    bool traced;      /* its progress is kept unless the client says otherwise */
};

/* NULL when there is none of this name. */
const struct processor *processor_find(struct slice name);
const struct tier *processor_tier(const struct processor *p);
const char *processor_name(size_t i); /* NULL behind the last one */
extern const char processor_names[];  /* for errors */

#endif
