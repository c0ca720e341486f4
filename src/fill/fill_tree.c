/* fill_tree.c - walks through a schema: objects, unions, references.
 *
 * Every value that fill_place finds fits its own schema. There is none where no value can fit, or none was found within
 * the budget. */
#include "fill/fill_bound.h"
#include "text/letters.h"

/* A $ref may lead back to where it came from. So a schema is entered once on each way down, at most this deep. */
enum { DEPTH_MAX = 16 };

/* Shapes are copied to be merged and narrowed, so they are compared by what they point to. */
static bool same_schema(const struct shape *a, const struct shape *b)
{
    return (a->property_count && a->properties == b->properties) || (a->items && a->items == b->items) ||
           (a->prefix_count && a->prefix == b->prefix) || (a->any_of_count && a->any_of == b->any_of);
}

static bool entered_before(const struct place *p)
{
    for (const struct place *outer = p->parent; outer; outer = outer->parent)
        if (same_schema(outer->shape, p->shape))
            return true;
    return p->depth > DEPTH_MAX;
}

/* Whether an object describes a source: it has an address, and only properties that pages have. */
static bool describes_source(struct fill *f, const struct place *p)
{
    bool address =
        p->parent && (p->field.role == FIELD_CITATIONS || (!p->name.n && p->parent->field.role == FIELD_CITATIONS));
    for (size_t i = 0; i < p->shape->property_count && fill_spend(f, STEPS_A_PLACE); i++) {
        struct place inner = {
            .name = p->shape->properties[i].name, .shape = p->shape->properties[i].shape, .source_like = true};
        enum field_role role = field_read(f->arena, &inner).role;
        if (role < FIELD_CITATIONS)
            return false;
        address = address || role == FIELD_URL;
    }
    return address;
}

static bool is_empty(const struct value *v)
{
    return v->kind == VALUE_NULL || (v->kind == VALUE_STRING && v->string.n == 0) ||
           (v->kind == VALUE_ARRAY && v->array.n == 0);
}

/* One of two passes over the properties: content, or what is about the answer. */
static bool fill_pass(struct fill *f, struct members *m, bool about_answer, const struct found *content, struct err *e)
{
    for (size_t i = 0; i < m->n; i++)
        if (!m->children[i].settled && (m->places[i].field.role >= FIELD_CITATIONS) == about_answer &&
            !fill_place(f, &m->places[i], content, &m->children[i].found, e))
            return false;
    return true;
}

/* The support and mean probability of all content that was found; for the places about the answer. */
static struct found content_of(struct fill *f, const struct members *m, const struct found *outer)
{
    struct found all = {0};
    size_t supported = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct found *found = &m->children[i].found;
        found_merge(f, &all, found);
        supported += found->supported;
        all.probability += found->supported ? found->probability : 0;
    }
    if (supported)
        all.probability /= (double)supported;
    else if (outer)
        return *outer;
    return all;
}

void fill_places(struct fill *f, const struct place *p, struct members *out)
{
    size_t n = p->shape->property_count;
    struct place *places = arena_array(f->arena, struct place, n);
    *out = (struct members){places, arena_array(f->arena, struct found_child, n), n};
    for (size_t i = 0; i < n; i++) {
        places[i] = place_of(f, p, p->shape->properties[i].name, p->shape->properties[i].shape);
        out->children[i].name = places[i].name;
    }
}

bool fill_members(struct fill *f, struct members *m, const struct found *outer, struct err *e)
{
    if (!fill_pass(f, m, false, outer, e))
        return false;
    struct found content = content_of(f, m, outer);
    return fill_pass(f, m, true, &content, e);
}

/* What the schema fixes, and what is true of nothing, have a note. */
bool is_left_out(const struct shape_property *property, const struct found *found)
{
    bool says_something = found->supported || found->given || found->note.n > 0 || is_empty(&found->value);
    return !property->required && (!found->possible || !says_something);
}

void join_members(struct fill *f, const struct place *p, const struct members *m, struct found *out)
{
    struct value_member *members = arena_array(f->arena, struct value_member, m->n);
    size_t n = 0, supported = 0;
    double sum = 0;
    *out = (struct found){.possible = true, .children = m->children, .child_count = m->n};
    for (size_t i = 0; i < m->n; i++) {
        const struct found *found = &m->children[i].found;
        supported += found->supported;
        sum += found->supported ? found->probability : 0;
        found_merge(f, out, found);
        if (is_left_out(&p->shape->properties[i], found))
            continue;
        out->possible = out->possible && found->possible;
        members[n++] = (struct value_member){m->children[i].name, found->value};
    }
    out->value = (struct value){.kind = VALUE_OBJECT, .object = {members, n}};
    out->probability = supported ? sum / (double)supported : 0;
}

static bool fill_object(struct fill *f, const struct place *p, const struct found *outer, struct found *out,
                        struct err *e)
{
    struct members members;
    struct place as = *p;
    as.source_like = p->source_like || describes_source(f, p);
    fill_places(f, &as, &members);
    if (!fill_members(f, &members, outer, e))
        return false;
    join_members(f, &as, &members, out);
    return true;
}

/* A tuple, as prefixItems describe it: each item has a schema of its own, as an object's members do, and all are
 * needed. */
static bool fill_tuple(struct fill *f, const struct place *p, const struct found *outer, struct found *out,
                       struct err *e)
{
    const size_t n = p->shape->prefix_count;
    struct place *places = arena_array(f->arena, struct place, n);
    struct members m = {places, arena_array(f->arena, struct found_child, n), n};
    struct value *items = arena_array(f->arena, struct value, n);
    size_t supported = 0;
    for (size_t i = 0; i < n; i++) {
        places[i] = place_of(f, p, SLICE(""), p->shape->prefix[i]);
        places[i].given =
            p->given && p->given->kind == VALUE_ARRAY && i < p->given->array.n ? &p->given->array.at[i] : NULL;
    }
    if (!fill_members(f, &m, outer, e))
        return false;
    *out = (struct found){.possible = true, .children = m.children, .child_count = n};
    for (size_t i = 0; i < n; i++) {
        const struct found *found = &m.children[i].found;
        found_merge(f, out, found);
        out->possible = out->possible && found->possible;
        out->probability += found->supported ? found->probability : 0;
        supported += found->supported;
        items[i] = found->value;
    }
    out->value = (struct value){.kind = VALUE_ARRAY, .array = {items, n}};
    out->probability = supported ? out->probability / (double)supported : 0;
    return true;
}

/* Fills each branch of a union and keeps the one that is most likely right. */
static bool fill_branches(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                          struct err *e)
{
    struct found best = {0};
    for (size_t i = 0; i < p->shape->any_of_count && fill_spend(f, STEPS_A_PLACE); i++) {
        struct place branch = *p;
        struct shape *inner = arena_array(f->arena, struct shape, 1);
        *inner = *place_shape(f->arena, p->shape->any_of[i]);
        if (!inner->description.n)
            inner->description = p->shape->description;
        inner->types &= p->shape->types;
        branch.parent = p;
        branch.shape = inner;
        branch.depth = p->depth + 1;
        struct found got = {0};
        if (!(inner->types & ~(unsigned)SHAPE_NULL))
            continue;
        if (!fill_place(f, &branch, content, &got, e))
            return false;
        if ((got.supported || got.given) && place_accepts(f, p, &got.value) && got.probability > best.probability)
            best = got;
    }
    *out = best;
    return true;
}

static bool fill_types(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                       struct err *e)
{
    static const unsigned order[] = {SHAPE_OBJECT,  SHAPE_ARRAY,  SHAPE_NUMBER,
                                     SHAPE_INTEGER, SHAPE_STRING, SHAPE_BOOLEAN};
    struct found best = {0};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (!(p->shape->types & order[i]) || !fill_spend(f, STEPS_A_PLACE))
            continue;
        struct place one = *p;
        struct shape *narrow = arena_array(f->arena, struct shape, 1);
        *narrow = *p->shape;
        narrow->types = order[i];
        one.shape = narrow;
        struct found got = {0};
        if (!fill_place(f, &one, content, &got, e))
            return false;
        if ((got.supported || got.given) && got.probability > best.probability)
            best = got;
    }
    *out = best;
    return true;
}

static bool read_integer(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    return fill_number(f, p, picks, true, out);
}

static bool read_number(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    return fill_number(f, p, picks, false, out);
}

static bool fill_leaf(struct fill *f, const struct place *p, unsigned type, struct found *out, struct err *e)
{
    struct picks picks;
    if (p->field.role == FIELD_ANSWER && p->parent && !p->parent->parent && type == SHAPE_STRING &&
        !p->shape->value_count && p->shape->format == FORMAT_NONE) {
        fill_answer(f, p, out);
        return true;
    }
    bool mine;
    bool bound = fill_bound(f, p, type, &mine, out);
    if ((bound && type == SHAPE_STRING) || (!bound && mine && !f->lone))
        return true;
    if (!fill_pick(f, p, &picks, e))
        return false;
    if (bound) {
        /* What other pages state confirms the number or contradicts it. */
        if (picks.n)
            fill_doubt(f, p, &picks, type == SHAPE_INTEGER ? read_integer : read_number, out);
        return true;
    }
    /* "name" of a list's element is that element. */
    struct value about = value_text(p->about);
    if (p->about.n && type == SHAPE_STRING && picks.n && p->field.label && place_accepts(f, p, &about)) {
        out->value = about;
        out->supported = true;
        out->probability = picks.probability * FILL_LISTED;
        found_support(f, out, picks.at[0].sentence);
    } else if (p->shape->value_count) {
        fill_enum(f, p, &picks, out);
    } else if (type == SHAPE_STRING) {
        fill_string(f, p, &picks, out);
        fill_doubt(f, p, &picks, fill_string, out);
    } else if (type == SHAPE_INTEGER) {
        fill_number(f, p, &picks, true, out);
        fill_doubt(f, p, &picks, read_integer, out);
    } else if (type == SHAPE_NUMBER) {
        fill_number(f, p, &picks, false, out);
        fill_doubt(f, p, &picks, read_number, out);
    } else if (type == SHAPE_BOOLEAN) {
        fill_boolean(f, p, &picks, out);
    }
    return true;
}

static bool one_type(unsigned types)
{
    return types == SHAPE_NUMBER || types == (SHAPE_NUMBER | SHAPE_INTEGER) || (types & (types - 1)) == 0;
}

static bool by_type(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                    struct err *e)
{
    const struct shape *s = p->shape;
    unsigned types = s->types & ~(unsigned)SHAPE_NULL;
    if (s->any_of_count)
        return fill_branches(f, p, content, out, e);
    if (s->value_count)
        return fill_leaf(f, p, types, out, e);
    if (types == (SHAPE_ANY & ~(unsigned)SHAPE_NULL))
        types = s->property_count ? SHAPE_OBJECT : s->items || s->prefix_count ? SHAPE_ARRAY : SHAPE_STRING;
    if (!one_type(types)) {
        struct place without_null = *p;
        struct shape *narrow = arena_array(f->arena, struct shape, 1);
        *narrow = *s;
        narrow->types = types;
        without_null.shape = narrow;
        return fill_types(f, &without_null, content, out, e);
    }
    if (types == SHAPE_OBJECT)
        return fill_object(f, p, content, out, e);
    if (types == SHAPE_ARRAY && p->shape->prefix_count)
        return fill_tuple(f, p, content, out, e);
    if (types == SHAPE_ARRAY)
        return fill_array(f, p, fill_place, out, e);
    return fill_leaf(f, p, types & SHAPE_NUMBER ? SHAPE_NUMBER : types, out, e);
}

static bool is_fixed(const struct shape *s)
{
    return s->constant || (s->value_count == 1 && s->one_of_values[0].kind != VALUE_NULL);
}

static bool tree_agrees(const struct value *a, const struct value *b)
{
    bool texts = a->kind == VALUE_STRING && b->kind == VALUE_STRING;
    return texts ? letters_eq_nocase(a->string, b->string) : value_equal(a, b);
}

/* Whether what the pages state replaces a model's value that none of them states: where the field asks for a value that
 * words can state, not for a sentence or a judgement. */
static bool page_wins(struct fill *f, const struct place *p, const struct found *read, const struct value *given)
{
    const double SURE = 0.5; /* set by hand: below, either may be wrong */
    bool value = given->kind == VALUE_INT || given->kind == VALUE_REAL ||
                 (given->kind == VALUE_STRING && p->field.kind != KIND_SENTENCE && p->shape->value_count == 0);
    return value && read->probability >= SURE && place_accepts(f, p, &read->value);
}

/* Takes the model's value. Where no words align with it, a value read off the pages may still be the same. */
static bool take_given(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                       struct err *e)
{
    struct found read = {0};
    struct place bare = *p;
    bare.given = NULL;
    if (!fill_given(f, p, out, e))
        return false;
    if (!out->given || out->supported || out->value.kind == VALUE_NULL)
        return true;
    if (!by_type(f, &bare, content, &read, e))
        return false;
    if (read.supported && tree_agrees(&read.value, &out->value)) {
        read.value = out->value;
        read.given = true;
        *out = read;
    } else if (read.supported && page_wins(f, p, &read, &out->value)) {
        read.note = arena_printf(f->arena, "The language model wrote %.*s, which no page states.",
                                 SLICE_ARGS(scalar_text(f, &out->value)));
        *out = read;
    }
    /* What is empty says nothing that a page could state. */
    if (!out->supported && !is_empty(&out->value) && f->session->world->unsupported == UNSUPPORTED_DROP)
        *out = read;
    return true;
}

bool fill_place(struct fill *f, const struct place *p, const struct found *content, struct found *out, struct err *e)
{
    static const struct found none = {0};
    *out = none;
    /* a model's value is finite, even where the schema is recursive */
    bool entered = f->spent || (entered_before(p) && !(p->given && p->depth <= DEPTH_MAX)), filled = false;
    if (is_fixed(p->shape)) {
        out->value = p->shape->constant ? *p->shape->constant : p->shape->one_of_values[0];
        out->possible = place_accepts(f, p, &out->value);
        out->note = SLICE("The schema fixes this value.");
        if (out->possible)
            return true;
    } else if (p->field.role >= FIELD_CITATIONS) {
        filled = !entered && !p->shape->any_of_count && fill_meta(f, p, content ? content : &none, out);
    }
    if (filled)
        return true;
    if (!entered && p->given && !take_given(f, p, content, out, e))
        return false;
    if (!entered && !out->given && (p->field.role < FIELD_CITATIONS || p->shape->any_of_count) && !is_fixed(p->shape) &&
        !by_type(f, p, content, out, e))
        return false;
    if ((out->supported || out->given) && place_accepts(f, p, &out->value)) {
        out->possible = true;
        return true;
    }
    found_nothing(f, p->schema, out);
    return true;
}
