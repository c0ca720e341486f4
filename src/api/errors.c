#include "api/errors.h"

#include <stdlib.h>

#include "api/json_out.h"

static const char *or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

/* "inputs[3].processor" as ["body", "inputs", 3, "processor"]. */
static json_t *error_place(const char *path)
{
    json_t *list = json_pack("[s]", "body");
    while (*path) {
        size_t n = strcspn(path, ".[");
        if (n)
            json_array_append_new(list, json_text((struct slice){path, n}));
        path += n;
        if (*path == '[') {
            json_array_append_new(list, json_integer(strtol(path + 1, NULL, 10)));
            path += strcspn(path, "]");
        }
        path += *path != '\0';
    }
    return list;
}

static json_t *error_tree(const struct err *e, enum api_error_form form, json_t *error)
{
    if (form == API_ERROR_CHAT)
        return json_pack("{s:o}", "error", error);
    if (form == API_ERROR_MCP)
        return json_pack("{s:s, s:{s:i, s:s, s:o}}", "jsonrpc", "2.0", "error", "code",
                         err_status(e->code) < 500 ? -32600 : -32603, "message", e->message, "data", error);
    if (form == API_ERROR_PARALLEL || err_status(e->code) != 422)
        return json_pack("{s:s, s:o}", "type", "error", "error", error);
    json_decref(error);
    return json_pack("{s:[{s:o, s:s, s:s}]}", "detail", "loc", error_place(e->param), "msg", e->message, "type",
                     err_wire_code(e->code));
}

void api_error_print(const struct err *e, enum api_error_form form, const char *request_id, struct buf *out)
{
    json_t *error =
        json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:{s:s, s:s?}}", "message", e->message, "type", err_type(e->code),
                  "param", or_null(e->param), "code", err_wire_code(e->code), "ref_id", or_null(request_id), "detail",
                  "code", err_wire_code(e->code), "param", or_null(e->param));
    size_t before = out->n;
    bool over = out->over;
    json_out(error_tree(e, form, error), out);
    if (out->over && !over) {
        out->n = before;
        out->over = false;
        buf_add(out, SLICE("{\"error\":{\"message\":\"There is no memory.\",\"type\":\"server_error\",\"param\":null,"
                           "\"code\":\"internal_error\",\"ref_id\":null,"
                           "\"detail\":{\"code\":\"internal_error\",\"param\":null}}}"));
    }
}
