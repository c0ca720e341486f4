/* tex.h - formulas of TeX as a line of text that reads: "\frac{a}{b} \le x^{2}" is "a/b ≤ x²".
 *
 * For formulas in wikitext and, in web pages, for those whose TeX stands beside the picture. It knows the commands that
 * tex.def lists; of others it prints the name. Figures above and below are Unicode's where all characters have such a
 * form, else "^(n+1)" and "_(max)". Nested to a fixed depth, linear in the text. Pure function. */
#ifndef PAGES_TEX_H
#define PAGES_TEX_H

#include "base/arena.h"
#include "base/buf.h"

/* In the arena; one line. Never empty for a formula that has a letter or figure. */
struct slice tex_plain(struct arena *a, struct slice tex);

/* Text set above or below the line: 10 and "8" is 10⁸, x and "max" is x^max or x_max, "n+1" is ^(n+1). */
void tex_put_raised(struct buf *out, struct slice text);
void tex_put_lowered(struct buf *out, struct slice text);
/* Names of substances: figures behind a letter or bracket are set lower, "->" is an arrow. */
void tex_put_atoms(struct buf *out, struct slice text);

#endif
