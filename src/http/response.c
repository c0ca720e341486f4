/* response.c - see response.h for the contract.
 *
 * One function names the headers. They go into libmicrohttpd's responses, or into the same reply as plain text for
 * requests that were cut in mid-body for slowness or size, for which libmicrohttpd accepts no response. */
#include "http/response.h"

#include "api/errors.h"
#include "base/clock.h"
#include "http/exchange_inner.h"
#include "http/server.h"
#include "http/origin.h"

enum { RETRY_WHEN_BUSY_MS = 1000, PREFLIGHT_MAX_AGE_S = 86400, ECHO_BYTES = 2048 };

static void add_number(add_header *add, void *to, const char *name, uint64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    add(to, name, text);
}

/* As OpenAI writes durations: "200ms", "12s", "1m30s". */
static void add_duration(add_header *add, void *to, const char *name, unsigned ms)
{
    char text[32];
    unsigned s = ms / 1000 + (ms % 1000 != 0);
    if (ms < 1000)
        snprintf(text, sizeof text, "%ums", ms);
    else if (s < 60)
        snprintf(text, sizeof text, "%us", s);
    else
        snprintf(text, sizeof text, "%um%us", s / 60, s % 60);
    add(to, name, text);
}

static void add_error_headers(const struct exchange *x, const struct err *e, add_header *add, void *to)
{
    unsigned retry_ms = e->retry_after_ms;
    bool again =
        e->code == ERR_BUSY || e->code == ERR_STOPPING || e->code == ERR_RATE_LIMIT || e->code == ERR_NO_MEMORY;
    if (again && retry_ms == 0)
        retry_ms = RETRY_WHEN_BUSY_MS;
    if (retry_ms) {
        add_number(add, to, "Retry-After", retry_ms / 1000 + (retry_ms % 1000 != 0));
        add_number(add, to, "retry-after-ms", retry_ms);
        add(to, "x-should-retry",
            e->code == ERR_QUOTA ? "false" : "true"); /* hours are too long for a client's patience */
    }
    if (err_status(e->code) == 401)
        add(to, "WWW-Authenticate", "Bearer");
    if (e->code == ERR_METHOD && x->allow)
        add(to, "Allow", x->allow);
}

void response_headers(const struct exchange *x, const struct err *e, add_header *add, void *to)
{
    add(to, "x-request-id", x->request_id);
    add_number(add, to, "openai-processing-ms", (uint64_t)(clock_us() - x->started_us) / 1000);
    struct slice origin = origin_allowed(x);
    if (origin.n) {
        add(to, "Access-Control-Allow-Origin", arena_dup(x->arena, origin).p);
        add(to, "Access-Control-Expose-Headers",
            "x-request-id, openai-processing-ms, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, "
            "x-ratelimit-reset-requests, retry-after, retry-after-ms, x-should-retry");
    }
    if (!slice_is(origin, "*"))
        add(to, "Vary", "Origin");
    add(to, "X-Content-Type-Options", "nosniff");
    if (x->repeat.replayed)
        add(to, "Idempotent-Replayed", "true");
    if (x->left.limit > 0) {
        add_number(add, to, "x-ratelimit-limit-requests", x->left.limit);
        add_number(add, to, "x-ratelimit-remaining-requests", x->left.remaining);
        add_duration(add, to, "x-ratelimit-reset-requests", x->left.reset_ms);
    }
    if (e)
        add_error_headers(x, e, add, to);
    /* The body was not read to its end, so nobody knows where the next request starts. */
    if (x->body_unread)
        add(to, "Connection", "close");
}

void response_add(void *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

struct MHD_Response *response_of_bytes(const struct exchange *x, const char *content_type, struct slice body)
{
    /* libmicrohttpd copies; the cast only drops const for its prototype. */
    struct MHD_Response *r = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return NULL;
    response_add(r, "Content-Type", content_type);
    response_add(r, "Cache-Control", "no-store");
    response_headers(x, NULL, response_add, r);
    return r;
}

struct MHD_Response *response_of_error(const struct exchange *x, const struct err *e, size_t *body_bytes)
{
    struct buf body;
    buf_init(&body, ERROR_BODY_BYTES);
    api_error_print(e, x->route ? x->route->errors : API_ERROR_CHAT, x->request_id, &body);
    struct MHD_Response *r = MHD_create_response_from_buffer(body.n, body.p, MHD_RESPMEM_MUST_COPY);
    *body_bytes = body.n;
    buf_release(&body);
    if (!r)
        return NULL;
    response_add(r, "Content-Type", "application/json");
    response_add(r, "Cache-Control", "no-store");
    response_headers(x, e, response_add, r);
    return r;
}

struct MHD_Response *response_of_preflight(const struct exchange *x)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return NULL;
    struct slice wanted = exchange_header(x, "Access-Control-Request-Headers");
    response_headers(x, NULL, response_add, r);
    response_add(r, "Allow", x->allow);
    if (origin_allowed(x).n == 0)
        return r;
    response_add(r, "Access-Control-Allow-Methods", x->allow);
    /* Echoed, because SDKs send a dozen x-stainless-* headers and "*" would not cover Authorization. */
    response_add(r, "Access-Control-Allow-Headers",
                 wanted.n && wanted.n <= ECHO_BYTES ? wanted.p
                                                    : "Authorization, Content-Type, x-api-key, x-request-id");
    response_add(r, "Vary", "Access-Control-Request-Headers");
    char age[12];
    snprintf(age, sizeof age, "%d", PREFLIGHT_MAX_AGE_S);
    response_add(r, "Access-Control-Max-Age", age);
    return r;
}

static void print_header(void *to, const char *name, const char *value)
{
    buf_printf(to, "%s: %s\r\n", name, value);
}

void response_print_error(const struct exchange *x, const struct err *e, struct buf *out)
{
    struct buf body;
    buf_init(&body, ERROR_BODY_BYTES);
    api_error_print(e, x->route ? x->route->errors : API_ERROR_CHAT, x->request_id, &body);
    int status = err_status(e->code);
    buf_printf(out, "HTTP/1.1 %d %s\r\n", status, MHD_get_reason_phrase_for((unsigned)status));
    print_header(out, "Content-Type", "application/json");
    print_header(out, "Cache-Control", "no-store");
    response_headers(x, e, print_header, out);
    if (!x->body_unread)
        print_header(out, "Connection", "close");
    buf_printf(out, "Content-Length: %zu\r\n\r\n", body.n);
    if (!slice_is(x->method, "HEAD"))
        buf_add(out, buf_slice(&body));
    buf_release(&body);
}
