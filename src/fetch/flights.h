/* flights.h - makes one request for a page that several threads want at the same time (single flight).
 *
 * The first thread that joins a flight fetches the page. The others wait until the flight lands, and copy the page.
 *
 * THREADS: any; one private lock. */
#ifndef FETCH_FLIGHTS_H
#define FETCH_FLIGHTS_H

#include "fetch/fetch.h"

struct flights;
struct flight;

struct flights *flights_new(void);
void flights_free(struct flights *f); /* NULL is fine */

/* If *mine is true, the caller must fetch the page and call flight_land(). If not, it calls flight_landed() now and
 * then. */
struct flight *flight_join(struct flights *f, struct slice key, bool *mine);
/* Ends the caller's own flight. page NULL gives up; then one of the waiting threads must fetch the page. */
void flight_land(struct flights *f, struct flight *flight, const struct fetch_page *page);

enum landing { STILL_FLYING, LANDED, GIVEN_UP };
/* LANDED: *out is a copy of the page in the arena. After LANDED and GIVEN_UP the caller has left the flight. */
enum landing flight_landed(struct flights *f, struct flight *flight, struct arena *a, struct fetch_page *out);
/* Leaves a flight whose page is no longer wanted. */
void flight_leave(struct flights *f, struct flight *flight);

#endif
