/* chat_peek.c - see chat_peek.h. */
#include "api/chat_peek.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "session/tiers.h"

enum { DEAR_ROUNDS = 2, MOST_SECONDS = 3600, NUMBER_BYTES = 32 };

/* The bytes of the string that starts at its quotation mark, both marks included. */
static size_t peek_string(struct slice text)
{
    size_t i = 1;
    while (i < text.n && text.p[i] != '"')
        i += text.p[i] == '\\' ? 2 : 1;
    return i < text.n ? i + 1 : text.n;
}

static size_t peek_space(struct slice body, size_t at)
{
    while (at < body.n && (unsigned char)body.p[at] <= ' ')
        at++;
    return at;
}

static void peek_model(struct slice value, struct chat_peek *out)
{
    bool string = value.n > 1 && value.p[0] == '"';
    size_t n = string ? peek_string(value) : 0;
    const struct tier *tier = n > 1 ? tier_find(slice_sub(value, 1, n - 2)) : NULL;
    out->dear = !tier || tier->rounds >= DEAR_ROUNDS;
}

static void peek_seconds(struct slice value, struct chat_peek *out)
{
    char number[NUMBER_BYTES];
    size_t n = 0;
    while (n < value.n && n + 1 < sizeof number && (ascii_is_digit(value.p[n]) || char_in(value.p[n], "+-.eE")))
        n++;
    memcpy(number, value.p, n);
    number[n] = '\0';
    double seconds = strtod(number, NULL);
    out->max_ms = seconds > 0 && seconds <= MOST_SECONDS ? (int64_t)(seconds * 1000) : 0;
}

struct chat_peek chat_peek(struct slice body)
{
    struct chat_peek out = {.dear = true};
    size_t depth = 0;
    for (size_t at = 0; at < body.n;) {
        char c = body.p[at];
        depth += c == '{' || c == '[';
        depth -= (c == '}' || c == ']') && depth > 0;
        if (c != '"') {
            at++;
            continue;
        }
        size_t n = peek_string(slice_sub(body, at, body.n - at));
        struct slice name = slice_sub(body, at, n);
        at = peek_space(body, at + n);
        if (depth != 1 || at == body.n || body.p[at] != ':')
            continue;
        at = peek_space(body, at + 1);
        struct slice value = slice_sub(body, at, body.n - at);
        if (slice_is(name, "\"model\""))
            peek_model(value, &out);
        else if (slice_is(name, "\"background\""))
            out.later = slice_starts(value, SLICE("true"));
        else if (slice_is(name, "\"mode\""))
            out.quick = slice_starts(value, SLICE("\"turbo\"")) || slice_starts(value, SLICE("\"fast\""));
        else if (slice_is(name, "\"max_seconds\""))
            peek_seconds(value, &out);
    }
    return out;
}
