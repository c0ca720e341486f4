/* step_verify.c - the verify step: claims -> basis.
 *
 * A claim's sentences become excerpts, grouped by page. Its probability becomes a level. The reasoning names the pages,
 * so that a person can check them. */
#include "research/step.h"

static bool has_excerpt(const struct citation *c, struct slice text)
{
    for (size_t i = 0; i < c->excerpt_count; i++)
        if (slice_eq(c->excerpts[i], text))
            return true;
    return false;
}

static void verify_cite(struct arena *a, struct basis *b, const struct claim *claim)
{
    b->citations = arena_array(a, struct citation, claim->support_count);
    for (size_t i = 0; i < claim->support_count; i++) {
        const struct sentence *s = claim->support[i];
        struct citation *c = b->citations;
        while (c < b->citations + b->citation_count && c->source != s->passage->source)
            c++;
        if (c == b->citations + b->citation_count) {
            *c = (struct citation){s->passage->source, arena_array(a, struct slice, claim->support_count),
                                   arena_array(a, size_t, claim->support_count), 0};
            b->citation_count++;
        }
        if (!has_excerpt(c, s->text)) {
            c->offsets[c->excerpt_count] = s->offset;
            c->excerpts[c->excerpt_count++] = s->text;
        }
    }
}

static struct slice verify_reasoning(struct arena *a, const struct claim *claim, const struct basis *b)
{
    if (b->citation_count == 0)
        return claim->note;
    struct arena_text names = {.arena = a};
    for (size_t i = 0; i < b->citation_count; i++) {
        const struct source *source = b->citations[i].source;
        struct slice title = source->title.n ? source->title : source->url;
        arena_text_printf(&names, "%s\"%.*s\"", i == 0 ? "" : (i + 1 == b->citation_count ? " and " : ", "),
                          SLICE_ARGS(title));
        if (source->site.n) /* a file, or what a tool gave, is of no site */
            arena_text_printf(&names, " (%.*s)", SLICE_ARGS(source->site));
    }
    const char *sentences = claim->support_count == 1 ? "sentence" : "sentences";
    /* A model's text is not the pages' own words; only the excerpts are. */
    const char *from = claim->written ? "Written by a language model and compared with" : "Taken from";
    const char *how = claim->written ? "which the excerpts quote word for word" : "quoted word for word";
    return arena_printf(a, "%.*s%s%s %zu %s of %.*s, %s.", SLICE_ARGS(claim->note), claim->note.n ? " " : "", from,
                        claim->support_count, sentences, SLICE_ARGS(arena_text_slice(&names)), how);
}

static const char *why_left_out(const struct left_out *page)
{
    static const char *const sentences[] = {
#define X(name, sentence) [name] = sentence,
        LEFT_OUT_CAUSES(X)
#undef X
    };
    return page->cause == LEFT_OUT_FAILED ? page->reason : sentences[page->cause];
}

/* Names the first NAMED_MAX pages that were left out, with reasons. */
static void warn_of_missing(struct session *s)
{
    enum { NAMED_MAX = 5 };
    struct arena_text names = {.arena = s->arena};
    for (size_t i = 0; i < s->left_out_count && i < NAMED_MAX; i++)
        arena_text_printf(&names, "%s%.*s (%s)", i ? ", " : "", SLICE_ARGS(s->left_out[i].url),
                          why_left_out(&s->left_out[i]));
    if (s->left_out_count)
        session_warn(s,
                     arena_printf(s->arena, "%zu of %zu pages %s left out: %.*s%s.", s->left_out_count, s->seen_count,
                                  s->left_out_count == 1 ? "was" : "were", SLICE_ARGS(arena_text_slice(&names)),
                                  s->left_out_count > NAMED_MAX ? " and others" : ""));
    if (s->skipped.n)
        session_warn(s, s->skipped);
}

/* Names the policy where it has left nothing: the asker sees that an answer is missing, but not why. */
static void warn_of_policy(struct session *s)
{
    const struct policy *p = &s->question->policy;
    bool searched = false;
    for (size_t i = 0; i < s->part_count; i++) {
        if (s->parts[i].hits.n)
            return;
        searched |= s->parts[i].text.n > 0;
    }
    if (!searched || s->small_talk || s->pool->n || (!p->include_count && !p->exclude_count && !p->after_date.n))
        return;
    struct arena_text names = {.arena = s->arena};
    if (p->include_count)
        arena_text_printf(&names, " only %.*s%s", SLICE_ARGS(p->include[0]), p->include_count > 1 ? " and others" : "");
    if (p->exclude_count)
        arena_text_printf(&names, "%s not %.*s%s", p->include_count ? "," : "", SLICE_ARGS(p->exclude[0]),
                          p->exclude_count > 1 ? " and others" : "");
    if (p->after_date.n)
        arena_text_printf(&names, "%s none older than %.*s", p->include_count || p->exclude_count ? "," : "",
                          SLICE_ARGS(p->after_date));
    session_warn(s, arena_printf(s->arena, "No page was found within the source policy of the request:%.*s.",
                                 SLICE_ARGS(arena_text_slice(&names))));
}

/* What there was no time for, as sentences for the reasoning; may be empty. */
static struct slice lack_of_time(const struct session *s)
{
    size_t slow = 0;
    for (size_t i = 0; i < s->left_out_count; i++)
        slow += s->left_out[i].cause == LEFT_OUT_SLOW;
    struct slice out = s->skipped;
    if (slow)
        out = arena_printf(s->arena, "%.*s%s%zu %s too slow to be read.", SLICE_ARGS(out), out.n ? " " : "", slow,
                           slow == 1 ? "page was" : "pages were");
    return out;
}

bool step_verify(struct session *s, struct err *e)
{
    (void)e;
    warn_of_missing(s);
    warn_of_policy(s);
    struct slice late = lack_of_time(s);
    struct answer *answer = s->answer;
    answer->basis = arena_array(s->arena, struct basis, s->claim_count);
    for (size_t i = 0; i < s->claim_count; i++) {
        struct basis *b = &answer->basis[answer->basis_count++];
        b->field = s->claims[i].field;
        verify_cite(s->arena, b, &s->claims[i]);
        b->confidence = claim_level(s, &s->claims[i]);
        b->probability = s->claims[i].probability;
        b->inputs = s->claims[i].inputs;
        b->reasoning = verify_reasoning(s->arena, &s->claims[i], b);
        if (s->heard.n)
            b->reasoning = arena_printf(s->arena, "%.*s%s%.*s", SLICE_ARGS(s->heard), b->reasoning.n ? " " : "",
                                        SLICE_ARGS(b->reasoning));
        if (late.n)
            b->reasoning = arena_printf(s->arena, "%.*s %.*s", SLICE_ARGS(b->reasoning), SLICE_ARGS(late));
    }
    return true;
}
