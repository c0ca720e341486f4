/* html_tags.h - inside of text/: the elements that extraction tells apart. */
#ifndef TEXT_HTML_TAGS_H
#define TEXT_HTML_TAGS_H

#include <stdint.h>

enum html_tag_flag {
    IS_BLOCK = 1,   /* starts and ends a block of text */
    IS_SKIPPED = 2, /* its content is not text for readers */
    IS_STRONG = 4,  /* emphasis; a block of nothing else is often a heading */
};

/* Sorted by name: looked up by bisection. */
#define HTML_TAGS(X)                                                                                                   \
    X(A, "a", 0)                                                                                                       \
    X(ADDRESS, "address", IS_BLOCK)                                                                                    \
    X(ARTICLE, "article", IS_BLOCK)                                                                                    \
    X(ASIDE, "aside", IS_BLOCK)                                                                                        \
    X(AUDIO, "audio", IS_SKIPPED)                                                                                      \
    X(B, "b", IS_STRONG)                                                                                               \
    X(BLOCKQUOTE, "blockquote", IS_BLOCK)                                                                              \
    X(BODY, "body", IS_BLOCK)                                                                                          \
    X(BR, "br", 0)                                                                                                     \
    X(BUTTON, "button", IS_SKIPPED)                                                                                    \
    X(CANVAS, "canvas", IS_SKIPPED)                                                                                    \
    X(CAPTION, "caption", IS_BLOCK)                                                                                    \
    X(CENTER, "center", IS_BLOCK)                                                                                      \
    X(CODE, "code", 0)                                                                                                 \
    X(DD, "dd", IS_BLOCK)                                                                                              \
    X(DETAILS, "details", IS_BLOCK)                                                                                    \
    X(DIALOG, "dialog", IS_BLOCK)                                                                                      \
    X(DIV, "div", IS_BLOCK)                                                                                            \
    X(DL, "dl", IS_BLOCK)                                                                                              \
    X(DT, "dt", IS_BLOCK)                                                                                              \
    X(EM, "em", IS_STRONG)                                                                                             \
    X(FIELDSET, "fieldset", IS_BLOCK)                                                                                  \
    X(FIGCAPTION, "figcaption", IS_BLOCK)                                                                              \
    X(FIGURE, "figure", IS_BLOCK)                                                                                      \
    X(FOOTER, "footer", IS_BLOCK)                                                                                      \
    X(FORM, "form", IS_BLOCK)                                                                                          \
    X(H1, "h1", IS_BLOCK)                                                                                              \
    X(H2, "h2", IS_BLOCK)                                                                                              \
    X(H3, "h3", IS_BLOCK)                                                                                              \
    X(H4, "h4", IS_BLOCK)                                                                                              \
    X(H5, "h5", IS_BLOCK)                                                                                              \
    X(H6, "h6", IS_BLOCK)                                                                                              \
    X(HEAD, "head", IS_BLOCK)                                                                                          \
    X(HEADER, "header", IS_BLOCK)                                                                                      \
    X(HR, "hr", IS_BLOCK)                                                                                              \
    X(HTML, "html", IS_BLOCK)                                                                                          \
    X(I, "i", IS_STRONG)                                                                                               \
    X(IMG, "img", 0)                                                                                                   \
    X(INPUT, "input", 0)                                                                                               \
    X(LABEL, "label", 0)                                                                                               \
    X(LEGEND, "legend", IS_BLOCK)                                                                                      \
    X(LI, "li", IS_BLOCK)                                                                                              \
    X(LINK, "link", 0)                                                                                                 \
    X(MAIN, "main", IS_BLOCK)                                                                                          \
    X(MENU, "menu", IS_BLOCK)                                                                                          \
    X(META, "meta", 0)                                                                                                 \
    X(NAV, "nav", IS_BLOCK)                                                                                            \
    X(OBJECT, "object", IS_SKIPPED)                                                                                    \
    X(OL, "ol", IS_BLOCK)                                                                                              \
    X(P, "p", IS_BLOCK)                                                                                                \
    X(PRE, "pre", IS_BLOCK)                                                                                            \
    X(SCRIPT, "script", IS_SKIPPED)                                                                                    \
    X(SECTION, "section", IS_BLOCK)                                                                                    \
    X(SELECT, "select", IS_SKIPPED)                                                                                    \
    X(STRONG, "strong", IS_STRONG)                                                                                     \
    X(STYLE, "style", IS_SKIPPED)                                                                                      \
    X(SUMMARY, "summary", IS_BLOCK)                                                                                    \
    X(SVG, "svg", IS_SKIPPED)                                                                                          \
    X(TABLE, "table", IS_BLOCK)                                                                                        \
    X(TBODY, "tbody", IS_BLOCK)                                                                                        \
    X(TD, "td", IS_BLOCK)                                                                                              \
    X(TEMPLATE, "template", IS_SKIPPED)                                                                                \
    X(TFOOT, "tfoot", IS_BLOCK)                                                                                        \
    X(TH, "th", IS_BLOCK)                                                                                              \
    X(THEAD, "thead", IS_BLOCK)                                                                                        \
    X(TIME, "time", 0)                                                                                                 \
    X(TITLE, "title", 0)                                                                                               \
    X(TR, "tr", IS_BLOCK)                                                                                              \
    X(UL, "ul", IS_BLOCK)                                                                                              \
    X(VIDEO, "video", IS_SKIPPED)

enum html_tag {
#define X(id, name, flags) TAG_##id,
    HTML_TAGS(X)
#undef X
        TAG_OTHER, /* any other element; inline */
    TAG_COUNT
};

/* name in lower case, as the parser gives it. */
enum html_tag html_tag_find(const char *name);
unsigned html_tag_flags(enum html_tag tag);
/* 1 to 6, or 0 when tag is no heading. */
static inline unsigned html_tag_heading(enum html_tag tag)
{
    return tag >= TAG_H1 && tag <= TAG_H6 ? (unsigned)(tag - TAG_H1) + 1 : 0;
}

#endif
