/* graph.c - finds circles in a schema, and how deep it nests, once all its shapes are known.
 *
 * There are two kinds of edges: $ref, anyOf and oneOf stay on the same value; properties, items and their like go
 * down into it. A circle of the first kind alone never ends and is refused. A circle that goes down somewhere is
 * ordinary recursion, which ends with the value. Both walks recurse at most once for each of at most MAX_SUBSCHEMAS
 * shapes. */
#include "shape/draft.h"

/* Shapes are handed out const; only the parser and this file, which run before that, see the draft around one. */
static struct draft *draft_of(const struct shape *s)
{
    return (struct draft *)(uintptr_t)s;
}

static bool visit_same_value(struct draft *d, struct err *e)
{
    if (d->visit == DRAFT_DONE)
        return true;
    if (d->visit == DRAFT_OPEN)
        return err_set_param(
            e, ERR_UNSUPPORTED_SCHEMA, d->path.p,
            "This schema refers to itself without an object or array in between (\"$ref\" or \"anyOf\" "
            "in a circle), so that no value could ever be checked.");
    d->visit = DRAFT_OPEN;
    if (d->shape.ref && !visit_same_value(draft_of(d->shape.ref), e))
        return false;
    for (size_t i = 0; i < d->shape.any_of_count; i++)
        if (!visit_same_value(draft_of(d->shape.any_of[i]), e))
            return false;
    d->visit = DRAFT_DONE;
    return true;
}

bool graph_check_loops(struct draft *const *drafts, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (!visit_same_value(drafts[i], e))
            return false;
    for (size_t i = 0; i < n; i++)
        drafts[i]->visit = DRAFT_NEW;
    return true;
}

static bool is_container(const struct shape *s)
{
    return s->property_count || s->pattern_count || s->prefix_count || s->items || s->additional || s->names ||
           (s->types != SHAPE_ANY && (s->types & (SHAPE_ARRAY | SHAPE_OBJECT)));
}

/* above: levels of containers around the value that d describes. Each shape is walked again only when met deeper than
 * before, so at most max_depth + 1 times. */
static bool visit_nesting(struct draft *d, unsigned above, unsigned max_depth, struct err *e)
{
    const struct shape *s = &d->shape;
    if (d->visit == DRAFT_OPEN || (d->visit == DRAFT_DONE && d->level >= above))
        return true;
    unsigned here = above + is_container(s);
    if (here > max_depth)
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, d->path.p,
                             "Objects and arrays of the schema are nested more than %u levels deep.", max_depth);
    d->visit = DRAFT_OPEN;
    d->level = above;
    bool ok = !s->ref || visit_nesting(draft_of(s->ref), above, max_depth, e);
    for (size_t i = 0; ok && i < s->any_of_count; i++)
        ok = visit_nesting(draft_of(s->any_of[i]), above, max_depth, e);
    for (size_t i = 0; ok && i < s->property_count; i++)
        ok = visit_nesting(draft_of(s->properties[i].shape), here, max_depth, e);
    if (ok && s->items)
        ok = visit_nesting(draft_of(s->items), here, max_depth, e);
    for (size_t i = 0; ok && i < s->prefix_count; i++)
        ok = visit_nesting(draft_of(s->prefix[i]), here, max_depth, e);
    for (size_t i = 0; ok && i < s->pattern_count; i++)
        ok = visit_nesting(draft_of(s->patterns[i].shape), here, max_depth, e);
    if (ok && s->additional)
        ok = visit_nesting(draft_of(s->additional), here, max_depth, e);
    d->visit = DRAFT_DONE;
    return ok;
}

bool graph_check_nesting(struct draft *root, unsigned max_depth, struct err *e)
{
    return visit_nesting(root, 0, max_depth, e);
}
