#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

static const struct {
    int status;
    const char *type, *code, *sentence;
} table[ERR_COUNT] = {
#define X(name, status, type, code, sentence) {status, type, code, sentence},
    ERR_TABLE(X)
#undef X
};

static bool err_fill(struct err *e, enum err_code code, const char *param, const char *fmt, va_list args)
{
    e->code = code;
    e->retry_after_ms = 0;
    snprintf(e->param, sizeof e->param, "%s", param);
    if (fmt)
        vsnprintf(e->message, sizeof e->message, fmt, args);
    else
        snprintf(e->message, sizeof e->message, "%s", table[code].sentence);
    /* Messages quote what clients sent, and both buffers may cut a character in two. */
    utf8_scrub(e->message, strlen(e->message));
    utf8_scrub(e->param, strlen(e->param));
    return false;
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    err_fill(e, code, "", fmt, args);
    va_end(args);
    return false;
}

bool err_set_param(struct err *e, enum err_code code, const char *param, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    err_fill(e, code, param, fmt, args);
    va_end(args);
    return false;
}

int err_status(enum err_code code)
{
    return table[code].status;
}

const char *err_type(enum err_code code)
{
    return table[code].type;
}

const char *err_wire_code(enum err_code code)
{
    return table[code].code;
}
