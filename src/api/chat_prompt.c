/* chat_prompt.c - a JSON Schema in the words of a prompt → the form of the answer.
 *
 * Libraries that do not trust a server's structured output write the schema into the prompt and read the text of the
 * reply: instructor's JSON modes, LangChain's output parsers, pydantic-ai's PromptedOutput. The last object of a turn
 * that is a schema is meant; parsers put examples before it. What is inside another object or array, such as the
 * description of a tool, is not. LlamaIndex escapes the schema for a template that is never filled in, so its braces
 * arrive doubled; they are read as single ones. */
#include "api/chat_inner.h"
#include "base/ascii.h"

/* Braces of prose and programs: so many are looked at, each of which may take a walk to the end of the turn. */
enum { MAX_OBJECTS = 64, MAX_COPIES = 4 };

/* The bytes of the object or array that text begins with, its strings skipped; 0: it has no end. */
static size_t prompt_balanced(struct slice text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"') {
            for (i++; i < text.n && text.p[i] != '"'; i++)
                i += text.p[i] == '\\';
            continue;
        }
        depth += c == '{' || c == '[';
        if ((c == '}' || c == ']') && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* The value of text, which may have each brace doubled, as templates are escaped. *copies: how many texts may still be
 * copied for that, so that a hostile prompt takes no more memory than a few of its size. */
static bool prompt_parse(struct arena *a, struct slice text, unsigned *copies, const struct value **v)
{
    struct err ignored;
    if (value_parse(a, text, v, NULL, &ignored))
        return true;
    if (text.n < 4 || text.p[0] != '{' || text.p[1] != '{' || *copies == 0)
        return false;
    --*copies;
    char *out = arena_alloc(a, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (char_in(c, "{}") && (++i == text.n || text.p[i] != c))
            return false;
        out[n++] = c;
    }
    return value_parse(a, (struct slice){out, n}, v, NULL, &ignored);
}

static bool is_schema(const struct value *v)
{
    const struct value *properties = value_member(v, SLICE("properties")), *type = value_member(v, SLICE("type"));
    if (v->kind != VALUE_OBJECT || (type && !(type->kind == VALUE_STRING && slice_is(type->string, "object"))))
        return false;
    if (!properties) /* a reference to one of its own definitions */
        return value_member(v, SLICE("$defs")) && value_member(v, SLICE("$ref"));
    if (properties->kind != VALUE_OBJECT || properties->object.n == 0)
        return false;
    for (size_t i = 0; i < properties->object.n; i++)
        if (properties->object.at[i].value.kind != VALUE_OBJECT)
            return false;
    return true;
}

bool chat_prompt_find(struct arena *a, struct slice text, bool (*fits)(const struct value *v),
                      const struct value **found_value, size_t *start, size_t *end)
{
    size_t tried = 0;
    unsigned copies = MAX_COPIES;
    bool found = false;
    for (size_t at = 0; at < text.n && tried < MAX_OBJECTS;) {
        if (!char_in(text.p[at], "{[")) {
            at++;
            continue;
        }
        const struct value *v;
        struct slice rest = slice_sub(text, at, text.n - at);
        size_t n = prompt_balanced(rest);
        tried++;
        if (!n || !prompt_parse(a, slice_sub(rest, 0, n), &copies, &v)) {
            at++;
            continue;
        }
        if (fits(v)) {
            found = true;
            *found_value = v;
            *start = at;
            *end = at + n;
        }
        at += n;
    }
    return found;
}

/* Whether a line speaks of the format: these words are the same in every language. */
static bool is_about_format(struct slice line)
{
    static const char *const words[] = {"json", "schema", "```"};
    for (size_t i = 0; i < line.n; i++)
        for (size_t w = 0; w < COUNT_OF(words); w++) {
            size_t n = strlen(words[w]);
            if (i + n <= line.n && slice_eq_nocase(slice_sub(line, i, n), slice_of(words[w])))
                return true;
        }
    return false;
}

/* The bytes of the first line of text, or of its first sentence. */
static size_t prompt_piece(struct slice text, bool sentences)
{
    size_t line = slice_find(text, SLICE("\n"));
    line += line < text.n;
    for (size_t i = 0; sentences && i + 1 < line; i++)
        if (char_in(text.p[i], ".?!") && text.p[i + 1] == ' ')
            return i + 1;
    return line;
}

/* The turn without what stands from start to end, and without the lines or sentences about it. */
static struct slice prompt_without(struct arena *a, struct slice text, size_t start, size_t end, bool sentences)
{
    const struct slice sides[] = {slice_sub(text, 0, start), slice_sub(text, end, text.n - end)};
    char *out = arena_alloc(a, text.n + 2);
    size_t n = 0;
    for (size_t side = 0; side < 2; side++)
        for (size_t at = 0; at < sides[side].n;) {
            struct slice rest = slice_sub(sides[side], at, sides[side].n - at);
            size_t line = prompt_piece(rest, sentences);
            if (!is_about_format(slice_sub(rest, 0, line))) {
                memcpy(out + n, rest.p, line);
                n += line;
            }
            at += line;
        }
    struct slice kept = slice_trim((struct slice){out, n});
    for (size_t i = 0; i < kept.n; i++)
        if (ascii_is_letter(kept.p[i]) || ascii_is_digit(kept.p[i]) || (unsigned char)kept.p[i] >= 0x80)
            return kept;
    return SLICE(""); /* the period behind what was taken out */
}

void chat_prompt_take(struct arena *a, struct question *q, size_t i, size_t start, size_t end)
{
    struct slice text = q->turns[i].text, rest = prompt_without(a, text, start, end, false);
    if (!rest.n)
        rest = prompt_without(a, text, start, end, true);
    if (!rest.n && q->turns[i].role == ROLE_USER)
        return;
    struct turn *turns = arena_array(a, struct turn, q->turn_count);
    memcpy(turns, q->turns, q->turn_count * sizeof *turns);
    turns[i].text = rest;
    q->turns = turns;
}

void chat_prompt_schema(struct arena *a, const struct chat_limits *limits, struct chat_request *out)
{
    struct question *q = &out->question;
    bool last_user = true;
    for (size_t i = q->turn_count; i-- > 0;) {
        const struct value *v = NULL;
        struct err e;
        size_t start, end;
        bool read = q->turns[i].role == ROLE_SYSTEM || (q->turns[i].role == ROLE_USER && last_user);
        last_user &= q->turns[i].role != ROLE_USER;
        if (!read || !chat_prompt_find(a, q->turns[i].text, is_schema, &v, &start, &end))
            continue;
        const struct chat_schema schema = {v, "messages"};
        if (!chat_use_schema(a, &schema, limits, out, &e)) {
            chat_warn(a, out, arena_printf(a, "The schema in the prompt was not used: %s", e.message));
            return;
        }
        chat_warn(a, out,
                  SLICE("The answer is a document of the schema in the prompt. 'response_format' with type "
                        "'json_schema' says the same without doubt."));
        chat_prompt_take(a, q, i, start, end);
        return;
    }
}
