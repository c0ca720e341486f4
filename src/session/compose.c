#include "session/compose.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "text/markdown_guard.h"
#include "text/token_estimate.h"

struct compose {
    struct arena *arena;
    struct evidence *evidence;
    struct buf text;
    size_t points; /* code points of text */
    size_t *ends;  /* byte offset of the end of each piece */
    size_t end_count, end_room;
    struct annotation *annotations;
    size_t annotation_count, annotation_room;
    enum finish finish;
    const struct sink *sink;      /* of a stream */
    size_t sent;                  /* pieces */
    struct markdown_guard *guard; /* NULL: text goes out as it is */
    bool unmarked;
    bool left;
};

static void release_text(void *thing)
{
    buf_release(thing);
}

struct compose *compose_new(struct arena *a, struct evidence *ev)
{
    struct compose *c = arena_array(a, struct compose, 1);
    c->arena = a;
    c->evidence = ev;
    buf_init(&c->text, ANSWER_MAX_BYTES);
    arena_defer(a, release_text, &c->text);
    return c;
}

static void release_guard(void *thing)
{
    markdown_guard_release(thing);
}

void compose_harmless(struct compose *c)
{
    c->guard = arena_array(c->arena, struct markdown_guard, 1);
    markdown_guard_init(c->guard);
    arena_defer(c->arena, release_guard, c->guard);
}

/* After a piece that did not fit comes nothing more, as the text would be read otherwise with a hole. */
static void compose_piece(struct compose *c, struct slice text)
{
    if (text.n == 0 || c->text.over || !buf_add(&c->text, text))
        return;
    c->points += utf8_count(text);
    *arena_push(c->arena, &c->ends, c->end_count, &c->end_room) = c->text.n;
    c->end_count++;
    if (c->sink && !c->left) {
        c->left = !sink_text(c->sink, text);
        c->sent = c->end_count;
    }
}

void compose_text(struct compose *c, struct slice text)
{
    compose_piece(c, c->guard ? markdown_guard_feed(c->guard, text) : text);
}

void compose_settle(struct compose *c)
{
    if (c->guard)
        compose_piece(c, markdown_guard_settle(c->guard));
}

void compose_stream(struct compose *c, const struct sink *sink)
{
    c->sink = sink;
}

size_t compose_bytes(const struct compose *c)
{
    return c->text.n;
}

bool compose_heard(const struct compose *c)
{
    return !c->left;
}

/* Bytes of a reference mark at i, "[12]", or 0. A page's marks number its own notes. Beside our marks, readers would
 * take them for ours and look into the wrong pages. */
static size_t foreign_mark(struct slice text, size_t i)
{
    size_t at = i + 1;
    if (text.p[i] != '[')
        return 0;
    while (at < text.n && at - i <= 3 && ascii_is_digit(text.p[at]))
        at++;
    return at > i + 1 && at < text.n && text.p[at] == ']' ? at + 1 - i : 0;
}

struct slice compose_flat(struct arena *a, struct slice text)
{
    char *flat = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        size_t mark = foreign_mark(text, i);
        if (mark) {
            i += mark - 1;
            continue;
        }
        bool space = ascii_is_space(text.p[i]);
        if (!space || (n > 0 && flat[n - 1] != ' '))
            flat[n++] = space ? ' ' : text.p[i];
    }
    return slice_trim((struct slice){flat, n});
}

void compose_quote(struct compose *c, struct slice sentence)
{
    compose_text(c, compose_flat(c->arena, sentence));
}

static void compose_annotate(struct compose *c, struct source *source, size_t start)
{
    struct annotation *note = arena_push(c->arena, &c->annotations, c->annotation_count, &c->annotation_room);
    *note = (struct annotation){source, start, c->points};
    c->annotation_count++;
}

void compose_without_marks(struct compose *c)
{
    c->unmarked = true;
}

void compose_mark(struct compose *c, struct source *source)
{
    unsigned number = evidence_cite(c->evidence, source);
    if (c->unmarked)
        return;
    compose_settle(c);
    size_t start = c->points;
    compose_text(c, arena_printf(c->arena, "[%u]", number));
    compose_annotate(c, source, start);
}

void compose_cited_text(struct compose *c, struct slice text, struct source *source)
{
    size_t start = c->points;
    evidence_cite(c->evidence, source);
    compose_text(c, text);
    compose_annotate(c, source, start);
}

/* Keeps the first n bytes. Later pieces, and annotations that reach beyond, are dropped. */
static void compose_keep(struct compose *c, size_t n)
{
    c->text.n = n;
    c->points = utf8_count(buf_slice(&c->text));
    size_t kept = 0;
    while (kept < c->end_count && c->ends[kept] < n)
        kept++;
    if (n > 0 && kept < c->end_count)
        c->ends[kept++] = n;
    c->end_count = kept;
    while (c->annotation_count && c->annotations[c->annotation_count - 1].end > c->points)
        c->annotation_count--;
}

void compose_limit(struct compose *c, const struct question *q)
{
    for (size_t i = 0; i < q->stop_count; i++) {
        size_t at = slice_find(buf_slice(&c->text), q->stops[i]);
        if (at < c->text.n)
            compose_keep(c, at);
    }
    if (q->max_tokens == 0 || token_estimate(buf_slice(&c->text), TOKENS_USUAL) <= q->max_tokens)
        return;
    struct slice text = buf_slice(&c->text);
    while (text.n > 0 && token_estimate(text, TOKENS_USUAL) > q->max_tokens)
        text = utf8_cut(text, text.n - 1);
    struct slice words = text;
    while (words.n > 0 && !ascii_is_space(words.p[words.n]))
        words.n--;
    compose_keep(c, words.n ? words.n : text.n);
    c->finish = FINISH_LENGTH;
}

bool compose_send(struct compose *c, const struct sink *sink, struct answer *out)
{
    compose_settle(c);
    struct slice text = buf_slice(&c->text);
    if (c->left)
        return false;
    for (size_t i = c->sent, start = i ? c->ends[i - 1] : 0; i < c->end_count; start = c->ends[i++])
        if (!sink_text(sink, slice_sub(text, start, c->ends[i] - start)))
            return false;
    out->text = text;
    out->annotations = c->annotations;
    out->annotation_count = c->annotation_count;
    out->finish = c->finish;
    return true;
}
