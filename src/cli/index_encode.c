#include "cli/index_encode.h"

#include <inttypes.h>

#include "base/clock.h"
#include "cli/encoder_access.h"
#include "cli/fill_vectors.h"
#include "cli/progress.h"
#include "cli/stop_signals.h"

const char index_encode_help[] =
    "Usage: footnote index encode\n"
    "\n"
    "Encodes the sentences of the index that have no vector yet, with all processors; 'footnote serve' does the same "
    "in\n"
    "the background, with one. Vectors are kept beside the index. An interrupted run (Ctrl-C, even kill -9) goes on "
    "where\n"
    "it stopped when the command is given again. Needs the sentence encoder: footnote encoder install.\n"
    "\n"
    "Exit status: 0 all are there, 1 it failed or there is no encoder, 2 not understood, 130 interrupted.\n";

static int index_encode_fail(const struct err *e)
{
    fprintf(stderr, "footnote index: %s\n", e->message);
    return 1;
}

static void index_encode_show(void *ud, const struct fill_report *so_far)
{
    progress_show(ud, so_far->encoded, so_far->upto, so_far->last, "");
}

static int index_encode_run(const char *folder, const struct encoder_access *x, struct err *e)
{
    struct progress progress;
    struct fill_report report;
    struct fill_options options = {.stop = &stop_asked, .shown = index_encode_show, .ud = &progress};
    struct index *index;
    if (!index_open(folder, &index, e))
        return index_encode_fail(e);
    stop_signals_catch();
    struct arena *a = arena_new();
    progress_begin(&progress, "vectors", 0);
    progress.unit = "sentences";
    int64_t began = clock_ms();
    bool ok = fill_vectors(index, x->encoder, fill_folder(a, folder), &options, &report, e);
    double seconds = (double)(clock_ms() - began) / 1000;
    progress_clear(&progress);
    arena_free(a);
    index_close(index);
    if (!ok)
        return index_encode_fail(e);
    fprintf(stderr, "%" PRIu64 " sentences encoded, %" PRIu64 " were there, %.1f s", report.encoded,
            report.sentences - report.encoded, seconds);
    if (report.encoded && seconds > 0)
        fprintf(stderr, ", %.0f a second", (double)report.encoded / seconds);
    if (report.swept)
        fprintf(stderr, "; %" PRIu64 " of removed pages dropped", report.swept);
    fputs(stop_asked ? "; interrupted, the same command goes on from here\n" : "\n", stderr);
    return stop_asked ? 130 : 0;
}

int index_encode(const char *folder, const struct config *config, int argc)
{
    struct encoder_access x;
    struct err e;
    if (argc > 0) {
        fputs(index_encode_help, stderr);
        return 2;
    }
    if (!encoder_access_open(config, &x, &e))
        return index_encode_fail(&e);
    int status = 1;
    if (x.encoder)
        status = index_encode_run(folder, &x, &e);
    else
        fputs("footnote index: there is no sentence encoder; run: footnote encoder install\n", stderr);
    encoder_access_close(&x);
    return status;
}
