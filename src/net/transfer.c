/* transfer.c - one exchange: from a request through its redirects to a reply.
 *
 * Redirects are followed here and not by libcurl, so that the guard judges each hop's URL, a hop to another origin
 * loses the headers that were not meant for it, and the caller sees where it ended. The sockets of every hop are judged
 * in open_socket, with the address that libcurl is about to connect to.
 *
 * Three ceilings bound a reply: libcurl refuses a Content-Length above max_wire_bytes, on_progress stops a reply
 * without one, and on_body counts the bytes after decompression. What a Content-Encoding says wrongly is read by its
 * bytes: plain text under "gzip", and gzip under no label. */
#include "net/http_inner.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/audit.h"
#include "base/trace.h"
#include "base/trail.h"

enum {
    MAX_HEADERS = 200,
    MAX_HEADER_BYTES = 64 * 1024,
    SLOW_BYTES_PER_S = 50,
    MAX_RETRY_S = 24 * 3600,
    PIECE_BYTES = 4096 /* read buffer of a stream: room for a few events; libcurl's default is sixteen kilobytes */
};

/* The body may be freed once it was sent and bytes of a reply have come: from then on libcurl does not retry on another
 * connection. */
static void tell_sent(struct transfer *t)
{
    curl_off_t sent = 0;
    if (t->sent || !t->r.on_sent || curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &sent) != CURLE_OK ||
        sent < (curl_off_t)t->r.body.n)
        return;
    t->sent = true;
    t->r.on_sent(t->r.ud);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ud)
{
    struct transfer *t = ud;
    size_t n = size * count;
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    if (t->r.on_piece && status >= 200 && status < 300) {
        tell_sent(t);
        t->called_off = !t->r.on_piece(t->r.ud, (struct slice){bytes, n});
        return t->called_off ? 0 : n;
    }
    t->too_large = !buf_add(&t->body, (struct slice){bytes, n});
    return t->too_large ? 0 : n;
}

/* Gets each line of each reply's head. A status line begins a new head: after 100 Continue, or on the next hop. */
static size_t on_header(char *bytes, size_t size, size_t count, void *ud)
{
    struct transfer *t = ud;
    struct slice line = slice_trim((struct slice){bytes, size * count});
    t->header_bytes += size * count;
    if (slice_starts(line, SLICE("HTTP/")))
        t->header_count = 0;
    size_t colon = slice_find(line, SLICE(":"));
    if (t->header_bytes > MAX_HEADER_BYTES || t->header_count >= MAX_HEADERS) {
        t->too_large = true;
        return 0;
    }
    if (colon == 0 || colon == line.n)
        return size * count;
    struct arena *a = t->batch->arena;
    struct http_header *h = arena_push(a, &t->headers, t->header_count++, &t->header_room);
    h->name = arena_dup(a, slice_sub(line, 0, colon));
    h->value = arena_dup(a, slice_trim(slice_sub(line, colon + 1, line.n - colon - 1)));
    return size * count;
}

static int on_progress(void *ud, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    struct transfer *t = ud;
    (void)total, (void)up_total, (void)up_now;
    t->too_large |= now > (curl_off_t)t->r.max_wire_bytes;
    return t->too_large;
}

/* Each address that is contacted, by a new connection or by one that was open already. */
static void transfer_audit(const struct transfer *t, const struct sockaddr *address)
{
    char ip[INET6_ADDRSTRLEN] = "?";
    unsigned port = 0;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address;
        (void)!inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof ip);
        port = ntohs(v4->sin_port);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        (void)!inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof ip);
        port = ntohs(v6->sin6_port);
    }
    audit_event("contact", "host=%s ip=%s port=%u for=%s", log_bare(t->url.host).text, ip, port,
                t->batch->client->o.guard ? "page" : "service");
}

static curl_socket_t open_socket(void *ud, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = ud;
    const struct guard *guard = t->batch->client->o.guard;
    if (purpose != CURLSOCKTYPE_IPCXN)
        return CURL_SOCKET_BAD;
    if (guard) {
        struct guard_verdict v = guard_address(guard, &address->addr, t->host_allowed);
        if (!v.ok) {
            t->refused = v.reason;
            return CURL_SOCKET_BAD;
        }
    }
    t->opened = true;
    transfer_audit(t, &address->addr);
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool header_is_clean(const struct http_header *h)
{
    for (size_t i = 0; i < h->name.n; i++)
        if ((unsigned char)h->name.p[i] <= ' ' || h->name.p[i] == ':' || h->name.p[i] == 0x7f)
            return false;
    return h->name.n > 0 && !memchr(h->value.p, '\r', h->value.n) && !memchr(h->value.p, '\n', h->value.n) &&
           !memchr(h->value.p, '\0', h->value.n);
}

static bool goes_along(struct slice name)
{
    return slice_eq_nocase(name, SLICE("Accept")) || slice_eq_nocase(name, SLICE("Accept-Language"));
}

/* The header lines that libcurl sends besides its own: all of them, or those that another origin may see. */
static void set_headers(struct transfer *t, bool other_origin)
{
    curl_slist_free_all(t->lines);
    t->lines = NULL;
    for (size_t i = 0; i < t->r.header_count; i++) {
        const struct http_header *h = &t->r.headers[i];
        if (other_origin && !goes_along(h->name))
            continue;
        /* "Name;" is how libcurl is told to send a header without a value. */
        struct slice line = h->value.n
                                ? arena_printf(t->batch->arena, "%.*s: %.*s", SLICE_ARGS(h->name), SLICE_ARGS(h->value))
                                : arena_printf(t->batch->arena, "%.*s;", SLICE_ARGS(h->name));
        t->lines = curl_slist_append(t->lines, line.p);
    }
    /* The operator's own services may join a trace; strangers' sites learn nothing. */
    if (!t->batch->client->o.guard && !other_origin && trail_traceparent()[0])
        t->lines = curl_slist_append(t->lines, arena_printf(t->batch->arena, "traceparent: %s", trail_traceparent()).p);
    if (t->r.body.n > 0)
        t->lines = curl_slist_append(t->lines, "Expect:"); /* no waiting for 100 Continue */
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->lines);
}

static void set_method(struct transfer *t)
{
    CURL *easy = t->easy;
    if (strcmp(t->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (t->r.body.n > 0 || strcmp(t->method, "POST") == 0) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->r.body.n);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t->r.body.n ? t->r.body.p : "");
    }
    if (strcmp(t->method, "GET") != 0 || t->r.body.n > 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, t->method);
}

static void set_options(struct transfer *t)
{
    CURL *easy = t->easy;
    const struct http_client *c = t->batch->client;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(easy, CURLOPT_SHARE, c->share);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (t->r.on_piece)
        curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)PIECE_BYTES);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a lookup that hangs is left behind, not waited for */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* cookies go from hop to hop of this one request */
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ""); /* all that libcurl can undo: gzip, deflate, br, zstd */
    curl_easy_setopt(easy, CURLOPT_USERAGENT, c->o.user_agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)t->r.connect_timeout_ms);
    if (c->o.stall_ms) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_PER_S);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(c->o.stall_ms + 999) / 1000);
    }
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->r.max_wire_bytes);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
    if (c->o.ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, c->o.ca_file);
    if (c->pinned)
        curl_easy_setopt(easy, CURLOPT_RESOLVE, c->pinned);
}

/* Asks the guard about t->url, and gives libcurl the URL and the time that is left. */
static bool set_hop(struct transfer *t, const char **why)
{
    const struct guard *guard = t->batch->client->o.guard;
    struct guard_verdict v = guard ? guard_url(guard, &t->url) : (struct guard_verdict){true, true, ""};
    if (!v.ok) {
        *why = v.reason;
        return false;
    }
    int64_t left = t->end_ms - clock_ms();
    t->host_allowed = v.host_allowed;
    t->refused = NULL;
    t->opened = false;
    t->header_count = t->header_bytes = 0;
    buf_reset(&t->body);
    curl_easy_setopt(t->easy, CURLOPT_URL, t->url.text.p);
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left < INT_MAX ? left : INT_MAX : 1));
    return true;
}

bool transfer_prepare(struct transfer *t, enum http_outcome *outcome, const char **why)
{
    *outcome = HTTP_BAD_URL;
    if (!url_parse(t->batch->arena, t->r.url, &t->url, why))
        return false;
    for (size_t i = 0; i < t->r.header_count; i++)
        if (!header_is_clean(&t->r.headers[i])) {
            *why = "a header holds characters that do not belong there";
            return false;
        }
    t->easy = curl_easy_init();
    if (!t->easy) {
        *outcome = HTTP_CONNECT;
        *why = "there is no memory for a request";
        return false;
    }
    set_options(t);
    set_method(t);
    set_headers(t, false);
    *outcome = HTTP_REFUSED_BY_GUARD;
    return set_hop(t, why);
}

static struct slice header_value(const struct http_header *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq_nocase(headers[i].name, slice_of(name)))
            return headers[i].value;
    return SLICE("");
}

struct slice http_header(const struct http_reply *r, const char *name)
{
    return header_value(r->headers, r->header_count, name);
}

bool http_date(struct slice text, int64_t *unix_s)
{
    char line[64];
    if (text.n == 0 || text.n >= sizeof line)
        return false;
    memcpy(line, text.p, text.n);
    line[text.n] = '\0';
    time_t at = curl_getdate(line, NULL);
    if (at < 0)
        return false;
    *unix_s = at;
    return true;
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void free_bytes(void *p)
{
    free(p);
}

void transfer_reply(struct transfer *t, enum http_outcome outcome, const char *why, struct http_reply *reply)
{
    struct arena *a = t->batch->arena;
    long status = 0;
    curl_off_t wire = 0, retry_s = 0, ready_us = 0;
    if (t->easy) {
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
        curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_s);
        curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    }
    bool whole = outcome == HTTP_OK || outcome == HTTP_STATUS || outcome == HTTP_REDIRECTS;
    *reply = (struct http_reply){.outcome = outcome,
                                 .reason = why ? why : http_outcome_sentence(outcome),
                                 .status = (int)status,
                                 .url = t->url.text.p ? t->url.text : t->r.url,
                                 .location = SLICE(""),
                                 .body = SLICE(""),
                                 .content_type = header_value(t->headers, t->header_count, "Content-Type"),
                                 .headers = t->headers,
                                 .header_count = t->header_count,
                                 .connected = ready_us > 0,
                                 .redirects = t->redirects,
                                 .took_ms = (unsigned)(clock_ms() - t->started_ms),
                                 .wire_bytes = (size_t)wire,
                                 .number = t->number,
                                 .ud = t->r.ud};
    if (trace_on(TRACE_HTTP)) /* without the query, which may hold a key */
        trace_say(TRACE_HTTP, "%s %.*s%.*s: status %ld, %lld bytes in %u ms (%s)", t->method, SLICE_ARGS(t->url.origin),
                  SLICE_ARGS(t->url.path), status, (long long)wire, reply->took_ms, reply->reason);
    if (retry_s > 0)
        reply->retry_after_ms = (unsigned)(retry_s < MAX_RETRY_S ? retry_s : MAX_RETRY_S) * 1000;
    size_t n;
    char *bytes = whole ? buf_take(&t->body, &n) : NULL;
    if (bytes) {
        arena_defer(a, free_bytes, bytes);
        reply->body = (struct slice){bytes, n};
    }
    struct url to;
    const char *ignored;
    struct slice location = header_value(t->headers, t->header_count, "Location");
    if (is_redirect(reply->status) && location.n && url_resolve(a, &t->url, location, &to, &ignored))
        reply->location = to.text;
}

static enum http_outcome outcome_of(const struct transfer *t, CURLcode code)
{
    if (t->too_large)
        return HTTP_TOO_LARGE;
    if (t->called_off)
        return HTTP_CANCELLED;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return HTTP_DNS;
    case CURLE_COULDNT_CONNECT:
        return t->refused && !t->opened ? HTTP_REFUSED_BY_GUARD : HTTP_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_TIMEOUT;
    case CURLE_FILESIZE_EXCEEDED:
        return HTTP_TOO_LARGE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
        return HTTP_TLS;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return HTTP_RESET;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return HTTP_CONNECT;
    default:
        return HTTP_BROKEN;
    }
}

/* True: the reply is a redirect, and the next hop is prepared. False: the exchange ends with *outcome. */
static bool transfer_follow(struct transfer *t, int status, enum http_outcome *outcome, const char **why)
{
    struct url to;
    struct slice location = header_value(t->headers, t->header_count, "Location");
    *outcome = HTTP_STATUS;
    *why = NULL;
    if (!is_redirect(status) || location.n == 0)
        return false;
    *outcome = HTTP_REDIRECTS;
    bool may = strcmp(t->method, "GET") == 0 || strcmp(t->method, "HEAD") == 0;
    if (!may || t->r.max_redirects < 0 || (int)t->redirects >= t->r.max_redirects) {
        if (!may || t->r.max_redirects < 0)
            *why = "the server answered with a redirect";
        return false;
    }
    *outcome = HTTP_REFUSED_BY_GUARD;
    if (!url_resolve(t->batch->arena, &t->url, location, &to, why))
        return false;
    bool other = !slice_eq(to.origin, t->url.origin);
    struct url from = t->url;
    t->url = to;
    if (!set_hop(t, why)) {
        t->url = from;
        return false;
    }
    if (other)
        set_headers(t, true);
    t->redirects++;
    return true;
}

/* A body that its Content-Encoding does not fit: the same again, as the bytes are. */
static bool transfer_ask_again(struct transfer *t, CURLcode code)
{
    const char *ignored;
    bool may = strcmp(t->method, "GET") == 0 && !t->r.on_piece;
    if (code != CURLE_BAD_CONTENT_ENCODING || !may || t->as_sent)
        return false;
    t->as_sent = true;
    curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, NULL);
    return set_hop(t, &ignored);
}

/* A connection that was open already: its address is asked of libcurl. */
static void transfer_audit_reused(const struct transfer *t)
{
    char *ip = NULL;
    long port = 0;
    if (t->opened || curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip) != CURLE_OK || !ip || !ip[0])
        return;
    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &port);
    audit_event("contact", "host=%s ip=%s port=%ld for=%s", log_bare(t->url.host).text, ip, port,
                t->batch->client->o.guard ? "page" : "service");
}

bool transfer_hop_done(struct transfer *t, CURLcode code, struct http_reply *reply)
{
    transfer_audit_reused(t);
    if (transfer_ask_again(t, code))
        return true;
    if (code != CURLE_OK) {
        enum http_outcome outcome = outcome_of(t, code);
        transfer_reply(t, outcome, outcome == HTTP_REFUSED_BY_GUARD ? t->refused : NULL, reply);
        return false;
    }
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    enum http_outcome outcome = HTTP_OK;
    const char *why = NULL;
    bool fine = status >= 200 && status < 300;
    for (size_t i = 0; status == 304 && i < t->r.header_count; i++)
        fine |= slice_eq_nocase(t->r.headers[i].name, SLICE("If-None-Match")) ||
                slice_eq_nocase(t->r.headers[i].name, SLICE("If-Modified-Since"));
    if (!fine && transfer_follow(t, (int)status, &outcome, &why))
        return true;
    if (!http_unpack(&t->body, header_value(t->headers, t->header_count, "Content-Type")))
        outcome = HTTP_TOO_LARGE;
    transfer_reply(t, outcome, why, reply);
    return false;
}

void transfer_release(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->lines);
    buf_release(&t->body);
    t->easy = NULL;
    t->lines = NULL;
}
