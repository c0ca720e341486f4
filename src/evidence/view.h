/* view.h - the passages chosen for one question, cut into sentences and words. Ranking and filling read it.
 *
 * The sentences, which are what can be cited, are in plain arrays. Words are read line by line with view_line() and
 * view_word(). A line is a sentence, the title of a passage, or what is above a passage (its headings, its lead-in);
 * view_line_of(), view_title_line() and view_above_line() give its number. A packed view has no words above passages.
 * Stems are numbered 1, 2, …, so that rankings compare numbers instead of text.
 *
 * DESIGN: words take most of a view's memory. Only view.c and view_pack.c know that there are two ways to keep them.
 * view_new() keeps them as words_split() returns them, since rankings read them again and again. view_pack() keeps them
 * in a third of the memory, for a session that waits for a language model. The same functions read both kinds.
 * OWNERSHIP: sources belong to the session's evidence, which several views may share. Passages belong to the hits. The
 * rest is in the arena.
 * THREADS: one at a time; two threads may read one view if each passes its own arena. */
#ifndef EVIDENCE_VIEW_H
#define EVIDENCE_VIEW_H

#include "evidence/evidence.h"
#include "evidence/need.h"

struct evidence_passage {
    const struct passage *passage;
    struct source *source;
};

struct sentence {
    struct slice text; /* exact bytes of the passage */
    enum block_kind kind;
    bool opens; /* its block: the first sentence of an item, row, … */
    /* Numbers of sentences of the same passage; SENTENCE_NONE where there is none, or it is before the passage. */
    uint32_t under;              /* the heading or term that it stands under */
    uint32_t lead;               /* what leads in to its list, table, code or paragraph: see struct block */
    uint32_t run_first, run_end; /* its list, table or piece of code; else its block */
    struct evidence_passage *passage;
    size_t passage_rank; /* 0 is the best passage */
    size_t number;       /* its index within its passage */
    size_t offset;       /* bytes from the start of the page to text */
    size_t length;       /* words as a reader counts them (words_count) */
    size_t word_count;   /* words of its line; more than length where pairs of characters are words */
};

#define SENTENCE_NONE UINT32_MAX

struct view_passage {
    size_t first, count; /* its sentences in view.sentences */
    size_t title_words;  /* word count of the title's line */
    size_t above_words;  /* word count of the line of what is above the passage */
    /* What is above the passage (struct passage), as sentences that can be quoted. They are in no ranking and have no
     * line of their own. None in a packed view. */
    const struct sentence *above;
    size_t above_count;
    const struct lang *lang;
};

struct view {
    struct sentence *sentences; /* by passage rank, then in the order of the text */
    size_t sentence_count;
    struct evidence_passage *chosen; /* best first */
    struct view_passage *passages;   /* parallel to chosen */
    size_t passage_count;
    uint32_t stem_count; /* the highest stem number */
    /* The words: exactly one of the two is set. */
    struct view_full *full;
    struct view_packed *packed;
};

/* Cuts the first max_passages hits of a search (best first) and adds their pages to the evidence. */
struct view *view_new(struct arena *a, struct evidence *ev, const struct index_hits *hits, size_t max_passages);

/* A view of some passages of v, chosen by their ranks, without cutting them again. It shares v's words and stems, so v
 * must outlive it. v must not be packed. */
struct view *view_pick(struct arena *a, const struct view *v, const size_t *ranks, size_t n);

/* A packed copy of v, which must not be packed itself. v may be freed afterwards: everything but passages and sources
 * is copied into the arena. NULL if v is too large for the short form: 65,535 different stems or words, 64 KiB of their
 * text, or a very long sentence or word. */
struct view *view_pack(struct arena *a, const struct view *v);

/* Whether it is a heading or a term: it names what comes next and states nothing. */
static inline bool sentence_names(const struct sentence *s)
{
    return s->kind == BLOCK_HEADING || s->kind == BLOCK_TERM;
}

/* The words of a line. */
struct line {
    struct words words;    /* offsets count from the start of the sentence or the title */
    const uint32_t *stems; /* parallel to words: the numbers of their stems */
};

static inline size_t view_line_of(const struct view *v, const struct sentence *s) /* s is one of v.sentences */
{
    return (size_t)(s - v->sentences);
}

static inline size_t view_title_line(const struct view *v, size_t rank)
{
    return v->sentence_count + rank;
}

static inline size_t view_above_line(const struct view *v, size_t rank)
{
    return v->sentence_count + v->passage_count + rank;
}

static inline size_t view_word_count(const struct view *v, size_t line)
{
    if (line < v->sentence_count)
        return v->sentences[line].word_count;
    line -= v->sentence_count;
    return line < v->passage_count ? v->passages[line].title_words : v->passages[line - v->passage_count].above_words;
}

/* All words of a line. Allocates only for a packed view: about 60 bytes for each word. */
struct line view_line(struct arena *a, const struct view *v, size_t line);

/* One word of a line, for callers that walk over the whole view and need no text. Never allocates. */
struct view_word {
    uint32_t stem;  /* the stem's number */
    unsigned flags; /* WORD_… (text/words.h) */
};
struct view_word view_word(const struct view *v, size_t line, size_t word);

/* The stem's number; 0 if no line has it. */
uint32_t view_stem(const struct view *v, struct slice stem);

#endif
