#include "http/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "http/exchange_inner.h"

enum { HOPS_MOST = 32 }; /* entries that are looked at */

/* "192.0.2.1", "2001:db8::1". */
static bool proxy_address(struct slice text, struct watch_address *out)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.n == 0 || text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    memcpy(out->bytes, watch_v4_prefix, WATCH_V4_AT);
    return inet_pton(AF_INET, copy, out->bytes + WATCH_V4_AT) == 1 || inet_pton(AF_INET6, copy, out->bytes) == 1;
}

static bool read_net(struct slice text, struct proxy_net *net)
{
    size_t slash = slice_find(text, SLICE("/"));
    if (!proxy_address(slice_sub(text, 0, slash), &net->address))
        return false;
    bool v4 = watch_address_is_v4(&net->address);
    unsigned most = v4 ? 32 : 128, bits = 0;
    net->bits = 128;
    if (slash == text.n)
        return true;
    for (size_t i = slash + 1; i < text.n; i++) {
        if (!ascii_is_digit(text.p[i]) || bits > most)
            return false;
        bits = bits * 10 + (unsigned)(text.p[i] - '0');
    }
    net->bits = bits + (v4 ? WATCH_V4_AT * 8 : 0);
    return slash + 1 < text.n && bits <= most;
}

bool proxies_read(struct proxies *p, const char *list, const char *header, struct err *e)
{
    *p = (struct proxies){.forwarded = slice_eq_nocase(slice_of(header), SLICE("Forwarded"))};
    if (!p->forwarded && !slice_eq_nocase(slice_of(header), SLICE("X-Forwarded-For")))
        return err_set(e, ERR_USAGE, "proxy_header must be X-Forwarded-For or Forwarded, not '%s'.", header);
    for (struct slice rest = slice_of(list); rest.n;) {
        size_t comma = slice_find(rest, SLICE(","));
        struct slice entry = slice_trim(slice_sub(rest, 0, comma));
        rest = comma < rest.n ? slice_sub(rest, comma + 1, rest.n - comma - 1) : SLICE("");
        if (entry.n == 0)
            continue;
        if (p->n == PROXIES_MOST)
            return err_set(e, ERR_USAGE, "trusted_proxies can have %d entries at most.", PROXIES_MOST);
        if (!read_net(entry, &p->nets[p->n++]))
            return err_set(e, ERR_USAGE,
                           "trusted_proxies: '%.*s' is no address or network such as 192.0.2.7 or 10.0.0.0/8.",
                           (int)(entry.n < 100 ? entry.n : 100), entry.p);
    }
    return true;
}

static bool proxy_trusts(const struct proxies *p, const struct watch_address *a)
{
    for (size_t i = 0; i < p->n; i++) {
        unsigned bits = p->nets[i].bits, bytes = bits / 8, rest = bits % 8;
        unsigned char mask = (unsigned char)(0xff00 >> rest);
        if (memcmp(a->bytes, p->nets[i].address.bytes, bytes) == 0 &&
            (rest == 0 || ((a->bytes[bytes] ^ p->nets[i].address.bytes[bytes]) & mask) == 0))
            return true;
    }
    return false;
}

/* The value of "for" in an element of Forwarded: for="[2001:db8::1]:80";proto=https */
static struct slice proxy_for(struct slice element)
{
    for (struct slice rest = element; rest.n;) {
        size_t semicolon = slice_find(rest, SLICE(";"));
        struct slice pair = slice_trim(slice_sub(rest, 0, semicolon));
        rest = semicolon < rest.n ? slice_sub(rest, semicolon + 1, rest.n - semicolon - 1) : SLICE("");
        if (pair.n > 4 && slice_eq_nocase(slice_sub(pair, 0, 4), SLICE("for=")))
            return slice_sub(pair, 4, pair.n - 4);
    }
    return SLICE("");
}

/* An address with or without a port, brackets and quotation marks. */
static bool proxy_node(struct slice text, struct watch_address *out)
{
    text = slice_trim(text);
    if (text.n > 1 && text.p[0] == '"' && text.p[text.n - 1] == '"')
        text = slice_sub(text, 1, text.n - 2);
    if (text.n > 1 && text.p[0] == '[')
        return proxy_address(slice_sub(text, 1, slice_find(text, SLICE("]")) - 1), out);
    size_t colon = slice_find(text, SLICE(":"));
    bool one =
        colon < text.n && slice_find(slice_sub(text, colon + 1, text.n - colon - 1), SLICE(":")) == text.n - colon - 1;
    return proxy_address(one ? slice_sub(text, 0, colon) : text, out);
}

/* Takes the last element off a list. */
static struct slice proxy_last(struct slice *list)
{
    size_t at = list->n;
    while (at > 0 && list->p[at - 1] != ',')
        at--;
    struct slice last = slice_sub(*list, at, list->n - at);
    list->n = at ? at - 1 : 0;
    return last;
}

struct watch_address proxies_client(const struct proxies *p, const struct exchange *x, struct watch_address from)
{
    struct slice name = p->forwarded ? SLICE("Forwarded") : SLICE("X-Forwarded-For");
    int hops = 0;
    if (!proxy_trusts(p, &from))
        return from;
    for (size_t i = x->header_count; i-- > 0;) {
        if (!slice_eq_nocase(x->headers[i].name, name))
            continue;
        for (struct slice list = x->headers[i].value; list.n;) {
            struct slice node = proxy_last(&list);
            struct watch_address next;
            /* An entry that is no address, "unknown" or a made-up name, hides whoever stands behind it. */
            if (hops++ == HOPS_MOST || !proxy_node(p->forwarded ? proxy_for(node) : node, &next))
                return from;
            from = next;
            if (!proxy_trusts(p, &from))
                return from;
        }
    }
    return from;
}
