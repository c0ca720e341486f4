/* scope.c - see scope.h. */
#include "crawl/scope.h"

#include <stdint.h>

#include "base/ascii.h"
#include "net/site.h"

enum { MINUTE_MS = 60 * 1000, FIRST_WAIT_MS = 1000 };

bool scope_glob(struct slice pattern, struct slice text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, kept = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            kept = t;
        } else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) { /* the last star takes one more character; earlier stars need no retry */
            p = star + 1;
            t = ++kept;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

/* A page of a wiki, "/wiki/Node.js", or one whose name is that of a thing, "/tools/Vue.js": endings that things have in
 * their names too are those of files only where the name begins with a small letter. */
static bool scope_is_title(struct slice path, struct slice ending)
{
    static const char *const named[] = {"js", "so", "o", "a", "class", "ps", "map", "json", "css", "mov", "bin"};
    size_t name = path.n;
    while (name > 0 && path.p[name - 1] != '/')
        name--;
    if (slice_ends(slice_sub(path, 0, name), SLICE("/wiki/")))
        return true;
    for (size_t i = 0; i < COUNT_OF(named); i++)
        if (slice_eq_nocase(ending, slice_of(named[i])))
            return ascii_is_upper((unsigned char)path.p[name]);
    return false;
}

/* Pictures, archives, programs and the like, by the ending of the path: not worth a request. */
static bool scope_is_file(struct slice path)
{
    static const char *const files[] = {
        "png",  "jpg",   "jpeg", "gif", "svg", "webp", "ico",   "bmp", "tif",  "css",  "js",  "mjs", "map",
        "json", "zip",   "gz",   "tgz", "bz2", "xz",   "zst",   "7z",  "rar",  "tar",  "deb", "rpm", "iso",
        "exe",  "dmg",   "apk",  "jar", "whl", "woff", "woff2", "ttf", "otf",  "eot",  "mp3", "mp4", "ogg",
        "oga",  "ogv",   "webm", "avi", "mov", "wav",  "flac",  "mkv", "m4a",  "bin",  "so",  "dll", "o",
        "a",    "class", "ps",   "eps", "doc", "xls",  "ppt",   "rtf", "xlsx", "pptx", "ods", "odp"};
    size_t dot = path.n;
    while (dot > 0 && path.p[dot - 1] != '.' && path.p[dot - 1] != '/')
        dot--;
    if (dot == 0 || path.p[dot - 1] != '.')
        return false;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        if (slice_eq_nocase(slice_sub(path, dot, path.n - dot), slice_of(files[i])))
            return !scope_is_title(path, slice_sub(path, dot, path.n - dot));
    return false;
}

bool scope_reaches(const struct scope *s, const struct url *u)
{
    if (s->reach == SCOPE_ANY)
        return true;
    for (size_t i = 0; i < s->seed_count; i++)
        if (s->reach == SCOPE_HOST ? slice_eq(s->seeds[i].origin, u->origin)
                                   : slice_eq(site_owner(s->seeds[i].host), site_owner(u->host)))
            return true;
    return false;
}

bool scope_takes(const struct scope *s, const struct url *u, unsigned depth)
{
    if (depth == 0)
        return true;
    if (depth > s->depth || !scope_reaches(s, u) || scope_is_file(u->path))
        return false;
    for (size_t i = 0; i < s->exclude_count; i++)
        if (scope_glob(s->exclude[i], u->path))
            return false;
    for (size_t i = 0; i < s->include_count; i++)
        if (scope_glob(s->include[i], u->path))
            return true;
    return s->include_count == 0;
}

bool pace_ready(const struct pace *p, int64_t now_ms)
{
    return now_ms >= p->next_ms;
}

void pace_asked(struct pace *p, int64_t now_ms)
{
    int64_t next = now_ms + (int64_t)p->delay_ms;
    p->next_ms = next > p->next_ms ? next : p->next_ms;
}

void pace_failed(struct pace *p, int64_t now_ms, unsigned retry_after_ms)
{
    unsigned wait = retry_after_ms ? retry_after_ms : (unsigned)FIRST_WAIT_MS << (p->failures < 6 ? p->failures : 6);
    if (p->failures < 100)
        p->failures++;
    int64_t next = now_ms + (wait < MINUTE_MS ? (int64_t)wait : MINUTE_MS);
    p->next_ms = next > p->next_ms ? next : p->next_ms;
}

void pace_answered(struct pace *p)
{
    p->failures = 0;
}
