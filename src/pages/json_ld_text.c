/* json_ld_text.c - schema.org's descriptions, and data of scripts, as HTML, which the reader of pages turns into text.
 *
 * The values are HTML as often as not, at times with its tags written as character references, so HTML is what all of
 * them are brought to. */
#include "base/ascii.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "pages/json_ld.h"

enum {
    HTML_BYTES_MAX = 4 << 20,
    DEPTH_MAX = 8,
    PROSE_BYTES = 40,
    PROSE_BLANKS = 6,
    PROSE_MAX = 2000,
    ENOUGH_BYTES = 200
};

/* How a member is shown. */
enum show {
    SHOW_TEXT,  /* paragraphs */
    SHOW_ITEMS, /* a list */
    SHOW_STEPS, /* a numbered list */
    SHOW_ROW,   /* "name: value" */
    SHOW_TIME,  /* the same, of an ISO 8601 duration */
    SHOW_WORD,  /* the same, of the last part of a schema.org address */
    SHOW_INTO,  /* its own members */
};

static const struct {
    const char *name;
    enum show show;
} shown[] = {
    {"description", SHOW_TEXT},
    {"articleBody", SHOW_TEXT},
    {"text", SHOW_TEXT},
    {"responsibilities", SHOW_TEXT},
    {"qualifications", SHOW_TEXT},
    {"skills", SHOW_TEXT},
    {"experienceRequirements", SHOW_TEXT},
    {"educationRequirements", SHOW_TEXT},
    {"jobBenefits", SHOW_TEXT},
    {"recipeIngredient", SHOW_ITEMS},
    {"ingredients", SHOW_ITEMS},
    {"supply", SHOW_ITEMS},
    {"tool", SHOW_ITEMS},
    {"recipeInstructions", SHOW_STEPS},
    {"step", SHOW_STEPS},
    {"recipeYield", SHOW_ROW},
    {"prepTime", SHOW_TIME},
    {"cookTime", SHOW_TIME},
    {"totalTime", SHOW_TIME},
    {"price", SHOW_ROW},
    {"lowPrice", SHOW_ROW},
    {"highPrice", SHOW_ROW},
    {"availability", SHOW_WORD},
    {"itemCondition", SHOW_WORD},
    {"sku", SHOW_ROW},
    {"mpn", SHOW_ROW},
    {"brand", SHOW_ROW},
    {"color", SHOW_ROW},
    {"material", SHOW_ROW},
    {"size", SHOW_ROW},
    {"weight", SHOW_ROW},
    {"width", SHOW_ROW},
    {"height", SHOW_ROW},
    {"depth", SHOW_ROW},
    {"startDate", SHOW_ROW},
    {"endDate", SHOW_ROW},
    {"doorTime", SHOW_ROW},
    {"eventStatus", SHOW_WORD},
    {"organizer", SHOW_ROW},
    {"performer", SHOW_ROW},
    {"streetAddress", SHOW_ROW},
    {"postalCode", SHOW_ROW},
    {"addressLocality", SHOW_ROW},
    {"addressRegion", SHOW_ROW},
    {"addressCountry", SHOW_ROW},
    {"telephone", SHOW_ROW},
    {"openingHours", SHOW_ROW},
    {"employmentType", SHOW_ROW},
    {"datePosted", SHOW_ROW},
    {"validThrough", SHOW_ROW},
    {"hiringOrganization", SHOW_ROW},
    {"minValue", SHOW_ROW},
    {"maxValue", SHOW_ROW},
    {"unitText", SHOW_ROW},
    {"operatingSystem", SHOW_ROW},
    {"softwareVersion", SHOW_ROW},
    {"isbn", SHOW_ROW},
    {"numberOfPages", SHOW_ROW},
    {"offers", SHOW_INTO},
    {"mainEntity", SHOW_INTO},
    {"acceptedAnswer", SHOW_INTO},
    {"suggestedAnswer", SHOW_INTO},
    {"location", SHOW_INTO},
    {"jobLocation", SHOW_INTO},
    {"address", SHOW_INTO},
    {"baseSalary", SHOW_INTO},
    {"value", SHOW_INTO},
    {"additionalProperty", SHOW_INTO},
    {"nutrition", SHOW_INTO},
    {"calories", SHOW_ROW},
};

static bool json_ld_has_tags(struct slice text)
{
    for (size_t at = 0; at + 1 < text.n; at++)
        if (text.p[at] == '<' && (ascii_is_letter(text.p[at + 1]) || text.p[at + 1] == '/'))
            return true;
    return false;
}

/* Text or HTML as HTML; line breaks part paragraphs where they may. */
static void json_ld_put(struct buf *out, struct slice text, bool paragraphs)
{
    bool tags = json_ld_has_tags(text);
    bool coded = !tags && slice_find(text, SLICE("&lt;")) < text.n;
    for (size_t i = 0; i < text.n && !out->over; i++) {
        struct slice rest = slice_sub(text, i, text.n - i);
        if (coded && (slice_starts(rest, SLICE("&lt;")) || slice_starts(rest, SLICE("&gt;")))) {
            buf_add_char(out, rest.p[1] == 'l' ? '<' : '>');
            i += 3;
        } else if (coded && slice_starts(rest, SLICE("&quot;"))) {
            buf_add_char(out, '"');
            i += 5;
        } else if (coded && slice_starts(rest, SLICE("&amp;"))) {
            buf_add_char(out, '&');
            i += 4;
        } else if (!tags && !coded && text.p[i] == '<') {
            buf_add(out, SLICE("&lt;"));
        } else if (!tags && !coded && text.p[i] == '\n' && paragraphs) {
            buf_add(out, SLICE("</p><p>"));
        } else {
            buf_add_char(out, text.p[i]);
        }
    }
}

/* "hiringOrganization" as "hiring organization". */
static void json_ld_put_label(struct buf *out, struct slice name)
{
    for (size_t i = 0; i < name.n; i++) {
        bool upper = ascii_is_upper(name.p[i]);
        if (upper && i > 0)
            buf_add_char(out, ' ');
        buf_add_char(out, upper ? (char)(name.p[i] + 'a' - 'A') : name.p[i]);
    }
}

/* "PT1H30M" as "1 h 30 min"; any other text as it is. */
static void json_ld_put_time(struct buf *out, struct slice text)
{
    if (!slice_starts(text, SLICE("P"))) {
        json_ld_put(out, text, false);
        return;
    }
    bool time = false;
    for (size_t i = 1, start = 1; i < text.n; i++) {
        char c = text.p[i];
        if (ascii_is_digit(c) || c == '.')
            continue;
        struct slice number = slice_sub(text, start, i - start);
        start = i + 1;
        time |= c == 'T';
        if (number.n && !slice_is(number, "0") && !slice_is(number, "00"))
            buf_printf(out, "%.*s %s ", SLICE_ARGS(number),
                       c == 'H'   ? "h"
                       : c == 'M' ? (time ? "min" : "months")
                       : c == 'S' ? "s"
                       : c == 'D' ? "d"
                                  : "");
    }
}

static struct slice json_ld_value(struct arena *a, const struct json_node *node)
{
    if (node && node->kind == NODE_ARRAY)
        node = node->first;
    if (!node || node->kind != NODE_OBJECT)
        return json_tree_text(a, node);
    struct slice value = json_tree_text(a, json_tree_member(node, "name"));
    struct slice unit = json_tree_text(a, json_tree_member(node, "unitText"));
    if (value.n == 0)
        value = json_tree_text(a, json_tree_member(node, "value"));
    return unit.n ? arena_printf(a, "%.*s %.*s", SLICE_ARGS(value), SLICE_ARGS(unit)) : value;
}

static void json_ld_row(struct arena *a, struct buf *out, const struct json_node *of, const struct json_node *node,
                        enum show show)
{
    struct slice value = json_ld_value(a, node);
    if (value.n == 0)
        return;
    struct slice currency = json_tree_text(a, json_tree_member(of, "priceCurrency"));
    bool price = slice_is(node->name, "price") || slice_ends(node->name, SLICE("Price"));
    if (show == SHOW_WORD)
        while (memchr(value.p, '/', value.n))
            value = slice_sub(value, slice_find(value, SLICE("/")) + 1, value.n - slice_find(value, SLICE("/")) - 1);
    buf_add(out, SLICE("<p>"));
    json_ld_put_label(out, node->name);
    buf_add(out, SLICE(": "));
    if (show == SHOW_TIME)
        json_ld_put_time(out, value);
    else
        json_ld_put(out, value, false);
    if (price && currency.n)
        buf_printf(out, " %.*s", SLICE_ARGS(currency));
    buf_add(out, SLICE("</p>"));
}

/* Strings, and objects by their text or name; sections of steps with a heading of their own. */
static void json_ld_list(struct arena *a, struct buf *out, const struct json_node *node, const char *list,
                         unsigned depth)
{
    const struct json_node *item = node->kind == NODE_ARRAY ? node->first : NULL;
    if (!item) {
        buf_add(out, SLICE("<p>"));
        json_ld_put(out, json_ld_value(a, node), true);
        buf_add(out, SLICE("</p>"));
        return;
    }
    buf_printf(out, "<%s>", list);
    for (; item && !out->over; item = item->next) {
        const struct json_node *inner = json_tree_member(item, "itemListElement");
        struct slice text = json_tree_text(a, json_tree_member(item, "text"));
        if (inner && depth < DEPTH_MAX) {
            buf_printf(out, "</%s><h3>", list);
            json_ld_put(out, json_ld_value(a, item), false);
            buf_add(out, SLICE("</h3>"));
            json_ld_list(a, out, inner, list, depth + 1);
            buf_printf(out, "<%s>", list);
            continue;
        }
        buf_add(out, SLICE("<li>"));
        json_ld_put(out, text.n ? text : json_ld_value(a, item), false);
        buf_add(out, SLICE("</li>"));
    }
    buf_printf(out, "</%s>", list);
}

static void json_ld_members(struct arena *a, struct buf *out, const struct json_node *of, unsigned depth);

static void json_ld_member(struct arena *a, struct buf *out, const struct json_node *of, const struct json_node *node,
                           enum show show, unsigned depth)
{
    switch (show) {
    case SHOW_TEXT:
        buf_add(out, SLICE("<div><p>"));
        json_ld_put(out, json_ld_value(a, node), true);
        buf_add(out, SLICE("</p></div>"));
        break;
    case SHOW_ITEMS:
        json_ld_list(a, out, node, "ul", depth);
        break;
    case SHOW_STEPS:
        json_ld_list(a, out, node, "ol", depth);
        break;
    case SHOW_ROW:
    case SHOW_TIME:
    case SHOW_WORD:
        json_ld_row(a, out, of, node, show);
        break;
    case SHOW_INTO:
        if (node->kind == NODE_OBJECT)
            json_ld_members(a, out, node, depth + 1);
        for (node = node->kind == NODE_ARRAY ? node->first : NULL; node; node = node->next)
            json_ld_members(a, out, node, depth + 1);
        break;
    }
}

static void json_ld_members(struct arena *a, struct buf *out, const struct json_node *of, unsigned depth)
{
    if (of->kind != NODE_OBJECT || depth > DEPTH_MAX || out->over)
        return;
    struct slice name = json_tree_text(a, json_tree_member(of, "name"));
    const struct json_node *value = json_tree_member(of, "value");
    bool question = json_tree_member(of, "acceptedAnswer") || json_tree_member(of, "suggestedAnswer");
    if (depth > 0 && name.n && value && value->kind != NODE_OBJECT) { /* a PropertyValue */
        buf_add(out, SLICE("<p>"));
        json_ld_put(out, name, false);
        buf_add(out, SLICE(": "));
        json_ld_put(out, json_tree_text(a, value), false);
        buf_add(out, SLICE("</p>"));
        return;
    }
    if (name.n && (question || depth > 0)) {
        buf_add(out, question ? SLICE("<h3>") : SLICE("<p>"));
        json_ld_put(out, name, false);
        buf_add(out, question ? SLICE("</h3>") : SLICE("</p>"));
    }
    for (const struct json_node *node = of->first; node; node = node->next)
        for (size_t i = 0; i < COUNT_OF(shown); i++)
            if (slice_is(node->name, shown[i].name))
                json_ld_member(a, out, of, node, shown[i].show, depth);
}

struct slice json_ld_html(struct arena *a, const struct json_node *thing)
{
    struct buf out;
    buf_init(&out, HTML_BYTES_MAX);
    if (thing)
        json_ld_members(a, &out, thing, 0);
    struct slice html = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return html;
}

/* --- data of scripts ---------------------------------------------------------------------------------------------- */

/* Sentences, not addresses, code or settings. */
static bool json_data_is_prose(struct slice text)
{
    size_t blanks = 0, braces = 0;
    if (text.n < PROSE_BYTES)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        blanks += text.p[i] == ' ';
        braces += text.p[i] == '{' || text.p[i] == '}' || text.p[i] == ';' || text.p[i] == '=';
    }
    bool unspaced = (unsigned char)text.p[0] >= 0xE0;
    return (blanks >= PROSE_BLANKS || unspaced) && (json_ld_has_tags(text) || braces * 40 < text.n);
}

static bool json_data_is_content(struct slice name)
{
    static const char *const names[] = {"content",     "body",      "html",     "text",    "markdown",
                                        "articleBody", "paragraph", "rendered", "children"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct slice wanted = slice_of(names[i]);
        if (slice_ends(name, wanted) || slice_starts(name, wanted))
            return true;
    }
    return slice_ends(name, SLICE("Html")) || slice_ends(name, SLICE("HTML")) || slice_ends(name, SLICE("Body")) ||
           slice_ends(name, SLICE("Content")) || slice_ends(name, SLICE("Text"));
}

/* A row of what React sends, as a string in a script: a number, ":" and JSON, one a line. */
static const struct json_node *json_data_row(struct arena *a, struct slice text)
{
    size_t i = 0;
    while (i < text.n && ascii_hex(text.p[i]) >= 0)
        i++;
    if (i == 0 || i + 2 >= text.n || text.p[i] != ':' || !memchr("[{I\"", text.p[i + 1], 4))
        return NULL;
    return json_tree_read(a, slice_sub(text, i + 1, text.n - i - 1));
}

/* Adds the prose of a tree, each text once. In a list, the name is that of the list. */
static void json_data_prose(struct arena *a, const struct json_node *root, bool content_only, struct buf *out)
{
    struct level {
        const struct json_node *next;
        bool content;
    } stack[JSON_TREE_DEPTH_MAX];
    uint32_t seen[PROSE_MAX];
    size_t depth = 1, count = 0, row_depth = 0;
    bool flight = true;
    stack[0] = (struct level){root->first, false};
    while (depth > 0 && count < PROSE_MAX && !out->over) {
        const struct json_node *node = stack[depth - 1].next;
        if (!node) {
            depth--;
            flight |= depth == row_depth;
            continue;
        }
        stack[depth - 1].next = node->next;
        bool content = node->name.n ? json_data_is_content(node->name) : stack[depth - 1].content;
        if (node->kind != NODE_STRING) {
            if (node->first && depth < JSON_TREE_DEPTH_MAX)
                stack[depth++] = (struct level){node->first, content};
            continue;
        }
        if (node->raw.n < PROSE_BYTES)
            continue;
        struct slice text = json_tree_text(a, node);
        const struct json_node *row = flight ? json_data_row(a, text) : NULL;
        if (row && row->first && depth < JSON_TREE_DEPTH_MAX) {
            flight = false; /* of strings in it none is read again */
            row_depth = depth;
            stack[depth++] = (struct level){row->first, false};
            continue;
        }
        if ((content_only && !content) || !json_data_is_prose(text))
            continue;
        uint32_t hash = slice_hash(text);
        size_t i = 0;
        while (i < count && seen[i] != hash)
            i++;
        if (i < count)
            continue;
        seen[count++] = hash;
        buf_add(out, SLICE("<div><p>"));
        json_ld_put(out, text, true);
        buf_add(out, SLICE("</p></div>"));
    }
}

struct slice json_data_html(struct arena *a, struct slice data)
{
    const struct json_node *root = json_tree_read(a, data);
    struct buf out;
    buf_init(&out, HTML_BYTES_MAX);
    json_data_prose(a, root, true, &out);
    if (out.n < ENOUGH_BYTES) {
        buf_reset(&out);
        json_data_prose(a, root, false, &out);
    }
    struct slice html = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return html;
}
