/* html_byline.c - dates that are only written for readers, "Von unserer Redaktion, 3. März 2018".
 *
 * No word of any language is needed: a line is one if it is short, stands at the heading, is no sentence, and hardly
 * holds anything beside the day and who wrote. */
#include "pages/html_byline.h"

#include <math.h>

#include "facts/read_date.h"
#include "pages/page.h"

enum {
    BEFORE = 4,  /* blocks before the heading that are looked at */
    BEHIND = 12, /* and after it */
    LINE_BYTES = 200,
    REST_BYTES = 60, /* beside the date */
    BYLINE_NEAR = 2, /* steps up to an element that is called one */
    PARAGRAPH_WORDS = 20,
};

static bool byline_is_elsewhere(const struct html_page *page, const struct html_block *b)
{
    static const enum html_role roles[] = {ROLE_IN_NAV,  ROLE_IN_ASIDE, ROLE_IN_FOOTER, ROLE_IN_TABLE,
                                           ROLE_IN_FORM, ROLE_COMMENT,  ROLE_IN_QUOTE};
    const uint8_t *near = page->boxes[b->box].near;
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (near[roles[i]] < HTML_FAR)
            return true;
    return b->in_pre || page->boxes[b->box].tag == TAG_DD || page->boxes[b->box].tag == TAG_DT;
}

/* Whether the line is called a byline by its classes, or those of what it begins with. */
static bool byline_is_named(const struct html_page *page, const struct html_block *b)
{
    return page->boxes[b->box].near[ROLE_BYLINE] <= BYLINE_NEAR || (b->inline_roles >> ROLE_BYLINE & 1);
}

static bool byline_is_sentence(struct slice text)
{
    char last = text.n ? text.p[text.n - 1] : ' ';
    return last == '.' || last == '!' || last == '?' || (text.n >= 3 && slice_ends(text, SLICE("\xE3\x80\x82")));
}

static struct slice byline_read(struct arena *a, const struct html_page *page, const struct html_block *b)
{
    struct slice text = html_block_text(page, b);
    struct slice none = {"", 0};
    bool named = byline_is_named(page, b);
    if (text.n > LINE_BYTES || byline_is_elsewhere(page, b) || page->boxes[b->box].heading)
        return none;
    if (!named && (byline_is_sentence(text) || page->boxes[b->box].near[ROLE_IN_LIST] < HTML_FAR))
        return none;
    struct dates dates = dates_read(a, text, lang_find(page->meta.lang));
    size_t days = 0, bytes = 0;
    struct slice found = none;
    for (size_t i = 0; i < dates.n; i++) {
        struct slice day = dates.at[i].day ? page_date(a, date_iso(a, &dates.at[i])) : none;
        bytes += dates.at[i].n;
        days += day.n > 0;
        if (day.n && (found.n == 0 || slice_cmp(day, found) < 0)) /* the other one is that of a change */
            found = day;
    }
    bool sure = named || (days == 1 && text.n - bytes <= REST_BYTES);
    return sure ? found : none;
}

struct slice html_byline_date(struct arena *a, const struct html_page *page, const struct html_features *f)
{
    struct slice found = {"", 0};
    for (size_t i = 0; i < page->block_count && found.n == 0; i++) {
        float from = f[i].at[HTML_FROM_HEAD];
        if (from < -BEFORE)
            continue;
        if (from > BEHIND)
            break;
        found = byline_read(a, page, &page->blocks[i]);
        if (from > 0 && expf(f[i].at[HTML_WORDS]) > PARAGRAPH_WORDS && !byline_is_named(page, &page->blocks[i]))
            break; /* the text has begun */
    }
    return found;
}

struct slice html_byline_heading(const struct html_page *page, struct slice site)
{
    for (unsigned level = 1; level <= 2; level++)
        for (size_t i = 0; i < page->block_count; i++) {
            const struct html_block *b = &page->blocks[i];
            struct slice text = html_block_text(page, b);
            if (page->boxes[b->box].heading == level && !byline_is_elsewhere(page, b) && text.n <= LINE_BYTES &&
                !slice_eq_nocase(text, site))
                return text;
        }
    return (struct slice){"", 0};
}
