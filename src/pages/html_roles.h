/* html_roles.h - inside of pages/: roles that class and id attributes and certain elements give to what they hold. */
#ifndef PAGES_HTML_ROLES_H
#define PAGES_HTML_ROLES_H

#include <stdint.h>

#include "base/slice.h"

enum html_role {
#define ROLE(name, words) ROLE_##name,
#include "pages/html_roles.def"
#undef ROLE
    /* Said by elements, role attributes and itemprop. */
    ROLE_IN_ARTICLE,
    ROLE_IN_MAIN,
    ROLE_IN_ASIDE,
    ROLE_IN_NAV,
    ROLE_IN_HEADER,
    ROLE_IN_FOOTER,
    ROLE_IN_FIGURE,
    ROLE_IN_LIST,
    ROLE_IN_TABLE,
    ROLE_IN_FORM,
    ROLE_IN_QUOTE,
    ROLE_IN_SECTION,
    ROLE_ARTICLE_BODY, /* itemprop, or two words of ROLE_BODY in one class, as in "article-body" */
    ROLE_COUNT
};

/* A bit for each role whose words are in the attribute. */
uint32_t html_roles_find(struct slice attribute);
/* Boxes that speak of something else than the page: consent, newsletters, related links, breadcrumbs. Narrower than the
 * roles, which are hints. */
bool html_roles_foreign(struct slice attribute);
/* Classes that readers of a screen never see ("sr-only", "visually-hidden"), those that mean hidden, and
 * MediaWiki's "[edit]" beside headings. */
bool html_roles_hidden(struct slice attribute);

#endif
