/* doctor_own.c - checks of what is on this machine: settings, folder, index, keys, address, limits. */
#include "cli/doctor_own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/again.h"
#include "base/cage.h"
#include "base/clock.h"
#include "cli/confidence_file.h"
#include "cli/config.h"
#include "cli/encoder_access.h"
#include "http/server.h"
#include "http/tls.h"
#include "index/index.h"
#include "net/http.h"
#include "state/backup.h"
#include "state/state.h"

enum {
    LOW_SPACE_MIB = 512,
    FILES_A_WORKER = 8, /* sockets of a question, about */
    FILES_BESIDE = 64,  /* index, databases, log, threads' own */
    HEALTH_MS = 2000,
    TLS_SOON_DAYS = 14,
    DAY_S = 24 * 60 * 60,
};

void doctor_settings(const struct doctor *d, const struct err *why)
{
    if (why) {
        doctor_say(d, DOCTOR_FAIL, "settings", "Correct it; checks that need settings were left out.", "%s",
                   why->message);
        return;
    }
    const char *named = d->config->config,
               *path = named[0] ? named : arena_printf(d->arena, "%s/footnote.ini", d->config->data).p;
    if (named[0] || access(path, F_OK) == 0)
        doctor_say(d, DOCTOR_OK, "settings", "", "%s was read.", path);
    else
        doctor_say(d, DOCTOR_OK, "settings", "", "No file; flags, environment and defaults count (%s would be read).",
                   path);
}

/* NULL, or why no file can be made in it. */
static const char *try_to_write(const struct doctor *d)
{
    struct slice name = arena_printf(d->arena, "%s/.doctor-XXXXXX", d->config->data);
    char *path = arena_alloc(d->arena, name.n + 1);
    memcpy(path, name.p, name.n);
    int fd = mkostemp(path, O_CLOEXEC);
    const char *why = NULL;
    if (fd < 0 || !again_write(fd, SLICE("x")))
        why = arena_dup(d->arena, slice_of(strerror(errno))).p;
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    return why;
}

static bool doctor_exists(const struct doctor *d, const char *name)
{
    return access(arena_printf(d->arena, "%s/%s", d->config->data, name).p, F_OK) == 0;
}

void doctor_data(const struct doctor *d)
{
    static const char name[] = "data folder";
    const char *path = d->config->data;
    struct stat s;
    struct statvfs space;
    if (stat(path, &s) != 0 && errno == ENOENT) {
        doctor_say(d, DOCTOR_WARN, name,
                   "It is made at the first start; with data or FOOTNOTE_DATA it can be elsewhere.",
                   "%s does not exist yet.", path);
        return;
    }
    const char *why = try_to_write(d);
    if (why) {
        doctor_say(d, DOCTOR_FAIL, name, "Give it to the user that runs footnote, or choose another with data.",
                   "%s cannot be written: %s.", path, why);
        return;
    }
    if (stat(path, &s) == 0 && (s.st_mode & 07) != 0)
        doctor_say(d, DOCTOR_WARN, name, arena_printf(d->arena, "chmod o-rwx %s", path).p,
                   "%s is open to every user of this machine.", path);
    unsigned long long mib =
        statvfs(path, &space) == 0 ? (unsigned long long)space.f_bavail * space.f_frsize >> 20 : LOW_SPACE_MIB;
    doctor_say(d, mib < LOW_SPACE_MIB ? DOCTOR_WARN : DOCTOR_OK, name, "Make room, or choose another folder with data.",
               "%s can be written, %llu MiB are free.", path, mib);
}

void doctor_confidence(const struct doctor *d)
{
    struct confidence_model m;
    struct err e;
    const char *path = confidence_path(d->arena, d->config);
    if (!confidence_load(d->config, &m, &e))
        doctor_say(d, DOCTOR_FAIL, "confidence", "Correct it, or make it anew with footnote eval.", "%s", e.message);
    else if (access(path, F_OK) == 0)
        doctor_say(d, DOCTOR_OK, "confidence", "", "Calibrated by %s.", path);
    else
        doctor_say(d, DOCTOR_OK, "confidence", "", "As shipped; footnote eval calibrates it on questions of your own.");
}

void doctor_encoder(const struct doctor *d)
{
    static const char name[] = "encoder";
    struct encoder_access x;
    struct err e;
    const char *file = encoder_file(d->arena, d->config);
    if (!encoder_access_open(d->config, &x, &e)) {
        doctor_say(d, DOCTOR_FAIL, name, "Install it with footnote encoder install, or set encoder = none.", "%s",
                   e.message);
    } else if (!x.encoder) {
        doctor_say(d, DOCTOR_OK, name, "", "%s",
                   file ? "Not installed, so sentences are compared by words alone; footnote encoder install adds it."
                        : "Off: the setting encoder is none.");
    } else {
        struct kept_view *v = kept_take(x.kept);
        doctor_say(d, DOCTOR_OK, name, "", "%s, multiplied as %s; %llu sentences of the index are encoded.", file,
                   encoder_arithmetic(x.encoder), (unsigned long long)kept_count(v));
        kept_give(x.kept, v);
    }
    encoder_access_close(&x);
}

void doctor_index(const struct doctor *d)
{
    static const char name[] = "index",
                      advice[] = "Add pages with: footnote index add FOLDER, or footnote index crawl URL.";
    struct index *index = NULL;
    struct index_stats stats;
    struct index_checked checked;
    struct err e;
    if (!doctor_exists(d, "index")) {
        doctor_say(d, DOCTOR_WARN, name, advice, "There is none yet.");
        return;
    }
    bool ok = index_open(arena_printf(d->arena, "%s/index", d->config->data).p, &index, &e) &&
              index_stats(index, &stats, &e) && index_check(index, NULL, &checked, &e);
    if (!ok)
        doctor_say(d, DOCTOR_FAIL, name, "If it is damaged, remove its folder and add the pages again.", "%s",
                   e.message);
    else
        doctor_say(d, stats.pages ? DOCTOR_OK : DOCTOR_WARN, name, advice,
                   "%llu pages, %llu passages, %llu MiB; all read, none damaged.", (unsigned long long)stats.pages,
                   (unsigned long long)stats.passages, (unsigned long long)stats.bytes_on_disk >> 20);
    index_close(index);
}

void doctor_keys(const struct doctor *d)
{
    static const char name[] = "keys", advice[] = "Make one with: footnote key create NAME. footnote ask needs none.";
    struct state *state = NULL;
    struct state_key *keys;
    struct err e;
    size_t count = 0, valid = 0;
    if (d->config->no_auth) {
        doctor_say(d, DOCTOR_OK, name, "", "no_auth: nobody is asked for one.");
        return;
    }
    if (!doctor_exists(d, "state.db")) {
        doctor_say(d, DOCTOR_WARN, name, advice, "There is none, so nobody can ask footnote serve.");
        return;
    }
    bool ok = state_open(d->config->data, &state, &e) && state_key_list(state, d->arena, &keys, &count, &e);
    for (size_t i = 0; ok && i < count; i++)
        valid += keys[i].revoked_unix == 0;
    if (!ok)
        doctor_say(d, DOCTOR_FAIL, name, "", "%s", e.message);
    else
        doctor_say(d, valid ? DOCTOR_OK : DOCTOR_WARN, name, advice, "%zu valid, %zu revoked.", valid, count - valid);
    state_close(state);
}

void doctor_state(const struct doctor *d)
{
    static const char name[] = "state files", advice[] = "Put a backup back: footnote restore FILE.";
    struct arena_text there = {.arena = d->arena};
    struct err e;
    bool ok = true;
    for (size_t i = 0; ok && i < STATE_FILES; i++) {
        if (!doctor_exists(d, state_files[i].name))
            continue;
        arena_text_printf(&there, "%s%s", there.n ? ", " : "", state_files[i].what);
        ok = backup_whole(d->config->data, &state_files[i], &e);
    }
    if (!ok)
        doctor_say(d, DOCTOR_FAIL, name, advice, "%s", e.message);
    else if (there.n)
        doctor_say(d, DOCTOR_OK, name, "", "Read and whole: %.*s.", SLICE_ARGS(arena_text_slice(&there)));
    else
        doctor_say(d, DOCTOR_OK, name, "", "There are none yet.");
}

/* Its URL by a name of its certificate, and an answer of DNS that leads this name to the address. */
static struct slice doctor_https(const struct doctor *d, struct slice at, const char **pinned)
{
    struct tls *t = NULL;
    struct tls_facts facts = {.name = ""};
    struct err e;
    const char *colon = strrchr(at.p, ':');
    if (!tls_open(d->config->tls_cert, d->config->tls_key, &t, &facts, &e) || !facts.name[0] || !colon)
        facts.name[0] = '\0';
    tls_close(t);
    if (!facts.name[0])
        return arena_printf(d->arena, "https://%.*s/health", SLICE_ARGS(at));
    *pinned = arena_printf(d->arena, "%s%s:%.*s", facts.name, colon, (int)(colon - at.p), at.p).p;
    return arena_printf(d->arena, "https://%s%s/health", facts.name, colon);
}

/* If a footnote server already listens there, all is well. */
static bool is_footnote(const struct doctor *d)
{
    struct slice at = slice_of(d->config->listen);
    if (slice_starts(at, SLICE("0.0.0.0:")))
        at = arena_printf(d->arena, "127.0.0.1%s", at.p + 7);
    else if (slice_starts(at, SLICE("[::]:")))
        at = arena_printf(d->arena, "[::1]%s", at.p + 4);
    const char *pinned[] = {NULL, NULL};
    struct slice url = arena_printf(d->arena, "http://%.*s/health", SLICE_ARGS(at));
    if (d->config->tls_cert[0])
        url = doctor_https(d, at, &pinned[0]);
    struct http_client *client = http_client_new(&(struct http_options){
        .timeout_ms = HEALTH_MS, .max_body_bytes = 4096, .ca_file = d->config->tls_cert, .pinned = pinned});
    struct http_request r = {.url = url, .max_redirects = HTTP_NO_REDIRECTS};
    struct deadline deadline = {clock_ms() + HEALTH_MS, NULL};
    struct http_reply *reply = http_ask(client, d->arena, &r, &deadline);
    bool ours = reply->outcome == HTTP_OK && slice_starts(reply->body, SLICE("{\"status\":\"ok\",\"version\":"));
    http_client_free(client);
    return ours;
}

void doctor_listen(const struct doctor *d)
{
    static const char name[] = "address";
    struct err e;
    if (server_may_listen(d->config->listen, d->config->no_auth, &e))
        doctor_say(d, DOCTOR_OK, name, "", "%s is free.", d->config->listen);
    else if (e.code == ERR_IO && is_footnote(d))
        doctor_say(d, DOCTOR_OK, name, "", "%s is in use by a footnote that answers.", d->config->listen);
    else
        doctor_say(d, DOCTOR_FAIL, name, e.code == ERR_IO ? "Stop what uses it, or choose another with listen." : "",
                   "%s", e.message);
}

/* Off: whether somebody else has to speak TLS. */
static void doctor_no_tls(const struct doctor *d)
{
    const struct config *c = d->config;
    if (server_is_bare(c->listen, c->tls_cert, c->trusted_proxies))
        doctor_say(d, DOCTOR_WARN, "tls",
                   "Set tls_cert and tls_key, or listen on loopback behind a proxy that does, and name it in "
                   "trusted_proxies.",
                   "Keys and questions that come to %s can be read on the way.", c->listen);
    else
        doctor_say(d, DOCTOR_OK, "tls", "", "Off; %s.",
                   c->trusted_proxies[0] ? "proxies stand in front" : "only this machine can ask");
}

void doctor_tls(const struct doctor *d)
{
    static const char name[] = "tls", renew[] = "Renew it, then send SIGHUP to the server.";
    const struct config *c = d->config;
    struct tls *t = NULL;
    struct tls_facts facts;
    struct err e;
    if (!c->tls_cert[0] && !c->tls_key[0]) {
        doctor_no_tls(d);
        return;
    }
    if (!c->tls_cert[0] || !c->tls_key[0]) {
        doctor_say(d, DOCTOR_FAIL, name, "Name the files of both.", "Only one of tls_cert and tls_key is set.");
        return;
    }
    if (!tls_open(c->tls_cert, c->tls_key, &t, &facts, &e)) {
        doctor_say(d, DOCTOR_FAIL, name, "Give PEM files that the user of the server can read.", "%s", e.message);
        return;
    }
    tls_close(t);
    int64_t now = clock_unix_s(), days = (facts.until_unix - now) / DAY_S;
    char until[DATE_ROOM];
    clock_date(facts.until_unix, until);
    if (facts.key_is_open)
        doctor_say(d, DOCTOR_FAIL, name, arena_printf(d->arena, "chmod o-rwx %s", c->tls_key).p,
                   "Every user of this machine may read the key in %s.", c->tls_key);
    if (facts.until_unix <= now)
        doctor_say(d, DOCTOR_FAIL, name, renew, "The certificate in %s expired on %s.", c->tls_cert, until);
    else if (facts.valid_from_unix > now)
        doctor_say(d, DOCTOR_FAIL, name, "Look at this machine's clock.", "The certificate in %s is not valid yet.",
                   c->tls_cert);
    else if (days < TLS_SOON_DAYS || !facts.key_is_open)
        doctor_say(d, days < TLS_SOON_DAYS ? DOCTOR_WARN : DOCTOR_OK, name, renew,
                   "The certificate in %s is valid until %s, %lld days.", c->tls_cert, until, (long long)days);
}

void doctor_confinement(const struct doctor *d)
{
    const struct cage_kernel has = cage_kernel();
    doctor_say(d, has.landlock && has.seccomp ? DOCTOR_OK : DOCTOR_WARN, "confinement",
               "A kernel from 5.13 on, with Landlock and seccomp, keeps a hostile PDF from files and networks.",
               "Landlock is %s, seccomp is %s.", has.landlock ? "there" : "missing", has.seccomp ? "there" : "missing");
}

void doctor_limits(const struct doctor *d)
{
    struct rlimit files;
    unsigned long long needed =
        (unsigned long long)(d->config->max_connections + d->config->workers * FILES_A_WORKER + FILES_BESIDE);
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    bool enough = files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= needed;
    doctor_say(d, enough ? DOCTOR_OK : DOCTOR_WARN, "open files",
               arena_printf(d->arena, "Raise it (ulimit -n %llu, systemd: LimitNOFILE=%llu), or lower max_connections.",
                            needed, needed)
                   .p,
               "The limit is %llu; %lld connections and %lld workers may need %llu.",
               (unsigned long long)files.rlim_cur, (long long)d->config->max_connections, (long long)d->config->workers,
               needed);
}

void doctor_versions(const struct doctor *d)
{
    doctor_say(d, DOCTOR_OK, "versions", "", "footnote " FOOTNOTE_VERSION ", %s, SQLite %s.", index_engine(),
               state_engine_version());
}
