/* safest.c - see safest.h for the contract.
 *
 * A value must satisfy several shapes at once: the shape itself, the target of its $ref, one branch of each anyOf, and
 * again inside of each. So the search carries a list of shapes. It chooses branches one after the other, builds
 * candidates from the tightest limits of the list, and lets check_within judge each. Building may guess; the check
 * makes the result right. Not every schema can be solved, since patterns can be arbitrarily hard, and not every one
 * needs to be.
 *
 * Recursive schemas are met by deepening: first no nesting is allowed, then more, so that the shallowest value wins
 * and a branch that recurses loses to one that ends. Budgets for tries and checks bound the whole. */
#include "shape/safest.h"

#include <math.h>

#include "shape/formats.h"
#include "shape/pattern.h"
#include "shape/pattern_sample.h"

enum {
    MAX_DEPTH = 64,
    MAX_TRIES = 20000, /* choices made, per depth */
    MAX_RECURSION = 4000,
    MAX_ITEMS = 10000,
    MAX_CHARACTERS = 10000,
    MAX_BYTES = 16 << 20, /* of candidates in the arena */
    COMPARISONS_A_STEP = 16,
    BYTES_A_STEP = 64,
    SAMPLE_STEPS = 20, /* of reading a pattern once */
    MAX_NUMBERS = 128  /* candidates beside those already taken */
};

static const double EXACT_BELOW = 9007199254740992.0; /* 2^53 */

/* Shapes that a value must satisfy at once. The list is on the stack of the search, or in the arena. */
struct list {
    const struct shape *shape;
    const struct list *next;
};

struct maker {
    struct arena *arena;
    struct check_budget budget;
    size_t tries, first_byte;
    unsigned recursion;
};

/* The goal: a value that fits all shapes and equals none of the avoided values (uniqueItems). */
struct goal {
    const struct list *all;
    const struct value *avoid;
    size_t avoid_count;
    unsigned depth; /* levels of values that may still be opened */
    struct value *out;
};

static bool safest_make(struct maker *m, const struct goal *g);

static bool safest_spend(struct maker *m, size_t steps)
{
    m->budget.steps -= steps < m->budget.steps ? steps : m->budget.steps;
    return m->budget.steps > 0;
}

static bool try_value(struct maker *m, const struct goal *g, struct value v)
{
    if (!safest_spend(m, g->avoid_count / COMPARISONS_A_STEP))
        return false;
    for (size_t i = 0; i < g->avoid_count; i++)
        if (value_equal(&g->avoid[i], &v))
            return false;
    for (const struct list *l = g->all; l; l = l->next)
        if (!check_within(l->shape, &v, true, &m->budget, NULL))
            return false;
    *g->out = v;
    return true;
}

static bool try_text(struct maker *m, const struct goal *g, struct slice text)
{
    return try_value(m, g, (struct value){.kind = VALUE_STRING, .string = text});
}

static bool try_number(struct maker *m, const struct goal *g, double number)
{
    char text[40];
    /* 3 * 0.1 is meant to be 0.3. */
    snprintf(text, sizeof text, "%.15g", number);
    number = fabs(number) < 1e15 ? strtod(text, NULL) : number;
    if (!isfinite(number))
        return false;
    if (number == trunc(number) && fabs(number) < 9e15)
        return try_value(m, g, (struct value){.kind = VALUE_INT, .integer = (int64_t)number});
    return try_value(m, g, (struct value){.kind = VALUE_REAL, .real = number});
}

/* The text, lengthened at its end. */
static struct slice safest_pad(struct maker *m, struct slice text, size_t characters, char with)
{
    if (text.n >= characters)
        return text;
    (void)safest_spend(m, characters / BYTES_A_STEP);
    char *longer = arena_alloc(m->arena, characters + 1);
    memset(longer, with, characters);
    if (text.n)
        memcpy(longer, text.p, text.n);
    return (struct slice){longer, characters};
}

/* Changes one character, for when the text itself is already used. */
static bool try_changed(struct maker *m, const struct goal *g, struct slice text)
{
    static const char others[] = "0123456789abcdefABCDEF";
    for (size_t i = text.n; g->avoid_count && i-- > 0 && text.n - i < 64;) {
        struct slice changed = arena_dup(m->arena, text);
        char *at = (char *)(uintptr_t)changed.p + i;
        for (const char *c = others; *c; c++) {
            *at = *c;
            if (try_text(m, g, changed))
                return true;
        }
    }
    return false;
}

/* Texts from the pattern (pattern_sample.h), longer and longer. */
static bool try_sample(struct maker *m, const struct goal *g, struct slice pattern, size_t min)
{
    enum { CHOICES = 4, LENGTHS = 12 };
    struct slice text;
    for (unsigned choice = 0; choice < CHOICES; choice++) {
        for (unsigned i = 0; i <= LENGTHS; i++) {
            unsigned more = i < LENGTHS ? i : (unsigned)min; /* min is at most MAX_CHARACTERS */
            if (safest_spend(m, SAMPLE_STEPS + pattern.n / COMPARISONS_A_STEP) &&
                pattern_sample(m->arena, pattern, choice, more, &text) &&
                (try_text(m, g, text) || try_changed(m, g, text)))
                return true;
        }
    }
    return false;
}

static bool try_common_texts(struct maker *m, const struct goal *g, size_t min)
{
    static const char *const texts[] = {
        "",
        "-",
        "0",
        "1",
        "a",
        "A",
        "N/A",
        "n/a",
        "unknown",
        "Unknown",
        "none",
        "None",
        "Aa",
        "a0",
        "A0",
        "A1",
        "a-0",
        "0.0",
        "0.0.0",
        "1.0.0",
        "00:00",
        "00:00:00",
        "0000-00-00",
        "0001-01-01",
        "0001-01",
        "01/01/0001",
        "01.01.0001",
        "0001-01-01T00:00:00Z",
        "+00000000000",
        "+10000000000",
        "000-0000",
        "000-000-0000",
        "(000) 000-0000",
        "00000-0000",
        "$0",
        "$0.00",
        "0.00",
        "0%",
        "#000000",
        "0x0",
        "unknown@unknown.unknown",
        "http://unknown.unknown",
        "https://unknown.unknown",
        "https://unknown.unknown/",
        "www.unknown.unknown",
        "unknown.unknown",
        "a.b",
        "A.",
        "Aa Aa",
        "a_a",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-4000-8000-000000000000",
        "XXX-000",
        "XXX-0000",
        "XX000000",
        "XX-00",
        "xx-XX",
        "xx_XX",
        "/",
        "/a",
        "[]",
        "{}",
        "true",
        "yes",
        "no",
        "Q1",
        "1st",
        "v1",
        "v1.0.0",
    };
    static const char runs[] = "0x1X ";
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (try_text(m, g, slice_of(texts[i])))
            return true;
    for (size_t n = min > 1 ? min : 1; n <= min + 40; n++)
        for (const char *c = runs; *c; c++)
            if (try_text(m, g, safest_pad(m, SLICE(""), n, *c)))
                return true;
    for (size_t n = min > 1 ? min : 1; g->avoid_count && n <= min + 12; n++)
        for (const char *c = runs; *c; c++)
            if (try_changed(m, g, safest_pad(m, SLICE(""), n, *c)))
                return true;
    return false;
}

static bool make_string(struct maker *m, const struct list *flat, const struct goal *g)
{
    size_t min = 0;
    bool patterned = false, formatted = false;
    for (const struct list *l = flat; l; l = l->next) {
        min = l->shape->min_length > min ? l->shape->min_length : min;
        patterned |= l->shape->compiled_pattern != NULL;
        formatted |= l->shape->format != FORMAT_NONE;
    }
    if (min > MAX_CHARACTERS || (patterned && m->budget.pattern_us <= 0))
        return false;
    if (try_text(m, g, safest_pad(m, SLICE(""), min, '-')))
        return true;
    for (const struct list *l = flat; l; l = l->next) {
        struct slice example = format_example(l->shape->format);
        if (example.n && (try_text(m, g, example) || try_text(m, g, safest_pad(m, example, min, '0')) ||
                          try_text(m, g, safest_pad(m, example, min, 'a')) || try_changed(m, g, example)))
            return true;
    }
    for (size_t i = 0; i <= g->avoid_count && g->avoid_count; i++)
        if (try_text(m, g, safest_pad(m, arena_printf(m->arena, "%zu", i), min, '-')))
            return true;
    /* Examples of a format that has limits of length. */
    if (formatted && (try_text(m, g, SLICE("a:")) || try_text(m, g, SLICE("a@a")) || try_text(m, g, SLICE("a"))))
        return true;
    if (!patterned)
        return false;
    /* First texts that mean "nothing", then texts from the pattern, then any text that matches. */
    if (try_text(m, g, SLICE("-")) || try_text(m, g, SLICE("N/A")))
        return true;
    for (const struct list *l = flat; l; l = l->next)
        if (l->shape->compiled_pattern && try_sample(m, g, l->shape->pattern, min))
            return true;
    return try_common_texts(m, g, min);
}

/* Rounded up to an integer; false when it is no 64-bit integer. */
static bool least_integer(const struct value *limit, __int128 *out)
{
    if (limit->kind == VALUE_REAL && !(fabs(limit->real) < 9e18))
        return false;
    *out = limit->kind == VALUE_INT ? (__int128)limit->integer : (__int128)ceil(limit->real);
    return true;
}

static bool try_integer(struct maker *m, const struct goal *g, __int128 number)
{
    return number >= INT64_MIN && number <= INT64_MAX &&
           try_value(m, g, (struct value){.kind = VALUE_INT, .integer = (int64_t)number});
}

/* Integers whose neighbours are the same double: the nearest to 0 within the limits, in exact arithmetic. */
static bool make_large_integer(struct maker *m, const struct list *flat, const struct goal *g)
{
    __int128 low = 0, high = 0, limit, step = 1;
    bool large = false;
    for (const struct list *l = flat; l; l = l->next) {
        const struct shape *s = l->shape;
        if (s->has_minimum && s->minimum >= EXACT_BELOW && least_integer(&s->exact_minimum, &limit))
            low = limit > low ? limit : low, large = true;
        if (s->has_maximum && s->maximum <= -EXACT_BELOW && least_integer(&s->exact_maximum, &limit))
            high = limit < high ? limit : high, large = true;
        if (s->has_multiple_of && s->exact_multiple_of.kind == VALUE_INT && s->exact_multiple_of.integer > step)
            step = s->exact_multiple_of.integer;
        large |= s->has_multiple_of && s->multiple_of >= EXACT_BELOW;
    }
    __int128 start = low > 0 ? (low + step - 1) / step * step : high / step * step;
    __int128 towards = high < 0 ? -step : step;
    for (size_t k = 0; large && k < g->avoid_count + MAX_NUMBERS; k++)
        if (try_integer(m, g, start + towards * (__int128)k))
            return true;
    return false;
}

/* The nearest value to 0 within the limits, in steps of multipleOf (or 1), then its neighbours. */
static bool make_number(struct maker *m, const struct list *flat, const struct goal *g)
{
    double low = -INFINITY, high = INFINITY, step = 0;
    for (const struct list *l = flat; l; l = l->next) {
        if (l->shape->has_minimum && l->shape->minimum > low)
            low = l->shape->minimum;
        if (l->shape->has_maximum && l->shape->maximum < high)
            high = l->shape->maximum;
        if (l->shape->has_multiple_of && l->shape->multiple_of > step)
            step = l->shape->multiple_of;
    }
    if (make_large_integer(m, flat, g))
        return true;
    double unit = step > 0 ? step : 1, start = 0;
    if (low > 0)
        start = ceil(low / unit) * unit;
    else if (high < 0)
        start = floor(high / unit) * unit;
    double towards = high < 0 ? -unit : unit;
    /* A limit beyond 64 bits was rounded when it was read; the next double is within it for sure. */
    if (fabs(start) >= EXACT_BELOW && try_number(m, g, nextafter(start, start * 2)))
        return true;
    for (size_t k = 0; k < g->avoid_count + MAX_NUMBERS; k++)
        if (try_number(m, g, start + towards * (double)k) || (k && try_number(m, g, start - towards * (double)k)))
            return true;
    if (try_number(m, g, low) || try_number(m, g, high))
        return true;
    /* There is no whole step between the limits, so tries values between them. */
    double from = isfinite(low) ? low : isfinite(high) ? high - 1 : 0, to = isfinite(high) ? high : from + 1;
    for (size_t k = 1; k < g->avoid_count + 8; k++) {
        double between = from + (to - from) / (double)(k + 1);
        if (try_value(m, g, (struct value){.kind = VALUE_REAL, .real = between}))
            return true;
    }
    return try_value(m, g, (struct value){.kind = VALUE_REAL, .real = nextafter(from, to)});
}

static bool make_inside(struct maker *m, const struct goal *g, const struct list *all, const struct value *avoid,
                        size_t avoid_count, struct value *out)
{
    struct goal inside = {all, avoid, avoid_count, g->depth - 1, out};
    return g->depth > 0 && safest_make(m, &inside);
}

static void safest_add(struct maker *m, const struct list **list, const struct shape *s)
{
    struct list *l = arena_alloc(m->arena, sizeof *l);
    *l = (struct list){s, *list};
    *list = l;
}

/* What the shapes say about the item at this place. */
static const struct list *shapes_of_item(struct maker *m, const struct list *flat, size_t i)
{
    const struct list *all = NULL;
    for (const struct list *l = flat; l; l = l->next) {
        const struct shape *s = i < l->shape->prefix_count ? l->shape->prefix[i] : l->shape->items;
        if (s)
            safest_add(m, &all, s);
    }
    return all;
}

/* n items. first_avoid: what the first must not be, to differ from other arrays. */
static bool try_items(struct maker *m, const struct list *flat, const struct goal *g, size_t n,
                      const struct value *first_avoid, size_t first_avoid_count)
{
    const struct list *all = NULL;
    bool unique = false;
    size_t prefix = 0;
    if (n > MAX_ITEMS)
        return false;
    for (const struct list *l = flat; l; l = l->next) {
        unique |= l->shape->unique_items;
        prefix = l->shape->prefix_count > prefix ? l->shape->prefix_count : prefix;
    }
    struct value *at = arena_array(m->arena, struct value, n);
    for (size_t i = 0; i < n; i++) {
        if (i <= prefix)
            all = shapes_of_item(m, flat, i);
        if (i == 0) {
            if (!make_inside(m, g, all, first_avoid, first_avoid_count, &at[0]))
                return false;
        } else if (!unique && i > prefix) {
            at[i] = at[i - 1];
        } else if (!make_inside(m, g, all, at, unique ? i : 0, &at[i])) {
            return false;
        }
    }
    return try_value(m, g, (struct value){.kind = VALUE_ARRAY, .array = {at, n}});
}

static bool make_array(struct maker *m, const struct list *flat, const struct goal *g)
{
    size_t min = 0, firsts = 0;
    for (const struct list *l = flat; l; l = l->next)
        min = l->shape->min_items > min ? l->shape->min_items : min;
    if (try_items(m, flat, g, min, NULL, 0))
        return true;
    if (!g->avoid_count)
        return false;
    struct value *first = arena_array(m->arena, struct value, g->avoid_count);
    for (size_t i = 0; i < g->avoid_count; i++)
        if (g->avoid[i].kind == VALUE_ARRAY && g->avoid[i].array.n)
            first[firsts++] = g->avoid[i].array.at[0];
    return try_items(m, flat, g, min ? min : 1, first, firsts) || try_items(m, flat, g, min + 1, first, firsts);
}

struct members {
    struct value_member *at;
    size_t n, room;
};

/* Collects what the shapes say about the member of this name. */
static const struct list *shapes_of_member(struct maker *m, const struct list *flat, struct slice name)
{
    const struct list *all = NULL;
    for (const struct list *l = flat; l; l = l->next) {
        (void)safest_spend(m, l->shape->property_count / COMPARISONS_A_STEP);
        const struct shape *s = l->shape->additional;
        for (size_t i = 0; i < l->shape->property_count; i++)
            if (slice_eq(l->shape->properties[i].name, name))
                s = l->shape->properties[i].shape;
        if (s)
            safest_add(m, &all, s);
        for (size_t i = 0; i < l->shape->pattern_count; i++)
            if (pattern_find(l->shape->patterns[i].compiled, name, &m->budget.pattern_us))
                safest_add(m, &all, l->shape->patterns[i].shape);
    }
    return all;
}

/* A name for one more member: what propertyNames lists, else one of our own. */
static struct slice safest_name(struct maker *m, const struct list *flat, size_t i)
{
    for (const struct list *l = flat; l; l = l->next) {
        const struct shape *names = l->shape->names ? shape_resolve(l->shape->names) : NULL;
        if (names && i <= names->value_count && names->one_of_values[i - 1].kind == VALUE_STRING)
            return names->one_of_values[i - 1].string;
    }
    return arena_printf(m->arena, "property%zu", i);
}

/* Adds the member unless it is there. differ: its value is unlike that of this name in each avoided object. */
static bool add_member(struct maker *m, const struct list *flat, const struct goal *g, struct slice name, bool differ,
                       struct members *to)
{
    size_t avoid_count = 0;
    if (!safest_spend(m, to->n / COMPARISONS_A_STEP + 1))
        return false;
    for (size_t i = 0; i < to->n; i++)
        if (slice_eq(to->at[i].name, name))
            return true;
    struct value *avoid = differ ? arena_array(m->arena, struct value, g->avoid_count) : NULL;
    for (size_t i = 0; differ && i < g->avoid_count; i++) {
        const struct value *taken = value_member(&g->avoid[i], name);
        if (taken)
            avoid[avoid_count++] = *taken;
    }
    struct value v;
    if (!make_inside(m, g, shapes_of_member(m, flat, name), avoid, avoid_count, &v))
        return false;
    struct value_member *slot = arena_push(m->arena, &to->at, to->n, &to->room);
    *slot = (struct value_member){name, v};
    to->n++;
    return true;
}

/* Adds what the members that are there make necessary. */
static bool add_dependent(struct maker *m, const struct list *flat, const struct goal *g, struct members *to)
{
    for (size_t i = 0; i < to->n; i++) /* to->n grows */
        for (const struct list *l = flat; l; l = l->next)
            for (size_t k = 0; k < l->shape->dependency_count; k++)
                if (!safest_spend(m, 1) || (slice_eq(l->shape->dependencies[k].name, to->at[i].name) &&
                                            !add_member(m, flat, g, l->shape->dependencies[k].needs, false, to)))
                    return false;
    return true;
}

/* differ_at: which of the required members is to differ; none when there are not so many. */
static bool try_object(struct maker *m, const struct list *flat, const struct goal *g, size_t min, size_t differ_at)
{
    struct members to = {0};
    size_t k = 0;
    for (const struct list *l = flat; l; l = l->next)
        for (size_t i = 0; i < l->shape->property_count; i++)
            if (l->shape->properties[i].required &&
                !add_member(m, flat, g, l->shape->properties[i].name, k++ == differ_at, &to))
                return false;
    for (const struct list *l = flat; l && to.n < min; l = l->next)
        for (size_t i = 0; i < l->shape->property_count && to.n < min; i++)
            if (!add_member(m, flat, g, l->shape->properties[i].name, g->avoid_count > 0, &to))
                continue;
    if (!add_dependent(m, flat, g, &to))
        return false;
    for (size_t i = 1; to.n < min && i <= min; i++)
        if (!add_member(m, flat, g, safest_name(m, flat, i), g->avoid_count > 0, &to))
            return false;
    return try_value(m, g, (struct value){.kind = VALUE_OBJECT, .object = {to.at, to.n}});
}

static bool make_object(struct maker *m, const struct list *flat, const struct goal *g)
{
    size_t min = 0, required = 0;
    for (const struct list *l = flat; l; l = l->next) {
        min = l->shape->min_properties > min ? l->shape->min_properties : min;
        for (size_t i = 0; i < l->shape->property_count; i++)
            required += l->shape->properties[i].required;
    }
    if (min > MAX_ITEMS)
        return false;
    if (try_object(m, flat, g, min, SIZE_MAX))
        return true;
    for (size_t i = 0; g->avoid_count && i < required && m->tries; i++)
        if (try_object(m, flat, g, min, i))
            return true;
    size_t least = required > min ? required : min;
    return g->avoid_count &&
           (try_object(m, flat, g, least + 1, SIZE_MAX) || try_object(m, flat, g, least + 2, SIZE_MAX));
}

static bool try_values(struct maker *m, const struct goal *g, const struct value *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (try_value(m, g, at[i]))
            return true;
    return false;
}

/* No choices are left: flat is all that holds. */
static bool make_flat(struct maker *m, const struct list *flat, const struct goal *g)
{
    unsigned types = SHAPE_ANY;
    for (const struct list *l = flat; l; l = l->next) {
        const struct shape *s = l->shape;
        if (s->one_of_values)
            return try_values(m, g, s->one_of_values, s->value_count);
        types &= s->types & SHAPE_NUMBER ? s->types | SHAPE_INTEGER : s->types;
    }
    if ((types & SHAPE_STRING) && make_string(m, flat, g))
        return true;
    if ((types & (SHAPE_INTEGER | SHAPE_NUMBER)) && make_number(m, flat, g))
        return true;
    for (int yes = 0; yes < 2 && (types & SHAPE_BOOLEAN); yes++)
        if (try_value(m, g, (struct value){.kind = VALUE_BOOL, .boolean = yes}))
            return true;
    if ((types & SHAPE_ARRAY) && make_array(m, flat, g))
        return true;
    return (types & SHAPE_OBJECT) && make_object(m, flat, g);
}

/* Moves the shapes of pending to flat one by one, with what they refer to and one branch of their anyOf. */
static bool safest_choose(struct maker *m, const struct list *pending, const struct list *flat, const struct goal *g)
{
    if (!m->tries || !m->budget.steps || m->recursion >= MAX_RECURSION ||
        arena_bytes(m->arena) - m->first_byte > MAX_BYTES)
        return false;
    m->tries--;
    if (!pending)
        return make_flat(m, flat, g);
    const struct shape *s = pending->shape;
    const struct list chosen = {s, flat}, ref = {s->ref, pending->next};
    const struct list *rest = s->ref ? &ref : pending->next;
    bool found = false;
    if (s->never)
        return false;
    m->recursion++;
    if (!s->any_of_count)
        found = safest_choose(m, rest, &chosen, g);
    for (size_t i = 0; i < s->any_of_count && !found; i++) {
        const struct list branch = {s->any_of[i], rest};
        found = safest_choose(m, &branch, &chosen, g);
    }
    m->recursion--;
    return found;
}

static bool safest_make(struct maker *m, const struct goal *g)
{
    return try_value(m, g, (struct value){.kind = VALUE_NULL}) || safest_choose(m, g->all, NULL, g);
}

bool safest_within(struct arena *a, const struct shape *s, struct check_budget *budget, struct value *out)
{
    struct maker m = {.arena = a, .budget = *budget, .first_byte = arena_bytes(a)};
    const struct list all = {s, NULL};
    bool made = false;
    for (unsigned depth = 0; depth <= MAX_DEPTH && m.budget.steps && !made; depth = depth ? depth * 2 : 1) {
        struct goal g = {&all, NULL, 0, depth, out};
        m.tries = MAX_TRIES;
        made = safest_make(&m, &g);
    }
    *budget = m.budget;
    return made;
}
