/* unit.h - what every cmocka test includes, in the order that cmocka wants. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/slice.h"

#define assert_slice(got, expected)                                                                                    \
    do {                                                                                                               \
        struct slice got_ = (got);                                                                                     \
        struct slice want_ = slice_of(expected);                                                                       \
        if (!slice_eq(got_, want_))                                                                                    \
            fail_msg("got \"%.*s\", expected \"%.*s\"", SLICE_ARGS(got_), SLICE_ARGS(want_));                          \
    } while (0)

/* Older cmocka compares floats only. */
#define assert_near(got, expected, most)                                                                               \
    do {                                                                                                               \
        double near_got_ = (got), near_want_ = (expected);                                                             \
        if (!(near_got_ - near_want_ <= (most) && near_want_ - near_got_ <= (most)))                                   \
            fail_msg("got %.12g, expected %.12g", near_got_, near_want_);                                              \
    } while (0)

#endif
