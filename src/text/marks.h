/* marks.h - the punctuation of all writing systems, as sets of characters. It belongs to no single language, so it is
 * not in lang/.
 *
 * A set is a string of its characters in UTF-8. Any thread. */
#ifndef TEXT_MARKS_H
#define TEXT_MARKS_H

#include "base/slice.h"

#define MARK_APOSTROPHE "\u2019"
#define MARK_BULLET "\u2022"
#define MARK_DAGGER "\u2020"
#define MARK_ELLIPSIS "\u2026"
#define MARK_EM_DASH "\u2014"
#define MARK_EN_DASH "\u2013"
#define MARK_MINUS "\u2212"
#define MARK_NEARLY "\u2248"
#define MARK_OPEN_EXCLAMATION "\u00A1"
#define MARK_OPEN_QUESTION "\u00BF"
#define MARK_QUOTE_CLOSE "\u201D"
#define MARK_QUOTE_OPEN "\u201C"
#define MARK_GUILLEMET_CLOSE "\u00BB"
/* Chinese and Japanese. */
#define MARK_WIDE_BRACKET_CLOSE "\uFF09"
#define MARK_WIDE_BRACKET_OPEN "\uFF08"
#define MARK_WIDE_COLON "\uFF1A"
#define MARK_WIDE_COMMA "\uFF0C"
#define MARK_WIDE_CORNER_CLOSE "\u300D"
#define MARK_WIDE_ENUMERATION "\u3001"
#define MARK_WIDE_EXCLAMATION "\uFF01"
#define MARK_WIDE_QUESTION "\uFF1F"
#define MARK_WIDE_SEMICOLON "\uFF1B"
#define MARK_WIDE_STOP "\u3002"
#define MARK_WIDE_TITLE_CLOSE "\u300B"
#define MARK_WIDE_TITLE_OPEN "\u300A"

#define MARKS_QUESTION "?" MARK_WIDE_QUESTION
#define MARKS_WIDE_END MARK_WIDE_STOP MARK_WIDE_EXCLAMATION MARK_WIDE_QUESTION
#define MARKS_SENTENCE_END ".!?:" MARK_ELLIPSIS MARKS_WIDE_END
/* May follow the end of a sentence and still belong to it. */
#define MARKS_CLOSING                                                                                                  \
    "\"')]*_" MARK_QUOTE_CLOSE MARK_APOSTROPHE MARK_GUILLEMET_CLOSE MARK_QUOTE_OPEN MARK_WIDE_CORNER_CLOSE
/* End a part of a sentence. */
#define MARKS_CLAUSE                                                                                                   \
    ",;:()" MARK_EN_DASH MARK_EM_DASH MARK_WIDE_COMMA MARK_WIDE_ENUMERATION MARK_WIDE_SEMICOLON MARK_WIDE_COLON        \
        MARK_WIDE_BRACKET_OPEN MARK_WIDE_BRACKET_CLOSE MARK_WIDE_STOP
/* Follow a word without a space. */
#define MARKS_AFTER_WORD                                                                                               \
    ".,;:!?)]}" MARK_GUILLEMET_CLOSE MARK_QUOTE_CLOSE MARK_APOSTROPHE MARK_ELLIPSIS MARKS_WIDE_END MARK_WIDE_COMMA     \
        MARK_WIDE_ENUMERATION MARK_WIDE_SEMICOLON MARK_WIDE_COLON MARK_WIDE_BRACKET_CLOSE MARK_WIDE_CORNER_CLOSE
/* At the end of a question, also of one that was cut off: they add nothing to it. */
#define MARKS_AFTER_QUESTION "?!., " MARK_OPEN_QUESTION MARK_OPEN_EXCLAMATION MARKS_WIDE_END MARK_ELLIPSIS
#define MARKS_WIDE_AFTER_QUESTION "?!. " MARKS_WIDE_END MARK_WIDE_COMMA
#define MARKS_WIDE_AFTER_GREETING "!, ~" MARK_WIDE_COMMA MARK_WIDE_STOP MARK_WIDE_EXCLAMATION
#define MARKS_WIDE_BETWEEN                                                                                             \
    ",?! " MARK_WIDE_COMMA MARKS_WIDE_END MARK_WIDE_ENUMERATION MARK_WIDE_TITLE_OPEN MARK_WIDE_TITLE_CLOSE             \
        MARK_QUOTE_OPEN MARK_QUOTE_CLOSE
/* Between the items of a list (first set), and before an item that has its own line (second set). */
#define MARKS_WIDE_LIST MARK_WIDE_ENUMERATION MARK_WIDE_COMMA MARK_WIDE_SEMICOLON
#define MARKS_BULLET "-*+" MARK_BULLET MARK_EN_DASH
/* Before a number that is not exact. */
#define MARKS_ABOUT "~" MARK_NEARLY

/* The bytes of the character that the text starts with, or ends with, if it is in the set; else 0. */
size_t mark_starts(struct slice text, const char *set);
size_t mark_ends(struct slice text, const char *set);
/* The offset of the first character of the set; text.n if there is none. */
size_t mark_find(struct slice text, const char *set);

#endif
