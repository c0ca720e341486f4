/* scope.c - see scope.h. */
#include "crawl/scope.h"

#include <stdint.h>

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
        } else if (star != SIZE_MAX) { /* the last star takes one more; earlier ones need not be looked at again */
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

bool scope_is_file(struct slice path)
{
    static const char *const files[] = {
        "png", "jpg", "jpeg", "gif",  "svg", "webp", "ico", "bmp", "tif", "css", "js",  "mjs",  "map", "json", "zip", "gz",
        "tgz", "bz2", "xz",   "zst",  "7z",  "rar",  "tar", "deb", "rpm", "iso", "exe", "dmg",  "apk", "jar",  "whl", "woff",
        "woff2", "ttf", "otf", "eot", "mp3", "mp4",  "ogg", "oga", "ogv", "webm", "avi", "mov", "wav", "flac", "mkv", "m4a",
        "bin", "so",  "dll",  "o",    "a",   "class", "ps", "eps", "doc", "xls", "ppt", "docx", "xlsx", "pptx", "odt", "epub"};
    size_t dot = path.n;
    while (dot > 0 && path.p[dot - 1] != '.' && path.p[dot - 1] != '/')
        dot--;
    if (dot == 0 || path.p[dot - 1] != '.')
        return false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (slice_eq_nocase(slice_sub(path, dot, path.n - dot), slice_of(files[i])))
            return true;
    return false;
}

bool scope_reaches(const struct scope *s, const struct url *u)
{
    if (s->reach == SCOPE_ANY)
        return true;
    for (size_t i = 0; i < s->seed_count; i++)
        if (s->reach == SCOPE_HOST ? slice_eq(s->seeds[i].origin, u->origin)
                                   : slice_eq(url_site(s->seeds[i].host), url_site(u->host)))
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
