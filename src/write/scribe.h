/* scribe.h - takes down what a language model writes, sentence by sentence, and compares each with the evidence.
 *
 * Text and marks come from the citation guard (cite/cite_guard.h). A mark stays only where that page supports what the
 * sentence has said so far. A sentence that ends without a mark gets the mark of the page that supports it best, if one
 * does. So each citation that a reader sees was checked, whatever the model claimed.
 *
 * There are two ways. With a compose the text is sent as it comes; only white space between two sentences waits for the
 * next one. A sentence that claims something and ends without a mark gets UNSUPPORTED_SIGN there, or as the world's
 * setting `unsupported` says. Without a compose it is a draft, which can be changed before scribe_send.
 *
 * OWNERSHIP: lives in the session's arena.
 * THREADS: one. */
#ifndef WRITE_SCRIBE_H
#define WRITE_SCRIBE_H

#include "evidence/align.h"
#include "session/briefing.h"
#include "session/compose.h"
#include "write/scribe_line.h"

enum {
    SCRIBE_MARKS_MAX = 4,              /* in one sentence */
    SCRIBE_SPACE_MAX = 64,             /* bytes of white space in a row; the rest is dropped */
    SCRIBE_ALIGNED_MAX = 1000,         /* comparisons for one text; later sentences count as stated by no page */
    SCRIBE_ALIGNED_BYTES = 256 * 1024, /* bytes compared, in all these together */
};

/* Ends a sentence of a stream that no page states. */
#define UNSUPPORTED_SIGN "[?]"

struct said {          /* one sentence of the answer */
    struct slice text; /* with the white space before it */
    struct source *marks[SCRIBE_MARKS_MAX];
    size_t at[SCRIBE_MARKS_MAX]; /* the mark stands after so many bytes of text */
    size_t mark_count;
    size_t refused; /* how many marks of the model no span supported */
    struct alignment alignment;
    bool claims;                    /* it has enough telling words to state something, and does not refuse */
    bool refuses;                   /* it says that the sources have no answer; no page can state that */
    enum scribe_line_kind line;     /* what is no text and no row states nothing */
    bool starts;                    /* it begins a line */
    bool dropped;                   /* UNSUPPORTED_DROP: it was held back and never sent */
    bool settled;                   /* model_check found support, though its words do not align */
    const struct sentence *witness; /* with settled: the sentence that the model quoted */
};

struct scribe {
    struct session *session;
    const struct briefing *briefing;
    struct aligner *aligner;
    struct compose *compose; /* NULL: a draft */
    struct slice question;
    struct buf current; /* the sentence that is being written */
    struct buf unsent;  /* sent when the model's piece is taken down, so that one piece becomes one piece */
    struct said now;
    size_t aligned_at;             /* the length of `current` when now.alignment was made */
    size_t aligned, aligned_bytes; /* comparisons and their bytes so far */
    bool ended;                    /* `current` ends in a sentence end and white space */
    size_t space;                  /* bytes of white space at its end, not sent yet */
    bool marked_after;             /* a mark came after that white space, as in "Varga [1]." */
    bool pipe;                     /* `current` ends in the "|" that closes a cell, which was not sent yet */
    struct slice label;            /* "Height:" before the current sentence on its line: it is a value of that */
    bool in_code;                  /* between two fences */
    enum scribe_line_kind before;  /* of the last line */
    bool failed;                   /* the index could not be read; *error says why */
    struct err error;
    struct said *said;
    size_t said_count, said_room;
};

/* compose NULL: makes a draft. question: what the text answers, for alignment. */
struct scribe *scribe_new(struct session *s, const struct briefing *b, struct slice question, struct compose *compose);
/* The callbacks of struct cite_output; ud is the scribe. False: nobody listens, or the index failed (sc->failed). */
bool scribe_text(void *ud, struct slice text);
bool scribe_mark(void *ud, struct source *source);
/* Ends the last sentence. False as above. */
bool scribe_finish(struct scribe *sc);
/* Adds a draft, with its marks, to a compose. */
void scribe_send(struct scribe *sc, struct compose *c);
/* Takes out of a draft what claims something without a mark, and headings, labels and header rows behind which nothing
 * is left then. Returns how many claims there were. */
size_t scribe_drop(struct scribe *sc);
/* How many sentences claim something and carry no mark; those that were dropped count as well. */
size_t scribe_unsupported(const struct scribe *sc);
/* The answer's claim: the spans that support its sentences, and a probability. answerable: the probability that the
 * pages answer the question, as the judge step estimated it. */
struct claim scribe_claim(struct scribe *sc, double answerable);

#endif
