/* stream.h - a valid JSON document out of a language model's reply, while the reply is still coming.
 *
 * What goes out is, byte after byte, the beginning of one document that fits the schema; no byte is ever taken back.
 * Properties of the top level come in the schema's order. A property goes out
 * - as a whole, once its value is complete and settled (repair.h) and everything before it went out;
 * - as it grows, when it is a string without limits (no enum, const, pattern, format, length, anyOf), decoded and encoded
 *   again, so that broken escapes come out right;
 * - item by item, when it is an array without uniqueItems, anyOf, enum or const: an item that cannot be settled is left
 *   out, and so is what is beyond maxItems.
 * What comes early waits. What is missing or cannot be settled stops the output until the end, and so does the first
 * byte that JSON would refuse (a comma too many is enough); then the whole reply is repaired, and the filler is asked:
 *
 *   "name"       a required property that is missing, or that has nothing to build on
 *   "name.a[2]"  a place inside a property, or an item of the root array, that is missing or invalid
 *   "name[k]"    items that minItems still wants behind those that went out
 *   ""           the whole document, when nothing at all was found
 *
 * It is never asked for what went out. Optional properties that are missing or invalid are left out; nullable ones are
 * null. Where the top level is no plain object ($ref beside other keywords, anyOf, enum, minProperties beyond what is
 * required, maxProperties) nothing goes out before the end. The document is valid whenever shape_safest can make a valid
 * value of each subschema that is asked for.
 *
 * json_stream_members follows a reply in the same way for an owner who writes the document: he is told each property of the
 * top level whole, once it is complete, settled and its turn, and nothing goes out by itself.
 *
 * One thread. Everything lives in the arena. Costs are linear in the reply, but for the settling (bounded, repair.h). */
#ifndef SHAPE_STREAM_H
#define SHAPE_STREAM_H

#include "shape/repair.h"

enum { JSON_STREAM_BYTES = 1 << 20 }; /* of a reply; what comes after that is ignored */

struct json_stream;

/* text: the next piece of the document, valid UTF-8, never empty, good for the call only. False: nobody listens. */
struct json_stream *json_stream_new(struct arena *a, const struct shape *shape, bool (*text)(void *ud, struct slice piece),
                                    void *ud);
/* member: the value, in the arena, of the root's property number i; in rising order, and each at most once. False: enough. It is only
 * fed, never finished. */
struct json_stream *json_stream_members(struct arena *a, const struct shape *shape,
                                        bool (*member)(void *ud, size_t i, const struct value *v), void *ud);
/* The next piece of the model's reply, cut anywhere between characters. False: nobody listens any more. */
MUST_USE bool json_stream_feed(struct json_stream *s, struct slice delta);
/* The reply is complete: asks the filler (may be NULL) for what is open and sends the rest. *out, in the arena, is the
 * document that went out. False: nobody listens, or no valid value can be made for a place. */
MUST_USE bool json_stream_finish(struct json_stream *s, const struct filler *filler, struct value *out);

#endif
