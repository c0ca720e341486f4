#include "research/question.h"

struct slice question_ask(const struct question *q)
{
    for (size_t i = q->turn_count; i-- > 0;)
        if (q->turns[i].role == ROLE_USER)
            return q->turns[i].text;
    return (struct slice){"", 0};
}
