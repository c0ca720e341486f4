/* search_inner.h - the chosen providers. Private to search.c and choose.c. */
#ifndef SEARCH_SEARCH_INNER_H
#define SEARCH_SEARCH_INNER_H

#include <pthread.h>

#include "base/breaker.h"
#include "search/preset_files.h"
#include "search/search.h"

struct provider {
    const struct preset *preset;
    struct slice name, base;
    struct slice key[PRESET_KEYS_MAX];
    /* The search's lock guards these: */
    struct breaker breaker;
    struct slice described_url; /* for a preset that describes: its search URL, once it is known */
};

struct choice {
    struct presets presets;
    struct provider *at;
    size_t n, room;
    bool index;
};

struct search {
    struct arena *arena;
    struct http_client *client;
    struct choice choice;
    pthread_mutex_t lock;
};

/* choose.c: reads the presets and the setting. Everything is in the arena. */
MUST_USE bool choose_providers(struct arena *a, const struct search_options *o, struct choice *out, struct err *e);

#endif
