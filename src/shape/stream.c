/* JSON that is sent while it is still being written.
 *
 * A small scanner follows the reply at its top level only: where names and values begin and end. It is strict; the first
 * byte that does not belong there breaks it, and from then on the reply is only collected. Values are parsed when they
 * are complete. Each property of the schema has a slot; `next` is the first one that has not gone out completely, and
 * only that one may be half out (a growing string or array).
 *
 * At the end the repaired reply fills the slots that are empty, then the filler; what went out stays as it was, so the
 * document is put together from the slots and not from the repaired reply. */
#include "shape/stream.h"

#include "base/utf8.h"
#include "shape/check.h"
#include "shape/lenient.h"

enum { MAX_NEW_ITEMS = 1000, MAX_MORE = 1000 /* properties that the schema does not name */ };

enum slot_state { SLOT_EMPTY, SLOT_KNOWN, SLOT_SENT, SLOT_LEFT_OUT };

struct slot {
    const struct shape_property *property;
    enum slot_state state;
    struct value value;
};

enum scan_state {
    SCAN_START,  /* before the opening brace */
    SCAN_NAME,   /* before a name or the closing brace */
    SCAN_IN_NAME,
    SCAN_COLON,
    SCAN_VALUE,  /* before a value */
    SCAN_IN_VALUE,
    SCAN_COMMA,  /* behind a value, which counts when a comma or brace follows: a quote may stand within a string */
    SCAN_OVER    /* the document is complete, or broken */
};

/* What of a value has been scanned. */
struct extent {
    size_t start, end, depth;
    bool in_string, escaped, scalar;
    enum { EXTENT_NONE, EXTENT_OPEN, EXTENT_ENDED } state;
};

struct json_stream {
    struct arena *arena;
    const struct shape *root; /* with its own keywords; NULL: nothing goes out before the end */
    const struct shape *shape;
    bool (*text)(void *ud, struct slice piece);
    bool (*member)(void *ud, size_t i, const struct value *v); /* instead of text */
    void *ud;
    bool gone;
    struct buf reply, ready;
    struct slot *slots;
    size_t slot_count, next, sent;
    struct repair_budget budget;
    enum scan_state state;
    size_t at; /* scanned bytes of the reply */
    bool in_reasoning;
    size_t name_start;
    struct slot *current; /* whose value is being scanned; NULL: nobody's */
    struct extent value;
    enum { GROW_NOTHING, GROW_STRING, GROW_ARRAY } growing; /* slots[next] is half out */
    struct buf grown;     /* of a growing string: the text */
    size_t grown_at;      /* bytes of the reply that are in it */
    struct extent item;   /* of a growing array */
    struct value *items;
    size_t item_count, item_room;
};

static void release(void *thing)
{
    struct json_stream *s = thing;
    buf_release(&s->reply);
    buf_release(&s->ready);
    buf_release(&s->grown);
}

/* An object whose properties can be decided one by one. */
static const struct shape *plain_object(const struct shape *shape)
{
    const struct shape *s = shape_resolve(shape);
    size_t required = 0;
    for (size_t i = 0; i < s->property_count; i++)
        required += s->properties[i].required;
    bool plain = !s->never && !s->always && (s->types & SHAPE_OBJECT) && s->property_count && !s->any_of_count && !s->ref &&
                 !s->value_count && !s->constant && s->max_properties == SIZE_MAX && s->min_properties <= required;
    return plain ? s : NULL;
}

struct json_stream *json_stream_new(struct arena *a, const struct shape *shape, bool (*text)(void *ud, struct slice piece),
                                    void *ud)
{
    struct json_stream *s = arena_array(a, struct json_stream, 1);
    s->arena = a;
    s->shape = shape;
    s->root = plain_object(shape);
    s->text = text;
    s->ud = ud;
    s->budget = REPAIR_BUDGET;
    buf_init(&s->reply, JSON_STREAM_BYTES);
    buf_init(&s->ready, 8 * JSON_STREAM_BYTES);
    buf_init(&s->grown, JSON_STREAM_BYTES);
    arena_defer(a, release, s);
    if (s->root) {
        s->slot_count = s->root->property_count;
        s->slots = arena_array(a, struct slot, s->slot_count);
        for (size_t i = 0; i < s->slot_count; i++)
            s->slots[i].property = &s->root->properties[i];
    }
    return s;
}

struct json_stream *json_stream_members(struct arena *a, const struct shape *shape,
                                        bool (*member)(void *ud, size_t i, const struct value *v), void *ud)
{
    struct json_stream *s = json_stream_new(a, shape, NULL, ud);
    s->member = member;
    return s;
}

static void flush(struct json_stream *s)
{
    s->gone = s->gone || s->ready.over;
    if (s->ready.n && !s->gone)
        s->gone = !s->text(s->ud, buf_slice(&s->ready));
    buf_reset(&s->ready);
}

static struct slice reply(const struct json_stream *s, size_t from, size_t to)
{
    return slice_sub(buf_slice(&s->reply), from, to - from);
}

/* ---- sending ---- */

static void send_name(struct json_stream *s, struct slice name)
{
    buf_add_char(&s->ready, s->sent++ ? ',' : '{');
    value_print_string(name, &s->ready);
    buf_add_char(&s->ready, ':');
}

static void send_slot(struct json_stream *s, struct slot *slot)
{
    slot->state = SLOT_SENT;
    if (s->member) {
        s->gone = s->gone || !s->member(s->ud, (size_t)(slot - s->slots), &slot->value);
        return;
    }
    send_name(s, slot->property->name);
    value_print(&slot->value, &s->ready);
}

/* Text within a string: without its quotes. */
static void send_inside(struct json_stream *s, struct slice text)
{
    size_t before = s->ready.n;
    if (text.n == 0 || !value_print_string(text, &s->ready))
        return;
    memmove(s->ready.p + before, s->ready.p + before + 1, s->ready.n - before - 2);
    s->ready.n -= 2;
}

/* Whatever is known and in order. */
static void advance(struct json_stream *s)
{
    while (s->next < s->slot_count && s->slots[s->next].state == SLOT_KNOWN)
        send_slot(s, &s->slots[s->next++]);
}

/* ---- growing ---- */

static bool has_limits(const struct shape *p)
{
    return p->never || p->any_of_count || p->ref || p->value_count || p->constant;
}

static bool is_open_string(const struct shape *p)
{
    return !has_limits(p) && (p->always || (p->types & SHAPE_STRING)) && p->min_length == 0 && p->max_length == SIZE_MAX &&
           !p->pattern.n && p->format == FORMAT_NONE;
}

static bool is_open_array(struct json_stream *s, const struct shape *p)
{
    struct value ignored;
    if (has_limits(p) || p->always || !(p->types & SHAPE_ARRAY) || p->unique_items || p->min_items > MAX_NEW_ITEMS)
        return false;
    return p->min_items == 0 || (p->items && shape_safest(s->arena, p->items, &ignored));
}

/* The slot's value begins with this byte: can it go out while it comes? */
static void begin_growing(struct json_stream *s, char c)
{
    if (s->member || !s->current || s->current != &s->slots[s->next])
        return;
    const struct shape *p = shape_resolve(s->current->property->shape);
    if (c == '"' && is_open_string(p)) {
        s->growing = GROW_STRING;
        s->grown_at = s->at + 1;
        buf_reset(&s->grown);
        send_name(s, s->current->property->name);
        buf_add_char(&s->ready, '"');
    } else if (c == '[' && is_open_array(s, p)) {
        s->growing = GROW_ARRAY;
        s->item = (struct extent){0};
        s->items = NULL;
        s->item_count = s->item_room = 0;
        send_name(s, s->current->property->name);
        buf_add_char(&s->ready, '[');
    }
}

/* Bytes at the end of text that may be half an escape: a backslash with up to 11 more of a surrogate pair. */
static size_t undecided(struct slice text)
{
    size_t from = text.n > 12 ? text.n - 12 : 0;
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] != '\\')
            continue;
        size_t slashes = 1;
        while (slashes <= i && text.p[i - slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            continue; /* an escaped backslash */
        size_t needs = i + 1 < text.n && text.p[i + 1] != 'u' ? 2 : 6;
        bool high = needs == 6 && i + 3 < text.n && (text.p[i + 2] | 32) == 'd' && strchr("89abAB", text.p[i + 3]);
        if (i + (high ? 12 : needs) > text.n)
            return text.n - i;
    }
    return 0;
}

/* What the escapes mean; by the lenient reader, which has an answer to each broken one. */
static struct slice decode(struct json_stream *s, struct slice raw)
{
    struct value v = {.kind = VALUE_STRING, .string = {"", 0}};
    struct buf quoted;
    size_t used;
    buf_init(&quoted, 2 * JSON_STREAM_BYTES);
    buf_add_char(&quoted, '"');
    buf_add(&quoted, raw);
    buf_add_char(&quoted, '"');
    if (!lenient_parse(s->arena, buf_slice(&quoted), &v, &used) || v.kind != VALUE_STRING)
        v.string.n = 0;
    buf_release(&quoted);
    return v.string;
}

/* Sends what has come of the growing string up to `end`, but for half an escape. */
static void grow_string(struct json_stream *s, size_t end)
{
    struct slice raw = reply(s, s->grown_at, end);
    raw.n -= undecided(raw);
    if (raw.n == 0)
        return;
    struct slice text = decode(s, raw);
    buf_add(&s->grown, text);
    send_inside(s, text);
    s->grown_at += raw.n;
}

static void end_string(struct json_stream *s)
{
    buf_add_char(&s->ready, '"');
    struct slot *slot = &s->slots[s->next++];
    slot->value = (struct value){.kind = VALUE_STRING, .string = arena_dup(s->arena, buf_slice(&s->grown))};
    slot->state = SLOT_SENT;
    s->growing = GROW_NOTHING;
}

static void add_item(struct json_stream *s, struct value item)
{
    if (s->item_count)
        buf_add_char(&s->ready, ',');
    value_print(&item, &s->ready);
    *(struct value *)arena_push(s->arena, (void **)&s->items, s->item_count++, &s->item_room, sizeof item) = item;
}

static bool parse(struct json_stream *s, struct slice text, struct value *out)
{
    const struct value *v;
    struct err e;
    if (!value_parse(s->arena, text, &v, NULL, &e))
        return false;
    *out = *v;
    return true;
}

static void stop(struct json_stream *s)
{
    s->state = SCAN_OVER;
}

static void end_item(struct json_stream *s)
{
    const struct shape *p = shape_resolve(s->slots[s->next].property->shape);
    struct value item, settled;
    s->item.state = EXTENT_NONE;
    if (!parse(s, reply(s, s->item.start, s->item.end), &item))
        stop(s);
    else if (s->item_count >= p->max_items)
        return;
    else if (!p->items)
        add_item(s, item);
    else if (repair_value(s->arena, p->items, &item, &s->budget, &settled))
        add_item(s, settled);
}

/* False: minItems wants more, which is asked for at the end. */
static bool end_array(struct json_stream *s)
{
    struct slot *slot = &s->slots[s->next];
    if (s->item_count < shape_resolve(slot->property->shape)->min_items)
        return false;
    buf_add_char(&s->ready, ']');
    slot->value = (struct value){.kind = VALUE_ARRAY, .array = {s->items, s->item_count}};
    slot->state = SLOT_SENT;
    s->next++;
    s->growing = GROW_NOTHING;
    return true;
}

/* ---- scanning ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void begin_extent(struct extent *e, size_t start, char c)
{
    *e = (struct extent){.start = start, .in_string = c == '"', .depth = c == '{' || c == '[', .state = EXTENT_OPEN};
    e->scalar = !e->in_string && !e->depth;
}

static bool is_scalar_end(char c)
{
    return is_space(c) || c == ',' || c == '}' || c == ']';
}

/* One more byte of an open extent. False: it ended before this one. */
static bool scan_extent(struct extent *e, size_t at, char c)
{
    bool ended = false;
    if (e->scalar && is_scalar_end(c)) {
        e->end = at;
        e->state = EXTENT_ENDED;
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
        e->state = EXTENT_ENDED;
    }
    return true;
}

/* The value of the current slot is complete in the reply. */
static void end_value(struct json_stream *s)
{
    struct slot *slot = s->current;
    struct value v;
    s->current = NULL;
    if (!slot)
        return;
    if (s->growing && slot == &s->slots[s->next]) {
        if (s->growing == GROW_STRING)
            end_string(s);
        else
            (void)end_array(s);
    } else if (!parse(s, reply(s, s->value.start, s->value.end), &v)) {
        stop(s);
        return;
    } else if (repair_value(s->arena, slot->property->shape, &v, &s->budget, &slot->value)) {
        slot->state = SLOT_KNOWN;
    }
    advance(s);
}

/* A byte of a growing array, behind its opening bracket: its items are values themselves. */
static void scan_item(struct json_stream *s, char c)
{
    if (s->item.state == EXTENT_OPEN && scan_extent(&s->item, s->at, c))
        return;
    if (is_space(c))
        return;
    bool separator = c == ',' || c == ']';
    if (s->item.state == EXTENT_ENDED && separator)
        end_item(s);
    else if (s->item.state == EXTENT_NONE && !separator)
        begin_extent(&s->item, s->at, c);
    else if (s->item.state == EXTENT_ENDED)
        stop(s);
}

static void scan_value(struct json_stream *s, char c)
{
    if (s->growing == GROW_ARRAY && s->current == &s->slots[s->next])
        scan_item(s, c);
    if (s->state == SCAN_OVER)
        return;
    bool read = scan_extent(&s->value, s->at, c);
    if (s->value.state != EXTENT_ENDED)
        return;
    s->state = SCAN_COMMA;
    if (s->growing == GROW_STRING && s->current)
        grow_string(s, s->value.end - 1);
    if (!read)
        s->at--; /* the byte is not the value's */
}

static void begin_value(struct json_stream *s, char c)
{
    if (strchr(",:}]", c)) {
        stop(s);
        return;
    }
    begin_extent(&s->value, s->at, c);
    s->state = SCAN_IN_VALUE;
    begin_growing(s, c);
}

/* The slot of the name that was read, if it still wants a value. */
static void end_name(struct json_stream *s)
{
    struct value name;
    s->state = SCAN_COLON;
    s->current = NULL;
    if (!parse(s, reply(s, s->name_start, s->at + 1), &name) || name.kind != VALUE_STRING) {
        stop(s);
        return;
    }
    for (size_t i = 0; i < s->slot_count && !s->current; i++)
        if (s->slots[i].state == SLOT_EMPTY && slice_eq(s->slots[i].property->name, name.string) &&
            !(s->growing && i == s->next))
            s->current = &s->slots[i];
}

/* The brace that opens the document: behind any reasoning, with a name to follow. */
static void find_start(struct json_stream *s)
{
    static const struct slice begin = {"<think", 6}, end = {"</think", 7};
    for (; s->at < s->reply.n; s->at++) {
        struct slice rest = reply(s, s->at, s->reply.n);
        struct slice tag = s->in_reasoning ? end : begin;
        if (rest.p[0] == '<') {
            if (rest.n < tag.n)
                return; /* may still become the tag */
            s->in_reasoning = s->in_reasoning != slice_starts(rest, tag);
        }
        if (s->in_reasoning || rest.p[0] != '{')
            continue;
        size_t name = 1;
        while (name < rest.n && is_space(rest.p[name]))
            name++;
        if (name == rest.n)
            return;
        s->at++;
        s->state = rest.p[name] == '"' ? SCAN_NAME : SCAN_OVER;
        return;
    }
}

static void scan(struct json_stream *s, char c)
{
    switch (s->state) {
    case SCAN_IN_NAME:
        (void)scan_extent(&s->value, s->at, c);
        if (s->value.state == EXTENT_ENDED)
            end_name(s);
        return;
    case SCAN_IN_VALUE:
        scan_value(s, c);
        return;
    default:
        break;
    }
    if (is_space(c))
        return;
    if (s->state == SCAN_NAME && c == '"') {
        begin_extent(&s->value, s->at, c);
        s->name_start = s->at;
        s->state = SCAN_IN_NAME;
    } else if (s->state == SCAN_COLON && c == ':') {
        s->state = SCAN_VALUE;
    } else if (s->state == SCAN_VALUE) {
        begin_value(s, c);
    } else if (s->state == SCAN_COMMA && (c == ',' || c == '}')) {
        s->state = c == ',' ? SCAN_NAME : SCAN_OVER;
        end_value(s);
    } else {
        stop(s);
    }
}

bool json_stream_feed(struct json_stream *s, struct slice delta)
{
    if (s->gone)
        return false;
    size_t room = JSON_STREAM_BYTES - s->reply.n;
    buf_add(&s->reply, utf8_cut(delta, room));
    if (!s->root)
        return true;
    if (s->state == SCAN_START)
        find_start(s);
    for (; s->state != SCAN_START && s->state != SCAN_OVER && s->at < s->reply.n; s->at++)
        scan(s, s->reply.p[s->at]);
    if (s->growing == GROW_STRING && s->state == SCAN_IN_VALUE)
        grow_string(s, s->reply.n);
    flush(s);
    return !s->gone;
}

/* ---- the end ---- */

/* The rest of a growing string, when the repaired reply goes on where the output stands. */
static void finish_string(struct json_stream *s, const struct value *whole)
{
    struct slice grown = buf_slice(&s->grown);
    if (whole && whole->kind == VALUE_STRING && slice_starts(whole->string, grown)) {
        struct slice more = slice_sub(whole->string, grown.n, whole->string.n - grown.n);
        send_inside(s, more);
        buf_add(&s->grown, more);
    }
    end_string(s);
}

/* The same for an array; then what minItems still wants. */
static bool finish_array(struct json_stream *s, const struct value *whole, const struct filler *filler)
{
    struct slot *slot = &s->slots[s->next];
    const struct shape *p = shape_resolve(slot->property->shape);
    bool same = whole && whole->kind == VALUE_ARRAY && whole->array.n > s->item_count;
    for (size_t i = 0; i < s->item_count && same; i++)
        same = value_equal(&s->items[i], &whole->array.at[i]);
    for (size_t i = s->item_count; same && i < whole->array.n && i < p->max_items; i++) {
        struct value item = whole->array.at[i];
        if (!p->items || repair_value(s->arena, p->items, &item, &s->budget, &item))
            add_item(s, item);
    }
    while (s->item_count < p->min_items) {
        struct slice path = arena_printf(s->arena, "%.*s[%zu]", SLICE_ARGS(slot->property->name), s->item_count);
        struct value item;
        if (!p->items || !repair_fill(s->arena, p->items, NULL, path, filler, &s->budget, &item))
            return false;
        add_item(s, item);
    }
    return end_array(s);
}

static bool settle_rest(struct json_stream *s, const struct value *found, const struct filler *filler)
{
    bool ok = true;
    const struct value *grown = s->growing ? value_member(found, s->slots[s->next].property->name) : NULL;
    if (s->growing == GROW_STRING)
        finish_string(s, grown);
    else if (s->growing == GROW_ARRAY)
        ok = finish_array(s, grown, filler);
    for (size_t i = s->next; i < s->slot_count && ok; i++) {
        struct slot *slot = &s->slots[i];
        const struct value *v = value_member(found, slot->property->name);
        if (slot->state == SLOT_EMPTY && (v || slot->property->required)) {
            ok = slot->property->required
                     ? repair_fill(s->arena, slot->property->shape, v, slot->property->name, filler, &s->budget, &slot->value)
                     : repair_value(s->arena, slot->property->shape, v, &s->budget, &slot->value);
            slot->state = ok ? SLOT_KNOWN : SLOT_LEFT_OUT;
            ok = ok || !slot->property->required;
        } else if (slot->state == SLOT_EMPTY) {
            slot->state = SLOT_LEFT_OUT;
        }
        if (slot->state == SLOT_KNOWN)
            send_slot(s, slot);
        flush(s);
    }
    return ok;
}

static bool is_property(const struct json_stream *s, struct slice name)
{
    for (size_t i = 0; i < s->slot_count; i++)
        if (slice_eq(s->slots[i].property->name, name))
            return true;
    return false;
}

/* The document out of the slots, and members that the schema does not name but allows. */
static void send_document_end(struct json_stream *s, const struct value *found, struct value *out)
{
    size_t most = s->slot_count + (found && found->kind == VALUE_OBJECT ? found->object.n : 0), n = 0;
    struct value_member *members = arena_array(s->arena, struct value_member, most);
    for (size_t i = 0; i < s->slot_count; i++)
        if (s->slots[i].state == SLOT_SENT)
            members[n++] = (struct value_member){s->slots[i].property->name, s->slots[i].value};
    for (size_t i = 0; i < most - s->slot_count && i < MAX_MORE; i++) {
        const struct value_member *m = &found->object.at[i];
        if (is_property(s, m->name))
            continue;
        send_name(s, m->name);
        value_print(&m->value, &s->ready);
        members[n++] = *m;
    }
    buf_add(&s->ready, n ? SLICE("}") : SLICE("{}"));
    *out = (struct value){.kind = VALUE_OBJECT, .object = {members, n}};
}

bool json_stream_finish(struct json_stream *s, const struct filler *filler, struct value *out)
{
    static const struct filler nobody = {NULL, NULL};
    struct repaired repaired;
    bool ok;
    filler = filler ? filler : &nobody;
    if (s->gone)
        return false;
    repair_json(s->arena, buf_slice(&s->reply), s->shape, &repaired);
    const struct value *found = repaired.found ? &repaired.value : NULL;
    if (!s->sent && !(s->root && found && found->kind == VALUE_OBJECT)) {
        ok = repair_fill(s->arena, s->shape, found, SLICE(""), filler, &s->budget, out) && value_print(out, &s->ready);
    } else {
        ok = settle_rest(s, found, filler);
        if (ok)
            send_document_end(s, found, out);
    }
    flush(s);
    return ok && !s->gone;
}
