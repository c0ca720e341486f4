#include "cli/confidence_file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum { MODEL_MAX_BYTES = 65536, NAME_MAX_CHARS = 40 };
/* Inputs are about 0 to 1, so a larger weight is a mistake and would make every answer certain. */
static const double WEIGHT_MOST = 1000;

static const struct {
    const char *name;
    size_t offset;
    bool is_probability;
} others[] = {
    {"bias", offsetof(struct confidence_model, bias), false},
    {"high_from", offsetof(struct confidence_model, high_from), true},
    {"medium_from", offsetof(struct confidence_model, medium_from), true},
    {"answer_from", offsetof(struct confidence_model, answer_from), true},
};
enum { OTHER_COUNT = COUNT_OF(others) };

static const double *confidence_other(const struct confidence_model *m, size_t i)
{
    return (const double *)(const void *)((const char *)m + others[i].offset);
}

static double *confidence_member(struct confidence_model *m, const char *name, bool *is_probability)
{
    *is_probability = false;
    for (size_t i = 0; i < INPUT_COUNT; i++)
        if (slice_eq_nocase(slice_of(name), slice_of(confidence_input_names[i])))
            return &m->weights[i];
    for (size_t i = 0; i < OTHER_COUNT; i++)
        if (slice_eq_nocase(slice_of(name), slice_of(others[i].name))) {
            *is_probability = others[i].is_probability;
            return (double *)(void *)((char *)m + others[i].offset);
        }
    return NULL;
}

struct reading {
    struct confidence_model *model;
    struct err *e;
    bool failed;
};

static int on_line(void *ud, const char *section, const char *name, const char *value)
{
    struct reading *r = ud;
    (void)section;
    if (r->failed)
        return 0;
    bool is_probability;
    char *end;
    double *at = confidence_member(r->model, name, &is_probability), number = strtod(value, &end);
    double least = is_probability ? 0 : -WEIGHT_MOST, most = is_probability ? 1 : WEIGHT_MOST;
    if (!at)
        r->failed = !err_set(r->e, ERR_USAGE, "the confidence model has no input '%s'.", name);
    else if (end == value || *end || !(number >= least && number <= most))
        r->failed =
            !err_set(r->e, ERR_USAGE, "%s must be a decimal number from %g to %g, not '%s'.", name, least, most, value);
    else
        *at = number;
    return !r->failed;
}

bool confidence_read(const char *path, struct confidence_model *m, struct err *e)
{
    struct confidence_model read = *m;
    struct err cause;
    struct reading r = {&read, &cause, false};
    int line = ini_parse(path, on_line, &r);
    if (line < 0)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    if (line > 0 && !r.failed)
        return err_set(e, ERR_USAGE, "%s:%d: expected 'name = number', or a ; comment.", path, line);
    if (line > 0)
        return err_set(e, ERR_USAGE, "%s:%d: %s", path, line, cause.message);
    *m = read;
    return true;
}

/* Ten digits give back the shipped weights exactly, and more than matters of fitted ones. */
void confidence_print(const struct confidence_model *m, struct buf *out)
{
    buf_add(out, SLICE("; The confidence model: probability = 1 / (1 + exp(-(bias + sum of weight * input))), that the "
                       "answer is right.\n"
                       "; Inputs are named and explained in src/evidence/confidence.def. Lines that are left out count "
                       "as shipped.\n"
                       "; To change it, put a file confidence.ini with the changed lines into the data folder, or let\n"
                       "; footnote eval --calibrate QUESTIONS.jsonl fit it on your own questions.\n\n"));
    for (size_t i = 0; i < INPUT_COUNT; i++) {
        char name[NAME_MAX_CHARS];
        size_t n = 0;
        for (; confidence_input_names[i][n] && n + 1 < sizeof name; n++)
            name[n] = (char)tolower((unsigned char)confidence_input_names[i][n]);
        name[n] = '\0';
        buf_printf(out, "%s = %.10g\n", name, m->weights[i]);
    }
    for (size_t i = 0; i < OTHER_COUNT; i++) {
        if (i == 1)
            buf_add(out, SLICE("\n; From which probability on an answer is high, is medium, is given at all.\n"));
        buf_printf(out, "%s = %.10g\n", others[i].name, *confidence_other(m, i));
    }
}

bool confidence_write(const char *path, const struct confidence_model *m, struct err *e)
{
    struct buf text;
    struct arena *a = arena_new();
    const char *unfinished = arena_printf(a, "%s.part", path).p;
    buf_init(&text, MODEL_MAX_BYTES);
    confidence_print(m, &text);
    FILE *out = fopen(unfinished, "wb");
    bool ok =
        out && !text.over && fwrite(text.p, 1, text.n, out) == text.n && fflush(out) == 0 && fsync(fileno(out)) == 0;
    if (out)
        ok = (fclose(out) == 0) && ok;
    ok = ok && rename(unfinished, path) == 0;
    if (!ok)
        err_set(e, ERR_IO, "%s cannot be written: %s.", path, text.over ? "it is too large" : strerror(errno));
    arena_free(a);
    buf_release(&text);
    return ok;
}

const char *confidence_path(struct arena *a, const struct config *c)
{
    return c->confidence_file[0] ? c->confidence_file : arena_printf(a, "%s/confidence.ini", c->data).p;
}

bool confidence_load(const struct config *c, struct confidence_model *out, struct err *e)
{
    struct arena *a = arena_new();
    const char *path = confidence_path(a, c);
    struct confidence_model m = confidence_shipped;
    bool ok = (!c->confidence_file[0] && access(path, F_OK) != 0) || confidence_read(path, &m, e);
    const double given[] = {c->confidence_high, c->confidence_medium, c->confidence_answer};
    double *const at[] = {&m.high_from, &m.medium_from, &m.answer_from};
    for (size_t i = 0; i < 3; i++)
        if (given[i] >= 0)
            *at[i] = given[i];
    if (ok && !(m.answer_from <= m.medium_from && m.medium_from <= m.high_from))
        ok = err_set(e, ERR_USAGE,
                     "The thresholds of confidence must rise: answer %g, medium %g, high %g, from %s or the settings "
                     "confidence_answer, confidence_medium and confidence_high.",
                     m.answer_from, m.medium_from, m.high_from, path);
    if (ok)
        *out = m;
    arena_free(a);
    return ok;
}
