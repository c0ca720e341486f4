/* url.c - see url.h for the contract.
 *
 * First a URL is checked for everything that parsers disagree about. Then its host is brought to ASCII (UTS #46, by
 * ICU) and its percent-encoding is normalised; this comes early, since "%2e%2e" is a dot segment too. libcurl's parser
 * then splits it, reads the old number forms of IPv4 and removes dot segments. Last, the parts are joined. libcurl
 * later gets this text, so it cannot read it in another way than the guard did.
 *
 * guard.c decides which addresses may be contacted; url_canonical.c makes one form of many addresses. */
#include "net/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <unicode/uidna.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "net/url_inner.h"

enum { MAX_HOST = 253, MAX_LABEL = 63 };

static bool is_alpha(char c)
{
    return ascii_is_letter(c);
}

static bool url_unreserved(char c)
{
    return is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

struct slice url_percent_normal(struct arena *a, struct slice s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, 3 * s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        int high = i + 2 < s.n ? ascii_hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? ascii_hex(s.p[i + 2]) : -1;
        bool escaped = c == '%' && high >= 0 && low >= 0;
        if (escaped) {
            c = (char)(high * 16 + low);
            i += 2;
        }
        bool keep = escaped ? url_unreserved(c) : c > ' ' && c < 0x7f && !strchr("%\"<>^`{|}\\", c);
        if (keep) {
            out[n++] = c;
        } else {
            out[n++] = '%';
            out[n++] = digits[(unsigned char)c >> 4];
            out[n++] = digits[(unsigned char)c & 15];
        }
    }
    return (struct slice){out, n};
}

/* Length of "scheme" when s begins with "scheme:", else 0. */
static size_t scheme_length(struct slice s)
{
    size_t n = 0;
    while (n < s.n && (is_alpha(s.p[n]) || (n > 0 && (ascii_is_digit(s.p[n]) || char_in(s.p[n], "+-.")))))
        n++;
    return n < s.n && s.p[n] == ':' ? n : 0;
}

static size_t find_any(struct slice s, const char *set)
{
    for (size_t i = 0; i < s.n; i++)
        if (char_in(s.p[i], set))
            return i;
    return s.n;
}

static bool url_refuse(const char **why, const char *sentence)
{
    *why = sentence;
    return false;
}

/* The pieces of the text, not checked yet. */
struct rough {
    bool https;
    struct slice host, port, rest; /* rest: path and query; port: with its colon, or empty */
};

static bool url_split(struct slice text, struct rough *out, const char **why)
{
    if (text.n == 0)
        return url_refuse(why, "the URL is empty");
    if (text.n > URL_MAX_BYTES)
        return url_refuse(why, "the URL is too long");
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
            return url_refuse(why, "the URL holds a space or a control character");
        if (text.p[i] == '\\')
            return url_refuse(why, "the URL holds a backslash");
    }
    size_t scheme = scheme_length(text);
    if (scheme == 0)
        return url_refuse(why, "the URL has no scheme; it must begin with http:// or https://");
    struct slice name = slice_sub(text, 0, scheme);
    out->https = slice_eq_nocase(name, SLICE("https"));
    if (!out->https && !slice_eq_nocase(name, SLICE("http")))
        return url_refuse(why, "only http and https URLs can be read");
    struct slice rest = slice_sub(text, scheme + 1, text.n - scheme - 1);
    if (!slice_starts(rest, SLICE("//")))
        return url_refuse(why, "the URL lacks // after its scheme");
    rest = slice_sub(rest, 2, rest.n - 2);
    size_t end = find_any(rest, "/?#");
    struct slice authority = slice_sub(rest, 0, end);
    rest = slice_sub(rest, end, rest.n - end);
    out->rest = slice_sub(rest, 0, slice_find(rest, SLICE("#")));
    if (find_any(authority, "@") < authority.n)
        return url_refuse(why, "the URL holds a user name or password");
    if (find_any(authority, "%") < authority.n)
        return url_refuse(why, "the host is percent-encoded or has a zone");
    size_t host = authority.n > 0 && authority.p[0] == '[' ? slice_find(authority, SLICE("]")) + 1
                                                           : slice_find(authority, SLICE(":"));
    if (host == 0 || host > authority.n)
        return url_refuse(why, "the URL has no valid host");
    out->host = slice_sub(authority, 0, host);
    out->port = slice_sub(authority, host, authority.n - host);
    return true;
}

static bool is_host_char(char c)
{
    return c == '.' || c == '-' || c == '_' || is_alpha(c) || ascii_is_digit(c);
}

/* Other scripts to xn--, full-width digits to digits, and so on. ASCII passes as it is. */
static bool host_to_ascii(struct arena *a, struct slice *host)
{
    size_t i = 0;
    while (i < host->n && (unsigned char)host->p[i] < 0x80)
        i++;
    if (i == host->n)
        return true;
    UErrorCode status = U_ZERO_ERROR;
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ, &status);
    if (U_FAILURE(status))
        return false;
    UIDNAInfo found = UIDNA_INFO_INITIALIZER;
    char *out = arena_alloc(a, MAX_HOST + 2);
    int32_t n = uidna_nameToASCII_UTF8(idna, host->p, (int32_t)host->n, out, MAX_HOST + 1, &found, &status);
    uidna_close(idna);
    *host = (struct slice){out, (size_t)n};
    if (U_FAILURE(status) || found.errors != 0 || n <= 0 || n > MAX_HOST)
        return false;
    for (int32_t k = 0; k < n; k++) /* full-width ？ and ／ have become what ends a host */
        if (!is_host_char(out[k]))
            return false;
    return true;
}

static bool name_is_valid(struct slice name)
{
    if (name.n == 0 || name.n > MAX_HOST)
        return false;
    size_t label = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c == '.' && label == 0)
            return false;
        label = c == '.' ? 0 : label + 1;
        if (label > MAX_LABEL || !is_host_char(c))
            return false;
    }
    return label > 0;
}

/* A name whose last label is a number is a broken IPv4 address; each resolver reads it in another way. */
static bool ends_in_number(struct slice name)
{
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '.')
        at--;
    struct slice last = slice_sub(name, at, name.n - at);
    bool hex = last.n >= 2 && last.p[0] == '0' && (last.p[1] | 0x20) == 'x';
    for (size_t i = hex ? 2 : 0; i < last.n; i++)
        if (hex ? ascii_hex(last.p[i]) < 0 : !ascii_is_digit(last.p[i]))
            return false;
    return last.n > 0;
}

static bool read_host(struct arena *a, struct slice host, struct url *u, const char **why)
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    if (host.n > 2 && host.p[0] == '[') {
        struct slice inner = arena_dup(a, slice_sub(host, 1, host.n - 2));
        if (inet_pton(AF_INET6, inner.p, bytes) != 1 || !inet_ntop(AF_INET6, bytes, text, sizeof text))
            return url_refuse(why, "the host is not a valid IPv6 address");
        u->kind = URL_IPV6;
        u->host = arena_dup(a, slice_of(text));
        return true;
    }
    char *lower = arena_alloc(a, host.n + 1);
    for (size_t i = 0; i < host.n; i++)
        lower[i] = (char)(ascii_is_upper(host.p[i]) ? host.p[i] | 0x20 : host.p[i]);
    u->host = (struct slice){lower, host.n};
    u->kind = inet_pton(AF_INET, lower, bytes) == 1 ? URL_IPV4 : URL_NAME;
    if (u->kind == URL_NAME && ends_in_number(u->host))
        return url_refuse(why, "the host is a number but no valid IPv4 address");
    if (u->kind == URL_NAME && !name_is_valid(u->host))
        return url_refuse(why, "the host is not a valid name");
    return true;
}

static struct slice take_component(struct arena *a, CURLU *handle, CURLUPart component, unsigned flags)
{
    char *text = NULL;
    if (curl_url_get(handle, component, &text, flags) != CURLUE_OK)
        return arena_dup(a, SLICE(""));
    struct slice s = arena_dup(a, slice_of(text));
    curl_free(text);
    return s;
}

static bool read_parts(struct arena *a, const char *text, struct url *u, const char **why)
{
    CURLU *handle = curl_url();
    if (!handle)
        return url_refuse(why, "there is no memory for a URL");
    bool ok = curl_url_set(handle, CURLUPART_URL, text, CURLU_DISALLOW_USER) == CURLUE_OK;
    if (ok) {
        struct slice port = take_component(a, handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
        u->port = (unsigned)strtoul(port.p, NULL, 10);
        u->path = take_component(a, handle, CURLUPART_PATH, 0);
        u->query = take_component(a, handle, CURLUPART_QUERY, 0);
        ok = read_host(a, take_component(a, handle, CURLUPART_HOST, 0), u, why);
    } else {
        *why = "the URL has an invalid host or port";
    }
    curl_url_cleanup(handle);
    if (ok && (u->port < 1 || u->port > 65535))
        return url_refuse(why, "the port is not from 1 to 65535");
    return ok;
}

static void put_together(struct arena *a, struct url *u)
{
    bool ipv6 = u->kind == URL_IPV6;
    struct slice port = u->port == (u->https ? 443u : 80u) ? SLICE("") : arena_printf(a, ":%u", u->port);
    u->origin = ARENA_JOIN(a, u->https ? SLICE("https://") : SLICE("http://"), ipv6 ? SLICE("[") : SLICE(""), u->host,
                           ipv6 ? SLICE("]") : SLICE(""), port);
    u->text = ARENA_JOIN(a, u->origin, u->path, u->query.n ? SLICE("?") : SLICE(""), u->query);
}

bool url_parse(struct arena *a, struct slice text, struct url *out, const char **why)
{
    struct rough rough = {0};
    if (!url_split(slice_trim(text), &rough, why))
        return false;
    if (!host_to_ascii(a, &rough.host))
        return url_refuse(why, "the host is not a valid name");
    /* "example.org." and "127.0.0.1." are the same places without the dot. */
    if (rough.host.n > 1 && rough.host.p[rough.host.n - 1] == '.')
        rough.host.n--;
    for (size_t i = 0; i < rough.port.n; i++)
        if (i == 0 ? rough.port.p[i] != ':' : !ascii_is_digit(rough.port.p[i]))
            return url_refuse(why, "the port is not a number");
    if (rough.port.n == 1)
        rough.port.n = 0; /* "http://example.org:/" */
    struct slice rest = url_percent_normal(a, rough.rest);
    struct slice clean = ARENA_JOIN(a, rough.https ? SLICE("https://") : SLICE("http://"), rough.host, rough.port,
                                    rest.n > 0 && rest.p[0] == '?' ? SLICE("/") : SLICE(""), rest);
    struct url u = {.https = rough.https};
    if (!read_parts(a, clean.p, &u, why))
        return false;
    put_together(a, &u);
    if (u.text.n > URL_MAX_BYTES)
        return url_refuse(why, "the URL is too long");
    *out = u;
    return true;
}

/* As browsers read an attribute: line breaks and tabs are dropped, spaces count. */
static struct slice tidy_reference(struct arena *a, struct slice s)
{
    s = slice_trim(s);
    s.n = slice_find(s, SLICE("#"));
    struct buf b;
    buf_init(&b, 3 * (size_t)URL_MAX_BYTES);
    for (size_t i = 0; i < s.n && !b.over; i++) {
        if (s.p[i] == ' ')
            buf_add(&b, SLICE("%20"));
        else if (!char_in(s.p[i], "\t\r\n"))
            buf_add_char(&b, s.p[i]);
    }
    struct slice tidy = arena_dup(a, buf_slice(&b));
    buf_release(&b);
    return tidy;
}

bool url_resolve(struct arena *a, const struct url *base, struct slice reference, struct url *out, const char **why)
{
    if (reference.n > URL_MAX_BYTES)
        return url_refuse(why, "the URL is too long");
    struct slice r = tidy_reference(a, reference);
    if (scheme_length(r) > 0)
        return url_parse(a, r, out, why);
    if (slice_starts(r, SLICE("//")))
        return url_parse(a, arena_printf(a, "%s:%.*s", base->https ? "https" : "http", SLICE_ARGS(r)), out, why);
    struct slice front = r.n == 0 ? base->text : base->origin, folder = {"", 0};
    if (r.n > 0 && r.p[0] == '?')
        folder = base->path;
    else if (r.n > 0 && r.p[0] != '/')
        for (folder = base->path; folder.n > 0 && folder.p[folder.n - 1] != '/';)
            folder.n--;
    return url_parse(a, ARENA_JOIN(a, front, folder, r), out, why);
}

bool url_allowed(struct arena *a, const struct policy *p, struct slice text)
{
    struct url u;
    const char *why;
    return url_parse(a, text, &u, &why) ? policy_allows_page(p, u.host, u.path) : p->include_count == 0;
}
