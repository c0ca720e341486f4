/* unfold.c - tells how much work a schema asks for.
 *
 * With every $ref followed, a few lines can name more places than there are atoms: "anyOf" of two $refs, sixty levels
 * deep. Callers that walk a schema place by place ask here first. */
#include "shape/shape.h"

struct path { /* the shapes that the walk is inside of */
    const struct shape *shape;
    const struct path *outer;
};

static bool is_inside(const struct path *path, const struct shape *s)
{
    for (; path; path = path->outer)
        if (path->shape == s)
            return true;
    return false;
}

static void unfold_walk(const struct shape *s, const struct path *outer, size_t most, size_t *count)
{
    const struct path path = {s, outer};
    if (!s || *count > most || ++*count > most || is_inside(outer, s))
        return;
    unfold_walk(s->ref, &path, most, count);
    unfold_walk(s->items, &path, most, count);
    unfold_walk(s->additional, &path, most, count);
    unfold_walk(s->names, &path, most, count);
    for (size_t i = 0; i < s->prefix_count; i++)
        unfold_walk(s->prefix[i], &path, most, count);
    for (size_t i = 0; i < s->pattern_count; i++)
        unfold_walk(s->patterns[i].shape, &path, most, count);
    for (size_t i = 0; i < s->property_count; i++)
        unfold_walk(s->properties[i].shape, &path, most, count);
    for (size_t i = 0; i < s->any_of_count; i++)
        unfold_walk(s->any_of[i], &path, most, count);
}

bool shape_unfolds_within(const struct shape *s, size_t most)
{
    size_t count = 0;
    unfold_walk(s, NULL, most, &count);
    return count <= most;
}
