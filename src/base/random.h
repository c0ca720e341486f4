/* random.h - random bytes from the kernel, and identifiers made of them. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/slice.h"

/* Fills out with n bytes that nobody can guess; ends the process if the kernel has none. */
void random_bytes(void *out, size_t n);
/* Writes `chars` characters of [0-9A-Za-z] and a NUL; about 5.95 bits each. */
void random_name(char *out, size_t chars);

#endif
