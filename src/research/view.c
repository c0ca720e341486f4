#include "research/view.h"

#include "text/sentences.h"

static void add_sentences(struct arena *a, struct view *v, size_t rank, size_t *room)
{
    struct evidence_passage *p = &v->evidence->passages[rank];
    struct view_passage *cut = &v->passages[rank];
    cut->lang = lang_find(p->passage->lang);
    cut->title = words_split(a, p->passage->title, cut->lang);
    cut->first = v->sentence_count;
    struct sentences found = sentences_split(a, p->passage->text, cut->lang);
    for (size_t i = 0; i < found.n; i++) {
        struct sentence *s =
            arena_push(a, (void **)&v->sentences, v->sentence_count, room, sizeof *s);
        *s = (struct sentence){.text = found.at[i],
                               .words = words_split(a, found.at[i], cut->lang),
                               .passage = p,
                               .passage_rank = rank,
                               .number = i,
                               .offset = p->passage->offset + (size_t)(found.at[i].p - p->passage->text.p)};
        v->sentence_count++;
    }
    cut->count = found.n;
}

struct view *view_new(struct arena *a, struct evidence *ev, struct index *index)
{
    struct view *v = arena_array(a, struct view, 1);
    size_t room = 0;
    v->evidence = ev;
    v->index = index;
    v->passages = arena_array(a, struct view_passage, ev->passage_count);
    for (size_t rank = 0; rank < ev->passage_count; rank++)
        add_sentences(a, v, rank, &room);
    return v;
}
