/* html_names.c - a table with one place a slot: what was read last there is kept. */
#include "pages/html_names.h"

#include "base/ascii.h"

enum { SLOTS = 1024 };

struct names_slot {
    struct slice value; /* p is NULL: free */
    struct html_names names;
};

struct html_names_cache {
    struct names_slot whole[SLOTS], words[SLOTS];
};

struct html_names_cache *html_names_new(struct arena *a)
{
    return arena_alloc(a, sizeof(struct html_names_cache));
}

/* Words with figures count ("post-31", "bg2") and are left out. */
static uint32_t names_shape(struct slice word)
{
    for (size_t i = 0; i < word.n; i++)
        if (ascii_is_digit(word.p[i]))
            return 0;
    return slice_hash(word);
}

/* The slot of a value; *found says whether it is that value's already. */
static struct names_slot *names_slot(struct names_slot slots[SLOTS], struct slice value, bool *found)
{
    uint32_t h = slice_hash(value);
    struct names_slot *slot = &slots[(h ^ h >> 15) % SLOTS];
    *found = slot->value.p && slice_eq(slot->value, value);
    slot->value = value;
    return slot;
}

static bool names_has(struct slice text, const char *word)
{
    return text.n && slice_find(text, slice_of(word)) < text.n;
}

/* The next class of *rest; false at the end. */
static bool names_class(struct slice *rest, struct slice *out)
{
    size_t at = 0;
    while (at < rest->n && ascii_is_html_space(rest->p[at]))
        at++;
    size_t start = at;
    while (at < rest->n && !ascii_is_html_space(rest->p[at]))
        at++;
    *out = slice_sub(*rest, start, at - start);
    *rest = slice_sub(*rest, at, rest->n - at);
    return out->n > 0;
}

/* "md:block", "d-md-flex", "visible-xs", "show": shown after all, on some screens or by a script that has run. */
static bool names_class_shows(struct slice class)
{
    static const char *const displays[] = {"block", "flex",     "grid",      "inline",
                                           "table", "contents", "list-item", "visible"};
    bool prefixed = slice_starts(class, SLICE("d-")) || slice_starts(class, SLICE("visible-"));
    if (!prefixed && !memchr(class.p, ':', class.n))
        return slice_is(class, "show") || slice_is(class, "in") || slice_is(class, "active") ||
               slice_is(class, "is-active") || slice_is(class, "open");
    for (size_t i = 0; i < COUNT_OF(displays); i++)
        if (names_has(class, displays[i]))
            return true;
    return false;
}

/* Classes that frameworks hide an element by: Bootstrap, Tailwind, Foundation, Angular, UIkit, Bulma and others. */
static bool names_class_hides(struct slice class)
{
    static const char *const names[] = {"d-none",    "hidden", "hide",      "invisible",    "ng-hide",  "uk-hidden",
                                        "is-hidden", "d-hide", "is-hidden", "is-invisible", "x-hidden", "uk-invisible",
                                        "u-hide",    "w-hide", "ot-hide",   "display-none", "dn"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (class.p[0] == names[i][0] && slice_is(class, names[i]))
            return true;
    return false;
}

/* Classes of parts that a click or scrolling shows: panels of tabs and accordions, and what fades in. */
static bool names_class_opens(struct slice class)
{
    static const char *const begins[] = {
        "tab-pane", "tabpanel", "tab-content", "tabs-panel", "accordion", "collaps",
        "panel",    "faq",      "answer",      "wow",        "aos",       "reveal",
        "fade",     "animate",  "lazy",        "spoiler",    "toggle",    "elementor-invisible"};
    for (size_t i = 0; i < COUNT_OF(begins); i++)
        if (class.p[0] == begins[i][0] && slice_starts(class, slice_of(begins[i])))
            return true;
    return false;
}

void html_names_seen(struct slice classes, struct html_names *out)
{
    struct slice class;
    while (names_class(&classes, &class)) {
        out->shows |= names_class_shows(class);
        out->hides |= names_class_hides(class);
        out->opens |= names_class_opens(class);
    }
}

/* Whole names, not parts of one: "content" and not "content-list". */
static bool names_is_content(struct slice word)
{
    static const char *const names[] = {"content",      "contents",    "main",          "main-content", "maincontent",
                                        "page-content", "pagecontent", "body-content",  "bodycontent",  "doc-content",
                                        "docs-content", "document",    "documentation", "doccontent",   "markdown-body",
                                        "refentry",     "chapter",     "sect1",         "innertube"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_eq_nocase(word, slice_of(names[i])))
            return true;
    return false;
}

static const struct html_names *names_of_word(struct html_names_cache *cache, struct slice word)
{
    bool found;
    struct names_slot *slot = names_slot(cache->words, word, &found);
    if (found)
        return &slot->names;
    slot->names = (struct html_names){.roles = html_roles_find(word),
                                      .shape = names_shape(word),
                                      .content = names_is_content(word),
                                      .foreign = html_foreign_of_names(word),
                                      .apart = html_roles_foreign(word),
                                      .hidden = html_roles_hidden(word)};
    html_bits_add(&slot->names.bits, slice_hash(word));
    html_names_seen(word, &slot->names);
    return &slot->names;
}

const struct html_names *html_names_of(struct html_names_cache *cache, struct slice names)
{
    bool found;
    struct names_slot *slot = names_slot(cache->whole, names, &found);
    if (found)
        return &slot->names;
    struct html_names sum = {.roles = 0};
    for (size_t at = 0; at < names.n;) {
        size_t n = 0;
        while (at + n < names.n && !ascii_is_html_space(names.p[at + n]))
            n++;
        if (n) {
            const struct html_names *word = names_of_word(cache, slice_sub(names, at, n));
            sum.roles |= word->roles;
            sum.shape += word->shape;
            sum.foreign = sum.foreign ? sum.foreign : word->foreign;
            sum.bits = html_bits_join(sum.bits, word->bits);
            sum.apart |= word->apart;
            sum.content |= word->content;
            sum.hidden |= word->hidden;
            sum.shows |= word->shows;
            sum.hides |= word->hides;
            sum.opens |= word->opens;
        }
        at += n + 1;
    }
    slot->names = sum;
    return &slot->names;
}
