/* charset.h - converts the bytes of a page to valid UTF-8 without NULs. */
#ifndef TEXT_CHARSET_H
#define TEXT_CHARSET_H

#include "base/arena.h"

/* The encoding is that of, in this order: a byte order mark, or a first tag in UTF-16; the charset of content_type (an
 * HTTP header's value, may be empty); a <meta> or XML declaration in the first 4 KiB; UTF-8 if the bytes are valid
 * UTF-8; what ICU guesses. Labels mean what the WHATWG Encoding Standard says ("gb2312" is GB 18030). Bytes that are
 * valid UTF-8 are UTF-8 whatever was declared, but for ISO-2022-JP and for UTF-16 that a header names; a declared UTF-8
 * that the bytes are not is not believed. Bytes that mean nothing become U+FFFD. The result points into bytes when
 * nothing had to change, else into the arena. At most 2^31 bytes. */
struct slice charset_to_utf8(struct arena *a, struct slice bytes, struct slice content_type);

#endif
