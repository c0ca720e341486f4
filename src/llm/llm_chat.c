/* llm_chat.c - one chat: probes the server first where that is needed, and tries again where that can help.
 *
 * There are three kinds of second tries, all before the first word. A field that the server refuses is left out, for
 * good. A form of structured output that fails for this schema gives way to a weaker one, for this chat. After a
 * failure that may pass, the chat is tried again after a pause. The breaker is told once for each chat, at its end. */
#include "base/log.h"
#include "base/meter.h"
#include "base/trace.h"
#include "base/random.h"
#include "llm/llm_inner.h"

enum { FIRST_PAUSE_MS = 200 };

/* Twice as long each time, with a random part so that not all clients ask at once; or as the server says. */
static unsigned pause_before(unsigned tries, unsigned retry_after_ms)
{
    unsigned char dice;
    random_bytes(&dice, 1);
    unsigned ms = (FIRST_PAUSE_MS << (tries < 6 ? tries : 6)) * (128 + dice) / 256;
    return retry_after_ms > ms ? retry_after_ms : ms;
}

static enum llm_form chat_weaker(enum llm_form f)
{
    return f == LLM_FORM_STRICT ? LLM_FORM_SCHEMA : f < LLM_FORM_JSON_OBJECT ? LLM_FORM_JSON_OBJECT : LLM_FORM_PROMPT;
}

static void add_up(struct llm_reply *sum, const struct llm_reply *one)
{
    struct llm_reply before = *sum;
    *sum = *one;
    sum->calls += before.calls;
    sum->prompt_tokens += before.prompt_tokens;
    sum->completion_tokens += before.completion_tokens;
    sum->tokens_known = before.tokens_known && (one->tokens_known || one->first_token_ms == 0);
}

/* What llm_options.up says; 1 where there is no such function. */
static unsigned start_of(const struct llm *l)
{
    return l->o.up ? l->o.up(l->o.up_ud) : 1;
}

static void chat_talk(struct llm *l, struct arena *a, struct slice model, const struct llm_request *r,
                      enum llm_form form, const struct deadline *d, struct llm_reply *out)
{
    for (unsigned tries = 0, fields = 0;;) {
        struct call_result c;
        struct llm_reply before = *out;
        call_run(l, a, model, r, form, d, &c);
        llm_learn(l, &c);
        add_up(out, &c.reply);
        if (tries > 0 && out->outcome == LLM_DEADLINE && !c.began) { /* what failed before says more */
            out->outcome = before.outcome;
            out->reason = before.reason;
            out->retry_after_ms = before.retry_after_ms;
            return;
        }
        if (out->outcome == LLM_REJECTED && c.blamed && fields < FIELD_COUNT) {
            fields++;
        } else if (out->outcome == LLM_REJECTED && r->schema.n && form < LLM_FORM_PROMPT) {
            form = chat_weaker(form);
        } else {
            unsigned pause = pause_before(tries, out->retry_after_ms);
            if (!outcome_again(out->outcome) || c.began || tries++ >= (unsigned)l->o.retries ||
                pause >= deadline_left_ms(d) || !deadline_pause(d, pause) || !start_of(l))
                return;
        }
    }
}

/* False: the server does not run, or is left alone for a while. *run: which start of the server will be asked. */
static bool may_ask(struct llm *l, struct arena *a, unsigned *run, struct llm_reply *out)
{
    int64_t start, now = clock_ms();
    *run = start_of(l);
    if (!*run) {
        out->outcome = LLM_DOWN;
        out->reason = "the model's server is not up yet";
        return false;
    }
    pthread_mutex_lock(&l->lock);
    if (l->start != *run) {
        l->start = *run;
        l->breaker = (struct breaker){0};
    }
    bool may = breaker_try(&l->breaker, now, 0, INT64_MAX, &start);
    pthread_mutex_unlock(&l->lock);
    if (may)
        return true;
    out->outcome = LLM_DOWN;
    out->retry_after_ms = (unsigned)(start - now);
    out->reason = arena_printf(a, "the model's server is left alone for %lld s after failures",
                               (long long)(start - now + 999) / 1000)
                      .p;
    return false;
}

static void chat_ask(struct llm *l, struct arena *a, const struct llm_request *r, const struct deadline *d,
                     struct llm_reply *out)
{
    struct llm_facts facts;
    enum llm_form form = LLM_FORM_PROMPT;
    llm_facts(l, &facts);
    if (facts.model.n == 0 && facts.kind != LLM_AZURE && !llm_probe(l, a, d, &facts, &out->outcome, &out->reason))
        return;
    if (r->schema.n) {
        form = form_counted(l, a, d, &out->calls);
        if (form == LLM_FORM_UNKNOWN)
            form = LLM_FORM_PROMPT; /* the chat itself will tell what is wrong */
    }
    chat_talk(l, a, facts.model, r, form, d, out);
}

static void chat_count(struct llm *l, struct arena *a, const struct llm_reply *reply)
{
    struct llm_facts facts;
    llm_facts(l, &facts);
    const char *model = facts.model.n ? arena_dup(a, facts.model).p : "unknown";
    const char *error = reply->outcome == LLM_OK ? "" : llm_outcome_name(reply->outcome);
    meter_observe_us(METER_LLM_TIME, model, error, (int64_t)reply->ms * 1000);
    if (trace_on(TRACE_LLM))
        trace_say(TRACE_LLM, "%s at %.*s: %s, %u calls, %u tokens in, %u out, first after %u ms, %u ms in all%s%s",
                  model, SLICE_ARGS(facts.url), llm_outcome_name(reply->outcome), reply->calls, reply->prompt_tokens,
                  reply->completion_tokens, reply->first_token_ms, reply->ms, reply->outcome == LLM_OK ? "" : ": ",
                  reply->outcome == LLM_OK ? "" : reply->reason);
    if (reply->first_token_ms)
        meter_observe_us(METER_LLM_FIRST, model, NULL, (int64_t)reply->first_token_ms * 1000);
    if (reply->prompt_tokens)
        meter_observe(METER_LLM_TOKENS, model, "input", reply->prompt_tokens);
    if (reply->completion_tokens)
        meter_observe(METER_LLM_TOKENS, model, "output", reply->completion_tokens);
}

bool llm_chat(struct llm *l, struct arena *a, const struct llm_request *r, const struct deadline *d,
              struct llm_reply *out)
{
    int64_t start = clock_ms();
    unsigned run;
    *out = (struct llm_reply){.text = SLICE(""), .reasoning = SLICE(""), .tokens_known = true, .reason = ""};
    if (!may_ask(l, a, &run, out))
        return false;
    chat_ask(l, a, r, d, out);
    if (deadline_cancelled(d) && out->outcome != LLM_OK) {
        out->outcome = LLM_CANCELLED;
        out->reason = llm_outcome_sentence(LLM_CANCELLED);
    }
    out->ms = (unsigned)(clock_ms() - start);
    pthread_mutex_lock(&l->lock);
    if (l->start == run)
        breaker_note(&l->breaker, outcome_sign(out->outcome), out->retry_after_ms, clock_ms());
    pthread_mutex_unlock(&l->lock);
    chat_count(l, a, out);
    log_event(out->outcome == LLM_OK ? LOG_DEBUG : LOG_WARN, "llm",
              "outcome=%s calls=%u ms=%u first_token_ms=%u prompt_tokens=%u completion_tokens=%u",
              llm_outcome_name(out->outcome), out->calls, out->ms, out->first_token_ms, out->prompt_tokens,
              out->completion_tokens);
    return out->outcome == LLM_OK;
}
