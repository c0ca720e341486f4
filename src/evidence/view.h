/* view.h - the passages chosen for one question, cut into sentences and words; every ranking and filling reads it.
 *
 * Pages belong to the session's evidence, which several views may share. Stems are numbered (1, 2, …) so that rankings compare numbers. */
#ifndef EVIDENCE_VIEW_H
#define EVIDENCE_VIEW_H

#include "evidence/evidence.h"
#include "evidence/need.h"

struct evidence_passage {
    const struct passage *passage;
    struct source *source;
};

struct sentence {
    struct slice text;  /* exact bytes of the passage */
    struct words words; /* offsets count from text's start; of a packed view .at is NULL, see view_words */
    uint32_t *stems;    /* numbers of the words' stems; of a packed view NULL, see view_word_stem */
    struct evidence_passage *passage;
    size_t passage_rank; /* 0 is the best passage */
    size_t number;       /* in its passage */
    size_t offset;       /* of text in the page, bytes */
    size_t length;       /* words, as a reader counts them */
};

struct view_passage {
    size_t first, count; /* its sentences in view.sentences */
    struct words title;
    uint32_t *title_stems;
    const struct lang *lang;
};

struct view_form;
struct packed_word;

/* Of a packed view: what its words are unpacked from. */
struct view_packed {
    struct packed_word **words, **titles; /* by sentence, by passage rank */
    const struct view_form *forms;        /* the distinct words */
    const char *text;                     /* of them */
    const char *stem_text;                /* of all stems, by number one after the other */
    const uint16_t *stem_end;             /* by number: where its text ends */
    const uint16_t *stems_sorted;         /* their numbers in the order of their bytes */
};

struct view {
    struct sentence *sentences; /* by passage rank, then in the order of the text */
    size_t sentence_count;
    struct evidence_passage *chosen; /* best first */
    struct view_passage *passages;   /* beside chosen */
    size_t passage_count;
    struct slice *stems; /* by number; 0 is none; of a packed view NULL, see view_stem_text */
    size_t stem_room;
    uint32_t *table; /* open hash: numbers of stems; of a packed view NULL */
    uint32_t table_room, stem_count;
    struct view_packed *packed; /* NULL: sentences and titles have their words */
};

/* Takes the hits of a search, best first. */
struct view *view_new(struct arena *a, struct evidence *ev, const struct index_hits *hits, size_t max_passages);

/* Some of its passages, by their ranks in v, without cutting them again: words and stems are those of v, which has to outlive
 * it. v is not packed. */
struct view *view_pick(struct arena *a, const struct view *v, const size_t *ranks, size_t n);

/* The same in a third of the memory, for one who reads the words of a few sentences now and then. Everything but the
 * passages and their pages is in the arena. Sentences and titles have no words there, only their number. NULL: it has too many
 * different words, or too long ones. */
struct view *view_pack(struct arena *a, const struct view *v);
/* The words of a sentence, and of the title of a passage, of any view. What has to be unpacked is made in the arena. */
struct words view_words(struct arena *a, const struct view *v, size_t sentence);
struct words view_title(struct arena *a, const struct view *v, size_t rank);

/* Of a word of a sentence of any view: its WORD_ flags. */
unsigned view_word_flags(const struct view *v, size_t sentence, size_t word);
/* The number of the stem of a word of a sentence, or of a title, of any view. */
uint32_t view_word_stem(const struct view *v, size_t sentence, size_t word);
uint32_t view_title_stem(const struct view *v, size_t rank, size_t word);
/* number is at least 1. */
struct slice view_stem_text(const struct view *v, uint32_t number);

/* The stem's number, 0 when no sentence or title has it. */
uint32_t view_stem(const struct view *v, struct slice stem);
uint32_t view_packed_stem(const struct view *v, struct slice stem); /* the same, of a packed view */

#endif
