/* repair.c - settles a value with a shape.
 *
 * One recursive walk goes over value and shape. A part that fits stays as it is. Otherwise the leaves of the subschema
 * ($ref and anyOf followed) are tried with everything that the value may mean: other scalars, the object or array
 * rebuilt part by part, the one value inside a wrapping. A candidate counts only when the whole subschema accepts it.
 * When none is valid, the one with the fewest open places is kept, and its places are noted.
 *
 * Candidates are tried with notes switched off, so that only the winner notes its places. That makes nested anyOf
 * expensive; a budget of visits bounds it, as the budget of check.h bounds the checks. When it is used up, a part stays
 * open. The whole is noted when its parts do not make it valid (minProperties, uniqueItems, ...). */
#include "shape/repair.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "shape/check.h"
#include "shape/coerce.h"
#include "shape/lenient.h"

enum {
    MAX_VISITS = 200000, /* of one call */
    STEPS_A_VISIT = 16,
    MAX_DEPTH = 150,
    MAX_LEAVES = 16,
    MAX_DOCUMENTS = 64, /* tried in one reply */
    MAX_READ = 4,       /* times the reply, for all of them */
    MAX_WRAPPED = 4,    /* members of an object that may be a wrapping */
    MAX_NEW_ITEMS = 1000,
    MAX_PATH = 1000,
    HOPELESS = 1000000
};

struct settler {
    struct arena *arena;
    struct check_budget *budget;
    size_t visits;          /* or as many comparisons of names as cost the same */
    unsigned depth, trying; /* trying: places are counted, not noted */
    struct repair_place *places;
    size_t place_count, place_room;
};

/* The subschemas, with $ref and anyOf followed, that say what kind of value is wanted. */
struct leaves {
    const struct shape *at[MAX_LEAVES];
    size_t n;
};

/* Returns how many places of the result are open: 0 when it is valid, HOPELESS when there is none. */
static size_t repair_settle(struct settler *t, const struct shape *s, const struct value *v, struct slice path,
                            struct value *out);

static bool repair_fits(struct settler *t, const struct shape *s, const struct value *v)
{
    return check_within(s, v, true, t->budget, NULL);
}

static void add_leaves(const struct shape *s, struct leaves *out, unsigned depth)
{
    if (out->n == MAX_LEAVES || depth > MAX_LEAVES || s->never)
        return;
    bool plain = !s->ref && !s->any_of_count;
    if (plain || s->types != SHAPE_ANY || s->property_count || s->items || s->value_count)
        out->at[out->n++] = s;
    if (s->ref)
        add_leaves(s->ref, out, depth + 1);
    for (size_t i = 0; i < s->any_of_count; i++)
        add_leaves(s->any_of[i], out, depth + 1);
}

static struct slice repair_below(struct settler *t, struct slice path, struct slice name)
{
    if (path.n > MAX_PATH)
        return path;
    return arena_printf(t->arena, "%.*s%s%.*s", SLICE_ARGS(path), path.n ? "." : "", SLICE_ARGS(name));
}

static struct slice item_of(struct settler *t, struct slice path, size_t i)
{
    return path.n > MAX_PATH ? path : arena_printf(t->arena, "%.*s[%zu]", SLICE_ARGS(path), i);
}

/* Notes a place for which nothing was found. */
static void note_place(struct settler *t, const struct shape *s, struct slice path)
{
    if (t->trying || t->place_count >= SHAPE_PLACES_MAX)
        return;
    struct repair_place *place = arena_push(t->arena, &t->places, t->place_count, &t->place_room);
    *place = (struct repair_place){path, s};
    t->place_count++;
}

static bool same_name(struct slice a, struct slice b)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && char_in(a.p[i], "_- "))
            i++;
        while (k < b.n && char_in(b.p[k], "_- "))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n && i > 0;
        char x = a.p[i++], y = b.p[k++];
        if (x != y && !((x ^ y) == 32 && ascii_is_letter(x)))
            return false;
    }
}

static const struct shape_property *property_of(const struct shape *s, struct slice name)
{
    for (size_t i = 0; i < s->property_count; i++)
        if (slice_eq(s->properties[i].name, name))
            return &s->properties[i];
    return NULL;
}

/* The member for a property: by its name, else by a name that differs only in case or separators and is no property
 * itself. */
static const struct value *member_for(struct settler *t, const struct shape *s, const struct value *v,
                                      struct slice name)
{
    const struct value *exact = value_member(v, name);
    t->visits += v->object.n / 16;
    for (size_t i = 0; !exact && i < v->object.n; i++)
        if (same_name(v->object.at[i].name, name) && !property_of(s, v->object.at[i].name))
            exact = &v->object.at[i].value;
    return exact;
}

static bool is_taken(const struct shape *s, struct slice name)
{
    if (property_of(s, name))
        return true;
    for (size_t i = 0; i < s->property_count; i++)
        if (same_name(s->properties[i].name, name))
            return true;
    return false;
}

struct members {
    struct value_member *at;
    size_t n, room, open;
};

static void add_member(struct settler *t, struct members *m, struct slice name, struct value v)
{
    struct value_member *slot = arena_push(t->arena, &m->at, m->n++, &m->room);
    *slot = (struct value_member){name, v};
}

/* Settles a value that is dropped when it cannot be made valid; notes nothing. */
static bool settle_optional(struct settler *t, const struct shape *s, const struct value *v, struct slice path,
                            struct value *out)
{
    t->trying++;
    size_t open = repair_settle(t, s, v, path, out);
    t->trying--;
    return open == 0;
}

static void settle_property(struct settler *t, const struct shape *leaf, const struct shape_property *p,
                            const struct value *v, struct slice path, struct members *m)
{
    const struct value *member = member_for(t, leaf, v, p->name);
    struct value out;
    if (!p->required) {
        if (member && settle_optional(t, p->shape, member, path, &out))
            add_member(t, m, p->name, out);
        return;
    }
    size_t open = repair_settle(t, p->shape, member, repair_below(t, path, p->name), &out);
    if (open < HOPELESS)
        add_member(t, m, p->name, out);
    m->open += open < HOPELESS ? open : 1;
}

static size_t settle_object(struct settler *t, const struct shape *leaf, const struct value *v, struct slice path,
                            struct value *out)
{
    struct members m = {0};
    struct value inside;
    for (size_t i = 0; i < leaf->property_count; i++)
        settle_property(t, leaf, &leaf->properties[i], v, path, &m);
    bool closed = leaf->additional && leaf->additional->never;
    for (size_t i = 0; i < v->object.n && !closed; i++) {
        const struct value_member *more = &v->object.at[i];
        t->visits += leaf->property_count / 16;
        if (m.n >= leaf->max_properties || is_taken(leaf, more->name))
            continue;
        if (!leaf->additional)
            add_member(t, &m, more->name, more->value);
        else if (settle_optional(t, leaf->additional, &more->value, path, &inside))
            add_member(t, &m, more->name, inside);
    }
    for (size_t i = m.n; i-- > 0 && m.n > leaf->max_properties;) {
        const struct shape_property *p = property_of(leaf, m.at[i].name);
        if (p && p->required)
            continue;
        memmove(m.at + i, m.at + i + 1, (m.n - i - 1) * sizeof *m.at);
        m.n--;
    }
    *out = (struct value){.kind = VALUE_OBJECT, .object = {m.at, m.n}};
    return m.open;
}

static bool is_among(struct settler *t, const struct value *items, size_t n, const struct value *v)
{
    t->visits += n / 16;
    for (size_t i = 0; i < n; i++)
        if (value_equal(&items[i], v))
            return true;
    return false;
}

static const struct shape *item_shape(const struct shape *leaf, size_t i)
{
    return i < leaf->prefix_count ? leaf->prefix[i] : leaf->items;
}

static size_t settle_array(struct settler *t, const struct shape *leaf, const struct value *v, struct slice path,
                           struct value *out)
{
    const struct value *from = v->kind == VALUE_ARRAY ? v->array.at : v; /* anything else is an array of one */
    size_t count = v->kind == VALUE_ARRAY ? v->array.n : 1, n = 0, open = 0;
    size_t least = leaf->min_items < MAX_NEW_ITEMS ? leaf->min_items : 0;
    struct value *items = arena_array(t->arena, struct value, (count > least ? count : least) + 1);
    for (size_t i = 0; i < count && n < leaf->max_items; i++) {
        const struct shape *item = item_shape(leaf, n);
        items[n] = from[i];
        if (item && !item->always) {
            t->trying++;
            size_t misses = repair_settle(t, item, &from[i], path, &items[n]);
            t->trying--;
            if (misses == HOPELESS)
                continue;
            if (misses && !t->trying) /* again, to note its places */
                misses = repair_settle(t, item, &from[i], item_of(t, path, n), &items[n]);
            if (misses >= HOPELESS)
                continue;
            open += misses;
        }
        n += !(leaf->unique_items && is_among(t, items, n, &items[n]));
    }
    for (; n < least; n++) {
        const struct shape *item = item_shape(leaf, n);
        if (!item)
            note_place(t, leaf, path); /* no item has a shape of its own, so the list is what is open */
        else if (repair_settle(t, item, NULL, item_of(t, path, n), &items[n]) == 0)
            continue;
        open += least - n;
        break;
    }
    *out = (struct value){.kind = VALUE_ARRAY, .array = {items, n}};
    return open;
}

static bool looks_like(const char *open, struct slice text)
{
    return text.n > 1 && char_in(text.p[0], open);
}

/* The i-th value inside v that the model may have meant; false when there is none. */
static bool repair_wrapped(struct settler *t, const struct leaves *l, const struct value *v, size_t i,
                           struct value *out)
{
    if (v->kind == VALUE_STRING) { /* JSON in a string */
        size_t used;
        struct slice text = slice_trim(v->string);
        return i == 0 && looks_like("{[", text) && lenient_parse(t->arena, text, out, &used);
    }
    if (v->kind == VALUE_ARRAY) {
        if (i > 0 || v->array.n != 1)
            return false;
        *out = v->array.at[0];
        return true;
    }
    if (v->kind != VALUE_OBJECT || i >= v->object.n || i >= MAX_WRAPPED)
        return false;
    for (size_t k = 0; k < l->n; k++) /* an object with a property of the shape is no wrapping */
        for (size_t j = 0; j < v->object.n && j < MAX_WRAPPED; j++)
            if (is_taken(l->at[k], v->object.at[j].name))
                return false;
    *out = v->object.at[i].value;
    return true;
}

static bool repair_wants(const struct shape *leaf, unsigned type)
{
    return !leaf->never && (leaf->types & type) && !leaf->value_count;
}

/* Tries the i-th way to read v: rebuilt as a leaf wants it, as an array of one, or what is wrapped in it. Returns open
 * places as settle does; *exists is false after the last way. */
static size_t read_as(struct settler *t, const struct leaves *l, size_t i, const struct value *v, const struct shape *s,
                      struct slice path, struct value *out, bool *exists)
{
    struct value inside;
    const struct shape *leaf = i < 2 * l->n ? l->at[i % l->n] : NULL;
    *exists = i < 2 * l->n + MAX_WRAPPED;
    if (i < l->n && v->kind == VALUE_OBJECT && repair_wants(leaf, SHAPE_OBJECT))
        return settle_object(t, leaf, v, path, out);
    if (i < l->n && v->kind == VALUE_ARRAY && repair_wants(leaf, SHAPE_ARRAY))
        return settle_array(t, leaf, v, path, out);
    if (i >= l->n && leaf && v->kind != VALUE_ARRAY && repair_wants(leaf, SHAPE_ARRAY))
        return settle_array(t, leaf, v, path, out);
    if (*exists && !leaf && repair_wrapped(t, l, v, i - 2 * l->n, &inside))
        return repair_settle(t, s, &inside, path, out);
    return HOPELESS;
}

static bool settle_scalar(struct settler *t, const struct leaves *l, const struct shape *s, const struct value *v,
                          struct value *out)
{
    struct value candidates[COERCE_MAX];
    for (size_t i = 0; i < l->n; i++) {
        size_t n = coerce_scalar(t->arena, l->at[i], v, candidates);
        for (size_t k = 0; k < n; k++) {
            if (repair_fits(t, s, &candidates[k])) {
                *out = candidates[k];
                return true;
            }
        }
    }
    return false;
}

/* Reads v in the way that leaves the fewest places open: tries all ways, then does the best one. */
static size_t settle_members(struct settler *t, const struct leaves *l, const struct shape *s, const struct value *v,
                             struct slice path, struct value *out)
{
    size_t best = HOPELESS, best_way = 0;
    bool exists = true;
    struct value tried;
    for (size_t i = 0; exists && best; i++) {
        t->trying++;
        size_t open = read_as(t, l, i, v, s, path, &tried, &exists);
        t->trying--;
        if (open == 0 && !repair_fits(t, s, &tried))
            continue;
        if (exists && open < best) {
            best = open;
            best_way = i;
            *out = tried;
        }
    }
    if (best == 0 || best == HOPELESS || t->trying)
        return best;
    size_t open = read_as(t, l, best_way, v, s, path, out, &exists);
    return open == 0 && !repair_fits(t, s, out) ? HOPELESS : open;
}

static size_t settle_inside(struct settler *t, const struct shape *s, const struct value *v, struct slice path,
                            struct value *out)
{
    struct leaves l = {.n = 0};
    struct value nothing = {.kind = VALUE_NULL};
    if (!v && s->value_count == 1)
        nothing = s->one_of_values[0];
    if (!v || v->kind == VALUE_NULL) {
        *out = nothing;
        return repair_fits(t, s, out) ? 0 : HOPELESS;
    }
    if (repair_fits(t, s, v)) {
        *out = *v;
        return 0;
    }
    add_leaves(s, &l, 0);
    if (settle_scalar(t, &l, s, v, out))
        return 0;
    return settle_members(t, &l, s, v, path, out);
}

static size_t repair_settle(struct settler *t, const struct shape *s, const struct value *v, struct slice path,
                            struct value *out)
{
    size_t open = HOPELESS;
    struct check_budget *left = t->budget;
    left->steps -= left->steps < STEPS_A_VISIT ? left->steps : STEPS_A_VISIT;
    if (++t->visits <= MAX_VISITS && t->depth < MAX_DEPTH) {
        t->depth++;
        open = settle_inside(t, s, v, path, out);
        t->depth--;
    }
    if (open == HOPELESS)
        note_place(t, s, path);
    return open;
}

bool repair_value(struct arena *a, const struct shape *shape, const struct value *v, struct check_budget *budget,
                  struct value *out)
{
    struct settler t = {.arena = a, .budget = budget, .trying = 1};
    return repair_settle(&t, shape, v, SLICE(""), out) == 0;
}

/* Of the documents that may begin at each bracket, the one that leaves the fewest places open. */
struct search {
    struct settler *t;
    const struct shape *shape;
    struct value best;
    size_t open;
};

static bool try_document(struct search *f, struct value v)
{
    struct value settled;
    size_t open = repair_settle(f->t, f->shape, &v, SLICE(""), &settled);
    if (open < f->open) {
        f->best = v;
        f->open = open;
    }
    return open == 0;
}

/* The text inside the first code fence; the whole text where there is none. */
static struct slice repair_unfence(struct slice text)
{
    size_t open = slice_find(text, SLICE("```"));
    if (open == text.n)
        return text;
    struct slice inside = slice_sub(text, open + 3, text.n - open - 3);
    size_t line = slice_find(inside, SLICE("\n"));
    if (line == inside.n)
        return text;
    inside = slice_sub(inside, line + 1, inside.n - line - 1);
    return slice_trim(slice_sub(inside, 0, slice_find(inside, SLICE("```"))));
}

/* Tries the documents that begin at brackets. True: one is complete. */
static bool find_brackets(struct search *f, struct slice text)
{
    size_t used, at = 0, read = 0;
    struct value v;
    for (int i = 0; i < MAX_DOCUMENTS && read <= MAX_READ * text.n && lenient_next(text, &at); i++) {
        bool ok = lenient_parse(f->t->arena, slice_sub(text, at, text.n - at), &v, &used);
        if (ok && try_document(f, v))
            return true;
        read += used;
        at += ok ? used : 1;
    }
    return false;
}

static void find_document(struct search *f, struct slice reply)
{
    const struct value *strict;
    struct arena *a = f->t->arena;
    struct leaves l = {.n = 0};
    struct value v;
    struct err e;
    size_t used;
    bool brackets = false;
    add_leaves(f->shape, &l, 0);
    for (size_t i = 0; i < l.n; i++)
        brackets = brackets || repair_wants(l.at[i], SHAPE_OBJECT) || repair_wants(l.at[i], SHAPE_ARRAY);
    if (value_parse(a, reply, &strict, NULL, &e) && try_document(f, *strict))
        return;
    struct slice answer = lenient_answer(reply), text = repair_unfence(answer);
    if (brackets && text.n < answer.n && find_brackets(f, text))
        return;
    if (brackets && find_brackets(f, answer))
        return;
    if (utf8_check(text) < text.n || memchr(text.p, 0, text.n))
        return;
    if (lenient_parse(a, text, &v, &used) && used == text.n && try_document(f, v))
        return;
    (void)try_document(f, (struct value){.kind = VALUE_STRING, .string = text});
}

void repair_json(struct arena *a, struct slice reply, const struct shape *shape, struct repaired *out)
{
    struct check_budget budget = CHECK_BUDGET;
    struct settler t = {.arena = a, .budget = &budget, .trying = 1}, noting = {.arena = a, .budget = &budget};
    struct search f = {&t, shape, {.kind = VALUE_NULL}, HOPELESS};
    *out = (struct repaired){.value = {.kind = VALUE_NULL}};
    find_document(&f, reply);
    out->found = f.open < HOPELESS;
    size_t open = repair_settle(&noting, shape, out->found ? &f.best : NULL, SLICE(""), &out->value);
    out->valid = open == 0;
    if (open >= HOPELESS)
        out->value = (struct value){.kind = VALUE_NULL};
    out->places = noting.places;
    out->place_count = noting.place_count;
}
