/* html_features.h - inside of pages/: numbers that tell main text from its frame. */
#ifndef PAGES_HTML_FEATURES_H
#define PAGES_HTML_FEATURES_H

#include "pages/html_page.h"

enum html_feature {
#define FEATURE(name, meaning) HTML_##name,
#include "pages/html_features.def"
#undef FEATURE
    HTML_NEAR, /* the first of ROLE_COUNT: steps up to the nearest box of each role, HTML_FAR for none */
    HTML_FEATURES = HTML_NEAR + ROLE_COUNT
};

struct html_features {
    float at[HTML_FEATURES];
};

/* One for each block of the page, in the arena. article_body: of JSON-LD, or empty. Fills the sums of the boxes. */
struct html_features *html_features(struct arena *a, struct html_page *page, struct slice article_body);

#endif
