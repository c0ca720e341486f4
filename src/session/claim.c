#include "session/claim.h"

#include <string.h>

#include "session/session.h"

enum confidence claim_level(const struct session *s, const struct claim *claim)
{
    if (claim->support_count == 0)
        return CONFIDENCE_NONE;
    if (claim->probability >= s->confidence->high_from)
        return CONFIDENCE_HIGH;
    return claim->probability >= s->confidence->medium_from ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}

static bool claim_has(const struct claim *claim, const struct sentence *one)
{
    for (size_t i = 0; i < claim->support_count; i++)
        if (claim->support[i]->passage->source == one->passage->source && slice_eq(claim->support[i]->text, one->text))
            return true;
    return false;
}

void claim_join(struct session *s, struct claim *claim, const struct claim *more)
{
    bool both = claim->note.n && more->note.n;
    claim->note =
        arena_printf(s->arena, "%.*s%s%.*s", SLICE_ARGS(claim->note), both ? " " : "", SLICE_ARGS(more->note));
    const struct sentence **all =
        arena_array(s->arena, const struct sentence *, claim->support_count + more->support_count);
    if (claim->support_count)
        memcpy(all, claim->support, claim->support_count * sizeof *all);
    claim->support = all;
    for (size_t i = 0; i < more->support_count; i++)
        if (!claim_has(claim, more->support[i]))
            all[claim->support_count++] = more->support[i];
}

void claim_agreement(struct session *s, struct claim *claim, const struct part *part)
{
    const struct agreement *agreement = &part->agreement;
    if (agreement->n == 0 || (!agreement->conflict && agreement->sites < 2))
        return;
    struct claim says = {.note = agree_reasoning(s->arena, agreement)};
    for (size_t v = 0; v < agreement->n; v++)
        says.support_count += agreement->values[v].count;
    says.support = arena_array(s->arena, const struct sentence *, says.support_count);
    for (size_t v = 0, n = 0; v < agreement->n; v++)
        for (size_t i = 0; i < agreement->values[v].count; i++)
            says.support[n++] = agreement->values[v].sentences[i];
    claim_join(s, claim, &says);
}
