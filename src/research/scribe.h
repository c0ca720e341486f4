/* scribe.h - takes down what a language model writes: sentence by sentence, each held against the evidence.
 *
 * Text and marks come from the citation guard. A mark stays only where a span of that page supports what the sentence
 * has said so far; a sentence that ends without a mark gets that of the page which supports it best, if any does. So
 * what a reader sees cited was checked, whatever the model claimed.
 *
 * With a sink the text goes out as it comes (only the white space between two sentences waits for the next one); without
 * one it is a draft, which may be mended before scribe_send. One thread; lives in the session's arena. */
#ifndef RESEARCH_SCRIBE_H
#define RESEARCH_SCRIBE_H

#include "evidence/align.h"
#include "research/briefing.h"
#include "research/compose.h"

enum {
    SCRIBE_MARKS_MAX = 4,              /* of a sentence */
    SCRIBE_SPACE_MAX = 64,             /* bytes of white space in a row; more is nobody's */
    SCRIBE_ALIGNED_MAX = 1000,         /* times that a text is held against the evidence: what comes later is stated by no page */
    SCRIBE_ALIGNED_BYTES = 256 * 1024, /* of it, all times together */
};

struct said { /* one sentence of the answer */
    struct slice text; /* with the white space before it */
    struct source *marks[SCRIBE_MARKS_MAX];
    size_t at[SCRIBE_MARKS_MAX]; /* byte of text behind which the mark stands */
    size_t mark_count;
    size_t refused; /* marks that no span supports */
    struct alignment alignment;
    bool claims;  /* states something: has enough telling words */
    bool settled; /* the check by the model supports it although words do not align */
    const struct sentence *witness; /* with settled: the sentence that the model quoted */
};

struct scribe {
    struct session *session;
    const struct briefing *briefing;
    struct aligner *aligner;
    struct compose *compose; /* NULL: a draft */
    struct slice question;
    struct buf current; /* of the sentence that is being written */
    struct buf unsent;  /* what goes out when the model's piece has been taken down: one piece for one */
    struct said now;
    size_t aligned_at; /* length of `current` that now.alignment is of */
    size_t aligned, aligned_bytes; /* of this text so far */
    bool ended;        /* a sentence end and white space stand at the end of `current` */
    size_t space;      /* bytes of white space at its end that were not sent yet */
    bool marked_after; /* a mark came after that white space: "Varga [1]." */
    bool failed;       /* the index could not be read; *error says why */
    struct err error;
    struct said *said;
    size_t said_count, said_room;
};

/* compose NULL: a draft. */
struct scribe *scribe_new(struct session *s, const struct briefing *b, struct slice question, struct compose *compose);
/* For cite_output. False: nobody listens, or the index failed. */
bool scribe_text(void *ud, struct slice text);
bool scribe_mark(void *ud, struct source *source);
/* Ends the last sentence. */
bool scribe_finish(struct scribe *sc);
/* Composes a draft. */
void scribe_send(struct scribe *sc, struct compose *c);
/* The claim that the answer makes, out of what supports its sentences. */
struct claim scribe_claim(struct scribe *sc, double answerable);

#endif
