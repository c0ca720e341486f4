/* path.c - see path.h for the contract. Paths are a few words long, so they are not compiled.
 *
 * The set of values starts with the item (or the whole reply). Each step replaces it by the values that the step finds
 * in them. A missing value is no error, since services leave out members without a value. A step into a text or a
 * number is noted, since it shows that the reply does not have the form that the preset says. */
#include "search/path.h"

#include "base/ascii.h"

#include <stdlib.h>

/* The part before the next mark outside of brackets. *rest goes on behind the mark. */
static struct slice path_cut(struct slice *rest, char mark)
{
    bool inside = false; /* inside brackets */
    size_t i = 0;
    for (; i < rest->n && (inside || rest->p[i] != mark); i++)
        inside = rest->p[i] == '[' || (inside && rest->p[i] != ']');
    struct slice head = slice_sub(*rest, 0, i);
    size_t skip = i < rest->n ? i + 1 : i;
    *rest = slice_sub(*rest, skip, rest->n - skip);
    return head;
}

static bool check_step(struct slice step, const char **why)
{
    size_t open = slice_find(step, SLICE("["));
    *why = "a step between two points is empty";
    if (open == 0)
        return false;
    if (open == step.n) {
        *why = "']' without '['";
        return !memchr(step.p, ']', step.n);
    }
    *why = "'[' must hold a number, '*' or name=value, end with ']' and stand at the end of a step";
    if (step.p[step.n - 1] != ']' || step.n - open < 3 || memchr(step.p + open + 1, '[', step.n - open - 1) ||
        slice_find(step, SLICE("]")) != step.n - 1)
        return false;
    struct slice in = slice_sub(step, open + 1, step.n - open - 2);
    bool number = true;
    for (size_t i = 0; i < in.n; i++)
        number = number && ascii_is_digit(in.p[i]);
    return (number && in.n < 6) || slice_is(in, "*") || (slice_find(in, SLICE("=")) > 0 && memchr(in.p, '=', in.n));
}

bool path_check(struct slice path, const char **why)
{
    struct slice rest = path;
    do {
        struct slice alternative = slice_trim(path_cut(&rest, '|'));
        if (alternative.n > 0 && alternative.p[0] == '/')
            alternative = slice_sub(alternative, 1, alternative.n - 1);
        *why = "the path is empty";
        if (alternative.n == 0)
            return false;
        bool more = true;
        while (more) {
            size_t before = alternative.n;
            struct slice step = path_cut(&alternative, '.');
            more = before > step.n;
            if (!check_step(step, why))
                return false;
        }
    } while (rest.n > 0);
    return true;
}

static void path_push(struct arena *a, struct path_values *set, size_t *room, const struct value *v)
{
    if (set->n == PATH_MAX_VALUES || v->kind == VALUE_NULL)
        return;
    const struct value **slot = arena_push(a, &set->at, set->n, room);
    *slot = v;
    set->n++;
}

/* Replaces lists by their elements. Only one level, since replies have no lists of lists. */
static struct path_values open_lists(struct arena *a, const struct path_values *in)
{
    struct path_values out = {.wrong_type = in->wrong_type};
    size_t room = 0;
    for (size_t i = 0; i < in->n; i++) {
        const struct value *v = in->at[i];
        if (v->kind != VALUE_ARRAY)
            path_push(a, &out, &room, v);
        for (size_t j = 0; v->kind == VALUE_ARRAY && j < v->array.n && out.n < PATH_MAX_VALUES; j++)
            path_push(a, &out, &room, &v->array.at[j]);
    }
    return out;
}

struct slice path_text(struct arena *a, const struct value *v)
{
    if (v->kind == VALUE_STRING)
        return v->string;
    if (v->kind == VALUE_OBJECT) {
        const struct value *text = value_member(v, SLICE("#text"));
        return text && text->kind == VALUE_STRING ? text->string : SLICE("");
    }
    if (v->kind != VALUE_INT && v->kind != VALUE_REAL)
        return SLICE("");
    struct buf out;
    buf_init(&out, 64);
    value_print(v, &out);
    struct slice text = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}

/* Replaces "{pageid}" by the text of the item's member. Other texts stay as they are. */
static struct slice wanted_text(struct arena *a, const struct value *item, struct slice wanted)
{
    if (wanted.n < 3 || wanted.p[0] != '{' || wanted.p[wanted.n - 1] != '}')
        return wanted;
    const struct value *v = value_member(item, slice_sub(wanted, 1, wanted.n - 2));
    return v ? path_text(a, v) : SLICE("");
}

static struct path_values select_some(struct arena *a, const struct value *item, const struct path_values *in,
                                      struct slice selector)
{
    struct path_values all = open_lists(a, in), out = {.wrong_type = in->wrong_type};
    size_t room = 0, equals = slice_find(selector, SLICE("="));
    if (slice_is(selector, "*"))
        return all;
    if (equals == selector.n) {
        size_t number = (size_t)strtoul(selector.p, NULL, 10);
        if (number < all.n)
            path_push(a, &out, &room, all.at[number]);
        return out;
    }
    struct slice name = slice_sub(selector, 0, equals);
    struct slice wanted = wanted_text(a, item, slice_sub(selector, equals + 1, selector.n - equals - 1));
    for (size_t i = 0; i < all.n; i++) {
        const struct value *v = value_member(all.at[i], name);
        if (v && wanted.n > 0 && slice_eq(path_text(a, v), wanted))
            path_push(a, &out, &room, all.at[i]);
    }
    return out;
}

static struct path_values take_step(struct arena *a, const struct value *item, const struct path_values *in,
                                    struct slice step)
{
    struct path_values each = open_lists(a, in), out = {.wrong_type = in->wrong_type};
    size_t room = 0, open = slice_find(step, SLICE("["));
    struct slice name = slice_sub(step, 0, open);
    for (size_t i = 0; i < each.n; i++) {
        const struct value *v = value_member(each.at[i], name);
        if (v)
            path_push(a, &out, &room, v);
        else
            out.wrong_type |= each.at[i]->kind != VALUE_OBJECT;
    }
    if (open == step.n)
        return out;
    return select_some(a, item, &out, slice_sub(step, open + 1, step.n - open - 2));
}

struct path_values path_find(struct arena *a, const struct value *top, const struct value *item, struct slice path)
{
    struct path_values found = {0};
    bool wrong = false;
    while (path.n > 0) {
        struct slice alternative = slice_trim(path_cut(&path, '|'));
        const struct value *start = item;
        if (alternative.n > 0 && alternative.p[0] == '/') {
            alternative = slice_sub(alternative, 1, alternative.n - 1);
            start = top;
        }
        size_t room = 0;
        found = (struct path_values){0};
        path_push(a, &found, &room, start);
        while (alternative.n > 0)
            found = take_step(a, item, &found, path_cut(&alternative, '.'));
        found = open_lists(a, &found);
        if (found.n > 0)
            break;
        wrong |= found.wrong_type;
    }
    found.wrong_type |= wrong;
    return found;
}
