/* index_alias.c - looks up whose other name something is; alias_marks.c reads these names off the pages. */
#include "index/pages.h"

enum { ALIAS_PAGES_MAX = 8 }; /* looked at */

struct alias_wanted {
    struct slice name, mark, title;
    bool bare; /* a title without its accents */
    const struct lang *lang;
    struct arena *a;
};

/* Whether the name is made of the first letters of the title's words. */
static bool alias_is_initials(struct arena *a, struct slice name, struct slice title, const struct lang *lang)
{
    struct words words = words_split(a, title, lang);
    size_t n = 0;
    for (size_t i = 0; i < words.n; i++) {
        if (words.at[i].flags & WORD_STOP)
            continue;
        if (n == name.n || words.at[i].fold.p[0] != (name.p[n] | 0x20))
            return false;
        n++;
    }
    return n == name.n;
}

/* The only page that has the name; of several, the only one whose title has its initials. */
static bool alias_read(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct alias_wanted *w = ud;
    struct engine_hits hits;
    size_t fitting = 0;
    const struct engine_term term = {w->mark, 1};
    const struct engine_query query = {.terms = &term, .term_count = 1, .limit = ALIAS_PAGES_MAX, .k1 = 1, .b = 0};
    w->title = (struct slice){"", 0};
    if (!engine_search(v, &query, w->a, &hits, e))
        return false;
    for (size_t i = 0; i < hits.n; i++) {
        struct passage_record passage;
        struct page_record page;
        struct slice bytes;
        if (!passage_decode(hits.at[i].stored, &passage, NULL))
            return index_damaged(x, "a passage", e);
        if (!engine_record(v, passage.page_key, w->a, &bytes, e))
            return false;
        if (!page_decode(bytes, &page))
            return index_damaged(x, "the record of a page", e);
        if (w->bare) {
            w->title = slice_sub(page.title, 0, slice_find(page.title, SLICE(" (")));
            return true;
        }
        if (hits.n > 1 && !alias_is_initials(w->a, w->name, page.title, w->lang))
            continue;
        fitting++;
        w->title = page.title;
    }
    if (fitting > 1)
        w->title.n = 0;
    return true;
}

bool index_alias(struct index *x, struct slice name, const struct lang *lang, struct arena *a, struct slice *title,
                 struct err *e)
{
    struct alias_wanted w = {.name = name, .mark = alias_mark(a, name, lang), .lang = lang, .a = a};
    if (w.mark.n && !read_by_view(x, alias_read, &w, e))
        return false;
    *title = w.mark.n ? w.title : (struct slice){"", 0};
    return true;
}

bool index_alias_bare(struct index *x, struct slice name, const struct lang *lang, struct arena *a, struct slice *title,
                      struct err *e)
{
    struct alias_wanted w = {.mark = alias_bare_mark(a, name, lang), .lang = lang, .a = a, .bare = true};
    if (w.mark.n && !read_by_view(x, alias_read, &w, e))
        return false;
    *title = w.mark.n ? w.title : (struct slice){"", 0};
    return true;
}
