/* guard.c - see guard.h for the contract. Decisions come from tables.
 *
 * For IPv4, `v4_ranges` has every range that the IANA special-purpose registry does not call globally reachable. For
 * IPv6 only 2000::/3 is public, without `v6_ranges`, so ranges of the future are refused. An address that carries an
 * IPv4 address through a translator (mapped, compatible, NAT64) is judged as that address. Tunnels (6to4, Teredo,
 * ISATAP) are refused, since nothing public is reached only through one.
 *
 * The operator's list is parsed once into `entries` and is looked up before the tables: an operator may open
 * everything, the metadata service too, by naming it. */
#include "net/guard.h"

#include "base/ascii.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

struct ip {
    bool v6;
    unsigned char bytes[16]; /* 4 of them without v6 */
};

struct entry {
    bool is_name, below; /* below: every name under it, "*.corp" */
    struct ip ip;
    unsigned bits;
    unsigned port; /* 0: any */
    char name[256];
};

enum { MAX_ENTRIES = 256, MAX_PORTS = 64 };

struct guard {
    size_t entry_count, port_count;
    bool any_address; /* some entry is an address range */
    unsigned ports[MAX_PORTS];
    struct entry entries[];
};

struct range {
    const char *text; /* for reading this table */
    unsigned char prefix[16];
    unsigned bits;
    const char *reason;
};

/* A narrower range is listed before a wider one, since its reason says more. */
static const struct range v4_ranges[] = {
    {"169.254.169.254", {169, 254, 169, 254}, 32, "169.254.169.254 is the cloud's metadata service"},
    {"168.63.129.16", {168, 63, 129, 16}, 32, "168.63.129.16 is the cloud's host agent"},
    {"100.100.100.200", {100, 100, 100, 200}, 32, "100.100.100.200 is the cloud's metadata service"},
    {"0.0.0.0/8", {0}, 8, "0.0.0.0/8 means this machine"},
    {"10.0.0.0/8", {10}, 8, "10.0.0.0/8 is private"},
    {"100.64.0.0/10", {100, 64}, 10, "100.64.0.0/10 is a provider's inner network"},
    {"127.0.0.0/8", {127}, 8, "127.0.0.0/8 is loopback"},
    {"169.254.0.0/16", {169, 254}, 16, "169.254.0.0/16 is link-local"},
    {"172.16.0.0/12", {172, 16}, 12, "172.16.0.0/12 is private"},
    {"192.0.0.0/24", {192, 0, 0}, 24, "192.0.0.0/24 is reserved for protocols"},
    {"192.0.2.0/24", {192, 0, 2}, 24, "192.0.2.0/24 is for documentation"},
    {"192.31.196.0/24", {192, 31, 196}, 24, "192.31.196.0/24 is reserved (AS112)"},
    {"192.52.193.0/24", {192, 52, 193}, 24, "192.52.193.0/24 is reserved (AMT)"},
    {"192.88.99.0/24", {192, 88, 99}, 24, "192.88.99.0/24 is the 6to4 relay"},
    {"192.168.0.0/16", {192, 168}, 16, "192.168.0.0/16 is private"},
    {"192.175.48.0/24", {192, 175, 48}, 24, "192.175.48.0/24 is reserved (AS112)"},
    {"198.18.0.0/15", {198, 18}, 15, "198.18.0.0/15 is for benchmarks"},
    {"198.51.100.0/24", {198, 51, 100}, 24, "198.51.100.0/24 is for documentation"},
    {"203.0.113.0/24", {203, 0, 113}, 24, "203.0.113.0/24 is for documentation"},
    {"224.0.0.0/4", {224}, 4, "224.0.0.0/4 is multicast"},
    {"255.255.255.255", {255, 255, 255, 255}, 32, "255.255.255.255 is broadcast"},
    {"240.0.0.0/4", {240}, 4, "240.0.0.0/4 is reserved"},
};

static const struct range v6_ranges[] = {
    {"::/128", {0}, 128, ":: means this machine"},
    {"::1/128", {[15] = 1}, 128, "::1 is loopback"},
    {"64:ff9b:1::/48", {0, 0x64, 0xff, 0x9b, 0, 1}, 48, "64:ff9b:1::/48 is an inner translator (NAT64)"},
    {"100::/64", {1}, 64, "100::/64 discards everything"},
    {"2001::/32", {0x20, 0x01}, 32, "2001::/32 is a tunnel (Teredo)"},
    {"2001::/23", {0x20, 0x01}, 23, "2001::/23 is reserved for protocols"},
    {"2001:db8::/32", {0x20, 0x01, 0x0d, 0xb8}, 32, "2001:db8::/32 is for documentation"},
    {"2002::/16", {0x20, 0x02}, 16, "2002::/16 is a tunnel (6to4)"},
    {"2620:4f:8000::/48", {0x26, 0x20, 0, 0x4f, 0x80}, 48, "2620:4f:8000::/48 is reserved (AS112)"},
    {"3fff::/20", {0x3f, 0xff}, 20, "3fff::/20 is for documentation"},
    {"fd00:ec2::/32", {0xfd, 0, 0x0e, 0xc2}, 32, "fd00:ec2::/32 is the cloud's metadata service"},
    {"fc00::/7", {0xfc}, 7, "fc00::/7 is private"},
    {"fe80::/10", {0xfe, 0x80}, 10, "fe80::/10 is link-local"},
    {"fec0::/10", {0xfe, 0xc0}, 10, "fec0::/10 is site-local"},
    {"ff00::/8", {0xff}, 8, "ff00::/8 is multicast"},
};
static const struct range v6_public = {"2000::/3", {0x20}, 3, ""};

/* Forms that carry an IPv4 address in their last four bytes. */
static const struct range v6_carriers[] = {
    {"::ffff:0:0/96", {[10] = 0xff, 0xff}, 96, "mapped"},
    {"::/96", {0}, 96, "compatible"},
    {"64:ff9b::/96", {0, 0x64, 0xff, 0x9b}, 96, "NAT64"},
};

/* Names that clouds give their metadata services, inside of the cloud. */
static const char *const metadata_names[] = {
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "instance-data",
    "instance-data.ec2.internal",
    "metadata.tencentyun.com",
    "metadata.oraclecloud.com",
    "metadata.platformequinix.com",
};

/* Endings that never lead to the public web. */
static const char *const local_endings[] = {".localhost", ".local",    ".internal", ".localdomain", ".home.arpa",
                                            ".lan",       ".intranet", ".onion",    ".test",        ".invalid"};

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static const struct range *find_range(const struct range *table, size_t n, const unsigned char *bytes)
{
    for (size_t i = 0; i < n; i++)
        if (same_bits(bytes, table[i].prefix, table[i].bits))
            return &table[i];
    return NULL;
}

static struct guard_verdict guard_allow(const char *reason)
{
    return (struct guard_verdict){true, false, reason};
}

static struct guard_verdict guard_deny(const char *reason)
{
    return (struct guard_verdict){false, false, reason};
}

static struct guard_verdict judge_public(const struct ip *ip)
{
    const struct range *found = ip->v6 ? find_range(v6_ranges, COUNT_OF(v6_ranges), ip->bytes)
                                       : find_range(v4_ranges, COUNT_OF(v4_ranges), ip->bytes);
    if (found)
        return guard_deny(found->reason);
    if (!ip->v6)
        return guard_allow("the address is public");
    if (!same_bits(ip->bytes, v6_public.prefix, v6_public.bits))
        return guard_deny("only 2000::/3 is public in IPv6");
    static const unsigned char isatap[4] = {0, 0, 0x5e, 0xfe};
    if (memcmp(ip->bytes + 9, isatap + 1, 3) == 0 && (ip->bytes[8] & 0xfd) == 0)
        return guard_deny("the address is a tunnel (ISATAP)");
    return guard_allow("the address is public");
}

/* ::ffff:10.0.0.1 is 10.0.0.1. :: and ::1 are not taken for 0.0.0.0 and 0.0.0.1. */
static struct ip guard_carried(struct ip ip)
{
    static const unsigned char zero[15] = {0};
    if (!ip.v6 || !find_range(v6_carriers, COUNT_OF(v6_carriers), ip.bytes))
        return ip;
    if (memcmp(ip.bytes, zero, sizeof zero) == 0 && ip.bytes[15] <= 1)
        return ip;
    struct ip v4 = {.v6 = false};
    memcpy(v4.bytes, ip.bytes + 12, 4);
    return v4;
}

static bool address_listed(const struct guard *g, const struct ip *ip, unsigned port)
{
    for (size_t i = 0; i < g->entry_count; i++) {
        const struct entry *e = &g->entries[i];
        if (!e->is_name && e->ip.v6 == ip->v6 && (e->port == 0 || e->port == port) &&
            same_bits(e->ip.bytes, ip->bytes, e->bits))
            return true;
    }
    return false;
}

static bool name_listed(const struct guard *g, struct slice host, unsigned port)
{
    for (size_t i = 0; i < g->entry_count; i++) {
        const struct entry *e = &g->entries[i];
        if (!e->is_name || (e->port != 0 && e->port != port))
            continue;
        struct slice name = slice_of(e->name);
        bool under = host.n > name.n + 1 && slice_ends(host, name) && host.p[host.n - name.n - 1] == '.';
        if (e->below ? under : slice_eq(host, name))
            return true;
    }
    return false;
}

static struct guard_verdict judge_ip(const struct guard *g, struct ip ip, unsigned port)
{
    struct ip inner = guard_carried(ip);
    if (address_listed(g, &ip, port) || address_listed(g, &inner, port))
        return guard_allow("the operator allows this address");
    return judge_public(&inner);
}

struct guard_verdict guard_address(const struct guard *g, const struct sockaddr *address, bool host_allowed)
{
    struct ip ip = {0};
    unsigned port;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        memcpy(ip.bytes, &in->sin_addr, 4);
        port = ntohs(in->sin_port);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)address;
        ip.v6 = true;
        memcpy(ip.bytes, &in->sin6_addr, 16);
        port = ntohs(in->sin6_port);
    } else {
        return guard_deny("the address is neither IPv4 nor IPv6");
    }
    if (host_allowed)
        return guard_allow("the operator allows this host");
    return judge_ip(g, ip, port);
}

static bool port_listed(const struct guard *g, unsigned port)
{
    for (size_t i = 0; i < g->port_count; i++)
        if (g->ports[i] == port)
            return true;
    return false;
}

static struct guard_verdict judge_name(const struct guard *g, struct slice host)
{
    for (size_t i = 0; i < COUNT_OF(metadata_names); i++)
        if (slice_is(host, metadata_names[i]))
            return guard_deny("the name is that of a cloud's metadata service");
    /* When an intranet was opened by addresses, a local name may lead there; its address decides. */
    if (g->any_address)
        return guard_allow("the name may be looked up");
    if (!memchr(host.p, '.', host.n))
        return guard_deny("a name without a dot belongs to the local network");
    for (size_t i = 0; i < COUNT_OF(local_endings); i++)
        if (slice_ends(host, slice_of(local_endings[i])))
            return guard_deny("the name belongs to a local network");
    return guard_allow("the name may be looked up");
}

struct guard_verdict guard_url(const struct guard *g, const struct url *u)
{
    if (u->kind == URL_NAME) {
        if (name_listed(g, u->host, u->port))
            return (struct guard_verdict){true, true, "the operator allows this host"};
        struct guard_verdict v = judge_name(g, u->host);
        return v.ok && !port_listed(g, u->port) ? guard_deny("the port is not one of the web's") : v;
    }
    struct ip ip = {.v6 = u->kind == URL_IPV6};
    inet_pton(ip.v6 ? AF_INET6 : AF_INET, u->host.p, ip.bytes);
    struct ip inner = guard_carried(ip);
    if (address_listed(g, &ip, u->port) || address_listed(g, &inner, u->port))
        return guard_allow("the operator allows this address");
    struct guard_verdict v = judge_public(&inner);
    return v.ok && !port_listed(g, u->port) ? guard_deny("the port is not one of the web's") : v;
}

/* Digits only; false beyond most. */
static bool read_number(struct slice s, unsigned most, unsigned *out)
{
    unsigned n = 0;
    if (s.n == 0 || s.n > 5)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i]))
            return false;
        n = n * 10 + (unsigned)(s.p[i] - '0');
    }
    *out = n;
    return n <= most;
}

static bool read_address(struct slice s, struct ip *ip)
{
    char text[INET6_ADDRSTRLEN];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    *ip = (struct ip){.v6 = memchr(text, ':', s.n) != NULL};
    return inet_pton(ip->v6 ? AF_INET6 : AF_INET, text, ip->bytes) == 1;
}

static bool read_name(struct slice s, struct entry *e)
{
    e->is_name = true;
    if (slice_starts(s, SLICE("*."))) {
        e->below = true;
        s = slice_sub(s, 2, s.n - 2);
    }
    if (s.n == 0 || s.n >= sizeof e->name || s.p[0] == '.')
        return false;
    bool letter = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        c = (char)(ascii_is_upper(c) ? c | 0x20 : c);
        if (!(ascii_is_lower(c) || ascii_is_digit(c) || c == '-' || c == '_' || c == '.'))
            return false;
        letter |= ascii_is_lower(c);
        e->name[i] = c;
    }
    return letter; /* "10.0.0" is a mistake for an address */
}

/* One of: ADDRESS, ADDRESS/BITS, ADDRESS:PORT, [V6], [V6]:PORT, NAME, *.NAME, NAME:PORT. */
static bool read_entry(struct slice s, struct entry *e)
{
    *e = (struct entry){0};
    if (read_address(s, &e->ip)) {
        e->bits = e->ip.v6 ? 128 : 32;
        return true;
    }
    size_t slash = slice_find(s, SLICE("/"));
    if (slash < s.n)
        return read_address(slice_sub(s, 0, slash), &e->ip) &&
               read_number(slice_sub(s, slash + 1, s.n - slash - 1), e->ip.v6 ? 128 : 32, &e->bits);
    size_t end = s.n;
    const char *colon = memrchr(s.p, ':', s.n);
    bool bracket = s.p[0] == '[';
    if (colon && !(bracket && s.p[s.n - 1] == ']')) {
        end = (size_t)(colon - s.p);
        if (!read_number(slice_sub(s, end + 1, s.n - end - 1), 65535, &e->port) || e->port == 0)
            return false;
    }
    struct slice host = slice_sub(s, 0, end);
    if (bracket)
        host = host.n > 2 && host.p[host.n - 1] == ']' ? slice_sub(host, 1, host.n - 2) : SLICE("");
    if (read_address(host, &e->ip)) {
        e->bits = e->ip.v6 ? 128 : 32;
        return bracket == e->ip.v6;
    }
    return !bracket && read_name(host, e);
}

/* The next word between commas and white space; empty at the end. */
static struct slice next_word(struct slice *rest)
{
    size_t i = 0, n;
    while (i < rest->n && strchr(", \t\r\n", rest->p[i]))
        i++;
    for (n = i; n < rest->n && !strchr(", \t\r\n", rest->p[n]);)
        n++;
    struct slice word = slice_sub(*rest, i, n - i);
    *rest = slice_sub(*rest, n, rest->n - n);
    return word;
}

static size_t count_words(struct slice list)
{
    size_t n = 0;
    while (next_word(&list).n > 0)
        n++;
    return n;
}

static bool read_lists(struct guard *g, struct slice allow, struct slice ports, struct err *e)
{
    for (struct slice word; (word = next_word(&allow)).n > 0;) {
        struct entry *entry = &g->entries[g->entry_count++];
        if (!read_entry(word, entry))
            return err_set(e, ERR_USAGE,
                           "'%.*s' in allow is no address, range (10.1.0.0/16) or host (wiki.corp, *.corp), with or "
                           "without a port.",
                           SLICE_ARGS(word));
        g->any_address |= !entry->is_name;
    }
    for (struct slice word; (word = next_word(&ports)).n > 0;)
        if (!read_number(word, 65535, &g->ports[g->port_count++]) || g->ports[g->port_count - 1] == 0)
            return err_set(e, ERR_USAGE, "'%.*s' is not a port.", SLICE_ARGS(word));
    return true;
}

bool guard_new(struct slice allow, struct slice ports, struct guard **out, struct err *e)
{
    size_t entries = count_words(allow);
    if (entries > MAX_ENTRIES || count_words(ports) > MAX_PORTS)
        return err_set(e, ERR_USAGE, "allow takes at most %d entries, and at most %d ports can be listed.",
                       (int)MAX_ENTRIES, (int)MAX_PORTS);
    struct guard *g = calloc(1, sizeof *g + entries * sizeof g->entries[0]);
    if (!g)
        return err_set(e, ERR_INTERNAL, "There is no memory for the guard.");
    if (!read_lists(g, allow, ports, e)) {
        guard_free(g);
        return false;
    }
    *out = g;
    return true;
}

void guard_free(struct guard *g)
{
    free(g);
}
