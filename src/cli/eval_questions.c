#include "cli/eval_questions.h"

#include <stdio.h>

#include "cli/files.h"
#include "shape/value.h"

enum { FILE_MAX_BYTES = 256 * 1024 * 1024, QUESTION_MAX_BYTES = 25000 };

/* A string, a number as it is written, or nothing. */
static bool read_name(struct arena *a, const struct value *v, struct slice *out)
{
    *out = SLICE("");
    if (!v || v->kind == VALUE_NULL)
        return true;
    if (v->kind == VALUE_STRING)
        *out = v->string;
    else if (v->kind == VALUE_INT)
        *out = arena_printf(a, "%lld", (long long)v->integer);
    return v->kind == VALUE_STRING || v->kind == VALUE_INT;
}

/* NULL, or what is wrong. */
static const char *read_answers(struct arena *a, const struct value *v, struct eval_question *q)
{
    if (!v || v->kind != VALUE_ARRAY)
        return "\"answers\" must be an array of strings, empty when nothing answers the question";
    struct slice *answers = arena_array(a, struct slice, v->array.n);
    for (size_t i = 0; i < v->array.n; i++) {
        if (v->array.at[i].kind != VALUE_STRING || eval_norm(a, v->array.at[i].string).n == 0)
            return "each of \"answers\" must be a string with letters or digits";
        answers[i] = v->array.at[i].string;
    }
    q->answers = answers;
    q->answer_count = v->array.n;
    return NULL;
}

static const char *read_question(struct arena *a, const struct value *v, struct eval_question *q)
{
    *q = (struct eval_question){.id = SLICE("")};
    if (v->kind != VALUE_OBJECT)
        return "a line must be a JSON object";
    const struct value *text = value_member(v, SLICE("question"));
    if (!text || text->kind != VALUE_STRING || slice_trim(text->string).n == 0)
        return "\"question\" must be a string with words";
    if (text->string.n > QUESTION_MAX_BYTES)
        return "\"question\" is too long";
    q->text = text->string;
    if (!read_name(a, value_member(v, SLICE("id")), &q->id))
        return "\"id\" must be a string or a whole number";
    if (!read_name(a, value_member(v, SLICE("url")), &q->url))
        return "\"url\" must be a string";
    return read_answers(a, value_member(v, SLICE("answers")), q);
}

bool eval_questions_read(struct arena *a, const char *path, struct eval_questions *out, struct err *e)
{
    struct slice rest;
    if (!file_read(a, path, FILE_MAX_BYTES, &rest, e))
        return false;
    for (size_t line = 1; rest.n > 0; line++) {
        size_t end = slice_find(rest, SLICE("\n")), skip = end < rest.n ? end + 1 : end;
        struct slice text = slice_trim(slice_sub(rest, 0, end));
        rest = slice_sub(rest, skip, rest.n - skip);
        if (text.n == 0)
            continue;
        const struct value *v;
        struct eval_question q;
        struct err bad;
        const char *why = value_parse(a, text, &v, NULL, &bad) ? read_question(a, v, &q) : bad.message;
        if (why) {
            fprintf(stderr, "footnote eval: %s:%zu: %s; the line is skipped\n", path, line, why);
            out->bad++;
            continue;
        }
        struct eval_question *slot = arena_push(a, &out->at, out->n, &out->room);
        *slot = q;
        out->n++;
    }
    return true;
}
