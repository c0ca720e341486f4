#include "text/html_tags.h"

#include <string.h>

static const struct row {
    const char *name;
    unsigned flags;
} rows[TAG_COUNT] = {
#define X(id, name, flags) {name, flags},
    HTML_TAGS(X)
#undef X
        {"", 0},
};

enum html_tag html_tag_find(const char *name)
{
    int low = 0, high = TAG_OTHER - 1;
    while (low <= high) {
        int middle = (low + high) / 2;
        int order = (unsigned char)name[0] - (unsigned char)rows[middle].name[0];
        if (order == 0)
            order = strcmp(name, rows[middle].name);
        if (order == 0)
            return (enum html_tag)middle;
        if (order < 0)
            high = middle - 1;
        else
            low = middle + 1;
    }
    return TAG_OTHER;
}

unsigned html_tag_flags(enum html_tag tag)
{
    return rows[tag].flags;
}
