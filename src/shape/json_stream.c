/* json_stream.c - see json_stream.h for the contract.
 *
 * A client of the quick tiers should see the first member of its document while the model writes the third. The owner
 * writes the document itself; this file only says what the model wrote.
 *
 * A small scanner follows the reply at its top level only: where names and values begin and end. A value is parsed once
 * it is complete. The scanner is strict: it stops at the first byte that JSON would refuse, and reports nothing more.
 * repair_json makes sense of a broken reply, when the whole of it is there; an earlier guess could report a member that
 * the repaired document contradicts.
 *
 * Each property of the schema has a slot. `next` is the first slot that was not reported. A member that comes early is
 * kept until those before it were reported, since clients get the members in the order of the schema. */
#include "shape/json_stream.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "shape/check.h"

enum slot_state { SLOT_EMPTY, SLOT_KNOWN, SLOT_TOLD };

struct slot {
    const struct shape_property *property;
    enum slot_state state;
    struct value value;
};

enum scan_state {
    SCAN_START, /* before the opening brace */
    SCAN_NAME,  /* before a name or the closing brace */
    SCAN_IN_NAME,
    SCAN_COLON,
    SCAN_VALUE, /* before a value */
    SCAN_IN_VALUE,
    SCAN_COMMA, /* after a value, which counts only when a comma or brace follows: a quote may be inside a string */
    SCAN_OVER   /* the document is complete, or broken */
};

/* What of a value has been scanned. */
struct extent {
    size_t start, end, depth;
    bool in_string, escaped, scalar, ended;
};

struct json_stream {
    struct arena *arena;
    const struct shape *root; /* the schema with its own keywords; NULL: no member can be reported before the end */
    bool (*member)(void *ud, size_t i, const struct value *v);
    void *ud;
    bool gone; /* the owner wants no more */
    struct buf reply;
    struct slot *slots;
    size_t slot_count, next;
    struct check_budget budget;
    enum scan_state state;
    size_t at; /* scanned bytes of the reply */
    bool in_reasoning;
    size_t name_start;
    struct slot *current; /* whose value is being scanned; NULL: nobody's */
    struct extent value;
};

static void stream_release(void *thing)
{
    struct json_stream *s = thing;
    buf_release(&s->reply);
}

/* An object whose properties can be decided one by one. */
static const struct shape *stream_plain_object(const struct shape *shape)
{
    const struct shape *s = shape_resolve(shape);
    size_t required = 0;
    for (size_t i = 0; i < s->property_count; i++)
        required += s->properties[i].required;
    bool plain = !s->never && !s->always && (s->types & SHAPE_OBJECT) && s->property_count && !s->any_of_count &&
                 !s->ref && !s->value_count && !s->constant && s->max_properties == SIZE_MAX &&
                 s->min_properties <= required;
    return plain ? s : NULL;
}

struct json_stream *json_stream_new(struct arena *a, const struct shape *shape,
                                    bool (*member)(void *ud, size_t i, const struct value *v), void *ud)
{
    struct json_stream *s = arena_array(a, struct json_stream, 1);
    s->arena = a;
    s->root = stream_plain_object(shape);
    s->member = member;
    s->ud = ud;
    s->budget = CHECK_BUDGET;
    buf_init(&s->reply, JSON_STREAM_BYTES);
    arena_defer(a, stream_release, s);
    if (s->root) {
        s->slot_count = s->root->property_count;
        s->slots = arena_array(a, struct slot, s->slot_count);
        for (size_t i = 0; i < s->slot_count; i++)
            s->slots[i].property = &s->root->properties[i];
    }
    return s;
}

static struct slice stream_reply(const struct json_stream *s, size_t from, size_t to)
{
    return slice_sub(buf_slice(&s->reply), from, to - from);
}

/* Tells whatever is known and in order. */
static void stream_advance(struct json_stream *s)
{
    while (s->next < s->slot_count && s->slots[s->next].state == SLOT_KNOWN) {
        struct slot *slot = &s->slots[s->next];
        slot->state = SLOT_TOLD;
        s->gone = s->gone || !s->member(s->ud, s->next, &slot->value);
        s->next++;
    }
}

static bool stream_parse(struct json_stream *s, struct slice text, struct value *out)
{
    const struct value *v;
    struct err e;
    if (!value_parse(s->arena, text, &v, NULL, &e))
        return false;
    *out = *v;
    return true;
}

static void stream_stop(struct json_stream *s)
{
    s->state = SCAN_OVER;
}

static void extent_begin(struct extent *e, size_t start, char c)
{
    *e = (struct extent){.start = start, .in_string = c == '"', .depth = c == '{' || c == '['};
    e->scalar = !e->in_string && !e->depth;
}

static bool extent_ends_scalar(char c)
{
    return ascii_is_json_space(c) || c == ',' || c == '}' || c == ']';
}

/* One more byte of an open extent. False: it ended before this one. */
static bool extent_scan(struct extent *e, size_t at, char c)
{
    bool ended = false;
    if (e->scalar && extent_ends_scalar(c)) {
        e->end = at;
        e->ended = true;
        return false;
    }
    if (e->escaped) {
        e->escaped = false;
    } else if (e->in_string) {
        e->escaped = c == '\\';
        e->in_string = c != '"';
        ended = c == '"' && e->depth == 0;
    } else if (c == '"') {
        e->in_string = true;
    } else if (c == '{' || c == '[') {
        e->depth++;
    } else if (c == '}' || c == ']') {
        ended = --e->depth == 0; /* a scalar has ended before, so the depth is at least 1 */
    }
    if (ended) {
        e->end = at + 1;
        e->ended = true;
    }
    return true;
}

/* The value of the current slot is complete in the reply. */
static void stream_end_value(struct json_stream *s)
{
    struct slot *slot = s->current;
    struct value v;
    s->current = NULL;
    if (!slot)
        return;
    if (!stream_parse(s, stream_reply(s, s->value.start, s->value.end), &v)) {
        stream_stop(s);
        return;
    }
    if (repair_value(s->arena, slot->property->shape, &v, &s->budget, &slot->value))
        slot->state = SLOT_KNOWN;
    stream_advance(s);
}

static void stream_scan_value(struct json_stream *s, char c)
{
    bool read = extent_scan(&s->value, s->at, c);
    if (!s->value.ended)
        return;
    s->state = SCAN_COMMA;
    if (!read)
        s->at--; /* the byte is not the value's */
}

static void stream_begin_value(struct json_stream *s, char c)
{
    if (c == '\0' || char_in(c, ",:}]")) {
        stream_stop(s);
        return;
    }
    extent_begin(&s->value, s->at, c);
    s->state = SCAN_IN_VALUE;
}

/* The slot of the name that was read, if it still wants a value. */
static void stream_end_name(struct json_stream *s)
{
    struct value name;
    s->state = SCAN_COLON;
    s->current = NULL;
    if (!stream_parse(s, stream_reply(s, s->name_start, s->at + 1), &name) || name.kind != VALUE_STRING) {
        stream_stop(s);
        return;
    }
    for (size_t i = 0; i < s->slot_count && !s->current; i++)
        if (s->slots[i].state == SLOT_EMPTY && slice_eq(s->slots[i].property->name, name.string))
            s->current = &s->slots[i];
}

/* The brace that opens the document: behind any reasoning, with a name to follow. */
static void stream_find_start(struct json_stream *s)
{
    static const struct slice begin = {"<think", 6}, end = {"</think", 7};
    for (; s->at < s->reply.n; s->at++) {
        struct slice rest = stream_reply(s, s->at, s->reply.n);
        struct slice tag = s->in_reasoning ? end : begin;
        if (rest.p[0] == '<') {
            if (rest.n < tag.n)
                return; /* may still become the tag */
            s->in_reasoning = s->in_reasoning != slice_starts(rest, tag);
        }
        if (s->in_reasoning || rest.p[0] != '{')
            continue;
        size_t name = 1;
        while (name < rest.n && ascii_is_json_space(rest.p[name]))
            name++;
        if (name == rest.n)
            return;
        s->at++;
        s->state = rest.p[name] == '"' ? SCAN_NAME : SCAN_OVER;
        return;
    }
}

static void stream_scan(struct json_stream *s, char c)
{
    switch (s->state) {
    case SCAN_IN_NAME:
        (void)extent_scan(&s->value, s->at, c);
        if (s->value.ended)
            stream_end_name(s);
        return;
    case SCAN_IN_VALUE:
        stream_scan_value(s, c);
        return;
    default:
        break;
    }
    if (ascii_is_json_space(c))
        return;
    if (s->state == SCAN_NAME && c == '"') {
        extent_begin(&s->value, s->at, c);
        s->name_start = s->at;
        s->state = SCAN_IN_NAME;
    } else if (s->state == SCAN_COLON && c == ':') {
        s->state = SCAN_VALUE;
    } else if (s->state == SCAN_VALUE) {
        stream_begin_value(s, c);
    } else if (s->state == SCAN_COMMA && (c == ',' || c == '}')) {
        s->state = c == ',' ? SCAN_NAME : SCAN_OVER;
        stream_end_value(s);
    } else {
        stream_stop(s);
    }
}

bool json_stream_feed(struct json_stream *s, struct slice delta)
{
    if (s->gone)
        return false;
    buf_add(&s->reply, utf8_cut(delta, JSON_STREAM_BYTES - s->reply.n));
    if (!s->root)
        return true;
    if (s->state == SCAN_START)
        stream_find_start(s);
    for (; s->state != SCAN_START && s->state != SCAN_OVER && s->at < s->reply.n; s->at++)
        stream_scan(s, s->reply.p[s->at]);
    return !s->gone;
}
