/* beside.c - a queue of pages and a few threads, which end when the queue is empty. */
#include "research/beside.h"

#include "base/clock.h"
#include "fetch/pdf.h"

enum { WAIT_MS = 40 }; /* how soon a cancelled session is noticed */

struct beside_job {
    struct arena *arena;
    struct fetch_page page; /* of copies */
    struct beside_page read;
    bool done, taken;
};

struct beside {
    struct deadline deadline;
    atomic_bool cancelled;
    pthread_mutex_t lock; /* for all below */
    pthread_cond_t changed;
    struct beside_job jobs[BESIDE_PAGES_MAX];
    size_t count, begun, taken;
    pthread_t threads[BESIDE_PAGES_MAX];
    size_t thread_count, running;
};

bool beside_read(struct arena *a, const struct fetch_page *page, const struct deadline *d, struct page_text *text,
                 bool *late)
{
    struct err e = {0}; /* a page that cannot be read is a fact, counted by the caller */
    bool ok = page_extract(a, page->body, page->content_type, page->final_url, d, text, &e);
    if (ok && text->why == PAGE_NEEDS_PDF)
        ok = pdf_extract(a, page->body, NULL, d, text, &e);
    *late = !ok && (e.code == ERR_DEADLINE || e.code == ERR_CANCELLED);
    return ok && text->why == PAGE_READ && text->text.n > 0;
}

struct beside *beside_new(struct arena *a, int64_t until_ms)
{
    struct beside *b = arena_array(a, struct beside, 1);
    b->deadline = (struct deadline){until_ms, &b->cancelled};
    pthread_mutex_init(&b->lock, NULL);
    clock_cond_init(&b->changed);
    return b;
}

static void *beside_run(void *thing)
{
    struct beside *b = thing;
    pthread_mutex_lock(&b->lock);
    while (b->begun < b->count && !atomic_load(&b->cancelled)) {
        struct beside_job *j = &b->jobs[b->begun++];
        pthread_mutex_unlock(&b->lock);
        j->read.readable = beside_read(j->arena, &j->page, &b->deadline, &j->read.text, &j->read.late);
        pthread_mutex_lock(&b->lock);
        j->done = true;
        pthread_cond_broadcast(&b->changed);
    }
    b->running--;
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static bool takes_long(const struct fetch_page *page)
{
    return page->body.n > BESIDE_PAGE_BYTES || slice_starts(page->body, SLICE("%PDF")) ||
           slice_find(page->content_type, SLICE("pdf")) < page->content_type.n;
}

bool beside_add(struct beside *b, const struct fetch_page *page)
{
    bool added = true;
    if (!takes_long(page) || b->count == BESIDE_PAGES_MAX)
        return false;
    struct arena *a = arena_new();
    struct beside_job j = {.arena = a, .page = *page};
    j.page.body = arena_dup(a, page->body);
    j.page.content_type = arena_dup(a, page->content_type);
    j.page.final_url = arena_dup(a, page->final_url);
    j.page.url = arena_dup(a, page->url);
    j.read = (struct beside_page){.at = page->at, .url = j.page.url, .final_url = j.page.final_url};
    pthread_mutex_lock(&b->lock);
    b->jobs[b->count++] = j;
    if (b->running < BESIDE_THREADS) {
        if (pthread_create(&b->threads[b->thread_count], NULL, beside_run, b) == 0) {
            b->thread_count++;
            b->running++;
        } else if (b->running == 0) {
            added = false;
            b->count--;
        }
    }
    pthread_mutex_unlock(&b->lock);
    if (!added)
        arena_free(a);
    return added;
}

static struct beside_job *beside_done(struct beside *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->jobs[i].done && !b->jobs[i].taken)
            return &b->jobs[i];
    return NULL;
}

const struct beside_page *beside_next(struct beside *b, const struct deadline *d)
{
    struct beside_job *j;
    pthread_mutex_lock(&b->lock);
    while (!(j = beside_done(b)) && b->taken < b->count && !deadline_cancelled(d) && deadline_left_ms(d) > 0) {
        int64_t until = clock_ms() + WAIT_MS;
        clock_cond_wait(&b->changed, &b->lock, until < d->at_ms ? until : d->at_ms);
    }
    if (j) {
        j->taken = true;
        b->taken++;
    }
    pthread_mutex_unlock(&b->lock);
    return j ? &j->read : NULL;
}

size_t beside_left(struct beside *b)
{
    pthread_mutex_lock(&b->lock);
    size_t left = b->count - b->taken;
    pthread_mutex_unlock(&b->lock);
    return left;
}

void beside_end(struct beside *b)
{
    atomic_store(&b->cancelled, true);
    for (size_t i = 0; i < b->thread_count; i++)
        pthread_join(b->threads[i], NULL);
    for (size_t i = 0; i < b->count; i++)
        arena_free(b->jobs[i].arena);
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
}
