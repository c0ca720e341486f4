#include "api/answer_json.h"

#include <math.h>

#include "api/json_out.h"
#include "base/harmless.h"
#include "base/utf8.h"

/* Enough of a passage to recognise it in a list of results. */
enum { SNIPPET_BYTES = 300 };

json_t *answer_json_link(struct slice url)
{
    return harmless_link(url) ? json_text(url) : json_sprintf("unsafe:%.*s", SLICE_ARGS(url));
}

static json_t *citation_json(const struct citation *c)
{
    json_t *excerpts = json_array(), *offsets = json_array();
    for (size_t i = 0; i < c->excerpt_count; i++) {
        json_array_append_new(excerpts, json_text(c->excerpts[i]));
        json_array_append_new(offsets, json_integer((json_int_t)c->offsets[i]));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "title", json_text(c->source->title), "url",
                     answer_json_link(c->source->url), "excerpts", excerpts, "excerpt_offsets", offsets, "page_sha256",
                     json_text(c->source->sha256));
}

json_t *answer_json_basis(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->basis_count; i++) {
        const struct basis *b = &answer->basis[i];
        json_t *citations = json_array();
        for (size_t j = 0; j < b->citation_count; j++)
            json_array_append_new(citations, citation_json(&b->citations[j]));
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s?}", "field", json_text(b->field), "citations",
                                              citations, "reasoning", json_text(b->reasoning), "confidence",
                                              confidence_name(b->confidence)));
    }
    return list;
}

/* The probabilities behind the levels, for clients with their own thresholds. Four decimals; the estimate is not more
 * precise. */
static json_t *probabilities_json(const struct answer *answer)
{
    json_t *object = json_object();
    for (size_t i = 0; i < answer->basis_count; i++) {
        const struct basis *b = &answer->basis[i];
        json_object_setn_new(object, b->field.p, b->field.n,
                             b->confidence == CONFIDENCE_NONE ? json_null()
                                                              : json_real(round(b->probability * 1e4) / 1e4));
    }
    return object;
}

static json_t *citations_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->cited_count; i++)
        json_array_append_new(list, answer_json_link(answer->cited[i]->url));
    return list;
}

static json_t *result_json(const struct source *s)
{
    json_t *date = s->date.n ? json_text(s->date) : json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "title", json_text(s->title), "url", answer_json_link(s->url), "date",
                     date, "snippet", json_text(utf8_cut(s->snippet, SNIPPET_BYTES)));
}

/* The cited pages first, so that search_results[n - 1] is [n], as Perplexity's clients expect. */
static json_t *results_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->cited_count; i++)
        json_array_append_new(list, result_json(answer->cited[i]));
    for (size_t i = 0; i < answer->evidence->source_count; i++)
        if (answer->evidence->sources[i]->number == 0)
            json_array_append_new(list, result_json(answer->evidence->sources[i]));
    return list;
}

static json_t *warnings_json(const struct answer *answer, const struct slice *own, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_text(own[i]));
    for (size_t i = 0; i < answer->warning_count; i++)
        json_array_append_new(list, json_text(answer->warnings[i]));
    return list;
}

static json_t *report_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->report_count; i++) {
        const struct report *p = &answer->reports[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:o*}", "provider", p->provider, "status",
                                              report_status(p), "results", (json_int_t)p->results, "ms",
                                              (json_int_t)p->ms, "detail", p->detail.n ? json_text(p->detail) : NULL));
    }
    return list;
}

void answer_json_extras(json_t *reply, const struct answer *answer, const struct slice *warnings, size_t n)
{
    json_object_set_new(reply, "basis", answer_json_basis(answer));
    json_object_set_new(reply, "probabilities", probabilities_json(answer));
    json_object_set_new(reply, "citations", citations_json(answer));
    json_object_set_new(reply, "search_results", results_json(answer));
    json_object_set_new(reply, "warnings", warnings_json(answer, warnings, n));
    json_object_set_new(reply, "search_report", report_json(answer));
}
