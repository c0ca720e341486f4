/* robots.h - what a site's robots.txt allows, by RFC 9309.
 *
 * The longest matching rule wins, and allow wins a tie. `*` and `$` are understood, groups of the same agent are
 * merged, and percent-encoding is normalised on both sides. Common misspellings are read as Google's parser reads
 * them. Only the first 500 KiB count. The caller decides what a status code means (4xx: allow everything, 5xx:
 * nothing).
 *
 * THREADS: any; the functions are pure. */
#ifndef NET_ROBOTS_H
#define NET_ROBOTS_H

#include "base/arena.h"

enum { ROBOTS_MAX_BYTES = 500 * 1024 };

struct robots_rule {
    struct slice pattern; /* normalised */
    bool allow;
    unsigned line; /* from 1 */
};

struct robots {
    struct robots_rule *rules; /* those that bind this agent, in the file's order */
    size_t rule_count;
    struct slice *sitemaps; /* as written; of the whole file, at most 100 */
    size_t sitemap_count;
    unsigned delay_ms; /* Crawl-delay of the group; 0: not said */
    bool own_group;    /* a group names this agent; otherwise the rules are those of "*" */
};

/* agent: a product token ("footnote") or a whole User-Agent line that begins with it. Everything in *out lives in the
 * arena, which holds a copy of what is needed of text. Any bytes are accepted. */
void robots_parse(struct arena *a, struct slice text, struct slice agent, struct robots *out);

/* target: path and query as in struct url ("/a?b=c"). *rule (may be NULL) gets the rule that decided; NULL when none
 * matches, which allows the target. /robots.txt itself is always allowed. */
bool robots_allows(const struct robots *r, struct slice target, const struct robots_rule **rule);

#endif
