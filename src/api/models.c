#include "api/chat_reply.h"
#include "api/json_out.h"

/* The day this table of models was first served; clients only want a number. */
enum { MODELS_CREATED = 1795392000 }; /* 2026-11-23 */

static json_t *model_json(const struct tier *tier)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:s}", "id", tier->name, "object", "model", "created",
                     (json_int_t)MODELS_CREATED, "owned_by", "footnote", "description", tier->description);
}

void models_print(struct buf *out)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tier_count; i++)
        json_array_append_new(list, model_json(tier_at(i)));
    json_out(json_pack("{s:s, s:o}", "object", "list", "data", list), out);
}

void model_print(const struct tier *tier, struct buf *out)
{
    json_out(model_json(tier), out);
}
