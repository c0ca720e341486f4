/* cite_mark.h - the ways in which language models write a citation by number. */
#ifndef CITE_MARK_H
#define CITE_MARK_H

#include "cite/cite_peek.h"

enum { CITE_MARK_BYTES = 96, CITE_MARK_NUMBERS = 32 };

struct cite_mark {
    size_t n; /* bytes of the text that are the mark */
    unsigned named[CITE_MARK_NUMBERS]; /* numbers from 1 to source_count, in the order written */
    size_t named_count;
    unsigned largest; /* of all numbers written */
    bool interval;    /* "[0, 1]" */
    bool line;        /* "[^1]" or "[1]": with a colon behind it at the start of a line, a definition */
};

/* A mark at the start of text, in brackets: [..], [[..]], \[..\], 【..】, ［..］, (source ..). */
enum cite_reading cite_read_mark(struct slice text, bool final, size_t source_count, struct cite_mark *out);
/* Only what stands inside (brackets are optional), up to `closer`, which counts as read: "1, 2</sup>". */
enum cite_reading cite_read_numbers(struct slice text, bool final, size_t source_count, const char *closer,
                                    struct cite_mark *out);
/* A run of superscript digits: one number where it names evidence, else each digit for itself. */
enum cite_reading cite_read_superscript(struct slice text, bool final, size_t source_count, struct cite_mark *out);
/* The digit of a superscript character; -1 for any other. */
int cite_superscript_digit(uint32_t c);
/* Moves over a word that announces a source ("Source: ", "Quellen "), in a few languages. */
bool cite_take_word(struct cite_peek *p);

#endif
