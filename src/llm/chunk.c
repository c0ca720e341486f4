/* chunk.c - see chunk.h.
 *
 * Errors are told apart by status and code where there is one, and by a few words where servers only write a sentence:
 * a context that overflows is a 400 at OpenAI and vLLM, a 500 at older llama.cpp, a 404 is a missing model or a wrong
 * URL. */
#include "llm/chunk.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "llm/speech.h"
#include "shape/value.h"

static struct slice string_of(const struct value *v)
{
    return v && v->kind == VALUE_STRING ? v->string : SLICE("");
}

static struct slice member_text(const struct value *object, const char *name)
{
    return string_of(value_member(object, slice_of(name)));
}

static unsigned number_of(const struct value *v)
{
    if (!v || v->kind != VALUE_INT || v->integer < 0)
        return 0;
    return v->integer < 2000000000 ? (unsigned)v->integer : 2000000000;
}

static const struct value *chunk_parse(struct arena *a, struct slice json)
{
    const struct value *v;
    struct err e;
    if (json.n > CHUNK_MAX_BYTES)
        return NULL;
    if (!value_parse(a, json, &v, NULL, &e) && !value_parse(a, speech_mend(a, json), &v, NULL, &e))
        return NULL;
    return v->kind == VALUE_OBJECT ? v : NULL;
}

static bool chunk_has(struct slice text, const char *words)
{
    return slice_find(text, slice_of(words)) < text.n;
}

static struct slice chunk_lower(struct arena *a, struct slice text)
{
    char *p = arena_alloc(a, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        p[i] = (char)(ascii_is_upper(text.p[i]) ? text.p[i] + 32 : text.p[i]);
    return (struct slice){p, text.n};
}

static struct slice one_line(struct arena *a, struct slice text)
{
    struct slice cut = arena_dup(a, slice_trim(utf8_cut(text, CHUNK_DETAIL_BYTES)));
    char *p = arena_alloc(a, cut.n + 1);
    memcpy(p, cut.p, cut.n);
    for (size_t i = 0; i < cut.n; i++)
        if (p[i] == '\n' || p[i] == '\r' || p[i] == '\t')
            p[i] = ' ';
    utf8_scrub(p, cut.n);
    while (cut.n > 0 && p[cut.n - 1] == '.')
        cut.n--;
    return (struct slice){p, cut.n};
}

static bool is_overflow(struct slice code, struct slice words)
{
    if (slice_is(code, "context_length_exceeded") || slice_is(code, "exceed_context_size_error"))
        return true;
    if (chunk_has(words, "prompt is too long") || chunk_has(words, "prompt too long") ||
        chunk_has(words, "input is too long") || chunk_has(words, "too large to process"))
        return true;
    bool room = chunk_has(words, "context length") || chunk_has(words, "context size") ||
                chunk_has(words, "context window") || chunk_has(words, "context overflow");
    return room && (chunk_has(words, "maximum") || chunk_has(words, "exceed") || chunk_has(words, "overflow") ||
                    chunk_has(words, "available") || chunk_has(words, "only"));
}

/* "maximum context length is 4096 tokens": the number behind the words. */
static unsigned context_said(struct slice words)
{
    static const char *const before[] = {"context length is ", "context length of only ", "context size of ",
                                         "context size (",     "context window of ",      "context length of "};
    for (size_t i = 0; i < COUNT_OF(before); i++) {
        size_t at = slice_find(words, slice_of(before[i])) + strlen(before[i]);
        unsigned n = 0;
        for (; at < words.n && ascii_is_digit(words.p[at]) && n < 100000000; at++)
            n = n * 10 + (unsigned)(words.p[at] - '0');
        if (n > 0)
            return n;
    }
    return 0;
}

static enum llm_outcome outcome_of(int status, struct slice code, struct slice words)
{
    if (is_overflow(code, words))
        return LLM_OVERFLOW;
    if (slice_is(code, "insufficient_quota") || slice_is(code, "invalid_api_key"))
        return LLM_AUTH;
    if (slice_is(code, "model_not_found") || chunk_has(words, "not a valid model"))
        return LLM_NOT_FOUND;
    if (slice_is(code, "content_filter") || slice_is(code, "content_policy_violation"))
        return LLM_REFUSED;
    if (slice_is(code, "rate_limit_exceeded"))
        return LLM_LIMITED;
    switch (status) {
    case 401:
    case 402:
    case 403:
        return LLM_AUTH;
    case 404:
    case 405:
        return LLM_NOT_FOUND;
    case 408:
    case 425:
        return LLM_SERVER;
    case 413:
        return LLM_OVERFLOW;
    case 429:
        return LLM_LIMITED;
    default:
        return status >= 400 && status < 500 ? LLM_REJECTED : LLM_SERVER;
    }
}

/* error: an object, or only a sentence, as Ollama writes it. status 0: it came in the middle of a stream. */
static void read_error(struct arena *a, int status, const struct value *whole, struct chunk *out)
{
    const struct value *error = value_member(whole, SLICE("error"));
    const struct value *at = error && error->kind == VALUE_OBJECT ? error : whole;
    struct slice message = error && error->kind == VALUE_STRING ? error->string : member_text(at, "message");
    if (message.n == 0)
        message = member_text(whole, "detail"); /* FastAPI's own */
    const struct value *number = value_member(at, SLICE("code"));
    struct slice code = string_of(number), type = member_text(at, "type");
    struct slice words = chunk_lower(a, utf8_cut(message, 4096));
    if (status == 0 && number_of(number) >= 400 && number_of(number) < 600)
        status = (int)number_of(number);
    out->error = true;
    out->outcome = outcome_of(status, code.n ? code : type, words);
    if (out->outcome != LLM_OVERFLOW && is_overflow(type, words))
        out->outcome = LLM_OVERFLOW;
    if (out->outcome == LLM_OVERFLOW) {
        out->context_tokens = number_of(value_member(at, SLICE("n_ctx")));
        if (out->context_tokens == 0)
            out->context_tokens = context_said(words);
    }
    out->detail = one_line(a, message);
}

/* Joins those items of a list that are of one kind. Items of thinking have text items one level down, as Mistral writes
 * them:
 * [{"type":"thinking","thinking":[{"type":"text","text":"..."}]}]. */
static void add_items(const struct value *list, const char *kind, bool outer, struct buf *joined)
{
    for (size_t i = 0; i < list->array.n; i++) {
        const struct value *item = &list->array.at[i], *inner = value_member(item, slice_of(kind));
        if (!inner || !slice_is(member_text(item, "type"), kind))
            continue;
        if (inner->kind == VALUE_ARRAY && outer)
            add_items(inner, "text", false, joined);
        else
            buf_add(joined, string_of(inner));
    }
}

static struct slice join_items(struct arena *a, const struct value *list, const char *kind)
{
    struct buf joined;
    buf_init(&joined, CHUNK_MAX_BYTES); /* as large as all of the chunk */
    add_items(list, kind, true, &joined);
    struct slice text = arena_dup(a, buf_slice(&joined));
    buf_release(&joined);
    return text;
}

static enum llm_finish finish_of(struct slice word)
{
    if (word.n == 0)
        return LLM_FINISH_NONE;
    if (slice_is(word, "length") || slice_is(word, "max_tokens"))
        return LLM_FINISH_LENGTH;
    if (slice_is(word, "content_filter") || slice_is(word, "refusal"))
        return LLM_FINISH_REFUSAL;
    if (slice_is(word, "tool_calls") || slice_is(word, "function_call"))
        return LLM_FINISH_TOOL;
    return LLM_FINISH_STOP;
}

static void read_choice(struct arena *a, const struct value *choice, struct chunk *out)
{
    static const char *const reasonings[] = {"reasoning_content", "reasoning", "thinking"};
    const struct value *said = value_member(choice, SLICE("delta"));
    if (!said || said->kind != VALUE_OBJECT)
        said = value_member(choice, SLICE("message"));
    out->finish = finish_of(member_text(choice, "finish_reason"));
    if (!said)
        return;
    const struct value *content = value_member(said, SLICE("content"));
    out->text = string_of(content);
    for (size_t i = 0; i < 3 && out->reasoning.n == 0; i++)
        out->reasoning = member_text(said, reasonings[i]);
    if (content && content->kind == VALUE_ARRAY) {
        out->text = join_items(a, content, "text");
        if (out->reasoning.n == 0)
            out->reasoning = join_items(a, content, "thinking");
    }
    out->refusal = member_text(said, "refusal");
}

bool chunk_read(struct arena *a, struct slice json, struct chunk *out)
{
    *out = (struct chunk){.detail = SLICE(""), .text = SLICE(""), .reasoning = SLICE(""), .refusal = SLICE("")};
    const struct value *v = chunk_parse(a, json);
    if (!v)
        return false;
    const struct value *error = value_member(v, SLICE("error")), *choices = value_member(v, SLICE("choices"));
    const struct value *usage = value_member(v, SLICE("usage"));
    bool listed = choices && choices->kind == VALUE_ARRAY;
    bool naked = !listed && slice_is(member_text(v, "object"), "error"); /* older vLLM */
    bool bare = !listed && !error && value_member(v, SLICE("code")) && value_member(v, SLICE("message"));
    if ((error && error->kind != VALUE_NULL) || naked || bare) /* bare: what follows "error:" at llama.cpp */
        read_error(a, 0, v, out);
    if (usage && usage->kind == VALUE_OBJECT) {
        out->usage = true;
        out->prompt_tokens = number_of(value_member(usage, SLICE("prompt_tokens")));
        out->completion_tokens = number_of(value_member(usage, SLICE("completion_tokens")));
    }
    if (listed && choices->array.n > 0)
        read_choice(a, &choices->array.at[0], out);
    return listed || out->usage || out->error || slice_is(member_text(v, "object"), "chat.completion.chunk");
}

void chunk_read_error(struct arena *a, int status, struct slice body, struct chunk *out)
{
    *out = (struct chunk){.detail = SLICE(""), .text = SLICE(""), .reasoning = SLICE(""), .refusal = SLICE("")};
    const struct value *v = chunk_parse(a, body);
    static const struct value nothing = {.kind = VALUE_NULL};
    read_error(a, status, v ? v : &nothing, out);
    bool markup = slice_starts(slice_trim(body), SLICE("<"));
    if (out->detail.n == 0 && !v && !markup)
        out->detail = one_line(a, body);
}

size_t chunk_blamed_field(struct slice body, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct slice name = slice_of(names[i]);
        for (size_t at = 0; at + name.n < body.n;) {
            size_t found = slice_find(slice_sub(body, at, body.n - at), name) + at;
            if (found >= body.n)
                break;
            /* Whether the text has the word alone, in quotes of some kind: 'max_tokens', "stop", `seed`. */
            char before = found > 0 ? body.p[found - 1] : ' ',
                 after = found + name.n < body.n ? body.p[found + name.n] : ' ';
            if ((before == '\'' || before == '"' || before == '`') && (after == before || after == '\\'))
                return i;
            at = found + name.n;
        }
    }
    return count;
}
