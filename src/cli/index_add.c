/* index_add.c - footnote index add: pages of files (ingest/source.h) into the index.
 *
 * Imports are long, so they can be interrupted at any point, by kill -9 too. Every COMMIT_PAGES pages the index is
 * committed together with a note that says how far the file was read; the next run of the same file goes on there. The
 * note is bound to size, time and inode of the file. A changed file is read from its beginning; pages that the index
 * has are recognised by their hash and skipped. A bad record is reported and skipped: one broken page in a million must
 * not stop the rest. */
#include "cli/index_add.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/stop_signals.h"
#include "index/index.h"

enum {
    COMMIT_PAGES = 2000, /* what a kill -9 loses: a second or two of work; a commit costs some 50 ms */
    SHOWN_ERRORS = 50,   /* of a file; the rest is only counted */
};

struct counts {
    uint64_t added, unchanged, older, bad;
};

struct import {
    struct index *index;
    struct arena *a;
    struct counts all;
    /* What is read now. */
    const char *name;
    struct source *source;
    struct progress progress;
    struct slice note; /* name of its note; empty for what cannot be continued */
    struct slice fingerprint;
    struct source_place from; /* where the last run stopped */
    uint64_t pages, uncommitted, bad;
};

static void report_bad(struct import *im, const char *reason)
{
    im->bad++;
    im->all.bad++;
    if (im->bad > SHOWN_ERRORS)
        return;
    progress_clear(&im->progress);
    fprintf(stderr, "%s:%s: skipped: %s\n", im->name, source_where(im->source), reason);
    if (im->bad == SHOWN_ERRORS)
        fprintf(stderr, "%s: further bad %ss are only counted\n", im->name, source_unit(im->source));
}

static bool is_about_the_page(enum err_code code)
{
    return code == ERR_BAD_VALUE || code == ERR_MISSING_FIELD || code == ERR_INPUT_TOO_LONG || code == ERR_BAD_JSON;
}

/* Whether the index has a later capture of the page. A note by address says when what it has was captured; it counts
 * only while the page is there. */
static bool has_later(struct import *im, struct arena *a, const struct source_page *page, struct slice note,
                      bool *later, struct err *e)
{
    struct slice had;
    *later = false;
    if (page->captured.n == 0)
        return true;
    if (!index_note(im->index, note, a, &had, e))
        return false;
    if (had.n == 0 || slice_cmp(had, page->captured) <= 0)
        return true;
    return index_holds(im->index, page->url, later, e);
}

static bool put_page(struct import *im, struct arena *a, const struct source_page *page, struct err *e)
{
    const struct page_copy p = {
        .url = page->url, .title = page->title, .text = page->text, .lang = page->lang, .date = page->date};
    struct slice note = page->captured.n ? arena_printf(a, "captured %.*s", SLICE_ARGS(index_hash(a, page->url)))
                                         : (struct slice){"", 0};
    bool same = false, later = false;
    if (!has_later(im, a, page, note, &later, e))
        return false;
    if (!later && (!index_has(im->index, &p, &same, e) || (!same && !index_put(im->index, &p, e)) ||
                   (note.n && !index_set_note(im->index, note, page->captured, e))))
        return false;
    im->all.older += later;
    im->all.unchanged += same;
    im->all.added += !same && !later;
    im->pages++;
    im->uncommitted++;
    return true;
}

static bool add_commit(struct import *im, struct err *e)
{
    struct source_place at;
    if (im->note.n && source_place(im->source, &at)) {
        struct slice value =
            arena_printf(im->a, "%" PRIu64 " %" PRIu64 " %.*s", at.record, at.offset, SLICE_ARGS(im->fingerprint));
        if (!index_set_note(im->index, im->note, value, e))
            return false;
    }
    im->uncommitted = 0;
    return index_commit(im->index, e);
}

/* Goes to where an interrupted run of the same file stopped. */
static bool go_on(struct import *im, struct err *e)
{
    struct slice value;
    struct source_place from;
    int used = 0;
    if (!index_note(im->index, im->note, im->a, &value, e))
        return false;
    if (value.n == 0 || sscanf(value.p, "%" SCNu64 " %" SCNu64 " %n", &from.record, &from.offset, &used) != 2 ||
        !slice_eq(slice_sub(value, (size_t)used, value.n - (size_t)used), im->fingerprint) ||
        !source_go_on(im->source, from))
        return true;
    im->from = from;
    fprintf(stderr, "%s: going on after %s %" PRIu64 ", where the last run stopped\n", im->name,
            source_unit(im->source), from.record);
    return true;
}

static bool open_source(struct import *im, const char *path, const struct source_options *options, struct err *e)
{
    struct stat s;
    im->name = strcmp(path, "-") == 0 ? "standard input" : path;
    im->note = (struct slice){"", 0};
    im->pages = im->bad = im->uncommitted = 0;
    im->from = (struct source_place){0, 0};
    if (!source_open(path, options, &im->source, e))
        return false;
    bool fixed = strcmp(path, "-") != 0 && stat(path, &s) == 0 && S_ISREG(s.st_mode);
    if (fixed) {
        char *whole = realpath(path, NULL);
        im->note = arena_printf(im->a, "import %s", whole ? whole : path);
        free(whole);
        im->fingerprint = arena_printf(im->a, "%lld %lld.%09ld %llu", (long long)s.st_size, (long long)s.st_mtim.tv_sec,
                                       s.st_mtim.tv_nsec, (unsigned long long)s.st_ino);
        if (!go_on(im, e))
            return false;
    }
    progress_begin(&im->progress, im->name, im->from.offset);
    return true;
}

static bool read_pages(struct import *im, struct err *e)
{
    enum source_step step = SOURCE_PAGE;
    while (!stop_asked && step != SOURCE_END) {
        struct arena *a = arena_new();
        struct source_page page;
        struct err why = {0};
        bool put = true;
        step = source_next(im->source, a, &page, &why);
        if (step == SOURCE_PAGE)
            put = put_page(im, a, &page, &why);
        arena_free(a);
        if (step == SOURCE_FAILED || (!put && !is_about_the_page(why.code))) {
            *e = why;
            return false;
        }
        if (step == SOURCE_BAD || !put)
            report_bad(im, why.message);
        if (im->uncommitted >= COMMIT_PAGES && !add_commit(im, e))
            return false;
        uint64_t done, all;
        source_progress(im->source, &done, &all);
        progress_show(&im->progress, im->pages, done, all, "");
    }
    return true;
}

/* A file that is damaged in its middle: what came before the damage is kept. */
static bool add_finish(struct import *im, bool whole, struct err *e)
{
    struct err late = {0};
    if (whole && !stop_asked && im->note.n) {
        if (!index_set_note(im->index, im->note, SLICE(""), e)) /* read whole: nothing to go on with */
            return false;
        im->note.n = 0;
    }
    if (add_commit(im, &late))
        return whole;
    if (whole)
        *e = late;
    return false;
}

/* Files of a folder that were passed over are named by kind, and what held no page at all is an error. */
static bool add_report(struct import *im, const char *path, struct err *e)
{
    struct slice passed = source_passed(im->source, im->a);
    if (passed.n)
        fprintf(stderr, "%s: passed over, not of a kind that is read: %.*s\n", im->name, SLICE_ARGS(passed));
    if (stop_asked || im->pages + im->bad > 0 || im->from.record > 0)
        return true;
    struct stat s;
    bool folder = stat(path, &s) == 0 && S_ISDIR(s.st_mode);
    if (folder)
        return err_set(e, ERR_IO,
                       "%s: there is no page in this folder (.html, .md, .rst, .txt, .pdf, .docx, .odt, .epub, "
                       ".eml, .mbox or .mhtml).",
                       im->name);
    return err_set(e, ERR_IO, "%s: there is no page in it.", im->name);
}

static bool add_one(struct import *im, const char *path, const struct source_options *options, struct err *e)
{
    bool ok = open_source(im, path, options, e);
    if (ok) {
        ok = read_pages(im, e);
        progress_clear(&im->progress);
        bool readable = ok || e->code == ERR_CORRUPT || e->code == ERR_IO;
        ok = readable ? add_finish(im, ok, e) : ok;
        ok = ok && add_report(im, path, e);
    }
    source_close(im->source);
    im->source = NULL;
    return ok;
}

int index_add(const char *folder, char **paths, size_t count, const struct source_options *options)
{
    struct err e = {0};
    struct import im = {.a = NULL};
    struct source_options stoppable = *options;
    stoppable.stop = &stop_asked;
    if (!index_open_writer(folder, &im.index, &e)) {
        fprintf(stderr, "footnote index: %s\n", e.message);
        return 1;
    }
    im.a = arena_new();
    stop_signals_catch();
    int64_t started = clock_ms();
    bool failed = false, misused = false;
    for (size_t i = 0; i < count && !stop_asked; i++) {
        if (!add_one(&im, paths[i], &stoppable, &e)) {
            fprintf(stderr, "footnote index: %s\n", e.message);
            failed = true;
            misused = misused || e.code == ERR_USAGE;
        }
    }
    double seconds = (double)(clock_ms() - started) / 1000;
    fprintf(stderr, "%" PRIu64 " pages added, %" PRIu64 " unchanged, %" PRIu64 " skipped", im.all.added,
            im.all.unchanged, im.all.bad);
    if (im.all.older)
        fprintf(stderr, ", %" PRIu64 " older captures left out", im.all.older);
    fprintf(stderr, ", %.1f s%s\n", seconds, stop_asked ? "; interrupted, the same command goes on from here" : "");
    index_close(im.index);
    arena_free(im.a);
    if (stop_asked)
        return 130;
    if (misused)
        return 2;
    return failed || (im.all.bad && im.all.added + im.all.unchanged + im.all.older == 0) ? 1 : 0;
}
