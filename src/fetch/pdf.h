/* pdf.h - the text of a PDF, by poppler's pdftotext in a child process with few rights and little time.
 *
 * A PDF is a program in an old and large language, so it is never parsed inside of this process. The child gets the
 * bytes on standard input and nothing else: no file names, an empty environment, no new privileges, bounded CPU,
 * memory, files and output; when the deadline passes it is killed. Blocks until then. Any thread. */
#ifndef FETCH_PDF_H
#define FETCH_PDF_H

#include "base/clock.h"
#include "text/page.h"

struct pdf_limits {
    const char *program; /* path of pdftotext */
    unsigned cpu_s;
    size_t memory_bytes; /* address space of the child */
    size_t output_bytes; /* text beyond it is cut off */
    int64_t timeout_ms;  /* by the wall clock; the deadline counts too */
};

extern const struct pdf_limits pdf_limits_default;

/* limits and d may be NULL. False with ERR_UNAVAILABLE when the program cannot be started, ERR_DEADLINE or
 * ERR_CANCELLED when time was over. A broken, locked or empty PDF is no error: out->text is empty then. */
MUST_USE bool pdf_extract(struct arena *a, struct slice bytes, const struct pdf_limits *limits,
                          const struct deadline *d, struct page_text *out, struct err *e);

#endif
