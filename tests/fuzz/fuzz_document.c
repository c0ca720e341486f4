/* Feeds the readers of documents. The first byte says what the rest is: a package as it is, the text of a DOCX, an ODT
 * or a chapter of an EPUB inside of one, a message, reStructuredText. What comes out is UTF-8 and bounded.
 *
 *   scripts/fuzz document */
#include <zip.h>

#include "base/utf8.h"
#include "pages/page.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

/* A package with one part; NULL when it cannot be made. */
static zip_source_t *package(const char *name, const unsigned char *bytes, size_t n)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    zip_source_t *type = zip_source_buffer(zip, "application/vnd.oasis.opendocument.text", 39, 0);
    zip_source_keep(source);
    zip_set_file_compression(zip, (zip_uint64_t)zip_file_add(zip, "mimetype", type, 0), ZIP_CM_STORE, 0);
    zip_set_file_compression(zip, (zip_uint64_t)zip_file_add(zip, name, zip_source_buffer(zip, bytes, n, 0), 0),
                             ZIP_CM_STORE, 0);
    if (zip_close(zip) < 0 || zip_source_open(source) < 0)
        __builtin_trap();
    return source;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    static const char *const parts[] = {"word/document.xml", "content.xml", "META-INF/container.xml"};
    static const char *const types[] = {"", "message/rfc822", "text/x-rst"};
    if (n < 1)
        return 0;
    struct arena *a = arena_new();
    struct slice input = {(const char *)bytes + 1, n - 1};
    struct page_text out;
    struct err e;
    unsigned kind = bytes[0] % 6;
    if (kind < 3) {
        zip_stat_t about;
        zip_source_t *source = package(parts[kind], bytes + 1, n - 1);
        zip_source_stat(source, &about);
        char *packed = arena_alloc(a, about.size + 1);
        input = (struct slice){packed, (size_t)zip_source_read(source, packed, about.size)};
        zip_source_close(source);
        zip_source_free(source);
    }
    if (!page_extract(a, input, slice_of(kind < 3 ? "" : types[kind - 3]), (struct slice){"", 0}, NULL, &out, &e) ||
        out.text.n > PAGE_TEXT_BYTES_MAX || utf8_check(out.text) < out.text.n || utf8_check(out.title) < out.title.n ||
        utf8_check(out.author) < out.author.n)
        __builtin_trap();
    arena_free(a);
    return 0;
}
