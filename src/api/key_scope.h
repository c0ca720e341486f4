/* key_scope.h - the models and domains that an API key may use, as texts that are kept with it.
 *
 * Models: "speed, lite". Domains: "example.org, .gov, -old.example.org", as in search_domain_filter: a minus excludes.
 * An empty text means all. Pure functions. */
#ifndef API_KEY_SCOPE_H
#define API_KEY_SCOPE_H

#include "api/chat_request.h"

enum { SCOPE_DOMAINS_MOST = 200 };

/* Read what an operator wrote, and give the text that is kept, in the arena. ERR_USAGE says what is wrong with it. */
MUST_USE bool key_scope_models(struct arena *a, struct slice given, struct slice *out, struct err *e);
MUST_USE bool key_scope_domains(struct arena *a, struct slice given, struct slice *out, struct err *e);

/* The entries of a kept text. */
bool key_scope_next(struct slice *rest, struct slice *entry);
bool key_scope_has_model(struct slice models, const char *model);

/* Makes the policy allow only the key's domains. False: nothing is left of what it allowed. */
bool key_scope_narrow(struct arena *a, struct slice domains, struct policy *p);

/* Holds a request against a key's scope: ERR_FORBIDDEN_MODEL, or the request's source policy becomes narrower. A
 * warning says so where nothing is left of it. */
MUST_USE bool key_scope_apply(struct arena *a, struct slice models, struct slice domains, struct chat_request *r,
                              struct err *e);

#endif
