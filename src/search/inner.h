/* inner.h - private to search.c and select.c: the providers that were chosen. */
#ifndef SEARCH_INNER_H
#define SEARCH_INNER_H

#include <pthread.h>

#include "base/breaker.h"
#include "search/search.h"

struct provider {
    const struct preset *preset;
    struct slice name, base;
    struct slice key[PRESET_KEYS_MAX];
    /* Under the search's lock: */
    struct breaker breaker;
    struct slice described_url; /* of a preset that describes: its search URL, once known */
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

/* Reads presets and the setting. Everything lives in the arena. */
MUST_USE bool choose_providers(struct arena *a, const struct search_options *o, struct choice *out, struct err *e);

#endif
