/* speech.h - puts a model's deltas together: whole characters, reasoning apart from text, and an end to endless
 * repetition.
 *
 * Servers cut between tokens, and a token may be a part of a character: bytes that are no UTF-8 by themselves, or half
 * of a surrogate pair. JSON forbids both. So speech_mend rewrites a chunk before it is parsed, each such byte as a
 * carrier (U+10FE00 plus the byte, in a private plane), and speech_add joins the carriers of several deltas again.
 *
 * <think>...</think> is reasoning wherever it appears, and may be cut anywhere. A closing tag that nothing opened
 * means that the template of the model opens the block by itself: `unopened` is set, and the text until then becomes
 * reasoning.
 *
 * THREADS: one at a time; callbacks run on it. */
#ifndef LLM_SPEECH_H
#define LLM_SPEECH_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    SPEECH_UNIT_BYTES = 600,   /* longest unit whose repetition is noticed: 200 characters of three bytes */
    SPEECH_UNIT_TIMES = 6,     /* so often in a row, and */
    SPEECH_REPEAT_BYTES = 800, /* at least so many bytes of it, is endless */
    SPEECH_REASONING_BYTES = 4 * 1024 * 1024,
};

struct speech_joiner { /* the first bytes of a character whose end has not come */
    unsigned char held[6];
    size_t n;
};

struct speech {
    bool (*on_text)(void *ud, struct slice delta); /* either may be NULL */
    bool (*on_reasoning)(void *ud, struct slice delta);
    void *ud;
    struct buf text, reasoning; /* all of it; text without the white space before it */
    struct speech_joiner text_joiner, reasoning_joiner;
    struct buf joined; /* one delta, mended */
    char tag[16];      /* the beginning of what may be a tag */
    size_t tag_bytes;
    bool inside;                          /* of a <think> block */
    bool assumed;                         /* inside only because thinks_first said so */
    bool unopened;                        /* a closing tag came that nothing opened */
    size_t blank_bytes;                   /* of white space before the text */
    size_t text_looked, reasoning_looked; /* lengths at the last look for repetition */
    /* Why no more is taken: */
    bool called_off, too_long, repeated;
};

void speech_init(struct speech *s, size_t max_text_bytes, bool thinks_first, bool (*on_text)(void *, struct slice),
                 bool (*on_reasoning)(void *, struct slice), void *ud);
/* Valid UTF-8 with carriers. False: no more is taken, one of the three flags says why. */
bool speech_add(struct speech *s, struct slice delta);
bool speech_add_reasoning(struct speech *s, struct slice delta);
/* Gives out what was held back. whole: the reply has ended by itself; reasoning that was only assumed and never closed
 * then becomes text. */
bool speech_end(struct speech *s, bool whole);
bool speech_began(const struct speech *s); /* something was said or thought */
void speech_release(struct speech *s);

/* A JSON text with carriers for bytes that are no UTF-8 and for halves of surrogate pairs, and U+FFFD for NUL. */
struct slice speech_mend(struct arena *a, struct slice json);

#endif
