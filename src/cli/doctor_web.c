/* doctor_web.c - checks of what reading the web needs: search services, guard, PDF reader, certificates. */
#include "cli/doctor_web.h"

#include <unistd.h>

#include "base/clock.h"
#include "cli/config.h"
#include "cli/files.h"
#include "cli/share.h"
#include "cli/web_access.h"
#include "fetch/pdf.h"

enum { ASK_MS = 15 * 1000, NAMES_BYTES = 1500, CERTIFICATES_BYTES = 16 * 1024 * 1024 };

static enum verdict verdict_of(enum search_status s)
{
    switch (s) {
    case SEARCH_OK:
        return DOCTOR_OK;
    case SEARCH_EMPTY:
    case SEARCH_RATE_LIMITED:
    case SEARCH_TIMEOUT:
    case SEARCH_SKIPPED:
        return DOCTOR_WARN;
    default:
        return DOCTOR_FAIL;
    }
}

static void ask_each(const struct doctor *d, struct search *s)
{
    const struct slice text = SLICE("lighthouse");
    struct search_query q = {.texts = &text, .text_count = 1, .lang = SLICE("en"), .count = 3};
    struct deadline deadline = {clock_ms() + ASK_MS, NULL};
    struct search_result r;
    search_ask(s, &q, d->arena, &deadline, &r);
    for (size_t i = 0; i < r.report_count; i++) {
        const struct search_report *p = &r.reports[i];
        doctor_say(d, verdict_of(p->status), "search", "Try it alone with: footnote search --provider NAME QUERY.",
                   "%.*s: %s, %zu results in %lld ms%s%.*s.", SLICE_ARGS(p->provider),
                   search_status_sentence(p->status), p->results, (long long)p->ms, p->detail.n ? ": " : "",
                   SLICE_ARGS(p->detail));
    }
}

void doctor_search(const struct doctor *d)
{
    const struct config *c = d->config;
    struct http_client *client =
        http_client_new(&(struct http_options){.user_agent = c->user_agent, .ca_file = c->ca_file});
    struct search_options o = {
        .providers = slice_of(c->providers), .folders = share_provider_folders(d->arena, c), .client = client};
    struct search *s;
    struct err e;
    if (!search_new(&o, &s, &e)) {
        doctor_say(d, DOCTOR_FAIL, "search", "See footnote search --list for what there is and what it needs.", "%s",
                   e.message);
        http_client_free(client);
        return;
    }
    struct buf names;
    buf_init(&names, NAMES_BYTES);
    if (search_uses_index(s))
        buf_add(&names, SLICE("the index"));
    for (size_t i = 0; i < search_provider_count(s); i++)
        buf_printf(&names, "%s%.*s", names.n ? ", " : "", SLICE_ARGS(search_provider_name(s, i)));
    doctor_say(d, names.n ? DOCTOR_OK : DOCTOR_WARN, "search", "Name the index or a service in providers.",
               "Asked are: %.*s.", SLICE_ARGS(buf_slice(&names)));
    buf_release(&names);
    if (d->online && search_provider_count(s) > 0)
        ask_each(d, s);
    search_free(s);
    http_client_free(client);
}

void doctor_guard(const struct doctor *d)
{
    const struct config *c = d->config;
    struct guard *guard;
    struct err e;
    if (!web_access_guard(c, &guard, &e)) {
        doctor_say(d, DOCTOR_FAIL, "guard", "Correct allow or fetch_ports; footnote guard URL tries them.", "%s",
                   e.message);
        return;
    }
    guard_free(guard);
    doctor_say(d, DOCTOR_OK, "guard", "", "Public servers may be read on ports %s%s%s.", c->fetch_ports,
               c->allow[0] ? ", and inside: " : ", nothing inside", c->allow);
    if (c->ignore_robots)
        doctor_say(d, DOCTOR_WARN, "robots", "Set it for your own sites only.",
                   "ignore_robots: pages are read that their owners forbid.");
}

/* One page with the word "ready"; its table of contents is missing, which readers rebuild. */
static const char small_pdf[] =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 40>>stream\nBT /F1 18 Tf 20 100 Td (ready) Tj ET    \nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n";

void doctor_pdf(const struct doctor *d)
{
    static const char advice[] = "PDF files are not read without it: apt-get install poppler-utils.";
    struct page_text text;
    struct err e;
    if (!pdf_extract(d->arena, slice_of(small_pdf), NULL, NULL, &text, &e))
        doctor_say(d, DOCTOR_WARN, "pdf", advice, "%s", e.message);
    else if (!slice_is(text.text, "ready"))
        doctor_say(d, DOCTOR_WARN, "pdf", advice, "%s did not read a small file as it should.",
                   pdf_limits_default.program);
    else
        doctor_say(d, DOCTOR_OK, "pdf", "", "%s reads PDF files.", pdf_limits_default.program);
}

static bool holds_certificates(struct arena *a, const char *path, struct err *e)
{
    struct slice text;
    if (!file_read(a, path, CERTIFICATES_BYTES, &text, e))
        return false;
    return slice_find(text, SLICE("-----BEGIN CERTIFICATE-----")) < text.n ||
           err_set(e, ERR_USAGE, "%s holds no certificate.", path);
}

void doctor_certificates(const struct doctor *d)
{
    /* Debian, Fedora, Alpine and what resembles them */
    static const char *const places[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                         "/etc/ssl/cert.pem"};
    const char *chosen = d->config ? d->config->ca_file : "";
    struct err e;
    for (size_t i = 0; !chosen[0] && i < COUNT_OF(places); i++)
        if (access(places[i], R_OK) == 0)
            chosen = places[i];
    if (!chosen[0])
        doctor_say(d, DOCTOR_FAIL, "certificates", "No https server can be trusted: apt-get install ca-certificates.",
                   "There are none at the usual places.");
    else if (!holds_certificates(d->arena, chosen, &e))
        doctor_say(d, DOCTOR_FAIL, "certificates", "Name a PEM file in ca_file, or leave it empty for the system's.",
                   "%s", e.message);
    else
        doctor_say(d, DOCTOR_OK, "certificates", "", "%s.", chosen);
}
