/* fill_place.c - makes places: the schema of a place with its references resolved, and what its name asks for. */
#include "fill/fill_inner.h"

const struct shape *place_shape(struct arena *a, const struct shape *schema)
{
    const struct shape *s = shape_resolve(schema);
    if (!s->ref)
        return s;
    const struct shape *base = place_shape(a, s->ref);
    struct shape *out = arena_array(a, struct shape, 1);
    *out = *base;
    out->types &= s->types;
    if (s->title.n)
        out->title = s->title;
    if (s->description.n)
        out->description = s->description;
    if (s->property_count) {
        out->properties = s->properties;
        out->property_count = s->property_count;
    }
    if (s->items)
        out->items = s->items;
    if (s->prefix_count) {
        out->prefix = s->prefix;
        out->prefix_count = s->prefix_count;
    }
    if (s->value_count) {
        out->one_of_values = s->one_of_values;
        out->value_count = s->value_count;
    }
    if (s->any_of_count) {
        out->any_of = s->any_of;
        out->any_of_count = s->any_of_count;
        out->one_of = s->one_of;
    }
    return out;
}

static size_t place_references(const struct shape *schema)
{
    size_t n = 0;
    for (; schema->ref; schema = schema->ref) /* ends, since circles of references were refused */
        n++;
    return n;
}

struct place place_of(struct fill *f, const struct place *parent, struct slice name, const struct shape *schema)
{
    struct place p = {.parent = parent, .name = name, .schema = schema, .shape = place_shape(f->arena, schema)};
    if (parent) {
        p.depth = parent->depth + 1;
        p.about = parent->about;
        p.source_like = parent->source_like;
        p.given = parent->given ? value_member(parent->given, name) : NULL;
    }
    p.field.scale = 1;
    if (!fill_spend(f, STEPS_A_PLACE + place_references(schema)))
        return p;
    p.field = field_read(f->arena, &p);
    /* The name says nothing, so values are recognised by the question's words near them. */
    if (p.field.group_count == 0) {
        p.field.words = arena_array(f->arena, struct field_word, f->ask.term_count);
        p.field.word_count = f->ask.term_count;
        for (size_t i = 0; i < f->ask.term_count; i++)
            p.field.words[i].stem = f->ask.terms[i].stem;
    }
    return p;
}

/* {"type": "object"} without properties says as little as no schema. */
bool schema_says_nothing(const struct shape *s)
{
    bool bare = s->property_count == 0 && !s->items && !s->prefix_count && !s->value_count && !s->any_of_count;
    return bare && (s->types & SHAPE_OBJECT) && !(s->types & SHAPE_STRING && s->types != SHAPE_ANY);
}
