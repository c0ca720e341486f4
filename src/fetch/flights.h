/* flights.h - one request for a page that several threads want at the same time.
 *
 * The first to join flies, the others wait for it to land and copy what it brought. Any thread; one private lock. */
#ifndef FETCH_FLIGHTS_H
#define FETCH_FLIGHTS_H

#include "fetch/fetch.h"

struct flights;
struct flight;

struct flights *flights_new(void);
void flights_free(struct flights *f); /* NULL is fine */

/* *mine: fetch the page and call flight_land; otherwise ask flight_landed now and then. */
struct flight *flight_join(struct flights *f, struct slice key, bool *mine);
/* The end for who flies; page NULL: given up, and one of those who wait has to fly again. */
void flight_land(struct flights *f, struct flight *flight, const struct fetch_page *page);

enum landing { STILL_FLYING, LANDED, GIVEN_UP };
/* LANDED: *out has the page, copied into the arena. After LANDED and GIVEN_UP the flight is left. */
enum landing flight_landed(struct flights *f, struct flight *flight, struct arena *a, struct fetch_page *out);
/* Waits no longer. */
void flight_leave(struct flights *f, struct flight *flight);

#endif
