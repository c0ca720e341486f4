/* gates.c - what is refused as soon as the headers are there, cheapest and most general first: broken framing, path and
 * method, stopping, size, key, rate, content type.
 *
 * Framing comes first because libmicrohttpd lets through what request smuggling is made of: two lengths, a length
 * beside a transfer coding, a coding it does not know. After such a request nobody can say where the next one starts,
 * so the connection is closed (request.c sees to it: `body_unread`). HTTP threads; nothing here waits except for the
 * state's own lock. */
#include "http/request.h"

#include "base/clock.h"

static struct slice find_header(const struct exchange *x, const char *name, size_t *count)
{
    struct slice value = SLICE("");
    *count = 0;
    for (size_t i = 0; i < x->header_count; i++)
        if (slice_eq_nocase(x->headers[i].name, slice_of(name)) && (*count)++ == 0)
            value = x->headers[i].value;
    return value;
}

static bool framing_is_sound(struct exchange *x, struct err *e)
{
    size_t lengths, codings, hosts;
    find_header(x, "Content-Length", &lengths);
    struct slice coding = find_header(x, "Transfer-Encoding", &codings);
    find_header(x, "Host", &hosts);
    x->body_unread = true; /* until the framing is known to be sound */
    if (lengths > 1)
        return err_set(e, ERR_BAD_REQUEST, "The request has more than one Content-Length.");
    if (lengths && codings)
        return err_set(e, ERR_BAD_REQUEST, "The request has both Content-Length and Transfer-Encoding.");
    if (codings && (codings > 1 || !slice_eq_nocase(slice_trim(coding), SLICE("chunked"))))
        return err_set(e, ERR_NOT_IMPLEMENTED, "The only transfer coding that is supported is chunked.");
    if (hosts > 1 || (hosts == 0 && x->http_1_1))
        return err_set(e, ERR_BAD_REQUEST, "The request must have one Host header.");
    x->body_unread = false;
    return true;
}

static bool size_fits(struct exchange *x, struct err *e)
{
    size_t max = x->server->options.max_body_bytes;
    struct slice length = exchange_header(x, "Content-Length");
    if (length.n == 0 || strtoull(length.p, NULL, 10) <= max)
        return true;
    return err_set(e, ERR_TOO_LARGE, "The request body has %.*s bytes; at most %zu are read.",
                   (int)(length.n < 20 ? length.n : 20), length.p, max);
}

/* Bearer first; another scheme (a proxy's own Basic, say) does not hide an x-api-key. */
static struct slice offered_key(const struct exchange *x)
{
    struct slice authorization = slice_trim(exchange_header(x, "Authorization"));
    struct slice scheme = SLICE("Bearer ");
    if (authorization.n > scheme.n && slice_eq_nocase(slice_sub(authorization, 0, scheme.n), scheme))
        return slice_trim(slice_sub(authorization, scheme.n, authorization.n - scheme.n));
    return slice_trim(exchange_header(x, "x-api-key"));
}

static bool key_is_valid(struct exchange *x, struct err *e)
{
    if (!x->route->needs_key || x->server->options.no_auth)
        return true;
    struct slice key = offered_key(x);
    if (key.n == 0)
        return err_set(e, ERR_NO_KEY, NULL);
    x->has_key = state_key_check(x->server->options.state, key, &x->key, e);
    return x->has_key;
}

static bool rate_fits(struct exchange *x, struct err *e)
{
    struct limits *limits = x->server->options.limits;
    if (!x->has_key || !limits)
        return true;
    bool taken = limits_take(limits, x->key.id, clock_ms(), &x->left);
    if (taken)
        return true;
    err_set(e, ERR_RATE_LIMIT, "This API key may make %u requests a minute. Try again in %u ms.", x->left.limit,
            x->left.retry_ms);
    e->retry_after_ms = x->left.retry_ms;
    return false;
}

static bool content_type_fits(const struct exchange *x, struct err *e)
{
    struct slice type = exchange_header(x, "Content-Type"), coding = slice_trim(exchange_header(x, "Content-Encoding"));
    if (!slice_is(x->method, "POST"))
        return true;
    if (coding.n && !slice_eq_nocase(coding, SLICE("identity")))
        return err_set(e, ERR_MEDIA_TYPE, "A compressed request body is not supported; leave Content-Encoding out.");
    type.n = slice_find(type, SLICE(";"));
    type = slice_trim(type);
    size_t suffix = sizeof "+json" - 1;
    bool is_json = slice_eq_nocase(type, SLICE("application/json")) ||
                   (type.n > suffix && slice_eq_nocase(slice_sub(type, type.n - suffix, suffix), SLICE("+json")));
    /* None at all is let through: hand-written clients forget it, and the body will show what it is. */
    if (is_json || type.n == 0)
        return true;
    return err_set(e, ERR_MEDIA_TYPE, "The body was sent as %.*s. Send the header 'Content-Type: application/json'.",
                   (int)(type.n < 100 ? type.n : 100), type.p);
}

bool gates_pass(struct exchange *x, struct err *e)
{
    if (!framing_is_sound(x, e) || !routes_find(x, e) || x->preflight)
        return x->preflight;
    if (server_stopping(x->server)) {
        err_set(e, ERR_STOPPING, NULL);
        return false;
    }
    return size_fits(x, e) && key_is_valid(x, e) && rate_fits(x, e) && content_type_fits(x, e);
}
