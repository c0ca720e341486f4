/* key_options.h - the options of footnote key, and a key as a line, a page or JSON. */
#ifndef CLI_KEY_OPTIONS_H
#define CLI_KEY_OPTIONS_H

#include <jansson.h>

#include "state/state.h"

/* Names of options that take a value, NULL at the end. */
extern const char *const key_option_names[];

struct key_options { /* what was given */
    struct arena *arena;
    struct key_scope scope; /* begins as the one to be changed */
    unsigned given;         /* how many */
    struct err err;         /* of an option that was refused */
};

/* For struct options: takes one of key_option_names; ud is a struct key_options. */
const char *key_options_take(void *ud, const char *name, const char *value);

struct key_use {       /* beside a key, for people */
    int64_t last_unix; /* 0: not yet */
    uint64_t today;    /* questions */
};

const char *key_status(const struct state_key *key, int64_t now_unix); /* "valid", "expired", "revoked" */
json_t *key_json(const struct state_key *key, const struct key_use *use, int64_t now_unix);
void key_page(const struct state_key *key, const struct key_use *use, int64_t now_unix);

#endif
