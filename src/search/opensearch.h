/* opensearch.h - reads the search URL from a site's OpenSearch 1.1 description. Pure. */
#ifndef SEARCH_OPENSEARCH_H
#define SEARCH_OPENSEARCH_H

#include "base/arena.h"

/* Takes the description's first Url for RSS or Atom, and replaces its parameters ({searchTerms} and others) by the
 * placeholders of preset.h. The URL must be on the same site as the description. False with a static *why. */
MUST_USE bool opensearch_template(struct arena *a, struct slice description, struct slice described_at,
                                  struct slice *url, const char **why);

#endif
