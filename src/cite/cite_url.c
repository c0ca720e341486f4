/* Addresses in running text.
 *
 * A scheme with "://", a "www.", or a host name with a path behind it: each would be taken for an address by a reader
 * or made into a link by a program that shows the answer. A host name alone stays text, since companies are called
 * so. Two addresses are the same when net/url.h gives them the same canonical form; what it refuses (credentials, other
 * schemes) is never evidence. */
#include "cite/cite_url.h"

#include "net/url.h"

enum { MAX_HOST = 256, MAX_TRIMMED = 16 };

struct cite_urls {
    struct source *const *sources;
    struct slice *canonical;
    size_t n;
};

static struct slice canonical_of(struct arena *a, struct slice text)
{
    struct url url;
    const char *why;
    bool has_scheme = slice_find(text, SLICE("://")) < text.n;
    if (!has_scheme)
        text = arena_printf(a, "https://%.*s", SLICE_ARGS(text));
    return url_parse(a, text, &url, &why) ? url_canonical(a, &url) : (struct slice){"", 0};
}

struct cite_urls *cite_urls_new(struct arena *a, struct source *const *sources, size_t n)
{
    struct cite_urls *u = arena_array(a, struct cite_urls, 1);
    u->sources = sources;
    u->n = n;
    u->canonical = arena_array(a, struct slice, n);
    struct arena *scratch = arena_new();
    for (size_t i = 0; i < n; i++)
        u->canonical[i] = arena_dup(a, canonical_of(scratch, sources[i]->url));
    arena_free(scratch);
    return u;
}

struct source *cite_urls_find(const struct cite_urls *u, struct slice url)
{
    struct source *found = NULL;
    if (url.n > URL_MAX_BYTES)
        return NULL;
    struct arena *scratch = arena_new(); /* the session's would grow with each address of a long answer */
    struct slice canonical = canonical_of(scratch, url);
    for (size_t i = 0; i < u->n && canonical.n && !found; i++)
        if (slice_eq(u->canonical[i], canonical))
            found = u->sources[i];
    arena_free(scratch);
    return found;
}

/* Endings of files that a slash may follow in prose: "package.json/yarn.lock", "Node.js/Express". */
static bool is_file_ending(struct slice label)
{
    static const char *const endings[] = {
        "html", "htm", "txt", "json", "js",  "jsx", "ts",  "tsx", "mjs", "py",  "md",   "rst",  "css",  "scss", "xml",
        "yml",  "yaml", "toml", "ini", "cfg", "conf", "csv", "tsv", "pdf", "png", "jpg", "jpeg", "gif",  "svg",  "webp",
        "php",  "asp",  "aspx", "jsp", "java", "cpp", "cc",  "hpp", "rs",  "rb",  "go",  "sh",   "so",   "dll",  "exe",
        "jar",  "doc",  "docx", "xls", "xlsx", "ppt", "pptx", "tar", "gz", "lock", "log", "sql", "tex", "bib"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (slice_is(label, endings[i]))
            return true;
    return false;
}

/* "example.org": at least two labels, the last one of small letters. "The end.Another" is none. */
static bool is_host(struct slice text)
{
    size_t start = text.n, letters = 0;
    while (start > 0 && text.p[start - 1] != '.')
        start--;
    struct slice last = slice_sub(text, start, text.n - start);
    for (size_t i = 0; i < last.n; i++) {
        unsigned char c = (unsigned char)last.p[i];
        if (!((c >= 'a' && c <= 'z') || c >= 0x80 || (slice_starts(last, SLICE("xn--")) && (c == '-' || (c >= '0' && c <= '9')))))
            return false;
        letters += (c & 0xC0) != 0x80;
    }
    return letters >= 2 && start >= 2 && text.p[start - 2] != '.' && !is_file_ending(last);
}

static bool is_scheme_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Where in "size:https" the scheme begins. */
static size_t scheme_start(struct slice run)
{
    static const char *const known[] = {"https", "http", "ftp"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(known[i]);
        if (run.n >= n && slice_eq_nocase(slice_sub(run, run.n - n, n), slice_of(known[i])))
            return run.n - n;
    }
    size_t start = run.n;
    while (start > 0 && is_scheme_byte(run.p[start - 1]))
        start--;
    return start;
}

static bool begins_something(struct cite_peek *p)
{
    size_t n;
    uint32_t c = peek_char(p, &n);
    return c != 0 && !cite_ends_url(c);
}

/* What stands behind the word decides. */
static bool begins_address(struct cite_peek *p, struct slice run, uint32_t before, uint32_t before2, size_t *skip)
{
    *skip = 0;
    bool www = run.n > 4 && slice_eq_nocase(slice_sub(run, 0, 4), SLICE("www.")) && run.p[4] != '.';
    if (peek_take(p, "://")) {
        *skip = scheme_start(run);
        return *skip < run.n && begins_something(p);
    }
    if (www)
        return true;
    bool inside = before == '@' || before == '\\' || (before == '/' && before2 != '/' && before2 != ':');
    if (inside || !is_host(run))
        return false;
    if (peek_take(p, ":"))
        while (peek_byte(p) >= '0' && peek_byte(p) <= '9')
            p->at++;
    return peek_byte(p) == '/';
}

enum cite_reading cite_read_url_start(struct slice text, bool final, uint32_t before, uint32_t before2, size_t *skip)
{
    bool cut = text.n > MAX_HOST;
    struct slice ahead = cut ? utf8_cut(text, MAX_HOST) : text;
    struct cite_peek p = {.text = ahead, .final = final || cut};
    size_t n;
    for (uint32_t c; (c = peek_char(&p, &n)) != 0 && (cite_is_word(c) || c == '.' || c == '-' || c == '_' || c == '+');)
        p.at += n;
    struct slice run = slice_sub(ahead, 0, p.at);
    if (p.more)
        return CITE_MORE;
    bool yes = begins_address(&p, run, before, before2, skip);
    if (!yes)
        *skip = run.n ? run.n : n;
    return peek_result(&p, yes);
}

bool cite_ends_url(uint32_t c)
{
    return c <= ' ' || (c < 0x80 && strchr("<>\"`{}|\\^[]", (int)c)) || c == 0xA0 || c == 0xAB || c == 0xBB ||
           (c >= 0x2000 && c < 0x2070) || c >= 0x2E80;
}

/* Punctuation that belongs to the sentence around. */
static size_t trim(struct slice url)
{
    while (url.n > 0 && strchr(".,;:!?'*_~", url.p[url.n - 1]))
        url.n--;
    return url.n;
}

enum cite_reading cite_read_url(struct slice text, bool final, size_t *n)
{
    struct cite_peek p = {.text = text, .final = final};
    size_t bytes = 1, open = 0;
    for (uint32_t c; (c = peek_char(&p, &bytes)) != 0 && !cite_ends_url(c); p.at += bytes) {
        if (c == ')' && open == 0)
            break;
        open += c == '(';
        open -= c == ')';
        if (p.at > URL_MAX_BYTES - MAX_TRIMMED)
            return CITE_NO;
    }
    if (p.more)
        return CITE_MORE;
    *n = trim(slice_sub(text, 0, p.at));
    return CITE_YES;
}
