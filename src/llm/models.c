/* models.c - see models.h. */
#include "llm/models.h"

#include "shape/value.h"

static struct slice text_of(const struct value *object, const char *name)
{
    const struct value *v = value_member(object, slice_of(name));
    return v && v->kind == VALUE_STRING ? v->string : SLICE("");
}

static unsigned number_of(const struct value *object, const char *name)
{
    const struct value *v = value_member(object, slice_of(name));
    return v && v->kind == VALUE_INT && v->integer > 0 && v->integer < 1000000000 ? (unsigned)v->integer : 0;
}

static enum llm_kind kind_of(struct slice owner)
{
    static const struct {
        const char *owner;
        enum llm_kind kind;
    } owners[] = {{"vllm", LLM_VLLM},
                  {"llamacpp", LLM_LLAMA_CPP},
                  {"library", LLM_OLLAMA},
                  {"organization_owner", LLM_LM_STUDIO}};
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        if (slice_is(owner, owners[i].owner))
            return owners[i].kind;
    return LLM_OTHER;
}

static unsigned context_of(const struct value *model)
{
    static const char *const names[] = {"max_model_len", "loaded_context_length", "context_length", "context_window",
                                        "max_context_length"};
    unsigned n = 0;
    for (size_t i = 0; i < COUNT_OF(names) && n == 0; i++)
        n = number_of(model, names[i]);
    const struct value *meta = value_member(model, SLICE("meta")); /* newer llama.cpp */
    return n ? n : meta ? number_of(meta, "n_ctx") : 0;
}

/* Lists also hold models that turn text into vectors, rank it, or hear it. */
static bool can_chat(const struct value *model, struct slice name)
{
    static const char *const others[] = {"embed", "rerank", "whisper"};
    const struct value *details = value_member(model, SLICE("details"));
    struct slice family = details ? text_of(details, "family") : SLICE("");
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (slice_find(name, slice_of(others[i])) < name.n)
            return false;
    return slice_find(family, SLICE("bert")) == family.n && !slice_is(text_of(model, "type"), "embeddings");
}

/* Ollama: "llama3.2" means "llama3.2:latest". */
static bool same_model(struct slice listed, struct slice wanted)
{
    return slice_eq(listed, wanted) ||
           (listed.n == wanted.n + 7 && slice_starts(listed, wanted) && slice_ends(listed, SLICE(":latest")));
}

bool models_read(struct arena *a, struct slice json, struct slice wanted, struct models *out)
{
    const struct value *v;
    struct err e;
    *out = (struct models){.kind = LLM_OTHER, .first = SLICE("")};
    if (!value_parse(a, json, &v, NULL, &e))
        return false;
    const struct value *list = value_member(v, SLICE("data")), *tags = value_member(v, SLICE("models"));
    if ((!list || list->kind != VALUE_ARRAY) && tags && tags->kind == VALUE_ARRAY) {
        list = tags;
        out->kind = LLM_OLLAMA;
    }
    if (!list || list->kind != VALUE_ARRAY)
        return false;
    for (size_t i = 0; i < list->array.n; i++) {
        const struct value *model = &list->array.at[i];
        struct slice name = text_of(model, "id").n ? text_of(model, "id") : text_of(model, "name");
        if (out->kind == LLM_OTHER)
            out->kind = kind_of(text_of(model, "owned_by"));
        if (name.n == 0 || !can_chat(model, name))
            continue;
        bool meant = wanted.n ? same_model(name, wanted) : out->n == 0;
        if (meant) {
            out->listed = wanted.n > 0;
            out->context_tokens = context_of(model);
        }
        if (out->n++ == 0)
            out->first = name;
    }
    return true;
}
