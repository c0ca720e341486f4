/* json_ld.h - inside of pages/: what schema.org descriptions in a page say about it, and the text that they and other
 * data of scripts hold. json_ld.c reads the descriptions, json_ld_text.c writes text, json_ld_facts.c rows of facts. */
#ifndef PAGES_JSON_LD_H
#define PAGES_JSON_LD_H

#include "base/arena.h"
#include "pages/json_tree.h"

/* How much a description is about the page: that of the site, of a person or of a list of links says nothing of it. */
enum json_ld_rank { JSON_LD_OTHER, JSON_LD_UNTYPED, JSON_LD_PAGE, JSON_LD_THING, JSON_LD_ARTICLE };

enum { JSON_LD_ENTITIES_MAX = 16 };

/* Slices in the arena; empty where nothing was said. */
struct json_ld {
    struct slice headline, body, published, modified, author, publisher, lang;
    enum json_ld_rank rank; /* of the node that the above is from; lower ones fill gaps */
    /* The first persons, organizations, places, works, products and events that are described. */
    const struct json_node *entities[JSON_LD_ENTITIES_MAX];
    size_t entity_count;
    const struct json_node *thing; /* a product, recipe, event, posting and the like that is what the page is about */
};

/* Adds what one description says: its main node, found by type, replaces what nodes of lower rank said, and *out keeps
 * the longest body. Nodes that are about another thing (comments, citations, parts, the site) are passed over. Lenient:
 * pages write broken JSON, and what was read before the break is kept. text is UTF-8. */
void json_ld_read(struct arena *a, struct slice text, struct json_ld *out);

/* HTML that shows a reader what the thing is: descriptions, lists, steps, questions with their answers, and rows of
 * "name: value" with schema.org's names. Empty for NULL. */
struct slice json_ld_html(struct arena *a, const struct json_node *thing);
/* Rows "label | value" of what is stated of the entity whose name the title is, without those whose value a row of text
 * has; empty where there are none. */
struct slice json_ld_facts(struct arena *a, const struct json_ld *ld, struct slice title, struct slice text);
/* HTML of the prose in data that a script builds the page from, JSON or an assignment of it. What is called content or
 * the like comes alone if there is any, so that messages of the user interface stay out. */
struct slice json_data_html(struct arena *a, struct slice data);

#endif
