/* trust.h - a probability held against other pages and against the calendar. */
#ifndef EVIDENCE_TRUST_H
#define EVIDENCE_TRUST_H

#include "evidence/agree.h"

/* probability: of the confidence model. type: what the question asks for; agreement has no values when the answer has none. today and the page's date: YYYY-MM-DD, or empty. */
double trust_adjust(double probability, enum need_type type, const struct agreement *agreement, bool asks_for_now, struct slice page_date,
                    struct slice today);

/* "current", "latest", "now", "today" and the like; en, de, es, fr, ru, zh. */
bool trust_asks_for_now(struct words question);

#endif
