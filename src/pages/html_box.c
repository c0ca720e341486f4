/* html_box.c - what an element's attributes say about the box that it makes. */
#include "pages/html_box.h"

#include "base/ascii.h"

enum { HTML_SPAN_MAX = 50 };

static bool box_has(struct slice text, const char *word)
{
    return text.n && slice_find(text, slice_of(word)) < text.n;
}

static uint32_t role_bit(enum html_role role)
{
    return UINT32_C(1) << role;
}

uint32_t html_box_roles(const struct html_start *start)
{
    static const struct {
        enum html_tag tag;
        enum html_role role;
    } of_tags[] = {
        {TAG_ARTICLE, ROLE_IN_ARTICLE},  {TAG_MAIN, ROLE_IN_MAIN},       {TAG_ASIDE, ROLE_IN_ASIDE},
        {TAG_NAV, ROLE_IN_NAV},          {TAG_MENU, ROLE_IN_NAV},        {TAG_HEADER, ROLE_IN_HEADER},
        {TAG_FOOTER, ROLE_IN_FOOTER},    {TAG_FIGURE, ROLE_IN_FIGURE},   {TAG_FIGCAPTION, ROLE_IN_FIGURE},
        {TAG_UL, ROLE_IN_LIST},          {TAG_OL, ROLE_IN_LIST},         {TAG_DL, ROLE_IN_LIST},
        {TAG_TABLE, ROLE_IN_TABLE},      {TAG_FORM, ROLE_IN_FORM},       {TAG_LABEL, ROLE_IN_FORM},
        {TAG_BLOCKQUOTE, ROLE_IN_QUOTE}, {TAG_SECTION, ROLE_IN_SECTION},
    };
    static const struct {
        const char *word;
        enum html_role role;
    } of_roles[] = {
        {"navigation", ROLE_IN_NAV},
        {"main", ROLE_IN_MAIN},
        {"complementary", ROLE_IN_ASIDE},
        {"contentinfo", ROLE_IN_FOOTER},
        {"banner", ROLE_IN_HEADER},
        {"dialog", ROLE_FORM},
        {"article", ROLE_IN_ARTICLE},
        {"search", ROLE_FORM},
        {"menu", ROLE_IN_NAV},
        {"alert", ROLE_FORM},
    };
    const struct html_given *given = start->given;
    uint32_t roles = start->classes.roles | start->id.roles;
    for (size_t i = 0; i < COUNT_OF(of_tags); i++)
        if (of_tags[i].tag == start->tag)
            roles |= role_bit(of_tags[i].role);
    struct slice role = html_given_value(given, ATTR_ROLE), property = html_given_value(given, ATTR_ITEMPROP);
    for (size_t i = 0; role.n && i < COUNT_OF(of_roles); i++)
        if (slice_is(role, of_roles[i].word))
            roles |= role_bit(of_roles[i].role);
    if (box_has(property, "articleBody") || box_has(property, "text"))
        roles |= role_bit(ROLE_ARTICLE_BODY);
    else if (box_has(property, "author") || box_has(property, "date"))
        roles |= role_bit(ROLE_BYLINE);
    else if (box_has(property, "caption") || box_has(property, "image"))
        roles |= role_bit(ROLE_CAPTION);
    else if (box_has(property, "headline"))
        roles |= role_bit(ROLE_TITLE);
    return roles;
}

/* A number that HTML allows in such places; `otherwise` when it is none. */
static int32_t box_integer(const struct html_given *given, enum html_attribute name, int32_t otherwise)
{
    struct slice value = html_given_value(given, name);
    if (value.n == 0)
        return otherwise;
    value = slice_trim(value);
    bool minus = value.n && value.p[0] == '-';
    int32_t number = 0;
    size_t i = minus;
    for (; i < value.n && i < 9 && ascii_is_digit(value.p[i]); i++)
        number = number * 10 + (value.p[i] - '0');
    return i == minus ? otherwise : minus ? -number : number;
}

static uint8_t box_span(const struct html_given *given, enum html_attribute name)
{
    int32_t span = html_given_has(given, name) ? box_integer(given, name, 1) : 1;
    return (uint8_t)(span < 1 ? 1 : span > HTML_SPAN_MAX ? HTML_SPAN_MAX : span);
}

/* How a list is numbered: by its type, or as its style says. */
static char box_list_style(const struct html_given *given)
{
    static const struct {
        const char *name;
        char style;
    } styles[] = {{"lower-alpha", 'a'}, {"lower-latin", 'a'}, {"upper-alpha", 'A'},
                  {"upper-latin", 'A'}, {"lower-roman", 'i'}, {"upper-roman", 'I'}};
    struct slice type = html_given_value(given, ATTR_TYPE), style = html_given_value(given, ATTR_STYLE);
    for (size_t i = 0; box_has(style, "list-style") && i < COUNT_OF(styles); i++)
        if (box_has(style, styles[i].name))
            return styles[i].style;
    return type.n == 1 && memchr("aAiI", type.p[0], 4) ? type.p[0] : 0;
}

/* Numbers of list items, as `start`, `value` and `reversed` set them. */
static void box_number(struct html_box *box, struct html_box *above, enum html_tag tag, const struct html_given *given)
{
    if (tag == TAG_OL) {
        bool reversed = html_given_has(given, ATTR_REVERSED);
        struct slice start = html_given_value(given, ATTR_START);
        box->from_end = reversed && !start.n;
        box->step = reversed ? -1 : 1;
        box->number = box_integer(given, ATTR_START, reversed ? 0 : 1);
        box->style = box_list_style(given);
    } else if (tag == TAG_LI) {
        box->number = box_integer(given, ATTR_VALUE, above->number);
        above->number = box->number + (above->step ? above->step : 1);
    }
}

static void box_shape(struct html_box *box, const struct html_box *above, const struct html_box *above2, uint32_t names)
{
    box->own_shape = (box->tag + 1) * 2654435761u + names;
    box->shape = box->own_shape * 31 + above->own_shape * 17 + above2->own_shape;
}

void html_box_fill(struct html_page *page, uint32_t index, uint32_t parent, const struct html_start *start)
{
    struct html_box *box = &page->boxes[index], *above = &page->boxes[parent];
    const struct html_given *given = start->given;
    enum html_tag tag = start->tag;
    box->parent = parent;
    box->tag = (uint8_t)tag;
    box->foreign = (uint8_t)html_foreign_of(tag, given, start->classes.foreign, start->id.foreign);
    if (index == 0) {
        memset(box->near, HTML_FAR, sizeof box->near);
    } else {
        box->depth = (uint16_t)(above->depth + 1);
        box->heading = above->heading;
        for (size_t i = 0; i < ROLE_COUNT; i++)
            box->near[i] = (uint8_t)(above->near[i] + (above->near[i] < HTML_FAR));
        above->children[tag == TAG_LI]++;
        box_number(box, above, tag, given);
        box_shape(box, above, &page->boxes[above->parent], start->classes.shape);
    }
    struct slice role = html_given_value(given, ATTR_ROLE);
    box->is_layout = slice_is(role, "presentation") || slice_is(role, "none");
    box->apart =
        index && tag != TAG_BODY && (slice_ends(role, SLICE("dialog")) || start->classes.apart || start->id.apart);
    box->content = tag != TAG_BODY && tag != TAG_HTML && (start->classes.content || start->id.content);
    box->rows = box_span(given, ATTR_ROWSPAN);
    box->columns = box_span(given, ATTR_COLSPAN);
    if (html_tag_heading(tag))
        box->heading = (uint8_t)html_tag_heading(tag);
    /* The classes of <body> and <html> describe the site, not what they hold. */
    uint32_t roles = tag == TAG_BODY || tag == TAG_HTML ? 0 : html_box_roles(start);
    for (size_t i = 0; roles; i++, roles >>= 1)
        if (roles & 1)
            box->near[i] = 0;
}
