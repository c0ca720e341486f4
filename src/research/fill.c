#include "research/steps.h"

bool fill_write(struct session *s, struct err *e)
{
    (void)s;
    return err_set(e, ERR_INTERNAL, "not yet");
}
