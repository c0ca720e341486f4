#include "api/errors.h"

#include "shape/value.h"

static void print_nullable(const char *text, struct buf *out)
{
    if (text[0])
        value_print_string(slice_of(text), out);
    else
        buf_add(out, SLICE("null"));
}

void api_error_print(const struct err *e, const char *request_id, struct buf *out)
{
    buf_add(out, SLICE("{\"error\":{\"message\":"));
    value_print_string(slice_of(e->message), out);
    buf_add(out, SLICE(",\"type\":"));
    value_print_string(slice_of(err_type(e->code)), out);
    buf_add(out, SLICE(",\"param\":"));
    print_nullable(e->param, out);
    buf_add(out, SLICE(",\"code\":"));
    value_print_string(slice_of(err_wire_code(e->code)), out);
    /* Parallel's clients read error.ref_id and error.detail beside the four keys that OpenAI's read. */
    if (request_id) {
        buf_add(out, SLICE(",\"ref_id\":"));
        value_print_string(slice_of(request_id), out);
    }
    buf_add(out, SLICE(",\"detail\":{\"code\":"));
    value_print_string(slice_of(err_wire_code(e->code)), out);
    buf_add(out, SLICE(",\"param\":"));
    print_nullable(e->param, out);
    buf_add(out, SLICE("}}}"));
}
