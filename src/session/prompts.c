#include "session/prompts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "prompts/texts.h"

enum { PROMPT_BYTES_MAX = 4 * 1024 * 1024 };

static struct slice text_of(enum prompt which)
{
    switch (which) {
#define X(name, file, words)                                                                                           \
    case PROMPT_##name:                                                                                                \
        return SLICE(PROMPT_FILE_##file);
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
    fprintf(stderr, "footnote: a prompt asks for {{%.*s}}, which it is not given\n", SLICE_ARGS(name));
    abort();
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
