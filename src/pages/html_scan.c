/* html_scan.c - reads tags and text, and leaves out what nobody reads.
 *
 * Tags are read by pages/markup; they are not matched here, html_tree.h does that. Formulas that are the text of an
 * image or of a script become text here.
 *
 * Not here: nesting, hidden elements. */
#include "pages/html_scan.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "pages/markup.h"

enum { VALUES_ROOM = 512 };

/* The elements that are more to the scan than bytes. */
enum scan_kind {
    SCAN_COPIED,
    SCAN_DROPPED, /* with its content: raw text, or of no use; none nests in itself */
    SCAN_SILENT,  /* void: holds no text and ends nothing */
    SCAN_IMAGE,   /* the same, with a text of its own */
    SCAN_LINK,
    SCAN_TITLE, /* its content has no tags */
    SCAN_XMP,   /* raw text that is shown */
};

/* What the scan must know of a tag besides its bytes. */
struct scan_tag {
    enum scan_kind kind;
    struct slice alt, type;
    struct html_given given;
    bool is_formula; /* an image that stands for one */
    bool closed;     /* "<svg/>" */
};

static enum scan_kind scan_kind_of(struct slice name)
{
    static const struct {
        const char *name;
        size_t n;
        enum scan_kind kind;
    } kinds[] = {{"iframe", 6, SCAN_DROPPED},   {"img", 3, SCAN_IMAGE},       {"input", 5, SCAN_SILENT},
                 {"link", 4, SCAN_LINK},        {"noembed", 7, SCAN_DROPPED}, {"noframes", 8, SCAN_DROPPED},
                 {"noscript", 8, SCAN_DROPPED}, {"script", 6, SCAN_DROPPED},  {"source", 6, SCAN_SILENT},
                 {"style", 5, SCAN_DROPPED},    {"svg", 3, SCAN_DROPPED},     {"wbr", 3, SCAN_SILENT},
                 {"textarea", 8, SCAN_DROPPED}, {"title", 5, SCAN_TITLE},     {"xmp", 3, SCAN_XMP}};
    if (name.n < 3 || name.n > 8 || !memchr("ilnstwx", name.p[0] | 0x20, 7))
        return SCAN_COPIED;
    char first = (char)(name.p[0] | 0x20);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].n == name.n && kinds[i].name[0] == first &&
            slice_eq_nocase(name, (struct slice){kinds[i].name, kinds[i].n}))
            return kinds[i].kind;
    return SCAN_COPIED;
}

/* "{\displaystyle x}" says how large x is set. */
static struct slice scan_formula(struct slice text)
{
    static const char *const styles[] = {"\\displaystyle", "\\textstyle"};
    text = slice_trim(text);
    if (text.n > 2 && text.p[0] == '{' && text.p[1] == '\\' && text.p[text.n - 1] == '}')
        for (size_t i = 0; i < COUNT_OF(styles); i++)
            if (slice_starts(slice_sub(text, 1, text.n - 1), slice_of(styles[i])))
                return slice_trim(slice_sub(text, 1 + strlen(styles[i]), text.n - 2 - strlen(styles[i])));
    return text;
}

static enum html_attribute scan_attribute_name(struct slice name)
{
    static const struct {
        const char *text;
        size_t n;
        enum html_attribute name;
    } names[] = {{"class", 5, ATTR_CLASS},       {"id", 2, ATTR_ID},
                 {"style", 5, ATTR_STYLE},       {"hidden", 6, ATTR_HIDDEN},
                 {"role", 4, ATTR_ROLE},         {"itemprop", 8, ATTR_ITEMPROP},
                 {"rel", 3, ATTR_REL},           {"name", 4, ATTR_NAME},
                 {"property", 8, ATTR_PROPERTY}, {"content", 7, ATTR_CONTENT},
                 {"datetime", 8, ATTR_DATETIME}, {"lang", 4, ATTR_LANG},
                 {"type", 4, ATTR_TYPE},         {"aria-hidden", 11, ATTR_ARIA_HIDDEN},
                 {"start", 5, ATTR_START},       {"value", 5, ATTR_VALUE},
                 {"reversed", 8, ATTR_REVERSED}, {"rowspan", 7, ATTR_ROWSPAN},
                 {"colspan", 7, ATTR_COLSPAN},   {"href", 4, ATTR_HREF}};
    if (name.n < 2 || name.n > 11)
        return ATTR_NONE;
    char first = (char)(name.p[0] | 0x20);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (names[i].n == name.n && names[i].text[0] == first &&
            slice_eq_nocase(name, (struct slice){names[i].text, names[i].n}))
            return names[i].name;
    return ATTR_NONE;
}

/* Character references of a value; what it is decoded to is never longer. */
static struct slice scan_decode(struct arena *a, struct slice value)
{
    char *out = arena_alloc(a, value.n);
    size_t n = 0;
    for (size_t i = 0; i < value.n;) {
        struct slice rest = slice_sub(value, i, value.n - i);
        uint32_t code;
        size_t taken = rest.p[0] == '&' ? entity_read(rest, &code) : 0;
        if (taken)
            n += utf8_put(out + n, code);
        else
            out[n++] = rest.p[0];
        i += taken ? taken : 1;
    }
    return (struct slice){out, n};
}

/* Notes a value for the tag that is read. */
static void scan_note(struct html_scan *s, struct html_given *given, enum html_attribute name, struct slice value)
{
    /* A style too long to be kept whole could hide its end, so it counts as one that hides. */
    if (value.n > HTML_ATTRIBUTE_BYTES_MAX) {
        value.n = HTML_ATTRIBUTE_BYTES_MAX;
        while (value.n && ((unsigned char)value.p[value.n] & 0xC0) == 0x80)
            value.n--;
        if (name == ATTR_STYLE)
            value = SLICE("display:none");
    }
    if (value.n && memchr(value.p, '&', value.n))
        value = scan_decode(s->arena, value);
    s->values[s->value_count++] = (struct html_attribute_value){value, name};
    given->has |= UINT32_C(1) << name;
    given->count++;
}

/* Wikis, blogs and textbooks show formulas as images whose text is their source. */
static bool scan_is_formula(struct slice class)
{
    static const char *const words[] = {"math", "latex", "tex ", "equation"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (slice_find(class, slice_of(words[i])) < class.n)
            return true;
    return slice_eq(class, SLICE("tex"));
}

/* Room for the attributes of one more tag, which must not move. */
static void scan_make_room(struct html_scan *s)
{
    if (s->value_count + ATTR_COUNT <= s->value_room)
        return;
    s->value_room = VALUES_ROOM;
    s->value_count = 0;
    s->values = arena_array(s->arena, struct html_attribute_value, s->value_room);
}

/* Notes the wanted attributes of the tag that was read last. False: the page ends inside the tag. */
static bool scan_attributes(struct html_scan *s, struct scan_tag *tag)
{
    const char *value_end = NULL;
    struct markup_attribute found;
    scan_make_room(s);
    tag->given.values = s->values + s->value_count;
    while (markup_attribute(&s->page, &found)) {
        value_end = found.value.p + found.value.n;
        if (tag->kind == SCAN_IMAGE && slice_eq_nocase(found.name, SLICE("alt")))
            tag->alt = found.value;
        enum html_attribute name = scan_attribute_name(found.name);
        if (name == ATTR_NONE || (name == ATTR_HREF && tag->kind != SCAN_LINK) || html_given_has(&tag->given, name))
            continue;
        if (tag->kind == SCAN_IMAGE && name == ATTR_CLASS)
            tag->is_formula = scan_is_formula(found.value);
        if (name == ATTR_TYPE)
            tag->type = found.value;
        scan_note(s, &tag->given, name, found.value);
    }
    /* The slash of `<svg width=16/>` belongs to the value. */
    tag->closed = !s->page.cut && s->page.at[-2] == '/' && s->page.at - 1 != value_end;
    return !s->page.cut;
}

/* Closes a tag that says so itself, where browsers do: in drawings, and in pages that are XML. */
static bool scan_is_closed(const struct html_scan *s, struct slice name, const struct scan_tag *tag)
{
    return tag->closed && (slice_eq_nocase(name, SLICE("svg")) || (s->xhtml && markup_is_raw(name)));
}

/* What comes next is this text, in which nothing is markup or a reference. */
static void scan_say(struct html_scan *s, struct slice text, bool references)
{
    s->text = text;
    s->references = references;
}

/* Raw text and what else is dropped with its content. */
static void scan_drop(struct html_scan *s, const struct markup_token *tag, struct slice type)
{
    struct markup_token end;
    struct slice content = markup_raw(&s->page, tag->name);
    scan_say(s, SLICE(" "), false); /* words on both sides stay apart */
    if (slice_find(type, SLICE("ld+json")) < type.n) {
        if (s->json_ld_count < HTML_JSON_LD_MAX)
            s->json_ld[s->json_ld_count++] = content;
    } else if (slice_starts(type, SLICE("math/tex"))) {
        scan_say(s, scan_formula(content), false);
    }
    (void)markup_next(&s->page, &end);
}

/* <xmp> and its like: raw text that browsers show as it is. */
static void scan_show_raw(struct html_scan *s, struct slice name)
{
    struct markup_token end;
    scan_say(s, markup_raw(&s->page, name), false);
    s->end_pre = true;
    (void)markup_next(&s->page, &end);
}

/* False: nothing begins here that the parser must know. */
static bool scan_start(struct html_scan *s, const struct markup_token *t, struct html_event *out)
{
    struct scan_tag tag = {.kind = scan_kind_of(t->name), .alt = {"", 0}, .type = {"", 0}};
    if (!scan_attributes(s, &tag))
        return false;
    switch (tag.kind) {
    case SCAN_DROPPED:
        if (!scan_is_closed(s, t->name, &tag))
            scan_drop(s, t, tag.type);
        return false;
    case SCAN_IMAGE:
        if (tag.is_formula)
            scan_say(s, scan_formula(tag.alt), true);
        return false;
    case SCAN_SILENT:
        return false;
    case SCAN_XMP:
        scan_show_raw(s, t->name);
        *out = (struct html_event){.kind = HTML_EVENT_START, .tag = TAG_PRE, .text = html_tag_name(TAG_PRE)};
        return true;
    case SCAN_TITLE:
        scan_say(s, markup_raw(&s->page, t->name), true);
        break;
    case SCAN_COPIED:
    case SCAN_LINK:
        break;
    }
    *out = (struct html_event){.kind = HTML_EVENT_START,
                               .text = t->name,
                               .given = tag.given,
                               .tag = html_tag_find(t->name),
                               .closed = tag.closed};
    return true;
}

/* The next piece of the text that is read: what stands up to a character reference, or the character itself. */
static void scan_piece(struct html_scan *s, struct html_event *out)
{
    struct slice text = s->text;
    const char *amp = s->references ? memchr(text.p, '&', text.n) : NULL;
    size_t n = amp ? (size_t)(amp - text.p) : text.n, taken = n;
    *out = (struct html_event){.kind = HTML_EVENT_TEXT, .text = slice_sub(text, 0, n)};
    if (amp && n == 0) {
        size_t bytes;
        taken = entity_put(text, s->decoded, &bytes);
        if (taken)
            out->text = (struct slice){s->decoded, bytes};
        else
            out->text.n = taken = 1;
    }
    s->text = slice_sub(text, taken, text.n - taken);
}

/* Only the start of a page says it. */
static bool scan_is_xhtml(struct slice page)
{
    if (page.n == 0)
        return false;
    struct slice head = slice_trim(slice_sub(page, 0, page.n < 1000 ? page.n : 1000));
    if (slice_starts(head, SLICE("\xEF\xBB\xBF")))
        head = slice_sub(head, 3, head.n - 3);
    return slice_starts(head, SLICE("<?xml ")) || slice_find(head, SLICE("DTD XHTML")) < head.n;
}

struct html_scan *html_scan_new(struct arena *a, struct slice page)
{
    struct html_scan *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    s->page = markup_of(page);
    s->xhtml = scan_is_xhtml(page);
    return s;
}

bool html_scan_next(struct html_scan *s, struct html_event *out)
{
    struct markup_token t;
    for (;;) {
        if (s->text.n) {
            scan_piece(s, out);
            return true;
        }
        if (s->end_pre) {
            s->end_pre = false;
            *out = (struct html_event){.kind = HTML_EVENT_END, .tag = TAG_PRE, .text = html_tag_name(TAG_PRE)};
            return true;
        }
        if (!markup_next(&s->page, &t))
            return false;
        switch (t.kind) {
        case MARKUP_TEXT:
            scan_say(s, t.whole, true);
            break;
        case MARKUP_START:
            if (scan_start(s, &t, out))
                return true;
            break;
        case MARKUP_END:
            if (t.whole.p[t.whole.n - 1] != '>')
                break;
            *out = (struct html_event){.kind = HTML_EVENT_END, .text = t.name, .tag = html_tag_find(t.name)};
            return true;
        case MARKUP_DECLARATION:
            scan_say(s, SLICE(" "), false);
            break;
        case MARKUP_COMMENT:
            break;
        }
    }
}
