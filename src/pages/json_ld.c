/* json_ld.c - finds the node that describes the page among all that a description holds.
 *
 * Sites put a graph into each page: the site, the publisher, the trail of links, the image, and somewhere the article.
 * The first date or name in it is as often another's, so nodes are ranked by their type, and only the members of the
 * node itself are read. */
#include "pages/json_ld.h"

#include "pages/page.h"

enum { VALUE_BYTES_MAX = 2000 };

/* "Article" of "https://schema.org/Article" or "schema:Article". */
static struct slice json_ld_type(struct arena *a, const struct json_node *node)
{
    const struct json_node *type = json_tree_member(node, "@type");
    if (type && type->kind == NODE_ARRAY)
        type = type->first;
    struct slice name = json_tree_text(a, type);
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '/' && name.p[at - 1] != ':' && name.p[at - 1] != '#')
        at--;
    return slice_sub(name, at, name.n - at);
}

static enum json_ld_rank json_ld_rank(struct slice type)
{
    static const char *const things[] = {"Product", "ProductGroup", "Recipe", "HowTo", "JobPosting",          "FAQPage",
                                         "QAPage",  "Course",       "Book",   "Movie", "SoftwareApplication", "Event",
                                         "Question"};
    static const char *const articles[] = {"Article", "BlogPosting",        "LiveBlogPosting",
                                           "Report",  "SocialMediaPosting", "DiscussionForumPosting",
                                           "Review",  "NewsArticle"};
    if (type.n == 0)
        return JSON_LD_UNTYPED;
    for (size_t i = 0; i < COUNT_OF(things); i++)
        if (slice_is(type, things[i]))
            return JSON_LD_THING;
    for (size_t i = 0; i < COUNT_OF(articles); i++)
        if (slice_is(type, articles[i]))
            return JSON_LD_ARTICLE;
    if (slice_ends(type, SLICE("Article")))
        return JSON_LD_ARTICLE;
    if (slice_ends(type, SLICE("Event")))
        return JSON_LD_THING;
    return slice_ends(type, SLICE("Page")) ? JSON_LD_PAGE : JSON_LD_OTHER;
}

/* The name of a person or organization: a string, an object with a name, or the first of a list of those. */
static struct slice json_ld_name(struct arena *a, const struct json_node *node)
{
    if (node && node->kind == NODE_ARRAY)
        node = node->first;
    return json_tree_text(a, node && node->kind == NODE_OBJECT ? json_tree_member(node, "name") : node);
}

static void json_ld_set(struct slice *where, struct slice value, bool over)
{
    if (value.n && value.n <= VALUE_BYTES_MAX && (over || where->n == 0))
        *where = value;
}

/* Templates print dates that are none ("0001-01-01"); the next node may have a better one. */
static void json_ld_set_date(struct arena *a, struct slice *where, const struct json_node *value, bool over)
{
    struct slice text = json_tree_text(a, value);
    if (text.n && page_date(a, text).n)
        json_ld_set(where, text, over);
}

/* Whether it is of something that has facts. Articles and pages have authors and dates, which the reader knows. */
static bool json_ld_is_entity(struct slice type)
{
    static const char *const types[] = {
        "Person",     "Organization", "Corporation",     "Place",     "City",
        "Country",    "State",        "Movie",           "Book",      "TVSeries",
        "MusicAlbum", "MusicGroup",   "Product",         "VideoGame", "SoftwareApplication",
        "Event",      "Festival",     "Museum",          "Landmark",  "Mountain",
        "Airline",    "NGO",          "Painting",        "Hospital",  "CollegeOrUniversity",
        "School",     "SportsTeam",   "RiverBodyOfWater"};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (slice_is(type, types[i]))
            return true;
    return slice_ends(type, SLICE("Organization")) || slice_ends(type, SLICE("Event"));
}

static void json_ld_see(struct arena *a, const struct json_node *node, struct json_ld *out)
{
    struct slice type = json_ld_type(a, node);
    enum json_ld_rank rank = json_ld_rank(type);
    if (out->entity_count < JSON_LD_ENTITIES_MAX && json_ld_is_entity(type))
        out->entities[out->entity_count++] = node;
    if (rank == JSON_LD_OTHER)
        return;
    bool over = rank > out->rank;
    const struct json_node *author = json_tree_member(node, "author");
    struct slice body = json_tree_text(a, json_tree_member(node, "articleBody"));
    json_ld_set(&out->headline, json_tree_text(a, json_tree_member(node, "headline")), over);
    json_ld_set_date(a, &out->published, json_tree_member(node, "datePublished"), over);
    json_ld_set_date(a, &out->published, json_tree_member(node, "datePosted"), false);
    json_ld_set_date(a, &out->modified, json_tree_member(node, "dateModified"), over);
    json_ld_set(&out->author, json_ld_name(a, author ? author : json_tree_member(node, "creator")), over);
    json_ld_set(&out->publisher, json_ld_name(a, json_tree_member(node, "publisher")), over);
    json_ld_set(&out->lang, json_tree_text(a, json_tree_member(node, "inLanguage")), over);
    if (body.n > out->body.n)
        out->body = body;
    if (rank == JSON_LD_THING && !out->thing)
        out->thing = node;
    if (over)
        out->rank = rank;
}

/* What these hold is about another thing than the page, or part of what a node says. */
static bool json_ld_is_other(struct slice name)
{
    static const char *const others[] = {
        "itemListElement", "comment",     "review",      "image",      "video",           "isPartOf",
        "mentions",        "about",       "author",      "publisher",  "citation",        "hasPart",
        "breadcrumb",      "creator",     "isBasedOn",   "subjectOf",  "potentialAction", "offers",
        "workExample",     "isRelatedTo", "isSimilarTo", "hasVariant", "sponsor",         "logo"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (slice_is(name, others[i]))
            return true;
    return false;
}

void json_ld_read(struct arena *a, struct slice text, struct json_ld *out)
{
    const struct json_node *stack[JSON_TREE_DEPTH_MAX]; /* the next node to look at, of each depth */
    size_t depth = 1;
    stack[0] = json_tree_read(a, text)->first;
    while (depth > 0) {
        const struct json_node *node = stack[depth - 1];
        if (!node) {
            depth--;
            continue;
        }
        stack[depth - 1] = node->next;
        if (json_ld_is_other(node->name) || node->kind == NODE_STRING || node->kind == NODE_WORD)
            continue;
        if (node->kind == NODE_OBJECT)
            json_ld_see(a, node, out);
        if (depth < JSON_TREE_DEPTH_MAX)
            stack[depth++] = node->first;
    }
}
