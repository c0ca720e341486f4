/* Certificates from files, a server that shows them, and one that shows another while it runs. The client is GnuTLS. */
#include "http/world.h"

#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

#include "http/tls.h"

enum { DAY_S = 24 * 60 * 60 };

static char folder[64];

static const char *path_of(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const gnutls_datum_t *text)
{
    FILE *f = fopen(path_of(name), "w");
    assert_non_null(f);
    fwrite(text->data, 1, text->size, f);
    assert_int_equal(fclose(f), 0);
}

/* NAME.crt and NAME.key, for days from now, made by itself; password: of the key, or NULL. */
static void make_pair(const char *name, int days, unsigned char serial, const char *password)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    gnutls_datum_t text;
    char file[64];
    gnutls_x509_privkey_init(&key);
    assert_int_equal(
        gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), 0);
    gnutls_x509_crt_init(&cert);
    gnutls_x509_crt_set_version(cert, 3);
    gnutls_x509_crt_set_serial(cert, &serial, 1);
    gnutls_x509_crt_set_activation_time(cert, clock_unix_s() - 400 * DAY_S);
    gnutls_x509_crt_set_expiration_time(cert, clock_unix_s() + days * DAY_S);
    gnutls_x509_crt_set_dn(cert, "CN=ignored.example", NULL);
    gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, "*.corp.example", 14, GNUTLS_FSAN_SET);
    gnutls_x509_crt_set_key(cert, key);
    assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &text), 0);
    snprintf(file, sizeof file, "%s.crt", name);
    write_file(file, &text);
    gnutls_free(text.data);
    if (password)
        assert_int_equal(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, password, 0, &text), 0);
    else
        assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text), 0);
    snprintf(file, sizeof file, "%s.key", name);
    write_file(file, &text);
    chmod(path_of(file), 0600);
    gnutls_free(text.data);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
}

static void assert_refused(const char *cert, const char *key, enum err_code code, const char *says)
{
    struct tls *t = NULL;
    struct tls_facts facts;
    struct err e = {.code = ERR_COUNT};
    assert_false(tls_open(cert, key, &t, &facts, &e));
    assert_int_equal(e.code, code);
    if (!strstr(e.message, says))
        fail_msg("no '%s' in: %s", says, e.message);
    assert_null(t);
}

static void files_are_read_and_compared(void **unused)
{
    (void)unused;
    struct tls *t = NULL;
    struct tls_facts facts;
    struct err e;
    assert_true(tls_open(path_of("one.crt"), path_of("one.key"), &t, &facts, &e));
    assert_in_range(facts.until_unix, clock_unix_s() + 89 * DAY_S, clock_unix_s() + 91 * DAY_S);
    assert_int_equal(facts.chain, 1);
    assert_false(facts.key_is_open);
    assert_string_equal(facts.name, "any.corp.example");
    tls_close(t);
    chmod(path_of("one.key"), 0644);
    assert_true(tls_open(path_of("one.crt"), path_of("one.key"), &t, &facts, &e));
    assert_true(facts.key_is_open);
    tls_close(t);
    chmod(path_of("one.key"), 0600);
    t = NULL;
    assert_refused(path_of("one.crt"), path_of("two.key"), ERR_USAGE, "is not that of the certificate");
    assert_refused(path_of("none.crt"), path_of("one.key"), ERR_IO, "cannot be read");
    assert_refused(path_of("one.crt"), path_of("none.key"), ERR_IO, "cannot be read");
    assert_refused(folder, path_of("one.key"), ERR_IO, "cannot be read");
    assert_refused("/dev/zero", path_of("one.key"), ERR_USAGE, "too large");
    assert_refused("/dev/null", path_of("one.key"), ERR_USAGE, "no certificates in PEM form");
    assert_refused(path_of("one.crt"), path_of("one.crt"), ERR_USAGE, "no private key in PEM form");
    assert_refused(path_of("locked.crt"), path_of("locked.key"), ERR_USAGE, "needs a password");
    tls_close(NULL);
}

static void what_is_bad_replaces_nothing(void **unused)
{
    (void)unused;
    struct tls *t = NULL;
    struct err e;
    assert_true(tls_open(path_of("old.crt"), path_of("old.key"), &t, NULL, &e)); /* better than no service */
    assert_false(tls_change(t, path_of("old.crt"), path_of("old.key"), NULL, &e));
    assert_non_null(strstr(e.message, "has expired"));
    assert_false(tls_change(t, path_of("one.crt"), path_of("two.key"), NULL, &e));
    assert_true(tls_change(t, path_of("one.crt"), path_of("one.key"), NULL, &e));
    assert_true(tls_change(t, path_of("one.crt"), path_of("one.key"), NULL, &e));
    tls_close(t);
}

static void bare_servers(void **unused)
{
    (void)unused;
    assert_true(server_is_bare("0.0.0.0:80", "", ""));
    assert_true(server_is_bare("192.168.1.2:80", "", ""));
    assert_true(server_is_bare("[::]:80", "", ""));
    assert_false(server_is_bare("127.0.0.1:80", "", ""));
    assert_false(server_is_bare("[::1]:80", "", ""));
    assert_false(server_is_bare("0.0.0.0:80", "a.crt", ""));
    assert_false(server_is_bare("0.0.0.0:80", "", "10.0.0.0/8"));
}

/* ---- a client ---- */

struct secure {
    int fd;
    gnutls_session_t session;
    gnutls_certificate_credentials_t none;
    unsigned char serial; /* of the certificate that the server showed */
    char in[16 * 1024];
};

static bool secure_connect(struct secure *s, unsigned port, const char *priorities)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const struct timeval patience = {.tv_sec = 5};
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(s->fd, (struct sockaddr *)&at, sizeof at), 0);
    gnutls_certificate_allocate_credentials(&s->none);
    gnutls_init(&s->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
    assert_int_equal(gnutls_priority_set_direct(s->session, priorities, NULL), 0);
    gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE, s->none);
    gnutls_transport_set_int(s->session, s->fd);
    int got;
    while ((got = gnutls_handshake(s->session)) < 0 && !gnutls_error_is_fatal(got))
        ;
    unsigned count = 0;
    const gnutls_datum_t *shown = got == 0 ? gnutls_certificate_get_peers(s->session, &count) : NULL;
    if (!shown)
        return false;
    gnutls_x509_crt_t cert;
    size_t n = 1;
    gnutls_x509_crt_init(&cert);
    assert_int_equal(gnutls_x509_crt_import(cert, shown, GNUTLS_X509_FMT_DER), 0);
    assert_int_equal(gnutls_x509_crt_get_serial(cert, &s->serial, &n), 0);
    gnutls_x509_crt_deinit(cert);
    return true;
}

static void secure_close(struct secure *s)
{
    gnutls_deinit(s->session);
    gnutls_certificate_free_credentials(s->none);
    close(s->fd);
}

static void secure_say(struct secure *s, const char *text)
{
    assert_int_equal(gnutls_record_send(s->session, text, strlen(text)), strlen(text));
}

/* Reads until `end` has come, or to the end of the connection. */
static bool secure_sees(struct secure *s, const char *end)
{
    size_t n = 0;
    s->in[0] = '\0';
    while (!strstr(s->in, end)) {
        ssize_t got = gnutls_record_recv(s->session, s->in + n, sizeof s->in - 1 - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
        s->in[n] = '\0';
    }
    return true;
}

static const char health[] = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

static struct server *secure_server(unsigned *port)
{
    struct server_options o = world_options();
    struct server *s = NULL;
    struct err e;
    o.tls_cert = path_of("one.crt");
    o.tls_key = path_of("one.key");
    assert_true(server_start(&o, &s, port, &e));
    return s;
}

static void requests_streams_and_refusals(void **unused)
{
    (void)unused;
    static struct secure a;
    unsigned port;
    struct server *s = secure_server(&port);
    assert_true(secure_connect(&a, port, "NORMAL"));
    assert_int_equal(a.serial, 1);
    for (int i = 0; i < 3; i++) {
        secure_say(&a, health);
        assert_true(secure_sees(&a, "{\"ok\":true}"));
    }
    secure_say(
        &a, "POST /open/stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    assert_true(secure_sees(&a, ": ping\n\n"));
    atomic_store(&world.may_go, true);
    assert_true(secure_sees(&a, "data: [DONE]\n\n"));
    secure_say(&a, "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
    assert_true(secure_sees(&a, "\"code\":\"bad_request\""));
    assert_false(secure_sees(&a, "HTTP/1.1")); /* one head, then the end */
    secure_close(&a);
    server_stop(s, 0);
}

static void a_client_that_leaves_is_noticed(void **unused)
{
    (void)unused;
    static struct secure a;
    unsigned port;
    struct server *s = secure_server(&port);
    assert_true(secure_connect(&a, port, "NORMAL"));
    secure_say(&a,
               "POST /open/wait HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    assert_true(reaches(&world.running, 1, 3000));
    secure_close(&a);
    assert_true(reaches(&world.cancelled_seen, 1, 15000)); /* repeats of SDKs are waited for */
    server_stop(s, 0);
}

static void old_versions_and_plain_text_are_refused(void **unused)
{
    (void)unused;
    static struct secure a;
    static struct client c;
    unsigned port;
    struct server *s = secure_server(&port);
    static const char *const refused[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:%COMPAT",
                                          "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
                                          "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC"};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        if (secure_connect(&a, port, refused[i]))
            fail_msg("%s was accepted", refused[i]);
        secure_close(&a);
    }
    assert_true(secure_connect(&a, port, "NORMAL:-VERS-ALL:+VERS-TLS1.2"));
    secure_say(&a, health);
    assert_true(secure_sees(&a, "{\"ok\":true}"));
    secure_close(&a);
    client_connect(&c, port);
    client_say(&c, health);
    assert_true(client_closed(&c, 3000));
    assert_null(strstr(c.in, "HTTP/1.1"));
    client_close(&c);
    server_stop(s, 0);
}

static void another_certificate_while_connections_stay(void **unused)
{
    (void)unused;
    static struct secure old, fresh;
    struct err e;
    unsigned port;
    struct server *s = secure_server(&port);
    assert_true(secure_connect(&old, port, "NORMAL"));
    secure_say(&old, health);
    assert_true(secure_sees(&old, "{\"ok\":true}"));
    assert_false(server_change_tls(s, path_of("one.crt"), path_of("two.key"), &e));
    assert_false(server_change_tls(s, "", "", &e));
    assert_true(server_change_tls(s, path_of("two.crt"), path_of("two.key"), &e));
    assert_true(secure_connect(&fresh, port, "NORMAL"));
    assert_int_equal(fresh.serial, 2);
    secure_say(&old, health);
    assert_true(secure_sees(&old, "{\"ok\":true}"));
    secure_say(&fresh, health);
    assert_true(secure_sees(&fresh, "{\"ok\":true}"));
    secure_close(&old);
    secure_close(&fresh);
    server_stop(s, 0);
}

static void both_files_or_none(void **unused)
{
    (void)unused;
    struct server_options o = world_options();
    struct server *s = NULL;
    struct err e;
    unsigned port;
    o.tls_cert = path_of("one.crt");
    assert_false(server_start(&o, &s, &port, &e));
    assert_non_null(strstr(e.message, "belong together"));
    o.tls_key = path_of("two.key");
    assert_false(server_start(&o, &s, &port, &e));
    o.tls_cert = o.tls_key = NULL;
    assert_true(server_start(&o, &s, &port, &e));
    assert_true(server_change_tls(s, "", "", &e));
    assert_false(server_change_tls(s, path_of("one.crt"), path_of("one.key"), &e));
    server_stop(s, 0);
}

static int make_files(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/footnote-tls-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    make_pair("one", 90, 1, NULL);
    make_pair("two", 5, 2, NULL);
    make_pair("old", -1, 3, NULL);
    make_pair("locked", 90, 4, "secret");
    return 0;
}

static int remove_files(void **unused)
{
    (void)unused;
    static const char *const names[] = {"one", "two", "old", "locked"};
    char file[64];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(file, sizeof file, "%s.crt", names[i]);
        unlink(path_of(file));
        snprintf(file, sizeof file, "%s.key", names[i]);
        unlink(path_of(file));
    }
    return rmdir(folder);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_start, world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_and_compared),
        cmocka_unit_test(what_is_bad_replaces_nothing),
        cmocka_unit_test(bare_servers),
        WITH_WORLD(requests_streams_and_refusals),
        WITH_WORLD(a_client_that_leaves_is_noticed),
        WITH_WORLD(old_versions_and_plain_text_are_refused),
        WITH_WORLD(another_certificate_while_connections_stay),
        WITH_WORLD(both_files_or_none),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
