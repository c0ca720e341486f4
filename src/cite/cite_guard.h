/* cite_guard.h - filters a language model's text before a reader sees it: no citation, web address or quotation gets
 * through unless the evidence has it.
 *
 * The model's text goes in as it arrives, cut anywhere between two characters. Clean text and marks come out through
 * callbacks. A mark comes out as its source, so that the caller writes its own number [k] (evidence_cite()) and knows
 * the position for the annotation. The output does not depend on where the input was cut, only its division into calls
 * of text() does.
 *
 * Citations: every syntax that models commonly emit is recognised: [1], [1][2], [1, 2; 3], [1-3], [[1]], [^1], \[1\],
 * [source 1], [doc 1], 【1】, 【1†source】, ［1］, (source 1), (Source: 1 and 2), (source: URL), superscript digits,
 * <sup>1</sup>, <cite>1</cite>, links [text](URL), <a href>, <URL>, and bare addresses. A citation that names evidence
 * becomes a mark; repeated ones in a row become one. Other citations are dropped with the space before them. Footnote
 * definitions ("[^1]: ..." as a line) and lists of references under a heading such as "Sources:" are dropped too, since
 * the reply has a list of its own.
 *
 * Quotations: quotation marks around CITE_QUOTE_WORDS words or more stay only if one of the texts has these words.
 * White space, kinds of quotation marks and dashes, emphasis and citation marks do not count. "..." may leave words
 * out. Punctuation at the end is not compared. If no text has the words, they stay and the quotation marks are dropped.
 *
 * These look like citations and stay as they are:
 * - code: ``` and ~~~ blocks and `spans`, byte for byte, where text/markdown_guard.h takes them for code;
 * - numbers of 1,000 and more that name no evidence ([2019] is a year), and intervals ([0, 1]);
 * - indexes: my_list[3] (a name with an underscore), x[9] (a small letter that is no unit; unless it names evidence),
 *   \sqrt[3];
 * - (1) without a word such as "source"; exponents and isotopes: m², 10⁶, ¹⁴C;
 * - e-mail addresses, and names like example.org without a path.
 *
 * DESIGN: plain text passes at once, except the last word of a delta. It waits for the next character, since "example"
 * may become "example.org/x". Text that may become a mark, a link, an address or a quotation waits until that is
 * decided, at most CITE_HELD_MAX bytes. The time is linear in the text, times a constant of that size.
 * OWNERSHIP: everything is in the arena; sources and texts are borrowed.
 * THREADS: one at a time. */
#ifndef CITE_CITE_GUARD_H
#define CITE_CITE_GUARD_H

#include "evidence/evidence.h"

enum {
    CITE_HELD_MAX = 4096,    /* the most bytes that are held back */
    CITE_QUOTE_WORDS = 5,    /* the shortest quotation that is checked; shorter ones are often just terms */
    CITE_QUOTE_BYTES = 1500, /* a longer quotation cannot be held back, so it loses its quotation marks */
    CITE_QUOTE_CHECKS = 500  /* checked quotations of one answer; later ones lose their quotation marks */
};

struct cite_evidence {
    struct source *const *sources; /* as numbered for the model, from 1 */
    size_t source_count;
    const struct slice *texts; /* the texts that the model was given to read */
    size_t text_count;
};

struct cite_output {
    /* text: valid UTF-8 of whole characters, never empty, valid during the call. Both return false to stop. */
    bool (*text)(void *ud, struct slice text);
    bool (*mark)(void *ud, struct source *source);
    void *ud;
};

struct cite_guard;

struct cite_guard *cite_guard_new(struct arena *a, const struct cite_evidence *evidence,
                                  const struct cite_output *output);
/* Takes the next piece of the text: valid UTF-8 of whole characters. False once a callback has returned false. */
MUST_USE bool cite_guard_feed(struct cite_guard *g, struct slice delta);
/* Ends the text: decides about everything that was held back. Do not feed afterwards. False as above. */
MUST_USE bool cite_guard_finish(struct cite_guard *g);

#endif
