#include "research/prompts.h"

#include "base/buf.h"

/* The assembler reads the files, relative to where the build runs: the root of the repository. */
#define X(name, file)                                                                                                  \
    __asm__(".section .rodata\nprompt_" #name "_start:\n.incbin \"prompts/" file "\"\nprompt_" #name "_end:\n.previous\n"); \
    extern const char prompt_##name##_start[], prompt_##name##_end[];
PROMPTS(X)
#undef X

enum { PROMPT_BYTES_MAX = 4 * 1024 * 1024 };

static struct slice text_of(enum prompt which)
{
    switch (which) {
#define X(name, file)                                                                                                  \
    case PROMPT_##name:                                                                                                \
        return (struct slice){prompt_##name##_start, (size_t)(prompt_##name##_end - prompt_##name##_start)};
        PROMPTS(X)
#undef X
    case PROMPT_COUNT:
        break;
    }
    return SLICE("");
}

static struct slice value_of(const struct prompt_word *words, struct slice name)
{
    for (; words && words->name; words++)
        if (slice_is(name, words->name))
            return words->value;
    return SLICE("");
}

struct slice prompt_make(struct arena *a, enum prompt which, const struct prompt_word *words)
{
    struct slice rest = text_of(which);
    struct buf out;
    buf_init(&out, PROMPT_BYTES_MAX);
    while (rest.n) {
        size_t open = slice_find(rest, SLICE("{{"));
        buf_add(&out, slice_sub(rest, 0, open));
        rest = slice_sub(rest, open, rest.n - open);
        size_t close = slice_find(rest, SLICE("}}"));
        if (close == rest.n) {
            buf_add(&out, rest);
            break;
        }
        buf_add(&out, value_of(words, slice_sub(rest, 2, close - 2)));
        rest = slice_sub(rest, close + 2, rest.n - close - 2);
    }
    struct slice made = slice_trim(arena_dup(a, buf_slice(&out)));
    buf_release(&out);
    return made;
}
