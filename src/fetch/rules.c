/* rules.c - decides which rules apply to an origin, by RFC 9309, 2.3.
 *
 * After 2xx the file applies. After 4xx and endless redirects there are no rules. After 5xx, 429 and other failures
 * everything is forbidden, since the rules are unknown. A file is kept for a day, and that
 * there is none for an hour. A failure that may pass is kept for one to ten minutes, so that a site that comes back is
 * read again. If there are too many origins, expired ones are removed. */
#include "fetch/rules.h"

#include <pthread.h>
#include <stdlib.h>

#include "fetch/names.h"

enum { MANY_ORIGINS = 4096, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

struct origin {
    struct named named;
    struct rules *rules; /* NULL while somebody reads the file */
    bool reading;
    int64_t until_ms;
};

struct rules_book {
    pthread_mutex_t lock; /* guards everything below, and the reference counts */
    char *agent;
    struct names origins;
};

struct rules_book *rules_book_new(const char *agent)
{
    struct rules_book *b = calloc(1, sizeof *b);
    if (!b || !(b->agent = strdup(agent)))
        abort();
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

static void rules_drop(struct rules *r)
{
    if (r && --r->references == 0)
        arena_free(r->arena);
}

static bool origin_goes(void *record, int64_t now_ms)
{
    struct origin *o = record;
    (void)now_ms;
    rules_drop(o->rules);
    return true;
}

static bool origin_is_over(void *record, int64_t now_ms)
{
    const struct origin *o = record;
    return !o->reading && o->until_ms <= now_ms && origin_goes(record, now_ms);
}

void rules_book_free(struct rules_book *b)
{
    if (!b)
        return;
    names_sweep(&b->origins, origin_goes, 0);
    names_release(&b->origins);
    pthread_mutex_destroy(&b->lock);
    free(b->agent);
    free(b);
}

static struct origin *origin_find(struct rules_book *b, struct slice name)
{
    bool fresh;
    return names_get(&b->origins, name, sizeof(struct origin), &fresh);
}

enum rules_turn rules_ask(struct rules_book *b, struct slice name, int64_t now_ms, struct rules **out)
{
    enum rules_turn turn = RULES_MINE;
    pthread_mutex_lock(&b->lock);
    if (b->origins.n > MANY_ORIGINS)
        names_sweep(&b->origins, origin_is_over, now_ms);
    struct origin *o = origin_find(b, name);
    if (o->reading) {
        turn = RULES_WAIT;
    } else if (o->rules && o->until_ms > now_ms) {
        turn = RULES_READY;
        o->rules->references++;
        *out = o->rules;
    } else {
        o->reading = true;
    }
    pthread_mutex_unlock(&b->lock);
    return turn;
}

void rules_put(struct rules_book *b, struct rules *r)
{
    pthread_mutex_lock(&b->lock);
    rules_drop(r);
    pthread_mutex_unlock(&b->lock);
}

/* Sets the verdict for the origin, and *text to the file if there is one. */
static void rules_judge(struct rules *r, struct slice *text, const struct http_reply *reply)
{
    r->verdict = FETCH_OK;
    r->keep_ms = 24 * HOUR_MS;
    r->reason = "";
    switch (reply->outcome) {
    case HTTP_OK:
        *text = arena_dup(r->arena, reply->body);
        break;
    case HTTP_STATUS:
        r->keep_ms = HOUR_MS;
        if (reply->status >= 400 && reply->status < 500 && reply->status != 429)
            break;
        r->verdict = FETCH_ROBOTS;
        r->reason = "robots.txt answered with an error, which forbids everything";
        r->keep_ms = 10 * MINUTE_MS;
        break;
    case HTTP_REDIRECTS:
        r->keep_ms = HOUR_MS;
        break;
    case HTTP_REFUSED_BY_GUARD:
    case HTTP_BAD_URL:
        r->verdict = FETCH_REFUSED;
        r->reason = reply->reason;
        r->keep_ms = MINUTE_MS;
        break;
    case HTTP_TIMEOUT:
        r->verdict = FETCH_TIMEOUT;
        r->reason = "robots.txt took too long, which forbids everything";
        r->keep_ms = MINUTE_MS;
        break;
    case HTTP_TOO_LARGE:
        r->verdict = FETCH_ROBOTS;
        r->reason = "robots.txt is too large to be read";
        r->keep_ms = HOUR_MS;
        break;
    default:
        r->verdict = FETCH_UNREACHABLE;
        r->reason = reply->reason;
        r->keep_ms = MINUTE_MS;
    }
}

static struct rules *new_rules(const struct rules_book *b, const struct http_reply *reply)
{
    struct arena *a = arena_new();
    struct rules *r = arena_alloc(a, sizeof *r);
    r->arena = a;
    r->references = 1;
    struct slice text = SLICE("");
    rules_judge(r, &text, reply);
    robots_parse(a, text, slice_of(b->agent), &r->robots);
    return r;
}

void rules_settle(struct rules_book *b, struct slice name, const struct http_reply *reply, int64_t now_ms)
{
    struct rules *r = reply ? new_rules(b, reply) : NULL;
    pthread_mutex_lock(&b->lock);
    struct origin *o = origin_find(b, name);
    o->reading = false;
    if (r) {
        rules_drop(o->rules);
        o->rules = r;
        o->until_ms = now_ms + r->keep_ms;
    }
    pthread_mutex_unlock(&b->lock);
}
