/* markup.h - tags: as browsers read them in a page, and as people type them into other text.
 *
 * Two readers, since the same bytes mean different things in the two places.
 *
 * markup_next() walks a page from tag to tag. It follows the tokeniser of the HTML standard (13.2.5) where that decides
 * what a reader of the page would see: quotes around attributes, ends of comments, what counts as a comment, raw text.
 * It knows nothing of nesting, decodes no character references and repairs nothing; a caller says which elements hold
 * raw text, since that differs between looking for links and looking for text. It reads XML as far as sitemaps need it.
 *
 * markup_tag() reads one tag in text that is no page: a snippet that a service cut anywhere, Markdown, wikitext. Such a
 * tag ends at the first '>', whatever its quotes say: an unclosed quote must not swallow the text behind it. MediaWiki
 * and most services do the same.
 *
 * Nothing is allocated: all slices point into the text that was given. Both are linear in it. Any thread. */
#ifndef PAGES_MARKUP_H
#define PAGES_MARKUP_H

#include "base/ascii.h"
#include "base/slice.h"

enum markup_kind {
    MARKUP_TEXT,    /* up to the next '<', or a '<' that begins nothing */
    MARKUP_START,   /* a start tag; its attributes are read by markup_attribute() */
    MARKUP_END,     /* an end tag, or one that the page breaks off in */
    MARKUP_COMMENT, /* a comment, and what the standard treats as one: "<?…>", "<!-…>", "</…>" without a name */
    MARKUP_DECLARATION, /* "<!DOCTYPE …>", "<![CDATA[…>" and other "<!…>" */
};

struct markup {
    const char *at, *end;
    bool in_tag; /* attributes of the last start tag are still to be read */
    bool cut;    /* the page broke off inside the last start tag: for browsers it is no tag */
};

struct markup_token {
    enum markup_kind kind;
    struct slice whole; /* its bytes; of a start tag "<" and the name only */
    struct slice name;  /* of a tag, as written; else empty */
};

struct markup_attribute {
    struct slice name, value; /* as written, without the quotes */
    bool has_value;
};

static inline bool markup_is_letter(char c)
{
    return ascii_is_letter(c);
}

static inline struct markup markup_of(struct slice page)
{
    return (struct markup){page.p, page.p + page.n, false, false};
}

/* The next token; false at the end of the page. Attributes that were not asked for are passed over. */
bool markup_next(struct markup *m, struct markup_token *t);
/* The next attribute of the start tag that was read last; false at the tag's end, m is then behind its '>'. A tag may
 * have any number of them, and one name twice: the first one counts. */
bool markup_attribute(struct markup *m, struct markup_attribute *out);
/* What stands between here, the end of a start tag, and the end tag of that name; all that is left when there is none.
 * The next token is that end tag. */
struct slice markup_raw(struct markup *m, struct slice name);

/* Elements whose content is raw text in HTML: markup_raw() reads it. */
bool markup_is_raw(struct slice name);
/* Where "</name" stands in text, ASCII case ignored; text.n when it does not. */
size_t markup_find_end(struct slice text, struct slice name);

/* A tag in text that is no page. */
struct markup_mark {
    struct slice name; /* as written; empty for "<!…>" */
    size_t n;          /* bytes up to and with '>' */
    bool end;          /* "</name" */
};

/* The tag that text begins with: "<name…>", "</name…>" or "<!…>". False when it is none, or has no '>' within text. */
bool markup_tag(struct slice text, struct markup_mark *out);
/* Where tags can end at the latest: behind the last '>' of text. A caller that asks for a tag at each '<' asks only
 * before this place, or bounds the length of tags; else text with no '>' costs the square of its length. */
size_t markup_tags_end(struct slice text);

#endif
