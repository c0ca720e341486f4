/* fill_meta.c - fills places that ask about the answer itself: where it is from, in what words, how sure it is.
 *
 * They are filled from the sentences that the content beside them was read off, so that they are true of this answer.
 */
#include "base/utf8.h"
#include "session/compose.h"
#include "fill/fill_inner.h"

enum { SOURCES_MAX = 20 };

static struct slice title_of(const struct source *source)
{
    return source->title.n ? source->title : source->url;
}

/* The words of the question that decided for a sentence, as a sentence of our own; empty: none. */
static struct slice meta_chosen_for(struct fill *f, const struct sentence *s)
{
    enum { NAMED_MAX = 4 };
    const struct words said = fill_words(f, s);
    struct arena_text out = {.arena = f->arena};
    size_t n = 0;
    for (size_t t = 0; t < f->ask.term_count && n < NAMED_MAX; t++)
        for (size_t i = 0; i < said.n; i++)
            if (slice_eq(said.at[i].stem, f->ask.terms[t].stem)) {
                struct slice word = slice_sub(s->text, said.at[i].start, said.at[i].n);
                arena_text_printf(&out, "%s\"%.*s\"", n++ ? ", " : "", SLICE_ARGS(word));
                break;
            }
    return n ? arena_printf(f->arena, " It was chosen for %.*s.", SLICE_ARGS(arena_text_slice(&out))) : SLICE("");
}

/* What a place of this role says about one supporting sentence; empty: unknown. */
static struct slice text_about(struct fill *f, enum field_role role, const struct sentence *s)
{
    const struct source *source = s->passage->source;
    switch (role) {
    case FIELD_CITATIONS:
    case FIELD_URL:
        return source->url;
    case FIELD_TITLE:
        return title_of(source);
    case FIELD_DATE:
        return source->date;
    case FIELD_SITE:
        return source->site;
    case FIELD_QUOTE:
        return s->text;
    case FIELD_REASONING:
        return arena_printf(f->arena, "The page \"%.*s\" (%.*s) states: %.*s%.*s", SLICE_ARGS(title_of(source)),
                            SLICE_ARGS(source->site), SLICE_ARGS(compose_flat(f->arena, s->text)),
                            SLICE_ARGS(meta_chosen_for(f, s)));
    default:
        return SLICE("");
    }
}

static bool by_page(enum field_role role)
{
    return role != FIELD_QUOTE && role != FIELD_REASONING;
}

static bool same_page_before(const struct found *content, size_t i)
{
    for (size_t o = 0; o < i; o++)
        if (content->support[o]->passage->source == content->support[i]->passage->source)
            return true;
    return false;
}

static void supported_by(struct fill *f, const struct found *content, struct found *out)
{
    for (size_t i = 0; i < content->support_count; i++)
        found_support(f, out, content->support[i]);
    out->supported = true;
    out->probability = content->probability;
}

static bool fill_text(struct fill *f, const struct place *p, const struct found *content, struct found *out)
{
    for (size_t i = 0; i < content->support_count; i++) {
        struct slice text = text_about(f, p->field.role, content->support[i]);
        struct value value = value_text(text);
        if (text.n && p->field.role == FIELD_DATE && p->shape->format == FORMAT_DATE_TIME)
            value.string = arena_printf(f->arena, "%.*sT00:00:00Z", SLICE_ARGS(text));
        if (text.n && p->field.role == FIELD_REASONING)
            value.string = utf8_cut(text, p->shape->max_length < text.n ? p->shape->max_length : text.n);
        if (value.string.n == 0 || !place_accepts(f, p, &value))
            continue;
        out->value = value;
        supported_by(f, content, out);
        return true;
    }
    return false;
}

static bool fill_reason_for_nothing(struct fill *f, const struct place *p, struct found *out)
{
    struct value value = value_text(SLICE("No page that was searched states what is asked."));
    if (!place_accepts(f, p, &value))
        return false;
    out->value = value;
    out->possible = true;
    return true;
}

/* An object for each page; its members are url, title, excerpt and the like, by their names. */
static bool fill_source_object(struct fill *f, const struct place *p, const struct found *one, struct value *out)
{
    const struct shape *shape = p->shape;
    struct value_member *members = arena_array(f->arena, struct value_member, shape->property_count);
    size_t n = 0;
    for (size_t i = 0; i < shape->property_count; i++) {
        const struct shape_property *property = &shape->properties[i];
        struct place inner = place_of(f, p, property->name, property->shape);
        inner.source_like = true;
        inner.field = field_read(f->arena, &inner);
        struct found got = {0};
        if (!fill_meta(f, &inner, one, &got)) {
            found_nothing(f, property->shape, &got);
            if (!property->required && got.value.kind != VALUE_NULL)
                continue;
        }
        members[n++] = (struct value_member){property->name, got.value};
    }
    *out = (struct value){.kind = VALUE_OBJECT, .object = {members, n}};
    return place_accepts(f, p, out);
}

static bool fill_element(struct fill *f, const struct place *item, const struct found *content, size_t i,
                         struct found *out)
{
    struct found one = {.supported = true, .probability = content->probability};
    found_support(f, &one, content->support[i]);
    *out = one;
    if (item->shape->types & SHAPE_STRING)
        return fill_text(f, item, &one, out);
    return (item->shape->types & SHAPE_OBJECT) && fill_source_object(f, item, &one, &out->value);
}

static bool fill_elements(struct fill *f, const struct place *p, const struct found *content, struct found *out)
{
    static const struct shape anything = {.types = SHAPE_STRING, .max_length = SIZE_MAX};
    struct place item = place_of(f, p, SLICE(""), p->shape->items ? p->shape->items : &anything);
    item.field.role = p->field.role;
    item.source_like = true;
    size_t most = p->shape->max_items < SOURCES_MAX ? p->shape->max_items : SOURCES_MAX, n = 0;
    struct value *elements = arena_array(f->arena, struct value, most + 1);
    struct found_child *children = arena_array(f->arena, struct found_child, most + 1);
    for (size_t i = 0; i < content->support_count && n < most; i++) {
        if (by_page(item.field.role) && same_page_before(content, i))
            continue;
        if (!fill_element(f, &item, content, i, &children[n].found))
            continue;
        elements[n] = children[n].found.value;
        n++;
    }
    out->children = children;
    out->child_count = n;
    out->value = (struct value){.kind = VALUE_ARRAY, .array = {elements, n}};
    if (n == 0 || !place_accepts(f, p, &out->value))
        return false;
    supported_by(f, content, out);
    return true;
}

static bool fill_confidence(struct fill *f, const struct place *p, const struct found *content, struct found *out)
{
    const struct claim claim = {.support_count = content->support_count, .probability = content->probability};
    double probability = content->support_count ? content->probability : 0;
    enum confidence found = claim_level(f->session, &claim);
    /* Inside the document the schema may not allow null. */
    static const char *const levels[][3] = {[CONFIDENCE_NONE] = {"low", "Low", "LOW"},
                                            [CONFIDENCE_LOW] = {"low", "Low", "LOW"},
                                            [CONFIDENCE_MEDIUM] = {"medium", "Medium", "MEDIUM"},
                                            [CONFIDENCE_HIGH] = {"high", "High", "HIGH"}};
    bool percent = p->shape->has_maximum && p->shape->maximum > 1;
    /* Two decimals: the estimate is not finer than that. */
    double number = (double)(int)(probability * 100 + 0.5) / (percent ? 1 : 100);
    const struct value tries[] = {{.kind = VALUE_REAL, .real = number},
                                  {.kind = VALUE_INT, .integer = (int64_t)(probability * 100 + 0.5)},
                                  value_text(slice_of(levels[found][0])),
                                  value_text(slice_of(levels[found][1])),
                                  value_text(slice_of(levels[found][2]))};
    for (size_t i = 0; i < COUNT_OF(tries); i++) {
        bool whole_scale = tries[i].kind == VALUE_INT && !percent && p->shape->has_maximum;
        if (whole_scale || !place_accepts(f, p, &tries[i]))
            continue;
        out->value = tries[i];
        out->possible = true;
        if (content->support_count)
            supported_by(f, content, out);
        return true;
    }
    return false;
}

bool fill_meta(struct fill *f, const struct place *p, const struct found *content, struct found *out)
{
    unsigned types = p->shape->types;
    if (p->field.role == FIELD_CONFIDENCE && !(types & SHAPE_OBJECT && types != SHAPE_ANY))
        return fill_confidence(f, p, content, out);
    if (p->field.role < FIELD_CITATIONS)
        return false;
    if (content->support_count == 0)
        return p->field.role == FIELD_REASONING && fill_reason_for_nothing(f, p, out);
    bool filled = false;
    if (types & SHAPE_ARRAY)
        filled = fill_elements(f, p, content, out);
    if (!filled && (types & SHAPE_STRING))
        filled = fill_text(f, p, content, out);
    if (!filled && types != SHAPE_ANY && (types & SHAPE_OBJECT) && p->shape->property_count) {
        filled = fill_source_object(f, p, content, &out->value);
        if (filled)
            supported_by(f, content, out);
    }
    out->possible = out->possible || filled;
    return filled;
}
