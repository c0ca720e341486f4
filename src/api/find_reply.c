/* find_reply.c - see find_reply.h. */
#include "api/find_reply.h"

#include <stdio.h>

#include "api/json_out.h"
#include "base/harmless.h"
#include "base/random.h"

void find_id(const char *prefix, char out[FIND_ID_BYTES])
{
    unsigned char bytes[16];
    int n = snprintf(out, FIND_ID_BYTES, "%.14s_", prefix);
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        n += snprintf(out + n, (size_t)(FIND_ID_BYTES - n), "%02x", bytes[i]);
}

/* Text of pages without what could talk to a terminal or turn a line around. */
static json_t *find_text(struct slice text)
{
    struct arena *a = arena_new();
    json_t *out = json_text(harmless_text(a, text));
    arena_free(a);
    return out;
}

static json_t *find_or_null(struct slice text)
{
    return text.n ? find_text(text) : json_null();
}

static json_t *find_texts(const struct slice *texts, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, find_text(texts[i]));
    return list;
}

static json_t *find_page(const struct find_reply_page *p)
{
    json_t *page =
        json_pack("{s:o, s:o, s:o, s:o}", "url", json_text(p->url), "title", find_or_null(p->title), "publish_date",
                  find_or_null(p->date), "excerpts", find_texts(p->excerpts, p->excerpt_count));
    if (page && p->whole)
        json_object_set_new(page, "full_content", find_or_null(p->text));
    return page;
}

static json_t *find_failure(const struct find_reply_page *p)
{
    return json_pack("{s:o, s:s, s:o, s:o}", "url", json_text(p->url), "error_type", p->failure, "http_status_code",
                     p->status ? json_integer(p->status) : json_null(), "content", find_or_null(p->why));
}

static json_t *find_warnings(const struct find_reply *r)
{
    json_t *list = r->warning_count ? json_array() : json_null();
    for (size_t i = 0; i < r->warning_count; i++)
        json_array_append_new(list, json_pack("{s:s, s:o}", "type", "warning", "message", find_text(r->warnings[i])));
    return list;
}

/* What every reply ends with. Usage counts work, not money: nothing is billed here. */
static void find_end(json_t *reply, const struct find_reply *r, const char *unit, size_t count, struct buf *out)
{
    if (reply) {
        if (r->session.n)
            json_object_set_new(reply, "session_id", json_text(r->session));
        json_object_set_new(reply, "warnings", find_warnings(r));
        json_object_set_new(reply, "usage", json_pack("[{s:s, s:I}]", "name", unit, "count", (json_int_t)count));
    }
    json_out(reply, out);
}

void find_reply_search(const struct find_reply *r, struct buf *out)
{
    json_t *results = json_array();
    for (size_t i = 0; i < r->page_count; i++)
        json_array_append_new(results, find_page(&r->pages[i]));
    find_end(json_pack("{s:s, s:o}", "search_id", r->id, "results", results), r, "sku_search", 1, out);
}

void find_reply_extract(const struct find_reply *r, struct buf *out)
{
    json_t *results = json_array(), *errors = json_array();
    size_t read = 0;
    for (size_t i = 0; i < r->page_count; i++) {
        const struct find_reply_page *p = &r->pages[i];
        json_array_append_new(p->failure ? errors : results, p->failure ? find_failure(p) : find_page(p));
        read += !p->failure;
    }
    find_end(json_pack("{s:s, s:o, s:o}", "extract_id", r->id, "results", results, "errors", errors), r,
             "sku_extract_excerpts", read, out);
}
