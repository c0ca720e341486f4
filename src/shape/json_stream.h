/* json_stream.h - reports the members of a JSON document while a language model is still writing it.
 *
 * A property of the top level is reported once its value is complete and settled (repair.h), and once every property
 * before it in the schema was reported; one that comes early waits. A property that is missing or cannot be settled
 * holds back all those behind it. The first byte that JSON would refuse ends the reports. The owner repairs the whole
 * reply when it has ended and decides about the rest. Nothing is reported where the top level is no plain object: $ref
 * beside other keywords, anyOf, enum, minProperties beyond the required ones, maxProperties.
 *
 * OWNERSHIP: everything lives in the arena.
 * THREADS: one. Time is linear in the reply, except for the settling (bounded, repair.h). */
#ifndef SHAPE_JSON_STREAM_H
#define SHAPE_JSON_STREAM_H

#include "shape/repair.h"

enum { JSON_STREAM_BYTES = 1 << 20 }; /* of a reply; what comes after that is ignored */

struct json_stream;

/* member gets property number i of the root, in rising order and each at most once; v is in the arena. It returns
 * false when it wants no more. */
struct json_stream *json_stream_new(struct arena *a, const struct shape *shape,
                                    bool (*member)(void *ud, size_t i, const struct value *v), void *ud);
/* The next piece of the model's reply, cut anywhere between characters. False: member wants no more. */
MUST_USE bool json_stream_feed(struct json_stream *s, struct slice delta);

#endif
