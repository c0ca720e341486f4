#include "encode/pieces.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "base/utf8.h"

enum {
    PIECE_UNKNOWN = 100, /* their numbers in the vocabulary */
    PIECE_BEGIN = 101,
    PIECE_END = 102,
    WORD_CHARS_MAX = 100,  /* a longer word is [UNK], as in the original */
    PIECE_BYTES_MAX = 64,  /* no piece of the vocabulary is longer */
    DECOMPOSED_CHARS = 64, /* of one character; Unicode has none with more than 18 */
};

struct piece_cutter {
    const struct weights *w;
    const UNormalizer2 *nfd;
    uint32_t *out;
    size_t count;
    char word[WORD_CHARS_MAX * 4];
    size_t word_bytes, word_chars;
};

uint32_t piece_hash(struct slice piece)
{
    uint32_t h = slice_hash(piece);
    return (h ^ h >> 15) & (PIECE_SLOTS - 1);
}

static struct slice piece_text(const struct weights *w, uint32_t number)
{
    return (struct slice){w->piece_text + w->piece_starts[number],
                          w->piece_starts[number + 1] - w->piece_starts[number]};
}

void pieces_index(struct weights *w)
{
    memset(w->piece_slots, 0, PIECE_SLOTS * sizeof *w->piece_slots);
    for (uint32_t i = 0; i < MODEL_PIECES; i++) {
        uint32_t at = piece_hash(piece_text(w, i));
        while (w->piece_slots[at])
            at = (at + 1) & (PIECE_SLOTS - 1);
        w->piece_slots[at] = i + 1;
    }
}

static bool piece_find(const struct weights *w, struct slice piece, uint32_t *number)
{
    for (uint32_t at = piece_hash(piece); w->piece_slots[at]; at = (at + 1) & (PIECE_SLOTS - 1))
        if (slice_eq(piece_text(w, w->piece_slots[at] - 1), piece)) {
            *number = w->piece_slots[at] - 1;
            return true;
        }
    return false;
}

/* The longest piece that the rest of a word begins with; its bytes, or 0. Inside of a word pieces begin with "##". */
static size_t piece_longest(const struct weights *w, struct slice rest, bool inside, uint32_t *number)
{
    char text[PIECE_BYTES_MAX + 2] = "##";
    size_t n = rest.n < PIECE_BYTES_MAX ? rest.n : PIECE_BYTES_MAX;
    memcpy(text + 2, rest.p, n);
    for (; n > 0; n--) {
        if (n < rest.n && ((unsigned char)rest.p[n] & 0xC0) == 0x80)
            continue; /* would cut a character */
        struct slice piece = inside ? (struct slice){text, n + 2} : (struct slice){text + 2, n};
        if (piece_find(w, piece, number))
            return n;
    }
    return 0;
}

static void cutter_word_ends(struct piece_cutter *c)
{
    uint32_t pieces[WORD_CHARS_MAX];
    size_t n = 0;
    struct slice rest = {c->word, c->word_bytes};
    bool known = c->word_chars <= WORD_CHARS_MAX;
    while (known && rest.n > 0) {
        size_t taken = piece_longest(c->w, rest, n > 0, &pieces[n]);
        known = taken > 0;
        n += known;
        rest = slice_sub(rest, taken, rest.n - taken);
    }
    if (!known) {
        pieces[0] = PIECE_UNKNOWN;
        n = 1;
    }
    if (c->word_chars > 0)
        for (size_t i = 0; i < n && c->count < ENCODE_PIECES_MAX - 1; i++)
            c->out[c->count++] = pieces[i];
    c->word_bytes = c->word_chars = 0;
}

static void cutter_add(struct piece_cutter *c, uint32_t code)
{
    if (c->word_chars < WORD_CHARS_MAX)
        c->word_bytes += utf8_put(c->word + c->word_bytes, code);
    c->word_chars++;
}

static bool piece_is_han(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
           (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

static bool piece_is_mark(uint32_t c)
{
    return c < 0x80 ? (c > ' ' && c < 0x7F && !u_isalnum((UChar32)c)) : u_ispunct((UChar32)c);
}

/* Unassigned characters are letters to the original. */
static bool piece_is_control(uint32_t c)
{
    int8_t type = u_charType((UChar32)c);
    return c == 0 || c == 0xFFFD || type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_PRIVATE_USE_CHAR;
}

/* A character without its accents, lower-cased. */
static void cutter_letter(struct piece_cutter *c, uint32_t code)
{
    UChar parts[DECOMPOSED_CHARS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = code < 0x80 ? -1 : unorm2_getDecomposition(c->nfd, (UChar32)code, parts, DECOMPOSED_CHARS, &status);
    if (n < 0 || U_FAILURE(status)) {
        n = 0;
        U16_APPEND_UNSAFE(parts, n, code);
    }
    for (int32_t i = 0; i < n;) {
        UChar32 part;
        U16_NEXT(parts, i, n, part);
        if (u_charType(part) == U_NON_SPACING_MARK)
            continue;
        uint32_t small = (uint32_t)u_tolower(part);
        bool alone = piece_is_mark(small);
        if (alone)
            cutter_word_ends(c);
        cutter_add(c, small);
        if (alone)
            cutter_word_ends(c);
    }
}

size_t pieces_cut(const struct weights *w, struct slice text, uint32_t out[ENCODE_PIECES_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    struct piece_cutter c = {.w = w, .nfd = unorm2_getNFDInstance(&status), .out = out};
    out[c.count++] = PIECE_BEGIN;
    for (size_t at = 0; at < text.n && c.count < ENCODE_PIECES_MAX - 1;) {
        uint32_t code;
        size_t n = utf8_next(slice_sub(text, at, text.n - at), &code);
        at += n ? n : 1;
        if (n == 0)
            continue;
        bool tab = code == '\t' || code == '\n' || code == '\r';
        if (tab || u_isUWhiteSpace((UChar32)code)) {
            cutter_word_ends(&c);
        } else if (!piece_is_control(code)) {
            bool han = piece_is_han(code);
            if (han)
                cutter_word_ends(&c);
            cutter_letter(&c, code);
            if (han)
                cutter_word_ends(&c);
        }
    }
    cutter_word_ends(&c);
    out[c.count++] = PIECE_END;
    return c.count;
}
