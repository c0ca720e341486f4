/* A sentence is cut at commas, semicolons and conjunctions outside of parentheses. An enumeration is a row of short
 * pieces that ends in a conjunction; its first piece loses what leads in, its last one what follows. */
#include "text/read_list.h"

#include "text/read_chars.h"

enum { PIECE_WORDS = 7, PIECES_MAX = 64 };

struct piece {
    struct slice text;
    bool joined; /* a conjunction stands before it */
};

struct pieces {
    struct piece at[PIECES_MAX];
    size_t n;
};

static const char *const conjunctions[] = {" and ", " or ", " & ",          " und ", " oder ", " et ", " y ", " e ",
                                           " и ",   " en ", " as well as ", "和",    "及",     "以及", " o ", NULL};
static const char *const separators[] = {", ", "; ", "、", "，", "；", NULL};
/* Words that lead in to a list; the item starts behind the last of them. */
static const char *const leads[] = {
    " are ",         " is ",       " were ",     " was ",       " include ", " includes ", " including ",
    " included ",    " such as ",  " namely ",   " like ",      " has ",     " have ",     " had ",
    " contains ",    " contain ",  " comprise ", " comprises ", " of ",      " by ",       " with ",
    " between ",     " from ",     " called ",   " named ",     ": ",        " sind ",     " waren ",
    " wie ",         " son ",      " sont ",     " sono ",      " são ",     " zijn ",     " incluyen ",
    " comprennent ", " являются ", "：",         "包括",        "有",        "是",         NULL};

static size_t longest_at(struct slice text, size_t i, const char *const *list)
{
    size_t best = 0;
    for (; *list; list++)
        if (strlen(*list) > best && text_has_at(text, i, *list))
            best = strlen(*list);
    return best;
}

/* Bytes of the separator at i, with a conjunction after a comma (", and "); *joins tells about the conjunction. */
static size_t separator_at(struct slice text, size_t i, bool *joins)
{
    size_t n = longest_at(text, i, conjunctions);
    *joins = n > 0;
    if (n > 0)
        return n;
    n = longest_at(text, i, separators);
    if (n == 0)
        return 0;
    size_t back = text.p[i + n - 1] == ' ' ? 1 : 0; /* the conjunction's own space before it */
    size_t more = longest_at(text, i + n - back, conjunctions);
    *joins = more > 0;
    return more ? n - back + more : n;
}

static void cut(struct slice text, struct pieces *out)
{
    size_t start = 0, depth = 0;
    bool joined = false, joins;
    out->n = 0;
    for (size_t i = 0; i < text.n && out->n + 1 < PIECES_MAX;) {
        depth += text.p[i] == '(';
        depth -= depth > 0 && text.p[i] == ')';
        size_t n = depth ? 0 : separator_at(text, i, &joins);
        if (n == 0) {
            i++;
            continue;
        }
        out->at[out->n++] = (struct piece){slice_trim(slice_sub(text, start, i - start)), joined};
        joined = joins;
        i += n;
        start = i;
    }
    out->at[out->n++] = (struct piece){slice_trim(text_from(text, start)), joined};
}

static struct slice without_determiner(struct slice item)
{
    static const char *const determiners[] = {"the ", "a ", "an ", "The ", "A ", "An ", "both ", NULL};
    return slice_trim(text_from(item, longest_at(item, 0, determiners)));
}

static bool capital(struct slice item)
{
    char c = char_at(item, 0);
    return (c >= 'A' && c <= 'Z') || (unsigned char)c == 0xC3 || (unsigned char)c == 0xD0;
}

/* Up to where the item ends: for names, to the last capitalised word. */
static struct slice trim_last(struct arena *a, struct slice piece, bool names, const struct lang *lang)
{
    struct slice item = without_determiner(piece);
    size_t end = 0;
    while (end < item.n && !strchr(".;:(!?\"", item.p[end]) && !text_has_at(item, end, "。"))
        end++;
    item = slice_trim(slice_sub(item, 0, end));
    struct words words = words_split(a, item, lang);
    for (size_t i = 0; i < words.n; i++) {
        bool goes_on = names ? (words.at[i].flags & (WORD_CAPITAL | WORD_NUMBER)) ||
                                   (i > 0 && i + 1 < words.n && (words.at[i + 1].flags & WORD_CAPITAL) &&
                                    slice_is(words.at[i].fold, "of"))
                             : !(words.at[i].flags & WORD_STOP);
        if (!goes_on)
            return slice_trim(slice_sub(item, 0, words.at[i].start));
    }
    return item;
}

/* Bytes of a leading word that the piece begins with: the space before it is cut off. */
static size_t lead_at_start(struct slice piece, const char *const *list)
{
    for (; *list; list++)
        if ((*list)[0] == ' ' && text_has_at(piece, 0, *list + 1))
            return strlen(*list) - 1;
    return 0;
}

/* What follows the last leading word; for lists of names without one, the capitalised words at the end. */
static struct slice trim_first(struct arena *a, struct slice piece, bool names, const struct lang *lang)
{
    const struct slice nothing = {"", 0};
    size_t from = 0;
    from = lead_at_start(piece, leads);
    for (size_t i = 0; i < piece.n; i++) {
        size_t n = longest_at(piece, i, leads);
        if (n)
            from = i + n;
    }
    struct slice item = without_determiner(text_from(piece, from));
    if (!names)
        return from ? item : nothing;
    if (from && capital(item))
        return trim_last(a, item, names, lang);
    struct words words = words_split(a, item, lang);
    size_t first = words.n;
    while (first > 0 && (words.at[first - 1].flags & (WORD_CAPITAL | WORD_NUMBER)))
        first--;
    while (first < words.n && (words.at[first].flags & WORD_STOP))
        first++;
    bool has_capital = first < words.n && (words.at[first].flags & WORD_CAPITAL);
    return has_capital ? text_from(item, words.at[first].start) : nothing;
}

static bool short_enough(struct slice piece, const struct lang *lang)
{
    return piece.n > 0 && words_count(piece, lang) <= PIECE_WORDS;
}

static struct list collect(struct arena *a, const struct pieces *p, size_t first, size_t last, const struct lang *lang)
{
    struct list out = {arena_array(a, struct slice, last - first + 1), 0};
    size_t capitals = 0;
    for (size_t i = first + 1; i <= last; i++)
        capitals += capital(without_determiner(p->at[i].text));
    bool names = capitals * 2 > last - first;
    for (size_t i = first; i <= last; i++) {
        struct slice item = i == first           ? trim_first(a, p->at[i].text, names, lang)
                            : names || i == last ? trim_last(a, p->at[i].text, names, lang)
                                                 : without_determiner(p->at[i].text);
        if (item.n && words_count(item, lang) <= PIECE_WORDS)
            out.items[out.n++] = item;
    }
    if (last - first + 1 == 2 && !names)
        out.n = 0; /* "black and white" is rarely a list */
    return out;
}

/* "was an English mathematician": a list begins here at the earliest. */
static bool leads_in(struct slice piece)
{
    static const char *const verbs[] = {" are ", " is ", " were ", " was ", " include ", " includes ", " including ",
                                        " such as ", " namely ", ": ", NULL};
    bool found = lead_at_start(piece, verbs) > 0;
    for (size_t i = 0; i < piece.n && !found; i++)
        found = longest_at(piece, i, verbs) > 0;
    return found;
}

struct lists lists_read(struct arena *a, struct slice text, const struct lang *lang)
{
    struct lists out = {NULL, 0};
    size_t room = 0;
    struct pieces *p = arena_array(a, struct pieces, 1);
    cut(text, p);
    for (size_t last = 1; last < p->n; last++) {
        if (!p->at[last].joined)
            continue;
        size_t first = last - 1;
        while (first > 0 && !p->at[first].joined && !leads_in(p->at[first].text) &&
               short_enough(p->at[first].text, lang))
            first--;
        struct list found = collect(a, p, first, last, lang);
        if (found.n < 2)
            continue;
        *(struct list *)arena_push(a, (void **)&out.at, out.n, &room, sizeof found) = found;
        out.n++;
    }
    return out;
}

bool list_item(struct slice line, struct slice *content)
{
    static const char *const bullets[] = {"- ", "* ", "• ", "– ", "+ ", NULL};
    size_t n = longest_at(line, 0, bullets);
    if (n == 0) {
        size_t i = 0;
        while (i < 3 && char_is_digit(char_at(line, i)))
            i++;
        bool numbered = i > 0 && (char_at(line, i) == '.' || char_at(line, i) == ')') && char_at(line, i + 1) == ' ';
        n = numbered ? i + 2 : 0;
    }
    *content = slice_trim(text_from(line, n));
    return n > 0 && content->n > 0;
}
