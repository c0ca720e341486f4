/* align.c - what alignment says of claims, for measuring: one JSON line in, one out.
 *
 * usage: align INDEX_FOLDER < ROWS.jsonl   ({"title", "lang", "text", "claims": [...]} a line; the index weighs words)
 * A claim is a text, or [text, question] for a value that answers the question.
 * Each line of the output is a list of [verdict, reason], one for each claim against the text as a page. */
#include "api/json_out.h"
#include "evidence/align.h"
#include "text/sentences.h"

static struct slice member(json_t *row, const char *name)
{
    return slice_of(json_string_value(json_object_get(row, name)));
}

static struct view *view_of(struct arena *a, json_t *row)
{
    const struct lang *lang = lang_find(member(row, "lang"));
    struct sentences cut = passages_cut(a, member(row, "text"), lang, 120);
    struct passage *at = arena_array(a, struct passage, cut.n);
    for (size_t i = 0; i < cut.n; i++)
        at[i] = (struct passage){.url = SLICE("https://page.example/"),
                                 .site = SLICE("page.example"),
                                 .title = member(row, "title"),
                                 .lang = slice_of(lang->code),
                                 .text = cut.at[i],
                                 .number = (uint32_t)i,
                                 .score = 1};
    struct index_hits *hits = arena_array(a, struct index_hits, 1);
    *hits = (struct index_hits){at, cut.n, 1, cut.n};
    return view_new(a, evidence_new(a), hits, cut.n);
}

static bool judge(struct index *index, json_t *row, struct err *e)
{
    struct arena *a = arena_new();
    json_t *claims = json_object_get(row, "claims"), *claim, *out = json_array();
    struct aligner *al = align_new(a, view_of(a, row), pool_new(a, index));
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
    struct index *index = NULL;
    struct err e;
    char *line = NULL;
    size_t room = 0;
    if (argc != 2 || !index_open(argv[1], &index, &e)) {
        fputs("usage: align INDEX_FOLDER < ROWS.jsonl\n", stderr);
        return 2;
    }
    while (getline(&line, &room, stdin) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        if (!row || !judge(index, row, &e)) {
            fprintf(stderr, "%s\n", row ? e.message : "a line is not JSON");
            return 1;
        }
        json_decref(row);
    }
    free(line);
    index_close(index);
    return 0;
}
