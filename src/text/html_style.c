/* html_style.c - does an inline style hide its element? Hidden text is no evidence, and a place for injected orders.
 *
 * Escapes and comments are undone and blanks dropped first, so that neither hides a property's name from us. Style
 * sheets are not read: text hidden by a class is seen unless its name says so (html_roles_hidden). */
#include "text/html_page.h"

#include <stdlib.h>

enum { STYLE_BYTES = 4096 };

static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

/* `\64 isplay` is "display". Returns the bytes taken of text, which starts with a backslash. */
static size_t unescape(struct slice text, char *out)
{
    unsigned code = 0;
    size_t i = 1;
    while (i < text.n && i < 7 && hex_digit(text.p[i]) < 16)
        code = code * 16 + hex_digit(text.p[i++]);
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
static size_t normalise(struct slice style, char out[STYLE_BYTES])
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
            i += unescape(slice_sub(style, i, style.n - i), &c);
        else
            i++;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 'a' - 'A');
        if (c > ' ')
            out[n++] = c;
    }
    out[n++] = ';';
    return n;
}

/* The value is 0 with any unit or fraction of zeros ("0", "0px", "0.0em"), and not 0.5. */
static bool is_zero(const char *value)
{
    bool digit = false;
    for (; (*value >= '0' && *value <= '9') || *value == '.'; value++) {
        if (*value > '0')
            return false;
        digit |= *value == '0';
    }
    return digit;
}

/* Value of the property, or NULL. style is NUL-terminated and normalised. */
static const char *value_of(const char *style, const char *property)
{
    const char *found = strstr(style, property);
    return found ? found + strlen(property) : NULL;
}

static bool moved_away(const char *style)
{
    static const char *const properties[] = {";text-indent:-", ";left:-", ";top:-", ";margin-left:-", ";right:-"};
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const char *value = value_of(style, properties[i]);
        if (value && strtol(value, NULL, 10) >= 900)
            return true;
    }
    return false;
}

bool html_style_hides(struct slice style)
{
    static const char *const zeros[] = {";font-size:", ";opacity:", ";line-height:"};
    char text[STYLE_BYTES];
    if (style.n < 8)
        return false;
    text[normalise(style, text) - 1] = '\0';
    const char *display = value_of(text, ";display:"), *visibility = value_of(text, ";visibility:");
    if ((display && strncmp(display, "none", 4) == 0) ||
        (visibility && (strncmp(visibility, "hidden", 6) == 0 || strncmp(visibility, "collapse", 8) == 0)))
        return true;
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        const char *value = value_of(text, zeros[i]);
        if (value && is_zero(value))
            return true;
    }
    const char *height = value_of(text, ";height:"), *width = value_of(text, ";width:");
    if (strstr(text, ";overflow:hidden") &&
        ((height && is_zero(height)) || (width && is_zero(width)) ||
         (height && width && !strncmp(height, "1px", 3) && !strncmp(width, "1px", 3))))
        return true;
    return strstr(text, ";clip:rect(0") || strstr(text, ";clip:rect(1px") || moved_away(text);
}
