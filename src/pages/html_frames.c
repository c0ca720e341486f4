/* html_frames.c - see html_frames.h. */
#include "pages/html_frames.h"

#include "pages/html_links.h"
#include "pages/markup.h"

enum { SCREEN_PIXELS = 1000, PARTS_MAX = 64 };

struct frameset {
    struct slice columns, rows; /* "20%,*" */
    size_t column_count, next;
    double share; /* of the screen */
};

/* Number of parts; an empty list is one part. */
static size_t frame_parts(struct slice list)
{
    size_t n = 1;
    for (size_t i = 0; i < list.n && n < PARTS_MAX; i++)
        n += list.p[i] == ',';
    return n;
}

/* One part of a list: "30%", "200", "2*". *stars: its weight among those that share the rest. Returns what is fixed. */
static double frame_size(struct slice part, double *stars)
{
    double n = 0;
    size_t at = 0;
    part = slice_trim(part);
    while (at < part.n && at < 6 && ascii_is_digit((unsigned char)part.p[at]))
        n = n * 10 + (part.p[at++] - '0');
    char unit = at < part.n ? part.p[at] : ' ';
    *stars = unit == '*' || part.n == 0 ? (at ? n : 1) : 0;
    return *stars > 0 ? 0 : unit == '%' ? n / 100 : n / SCREEN_PIXELS;
}

/* The share of the part at `index`. */
static double frame_share(struct slice list, size_t index)
{
    double fixed = 0, stars = 0, own = 0, own_stars = 0;
    for (size_t i = 0; i < PARTS_MAX; i++) {
        size_t n = slice_find(list, SLICE(","));
        double weight, size = frame_size(slice_sub(list, 0, n), &weight);
        fixed += size;
        stars += weight;
        own = i == index ? size : own;
        own_stars = i == index ? weight : own_stars;
        if (n == list.n)
            break;
        list = slice_sub(list, n + 1, list.n - n - 1);
    }
    double rest = fixed < 1 ? 1 - fixed : 0.01;
    return own_stars > 0 ? rest * own_stars / stars : own;
}

/* The share of the next frame or frameset within the open one. */
static double frame_next(struct frameset *open)
{
    size_t at = open->next++;
    return open->share * frame_share(open->columns, at % open->column_count) *
           frame_share(open->rows, at / open->column_count);
}

struct slice html_main_frame(struct arena *a, struct slice page)
{
    struct markup m = markup_of(slice_sub(page, 0, page.n < HTML_FRAMES_BYTES ? page.n : HTML_FRAMES_BYTES));
    struct markup_token t;
    struct frameset open[HTML_FRAMES_DEPTH_MAX];
    struct slice found = {"", 0};
    size_t depth = 0;
    double best = 0;
    while (markup_next(&m, &t)) {
        bool set = slice_eq_nocase(t.name, SLICE("frameset")), frame = slice_eq_nocase(t.name, SLICE("frame"));
        struct slice columns = {"", 0}, rows = {"", 0}, address = {"", 0};
        struct markup_attribute one;
        if (t.kind == MARKUP_END && set && depth > 0)
            depth--;
        if (t.kind != MARKUP_START)
            continue;
        while (markup_attribute(&m, &one)) {
            columns = slice_eq_nocase(one.name, SLICE("cols")) ? one.value : columns;
            rows = slice_eq_nocase(one.name, SLICE("rows")) ? one.value : rows;
            address = slice_eq_nocase(one.name, SLICE("src")) ? one.value : address;
        }
        if (markup_is_raw(t.name))
            (void)markup_raw(&m, t.name);
        if (set && depth < HTML_FRAMES_DEPTH_MAX) {
            double share = depth ? frame_next(&open[depth - 1]) : 1;
            open[depth++] = (struct frameset){columns, rows, frame_parts(columns), 0, share};
        } else if (frame && depth > 0) {
            double share = frame_next(&open[depth - 1]);
            if (share > best && address.n) {
                best = share;
                found = address;
            }
        }
    }
    return found.n ? html_address(a, found) : found;
}
