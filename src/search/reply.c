/* reply.c - turns the bytes of a reply into hits.
 *
 * Kinds of failure are told apart because each needs another action from the operator (a new key, patience, a repaired
 * preset) and from the circuit breaker. The order of the checks matters. A captcha comes with status 200, 403, 429 or
 * 503, so the check for it comes before the status. A service without results often leaves out the whole list, so a
 * reply is malformed only if something of another type is in its place. */
#include "search/reply.h"

#include <stdio.h>

#include "base/json_nodes.h"
#include "base/utf8.h"
#include "net/url.h"
#include "search/clean.h"
#include "search/path.h"
#include "search/xml.h"

enum { UNRESPONSIVE_MAX = 20 };

struct reading {
    struct arena *a;
    const struct preset *p;
    const struct http_reply *r;
    const struct policy *policy;
    int64_t now;
    struct search_answer answer;
};

static bool reply_end(struct reading *x, enum search_status status, struct slice detail)
{
    x->answer.status = status;
    x->answer.detail = detail;
    return false;
}

static bool end_because(struct reading *x, enum search_status status, const char *detail)
{
    return reply_end(x, status, slice_of(detail));
}

static bool has_nocase(struct slice text, const char *word)
{
    struct slice w = slice_of(word);
    for (size_t i = 0; i + w.n <= text.n; i++)
        if ((text.p[i] | 32) == (w.p[0] | 32) && slice_eq_nocase(slice_sub(text, i, w.n), w))
            return true;
    return false;
}

static bool is_html(const struct http_reply *r)
{
    struct slice body = slice_trim(slice_sub(r->body, 0, r->body.n < 1024 ? r->body.n : 1024));
    if (body.n >= 3 && memcmp(body.p, "\xef\xbb\xbf", 3) == 0)
        body = slice_trim(slice_sub(body, 3, body.n - 3));
    if (body.n > 0 && (body.p[0] == '{' || body.p[0] == '['))
        return false;
    return has_nocase(r->content_type, "text/html") ||
           has_nocase(slice_sub(body, 0, body.n < 100 ? body.n : 100), "<html") ||
           (body.n >= 14 && slice_eq_nocase(slice_sub(body, 0, 14), SLICE("<!doctype html")));
}

/* Whether the page is a captcha: reCAPTCHA, hCaptcha, Turnstile, Cloudflare's challenge, DataDome, PerimeterX, or one
 * of Google's and DuckDuckGo's own. */
static bool has_puzzle(struct slice body)
{
    static const char *const marks[] = {
        "captcha",         "cf-chl",          "challenge-platform",  "turnstile",     "just a moment",
        "unusual traffic", "are you a robot", "not a robot",         "are you human", "anomaly-modal",
        "datadome",        "px-block",        "verify you are human"};
    body.n = body.n < 256 * 1024 ? body.n : 256 * 1024;
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (has_nocase(body, marks[i]))
            return true;
    return false;
}

static bool judge_status(struct reading *x)
{
    int status = x->r->status;
    struct slice detail = arena_printf(x->a, "status %d", status);
    switch (status) {
    case 402: /* Kagi, Exa: no credit left */
    case 429:
    case 432: /* Tavily: the plan's limit */
    case 433: /* Tavily: the pay-as-you-go limit */
        return reply_end(x, SEARCH_RATE_LIMITED, detail);
    case 401:
    case 403:
    case 407:
        return reply_end(x, SEARCH_UNAUTHORIZED, detail);
    default:
        return reply_end(x, SEARCH_FAILED, detail);
    }
}

/* True if this is a complete reply of status 2xx, which may have results. */
static bool judge_transport(struct reading *x)
{
    const struct http_reply *r = x->r;
    x->answer.retry_after_ms = r->retry_after_ms;
    switch (r->outcome) {
    case HTTP_OK:
    case HTTP_STATUS:
        break;
    case HTTP_TIMEOUT:
        return end_because(x, SEARCH_TIMEOUT, r->reason);
    case HTTP_CANCELLED:
        return end_because(x, SEARCH_CANCELLED, r->reason);
    case HTTP_TOO_LARGE:
        return end_because(x, SEARCH_MALFORMED, r->reason);
    default:
        return end_because(x, SEARCH_FAILED, r->reason);
    }
    bool html = is_html(r);
    if (html && r->status != 429 && has_puzzle(r->body))
        return end_because(x, SEARCH_CAPTCHA, "a page with a puzzle for people came instead of results");
    if (r->outcome == HTTP_STATUS)
        return judge_status(x);
    if (slice_trim(r->body).n == 0)
        return end_because(x, SEARCH_MALFORMED, "the reply has no body");
    if (html)
        return end_because(x, SEARCH_MALFORMED, "an HTML page came instead of results");
    return true;
}

static bool reply_parse(struct reading *x, const struct value **top)
{
    struct err e;
    struct slice body = x->r->body;
    if (body.n >= 3 && memcmp(body.p, "\xef\xbb\xbf", 3) == 0)
        body = slice_sub(body, 3, body.n - 3);
    if (body.n > REPLY_MAX_BYTES || (x->p->format == PRESET_JSON && json_count_nodes(body) > REPLY_MAX_NODES))
        return end_because(x, SEARCH_MALFORMED, "the reply is larger than any list of results");
    bool ok = x->p->format == PRESET_XML ? xml_value(x->a, body, top, &e) : value_parse(x->a, body, top, NULL, &e);
    if (!ok)
        return reply_end(x, SEARCH_MALFORMED, slice_trim(arena_dup(x->a, slice_of(e.message))));
    if ((*top)->kind != VALUE_OBJECT && (*top)->kind != VALUE_ARRAY)
        return end_because(x, SEARCH_MALFORMED, "the reply is neither an object nor a list");
    return true;
}

/* The joined texts at path; empty if there are none or if path is empty. */
static struct slice text_at(struct reading *x, const struct value *top, const struct value *item, struct slice path,
                            const char *between)
{
    struct path_values found = path.n ? path_find(x->a, top, item, path) : (struct path_values){0};
    struct buf out;
    if (found.n == 0 || !between)
        return found.n ? path_text(x->a, found.at[0]) : SLICE("");
    buf_init(&out, REPLY_TEXT_BYTES);
    for (size_t i = 0; i < found.n && !out.over; i++) {
        struct slice text = path_text(x->a, found.at[i]);
        if (text.n && out.n)
            buf_add(&out, slice_of(between));
        buf_add(&out, utf8_cut(text, REPLY_TEXT_BYTES - out.n));
    }
    struct slice text = arena_dup(x->a, buf_slice(&out));
    buf_release(&out);
    return text;
}

static bool read_item(struct reading *x, const struct value *top, const struct value *item, bool *usable)
{
    const struct preset *p = x->p;
    struct slice link = text_at(x, top, item, p->link_path, NULL);
    struct url u;
    const char *why;
    char date[11];
    if (!url_parse(x->a, link, &u, &why))
        return false;
    *usable = true;
    clean_date(text_at(x, top, item, p->date_path, NULL), x->now, date);
    if (x->policy && (!policy_allows_page(x->policy, u.host, u.path) ||
                      !policy_allows_date(x->policy, slice_of(date), p->passes_after)))
        return false;
    struct search_hit *hit = &x->answer.at[x->answer.n++];
    hit->url = u.text;
    hit->title = clean_line(x->a, text_at(x, top, item, p->title_path, NULL), !p->plain, REPLY_TITLE_BYTES);
    hit->snippet =
        clean_line(x->a, text_at(x, top, item, p->snippet_path, " \xe2\x80\xa6 "), !p->plain, REPLY_SNIPPET_BYTES);
    hit->date = arena_dup(x->a, slice_of(date));
    hit->text = clean_text(x->a, text_at(x, top, item, p->text_path, "\n\n"), REPLY_TEXT_BYTES);
    return true;
}

/* "google (timeout), bing (CAPTCHA)": what the service says did not answer. */
static struct slice reply_unresponsive(struct reading *x, const struct value *top)
{
    struct slice path = x->p->unresponsive_path;
    struct path_values found = path.n ? path_find(x->a, top, top, path) : (struct path_values){0};
    struct arena_text out = {.arena = x->a};
    for (size_t i = 0; i < found.n && i < UNRESPONSIVE_MAX; i++) {
        const struct value *v = found.at[i];
        bool pair = v->kind == VALUE_ARRAY && v->array.n > 0;
        struct slice name = path_text(x->a, pair ? &v->array.at[0] : v);
        struct slice why = pair && v->array.n > 1 ? path_text(x->a, &v->array.at[1]) : SLICE("");
        if (name.n)
            arena_text_printf(&out, "%s%.*s%s%.*s%s", out.n ? ", " : "", SLICE_ARGS(name), why.n ? " (" : "",
                              SLICE_ARGS(why), why.n ? ")" : "");
    }
    return clean_line(x->a, arena_text_slice(&out), true, 300);
}

static void read_items(struct reading *x, const struct value *top)
{
    struct path_values items = path_find(x->a, top, top, x->p->items);
    size_t given = 0;
    bool usable = false;
    bool bare =
        top->kind == VALUE_ARRAY && top->array.n > 0; /* an empty one is how PHP prints an object without members */
    if (items.n == 0 && (items.wrong_type || bare)) {
        end_because(x, SEARCH_MALFORMED, "something else stands where the results should be");
        return;
    }
    x->answer.at = arena_array(x->a, struct search_hit, items.n < REPLY_MAX_HITS ? items.n : REPLY_MAX_HITS);
    for (size_t i = 0; i < items.n && x->answer.n < REPLY_MAX_HITS; i++) {
        given++;
        read_item(x, top, items.at[i], &usable);
    }
    struct slice silent = reply_unresponsive(x, top);
    if (given == 0 && silent.n)
        reply_end(x, SEARCH_FAILED, arena_printf(x->a, "no result; did not answer: %.*s", SLICE_ARGS(silent)));
    else if (x->answer.n && silent.n)
        reply_end(x, SEARCH_OK, arena_printf(x->a, "did not answer: %.*s", SLICE_ARGS(silent)));
    else if (given > 0 && !usable)
        end_because(x, SEARCH_MALFORMED, "no result has a link");
    else if (x->answer.n == 0)
        end_because(x, SEARCH_EMPTY, given ? "no result is within the source policy" : "there is no result");
    else
        end_because(x, SEARCH_OK, "");
}

/* The service's own sentence about the failure, if the preset says where it is. */
static struct slice reply_said(struct reading *x, const struct value *top)
{
    return clean_line(x->a, text_at(x, top, top, x->p->error_path, NULL), true, 200);
}

static struct slice without_secrets(struct arena *a, struct slice text, const struct slice *secrets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (secrets[i].n < 4)
            continue;
        for (size_t at; (at = slice_find(text, secrets[i])) < text.n;)
            text = arena_printf(a, "%.*s***%.*s", (int)at, text.p, (int)(text.n - at - secrets[i].n),
                                text.p + at + secrets[i].n);
    }
    return text;
}

struct search_answer reply_read(struct arena *a, const struct preset *p, const struct http_reply *r,
                                const struct policy *policy, const struct slice *secrets, size_t secret_count,
                                int64_t now_unix_s)
{
    struct reading x = {a, p, r, policy, now_unix_s, {.detail = SLICE("")}};
    const struct value *top;
    struct slice sentence = SLICE("");
    if (judge_transport(&x)) {
        if (reply_parse(&x, &top)) {
            sentence = reply_said(&x, top);
            if (sentence.n)
                reply_end(&x, SEARCH_FAILED, sentence);
            else
                read_items(&x, top);
        }
    } else if (r->outcome == HTTP_STATUS && x.answer.status != SEARCH_CAPTCHA && p->error_path.n) {
        struct reading error = x; /* a copy: errors of parsing must not become the outcome */
        if (reply_parse(&error, &top))
            sentence = reply_said(&error, top);
        if (sentence.n)
            x.answer.detail = arena_printf(a, "%.*s: %.*s", SLICE_ARGS(x.answer.detail), SLICE_ARGS(sentence));
    }
    x.answer.detail = without_secrets(a, x.answer.detail, secrets, secret_count);
    return x.answer;
}
