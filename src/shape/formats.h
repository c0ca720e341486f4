/* formats.h - the words of "format" that are checked: their names, their rules, and a harmless example of each. */
#ifndef SHAPE_FORMATS_H
#define SHAPE_FORMATS_H

#include "shape/shape.h"

/* FORMAT_NONE for a name that is only an annotation here. */
enum shape_format format_of(struct slice name);
bool format_check(enum shape_format format, struct slice text);
/* A valid text that says nothing (1970-01-01, about:blank); static. "" for FORMAT_NONE. */
struct slice format_example(enum shape_format format);

#endif
