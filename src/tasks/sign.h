/* sign.h - signatures of messages to webhooks, as Standard Webhooks has them: HMAC-SHA256 over "ID.TIME.BODY".
 *
 * A secret is its raw bytes, or "whsec_" and Base64 of them. Several are signed with one after the other, so that
 * receivers can change theirs. Pure functions but for the struct's memory. */
#ifndef TASKS_SIGN_H
#define TASKS_SIGN_H

#include "base/arena.h"
#include "base/err.h"

struct signer;

enum { SIGN_SECRETS_MOST = 4 };

/* secrets: with white space between them; "": none, and nothing is signed. ERR_USAGE: one is not understood. */
MUST_USE bool signer_new(struct slice secrets, struct signer **out, struct err *e);
void signer_free(struct signer *s); /* NULL is fine */
/* "v1,BASE64 v1,BASE64"; empty without a secret. In the arena. */
struct slice signer_sign(const struct signer *s, struct slice id, int64_t time_unix, struct slice body,
                         struct arena *a);

#endif
