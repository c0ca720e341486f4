#include "cli/log_access.h"

#include "base/audit.h"
#include "base/log.h"
#include "base/trace.h"

bool log_access_set(const struct config *c, struct err *e)
{
    enum log_level level;
    enum log_form form;
    if (!log_level_parse(slice_of(c->log_level), &level))
        return err_set(e, ERR_USAGE, "log_level must be debug, info, warn, error or off, not '%s'.", c->log_level);
    if (!log_form_parse(slice_of(c->log_format), &form))
        return err_set(e, ERR_USAGE, "log_format must be text, logfmt or json, not '%s'.", c->log_format);
    if (!trace_set(slice_of(c->trace ? c->trace : ""), e))
        return false;
    log_set_level(level);
    log_set_form(form);
    struct arena *a = arena_new();
    const char *place = c->audit_log[0] ? c->audit_log : arena_printf(a, "%s/audit.log", c->data).p;
    audit_set(strcmp(c->audit_log, "none") == 0 ? "" : place, (uint64_t)c->audit_bytes);
    arena_free(a);
    return true;
}
