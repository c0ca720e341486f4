/* token_estimate.c - see token_estimate.h.
 *
 * The upper bound follows what byte-pair vocabularies have in common. A short common word is one token, with the space
 * before it. Long or rare words are split every few letters. Digits and punctuation are nearly a token each. Characters
 * that are not Latin cost by their bytes. */
#include "text/token_estimate.h"

#include "base/ascii.h"

enum { SHORT_WORD = 8 }; /* letters; up to here four are a token, beyond it two */

static size_t usual_tokens(struct slice text)
{
    size_t bytes = 0, wide = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bytes += c < 0x80 || (c >= 0xC2 && c < 0xE0);
        wide += c >= 0xE0;
    }
    return (bytes + 3) / 4 + wide;
}

static size_t word_tokens(size_t letters)
{
    return letters <= SHORT_WORD ? (letters + 3) / 4 : SHORT_WORD / 4 + (letters - SHORT_WORD + 1) / 2;
}

static size_t most_tokens(struct slice text)
{
    size_t tokens = 0, wide = 0;
    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i];
        size_t from = i++;
        if (ascii_is_letter(c)) {
            while (i < text.n && ascii_is_letter((unsigned char)text.p[i]))
                i++;
            tokens += word_tokens(i - from);
        } else if (c >= 0x80) {
            wide++;
        } else if (c == ' ' && i < text.n && text.p[i] != ' ') {
            continue; /* part of the word's token */
        } else if (c == ' ' || c == '\n' || c == '\t') {
            while (i < text.n && text.p[i] == (char)c)
                i++;
            tokens += 1 + (i - from) / 8;
        } else {
            tokens++;
        }
    }
    return tokens + (wide + 1) / 2; /* two-byte letters one each, ideographs one and a half */
}

unsigned token_estimate(struct slice text, enum token_rule rule)
{
    size_t tokens = rule == TOKENS_USUAL ? usual_tokens(text) : most_tokens(text);
    return tokens < UINT32_MAX ? (unsigned)tokens : UINT32_MAX;
}
