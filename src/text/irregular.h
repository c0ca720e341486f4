/* irregular.h - English forms that no suffix rule brings together: "wrote" and "write", "men" and "man". */
#ifndef TEXT_IRREGULAR_H
#define TEXT_IRREGULAR_H

#include "base/slice.h"

/* The base of a folded English word, or the word itself. Static memory or the caller's. */
struct slice irregular_base(struct slice word);

#endif
