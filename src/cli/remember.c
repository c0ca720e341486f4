#include "cli/remember.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/work.h"
#include "index/index.h"
#include "text/language.h"

enum { QUEUE_PAGES = 256 };

struct remember {
    struct work *work; /* one thread: the index has one writer */
    char *folder;
};

struct kept { /* a page on its way to the index */
    struct remember *owner;
    struct arena *arena;
    struct page_copy page;
};

bool remember_new(const char *index_folder, struct remember **out, struct err *e)
{
    struct remember *r = calloc(1, sizeof *r);
    char *folder = strdup(index_folder);
    struct work *work = r && folder ? work_new(1, QUEUE_PAGES, 0, e) : NULL;
    if (!work) {
        if (!r || !folder)
            err_set(e, ERR_INTERNAL, "There is no memory to remember pages.");
        free(folder);
        free(r);
        return false;
    }
    *r = (struct remember){work, folder};
    *out = r;
    return true;
}

void remember_free(struct remember *r)
{
    if (!r)
        return;
    work_free(r->work);
    free(r->folder);
    free(r);
}

static void remember_drop(struct kept *k)
{
    arena_free(k->arena); /* k lives in it */
}

static bool remember_put(const struct kept *k, struct err *e)
{
    struct index *index;
    if (!index_open_writer(k->owner->folder, &index, e))
        return false;
    bool same = false;
    bool ok =
        index_has(index, &k->page, &same, e) && (same || (index_put(index, &k->page, e) && index_commit(index, e)));
    index_close(index);
    return ok;
}

static void write_page(void *thing)
{
    struct kept *k = thing;
    struct err e = {0};
    if (!remember_put(k, &e))
        log_event(LOG_WARN, "remember", "not kept: %s", e.message);
    remember_drop(k);
}

void remember_page(void *ud, const struct page_copy *page)
{
    struct remember *r = ud;
    struct arena *a = arena_new();
    struct kept *k = arena_array(a, struct kept, 1);
    /* A language tag may be longer than the two letters that the index knows ("en-GB"). */
    struct slice lang = slice_of(lang_find(page->lang)->code);
    *k = (struct kept){r,
                       a,
                       {.url = arena_dup(a, page->url),
                        .title = arena_dup(a, page->title),
                        .text = arena_dup(a, page->text),
                        .lang = slice_is(lang, "und") ? SLICE("") : lang,
                        .date = arena_dup(a, page->date)}};
    if (!work_try(r->work, &(struct work_job){.run = write_page, .thing = k})) {
        log_event(LOG_WARN, "remember", "not kept: the queue is full");
        remember_drop(k);
    }
}
