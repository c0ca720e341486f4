#include "cli/fill_vectors.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "encode/kept.h"
#include "encode/meaning.h"
#include "evidence/view.h"

enum {
    WALK_PASSAGES = 64,      /* of a step: some 400 sentences */
    COMMIT_SENTENCES = 4096, /* what a kill costs at most: seven seconds of work */
    SWEEP_SHARE = 4,         /* swept when the numbers gone are more than this part of those in use, */
    SWEEP_LEAST = 1000,      /* and this many */
    LOOK_PAUSE_MS = 2000,    /* between two looks for new pages */
    FAILED_PAUSE_MS = 60 * 1000,
    FILLER_NICE =
        10, /* a ninth of a usual thread's share: it makes way, and still comes to its end on a busy machine */
};

struct fill {
    struct index *index;
    struct encoder *encoder;
    struct kept_writer *writer, *passages;
    const struct fill_options *options;
    struct fill_report *report;
    struct fill_keys { /* for a sweep */
        uint64_t *at;
        size_t n, room;
    } sentence_keys, passage_keys;
};

const char *fill_folder(struct arena *a, const char *index_folder)
{
    return arena_printf(a, "%s/vectors", index_folder).p;
}

const char *fill_passages_folder(struct arena *a, const char *vectors_folder)
{
    return arena_printf(a, "%s/passages", vectors_folder).p;
}

/* The sentences of some passages, cut as they are for a question. */
static const struct view *fill_cut(struct arena *a, const struct index_walk *walk)
{
    return view_new(a, evidence_new(a), &walk->hits, walk->hits.n);
}

static struct meaning_text fill_text(const struct sentence *s)
{
    return (struct meaning_text){s->passage->passage->title, s->text};
}

/* The vectors of all sentences are there. */
static void fill_passages(struct fill *f, struct arena *a, const struct view *v)
{
    const struct kept_row **rows = arena_array(a, const struct kept_row *, v->sentence_count);
    for (size_t rank = 0; rank < v->passage_count; rank++) {
        const struct view_passage *cut = &v->passages[rank];
        uint64_t key = v->chosen[rank].passage->id;
        float vector[ENCODE_WIDTH];
        size_t n = 0;
        if (kept_has(f->passages, key))
            continue;
        for (size_t i = cut->first; i < cut->first + cut->count; i++) {
            struct meaning_text text = fill_text(&v->sentences[i]);
            const struct kept_row *row = kept_has_row(f->writer, kept_key(text.title, text.text));
            if (row)
                rows[n++] = row;
        }
        if (meaning_of_passage(rows, n, vector))
            kept_put(f->passages, key, vector);
    }
}

/* False: it was stopped, and the rest has no vector yet. */
static bool fill_encode(struct fill *f, struct arena *a, const struct view *v)
{
    struct slice *lines = arena_array(a, struct slice, v->sentence_count);
    uint64_t *keys = arena_array(a, uint64_t, v->sentence_count);
    struct deadline never = {INT64_MAX, f->options->stop};
    size_t n = 0;
    for (size_t i = 0; i < v->sentence_count; i++) {
        struct meaning_text text = fill_text(&v->sentences[i]);
        keys[n] = kept_key(text.title, text.text);
        if (!kept_has(f->writer, keys[n]))
            lines[n++] = meaning_line(a, &text);
    }
    float *vectors = arena_array(a, float, n *ENCODE_WIDTH);
    size_t done = (f->options->aside ? encode_aside : encode_texts)(f->encoder, lines, n, &never, vectors);
    for (size_t i = 0; i < done; i++)
        if (!kept_has(f->writer, keys[i])) /* a page may say a sentence twice */
            kept_put(f->writer, keys[i], vectors + i * ENCODE_WIDTH);
    f->report->sentences += v->sentence_count - (n - done);
    f->report->encoded += done;
    if (done == n)
        fill_passages(f, a, v);
    return done == n;
}

static bool fill_stopped(const struct fill *f)
{
    return f->options->stop && atomic_load(f->options->stop);
}

/* Sentences first: passages that are lost are made again from them. */
static bool fill_commit(struct fill *f, uint32_t upto, struct err *e)
{
    return kept_commit(f->writer, upto, e) && kept_commit(f->passages, upto, e);
}

/* From passage number `from` to the end, or until it is stopped. */
static bool fill_run(struct fill *f, uint32_t from, struct index_walk *walk, struct err *e)
{
    uint32_t done = from;
    *walk = (struct index_walk){.most = WALK_PASSAGES};
    for (bool more = true; more;) {
        struct arena *a = arena_new();
        walk->after = done;
        bool ok = index_walk(f->index, walk, a, e);
        more = ok && walk->upto > walk->after && !fill_stopped(f) && fill_encode(f, a, fill_cut(a, walk));
        arena_free(a);
        if (!ok)
            return false;
        done = more ? walk->upto : done;
        if (kept_waiting(f->writer) + kept_waiting(f->passages) >= COMMIT_SENTENCES && !fill_commit(f, done, e))
            return false;
        f->report->upto = done;
        f->report->last = walk->last;
        if (more && f->options->shown)
            f->options->shown(f->options->ud, f->report);
    }
    return fill_commit(f, done, e);
}

static void fill_note_key(struct fill_keys *keys, uint64_t key)
{
    if (keys->n == keys->room) {
        keys->room = keys->room ? 2 * keys->room : COMMIT_SENTENCES;
        uint64_t *more = realloc(keys->at, keys->room * sizeof *more);
        if (!more)
            abort();
        keys->at = more;
    }
    keys->at[keys->n++] = key;
}

static void fill_note_keys(struct fill *f, const struct view *v)
{
    for (size_t i = 0; i < v->sentence_count; i++) {
        struct meaning_text text = fill_text(&v->sentences[i]);
        fill_note_key(&f->sentence_keys, kept_key(text.title, text.text));
    }
    for (size_t i = 0; i < v->passage_count; i++)
        fill_note_key(&f->passage_keys, v->chosen[i].passage->id);
}

/* Reads the whole index and drops what no page of it says. */
static bool fill_sweep(struct fill *f, const char *folder, struct err *e)
{
    struct index_walk walk = {.most = WALK_PASSAGES};
    bool ok = true;
    do {
        struct arena *a = arena_new();
        walk.after = walk.upto;
        ok = index_walk(f->index, &walk, a, e);
        if (ok && walk.upto > walk.after)
            fill_note_keys(f, fill_cut(a, &walk));
        arena_free(a);
    } while (ok && walk.upto > walk.after && !fill_stopped(f));
    if (!ok || fill_stopped(f))
        return ok;
    uint64_t before = kept_total(f->writer), gone = walk.last - walk.hits.searched;
    ok = kept_sweep(f->writer, f->sentence_keys.at, f->sentence_keys.n, gone, e) &&
         kept_sweep(f->passages, f->passage_keys.at, f->passage_keys.n, gone, e);
    f->report->swept = before - kept_total(f->writer);
    if (ok)
        log_event(LOG_INFO, "vectors", "folder=%s swept=%llu", folder, (unsigned long long)f->report->swept);
    return ok;
}

/* The last number in use; no passage is read. */
static bool fill_last(struct index *index, uint32_t *last, struct err *e)
{
    struct index_walk walk = {.most = 0};
    struct arena *a = arena_new();
    bool ok = index_walk(index, &walk, a, e);
    *last = walk.last;
    arena_free(a);
    return ok;
}

/* last: the last number of a passage in use. Fewer than were done: the index was made anew, and numbers mean other
 * passages now. *from: the number behind which the work begins. */
static bool fill_open(struct fill *f, const char *folder, uint32_t last, uint32_t *from, struct err *e)
{
    struct arena *a = arena_new();
    uint32_t model = encoder_model(f->encoder);
    bool ok = kept_writer_open(folder, model, false, &f->writer, e) &&
              kept_writer_open(fill_passages_folder(a, folder), model, true, &f->passages, e);
    arena_free(a);
    if (!ok)
        return false;
    /* Where an older program kept sentences alone, passages are behind. Their sentences are passed over quickly. */
    uint32_t sentences = kept_upto(f->writer), passages = kept_upto(f->passages);
    bool anew = last < sentences || last < passages;
    *from = anew ? 0 : sentences < passages ? sentences : passages;
    return !anew || kept_sweep(f->passages, NULL, 0, 0, e);
}

static void fill_close(struct fill *f)
{
    kept_writer_close(f->passages);
    kept_writer_close(f->writer);
    free(f->sentence_keys.at);
    free(f->passage_keys.at);
}

bool fill_vectors(struct index *index, struct encoder *x, const char *folder, const struct fill_options *options,
                  struct fill_report *out, struct err *e)
{
    struct fill f = {.index = index, .encoder = x, .options = options, .report = out};
    struct index_walk walk;
    uint32_t last, from;
    *out = (struct fill_report){0};
    if (!fill_last(index, &last, e))
        return false;
    if (last == 0) /* an index that nobody has begun has no folder either */
        return true;
    if (!fill_open(&f, folder, last, &from, e)) {
        fill_close(&f);
        return false;
    }
    bool ok = fill_run(&f, from, &walk, e);
    uint64_t gone = ok ? walk.last - walk.hits.searched : 0;
    if (ok && !fill_stopped(&f) && gone > kept_gone(f.writer) + SWEEP_LEAST + walk.hits.searched / SWEEP_SHARE)
        ok = fill_sweep(&f, folder, e);
    fill_close(&f);
    return ok;
}

/* --- the thread of serve ---------------------------------------------------------------------------------------- */

struct filler {
    struct index *index;
    struct encoder *encoder;
    char *folder;
    pthread_t thread;
    atomic_bool stop;
};

/* Whether there are passages behind number `done`. */
static bool filler_due(struct filler *f, uint32_t done)
{
    struct err e;
    uint32_t last;
    return fill_last(f->index, &last, &e) && last != done;
}

static void *filler_run(void *thing)
{
    struct filler *f = thing;
    struct deadline life = {INT64_MAX, &f->stop};
    uint32_t done = 0;
    unsigned pause_ms;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), FILLER_NICE); /* of this thread alone, on Linux */
    do {
        struct fill_options options = {.aside = true, .stop = &f->stop};
        struct fill_report report;
        struct err e;
        pause_ms = LOOK_PAUSE_MS;
        if (!filler_due(f, done))
            continue;
        int64_t began = clock_ms();
        if (fill_vectors(f->index, f->encoder, f->folder, &options, &report, &e)) {
            done = report.upto;
            if (report.encoded)
                log_event(LOG_INFO, "vectors", "sentences=%llu encoded=%llu ms=%lld",
                          (unsigned long long)report.sentences, (unsigned long long)report.encoded,
                          (long long)(clock_ms() - began));
        } else if (e.code != ERR_BUSY) {
            log_event(LOG_WARN, "vectors", "%s", e.message);
            pause_ms = FAILED_PAUSE_MS;
        }
    } while (deadline_pause(&life, pause_ms));
    return NULL;
}

struct filler *filler_start(struct index *index, struct encoder *x, const char *folder)
{
    struct filler *f = calloc(1, sizeof *f);
    if (!f || !(f->folder = strdup(folder))) {
        free(f);
        return NULL;
    }
    f->index = index;
    f->encoder = x;
    if (pthread_create(&f->thread, NULL, filler_run, f) != 0) {
        free(f->folder);
        free(f);
        return NULL;
    }
    return f;
}

void filler_stop(struct filler *f)
{
    if (!f)
        return;
    atomic_store(&f->stop, true);
    pthread_join(f->thread, NULL);
    free(f->folder);
    free(f);
}
