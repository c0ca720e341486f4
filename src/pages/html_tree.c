/* html_tree.c - see html_tree.h. Numbers of open elements count from 1 here; 0 is none. */
#include "pages/html_tree.h"

enum { TREE_WORK_MAX = 20000000, TREE_FORMATS_MAX = 4 };

static const struct html_given tree_none = {.has = 0};

static void tree_push(struct html_tree *tree, enum html_tag tag, struct slice name, const struct html_given *given)
{
    if (tree->depth == HTML_DEPTH_MAX) {
        tree->cut = true;
        return;
    }
    tree->tags[tree->depth] = (uint8_t)tag;
    tree->names[tree->depth++] = name;
    tree->open[tag]++;
    tree->calls->start(tree->user, tag, name, given);
}

static void tree_imply(struct html_tree *tree, enum html_tag tag)
{
    tree_push(tree, tag, html_tag_name(tag), &tree_none);
}

static void tree_pop(struct html_tree *tree)
{
    tree->calls->end(tree->user);
    tree->open[tree->tags[--tree->depth]]--;
}

/* Until `depth` elements are open. */
static void tree_pop_to(struct html_tree *tree, size_t depth)
{
    while (tree->depth > depth)
        tree_pop(tree);
}

static bool tree_spend(struct html_tree *tree)
{
    if (++tree->work > TREE_WORK_MAX)
        tree->cut = true;
    return !tree->cut;
}

/* What an end tag inside does not reach over. */
static bool tree_is_scope(enum html_tag tag)
{
    return tag == TAG_TD || tag == TAG_TH || tag == TAG_TABLE || tag == TAG_CAPTION || tag == TAG_OBJECT ||
           tag == TAG_HTML;
}

/* Elements that are no part of a line of text. */
static bool tree_is_special(enum html_tag tag)
{
    return (html_tag_flags(tag) & IS_BLOCK) || tag == TAG_BUTTON || tag == TAG_OBJECT || tag == TAG_SELECT;
}

/* The innermost open element of the tag in the scope; of headings, any. */
static size_t tree_find(struct html_tree *tree, enum html_tag tag)
{
    bool heading = html_tag_heading(tag) > 0, item = tag == TAG_LI, button = tag == TAG_P || tag == TAG_BUTTON;
    if (!heading && !tree->open[tag])
        return 0;
    for (size_t at = tree->depth; at > 0 && tree_spend(tree); at--) {
        enum html_tag open = (enum html_tag)tree->tags[at - 1];
        if (open == tag || (heading && html_tag_heading(open)))
            return at;
        if (tree_is_scope(open) || (item && (open == TAG_UL || open == TAG_OL || open == TAG_MENU)) ||
            (button && open == TAG_BUTTON))
            return 0;
    }
    return 0;
}

/* The innermost of some tags in the innermost table, or that table; TAG_OTHER ends the list. */
static size_t tree_find_in_table(struct html_tree *tree, const enum html_tag *tags)
{
    for (size_t at = tree->open[TAG_TABLE] ? tree->depth : 0; at > 0 && tree_spend(tree); at--) {
        enum html_tag open = (enum html_tag)tree->tags[at - 1];
        for (size_t i = 0; tags[i] != TAG_OTHER; i++)
            if (open == tags[i])
                return at;
        if (open == TAG_TABLE)
            return at;
    }
    return 0;
}

static void tree_need_html(struct html_tree *tree)
{
    if (tree->depth == 0)
        tree_imply(tree, TAG_HTML);
}

static void tree_need_body(struct html_tree *tree)
{
    if (tree->in_body)
        return;
    tree_need_html(tree);
    tree_pop_to(tree, 1);
    tree->in_body = true;
    tree_imply(tree, TAG_BODY);
}

/* Closes the paragraph that a block ends. Inline elements that were open in it go on inside of the block: *formats are
 * their tags, from the outermost on, for tree_reopen(). */
static size_t tree_close_paragraph(struct html_tree *tree, enum html_tag formats[TREE_FORMATS_MAX])
{
    size_t at = tree_find(tree, TAG_P), n = 0;
    if (!at)
        return 0;
    for (size_t i = at; i < tree->depth && n < TREE_FORMATS_MAX; i++)
        if (html_tag_flags((enum html_tag)tree->tags[i]) & IS_FORMAT)
            formats[n++] = (enum html_tag)tree->tags[i];
    tree_pop_to(tree, at - 1);
    return n;
}

/* <li> ends the item before it, and <dt> and <dd> the term or description, unless a block is between. */
static void tree_close_item(struct html_tree *tree, enum html_tag tag)
{
    bool term = tag != TAG_LI;
    if (term ? !tree->open[TAG_DT] && !tree->open[TAG_DD] : !tree->open[TAG_LI])
        return;
    for (size_t at = tree->depth; at > 0 && tree_spend(tree); at--) {
        enum html_tag open = (enum html_tag)tree->tags[at - 1];
        if (term ? open == TAG_DT || open == TAG_DD : open == TAG_LI) {
            tree_pop_to(tree, at - 1);
            return;
        }
        if (tree_is_special(open) && open != TAG_ADDRESS && open != TAG_DIV && open != TAG_P)
            return;
    }
}

/* The element of this number ends here, but a block inside of it goes on. */
static void tree_forget(struct html_tree *tree, size_t at)
{
    tree->open[tree->tags[at - 1]]--;
    tree->tags[at - 1] = TAG_OTHER;
    tree->names[at - 1] = (struct slice){"", 0};
    tree->open[TAG_OTHER]++;
    tree->calls->forget(tree->user, at - 1);
}

/* Ends an inline element of which there is one open. */
static void tree_end_format(struct html_tree *tree, enum html_tag tag)
{
    size_t at = tree_find(tree, tag);
    if (!at)
        return;
    for (size_t i = at; i < tree->depth; i++)
        if (tree_is_special((enum html_tag)tree->tags[i])) {
            tree_forget(tree, at);
            return;
        }
    tree_pop_to(tree, at - 1);
}

/* Closes what a part of a table ends, and opens the row that a cell stands in. */
static void tree_start_in_table(struct html_tree *tree, enum html_tag tag)
{
    static const enum html_tag rows[] = {TAG_TR, TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_OTHER},
                               groups[] = {TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_OTHER}, none[] = {TAG_OTHER};
    bool cell = tag == TAG_TD || tag == TAG_TH;
    size_t at = tree_find_in_table(tree, cell ? rows : tag == TAG_TR ? groups : none);
    if (!at)
        return;
    tree_pop_to(tree, at);
    if (cell && tree->tags[at - 1] != TAG_TR)
        tree_imply(tree, TAG_TR);
}

/* Before an element begins; see tree_close_paragraph(). */
static size_t tree_make_way(struct html_tree *tree, enum html_tag tag, enum html_tag formats[TREE_FORMATS_MAX])
{
    switch (tag) {
    case TAG_LI:
    case TAG_DT:
    case TAG_DD:
        tree_close_item(tree, tag);
        break;
    case TAG_TD:
    case TAG_TH:
    case TAG_TR:
    case TAG_TBODY:
    case TAG_THEAD:
    case TAG_TFOOT:
    case TAG_CAPTION:
        tree_start_in_table(tree, tag);
        break;
    case TAG_A:
        tree_end_format(tree, tag);
        break;
    case TAG_BUTTON: {
        size_t at = tree_find(tree, tag);
        tree_pop_to(tree, at ? at - 1 : tree->depth);
        break;
    }
    default:
        break;
    }
    size_t n = html_tag_flags(tag) & CLOSES_P ? tree_close_paragraph(tree, formats) : 0;
    if (html_tag_heading(tag) && tree->depth && html_tag_heading((enum html_tag)tree->tags[tree->depth - 1]))
        tree_pop(tree);
    return n;
}

void html_tree_start(struct html_tree *tree, enum html_tag tag, struct slice name, const struct html_given *given,
                     bool closed)
{
    enum html_tag formats[TREE_FORMATS_MAX];
    unsigned flags = html_tag_flags(tag);
    if (tag == TAG_HTML || tag == TAG_HEAD || tag == TAG_BODY) {
        if (tag == TAG_HTML ? tree->depth > 0 : tree->in_body || (tag == TAG_HEAD && tree->open[TAG_HEAD]))
            return;
        if (tag != TAG_HTML)
            tree_need_html(tree);
        if (tag == TAG_BODY)
            tree_pop_to(tree, 1);
        tree->in_body = tag == TAG_BODY;
        tree_push(tree, tag, name, given);
        return;
    }
    if (!(flags & IS_OF_HEAD))
        tree_need_body(tree);
    else if (!tree->in_body && !tree->open[TAG_HEAD]) {
        tree_need_html(tree);
        tree_imply(tree, TAG_HEAD);
    }
    size_t n = tree_make_way(tree, tag, formats);
    tree_push(tree, tag, name, given);
    if ((flags & IS_VOID) || (closed && tree->open[TAG_MATH])) {
        if (!tree->cut)
            tree_pop(tree);
        return;
    }
    for (size_t i = 0; i < n; i++)
        tree_imply(tree, formats[i]);
}

/* An inline element without a meaning of its own: up to the block around. */
static void tree_end_inline(struct html_tree *tree, enum html_tag tag, struct slice name)
{
    for (size_t at = tree->open[tag] ? tree->depth : 0; at > 0 && tree_spend(tree); at--) {
        enum html_tag open = (enum html_tag)tree->tags[at - 1];
        if (open == tag && (tag != TAG_OTHER || slice_eq_nocase(tree->names[at - 1], name))) {
            tree_pop_to(tree, at - 1);
            return;
        }
        if (tree_is_special(open))
            return;
    }
}

static void tree_end_in_table(struct html_tree *tree, enum html_tag tag)
{
    const enum html_tag tags[] = {tag, TAG_OTHER};
    size_t at = tree->open[tag] ? tree_find_in_table(tree, tags) : 0;
    if (at && tree->tags[at - 1] == tag)
        tree_pop_to(tree, at - 1);
}

void html_tree_end(struct html_tree *tree, enum html_tag tag, struct slice name)
{
    unsigned flags = html_tag_flags(tag);
    if (tag == TAG_HTML || tag == TAG_BODY)
        return; /* what comes behind them is shown as if it stood before */
    if (tag == TAG_BR) {
        html_tree_start(tree, tag, name, &tree_none, false);
    } else if (tag == TAG_P && !tree_find(tree, tag)) {
        if (tree->in_body) {
            tree_imply(tree, tag);
            if (!tree->cut)
                tree_pop(tree);
        }
    } else if (tag == TAG_TD || tag == TAG_TH || tag == TAG_TR || tag == TAG_TBODY || tag == TAG_THEAD ||
               tag == TAG_TFOOT || tag == TAG_TABLE || tag == TAG_CAPTION) {
        if (tree->open[TAG_TABLE])
            tree_end_in_table(tree, tag);
        else
            tree_end_inline(tree, tag, name);
    } else if ((flags & IS_BLOCK) || tag == TAG_BUTTON || tag == TAG_OBJECT || tag == TAG_SELECT) {
        size_t at = tree_find(tree, tag);
        tree_pop_to(tree, at ? at - 1 : tree->depth);
    } else if (flags & IS_FORMAT) {
        tree_end_format(tree, tag);
    } else {
        tree_end_inline(tree, tag, name);
    }
}

bool html_tree_text(struct html_tree *tree, bool blank)
{
    bool in_title = tree->depth && tree->tags[tree->depth - 1] == TAG_TITLE;
    if (tree->in_body || in_title)
        return true;
    if (blank)
        return false;
    tree_need_body(tree);
    tree_imply(tree, TAG_P);
    return true;
}

void html_tree_finish(struct html_tree *tree)
{
    tree_pop_to(tree, 0);
}
