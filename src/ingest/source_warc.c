/* source_warc.c - web archives (ISO 28500, WARC/1.0 and 1.1), packed or not, as crawlers and Common Crawl write them.
 *
 * It takes the bodies of HTTP responses with status 200 (type response), and records that are pages by themselves
 * (resource; conversion, as in Common Crawl's WET files), and skips everything else. After a broken record it looks for
 * the next one: in a packed file at the next gzip member, else at the next line that begins with "WARC/1.".
 *
 * Archives keep bodies as they were sent, so transfer coding and content coding are decoded here. Many writers have
 * decoded the chunks but kept the header, so a body that is not chunked is taken as it is. Brotli and zstd are not
 * decoded: they would need further libraries for a handful of archives. */
#include <inttypes.h>

#include "base/ascii.h"
#include "ingest/readable.h"
#include "ingest/source_formats.h"

enum { LINE_MAX_BYTES = 16 * 1024, HEADER_LINES_MAX = 1000 };

struct warc {
    struct buf line, block, body;
    uint64_t skip;            /* records to drop: an earlier run had them */
    struct source_place last; /* where the last record began, or the next one if that one is done */
    bool look;                /* the stream is inside of something broken: find the next record's first line */
    bool have_line;           /* `line` is the first line of a record already */
};

struct record_head {
    struct slice type, uri, content_type, date;
    uint64_t length;
    bool has_length;
};

static void *open_warc(struct source *s)
{
    (void)s;
    struct warc *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    buf_init(&w->line, LINE_MAX_BYTES);
    buf_init(&w->block, SOURCE_BYTES_MAX);
    buf_init(&w->body, SOURCE_BYTES_MAX);
    return w;
}

static void close_warc(void *own)
{
    struct warc *w = own;
    buf_release(&w->line);
    buf_release(&w->block);
    buf_release(&w->body);
    free(w);
}

/* "Name: value"; false when the line is no header. */
static bool split_header(struct slice line, struct slice *name, struct slice *value)
{
    size_t colon = slice_find(line, SLICE(":"));
    if (colon == line.n || colon == 0)
        return false;
    *name = slice_trim(slice_sub(line, 0, colon));
    *value = slice_trim(slice_sub(line, colon + 1, line.n - colon - 1));
    return true;
}

static bool parse_length(struct slice text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_digit(text.p[i]) || *out > UINT64_MAX / 20)
            return false;
        *out = *out * 10 + (uint64_t)(text.p[i] - '0');
    }
    return text.n > 0;
}

static bool is_first_line(const struct buf *line)
{
    return slice_starts(buf_slice(line), SLICE("WARC/1.")) || slice_starts(buf_slice(line), SLICE("WARC/0."));
}

/* Goes to the first line of the next record, and puts it into w->line. False at the end. *odd: something else than
 * empty lines came before it, or the file ended because it is damaged. */
static bool find_record(struct source *s, struct warc *w, bool *odd)
{
    *odd = false;
    if (w->have_line) {
        w->have_line = false;
        return true;
    }
    for (;;) {
        if (unpacker_at_member_start(s->unpacker)) {
            w->last.offset = unpacker_member(s->unpacker);
            w->last.record = s->record;
        }
        if (!unpacker_line(s->unpacker, &w->line)) {
            if (!unpacker_damage(s->unpacker) || !w->look || !unpacker_next_member(s->unpacker))
                return false;
            continue;
        }
        if (is_first_line(&w->line)) {
            w->look = false;
            return true;
        }
        *odd = *odd || (!w->look && slice_trim(buf_slice(&w->line)).n > 0);
        w->look = w->look || *odd;
    }
}

/* Headers up to the empty line. */
static bool read_head(struct source *s, struct warc *w, struct arena *a, struct record_head *h, struct err *why)
{
    *h = (struct record_head){{"", 0}, {"", 0}, {"", 0}, {"", 0}, 0, false};
    for (int i = 0; i < HEADER_LINES_MAX && unpacker_line(s->unpacker, &w->line); i++) {
        struct slice line = slice_trim(buf_slice(&w->line)), name, value;
        if (w->line.over)
            continue;
        if (line.n == 0) {
            if (h->has_length)
                return true;
            source_bad(why, "the record has no Content-Length");
            return false;
        }
        if (is_first_line(&w->line)) {
            w->have_line = true;
            source_bad(why, "the record's head is not finished");
            return false;
        }
        if (!split_header(line, &name, &value))
            continue;
        if (slice_eq_nocase(name, SLICE("WARC-Type")))
            h->type = arena_dup(a, value);
        else if (slice_eq_nocase(name, SLICE("WARC-Target-URI")))
            h->uri = arena_dup(a, value);
        else if (slice_eq_nocase(name, SLICE("WARC-Date")))
            h->date = arena_dup(a, value);
        else if (slice_eq_nocase(name, SLICE("Content-Type")))
            h->content_type = arena_dup(a, value);
        else if (slice_eq_nocase(name, SLICE("Content-Length")) && !(h->has_length = parse_length(value, &h->length))) {
            source_bad(why, "the record's Content-Length is not a number");
            return false;
        }
    }
    source_bad(why, "the record's head is not finished");
    return false;
}

/* --- the HTTP response in a record -------------------------------------------------------------------------------- */

struct response {
    unsigned status;
    struct slice content_type, coding, body;
    bool chunked;
};

static bool parse_response(struct slice block, struct response *r)
{
    size_t end = slice_find(block, SLICE("\n"));
    struct slice line = slice_sub(block, 0, end);
    *r = (struct response){0, {"", 0}, {"", 0}, {"", 0}, false};
    size_t space = slice_find(line, SLICE(" "));
    if (!slice_starts(line, SLICE("HTTP/")) || line.n < space + 4)
        return false;
    for (size_t i = space + 1; i < space + 4; i++) {
        if (!ascii_is_digit(line.p[i]))
            return false;
        r->status = r->status * 10 + (unsigned)(line.p[i] - '0');
    }
    while (end < block.n) {
        struct slice rest = slice_sub(block, end + 1, block.n - end - 1), name, value;
        size_t n = slice_find(rest, SLICE("\n"));
        line = slice_trim(slice_sub(rest, 0, n));
        end += 1 + n;
        if (line.n == 0) {
            if (end < block.n)
                end++;
            r->body = slice_sub(block, end, block.n - end);
            return true;
        }
        if (!split_header(line, &name, &value))
            continue;
        if (slice_eq_nocase(name, SLICE("Content-Type")))
            r->content_type = value;
        else if (slice_eq_nocase(name, SLICE("Content-Encoding")))
            r->coding = value;
        else if (slice_eq_nocase(name, SLICE("Transfer-Encoding")))
            r->chunked = slice_eq_nocase(value, SLICE("chunked"));
    }
    return false;
}

/* False when it is not chunked at all. Of a body that ends inside a chunk, what came is kept. */
static bool join_chunks(struct slice in, struct buf *out)
{
    size_t at = 0;
    buf_reset(out);
    for (;;) {
        uint64_t n = 0;
        size_t digits = 0;
        while (at < in.n && ascii_hex(in.p[at]) >= 0 && digits < 9)
            n = n * 16 + (uint64_t)ascii_hex(in.p[at++]), digits++;
        if (digits == 0)
            return at == in.n && at > 0;
        size_t line = slice_find(slice_sub(in, at, in.n - at), SLICE("\n"));
        if (at + line == in.n || line > 256)
            return false;
        at += line + 1;
        if (n == 0)
            return true;
        size_t taken = n < in.n - at ? (size_t)n : in.n - at;
        buf_add(out, slice_sub(in, at, taken));
        at += taken;
        if (at == in.n)
            return true;
        at += in.p[at] == '\r';
        if (at == in.n || in.p[at++] != '\n')
            return false;
    }
}

/* The body without its codings, in the arena or in the block. */
static bool plain_body(struct warc *w, struct arena *a, struct response *r, struct err *why)
{
    if (r->chunked && join_chunks(r->body, &w->body))
        r->body = arena_dup(a, buf_slice(&w->body));
    static const struct {
        const char *name, *magic; /* that the bytes begin with; NULL: nothing in particular */
        enum unpack_kind kind;
    } codings[] = {{"gzip", "\x1F\x8B", UNPACK_GZIP},
                   {"x-gzip", "\x1F\x8B", UNPACK_GZIP},
                   {"deflate", NULL, UNPACK_DEFLATE},
                   {"br", NULL, UNPACK_BROTLI},
                   {"zstd", "\x28\xB5\x2F\xFD", UNPACK_ZSTD}};
    size_t i = 0;
    while (i < COUNT_OF(codings) && !slice_eq_nocase(r->coding, slice_of(codings[i].name)))
        i++;
    if (r->coding.n == 0 || slice_eq_nocase(r->coding, SLICE("identity")))
        return true;
    if (i == COUNT_OF(codings)) {
        source_bad(why, "its content coding '%.*s' is not known", (int)(r->coding.n < 40 ? r->coding.n : 40),
                   r->coding.p);
        return false;
    }
    if (codings[i].magic && !slice_starts(r->body, slice_of(codings[i].magic)))
        return true; /* the archive's writer undid it */
    if (!unpacker_whole(r->body, codings[i].kind, &w->body)) {
        if (!codings[i].magic && slice_starts(slice_trim(r->body), SLICE("<")))
            return true;
        source_bad(why, w->body.over ? "its body is too large when unpacked" : "its packed body is damaged");
        return false;
    }
    r->body = arena_dup(a, buf_slice(&w->body));
    return true;
}

/* --- records ---------------------------------------------------------------------------------------------------- */

/* SOURCE_END: nothing to read in it. */
static enum source_step page_of(struct source *s, struct arena *a, const struct record_head *h,
                                struct source_page *page, struct err *why)
{
    struct warc *w = s->own;
    struct response r = {200, h->content_type, {"", 0}, buf_slice(&w->block), false};
    struct slice uri = h->uri;
    if (uri.n > 2 && uri.p[0] == '<' && uri.p[uri.n - 1] == '>')
        uri = slice_sub(uri, 1, uri.n - 2);
    if (slice_is(h->type, "response")) {
        if (!slice_starts(slice_trim(h->content_type), SLICE("application/http")))
            return SOURCE_END;
        if (!parse_response(buf_slice(&w->block), &r))
            return source_bad(why, "its HTTP response is not understood");
    }
    if (r.status != 200 || !readable_type(r.content_type, uri)) {
        struct slice type = slice_trim(slice_sub(r.content_type, 0, slice_find(r.content_type, SLICE(";"))));
        source_pass(s, r.status != 200 ? arena_printf(a, "status %d", r.status) : type);
        return SOURCE_END;
    }
    if (!slice_starts(uri, SLICE("http://")) && !slice_starts(uri, SLICE("https://")))
        return source_bad(why, "it has no web address");
    if (!plain_body(w, a, &r, why))
        return SOURCE_BAD;
    struct readable text;
    if (!readable(a, r.body, r.content_type, uri, &text, why))
        return SOURCE_BAD;
    *page = (struct source_page){.url = arena_dup(a, uri),
                                 .title = text.title,
                                 .text = text.text,
                                 .lang = text.lang,
                                 .date = text.date,
                                 .captured = h->date};
    return SOURCE_PAGE;
}

static bool warc_wanted(const struct record_head *h)
{
    return slice_is(h->type, "response") || slice_is(h->type, "resource") || slice_is(h->type, "conversion");
}

static bool read_block(struct source *s, struct warc *w, uint64_t n)
{
    char piece[16 * 1024];
    buf_reset(&w->block);
    while (n > 0) {
        size_t got = unpacker_read(s->unpacker, piece, n < sizeof piece ? (size_t)n : sizeof piece);
        if (got == 0)
            return false;
        buf_add(&w->block, (struct slice){piece, got});
        n -= got;
    }
    return true;
}

static enum source_step next_record(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    struct warc *w = s->own;
    for (;;) {
        bool odd;
        struct record_head h;
        uint64_t at = unpacker_member(s->unpacker);
        bool found = find_record(s, w, &odd);
        if (found && w->last.record == s->record)
            at = w->last.offset;
        snprintf(s->where, sizeof s->where, "record %" PRIu64 " near byte %" PRIu64, s->record + 1, at);
        if (odd || (!found && unpacker_damage(s->unpacker))) {
            const char *damage = unpacker_damage(s->unpacker);
            w->have_line = found;
            w->look = true;
            s->record += !found;
            if (!found && w->skip >= s->record)
                continue;
            return source_bad(why, "%s", damage ? damage : "there is something else between two records");
        }
        if (!found)
            return SOURCE_END;
        s->record++;
        bool old = s->record <= w->skip;
        if (!read_head(s, w, a, &h, why)) {
            if (unpacker_damage(s->unpacker))
                source_bad(why, "%s", unpacker_damage(s->unpacker));
            w->look = !w->have_line;
            if (old)
                continue;
            return SOURCE_BAD;
        }
        bool large = h.length > SOURCE_BYTES_MAX;
        bool whole =
            old || large || !warc_wanted(&h) ? unpacker_skip(s->unpacker, h.length) : read_block(s, w, h.length);
        w->look = !whole;
        if (old || (whole && !warc_wanted(&h)))
            continue;
        if (!whole)
            return source_bad(why, "%s",
                              unpacker_damage(s->unpacker) ? unpacker_damage(s->unpacker)
                                                           : "it ends before its Content-Length");
        if (large)
            return source_bad(why, "it has %" PRIu64 " bytes; at most %d are read", h.length, (int)SOURCE_BYTES_MAX);
        enum source_step step = page_of(s, a, &h, page, why);
        if (step != SOURCE_END)
            return step;
    }
}

/* The place of the record after the last one. It is known only if the record begins a packed member, or the file is not
 * packed. */
static bool warc_place(struct source *s, struct source_place *out)
{
    struct warc *w = s->own;
    *out = (struct source_place){s->record, 0};
    if (!w->have_line && !w->look && !unpacker_packed(s->unpacker))
        out->offset = unpacker_offset(s->unpacker);
    else if (w->last.offset && w->last.record < s->record && w->last.record + 1 == s->record)
        *out = w->last; /* reads this one record again: it is unchanged then */
    return true;
}

static bool go_on(struct source *s, struct source_place from)
{
    struct warc *w = s->own;
    if (from.offset && !unpacker_seek(s->unpacker, from.offset))
        return false;
    if (from.offset)
        s->record = from.record;
    else
        w->skip = from.record;
    return true;
}

const struct source_kind source_warc = {"warc", "record", open_warc, close_warc, next_record, warc_place, go_on};
