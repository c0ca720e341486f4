/* doctor.h - the checks of footnote doctor, and what they say. A check never fails as a whole: what it finds is a line.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/config.h"

enum verdict { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct finding {
    enum verdict verdict;
    const char *name;    /* of the check: "data folder" */
    const char *message; /* whole sentences for a person */
    const char *advice;  /* what to do about it; empty when there is nothing to do */
};

struct doctor {
    struct arena *arena;
    const struct config *config; /* NULL: the settings could not be read; then only checks that need none are run */
    bool online;                 /* services may be asked, and the local model be started */
    void (*on_finding)(void *ud, const struct finding *f); /* as they come */
    void *ud;
};

/* All strings are in the doctor's arena or static. */
void doctor_say(const struct doctor *d, enum verdict v, const char *name, const char *advice, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/* Checks, in the order in which they are run. */
void doctor_settings(const struct doctor *d, const struct err *why); /* why: of settings that could not be read */
void doctor_data(const struct doctor *d);
void doctor_index(const struct doctor *d);
void doctor_keys(const struct doctor *d);
void doctor_confidence(const struct doctor *d);
void doctor_listen(const struct doctor *d);
void doctor_search(const struct doctor *d);
void doctor_guard(const struct doctor *d);
void doctor_pdf(const struct doctor *d);
void doctor_certificates(const struct doctor *d);
void doctor_llm(const struct doctor *d);
void doctor_local(const struct doctor *d);
void doctor_rerank(const struct doctor *d);
void doctor_limits(const struct doctor *d);
void doctor_versions(const struct doctor *d);

#endif
