/* html_sheet.c - one pass over a sheet, which stops only at blocks whose declarations may matter; the rules are then
 * found by the id, a class or the name of an element. */
#include "pages/html_sheet.h"

#include "base/ascii.h"

enum {
    RULES_MAX = 8192,
    PARTS_MAX = 4, /* classes and ids of one selector */
    SLOTS = 4096,
    CHAIN_MAX = 48, /* rules of one key that are kept */
    GROUPS_MAX = 4, /* @media within @layer, … */
    LEVELS_MAX = 4, /* compounds of one selector */
    SELECTORS_MAX = 64,
    CLASSES_MAX = 32,   /* of one element that are looked up */
    WORK_MAX = 1500000, /* rules compared with elements of one page */
};

const unsigned html_style_pairs[] = {STYLE_GONE | STYLE_DISPLAYED,
                                     STYLE_INVISIBLE | STYLE_VISIBLE,
                                     STYLE_FADED | STYLE_OPAQUE,
                                     STYLE_NO_SIZE | STYLE_SIZE,
                                     STYLE_AWAY,
                                     0};
enum { PAIRS = 5 };

static const unsigned hiding = STYLE_GONE | STYLE_INVISIBLE | STYLE_FADED | STYLE_NO_SIZE | STYLE_AWAY;

/* What one element must be: "p.note#x". */
struct sheet_compound {
    struct slice element, parts[PARTS_MAX]; /* parts begin with '.' or '#' */
    size_t part_count;
    struct html_bits bits;
};

struct sheet_rule {
    struct sheet_compound of;
    struct html_bits around;         /* the names in those above */
    const struct sheet_above *above; /* what must be around it, from inside out; NULL: anything */
    unsigned style, specificity;
    bool important;
    uint32_t next; /* of the same slot, index + 1, later rules first */
};

struct sheet_above {
    struct sheet_compound of;
    bool parent; /* ">": right around */
    const struct sheet_above *above;
};

struct html_sheet {
    struct arena *arena;
    struct sheet_rule *rules;
    size_t rule_count, rule_room, work;
    uint32_t slots[SLOTS]; /* index + 1 */
    uint8_t chain[SLOTS];
    bool hides;
};

static size_t sheet_slot(char kind, struct slice name)
{
    uint32_t h = slice_hash(name) ^ (uint32_t)(unsigned char)kind * 2654435761u;
    return (h ^ (h >> 15)) % SLOTS;
}

static bool sheet_is_name(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

/* Behind the comment or string that begins at `at`; at itself when none does. */
static size_t sheet_skip(struct slice css, size_t at)
{
    char c = css.p[at];
    if (c == '/' && at + 1 < css.n && css.p[at + 1] == '*') {
        struct slice rest = slice_sub(css, at + 2, css.n - at - 2);
        size_t end = at + 2 + slice_find(rest, SLICE("*/")) + 2;
        return end < css.n ? end : css.n;
    }
    if (c != '"' && c != '\'')
        return at;
    for (at++; at < css.n && css.p[at] != c && css.p[at] != '\n'; at++)
        at += css.p[at] == '\\';
    return at < css.n ? at + 1 : css.n;
}

/* Names of elements are nearly always in small letters already. */
static struct slice sheet_lower(struct arena *a, struct slice name)
{
    size_t i = 0;
    while (i < name.n && !ascii_is_upper(name.p[i]))
        i++;
    if (i == name.n)
        return name;
    char *out = arena_alloc(a, name.n);
    for (i = 0; i < name.n; i++)
        out[i] = ascii_is_upper(name.p[i]) ? (char)(name.p[i] + 'a' - 'A') : name.p[i];
    return (struct slice){out, name.n};
}

/* Bytes of the compound at the start of text; 0 when it is of another kind. An escaped name ("md\:block") is of none
 * that pages hide by. */
static size_t sheet_compound(struct html_sheet *s, struct slice text, struct sheet_compound *out, unsigned *specificity)
{
    size_t at = 0;
    *out = (struct sheet_compound){.element = {"", 0}};
    while (at < text.n) {
        size_t start = at;
        char kind = text.p[at];
        if (kind == '.' || kind == '#')
            at++;
        else if (start > 0)
            break;
        size_t name = at;
        while (at < text.n && sheet_is_name(text.p[at]))
            at++;
        if (at == name)
            return 0;
        if (start == name) {
            out->element = sheet_lower(s->arena, slice_sub(text, 0, at));
            *specificity += 1;
            continue;
        }
        if (out->part_count == PARTS_MAX)
            return 0;
        out->parts[out->part_count++] = slice_sub(text, start, at - start);
        *specificity += kind == '#' ? 10000 : 100;
    }
    return at == text.n || ascii_is_html_space(text.p[at]) || text.p[at] == '>' ? at : 0;
}

/* Names of states that scripts and clicks set: what hides within them is shown by the next one. */
static bool sheet_is_state(const struct sheet_compound *of)
{
    for (size_t i = 0; i < of->part_count; i++) {
        struct slice name = slice_sub(of->parts[i], 1, of->parts[i].n - 1);
        struct html_names names = {.opens = false};
        html_names_seen(name, &names);
        if (names.opens || slice_is(name, "js") || slice_is(name, "no-js") || slice_is(name, "nojs"))
            return true;
    }
    return false;
}

static struct html_bits sheet_bits(const struct sheet_compound *of)
{
    struct html_bits bits = {0, 0};
    if (of->element.n)
        html_bits_add(&bits, slice_hash(of->element));
    for (size_t i = 0; i < of->part_count; i++)
        html_bits_add(&bits, slice_hash(slice_sub(of->parts[i], 1, of->parts[i].n - 1)));
    return bits;
}

/* Reads "#main > .ad p.note#x", whose last compound is the rule's. False: it is of another kind. */
static bool sheet_selector(struct html_sheet *s, struct slice text, struct sheet_rule *out)
{
    *out = (struct sheet_rule){.above = NULL};
    size_t comment = memchr(text.p, '/', text.n) ? slice_find(text, SLICE("/*")) : text.n;
    if (comment < text.n) {
        if (slice_trim(slice_sub(text, sheet_skip(text, comment), text.n - sheet_skip(text, comment))).n)
            return false;
        text.n = comment;
    }
    text = slice_trim(text);
    for (unsigned level = 0; text.n && level < LEVELS_MAX; level++) {
        size_t n = sheet_compound(s, text, &out->of, &out->specificity);
        if (n == 0)
            return false;
        out->of.bits = sheet_bits(&out->of);
        text = slice_sub(text, n, text.n - n);
        size_t blank = text.n;
        text = slice_trim(text);
        if (text.n == 0)
            return true;
        if (blank == text.n && text.p[0] != '>')
            return false;
        if (sheet_is_state(&out->of))
            return false;
        struct sheet_above *above = arena_alloc(s->arena, sizeof *above);
        *above = (struct sheet_above){out->of, text.p[0] == '>', out->above};
        out->around = html_bits_join(out->around, out->of.bits);
        out->above = above;
        if (above->parent)
            text = slice_trim(slice_sub(text, 1, text.n - 1));
    }
    return false;
}

static void sheet_add(struct html_sheet *s, const struct sheet_rule *rule)
{
    const struct sheet_compound *of = &rule->of;
    struct slice key = of->part_count ? of->parts[0] : of->element;
    char kind = of->part_count ? key.p[0] : 'e';
    for (size_t i = 1; i < of->part_count; i++)
        if (of->parts[i].p[0] == '#') {
            key = of->parts[i];
            kind = '#';
        }
    if (kind != 'e')
        key = slice_sub(key, 1, key.n - 1);
    size_t slot = sheet_slot(kind, key);
    if (s->rule_count >= RULES_MAX || s->chain[slot] >= CHAIN_MAX)
        return;
    struct sheet_rule *kept = arena_push(s->arena, &s->rules, s->rule_count, &s->rule_room);
    *kept = *rule;
    kept->next = s->slots[slot];
    s->slots[slot] = (uint32_t)++s->rule_count;
    s->chain[slot]++;
}

static void sheet_rule_read(struct html_sheet *s, struct slice selectors, struct slice block, bool some_screens)
{
    unsigned style = html_style_read(block) & (some_screens ? ~hiding : ~0u);
    if (!style)
        return;
    bool important = memchr(block.p, '!', block.n) && slice_find(block, SLICE("!important")) < block.n;
    for (size_t i = 0; selectors.n && i < SELECTORS_MAX; i++) {
        const char *comma = memchr(selectors.p, ',', selectors.n);
        size_t n = comma ? (size_t)(comma - selectors.p) : selectors.n;
        struct sheet_rule rule;
        if (sheet_selector(s, slice_sub(selectors, 0, n), &rule)) {
            rule.style = style;
            rule.important = important;
            sheet_add(s, &rule);
        }
        n += n < selectors.n;
        selectors = slice_sub(selectors, n, selectors.n - n);
    }
}

/* Where the block ends that begins at `at`, behind its '{'; *own is where a block inside of it begins. */
static size_t sheet_block_end(struct slice css, size_t at, size_t *own)
{
    size_t depth = 1;
    const char *close = memchr(css.p + at, '}', css.n - at);
    size_t n = close ? (size_t)(close - css.p) - at : css.n - at;
    *own = at + n;
    if (!memchr(css.p + at, '{', n) && !memchr(css.p + at, '"', n) && !memchr(css.p + at, '\'', n) &&
        !memchr(css.p + at, '/', n))
        return at + n;
    for (*own = SIZE_MAX; at < css.n; at++) {
        char c = css.p[at];
        if (c == '/' || c == '"' || c == '\'') {
            size_t next = sheet_skip(css, at);
            at = next > at ? next - 1 : at;
        } else if (c == '{') {
            if (*own == SIZE_MAX)
                *own = at;
            depth++;
        } else if (c == '}' && --depth == 0) {
            break;
        }
    }
    at = at < css.n ? at : css.n;
    if (*own == SIZE_MAX)
        *own = at;
    return at;
}

/* What stands before the next block, from *start to its '{'; at the end css.n, and at the end of the group around it
 * the place of its '}'. */
static size_t sheet_head_end(struct slice css, size_t *start, bool in_group)
{
    size_t at = *start;
    for (; at < css.n && css.p[at] != '{'; at++) {
        char c = css.p[at];
        if (c == '/' || c == '"' || c == '\'') {
            size_t next = sheet_skip(css, at);
            if (next > at && c == '/' && slice_trim(slice_sub(css, *start, at - *start)).n == 0)
                *start = next;
            at = next > at ? next - 1 : at;
        } else if (c == '}' && in_group) {
            break;
        } else if (c == ';' || c == '}') {
            *start = at + 1;
        }
    }
    return at < css.n ? at : css.n;
}

/* Whether this block holds rules, and whether for any screen. */
static bool sheet_is_group(struct slice head, bool *general)
{
    *general = true;
    if (slice_starts(head, SLICE("@layer")))
        return true;
    if (!slice_starts(head, SLICE("@media")) || slice_find(head, SLICE("print")) < head.n)
        return false;
    head = slice_trim(slice_sub(head, 6, head.n - 6));
    *general = slice_is(head, "screen") || slice_is(head, "all") || slice_is(head, "only screen");
    return true;
}

/* Reads from `at` on to the end of the group, or to that of the sheet; returns the place behind it. some_screens: of
 * rules for screens of some width only what shows an element counts. */
static size_t sheet_read_group(struct html_sheet *s, struct slice css, size_t at, bool some_screens, unsigned depth)
{
    for (;;) {
        size_t start = at, own;
        at = sheet_head_end(css, &start, depth > 0);
        if (at == css.n || css.p[at] == '}')
            return at + (at < css.n);
        struct slice head = slice_trim(slice_sub(css, start, at - start));
        bool general;
        if (slice_starts(head, SLICE("<!--")))
            head = slice_trim(slice_sub(head, 4, head.n - 4));
        if (head.n && head.p[0] == '@' && depth < GROUPS_MAX && sheet_is_group(head, &general)) {
            at = sheet_read_group(s, css, at + 1, some_screens || !general, depth + 1);
            continue;
        }
        size_t end = sheet_block_end(css, ++at, &own);
        if (head.n && head.p[0] != '@')
            sheet_rule_read(s, head, slice_sub(css, at, own - at), some_screens);
        at = end + (end < css.n);
    }
}

/* What shows an element says nothing where no rule hides in that way: most rules are sizes of letters. */
static void sheet_thin(struct html_sheet *s)
{
    unsigned hidden = 0, wanted = 0;
    for (size_t i = 0; i < s->rule_count; i++)
        hidden |= s->rules[i].style & hiding;
    for (size_t i = 0; i < PAIRS; i++)
        wanted |= hidden & html_style_pairs[i] ? html_style_pairs[i] : 0;
    for (size_t slot = 0; slot < SLOTS; slot++)
        for (uint32_t *at = &s->slots[slot]; *at;) {
            struct sheet_rule *rule = &s->rules[*at - 1];
            if (rule->style &= wanted)
                at = &rule->next;
            else
                *at = rule->next;
        }
    s->hides = hidden != 0;
}

struct html_sheet *html_sheet_read(struct arena *a, const struct slice *sheets, size_t n)
{
    if (n == 0)
        return NULL;
    struct html_sheet *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    for (size_t i = 0; i < n; i++)
        sheet_read_group(s, sheets[i], 0, false, 0);
    sheet_thin(s);
    return s->hides ? s : NULL;
}

static bool sheet_has_class(struct slice classes, struct slice wanted)
{
    for (size_t at = 0; at + wanted.n <= classes.n;) {
        const char *found = memchr(classes.p + at, wanted.p[0], classes.n - at);
        if (!found)
            return false;
        at = (size_t)(found - classes.p);
        size_t end = at + wanted.n;
        if (end <= classes.n && memcmp(found, wanted.p, wanted.n) == 0 && (at == 0 || ascii_is_html_space(found[-1])) &&
            (end == classes.n || ascii_is_html_space(classes.p[end])))
            return true;
        at++;
    }
    return false;
}

static bool sheet_is(const struct sheet_compound *of, const struct html_element *element)
{
    if (!html_bits_have(element->own, of->bits))
        return false;
    if (of->element.n && !slice_eq(of->element, element->name))
        return false;
    for (size_t i = 0; i < of->part_count; i++) {
        struct slice name = slice_sub(of->parts[i], 1, of->parts[i].n - 1);
        if (!(of->parts[i].p[0] == '#' ? slice_eq(name, element->id) : sheet_has_class(element->classes, name)))
            return false;
    }
    return true;
}

/* Of "a > b c", a is tried at the parent of the nearest b alone. */
static bool sheet_matches(struct html_sheet *s, const struct sheet_rule *rule, const struct html_element *element)
{
    if (!html_bits_have(element->around, rule->around) || !sheet_is(&rule->of, element))
        return false;
    element = element->up;
    for (const struct sheet_above *above = rule->above; above; above = above->above) {
        while (element && !sheet_is(&above->of, element)) {
            if (above->parent || s->work++ >= WORK_MAX)
                return false;
            element = element->up;
        }
        if (!element)
            return false;
        element = element->up;
    }
    return true;
}

/* The strongest rule so far of each pair: its place in the cascade and what it says. */
struct sheet_verdict {
    uint64_t strength[PAIRS];
    unsigned style[PAIRS];
    bool important[PAIRS];
};

static void sheet_look_up(struct html_sheet *s, char kind, struct slice key, const struct html_element *element,
                          struct sheet_verdict *v)
{
    if (key.n == 0)
        return;
    for (uint32_t at = s->slots[sheet_slot(kind, key)]; at && s->work < WORK_MAX; at = s->rules[at - 1].next) {
        const struct sheet_rule *rule = &s->rules[at - 1];
        s->work++;
        if (!sheet_matches(s, rule, element))
            continue;
        uint64_t strength = (uint64_t)rule->important << 60 | (uint64_t)rule->specificity << 32 | at;
        for (size_t i = 0; i < PAIRS; i++)
            if ((rule->style & html_style_pairs[i]) && strength > v->strength[i]) {
                v->strength[i] = strength;
                v->style[i] = rule->style & html_style_pairs[i];
                v->important[i] = rule->important;
            }
    }
}

unsigned html_sheet_of(struct html_sheet *sheet, const struct html_element *element, unsigned *important)
{
    *important = 0;
    if (!sheet)
        return 0;
    struct sheet_verdict v = {.style = {0}};
    sheet_look_up(sheet, 'e', element->name, element, &v);
    sheet_look_up(sheet, '#', element->id, element, &v);
    size_t at = 0;
    for (size_t i = 0; at < element->classes.n && i < CLASSES_MAX; i++) {
        size_t n = 0;
        while (at + n < element->classes.n && !ascii_is_html_space(element->classes.p[at + n]))
            n++;
        sheet_look_up(sheet, '.', slice_sub(element->classes, at, n), element, &v);
        at += n + 1;
    }
    unsigned style = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        style |= v.style[i];
        *important |= v.important[i] ? v.style[i] : 0;
    }
    return style;
}
