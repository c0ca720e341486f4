#include "cli/answering.h"

#include "cli/confidence_file.h"

static bool unsupported_read(const char *word, enum unsupported *out, struct err *e)
{
    static const char *const names[] = {
        [UNSUPPORTED_MARK] = "mark", [UNSUPPORTED_DROP] = "drop", [UNSUPPORTED_KEEP] = "keep"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(word, names[i]) == 0) {
            *out = (enum unsupported)i;
            return true;
        }
    }
    return err_set(e, ERR_USAGE, "unsupported: \"%s\" is none of mark, drop and keep.", word);
}

bool answering_open(const struct config *c, struct answering *out, struct err *e)
{
    struct arena *a = arena_new();
    struct world *w = &out->world;
    *out = (struct answering){.local = NULL};
    w->confidence = &out->confidence;
    bool ok = unsupported_read(c->unsupported, &w->unsupported, e) && confidence_load(c, &out->confidence, e) &&
              encoder_access_open(c, &out->encoder, e) &&
              index_open(arena_printf(a, "%s/index", c->data).p, &w->index, e) && web_access_open(c, &out->web, e) &&
              web_access_open_search(c, &out->web, e) && models_open(c, &out->local, &w->model, &w->small, e) &&
              reranker_open(c, &w->reranker, e);
    w->meaning = out->encoder.meaning;
    if (ok)
        web_access_lend(&out->web, w);
    else
        answering_close(out);
    arena_free(a);
    return ok;
}

void answering_close(struct answering *a)
{
    rerank_close(a->world.reranker);
    llm_close(a->world.small);
    llm_close(a->world.model);
    local_model_stop(a->local);
    web_access_close(&a->web);
    encoder_access_close(&a->encoder);
    index_close(a->world.index);
    *a = (struct answering){.local = NULL};
}
