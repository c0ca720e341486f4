/* speech.c - see speech.h. Each byte passes once through the joiner, the tag reader and the callbacks. Every LOOK_BYTES
 * the end of the text is checked for repetition. */
#include "llm/speech.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum { LOOK_BYTES = 128, CARRIER = 0x10FE00, BLANK_BYTES = 800 };

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

void speech_init(struct speech *s, size_t max_text_bytes, bool thinks_first, bool (*on_text)(void *, struct slice),
                 bool (*on_reasoning)(void *, struct slice), void *ud)
{
    *s = (struct speech){
        .on_text = on_text, .on_reasoning = on_reasoning, .ud = ud, .inside = thinks_first, .assumed = thinks_first};
    buf_init(&s->text, max_text_bytes);
    buf_init(&s->reasoning, SPEECH_REASONING_BYTES);
    buf_init(&s->joined, (size_t)16 << 20);
}

void speech_release(struct speech *s)
{
    buf_release(&s->text);
    buf_release(&s->reasoning);
    buf_release(&s->joined);
}

bool speech_began(const struct speech *s)
{
    return s->text.n > 0 || s->reasoning.n > 0;
}

/* Whether the end of text is one unit over and over. At most SPEECH_UNIT_BYTES times SPEECH_UNIT_TIMES comparisons. */
static bool speech_repeats(struct slice text)
{
    for (size_t unit = 1; unit <= SPEECH_UNIT_BYTES; unit++) {
        size_t n = unit * SPEECH_UNIT_TIMES > SPEECH_REPEAT_BYTES ? unit * SPEECH_UNIT_TIMES : SPEECH_REPEAT_BYTES;
        if (n > text.n)
            return false; /* longer units need more */
        const char *end = text.p + text.n - n;
        if (memcmp(end, end + unit, n - unit) == 0)
            return true;
    }
    return false;
}

static bool speech_stopped(const struct speech *s)
{
    return s->called_off || s->too_long || s->repeated;
}

static void speech_give(struct speech *s, bool reasoning, struct slice piece)
{
    struct buf *all = reasoning ? &s->reasoning : &s->text;
    bool (*on_piece)(void *, struct slice) = reasoning ? s->on_reasoning : s->on_text;
    size_t *looked = reasoning ? &s->reasoning_looked : &s->text_looked;
    if (piece.n == 0 || speech_stopped(s))
        return;
    if (!buf_add(all, piece)) {
        s->too_long = true;
        return;
    }
    s->called_off = on_piece && !on_piece(s->ud, piece);
    if (all->n - *looked >= LOOK_BYTES) {
        *looked = all->n;
        s->repeated = speech_repeats(buf_slice(all));
    }
}

/* Takes text or thinking, by where we are. White space before the text is dropped; too much of it counts as repetition.
 */
static void speech_put(struct speech *s, struct slice piece)
{
    while (!s->inside && s->text.n == 0 && piece.n > 0 && ascii_is_json_space(piece.p[0])) {
        piece = slice_sub(piece, 1, piece.n - 1);
        if (++s->blank_bytes >= BLANK_BYTES)
            s->repeated = true;
    }
    speech_give(s, s->inside, piece);
}

static void move_text_to_reasoning(struct speech *s)
{
    s->unopened = true;
    s->too_long |= !buf_add(&s->reasoning, buf_slice(&s->text));
    buf_reset(&s->text);
    s->text_looked = s->blank_bytes = 0;
}

static const struct {
    const char *name;
    bool opens;
} tags[] = {{"<think>", true}, {"</think>", false}, {"<thinking>", true}, {"</thinking>", false}};
enum { TAG_COUNT = COUNT_OF(tags) };

static void pass_tag(struct speech *s, bool opens)
{
    if (!opens && !s->inside)
        move_text_to_reasoning(s);
    s->inside = opens;
    s->assumed = false;
}

/* text begins with '<'. Bytes of a tag; 0: it is none; text.n + 1: it may become one. */
static size_t match_tag(struct slice text, bool *opens)
{
    for (size_t i = 0; i < TAG_COUNT; i++) {
        struct slice tag = slice_of(tags[i].name);
        if (slice_starts(text, tag)) {
            *opens = tags[i].opens;
            return tag.n;
        }
        if (slice_starts(tag, text))
            return text.n + 1;
    }
    return 0;
}

/* text is valid UTF-8. What was held back of the last delta comes first. */
static void speech_split(struct speech *s, struct slice text)
{
    while (text.n > 0 && !speech_stopped(s)) {
        bool opens = false;
        if (s->tag_bytes > 0) { /* one character more of what may be a tag */
            s->tag[s->tag_bytes++] = text.p[0];
            struct slice held = {s->tag, s->tag_bytes};
            size_t n = match_tag(held, &opens);
            if (n == held.n + 1) {
                text = slice_sub(text, 1, text.n - 1);
                continue;
            }
            s->tag_bytes = 0;
            if (n > 0) {
                pass_tag(s, opens);
                text = slice_sub(text, 1, text.n - 1);
            } else { /* text.p[0] is read again: it may be a '<' or the first byte of a character */
                speech_put(s, slice_sub(held, 0, held.n - 1));
            }
            continue;
        }
        size_t at = slice_find(text, SLICE("<"));
        speech_put(s, slice_sub(text, 0, at));
        text = slice_sub(text, at, text.n - at);
        if (text.n > 0) {
            s->tag[s->tag_bytes++] = '<';
            text = slice_sub(text, 1, text.n - 1);
        }
    }
}

/* Gives out the held bytes if they are a character by now, or can never become one. */
static void speech_settle(struct speech_joiner *j, struct buf *out)
{
    const unsigned char *h = j->held;
    char utf8[4];
    if (utf8_next((struct slice){(const char *)h, j->n}, NULL) == j->n) {
        buf_add(out, (struct slice){(const char *)h, j->n});
        j->n = 0;
        return;
    }
    bool surrogate = j->n >= 2 && h[0] == 0xed && h[1] >= 0xa0;
    if (surrogate && j->n == 6 && h[1] <= 0xaf && h[3] == 0xed && h[4] >= 0xb0) {
        uint32_t high = (uint32_t)(h[1] & 0x0f) << 6 | (h[2] & 0x3f),
                 low = (uint32_t)(h[4] & 0x0f) << 6 | (h[5] & 0x3f);
        buf_add(out, (struct slice){utf8, utf8_put(utf8, 0x10000 + (high << 10) + low)});
        j->n = 0;
        return;
    }
    size_t room = surrogate ? 6 : h[0] >= 0xf0 ? 4 : h[0] >= 0xe0 ? 3 : 2;
    bool lead = h[0] >= 0xc2 && h[0] <= 0xf4;
    if (!lead || j->n >= room) {
        buf_add(out, slice_of(replacement));
        j->n = 0;
    }
}

static void give_up(struct speech_joiner *j, struct buf *out)
{
    if (j->n > 0)
        buf_add(out, slice_of(replacement));
    j->n = 0;
}

static void speech_join(struct speech_joiner *j, struct slice delta, struct buf *out)
{
    buf_reset(out);
    if (j->n == 0 && !memchr(delta.p, 0xf4, delta.n)) { /* no carrier: nearly always */
        buf_add(out, delta);
        return;
    }
    while (delta.n > 0) {
        uint32_t code = 0;
        size_t n = utf8_next(delta, &code);
        if (n == 0)
            n = 1, code = CARRIER + 0xff; /* not what was promised; becomes a replacement */
        if (code >= CARRIER + 0x80 && code <= CARRIER + 0xff) {
            j->held[j->n++] = (unsigned char)(code - CARRIER);
            speech_settle(j, out);
        } else {
            give_up(j, out);
            buf_add(out, slice_sub(delta, 0, n));
        }
        delta = slice_sub(delta, n, delta.n - n);
    }
}

bool speech_add(struct speech *s, struct slice delta)
{
    if (speech_stopped(s) || delta.n == 0)
        return !speech_stopped(s);
    speech_join(&s->text_joiner, delta, &s->joined);
    speech_split(s, buf_slice(&s->joined));
    return !speech_stopped(s);
}

bool speech_add_reasoning(struct speech *s, struct slice delta)
{
    if (speech_stopped(s) || delta.n == 0)
        return !speech_stopped(s);
    if (s->assumed) /* it comes in a field of its own, so the text is text */
        s->inside = s->assumed = false;
    speech_join(&s->reasoning_joiner, delta, &s->joined);
    speech_give(s, true, buf_slice(&s->joined));
    return !speech_stopped(s);
}

bool speech_end(struct speech *s, bool whole)
{
    buf_reset(&s->joined);
    give_up(&s->reasoning_joiner, &s->joined);
    speech_give(s, true, buf_slice(&s->joined));
    buf_reset(&s->joined);
    give_up(&s->text_joiner, &s->joined);
    speech_split(s, buf_slice(&s->joined));
    speech_put(s, (struct slice){s->tag, s->tag_bytes});
    s->tag_bytes = 0;
    if (whole && s->assumed && !speech_stopped(s)) {
        struct buf said = s->reasoning;
        buf_init(&s->reasoning, SPEECH_REASONING_BYTES);
        s->inside = s->assumed = false;
        speech_put(s, buf_slice(&said));
        buf_release(&said);
    }
    return !speech_stopped(s);
}

static bool speech_hex4(struct slice text, size_t at, unsigned *code)
{
    *code = 0;
    if (at + 4 > text.n)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        char c = text.p[i];
        int digit = ascii_hex(c);
        if (digit < 0)
            return false;
        *code = *code << 4 | (unsigned)digit;
    }
    return true;
}

static void add_carrier(struct buf *out, unsigned byte)
{
    char utf8[4];
    buf_add(out, (struct slice){utf8, utf8_put(utf8, CARRIER + byte)});
}

/* json.p[at] is a backslash. Returns the bytes that were read. */
static size_t mend_escape(struct slice json, size_t at, struct buf *out)
{
    unsigned code, low;
    size_t left = json.n - at;
    if (left < 2 || json.p[at + 1] != 'u' || !speech_hex4(json, at + 2, &code)) {
        size_t n = left < 2 || (unsigned char)json.p[at + 1] >= 0x80 ? 1 : 2;
        buf_add(out, slice_sub(json, at, n));
        return n;
    }
    bool high = code >= 0xd800 && code < 0xdc00;
    if (high && at + 8 <= json.n && json.p[at + 6] == '\\' && json.p[at + 7] == 'u' &&
        speech_hex4(json, at + 8, &low) && low >= 0xdc00 && low < 0xe000) {
        buf_add(out, slice_sub(json, at, 12));
        return 12;
    }
    if (code >= 0xd800 && code < 0xe000) {
        add_carrier(out, 0xed);
        add_carrier(out, 0x80 | (code >> 6 & 0x3f));
        add_carrier(out, 0x80 | (code & 0x3f));
    } else {
        buf_add(out, code == 0 ? slice_of(replacement) : slice_sub(json, at, 6));
    }
    return 6;
}

struct slice speech_mend(struct arena *a, struct slice json)
{
    struct buf out;
    buf_init(&out, json.n * 4 + 16);
    for (size_t at = 0; at < json.n;) {
        size_t n = utf8_next(slice_sub(json, at, json.n - at), NULL);
        if (n == 0) {
            add_carrier(&out, (unsigned char)json.p[at]);
            n = 1;
        } else if (json.p[at] == '\\') {
            n = mend_escape(json, at, &out);
        } else {
            buf_add(&out, slice_sub(json, at, n));
        }
        at += n;
    }
    struct slice mended = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return mended;
}
