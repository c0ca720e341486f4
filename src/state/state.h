/* state.h - what footnote remembers between requests, in one file: API keys (more will follow).
 *
 * The one door to every state engine; today SQLite in WAL mode, so that commands change keys while a server runs
 * and the server notices at its next request. Keys are kept as SHA-256 only. Any thread. */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct state;

enum {
    STATE_KEY_CHARS = 43,     /* "fn-" and 40 characters: 238 random bits */
    STATE_KEY_NAME_BYTES = 64 /* longest name */
};

struct state_key {
    int64_t id;
    char name[STATE_KEY_NAME_BYTES + 1];
    char hint[8];         /* the key's first characters, to tell keys apart in a list */
    int64_t created_unix; /* seconds */
    int64_t revoked_unix; /* 0: valid */
};

/* Creates the folder and the file (mode 0600) when they are missing. */
MUST_USE bool state_open(const char *folder, struct state **out, struct err *e);
void state_close(struct state *s); /* NULL is fine */

/* Name: 1 to 64 bytes of printable UTF-8, not in use by a valid key (else ERR_EXISTS). key gets the only copy. */
MUST_USE bool state_key_create(struct state *s, struct slice name, char key[STATE_KEY_CHARS + 1], struct err *e);
/* Newest last, revoked ones too. */
MUST_USE bool state_key_list(struct state *s, struct arena *a, struct state_key **out, size_t *count, struct err *e);
/* By name, or by the hint shown in the list. *found false: no valid key of this name. */
MUST_USE bool state_key_revoke(struct state *s, struct slice name, bool *found, struct err *e);
/* False with ERR_BAD_KEY when the key is unknown or revoked. Takes the same time for each wrong key. */
MUST_USE bool state_key_check(struct state *s, struct slice key, struct state_key *out, struct err *e);

/* "3.40.1": of the SQLite that runs. */
const char *state_engine_version(void);

#endif
