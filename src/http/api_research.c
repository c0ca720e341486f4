#include "http/api_research.h"

#include "api/key_scope.h"

bool api_scope(const struct exchange *x, struct arena *a, struct chat_request *r, struct err *e)
{
    const struct state_key *key = exchange_key(x);
    return !key || key_scope_apply(a, key->scope.models, key->scope.domains, r, e);
}

bool api_research(struct api_world *w, const struct api_ask *ask, struct arena *a, struct answer *answer,
                  struct outcome_work *work, struct err *e)
{
    struct world own = w->world;
    own.search = NULL;
    own.fetcher = NULL;
    bool ok = research_run(ask->own_only ? &own : &w->world, ask->question, ask->sink, ask->cancelled, a, answer, e);
    work->searches = answer->spent.searches;
    work->pages = answer->spent.pages;
    work->model_calls = answer->spent.model_calls;
    work->prompt_tokens = answer->spent.prompt_tokens;
    work->completion_tokens = answer->spent.completion_tokens;
    if (ok || e->code == ERR_IO || e->code == ERR_CORRUPT)
        atomic_store(&w->index_fails, !ok);
    return ok;
}
