/* model_list.c - see model_list.h. */
#include "api/model_list.h"

#include "api/json_out.h"
#include "api/key_scope.h"

/* The day when these models were first served. Clients only want a number. */
enum { MODELS_CREATED = 1795392000 }; /* 2026-11-23 */

static json_t *model_list_entry(const struct tier *tier)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:s}", "id", tier->name, "object", "model", "created",
                     (json_int_t)MODELS_CREATED, "owned_by", "footnote", "description", tier->description);
}

void model_list_print(struct slice models, struct buf *out)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tier_count; i++)
        if (key_scope_has_model(models, tier_at(i)->name))
            json_array_append_new(list, model_list_entry(tier_at(i)));
    json_out(json_pack("{s:s, s:o}", "object", "list", "data", list), out);
}

void model_list_print_one(const struct tier *tier, struct buf *out)
{
    json_out(model_list_entry(tier), out);
}
