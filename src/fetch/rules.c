/* rules.c - which rules bind us, by RFC 9309, 2.3.
 *
 * 2xx: the file. 4xx and endless redirects: there are none. 5xx, 429 and whatever keeps us from knowing: everything is
 * forbidden. A file counts for a day at most, a failure for a minute or ten, so that a site that comes back is read
 * again.
 *
 * Origins live in a hash table; when there are too many, those whose time is over go. */
#include "fetch/rules.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKETS = 512, MANY_ORIGINS = 4096, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

struct origin {
    struct origin *next;
    struct rules *rules; /* NULL while somebody reads it */
    bool reading;
    int64_t until_ms;
    size_t n;
    char name[];
};

struct rules_book {
    pthread_mutex_t lock; /* guards everything below, and the reference counts */
    char *agent;
    size_t count;
    struct origin *buckets[BUCKETS];
};

struct rules_book *rules_book_new(const char *agent)
{
    struct rules_book *b = calloc(1, sizeof *b);
    if (!b || !(b->agent = strdup(agent)))
        abort();
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

static void drop(struct rules *r)
{
    if (r && --r->references == 0)
        arena_free(r->arena);
}

static void forget(struct rules_book *b, int64_t now_ms)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct origin **at = &b->buckets[i]; *at;) {
            struct origin *o = *at;
            if (now_ms != INT64_MAX && (o->reading || o->until_ms > now_ms)) {
                at = &o->next;
                continue;
            }
            *at = o->next;
            drop(o->rules);
            b->count--;
            free(o);
        }
}

void rules_book_free(struct rules_book *b)
{
    if (!b)
        return;
    forget(b, INT64_MAX);
    pthread_mutex_destroy(&b->lock);
    free(b->agent);
    free(b);
}

static struct origin *find(struct rules_book *b, struct slice name)
{
    uint32_t hash = slice_hash(name);
    struct origin **bucket = &b->buckets[hash % BUCKETS];
    for (struct origin *o = *bucket; o; o = o->next)
        if (slice_eq((struct slice){o->name, o->n}, name))
            return o;
    struct origin *o = calloc(1, sizeof *o + name.n);
    if (!o)
        abort();
    memcpy(o->name, name.p, name.n);
    o->n = name.n;
    o->next = *bucket;
    *bucket = o;
    b->count++;
    return o;
}

enum rules_turn rules_ask(struct rules_book *b, struct slice name, int64_t now_ms, struct rules **out)
{
    enum rules_turn turn = RULES_MINE;
    pthread_mutex_lock(&b->lock);
    if (b->count > MANY_ORIGINS)
        forget(b, now_ms);
    struct origin *o = find(b, name);
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
    drop(r);
    pthread_mutex_unlock(&b->lock);
}

static void judge(struct rules *r, const struct http_reply *reply)
{
    r->verdict = FETCH_OK;
    r->keep_ms = 24 * HOUR_MS;
    r->reason = "";
    switch (reply->outcome) {
    case HTTP_OK:
        r->text = arena_dup(r->arena, reply->body);
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
    r->text = SLICE("");
    judge(r, reply);
    robots_parse(a, r->text, slice_of(b->agent), &r->robots);
    return r;
}

void rules_settle(struct rules_book *b, struct slice name, const struct http_reply *reply, int64_t now_ms)
{
    struct rules *r = reply ? new_rules(b, reply) : NULL;
    pthread_mutex_lock(&b->lock);
    struct origin *o = find(b, name);
    o->reading = false;
    if (r) {
        drop(o->rules);
        o->rules = r;
        o->until_ms = now_ms + r->keep_ms;
    }
    pthread_mutex_unlock(&b->lock);
}
