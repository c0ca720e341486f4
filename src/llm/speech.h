/* speech.h - what a model says, put together from deltas: whole characters, thinking apart from text, and a stop to what
 * never ends. Pure but for the two callbacks.
 *
 * Servers cut between tokens, and a token may be part of a character: raw bytes that are no UTF-8 by themselves, or half of
 * a surrogate pair. JSON forbids both, so speech_mend rewrites a chunk before it is parsed, each such byte as a carrier
 * (U+10FE00 plus the byte, in a private plane), and speech puts the carriers of several deltas together again.
 *
 * <think>...</think> is reasoning wherever it stands, also cut anywhere. A closing tag that nothing opened means that the
 * model's template opens it by itself: `unopened` says so, and what was text until then is moved to reasoning. */
#ifndef LLM_SPEECH_H
#define LLM_SPEECH_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    SPEECH_UNIT_BYTES = 600, /* longest unit whose repetition is noticed: 200 characters of three bytes */
    SPEECH_UNIT_TIMES = 6,   /* so often in a row, and */
    SPEECH_REPEAT_BYTES = 800, /* at least so many bytes of it, is endless */
    SPEECH_REASONING_BYTES = 4 * 1024 * 1024,
};

struct speech_joiner { /* bytes of a character that has not come whole */
    unsigned char held[6];
    size_t n;
};

struct speech {
    bool (*on_text)(void *ud, struct slice delta); /* either may be NULL */
    bool (*on_reasoning)(void *ud, struct slice delta);
    void *ud;
    struct buf text, reasoning; /* all of it; text without the white space before it */
    struct speech_joiner text_joiner, reasoning_joiner;
    struct buf joined;  /* one delta, mended */
    char tag[16];       /* the beginning of what may be a tag */
    size_t tag_bytes;
    bool inside;        /* of a <think> block */
    bool assumed;       /* inside only because thinks_first said so */
    bool unopened;      /* a closing tag came that nothing opened */
    size_t blank_bytes; /* of white space before the text */
    size_t text_looked, reasoning_looked; /* lengths at the last look for repetition */
    /* Why no more is taken: */
    bool called_off, too_long, repeated;
};

void speech_init(struct speech *s, size_t max_text_bytes, bool thinks_first, bool (*on_text)(void *, struct slice),
                 bool (*on_reasoning)(void *, struct slice), void *ud);
/* Valid UTF-8 with carriers. False: no more is taken, one of the three flags says why. */
bool speech_add(struct speech *s, struct slice delta);
bool speech_add_reasoning(struct speech *s, struct slice delta);
/* What was held back is given out. Thinking that was assumed and never ended was text, if it is given. */
bool speech_end(struct speech *s, bool whole);
bool speech_began(const struct speech *s); /* something was said or thought */
void speech_release(struct speech *s);

/* A JSON text with carriers for bytes that are no UTF-8 and for halves of surrogate pairs, and U+FFFD for NUL. */
struct slice speech_mend(struct arena *a, struct slice json);
/* Whether the end of text is one unit over and over. At most SPEECH_UNIT_BYTES times SPEECH_UNIT_TIMES comparisons. */
bool speech_repeats(struct slice text);

#endif
