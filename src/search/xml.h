/* xml.h - XML text as a JSON-like value, so that one kind of path reads both.
 *
 * An element that holds only text is a string. Any other is an object: its attributes are members "@name", its
 * children members by local name (a list where there are several), its own text "#text". Prefixes of namespaces are
 * dropped. The top is an object with the root element as its one member. */
#ifndef SEARCH_XML_H
#define SEARCH_XML_H

#include "shape/value.h"

/* Nothing is loaded from elsewhere, and entities that the document itself declares are refused. ERR_CORRUPT. */
MUST_USE bool xml_value(struct arena *a, struct slice xml, const struct value **out, struct err *e);

/* &amp;, &#8212; and the entities of HTML at the start of text: bytes it takes, the code point in *code. 0: it is none. */
size_t xml_entity(struct slice text, uint32_t *code);

#endif
