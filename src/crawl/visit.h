/* visit.h - one request of a crawl and what came of it; and the thread that makes them.
 *
 * The thread owns the network and everything that needs no decision: reading the text of a page and resolving its
 * links. It gets visits and gives them back, so that fetching, reading and the caller's indexing overlap. A visit
 * belongs to whoever holds it. */
#ifndef CRAWL_VISIT_H
#define CRAWL_VISIT_H

#include <stdatomic.h>

#include "crawl/frontier.h"
#include "crawl/scope.h"
#include "ingest/readable.h"
#include "net/http.h"

enum visit_kind { VISIT_PAGE, VISIT_ROBOTS, VISIT_SITEMAP };

struct visit_link {
    struct slice key, url, origin;
};

struct visit {
    struct arena *a; /* of everything here */
    enum visit_kind kind;
    size_t site;               /* place in the crawl's list */
    struct frontier_page page; /* of a sitemap and robots.txt: only url; depth is what links from there have */
    bool conditional;          /* send the validators */
    atomic_int *running;       /* of the site; counted down when the reply is there */

    enum http_outcome outcome;
    const char *reason;
    int status;
    unsigned retry_after_ms;
    struct url final;       /* unset unless a reply came */
    struct slice final_key; /* url_canonical of it */
    struct slice etag, modified;
    struct slice body;      /* of robots.txt */
    bool noindex, nofollow;
    bool is_page;           /* 200, and of a type that is read; then text or why */
    bool has_text;
    struct readable text;
    struct err why;         /* without text */
    struct visit_link canonical; /* key empty: none, or the page itself */
    struct visit_link *links; /* in scope, each once */
    size_t link_count;
    struct visit_link *sitemaps; /* that a sitemap index names */
    size_t sitemap_count;
    struct visit *next;
};

struct visit *visit_new(enum visit_kind kind, size_t site);
void visit_free(struct visit *v); /* NULL is fine */

struct visitor;

struct visitor_options {
    struct http_client *http;
    const struct scope *scope; /* must outlive the visitor */
    const char *agent;         /* product token */
    unsigned timeout_ms;
};

MUST_USE bool visitor_start(const struct visitor_options *o, struct visitor **out, struct err *e);
/* Ends what runs and joins the thread. NULL is fine. */
void visitor_stop(struct visitor *w);
void visitor_send(struct visitor *w, struct visit *v);
/* A visit that is done; NULL when none came until then (of clock_ms). */
struct visit *visitor_take(struct visitor *w, int64_t until_ms);

#endif
