/* trust.h - a probability held against other pages and against the calendar. */
#ifndef RESEARCH_TRUST_H
#define RESEARCH_TRUST_H

#include "research/agree.h"

/* probability: of the confidence model. today and the page's date: YYYY-MM-DD, or empty. */
double trust_adjust(double probability, const struct agreement *agreement, bool asks_for_now, struct slice page_date,
                    struct slice today);

/* "current", "latest", "now", "today" and the like; en, de, es, fr, ru, zh. */
bool trust_asks_for_now(struct words question);

#endif
