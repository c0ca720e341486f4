/* plan: question → query, the last user turn as a question that stands alone (converse.h). */
#include "research/converse.h"
#include "research/steps.h"

bool step_plan(struct session *s, struct err *e)
{
    (void)e;
    s->query = converse_question(s->arena, s->question, &s->lang);
    s->wishes = wishes_read(s->arena, s->question);
    return true;
}
