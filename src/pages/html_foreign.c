/* html_foreign.c - names first, then sums over the boxes of the page.
 *
 * Banners and dialogs go before the model looks, since a short text beside one is taken for its frame. The rest goes
 * afterwards, and beside a long text banners too: the model knows it from the pages it learnt from, and finds the end
 * of the text by it. */
#include "pages/html_foreign.h"

#include "base/ascii.h"

enum {
    TOKEN_BYTES = 64,
    REST_BYTES = 25,     /* a page with less beside it is about it */
    SIGN_UP_BYTES = 700, /* more is a text */
    SIGN_UP_SHARE = 2,   /* and so is what has more than one part in this many of the page */
    BANNER_BYTES = 1200,
    SHORT_BYTES = 2000, /* of a longer text the model is sure */
    CLIMB_MAX = 4,
};

static bool foreign_has(struct slice token, const char *word)
{
    return slice_find(token, slice_of(word)) < token.n;
}

/* Names that tools for consent give to their boxes. */
static bool foreign_is_tool(struct slice token)
{
    static const char *const begins[] = {
        "onetrust",   "ot-sdk",     "cmp-",      "cmp_",      "cmpbox", "didomi",        "truste", "usercentrics",
        "qc-cmp",     "sp_message", "cky-",      "cmplz",     "klaro",  "osano-cm",      "termly", "iubenda-cs",
        "fc-consent", "axeptio",    "cc-window", "cc-banner", "cybot",  "tarteaucitron", "ccpa"};
    for (size_t i = 0; i < COUNT_OF(begins); i++)
        if (token.p[0] == begins[i][0] && slice_starts(token, slice_of(begins[i])))
            return true;
    return false;
}

static bool foreign_is_banner(struct slice token)
{
    static const char *const parts[] = {"banner",  "notice", "bar",     "law",     "popup",   "pop-up",    "modal",
                                        "message", "alert",  "overlay", "dialog",  "accept",  "layer",     "policy",
                                        "warning", "hint",   "panel",   "setting", "prefere", "disclaimer"};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (foreign_has(token, parts[i]))
            return true;
    return slice_is(token, "cookie") || slice_is(token, "cookies");
}

static bool foreign_is_related(struct slice token)
{
    static const char *const begins[] = {
        "related",  "recommend", "recirc",   "more-stories", "more-articles", "you-may", "also-like", "most-read",
        "mostread", "trending",  "outbrain", "taboola",      "read-next",     "up-next", "more-from", "popular-posts"};
    for (size_t i = 0; i < COUNT_OF(begins); i++)
        if (token.p[0] == begins[i][0] && slice_starts(token, slice_of(begins[i])))
            return true;
    return false;
}

/* Words that say it anywhere in a name, by one look at each of its letters. */
static enum html_foreign foreign_of_parts(struct slice token)
{
    static const struct {
        const char *word;
        enum html_foreign kind;
    } parts[] = {{"gdpr", FOREIGN_CONSENT},     {"consent", FOREIGN_CONSENT},  {"newsletter", FOREIGN_SIGN_UP},
                 {"sign-up", FOREIGN_SIGN_UP},  {"signup", FOREIGN_SIGN_UP},   {"mailing-list", FOREIGN_SIGN_UP},
                 {"-related", FOREIGN_RELATED}, {"_related", FOREIGN_RELATED}, {"subscribe", FOREIGN_SIGN_UP},
                 {"cookie", FOREIGN_CONSENT}};
    for (size_t at = 0; at + 4 <= token.n; at++) {
        char c = token.p[at];
        if (c != 'g' && c != 'c' && c != 'n' && c != 's' && c != 'm' && c != '-' && c != '_')
            continue;
        struct slice rest = slice_sub(token, at, token.n - at);
        for (size_t i = 0; i < COUNT_OF(parts); i++) {
            if (rest.p[0] != parts[i].word[0] || !slice_starts(rest, slice_of(parts[i].word)))
                continue;
            bool person = slice_starts(rest, SLICE("subscriber")); /* what subscribers read */
            bool other = slice_starts(rest, SLICE("cookie")) && !foreign_is_banner(token);
            if (!person && !other)
                return parts[i].kind;
        }
    }
    return FOREIGN_NOT;
}

static enum html_foreign foreign_of_token(struct slice token)
{
    if (foreign_is_tool(token))
        return FOREIGN_CONSENT;
    enum html_foreign found = foreign_of_parts(token);
    if (found)
        return found;
    if (slice_starts(token, SLICE("mc_embed")))
        return FOREIGN_SIGN_UP;
    return foreign_is_related(token) ? FOREIGN_RELATED : FOREIGN_NOT;
}

enum html_foreign html_foreign_of_names(struct slice names)
{
    char token[TOKEN_BYTES];
    enum html_foreign found = FOREIGN_NOT;
    for (size_t at = 0; at < names.n && !found;) {
        size_t n = 0;
        for (; at < names.n && !ascii_is_html_space(names.p[at]); at++)
            if (n < TOKEN_BYTES)
                token[n++] = ascii_is_upper(names.p[at]) ? (char)(names.p[at] + 'a' - 'A') : names.p[at];
        if (n >= 4)
            found = foreign_of_token((struct slice){token, n});
        at++;
    }
    return found;
}

enum html_foreign html_foreign_of(enum html_tag tag, const struct html_given *given, enum html_foreign classes,
                                  enum html_foreign id)
{
    struct slice role = html_given_value(given, ATTR_ROLE);
    if (tag == TAG_BODY || tag == TAG_HTML || tag == TAG_MAIN || tag == TAG_ARTICLE)
        return FOREIGN_NOT;
    if (tag == TAG_DIALOG || slice_is(role, "dialog") || slice_is(role, "alertdialog"))
        return FOREIGN_CONSENT;
    return classes ? classes : id;
}

/* --- the whole page ----------------------------------------------------------------------------------------------- */

/* Of everything inside of a box. */
struct foreign_sum {
    uint32_t bytes, link_bytes, buttons;
    bool main, drop;
    bool banner;  /* and dropped before the model sees it */
    bool related; /* only links and headings go */
};

static struct foreign_sum *foreign_sums(struct arena *a, const struct html_page *page)
{
    struct foreign_sum *sums = arena_array(a, struct foreign_sum, page->box_count);
    for (size_t i = 0; i < page->block_count; i++) {
        struct foreign_sum *s = &sums[page->blocks[i].box];
        s->bytes += page->blocks[i].n;
        s->link_bytes += page->blocks[i].link_chars;
    }
    for (size_t i = page->box_count; i-- > 0;) {
        const struct html_box *box = &page->boxes[i];
        struct foreign_sum *up = &sums[box->parent];
        sums[i].buttons += box->buttons;
        sums[i].main |= box->tag == TAG_MAIN || box->tag == TAG_ARTICLE || box->tag == TAG_H1;
        if (i == 0)
            break;
        up->bytes += sums[i].bytes;
        up->link_bytes += sums[i].link_bytes;
        up->buttons += sums[i].buttons;
        up->main |= sums[i].main;
    }
    return sums;
}

static bool foreign_is_dropped(const struct html_box *box, const struct foreign_sum *sum, uint32_t page_bytes)
{
    if (sum->main || sum->bytes == 0)
        return false;
    switch ((enum html_foreign)box->foreign) {
    case FOREIGN_CONSENT:
        return true;
    case FOREIGN_SIGN_UP:
        return sum->bytes <= SIGN_UP_BYTES && sum->bytes <= page_bytes / SIGN_UP_SHARE;
    case FOREIGN_RELATED:
        return 2 * (uint64_t)sum->link_bytes >= sum->bytes;
    case FOREIGN_NOT:
        break;
    }
    return false;
}

/* The word is the same in most languages. */
static bool foreign_names_cookies(struct slice text)
{
    return foreign_has(text, "cookie") || foreign_has(text, "Cookie") || foreign_has(text, "COOKIE");
}

/* A small box outside of the main element, with a button and a sentence about cookies, whatever it is called. */
static void foreign_find_banners(const struct html_page *page, struct foreign_sum *sums)
{
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        uint32_t box = b->box;
        const uint8_t *near = page->boxes[box].near;
        if (b->n > BANNER_BYTES || near[ROLE_IN_MAIN] < HTML_FAR || near[ROLE_IN_ARTICLE] < HTML_FAR ||
            !foreign_names_cookies(html_block_text(page, b)))
            continue;
        for (unsigned up = 0; up < CLIMB_MAX && box != 0 && sums[box].bytes <= BANNER_BYTES && !sums[box].main; up++) {
            enum html_tag tag = (enum html_tag)page->boxes[box].tag;
            if (sums[box].buttons && tag != TAG_BODY && tag != TAG_HTML) {
                sums[box].drop = sums[box].banner = true;
                break;
            }
            box = page->boxes[box].parent;
        }
    }
}

void html_foreign_drop(struct arena *a, struct html_page *page)
{
    if (page->block_count == 0)
        return;
    struct foreign_sum *sums = foreign_sums(a, page);
    uint32_t page_bytes = sums[0].bytes;
    foreign_find_banners(page, sums);
    for (size_t i = 0; i < page->box_count; i++) {
        const struct html_box *box = &page->boxes[i];
        bool own = foreign_is_dropped(box, &sums[i], page_bytes);
        sums[i].drop |= own || (i > 0 && sums[box->parent].drop);
        sums[i].related |= (own && box->foreign == FOREIGN_RELATED) || (i > 0 && sums[box->parent].related);
        sums[i].banner |= (own && box->foreign == FOREIGN_CONSENT) || (i > 0 && sums[box->parent].banner);
    }
    size_t rest = 0, n = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        const uint8_t *near = page->boxes[b->box].near;
        bool around = near[ROLE_IN_NAV] < HTML_FAR || near[ROLE_IN_FOOTER] < HTML_FAR;
        if (!sums[b->box].drop && !around)
            rest += b->n - (b->link_chars < b->n ? b->link_chars : b->n);
    }
    if (rest < REST_BYTES)
        return;
    for (size_t i = 0; i < page->block_count; i++) {
        struct html_block *b = &page->blocks[i];
        bool link = 2 * (uint64_t)b->link_chars >= b->n || page->boxes[b->box].heading;
        b->foreign = sums[b->box].drop && (link || !sums[b->box].related);
        if (!sums[b->box].banner || rest > SHORT_BYTES)
            page->blocks[n++] = *b;
    }
    page->block_count = n;
}
