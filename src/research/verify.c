/* verify: claims → basis. Each claim's sentences become excerpts grouped by page, the probability becomes a level,
 * and the reasoning says what a person can check. */
#include "research/steps.h"

enum confidence claim_level(const struct session *s, const struct claim *claim)
{
    if (claim->support_count == 0)
        return CONFIDENCE_NONE;
    if (claim->probability >= s->confidence->high_from)
        return CONFIDENCE_HIGH;
    return claim->probability >= s->confidence->medium_from ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}

static bool has_excerpt(const struct citation *c, struct slice text)
{
    for (size_t i = 0; i < c->excerpt_count; i++)
        if (slice_eq(c->excerpts[i], text))
            return true;
    return false;
}

static void cite(struct arena *a, struct basis *b, const struct claim *claim)
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

static struct slice reasoning(struct arena *a, const struct claim *claim, const struct basis *b)
{
    if (b->citation_count == 0)
        return claim->note;
    struct slice names = {"", 0};
    for (size_t i = 0; i < b->citation_count; i++) {
        const struct source *source = b->citations[i].source;
        struct slice title = source->title.n ? source->title : source->url;
        names = arena_printf(a, "%.*s%s\"%.*s\" (%.*s)", SLICE_ARGS(names),
                             i == 0 ? "" : (i + 1 == b->citation_count ? " and " : ", "), SLICE_ARGS(title),
                             SLICE_ARGS(source->site));
    }
    const char *sentences = claim->support_count == 1 ? "sentence" : "sentences";
    return arena_printf(a, "%.*s%sTaken from %zu %s of %.*s, quoted word for word.", SLICE_ARGS(claim->note),
                        claim->note.n ? " " : "", claim->support_count, sentences, SLICE_ARGS(names));
}

/* Which pages are missing, with reasons, as far as a line goes. */
static void warn_of_missing(struct session *s)
{
    enum { NAMED_MAX = 5 };
    struct slice names = SLICE("");
    for (size_t i = 0; i < s->left_out_count && i < NAMED_MAX; i++)
        names = arena_printf(s->arena, "%.*s%s%.*s (%s)", SLICE_ARGS(names), i ? ", " : "",
                             SLICE_ARGS(s->left_out[i].url), s->left_out[i].why);
    if (s->left_out_count)
        session_warn(s, arena_printf(s->arena, "%zu of %zu pages %s left out: %.*s%s.", s->left_out_count, s->seen_count,
                                     s->left_out_count == 1 ? "was" : "were",
                                     SLICE_ARGS(names), s->left_out_count > NAMED_MAX ? " and others" : ""));
    if (s->skipped.n)
        session_warn(s, s->skipped);
}

/* For the reasoning: what there was no time for. */
static struct slice lack_of_time(const struct session *s)
{
    static const char late[] = "too slow";
    size_t slow = 0;
    for (size_t i = 0; i < s->left_out_count; i++)
        slow += strcmp(s->left_out[i].why, late) == 0;
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
    struct slice late = lack_of_time(s);
    struct answer *answer = s->answer;
    answer->basis = arena_array(s->arena, struct basis, s->claim_count);
    for (size_t i = 0; i < s->claim_count; i++) {
        struct basis *b = &answer->basis[answer->basis_count++];
        b->field = s->claims[i].field;
        cite(s->arena, b, &s->claims[i]);
        b->confidence = claim_level(s, &s->claims[i]);
        b->probability = s->claims[i].probability;
        b->inputs = s->claims[i].inputs;
        b->reasoning = reasoning(s->arena, &s->claims[i], b);
        if (late.n)
            b->reasoning = arena_printf(s->arena, "%.*s %.*s", SLICE_ARGS(b->reasoning), SLICE_ARGS(late));
    }
    return true;
}

const char *confidence_name(enum confidence c)
{
    static const char *const names[] = {NULL, "low", "medium", "high"};
    return names[c];
}
