/* wikitext.h - MediaWiki's markup to readable text.
 *
 * A sane stripper and no parser: templates are gone (but for a few that stand for words), as are references, files,
 * categories, comments, galleries and formulas; links leave their label, tables become rows with " | " between cells,
 * headings "## ...", list items "- ...". Nested constructs are followed to a fixed depth; what is never closed ends
 * with its paragraph. Pure functions, linear in the text. */
#ifndef TEXT_WIKITEXT_H
#define TEXT_WIKITEXT_H

#include "base/arena.h"

/* markup: UTF-8. In the arena; paragraphs are parted by an empty line. */
struct slice wikitext_plain(struct arena *a, struct slice markup);

#endif
