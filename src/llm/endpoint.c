/* endpoint.c - see endpoint.h. */
#include "llm/endpoint.h"

#include "base/ascii.h"
#include "net/url.h"

static bool is_version(struct slice segment)
{
    return segment.n >= 2 && segment.n <= 8 && segment.p[0] == 'v' && ascii_is_digit(segment.p[1]);
}

/* Where the first segment that is a version begins, its slash included; path.n when there is none. */
static size_t find_version(struct slice path)
{
    for (size_t at = 0; at < path.n;) {
        struct slice rest = slice_sub(path, at + 1, path.n - at - 1);
        size_t end = slice_find(rest, SLICE("/"));
        if (is_version(slice_sub(rest, 0, end)))
            return at;
        at += 1 + end;
    }
    return path.n;
}

static bool drop_end(struct slice *path, struct slice end)
{
    if (!slice_ends(*path, end))
        return false;
    path->n -= end.n;
    return true;
}

bool endpoint_parse(struct arena *a, struct slice url, struct endpoint *out, const char **why)
{
    struct url u;
    if (!url_parse(a, url, &u, why))
        return false;
    struct slice path = u.path;
    while (drop_end(&path, SLICE("/")))
        ;
    bool whole = drop_end(&path, SLICE("/chat/completions"));
    size_t version = find_version(path), deployment = slice_find(path, SLICE("/deployments/"));
    bool has_version = version < path.n, deployed = deployment < path.n;
    const char *query = u.query.n ? "?" : "";
    /* A URL that was given whole may have no version at all; then nothing is guessed. */
    const char *prefix = has_version || deployed || whole ? "" : "/v1";
    *out = (struct endpoint){
        .host = u.host,
        .root = arena_printf(a, "%.*s%.*s", SLICE_ARGS(u.origin), (int)version, path.p),
        .chat = arena_printf(a, "%.*s%.*s%s/chat/completions%s%.*s", SLICE_ARGS(u.origin), SLICE_ARGS(path), prefix,
                             query, SLICE_ARGS(u.query)),
        .models = SLICE(""),
        .azure = slice_ends(u.host, SLICE(".azure.com")) || deployed,
    };
    if (!deployed)
        out->models = arena_printf(a, "%.*s%.*s%s/models%s%.*s", SLICE_ARGS(u.origin), SLICE_ARGS(path), prefix, query,
                                   SLICE_ARGS(u.query));
    return true;
}
