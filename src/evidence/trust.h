/* trust.h - adjusts an answer's probability by what other sites say and by how old its page is.
 *
 * The confidence model (confidence.h) looks at the answer's own page. This step follows it: sites that agree raise the
 * probability, sites that contradict lower it, and so do old pages when the question asks for the present. trust.def
 * has the weights and says where they come from. Pure functions; any thread. */
#ifndef EVIDENCE_TRUST_H
#define EVIDENCE_TRUST_H

#include "evidence/agree.h"

/* probability: from the confidence model; 0 and 1 come back unchanged. type: what the question asks for. agreement: has
 * no values if the answer has none. page_date, today: YYYY-MM-DD, or empty. */
double trust_adjust(double probability, enum need_type type, const struct agreement *agreement, bool asks_for_now,
                    struct slice page_date, struct slice today);

/* Whether the question has a word of LANG_NOW ("current", "latest", "now", "today"). A language without such a list is
 * searched for the words of all languages. */
bool trust_asks_for_now(struct words question, const struct lang *lang);

#endif
