#include "pages/html_tags.h"

#include <pthread.h>

enum { TAG_SLOTS = 512 };

static const struct row {
    struct slice name;
    unsigned flags;
} rows[TAG_COUNT] = {
#define X(id, name, flags) {{name, sizeof(name) - 1}, flags},
    HTML_TAGS(X)
#undef X
        {{"", 0}, 0},
};

static uint8_t slots[TAG_SLOTS]; /* tag + 1 */
static pthread_once_t slots_once = PTHREAD_ONCE_INIT;

/* Of length, first, middle and last letter, whatever their case: few of the names share a slot. */
static unsigned tag_slot(struct slice name)
{
    unsigned first = name.p[0] | 0x20, middle = name.p[name.n / 2] | 0x20, last = name.p[name.n - 1] | 0x20;
    return (first * 7 + middle * 31 + last * 3 + (unsigned)name.n) % TAG_SLOTS;
}

static void tags_build(void)
{
    for (unsigned tag = 0; tag < TAG_OTHER; tag++) {
        unsigned at = tag_slot(rows[tag].name);
        while (slots[at])
            at = (at + 1) % TAG_SLOTS;
        slots[at] = (uint8_t)(tag + 1);
    }
}

enum html_tag html_tag_find(struct slice name)
{
    pthread_once(&slots_once, tags_build);
    for (unsigned at = name.n ? tag_slot(name) : 0; name.n && slots[at]; at = (at + 1) % TAG_SLOTS)
        if (slice_eq_nocase(name, rows[slots[at] - 1].name))
            return (enum html_tag)(slots[at] - 1);
    return TAG_OTHER;
}

struct slice html_tag_name(enum html_tag tag)
{
    return rows[tag].name;
}

unsigned html_tag_flags(enum html_tag tag)
{
    return rows[tag].flags;
}
