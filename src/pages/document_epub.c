/* document_epub.c - EPUB: the chapters in the order of the book's spine.
 *
 * META-INF/container.xml names the package file, that one names the parts of the book and their order. Each chapter is
 * XHTML and read whole. The contents page that reading programs show (properties="nav") is left out. */
#include "base/table.h"
#include "pages/document.h"

enum { EPUB_ITEMS_MAX = 5000, EPUB_NAME_BYTES_MAX = 1000 };

struct epub_item {
    struct slice id, href;
    bool is_nav, taken;
};

struct epub {
    struct arena *arena;
    struct epub_item *items;
    size_t item_count, item_room;
    struct table by_id;
    struct buf text;
};

/* href, relative to the file `from`, as the name of a part: "%20" undone, "../" resolved. */
static const char *epub_name(struct arena *a, struct slice from, struct slice href)
{
    char *out = arena_alloc(a, from.n + href.n + 1);
    size_t n = from.n;
    while (n > 0 && from.p[n - 1] != '/')
        n--;
    memcpy(out, from.p, n);
    href.n = slice_find(href, SLICE("#"));
    for (size_t i = 0; i < href.n; i++) {
        struct slice rest = slice_sub(href, i, href.n - i);
        bool at_start = n == 0 || out[n - 1] == '/';
        if (at_start && slice_starts(rest, SLICE("../"))) {
            n -= n > 0;
            while (n > 0 && out[n - 1] != '/')
                n--;
            i += 2;
        } else if (rest.p[0] == '%' && rest.n > 2 && ascii_hex((unsigned char)rest.p[1]) >= 0 &&
                   ascii_hex((unsigned char)rest.p[2]) >= 0) {
            out[n++] = (char)(ascii_hex((unsigned char)rest.p[1]) * 16 + ascii_hex((unsigned char)rest.p[2]));
            i += 2;
        } else {
            out[n++] = rest.p[0];
        }
    }
    out[n] = '\0';
    return out;
}

static void epub_items(struct epub *b, struct slice package)
{
    struct markup m = markup_of(package);
    struct document_tag t;
    while (document_next(&m, &t) && b->item_count < EPUB_ITEMS_MAX) {
        struct slice href = document_attribute(&t, "href");
        if (t.kind != DOCUMENT_START || !slice_is(t.name, "item") || href.n > EPUB_NAME_BYTES_MAX)
            continue;
        struct slice properties = document_attribute(&t, "properties"), type = document_attribute(&t, "media-type");
        if (!slice_is(type, "application/xhtml+xml") && !slice_is(type, "text/html"))
            continue;
        struct epub_item *one = arena_push(b->arena, &b->items, b->item_count, &b->item_room);
        *one = (struct epub_item){.id = document_attribute(&t, "id"),
                                  .href = href,
                                  .is_nav = slice_find(properties, SLICE("nav")) < properties.n};
        b->item_count++;
        table_add(&b->by_id, slice_hash(one->id), (uint32_t)b->item_count);
    }
}

static struct epub_item *epub_item(struct epub *b, struct slice id)
{
    struct table_walk w = table_walk(&b->by_id, slice_hash(id));
    for (uint32_t i, tries = 0; (i = table_next(&w)) != 0 && tries < DOCUMENT_NAMESAKES_MAX; tries++)
        if (slice_eq(b->items[i - 1].id, id))
            return &b->items[i - 1];
    return NULL;
}

static void epub_chapter(struct epub *b, struct document_package *p, struct slice package, struct epub_item *item)
{
    struct page_text chapter;
    item->taken = true;
    html_whole(b->arena, document_part(p, epub_name(b->arena, package, item->href)), &chapter);
    p->cut |= chapter.cut;
    if (chapter.text.n == 0)
        return;
    if (b->text.n)
        buf_add(&b->text, SLICE("\n\n"));
    if (!buf_add(&b->text, chapter.text))
        p->cut = true;
}

void document_epub(struct document_package *p, struct page_text *out)
{
    struct epub b = {.arena = p->arena};
    struct buf head;
    struct slice container = document_part(p, "META-INF/container.xml"), path = {"", 0};
    struct markup m = markup_of(container);
    struct document_tag t;
    while (path.n == 0 && document_next(&m, &t))
        if (t.kind == DOCUMENT_START && slice_is(t.name, "rootfile"))
            path = document_attribute(&t, "full-path");
    path.n = path.n < EPUB_NAME_BYTES_MAX ? path.n : 0;
    struct slice package = document_part(p, epub_name(p->arena, SLICE(""), path));
    table_init(&b.by_id, p->arena, 0);
    epub_items(&b, package);
    buf_init(&head, DOCUMENT_HTML_BYTES_MAX);
    document_head(&head, package);
    html_whole(p->arena, arena_dup(p->arena, buf_slice(&head)), out);
    buf_release(&head);
    buf_init(&b.text, PAGE_TEXT_BYTES_MAX);
    m = markup_of(package);
    while (document_next(&m, &t) && !p->cut) {
        struct epub_item *item = t.kind == DOCUMENT_START && slice_is(t.name, "itemref")
                                     ? epub_item(&b, document_attribute(&t, "idref"))
                                     : NULL;
        if (item && !item->taken && !item->is_nav)
            epub_chapter(&b, p, path, item);
    }
    out->text = arena_dup(p->arena, buf_slice(&b.text));
    /* A shop's lock: what it lists is encrypted, fonts often, chapters if so. */
    p->locked |= out->text.n == 0 && document_has(p, "META-INF/encryption.xml");
    buf_release(&b.text);
}
