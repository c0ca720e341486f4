/* extract.c - times html_extract over the pages of a folder, all in one process. Prints JSON.
 *
 * usage: extract ROUNDS FILE.html...    pages a second of the whole (`extract`), of the parser over the same pages
 * without and with the pass before it (`libxml2`, `parse`), and the bytes of HTML a page */
#include <libxml/HTMLparser.h>
#include <time.h>

#include "base/buf.h"
#include "pages/html_page.h"
#include "pages/page.h"

static bool read_file(const char *path, struct buf *out)
{
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    buf_init(out, PAGE_BYTES_MAX);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(out, (struct slice){chunk, n});
    return fclose(f) == 0 && !out->over;
}

static void with_libxml2(struct slice page)
{
    htmlDocPtr doc = htmlReadMemory(page.p, (int)page.n, NULL, "UTF-8",
                                    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    xmlFreeDoc(doc);
}

static void parse_only(struct slice page)
{
    struct arena *a = arena_new();
    html_parse(a, page);
    arena_free(a);
}

static void whole(struct slice page)
{
    struct arena *a = arena_new();
    struct page_text out;
    struct err e;
    if (!html_extract(a, page, SLICE("text/html; charset=utf-8"), SLICE(""), &out, &e))
        exit(1);
    arena_free(a);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The best of the rounds, in time of the processor: the machine's other work only ever makes it slower. */
static double best(void (*run)(struct slice), const struct buf *pages, size_t n, int rounds)
{
    double found = 0;
    for (int r = 0; r < rounds; r++) {
        double begin = cpu_seconds();
        for (size_t i = 0; i < n; i++)
            run(buf_slice(&pages[i]));
        double rate = (double)n / (cpu_seconds() - begin);
        found = rate > found ? rate : found;
    }
    return found;
}

int main(int argc, char **argv)
{
    static struct buf pages[1000];
    size_t n = 0, bytes = 0;
    int rounds = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0;
    for (int i = 2; i < argc && n < 1000; i++) {
        if (!read_file(argv[i], &pages[n])) {
            fprintf(stderr, "%s cannot be read\n", argv[i]);
            return 1;
        }
        bytes += pages[n++].n;
    }
    if (rounds < 1 || n == 0) {
        fprintf(stderr, "usage: extract ROUNDS FILE.html...\n");
        return 2;
    }
    printf("{\"pages\": %zu, \"bytes_a_page\": %zu, \"extract\": %.1f, \"parse\": %.1f, \"libxml2\": %.1f}\n", n,
           bytes / n, best(whole, pages, n, rounds), best(parse_only, pages, n, rounds),
           best(with_libxml2, pages, n, rounds));
    for (size_t i = 0; i < n; i++)
        buf_release(&pages[i]);
    return 0;
}
