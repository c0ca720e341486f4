/* find_request.c - see find_request.h. The older form has the members of advanced_settings at its top. */
#include "api/find_request.h"

#include "api/chat_inner.h"
#include "base/json_nodes.h"
#include "base/utf8.h"

enum { FIND_NODES_MAX = 20000 };

const char *const find_request_modes[] = {"turbo", "fast", "basic", "advanced", "one-shot", "agentic", NULL};

struct find_reader {
    struct fields body, more; /* more: advanced_settings, or the body again */
    struct find_request *out;
    struct err *e;
    size_t room;
    struct slice *warnings;
};

static void find_warn(struct find_reader *r, struct slice text)
{
    struct find_request *out = r->out;
    *arena_push(r->body.arena, &r->warnings, out->warning_count, &r->room) = text;
    out->warning_count++;
    out->warnings = r->warnings;
}

/* A count that is outside of its limits is moved to the nearest one. Absent: usual. */
static bool read_count(struct find_reader *r, const struct fields *f, const char *name, size_t least, size_t most,
                       size_t usual, size_t *out)
{
    int64_t n = (int64_t)usual;
    if (!fields_integer(f, name, INT32_MIN, INT32_MAX, &n, r->e))
        return false;
    *out = n < (int64_t)least ? least : n > (int64_t)most ? most : (size_t)n;
    if ((int64_t)*out != n)
        find_warn(r, arena_printf(f->arena, "'%s' was taken as %zu; it may be from %zu to %zu.", fields_path(f, name),
                                  *out, least, most));
    return true;
}

static bool read_excerpts(struct find_reader *r, const char *member, bool page)
{
    struct fields settings = r->more;
    struct find_request *out = r->out;
    const struct value *v = fields_get(&r->more, member);
    out->chars_per_page = FIND_PAGE_CHARS_USUAL;
    out->excerpts = !v || v->kind != VALUE_BOOL || v->boolean;
    if (!v || (page && v->kind == VALUE_BOOL))
        return true;
    bool found;
    return fields_object(&r->more, member, &settings, &found, r->e) &&
           read_count(r, &settings, "max_chars_per_result", FIND_PAGE_CHARS_LEAST, FIND_CHARS_MOST,
                      FIND_PAGE_CHARS_USUAL, &out->chars_per_page);
}

static bool read_full(struct find_reader *r)
{
    struct fields settings;
    const struct value *v = fields_get(&r->more, "full_content");
    bool found;
    if (!v)
        return true;
    if (v->kind == VALUE_BOOL) {
        r->out->full_chars = v->boolean ? FIND_FULL_CHARS_USUAL : 0;
        return true;
    }
    if (v->kind != VALUE_OBJECT)
        return fields_wrong(&r->more, "full_content", "true, false or an object with max_chars_per_result", r->e);
    return fields_object(&r->more, "full_content", &settings, &found, r->e) &&
           read_count(r, &settings, "max_chars_per_result", FIND_PAGE_CHARS_LEAST, FIND_CHARS_MOST,
                      FIND_FULL_CHARS_USUAL, &r->out->full_chars);
}

static bool read_fetch_policy(struct find_reader *r)
{
    enum { AGE_LEAST_S = 600 }; /* as Parallel documents it */
    struct fields policy;
    bool found;
    size_t age = 0;
    double seconds = 0;
    if (!fields_object(&r->more, "fetch_policy", &policy, &found, r->e))
        return false;
    if (!found)
        return true;
    if (fields_get(&policy, "max_age_seconds") &&
        !read_count(r, &policy, "max_age_seconds", AGE_LEAST_S, INT32_MAX, AGE_LEAST_S, &age))
        return false;
    r->out->max_age_s = (int64_t)age;
    if (!fields_number(&policy, "timeout_seconds", 0, FIND_SECONDS_MOST, &seconds, r->e) ||
        !fields_bool(&policy, "disable_cache_fallback", &r->out->only_fresh, r->e))
        return false;
    r->out->max_ms = (int64_t)(seconds * 1000);
    return true;
}

/* What is known and has no effect here, with what to do about it where there is something. */
static void find_warn_unused(struct find_reader *r)
{
    if (fields_get(&r->more, "location"))
        find_warn(r, SLICE("'location' was ignored: the search services that are set up are asked as they are."));
    if (fields_get(&r->body, "processor"))
        find_warn(r, SLICE("'processor' was ignored; 'mode' says how long a search may take."));
}

static bool is_known(struct slice name, const char *const *known)
{
    for (; *known; known++)
        if (slice_is(name, *known))
            return true;
    return false;
}

static void find_warn_unknown(struct find_reader *r, const char *const *known, const char *const *known_more, bool beta)
{
    const struct value *more = r->more.object == r->body.object ? NULL : r->more.object;
    for (size_t i = 0; i < r->body.object->object.n; i++) {
        struct slice name = r->body.object->object.at[i].name;
        if (!is_known(name, known) && !(beta && is_known(name, known_more)) && !slice_is(name, "advanced_settings"))
            find_warn(r, arena_printf(r->body.arena, "'%.*s' is not known here and was ignored.",
                                      (int)(name.n < 100 ? name.n : 100), name.p));
    }
    for (size_t i = 0; more && i < more->object.n; i++) {
        struct slice name = more->object.at[i].name;
        if (!is_known(name, known_more))
            find_warn(r, arena_printf(r->body.arena, "'advanced_settings.%.*s' is not known here and was ignored.",
                                      (int)(name.n < 100 ? name.n : 100), name.p));
    }
}

static bool read_texts(struct find_reader *r, size_t max_chars)
{
    struct find_request *out = r->out;
    struct slice *queries = NULL, unused = {NULL, 0};
    if (!fields_string(&r->body, "objective", &out->objective, r->e) ||
        !fields_strings(&r->body, "search_queries", FIND_QUERIES_MOST, &queries, &out->query_count, r->e) ||
        !fields_string(&r->body, "session_id", &out->session, r->e) ||
        !fields_string(&r->body, "client_model", &unused, r->e))
        return false;
    out->objective = slice_trim(out->objective);
    out->queries = queries;
    size_t chars = utf8_count(out->objective);
    for (size_t i = 0; i < out->query_count; i++)
        chars += utf8_count(queries[i]);
    if (chars > max_chars)
        return err_set_param(r->e, ERR_INPUT_TOO_LONG, "objective",
                             "The objective and the queries have more than %zu characters together.", max_chars);
    if (utf8_count(out->session) > FIND_SESSION_CHARS)
        return fields_wrong(&r->body, "session_id", "a string of at most 1000 characters", r->e);
    return true;
}

/* Opens the body, and what its form keeps the finer settings in. */
static bool find_open(struct find_reader *r, struct arena *a, struct slice body, enum find_form form,
                      struct find_request *out, struct err *e)
{
    const struct value *root;
    bool found = false;
    *out = (struct find_request){0};
    if (!json_nodes_fit(body, FIND_NODES_MAX, e) || !value_parse(a, body, &root, NULL, e))
        return false;
    if (root->kind != VALUE_OBJECT)
        return err_set(e, ERR_BAD_VALUE, "The request body must be a JSON object.");
    *r = (struct find_reader){.body = {a, root, ""}, .more = {a, root, ""}, .out = out, .e = e};
    if (form == FIND_FORM_BETA)
        return true;
    if (!fields_object(&r->body, "advanced_settings", &r->more, &found, e))
        return false;
    static const struct value none = {.kind = VALUE_OBJECT};
    if (!found)
        r->more = (struct fields){a, &none, "advanced_settings"};
    return true;
}

bool find_request_search(struct arena *a, struct slice body, enum find_form form, size_t max_chars,
                         struct find_request *out, struct err *e)
{
    static const char *const known[] = {"search_queries", "objective",  "mode",      "max_chars_total",
                                        "client_model",   "session_id", "processor", NULL};
    static const char *const known_more[] = {
        "source_policy", "fetch_policy", "excerpt_settings", "excerpts", "location", "max_results", NULL};
    struct find_reader r;
    bool beta = form == FIND_FORM_BETA;
    if (!find_open(&r, a, body, form, out, e) || !read_texts(&r, max_chars) ||
        !fields_string(&r.body, "mode", &out->mode, e))
        return false;
    if (out->mode.n && !is_known(out->mode, find_request_modes))
        return fields_wrong(&r.body, "mode", "one of 'turbo', 'fast', 'basic', 'advanced'", e);
    if (out->query_count == 0 && !(beta && out->objective.n))
        return err_set_param(e, ERR_MISSING_FIELD, "search_queries",
                             beta ? "'objective' or 'search_queries' is required."
                                  : "'search_queries' is required: one to three queries of a few words.");
    struct fields excerpts;
    bool found = false;
    if (beta && !fields_object(&r.body, "excerpts", &excerpts, &found, e))
        return false;
    if (!read_excerpts(&r, beta ? "excerpts" : "excerpt_settings", false) ||
        !read_count(&r, &r.body, "max_chars_total", FIND_CHARS_LEAST, FIND_CHARS_MOST, FIND_CHARS_USUAL, &out->chars) ||
        (found &&
         !read_count(&r, &excerpts, "max_chars_total", FIND_CHARS_LEAST, FIND_CHARS_MOST, out->chars, &out->chars)) ||
        !read_count(&r, &r.more, "max_results", 1, FIND_RESULTS_MOST, FIND_RESULTS_USUAL, &out->results) ||
        !chat_read_source_policy(&r.more, &out->policy, e) || !read_fetch_policy(&r))
        return false;
    if (out->max_age_s)
        find_warn(&r, SLICE("'fetch_policy.max_age_seconds' was ignored; /v1/extract reads a page anew."));
    find_warn_unused(&r);
    find_warn_unknown(&r, known, known_more, beta);
    return true;
}

bool find_request_extract(struct arena *a, struct slice body, enum find_form form, size_t max_chars,
                          struct find_request *out, struct err *e)
{
    static const char *const known[] = {"urls",       "objective", "search_queries", "max_chars_total", "client_model",
                                        "session_id", NULL};
    static const char *const known_more[] = {"fetch_policy", "excerpt_settings", "excerpts", "full_content", NULL};
    struct find_reader r;
    struct slice *urls = NULL;
    bool beta = form == FIND_FORM_BETA;
    if (!find_open(&r, a, body, form, out, e) || !read_texts(&r, max_chars) ||
        !fields_strings(&r.body, "urls", FIND_REQUEST_URLS, &urls, &out->url_count, e))
        return false;
    if (out->url_count == 0)
        return err_set_param(e, ERR_MISSING_FIELD, "urls", "'urls' is required: 1 to %d addresses of pages.",
                             FIND_REQUEST_URLS);
    out->urls = urls;
    if (!read_excerpts(&r, beta ? "excerpts" : "excerpt_settings", true) || !read_full(&r) ||
        !read_count(&r, &r.body, "max_chars_total", FIND_CHARS_LEAST, FIND_CHARS_MOST, FIND_CHARS_MOST, &out->chars) ||
        !read_fetch_policy(&r))
        return false;
    find_warn_unused(&r);
    find_warn_unknown(&r, known, known_more, beta);
    return true;
}
