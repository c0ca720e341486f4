/* lenient.c - a parser for broken JSON.
 *
 * It parses by descent, as for JSON, but makes a guess where JSON would be an error. The hardest guess is where a
 * string ends, since models forget to escape quotes: a quote ends a string when the text behind it may follow one. That
 * look ahead is bounded, so parsing is linear. Depth is bounded as well. */
#include "shape/lenient.h"

#include <math.h>

#include "base/ascii.h"
#include "base/utf8.h"

enum { LOOK_BYTES = 200, MAX_MEMBERS = 2000 /* of one object; all are compared */ };

struct reader {
    struct arena *arena;
    struct slice text;
    size_t at;
    unsigned depth;
    bool cut; /* the value that was read last is only half there */
};

static bool read_value(struct reader *r, struct value *out);

static char lenient_at(const struct reader *r, size_t i)
{
    return i < r->text.n ? r->text.p[i] : 0;
}

static struct slice lenient_rest(const struct reader *r, size_t from)
{
    from = from < r->text.n ? from : r->text.n;
    return slice_sub(r->text, from, r->text.n - from);
}

/* White space and comments from i on. */
static size_t skip_blank(const struct reader *r, size_t i)
{
    for (;;) {
        if (ascii_is_space(lenient_at(r, i))) {
            i++;
        } else if (slice_starts(lenient_rest(r, i), SLICE("\xC2\xA0"))) {
            i += 2;
        } else if (lenient_at(r, i) == '#' || slice_starts(lenient_rest(r, i), SLICE("//"))) {
            i += slice_find(lenient_rest(r, i), SLICE("\n"));
        } else if (slice_starts(lenient_rest(r, i), SLICE("/*"))) {
            size_t n = slice_find(lenient_rest(r, i), SLICE("*/"));
            i += n;
            i += i < r->text.n ? 2 : 0;
        } else {
            return i;
        }
    }
}

/* Bytes of the quote at i, 0 when there is none; *close: what ends it. */
static size_t quote_at(const struct reader *r, size_t i, const char **close)
{
    static const char *const quotes[][2] = {
        {"\"", "\""}, {"'", "'"}, {"\u201C", "\u201D"}, {"\u2018", "\u2019"}, {"`", "`"}};
    for (size_t k = 0; k < sizeof quotes / sizeof quotes[0]; k++) {
        if (slice_starts(lenient_rest(r, i), slice_of(quotes[k][0]))) {
            *close = quotes[k][1];
            return strlen(quotes[k][0]);
        }
    }
    return 0;
}

/* Whether a key and a colon are at i, so that the comma before them was forgotten. */
static bool key_follows(const struct reader *r, size_t i)
{
    const char *close;
    size_t open = quote_at(r, i, &close);
    if (!open)
        return false;
    struct slice look = lenient_rest(r, i + open);
    look.n = look.n < LOOK_BYTES ? look.n : LOOK_BYTES;
    size_t end = slice_find(look, slice_of(close));
    if (end == look.n || memchr(look.p, '\n', end))
        return false;
    size_t j = i + open + end + strlen(close);
    while (ascii_is_space(lenient_at(r, j)) && j < i + 2 * LOOK_BYTES)
        j++;
    return lenient_at(r, j) == ':';
}

/* Whether the quote before i is the end of a string. */
static bool ends_string(const struct reader *r, size_t i, bool is_key)
{
    size_t start = i;
    while (ascii_is_space(lenient_at(r, i)) && i - start < LOOK_BYTES)
        i++;
    char c = lenient_at(r, i);
    if (is_key)
        return c == ':' || c == '=' || c == 0;
    if (c == 0 || c == '}' || c == ']' || c == ':')
        return true;
    if (c == ',') { /* he said "yes", and: an inner quote has words behind its comma */
        const char *close;
        for (i++; ascii_is_space(lenient_at(r, i)) && i - start < LOOK_BYTES; i++)
            ;
        c = lenient_at(r, i);
        return c == 0 || strchr("{[}]-/#", c) || ascii_is_digit(c) || quote_at(r, i, &close) ||
               slice_starts(lenient_rest(r, i), SLICE("true")) || slice_starts(lenient_rest(r, i), SLICE("false")) ||
               slice_starts(lenient_rest(r, i), SLICE("null")) || memchr(r->text.p + start, '\n', i - start) != NULL;
    }
    return c == '/' || c == '#' || key_follows(r, i);
}

static bool read_hex(const struct reader *r, size_t i, uint32_t *code)
{
    *code = 0;
    for (size_t k = 0; k < 4; k++) {
        int digit = ascii_hex(lenient_at(r, i + k));
        if (digit < 0)
            return false;
        *code = *code * 16 + (uint32_t)digit;
    }
    return true;
}

/* Decodes the escape after the backslash at r->at into out (room for 4 bytes). */
static size_t read_escape(struct reader *r, char *out)
{
    static const char names[] = "bfnrt", means[] = "\b\f\n\r\t";
    char c = lenient_at(r, r->at + 1);
    uint32_t code, low;
    const char *name = c ? strchr(names, c) : NULL;
    r->at += 2;
    if (c == 0 || c == '\n')
        return 0;
    if (name) {
        *out = means[name - names];
        return 1;
    }
    if (c == 'u' && read_hex(r, r->at, &code)) {
        r->at += 4;
        if (code >= 0xD800 && code < 0xDC00 && lenient_at(r, r->at) == '\\' && lenient_at(r, r->at + 1) == 'u' &&
            read_hex(r, r->at + 2, &low) && low >= 0xDC00 && low < 0xE000) {
            r->at += 6;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        return code == 0 ? 0 : utf8_put(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    }
    if ((unsigned char)c >= 0x80) {
        r->at--;
        return 0;
    }
    *out = c; /* \" is ", and so is what should not have been escaped */
    return 1;
}

/* Reads a string; r->at is after the opening quote. */
static struct slice read_string(struct reader *r, const char *close, bool is_key)
{
    char *out = arena_alloc(r->arena, 64);
    size_t n = 0, room = 64;
    r->cut = true;
    while (r->at < r->text.n) {
        if (room - n < 8) {
            char *longer = arena_alloc(r->arena, 2 * room);
            memcpy(longer, out, n);
            out = longer;
            room *= 2;
        }
        if (lenient_at(r, r->at) == '\\') {
            n += read_escape(r, out + n);
            continue;
        }
        if (slice_starts(lenient_rest(r, r->at), slice_of(close)) && ends_string(r, r->at + strlen(close), is_key)) {
            r->at += strlen(close);
            r->cut = false;
            break;
        }
        uint32_t code;
        size_t bytes = utf8_next(lenient_rest(r, r->at), &code);
        if (bytes && code)
            memcpy(out + n, r->text.p + r->at, bytes);
        n += bytes && code ? bytes : 0;
        r->at += bytes ? bytes : 1;
    }
    return (struct slice){out, n};
}

static bool parse_number(struct slice word, struct value *out)
{
    char text[64];
    size_t n = 0;
    bool real = false, digits = false;
    for (size_t i = word.n && word.p[0] == '+'; i < word.n && n < sizeof text - 1; i++) {
        char c = word.p[i];
        if (c == '_')
            continue;
        if (!(ascii_is_digit(c) || strchr("+-.eE", c)) || c == 0)
            return false;
        real = real || c == '.' || c == 'e' || c == 'E';
        digits = digits || ascii_is_digit(c);
        text[n++] = c;
    }
    text[n] = '\0';
    char *end;
    if (!digits || word.n > sizeof text - 1)
        return false;
    double number = strtod(text, &end);
    if (*end || !isfinite(number))
        return false;
    *out = (struct value){.kind = VALUE_REAL, .real = number};
    if (!real && fabs(number) < 9e18)
        *out = (struct value){.kind = VALUE_INT, .integer = strtoll(text, NULL, 10)};
    return true;
}

/* A value without quotes: a literal, a number, or words up to the next comma, bracket or line break. */
static bool read_bare(struct reader *r, struct value *out)
{
    static const char *const names[] = {"true", "false",     "null",     "none",     "nil",
                                        "nan",  "undefined", "infinity", "-infinity"};
    size_t start = r->at;
    while (r->at < r->text.n && !strchr(",}]\n\r", r->text.p[r->at]) &&
           !slice_starts(lenient_rest(r, r->at), SLICE(" //")))
        r->at++;
    struct slice word = slice_trim(slice_sub(r->text, start, r->at - start));
    r->cut = r->at == r->text.n;
    if (word.n == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (slice_eq_nocase(word, slice_of(names[i]))) {
            *out = i < 2 ? (struct value){.kind = VALUE_BOOL, .boolean = i == 0} : (struct value){.kind = VALUE_NULL};
            r->cut = false;
            return true;
        }
    }
    if (!parse_number(word, out)) {
        if (utf8_check(word) < word.n || memchr(word.p, 0, word.n))
            return false;
        *out = (struct value){.kind = VALUE_STRING, .string = arena_dup(r->arena, word)};
    }
    return true;
}

/* Keeps what was read last, although the end of the reply may have cut it. */
static bool is_kept(const struct reader *r, const struct value *v)
{
    return !r->cut || v->kind == VALUE_ARRAY || v->kind == VALUE_OBJECT ||
           (v->kind == VALUE_STRING && v->string.n >= LENIENT_KEEP_CUT);
}

static size_t skip_commas(struct reader *r)
{
    do
        r->at = skip_blank(r, r->at);
    while ((lenient_at(r, r->at) == ',' || lenient_at(r, r->at) == ';') && ++r->at);
    return r->at;
}

static bool read_array(struct reader *r, struct value *out)
{
    struct value *items = NULL;
    size_t n = 0, room = 0;
    r->at++;
    for (;;) {
        char c = lenient_at(r, skip_commas(r));
        struct value item;
        if (c == ']')
            r->at++;
        if (c == 0 || c == ']' || c == '}' || c == ':')
            break;
        if (!read_value(r, &item))
            return false;
        if (is_kept(r, &item))
            *arena_push(r->arena, &items, n++, &room) = item;
    }
    r->cut = r->at >= r->text.n;
    *out = (struct value){.kind = VALUE_ARRAY, .array = {items, n}};
    return true;
}

static bool read_key(struct reader *r, struct slice *key)
{
    const char *close;
    size_t quote = quote_at(r, r->at, &close), start = r->at;
    if (quote) {
        r->at += quote;
        *key = read_string(r, close, true);
    } else {
        while (r->at < r->text.n && !strchr(":={}[],\n\"", r->text.p[r->at]))
            r->at++;
        *key = slice_trim(slice_sub(r->text, start, r->at - start));
        if (key->n == 0 || utf8_check(*key) < key->n || memchr(key->p, 0, key->n))
            return false;
        *key = arena_dup(r->arena, *key);
    }
    r->at = skip_blank(r, r->at);
    size_t before = r->at;
    r->at += slice_starts(lenient_rest(r, r->at), SLICE("=>"))            ? 2
             : lenient_at(r, r->at) == ':' || lenient_at(r, r->at) == '=' ? 1
                                                                          : 0;
    return r->at > before;
}

/* The last member of a name wins, as in value_parse. Members beyond MAX_MEMBERS are dropped. */
static void put_member(struct reader *r, struct value_member **members, size_t *n, size_t *room, struct value_member m)
{
    for (size_t i = *n; i-- > 0;) {
        if (slice_eq((*members)[i].name, m.name)) {
            (*members)[i].value = m.value;
            return;
        }
    }
    if (*n < MAX_MEMBERS)
        *arena_push(r->arena, members, (*n)++, room) = m;
}

static bool read_object(struct reader *r, struct value *out)
{
    struct value_member *members = NULL;
    size_t n = 0, room = 0;
    r->at++;
    for (;;) {
        char c = lenient_at(r, skip_commas(r));
        struct value_member m;
        if (c == '}')
            r->at++;
        if (c == 0 || c == '}' || c == ']')
            break;
        if (!read_key(r, &m.name)) {
            if (r->at >= r->text.n)
                break;
            return false;
        }
        r->at = skip_blank(r, r->at);
        c = lenient_at(r, r->at);
        if (c == 0 || c == ',' || c == '}') /* a name without a value */
            continue;
        if (!read_value(r, &m.value))
            return false;
        if (is_kept(r, &m.value))
            put_member(r, &members, &n, &room, m);
    }
    r->cut = r->at >= r->text.n;
    *out = (struct value){.kind = VALUE_OBJECT, .object = {members, n}};
    return true;
}

static bool read_value(struct reader *r, struct value *out)
{
    const char *close;
    bool ok = false;
    if (r->depth >= LENIENT_DEPTH)
        return false;
    r->depth++;
    r->at = skip_blank(r, r->at);
    size_t quote = quote_at(r, r->at, &close);
    if (lenient_at(r, r->at) == '{') {
        ok = read_object(r, out);
    } else if (lenient_at(r, r->at) == '[') {
        ok = read_array(r, out);
    } else if (quote) {
        r->at += quote;
        *out = (struct value){.kind = VALUE_STRING, .string = read_string(r, close, false)};
        ok = true;
    } else {
        ok = read_bare(r, out);
    }
    r->depth--;
    return ok;
}

bool lenient_parse(struct arena *a, struct slice text, struct value *out, size_t *used)
{
    struct reader r = {.arena = a, .text = text};
    bool ok = read_value(&r, out);
    *used = r.at;
    return ok;
}

struct slice lenient_answer(struct slice reply)
{
    static const char *const ends[] = {"</think>", "</thinking>", "</reasoning>", "<|message|>"};
    if (slice_starts(reply, SLICE("\xEF\xBB\xBF")))
        reply = slice_sub(reply, 3, reply.n - 3);
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct slice end = slice_of(ends[i]);
        for (size_t at; (at = slice_find(reply, end)) < reply.n;)
            reply = slice_sub(reply, at + end.n, reply.n - at - end.n);
    }
    return slice_trim(reply);
}

bool lenient_next(struct slice text, size_t *from)
{
    for (size_t i = *from; i < text.n; i++) {
        if (text.p[i] == '{' || text.p[i] == '[') {
            *from = i;
            return true;
        }
    }
    return false;
}
