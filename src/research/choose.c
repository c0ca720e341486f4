/* choose: passages → evidence, cut into sentences. The index already merged, collapsed and ranked. */
#include "research/steps.h"

bool step_choose(struct session *s, struct err *e)
{
    (void)e;
    s->evidence = evidence_new(s->arena, &s->hits, s->question->tier->passages);
    s->view = view_new(s->arena, s->evidence);
    return true;
}

bool step_write(struct session *s, struct err *e)
{
    return s->question->output == OUTPUT_TEXT ? quote_write(s, e) : fill_write(s, e);
}
