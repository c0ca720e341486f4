/* state.h - the API keys, in one file that outlives the server.
 *
 * state.c opens the file, state_keys.c has the keys. The file is SQLite in WAL mode: commands can change keys while a
 * server runs, and the server notices at its next request. Of a key only its SHA-256 is stored.
 *
 * THREADS: any. */
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

enum key_role {
    KEY_USER,
    KEY_ADMIN, /* may also see the usage of all keys */
};

enum { KEY_AS_SET = -1 }; /* in a scope: what the server's setting says */

struct key_scope { /* what a key may do; key_scope_wide: all that a server allows */
    enum key_role role;
    int64_t expires_unix;    /* it is refused from then on; 0: never */
    int64_t rate_per_minute; /* requests; 0: no limit; KEY_AS_SET */
    int64_t at_once;         /* requests that wait or run; KEY_AS_SET */
    int64_t daily_quota;     /* questions from midnight to midnight, UTC; 0: no limit */
    /* Opaque here, see api/key_scope.h; empty: all. Valid as long as the key that they are part of. */
    struct slice models, domains;
    struct slice note; /* the operator's own words */
};

extern const struct key_scope key_scope_wide;

struct state_key {
    int64_t id;
    char name[STATE_KEY_NAME_BYTES + 1];
    char hint[8];         /* the key's first characters, to tell keys apart in a list */
    int64_t created_unix; /* seconds */
    int64_t revoked_unix; /* 0: not revoked */
    struct key_scope scope;
};

/* Makes the data folder, for its owner only, unless it is there. */
MUST_USE bool state_folder(const char *folder, struct err *e);
/* Creates the folder and the file (mode 0600) when they are missing. A file of an older version is upgraded; a copy of
 * it is made first (state/copy.h). */
MUST_USE bool state_open(const char *folder, struct state **out, struct err *e);
void state_close(struct state *s); /* NULL is fine */

/* name: 1 to 64 bytes of printable UTF-8; ERR_EXISTS when a valid key has it. key gets the only copy. Once it returns,
 * the key survives a loss of power. */
MUST_USE bool state_key_create(struct state *s, struct slice name, const struct key_scope *scope,
                               char key[STATE_KEY_CHARS + 1], struct err *e);
/* All keys, the revoked ones too, the newest last. */
MUST_USE bool state_key_list(struct state *s, struct arena *a, struct state_key **out, size_t *count, struct err *e);
/* By id. *found false: there is no such key, or it is revoked. */
MUST_USE bool state_key_set(struct state *s, int64_t id, const struct key_scope *scope, bool *found, struct err *e);
/* By name, or by the hint shown in the list. *found false: no valid key of this name. */
MUST_USE bool state_key_revoke(struct state *s, struct slice name, bool *found, struct err *e);
/* False with ERR_BAD_KEY when the key is unknown, revoked or expired. Takes the same time for each wrong key. The texts
 * of *out are in the arena. */
MUST_USE bool state_key_check(struct state *s, struct slice key, int64_t now_unix, struct arena *a,
                              struct state_key *out, struct err *e);

/* "3.40.1": of the SQLite that runs. */
const char *state_engine_version(void);

#endif
