/* cite_link.h - recognises links of Markdown, and the HTML tags that models put into Markdown. cite_peek.h explains the
 * answers of readers. */
#ifndef CITE_CITE_LINK_H
#define CITE_CITE_LINK_H

#include "cite/cite_peek.h"

enum { CITE_LINK_TEXT = 400, CITE_TAG_NAME = 5 };

struct cite_link {
    size_t text_end; /* offset of "](" */
    size_t n;        /* bytes of the whole link */
    struct slice url;
};

/* "[text](URL "title")" at the start of text. */
enum cite_reading cite_read_link(struct slice text, bool final, struct cite_link *out);

/* A tag from "<" to ">", with its name in small letters. */
struct cite_tag {
    char name[CITE_TAG_NAME + 1];
    bool end;
    size_t n;
};

/* A tag that concerns citations: a, img, sup, sub, cite, ref. */
enum cite_reading cite_read_tag(struct slice text, bool final, struct cite_tag *out);
/* The value of an attribute, or empty. name ends with the sign: "href=". */
struct slice cite_attribute(struct slice tag, struct slice name);

#endif
