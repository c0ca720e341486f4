/* document_zip.c - packages and the XML in them. See document.h. */
#include <stdlib.h>
#include <zip.h>

#include "pages/document.h"
#include "text/charset.h"

static void document_discard(void *zip)
{
    zip_discard(zip);
}

bool document_open(struct arena *a, struct slice bytes, struct document_package *out)
{
    zip_error_t e;
    *out = (struct document_package){.arena = a, .left = DOCUMENT_PACKAGE_BYTES_MAX};
    zip_error_init(&e);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &e);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &e) : NULL;
    if (source && !zip)
        zip_source_free(source);
    zip_error_fini(&e);
    if (!zip)
        return false;
    arena_defer(a, document_discard, zip);
    out->zip = zip;
    return zip_get_num_entries(zip, 0) <= DOCUMENT_PARTS_MAX;
}

bool document_has(const struct document_package *p, const char *name)
{
    return zip_name_locate(p->zip, name, 0) >= 0;
}

struct slice document_part(struct document_package *p, const char *name)
{
    zip_stat_t about;
    zip_int64_t at = zip_name_locate(p->zip, name, 0);
    if (at < 0 || zip_stat_index(p->zip, (zip_uint64_t)at, 0, &about) < 0)
        return (struct slice){"", 0};
    p->locked |= (about.valid & ZIP_STAT_ENCRYPTION_METHOD) && about.encryption_method != ZIP_EM_NONE;
    zip_file_t *file = zip_fopen_index(p->zip, (zip_uint64_t)at, 0);
    struct buf all;
    char piece[16 * 1024];
    zip_int64_t n = 0;
    buf_init(&all, p->left < DOCUMENT_PART_BYTES_MAX ? p->left : DOCUMENT_PART_BYTES_MAX);
    while (file && !all.over && (n = zip_fread(file, piece, sizeof piece)) > 0)
        buf_add(&all, (struct slice){piece, (size_t)n});
    p->damaged |= !file || n < 0;
    p->cut |= all.over;
    p->left -= all.n;
    struct slice found = arena_dup(p->arena, buf_slice(&all));
    buf_release(&all);
    if (file)
        zip_fclose(file);
    return charset_to_utf8(p->arena, found, SLICE("application/xml"));
}

/* --- XML -------------------------------------------------------------------------------------------------------- */

static struct slice document_local(struct slice name)
{
    size_t colon = slice_find(name, SLICE(":"));
    return colon < name.n ? slice_sub(name, colon + 1, name.n - colon - 1) : name;
}

bool document_next(struct markup *m, struct document_tag *t)
{
    struct markup_token token;
    while (markup_next(m, &token)) {
        struct markup_attribute one;
        *t = (struct document_tag){.name = document_local(token.name), .text = token.whole};
        switch (token.kind) {
        case MARKUP_TEXT:
            t->kind = DOCUMENT_TEXT;
            return true;
        case MARKUP_END:
            t->kind = DOCUMENT_END;
            return true;
        case MARKUP_START:
            t->kind = DOCUMENT_START;
            while (markup_attribute(m, &one))
                if (t->attribute_count < DOCUMENT_ATTRIBUTES_MAX) {
                    one.name = document_local(one.name);
                    t->attributes[t->attribute_count++] = one;
                }
            t->closed = !m->cut && m->at - token.whole.p >= 2 && m->at[-1] == '>' && m->at[-2] == '/';
            return true;
        case MARKUP_COMMENT:
        case MARKUP_DECLARATION:
            break;
        }
    }
    return false;
}

struct slice document_attribute(const struct document_tag *t, const char *name)
{
    for (size_t i = 0; i < t->attribute_count; i++)
        if (slice_is(t->attributes[i].name, name))
            return t->attributes[i].value;
    return (struct slice){"", 0};
}

int document_number(struct slice text, int otherwise)
{
    int n = 0;
    if (text.n == 0 || text.n > 9)
        return otherwise;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_digit((unsigned char)text.p[i]))
            return otherwise;
        n = n * 10 + (text.p[i] - '0');
    }
    return n;
}

struct slice document_element(struct slice xml, const char *name)
{
    struct markup m = markup_of(xml);
    struct document_tag t;
    while (document_next(&m, &t)) {
        if (t.kind != DOCUMENT_START || t.closed || !slice_is(t.name, name))
            continue;
        return document_next(&m, &t) && t.kind == DOCUMENT_TEXT ? slice_trim(t.text) : (struct slice){"", 0};
    }
    return (struct slice){"", 0};
}

static void document_quoted(struct buf *html, struct slice value)
{
    for (size_t n; value.n; value = slice_sub(value, n, value.n - n)) {
        n = slice_find(value, SLICE("\""));
        buf_add(html, slice_sub(value, 0, n));
        if (n < value.n) {
            buf_add(html, SLICE("&quot;"));
            n++;
        }
    }
}

void document_head(struct buf *html, struct slice xml)
{
    static const struct {
        const char *element, *before, *after;
    } fields[] = {
        {"creator", "<meta name=\"author\" content=\"", "\">"},
        {"date", "<meta property=\"article:published_time\" content=\"", "\">"},
        {"created", "<meta property=\"article:published_time\" content=\"", "\">"},
        {"modified", "<meta property=\"article:modified_time\" content=\"", "\">"},
        {"language", "<meta property=\"og:locale\" content=\"", "\">"},
    };
    buf_printf(html, "<html><head><title>%.*s</title>", SLICE_ARGS(document_element(xml, "title")));
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        struct slice value = document_element(xml, fields[i].element);
        if (value.n == 0)
            continue;
        buf_add(html, slice_of(fields[i].before));
        document_quoted(html, value);
        buf_add(html, slice_of(fields[i].after));
    }
    buf_add(html, SLICE("</head><body>"));
}
