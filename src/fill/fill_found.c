/* fill_found.c - adds up what was found for a place: its value and the sentences that it was read off. */
#include "fill/fill_inner.h"

enum { SCALAR_TEXT_MAX = 2000 };

void found_support(struct fill *f, struct found *out, const struct sentence *s)
{
    for (size_t i = 0; i < out->support_count; i++)
        if (out->support[i] == s)
            return;
    *arena_push(f->arena, &out->support, out->support_count, &out->support_room) = s;
    out->support_count++;
}

void found_merge(struct fill *f, struct found *into, const struct found *from)
{
    for (size_t i = 0; i < from->support_count; i++)
        found_support(f, into, from->support[i]);
    into->supported = into->supported || from->supported;
    into->given = into->given || from->given;
    bool said = from->note.n && slice_find(into->note, from->note) < into->note.n;
    if (from->note.n && into->note.n < 400 && !said)
        into->note = into->note.n ? arena_printf(f->arena, "%.*s %.*s", SLICE_ARGS(into->note), SLICE_ARGS(from->note))
                                  : from->note;
}

struct value value_text(struct slice text)
{
    return (struct value){.kind = VALUE_STRING, .string = text};
}

struct slice scalar_text(struct fill *f, const struct value *v)
{
    struct buf out;
    if (v->kind == VALUE_STRING)
        return v->string;
    buf_init(&out, SCALAR_TEXT_MAX);
    (void)value_print(v, &out);
    struct slice text = arena_dup(f->arena, buf_slice(&out));
    buf_release(&out);
    return text;
}
