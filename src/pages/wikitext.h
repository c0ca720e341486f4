/* wikitext.h - MediaWiki's markup to readable text.
 *
 * A page is quoted by its text, so the text says what readers of the wiki see. Links leave their label. Templates with
 * values print them (wikitext_templates.def says which print what); a sentence whose value only the wiki could compute
 * has "[…]" in its place. Boxes are lines "label: value". Formulas are lines of Unicode (tex.h), figures above and
 * below the line are raised and lowered. References, files, categories, galleries, notices of editors, struck-out text
 * and comments are gone.
 *
 * Headings are "## ...", list items "- ..." or "1. ...", terms "term: what it is", rows of tables have " | " between
 * their cells, code is fenced. Nested constructs are followed to a fixed depth; what is never closed ends with its
 * brackets. Pure function, linear in the text. */
#ifndef PAGES_WIKITEXT_H
#define PAGES_WIKITEXT_H

#include "base/arena.h"

/* markup: UTF-8. lang: the wiki's language ("de"), which decides how numbers and dates are written; "" is English. In
 * the arena; paragraphs are parted by an empty line. */
struct slice wikitext_plain(struct arena *a, struct slice markup, struct slice lang);

#endif
