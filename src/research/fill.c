/* fill.c - the document that a JSON Schema asks for, filled from evidence, valid whatever was found.
 *
 * It is built whole, checked whole, and only then sent: '{', one piece a member, '}'. Where the check fails in spite of
 * every place having been checked by itself, the member at fault gives way to the valid value that says least, then the
 * whole document does. While a language model writes, a member goes out as soon as it is filled and all before it went out
 * (fill_member); it stays as it is then, and the rest is built around it. Members about the answer wait for all others. max_tokens and stop sequences are not applied: half a document is of no use. */
#include "research/fill.h"

#include "evidence/align.h"
#include "research/compose.h"

/* Without a schema ("json_object"): {"answer": string, "citations": [url]}. */
static const struct shape *default_shape(struct arena *a)
{
    struct shape *text = arena_array(a, struct shape, 1), *list = arena_array(a, struct shape, 1);
    struct shape *root = arena_array(a, struct shape, 1);
    *text = (struct shape){
        .types = SHAPE_STRING, .max_length = SIZE_MAX, .max_items = SIZE_MAX, .max_properties = SIZE_MAX};
    *list = *text;
    list->types = SHAPE_ARRAY;
    list->items = text;
    *root = *text;
    root->types = SHAPE_OBJECT;
    root->properties = arena_array(a, struct shape_property, 2);
    root->properties[0] = (struct shape_property){SLICE("answer"), text, true};
    root->properties[1] = (struct shape_property){SLICE("citations"), list, true};
    root->property_count = 2;
    return root;
}

/* {"type": "object"} without properties says as little as no schema. */
static bool says_nothing(const struct shape *s)
{
    bool bare = s->property_count == 0 && !s->items && !s->value_count && !s->any_of_count;
    return bare && (s->types & SHAPE_OBJECT) && !(s->types & SHAPE_STRING && s->types != SHAPE_ANY);
}

/* How many places ask about the world. */
static size_t count_content(struct fill *f, const struct place *p)
{
    const struct shape *s = p->shape;
    size_t n = 0;
    enum { DEEP = 6 };
    if (p->depth > DEEP || (p->parent && p->field.role >= FIELD_CITATIONS))
        return 0;
    for (size_t i = 0; i < s->property_count && n < 2 && !f->spent; i++) {
        struct place inner = place_of(f, p, s->properties[i].name, s->properties[i].shape);
        n += count_content(f, &inner);
    }
    if (s->property_count)
        return n;
    if (s->items && (s->types & SHAPE_ARRAY)) {
        struct place item = place_of(f, p, SLICE(""), s->items);
        return count_content(f, &item);
    }
    for (size_t i = 0; i < s->any_of_count && n < 2 && !f->spent; i++) {
        struct place branch = place_of(f, p, p->name, s->any_of[i]);
        size_t inside = count_content(f, &branch);
        n = inside > n ? inside : n;
    }
    return n ? n : 1;
}

static bool is_empty(const struct value *v)
{
    return v->kind == VALUE_NULL || (v->kind == VALUE_STRING && v->string.n == 0) ||
           (v->kind == VALUE_ARRAY && v->array.n == 0);
}

/* A date or a number cannot be empty: where the schema wants one all the same, the reader is told that it means
 * nothing. */
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

static void claim(struct fill *f, struct slice field, const struct found *found, bool there)
{
    struct claim c = {.field = field, .note = found->note};
    if (found->supported && found->support_count) {
        c.support = found->support;
        c.support_count = found->support_count;
        c.probability = found->probability < 1 ? found->probability : 1;
    } else if (!c.note.n) {
        c.note = note_of_nothing(found, there);
    }
    session_claim(f->session, c);
}

struct document {
    struct place root;
    struct members members; /* filled one by one; none when the document is filled as one place */
    struct found all;
    bool bare;                 /* the schema names no property: the members are made up */
    struct compose *composed;  /* what went out already; NULL: nothing was given to fill_member */
    size_t settled, sent;      /* members from the first on that are, and those of them that went out */
};

static bool prints(const struct value *v)
{
    struct buf text;
    buf_init(&text, ANSWER_MAX_BYTES);
    bool ok = value_print(v, &text);
    buf_release(&text);
    return ok;
}

/* Members give way one after the other, the last ones first, then the whole. Each of the two ways has a budget of its
 * own, since the filling may have used up its own. */
static bool repair(struct fill *f, struct document *d, struct err *e)
{
    const struct shape *schema = d->root.schema;
    struct found *all = &d->all;
    fill_open_budget(f);
    for (size_t i = d->members.n; i-- > d->settled && !fill_accepts(f, schema, &all->value) && !f->spent;) {
        found_nothing(f, d->members.places[i].schema, &d->members.parts[i].found);
        join_members(f, &d->root, &d->members, all);
    }
    if (fill_accepts(f, schema, &all->value) && prints(&all->value))
        return true;
    if (d->sent)
        return deadline_cancelled(&f->session->deadline) ? err_set(e, ERR_CANCELLED, NULL) : err_set(e, ERR_INTERNAL, "No valid value was found for the rest of the document.");
    *all = (struct found){0};
    for (size_t i = 0; i < d->members.n; i++)
        d->members.parts[i].found = *all;
    fill_open_budget(f);
    bool made = safest_within(f->arena, schema, &f->checks, &all->value);
    if (made && prints(&all->value))
        return true;
    static const char path[] = "response_format.json_schema.schema";
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
    return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, path, "No valid value could be made for this schema.");
}

/* What the value's member number i was read off; where the value was made by the schema alone, nothing. */
static struct found member_found(const struct document *d, size_t i)
{
    const struct value_member *member = &d->all.value.object.at[i];
    const struct found *all = &d->all;
    for (size_t p = 0; p < all->part_count; p++)
        if (slice_eq(all->parts[p].name, member->name))
            return all->parts[p].found;
    return (struct found){.value = member->value};
}

static bool has_members(const struct document *d)
{
    return d->all.value.kind == VALUE_OBJECT && d->all.value.object.n > 0;
}

/* One piece of JSON; annotated with the first page that supports it. */
static void emit(struct compose *c, const struct buf *piece, const struct found *found)
{
    if (found->supported && found->support_count)
        compose_cited_text(c, buf_slice(piece), found->support[0]->passage->source);
    else
        compose_text(c, buf_slice(piece));
}

static void emit_member(struct compose *c, size_t before, struct slice name, const struct found *found)
{
    struct buf piece;
    buf_init(&piece, ANSWER_MAX_BYTES);
    compose_text(c, before ? SLICE(",") : SLICE("{"));
    (void)(value_print_string(name, &piece) && buf_add_char(&piece, ':'));
    compose_text(c, buf_slice(&piece));
    buf_reset(&piece);
    (void)value_print(&found->value, &piece);
    emit(c, &piece, found);
    buf_release(&piece);
}

/* Prints as value_print would, cut between the members. repair() has shown that it is not too long. */
static void emit_document(struct compose *c, const struct document *d)
{
    const struct value *v = &d->all.value;
    if (!has_members(d)) {
        struct buf piece;
        buf_init(&piece, ANSWER_MAX_BYTES);
        (void)value_print(v, &piece);
        emit(c, &piece, &d->all);
        buf_release(&piece);
        return;
    }
    for (size_t i = d->sent; i < v->object.n; i++) {
        struct found found = member_found(d, i);
        found.value = v->object.at[i].value;
        emit_member(c, i, v->object.at[i].name, &found);
    }
    compose_text(c, SLICE("}"));
}

/* What member or element number i of a value was read off. A part that does not hold the value that is there (an
 * array was closed without it, the document gave way to another) says nothing about it; a value whose parts were not kept
 * apart was read off the same as the whole. */
static struct found part_of(const struct found *whole, const struct value *v, size_t i)
{
    bool object = v->kind == VALUE_OBJECT;
    const struct value *inner = object ? &v->object.at[i].value : &v->array.at[i];
    struct found part = {.value = *inner};
    for (size_t p = object ? 0 : i; p < whole->part_count && (object || p == i); p++)
        if ((!object || slice_eq(whole->parts[p].name, v->object.at[i].name)) &&
            value_equal(&whole->parts[p].found.value, inner))
            return whole->parts[p].found;
    if (whole->part_count == 0 && value_equal(&whole->value, v)) {
        part = *whole;
        part.value = *inner;
    }
    return part;
}

static size_t part_count(const struct value *v)
{
    return v->kind == VALUE_OBJECT ? v->object.n : v->kind == VALUE_ARRAY ? v->array.n : 0;
}

static struct slice part_path(struct fill *f, struct slice path, const struct value *v, size_t i)
{
    if (v->kind == VALUE_OBJECT)
        return arena_printf(f->arena, "%.*s.%.*s", SLICE_ARGS(path), SLICE_ARGS(v->object.at[i].name));
    return arena_printf(f->arena, "%.*s.%zu", SLICE_ARGS(path), i);
}

static void claim_elements(struct fill *f, struct slice field, const struct found *found, const struct value *v)
{
    for (size_t i = 0; v->kind == VALUE_ARRAY && i < v->array.n; i++) {
        const struct found element = part_of(found, v, i);
        claim(f, part_path(f, field, v, i), &element, true);
    }
}

/* The values that hold no other, in the order of the text. A constant of the schema may be nested deeper than schemas
 * are allowed to be: it then counts as one value from LEAF_DEPTH on. */
static void claim_leaves(struct fill *f, struct slice path, const struct found *found, const struct value *v,
                         unsigned depth, size_t *left)
{
    enum { LEAF_DEPTH = 64 };
    for (size_t i = 0; i < part_count(v) && *left; i++) {
        const struct value *inner = v->kind == VALUE_OBJECT ? &v->object.at[i].value : &v->array.at[i];
        const struct found part = part_of(found, v, i);
        if (part_count(inner) && depth < LEAF_DEPTH) {
            claim_leaves(f, part_path(f, path, v, i), &part, inner, depth + 1, left);
        } else {
            claim(f, part_path(f, path, v, i), &part, true);
            --*left;
        }
    }
}

static void claim_field(struct fill *f, struct slice field, const struct found *found, const struct value *v)
{
    claim(f, field, found, true);
    if (f->session->question->basis_depth == BASIS_ELEMENT)
        claim_elements(f, field, found, v);
    if (f->session->question->basis_depth == BASIS_LEAF)
        claim_leaves(f, field, found, v, 1, &f->leaves_left);
}

static void warn_of_leaves(struct fill *f)
{
    if (f->session->question->basis_depth == BASIS_LEAF && f->leaves_left == 0)
        session_warn(f->session, arena_printf(f->arena, "The basis has entries for the first %d leaves only.", LEAVES_MAX));
}

/* One claim a member of the value, in its order, and between them one for each property that was left out. */
static void claim_all(struct fill *f, const struct document *d)
{
    const struct value *v = &d->all.value;
    size_t claimed = f->session->claim_count, next = 0;
    for (size_t i = 0; has_members(d) && i < v->object.n; i++) {
        const struct found found = member_found(d, i);
        for (; next < d->members.n && !slice_eq(d->members.parts[next].name, v->object.at[i].name); next++)
            if (!value_member(v, d->members.parts[next].name))
                claim(f, d->members.parts[next].name, &d->members.parts[next].found, false);
        next += next < d->members.n;
        claim_field(f, v->object.at[i].name, &found, &v->object.at[i].value);
    }
    for (; next < d->members.n; next++)
        if (!value_member(v, d->members.parts[next].name))
            claim(f, d->members.parts[next].name, &d->members.parts[next].found, false);
    if (f->session->claim_count == claimed)
        claim_field(f, SLICE("output"), &d->all, v);
}

/* The places of the document's members, where it is filled one by one. */
static void open_document(struct fill *f, const struct shape *schema, struct document *d)
{
    struct place *root = &d->root;
    *root = place_of(f, NULL, SLICE(""), schema);
    d->bare = says_nothing(root->shape);
    if (d->bare)
        root->shape = default_shape(f->arena);
    f->lone = count_content(f, root) <= 1;
    if ((root->shape->types & SHAPE_OBJECT) && root->shape->property_count && !root->shape->any_of_count)
        fill_places(f, root, &d->members);
}

static bool fill_document(struct fill *f, const struct shape *schema, struct document *d, struct err *e)
{
    struct members *m = &d->members;
    d->root.given = f->session->given;
    for (size_t i = d->settled; i < m->n; i++)
        m->places[i].given = d->root.given ? value_member(d->root.given, m->places[i].name) : NULL;
    if (m->n) {
        if (!fill_members(f, m, NULL, e))
            return false;
        join_members(f, &d->root, m, &d->all);
        if (d->bare && !fill_accepts(f, schema, &d->all.value))
            m->n = 0; /* the schema wants other members than those that were made up */
        return true;
    }
    /* The whole document is one place, "output". */
    struct place above = d->root, root = place_of(f, &above, SLICE("output"), schema);
    root.given = above.given;
    root.depth = 0;
    above.shape = default_shape(f->arena); /* so that the place is not met again on its own way down */
    return fill_place(f, &root, NULL, &d->all, e);
}

/* Every reply has a basis; a schema need not ask for one. */
static void warn_of_doubles(struct fill *f, const struct document *d)
{
    struct slice names = SLICE("");
    const struct shape *asked = f->session->question->shape;
    for (size_t i = 0; asked && !says_nothing(shape_resolve(asked)) && i < d->members.n; i++) {
        enum field_role role = d->members.places[i].field.role;
        if (role == FIELD_CITATIONS || role == FIELD_REASONING || role == FIELD_CONFIDENCE)
            names = arena_printf(f->arena, "%.*s%s'%.*s'", SLICE_ARGS(names), names.n ? ", " : "",
                                 SLICE_ARGS(d->members.places[i].name));
    }
    if (names.n)
        session_warn(f->session,
                     arena_printf(f->arena,
                                  "The schema asks for %.*s: the basis of each reply gives citations with verbatim "
                                  "excerpts, reasoning and confidence for every field.",
                                  SLICE_ARGS(names)));
}

struct fill_draft {
    struct fill fill;
    struct document document;
};

static const struct shape *asked_shape(struct session *s)
{
    return s->question->output == OUTPUT_JSON_SCHEMA ? s->question->shape : default_shape(s->arena);
}

/* "Berlin population": what the question names, then the field's own words; what a person would type. */
static struct slice field_query(struct fill *f, const struct place *p)
{
    struct slice asks[ASKS_MAX];
    size_t n = asks_make(f->arena, f->session->query, f->session->lang, asks);
    return arena_printf(f->arena, "%.*s %.*s", SLICE_ARGS(asks[n - 1]), SLICE_ARGS(name_as_words(f->arena, p->name)));
}

/* A part for the field, unless it has one. */
static void want(struct fill *f, const struct place *p)
{
    struct session *s = f->session;
    for (size_t i = 0; i < s->part_count; i++)
        if (slice_eq(s->parts[i].field, p->name)) {
            s->parts[i].open = true;
            return;
        }
    session_part(s, field_query(f, p), p->name);
}

void fill_plan(struct session *s)
{
    struct fill f = {.session = s, .arena = s->arena, .query = s->query};
    fill_open_budget(&f);
    struct place root = place_of(&f, NULL, SLICE(""), asked_shape(s));
    for (size_t i = 0; i < root.shape->property_count && root.shape->property_count > 1 && !f.spent; i++) {
        struct place p = place_of(&f, &root, root.shape->properties[i].name, root.shape->properties[i].shape);
        if (p.field.role == FIELD_CONTENT)
            want(&f, &p);
    }
}

static bool open_draft(struct session *s, bool given, struct err *e)
{
    struct fill_draft *draft = arena_array(s->arena, struct fill_draft, 1);
    if (given)
        draft->fill.aligner = align_new(s->arena, s->view, s->pool);
    if (!fill_prepare(&draft->fill, s, e))
        return false;
    open_document(&draft->fill, asked_shape(s), &draft->document);
    s->draft = draft;
    return true;
}

/* What goes out early leaves room for the rest, whatever that will be. */
enum { SENT_EARLY_MAX = ANSWER_MAX_BYTES / 2 };

static bool fits_early(const struct document *d, const struct value *v)
{
    struct buf piece;
    buf_init(&piece, SENT_EARLY_MAX);
    bool fits = value_print(v, &piece) && compose_bytes(d->composed) + piece.n <= SENT_EARLY_MAX;
    buf_release(&piece);
    return fits;
}

bool fill_member(struct session *s, size_t i, const struct value *given, struct err *e)
{
    if (!(s->draft && s->draft->document.composed)) {
        if (!open_draft(s, true, e))
            return false;
        s->draft->document.composed = compose_new(s->arena, s->evidence);
        compose_stream(s->draft->document.composed, s->sink);
    }
    struct document *d = &s->draft->document;
    struct fill *f = &s->draft->fill;
    if (i != d->settled || i >= d->members.n || d->members.places[i].field.role >= FIELD_CITATIONS)
        return true;
    struct place *place = &d->members.places[i];
    struct found_part *part = &d->members.parts[i];
    place->given = given;
    if (!fill_place(f, place, NULL, &part->found, e))
        return false;
    bool left_out = is_left_out(&d->root.shape->properties[i], &part->found);
    if (!left_out && (!part->found.possible || f->spent || !fits_early(d, &part->found.value)))
        return true; /* it is filled again with the rest */
    part->settled = true;
    d->settled++;
    if (!left_out)
        emit_member(d->composed, d->sent++, part->name, &part->found);
    return compose_heard(d->composed) || err_set(e, ERR_CANCELLED, NULL);
}

bool fill_judge(struct session *s, struct err *e)
{
    bool begun = s->draft && s->draft->document.composed;
    if (!begun && !open_draft(s, s->given != NULL, e))
        return false;
    struct fill_draft *draft = s->draft;
    struct document *d = &draft->document;
    if (!fill_document(&draft->fill, asked_shape(s), d, e))
        return false;
    s->parts[0].open = d->members.n == 0 && !(d->all.supported && d->all.probability >= s->confidence->high_from);
    for (size_t i = 0; i < d->members.n && d->members.n > 1; i++)
        if (d->members.places[i].field.role == FIELD_CONTENT && !d->members.parts[i].found.supported)
            want(&draft->fill, &d->members.places[i]);
    for (size_t i = 0; i < d->members.n && !s->parts[0].open; i++)
        s->parts[0].open = d->members.places[i].field.role <= FIELD_ANSWER && !d->members.parts[i].found.supported;
    return true;
}

bool fill_write(struct session *s, struct err *e)
{
    struct fill *f = &s->draft->fill;
    struct document *d = &s->draft->document;
    if (!repair(f, d, e))
        return false;
    struct compose *c = d->composed ? d->composed : compose_new(s->arena, s->evidence);
    emit_document(c, d);
    f->leaves_left = LEAVES_MAX;
    claim_all(f, d);
    warn_of_leaves(f);
    warn_of_doubles(f, d);
    if (s->wishes.unmet && !s->given)
        session_warn(s,
                     SLICE("The system prompt's wishes were not applied. The fields are "
                           "read off the sources word for word."));
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
