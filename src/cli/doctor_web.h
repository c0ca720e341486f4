/* doctor_web.h - checks of what reading the web needs. Each says one finding or more. */
#ifndef CLI_DOCTOR_WEB_H
#define CLI_DOCTOR_WEB_H

#include "cli/doctor_report.h"

void doctor_search(const struct doctor *d);
void doctor_guard(const struct doctor *d);
void doctor_pdf(const struct doctor *d);
void doctor_certificates(const struct doctor *d);

#endif
