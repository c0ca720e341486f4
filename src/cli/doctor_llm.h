/* doctor_llm.h - checks of the language models. Each says one finding or more. */
#ifndef CLI_DOCTOR_LLM_H
#define CLI_DOCTOR_LLM_H

#include "cli/doctor_report.h"

void doctor_llm(const struct doctor *d);
void doctor_local(const struct doctor *d);
void doctor_rerank(const struct doctor *d);

#endif
