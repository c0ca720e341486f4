/* choose.c - decides which services are used: by the setting, or by the keys in the environment.
 *
 * Without a setting, the services with a key are used. Without any key, one fallback that needs none is used, so that a
 * first question works. A service that the setting names must work: a missing key is an error at the start, not a line
 * in a report that nobody reads. */
#include <stdlib.h>

#include "base/buf.h"
#include "net/url.h"
#include "search/expand.h"
#include "search/preset_files.h"
#include "search/search_inner.h"

static const char *choose_variable(const struct search_options *o, const char *name)
{
    const char *value = o->variable ? o->variable(o->ud, name) : getenv(name);
    return value ? value : "";
}

/* Takes the next word off *text; empty at its end. */
static struct slice next_word(struct slice *text)
{
    *text = slice_trim(*text);
    size_t n = 0;
    while (n < text->n && text->p[n] != ' ' && text->p[n] != '\t')
        n++;
    struct slice word = slice_sub(*text, 0, n);
    *text = slice_trim(slice_sub(*text, n, text->n - n));
    return word;
}

/* The value of the first variable that is set. If none is, returns empty, with all names in *missing. */
static struct slice key_value(struct arena *a, const struct search_options *o, struct slice names,
                              struct slice *missing)
{
    struct arena_text unset = {.arena = a};
    *missing = SLICE("");
    while (names.n > 0) {
        struct slice name = arena_dup(a, next_word(&names));
        struct slice value = slice_trim(slice_of(choose_variable(o, name.p)));
        if (value.n > 0)
            return arena_dup(a, value);
        arena_text_printf(&unset, "%s%s", unset.n ? " or " : "", name.p);
        *missing = arena_text_slice(&unset);
    }
    return SLICE("");
}

/* Fills in the keys. Returns the names of missing variables, or empty. */
static struct slice fill_keys(struct arena *a, const struct search_options *o, struct provider *p)
{
    for (size_t i = 0; i < p->preset->keys.n; i++) {
        struct slice missing;
        p->key[i] = key_value(a, o, p->preset->keys.at[i].value, &missing);
        if (p->key[i].n == 0)
            return missing;
    }
    return SLICE("");
}

static bool needs_address(const struct preset *p)
{
    return p->base.n == 0 && template_uses(p->url, "base");
}

static struct provider *choose_add(struct arena *a, struct choice *c, const struct provider *p)
{
    struct provider *slot = arena_push(a, &c->at, c->n++, &c->room);
    *slot = *p;
    return slot;
}

static bool set_address(struct arena *a, struct provider *p, struct slice address, struct err *e)
{
    struct url u;
    const char *why;
    if (!template_uses(p->preset->url, "base"))
        return err_set(e, ERR_USAGE, "providers: %.*s takes no address.", SLICE_ARGS(p->preset->name));
    if (!url_parse(a, address, &u, &why))
        return err_set(e, ERR_USAGE, "providers: the address of %.*s: %s", SLICE_ARGS(p->preset->name), why);
    while (address.n > 0 && address.p[address.n - 1] == '/')
        address.n--;
    p->base = arena_dup(a, address);
    return true;
}

static bool choose_unknown(const struct presets *all, struct slice name, struct err *e)
{
    struct buf names;
    buf_init(&names, 300);
    for (size_t i = 0; i < all->n; i++) {
        buf_add(&names, SLICE(", "));
        buf_add(&names, all->at[i]->name);
    }
    err_set(e, ERR_USAGE, "providers: there is no '%.*s'; there are index%.*s, and none.",
            (int)(name.n < 60 ? name.n : 60), name.p, SLICE_ARGS(buf_slice(&names)));
    buf_release(&names);
    return false;
}

static bool choose_one(struct arena *a, const struct search_options *o, struct choice *c, struct slice item,
                       struct err *e)
{
    struct slice name = next_word(&item);
    if (slice_is(name, "index") && item.n == 0) {
        c->index = true;
        return true;
    }
    struct provider p = {.preset = presets_find(&c->presets, name)};
    if (!p.preset)
        return choose_unknown(&c->presets, name, e);
    if (item.n > 0 && !set_address(a, &p, item, e))
        return false;
    if (item.n == 0 && needs_address(p.preset))
        return err_set(e, ERR_USAGE, "providers: %.*s needs an address: %.*s https://...", SLICE_ARGS(name),
                       SLICE_ARGS(name));
    struct slice missing = fill_keys(a, o, &p);
    if (missing.n > 0)
        return err_set(e, ERR_USAGE, "providers: %.*s needs the environment variable %.*s.", SLICE_ARGS(name),
                       SLICE_ARGS(missing));
    choose_add(a, c, &p);
    return true;
}

static void choose_by_keys(struct arena *a, const struct search_options *o, struct choice *c)
{
    c->index = true;
    for (int fallback = 0; fallback <= 1 && c->n == 0; fallback++)
        for (size_t i = 0; i < c->presets.n; i++) {
            struct provider p = {.preset = c->presets.at[i]};
            bool wanted = fallback ? p.preset->fallback : p.preset->keys.n > 0;
            if (wanted && !needs_address(p.preset) && fill_keys(a, o, &p).n == 0)
                choose_add(a, c, &p);
        }
}

/* Names the providers: "brave"; with the host if several have one preset; with a number if the host is the same too. */
static void name_providers(struct arena *a, struct choice *c)
{
    for (size_t i = 0; i < c->n; i++) {
        struct provider *p = &c->at[i];
        struct url u;
        const char *why;
        unsigned same = 0;
        for (size_t j = 0; j < c->n; j++)
            same += c->at[j].preset == p->preset;
        p->name = p->preset->name;
        if (same > 1 && url_parse(a, p->base, &u, &why))
            p->name = arena_printf(a, "%.*s %.*s", SLICE_ARGS(p->name), SLICE_ARGS(u.host));
        struct slice plain = p->name;
        unsigned number = 1;
        for (size_t j = 0; j < i; j++)
            if (slice_eq(c->at[j].name, p->name)) {
                p->name = arena_printf(a, "%.*s %u", SLICE_ARGS(plain), ++number);
                j = (size_t)-1; /* starts again with the new name */
            }
    }
}

bool choose_providers(struct arena *a, const struct search_options *o, struct choice *out, struct err *e)
{
    struct slice rest = slice_trim(o->providers);
    *out = (struct choice){0};
    if (!presets_load(a, o->folders, &out->presets, e))
        return false;
    if (slice_is(rest, "none")) {
        out->index = true;
        return true;
    }
    if (rest.n == 0)
        choose_by_keys(a, o, out);
    while (rest.n > 0) {
        size_t comma = slice_find(rest, SLICE(",")), skip = comma < rest.n ? comma + 1 : comma;
        struct slice item = slice_trim(slice_sub(rest, 0, comma));
        rest = slice_sub(rest, skip, rest.n - skip);
        if (item.n > 0 && !choose_one(a, o, out, item, e))
            return false;
    }
    name_providers(a, out);
    return true;
}

bool search_catalogue(const struct search_options *o, struct arena *a, struct search_entry **out, size_t *n,
                      struct err *e)
{
    struct choice c;
    if (!choose_providers(a, o, &c, e))
        return false;
    *n = c.presets.n;
    *out = arena_array(a, struct search_entry, *n);
    for (size_t i = 0; i < *n; i++) {
        struct provider p = {.preset = c.presets.at[i]};
        (*out)[i] = (struct search_entry){
            .preset = p.preset, .needs_address = needs_address(p.preset), .missing = fill_keys(a, o, &p)};
        for (size_t j = 0; j < c.n; j++)
            (*out)[i].chosen |= c.at[j].preset == p.preset;
    }
    return true;
}
