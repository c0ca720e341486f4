/* site.h - who owns a host: what belongs together when sites are counted, crawled or asked in turn.
 *
 * Every copy of a text on hosts of one owner is one voice, and pages of two owners on one host are two. By the Public
 * Suffix List (publicsuffix.org), which browsers keep cookies apart with: libpsl's own copy, or the system's (Debian's
 * package publicsuffix) where that is newer. It is read once, at the first question.
 *
 * DESIGN The list has the platforms that asked to be on it ("github.io", "blogspot.com"); a platform that did not ask,
 * and those that came after the installed list was made, are in a table of site.c: hosts under which every sub-domain
 * is another author's, and hosts that write the author as "/@name". Where a path names an owner in no such way
 * (github.com/owner, reddit.com/r/name, gitlab.com, x.com) the whole host counts as one: the first part of such paths
 * is as often a page of the platform, and two voices that are one harm more than one that is two.
 *
 * THREADS Any. */
#ifndef NET_SITE_H
#define NET_SITE_H

#include "base/arena.h"

/* The part of a host under which one owner runs things: "bbc.co.uk" of "news.bbc.co.uk", "me.github.io" of itself and
 * of "x.me.github.io". An IP address, a name without a dot and a suffix itself ("github.io") are their own owners.
 * host: lower case, in ASCII or UTF-8, without a final dot, as url_parse() gives it. A slice of host. */
struct slice site_owner(struct slice host);

/* The owner of a page, as a key for comparing: that of its host, followed by the author where the host has many and
 * their names in the path ("medium.com/@ann"). The address itself when it is none. */
struct slice site_owner_of_page(struct arena *a, struct slice url);

#endif
