/* json_ld_facts.c - what schema.org's description of the page's subject states, as rows "label | value".
 *
 * A page about a person or a company often states its facts only in the description that search services read. They are
 * appended to the page's text, so that values for documents are quoted from there like any others. The description has
 * to be of the thing that the page is called by: most are of the site's owner. Values that the page's own rows have are
 * not repeated. */
#include "base/ascii.h"
#include "base/buf.h"
#include "pages/json_ld.h"
#include "text/letters.h"

enum { FACTS_MAX = 32, FACT_BYTES_MAX = 200, FACTS_BYTES_MAX = 4000, NAMES_MAX = 10 };

/* Members that state a fact, and what they are called in a row; NULL: as they are, in small letters. */
static const struct {
    const char *name, *label;
} facts[] = {
    {"legalName", NULL},
    {"alternateName", "other name"},
    {"givenName", NULL},
    {"familyName", NULL},
    {"birthDate", "born"},
    {"birthPlace", "birthplace"},
    {"deathDate", "died"},
    {"deathPlace", "place of death"},
    {"nationality", NULL},
    {"gender", NULL},
    {"jobTitle", "occupation"},
    {"hasOccupation", "occupation"},
    {"spouse", NULL},
    {"children", NULL},
    {"parent", "parents"},
    {"alumniOf", "alma mater"},
    {"worksFor", "employer"},
    {"memberOf", NULL},
    {"award", "awards"},
    {"foundingDate", "founded"},
    {"foundingLocation", "place of foundation"},
    {"founder", NULL},
    {"dissolutionDate", "dissolved"},
    {"numberOfEmployees", NULL},
    {"parentOrganization", "parent"},
    {"subOrganization", "subsidiaries"},
    {"owns", NULL},
    {"address", "headquarters"},
    {"telephone", NULL},
    {"tickerSymbol", NULL},
    {"slogan", NULL},
    {"director", NULL},
    {"actor", "starring"},
    {"author", NULL},
    {"creator", NULL},
    {"producer", NULL},
    {"productionCompany", NULL},
    {"musicBy", "composer"},
    {"byArtist", "artist"},
    {"publisher", NULL},
    {"isbn", NULL},
    {"numberOfPages", NULL},
    {"bookFormat", NULL},
    {"datePublished", "published"},
    {"releaseDate", "released"},
    {"dateCreated", "created"},
    {"genre", NULL},
    {"inLanguage", "language"},
    {"countryOfOrigin", NULL},
    {"brand", NULL},
    {"manufacturer", NULL},
    {"model", NULL},
    {"sku", NULL},
    {"color", NULL},
    {"material", NULL},
    {"weight", NULL},
    {"height", NULL},
    {"width", NULL},
    {"depth", NULL},
    {"price", NULL},
    {"applicationCategory", NULL},
    {"operatingSystem", NULL},
    {"softwareVersion", NULL},
    {"license", NULL},
    {"startDate", NULL},
    {"endDate", NULL},
    {"location", NULL},
    {"organizer", NULL},
    {"performer", NULL},
    {"containedInPlace", "located in"},
    {"population", NULL},
    {"elevation", NULL},
};

/* A name, a quantity with its unit, or a place from its street to its country. */
static struct slice facts_object(struct arena *a, const struct json_node *node)
{
    static const char *const places[] = {"streetAddress", "addressLocality", "addressRegion", "addressCountry"};
    struct slice out = json_tree_text(a, json_tree_member(node, "name"));
    struct slice unit = json_tree_text(a, json_tree_member(node, "unitText"));
    if (out.n == 0)
        out = json_tree_text(a, json_tree_member(node, "value"));
    if (out.n && unit.n)
        return ARENA_JOIN(a, out, SLICE(" "), unit);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        const struct json_node *part = json_tree_member(node, places[i]);
        struct slice text = part && part->kind == NODE_OBJECT ? json_tree_text(a, json_tree_member(part, "name"))
                                                              : json_tree_text(a, part);
        if (text.n)
            out = out.n ? ARENA_JOIN(a, out, SLICE(", "), text) : text;
    }
    return out;
}

static struct slice facts_value(struct arena *a, const struct json_node *node)
{
    if (node->kind != NODE_ARRAY)
        return node->kind == NODE_OBJECT ? facts_object(a, node) : json_tree_text(a, node);
    struct slice out = {"", 0};
    size_t n = 0;
    for (const struct json_node *one = node->first; one && n < NAMES_MAX; one = one->next) {
        struct slice text = one->kind == NODE_OBJECT ? facts_object(a, one) : json_tree_text(a, one);
        if (!text.n)
            continue;
        out = n++ ? ARENA_JOIN(a, out, SLICE(", "), text) : text;
    }
    return out;
}

/* Whether the value may stand in a row: it is no address, has no tags, line breaks or bars, and is short. */
static bool facts_may_show(struct slice value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' || strchr("<>|", value.p[i]))
            return false;
    return value.n && value.n <= FACT_BYTES_MAX && slice_find(value, SLICE("://")) == value.n;
}

static void facts_put_label(struct buf *out, const char *name, const char *label)
{
    if (label) {
        buf_add(out, slice_of(label));
        return;
    }
    for (; *name; name++) {
        if (ascii_is_upper((unsigned char)*name))
            buf_add_char(out, ' ');
        buf_add_char(out, ascii_is_upper((unsigned char)*name) ? (char)(*name + 'a' - 'A') : *name);
    }
}

/* Whether the page is called by the name: its title is that, or goes on behind it with something else. */
static bool facts_are_of(struct slice name, struct slice title)
{
    size_t n = name.n ? letters_start_nocase(title, name) : 0;
    if (n == 0)
        return false;
    struct slice rest = slice_sub(title, n, title.n - n);
    return rest.n == 0 || (rest.n > 2 && rest.p[0] == ' ' && !letter_at(rest, 1) && !ascii_is_digit(rest.p[1])) ||
           strchr(",:|", rest.p[0]);
}

/* Whether an address is where it is run from. */
static bool facts_are_firm(struct arena *a, const struct json_node *entity)
{
    struct slice type = json_tree_text(a, json_tree_member(entity, "@type"));
    return slice_ends(type, SLICE("Organization")) || slice_ends(type, SLICE("Corporation"));
}

struct slice json_ld_facts(struct arena *a, const struct json_ld *ld, struct slice title, struct slice text)
{
    struct buf out;
    size_t n = 0, which = 0;
    while (which < ld->entity_count &&
           !facts_are_of(json_tree_text(a, json_tree_member(ld->entities[which], "name")), title))
        which++;
    if (which == ld->entity_count)
        return SLICE("");
    const struct json_node *entity = ld->entities[which];
    buf_init(&out, FACTS_BYTES_MAX);
    for (size_t i = 0; i < COUNT_OF(facts) && n < FACTS_MAX && !out.over; i++) {
        const struct json_node *node = json_tree_member(entity, facts[i].name);
        struct slice value = node ? facts_value(a, node) : SLICE("");
        if (!facts_may_show(value) || slice_find(text, ARENA_JOIN(a, SLICE(" | "), value)) < text.n)
            continue;
        if (n++)
            buf_add_char(&out, '\n');
        bool home = slice_is(node->name, "address") && !facts_are_firm(a, entity);
        facts_put_label(&out, facts[i].name, home ? NULL : facts[i].label);
        buf_add(&out, SLICE(" | "));
        buf_add(&out, value);
    }
    struct slice rows = out.over ? SLICE("") : arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return rows;
}
