/* html_seen.c - one element at a time, then the whole page.
 *
 * What is final (no display, moved off the screen, the `hidden` attribute) is dropped while parsing. Classes that
 * frameworks hide by, `visibility`, `opacity` and aria-hidden are what scripts undo most, so they wait for the end of
 * the page. Panels of tabs and accordions, and what fades in when a reader scrolls to it, count as seen: a reader finds
 * them with a click or a turn of the wheel. */
#include "pages/html_seen.h"

#include "base/ascii.h"

enum {
    REST_BYTES = 100, /* a page with less beside what is veiled says nothing without it */
    REST_SHARE = 4,   /* and with less than this part of it */
    CONTAINER_BLOCKS = 2,
};

/* A style of the element, in which its own attribute, read as `own`, beats the sheets' rules that are not important. */
static unsigned seen_style(struct html_sheet *sheet, const struct html_element *element, unsigned own)
{
    if (!sheet)
        return own;
    unsigned important, style = html_sheet_of(sheet, element, &important);
    for (size_t i = 0; html_style_pairs[i]; i++)
        if ((own & html_style_pairs[i]) && !(important & html_style_pairs[i]))
            style = (style & ~html_style_pairs[i]) | (own & html_style_pairs[i]);
    return style;
}

struct html_seen html_seen_of(struct html_sheet *sheet, enum html_tag tag, const struct html_element *element,
                              const struct html_given *given, const struct html_names *classes)
{
    struct html_seen seen = {.gone = false};
    if (tag == TAG_BODY || tag == TAG_HTML || (!given->has && !sheet))
        return seen; /* scripts show a page again that they hid while loading */
    /* All panels but one are hidden until the reader asks for them. */
    bool panel = slice_is(html_given_value(given, ATTR_ROLE), "tabpanel");
    bool hidden = html_given_has(given, ATTR_HIDDEN) && !slice_is(html_given_value(given, ATTR_HIDDEN), "until-found");
    if ((hidden && !panel) || classes->hidden) {
        seen.gone = true;
        return seen;
    }
    struct slice declared = html_given_value(given, ATTR_STYLE);
    unsigned own = declared.n ? html_style_read(declared) : 0, style = seen_style(sheet, element, own);
    bool opens = panel || classes->opens;
    seen.gone = (style & STYLE_AWAY) || (own & STYLE_GONE) || ((style & STYLE_GONE) && !opens);
    seen.veiled = (classes->hides && !classes->shows && !opens && !(style & STYLE_DISPLAYED)) ||
                  ((style & (STYLE_FADED | STYLE_INVISIBLE)) && !opens);
    /* A dialog hides the page behind it from readers of the screen. */
    if (slice_is(html_given_value(given, ATTR_ARIA_HIDDEN), "true") && tag != TAG_MAIN && tag != TAG_ARTICLE)
        seen.veiled = true;
    seen.visible = (style & STYLE_VISIBLE) != 0;
    seen.no_size = (style & STYLE_NO_SIZE) != 0;
    seen.sized = (style & STYLE_SIZE) != 0;
    return seen;
}

/* --- the whole page ----------------------------------------------------------------------------------------------- */

/* Around the text of most pages: what is there does not make the page. */
static bool seen_is_around(const struct html_page *page, const struct html_block *b)
{
    const uint8_t *near = page->boxes[b->box].near;
    return near[ROLE_IN_NAV] < HTML_FAR || near[ROLE_IN_FOOTER] < HTML_FAR || near[ROLE_IN_HEADER] < HTML_FAR ||
           near[ROLE_IN_ASIDE] < HTML_FAR || near[ROLE_FORM] < HTML_FAR;
}

/* Whether a script is to be expected that shows the veiled part: the rest says next to nothing, and it has blocks. */
static bool seen_is_container(const struct html_page *page)
{
    size_t veiled = 0, rest = 0, blocks = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        if (page->boxes[b->box].veiled) {
            veiled += b->n;
            blocks++;
        } else if (!seen_is_around(page, b) && !page->boxes[b->box].heading) {
            rest += b->n - (b->link_chars < b->n ? b->link_chars : b->n);
        }
    }
    return blocks >= CONTAINER_BLOCKS && rest < REST_BYTES && rest * REST_SHARE < veiled;
}

void html_seen_unveil(struct html_page *page)
{
    bool any = false;
    for (size_t i = 0; i < page->block_count && !any; i++)
        any = page->boxes[page->blocks[i].box].veiled;
    if (!any || seen_is_container(page))
        return;
    size_t n = 0;
    for (size_t i = 0; i < page->block_count; i++)
        if (!page->boxes[page->blocks[i].box].veiled)
            page->blocks[n++] = page->blocks[i];
    page->block_count = n;
}
