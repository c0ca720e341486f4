/* json_tree.c - one pass with a stack of open brackets; see json_tree.h. */
#include "pages/json_tree.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum { NO_HEX = 0x10000 };

static unsigned json_tree_hex4(const char *at)
{
    unsigned code = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = at[i];
        unsigned d = 16;
        if (ascii_is_digit(c))
            d = (unsigned)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            d = (unsigned)((c | 32) - 'a') + 10;
        if (d > 15)
            return NO_HEX;
        code = code * 16 + d;
    }
    return code;
}

/* One escape at raw (behind the backslash); returns the bytes taken. */
static size_t json_tree_unescape(struct slice raw, char *out, size_t *n)
{
    if (raw.n == 0)
        return 0;
    char c = raw.p[0];
    if (c != 'u' || raw.n < 5) {
        out[(*n)++] = c == 'n' ? '\n' : c == 't' || c == 'r' || c == 'b' || c == 'f' ? ' ' : c;
        return 1;
    }
    uint32_t code = json_tree_hex4(raw.p + 1);
    size_t taken = 5;
    if (code == NO_HEX) { /* what follows may be a character of several bytes: it stays */
        out[(*n)++] = c;
        return 1;
    }
    if (code >= 0xD800 && code < 0xDC00 && raw.n >= 11 && raw.p[5] == '\\' && raw.p[6] == 'u') {
        uint32_t low = json_tree_hex4(raw.p + 7);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            taken = 11;
        }
    }
    if (code == 0 || (code >= 0xD800 && code < 0xE000))
        code = 0xFFFD;
    *n += utf8_put(out + *n, code);
    return taken;
}

static struct slice json_tree_decode(struct arena *a, struct slice raw)
{
    char *out = arena_alloc(a, raw.n + 4); /* an escape is never shorter than its character */
    size_t n = 0;
    for (size_t i = 0; i < raw.n;) {
        if (raw.p[i] == '\\')
            i += 1 + json_tree_unescape(slice_sub(raw, i + 1, raw.n - i - 1), out, &n);
        else
            out[n++] = raw.p[i++];
    }
    return slice_trim((struct slice){out, n});
}

struct json_tree_reader {
    struct arena *arena;
    struct slice text;
    size_t at, nodes, depth;
    struct json_node *open[JSON_TREE_DEPTH_MAX];
    const struct json_node **end[JSON_TREE_DEPTH_MAX]; /* where the next node of each goes */
};

static struct json_node *json_tree_add(struct json_tree_reader *r, enum json_node_kind kind, struct slice name,
                                       struct slice raw)
{
    if (++r->nodes > JSON_TREE_NODES_MAX) {
        r->at = r->text.n;
        return NULL;
    }
    struct json_node *node = arena_alloc(r->arena, sizeof *node);
    *node = (struct json_node){kind, name, raw, NULL, NULL};
    *r->end[r->depth - 1] = node;
    r->end[r->depth - 1] = &node->next;
    return node;
}

static void json_tree_open(struct json_tree_reader *r, enum json_node_kind kind, struct slice name)
{
    struct json_node *node =
        r->depth < JSON_TREE_DEPTH_MAX ? json_tree_add(r, kind, name, (struct slice){"", 0}) : NULL;
    r->at++;
    if (!node) {
        r->at = r->text.n; /* nothing that deep describes a page */
        return;
    }
    r->open[r->depth] = node;
    r->end[r->depth++] = &node->first;
}

/* The string whose opening quote is at r->at, without its quotes; r->at is then behind it. */
static struct slice json_tree_take_string(struct json_tree_reader *r)
{
    size_t start = ++r->at;
    while (r->at < r->text.n && r->text.p[r->at] != '"')
        r->at += r->text.p[r->at] == '\\' ? 2 : 1;
    size_t end = r->at < r->text.n ? r->at : r->text.n;
    r->at = end + (end < r->text.n);
    return slice_sub(r->text, start, end - start);
}

static bool json_tree_is_word(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '-' || c == '+' || c == '.' || c == '_' || c == '$';
}

static struct slice json_tree_take_word(struct json_tree_reader *r)
{
    size_t start = r->at;
    while (r->at < r->text.n && json_tree_is_word(r->text.p[r->at]))
        r->at++;
    return slice_sub(r->text, start, r->at - start);
}

static bool json_tree_colon_follows(struct json_tree_reader *r)
{
    size_t next = r->at;
    while (next < r->text.n && (unsigned char)r->text.p[next] <= ' ')
        next++;
    if (next == r->text.n || r->text.p[next] != ':')
        return false;
    r->at = next + 1;
    return true;
}

const struct json_node *json_tree_read(struct arena *a, struct slice text)
{
    struct json_node *root = arena_alloc(a, sizeof *root);
    struct json_tree_reader *r = arena_alloc(a, sizeof *r);
    struct slice name = {"", 0}; /* of the member whose value comes next */
    *root = (struct json_node){NODE_ARRAY, {"", 0}, {"", 0}, NULL, NULL};
    r->arena = a;
    r->text = text.n > JSON_TREE_BYTES_MAX ? slice_sub(text, 0, JSON_TREE_BYTES_MAX) : text;
    r->open[0] = root;
    r->end[0] = &root->first;
    r->depth = 1;
    while (r->at < r->text.n) {
        char c = r->text.p[r->at];
        bool string = c == '"', word = json_tree_is_word(c);
        if (string || word) {
            struct slice raw = string ? json_tree_take_string(r) : json_tree_take_word(r);
            bool in_object = r->open[r->depth - 1]->kind == NODE_OBJECT;
            if (in_object && json_tree_colon_follows(r))
                name = raw;
            else if (!in_object || name.n)
                (void)json_tree_add(r, string ? NODE_STRING : NODE_WORD, name, raw);
            if (name.p != raw.p)
                name.n = 0;
            continue;
        }
        if (c == '{' || c == '[') {
            json_tree_open(r, c == '{' ? NODE_OBJECT : NODE_ARRAY, name);
            name.n = 0;
            continue;
        }
        if ((c == '}' || c == ']') && r->depth > 1)
            r->depth--;
        if (c == '}' || c == ']' || c == ',')
            name.n = 0;
        r->at++;
    }
    return root;
}

const struct json_node *json_tree_member(const struct json_node *node, const char *name)
{
    if (!node || node->kind != NODE_OBJECT)
        return NULL;
    for (node = node->first; node; node = node->next)
        if (slice_is(node->name, name))
            return node;
    return NULL;
}

struct slice json_tree_text(struct arena *a, const struct json_node *node)
{
    if (node && node->kind == NODE_STRING)
        return json_tree_decode(a, node->raw);
    bool number = node && node->kind == NODE_WORD && !ascii_is_letter(node->raw.p[0]);
    return number ? node->raw : (struct slice){"", 0};
}
