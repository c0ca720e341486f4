#include "api/key_scope.h"

#include "api/chat_inner.h"
#include "api/places.h"

bool key_scope_next(struct slice *rest, struct slice *entry)
{
    while (rest->n) {
        size_t comma = slice_find(*rest, SLICE(","));
        *entry = slice_trim(slice_sub(*rest, 0, comma));
        *rest = comma < rest->n ? slice_sub(*rest, comma + 1, rest->n - comma - 1) : SLICE("");
        if (entry->n)
            return true;
    }
    return false;
}

bool key_scope_has_model(struct slice models, const char *model)
{
    struct slice entry;
    bool any = false;
    while (key_scope_next(&models, &entry)) {
        if (slice_is(entry, model))
            return true;
        any = true;
    }
    return !any;
}

bool key_scope_models(struct arena *a, struct slice given, struct slice *out, struct err *e)
{
    struct arena_text text = {.arena = a};
    struct slice rest = given, entry;
    while (key_scope_next(&rest, &entry)) {
        const struct tier *tier = tier_find(entry);
        if (!tier)
            return err_set(e, ERR_USAGE, "There is no model '%.*s'. The models are speed, lite, base and core.",
                           (int)(entry.n < 100 ? entry.n : 100), entry.p);
        if (arena_text_slice(&text).n == 0 || !key_scope_has_model(arena_text_slice(&text), tier->name))
            arena_text_printf(&text, "%s%s", arena_text_slice(&text).n ? ", " : "", tier->name);
    }
    *out = arena_text_slice(&text);
    return out->n > 0 || err_set(e, ERR_USAGE, "Name at least one model, or 'all'.");
}

bool key_scope_domains(struct arena *a, struct slice given, struct slice *out, struct err *e)
{
    struct arena_text text = {.arena = a};
    struct slice rest = given, entry;
    size_t n = 0;
    while (key_scope_next(&rest, &entry)) {
        bool minus = entry.p[0] == '-';
        struct slice domain = places_read(a, minus ? slice_sub(entry, 1, entry.n - 1) : entry);
        if (domain.n == 0)
            return err_set(e, ERR_USAGE, "'%.*s' is no domain such as 'example.org', '.org' or 'example.org/docs'.",
                           (int)(entry.n < 100 ? entry.n : 100), entry.p);
        if (n == SCOPE_DOMAINS_MOST)
            return err_set(e, ERR_USAGE, "A key can have at most %d domains.", SCOPE_DOMAINS_MOST);
        arena_text_printf(&text, "%s%s%.*s", n++ ? ", " : "", minus ? "-" : "", SLICE_ARGS(domain));
    }
    *out = arena_text_slice(&text);
    return n > 0 || err_set(e, ERR_USAGE, "Name at least one domain, or 'all'.");
}

static struct policy scope_policy(struct arena *a, struct slice domains)
{
    struct slice *include = arena_array(a, struct slice, SCOPE_DOMAINS_MOST);
    struct slice *exclude = arena_array(a, struct slice, SCOPE_DOMAINS_MOST), entry;
    struct policy p = {.include = include, .exclude = exclude};
    while (p.include_count + p.exclude_count < SCOPE_DOMAINS_MOST && key_scope_next(&domains, &entry)) {
        if (entry.p[0] == '-')
            exclude[p.exclude_count++] = slice_sub(entry, 1, entry.n - 1);
        else
            include[p.include_count++] = entry;
    }
    return p;
}

bool key_scope_narrow(struct arena *a, struct slice domains, struct policy *p)
{
    if (domains.n == 0)
        return true;
    const struct policy own = scope_policy(a, domains);
    bool asked = p->include_count > 0;
    policy_narrow(p, &own, a);
    return !asked || p->include_count != 1 || !slice_is(p->include[0], POLICY_NOWHERE);
}

bool key_scope_apply(struct arena *a, struct slice models, struct slice domains, struct chat_request *r, struct err *e)
{
    struct question *q = &r->question;
    if (!key_scope_has_model(models, q->tier->name))
        return err_set_param(e, ERR_FORBIDDEN_MODEL, "model", "This API key may not use the model %s; it may use %.*s.",
                             q->tier->name, SLICE_ARGS(models));
    if (!key_scope_narrow(a, domains, &q->policy))
        chat_warn(a, r, SLICE("This API key may use none of the domains that the request names."));
    return true;
}
