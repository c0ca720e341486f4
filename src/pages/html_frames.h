/* html_frames.h - which frame of a page of frames holds what people come for.
 *
 * A frameset shows nothing itself. Of its frames the one with the most room is the content; menus and titles get
 * little. Looks at the first HTML_FRAMES_BYTES alone. Any thread. */
#ifndef PAGES_HTML_FRAMES_H
#define PAGES_HTML_FRAMES_H

#include "base/arena.h"

enum { HTML_FRAMES_BYTES = 64 << 10, HTML_FRAMES_DEPTH_MAX = 8 };

/* The address of the largest frame, as written; empty when the page has no frameset. Of two as large the first. */
struct slice html_main_frame(struct arena *a, struct slice page);

#endif
