/* index.c - stores pages as passages and terms, and does all reading that needs no search. index_search.c searches.
 *
 * Index and query use the same tokenisation (text/words.h), so that their terms match. Xapian's own parser and term
 * generator are not used. Every stem is indexed, even stop words, since a question may have nothing else. The terms of
 * the title count for each passage of the page, since a passage rarely repeats the topic of its page. */
#include "index/index.h"

#include <dirent.h>
#include <sha2.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/table.h"
#include "base/utf8.h"
#include "index/pages.h"
#include "text/language.h"

enum {
    /* Long enough to have all words of a question, short enough to be about one thing. This length, and 140 in a
     * prototype, find an answer among 15 passages for 98 % of the questions. */
    PASSAGE_WORDS = 120,
    /* A word of the title counts like this many words in the passage. Share of English questions whose first passage
     * has the answer: 83.7 % with 0, 84.4 % with 1, 84.9 % with 2, 3 and 5. Other languages do not change. */
    TITLE_WEIGHT = 2,
    NAME_WEIGHT = 1,        /* the same for a word of a heading or term above the passage or in it */
    TITLE_TERM_BYTES = 400, /* the rest of a longer title is not indexed */
    TERM_BYTES_MAX = 64,    /* longer "words" are identifiers and encoded data; nobody searches for them */
    MARKS_MAX = 8,          /* marks of one site: its host and the domains above it */
};

#define FORMAT_TEXT "2" /* INDEX_FORMAT, as its record has it */

bool index_damaged(const struct index *x, const char *what, struct err *e)
{
    return err_set(e, ERR_CORRUPT, "The index in %s is damaged (%s). Remove the folder and add the pages again.",
                   x->folder, what);
}

/* --- open and close --------------------------------------------------------------------------------------------- */

static bool open_index(const char *folder, bool write, struct index **out, struct err *e)
{
    struct index *x = calloc(1, sizeof *x);
    char *name = strdup(folder);
    if (!x || !name)
        abort();
    x->folder = name;
    x->writes = write;
    if (!engine_open(folder, write, &x->engine, e)) {
        index_close(x);
        return false;
    }
    *out = x;
    return true;
}

/* Whether this program can read an index with this record of its format; it has none before format 2. */
static bool format_is_known(const struct index *x, struct slice format, struct err *e)
{
    if (format.n == 0 || slice_eq(format, SLICE(FORMAT_TEXT)))
        return true;
    return err_set(e, ERR_CORRUPT,
                   "The index in %s was written by a newer version of footnote. Use that version, or remove the folder "
                   "and add the pages again.",
                   x->folder);
}

bool index_open(const char *folder, struct index **out, struct err *e)
{
    struct index *x;
    struct engine_view *v;
    if (!open_index(folder, false, &x, e))
        return false;
    /* Reads once, so that damage is reported here and not with the first question. */
    struct arena *a = arena_new();
    struct slice format;
    bool ok = engine_view_take(x->engine, true, &v, e);
    if (ok) {
        ok = engine_record(v, format_key, a, &format, e) && format_is_known(x, format, e);
        engine_view_give(x->engine, v, !ok);
    }
    arena_free(a);
    if (!ok) {
        index_close(x);
        return false;
    }
    *out = x;
    return true;
}

bool index_open_writer(const char *folder, struct index **out, struct err *e)
{
    struct index *x;
    if (!open_index(folder, true, &x, e))
        return false;
    struct arena *a = arena_new();
    struct slice totals, format;
    bool ok = engine_written_record(x->engine, format_key, a, &format, e) && format_is_known(x, format, e) &&
              engine_written_record(x->engine, totals_key, a, &totals, e);
    if (ok && !totals_decode(totals, &x->totals))
        ok = index_damaged(x, "its totals", e);
    arena_free(a);
    if (!ok) {
        index_close(x);
        return false;
    }
    *out = x;
    return true;
}

bool index_copy(const struct index *x, const char *to, struct err *e)
{
    return engine_snapshot(x->folder, to, e);
}

void index_close(struct index *x)
{
    if (!x)
        return;
    engine_close(x->engine);
    free(x->folder);
    free(x);
}

bool read_by_view(struct index *x, bool (*read)(struct index *x, struct engine_view *v, void *ud, struct err *e),
                  void *ud, struct err *e)
{
    enum { TRIES = 6 }; /* a try fails only if the writer commits twice during it */
    for (int i = 1;; i++) {
        struct engine_view *v = NULL;
        struct err failed = {0};
        bool ok = engine_view_take(x->engine, i > 1, &v, &failed) && read(x, v, ud, &failed);
        engine_view_give(x->engine, v, !ok && failed.code != ERR_BUSY);
        if (ok)
            return true;
        if (failed.code != ERR_BUSY || i == TRIES) {
            *e = failed;
            return false;
        }
    }
}

/* --- put -------------------------------------------------------------------------------------------------------- */

/* Checks the form and the ranges of month and day only. Pages with an impossible day are accepted all the same. */
static bool index_is_date(struct slice s)
{
    struct day d;
    return s.n == 10 && date_read_figures(s, &d) && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31;
}

static bool check_field(const char *name, struct slice s, size_t max_bytes, bool required, struct err *e)
{
    if (s.n > max_bytes)
        return err_set_param(e, ERR_INPUT_TOO_LONG, name, "\"%s\" has %zu bytes; at most %zu are accepted.", name, s.n,
                             max_bytes);
    if (required && slice_trim(s).n == 0)
        return err_set_param(e, ERR_BAD_VALUE, name, "\"%s\" is empty.", name);
    size_t bad = utf8_check(s);
    if (bad < s.n)
        return err_set_param(e, ERR_BAD_VALUE, name, "\"%s\" is not valid UTF-8 at byte %zu.", name, bad);
    return true;
}

static bool check_page(const struct page_copy *p, struct err *e)
{
    if (!check_field("url", p->url, INDEX_URL_BYTES_MAX, true, e) ||
        !check_field("title", p->title, INDEX_TITLE_BYTES_MAX, false, e) ||
        !check_field("text", p->text, INDEX_TEXT_BYTES_MAX, true, e) || !check_field("lang", p->lang, 11, false, e))
        return false;
    for (size_t i = 0; i < p->lang.n; i++)
        if ((unsigned char)p->lang.p[i] <= ' ' || p->lang.p[i] == '=')
            return err_set_param(e, ERR_BAD_VALUE, "lang", "\"lang\" is not a language code.");
    if (p->date.n && !index_is_date(p->date))
        return err_set_param(e, ERR_BAD_VALUE, "date", "\"date\" is not a date of the form YYYY-MM-DD.");
    return true;
}

static void count_lang(struct totals *t, struct slice code, int by)
{
    for (size_t i = 0; i < LANGS_MAX; i++) {
        if (!t->langs[i].code[0])
            snprintf(t->langs[i].code, sizeof t->langs[i].code, "%.*s", SLICE_ARGS(code));
        if (slice_is(code, t->langs[i].code)) {
            t->langs[i].pages += (uint64_t)(int64_t)by;
            return;
        }
    }
}

/* The terms of one passage, each once. */
struct terms {
    struct engine_term *at;
    size_t n;
    struct table by_text;
};

static void terms_init(struct terms *t, struct arena *a, size_t most)
{
    *t = (struct terms){.at = arena_array(a, struct engine_term, most)};
    table_init(&t->by_text, a, most);
}

static void terms_add(struct terms *t, struct slice text, unsigned count)
{
    if (text.n == 0 || text.n > TERM_BYTES_MAX)
        return;
    uint32_t hash = slice_hash(text), number;
    for (struct table_walk w = table_walk(&t->by_text, hash); (number = table_next(&w));) {
        struct engine_term *known = &t->at[number - 1];
        if (slice_eq(known->text, text)) {
            known->count += count;
            return;
        }
    }
    t->at[t->n++] = (struct engine_term){text, count};
    table_add(&t->by_text, hash, (uint32_t)t->n);
}

/* What the passages of a page share while it is written. */
struct putting {
    struct index *x;
    const struct lang *lang;
    struct words title;
    enum page_kind kind;
    struct slice marks[MARKS_MAX];
    size_t mark_count;
    char key[PAGE_KEY_BYTES];
    char date[ENGINE_DATE_BYTES];
    struct slice date_slice;
    struct page_record page;
};

static void make_marks(struct putting *p, struct arena *a)
{
    struct slice site = p->page.site;
    bool address = site.n && (site.p[site.n - 1] == ']' || ascii_is_digit(site.p[site.n - 1]));
    while (site.n && p->mark_count < MARKS_MAX) {
        p->marks[p->mark_count++] = domain_mark(a, site);
        size_t dot = slice_find(site, SLICE("."));
        if (dot == site.n || address)
            break;
        site = slice_sub(site, dot + 1, site.n - dot - 1);
    }
}

static bool put_passage(struct putting *p, struct slice gap, const struct passage_cut *cut, uint32_t number,
                        uint32_t offset, struct err *e)
{
    struct arena *a = arena_new();
    struct words w = words_split(a, cut->text, p->lang), naming = words_split(a, passage_naming(a, cut), p->lang);
    struct terms terms;
    struct slice aliases[INDEX_ALIASES_MAX];
    size_t alias_count = number == 0 ? alias_marks(a, p->page.title, cut->text, p->lang, aliases) : 0;
    terms_init(&terms, a, w.n + p->title.n + naming.n + p->mark_count + alias_count + 1);
    unsigned char *stems = arena_alloc(a, w.n * 2 + 1);
    for (size_t i = 0; i < w.n; i++) {
        uint16_t h = stem_hash(w.at[i].stem);
        stems[2 * i] = (unsigned char)h;
        stems[2 * i + 1] = (unsigned char)(h >> 8);
        terms_add(&terms, w.at[i].stem, 1);
    }
    for (size_t i = 0; i < p->title.n; i++)
        if (!(p->title.at[i].flags & WORD_STOP))
            terms_add(&terms, p->title.at[i].stem, TITLE_WEIGHT);
    for (size_t i = 0; i < naming.n; i++)
        if (!(naming.at[i].flags & WORD_STOP))
            terms_add(&terms, naming.at[i].stem, NAME_WEIGHT);
    for (size_t i = 0; i < p->mark_count; i++)
        terms.at[terms.n++] = (struct engine_term){p->marks[i], 0};
    for (size_t i = 0; i < alias_count; i++)
        terms.at[terms.n++] = (struct engine_term){aliases[i], 0};
    struct passage_record r = {.page_key = {p->key, PAGE_KEY_BYTES},
                               .page_id = p->page.page_id,
                               .number = number,
                               .offset = offset,
                               .stems = stems,
                               .stem_count = w.n,
                               .gap = gap,
                               .text = cut->text,
                               .above = cut->above,
                               .above_count = cut->above_count,
                               .in_code = cut->in_code,
                               .kind = p->kind};
    struct engine_passage passage = {
        .terms = terms.at, .term_count = terms.n, .date = p->date_slice, .stored = passage_encode(a, &r)};
    uint32_t stored_as;
    bool ok = engine_add(p->x->engine, &passage, &stored_as, e);
    if (ok && number == 0)
        p->page.first = stored_as;
    p->page.words += (uint32_t)w.n;
    p->page.count++;
    arena_free(a);
    return ok;
}

static bool put_passages(struct putting *p, const struct page_copy *page, struct arena *a, struct err *e)
{
    struct passage_cuts cuts = passages_cut(a, page->text, p->lang, PASSAGE_WORDS);
    size_t at = 0;
    for (size_t i = 0; i < cuts.n; i++) {
        size_t start = (size_t)(cuts.at[i].text.p - page->text.p);
        if (!put_passage(p, slice_sub(page->text, at, start - at), &cuts.at[i], (uint32_t)i, (uint32_t)start, e))
            return false;
        at = start + cuts.at[i].text.n;
    }
    if (cuts.n == 0)
        return err_set_param(e, ERR_BAD_VALUE, "text", "\"text\" is blank.");
    p->page.tail = slice_sub(page->text, at, page->text.n - at);
    return true;
}

static struct slice index_sha256(struct arena *a, struct slice text)
{
    SHA2_CTX sha;
    uint8_t *digest = arena_alloc(a, SHA256_DIGEST_LENGTH);
    SHA256Init(&sha);
    SHA256Update(&sha, (const uint8_t *)text.p, text.n);
    SHA256Final(digest, &sha);
    return (struct slice){(const char *)digest, SHA256_BYTES};
}

struct slice index_hash(struct arena *a, struct slice text)
{
    return pages_hex(a, index_sha256(a, text));
}

struct slice index_site(struct arena *a, struct slice url)
{
    return site_of(a, url);
}

/* The page's record as the writer sees it. *found is false if there is none. */
static bool written_page(struct index *x, struct slice url, struct arena *a, struct page_record *r, bool *found,
                         struct err *e)
{
    char key[PAGE_KEY_BYTES];
    struct slice bytes;
    page_key(url, key);
    if (!engine_written_record(x->engine, (struct slice){key, PAGE_KEY_BYTES}, a, &bytes, e))
        return false;
    *found = bytes.n > 0;
    if (*found && !page_decode(bytes, r))
        return index_damaged(x, "the record of a page", e);
    return true;
}

static bool index_forget(struct index *x, const struct page_record *r, struct err *e)
{
    if (!engine_delete(x->engine, r->first, r->count, e))
        return false;
    x->totals.pages--;
    x->totals.words -= r->words;
    count_lang(&x->totals, r->lang, -1);
    return true;
}

static bool needs_writer(const struct index *x, struct err *e)
{
    return x->writes || err_set(e, ERR_INTERNAL, "The index in %s is open for reading only.", x->folder);
}

static bool same_page(const struct page_record *r, const struct page_copy *page, struct slice digest)
{
    return r->format == INDEX_FORMAT && slice_eq(r->sha256, digest) && slice_eq(r->title, page->title) &&
           slice_eq(r->date, page->date) && (page->lang.n == 0 || slice_eq(r->lang, page->lang));
}

bool index_has(struct index *x, const struct page_copy *page, bool *same, struct err *e)
{
    if (!needs_writer(x, e))
        return false;
    struct arena *a = arena_new();
    struct page_record r;
    bool ok = written_page(x, page->url, a, &r, same, e);
    if (ok && *same)
        *same = same_page(&r, page, index_sha256(a, page->text));
    arena_free(a);
    return ok;
}

bool index_holds(struct index *x, struct slice url, bool *found, struct err *e)
{
    if (!needs_writer(x, e))
        return false;
    struct arena *a = arena_new();
    struct page_record r;
    bool ok = written_page(x, url, a, &r, found, e);
    arena_free(a);
    return ok;
}

static bool put_in(struct index *x, const struct page_copy *page, struct arena *a, struct err *e)
{
    struct page_record before;
    struct putting p = {.x = x};
    bool replaces;
    if (!written_page(x, page->url, a, &before, &replaces, e))
        return false;
    if (replaces && !index_forget(x, &before, e))
        return false;
    const struct lang *guessed =
        page->lang.n ? lang_find(page->lang) : language_guess(page->text, lang_find(SLICE("und")));
    p.lang = guessed;
    p.page = (struct page_record){.format = INDEX_FORMAT,
                                  .page_id = replaces ? before.page_id : (uint32_t)x->totals.next_page_id++,
                                  .sha256 = index_sha256(a, page->text),
                                  .url = page->url,
                                  .title = page->title,
                                  .site = site_of(a, page->url),
                                  .date = page->date,
                                  .lang = page->lang.n ? page->lang : slice_of(guessed->code)};
    p.title = words_split(a, utf8_cut(page->title, TITLE_TERM_BYTES), p.lang);
    p.kind = page_kind_of(a, page->url, page->title, &p.title, p.lang);
    page_key(page->url, p.key);
    make_marks(&p, a);
    if (page->date.n) {
        memcpy(p.date, page->date.p, 4);
        memcpy(p.date + 4, page->date.p + 5, 2);
        memcpy(p.date + 6, page->date.p + 8, 2);
        p.date_slice = (struct slice){p.date, ENGINE_DATE_BYTES};
    }
    if (!put_passages(&p, page, a, e))
        return false;
    if (!engine_set_record(x->engine, (struct slice){p.key, PAGE_KEY_BYTES}, page_encode(a, &p.page), e))
        return false;
    x->totals.pages++;
    x->totals.words += p.page.words;
    count_lang(&x->totals, p.page.lang, 1);
    return true;
}

bool index_put(struct index *x, const struct page_copy *page, struct err *e)
{
    if (!needs_writer(x, e) || !check_page(page, e))
        return false;
    struct arena *a = arena_new();
    bool ok = put_in(x, page, a, e);
    arena_free(a);
    return ok;
}

bool index_remove(struct index *x, struct slice url, bool *found, struct err *e)
{
    if (!needs_writer(x, e))
        return false;
    struct arena *a = arena_new();
    struct page_record r;
    char key[PAGE_KEY_BYTES];
    page_key(url, key);
    bool ok = written_page(x, url, a, &r, found, e);
    if (ok && *found)
        ok = index_forget(x, &r, e) && engine_set_record(x->engine, (struct slice){key, PAGE_KEY_BYTES}, SLICE(""), e);
    arena_free(a);
    return ok;
}

bool index_commit(struct index *x, struct err *e)
{
    if (!needs_writer(x, e))
        return false;
    struct arena *a = arena_new();
    bool ok = engine_set_record(x->engine, totals_key, totals_encode(a, &x->totals), e) &&
              engine_set_record(x->engine, format_key, SLICE(FORMAT_TEXT), e) && engine_commit(x->engine, e);
    arena_free(a);
    return ok;
}

/* --- notes ------------------------------------------------------------------------------------------------------ */

/* Names may be long (paths), so the key is a hash, as for pages, with another prefix. */
static struct slice note_key(struct arena *a, struct slice name)
{
    char *key = arena_alloc(a, 5 + PAGE_KEY_BYTES);
    memcpy(key, "note:", 5);
    page_key(name, key + 5);
    return (struct slice){key, 5 + PAGE_KEY_BYTES};
}

bool index_set_note(struct index *x, struct slice name, struct slice value, struct err *e)
{
    if (!needs_writer(x, e))
        return false;
    struct arena *a = arena_new();
    bool ok = engine_set_record(x->engine, note_key(a, name), value, e);
    arena_free(a);
    return ok;
}

struct record_wanted {
    struct slice key, value;
    struct arena *a;
};

static bool read_record(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct record_wanted *w = ud;
    (void)x;
    return engine_record(v, w->key, w->a, &w->value, e);
}

bool index_note(struct index *x, struct slice name, struct arena *a, struct slice *value, struct err *e)
{
    struct record_wanted w = {.key = note_key(a, name), .a = a};
    bool ok = x->writes ? engine_written_record(x->engine, w.key, a, &w.value, e) : read_by_view(x, read_record, &w, e);
    if (ok)
        *value = w.value;
    return ok;
}

/* --- pages and figures ------------------------------------------------------------------------------------------ */

struct text_wanted {
    struct page_copy page;
    struct arena *a;
    bool found;
};

static bool read_text(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct text_wanted *w = ud;
    char key[PAGE_KEY_BYTES];
    struct slice bytes;
    struct page_record page;
    page_key(w->page.url, key);
    if (!engine_record(v, (struct slice){key, PAGE_KEY_BYTES}, w->a, &bytes, e))
        return false;
    w->found = bytes.n > 0;
    if (!w->found)
        return true;
    if (!page_decode(bytes, &page))
        return index_damaged(x, "the record of a page", e);
    uint64_t passages;
    if (!engine_counts(v, NULL, 0, &passages, NULL, e))
        return false;
    if (page.count > passages) /* before room is made for so many */
        return index_damaged(x, "the record of a page", e);
    struct slice *stored = arena_array(w->a, struct slice, page.count);
    struct passage_record *records = arena_array(w->a, struct passage_record, page.count);
    size_t n = page.tail.n;
    if (!engine_stored(v, page.first, page.count, w->a, stored, e))
        return false;
    for (uint32_t i = 0; i < page.count; i++) {
        if (!passage_decode(stored[i], &records[i], NULL))
            return index_damaged(x, "the text of a passage", e);
        n += records[i].gap.n + records[i].text.n;
    }
    char *text = arena_alloc(w->a, n + 1), *at = text;
    for (uint32_t i = 0; i < page.count; i++) {
        memcpy(at, records[i].gap.p, records[i].gap.n);
        memcpy(at + records[i].gap.n, records[i].text.p, records[i].text.n);
        at += records[i].gap.n + records[i].text.n;
    }
    memcpy(at, page.tail.p, page.tail.n);
    w->page.text = (struct slice){text, n};
    w->page.title = arena_dup(w->a, page.title);
    w->page.lang = arena_dup(w->a, page.lang);
    w->page.date = arena_dup(w->a, page.date);
    w->page.sha256 = pages_hex(w->a, page.sha256);
    return true;
}

bool index_page(struct index *x, struct slice url, struct arena *a, struct page_copy *page, bool *found, struct err *e)
{
    struct text_wanted w = {.page = {.url = url}, .a = a};
    if (!read_by_view(x, read_text, &w, e))
        return false;
    *page = w.page;
    *found = w.found;
    return true;
}

bool index_page_text(struct index *x, struct slice url, struct arena *a, struct slice *text, bool *found, struct err *e)
{
    struct page_copy page;
    if (!index_page(x, url, a, &page, found, e))
        return false;
    *text = page.text;
    return true;
}

static bool read_stats(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct index_stats *out = ud;
    struct arena *a = arena_new();
    struct slice bytes;
    struct totals t;
    bool ok = engine_counts(v, NULL, 0, &out->passages, NULL, e) && engine_record(v, totals_key, a, &bytes, e);
    if (ok && !totals_decode(bytes, &t))
        ok = index_damaged(x, "its totals", e);
    if (ok) {
        out->pages = t.pages;
        out->words_per_passage = out->passages ? (double)t.words / (double)out->passages : 0;
    }
    arena_free(a);
    return ok;
}

bool index_stats(struct index *x, struct index_stats *out, struct err *e)
{
    struct index_stats s = {0};
    if (!read_by_view(x, read_stats, &s, e))
        return false;
    DIR *folder = opendir(x->folder);
    for (struct dirent *d; folder && (d = readdir(folder));) {
        struct stat file;
        if (fstatat(dirfd(folder), d->d_name, &file, 0) == 0 && S_ISREG(file.st_mode))
            s.bytes_on_disk += (uint64_t)file.st_blocks * 512;
    }
    if (folder)
        closedir(folder);
    *out = s;
    return true;
}

const char *index_engine(void)
{
    return engine_version();
}

void index_use_reserve(void)
{
    engine_use_reserve();
}
