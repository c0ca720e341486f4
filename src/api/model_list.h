/* model_list.h - the tiers as OpenAI's list of models. Each function appends to out; a full buffer shows in out->over.
 */
#ifndef API_MODEL_LIST_H
#define API_MODEL_LIST_H

#include "base/buf.h"
#include "session/tiers.h"

/* {"object": "list", "data": [...]}, with the models that a key may use (api/key_scope.h). */
void model_list_print(struct slice models, struct buf *out);
/* One member of data. */
void model_list_print_one(const struct tier *tier, struct buf *out);

#endif
