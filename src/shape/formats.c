/* formats.c - the formats of JSON Schema 2020-12 (validation vocabulary, section 7.3), each as a small scanner.
 *
 * The scanners are written by hand because regular expressions cannot express leap days, leap seconds and the one "::"
 * of IPv6, and because a text cannot lead a scanner into backtracking. All is ASCII: a digit is 0-9 in every RFC named
 * here. The internationalised formats (idn-*, iri*) and uri-template are annotations, as 2020-12 allows for any format.
 *
 * A scanner is a cursor over the text. Each take_... moves it over one element and says whether the element was there.
 */
#include "shape/formats.h"

#include <arpa/inet.h>
#include <unicode/uidna.h>

#include "base/ascii.h"
#include "base/date.h"
#include "shape/pattern.h"

struct cursor {
    const char *at, *end;
};

static bool is_hex(char c)
{
    return ascii_hex(c) >= 0;
}

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool format_take(struct cursor *c, const char *any_of)
{
    if (c->at == c->end || !is_one_of(*c->at, any_of))
        return false;
    c->at++;
    return true;
}

/* Exactly `digits` digits. */
static bool take_number(struct cursor *c, int digits, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++, c->at++) {
        if (c->at == c->end || !ascii_is_digit(*c->at))
            return false;
        *number = *number * 10 + (*c->at - '0');
    }
    return true;
}

static size_t take_digits(struct cursor *c)
{
    const char *start = c->at;
    while (c->at < c->end && ascii_is_digit(*c->at))
        c->at++;
    return (size_t)(c->at - start);
}

/* RFC 3339, 5.6 and appendix C. */
static bool take_date(struct cursor *c)
{
    struct day d;
    if (!date_read_figures((struct slice){c->at, (size_t)(c->end - c->at)}, &d) || !date_valid(d))
        return false;
    c->at += 10;
    return true;
}

static bool take_time(struct cursor *c)
{
    int hour, minute, second, zone_hour = 0, zone_minute = 0, sign = 1;
    if (!take_number(c, 2, &hour) || !format_take(c, ":") || !take_number(c, 2, &minute) || !format_take(c, ":") ||
        !take_number(c, 2, &second) || hour > 23 || minute > 59 || second > 60)
        return false;
    if (format_take(c, ".") && take_digits(c) == 0)
        return false;
    if (!format_take(c, "zZ")) {
        if (c->at == c->end)
            return false;
        sign = *c->at == '-' ? -1 : 1;
        if (!format_take(c, "+-") || !take_number(c, 2, &zone_hour) || !format_take(c, ":") ||
            !take_number(c, 2, &zone_minute) || zone_hour > 23 || zone_minute > 59)
            return false;
    }
    /* A leap second is the last one of a day in UTC. */
    int utc_minute = hour * 60 + minute - sign * (zone_hour * 60 + zone_minute);
    return second < 60 || (utc_minute + 2 * 1440) % 1440 == 1439;
}

/* RFC 3339, appendix A: any start, but no unit left out between two that are there, so P1Y1D is not one. */
static bool take_duration_units(struct cursor *c, const char *units)
{
    bool any = false;
    while (c->at < c->end && ascii_is_digit(*c->at)) {
        take_digits(c);
        if (!any)
            while (*units && !(c->at < c->end && *c->at == *units))
                units++;
        if (!*units || c->at == c->end || *c->at != *units)
            return false;
        c->at++;
        units++;
        any = true;
    }
    return any;
}

static bool take_duration(struct cursor *c)
{
    if (!format_take(c, "P"))
        return false;
    struct cursor weeks = *c;
    if (take_digits(&weeks) && format_take(&weeks, "W")) {
        *c = weeks;
        return true;
    }
    if (format_take(c, "T"))
        return take_duration_units(c, "HMS");
    return take_duration_units(c, "YMD") && (!format_take(c, "T") || take_duration_units(c, "HMS"));
}

static bool is_address(int family, struct slice text)
{
    char copy[INET6_ADDRSTRLEN + 1];
    unsigned char address[16];
    if (text.n == 0 || text.n >= sizeof copy || memchr(text.p, 0, text.n))
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return inet_pton(family, copy, address) == 1;
}

/* An "xn--" label must decode to one that IDNA allows (RFC 5891, 5.4). */
static bool is_a_label(struct slice label)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char decoded[512];
    UIDNA *idna = uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                      UIDNA_CHECK_CONTEXTO | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                                  &status);
    uidna_labelToUnicodeUTF8(idna, label.p, (int32_t)label.n, decoded, sizeof decoded, &info, &status);
    uidna_close(idna);
    return U_SUCCESS(status) && !info.errors;
}

/* RFC 1123, 2.1: labels of letters, digits and inner hyphens; "--" at the third place is kept for A-labels (RFC 5891,
 * 4.2.3.1). */
static bool is_hostname(struct slice text)
{
    size_t label = 0;
    if (text.n == 0 || text.n > 253)
        return false;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != '.') {
            if (!ascii_is_letter(text.p[i]) && !ascii_is_digit(text.p[i]) && text.p[i] != '-')
                return false;
            continue;
        }
        struct slice name = slice_sub(text, label, i - label);
        if (name.n == 0 || name.n > 63 || name.p[0] == '-' || name.p[name.n - 1] == '-')
            return false;
        if (name.n >= 4 && name.p[2] == '-' && name.p[3] == '-' &&
            (!slice_eq_nocase(slice_sub(name, 0, 2), SLICE("xn")) || !is_a_label(name)))
            return false;
        label = i + 1;
    }
    return true;
}

static bool is_quoted_local_part(struct slice text)
{
    for (size_t i = 1; i + 1 < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '\\' && ++i + 1 >= text.n)
            return false;
        if (c < 0x20 || c > 0x7E || c == '"')
            return false;
    }
    return text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"';
}

/* RFC 5321, 4.1.2: Mailbox. */
static bool is_email(struct slice text)
{
    size_t at = text.n;
    while (at > 0 && text.p[at - 1] != '@')
        at--;
    if (at < 2)
        return false;
    struct slice local = slice_sub(text, 0, at - 1), domain = slice_sub(text, at, text.n - at);
    if (domain.n > 2 && domain.p[0] == '[' && domain.p[domain.n - 1] == ']') {
        struct slice literal = slice_sub(domain, 1, domain.n - 2);
        if (slice_starts(literal, SLICE("IPv6:")) ? !is_address(AF_INET6, slice_sub(literal, 5, literal.n - 5))
                                                  : !is_address(AF_INET, literal))
            return false;
    } else if (!is_hostname(domain)) {
        return false;
    }
    if (local.p[0] == '"')
        return is_quoted_local_part(local);
    for (size_t i = 0; i < local.n; i++) {
        bool dot = local.p[i] == '.';
        if (dot ? i == 0 || i + 1 == local.n || local.p[i + 1] == '.'
                : !ascii_is_letter(local.p[i]) && !ascii_is_digit(local.p[i]) &&
                      !is_one_of(local.p[i], "!#$%&'*+-/=?^_`{|}~"))
            return false;
    }
    return true;
}

/* RFC 3986: unreserved, sub-delims, percent escapes, and what `more` allows. */
static bool is_uri_text(struct slice text, const char *more)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            if (text.n - i < 3 || !is_hex(text.p[i + 1]) || !is_hex(text.p[i + 2]))
                return false;
            i += 2;
        } else if (!ascii_is_letter(c) && !ascii_is_digit(c) && !is_one_of(c, "-._~!$&'()*+,;=") &&
                   !is_one_of(c, more)) {
            return false;
        }
    }
    return true;
}

static bool is_ip_literal(struct slice text)
{
    if (text.n > 1 && (text.p[0] == 'v' || text.p[0] == 'V')) { /* IPvFuture */
        size_t dot = slice_find(text, SLICE("."));
        for (size_t i = 1; i < dot; i++)
            if (!is_hex(text.p[i]))
                return false;
        return dot > 1 && dot + 1 < text.n && !memchr(text.p, '%', text.n) &&
               is_uri_text(slice_sub(text, dot + 1, text.n - dot - 1), ":");
    }
    return is_address(AF_INET6, text);
}

static bool is_authority(struct slice text)
{
    size_t user = slice_find(text, SLICE("@"));
    if (user < text.n) {
        if (!is_uri_text(slice_sub(text, 0, user), ":"))
            return false;
        text = slice_sub(text, user + 1, text.n - user - 1);
    }
    size_t host_end = text.n;
    while (host_end > 0 && ascii_is_digit(text.p[host_end - 1]))
        host_end--;
    /* "host:8080" and "host:"; digits without a colon before them belong to the host */
    host_end = host_end > 0 && text.p[host_end - 1] == ':' ? host_end - 1 : text.n;
    struct slice host = slice_sub(text, 0, host_end);
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        return is_ip_literal(slice_sub(host, 1, host.n - 2));
    return is_uri_text(host, "");
}

static struct slice cut_at(struct slice *text, const char *mark)
{
    size_t at = slice_find(*text, slice_of(mark));
    struct slice after = at < text->n ? slice_sub(*text, at + 1, text->n - at - 1) : (struct slice){"", 0};
    *text = slice_sub(*text, 0, at);
    return after;
}

static bool is_uri(struct slice text, bool may_be_relative)
{
    if (!is_uri_text(cut_at(&text, "#"), ":@/?") || !is_uri_text(cut_at(&text, "?"), ":@/?"))
        return false;
    size_t colon = slice_find(text, SLICE(":")), slash = slice_find(text, SLICE("/"));
    if (colon < text.n && colon < slash) {
        for (size_t i = 0; i < colon; i++)
            if (!ascii_is_letter(text.p[i]) && (i == 0 || (!ascii_is_digit(text.p[i]) && !is_one_of(text.p[i], "+-."))))
                return false;
        if (colon == 0)
            return false;
        text = slice_sub(text, colon + 1, text.n - colon - 1);
    } else if (!may_be_relative) {
        return false;
    }
    if (slice_starts(text, SLICE("//"))) {
        text = slice_sub(text, 2, text.n - 2);
        size_t path = slice_find(text, SLICE("/"));
        if (!is_authority(slice_sub(text, 0, path)))
            return false;
        text = slice_sub(text, path, text.n - path);
    }
    return is_uri_text(text, ":@/");
}

static bool is_uuid(struct slice text)
{
    if (text.n != 36)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text.p[i] != '-' : !is_hex(text.p[i]))
            return false;
    }
    return true;
}

/* RFC 6901. */
static bool is_json_pointer(struct slice text)
{
    if (text.n && text.p[0] != '/')
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '~' && (i + 1 == text.n || !is_one_of(text.p[i + 1], "01")))
            return false;
    return true;
}

static bool is_regex(struct slice text)
{
    struct arena *a = arena_new();
    bool ok = pattern_new(a, text) != NULL;
    arena_free(a);
    return ok;
}

static const struct {
    const char *name, *example;
    enum shape_format format;
} formats[] = {
    {"date", "0001-01-01", FORMAT_DATE},
    {"date-time", "0001-01-01T00:00:00Z", FORMAT_DATE_TIME},
    {"time", "00:00:00Z", FORMAT_TIME},
    {"duration", "PT0S", FORMAT_DURATION},
    {"email", "unknown@unknown.unknown", FORMAT_EMAIL},
    {"uri", "http://unknown/", FORMAT_URI},
    {"uri-reference", "", FORMAT_URI_REFERENCE},
    {"uuid", "00000000-0000-0000-0000-000000000000", FORMAT_UUID},
    {"ipv4", "0.0.0.0", FORMAT_IPV4},
    {"ipv6", "::", FORMAT_IPV6},
    {"hostname", "unknown", FORMAT_HOSTNAME},
    {"json-pointer", "", FORMAT_JSON_POINTER},
    {"regex", "", FORMAT_REGEX},
};

enum { FORMAT_COUNT = COUNT_OF(formats) };

enum shape_format format_of(struct slice name)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (slice_is(name, formats[i].name))
            return formats[i].format;
    return FORMAT_NONE;
}

struct slice format_example(enum shape_format format)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (format == formats[i].format)
            return slice_of(formats[i].example);
    return SLICE("");
}

bool format_check(enum shape_format format, struct slice text)
{
    struct cursor c = {text.p, text.p + text.n};
    switch (format) {
    case FORMAT_NONE:
        return true;
    case FORMAT_DATE:
        return take_date(&c) && c.at == c.end;
    case FORMAT_DATE_TIME:
        return take_date(&c) && format_take(&c, "tT") && take_time(&c) && c.at == c.end;
    case FORMAT_TIME:
        return take_time(&c) && c.at == c.end;
    case FORMAT_DURATION:
        return take_duration(&c) && c.at == c.end;
    case FORMAT_EMAIL:
        return is_email(text);
    case FORMAT_URI:
        return is_uri(text, false);
    case FORMAT_URI_REFERENCE:
        return is_uri(text, true);
    case FORMAT_UUID:
        return is_uuid(text);
    case FORMAT_IPV4:
        return is_address(AF_INET, text);
    case FORMAT_IPV6:
        return is_address(AF_INET6, text);
    case FORMAT_HOSTNAME:
        return is_hostname(text);
    case FORMAT_JSON_POINTER:
        return is_json_pointer(text);
    case FORMAT_REGEX:
        return is_regex(text);
    }
    return true;
}
