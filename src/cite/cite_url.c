/* cite_url.c - finds addresses in running text, and looks them up in the evidence.
 *
 * An address is a scheme with "://", a "www.", or a host name with a path behind it. Readers take all three for
 * addresses, and programs that show answers turn them into links. A host name alone stays text, since companies have
 * such names. Two addresses are equal if net/url.h gives them the same canonical form. Addresses that it refuses
 * (credentials, other schemes) are never in evidence. */
#include "cite/cite_url.h"

#include "base/ascii.h"
#include "net/url.h"
#include "text/script.h"

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
    struct arena *scratch = arena_new(); /* the session's arena would grow with each address of a long answer */
    struct slice canonical = canonical_of(scratch, url);
    for (size_t i = 0; i < u->n && canonical.n && !found; i++)
        if (slice_eq(u->canonical[i], canonical))
            found = u->sources[i];
    arena_free(scratch);
    return found;
}

/* Whether it is the ending of a file name, which a slash may follow in prose: "package.json/yarn.lock", "Node.js/x". */
static bool is_file_ending(struct slice label)
{
    static const char *const endings[] = {"html", "htm",  "txt",  "json", "js",   "jsx", "ts",   "tsx",  "mjs", "py",
                                          "md",   "rst",  "css",  "scss", "xml",  "yml", "yaml", "toml", "ini", "cfg",
                                          "conf", "csv",  "tsv",  "pdf",  "png",  "jpg", "jpeg", "gif",  "svg", "webp",
                                          "php",  "asp",  "aspx", "jsp",  "java", "cpp", "cc",   "hpp",  "rs",  "rb",
                                          "go",   "sh",   "so",   "dll",  "exe",  "jar", "doc",  "docx", "xls", "xlsx",
                                          "ppt",  "pptx", "tar",  "gz",   "lock", "log", "sql",  "tex",  "bib"};
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (slice_is(label, endings[i]))
            return true;
    return false;
}

/* Whether it is a host name: at least two labels, the last one in small letters. "The end.Another" has none. */
static bool is_host(struct slice text)
{
    size_t start = text.n, letters = 0;
    while (start > 0 && text.p[start - 1] != '.')
        start--;
    struct slice last = slice_sub(text, start, text.n - start);
    for (size_t i = 0; i < last.n; i++) {
        unsigned char c = (unsigned char)last.p[i];
        if (!(ascii_is_lower(c) || c >= 0x80 || (slice_starts(last, SLICE("xn--")) && (c == '-' || ascii_is_digit(c)))))
            return false;
        letters += (c & 0xC0) != 0x80;
    }
    return letters >= 2 && start >= 2 && text.p[start - 2] != '.' && !is_file_ending(last);
}

static bool is_scheme_byte(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

/* The offset of the scheme in a run like "size:https". */
static size_t scheme_start(struct slice run)
{
    static const char *const known[] = {"https", "http", "ftp"};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
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

/* Whether the run ends in a scheme whose addresses browsers mend. */
static bool is_web_scheme(struct slice run)
{
    static const char *const known[] = {"http", "https", "ftp"};
    struct slice scheme = slice_sub(run, scheme_start(run), run.n - scheme_start(run));
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (slice_eq_nocase(scheme, slice_of(known[i])))
            return true;
    return false;
}

/* Moves over ":" and slashes of either kind. */
static bool take_slashes(struct cite_peek *p)
{
    if (!peek_take(p, ":"))
        return false;
    size_t start = p->at;
    while (peek_byte(p) == '/' || peek_byte(p) == '\\')
        p->at++;
    return p->at > start;
}

/* Whether the word begins an address. The text behind it decides. */
static bool begins_address(struct cite_peek *p, struct slice run, uint32_t before, uint32_t before2, size_t *skip)
{
    *skip = 0;
    size_t before_colon = p->at;
    if (is_web_scheme(run) && take_slashes(p)) { /* browsers take "https:\\\\host" and "https:/host" for the same */
        *skip = scheme_start(run);
        return begins_something(p);
    }
    p->at = before_colon;
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
        while (ascii_is_digit(peek_byte(p)))
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
           (c >= 0x2000 && c < 0x2070) || c >= SCRIPT_CJK_BLOCKS;
}

/* The length without punctuation at the end, which belongs to the sentence around the address. */
static size_t cite_trim(struct slice url)
{
    while (url.n > 0 && char_in(url.p[url.n - 1], ".,;:!?'*_~"))
        url.n--;
    return url.n;
}

enum cite_reading cite_read_url(struct slice text, bool final, size_t *n)
{
    struct cite_peek p = {.text = text, .final = final};
    size_t bytes = 1, open = 0;
    while (ascii_is_letter(peek_byte(&p)))
        p.at++;
    bool odd = peek_take(&p, ":\\") || peek_take(&p, ":/\\");
    if (!odd)
        p.at = 0;
    for (uint32_t c; (c = peek_char(&p, &bytes)) != 0 && (!cite_ends_url(c) || (odd && c == '\\')); p.at += bytes) {
        if (c == ')' && open == 0)
            break;
        open += c == '(';
        open -= c == ')';
        if (p.at > URL_MAX_BYTES - MAX_TRIMMED)
            return CITE_NO;
    }
    if (p.more)
        return CITE_MORE;
    *n = cite_trim(slice_sub(text, 0, p.at));
    return CITE_YES;
}

/* The character that ends right before byte i, and its offset; 0 at the start of text. */
static uint32_t url_char_before(struct slice text, size_t i, size_t *start)
{
    uint32_t c = 0;
    *start = i;
    if (i == 0)
        return 0;
    do
        --*start;
    while (*start > 0 && ((unsigned char)text.p[*start] & 0xC0) == 0x80);
    return utf8_next(slice_sub(text, *start, i - *start), &c) ? c : 0xFFFD;
}

bool cite_urls_cover(const struct cite_urls *u, struct slice text)
{
    for (size_t at = 0; at < text.n;) {
        size_t start, skip, n;
        uint32_t before = url_char_before(text, at, &start), before2 = url_char_before(text, start, &start);
        bool begins = cite_read_url_start(slice_sub(text, at, text.n - at), true, before, before2, &skip) == CITE_YES;
        at += skip;
        if (!begins)
            continue;
        struct slice rest = slice_sub(text, at, text.n - at);
        if (cite_read_url(rest, true, &n) != CITE_YES || !cite_urls_find(u, slice_sub(rest, 0, n)))
            return false;
        at += n;
    }
    return true;
}
