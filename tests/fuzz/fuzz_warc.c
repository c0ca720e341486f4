/* Feeds whole WARC files, packed or not: every record must end, whatever stands in it, and reading must come to an end.
 *
 *   scripts/fuzz knows how to build it; regressions in tests/fuzz/warc.regressions, a first corpus in
 * tests/fuzz/warc.corpus. */
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/source.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    int fd = memfd_create("warc", 0);
    char path[40];
    struct source *s;
    struct err e;
    if (fd < 0 || write(fd, text, n) != (ssize_t)n)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (source_open(path, &(struct source_options){.format = "warc", .base = {"", 0}}, &s, &e)) {
        enum source_step step;
        size_t steps = 0;
        do {
            struct arena *a = arena_new();
            struct source_page page;
            step = source_next(s, a, &page, &e);
            if (step == SOURCE_PAGE && (page.text.n == 0 || page.url.n == 0))
                __builtin_trap();
            if (++steps > n + 10)
                __builtin_trap();
            arena_free(a);
        } while (step == SOURCE_PAGE || step == SOURCE_BAD);
        source_close(s);
    }
    close(fd);
    return 0;
}
