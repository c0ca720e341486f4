/* http_client.c - what outlives a batch: connections, DNS answers, TLS sessions.
 *
 * libcurl can share a connection cache among threads, but its authors call that unsafe. So a batch borrows a whole
 * multi handle with the connections in it and gives it back; the one that was used last is lent first. All handles
 * share DNS answers and TLS sessions under locks, which is safe. A handful of idle handles is kept; those beyond it are
 * closed.
 *
 * libcurl is set up at the first batch, so that an idle server pays neither its start nor its memory. */
#include "net/http_inner.h"

enum { MAX_CONNECTIONS = 64 };

static void start_libcurl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT); /* a failure shows again at the first handle */
}

static const char *client_copy(struct arena *a, const char *text)
{
    return text ? arena_dup(a, slice_of(text)).p : NULL;
}

struct http_client *http_client_new(const struct http_options *o)
{
    struct arena *a = arena_new();
    struct http_client *c = arena_alloc(a, sizeof *c);
    c->arena = a;
    c->o = *o;
    c->o.user_agent = o->user_agent && o->user_agent[0] ? client_copy(a, o->user_agent) : "footnote/" FOOTNOTE_VERSION;
    c->o.ca_file = o->ca_file && o->ca_file[0] ? client_copy(a, o->ca_file) : NULL;
    c->o.timeout_ms = o->timeout_ms ? o->timeout_ms : 15000;
    c->o.connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : 5000;
    c->o.max_wire_bytes = o->max_wire_bytes ? o->max_wire_bytes : (size_t)8 << 20;
    c->o.max_body_bytes = o->max_body_bytes ? o->max_body_bytes : (size_t)16 << 20;
    c->o.max_redirects = o->max_redirects ? o->max_redirects : 5;
    for (size_t i = 0; o->pinned && o->pinned[i]; i++)
        c->pinned = curl_slist_append(c->pinned, o->pinned[i]);
    c->o.pinned = NULL;
    pthread_mutex_init(&c->lock, NULL);
    for (size_t i = 0; i < CURL_LOCK_DATA_LAST; i++)
        pthread_mutex_init(&c->share_locks[i], NULL);
    return c;
}

void http_client_free(struct http_client *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->idle_count; i++)
        curl_multi_cleanup(c->idle[i]);
    if (c->share)
        curl_share_cleanup(c->share);
    curl_slist_free_all(c->pinned);
    for (size_t i = 0; i < CURL_LOCK_DATA_LAST; i++)
        pthread_mutex_destroy(&c->share_locks[i]);
    pthread_mutex_destroy(&c->lock);
    arena_free(c->arena);
}

static void lock_share(CURL *easy, curl_lock_data kind, curl_lock_access access, void *ud)
{
    struct http_client *c = ud;
    (void)easy, (void)access;
    pthread_mutex_lock(&c->share_locks[kind]);
}

static void unlock_share(CURL *easy, curl_lock_data kind, void *ud)
{
    struct http_client *c = ud;
    (void)easy;
    pthread_mutex_unlock(&c->share_locks[kind]);
}

static CURLSH *new_share(struct http_client *c)
{
    CURLSH *s = curl_share_init();
    if (!s)
        return NULL;
    curl_share_setopt(s, CURLSHOPT_LOCKFUNC, lock_share);
    curl_share_setopt(s, CURLSHOPT_UNLOCKFUNC, unlock_share);
    curl_share_setopt(s, CURLSHOPT_USERDATA, c);
    curl_share_setopt(s, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(s, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return s;
}

CURLM *client_take_multi(struct http_client *c)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_libcurl);
    pthread_mutex_lock(&c->lock);
    if (!c->share)
        c->share = new_share(c);
    CURLM *multi = c->idle_count > 0 ? c->idle[--c->idle_count] : NULL;
    pthread_mutex_unlock(&c->lock);
    if (multi || !(multi = curl_multi_init()))
        return multi;
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)MAX_CONNECTIONS);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)MAX_CONNECTIONS);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    return multi;
}

void client_give_multi(struct http_client *c, CURLM *multi)
{
    pthread_mutex_lock(&c->lock);
    bool keep = c->idle_count < IDLE_MULTIS;
    if (keep)
        c->idle[c->idle_count++] = multi;
    pthread_mutex_unlock(&c->lock);
    if (!keep)
        curl_multi_cleanup(multi);
}
