#include "api/errors.h"

#include "api/json_out.h"

static const char *or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

void api_error_print(const struct err *e, const char *request_id, struct buf *out)
{
    json_t *error = json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:{s:s, s:s?}}", "message", e->message, "type",
                              err_type(e->code), "param", or_null(e->param), "code", err_wire_code(e->code), "ref_id",
                              or_null(request_id), "detail", "code", err_wire_code(e->code), "param",
                              or_null(e->param));
    json_out(json_pack("{s:o}", "error", error), out);
}
