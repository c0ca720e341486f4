/* html_roles.c - looks words up in html_roles.def.
 *
 * The lists are turned once into an open hash table of whole words and a short list of beginnings by first letter;
 * pages have thousands of classes and most words are in no list, so a miss must be cheap. */
#include "pages/html_roles.h"

#include <pthread.h>

#include "base/ascii.h"

enum { WORD_BYTES_MAX = 24, SLOTS = 1024, STEMS_MAX = 128 };

static const char *const lists[] = {
#define ROLE(name, words) words,
#include "base/ascii.h"
#include "pages/html_roles.def"
#undef ROLE
};
enum { LISTS = COUNT_OF(lists) };

struct entry {
    struct slice word; /* n is 0: free */
    uint32_t roles;
};

static struct entry table[SLOTS], stems[STEMS_MAX]; /* stems are ordered by first letter */
static size_t stem_count;
static uint8_t first_stem['z' - 'a' + 2];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t slot_of(struct slice word)
{
    uint32_t h = slice_hash(word);
    return (h ^ (h >> 15)) % SLOTS;
}

static struct entry *roles_find(struct slice word)
{
    size_t at = slot_of(word);
    while (table[at].word.n && !slice_eq(table[at].word, word))
        at = (at + 1) % SLOTS;
    return &table[at];
}

static void add_word(struct slice word, uint32_t role)
{
    if (word.p[word.n - 1] == '*') {
        word.n--;
        size_t i = 0;
        while (i < stem_count && stems[i].word.p[0] <= word.p[0])
            i++;
        memmove(&stems[i + 1], &stems[i], (stem_count++ - i) * sizeof *stems);
        stems[i] = (struct entry){word, role};
    }
    struct entry *e = roles_find(word);
    e->word = word;
    e->roles |= role;
}

static void roles_build(void)
{
    for (size_t i = 0; i < LISTS; i++) {
        struct slice rest = slice_of(lists[i]);
        while (rest.n) {
            size_t n = slice_find(rest, SLICE(" "));
            if (n)
                add_word(slice_sub(rest, 0, n), UINT32_C(1) << i);
            n += n < rest.n;
            rest = slice_sub(rest, n, rest.n - n);
        }
    }
    size_t at = 0;
    for (char c = 'a'; c <= 'z' + 1; c++) {
        while (at < stem_count && stems[at].word.p[0] < c)
            at++;
        first_stem[c - 'a'] = (uint8_t)at;
    }
}

static uint32_t roles_of_word(struct slice word)
{
    uint32_t roles = roles_find(word)->roles;
    if (!ascii_is_lower(word.p[0]))
        return roles;
    for (size_t i = first_stem[word.p[0] - 'a']; i < first_stem[word.p[0] - 'a' + 1]; i++)
        if (slice_starts(word, stems[i].word))
            roles |= stems[i].roles;
    return roles;
}

/* Takes the next word of *rest in lower case; a capital letter after a small one begins a word too. */
static bool next_word(struct slice *rest, char out[WORD_BYTES_MAX], size_t *n, bool *new_class)
{
    size_t i = 0;
    *n = 0;
    while (i < rest->n) {
        char c = rest->p[i];
        bool upper = ascii_is_upper(c), lower = ascii_is_lower(c);
        if (!upper && !lower) {
            if (*n)
                break;
            *new_class |= c == ' ' || c == '\n' || c == '\t';
        } else if (upper && *n && ascii_is_lower(rest->p[i - 1])) {
            break;
        } else if (*n < WORD_BYTES_MAX) {
            out[(*n)++] = upper ? (char)(c + 'a' - 'A') : c;
        }
        i++;
    }
    *rest = slice_sub(*rest, i, rest->n - i);
    return *n > 0;
}

uint32_t html_roles_find(struct slice attribute)
{
    const uint32_t body = UINT32_C(1) << ROLE_BODY;
    pthread_once(&once, roles_build);
    char word[WORD_BYTES_MAX];
    size_t n;
    uint32_t roles = 0;
    unsigned body_words = 0;
    bool new_class = false;
    while (next_word(&attribute, word, &n, &new_class)) {
        uint32_t of_word = roles_of_word((struct slice){word, n});
        if (new_class)
            body_words = 0;
        body_words += (of_word & body) != 0;
        if (body_words >= 2)
            roles |= UINT32_C(1) << ROLE_ARTICLE_BODY;
        roles |= of_word;
        new_class = false;
    }
    return roles;
}

bool html_roles_foreign(struct slice attribute)
{
    static const char *const foreign[] = {
        "cookie",     "consent", "gdpr",      "ccpa",      "onetrust",   "newsletter", "paywall", "related",
        "breadcrumb", "respond", "navheader", "navfooter", "sharedaddy", "pagination", "cmp",     "recommended"};
    char word[WORD_BYTES_MAX];
    size_t n;
    bool new_class = false;
    while (attribute.n && next_word(&attribute, word, &n, &new_class))
        for (size_t i = 0; i < COUNT_OF(foreign); i++)
            if (word[0] == foreign[i][0] && slice_starts((struct slice){word, n}, slice_of(foreign[i])))
                return true;
    return false;
}

bool html_roles_hidden(struct slice attribute)
{
    static const char *const names[] = {"sr-only",       "visually-hidden",   "visuallyhidden", "screen-reader-text",
                                        "screen-reader", "screenreader-only", "sr-text",        "a11y-hidden",
                                        "u-hidden",      "is-hidden",         "mw-editsection", "mw-jump-link",
                                        "printfooter"};
    for (size_t at = 0; at < attribute.n;) {
        size_t n = 0;
        while (at + n < attribute.n && attribute.p[at + n] > ' ')
            n++;
        struct slice class = slice_sub(attribute, at, n);
        for (size_t i = 0; n && i < COUNT_OF(names); i++)
            if ((class.p[0] | 0x20) == names[i][0] && slice_eq_nocase(class, slice_of(names[i])))
                return true;
        at += n + 1;
    }
    return false;
}
