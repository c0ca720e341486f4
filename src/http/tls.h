/* tls.h - the certificate and key that a server shows to its clients, from PEM files, and exchanged while it runs.
 *
 * libmicrohttpd speaks TLS by GnuTLS. It asks for a certificate at each handshake, and gets the one that is loaded at
 * this moment: connections that are open stay as they are.
 *
 * DESIGN: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption alone; every client of the last ten years
 * has these.
 * OWNERSHIP: what was replaced is kept until tls_close, since a handshake may still use it: some kilobytes each time
 * that the files have changed.
 * THREADS: tls_change on any thread, also beside handshakes; tls_open and tls_close by one. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <gnutls/abstract.h>
#include <stdint.h>

#include "base/err.h"

struct tls;

extern const char tls_priorities[]; /* GnuTLS's words for the above */

struct tls_facts {                       /* of the files, for those who look after them */
    int64_t valid_from_unix, until_unix; /* of the server's own certificate, the first of its file */
    unsigned chain;                      /* certificates in the file */
    bool key_is_open;                    /* every user of the machine may read the key */
    char name[256];                      /* a host name that it is for, without a star; "" where it has none */
};

/* cert: a file with the server's certificate and those that lead to a known authority. key: its private key, without a
 * password. ERR_IO: one cannot be read. ERR_USAGE: it is no PEM, or they do not belong together. A certificate that is
 * expired is read as well. facts may be NULL. */
MUST_USE bool tls_open(const char *cert, const char *key, struct tls **out, struct tls_facts *facts, struct err *e);
/* Shows these to everybody who connects from now on. After false, and where the files are as before, nothing changes.
 * ERR_USAGE also: the certificate has expired. */
MUST_USE bool tls_change(struct tls *t, const char *cert, const char *key, struct tls_facts *facts, struct err *e);
/* After the last connection. NULL is fine. */
void tls_close(struct tls *t);

/* Before its handshake; t must outlive the session. */
void tls_attach(struct tls *t, gnutls_session_t session);
/* GnuTLS's callback: the certificate for a session that tls_attach was called for. */
int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                 const gnutls_pk_algorithm_t *kinds, int kind_count, gnutls_pcert_st **chain, unsigned *chain_count,
                 gnutls_privkey_t *key);
/* Sends all of it at once, or false. The thread that owns the session, behind its handshake. */
bool tls_send(gnutls_session_t session, struct slice bytes);

#endif
