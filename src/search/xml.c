/* xml.c - parses RSS, Atom and other XML with libxml2, and turns the result into a plain tree in the arena.
 *
 * A document may be hostile. So the parser uses no network and loads no DTD, and a document that declares entities is
 * refused, which prevents both reading files and endless expansion. libxml2 itself stops at 256 levels and at 10 MB of
 * a single text. */
#include "search/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>

#include "base/ascii.h"
#include "pages/libxml.h"

static struct slice of_xml(struct arena *a, const xmlChar *text)
{
    return arena_dup(a, slice_of((const char *)text));
}

static struct value text_value(struct slice text)
{
    return (struct value){.kind = VALUE_STRING, .string = text};
}

/* The element's own text with CDATA, without the text of its children. */
static struct slice own_text(struct arena *a, const xmlNode *element)
{
    struct buf out;
    buf_init(&out, 16u << 20);
    for (const xmlNode *n = element->children; n; n = n->next)
        if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content)
            buf_add(&out, slice_of((const char *)n->content));
    struct slice text = arena_dup(a, slice_trim(buf_slice(&out)));
    buf_release(&out);
    return text;
}

struct members {
    struct value_member *at;
    size_t n, room;
};

static void xml_add(struct arena *a, struct members *m, struct slice name, struct value v)
{
    struct value_member *slot = arena_push(a, &m->at, m->n++, &m->room);
    *slot = (struct value_member){name, v};
}

static struct value element_value(struct arena *a, const xmlNode *element);

/* The value of all children with the same name as `first`, which is the first of them. */
static struct value children_value(struct arena *a, const xmlNode *first)
{
    struct value *at = NULL;
    size_t n = 0, room = 0;
    for (const xmlNode *c = first; c; c = c->next) {
        if (c->type != XML_ELEMENT_NODE || xmlStrcmp(c->name, first->name) != 0)
            continue;
        struct value *slot = arena_push(a, &at, n++, &room);
        *slot = element_value(a, c);
    }
    if (n == 1)
        return at[0];
    return (struct value){.kind = VALUE_ARRAY, .array = {at, n}};
}

static bool seen_before(const struct members *m, const xmlNode *child)
{
    for (size_t i = 0; i < m->n; i++)
        if (slice_is(m->at[i].name, (const char *)child->name))
            return true;
    return false;
}

static struct value element_value(struct arena *a, const xmlNode *element)
{
    enum { MAX_NAMES = 200 }; /* different names in an element; feeds have fewer, and each is compared with each */
    struct members m = {0};
    for (const xmlAttr *at = element->properties; at && m.n < MAX_NAMES; at = at->next) {
        const xmlChar *text = at->children && at->children->content ? at->children->content : (const xmlChar *)"";
        xml_add(a, &m, arena_printf(a, "@%s", (const char *)at->name), text_value(of_xml(a, text)));
    }
    for (const xmlNode *c = element->children; c && m.n < MAX_NAMES; c = c->next)
        if (c->type == XML_ELEMENT_NODE && !seen_before(&m, c))
            xml_add(a, &m, of_xml(a, c->name), children_value(a, c));
    struct slice text = own_text(a, element);
    if (m.n == 0)
        return text_value(text);
    xml_add(a, &m, SLICE("#text"), text_value(text));
    return (struct value){.kind = VALUE_OBJECT, .object = {m.at, m.n}};
}

/* Keeps libxml2 from printing to standard error. */
static void say_nothing(void *ud, const char *fmt, ...)
{
    (void)ud, (void)fmt;
}

bool xml_value(struct arena *a, struct slice xml, const struct value **out, struct err *e)
{
    if (xml.n == 0 || xml.n > INT_MAX)
        return err_set(e, ERR_CORRUPT, "Not XML: it is empty.");
    libxml_start();
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (!parser)
        return err_set(e, ERR_INTERNAL, "There is no memory for an XML parser.");
    parser->sax->error = say_nothing;
    parser->sax->warning = say_nothing;
    xmlDocPtr doc = xmlCtxtReadMemory(parser, xml.p, (int)xml.n, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    int line = parser->lastError.line;
    bool entities = doc && doc->intSubset && doc->intSubset->entities;
    const xmlNode *root = doc && !entities ? xmlDocGetRootElement(doc) : NULL;
    bool ok = root != NULL;
    if (ok) {
        struct members top = {0};
        xml_add(a, &top, of_xml(a, root->name), element_value(a, root));
        struct value *v = arena_alloc(a, sizeof *v);
        *v = (struct value){.kind = VALUE_OBJECT, .object = {top.at, top.n}};
        *out = v;
    } else if (entities) {
        err_set(e, ERR_CORRUPT, "The XML declares entities of its own, which is not accepted.");
    } else {
        err_set(e, ERR_CORRUPT, "Not valid XML (line %d).", line);
    }
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
    return ok;
}
