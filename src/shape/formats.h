/* formats.h - the values of "format" that are checked: their names, their rules, and a harmless example of each. */
#ifndef SHAPE_FORMATS_H
#define SHAPE_FORMATS_H

#include "shape/shape.h"

/* FORMAT_NONE for a name that is not checked. */
enum shape_format format_of(struct slice name);
bool format_check(enum shape_format format, struct slice text);
/* A valid text that claims nothing, and that no reader takes for data (0001-01-01, http://unknown/); static. Clients
 * that check formats more strictly, such as pydantic's HttpUrl and EmailStr, take it as well. "" for FORMAT_NONE. */
struct slice format_example(enum shape_format format);

#endif
