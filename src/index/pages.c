/* pages.c - encodes and decodes the records of pages and passages, and derives keys and sites from URLs.
 *
 * Numbers are little-endian; a string has its length before it. */
#include "index/pages.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <sha2.h>
#include <stdio.h>

/* Flags in numbers that never get so large. A passage of an index of before has no HAS_ABOVE, and nothing behind its
 * gap but its text. */
static const uint32_t HAS_ABOVE = (uint32_t)1 << 31, IN_CODE = (uint32_t)1 << 31;
enum { KIND_SHIFT = 8 };

const struct slice totals_key = {"totals", 6}, format_key = {"format", 6};

void page_key(struct slice url, char out[PAGE_KEY_BYTES])
{
    SHA2_CTX sha;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Init(&sha);
    SHA256Update(&sha, (const uint8_t *)url.p, url.n);
    SHA256Final(digest, &sha);
    memcpy(out, digest, PAGE_KEY_BYTES);
}

struct slice pages_hex(struct arena *a, struct slice bytes)
{
    char *out = arena_alloc(a, bytes.n * 2 + 1);
    for (size_t i = 0; i < bytes.n; i++)
        snprintf(out + 2 * i, 3, "%02x", (unsigned char)bytes.p[i]);
    return (struct slice){out, bytes.n * 2};
}

/* --- bytes --------------------------------------------------------------------------------------------------- */

static void put_u32(char **at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        *(*at)++ = (char)(v >> (8 * i));
}

static void put_raw(char **at, struct slice s)
{
    if (s.n)
        memcpy(*at, s.p, s.n);
    *at += s.n;
}

static void put_string(char **at, struct slice s)
{
    put_u32(at, (uint32_t)s.n);
    put_raw(at, s);
}

/* If there are too few bytes, each take sets *bad and returns zero or an empty slice. */
static struct slice take_raw(struct slice *rest, size_t n, bool *bad)
{
    if (rest->n < n) {
        *bad = true;
        return (struct slice){"", 0};
    }
    struct slice taken = slice_sub(*rest, 0, n);
    *rest = slice_sub(*rest, n, rest->n - n);
    return taken;
}

static uint32_t take_u32(struct slice *rest, bool *bad)
{
    struct slice raw = take_raw(rest, 4, bad);
    uint32_t v = 0;
    for (size_t i = 0; i < raw.n; i++)
        v |= (uint32_t)(unsigned char)raw.p[i] << (8 * i);
    return v;
}

static struct slice take_string(struct slice *rest, bool *bad)
{
    uint32_t n = take_u32(rest, bad);
    return take_raw(rest, n, bad);
}

/* Only UTF-8 is put into the index. What is none was damaged on the disk. */
static bool pages_valid(struct slice text)
{
    return utf8_check(text) == text.n;
}

struct slice page_encode(struct arena *a, const struct page_record *r)
{
    size_t n = 5 * 4 + SHA256_BYTES + 6 * 4 + r->url.n + r->title.n + r->site.n + r->date.n + r->lang.n + r->tail.n;
    char *bytes = arena_alloc(a, n), *at = bytes;
    put_u32(&at, r->page_id);
    put_u32(&at, r->first);
    put_u32(&at, r->count);
    put_u32(&at, r->words);
    put_raw(&at, r->sha256);
    put_string(&at, r->url);
    put_string(&at, r->title);
    put_string(&at, r->site);
    put_string(&at, r->date);
    put_string(&at, r->lang);
    put_string(&at, r->tail);
    put_u32(&at, r->format);
    return (struct slice){bytes, n};
}

bool page_decode(struct slice bytes, struct page_record *r)
{
    bool bad = false;
    r->page_id = take_u32(&bytes, &bad);
    r->first = take_u32(&bytes, &bad);
    r->count = take_u32(&bytes, &bad);
    r->words = take_u32(&bytes, &bad);
    r->sha256 = take_raw(&bytes, SHA256_BYTES, &bad);
    r->url = take_string(&bytes, &bad);
    r->title = take_string(&bytes, &bad);
    r->site = take_string(&bytes, &bad);
    r->date = take_string(&bytes, &bad);
    r->lang = take_string(&bytes, &bad);
    r->tail = take_string(&bytes, &bad);
    r->format = bytes.n ? take_u32(&bytes, &bad) : 1;
    return !bad && bytes.n == 0 && r->count > 0 && pages_valid(r->url) && pages_valid(r->title) &&
           pages_valid(r->site) && pages_valid(r->date) && pages_valid(r->lang) && pages_valid(r->tail);
}

struct slice passage_encode(struct arena *a, const struct passage_record *r)
{
    size_t n = PAGE_KEY_BYTES + 6 * 4 + r->stem_count * 2 + r->gap.n + r->text.n;
    for (size_t i = 0; i < r->above_count; i++)
        n += 3 * 4 + r->above[i].text.n;
    char *bytes = arena_alloc(a, n), *at = bytes;
    put_raw(&at, r->page_key);
    put_u32(&at, r->page_id);
    put_u32(&at, r->number);
    put_u32(&at, r->offset);
    put_u32(&at, (uint32_t)r->stem_count | HAS_ABOVE);
    put_raw(&at, (struct slice){(const char *)r->stems, r->stem_count * 2});
    put_string(&at, r->gap);
    put_u32(&at, (uint32_t)r->above_count | (uint32_t)r->kind << KIND_SHIFT | (r->in_code ? IN_CODE : 0));
    for (size_t i = 0; i < r->above_count; i++) {
        put_u32(&at, (uint32_t)r->above[i].kind);
        put_u32(&at, (uint32_t)r->above[i].offset);
        put_string(&at, r->above[i].text);
    }
    put_raw(&at, r->text);
    return (struct slice){bytes, n};
}

static void take_above(struct slice *bytes, struct passage_record *r, struct passage_above *above, bool *bad)
{
    uint32_t n = take_u32(bytes, bad);
    r->in_code = (n & IN_CODE) != 0;
    n &= ~IN_CODE;
    *bad |= n >> KIND_SHIFT >= PAGE_KINDS;
    r->kind = *bad ? PAGE_CONTENT : (enum page_kind)(n >> KIND_SHIFT);
    n &= ((uint32_t)1 << KIND_SHIFT) - 1;
    *bad |= n > PASSAGE_ABOVE_MAX;
    for (uint32_t i = 0; i < n && !*bad; i++) {
        struct passage_above one = {.kind = (enum block_kind)take_u32(bytes, bad)};
        one.offset = take_u32(bytes, bad);
        one.text = take_string(bytes, bad);
        *bad |= one.kind > BLOCK_QUOTATION || !pages_valid(one.text);
        if (above && !*bad)
            above[r->above_count++] = one;
    }
}

bool passage_decode(struct slice bytes, struct passage_record *r, struct passage_above *above)
{
    bool bad = false;
    *r = (struct passage_record){.above = above};
    r->page_key = take_raw(&bytes, PAGE_KEY_BYTES, &bad);
    r->page_id = take_u32(&bytes, &bad);
    r->number = take_u32(&bytes, &bad);
    r->offset = take_u32(&bytes, &bad);
    uint32_t stems = take_u32(&bytes, &bad);
    r->stem_count = stems & ~HAS_ABOVE;
    r->stems = (const unsigned char *)take_raw(&bytes, r->stem_count * 2, &bad).p;
    r->gap = take_string(&bytes, &bad);
    if (stems & HAS_ABOVE)
        take_above(&bytes, r, above, &bad);
    r->text = bytes;
    return !bad && r->text.n > 0 && pages_valid(r->gap) && pages_valid(r->text);
}

/* Text, "PAGES WORDS NEXT_ID code=pages ...", since it is small and a person can read it. */
struct slice totals_encode(struct arena *a, const struct totals *t)
{
    struct arena_text out = {.arena = a};
    arena_text_printf(&out, "%llu %llu %llu", (unsigned long long)t->pages, (unsigned long long)t->words,
                      (unsigned long long)t->next_page_id);
    for (size_t i = 0; i < LANGS_MAX && t->langs[i].code[0]; i++)
        arena_text_printf(&out, " %s=%llu", t->langs[i].code, (unsigned long long)t->langs[i].pages);
    return arena_text_slice(&out);
}

bool totals_decode(struct slice bytes, struct totals *t)
{
    unsigned long long pages, words, next_id;
    int used = 0;
    *t = (struct totals){.next_page_id = 1};
    if (bytes.n == 0)
        return true;
    if (sscanf(bytes.p, "%llu %llu %llu%n", &pages, &words, &next_id, &used) != 3)
        return false;
    t->pages = pages, t->words = words, t->next_page_id = next_id;
    const char *p = bytes.p + used;
    for (size_t i = 0; i < LANGS_MAX && *p; i++) {
        if (sscanf(p, " %11[^=]=%llu%n", t->langs[i].code, &pages, &used) != 2)
            return false;
        t->langs[i].pages = pages;
        p += used;
    }
    return true;
}

/* --- domains ------------------------------------------------------------------------------------------------- */

struct slice site_of(struct arena *a, struct slice url)
{
    size_t at = slice_find(url, SLICE("://"));
    if (at == url.n)
        return (struct slice){"", 0};
    struct slice host = slice_sub(url, at + 3, url.n - at - 3);
    host.n = 0;
    while (host.p + host.n < url.p + url.n && !strchr("/?#", host.p[host.n]))
        host.n++;
    for (size_t i = host.n; i > 0; i--)
        if (host.p[i - 1] == '@') {
            host = slice_sub(host, i, host.n - i);
            break;
        }
    size_t port = host.n;
    while (port > 0 && ascii_is_digit(host.p[port - 1]))
        port--;
    if (port > 0 && host.p[port - 1] == ':')
        host.n = port - 1;
    host = arena_dup(a, host);
    char *lower = arena_alloc(a, host.n + 1);
    for (size_t i = 0; i < host.n; i++)
        lower[i] = (char)(ascii_is_upper(host.p[i]) ? host.p[i] | 0x20 : host.p[i]);
    host.p = lower;
    return slice_starts(host, SLICE("www.")) ? slice_sub(host, 4, host.n - 4) : host;
}

struct slice domain_mark(struct arena *a, struct slice domain)
{
    if (slice_starts(domain, SLICE("*.")))
        domain = slice_sub(domain, 2, domain.n - 2);
    if (slice_starts(domain, SLICE(".")))
        domain = slice_sub(domain, 1, domain.n - 1);
    if (slice_starts(domain, SLICE("www.")))
        domain = slice_sub(domain, 4, domain.n - 4);
    return arena_printf(a, "D:%.*s", (int)(domain.n < 150 ? domain.n : 150), domain.p);
}

uint16_t stem_hash(struct slice stem)
{
    uint32_t h = slice_hash(stem);
    return (uint16_t)(h ^ h >> 16);
}
