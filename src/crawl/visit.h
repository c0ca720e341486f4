/* visit.h - one request of a crawl with its result, and the thread that makes the requests. Private to crawl/.
 *
 * DESIGN: the thread does all work that needs no decision: it fetches a page, reads its text and resolves its links. So
 * this work overlaps with the caller's indexing.
 * OWNERSHIP: the side that holds a visit owns it. visitor_send() gives it to the thread, visitor_take() gives it back.
 * THREADS: one caller, and the visitor's own thread. */
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
    struct arena *a; /* has everything here */
    enum visit_kind kind;
    size_t site;               /* index into the crawl's list */
    struct frontier_page page; /* for a sitemap and robots.txt only url, and the depth of the links in it */
    bool conditional;          /* send the validators */
    bool own;                  /* whatever address it names as its own, it is read under this one */
    atomic_int *running;       /* the site's count of running requests; the reply lowers it */

    enum http_outcome outcome;
    const char *reason;
    int status;
    unsigned retry_after_ms;
    struct url final;       /* the address after redirects; not set if no reply came */
    struct slice final_key; /* its url_canonical() */
    struct slice etag, modified;
    struct slice body; /* only for robots.txt */
    bool noindex, nofollow;
    bool is_page; /* the status is 200 and the type is one that is read; then text or why is set */
    bool has_text;
    struct readable text;
    uint64_t text_hash;          /* copies_hash() of the text */
    struct err why;              /* why there is no text */
    struct visit_link canonical; /* its key is empty if there is none, or if it is the page itself */
    bool leads_on;               /* canonical is where the page leads its readers to by itself */
    struct visit_link *links;    /* the links in scope, each once */
    size_t link_count;
    struct visit_link *sitemaps; /* the sitemaps that a sitemap index names */
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
/* Cancels running requests and joins the thread. NULL is fine. */
void visitor_stop(struct visitor *w);
void visitor_send(struct visitor *w, struct visit *v);
/* The next finished visit; NULL if none is finished before until_ms (of clock_ms()). */
struct visit *visitor_take(struct visitor *w, int64_t until_ms);

#endif
