/* fill_name.c - reads what a property's name and description ask for.
 *
 * The lists are English, since names in schemas nearly always are, whatever the language of the pages. A name that is
 * in no list still matches sentences by its own stems. */
#include "base/ascii.h"
#include "fill/fill_inner.h"

#include "base/utf8.h"
#include "facts/read_chars.h"
#include "text/kin.h"
#include "text/letters.h"

static bool name_upper(char c)
{
    return ascii_is_upper(c);
}

/* Whether a word begins at byte i of "populationMillions" or "HTTPServer": there is a capital after or before a small
 * letter. */
static bool name_hump_at(struct slice name, size_t i, size_t n)
{
    if (i == 0 || n == 0 || !starts_capital(slice_sub(name, i, name.n - i)))
        return false;
    size_t before = i - 1;
    while (before > 0 && ((unsigned char)name.p[before] & 0xC0) == 0x80)
        before--;
    return !starts_capital(slice_sub(name, before, i - before)) || starts_small(slice_sub(name, i + n, name.n - i - n));
}

/* What a word or two of a name are short for, or in English. */
static const struct lang_entry *name_entry(struct slice words)
{
    static const char *const codes[] = {"en", "de", "es", "fr"}; /* those that have the list */
    const struct lang_entry *entry = NULL;
    for (size_t i = 0; i < COUNT_OF(codes) && !entry; i++)
        entry = lang_entry(lang_find(slice_of(codes[i])), LANG_FIELD_SHORTS, words);
    return entry;
}

/* The text with abbreviations written out, of two words or of one: "pop est" and "hq city". */
static struct slice name_written_out(struct arena *a, struct slice text)
{
    struct arena_text out = {.arena = a};
    for (size_t at = 0; at < text.n;) {
        struct slice rest = text_from(text, at);
        size_t one = slice_find(rest, SLICE(" "));
        size_t two = one < rest.n ? one + 1 + slice_find(text_from(rest, one + 1), SLICE(" ")) : one;
        const struct lang_entry *entry = two > one ? name_entry(slice_sub(rest, 0, two)) : NULL;
        size_t used = entry ? two : one;
        if (!entry)
            entry = name_entry(slice_sub(rest, 0, one));
        arena_text_printf(&out, "%s%.*s", at ? " " : "", SLICE_ARGS(entry ? entry->value : slice_sub(rest, 0, used)));
        at += used + 1;
    }
    return arena_text_slice(&out);
}

/* "populationMillions", "population_millions" and "population-millions" become "population millions". */
struct slice name_as_words(struct arena *a, struct slice name)
{
    enum { NAME_MAX_BYTES = 120 }; /* longer texts are no names, and each word is looked up */
    name = utf8_cut(name, NAME_MAX_BYTES);
    char *out = arena_alloc(a, name.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (n > 0 && name_hump_at(name, i, utf8_next(slice_sub(name, i, name.n - i), NULL)) && out[n - 1] != ' ')
            out[n++] = ' ';
        if (c == '_' || c == '-' || c == '.' || c == '/' || c == ' ')
            c = ' ';
        if (c != ' ' || (n > 0 && out[n - 1] != ' '))
            out[n++] = name_upper(c) ? (char)(c | 32) : c;
    }
    return name_written_out(a, slice_trim((struct slice){out, n}));
}

static const struct lang *name_lang(void)
{
    return lang_find(SLICE("en"));
}

/* The values that entries of the lists have. */
static const char *const role_names[] = {
    [FIELD_ANSWER] = "answer",
    [FIELD_CITATIONS] = "citations",
    [FIELD_REASONING] = "reasoning",
    [FIELD_CONFIDENCE] = "confidence",
    [FIELD_URL] = "url",
    [FIELD_TITLE] = "title",
    [FIELD_DATE] = "date",
    [FIELD_SITE] = "site",
    [FIELD_QUOTE] = "quote",
};
static const char *const kind_names[] = {
    [KIND_PERSON] = "person",   [KIND_PLACE] = "place",       [KIND_NAME] = "name",
    [KIND_DATE] = "date",       [KIND_YEAR] = "year",         [KIND_NUMBER] = "number",
    [KIND_ORDINAL] = "ordinal", [KIND_SENTENCE] = "sentence", [KIND_FACTS] = "facts",
};

/* The index in `names` of a word's value in the list; 0: the word is not in it. */
static size_t value_of(enum lang_list list, struct slice word, const char *const *names, size_t count)
{
    const struct lang_entry *entry = lang_entry(name_lang(), list, word);
    for (size_t i = 1; entry && i < count; i++)
        if (slice_is(entry->value, names[i]))
            return i;
    return 0;
}

static enum field_kind kind_of_word(struct slice word)
{
    return (enum field_kind)value_of(LANG_FIELD_KINDS, word, kind_names, COUNT_OF(kind_names));
}

static void add_word(struct arena *a, struct field *f, size_t *room, struct slice stem, size_t group)
{
    for (size_t i = 0; i < f->word_count; i++)
        if (slice_eq(f->words[i].stem, stem))
            return;
    *arena_push(a, &f->words, f->word_count, room) = (struct field_word){stem, group};
    f->word_count++;
}

/* Adds the word's stem, and the stems of words that pages use for it. */
static void add_group(struct arena *a, struct field *f, size_t *room, const struct word *w)
{
    size_t before = f->word_count;
    add_word(a, f, room, w->stem, f->group_count);
    const struct lang_entries synonyms = lang_entries(name_lang(), LANG_SYNONYMS);
    for (size_t i = 0; i < synonyms.n; i++) {
        /* the list is long: compare the first letter before splitting words */
        if (char_at(w->stem, 0) != synonyms.at[i].word.p[0] ||
            !slice_eq(words_split(a, synonyms.at[i].word, name_lang()).at[0].stem, w->stem))
            continue;
        struct words alike = words_split(a, synonyms.at[i].value, name_lang());
        for (size_t o = 0; o < alike.n; o++)
            add_word(a, f, room, alike.at[o].stem, f->group_count);
    }
    f->group_count += f->word_count > before;
}

/* Units in a name come after what they measure ("height_m"), or after "in". */
static bool read_unit_word(struct field *f, struct slice word, bool last)
{
    double scale = scale_of_word(word, name_lang());
    const struct unit *unit = last ? unit_of_word(word) : NULL;
    if (scale > 0)
        f->scale = scale;
    else if (unit && !f->unit) {
        f->unit = unit;
        f->measured = true;
        f->dimension = unit->dimension;
    }
    return scale > 0 || unit != NULL;
}

static void take_kind(struct field *f, enum field_kind kind)
{
    /* "year_founded" asks for a year, "ceo_name" for a person. */
    bool weaker = (f->kind == KIND_YEAR && kind == KIND_DATE) ||
                  ((f->kind == KIND_PERSON || f->kind == KIND_PLACE) && kind == KIND_NAME);
    if (kind != KIND_ANY && !weaker)
        f->kind = kind;
}

/* The kind by two words from word i on ("birth place"), else by one. Where a word and its singular tell
 * different kinds, the one that comes later in enum field_kind counts. Returns how many words were used, at least 1. */
static size_t read_kind(struct arena *a, struct field *f, struct words words, size_t i)
{
    struct slice word = words.at[i].fold;
    if (i + 1 < words.n) {
        enum field_kind of_both = kind_of_word(ARENA_JOIN(a, word, SLICE(" "), words.at[i + 1].fold));
        take_kind(f, of_both);
        if (of_both != KIND_ANY)
            return 2;
    }
    struct slice singular = slice_ends(word, SLICE("s")) ? slice_sub(word, 0, word.n - 1) : word;
    enum field_kind own = kind_of_word(word), one = kind_of_word(singular);
    one = one <= KIND_NAME ? one : KIND_ANY;
    take_kind(f, own < one ? own : one);
    take_kind(f, own < one ? one : own);
    return 1;
}

static void name_read_measure(struct field *f, struct slice word)
{
    const struct lang_entry *measure = lang_entry(name_lang(), LANG_MEASURES, word);
    /* "percent_of_population" is no population */
    if (measure && !f->unit && !(f->measured && f->dimension == DIM_PERCENT)) {
        f->measured = true;
        f->dimension = dimension_named(measure->value);
    }
    f->birth = f->birth || lang_starts(name_lang(), LANG_BIRTH, word);
    f->death = f->death || lang_starts(name_lang(), LANG_DEATH, word);
}

/* Whether a word of the name asks for a length. */
static bool name_is_length(struct words words)
{
    for (size_t i = 0; i < words.n; i++) {
        const struct lang_entry *measure = lang_entry(name_lang(), LANG_MEASURES, words.at[i].fold);
        if (measure && slice_is(measure->value, "length"))
            return true;
    }
    return false;
}

static void read_name(struct arena *a, struct field *f, struct slice name)
{
    struct words words = words_split(a, name, name_lang());
    size_t room = 0, kind_end = 0;
    for (size_t i = 0; i < words.n; i++) {
        struct slice word = words.at[i].fold;
        bool per = i > 0 && lang_has(name_lang(), LANG_PER, words.at[i - 1].fold);
        if (i + 2 == words.n && i > 0 && lang_has(name_lang(), LANG_SQUARE, word) &&
            read_unit_word(f, ARENA_JOIN(a, SLICE("sq"), words.at[i + 1].fold), true))
            break;
        if (i + 2 == words.n && i > 0 && lang_has(name_lang(), LANG_CUBIC, word) &&
            read_unit_word(f, ARENA_JOIN(a, SLICE("cu"), words.at[i + 1].fold), true))
            break;
        /* "days_min" is no time in minutes, "duration_min" is */
        bool bound = lang_has(name_lang(), LANG_RANGE_FIRST, word) || lang_has(name_lang(), LANG_RANGE_LAST, word);
        for (size_t k = 0; k < words.n && bound; k++) {
            const struct lang_entry *measure = lang_entry(name_lang(), LANG_MEASURES, words.at[k].fold);
            bound = !(measure && slice_is(measure->value, "time"));
        }
        /* "released_in" is no length in inches, "height_in" is */
        bool in = i > 0 && lang_has(name_lang(), LANG_IN, word) && !name_is_length(words);
        if (!per && !bound && !in && read_unit_word(f, word, i > 0 && i + 2 >= words.n))
            continue;
        if (i >= kind_end)
            kind_end = i + read_kind(a, f, words, i);
        name_read_measure(f, word);
        if (!lang_has(name_lang(), LANG_GENERIC, word))
            add_group(a, f, &room, &words.at[i]);
    }
    /* "discovered_by" asks who, not when. */
    if (words.n > 1 && lang_has(name_lang(), LANG_AGENTS, words.at[words.n - 1].fold))
        f->kind = KIND_PERSON;
}

static bool bracket_before(struct slice text, const struct word *w)
{
    return w->start > 0 && text.p[w->start - 1] == '(';
}

/* Reads the description: units ("in kilometres", "(kg)"), telling words, and a kind where the name told none. */
static void read_description(struct arena *a, struct field *f, struct slice text)
{
    enum { HINTS_MAX = 12 };
    struct words words = words_split(a, text, name_lang());
    struct field by_words = {.kind = f->kind};
    size_t kind_end = 0;
    f->hints = arena_array(a, struct field_word, HINTS_MAX);
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        struct slice exact = slice_sub(text, w->start, w->n);
        bool after_in = i > 0 && lang_has(name_lang(), LANG_IN_UNIT, words.at[i - 1].fold);
        if (scale_of_word(w->fold, name_lang()) > 0 && after_in) {
            read_unit_word(f, w->fold, false);
            continue;
        }
        if ((after_in || bracket_before(text, w)) && unit_of_word(exact) &&
            !lang_has(name_lang(), LANG_IN_UNIT, w->fold) && (read_unit_word(f, exact, true)))
            continue;
        if (i >= kind_end)
            kind_end = i + read_kind(a, &by_words, words, i);
        name_read_measure(&by_words, w->fold);
        bool telling =
            !(w->flags & WORD_STOP) && !lang_has(name_lang(), LANG_GENERIC, w->fold) && !field_has(f, w->stem);
        if (telling && f->hint_count < HINTS_MAX) {
            f->hints[f->hint_count] = (struct field_word){w->stem, f->hint_count};
            f->hint_count++;
        }
    }
    if (f->kind == KIND_ANY || (f->kind == KIND_NAME && f->group_count == 0))
        f->kind = by_words.kind;
    if (!f->measured && f->group_count == 0) {
        f->measured = by_words.measured;
        f->dimension = by_words.dimension;
    }
}

static enum field_role role_of(struct slice words, bool source_like)
{
    const size_t count = COUNT_OF(role_names);
    size_t role = value_of(LANG_FIELD_ROLES, words, role_names, count);
    if (role == 0 && source_like)
        role = value_of(LANG_SOURCE_ROLES, words, role_names, count);
    return (enum field_role)role;
}

/* "name" and "company_name" are for what an element is called; "official_name" is a further name of it. */
static bool name_is_label(struct slice name)
{
    const struct lang_entry *want = lang_entry(name_lang(), LANG_FIELD_WANTS, name);
    return lang_has(name_lang(), LANG_LABELS, name) ||
           (lang_ends(name_lang(), LANG_LABEL_ENDINGS, name) && !(want && !slice_is(want->value, "name")));
}

/* Whether it is the first property of a row that has none for a name: {"country": ..., "capital": ...}. */
static bool label_is_first(struct arena *a, const struct place *p)
{
    const struct shape *row = p->parent ? p->parent->shape : NULL;
    if (!row || !(p->parent->parent && (p->parent->parent->shape->types & SHAPE_ARRAY)) || row->property_count < 2 ||
        !slice_eq(row->properties[0].name, p->name) || !(p->shape->types & SHAPE_STRING) ||
        p->shape->format != FORMAT_NONE || p->shape->value_count)
        return false;
    for (size_t i = 0; i < row->property_count; i++) {
        struct slice name = name_as_words(a, row->properties[i].name);
        if (name_is_label(name))
            return false;
    }
    enum field_kind kind = kind_of_word(name_as_words(a, p->name));
    return kind == KIND_PLACE || kind == KIND_NAME || kind == KIND_PERSON;
}

/* Whether it asks for the name of its element: "name", or "country" in an array of "countries". */
static bool is_label(struct arena *a, const struct place *p, struct slice name)
{
    const struct place *array = p->parent ? p->parent->parent : NULL;
    struct slice outer = array ? name_as_words(a, array->name) : SLICE("");
    bool singular = name.n > 2 && slice_starts(outer, slice_sub(name, 0, name.n - 1)) && outer.n <= name.n + 3;
    return singular || label_is_first(a, p) || name_is_label(name);
}

/* The text's words in small letters, with blanks around and between them. */
static struct slice words_folded(struct arena *a, struct slice text)
{
    struct arena_text out = {.arena = a};
    struct words words = words_split(a, text, name_lang());
    for (size_t i = 0; i < words.n; i++)
        arena_text_printf(&out, " %.*s", SLICE_ARGS(words.at[i].fold));
    arena_text_printf(&out, " ");
    return arena_text_slice(&out);
}

struct field field_read(struct arena *a, const struct place *p)
{
    struct slice name = name_as_words(a, p->name);
    struct slice description = utf8_cut(p->shape->description.n ? p->shape->description : p->shape->title, 400);
    struct field f = {.scale = 1, .role = role_of(name, p->source_like)};
    /* "source": "Where the river begins" asks about the world. */
    bool text = p->shape->types == SHAPE_STRING || p->shape->types == (SHAPE_STRING | SHAPE_NULL);
    if (f.role == FIELD_CITATIONS && text && p->shape->format == FORMAT_NONE && p->shape->description.n &&
        !lang_within(name_lang(), LANG_SOURCE_WORDS, words_folded(a, description)))
        f.role = FIELD_CONTENT;
    /* So does "source" beside "mouth". */
    const struct shape *around = p->parent ? p->parent->shape : NULL;
    for (size_t i = 0;
         f.role == FIELD_CITATIONS && text && p->shape->format == FORMAT_NONE && around && i < around->property_count;
         i++)
        if (lang_has(name_lang(), LANG_RIVER_FIELDS, name_as_words(a, around->properties[i].name)))
            f.role = FIELD_CONTENT;
    read_name(a, &f, name);
    read_description(a, &f, description);
    /* A name that says nothing ("name", "items") takes the words of what it is in. */
    const struct place *outer = p->parent;
    enum field_kind own = f.kind;
    while (outer && f.group_count == 0 && f.kind != KIND_DATE && f.kind != KIND_YEAR) {
        if (outer->name.n && outer->parent)
            read_name(a, &f, name_as_words(a, outer->name));
        outer = outer->parent;
    }
    if (own != KIND_ANY && own != KIND_NAME)
        f.kind = own;
    f.label = is_label(a, p, name);
    f.text = name;
    if (description.n)
        f.text = arena_printf(a, "%.*s %.*s", SLICE_ARGS(name), SLICE_ARGS(utf8_cut(description, 120)));
    return f;
}

bool field_has(const struct field *f, struct slice stem)
{
    for (size_t i = 0; i < f->word_count; i++)
        if (slice_eq(f->words[i].stem, stem))
            return true;
    return false;
}

/* Whether the stem is a word of the field or its description, also in another form ("discovery", "discovered"). */
static bool name_touches(const struct field *f, struct slice stem)
{
    for (size_t i = 0; i < f->word_count; i++)
        if (stems_share_start(stem, f->words[i].stem))
            return true;
    for (size_t i = 0; i < f->hint_count; i++)
        if (stems_share_start(stem, f->hints[i].stem))
            return true;
    return false;
}

size_t field_distance(const struct field *f, struct words words, size_t start, size_t n)
{
    size_t first = 0, best = FIELD_FAR;
    while (first < words.n && words.at[first].start + words.at[first].n <= start)
        first++;
    size_t last = first;
    while (last + 1 < words.n && words.at[last + 1].start < start + n)
        last++;
    for (size_t i = 0; i < words.n; i++) {
        if (!name_touches(f, words.at[i].stem))
            continue;
        size_t apart = i < first ? first - i : i > last ? i - last : 0;
        if (apart < best)
            best = apart;
    }
    return best;
}
