/* weights.h - the encoder for tests that need one; without its weights they are skipped. */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stdio.h>
#include <stdlib.h>

#include "encode/encode.h"
#include "unit.h"

enum { WEIGHTS_PATH_MOST = 4096 };

static char weights_path[WEIGHTS_PATH_MOST]; /* where 'footnote encoder install' puts them; set by the function below */

static inline struct encoder *weights_open_or_skip(void)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool own = cache && cache[0] == '/';
    struct encoder *x;
    struct err e;
    snprintf(weights_path, sizeof weights_path, "%s%s/footnote/encoder-all-MiniLM-L6-v2.1",
             own    ? cache
             : home ? home
                    : "",
             own ? "" : "/.cache");
    if (encoder_open(weights_path, &x, &e))
        return x;
    assert_int_equal(e.code, ERR_NOT_FOUND);
    print_message("skipped: no weights in %s; run: build/footnote encoder install\n", weights_path);
    skip();
    return NULL;
}

#endif
