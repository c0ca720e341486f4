/* fill_claim.c - the claims of a document: what each field was read off, in the order of the text; and warnings. */
#include "fill/fill_inner.h"

static bool is_empty(const struct value *v)
{
    return v->kind == VALUE_NULL || (v->kind == VALUE_STRING && v->string.n == 0) ||
           (v->kind == VALUE_ARRAY && v->array.n == 0);
}

/* A date or a number cannot be empty. Where the schema requires one that was not found, the note says that the value
 * means nothing. */
static struct slice note_of_nothing(const struct found *found, bool there)
{
    if (!there)
        return SLICE("Nothing in the pages that were searched states this, so the field is left out.");
    if (is_empty(&found->value) || found->value.kind == VALUE_OBJECT)
        return SLICE("Nothing in the pages that were searched states this, so the field is empty.");
    return SLICE(
        "Nothing in the pages that were searched states this. The schema allows no empty value here: what stands "
        "in the field is a placeholder.");
}

static void claim_value(struct fill *f, struct slice field, const struct found *found, bool there)
{
    struct claim c = {.field = field, .note = found->note, .written = found->given};
    if (found->supported && found->support_count) {
        c.support = found->support;
        c.support_count = found->support_count;
        c.probability = found->probability < 1 ? found->probability : 1;
    } else if (!c.note.n) {
        c.note = note_of_nothing(found, there);
    }
    session_claim(f->session, c);
}

/* What member or element number i of a value was read off. A child counts only if it has the value that is there now;
 * the array may have dropped it, or the document been replaced. A value without children was read off as a whole. */
static struct found child_of(const struct found *whole, const struct value *v, size_t i)
{
    bool object = v->kind == VALUE_OBJECT;
    const struct value *inner = object ? &v->object.at[i].value : &v->array.at[i];
    struct found child = {.value = *inner};
    for (size_t p = object ? 0 : i; p < whole->child_count && (object || p == i); p++)
        if ((!object || slice_eq(whole->children[p].name, v->object.at[i].name)) &&
            value_equal(&whole->children[p].found.value, inner))
            return whole->children[p].found;
    if (whole->child_count == 0 && value_equal(&whole->value, v)) {
        child = *whole;
        child.value = *inner;
    }
    return child;
}

static size_t child_count(const struct value *v)
{
    return v->kind == VALUE_OBJECT ? v->object.n : v->kind == VALUE_ARRAY ? v->array.n : 0;
}

static struct slice child_path(struct fill *f, struct slice path, const struct value *v, size_t i)
{
    if (v->kind == VALUE_OBJECT)
        return arena_printf(f->arena, "%.*s.%.*s", SLICE_ARGS(path), SLICE_ARGS(v->object.at[i].name));
    return arena_printf(f->arena, "%.*s.%zu", SLICE_ARGS(path), i);
}

static void claim_elements(struct fill *f, struct slice field, const struct found *found, const struct value *v)
{
    for (size_t i = 0; v->kind == VALUE_ARRAY && i < v->array.n; i++) {
        const struct found element = child_of(found, v, i);
        claim_value(f, child_path(f, field, v, i), &element, true);
    }
}

/* Claims for the values that contain no others, in the order of the text. A constant of the schema may be nested deeper
 * than schemas may be; below LEAF_DEPTH it counts as one value. */
static void claim_leaves(struct fill *f, struct slice path, const struct found *found, const struct value *v,
                         unsigned depth, size_t *left)
{
    enum { LEAF_DEPTH = 64 };
    for (size_t i = 0; i < child_count(v) && *left; i++) {
        const struct value *inner = v->kind == VALUE_OBJECT ? &v->object.at[i].value : &v->array.at[i];
        const struct found child = child_of(found, v, i);
        if (child_count(inner) && depth < LEAF_DEPTH) {
            claim_leaves(f, child_path(f, path, v, i), &child, inner, depth + 1, left);
        } else {
            claim_value(f, child_path(f, path, v, i), &child, true);
            --*left;
        }
    }
}

static void claim_field(struct fill *f, struct slice field, const struct found *found, const struct value *v,
                        size_t *leaves_left)
{
    claim_value(f, field, found, true);
    if (f->session->question->basis_depth == BASIS_ELEMENT)
        claim_elements(f, field, found, v);
    if (f->session->question->basis_depth == BASIS_LEAF)
        claim_leaves(f, field, found, v, 1, leaves_left);
}

/* Warns of fields that ask for a basis: every reply has one, so a schema need not. */
static void warn_of_doubles(struct fill *f, const struct document *d)
{
    struct arena_text names = {.arena = f->arena};
    const struct shape *asked = f->session->question->shape;
    for (size_t i = 0; asked && !schema_says_nothing(shape_resolve(asked)) && i < d->members.n; i++) {
        enum field_role role = d->members.places[i].field.role;
        if (role == FIELD_CITATIONS || role == FIELD_REASONING || role == FIELD_CONFIDENCE)
            arena_text_printf(&names, "%s'%.*s'", names.n ? ", " : "", SLICE_ARGS(d->members.places[i].name));
    }
    if (names.n)
        session_warn(f->session,
                     arena_printf(f->arena,
                                  "The schema asks for %.*s: the basis of each reply gives citations with verbatim "
                                  "excerpts, reasoning and confidence for every field.",
                                  SLICE_ARGS(arena_text_slice(&names))));
}

/* Names of the places that hold a valid value only because the schema allows no empty one. */
struct placeholders {
    struct arena_text names;
    size_t n;
};

enum { PLACEHOLDERS_NAMED = 16, PLACEHOLDERS_DEEP = 8 };

static void note_placeholders(struct fill *f, const struct found *found, const struct value *v, struct slice path,
                              unsigned level, struct placeholders *out)
{
    /* A value that was read as a whole, or that a note explains. */
    if (found->given || (!found->child_count && (found->supported || found->note.n)) || level > PLACEHOLDERS_DEEP)
        return;
    for (size_t i = 0; i < child_count(v) && out->n <= PLACEHOLDERS_NAMED; i++) {
        const struct found child = child_of(found, v, i);
        note_placeholders(f, &child, v->kind == VALUE_OBJECT ? &v->object.at[i].value : &v->array.at[i],
                          child_path(f, path, v, i), level + 1, out);
    }
    if (v->kind == VALUE_OBJECT || v->kind == VALUE_ARRAY || v->kind == VALUE_NULL ||
        (v->kind == VALUE_STRING && !v->string.n))
        return;
    if (out->n++ < PLACEHOLDERS_NAMED)
        arena_text_printf(&out->names, "%s'%.*s'", out->n > 1 ? ", " : "", SLICE_ARGS(path));
}

static void warn_of_placeholders(struct fill *f, const struct document *d)
{
    struct placeholders all = {.names = {.arena = f->arena}};
    const struct value *v = &d->all.value;
    for (size_t i = 0; document_has_members(d) && i < v->object.n; i++) {
        const struct found found = document_member(d, i);
        note_placeholders(f, &found, &v->object.at[i].value, v->object.at[i].name, 0, &all);
    }
    if (all.n)
        session_warn(f->session,
                     arena_printf(f->arena,
                                  "No page states %.*s%s, and the schema allows no empty value there: what stands in "
                                  "its place is a placeholder.",
                                  SLICE_ARGS(arena_text_slice(&all.names)),
                                  all.n > PLACEHOLDERS_NAMED ? " and others" : ""));
}

/* The places with a language model's value that no sentence states. */
static void note_unstated(struct fill *f, const struct found *found, const struct value *v, struct slice path,
                          unsigned level, struct placeholders *out)
{
    if (level > PLACEHOLDERS_DEEP || out->n > PLACEHOLDERS_NAMED)
        return;
    for (size_t i = 0; i < child_count(v); i++) {
        const struct found child = child_of(found, v, i);
        note_unstated(f, &child, v->kind == VALUE_OBJECT ? &v->object.at[i].value : &v->array.at[i],
                      child_path(f, path, v, i), level + 1, out);
    }
    if (child_count(v) || !found->given || found->supported || is_empty(v))
        return;
    if (out->n++ < PLACEHOLDERS_NAMED)
        arena_text_printf(&out->names, "%s'%.*s'", out->n > 1 ? ", " : "", SLICE_ARGS(path));
}

static void warn_of_unstated(struct fill *f, const struct document *d)
{
    struct placeholders all = {.names = {.arena = f->arena}};
    const struct value *v = &d->all.value;
    for (size_t i = 0; document_has_members(d) && i < v->object.n; i++) {
        const struct found found = document_member(d, i);
        note_unstated(f, &found, &v->object.at[i].value, v->object.at[i].name, 0, &all);
    }
    if (all.n)
        session_warn(f->session, arena_printf(f->arena,
                                              "No page states what the language model wrote for %.*s%s in words that "
                                              "can be compared.",
                                              SLICE_ARGS(arena_text_slice(&all.names)),
                                              all.n > PLACEHOLDERS_NAMED ? " and others" : ""));
}

/* Adds a claim for each member of the value, in its order, and between them one for each property that was left out. */
void document_claim(struct fill *f, const struct document *d)
{
    const struct value *v = &d->all.value;
    size_t claimed = f->session->claim_count, next = 0, leaves_left = LEAVES_MAX;
    for (size_t i = 0; document_has_members(d) && i < v->object.n; i++) {
        const struct found found = document_member(d, i);
        for (; next < d->members.n && !slice_eq(d->members.children[next].name, v->object.at[i].name); next++)
            if (!value_member(v, d->members.children[next].name))
                claim_value(f, d->members.children[next].name, &d->members.children[next].found, false);
        next += next < d->members.n;
        claim_field(f, v->object.at[i].name, &found, &v->object.at[i].value, &leaves_left);
    }
    for (; next < d->members.n; next++)
        if (!value_member(v, d->members.children[next].name))
            claim_value(f, d->members.children[next].name, &d->members.children[next].found, false);
    if (f->session->claim_count == claimed)
        claim_field(f, SLICE("output"), &d->all, v, &leaves_left);
    if (f->session->question->basis_depth == BASIS_LEAF && leaves_left == 0)
        session_warn(f->session,
                     arena_printf(f->arena, "The basis has entries for the first %d leaves only.", LEAVES_MAX));
    warn_of_doubles(f, d);
    warn_of_placeholders(f, d);
    warn_of_unstated(f, d);
}
