/* doctor_own.h - checks of what is on this machine. Each says one finding or more. */
#ifndef CLI_DOCTOR_OWN_H
#define CLI_DOCTOR_OWN_H

#include "cli/doctor_report.h"

struct err;

void doctor_settings(const struct doctor *d, const struct err *why); /* why: of settings that could not be read */
void doctor_data(const struct doctor *d);
void doctor_index(const struct doctor *d);
void doctor_keys(const struct doctor *d);
void doctor_state(const struct doctor *d);
void doctor_confidence(const struct doctor *d);
void doctor_encoder(const struct doctor *d);
void doctor_listen(const struct doctor *d);
void doctor_tls(const struct doctor *d);
void doctor_confinement(const struct doctor *d);
void doctor_limits(const struct doctor *d);
void doctor_versions(const struct doctor *d);

#endif
