/* html_style.h - inside of pages/: what declarations of CSS, of an attribute or of a rule, say about being seen. */
#ifndef PAGES_HTML_STYLE_H
#define PAGES_HTML_STYLE_H

#include "base/slice.h"

enum html_style {
    STYLE_GONE = 1,      /* display: none */
    STYLE_DISPLAYED = 2, /* any other display */
    STYLE_AWAY = 4,      /* moved off the screen, cut off, clipped, scaled to nothing, without colour */
    STYLE_INVISIBLE = 8, /* visibility: hidden; an element inside may be visible */
    STYLE_VISIBLE = 16,  /* visibility: visible */
    STYLE_FADED = 32,    /* opacity: 0 */
    STYLE_OPAQUE = 64,   /* any other opacity */
    STYLE_NO_SIZE = 128, /* font-size: 0; an element inside may have a size */
    STYLE_SIZE = 256,    /* a font-size that does not depend on the one around it */
};

/* A set of html_style. Of a style of more than 4 KiB the rest is not read. */
unsigned html_style_read(struct slice style);

#endif
