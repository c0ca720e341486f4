/* Feeds what a model's server might send: the bytes as an event stream, each event as a chunk, its words into speech;
 * and the bytes as one chunk, as an error's body and as a list of models. Words are whole characters, what callbacks
 * got is what is kept, and nothing passes a ceiling.
 *
 *   scripts/fuzz chat [SECONDS] */
#include "base/utf8.h"
#include "llm/chunk.h"
#include "llm/models.h"
#include "llm/speech.h"
#include "net/sse.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

enum { MAX_TEXT = 3000 };

struct heard {
    struct arena *arena;
    struct speech speech;
    struct buf text, reasoning;
};

static bool hear(struct buf *out, struct slice delta)
{
    if (delta.n == 0 || utf8_check(delta) < delta.n || memchr(delta.p, 0, delta.n))
        __builtin_trap();
    return buf_add(out, delta);
}

static bool on_text(void *ud, struct slice delta)
{
    struct heard *h = ud;
    return hear(&h->text, delta);
}

static bool on_reasoning(void *ud, struct slice delta)
{
    struct heard *h = ud;
    return hear(&h->reasoning, delta);
}

static bool read_chunk(struct heard *h, struct slice json)
{
    struct chunk k;
    if (!chunk_read(h->arena, json, &k))
        return false;
    if (k.detail.n > CHUNK_DETAIL_BYTES || utf8_check(k.detail) < k.detail.n || k.outcome >= LLM_OUTCOME_COUNT)
        __builtin_trap();
    speech_add_reasoning(&h->speech, k.reasoning);
    return speech_add(&h->speech, k.text);
}

static bool on_event(void *ud, const struct sse_event *e)
{
    read_chunk(ud, e->text);
    return true;
}

static void run(struct slice all, bool events, bool thinks_first)
{
    struct heard h = {.arena = arena_new()};
    struct sse s;
    buf_init(&h.text, 1 << 20);
    buf_init(&h.reasoning, 1 << 20);
    speech_init(&h.speech, MAX_TEXT, thinks_first, on_text, on_reasoning, &h);
    if (events) {
        sse_init(&s, 8192, 8192, on_event, &h);
        sse_add(&s, all);
        sse_end(&s);
        sse_release(&s);
    } else { /* words without JSON around them */
        for (size_t at = 0, step; at < all.n; at += step) {
            step = 1 + (unsigned char)all.p[at] % 5;
            step = step < all.n - at ? step : all.n - at;
            speech_add(&h.speech, speech_mend(h.arena, slice_sub(all, at, step)));
        }
    }
    speech_end(&h.speech, true);
    if (h.speech.text.n > MAX_TEXT)
        __builtin_trap();
    if (!h.speech.unopened && !thinks_first &&
        (!slice_eq(buf_slice(&h.text), buf_slice(&h.speech.text)) ||
         !slice_eq(buf_slice(&h.reasoning), buf_slice(&h.speech.reasoning))))
        __builtin_trap();
    speech_release(&h.speech);
    buf_release(&h.text);
    buf_release(&h.reasoning);
    arena_free(h.arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice all = {(const char *)text, n};
    struct arena *a = arena_new();
    struct chunk k;
    struct models m;
    if (n == 0) {
        arena_free(a);
        return 0;
    }
    run(all, true, false);
    run(all, true, true);
    bool has_nul = memchr(text, 0, n) != NULL;
    if (!has_nul) { /* JSON has none */
        run(all, false, false);
        run(all, false, true);
    }
    if (chunk_read(a, all, &k) && k.outcome >= LLM_OUTCOME_COUNT)
        __builtin_trap();
    chunk_read_error(a, 400 + text[0], all, &k);
    if (!k.error || k.detail.n > CHUNK_DETAIL_BYTES || utf8_check(k.detail) < k.detail.n)
        __builtin_trap();
    if (models_read(a, all, SLICE("m"), &m) && (m.n > 0) != (m.first.n > 0))
        __builtin_trap();
    arena_free(a);
    return 0;
}
