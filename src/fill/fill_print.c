/* fill_print.c - makes the document valid, and prints it with a piece for each member. */
#include "fill/fill_inner.h"

#include "session/compose.h"
#include "shape/safest.h"

static bool document_prints(const struct value *v)
{
    struct buf text;
    buf_init(&text, ANSWER_MAX_BYTES);
    bool ok = value_print(v, &text);
    buf_release(&text);
    return ok;
}

/* The required member that no value can be made for; NULL: the reason is in s itself. */
static const struct shape_property *document_hopeless(struct fill *f, const struct shape *s)
{
    struct value unused;
    for (size_t i = 0; i < s->property_count; i++)
        if (s->properties[i].required && s->properties[i].shape && f->checks.steps && f->checks.pattern_us &&
            !safest_within(f->arena, s->properties[i].shape, &f->checks, &unused))
            return &s->properties[i];
    return NULL;
}

/* "response_format.json_schema.schema.properties.code": the innermost schema that cannot be filled, so that a client
 * sees which of its fields it is. */
static const char *document_blame(struct fill *f, const struct shape *s, const char *path)
{
    enum { LEVELS_MOST = 8 };
    fill_open_budget(f);
    for (size_t level = 0; level < LEVELS_MOST; level++) {
        const struct shape_property *p = document_hopeless(f, s);
        if (p) {
            path = arena_printf(f->arena, "%s.properties.%.*s", path, SLICE_ARGS(p->name)).p;
            s = p->shape;
        } else if (s->ref && !s->property_count) {
            s = s->ref;
        } else if (s->items && s->min_items && !s->property_count) {
            path = arena_printf(f->arena, "%s.items", path).p;
            s = s->items;
        } else {
            break;
        }
    }
    return path;
}

/* Replaces members one after the other, the last ones first, and at last the whole document. Each of the two ways has a
 * new budget, since the filling may have used up its own. */
bool document_repair(struct fill *f, struct document *d, struct err *e)
{
    const struct shape *schema = d->root.schema;
    struct found *all = &d->all;
    fill_open_budget(f);
    for (size_t i = d->members.n; i-- > d->settled && !fill_accepts(f, schema, &all->value) && !f->spent;) {
        found_nothing(f, d->members.places[i].schema, &d->members.children[i].found);
        join_members(f, &d->root, &d->members, all);
    }
    if (fill_accepts(f, schema, &all->value) && document_prints(&all->value))
        return true;
    if (d->sent)
        return deadline_cancelled(&f->session->deadline)
                   ? err_set(e, ERR_CANCELLED, NULL)
                   : err_set(e, ERR_INTERNAL, "No valid value was found for the rest of the document.");
    *all = (struct found){0};
    for (size_t i = 0; i < d->members.n; i++)
        d->members.children[i].found = *all;
    fill_open_budget(f);
    bool made = safest_within(f->arena, schema, &f->checks, &all->value);
    if (made && document_prints(&all->value))
        return true;
    const char *path = f->session->question->schema_path ? f->session->question->schema_path : "schema";
    if (deadline_cancelled(&f->session->deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    if (f->checks.steps == 0)
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, path,
                             "The schema is too intricate: no valid value was found within %d checks. Fewer "
                             "alternatives in anyOf, or a smaller minItems or minProperties, would help.",
                             FILL_CHECKS);
    if (f->checks.pattern_us == 0)
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, path,
                             "A \"pattern\" of the schema takes too long to match, and no valid value was found.");
    if (made)
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, path,
                             "The shortest value found for this schema is longer than %d bytes.", ANSWER_MAX_BYTES);
    path = document_blame(f, schema, path);
    return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, path, "No valid value could be made for the schema '%s'.", path);
}

/* What the value's member number i was read off; where the value was made by the schema alone, nothing. */
struct found document_member(const struct document *d, size_t i)
{
    const struct value_member *member = &d->all.value.object.at[i];
    const struct found *all = &d->all;
    for (size_t p = 0; p < all->child_count; p++)
        if (slice_eq(all->children[p].name, member->name))
            return all->children[p].found;
    return (struct found){.value = member->value};
}

bool document_has_members(const struct document *d)
{
    return d->all.value.kind == VALUE_OBJECT && d->all.value.object.n > 0;
}

/* Adds one piece of JSON, annotated with the first page that supports it. */
static void document_emit(struct compose *c, const struct buf *piece, const struct found *found)
{
    if (found->supported && found->support_count)
        compose_cited_text(c, buf_slice(piece), found->support[0]->passage->source);
    else
        compose_text(c, buf_slice(piece));
}

void document_print_member(struct compose *c, size_t before, struct slice name, const struct found *found)
{
    struct buf piece;
    buf_init(&piece, ANSWER_MAX_BYTES);
    compose_text(c, before ? SLICE(",") : SLICE("{"));
    (void)(value_print_string(name, &piece) && buf_add_char(&piece, ':'));
    compose_text(c, buf_slice(&piece));
    buf_reset(&piece);
    (void)value_print(&found->value, &piece);
    document_emit(c, &piece, found);
    buf_release(&piece);
}

/* Prints as value_print does, but with a piece for each member. document_repair has checked the length. */
void document_print(struct compose *c, const struct document *d)
{
    const struct value *v = &d->all.value;
    if (!document_has_members(d)) {
        struct buf piece;
        buf_init(&piece, ANSWER_MAX_BYTES);
        (void)value_print(v, &piece);
        document_emit(c, &piece, &d->all);
        buf_release(&piece);
        return;
    }
    for (size_t i = d->sent; i < v->object.n; i++) {
        struct found found = document_member(d, i);
        found.value = v->object.at[i].value;
        document_print_member(c, i, v->object.at[i].name, &found);
    }
    compose_text(c, SLICE("}"));
}
