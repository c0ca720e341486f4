/* What a language model wrote for a place, held against the evidence.
 *
 * A value that sentences support takes their citations. One that they do not stays without any and says so, since
 * judgements ("is it open source?") and summaries are rarely stated in comparable words; one that they contradict, and a
 * text with an address that is not of the evidence, count as not written. Places about the answer itself (its sources, a quote)
 * are never the model's: fill_meta knows better. */
#include "evidence/align.h"
#include "research/fill.h"

/* That a value is right which sentences support in the model's reading and in ours, and which only the model has. */
#define GIVEN_SUPPORTED 0.90
#define GIVEN_ALONE 0.35

enum { GIVEN_TEXT_MAX = 2000 };

static bool has_foreign_address(const struct fill *f, struct slice text)
{
    static const char *const begins[] = {"http://", "https://", "www."};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        size_t at = slice_find(text, slice_of(begins[i]));
        if (at == text.n)
            continue;
        struct slice rest = slice_sub(text, at, text.n - at);
        bool ours = false;
        for (size_t s = 0; s < f->session->evidence->source_count && !ours; s++)
            ours = slice_starts(rest, f->session->evidence->sources[s]->url);
        if (!ours)
            return true;
    }
    return false;
}

struct slice scalar_text(struct fill *f, const struct value *v)
{
    struct buf out;
    if (v->kind == VALUE_STRING)
        return v->string;
    buf_init(&out, GIVEN_TEXT_MAX);
    (void)value_print(v, &out);
    struct slice text = arena_dup(f->arena, buf_slice(&out));
    buf_release(&out);
    return text;
}

/* Its own name, or for elements that of the list. */
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
    if (v->kind == VALUE_STRING && has_foreign_address(f, text))
        return true;
    const struct align_claim claim = {
        .text = text, .name = name_of(f, p), .about = f->query, .lang = f->session->lang};
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
                        : SLICE("This value is the language model's; no sentence of the pages states it in words that can be compared.");
    }
    return true;
}
