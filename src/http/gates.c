/* gates.c - see gates.h for the contract.
 *
 * The checks run from the cheapest and most general on: framing, name and origin, path and method, stopping, size, key,
 * rate, content type, daily quota. Framing is first because libmicrohttpd accepts the requests that smuggling needs:
 * two lengths, a length beside a transfer coding, an unknown coding. After such a request nobody can say where the next
 * one starts, so request.c closes the connection (`body_unread`). Nothing here waits, except for the lock of the state.
 */
#include "http/gates.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/reserve.h"
#include "http/exchange_inner.h"
#include "http/origin.h"
#include "http/routes.h"
#include "http/server_inner.h"

static struct slice find_header(const struct exchange *x, const char *name, size_t *count)
{
    struct slice value = SLICE("");
    *count = 0;
    for (size_t i = 0; i < x->header_count; i++)
        if (slice_eq_nocase(x->headers[i].name, slice_of(name)) && (*count)++ == 0)
            value = x->headers[i].value;
    return value;
}

/* Names are tokens (RFC 9110, 5.6.2), and values have no control characters but tabs and DEL, which ends nothing. What
 * stands there otherwise, white space before a colon or a bare carriage return, is read differently by a proxy. */
static bool head_is_sound(const struct exchange *x)
{
    bool sound = !x->head_broken;
    for (size_t i = 0; sound && i < x->header_count; i++) {
        struct slice name = x->headers[i].name, value = x->headers[i].value;
        sound = name.n > 0;
        for (size_t k = 0; sound && k < name.n; k++)
            sound = ascii_is_digit(name.p[k]) || ascii_is_letter(name.p[k]) || char_in(name.p[k], "!#$%&'*+-.^_`|~");
        for (size_t k = 0; sound && k < value.n; k++)
            sound = (unsigned char)value.p[k] >= ' ' || value.p[k] == '\t';
    }
    return sound;
}

static bool framing_is_sound(struct exchange *x, struct err *e)
{
    size_t lengths, codings, hosts;
    find_header(x, "Content-Length", &lengths);
    struct slice coding = find_header(x, "Transfer-Encoding", &codings);
    find_header(x, "Host", &hosts);
    x->body_unread = true; /* until the framing is known to be sound */
    if (!head_is_sound(x))
        return err_set(e, ERR_BAD_REQUEST,
                       "A header is malformed: its name is no token, or its value has control characters.");
    if (lengths > 1)
        return err_set(e, ERR_BAD_REQUEST, "The request has more than one Content-Length.");
    if (lengths && codings)
        return err_set(e, ERR_BAD_REQUEST, "The request has both Content-Length and Transfer-Encoding.");
    if (codings && (codings > 1 || !slice_eq_nocase(coding, SLICE("chunked"))))
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

/* Bearer first. Another scheme, such as a proxy's own Basic, does not hide an x-api-key. */
static struct slice offered_key(const struct exchange *x)
{
    struct slice authorization = slice_trim(exchange_header(x, "Authorization"));
    struct slice scheme = SLICE("Bearer ");
    if (authorization.n > scheme.n && slice_eq_nocase(slice_sub(authorization, 0, scheme.n), scheme))
        return slice_trim(slice_sub(authorization, scheme.n, authorization.n - scheme.n));
    return slice_trim(exchange_header(x, "x-api-key"));
}

/* After a refused key: always false. An address that goes on like that is told to wait; a valid key still passes. */
static bool stranger_may_try(struct exchange *x, struct err *e)
{
    struct slice text = {(const char *)x->address.bytes, sizeof x->address.bytes};
    struct limits_left left;
    if (err_status(e->code) != 401 ||
        limits_take(x->server->strangers, (int64_t)slice_hash(text) + 1, clock_ms(), &left))
        return false;
    err_set(e, ERR_RATE_LIMIT, "Too many requests without a valid key. Try again in %u ms.", left.retry_ms);
    e->retry_after_ms = left.retry_ms;
    return false;
}

static bool key_is_valid(struct exchange *x, struct err *e)
{
    if (!x->route->needs_key || x->server->options.no_auth)
        return true;
    struct slice key = offered_key(x);
    if (key.n)
        x->has_key = state_key_check(x->server->options.state, key, x->started_unix, x->arena, &x->key, e);
    else
        err_set(e, ERR_NO_KEY, NULL);
    return x->has_key || stranger_may_try(x, e);
}

static bool rate_fits(struct exchange *x, struct err *e)
{
    struct limits *limits = x->server->options.limits;
    if (!x->has_key || !limits)
        return true;
    int64_t own = x->key.scope.rate_per_minute;
    bool taken = own == KEY_AS_SET ? limits_take(limits, x->key.id, clock_ms(), &x->left)
                                   : limits_take_at(limits, x->key.id, (unsigned)own, clock_ms(), &x->left);
    if (taken)
        return true;
    err_set(e, ERR_RATE_LIMIT, "This API key may make %u requests a minute. Try again in %u ms.", x->left.limit,
            x->left.retry_ms);
    e->retry_after_ms = x->left.retry_ms;
    return false;
}

/* The last gate: what is refused elsewhere is no question. */
static bool quota_fits(struct exchange *x, struct err *e)
{
    struct usage *usage = x->server->options.usage;
    int64_t quota = x->has_key ? x->key.scope.daily_quota : 0, until_unix = 0;
    if (!usage || !x->route->cost)
        return true;
    x->counted = usage_take(usage, exchange_owner(x), quota, x->started_unix, &until_unix);
    if (x->counted)
        return true;
    err_set(e, ERR_QUOTA,
            "This API key may ask %lld questions a day, and has for today. It can ask again from midnight UTC on.",
            (long long)quota);
    e->retry_after_ms = (unsigned)(until_unix - x->started_unix) * 1000;
    return false;
}

static bool content_type_fits(struct exchange *x, struct err *e)
{
    struct slice type = exchange_header(x, "Content-Type"), coding = slice_trim(exchange_header(x, "Content-Encoding"));
    if (!slice_is(x->method, "POST"))
        return true;
    x->packed = unpack_knows(coding);
    if (coding.n && !x->packed && !slice_eq_nocase(coding, SLICE("identity")))
        return err_set(e, ERR_MEDIA_TYPE, "A body may be packed with gzip only; send Content-Encoding: gzip or none.");
    type.n = slice_find(type, SLICE(";"));
    type = slice_trim(type);
    size_t suffix = sizeof "+json" - 1;
    bool is_json = slice_eq_nocase(type, SLICE("application/json")) ||
                   (type.n > suffix && slice_eq_nocase(slice_sub(type, type.n - suffix, suffix), SLICE("+json")));
    /* With a key no content type is fine: hand-written clients forget it, and parsing shows whether the body is JSON.
     * Without keys it is what a browser sends for a web page without asking whether it may. */
    if (is_json || (type.n == 0 && !x->server->options.no_auth))
        return true;
    if (type.n == 0)
        return err_set(e, ERR_MEDIA_TYPE, "Send the header 'Content-Type: application/json'.");
    return err_set(e, ERR_MEDIA_TYPE, "The body was sent as %.*s. Send the header 'Content-Type: application/json'.",
                   (int)(type.n < 100 ? type.n : 100), type.p);
}

bool gates_pass(struct exchange *x, struct err *e)
{
    if (!framing_is_sound(x, e) || !origin_may_ask(x, e))
        return false;
    if (!routes_find(x, e) || x->preflight)
        return x->preflight;
    /* MCP wants every foreign Origin refused (2026-07-28, Streamable HTTP, security). */
    if (x->route->errors == API_ERROR_MCP && !origin_may_call(x, e))
        return false;
    if (admission_is_closed(&x->server->admission)) {
        err_set(e, ERR_STOPPING, NULL);
        return false;
    }
    if (!x->route->direct && reserve_is_short()) {
        err_set(e, ERR_NO_MEMORY, NULL);
        return false;
    }
    return size_fits(x, e) && key_is_valid(x, e) && rate_fits(x, e) && content_type_fits(x, e) &&
           repeat_key_fits(x, e) && quota_fits(x, e);
}
