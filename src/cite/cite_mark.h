/* cite_mark.h - recognises citations by number in the forms that language models write. cite_peek.h explains the
 * answers of readers. */
#ifndef CITE_CITE_MARK_H
#define CITE_CITE_MARK_H

#include "cite/cite_peek.h"

enum { CITE_MARK_BYTES = 96, CITE_MARK_NUMBERS = 32 };

struct cite_mark {
    size_t n;                          /* bytes of the mark */
    unsigned named[CITE_MARK_NUMBERS]; /* its numbers from 1 to source_count, in their order */
    size_t named_count;
    unsigned largest; /* the largest of all its numbers */
    bool interval;    /* "[0, 1]" */
    bool line;        /* "[^1]" or "[1]": a definition if it starts a line and a colon follows */
};

/* A mark at the start of text, in brackets: [..], [[..]], \[..\], 【..】, ［..］, (source ..). */
enum cite_reading cite_read_mark(struct slice text, bool final, size_t source_count, struct cite_mark *out);
/* The inside of a mark, with or without brackets, up to `closer` and including it: "1, 2</sup>". */
enum cite_reading cite_read_numbers(struct slice text, bool final, size_t source_count, const char *closer,
                                    struct cite_mark *out);
/* A run of superscript digits. It is one number if that names evidence, else each digit is a number. */
enum cite_reading cite_read_superscript(struct slice text, bool final, size_t source_count, struct cite_mark *out);
/* The digit of a superscript character; -1 for other characters. */
int cite_superscript_digit(uint32_t c);
/* Moves over a word that announces a source ("Source: ", "Quellen "; LANG_CITE_WORDS of all languages). */
bool cite_take_word(struct cite_peek *p);

#endif
