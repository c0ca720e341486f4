/* html_links.h - where a page leads to, and what it asks robots to do with it.
 *
 * One pass over the bytes, without a tree: it reads start tags as browsers' tokenizers do (comments, quotes, the raw text
 * of scripts and styles), which is a hundred times faster than parsing and cannot run out of anything. Any thread. */
#ifndef TEXT_HTML_LINKS_H
#define TEXT_HTML_LINKS_H

#include "base/arena.h"

enum { HTML_LINKS_MAX = 5000 }; /* of one page; further ones are not seen */

struct html_links {
    struct slice *at; /* values of href as written, character references resolved; rel=nofollow and the like left out */
    size_t n;
    struct slice base;      /* of <base href>, or empty: what relative links mean is relative to it */
    struct slice canonical; /* of <link rel=canonical>, or empty */
    bool noindex, nofollow; /* of <meta name=robots>, or name=`agent` */
};

/* agent: the name that a page may use to talk to this robot alone ("footnote"). In the arena. */
void html_links(struct arena *a, struct slice page, struct slice agent, struct html_links *out);

/* What a list of robots' directives says ("noindex, nofollow", "none"), as in <meta> and X-Robots-Tag; sets, never clears. */
void html_robots_directives(struct slice list, bool *noindex, bool *nofollow);

/* Texts of all <loc> elements of a sitemap or a sitemap index, at most `max`; *index tells which it is. */
struct slice *sitemap_locations(struct arena *a, struct slice xml, size_t max, size_t *count, bool *index);

#endif
