/* sse.c - see sse.h for the contract. A line that is whole in one piece is read in place; only a line that was cut is
 * copied. Each byte is read a fixed number of times. */
#include "net/sse.h"

void sse_init(struct sse *s, size_t max_line_bytes, size_t max_event_bytes,
              bool (*on_event)(void *ud, const struct sse_event *e), void *ud)
{
    *s = (struct sse){.on_event = on_event, .ud = ud, .first_line = true};
    buf_init(&s->line, max_line_bytes);
    buf_init(&s->type, max_line_bytes);
    buf_init(&s->text, max_event_bytes);
}

void sse_release(struct sse *s)
{
    buf_release(&s->line);
    buf_release(&s->type);
    buf_release(&s->text);
}

static void sse_dispatch(struct sse *s)
{
    struct sse_event e = {s->type.n ? buf_slice(&s->type) : SLICE("message"), buf_slice(&s->text)};
    if (s->has_text && !s->on_event(s->ud, &e))
        s->state = SSE_STOPPED;
    buf_reset(&s->type);
    buf_reset(&s->text);
    s->has_text = false;
}

static void add_text(struct sse *s, struct slice value)
{
    if ((s->has_text && !buf_add_char(&s->text, '\n')) || !buf_add(&s->text, value))
        s->state = SSE_TOO_LARGE;
    s->has_text = true;
}

static void read_line(struct sse *s, struct slice line)
{
    if (s->first_line && slice_starts(line, SLICE("\xef\xbb\xbf")))
        line = slice_sub(line, 3, line.n - 3);
    s->first_line = false;
    if (line.n == 0) {
        sse_dispatch(s);
        return;
    }
    size_t colon = slice_find(line, SLICE(":")), from = colon < line.n ? colon + 1 : colon;
    if (from < line.n && line.p[from] == ' ')
        from++;
    struct slice field = slice_sub(line, 0, colon), value = slice_sub(line, from, line.n - from);
    if (slice_is(field, "data")) {
        add_text(s, value);
    } else if (slice_is(field, "event") || slice_is(field, "error")) {
        bool error = slice_is(field, "error");
        buf_reset(&s->type);
        buf_add(&s->type, error ? field : value); /* shorter than a line, so it fits */
        if (error)
            add_text(s, value);
    }
}

/* Where the line that begins at `from` ends, or bytes.n. */
static size_t line_end(struct slice bytes, size_t from)
{
    while (from < bytes.n && bytes.p[from] != '\n' && bytes.p[from] != '\r')
        from++;
    return from;
}

enum sse_state sse_add(struct sse *s, struct slice bytes)
{
    for (size_t at = 0; at < bytes.n && s->state == SSE_MORE;) {
        if (s->after_cr && bytes.p[at] == '\n') {
            s->after_cr = false;
            at++;
            continue;
        }
        s->after_cr = false;
        size_t end = line_end(bytes, at);
        struct slice piece = slice_sub(bytes, at, end - at);
        bool whole = end < bytes.n;
        if (s->line.n + piece.n > s->line.max_bytes || ((s->line.n > 0 || !whole) && !buf_add(&s->line, piece))) {
            s->state = SSE_TOO_LARGE;
            break;
        }
        if (whole) {
            s->after_cr = bytes.p[end] == '\r';
            read_line(s, s->line.n > 0 ? buf_slice(&s->line) : piece);
            buf_reset(&s->line);
        }
        at = whole ? end + 1 : end;
    }
    return s->state;
}

enum sse_state sse_end(struct sse *s)
{
    if (s->state == SSE_MORE && s->line.n > 0)
        read_line(s, buf_slice(&s->line));
    buf_reset(&s->line);
    if (s->state == SSE_MORE)
        sse_dispatch(s);
    return s->state;
}
