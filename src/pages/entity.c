#include "pages/entity.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    ENTITY_NAME_MAX = 31,  /* the longest name, CounterClockwiseContourIntegral */
    ENTITY_FIGURES_MAX = 7 /* of a number: enough for U+10FFFF in either base */
};

/* What pages that count in windows-1252 mean by 128 to 159 (WHATWG HTML, 13.2.5.80, its table). 0: the control
 * character itself. */
static const uint16_t entity_windows[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static const struct entity_name {
    const char *name;
    uint32_t code;
} entity_names[] = {
#define ENTITY(name, code) {name, code},
#include "pages/entity.def"
#undef ENTITY
};

static const struct entity_pair {
    const char *name;
    uint32_t codes[2];
} entity_pairs[] = {
#define PAIR(name, first, second) {name, {first, second}},
#define OPEN(name)
#include "pages/entity_more.def"
#undef PAIR
#undef OPEN
};

/* Names of HTML 2 and 3, which end where no letter or ";" of a longer one follows. */
static const char *const entity_open[] = {
#define PAIR(name, first, second)
#define OPEN(name) name,
#include "pages/entity_more.def"
#undef PAIR
#undef OPEN
};
enum { ENTITY_OPEN_MAX = 6 };

static int entity_order(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entity_name *)entry)->name);
}

static int entity_pair_order(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entity_pair *)entry)->name);
}

static int entity_open_order(const void *name, const void *entry)
{
    return strcmp(name, *(const char *const *)entry);
}

static int entity_digit(char c, bool hex)
{
    if (ascii_is_digit(c))
        return c - '0';
    return hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static size_t entity_number(struct slice text, uint32_t *code)
{
    bool hex = text.n > 2 && (text.p[2] | 32) == 'x';
    size_t first = hex ? 3 : 2, i = first;
    uint32_t number = 0;
    for (int digit; i < text.n && (digit = entity_digit(text.p[i], hex)) >= 0; i++) {
        if (i - first == ENTITY_FIGURES_MAX)
            return 0;
        number = number * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (i == first)
        return 0;
    if (number >= 0x80 && number < 0xA0 && entity_windows[number - 0x80])
        number = entity_windows[number - 0x80];
    bool valid = number > 0 && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
    *code = valid ? number : 0xFFFD;
    return i + (i < text.n && text.p[i] == ';');
}

size_t entity_read(struct slice text, uint32_t *code)
{
    char name[ENTITY_NAME_MAX + 1];
    size_t n = 0;
    if (text.n < 3 || text.p[0] != '&')
        return 0;
    if (text.p[1] == '#')
        return entity_number(text, code);
    while (n < ENTITY_NAME_MAX && n + 1 < text.n && text.p[n + 1] != ';') {
        name[n] = text.p[n + 1];
        n++;
    }
    name[n] = '\0';
    if (n + 1 >= text.n || text.p[n + 1] != ';')
        return 0;
    const struct entity_name *known =
        bsearch(name, entity_names, COUNT_OF(entity_names), sizeof *entity_names, entity_order);
    if (!known)
        return 0;
    *code = known->code;
    return n + 2;
}

/* A name that begins at text and ends without ";", the longest one. */
static size_t entity_read_open(struct slice text, uint32_t *code)
{
    char name[ENTITY_OPEN_MAX + 1] = "";
    size_t n = text.n - 1 < ENTITY_OPEN_MAX ? text.n - 1 : ENTITY_OPEN_MAX;
    memcpy(name, text.p + 1, n);
    for (; n >= 2; n--) {
        name[n] = '\0';
        if (bsearch(name, entity_open, COUNT_OF(entity_open), sizeof *entity_open, entity_open_order)) {
            const struct entity_name *known =
                bsearch(name, entity_names, COUNT_OF(entity_names), sizeof *entity_names, entity_order);
            *code = known->code;
            return n + 1;
        }
    }
    return 0;
}

size_t entity_put(struct slice text, char out[ENTITY_BYTES_MAX], size_t *n)
{
    uint32_t code;
    size_t taken = entity_read(text, &code);
    *n = 0;
    if (!taken && text.n >= 3 && text.p[0] == '&') {
        const char *end = memchr(text.p, ';', text.n < ENTITY_NAME_MAX ? text.n : ENTITY_NAME_MAX);
        char name[ENTITY_NAME_MAX + 1];
        size_t length = end ? (size_t)(end - text.p) - 1 : 0;
        memcpy(name, text.p + 1, length);
        name[length] = '\0';
        const struct entity_pair *pair =
            bsearch(name, entity_pairs, COUNT_OF(entity_pairs), sizeof *entity_pairs, entity_pair_order);
        if (pair) {
            *n = utf8_put(out, pair->codes[0]);
            *n += utf8_put(out + *n, pair->codes[1]);
            return length + 2;
        }
        taken = entity_read_open(text, &code);
    }
    if (taken)
        *n = utf8_put(out, code);
    return taken;
}
