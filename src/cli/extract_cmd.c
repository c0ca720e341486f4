/* extract_cmd.c - footnote extract: the readable text of a page, as research sees it.
 *
 * Files and standard input need no network; an address without --html is fetched. */
#include <jansson.h>

#include "base/clock.h"
#include "base/harmless.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "cli/web_access.h"
#include "fetch/pdf.h"
#include "pages/page.h"

static const char usage[] =
    "Usage: footnote extract [--json] FILE              HTML, Markdown, RST, text, feeds, JSON-LD, PDF,\n"
    "                                              DOCX, ODT, EPUB, messages, mailboxes, MHTML\n"
    "       footnote extract [--json] URL               fetches the page\n"
    "       footnote extract [--json] --html FILE [URL] HTML; '-' is standard input, URL where it came from\n"
    "\n"
    "Prints the main text: a blank line between paragraphs, '# ' before headings, '- ' before list items.\n"
    "\n"
    "  --html FILE  the file is HTML, whatever its name says\n"
    "  --json       {\"url\", \"title\", \"site_name\", \"author\", \"published\", \"modified\", \"lang\",\n"
    "               \"canonical\", \"cut\", \"text\", \"why\"}; dates are YYYY-MM-DD, unknown values are null;\n"
    "               why: the reason where there is no text\n"
    "  --help       this text\n"
    "\n"
    "Exit status: 0 there is text, 1 there is none or it could not be read, 2 not understood.\n";

static bool is_web(const char *name)
{
    return strncmp(name, "http://", 7) == 0 || strncmp(name, "https://", 8) == 0;
}

/* JSON escapes only some of the characters that could talk to a terminal. */
static json_t *string_of_page(struct slice s)
{
    struct arena *a = arena_new();
    struct slice plain = harmless_text(a, s);
    json_t *out = json_stringn(plain.n ? plain.p : "", plain.n);
    arena_free(a);
    return out;
}

static json_t *string_or_null(struct slice s)
{
    return s.n ? string_of_page(s) : json_null();
}

/* why: the reason where there is no text. */
static int print_page(const struct page_text *page, const char *why, struct slice url, bool json)
{
    if (json) {
        json_t *out = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "url", string_or_null(url),
                                "title", string_or_null(page->title), "site_name", string_or_null(page->site_name),
                                "author", string_or_null(page->author), "published", string_or_null(page->published),
                                "modified", string_or_null(page->modified), "lang", string_or_null(page->lang),
                                "canonical", string_or_null(page->canonical), "cut", page->cut, "text",
                                string_of_page(page->text), "why", page->text.n ? json_null() : json_string(why));
        json_dumpf(out, stdout, JSON_INDENT(2));
        json_decref(out);
        putchar('\n');
    } else if (page->text.n) {
        terminal_put(page->text);
        putchar('\n');
    }
    if (page->text.n == 0)
        fprintf(stderr, "footnote extract: %s.\n", why);
    return fflush(stdout) == 0 && page->text.n ? 0 : 1;
}

/* Read as for a question: guard, robots.txt, cache. The slices live in the arena. */
static bool get_page(struct arena *a, const struct config *config, const char *url, struct slice *bytes,
                     struct slice *content_type, struct slice *final_url, struct err *e)
{
    struct web_access web;
    struct deadline deadline = {clock_ms() + config->page_timeout_ms, NULL};
    if (!web_access_open(config, &web, e))
        return false;
    struct fetch_page page = fetch_page(web.fetcher, a, slice_of(url), 0, &deadline);
    web_access_close(&web);
    if (page.outcome != FETCH_OK)
        return err_set(e, ERR_UNAVAILABLE, "%s was not read: %s.", url, page.reason);
    *bytes = page.body;
    *content_type = page.content_type;
    *final_url = page.final_url;
    return true;
}

static bool read_page(struct arena *a, const struct config *config, const char *name, const char *html,
                      struct page_text *page, struct err *e)
{
    struct slice bytes, content_type = {"", 0}, url = slice_of(name);
    if (html) {
        if (!file_read(a, html, PAGE_BYTES_MAX, &bytes, e))
            return false;
        return html_extract(a, bytes, content_type, url, page, e);
    }
    bool got = is_web(name) ? get_page(a, config, name, &bytes, &content_type, &url, e)
                            : file_read(a, name, PAGE_BYTES_MAX, &bytes, e);
    if (!got || !page_extract(a, bytes, content_type, url, NULL, page, e))
        return false;
    return page->why != PAGE_NEEDS_PDF || pdf_extract(a, bytes, NULL, NULL, page, e);
}

int extract_cmd(int argc, char **argv, const struct config *config)
{
    const char *name = NULL, *html = NULL;
    bool json = false;
    for (int i = 1; i < argc; i++) {
        bool is_flag = argv[i][0] == '-' && argv[i][1] != '\0';
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(usage, stdout);
            return 0;
        }
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--html") == 0 && i + 1 < argc && !html)
            html = argv[++i];
        else if (!is_flag && !name)
            name = argv[i];
        else {
            fputs(usage, stderr);
            return 2;
        }
    }
    if (!name && !html) {
        fputs(usage, stderr);
        return 2;
    }
    struct arena *a = arena_new();
    struct page_text page;
    struct err e;
    int status = 1;
    if (read_page(a, config, name, html, &page, &e)) {
        status = print_page(&page, page_why_says(page.why), slice_of(name && is_web(name) ? name : ""), json);
    } else {
        struct slice why = slice_of(e.message);
        why.n -= slice_ends(why, SLICE("."));
        page = (struct page_text){.why = PAGE_EMPTY};
        status = print_page(&page, arena_printf(a, "%.*s", SLICE_ARGS(why)).p,
                            slice_of(name && is_web(name) ? name : ""), json);
    }
    arena_free(a);
    return status;
}
