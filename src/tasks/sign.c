#include "tasks/sign.h"

#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_BYTES = SHA256_BLOCK_LENGTH, SECRET_BYTES = 256, DIGEST_CHARS = (SHA256_DIGEST_LENGTH + 2) / 3 * 4 };

struct secret {
    unsigned char bytes[SECRET_BYTES];
    size_t n;
};

struct signer {
    struct secret at[SIGN_SECRETS_MOST];
    size_t n;
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Standard Base64, padded or not. */
static bool sign_decode(struct slice text, struct secret *out)
{
    unsigned bits = 0, have = 0;
    while (text.n && text.p[text.n - 1] == '=')
        text.n--;
    out->n = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] ? strchr(digits, text.p[i]) : NULL;
        if (!at)
            return false;
        bits = bits << 6 | (unsigned)(at - digits);
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        if (out->n == SECRET_BYTES)
            return false;
        out->bytes[out->n++] = (unsigned char)(bits >> have);
    }
    return out->n > 0;
}

static void sign_encode(const unsigned char *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)bytes[i] << 16 | (i + 1 < n ? (unsigned)bytes[i + 1] << 8 : 0) |
                     (i + 2 < n ? (unsigned)bytes[i + 2] : 0);
        *out++ = digits[v >> 18];
        *out++ = digits[v >> 12 & 63];
        *out++ = i + 1 < n ? digits[v >> 6 & 63] : '=';
        *out++ = i + 2 < n ? digits[v & 63] : '=';
    }
    *out = '\0';
}

static bool sign_read(struct slice word, struct secret *out)
{
    struct slice prefix = SLICE("whsec_");
    if (slice_starts(word, prefix))
        return sign_decode(slice_sub(word, prefix.n, word.n - prefix.n), out);
    if (word.n > SECRET_BYTES)
        return false;
    memcpy(out->bytes, word.p, word.n);
    out->n = word.n;
    return true;
}

bool signer_new(struct slice secrets, struct signer **out, struct err *e)
{
    struct signer *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NO_MEMORY, NULL);
    for (secrets = slice_trim(secrets); secrets.n; secrets = slice_trim(secrets)) {
        size_t n = 0;
        while (n < secrets.n && !char_in(secrets.p[n], " \t\r\n"))
            n++;
        if (s->n == SIGN_SECRETS_MOST || !sign_read(slice_sub(secrets, 0, n), &s->at[s->n])) {
            free(s); /* the secret itself is never shown */
            return err_set(e, ERR_USAGE,
                           "webhook_secret must be one to %d secrets of at most %d bytes, each as it is or as whsec_ "
                           "and Base64.",
                           SIGN_SECRETS_MOST, SECRET_BYTES);
        }
        s->n++;
        secrets = slice_sub(secrets, n, secrets.n - n);
    }
    *out = s;
    return true;
}

void signer_free(struct signer *s)
{
    if (s)
        memset(s, 0, sizeof *s);
    free(s);
}

/* RFC 2104. */
static void sign_hmac(const struct secret *secret, struct slice text, uint8_t out[SHA256_DIGEST_LENGTH])
{
    uint8_t key[BLOCK_BYTES] = {0}, pad[BLOCK_BYTES];
    SHA2_CTX sha;
    if (secret->n > BLOCK_BYTES) {
        SHA256Init(&sha);
        SHA256Update(&sha, secret->bytes, secret->n);
        SHA256Final(key, &sha);
    } else {
        memcpy(key, secret->bytes, secret->n);
    }
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] = key[i] ^ 0x36;
    SHA256Init(&sha);
    SHA256Update(&sha, pad, BLOCK_BYTES);
    SHA256Update(&sha, (const uint8_t *)text.p, text.n);
    SHA256Final(out, &sha);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] = key[i] ^ 0x5c;
    SHA256Init(&sha);
    SHA256Update(&sha, pad, BLOCK_BYTES);
    SHA256Update(&sha, out, SHA256_DIGEST_LENGTH);
    SHA256Final(out, &sha);
}

struct slice signer_sign(const struct signer *s, struct slice id, int64_t time_unix, struct slice body, struct arena *a)
{
    struct arena_text out = {.arena = a};
    struct slice time = arena_printf(a, ".%lld.", (long long)time_unix);
    struct slice text = ARENA_JOIN(a, id, time, body);
    for (size_t i = 0; i < s->n; i++) {
        uint8_t digest[SHA256_DIGEST_LENGTH];
        char printed[DIGEST_CHARS + 1];
        sign_hmac(&s->at[i], text, digest);
        sign_encode(digest, sizeof digest, printed);
        arena_text_printf(&out, "%sv1,%s", i ? " " : "", printed);
    }
    return arena_text_slice(&out);
}
