/* doctor_report.h - what footnote doctor finds: a verdict and a sentence for each thing it looked at.
 *
 * A check never fails as a whole: each finding is a line for a person. */
#ifndef CLI_DOCTOR_REPORT_H
#define CLI_DOCTOR_REPORT_H

#include "base/arena.h"

struct config;

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

/* Makes a finding and hands it to on_finding. The message (at most 1,999 bytes) is copied into the doctor's arena, with
 * bytes that are not UTF-8 replaced; name and advice are not copied. Advice is dropped when all is well. */
void doctor_say(const struct doctor *d, enum verdict v, const char *name, const char *advice, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

#endif
