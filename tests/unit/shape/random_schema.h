/* random_schema.h - random schemas, each with a value that is valid for it, and damage to the text of a value. */
#ifndef TESTS_SHAPE_RANDOM_SCHEMA_H
#define TESTS_SHAPE_RANDOM_SCHEMA_H

#include "base/buf.h"
#include "base/utf8.h"
#include "unit.h"

/* xorshift64 (Marsaglia 2003), so that a failure can be repeated. */
static inline uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static inline unsigned random_below(uint64_t *seed, unsigned n)
{
    return (unsigned)(random_next(seed) >> 11) % n;
}

static inline void random_text(uint64_t *seed, unsigned least, unsigned most, struct buf *out)
{
    static const char *const words[] = {
        "tower", " of ", "Paris", " 330", "é", "日本",    "\\\"",           "\\\\", "\\n", ", ",
        ": ",    "{",    "}",     "[1]",  "'", "\\u00e9", "\\ud83d\\ude00", " a",   "\\/", "😀"};
    unsigned n = least + random_below(seed, most - least + 1);
    buf_add_char(out, '"');
    for (unsigned i = 0; i < n; i++)
        buf_add(out, slice_of(words[random_below(seed, COUNT_OF(words))]));
    buf_add_char(out, '"');
}

static inline void random_schema(uint64_t *seed, unsigned depth, struct buf *schema, struct buf *value);

static inline void random_object(uint64_t *seed, unsigned depth, struct buf *schema, struct buf *value)
{
    static const char *const names[] = {"name", "height_m", "built", "tags", "people", "open", "notes", "x y", "ü"};
    unsigned first = random_below(seed, 5), n = 1 + random_below(seed, 4), written = 0;
    struct buf required;
    buf_init(&required, 1 << 16);
    buf_printf(schema, "{\"type\":\"object\",\"properties\":{");
    buf_add_char(value, '{');
    for (unsigned i = 0; i < n; i++) {
        const char *name = names[first + i];
        bool optional = random_below(seed, 4) == 0, present = !optional || random_below(seed, 2);
        struct buf ignored;
        buf_init(&ignored, 1 << 20);
        buf_printf(schema, "%s\"%s\":", i ? "," : "", name);
        if (present)
            buf_printf(value, "%s\"%s\":", written++ ? ", " : "", name);
        random_schema(seed, depth + 1, schema, present ? value : &ignored);
        if (!optional)
            buf_printf(&required, "%s\"%s\"", required.n ? "," : "", name);
        buf_release(&ignored);
    }
    buf_add_char(value, '}');
    buf_printf(schema, "},\"required\":[%.*s]", SLICE_ARGS(buf_slice(&required)));
    if (random_below(seed, 2))
        buf_printf(schema, ",\"additionalProperties\":false");
    if (random_below(seed, 12) == 0)
        buf_printf(schema, ",\"maxProperties\":9");
    buf_add_char(schema, '}');
    buf_release(&required);
}

static inline void random_array(uint64_t *seed, unsigned depth, struct buf *schema, struct buf *value)
{
    unsigned n = random_below(seed, 4);
    struct buf items, again;
    buf_init(&items, 1 << 20);
    buf_init(&again, 1 << 20);
    buf_add_char(value, '[');
    buf_printf(schema, "{\"type\":\"array\",\"items\":");
    uint64_t here = *seed;
    random_schema(seed, depth + 1, schema, &items);
    for (unsigned i = 0; i < n; i++) { /* the same schema; scalars with limits keep the same value */
        uint64_t copy = here;
        buf_reset(&again);
        if (i)
            buf_add(value, SLICE(", "));
        random_schema(&copy, depth + 1, &again, value);
    }
    buf_add_char(value, ']');
    buf_printf(schema, ",\"minItems\":%u", n ? random_below(seed, n + 1) : 0);
    if (random_below(seed, 3) == 0)
        buf_printf(schema, ",\"maxItems\":%u", n + random_below(seed, 3));
    if (n < 2 && random_below(seed, 3) == 0)
        buf_printf(schema, ",\"uniqueItems\":true");
    buf_add_char(schema, '}');
    buf_release(&items);
    buf_release(&again);
}

/* A schema and a value that is valid for it, as JSON. */
static inline void random_schema(uint64_t *seed, unsigned depth, struct buf *schema, struct buf *value)
{
    unsigned kinds = depth >= 4 ? 11 : 14, kind = depth == 0 && random_below(seed, 8) ? 13 : random_below(seed, kinds);
    int number = (int)random_below(seed, 5000) - 1000;
    switch (kind) {
    case 0:
    case 1:
        buf_printf(schema, "{\"type\":\"string\"}");
        random_text(seed, 0, 12, value);
        break;
    case 2:
        buf_printf(schema, "{\"type\":\"string\",\"minLength\":2,\"maxLength\":200}");
        random_text(seed, 2, 8, value);
        break;
    case 3:
        buf_printf(schema, "{\"enum\":[\"stone\",\"wood\",3,null]}");
        buf_printf(value, "%s", random_below(seed, 2) ? "\"wood\"" : "3");
        break;
    case 4:
        buf_printf(schema, "{\"type\":\"string\",\"format\":\"date\"}");
        buf_printf(value, "\"1961-0%u-12\"", 1 + random_below(seed, 9));
        break;
    case 5:
        buf_printf(schema, "{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}-[0-9]{3}$\"}");
        buf_printf(value, "\"AB-%03u\"", random_below(seed, 1000));
        break;
    case 6:
        buf_printf(schema, "{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}", number - 10, number + 10);
        buf_printf(value, "%d", number);
        break;
    case 7:
        buf_printf(schema, "{\"type\":\"number\"}");
        buf_printf(value, "%d.5", number);
        break;
    case 8:
        buf_printf(schema, "{\"type\":\"boolean\"}");
        buf_printf(value, "%s", random_below(seed, 2) ? "true" : "false");
        break;
    case 9:
        buf_printf(schema, "{\"type\":[\"integer\",\"null\"]}");
        buf_printf(value, "%d", number);
        break;
    case 10:
        buf_printf(schema, "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}");
        random_text(seed, 0, 5, value);
        break;
    case 11:
        random_array(seed, depth, schema, value);
        break;
    case 12:
        buf_printf(schema, "{\"anyOf\":[{\"type\":\"null\"},");
        random_object(seed, depth, schema, value);
        buf_printf(schema, "]}");
        break;
    default:
        random_object(seed, depth, schema, value);
        break;
    }
}

/* Around a value, or within it where a reader can still tell what was meant. */
static inline void wrap_text(uint64_t *seed, struct slice text, struct buf *out)
{
    switch (random_below(seed, 6)) {
    case 0:
        buf_printf(out, "```json\n%.*s\n```", SLICE_ARGS(text));
        break;
    case 1:
        buf_printf(out, "<think>Is it {\"name\": 1}?</think>\n\n%.*s", SLICE_ARGS(text));
        break;
    case 2:
        buf_printf(out, "Sure! Here is the JSON:\n\n```\n%.*s\n```\nI hope this helps.", SLICE_ARGS(text));
        break;
    case 3:
        buf_printf(out, "\n  %.*s\n\n", SLICE_ARGS(text));
        break;
    default:
        buf_add(out, text);
        break;
    }
}

/* Damage of any kind; valid UTF-8 stays so. */
static inline void damage_text(uint64_t *seed, struct slice text, struct buf *out)
{
    static const char *const inserts[] = {",",
                                          "\"",
                                          "{",
                                          "}",
                                          "[",
                                          "]",
                                          ":",
                                          "'",
                                          "null",
                                          "None",
                                          "NaN",
                                          "\\",
                                          "\n",
                                          "//x\n",
                                          "12",
                                          "true",
                                          "{\"answer\":",
                                          " and ",
                                          "“",
                                          "\"3\"",
                                          "-",
                                          "...",
                                          "</think>",
                                          "```",
                                          "\\u00",
                                          "\\ud83d"};
    struct buf now, next;
    buf_init(&now, 1 << 20);
    buf_init(&next, 1 << 20);
    buf_add(&now, text);
    for (unsigned i = random_below(seed, 5) + 1; i > 0; i--) {
        struct slice t = buf_slice(&now);
        struct slice head = utf8_cut(t, random_below(seed, (unsigned)t.n + 1));
        struct slice tail = slice_sub(t, head.n, t.n - head.n);
        unsigned drop = random_below(seed, 6);
        buf_reset(&next);
        buf_add(&next, head);
        switch (random_below(seed, 4)) {
        case 0: /* truncated */
            if (random_below(seed, 2))
                buf_add(&next, tail);
            break;
        case 1:
            buf_add(&next, slice_of(inserts[random_below(seed, COUNT_OF(inserts))]));
            buf_add(&next, tail);
            break;
        case 2:
            drop = (unsigned)utf8_cut(tail, drop).n;
            buf_add(&next, slice_sub(tail, drop, tail.n - drop));
            break;
        default: /* twice */
            buf_add(&next, utf8_cut(tail, drop * 4));
            buf_add(&next, tail);
            break;
        }
        struct buf swap = now;
        now = next;
        next = swap;
    }
    wrap_text(seed, buf_slice(&now), out);
    buf_release(&now);
    buf_release(&next);
}

/* A random schema, a value that is valid for it, and room for what a model makes of the value. */
struct trial {
    struct buf schema, value, text;
};

static inline struct trial trial_new(uint64_t *seed)
{
    struct trial t;
    buf_init(&t.schema, 1 << 20);
    buf_init(&t.value, 1 << 20);
    buf_init(&t.text, 1 << 20);
    random_schema(seed, 0, &t.schema, &t.value);
    return t;
}

static inline void trial_release(struct trial *t)
{
    buf_release(&t->schema);
    buf_release(&t->value);
    buf_release(&t->text);
}

#endif
