/* document.c - which document a package is. See document.h. */
#include "pages/document.h"

void document_zip_extract(struct arena *a, struct slice bytes, struct page_text *out)
{
    static const struct {
        const char *part;
        void (*read)(struct document_package *p, struct page_text *out);
        enum page_why why;
    } kinds[] = {
        {"word/document.xml", document_word, PAGE_EMPTY},
        {"META-INF/container.xml", document_epub, PAGE_EMPTY},
        {"xl/workbook.xml", NULL, PAGE_SHEETS},
        {"ppt/presentation.xml", NULL, PAGE_SHEETS},
    };
    struct document_package p;
    *out = (struct page_text){.why = PAGE_NOT_TEXT};
    if (!document_open(a, bytes, &p)) {
        out->why = PAGE_PACKAGE_DAMAGED;
        return;
    }
    void (*read)(struct document_package *p, struct page_text *out) = NULL;
    for (size_t i = 0; i < COUNT_OF(kinds) && !read; i++)
        if (document_has(&p, kinds[i].part)) {
            read = kinds[i].read;
            out->why = kinds[i].why;
            break;
        }
    if (!read && out->why == PAGE_NOT_TEXT && document_has(&p, "content.xml")) {
        struct slice type = document_part(&p, "mimetype");
        bool text = slice_starts(type, SLICE("application/vnd.oasis.opendocument.text"));
        read = text ? document_odt : NULL;
        out->why = text ? PAGE_EMPTY : PAGE_SHEETS;
    }
    if (!read)
        return;
    read(&p, out);
    out->cut |= p.cut;
    if (out->text.n)
        out->why = PAGE_READ;
    else
        out->why = p.locked ? PAGE_PACKAGE_LOCKED : p.damaged ? PAGE_PACKAGE_DAMAGED : PAGE_EMPTY;
}
