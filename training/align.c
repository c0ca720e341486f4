/* align.c - measures alignment (evidence/align.h): compares claims with a page. align_eval.py makes the claims.
 *
 * usage: align INDEX_FOLDER [ENCODER] < ROWS.jsonl
 *
 * ENCODER: packed weights ('footnote encoder install'); claims in other words are compared by meaning then.
 *
 * Input: {"title", "lang", "text", "claims": [...]} on each line; the text is taken as a page. A claim is a text, or
 * [text, question] for a value that answers the question. The index weighs words.
 * Output: for each line a list of [verdict, reason], one for each claim. */
#include "api/json_out.h"
#include "evidence/align.h"
#include "text/passages.h"
#include "rows.h"

static struct slice member(json_t *row, const char *name)
{
    return slice_of(json_string_value(json_object_get(row, name)));
}

static struct encoder *encoder;
static struct meaning *meaning;

static struct view *view_of(struct arena *a, json_t *row)
{
    const struct lang *lang = lang_find(member(row, "lang"));
    struct passage_cuts cut = passages_cut(a, member(row, "text"), lang, 120);
    struct passage *at = arena_array(a, struct passage, cut.n);
    for (size_t i = 0; i < cut.n; i++)
        at[i] = (struct passage){.url = SLICE("https://page.example/"),
                                 .site = SLICE("page.example"),
                                 .title = member(row, "title"),
                                 .lang = slice_of(lang->code),
                                 .text = cut.at[i].text,
                                 .number = (uint32_t)i,
                                 .score = 1};
    struct index_hits *hits = arena_array(a, struct index_hits, 1);
    *hits = (struct index_hits){at, cut.n, 1, cut.n};
    return view_new(a, evidence_new(a), hits, cut.n);
}

static bool judge(struct index *index, json_t *row, void *ud, struct err *e)
{
    (void)ud;
    struct arena *a = arena_new();
    json_t *claims = json_object_get(row, "claims"), *claim, *out = json_array();
    struct aligner *al = align_new(a, view_of(a, row), pool_new(a, index));
    const struct deadline never = {INT64_MAX, NULL};
    align_mean(al, meaning, &never);
    size_t i;
    bool ok = true;
    json_array_foreach(claims, i, claim)
    {
        bool value = json_is_array(claim);
        const struct align_claim c = {.text = slice_of(json_string_value(value ? json_array_get(claim, 0) : claim)),
                                      .name = value ? SLICE("answer") : SLICE(""),
                                      .about = slice_of(json_string_value(value ? json_array_get(claim, 1) : NULL)),
                                      .lang = lang_find(member(row, "lang"))};
        struct alignment found;
        ok = ok && align_claim(al, &c, &found, e);
        if (ok)
            json_array_append_new(out, json_pack("[s, o]", align_verdict_name(found.verdict), json_text(found.reason)));
    }
    json_dumpf(out, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(out);
    arena_free(a);
    return ok;
}

int main(int argc, char **argv)
{
    struct err e;
    if (argc == 3 && !encoder_open(argv[2], &encoder, &e)) {
        fprintf(stderr, "%s\n", e.message);
        return 1;
    }
    meaning = meaning_new(encoder, NULL, NULL);
    int status = rows_read(argc == 3 ? 2 : argc, argv, "align INDEX_FOLDER [ENCODER] < ROWS.jsonl", judge, NULL);
    meaning_free(meaning);
    encoder_close(encoder);
    return status;
}
