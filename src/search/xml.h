/* xml.h - parses XML into values of JSON, so that one kind of path (path.h) reads both.
 *
 * An element with only text becomes a string. Any other element becomes an object: attributes become members "@name",
 * children become members with their local name (several of one name become a list), and its own text becomes "#text".
 * Prefixes of namespaces are dropped. The result is an object whose only member is the root element. */
#ifndef SEARCH_XML_H
#define SEARCH_XML_H

#include "shape/value.h"

/* Loads nothing from elsewhere. ERR_CORRUPT if the document is not well-formed, or if it declares entities. */
MUST_USE bool xml_value(struct arena *a, struct slice xml, const struct value **out, struct err *e);

#endif
