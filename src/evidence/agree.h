/* agree.h - what several independent sites say to the same question: how many agree, and whether one says otherwise.
 *
 * Reads the answer's value (a date, a number with its unit, a person, a place) off the sentences that were chosen,
 * finds other pages' sentences that answer the same, and groups them by equal values. Hosts of one owner (net/url.h,
 * url_site) and copies of a text count as one site. A conflict that is none harms more than one that is missed: it
 * takes sentences about the same thing, each with one value of that kind in the same role, values that rounding, bounds
 * and ranges cannot reconcile, and nothing that hints at another time or a part. One thread; everything lives in the
 * arena. */
#ifndef EVIDENCE_AGREE_H
#define EVIDENCE_AGREE_H

#include "evidence/rank.h"

enum {
    AGREE_SENTENCES_MAX = 64, /* looked at, in the order of the ranking */
    AGREE_VALUES_MAX = 4,
};

struct agreed_value {
    struct slice text;                 /* as the best of its sentences writes it: "320 m" */
    const struct sentence **sentences; /* best first */
    size_t count;
    struct slice *names; /* of the sites, one for each independent one */
    struct slice *dates; /* beside names: the newest date of a page, or empty */
    unsigned sites;      /* independent ones */
    struct slice newest; /* YYYY-MM-DD, or empty */
};

struct agreement {
    struct agreed_value *values; /* the answer's first; none when there is no value to compare */
    size_t n;
    bool conflict;
    unsigned sites; /* independent ones together */
};

/* chosen: the answer's sentences, best first, all of the view. */
struct agreement agree_read(struct arena *a, const struct view *view, const struct need *need,
                            const struct ranking *ranking, const struct sentence *const *chosen, size_t chosen_count);

/* The same for values that were read already: each with the sentence it stands in, and a number of its group; group 0 is
 * the answer's, and values of other groups contradict it. */
struct agree_reading {
    const struct sentence *sentence;
    struct slice text;
    size_t group; /* below AGREE_VALUES_MAX */
};
struct agreement agree_of_readings(struct arena *a, const struct view *view, const struct agree_reading *readings, size_t n);

/* "a.example and b.example say 300 m; c.example (2019-05-02) says 320 m." Empty when there is no value. */
struct slice agree_reasoning(struct arena *a, const struct agreement *agreement);

#endif
