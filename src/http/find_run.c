#include "http/find_run.h"

#include "api/find_request.h"
#include "api/key_scope.h"
#include "research/find.h"
#include "research/open.h"

/* The client's warnings, then those of the work. */
static void find_join(struct arena *a, const struct find_request *r, const struct slice *more, size_t n,
                      struct find_reply *out)
{
    struct slice *all = arena_array(a, struct slice, r->warning_count + n);
    for (size_t i = 0; i < r->warning_count; i++)
        all[i] = r->warnings[i];
    for (size_t i = 0; i < n; i++)
        all[r->warning_count + i] = more[i];
    out->warnings = all;
    out->warning_count = r->warning_count + n;
}

/* The session that the client named, or a new one; none in the older form. */
static struct slice find_session(struct arena *a, const struct find_request *r, enum find_form form)
{
    char room[FIND_ID_BYTES];
    if (form == FIND_FORM_BETA)
        return SLICE("");
    find_id("session", room);
    return r->session.n ? r->session : arena_dup(a, slice_of(room));
}

static const char *find_named(struct arena *a, const char *prefix)
{
    char id[FIND_ID_BYTES];
    find_id(prefix, id);
    return arena_dup(a, slice_of(id)).p;
}

static enum find_mode find_mode_of(struct slice name)
{
    for (int i = 0; i < FIND_MODE_COUNT; i++)
        if (slice_is(name, find_mode_name((enum find_mode)i)))
            return (enum find_mode)i;
    return FIND_ADVANCED; /* also for "one-shot" and "agentic" of the older form */
}

bool find_run_search(const struct find_caller *c, struct slice body, enum find_form form, struct arena *a,
                     struct find_reply *out, struct spent *spent, struct err *e)
{
    struct find_request r;
    struct found found;
    if (!find_request_search(a, body, form, c->max_chars, &r, e))
        return false;
    (void)key_scope_narrow(a, c->domains, &r.policy); /* nothing is left: then nothing is found */
    const struct find_ask ask = {.mode = find_mode_of(r.mode),
                                 .objective = r.objective,
                                 .queries = r.queries,
                                 .query_count = r.query_count < FIND_QUERIES_MAX ? r.query_count : FIND_QUERIES_MAX,
                                 .policy = r.policy,
                                 .pages = r.results,
                                 .chars_per_page = r.chars_per_page,
                                 .chars = r.chars,
                                 .max_ms = r.max_ms,
                                 .asked_ms = c->asked_ms};
    if (!find_pages(c->world, &ask, c->cancelled, a, &found, e))
        return false;
    struct find_reply_page *pages = arena_array(a, struct find_reply_page, found.n);
    *spent = found.spent;
    *out = (struct find_reply){
        .id = find_named(a, "search"), .session = find_session(a, &r, form), .pages = pages, .page_count = found.n};
    for (size_t i = 0; i < found.n; i++)
        pages[i] = (struct find_reply_page){.url = found.at[i].url,
                                            .title = found.at[i].title,
                                            .date = found.at[i].date,
                                            .excerpts = found.at[i].excerpts,
                                            .excerpt_count = found.at[i].excerpt_count};
    find_join(a, &r, found.warnings, found.warning_count, out);
    return true;
}

bool find_run_extract(const struct find_caller *c, struct slice body, enum find_form form, struct arena *a,
                      struct find_reply *out, struct err *e)
{
    struct find_request r;
    struct opened_page opened[FIND_REQUEST_URLS];
    struct policy own = {.include_count = 0};
    if (!find_request_extract(a, body, form, c->max_chars, &r, e))
        return false;
    struct slice *texts = arena_array(a, struct slice, r.query_count + 1);
    size_t n = 0;
    if (r.objective.n)
        texts[n++] = r.objective;
    for (size_t i = 0; i < r.query_count; i++)
        texts[n++] = r.queries[i];
    (void)key_scope_narrow(a, c->domains, &own);
    const struct open_ask ask = {.urls = r.urls,
                                 .url_count = r.url_count,
                                 .texts = texts,
                                 .text_count = n,
                                 .chars_per_page = r.chars_per_page,
                                 .chars = r.excerpts ? r.chars : 0,
                                 .full_chars = r.full_chars,
                                 .policy = own,
                                 .max_age_s = r.max_age_s,
                                 .only_fresh = r.only_fresh,
                                 .max_ms = r.max_ms,
                                 .asked_ms = c->asked_ms};
    if (!open_pages(c->world, &ask, c->cancelled, a, opened, e))
        return false;
    struct find_reply_page *pages = arena_array(a, struct find_reply_page, r.url_count);
    *out = (struct find_reply){.id = find_named(a, "extract"),
                               .session = find_session(a, &r, form),
                               .pages = pages,
                               .page_count = r.url_count};
    for (size_t i = 0; i < r.url_count; i++)
        pages[i] = (struct find_reply_page){.url = opened[i].url,
                                            .title = opened[i].title,
                                            .date = opened[i].date,
                                            .excerpts = opened[i].excerpts,
                                            .excerpt_count = opened[i].excerpt_count,
                                            .whole = r.full_chars > 0,
                                            .text = opened[i].text,
                                            .failure = opened[i].failure,
                                            .why = opened[i].why,
                                            .status = opened[i].status};
    find_join(a, &r, NULL, 0, out);
    return true;
}
