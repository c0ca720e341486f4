/* html_style.c - do declarations hide their element? Hidden text is no evidence, and a place for injected orders.
 *
 * One pass over the declarations; of each property the last value counts. Where there are escapes or comments, they are
 * undone first, so that neither hides a property's name from us.
 *
 * Ways of hiding differ in what may undo them. A size of 0 and `visibility` are handed down, and an element inside may
 * set them back; `opacity` and `visibility` on a whole page are what scripts fade in; the rest is final. Colours are
 * not compared with what is behind them: only `transparent` hides. */
#include "pages/html_style.h"

#include "base/ascii.h"

enum { STYLE_BYTES = 4096, FAR_AWAY = 900 };

enum style_property {
    STYLE_OTHER,
    STYLE_CLIP,
    STYLE_CLIP_PATH,
    STYLE_COLOR,
    STYLE_DISPLAY,
    STYLE_FONT_SIZE,
    STYLE_HEIGHT,
    STYLE_LEFT,
    STYLE_LINE_HEIGHT,
    STYLE_MARGIN_LEFT,
    STYLE_MAX_HEIGHT,
    STYLE_MAX_WIDTH,
    STYLE_OPACITY,
    STYLE_OVERFLOW,
    STYLE_OVERFLOW_Y,
    STYLE_RIGHT,
    STYLE_SCALE,
    STYLE_TEXT_INDENT,
    STYLE_TOP,
    STYLE_TRANSFORM,
    STYLE_VISIBILITY,
    STYLE_WIDTH,
    STYLE_BACKGROUND_CLIP,
    STYLE_PROPERTIES
};

/* `\64 isplay` is "display". Returns the bytes taken of text, which starts with a backslash. */
static size_t style_unescape(struct slice text, char *out)
{
    unsigned code = 0;
    size_t i = 1;
    while (i < text.n && i < 7 && ascii_hex(text.p[i]) >= 0)
        code = code * 16 + (unsigned)ascii_hex(text.p[i++]);
    if (i == 1) {
        *out = i < text.n ? text.p[i] : '?';
        return i < text.n ? 2 : 1;
    }
    *out = code >= ' ' && code < 0x7F ? (char)code : '?';
    if (i < text.n && (text.p[i] == ' ' || text.p[i] == '\n' || text.p[i] == '\t'))
        i++;
    return i;
}

/* Lower case, without blanks, comments and escapes, with a ';' at both ends. */
static size_t style_normalise(struct slice style, char out[STYLE_BYTES])
{
    size_t n = 0;
    out[n++] = ';';
    for (size_t i = 0; i < style.n && n < STYLE_BYTES - 2;) {
        char c = style.p[i];
        if (c == '/' && i + 1 < style.n && style.p[i + 1] == '*') {
            struct slice rest = slice_sub(style, i + 2, style.n - i - 2);
            i += 2 + slice_find(rest, SLICE("*/")) + 2;
            continue;
        }
        if (c == '\\')
            i += style_unescape(slice_sub(style, i, style.n - i), &c);
        else
            i++;
        if (ascii_is_upper(c))
            c = (char)(c + 'a' - 'A');
        if (c > ' ')
            out[n++] = c;
    }
    out[n++] = ';';
    return n;
}

static enum style_property style_property_of(struct slice name)
{
    static const struct {
        const char *name;
        enum style_property property;
    } names[] = {{"clip", STYLE_CLIP},
                 {"clip-path", STYLE_CLIP_PATH},
                 {"color", STYLE_COLOR},
                 {"display", STYLE_DISPLAY},
                 {"font-size", STYLE_FONT_SIZE},
                 {"height", STYLE_HEIGHT},
                 {"left", STYLE_LEFT},
                 {"line-height", STYLE_LINE_HEIGHT},
                 {"margin-left", STYLE_MARGIN_LEFT},
                 {"max-height", STYLE_MAX_HEIGHT},
                 {"max-width", STYLE_MAX_WIDTH},
                 {"opacity", STYLE_OPACITY},
                 {"overflow", STYLE_OVERFLOW},
                 {"overflow-y", STYLE_OVERFLOW_Y},
                 {"right", STYLE_RIGHT},
                 {"scale", STYLE_SCALE},
                 {"text-indent", STYLE_TEXT_INDENT},
                 {"top", STYLE_TOP},
                 {"transform", STYLE_TRANSFORM},
                 {"visibility", STYLE_VISIBILITY},
                 {"width", STYLE_WIDTH},
                 {"background-clip", STYLE_BACKGROUND_CLIP},
                 {"-webkit-background-clip", STYLE_BACKGROUND_CLIP}};
    /* Most declarations are of borders, margins, fonts and colours behind; they cost no more than this. */
    if (name.n < 3 || !memchr("cdfhlmorstvwb-", name.p[0] | 0x20, 14))
        return STYLE_OTHER;
    char first = (char)(name.p[0] | 0x20), last = (char)(name.p[name.n - 1] | 0x20);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        size_t n = names[i].name[0] == first ? strlen(names[i].name) : 0;
        if (n == name.n && names[i].name[n - 1] == last && slice_eq_nocase(name, (struct slice){names[i].name, n}))
            return names[i].property;
    }
    return STYLE_OTHER;
}

/* The values of a block's declarations, by property; p is NULL where there is none. */
static void style_split(struct slice block, struct slice values[STYLE_PROPERTIES])
{
    while (block.n) {
        const char *end = memchr(block.p, ';', block.n);
        size_t n = end ? (size_t)(end - block.p) : block.n;
        const char *colon = memchr(block.p, ':', n);
        if (colon) {
            struct slice name = slice_trim(slice_sub(block, 0, (size_t)(colon - block.p)));
            enum style_property property = style_property_of(name);
            if (property)
                values[property] = slice_trim((struct slice){colon + 1, (size_t)(block.p + n - colon) - 1});
        }
        n += n < block.n;
        block = slice_sub(block, n, block.n - n);
    }
}

/* Blanks are ignored: "rect( 0 , 0 )" begins with "rect(0,". */
static bool style_begins(struct slice value, const char *word)
{
    size_t i = 0;
    for (; i < value.n && *word; i++) {
        if (value.p[i] <= ' ')
            continue;
        if ((ascii_is_upper(value.p[i]) ? value.p[i] + 'a' - 'A' : value.p[i]) != *word)
            return false;
        word++;
    }
    return *word == '\0';
}

/* The value is 0 with any unit or fraction of zeros ("0", "0px", "0.0em"), and not 0.5. */
static bool style_is_zero(struct slice value)
{
    bool digit = false;
    for (size_t i = 0; i < value.n && (ascii_is_digit(value.p[i]) || value.p[i] == '.'); i++) {
        if (value.p[i] > '0')
            return false;
        digit |= value.p[i] == '0';
    }
    return digit;
}

static bool style_is_moved_away(const struct slice values[STYLE_PROPERTIES])
{
    static const enum style_property ways[] = {STYLE_TEXT_INDENT, STYLE_LEFT, STYLE_TOP, STYLE_MARGIN_LEFT,
                                               STYLE_RIGHT};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct slice value = values[ways[i]];
        long far = 0;
        for (size_t at = 1; at < value.n && value.p[0] == '-' && ascii_is_digit(value.p[at]) && far < FAR_AWAY; at++)
            far = far * 10 + (value.p[at] - '0');
        if (far >= FAR_AWAY)
            return true;
    }
    return false;
}

/* A scale of zero, or nothing left by clipping. */
static bool style_is_shrunk(const struct slice values[STYLE_PROPERTIES])
{
    static const struct {
        enum style_property property;
        const char *begins;
    } ways[] = {{STYLE_CLIP, "rect(0"},          {STYLE_CLIP, "rect(1px"},       {STYLE_CLIP_PATH, "inset(50%"},
                {STYLE_CLIP_PATH, "inset(100%"}, {STYLE_CLIP_PATH, "circle(0"},  {STYLE_TRANSFORM, "scale(0)"},
                {STYLE_TRANSFORM, "scale(0,"},   {STYLE_TRANSFORM, "scalex(0)"}, {STYLE_TRANSFORM, "scaley(0)"}};
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        if (values[ways[i].property].n && style_begins(values[ways[i].property], ways[i].begins))
            return true;
    return slice_is(values[STYLE_SCALE], "0");
}

/* Cut off at a box without height or width. */
static bool style_is_cut(const struct slice values[STYLE_PROPERTIES])
{
    static const enum style_property sizes[] = {STYLE_HEIGHT, STYLE_WIDTH, STYLE_MAX_HEIGHT, STYLE_MAX_WIDTH};
    struct slice overflow = values[STYLE_OVERFLOW];
    if (!style_begins(overflow, "hidden") && !style_begins(overflow, "clip") &&
        !style_begins(values[STYLE_OVERFLOW_Y], "hidden"))
        return false;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        if (style_is_zero(values[sizes[i]]))
            return true;
    return style_begins(values[STYLE_HEIGHT], "1px") && style_begins(values[STYLE_WIDTH], "1px");
}

/* The size of letters; shares of an inherited zero stay zero. */
static unsigned style_size(struct slice value)
{
    if (value.n == 0)
        return 0;
    if (style_is_zero(value))
        return STYLE_NO_SIZE;
    size_t figures = 0;
    while (figures < value.n && (ascii_is_digit(value.p[figures]) || value.p[figures] == '.'))
        figures++;
    struct slice unit = slice_sub(value, figures, value.n - figures);
    return style_begins(unit, "%") || (figures && style_begins(unit, "em")) ? 0 : STYLE_SIZE;
}

unsigned html_style_read(struct slice style)
{
    char plain[STYLE_BYTES];
    struct slice values[STYLE_PROPERTIES] = {{NULL, 0}};
    const char *slash = style.n < 6 ? NULL : memchr(style.p, '/', style.n);
    if (style.n < 6)
        return 0;
    if (memchr(style.p, '\\', style.n) || (slash && slice_find(style, SLICE("/*")) < style.n)) /* few have them */
        style = (struct slice){plain, style_normalise(style, plain)};
    style_split(style, values);
    struct slice display = values[STYLE_DISPLAY], visibility = values[STYLE_VISIBILITY],
                 opacity = values[STYLE_OPACITY];
    unsigned found = style_size(values[STYLE_FONT_SIZE]);
    if (display.n)
        found |= style_begins(display, "none") ? STYLE_GONE : STYLE_DISPLAYED;
    if (style_begins(visibility, "hidden") || style_begins(visibility, "collapse"))
        found |= STYLE_INVISIBLE;
    else if (style_begins(visibility, "visible"))
        found |= STYLE_VISIBLE;
    if (opacity.n)
        found |= style_is_zero(opacity) ? STYLE_FADED : STYLE_OPAQUE;
    if ((style_is_zero(values[STYLE_LINE_HEIGHT]) && style_begins(values[STYLE_OVERFLOW], "hidden")) ||
        (style_begins(values[STYLE_COLOR], "transparent") && !style_begins(values[STYLE_BACKGROUND_CLIP], "text")) ||
        style_is_cut(values) || style_is_shrunk(values) || style_is_moved_away(values))
        found |= STYLE_AWAY;
    return found;
}
