/* fill.c - fills the document that a JSON Schema asks for, and sends it.
 *
 * The document is built whole, checked whole, and only then sent: '{', a piece for each member, '}'. The check may fail
 * although every place was checked by itself; then members are replaced until it holds (document_repair).
 *
 * While a language model writes, members go out early (fill_member): each as soon as it is filled and all before it
 * were sent. What was sent stays as it is, and the rest is built around it. Members about the answer wait for all
 * others.
 *
 * max_tokens and stop sequences are not applied, since half a document is of no use. */
#include "fill/fill_inner.h"

#include "evidence/align.h"
#include "session/compose.h"

/* The shape for requests without a schema ("json_object"): {"answer": string, "citations": [url]}. */
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

/* How many of the places ask about the world. */
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

/* Opens the document: makes the places of its members, where it is filled one by one. */
static void open_document(struct fill *f, const struct shape *schema, struct document *d)
{
    struct place *root = &d->root;
    *root = place_of(f, NULL, SLICE(""), schema);
    d->bare = schema_says_nothing(root->shape);
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
            m->n = 0; /* the schema does not allow our own members */
        return true;
    }
    /* The whole document is one place, "output". */
    struct place above = d->root, root = place_of(f, &above, SLICE("output"), schema);
    root.given = above.given;
    root.depth = 0;
    above.shape = default_shape(f->arena); /* so that the place does not find itself above it */
    return fill_place(f, &root, NULL, &d->all, e);
}

struct fill_draft {
    struct fill fill;
    struct document document;
};

static const struct shape *asked_shape(struct session *s)
{
    return s->question->output == OUTPUT_JSON_SCHEMA ? s->question->shape : default_shape(s->arena);
}

/* The query for a field, as a person would type it: what the question names, then the field's words ("Berlin
 * population"). */
static struct slice field_query(struct fill *f, const struct place *p)
{
    struct slice asks[ASKS_MAX];
    size_t n = asks_make(f->arena, f->session->query, f->session->lang, asks);
    return arena_printf(f->arena, "%.*s %.*s", SLICE_ARGS(asks[n - 1]), SLICE_ARGS(name_as_words(f->arena, p->name)));
}

/* Opens the field's part; adds one where there is none. */
static void fill_want(struct fill *f, const struct place *p)
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
            fill_want(&f, &p);
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

/* Bytes that may be sent early; the rest of the document needs room, too. */
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
    struct found_child *child = &d->members.children[i];
    place->given = given;
    if (!fill_place(f, place, NULL, &child->found, e))
        return false;
    bool left_out = is_left_out(&d->root.shape->properties[i], &child->found);
    if (!left_out && (!child->found.possible || f->spent || !fits_early(d, &child->found.value)))
        return true; /* it is filled again with the others */
    child->settled = true;
    d->settled++;
    if (!left_out)
        document_print_member(d->composed, d->sent++, child->name, &child->found);
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
        if (d->members.places[i].field.role == FIELD_CONTENT && !d->members.children[i].found.supported)
            fill_want(&draft->fill, &d->members.places[i]);
    for (size_t i = 0; i < d->members.n && !s->parts[0].open; i++)
        s->parts[0].open = d->members.places[i].field.role <= FIELD_ANSWER && !d->members.children[i].found.supported;
    return true;
}

bool fill_write(struct session *s, struct err *e)
{
    struct fill *f = &s->draft->fill;
    struct document *d = &s->draft->document;
    if (!document_repair(f, d, e))
        return false;
    struct compose *c = d->composed ? d->composed : compose_new(s->arena, s->evidence);
    document_print(c, d);
    document_claim(f, d);
    if (s->wishes.unmet && !s->given)
        session_warn(s, SLICE("The system prompt's wishes were not applied. The fields are "
                              "read off the sources word for word."));
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
