#include "api/errors.h"

#include "api/json_out.h"

static const char *or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

void api_error_print(const struct err *e, enum api_error_form form, const char *request_id, struct buf *out)
{
    json_t *error =
        json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:{s:s, s:s?}}", "message", e->message, "type", err_type(e->code),
                  "param", or_null(e->param), "code", err_wire_code(e->code), "ref_id", or_null(request_id), "detail",
                  "code", err_wire_code(e->code), "param", or_null(e->param));
    size_t before = out->n;
    bool over = out->over;
    if (form == API_ERROR_PARALLEL)
        json_out(json_pack("{s:s, s:o}", "type", "error", "error", error), out);
    else if (form == API_ERROR_MCP)
        json_out(json_pack("{s:s, s:{s:i, s:s, s:o}}", "jsonrpc", "2.0", "error", "code",
                           err_status(e->code) < 500 ? -32600 : -32603, "message", e->message, "data", error),
                 out);
    else
        json_out(json_pack("{s:o}", "error", error), out);
    if (out->over && !over) {
        out->n = before;
        out->over = false;
        buf_add(out, SLICE("{\"error\":{\"message\":\"There is no memory.\",\"type\":\"server_error\",\"param\":null,"
                           "\"code\":\"internal_error\",\"ref_id\":null,"
                           "\"detail\":{\"code\":\"internal_error\",\"param\":null}}}"));
    }
}
