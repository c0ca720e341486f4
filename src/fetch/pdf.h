/* pdf.h - extracts the text of a PDF with poppler's pdftotext, in a child process with few rights and little time.
 *
 * DESIGN: a PDF is a program in an old and large language, so this process never parses one. The child gets the bytes
 * on standard input and nothing else: no file names, an empty environment, no new privileges, and limits on CPU,
 * memory, files and output. It is killed at the deadline. There are two of them, for two
 * ways of reading (pdf_hyphens.h). THREADS: any; the caller blocks until the child has ended. */
#ifndef FETCH_PDF_H
#define FETCH_PDF_H

#include "base/clock.h"
#include "pages/page.h"

struct pdf_limits {
    const char *program; /* path of pdftotext */
    unsigned cpu_s;
    size_t memory_bytes; /* the child's address space */
    size_t output_bytes; /* longer text is cut off */
    int64_t timeout_ms;  /* of wall-clock time; an earlier deadline counts instead */
};

extern const struct pdf_limits pdf_limits_default;

/* limits and d may be NULL. ERR_UNAVAILABLE if the program cannot be started; ERR_DEADLINE or ERR_CANCELLED if the time
 * is over. A broken, locked or empty PDF is not an error; it gives an empty out->text. */
MUST_USE bool pdf_extract(struct arena *a, struct slice bytes, const struct pdf_limits *limits,
                          const struct deadline *d, struct page_text *out, struct err *e);

#endif
