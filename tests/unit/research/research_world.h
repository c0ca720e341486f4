/* research_world.h - a whole session for tests: a real index in a temporary folder, filled from a table of pages. */
#ifndef RESEARCH_WORLD_H
#define RESEARCH_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "index/index.h"
#include "research/research.h"
#include "unit.h"

struct research_world {
    char folder[64];
    struct index *index;
    enum basis_depth basis_depth; /* of the next questions */
};

static inline struct slice text_member(const struct value *object, const char *name)
{
    const struct value *v = value_member(object, slice_of(name));
    return v && v->kind == VALUE_STRING ? v->string : SLICE("");
}

static inline const struct value *read_cases(struct arena *a, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s cannot be read; tests run from the root of the repository", path);
    enum { MOST = 1024 * 1024 };
    char *text = arena_alloc(a, MOST);
    size_t n = fread(text, 1, MOST, file);
    fclose(file);
    const struct value *cases;
    struct err e;
    size_t at = 0;
    if (!value_parse(a, (struct slice){text, n}, &cases, &at, &e))
        fail_msg("%s: byte %zu: %s", path, at, e.message);
    return cases;
}

static inline void world_open(struct research_world *w, const struct value *pages)
{
    struct err e;
    struct index *writer;
    snprintf(w->folder, sizeof w->folder, "/tmp/footnote-test-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    if (!index_open_writer(w->folder, &writer, &e))
        fail_msg("%s", e.message);
    for (size_t i = 0; i < pages->array.n; i++) {
        const struct value *p = &pages->array.at[i];
        const struct page_copy page = {.url = text_member(p, "url"),
                                       .title = text_member(p, "title"),
                                       .text = text_member(p, "text"),
                                       .lang = text_member(p, "lang"),
                                       .date = text_member(p, "date")};
        if (!index_put(writer, &page, &e))
            fail_msg("%s", e.message);
    }
    assert_true(index_commit(writer, &e));
    index_close(writer);
    assert_true(index_open(w->folder, &w->index, &e));
}

static inline void world_close(struct research_world *w)
{
    char command[128];
    index_close(w->index);
    snprintf(command, sizeof command, "rm -rf %s", w->folder);
    assert_int_equal(system(command), 0);
}

struct heard {
    struct buf text;
    size_t pieces;
};

static inline bool hear_piece(void *ud, struct slice delta)
{
    struct heard *h = ud;
    h->pieces++;
    return buf_add(&h->text, delta);
}

/* Asks for JSON; shape NULL: json_object. The text is in the arena. */
static inline bool world_ask(struct research_world *w, struct arena *a, struct slice ask, const struct shape *shape,
                             size_t max_tokens, struct answer *out, struct slice *text, struct err *e)
{
    const struct turn turn = {ROLE_USER, ask};
    const struct question q = {.tier = tier_find(SLICE("speed")),
                               .turns = &turn,
                               .turn_count = 1,
                               .output = shape ? OUTPUT_JSON_SCHEMA : OUTPUT_JSON_OBJECT,
                               .shape = shape,
                               .max_tokens = max_tokens,
                               .basis_depth = w->basis_depth};
    const struct world world = {.index = w->index};
    struct heard heard = {.pieces = 0};
    buf_init(&heard.text, 1024 * 1024);
    const struct sink sink = {.text = hear_piece, .ud = &heard};
    bool ok = research_run(&world, &q, &sink, NULL, a, out, e);
    *text = arena_dup(a, buf_slice(&heard.text));
    if (ok)
        assert_true(slice_eq(*text, out->text));
    else
        assert_int_equal(heard.pieces, 0);
    buf_release(&heard.text);
    return ok;
}

#endif
