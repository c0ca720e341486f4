/* places.h - places of the web as clients write them in policies: domains, and domains with the beginning of a path.
 * Private to api/. */
#ifndef API_PLACES_H
#define API_PLACES_H

#include "base/arena.h"

/* The place as struct policy (base/policy.h) has it: "https://www.Example.org:443/A/./b/" is "example.org/A/b", ".org"
 * stays a wildcard. Dot segments are resolved, bytes that no path may have are escaped. Empty when it is no place:
 * without a domain of two characters, or with a query or a fragment. */
struct slice places_read(struct arena *a, struct slice text);

#endif
