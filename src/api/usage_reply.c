#include "api/usage_reply.h"

#include "api/json_out.h"

static json_t *usage_entry(const char *const *names, size_t name_count, const struct usage_line *line)
{
    json_t *entry =
        json_pack("{s:s, s:o}", "date", line->date, "key", line->key.n ? json_text(line->key) : json_null());
    for (size_t i = 0; i < name_count; i++)
        json_object_set_new(entry, names[i], json_integer((json_int_t)line->counts[i]));
    return entry;
}

void usage_reply_print(const char *const *names, size_t name_count, const struct usage_line *lines, size_t line_count,
                       const struct usage_quota *quota, struct buf *out)
{
    json_t *list = json_array(), *reply;
    for (size_t i = 0; i < line_count; i++)
        json_array_append_new(list, usage_entry(names, name_count, &lines[i]));
    reply = json_pack("{s:s, s:o}", "object", "list", "data", list);
    if (quota)
        json_object_set_new(reply, "quota",
                            json_pack("{s:o, s:I, s:I}", "per_day",
                                      quota->per_day ? json_integer((json_int_t)quota->per_day) : json_null(), "used",
                                      (json_int_t)quota->used, "resets_at", (json_int_t)quota->resets_unix));
    json_out(reply, out);
}
