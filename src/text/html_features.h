/* html_features.h - inside of text/: numbers that tell main text from its frame. */
#ifndef TEXT_HTML_FEATURES_H
#define TEXT_HTML_FEATURES_H

#include "text/html_page.h"

enum html_feature {
#define FEATURE(name, meaning) HTML_##name,
#include "text/html_features.def"
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
