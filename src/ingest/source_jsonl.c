/* source_jsonl.c - one page a line: {"url", "title", "text"}, optionally with "lang" and "date".
 *
 * A line above the ceiling is read to its end, so that the next one is found. Files may be packed (.jsonl.gz); to go on
 * in the middle of one, its beginning is read again. */
#include <inttypes.h>
#include <jansson.h>

#include "base/json_nodes.h"
#include "ingest/source_formats.h"

struct jsonl {
    struct buf line;
    uint64_t skip; /* lines to drop: an earlier run had them */
};

static void *open_jsonl(struct source *s)
{
    (void)s;
    struct jsonl *j = calloc(1, sizeof *j);
    if (!j)
        abort();
    buf_init(&j->line, SOURCE_BYTES_MAX);
    return j;
}

static void close_jsonl(void *own)
{
    struct jsonl *j = own;
    buf_release(&j->line);
    free(j);
}

/* A string field; absent or null is fine when it is not required. */
static bool take_field(json_t *page, const char *name, bool required, struct arena *a, struct slice *out, struct err *e)
{
    json_t *value = json_object_get(page, name);
    if (!value || json_is_null(value))
        return !required || err_set_param(e, ERR_MISSING_FIELD, name, "\"%s\" is missing.", name);
    if (!json_is_string(value))
        return err_set_param(e, ERR_BAD_VALUE, name, "\"%s\" is not a string.", name);
    *out = arena_dup(a, (struct slice){json_string_value(value), json_string_length(value)});
    return true;
}

static bool parse_line(struct slice line, struct arena *a, struct source_page *p, struct err *e)
{
    json_error_t why;
    if (!json_nodes_fit(line, JSON_NODES_MAX, e))
        return false;
    json_t *page = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &why);
    bool ok = json_is_object(page);
    if (!page)
        err_set(e, ERR_BAD_JSON, "not JSON: %s", why.text[0] ? why.text : "no memory");
    else if (!ok)
        err_set(e, ERR_BAD_JSON, "not a JSON object");
    ok = ok && take_field(page, "url", true, a, &p->url, e) && take_field(page, "title", true, a, &p->title, e) &&
         take_field(page, "text", true, a, &p->text, e) && take_field(page, "lang", false, a, &p->lang, e) &&
         take_field(page, "date", false, a, &p->date, e);
    json_decref(page);
    return ok;
}

static enum source_step next_line(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    struct jsonl *j = s->own;
    while (unpacker_line(s->unpacker, &j->line)) {
        s->record++;
        if (s->record <= j->skip)
            continue;
        snprintf(s->where, sizeof s->where, "%" PRIu64, s->record);
        if (j->line.over) {
            err_set(why, ERR_INPUT_TOO_LONG, "the line has more than %d bytes", (int)SOURCE_BYTES_MAX);
            return SOURCE_BAD;
        }
        struct slice text = slice_trim(buf_slice(&j->line));
        if (text.n)
            return parse_line(text, a, page, why) ? SOURCE_PAGE : SOURCE_BAD;
    }
    if (!unpacker_damage(s->unpacker))
        return SOURCE_END;
    err_set(why, ERR_CORRUPT, "%s: after line %" PRIu64 " %s.", s->path, s->record, unpacker_damage(s->unpacker));
    return SOURCE_FAILED;
}

static bool jsonl_place(struct source *s, struct source_place *out)
{
    *out = (struct source_place){s->record, unpacker_packed(s->unpacker) ? 0 : unpacker_offset(s->unpacker)};
    return true;
}

static bool go_on(struct source *s, struct source_place from)
{
    struct jsonl *j = s->own;
    if (from.offset && !unpacker_seek(s->unpacker, from.offset))
        return false;
    if (from.offset)
        s->record = from.record;
    else
        j->skip = from.record;
    return true;
}

const struct source_kind source_jsonl = {"jsonl", "line", open_jsonl, close_jsonl, next_line, jsonl_place, go_on};
