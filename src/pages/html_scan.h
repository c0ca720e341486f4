/* html_scan.h - inside of pages/: a page's bytes as tags and text.
 *
 * Comments, scripts, styles, drawings and every attribute that extraction does not read are gone; character references
 * are undone. Scripts that hold JSON-LD are handed out. One thread at a time. */
#ifndef PAGES_HTML_SCAN_H
#define PAGES_HTML_SCAN_H

#include "base/arena.h"
#include "pages/entity.h"
#include "pages/html_given.h"
#include "pages/html_tags.h"
#include "pages/markup.h"

enum {
    HTML_ATTRIBUTE_BYTES_MAX = 4096, /* a longer value is cut; but see html_scan.c on style */
    HTML_JSON_LD_MAX = 16,           /* scripts handed out */
};

enum html_event_kind {
    HTML_EVENT_START,
    HTML_EVENT_END,
    HTML_EVENT_TEXT,
};

struct html_event {
    enum html_event_kind kind;
    struct slice text; /* the name of a tag as the page has it; text lasts until the next event */
    enum html_tag tag;
    struct html_given given; /* lasts as long as the arena */
    bool closed;             /* "<mspace/>" */
};

struct html_scan {
    struct slice json_ld[HTML_JSON_LD_MAX]; /* point into the page; whole at its end */
    size_t json_ld_count;
    /* Inside. */
    struct markup page;
    struct arena *arena;
    struct slice text; /* that is still to be handed out */
    bool references;   /* and has character references */
    bool end_pre;      /* behind the text a listing ends */
    bool xhtml;        /* the page says that it is XML: <script/> is closed */
    char decoded[ENTITY_BYTES_MAX];
    struct html_attribute_value *values; /* the part that is being filled; tags point into the others */
    size_t value_count, value_room;
};

/* page: UTF-8 without NULs; it must stay as long as the scan, which is the arena's. */
struct html_scan *html_scan_new(struct arena *a, struct slice page);
/* False at the end. */
bool html_scan_next(struct html_scan *scan, struct html_event *out);

#endif
