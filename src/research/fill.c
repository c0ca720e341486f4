/* fill.c - the document that a JSON Schema asks for, filled from evidence, valid whatever was found.
 *
 * It is built whole, checked whole, and only then sent: '{', one piece a member, '}'. Where the check fails in spite of
 * every place having been checked by itself, the member at fault gives way to the valid value that says least, then the
 * whole document does. max_tokens and stop sequences are not applied: half a document is of no use. */
#include "research/fill.h"

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
    for (size_t i = 0; i < s->property_count && n < 2; i++) {
        struct place inner = place_of(f, p, s->properties[i].name, s->properties[i].shape);
        n += count_content(f, &inner);
    }
    if (s->property_count)
        return n;
    if (s->items && (s->types & SHAPE_ARRAY)) {
        struct place item = place_of(f, p, SLICE(""), s->items);
        return count_content(f, &item);
    }
    for (size_t i = 0; i < s->any_of_count; i++) {
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

/* What each top-level member was read off. Members are filled one by one, so that each has its own support. */
struct document {
    struct slice *names;
    struct found *fields;
    size_t n;
    bool whole; /* the one field "output" is the whole value */
    struct value value;
};

static bool fill_members(struct fill *f, const struct place *root, struct document *d, struct err *e)
{
    const struct shape *s = root->shape;
    d->names = arena_array(f->arena, struct slice, s->property_count);
    d->fields = arena_array(f->arena, struct found, s->property_count);
    d->n = s->property_count;
    struct found content = {0};
    size_t supported = 0;
    for (int about_answer = 0; about_answer < 2; about_answer++) {
        if (about_answer && supported)
            content.probability /= (double)supported;
        for (size_t i = 0; i < d->n; i++) {
            struct place p = place_of(f, root, s->properties[i].name, s->properties[i].shape);
            d->names[i] = p.name;
            if ((p.field.role >= FIELD_CITATIONS) != about_answer)
                continue;
            if (!fill_place(f, &p, &content, &d->fields[i], e))
                return false;
            if (about_answer || !d->fields[i].supported)
                continue;
            found_merge(f, &content, &d->fields[i]);
            content.probability += d->fields[i].probability;
            supported++;
        }
    }
    return true;
}

static bool left_out(const struct shape_property *property, const struct found *found)
{
    bool fixed = found->note.n > 0; /* const, or what is true of nothing found */
    return !property->required && (!found->possible || (!found->supported && !is_empty(&found->value) && !fixed));
}

static void join(struct fill *f, const struct shape *s, struct document *d)
{
    struct value_member *members = arena_array(f->arena, struct value_member, d->n);
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++)
        if (!left_out(&s->properties[i], &d->fields[i]))
            members[n++] = (struct value_member){d->names[i], d->fields[i].value};
    d->value = (struct value){.kind = VALUE_OBJECT, .object = {members, n}};
}

static bool fits(struct fill *f, const struct shape *schema, const struct value *v)
{
    struct err why;
    struct buf text;
    (void)f;
    buf_init(&text, ANSWER_MAX_BYTES);
    bool ok = shape_check(schema, v, true, &why) && value_print(v, &text);
    buf_release(&text);
    return ok;
}

/* Members give way one after the other, the last ones first, then the whole. */
static bool repair(struct fill *f, const struct shape *schema, const struct shape *s, struct document *d, struct err *e)
{
    if (d->value.kind == VALUE_OBJECT && !d->whole)
        for (size_t i = d->n; i-- > 0 && !fits(f, schema, &d->value);) {
            found_nothing(f, s->properties[i].shape, &d->fields[i]);
            join(f, s, d);
        }
    if (fits(f, schema, &d->value))
        return true;
    for (size_t i = 0; i < d->n; i++)
        d->fields[i] = (struct found){0};
    if (!shape_safest(f->arena, schema, &d->value) || !fits(f, schema, &d->value))
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, "response_format.json_schema.schema",
                             "No valid value could be made for this schema.");
    return true;
}

static const struct found *field_of(const struct document *d, struct slice name)
{
    for (size_t i = 0; i < d->n; i++)
        if (slice_eq(d->names[i], name))
            return &d->fields[i];
    return NULL;
}

/* One piece of JSON; annotated with the first page that supports it. */
static void emit(struct compose *c, const struct buf *piece, const struct found *found)
{
    bool cited = found && found->supported && found->support_count;
    if (cited)
        compose_cited_text(c, buf_slice(piece), found->support[0]->passage->source);
    else
        compose_text(c, buf_slice(piece));
}

/* Prints as value_print would, cut between the members. fits() has shown that it is not too long. */
static void emit_document(struct compose *c, const struct document *d)
{
    struct buf piece;
    buf_init(&piece, ANSWER_MAX_BYTES);
    bool ok = true;
    if (d->value.kind != VALUE_OBJECT || d->whole) {
        ok = value_print(&d->value, &piece);
        emit(c, &piece, d->n ? &d->fields[0] : NULL);
        buf_release(&piece);
        return;
    }
    compose_text(c, SLICE("{"));
    for (size_t i = 0; i < d->value.object.n && ok; i++) {
        const struct value_member *member = &d->value.object.at[i];
        const struct found *found = field_of(d, member->name);
        if (i > 0)
            compose_text(c, SLICE(","));
        buf_reset(&piece);
        ok = value_print_string(member->name, &piece) && buf_add_char(&piece, ':');
        compose_text(c, buf_slice(&piece));
        buf_reset(&piece);
        ok = ok && value_print(&member->value, &piece);
        emit(c, &piece, found);
    }
    compose_text(c, SLICE("}"));
    buf_release(&piece);
}

static bool fill_document(struct fill *f, const struct shape *schema, struct document *d, const struct shape **shape,
                          struct err *e)
{
    struct place root = place_of(f, NULL, SLICE(""), schema);
    *shape = root.shape;
    if (says_nothing(root.shape)) {
        const struct shape *two = default_shape(f->arena);
        root.shape = *shape = two;
    }
    f->lone = count_content(f, &root) <= 1;
    bool object = (root.shape->types & SHAPE_OBJECT) && root.shape->property_count && !root.shape->any_of_count;
    if (object) {
        bool ok = fill_members(f, &root, d, e);
        if (ok)
            join(f, root.shape, d);
        return ok;
    }
    /* The whole document is the one field "output". */
    struct place above = root;
    root = place_of(f, &above, SLICE("output"), schema);
    root.depth = 0;
    d->names = arena_array(f->arena, struct slice, 1);
    d->fields = arena_array(f->arena, struct found, 1);
    d->n = 1;
    d->whole = true;
    d->names[0] = SLICE("output");
    above.shape = default_shape(f->arena); /* so that the place is not met again on its own way down */
    if (!fill_place(f, &root, NULL, &d->fields[0], e))
        return false;
    d->value = d->fields[0].value;
    return true;
}

/* Every reply has a basis; a schema need not ask for one. */
static void warn_of_doubles(struct fill *f, const struct shape *shape, bool given)
{
    for (size_t i = 0; given && i < shape->property_count; i++) {
        const struct place p = {.name = shape->properties[i].name, .shape = shape->properties[i].shape};
        enum field_role role = field_read(f->arena, &p, f->session->lang).role;
        if (role == FIELD_CITATIONS || role == FIELD_REASONING || role == FIELD_CONFIDENCE) {
            session_warn(f->session,
                         SLICE("The schema asks for citations, reasoning or confidence: the basis of each reply "
                               "gives them for every field, with verbatim excerpts."));
            return;
        }
    }
}

bool fill_write(struct session *s, struct err *e)
{
    const struct shape *schema =
        s->question->output == OUTPUT_JSON_SCHEMA ? s->question->shape : default_shape(s->arena);
    struct fill f = {0};
    struct document d = {0};
    const struct shape *shape;
    if (!fill_prepare(&f, s, e) || !fill_document(&f, schema, &d, &shape, e) || !repair(&f, schema, shape, &d, e))
        return false;
    struct compose *c = compose_new(s->arena, s->evidence);
    emit_document(c, &d);
    for (size_t i = 0; i < d.n; i++)
        claim(&f, d.names[i], &d.fields[i], d.whole || value_member(&d.value, d.names[i]) != NULL);
    if (d.n == 0)
        claim(&f, SLICE("output"), &(struct found){.value = d.value}, true);
    warn_of_doubles(&f, shape, s->question->output == OUTPUT_JSON_SCHEMA);
    if (s->wishes.unmet)
        session_warn(s,
                     SLICE("No language model is set up: the system prompt's wishes were not applied. The fields are "
                           "read off the sources word for word."));
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
