/* llm_form.c - finds the form of structured output that works at this endpoint.
 *
 * A server that does not know a form refuses it, or ignores it without a word. So each form is tried with a schema that
 * allows one odd word alone, which no model says by chance. The first form that brings the word is remembered. Failures
 * of the network decide nothing. */
#include "llm/llm_inner.h"
#include "prompts/texts.h"

enum { TRIAL_TOKENS = 512, TRIAL_MS = 30 * 1000, WAIT_MS = 20 }; /* thinking has to fit, too */

/* The forms to try at a kind of server, in order. LLM_FORM_PROMPT always works and is not tried. */
static const enum llm_form *forms_of(enum llm_kind k)
{
    static const enum llm_form common[] = {LLM_FORM_STRICT, LLM_FORM_SCHEMA, LLM_FORM_JSON_OBJECT, LLM_FORM_PROMPT};
    static const enum llm_form vllm[] = {LLM_FORM_STRICT, LLM_FORM_STRUCTURED_OUTPUTS, LLM_FORM_GUIDED_JSON,
                                         LLM_FORM_JSON_OBJECT, LLM_FORM_PROMPT};
    static const enum llm_form llama[] = {LLM_FORM_STRICT, LLM_FORM_LLAMA_SCHEMA, LLM_FORM_JSON_OBJECT,
                                          LLM_FORM_PROMPT};
    return k == LLM_VLLM ? vllm : k == LLM_LLAMA_CPP ? llama : common;
}

enum verdict { WORKS, WORKS_NOT, UNDECIDED };

static enum verdict try_form(struct llm *l, struct arena *a, struct slice model, enum llm_form form,
                             const struct deadline *d, unsigned *calls)
{
    bool object = form == LLM_FORM_JSON_OBJECT;
    struct llm_message hello = {SLICE("user"), object ? SLICE("Say hello, as JSON.") : SLICE("Say hello.")};
    struct llm_request r = {.messages = &hello,
                            .message_count = 1,
                            .max_tokens = TRIAL_TOKENS,
                            .schema = object ? SLICE("{\"type\":\"object\"}") : SLICE(PROMPT_FILE_trial_json)};
    struct deadline until = *d;
    struct call_result c;
    const struct value *v;
    struct err e;
    if (until.at_ms > clock_ms() + TRIAL_MS)
        until.at_ms = clock_ms() + TRIAL_MS;
    for (unsigned fields = 0; fields <= FIELD_COUNT; fields++) {
        call_run(l, a, model, &r, form, &until, &c);
        llm_learn(l, &c);
        ++*calls;
        if (!c.blamed)
            break;
    }
    switch (c.reply.outcome) {
    case LLM_OK:
        break;
    case LLM_EMPTY: /* it was accepted, but all tokens were thinking: better than nothing */
        return c.reply.finish == LLM_FINISH_LENGTH ? WORKS : WORKS_NOT;
    case LLM_REJECTED:
    case LLM_SERVER: /* some fail on what they do not know */
    case LLM_REPEATED:
    case LLM_TOO_LONG:
        return WORKS_NOT;
    default:
        return UNDECIDED;
    }
    if (c.reply.finish == LLM_FINISH_LENGTH || !value_parse(a, slice_trim(c.reply.text), &v, NULL, &e))
        return WORKS_NOT;
    const struct value *said = value_member(v, SLICE("reply"));
    return object ? (v->kind == VALUE_OBJECT ? WORKS : WORKS_NOT)
           : said && said->kind == VALUE_STRING && slice_is(said->string, "quince-7341") ? WORKS
                                                                                         : WORKS_NOT;
}

/* Returns LLM_FORM_UNKNOWN when it could not be decided, so that nothing is remembered. */
static enum llm_form find_form(struct llm *l, struct arena *a, const struct deadline *d, unsigned *calls)
{
    struct llm_facts facts;
    enum llm_outcome outcome;
    const char *reason;
    if (!llm_probe(l, a, d, &facts, &outcome, &reason)) /* the kind decides what is tried */
        return LLM_FORM_UNKNOWN;
    const enum llm_form *at = forms_of(facts.kind);
    enum verdict v = WORKS_NOT;
    for (; *at != LLM_FORM_PROMPT && v != WORKS; at += v != WORKS) {
        v = try_form(l, a, facts.model, *at, d, calls);
        if (v == UNDECIDED)
            return LLM_FORM_UNKNOWN;
    }
    return *at;
}

/* One thread tries; the others wait for it, as long as they have time. */
enum llm_form form_counted(struct llm *l, struct arena *a, const struct deadline *d, unsigned *calls)
{
    bool mine = false;
    for (;;) {
        pthread_mutex_lock(&l->lock);
        enum llm_form form = l->facts.form;
        mine = form == LLM_FORM_UNKNOWN && !l->forming;
        l->forming |= mine;
        pthread_mutex_unlock(&l->lock);
        if (form != LLM_FORM_UNKNOWN)
            return form;
        if (mine)
            break;
        if (!deadline_pause(d, WAIT_MS))
            return LLM_FORM_UNKNOWN;
    }
    enum llm_form form = find_form(l, a, d, calls);
    pthread_mutex_lock(&l->lock);
    l->facts.form = form;
    l->forming = false;
    pthread_mutex_unlock(&l->lock);
    return form;
}

enum llm_form llm_form(struct llm *l, struct arena *a, const struct deadline *d)
{
    unsigned calls = 0;
    return form_counted(l, a, d, &calls);
}
