/* html_given.h - inside of pages/: the attributes of an element that extraction reads.
 *
 * html_scan() notes them once, decoded, and the parser carries no more than their number through: its own attributes
 * cost an allocation each and are compared with each other. Values point into the page or the arena. Any thread. */
#ifndef PAGES_HTML_GIVEN_H
#define PAGES_HTML_GIVEN_H

#include <stdint.h>

#include "base/slice.h"

enum html_attribute {
    ATTR_NONE, /* of any other name */
    ATTR_ARIA_HIDDEN,
    ATTR_CLASS,
    ATTR_COLSPAN,
    ATTR_CONTENT,
    ATTR_DATETIME,
    ATTR_HIDDEN,
    ATTR_HREF, /* of <link> alone, whose canonical address is wanted */
    ATTR_ID,
    ATTR_ITEMPROP,
    ATTR_LANG,
    ATTR_NAME,
    ATTR_PROPERTY,
    ATTR_REL,
    ATTR_REVERSED,
    ATTR_ROLE,
    ATTR_ROWSPAN,
    ATTR_START,
    ATTR_STYLE,
    ATTR_TYPE,
    ATTR_VALUE,
    ATTR_COUNT
};

struct html_attribute_value {
    struct slice text;
    enum html_attribute name;
};

struct html_given {
    uint32_t has; /* 1 << name */
    uint32_t count;
    const struct html_attribute_value *values; /* each name once: the first one counts */
};

static inline bool html_given_has(const struct html_given *given, enum html_attribute name)
{
    return given->has >> name & 1;
}

/* Empty when there is none. */
static inline struct slice html_given_value(const struct html_given *given, enum html_attribute name)
{
    if (html_given_has(given, name))
        for (uint32_t i = 0; i < given->count; i++)
            if (given->values[i].name == name)
                return given->values[i].text;
    return (struct slice){"", 0};
}

#endif
