/* doctor_report.c - see doctor_report.h for the contract. */
#include "cli/doctor_report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void doctor_say(const struct doctor *d, enum verdict v, const char *name, const char *advice, const char *fmt, ...)
{
    char text[2000];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t bytes = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    char *message = arena_alloc(d->arena, bytes + 1);
    memcpy(message, text, bytes);
    utf8_scrub(message, bytes); /* services may be quoted in it */
    struct finding f = {v, name, message, v == DOCTOR_OK ? "" : advice};
    d->on_finding(d->ud, &f);
}
