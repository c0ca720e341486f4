#include "base/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *out, size_t n)
{
    char *at = out;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fprintf(stderr, "footnote: the kernel gives no random bytes\n");
            abort();
        }
        at += got;
        n -= (size_t)got;
    }
}

void random_name(char *out, size_t chars)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < chars;) {
        unsigned char bytes[32];
        random_bytes(bytes, sizeof bytes);
        /* 248 = 4 * 62: bytes above it would make some characters more likely. */
        for (size_t j = 0; j < sizeof bytes && i < chars; j++)
            if (bytes[j] < 248)
                out[i++] = alphabet[bytes[j] % 62];
    }
    out[chars] = '\0';
}
