/* cite_guard.h - what stands between a language model and a reader: no citation, address or quotation gets through
 * that the evidence does not have.
 *
 * A filter over a stream. Text goes in as the model sends it, cut anywhere between two characters; what comes out, by
 * callbacks, is clean text and marks. A mark is handed over as its source, so that the caller writes its own [k]
 * (evidence_cite) and knows the code points for the annotation. The output does not depend on where the input was cut,
 * except for how the text is dealt out over calls of text().
 *
 * Marks: [1], [1][2], [1, 2; 3], [1-3], [[1]], [^1], \[1\], [source 1], [doc 1], 【1】, 【1†source】, ［1］, (source 1),
 * (Source: 1 and 2), (source: URL), superscript digits, <sup>1</sup>, <cite>1</cite>, links [text](URL), <a href>,
 * <URL>, and addresses in the open. Those that name evidence become marks, the same one once in a row; the others
 * vanish with the space before them. Also dropped: footnote definitions ("[^1]: ..." as a line) and a list of references
 * under a heading such as "Sources:", since the reply has a list of its own.
 *
 * What stays text, by decision:
 * - code: ``` and ~~~ blocks and `spans`, byte for byte;
 * - a number of 1,000 or more that names no evidence: [2019] is a year; [0, 1], an interval; my_list[3] (a name with an
 *   underscore before it), x[9] (a small letter before it that is no unit, unless it names evidence), \sqrt[3];
 * - (1) without a word such as "source"; m², 10⁶, ¹⁴C: exponents and isotopes;
 * - e-mail addresses, and names like example.org without a path;
 * - quotation marks around fewer than CITE_QUOTE_WORDS words. Longer quotations must stand in one of the texts word for
 *   word (white space, kinds of quotation marks and dashes, emphasis and marks set aside; "..." may leave something out;
 *   the punctuation at the end is the author's). Otherwise their quotation marks are dropped and the words stay.
 *
 * Latency: plain text passes up to the word that a delta ends in, which waits for the character behind it ("example"
 * may become "example.org/x"). What may still turn out to be a mark, a link, an address or a quotation waits until that
 * is decided, never more than CITE_HELD_MAX bytes of it. Time is linear in the text times a constant of that size.
 *
 * One thread at a time. Everything lives in the arena; the sources and texts are borrowed. */
#ifndef CITE_GUARD_H
#define CITE_GUARD_H

#include "evidence/evidence.h"

enum {
    CITE_HELD_MAX = 4096,    /* bytes held back at most */
    CITE_QUOTE_WORDS = 5,    /* from here on quotation marks claim words of a source */
    CITE_QUOTE_BYTES = 1500, /* a longer quotation cannot be held back: its quotation marks go */
    CITE_QUOTE_CHECKS = 500  /* quotations of one answer that are looked up; later ones lose their quotation marks */
};

struct cite_evidence {
    struct source *const *sources; /* as numbered for the model, from 1 */
    size_t source_count;
    const struct slice *texts; /* what the model was given to read */
    size_t text_count;
};

struct cite_output {
    /* Valid UTF-8, never cutting a character, never empty; good for the call only. False: nobody listens any more. */
    bool (*text)(void *ud, struct slice text);
    bool (*mark)(void *ud, struct source *source);
    void *ud;
};

struct cite_guard;

struct cite_guard *cite_guard_new(struct arena *a, const struct cite_evidence *evidence,
                                  const struct cite_output *output);
/* The next piece of the model's text: valid UTF-8, no character cut. False: nobody listens any more. */
MUST_USE bool cite_guard_feed(struct cite_guard *g, struct slice delta);
/* The text is complete: decides about what is held back. Nothing may be fed afterwards. */
MUST_USE bool cite_guard_finish(struct cite_guard *g);

#endif
