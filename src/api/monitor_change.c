/* monitor_change.c - see monitor_change.h. */
#include "api/monitor_change.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/json_out.h"
#include "base/ascii.h"

enum { CHANGE_BYTES = 32 * 1024 * 1024, HASH_CHARS = 16, DEPTH_MOST = 64 };

static json_t *change_load(struct slice text)
{
    return text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL;
}

static struct slice change_print(struct arena *a, json_t *tree)
{
    struct buf out;
    buf_init(&out, CHANGE_BYTES);
    json_out(tree, &out);
    struct slice text = out.over ? SLICE("") : arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}

static int change_order(const void *a, const void *b)
{
    return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* One text for all values that mean the same. */
static struct slice change_canon(struct arena *a, json_t *v, unsigned depth)
{
    if (depth > DEPTH_MOST)
        return SLICE("...");
    if (json_is_string(v)) {
        struct slice text = slice_trim((struct slice){json_string_value(v), json_string_length(v)});
        char *lower = arena_alloc(a, text.n + 1);
        for (size_t i = 0; i < text.n; i++)
            lower[i] = ascii_is_upper((unsigned char)text.p[i]) ? (char)(text.p[i] | 32) : text.p[i];
        return arena_printf(a, "\"%.*s\"", (int)text.n, lower);
    }
    if (json_is_number(v))
        return arena_printf(a, "%.12g", json_number_value(v));
    if (!json_is_array(v) && !json_is_object(v))
        return json_is_true(v) ? SLICE("true") : json_is_false(v) ? SLICE("false") : SLICE("null");
    size_t n = json_is_array(v) ? json_array_size(v) : json_object_size(v), i = 0;
    struct slice *parts = arena_array(a, struct slice, n);
    if (json_is_array(v)) {
        for (; i < n; i++)
            parts[i] = change_canon(a, json_array_get(v, i), depth + 1);
    } else {
        const char *name;
        json_t *member;
        json_object_foreach(v, name, member)
        {
            struct slice inner = change_canon(a, member, depth + 1);
            parts[i++] = arena_printf(a, "%s:%.*s", name, SLICE_ARGS(inner));
        }
    }
    qsort(parts, n, sizeof *parts, change_order);
    struct arena_text text = {.arena = a};
    arena_text_add(&text, SLICE("["));
    for (i = 0; i < n; i++) {
        arena_text_add(&text, parts[i]);
        arena_text_add(&text, SLICE(","));
    }
    return arena_text_slice(&text);
}

/* Whether an entry of a basis is about a top-level field. */
static bool change_is_of(json_t *entry, const char *field)
{
    const char *name = json_string_value(json_object_get(entry, "field"));
    size_t n = strlen(field);
    return name && strncmp(name, field, n) == 0 && (name[n] == '\0' || name[n] == '.');
}

static bool change_is_cited(json_t *basis, const char *field)
{
    size_t i;
    json_t *entry;
    json_array_foreach(basis, i, entry) if (change_is_of(entry, field) &&
                                            json_array_size(json_object_get(entry, "citations"))) return true;
    return false;
}

static void change_take_basis(json_t *to, json_t *basis, const char *field)
{
    size_t i;
    json_t *entry;
    json_array_foreach(basis, i, entry) if (change_is_of(entry, field)) json_array_append(to, entry);
}

static json_t *change_output(json_t *like, json_t *content, json_t *basis)
{
    json_t *out = json_pack("{s:s, s:o, s:o}", "type", json_is_string(content) ? "text" : "json", "content", content,
                            "basis", basis);
    json_t *schema = json_object_get(like, "output_schema");
    if (schema)
        json_object_set(out, "output_schema", schema);
    return out;
}

static void change_of_document(struct arena *a, json_t *before, json_t *now, struct monitor_change *out)
{
    json_t *old = json_object_get(before, "content"), *fresh = json_object_get(now, "content"), *value;
    json_t *old_basis = json_object_get(before, "basis"), *basis = json_object_get(now, "basis");
    json_t *changed = json_object(), *changed_basis = json_array(), *kept = json_object(), *kept_basis = json_array();
    const char *field;
    json_object_foreach(fresh, field, value)
    {
        json_t *was = json_object_get(old, field);
        bool cited = change_is_cited(basis, field);
        bool keeps = was && !cited && change_is_cited(old_basis, field);
        json_object_set(kept, field, keeps ? was : value);
        change_take_basis(kept_basis, keeps ? old_basis : basis, field);
        if (!cited || (was && slice_eq(change_canon(a, was, 0), change_canon(a, value, 0))))
            continue;
        json_object_set(changed, field, value);
        change_take_basis(changed_basis, basis, field);
    }
    out->changed = json_object_size(changed) > 0;
    out->output = change_print(a, change_output(now, changed, changed_basis));
    out->latest = change_print(a, change_output(now, kept, kept_basis));
}

/* 64 bits of FNV-1a, as hexadecimal digits. */
static void change_hash(struct slice text, char out[HASH_CHARS + 1])
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.p[i]) * 1099511628211u;
    snprintf(out, HASH_CHARS + 1, "%016llx", (unsigned long long)h);
}

/* Whether the list has the text's hash; adds it where not. Both lists stay short. */
static bool change_was_seen(json_t *index, const char *text)
{
    char hash[HASH_CHARS + 1];
    change_hash(slice_of(text), hash);
    if (json_object_get(index, hash))
        return true;
    if (json_object_size(index) >= MONITOR_SEEN_MOST) /* members keep their order: the oldest is the first */
        json_object_del(index, json_object_iter_key(json_object_iter(index)));
    json_object_set_new(index, hash, json_true());
    return false;
}

/* Whether an entry cites a new sentence of a new version of a page; remembers what it cites. */
static bool change_entry_is_new(json_t *entry, json_t *pages_before, json_t *pages, json_t *excerpts)
{
    size_t i, k;
    json_t *citation, *excerpt;
    bool news = false;
    json_array_foreach(json_object_get(entry, "citations"), i, citation)
    {
        const char *sha = json_string_value(json_object_get(citation, "page_sha256"));
        const char *url = json_string_value(json_object_get(citation, "url"));
        const char *page = sha && sha[0] ? sha : url ? url : "";
        char hash[HASH_CHARS + 1];
        change_hash(slice_of(page), hash);
        bool known = json_object_get(pages_before, hash) != NULL;
        (void)change_was_seen(pages, page);
        json_array_foreach(json_object_get(citation, "excerpts"), k, excerpt) if (json_is_string(excerpt)) news |=
            !change_was_seen(excerpts, json_string_value(excerpt)) && !known;
    }
    return news;
}

static json_t *change_index(json_t *seen, const char *name)
{
    json_t *index = json_object_get(seen, name);
    return json_is_object(index) ? json_incref(index) : json_object();
}

static void change_of_text(struct arena *a, json_t *seen, json_t *now, struct monitor_change *out)
{
    json_t *pages = change_index(seen, "pages"), *excerpts = change_index(seen, "excerpts"),
           *before = json_deep_copy(pages), *fresh = json_array(), *entry;
    size_t i;
    json_array_foreach(json_object_get(now, "basis"), i, entry) if (change_entry_is_new(entry, before, pages, excerpts))
        json_array_append(fresh, entry);
    out->changed = json_array_size(fresh) > 0;
    out->output = change_print(a, change_output(now, json_incref(json_object_get(now, "content")), fresh));
    out->latest = change_print(a, json_incref(now));
    json_decref(before);
    out->seen = change_print(a, json_pack("{s:o, s:o}", "pages", pages, "excerpts", excerpts));
}

bool monitor_compare(struct arena *a, struct slice before, struct slice seen, struct slice now,
                     struct monitor_change *out, struct err *e)
{
    json_t *old = change_load(before), *known = change_load(seen), *fresh = change_load(now);
    *out = (struct monitor_change){.changed = false, .seen = seen};
    bool ok = json_is_object(fresh) && json_object_get(fresh, "content") && (before.n == 0 || json_is_object(old)) &&
              (seen.n == 0 || json_is_object(known));
    if (!ok)
        err_set(e, ERR_CORRUPT, "The output of a run cannot be read.");
    else if (json_is_object(json_object_get(fresh, "content")))
        change_of_document(a, old, fresh, out);
    else
        change_of_text(a, known, fresh, out);
    json_decref(old);
    json_decref(known);
    json_decref(fresh);
    return ok;
}
