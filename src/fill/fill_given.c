/* fill_given.c - compares what a language model wrote for a place with the evidence.
 *
 * A value that sentences support gets their citations. An unsupported value stays without citations and
 * confidence, and its note and a warning name it: judgements ("is it open source?") and summaries are rarely stated in
 * words that can be compared. With the setting `unsupported` = drop it is left out (fill_tree.c). A contradicted
 * value, and one that invents an address, are ignored. Places about the answer itself (its sources, a quote) never take
 * the model's value, since fill_meta knows better.
 *
 * Every string of the document is checked here, also those in arrays and nested objects. Names of members are the
 * schema's; others that a model adds are dropped. */
#include "cite/cite_url.h"
#include "evidence/align.h"
#include "fill/fill_inner.h"

/* The probability that a model's value is right: with the support of sentences, and without. Set by hand. */
#define GIVEN_SUPPORTED 0.90
#define GIVEN_ALONE 0.35

static bool given_is_address(const struct shape *shape)
{
    for (; shape; shape = shape->ref) { /* ends: circles of references were refused */
        shape = shape_resolve(shape);
        struct slice name = shape->format_name; /* also of formats that nobody checks */
        if (shape->format == FORMAT_URI || shape->format == FORMAT_URI_REFERENCE ||
            slice_eq_nocase(name, SLICE("url")) || slice_eq_nocase(name, SLICE("iri")) ||
            slice_eq_nocase(name, SLICE("iri-reference")))
            return true;
    }
    return false;
}

/* Whether it asks for an address, maybe among other types: {"anyOf": [{"type": "string", "format": "uri"}, {"type":
 * "null"}]}. */
static bool given_asks_for_address(const struct shape *shape)
{
    bool asks = given_is_address(shape);
    for (size_t i = 0; i < shape->any_of_count && !asks; i++)
        asks = given_is_address(shape->any_of[i]);
    return asks;
}

/* Clients may show a field as Markdown; a page that says what the field says has no link of Markdown in its text. */
static bool given_has_link(struct slice text)
{
    return slice_find(text, SLICE("](")) < text.n;
}

bool given_invents_address(struct fill *f, const struct shape *shape, struct slice text)
{
    const struct evidence *ev = f->session->evidence;
    if (given_has_link(text))
        return true;
    if (!f->urls)
        f->urls = cite_urls_new(f->arena, ev->sources, ev->source_count);
    return given_asks_for_address(shape) ? !cite_urls_find(f->urls, text) : !cite_urls_cover(f->urls, text);
}

/* The name of the place; of an element, the name of its list. */
static struct slice name_of(struct fill *f, const struct place *p)
{
    while (!p->name.n && p->parent)
        p = p->parent;
    return name_as_words(f->arena, p->name);
}

static bool is_scalar(const struct value *v)
{
    return v->kind != VALUE_OBJECT && v->kind != VALUE_ARRAY;
}

static void take_support(struct fill *f, const struct alignment *al, struct found *out)
{
    for (size_t i = 0; i < al->support_count; i++) {
        found_support(f, out, al->support[i].sentence);
        if (al->support[i].second)
            found_support(f, out, al->support[i].second);
    }
    out->supported = true;
    out->probability = GIVEN_SUPPORTED * al->support[0].score;
}

bool fill_given(struct fill *f, const struct place *p, struct found *out, struct err *e)
{
    const struct value *v = p->given;
    struct alignment al = {.verdict = ALIGN_NOT_STATED};
    if (!v || !is_scalar(v) || p->field.role >= FIELD_CITATIONS || !fill_spend(f, STEPS_A_RANKING) ||
        !place_accepts(f, p, v))
        return true;
    struct slice text = scalar_text(f, v);
    if (v->kind == VALUE_STRING && given_invents_address(f, p->shape, text))
        return true;
    const struct align_claim claim = {.text = text, .name = name_of(f, p), .about = f->query, .lang = f->session->lang};
    if (v->kind != VALUE_NULL && v->kind != VALUE_BOOL && text.n && !align_claim(f->aligner, &claim, &al, e))
        return false;
    if (al.verdict == ALIGN_CONTRADICTED)
        return true;
    out->value = *v;
    out->given = true;
    if (al.verdict == ALIGN_SUPPORTED && al.support_count) {
        take_support(f, &al, out);
    } else {
        out->probability = GIVEN_ALONE;
        out->note = v->kind == VALUE_NULL || (v->kind == VALUE_STRING && text.n == 0)
                        ? SLICE("The language model found nothing about this in the pages.")
                        : SLICE("This value is the language model's; no sentence of the pages states it in words that "
                                "can be compared.");
    }
    return true;
}
