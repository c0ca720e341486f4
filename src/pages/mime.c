/* mime.c - see mime.h. */
#include "pages/mime.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "text/charset.h"

enum { MIME_BOUNDARY_BYTES_MAX = 200, MIME_SIGNS_MIN = 3 };

/* --- lines ------------------------------------------------------------------------------------------------------ */

/* Bytes of the first line with its end. */
static size_t mime_line(struct slice text)
{
    size_t n = slice_find(text, SLICE("\n"));
    return n < text.n ? n + 1 : n;
}

/* "Name:" at the start; 0: it is no header line. */
static size_t mime_name(struct slice line)
{
    size_t n = 0;
    while (n < line.n && n < 80 && line.p[n] > ' ' && line.p[n] < 0x7F && line.p[n] != ':')
        n++;
    return n > 0 && n < line.n && line.p[n] == ':' ? n : 0;
}

void mime_split(struct slice message, struct slice *head, struct slice *body)
{
    size_t at = 0;
    while (at < message.n && at < MIME_HEADER_BYTES_MAX) {
        struct slice rest = slice_sub(message, at, message.n - at);
        size_t n = mime_line(rest);
        if (slice_trim(slice_sub(rest, 0, n)).n == 0) {
            *head = slice_sub(message, 0, at);
            *body = slice_sub(rest, n, rest.n - n);
            return;
        }
        at += n;
    }
    *head = slice_sub(message, 0, at);
    *body = slice_sub(message, at, message.n - at);
}

bool mime_is_message(struct slice text)
{
    static const char *const sure[] = {"MIME-Version", "Message-ID",    "Received",
                                       "Return-Path",  "Delivered-To",  "Snapshot-Content-Location",
                                       "X-Mailer",     "X-Gmail-Labels"};
    static const char *const usual[] = {"From", "To", "Subject", "Date"};
    size_t names = 0, signs = 0;
    bool certain = false;
    for (size_t n; text.n && names < 200; text = slice_sub(text, n, text.n - n), names++) {
        n = mime_line(text);
        struct slice line = slice_sub(text, 0, n);
        size_t name = mime_name(line);
        if (slice_trim(line).n == 0)
            break;
        if (name == 0 && !(names > 0 && (line.p[0] == ' ' || line.p[0] == '\t')))
            return false;
        for (size_t i = 0; name && i < COUNT_OF(sure); i++)
            certain |= slice_eq_nocase(slice_sub(line, 0, name), slice_of(sure[i]));
        for (size_t i = 0; name && i < COUNT_OF(usual); i++)
            signs += slice_eq_nocase(slice_sub(line, 0, name), slice_of(usual[i]));
    }
    return (certain && names >= 2) || signs >= MIME_SIGNS_MIN;
}

/* --- values ----------------------------------------------------------------------------------------------------- */

static int mime_sextet(char c)
{
    if (ascii_is_upper((unsigned char)c))
        return c - 'A';
    if (ascii_is_lower((unsigned char)c))
        return c - 'a' + 26;
    if (ascii_is_digit((unsigned char)c))
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static struct slice mime_base64(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < text.n; i++) {
        int six = mime_sextet(text.p[i]);
        if (six < 0)
            continue;
        bits = bits << 6 | (uint32_t)six;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have & 0xFF);
        }
    }
    return (struct slice){out, n};
}

/* blank: what '_' means, a blank in encoded words. */
static struct slice mime_quoted(struct arena *a, struct slice text, char blank)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        struct slice rest = slice_sub(text, i, text.n - i);
        int high = rest.n > 2 ? ascii_hex((unsigned char)rest.p[1]) : -1,
            low = rest.n > 2 ? ascii_hex((unsigned char)rest.p[2]) : -1;
        size_t end = 1;
        if (rest.p[0] == '=') {
            while (end < rest.n && (rest.p[end] == ' ' || rest.p[end] == '\t' || rest.p[end] == '\r'))
                end++;
        }
        if (rest.p[0] == '=' && high >= 0 && low >= 0) {
            out[n++] = (char)(high * 16 + low);
            i += 2;
        } else if (rest.p[0] == '=' && (end == rest.n || rest.p[end] == '\n')) {
            i += end < rest.n ? end : end - 1; /* a line that goes on */
        } else {
            out[n++] = rest.p[0] == '_' ? blank : rest.p[0];
        }
    }
    return (struct slice){out, n};
}

/* "=?charset?Q?text?=" at the start: its bytes; 0: it is none. */
static size_t mime_word(struct arena *a, struct slice text, struct slice *out)
{
    size_t marks[3], at = 2;
    if (!slice_starts(text, SLICE("=?")))
        return 0;
    for (size_t i = 0; i < 3; i++) {
        while (at < text.n && text.p[at] != '?' && text.p[at] > ' ')
            at++;
        if (at >= text.n || text.p[at] != '?')
            return 0;
        marks[i] = at++;
    }
    if (at >= text.n || text.p[at] != '=' || marks[1] - marks[0] != 2)
        return 0;
    struct slice charset = slice_sub(text, 2, marks[0] - 2),
                 bytes = slice_sub(text, marks[1] + 1, marks[2] - marks[1] - 1);
    char coding = text.p[marks[0] + 1];
    charset.n = slice_find(charset, SLICE("*")); /* a language follows */
    bytes = coding == 'B' || coding == 'b' ? mime_base64(a, bytes) : mime_quoted(a, bytes, ' ');
    *out = charset_to_utf8(a, bytes, arena_printf(a, "text/plain; charset=%.*s", SLICE_ARGS(charset)));
    return at + 1;
}

/* A value on one line, its encoded words decoded; white space between two of them is none. */
static struct slice mime_decode(struct arena *a, struct slice raw)
{
    struct buf out;
    struct slice word;
    size_t blanks = 0;
    bool after_word = false;
    buf_init(&out, MIME_FIELD_BYTES_MAX);
    for (size_t i = 0; i < raw.n && !out.over;) {
        struct slice rest = slice_sub(raw, i, raw.n - i);
        size_t n = ascii_is_space((unsigned char)rest.p[0]) ? 0 : mime_word(a, rest, &word);
        if (ascii_is_space((unsigned char)rest.p[0])) {
            blanks++;
            i++;
            continue;
        }
        if (blanks && out.n && !(n && after_word))
            buf_add_char(&out, ' ');
        blanks = 0;
        after_word = n > 0;
        buf_add(&out, n ? utf8_cut(word, out.max_bytes - out.n) : slice_sub(rest, 0, 1));
        i += n ? n : 1;
    }
    struct slice text = charset_to_utf8(a, arena_dup(a, buf_slice(&out)), SLICE("text/plain"));
    buf_release(&out);
    return text;
}

/* As written, with the lines that it goes on. */
static struct slice mime_raw(struct slice head, const char *name)
{
    while (head.n) {
        size_t n = mime_line(head), at = mime_name(slice_sub(head, 0, n));
        while (n < head.n && (head.p[n] == ' ' || head.p[n] == '\t'))
            n += mime_line(slice_sub(head, n, head.n - n));
        if (at && slice_eq_nocase(slice_sub(head, 0, at), slice_of(name)))
            return slice_trim(slice_sub(head, at + 1, n - at - 1));
        head = slice_sub(head, n, head.n - n);
    }
    return (struct slice){"", 0};
}

struct slice mime_field(struct arena *a, struct slice head, const char *name)
{
    struct slice raw = mime_raw(head, name);
    return raw.n ? mime_decode(a, raw) : raw;
}

/* A parameter of a value: boundary, charset, name. */
static struct slice mime_parameter(struct slice value, const char *name)
{
    size_t at = slice_find(value, SLICE(";"));
    while (at < value.n) {
        struct slice one = slice_trim(slice_sub(value, at + 1, value.n - at - 1));
        size_t equals = slice_find(one, SLICE("="));
        bool found = equals < one.n && slice_eq_nocase(slice_trim(slice_sub(one, 0, equals)), slice_of(name));
        struct slice rest = equals < one.n ? slice_trim(slice_sub(one, equals + 1, one.n - equals - 1)) : SLICE("");
        bool quoted = rest.n && rest.p[0] == '"';
        size_t n = 0;
        if (quoted) {
            rest = slice_sub(rest, 1, rest.n - 1);
            n = slice_find(rest, SLICE("\""));
        } else {
            while (n < rest.n && rest.p[n] != ';' && !ascii_is_space((unsigned char)rest.p[n]))
                n++;
        }
        if (found)
            return slice_sub(rest, 0, n);
        rest = slice_sub(rest, n, rest.n - n);
        size_t next = slice_find(rest, SLICE(";"));
        if (next == rest.n)
            break;
        at = (size_t)(rest.p + next - value.p);
    }
    return (struct slice){"", 0};
}

/* A file's name: filename="x", or with its character set, filename*=utf-8'en'x%20y (RFC 2231). */
static struct slice mime_file_name(struct arena *a, struct slice placed, struct slice type)
{
    struct slice name = mime_parameter(placed, "filename"), wide = mime_parameter(placed, "filename*");
    size_t mark = slice_find(wide, SLICE("'")), from = mark + 1;
    while (from < wide.n && wide.p[from] != '\'')
        from++;
    if (name.n == 0 && from < wide.n) {
        char *out = arena_alloc(a, wide.n + 1);
        size_t n = 0;
        for (size_t i = from + 1; i < wide.n; i++)
            out[n++] = wide.p[i] == '%' ? '=' : wide.p[i];
        struct slice bytes = mime_quoted(a, (struct slice){out, n}, '_');
        return charset_to_utf8(a, bytes, arena_printf(a, "text/plain; charset=%.*s", (int)mark, wide.p));
    }
    return mime_decode(a, name.n ? name : mime_parameter(type, "name"));
}

/* --- parts ------------------------------------------------------------------------------------------------------ */

struct mime {
    struct arena *arena;
    struct mime_part *parts;
    size_t count, room;
};

static void mime_walk(struct mime *m, struct slice message, unsigned depth);

/* "--boundary" at the start of a line. *last: "--" follows it. */
static bool mime_at_boundary(struct slice line, struct slice boundary, bool *last)
{
    if (line.n < boundary.n + 2 || line.p[0] != '-' || line.p[1] != '-' ||
        !slice_eq(slice_sub(line, 2, boundary.n), boundary))
        return false;
    struct slice rest = slice_trim(slice_sub(line, boundary.n + 2, line.n - boundary.n - 2));
    *last = slice_starts(rest, SLICE("--"));
    return rest.n == 0 || *last;
}

static void mime_multipart(struct mime *m, struct slice body, struct slice boundary, unsigned depth)
{
    size_t start = 0;
    bool in_part = false, last = false;
    for (size_t at = 0; at < body.n && !last && m->count < MIME_PARTS_MAX;) {
        struct slice rest = slice_sub(body, at, body.n - at);
        size_t n = mime_line(rest);
        if (mime_at_boundary(slice_sub(rest, 0, n), boundary, &last)) {
            if (in_part)
                mime_walk(m, slice_sub(body, start, at - start), depth);
            in_part = true;
            start = at + n;
        }
        at += n;
    }
    if (in_part && !last && m->count < MIME_PARTS_MAX) /* the message breaks off */
        mime_walk(m, slice_sub(body, start, body.n - start), depth);
}

static void mime_walk(struct mime *m, struct slice message, unsigned depth)
{
    struct mime_part part = {.depth = depth};
    mime_split(message, &part.head, &part.body);
    struct slice raw = mime_raw(part.head, "Content-Type"), placed = mime_raw(part.head, "Content-Disposition");
    part.content_type = raw.n ? mime_decode(m->arena, raw) : SLICE("text/plain");
    struct slice boundary = mime_parameter(raw, "boundary");
    part.name = mime_file_name(m->arena, placed, raw);
    part.attached = slice_starts(placed, SLICE("attachment"));
    bool deep = depth >= MIME_DEPTH_MAX;
    if (!deep && mime_is(&part, "multipart/") && boundary.n && boundary.n <= MIME_BOUNDARY_BYTES_MAX) {
        mime_multipart(m, part.body, boundary, depth + 1);
        return;
    }
    struct slice inner = part.body;
    bool message_within = !deep && mime_is(&part, "message/rfc822");
    if (message_within) {
        mime_split(inner, &part.head, &part.body);
        part.body.n = 0;
    }
    struct mime_part *one = arena_push(m->arena, &m->parts, m->count, &m->room);
    *one = part;
    m->count++;
    if (message_within && m->count < MIME_PARTS_MAX)
        mime_walk(m, inner, depth + 1);
}

struct mime_part *mime_parts(struct arena *a, struct slice message, size_t *count)
{
    struct mime m = {.arena = a};
    mime_walk(&m, message, 0);
    *count = m.count;
    return m.parts;
}

struct slice mime_body(struct arena *a, const struct mime_part *part)
{
    struct slice coding = mime_raw(part->head, "Content-Transfer-Encoding");
    if (slice_eq_nocase(coding, SLICE("base64")))
        return mime_base64(a, part->body);
    if (slice_eq_nocase(coding, SLICE("quoted-printable")))
        return mime_quoted(a, part->body, '_');
    return part->body;
}

bool mime_is(const struct mime_part *part, const char *type)
{
    struct slice wanted = slice_of(type), is = part->content_type;
    is.n = slice_find(is, SLICE(";"));
    is = slice_trim(is);
    if (slice_ends(wanted, SLICE("/")) && is.n > wanted.n)
        is.n = wanted.n;
    return slice_eq_nocase(is, wanted);
}
