#include "http/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/again.h"
#include "base/clock.h"
#include "base/reserve.h"

enum { FILE_BYTES = 128 * 1024, CHAIN_MOST = 16, DIGEST_BYTES = 32, KEY_ID_BYTES = 64, NAMES_MOST = 100 };

/* No key exchange without forward secrecy, no cipher without authentication, in our order. */
const char tls_priorities[] = "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD:"
                              "+ECDHE-ECDSA:+ECDHE-RSA:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:"
                              "+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-DSA-SHA1:-SIGN-ECDSA-SHA1:%SERVER_PRECEDENCE";

struct identity {
    gnutls_pcert_st chain[CHAIN_MOST];
    unsigned chain_count;
    gnutls_privkey_t key;
    unsigned char digest[DIGEST_BYTES]; /* of the files */
    struct identity *before;
};

struct tls {
    pthread_mutex_t lock;
    struct identity *now; /* and through `before` those that it replaced */
};

static bool tls_failed(struct err *e, const char *path, const char *what, int got)
{
    return err_set(e, ERR_USAGE, "%s %s: %s", path, what, gnutls_strerror(got));
}

/* Reads it into a block of FILE_BYTES, which holds a key, so that nothing is moved and left behind. */
static bool tls_read(const char *path, char *block, size_t *n, bool *open_to_all, struct err *e)
{
    struct stat s;
    ssize_t got = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    bool ok = fstat(fd, &s) == 0;
    *n = 0;
    while (ok && *n < FILE_BYTES && (got = again_read(fd, block + *n, FILE_BYTES - *n)) > 0)
        *n += (size_t)got;
    if (!ok || got < 0)
        ok = err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    else if (*n == FILE_BYTES)
        ok = err_set(e, ERR_USAGE, "%s is too large for certificates or a key.", path);
    *open_to_all = ok && (s.st_mode & S_IROTH) != 0;
    close(fd);
    return ok;
}

static gnutls_datum_t tls_datum(char *text, size_t n)
{
    return (gnutls_datum_t){(unsigned char *)text, (unsigned)n};
}

static void identity_free(struct identity *id)
{
    if (!id)
        return;
    for (unsigned i = 0; i < id->chain_count; i++)
        gnutls_pcert_deinit(&id->chain[i]);
    if (id->key)
        gnutls_privkey_deinit(id->key);
    free(id);
}

/* Whether the private key is that of the first certificate. */
static bool identity_is_pair(struct identity *id, int *got)
{
    unsigned char theirs[KEY_ID_BYTES], ours[KEY_ID_BYTES];
    size_t n = sizeof theirs, m = sizeof ours;
    gnutls_pubkey_t own = NULL;
    *got = gnutls_pubkey_init(&own);
    if (*got >= 0)
        *got = gnutls_pubkey_import_privkey(own, id->key, 0, 0);
    if (*got >= 0)
        *got = gnutls_pubkey_get_key_id(own, GNUTLS_KEYID_USE_SHA256, ours, &m);
    if (*got >= 0)
        *got = gnutls_pubkey_get_key_id(id->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, theirs, &n);
    if (own)
        gnutls_pubkey_deinit(own);
    return *got >= 0 && n == m && memcmp(theirs, ours, n) == 0;
}

/* The first host name; of a certificate for all of a domain, one in it. */
static void tls_name(gnutls_x509_crt_t own, char out[256])
{
    char name[200];
    size_t n = sizeof name;
    out[0] = '\0';
    for (unsigned i = 0; i < NAMES_MOST; i++, n = sizeof name) {
        int kind = gnutls_x509_crt_get_subject_alt_name(own, i, name, &n, NULL);
        if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return;
        if (kind != GNUTLS_SAN_DNSNAME)
            continue;
        bool star = n > 2 && name[0] == '*';
        snprintf(out, 256, "%s%.*s", star ? "any" : "", (int)n - star, name + star);
        return;
    }
}

static bool identity_facts(const struct identity *id, struct tls_facts *facts, const char *path, struct err *e)
{
    gnutls_x509_crt_t own = NULL;
    int got = gnutls_x509_crt_init(&own);
    if (got >= 0)
        got = gnutls_x509_crt_import(own, &id->chain[0].cert, GNUTLS_X509_FMT_DER);
    if (got >= 0) {
        facts->valid_from_unix = gnutls_x509_crt_get_activation_time(own);
        facts->until_unix = gnutls_x509_crt_get_expiration_time(own);
        facts->chain = id->chain_count;
        tls_name(own, facts->name);
    }
    if (own)
        gnutls_x509_crt_deinit(own);
    return got >= 0 || tls_failed(e, path, "has a certificate that cannot be read", got);
}

static bool identity_digest(struct identity *id, const gnutls_datum_t *cert, const gnutls_datum_t *key)
{
    gnutls_hash_hd_t h;
    if (gnutls_hash_init(&h, GNUTLS_DIG_SHA256) < 0)
        return false;
    bool ok = gnutls_hash(h, cert->data, cert->size) >= 0 && gnutls_hash(h, "", 1) >= 0 &&
              gnutls_hash(h, key->data, key->size) >= 0;
    gnutls_hash_deinit(h, id->digest);
    return ok;
}

static bool identity_fill(struct identity *id, const char *cert, const gnutls_datum_t *certs, const char *key,
                          const gnutls_datum_t *keys, struct err *e)
{
    unsigned count = CHAIN_MOST;
    int got = gnutls_pcert_list_import_x509_raw(id->chain, &count, certs, GNUTLS_X509_FMT_PEM,
                                                GNUTLS_X509_CRT_LIST_SORT | GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
    if (got < 0 || count == 0)
        return tls_failed(e, cert, "has no certificates in PEM form that can be used", got);
    id->chain_count = count;
    got = gnutls_privkey_init(&id->key);
    if (got >= 0)
        got = gnutls_privkey_import_x509_raw(id->key, keys, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (got == GNUTLS_E_DECRYPTION_FAILED)
        return err_set(e, ERR_USAGE, "%s needs a password; give a key without one, readable by the server alone.", key);
    if (got < 0)
        return tls_failed(e, key, "has no private key in PEM form that can be used", got);
    if (identity_is_pair(id, &got))
        return true;
    if (got < 0)
        return tls_failed(e, key, "cannot be compared with its certificate", got);
    return err_set(e, ERR_USAGE, "The key in %s is not that of the certificate in %s.", key, cert);
}

static struct identity *identity_load(const char *cert, const char *key, struct tls_facts *facts, struct err *e)
{
    bool cert_is_open = false, key_is_open = false;
    size_t cert_bytes = 0, key_bytes = 0;
    struct identity *id = calloc(1, sizeof *id);
    char *cert_text = malloc(FILE_BYTES), *key_text = malloc(FILE_BYTES);
    bool ok = (id && cert_text && key_text) || err_set(e, ERR_NO_MEMORY, NULL);
    ok = ok && tls_read(cert, cert_text, &cert_bytes, &cert_is_open, e) &&
         tls_read(key, key_text, &key_bytes, &key_is_open, e);
    if (ok) {
        const gnutls_datum_t certs = tls_datum(cert_text, cert_bytes), keys = tls_datum(key_text, key_bytes);
        ok = identity_fill(id, cert, &certs, key, &keys, e) && identity_facts(id, facts, cert, e) &&
             (identity_digest(id, &certs, &keys) || err_set(e, ERR_NO_MEMORY, NULL));
        facts->key_is_open = key_is_open;
    }
    if (key_text)
        explicit_bzero(key_text, key_bytes);
    free(key_text);
    free(cert_text);
    if (ok)
        return id;
    identity_free(id);
    return NULL;
}

bool tls_open(const char *cert, const char *key, struct tls **out, struct tls_facts *facts, struct err *e)
{
    struct tls_facts unused;
    struct identity *id = identity_load(cert, key, facts ? facts : &unused, e);
    struct tls *t = id ? calloc(1, sizeof *t) : NULL;
    if (!t) {
        if (id)
            err_set(e, ERR_NO_MEMORY, NULL);
        identity_free(id);
        return false;
    }
    pthread_mutex_init(&t->lock, NULL);
    t->now = id;
    *out = t;
    return true;
}

bool tls_change(struct tls *t, const char *cert, const char *key, struct tls_facts *facts, struct err *e)
{
    struct tls_facts unused;
    facts = facts ? facts : &unused;
    struct identity *id = identity_load(cert, key, facts, e);
    if (!id)
        return false;
    if (facts->until_unix <= clock_unix_s()) {
        identity_free(id);
        return err_set(e, ERR_USAGE, "The certificate in %s has expired.", cert);
    }
    pthread_mutex_lock(&t->lock);
    bool same = memcmp(t->now->digest, id->digest, sizeof id->digest) == 0;
    if (!same) {
        id->before = t->now;
        t->now = id;
    }
    pthread_mutex_unlock(&t->lock);
    if (same)
        identity_free(id);
    return true;
}

void tls_close(struct tls *t)
{
    if (!t)
        return;
    for (struct identity *id = t->now, *before; id; id = before) {
        before = id->before;
        identity_free(id);
    }
    pthread_mutex_destroy(&t->lock);
    free(t);
}

void tls_attach(struct tls *t, gnutls_session_t session)
{
    gnutls_session_set_ptr(session,
                           t); /* libmicrohttpd 0.9.75 keeps its own pointer there, and reads it for PSK only */
}

int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                 const gnutls_pk_algorithm_t *kinds, int kind_count, gnutls_pcert_st **chain, unsigned *chain_count,
                 gnutls_privkey_t *key)
{
    struct tls *t = gnutls_session_get_ptr(session);
    (void)authorities;
    (void)authority_count;
    (void)kinds;
    (void)kind_count;
    if (reserve_is_short()) /* libtasn1 and GMP, which a signature needs, do not live through a want of memory */
        return GNUTLS_E_MEMORY_ERROR;
    pthread_mutex_lock(&t->lock);
    *chain = t->now->chain;
    *chain_count = t->now->chain_count;
    *key = t->now->key;
    pthread_mutex_unlock(&t->lock);
    return 0;
}

bool tls_send(gnutls_session_t session, struct slice bytes)
{
    return gnutls_record_send(session, bytes.p, bytes.n) == (ssize_t)bytes.n;
}
