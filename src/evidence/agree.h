/* agree.h - counts how many independent sites give the same answer, and finds sites that contradict it.
 *
 * The answer's sentences state a value: a date, a number with its unit, a person or a place. agree_read() reads that
 * value, looks for sentences of other pages that answer the same question, and groups all sentences by equal values.
 * The first group agrees with the answer. Each other group contradicts it.
 *
 * DESIGN: hosts of one owner (net/site.h) and copies of one text count as one site. Two pages of one site count once,
 * but they can contradict each other. A false conflict does more harm
 * than a missed one. So two sentences conflict only if they are about the same thing, each has a single value of the
 * kind in the same role, no rounding, bound or range reconciles the values, and nothing in them points to another time
 * or to a part of the thing.
 * OWNERSHIP: everything is in the arena; sentences belong to the view.
 * THREADS: one at a time for each arena. */
#ifndef EVIDENCE_AGREE_H
#define EVIDENCE_AGREE_H

#include "evidence/rank.h"

enum {
    AGREE_SENTENCES_MAX = 64, /* sentences that are read, in the order of the ranking */
    AGREE_VALUES_MAX = 4,
};

struct agreed_value {
    struct slice text;                 /* the value as its best sentence writes it: "320 m" */
    const struct sentence **sentences; /* best first */
    size_t count;
    struct slice *names; /* one for each independent site */
    struct slice *dates; /* parallel to names: the newest date of the site's pages, or empty */
    unsigned sites;      /* how many independent sites */
    struct slice newest; /* the newest date of all its pages: YYYY-MM-DD, or empty */
};

struct agreement {
    struct agreed_value *values; /* the answer's value first; n is 0 when the answer has no value to compare */
    size_t n;
    bool conflict;
    unsigned sites; /* the sum over all values */
};

/* chosen: the answer's sentences, best first; all belong to the view. Without values if need does not ask for a date, a
 * number, a person or a place. */
struct agreement agree_read(struct arena *a, const struct view *view, const struct need *need,
                            const struct ranking *ranking, const struct sentence *const *chosen, size_t chosen_count);

/* The same for values that the caller has already read and grouped. Group 0 is the answer's; the values of the other
 * groups contradict it. Groups are numbered in the order in which they first occur. */
struct agree_reading {
    const struct sentence *sentence;
    struct slice text;
    size_t group; /* below AGREE_VALUES_MAX; others are ignored */
};
struct agreement agree_of_readings(struct arena *a, const struct view *view, const struct agree_reading *readings,
                                   size_t n);

/* "a.example and b.example say 300 m; c.example (2019-05-02) says 320 m." Empty when there is no value. */
struct slice agree_reasoning(struct arena *a, const struct agreement *agreement);

#endif
