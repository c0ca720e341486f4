/* write: evidence → answer. The language model where there is one; where there is none, or it wrote nothing, quotes. */
#include "research/steps.h"

bool step_write(struct session *s, struct err *e)
{
    bool text = s->question->output == OUTPUT_TEXT, written = false;
    if (s->world->model && !(text ? model_write(s, &written, e) : model_fill(s, &written, e)))
        return false;
    if (written)
        return true;
    return text ? quote_write(s, e) : fill_write(s, e);
}
