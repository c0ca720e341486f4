/* index_add.c - footnote index add: pages from JSON lines into the index.
 *
 * Imports are long, so they can be interrupted at any point, kill -9 included: every COMMIT_PAGES pages the index is
 * committed together with a note that says how far the file was read, and the next run of the same file goes on
 * there. The note is bound to the file's size, time and inode; a changed file is read from its beginning, where
 * pages that the index has already are recognised by their hash and skipped. A bad line is reported and skipped: one
 * broken page in a million must not stop the others. */
#include "cli/index_add.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "index/index.h"

enum {
    LINE_BYTES_MAX = 2 * INDEX_TEXT_BYTES_MAX, /* the text, and room for its JSON escapes */
    COMMIT_PAGES = 2000, /* what a kill -9 loses: a second or two of work; a commit costs some 50 ms */
    SHOWN_ERRORS = 50,   /* of a file; the rest is only counted */
    BAR_EVERY_MS = 100,
    LINE_EVERY_MS = 5000,
    BAR_CELLS = 30,
};

struct counts {
    uint64_t added, unchanged, bad;
};

struct import {
    struct index *index;
    struct arena *a;
    struct counts all;
    /* The file that is read now. */
    const char *path;
    FILE *file;
    struct slice note; /* name of its note; empty for what cannot be continued */
    struct slice fingerprint;
    uint64_t line, offset, size; /* size 0: not known */
    uint64_t start_offset, pages, uncommitted, bad;
    int64_t started_ms, shown_ms;
    bool bar; /* standard error is a terminal */
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

/* --- progress --------------------------------------------------------------------------------------------------- */

static void clear_bar(const struct import *im)
{
    if (im->bar)
        fputs("\r\033[K", stderr);
}

static void show_progress(struct import *im)
{
    int64_t now = clock_ms();
    if (now - im->shown_ms < (im->bar ? BAR_EVERY_MS : LINE_EVERY_MS))
        return;
    im->shown_ms = now;
    double seconds = (double)(now - im->started_ms) / 1000 + 0.001, rate = (double)im->pages / seconds;
    char left[32] = "";
    double part = im->size ? (double)im->offset / (double)im->size : 0;
    if (im->size && im->offset > im->start_offset) {
        double bytes_per_s = (double)(im->offset - im->start_offset) / seconds;
        unsigned long s = (unsigned long)((double)(im->size - im->offset) / bytes_per_s);
        snprintf(left, sizeof left, ", %lu:%02lu left", s / 60, s % 60);
    }
    if (!im->bar) {
        fprintf(stderr, "%s: %" PRIu64 " pages, %.0f a second", im->path, im->pages, rate);
        if (im->size)
            fprintf(stderr, ", %.0f %%%s", part * 100, left);
        fputc('\n', stderr);
        return;
    }
    clear_bar(im);
    if (im->size) {
        int cells = (int)(part * BAR_CELLS);
        fputc('[', stderr);
        for (int i = 0; i < BAR_CELLS; i++)
            fputc(i < cells ? '#' : '.', stderr);
        fprintf(stderr, "] %3.0f %%  ", part * 100);
    }
    fprintf(stderr, "%" PRIu64 " pages, %.0f a second%s", im->pages, rate, left);
}

static void report_bad(struct import *im, const char *reason)
{
    im->bad++;
    im->all.bad++;
    if (im->bad > SHOWN_ERRORS)
        return;
    clear_bar(im);
    fprintf(stderr, "%s:%" PRIu64 ": skipped: %s\n", im->path, im->line, reason);
    if (im->bad == SHOWN_ERRORS)
        fprintf(stderr, "%s: further bad lines are only counted\n", im->path);
}

/* --- one line --------------------------------------------------------------------------------------------------- */

/* A string field; absent or null is fine when it is not required. */
static bool take_field(json_t *page, const char *name, bool required, struct slice *out, struct err *e)
{
    json_t *value = json_object_get(page, name);
    *out = (struct slice){"", 0};
    if (!value || json_is_null(value))
        return !required || err_set_param(e, ERR_MISSING_FIELD, name, "\"%s\" is missing.", name);
    if (!json_is_string(value))
        return err_set_param(e, ERR_BAD_VALUE, name, "\"%s\" is not a string.", name);
    *out = (struct slice){json_string_value(value), json_string_length(value)};
    return true;
}

static bool is_about_the_page(enum err_code code)
{
    return code == ERR_BAD_VALUE || code == ERR_MISSING_FIELD || code == ERR_INPUT_TOO_LONG || code == ERR_BAD_JSON;
}

static bool put_line(struct import *im, struct slice line, struct err *e)
{
    json_error_t why;
    json_t *page = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &why);
    struct index_page p;
    bool same = false;
    if (!json_is_object(page)) {
        err_set(e, ERR_BAD_JSON, "%s%s", page ? "not a JSON object" : "not JSON: ", page ? "" : why.text);
        json_decref(page);
        return false;
    }
    bool ok = take_field(page, "url", true, &p.url, e) && take_field(page, "title", true, &p.title, e) &&
              take_field(page, "text", true, &p.text, e) && take_field(page, "lang", false, &p.lang, e) &&
              take_field(page, "date", false, &p.date, e) && index_has(im->index, &p, &same, e) &&
              (same || index_put(im->index, &p, e));
    json_decref(page);
    if (!ok)
        return false;
    im->all.unchanged += same;
    im->all.added += !same;
    im->pages++;
    im->uncommitted++;
    return true;
}

/* --- one file --------------------------------------------------------------------------------------------------- */

/* The next line without its end; false at the end of the file or when interrupted. `over` of the buffer tells a line
 * above the ceiling, which is read to its end all the same. */
static bool next_line(struct import *im, struct buf *line)
{
    int c;
    buf_reset(line);
    while ((c = getc_unlocked(im->file)) != EOF) {
        im->offset++;
        if (c == '\n')
            break;
        if (!line->over)
            buf_add_char(line, (char)c);
    }
    if (c == EOF && (interrupted || (line->n == 0 && !line->over)))
        return false;
    im->line++;
    return true;
}

static bool commit(struct import *im, struct err *e)
{
    if (im->note.n) {
        struct slice value =
            arena_printf(im->a, "%" PRIu64 " %" PRIu64 " %.*s", im->line, im->offset, SLICE_ARGS(im->fingerprint));
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
    uint64_t line, offset;
    int used = 0;
    if (!index_note(im->index, im->note, im->a, &value, e))
        return false;
    if (value.n == 0 || sscanf(value.p, "%" SCNu64 " %" SCNu64 " %n", &line, &offset, &used) != 2 ||
        !slice_eq(slice_sub(value, (size_t)used, value.n - (size_t)used), im->fingerprint) || offset > im->size)
        return true;
    if (fseeko(im->file, (off_t)offset, SEEK_SET) != 0)
        return true;
    im->line = line;
    im->offset = im->start_offset = offset;
    fprintf(stderr, "%s: going on after line %" PRIu64 ", where the last run stopped\n", im->path, line);
    return true;
}

static bool open_file(struct import *im, const char *path, struct err *e)
{
    struct stat s;
    im->path = path, im->note = (struct slice){"", 0};
    im->line = im->offset = im->start_offset = im->size = im->pages = im->bad = 0;
    im->started_ms = im->shown_ms = clock_ms();
    if (strcmp(path, "-") == 0) {
        im->path = "standard input";
        im->file = stdin;
        return true;
    }
    im->file = fopen(path, "r");
    if (!im->file || fstat(fileno(im->file), &s) != 0)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    if (S_ISDIR(s.st_mode))
        return err_set(e, ERR_IO, "%s is a folder.", path);
    if (!S_ISREG(s.st_mode))
        return true;
    im->size = (uint64_t)s.st_size;
    char *whole = realpath(path, NULL);
    im->note = arena_printf(im->a, "import %s", whole ? whole : path);
    free(whole);
    im->fingerprint = arena_printf(im->a, "%" PRIu64 " %lld.%09ld %llu", im->size, (long long)s.st_mtim.tv_sec,
                                   s.st_mtim.tv_nsec, (unsigned long long)s.st_ino);
    return go_on(im, e);
}

static bool read_lines(struct import *im, struct buf *line, struct err *e)
{
    while (!interrupted && next_line(im, line)) {
        struct err why = {0};
        struct slice text = slice_trim(buf_slice(line));
        if (line->over) {
            err_set(&why, ERR_INPUT_TOO_LONG, "the line has more than %d bytes", (int)LINE_BYTES_MAX);
            report_bad(im, why.message);
        } else if (text.n && !put_line(im, text, &why)) {
            if (!is_about_the_page(why.code)) {
                *e = why;
                return false;
            }
            report_bad(im, why.message);
        }
        if (im->uncommitted >= COMMIT_PAGES && !commit(im, e))
            return false;
        show_progress(im);
    }
    if (ferror(im->file) && !interrupted)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", im->path, strerror(errno));
    return true;
}

static bool add_file(struct import *im, const char *path, struct buf *line, struct err *e)
{
    bool ok = open_file(im, path, e) && read_lines(im, line, e);
    clear_bar(im);
    if (ok && !interrupted && im->note.n)
        ok = index_set_note(im->index, im->note, SLICE(""), e); /* read whole: nothing to go on with */
    if (ok && !interrupted)
        im->note.n = 0;
    ok = ok && commit(im, e);
    if (im->file && im->file != stdin)
        fclose(im->file);
    im->file = NULL;
    return ok;
}

static void catch_signals(void)
{
    /* Without SA_RESTART: a read that waits for standard input must return. */
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int index_add(const char *folder, char **files, size_t count)
{
    struct err e = {0};
    struct import im = {.bar = isatty(STDERR_FILENO) == 1};
    struct buf line;
    if (!index_open_writer(folder, &im.index, &e)) {
        fprintf(stderr, "footnote index: %s\n", e.message);
        return 1;
    }
    im.a = arena_new();
    buf_init(&line, LINE_BYTES_MAX);
    catch_signals();
    int64_t started = clock_ms();
    bool failed = false;
    for (size_t i = 0; i < count && !interrupted; i++) {
        if (!add_file(&im, files[i], &line, &e)) {
            fprintf(stderr, "footnote index: %s\n", e.message);
            failed = true;
        }
    }
    double seconds = (double)(clock_ms() - started) / 1000;
    fprintf(stderr, "%" PRIu64 " pages added, %" PRIu64 " unchanged, %" PRIu64 " lines skipped, %.1f s%s\n",
            im.all.added, im.all.unchanged, im.all.bad, seconds,
            interrupted ? "; interrupted, the same command goes on from here" : "");
    index_close(im.index);
    buf_release(&line);
    arena_free(im.a);
    if (interrupted)
        return 130;
    return failed || (im.all.bad && im.all.added + im.all.unchanged == 0) ? 1 : 0;
}
