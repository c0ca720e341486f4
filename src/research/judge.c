/* judge: is there enough? Parts that are not, and could still be, stay open for another round. */
#include "research/steps.h"

bool step_judge(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++) {
        struct part *p = &s->parts[i];
        /* Fields are judged by what was read off for them. */
        p->open = !p->field.n && p->ranking.probability < s->confidence->high_from;
    }
    return s->question->output == OUTPUT_TEXT || fill_judge(s, e);
}
