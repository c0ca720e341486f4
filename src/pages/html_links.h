/* html_links.h - where a page leads to, and what it asks robots to do with it.
 *
 * One pass over the bytes, without a tree: it reads start tags as browsers' tokenizers do (comments, quotes, the raw
 * text of scripts and styles), which is a hundred times faster than parsing and cannot run out of anything. Any thread.
 */
#ifndef PAGES_HTML_LINKS_H
#define PAGES_HTML_LINKS_H

#include "base/arena.h"

enum {
    HTML_LINKS_MAX = 5000,         /* of one page; further ones are not seen */
    HTML_REFRESH_MAX_S = 10,       /* a page that waits longer before it leads on is read itself */
    HTML_REFRESH_BYTES = 64 << 10, /* where html_refresh() looks */
};

struct html_links {
    struct slice *at; /* values of href, and of src of frames, as written, character references resolved;
                         rel=nofollow and the like left out */
    size_t n;
    struct slice base;      /* of <base href>, or empty: what relative links mean is relative to it */
    struct slice canonical; /* of <link rel=canonical>, or empty */
    struct slice refresh;   /* where <meta http-equiv=refresh> leads to, or empty */
    bool noindex, nofollow; /* of <meta name=robots>, or name=`agent` */
};

/* An address as an attribute writes it, without blanks around it and without character references. In the arena. */
struct slice html_address(struct arena *a, struct slice value);

/* agent: the name that a page may use to talk to this robot alone ("footnote"). In the arena. */
void html_links(struct arena *a, struct slice page, struct slice agent, struct html_links *out);

/* Where a page leads its readers to by itself (<meta http-equiv=refresh>), with the base that this is relative to in
 * *base, both as in struct html_links. Empty: nowhere. What is for readers without scripts alone, does not count. */
struct slice html_refresh(struct arena *a, struct slice page, struct slice *base);

/* What a list of robots' directives says ("noindex, nofollow", "none"), as in <meta> and X-Robots-Tag; sets, never
 * clears. */
void html_robots_directives(struct slice list, bool *noindex, bool *nofollow);

/* What an X-Robots-Tag header says to this robot: directives before which no robot is named, or this one. */
void html_robots_header(struct slice value, struct slice agent, bool *noindex, bool *nofollow);

/* Texts of all <loc> elements of a sitemap or a sitemap index, whatever prefix its namespace has, at most `max`; *index
 * tells which it is. Of a text file its lines. Addresses may be relative. */
struct slice *sitemap_locations(struct arena *a, struct slice xml, size_t max, size_t *count, bool *index);

#endif
