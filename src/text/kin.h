/* kin.h - whether two stems are forms of one word.
 *
 * Stemmers leave some endings on ("discoveri", "discov") and do not know derived words. So two words may belong
 * together though their stems differ. There are two tests:
 *
 *   stems_alike         Could one be the other with another ending? Strict; for comparing a claim with a page.
 *   stems_share_start   Do both begin with the same letters? Loose; for finding what may be meant.
 *
 * DESIGN: letters are code points, never bytes. Two Cyrillic letters are four bytes, so by bytes "гора" (mountain) and
 * "горд" (proud) would begin alike. Fewer than KIN_LETTERS common letters prove nothing in any script: "part" and
 * "parti" are two words in English. Chinese, Japanese and Korean stems have one or two letters (text/words.h), so they
 * are alike only if they are equal. So are figures: "10,000" is not a form of "10,000,000".
 * THREADS: pure functions; any. */
#ifndef TEXT_KIN_H
#define TEXT_KIN_H

#include "base/slice.h"

enum {
    KIN_LETTERS = 5, /* common letters at the start, at least; set by hand */
    KIN_ENDING = 3   /* different letters behind them in each stem, at most (stems_alike); set by hand */
};

/* Equal, or at least KIN_LETTERS common letters at the start and at most KIN_ENDING others behind them in each. */
bool stems_alike(struct slice one, struct slice other);
/* Equal, or the same first KIN_LETTERS letters. */
bool stems_share_start(struct slice one, struct slice other);
/* The first KIN_LETTERS letters, as a slice of stem; empty if it has fewer or begins with a digit. For callers that
 * compare one stem with many. */
struct slice stem_start(struct slice stem);

#endif
