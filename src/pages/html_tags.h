/* html_tags.h - inside of pages/: the elements that extraction tells apart. */
#ifndef PAGES_HTML_TAGS_H
#define PAGES_HTML_TAGS_H

#include <stdint.h>

#include "base/slice.h"

enum html_tag_flag {
    IS_BLOCK = 1,   /* starts and ends a block of text */
    IS_SKIPPED = 2, /* its content is not text for readers, or no longer valid (struck out), or a reading aid (ruby) */
    IS_VOID = 8,    /* holds nothing and has no end */
    CLOSES_P = 16,  /* ends a paragraph that is open */
    IS_FORMAT = 32, /* goes on in the next block when its own ends before it */
    IS_OF_HEAD = 64,
    IS_STRONG = 4, /* emphasis; a block of nothing else is often a heading */
};

#define HTML_TAGS(X)                                                                                                   \
    X(A, "a", IS_FORMAT)                                                                                               \
    X(ADDRESS, "address", IS_BLOCK | CLOSES_P)                                                                         \
    X(ANNOTATION, "annotation", IS_SKIPPED)                                                                            \
    X(ANNOTATION_XML, "annotation-xml", IS_SKIPPED)                                                                    \
    X(AREA, "area", IS_VOID)                                                                                           \
    X(ARTICLE, "article", IS_BLOCK | CLOSES_P)                                                                         \
    X(ASIDE, "aside", IS_BLOCK | CLOSES_P)                                                                             \
    X(AUDIO, "audio", IS_SKIPPED)                                                                                      \
    X(B, "b", IS_STRONG | IS_FORMAT)                                                                                   \
    X(BASE, "base", IS_VOID | IS_OF_HEAD)                                                                              \
    X(BLOCKQUOTE, "blockquote", IS_BLOCK | CLOSES_P)                                                                   \
    X(BODY, "body", IS_BLOCK)                                                                                          \
    X(BR, "br", IS_VOID)                                                                                               \
    X(BUTTON, "button", IS_SKIPPED)                                                                                    \
    X(CANVAS, "canvas", IS_SKIPPED)                                                                                    \
    X(CAPTION, "caption", IS_BLOCK)                                                                                    \
    X(CENTER, "center", IS_BLOCK | CLOSES_P)                                                                           \
    X(CODE, "code", IS_FORMAT)                                                                                         \
    X(COL, "col", IS_VOID)                                                                                             \
    X(DD, "dd", IS_BLOCK | CLOSES_P)                                                                                   \
    X(DEL, "del", IS_SKIPPED)                                                                                          \
    X(DETAILS, "details", IS_BLOCK | CLOSES_P)                                                                         \
    X(DIALOG, "dialog", IS_BLOCK | CLOSES_P)                                                                           \
    X(DIV, "div", IS_BLOCK | CLOSES_P)                                                                                 \
    X(DL, "dl", IS_BLOCK | CLOSES_P)                                                                                   \
    X(DT, "dt", IS_BLOCK | CLOSES_P)                                                                                   \
    X(EM, "em", IS_STRONG | IS_FORMAT)                                                                                 \
    X(EMBED, "embed", IS_VOID)                                                                                         \
    X(FIELDSET, "fieldset", IS_BLOCK | CLOSES_P)                                                                       \
    X(FIGCAPTION, "figcaption", IS_BLOCK | CLOSES_P)                                                                   \
    X(FIGURE, "figure", IS_BLOCK | CLOSES_P)                                                                           \
    X(FOOTER, "footer", IS_BLOCK | CLOSES_P)                                                                           \
    X(FORM, "form", IS_BLOCK | CLOSES_P)                                                                               \
    X(FRAME, "frame", IS_VOID)                                                                                         \
    X(H1, "h1", IS_BLOCK | CLOSES_P)                                                                                   \
    X(H2, "h2", IS_BLOCK | CLOSES_P)                                                                                   \
    X(H3, "h3", IS_BLOCK | CLOSES_P)                                                                                   \
    X(H4, "h4", IS_BLOCK | CLOSES_P)                                                                                   \
    X(H5, "h5", IS_BLOCK | CLOSES_P)                                                                                   \
    X(H6, "h6", IS_BLOCK | CLOSES_P)                                                                                   \
    X(HEAD, "head", IS_BLOCK)                                                                                          \
    X(HEADER, "header", IS_BLOCK | CLOSES_P)                                                                           \
    X(HR, "hr", IS_BLOCK | CLOSES_P | IS_VOID)                                                                         \
    X(HTML, "html", IS_BLOCK)                                                                                          \
    X(I, "i", IS_STRONG | IS_FORMAT)                                                                                   \
    X(IMG, "img", IS_VOID)                                                                                             \
    X(INPUT, "input", IS_VOID)                                                                                         \
    X(KEYGEN, "keygen", IS_VOID)                                                                                       \
    X(LABEL, "label", 0)                                                                                               \
    X(LEGEND, "legend", IS_BLOCK)                                                                                      \
    X(LI, "li", IS_BLOCK | CLOSES_P)                                                                                   \
    X(LINK, "link", IS_VOID | IS_OF_HEAD)                                                                              \
    X(MAIN, "main", IS_BLOCK | CLOSES_P)                                                                               \
    X(MATH, "math", 0)                                                                                                 \
    X(MENU, "menu", IS_BLOCK | CLOSES_P)                                                                               \
    X(META, "meta", IS_VOID | IS_OF_HEAD)                                                                              \
    X(MFRAC, "mfrac", 0)                                                                                               \
    X(MI, "mi", 0)                                                                                                     \
    X(MN, "mn", 0)                                                                                                     \
    X(MOVER, "mover", 0)                                                                                               \
    X(MROOT, "mroot", 0)                                                                                               \
    X(MROW, "mrow", 0)                                                                                                 \
    X(MSQRT, "msqrt", 0)                                                                                               \
    X(MSUB, "msub", 0)                                                                                                 \
    X(MSUBSUP, "msubsup", 0)                                                                                           \
    X(MSUP, "msup", 0)                                                                                                 \
    X(MUNDER, "munder", 0)                                                                                             \
    X(MUNDEROVER, "munderover", 0)                                                                                     \
    X(NAV, "nav", IS_BLOCK | CLOSES_P)                                                                                 \
    X(OBJECT, "object", IS_SKIPPED)                                                                                    \
    X(OL, "ol", IS_BLOCK | CLOSES_P)                                                                                   \
    X(P, "p", IS_BLOCK | CLOSES_P)                                                                                     \
    X(PARAM, "param", IS_VOID)                                                                                         \
    X(PRE, "pre", IS_BLOCK | CLOSES_P)                                                                                 \
    X(RP, "rp", IS_SKIPPED)                                                                                            \
    X(RT, "rt", IS_SKIPPED)                                                                                            \
    X(RTC, "rtc", IS_SKIPPED)                                                                                          \
    X(S, "s", IS_SKIPPED | IS_FORMAT)                                                                                  \
    X(SCRIPT, "script", IS_SKIPPED)                                                                                    \
    X(SECTION, "section", IS_BLOCK | CLOSES_P)                                                                         \
    X(SELECT, "select", IS_SKIPPED)                                                                                    \
    X(STRIKE, "strike", IS_SKIPPED | IS_FORMAT)                                                                        \
    X(STRONG, "strong", IS_STRONG | IS_FORMAT)                                                                         \
    X(STYLE, "style", IS_SKIPPED)                                                                                      \
    X(SUB, "sub", 0)                                                                                                   \
    X(SUMMARY, "summary", IS_BLOCK | CLOSES_P)                                                                         \
    X(SUP, "sup", 0)                                                                                                   \
    X(SVG, "svg", IS_SKIPPED)                                                                                          \
    X(TABLE, "table", IS_BLOCK | CLOSES_P)                                                                             \
    X(TBODY, "tbody", IS_BLOCK)                                                                                        \
    X(TD, "td", IS_BLOCK)                                                                                              \
    X(TEMPLATE, "template", IS_SKIPPED)                                                                                \
    X(TFOOT, "tfoot", IS_BLOCK)                                                                                        \
    X(TH, "th", IS_BLOCK)                                                                                              \
    X(THEAD, "thead", IS_BLOCK)                                                                                        \
    X(TIME, "time", 0)                                                                                                 \
    X(TITLE, "title", IS_OF_HEAD)                                                                                      \
    X(TR, "tr", IS_BLOCK)                                                                                              \
    X(TRACK, "track", IS_VOID)                                                                                         \
    X(UL, "ul", IS_BLOCK | CLOSES_P)                                                                                   \
    X(VIDEO, "video", IS_SKIPPED)

enum html_tag {
#define X(id, name, flags) TAG_##id,
    HTML_TAGS(X)
#undef X
        TAG_OTHER, /* any other element; inline */
    TAG_COUNT
};

/* Case is ignored. */
enum html_tag html_tag_find(struct slice name);
unsigned html_tag_flags(enum html_tag tag);
/* "" for TAG_OTHER. */
struct slice html_tag_name(enum html_tag tag);
/* 1 to 6, or 0 when tag is no heading. */
static inline unsigned html_tag_heading(enum html_tag tag)
{
    return tag >= TAG_H1 && tag <= TAG_H6 ? (unsigned)(tag - TAG_H1) + 1 : 0;
}

#endif
