/* What a property's name and description ask for, by tables of English words. Names in schemas are English nearly
 * everywhere, whatever the language of the pages; a name that no table knows is still matched by its own stems. */
#include "research/fill.h"

#include "base/utf8.h"
#include "text/read_chars.h"

bool word_listed(struct slice word, const char *const *list)
{
    for (; *list; list++)
        if (slice_eq_nocase(word, slice_of(*list)))
            return true;
    return false;
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "populationMillions", "population_millions" and "population-millions" become "population millions". */
struct slice name_as_words(struct arena *a, struct slice name)
{
    enum { NAME_MAX_BYTES = 120 }; /* what is longer is no name; each word of it is looked up */
    name = utf8_cut(name, NAME_MAX_BYTES);
    char *out = arena_alloc(a, name.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool hump = upper(c) && i > 0 &&
                    (!upper(name.p[i - 1]) || (i + 1 < name.n && name.p[i + 1] >= 'a' && name.p[i + 1] <= 'z'));
        if (hump && n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
        if (c == '_' || c == '-' || c == '.' || c == '/' || c == ' ')
            c = ' ';
        if (c != ' ' || (n > 0 && out[n - 1] != ' '))
            out[n++] = upper(c) ? (char)(c | 32) : c;
    }
    return slice_trim((struct slice){out, n});
}

static const struct {
    const char *name;
    enum field_role role;
    bool beside_source; /* only in an object that describes a source: elsewhere it is content */
} roles[] = {
    {"answer", FIELD_ANSWER, false},
    {"final answer", FIELD_ANSWER, false},
    {"output", FIELD_ANSWER, false},
    {"response", FIELD_ANSWER, false},
    {"summary", FIELD_ANSWER, false},
    {"result", FIELD_ANSWER, false},
    {"reply", FIELD_ANSWER, false},
    {"short answer", FIELD_ANSWER, false},
    {"overview", FIELD_ANSWER, false},
    {"conclusion", FIELD_ANSWER, false},
    {"citation", FIELD_CITATIONS, false},
    {"citations", FIELD_CITATIONS, false},
    {"source", FIELD_CITATIONS, false},
    {"sources", FIELD_CITATIONS, false},
    {"urls", FIELD_CITATIONS, false},
    {"reference", FIELD_CITATIONS, false},
    {"references", FIELD_CITATIONS, false},
    {"links", FIELD_CITATIONS, false},
    {"source urls", FIELD_CITATIONS, false},
    {"source links", FIELD_CITATIONS, false},
    {"citation urls", FIELD_CITATIONS, false},
    {"web sources", FIELD_CITATIONS, false},
    {"reasoning", FIELD_REASONING, false},
    {"explanation", FIELD_REASONING, false},
    {"rationale", FIELD_REASONING, false},
    {"justification", FIELD_REASONING, false},
    {"thought", FIELD_REASONING, false},
    {"thoughts", FIELD_REASONING, false},
    {"thinking", FIELD_REASONING, false},
    {"analysis", FIELD_REASONING, false},
    {"confidence", FIELD_CONFIDENCE, false},
    {"confidence score", FIELD_CONFIDENCE, false},
    {"confidence level", FIELD_CONFIDENCE, false},
    {"certainty", FIELD_CONFIDENCE, false},
    {"url", FIELD_URL, false},
    {"uri", FIELD_URL, false},
    {"link", FIELD_URL, false},
    {"href", FIELD_URL, false},
    {"source url", FIELD_URL, false},
    {"page url", FIELD_URL, false},
    {"source link", FIELD_URL, false},
    {"citation url", FIELD_URL, false},
    {"source title", FIELD_TITLE, false},
    {"page title", FIELD_TITLE, false},
    {"title", FIELD_TITLE, true},
    {"name", FIELD_TITLE, true},
    {"source name", FIELD_TITLE, false},
    {"source date", FIELD_DATE, false},
    {"date", FIELD_DATE, true},
    {"published", FIELD_DATE, true},
    {"published at", FIELD_DATE, true},
    {"publication date", FIELD_DATE, true},
    {"date published", FIELD_DATE, true},
    {"published date", FIELD_DATE, true},
    {"site", FIELD_SITE, true},
    {"domain", FIELD_SITE, true},
    {"publisher", FIELD_SITE, true},
    {"site name", FIELD_SITE, true},
    {"website", FIELD_SITE, true},
    {"quote", FIELD_QUOTE, false},
    {"quotes", FIELD_QUOTE, false},
    {"excerpt", FIELD_QUOTE, false},
    {"excerpts", FIELD_QUOTE, false},
    {"snippet", FIELD_QUOTE, false},
    {"snippets", FIELD_QUOTE, false},
    {"evidence", FIELD_QUOTE, false},
    {"supporting quote", FIELD_QUOTE, false},
    {"supporting text", FIELD_QUOTE, false},
    {"text", FIELD_QUOTE, true},
    {"content", FIELD_QUOTE, true},
    {"description", FIELD_QUOTE, true},
};

/* A word of the name that tells the kind of thing. The word that comes last in the name wins. */
static const struct {
    enum field_kind kind;
    const char *const words[48];
} kinds[] = {
    {KIND_PERSON,
     {"person",      "ceo",       "author",    "founder", "inventor",  "president",  "director",   "leader",
      "mayor",       "artist",    "composer",  "writer",  "actor",     "discoverer", "king",       "queen",
      "minister",    "monarch",   "architect", "painter", "singer",    "chairman",   "chancellor", "creator",
      "designer",    "developer", "spouse",    "wife",    "husband",   "father",     "mother",     "winner",
      "scientist",   "people",    "founders",  "authors", "inventors", "members",    "owner",      "successor",
      "predecessor", "who",       "captain",   "coach",   "emperor",   NULL}},
    {KIND_PLACE,
     {"city",    "country",   "capital", "location",  "place",  "headquarters", "birthplace", "where",    "region",
      "state",   "continent", "cities",  "countries", "places", "locations",    "town",       "province", "birth place",
      "address", "island",    "nation",  "hometown",  "venue",  "site",         NULL}},
    {KIND_NAME,
     {"name",    "company",  "currency",     "language",   "symbol",      "formula",     "title",      "brand",
      "entity",  "names",    "languages",    "companies",  "product",     "genus",       "species",    "family",
      "element", "elements", "team",         "party",      "religion",    "river",       "mountain",   "ocean",
      "planet",  "planets",  "organization", "university", "nationality", "occupation",  "profession", "award",
      "color",   "colour",   "colors",       "ingredient", "ingredients", "tributaries", "neighbors",  "term",
      "topic",   "subject",  "genre",        "event",      NULL}},
    {KIND_DATE,
     {"date", "born", "when", "birthday", "birthdate", "founded", "established", "released", "died", "dob", "launched",
      "invented", "published", "discovered", "inception", "opened", NULL}},
    {KIND_YEAR, {"year", "years", NULL}},
    {KIND_NUMBER,
     {"population", "height",    "length",      "depth",      "width",    "weight",   "mass",     "area",
      "distance",   "speed",     "temperature", "price",      "cost",     "revenue",  "number",   "count",
      "total",      "amount",    "size",        "percentage", "percent",  "duration", "age",      "gdp",
      "budget",     "elevation", "altitude",    "volume",     "diameter", "radius",   "capacity", "density",
      "power",      "quantity",  "salary",      "rate",       NULL}},
    {KIND_ORDINAL, {"rank", "ranking", "position", "ordinal", "edition", NULL}},
    {KIND_SENTENCE,
     {"description", "summary", "definition",  "biography",  "history", "overview",  "details", "reason",
      "cause",       "meaning", "explanation", "background", "fact",    "statement", "claim",   "significance",
      "purpose",     "how",     "why",         "finding",    "impact",  "effect",    NULL}},
    {KIND_FACTS,
     {"facts", "points", "findings", "highlights", "reasons", "statements", "claims", "events", "achievements",
      "takeaways", "insights", "bullets", "steps", "causes", "effects", "observations", NULL}},
};

/* Words of names that ask for nothing by themselves. */
static const char *const generic[] = {
    "value",     "values",     "item",        "items",   "data",     "list",    "entry",       "entries",
    "field",     "name",       "names",       "number",  "count",    "total",   "amount",      "date",
    "year",      "string",     "text",        "result",  "results",  "output",  "is",          "has",
    "was",       "are",        "can",         "does",    "did",      "of",      "the",         "in",
    "a",         "an",         "by",          "per",     "for",      "info",    "information", "details",
    "answer",    "key",        "main",        "person",  "place",    "entity",  "people",      "answers",
    "object",    "thing",      "type",        "full",    "short",    "approx",  "approximate", "estimated",
    "exact",     "current",    "official",    "num",     "response", "facts",   "fact",        "points",
    "point",     "summary",    "description", "content", "int",      "float",   "bool",        "boolean",
    "flag",      "why",        "how",         "who",     "when",     "where",   "what",        "and",
    "or",        "to",         "at",          "on",      "from",     "with",    "findings",    "highlights",
    "statement", "statements", "claim",       "claims",  "title",    "subject", "topic",       "term",
    "id",        NULL};

/* Words that pages use for what a schema calls by the first one. */
static const char *const synonyms[] = {
    "population inhabitants residents people live populous",
    "height tall high elevation altitude rises",
    "elevation height altitude high above",
    "age old",
    "founded established created incorporated founding inception formed",
    "founder founded cofounded established founders",
    "established founded created formed",
    "ceo chief executive",
    "length long",
    "depth deep",
    "width wide",
    "weight weighs mass",
    "mass weighs weight",
    "price cost costs",
    "cost price costs",
    "speed fast velocity",
    "area covers surface",
    "author wrote written writer authored",
    "writer wrote written author",
    "birth born",
    "birthplace born",
    "birthday born",
    "birthdate born",
    "born birth",
    "death died",
    "died death",
    "location located lies situated",
    "headquarters headquartered based",
    "inventor invented inventing",
    "invented invention inventor",
    "director directed",
    "composer composed",
    "painter painted",
    "architect designed",
    "designer designed",
    "discoverer discovered",
    "discovered discovery discoverer",
    "creator created",
    "developer developed",
    "language languages spoken speak",
    "spouse married wife husband",
    "wife married",
    "husband married",
    "children sons daughters",
    "released release launched",
    "opened opening inaugurated",
    "temperature hot cold",
    "employees employs staff workers",
    "winner won",
    "duration lasted lasts long",
    "diameter across",
    "tributaries tributary",
    "neighbors borders bordered bordering neighbouring",
    "borders bordered bordering",
    "largest biggest",
    "occupation was",
    "cause caused causes",
    "moons satellites moon",
    "symbol symbolized",
};

static const struct {
    const char *word;
    enum dimension dimension;
} measures[] = {{"height", DIM_LENGTH},      {"length", DIM_LENGTH},    {"depth", DIM_LENGTH},
                {"width", DIM_LENGTH},       {"elevation", DIM_LENGTH}, {"altitude", DIM_LENGTH},
                {"distance", DIM_LENGTH},    {"diameter", DIM_LENGTH},  {"radius", DIM_LENGTH},
                {"weight", DIM_MASS},        {"mass", DIM_MASS},        {"area", DIM_AREA},
                {"speed", DIM_SPEED},        {"velocity", DIM_SPEED},   {"temperature", DIM_TEMPERATURE},
                {"percentage", DIM_PERCENT}, {"percent", DIM_PERCENT},  {"price", DIM_MONEY},
                {"revenue", DIM_MONEY},      {"cost", DIM_MONEY},       {"budget", DIM_MONEY},
                {"salary", DIM_MONEY},       {"gdp", DIM_MONEY},        {"population", DIM_NONE},
                {"employees", DIM_NONE},     {"inhabitants", DIM_NONE}, {"count", DIM_NONE},
                {"number", DIM_NONE},        {"duration", DIM_TIME},    {"frequency", DIM_FREQUENCY}};

static void add_word(struct arena *a, struct field *f, size_t *room, struct slice stem, size_t group)
{
    for (size_t i = 0; i < f->word_count; i++)
        if (slice_eq(f->words[i].stem, stem))
            return;
    *(struct field_word *)arena_push(a, (void **)&f->words, f->word_count, room, sizeof *f->words) =
        (struct field_word){stem, group};
    f->word_count++;
}

/* The word's own stem and those of the pages' words for it. */
static void add_group(struct arena *a, struct field *f, size_t *room, const struct word *w)
{
    const struct lang *english = lang_find(SLICE("en"));
    size_t before = f->word_count;
    add_word(a, f, room, w->stem, f->group_count);
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++) {
        /* By the first letter before anything is cut: the table is long. */
        if (char_at(w->stem, 0) != synonyms[i][0])
            continue;
        struct words alike = words_split(a, slice_of(synonyms[i]), english);
        if (!slice_eq(alike.at[0].stem, w->stem))
            continue;
        for (size_t o = 0; o < alike.n; o++)
            add_word(a, f, room, alike.at[o].stem, f->group_count);
    }
    f->group_count += f->word_count > before;
}

/* Units in the name stand after what they measure ("height_m"), or after "in". */
static bool read_unit_word(struct field *f, struct slice word, bool last)
{
    double scale = scale_of_word(word, lang_find(SLICE("en")));
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

static void read_kind(struct field *f, struct slice word)
{
    struct slice singular = slice_ends(word, SLICE("s")) ? slice_sub(word, 0, word.n - 1) : word;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (word_listed(word, kinds[k].words) ||
            (kinds[k].kind <= KIND_NAME && word_listed(singular, kinds[k].words))) {
            /* "year_founded" asks for a year, "ceo_name" for a person. */
            bool weaker = (f->kind == KIND_YEAR && kinds[k].kind == KIND_DATE) ||
                          ((f->kind == KIND_PERSON || f->kind == KIND_PLACE) && kinds[k].kind == KIND_NAME);
            if (!weaker)
                f->kind = kinds[k].kind;
        }
    for (size_t m = 0; m < sizeof measures / sizeof measures[0]; m++)
        if (!f->unit && slice_is(word, measures[m].word)) {
            f->measured = true;
            f->dimension = measures[m].dimension;
        }
    f->birth = f->birth || slice_starts(word, SLICE("birth")) || slice_is(word, "born");
    f->death = f->death || slice_starts(word, SLICE("death")) || slice_is(word, "died");
}

static void read_name(struct arena *a, struct field *f, struct slice name)
{
    struct words words = words_split(a, name, lang_find(SLICE("en")));
    size_t room = 0;
    for (size_t i = 0; i < words.n; i++) {
        struct slice word = words.at[i].fold;
        if (read_unit_word(f, word, i > 0 && i + 2 >= words.n))
            continue;
        read_kind(f, word);
        if (!word_listed(word, generic))
            add_group(a, f, &room, &words.at[i]);
    }
}

static bool bracket_before(struct slice text, const struct word *w)
{
    return w->start > 0 && text.p[w->start - 1] == '(';
}

/* Units ("in kilometres", "(kg)") and telling words of the description; its kind only where the name told none. */
static void read_description(struct arena *a, struct field *f, struct slice text)
{
    enum { HINTS_MAX = 12 };
    struct words words = words_split(a, text, lang_find(SLICE("en")));
    struct field by_words = {.kind = f->kind};
    f->hints = arena_array(a, struct field_word, HINTS_MAX);
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        struct slice exact = slice_sub(text, w->start, w->n);
        bool after_in = i > 0 && slice_is(words.at[i - 1].fold, "in");
        if (scale_of_word(w->fold, lang_find(SLICE("en"))) > 0 && after_in) {
            read_unit_word(f, w->fold, false);
            continue;
        }
        if ((after_in || bracket_before(text, w)) && unit_of_word(exact) && !slice_is(w->fold, "in") &&
            (read_unit_word(f, exact, true)))
            continue;
        read_kind(&by_words, w->fold);
        bool telling = !(w->flags & WORD_STOP) && !word_listed(w->fold, generic) && !field_has(f, w->stem);
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
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (slice_is(words, roles[i].name) && (source_like || !roles[i].beside_source))
            return roles[i].role;
    return FIELD_CONTENT;
}

/* "name", or "country" in an array of "countries". */
static bool is_label(struct arena *a, const struct place *p, struct slice name)
{
    static const char *const labels[] = {"name", "title", "full name", "label", "item", "term", NULL};
    const struct place *array = p->parent ? p->parent->parent : NULL;
    struct slice outer = array ? name_as_words(a, array->name) : SLICE("");
    bool singular = name.n > 2 && slice_starts(outer, slice_sub(name, 0, name.n - 1)) && outer.n <= name.n + 3;
    return singular || word_listed(name, labels) || (name.n > 5 && slice_ends(name, SLICE(" name")));
}

struct field field_read(struct arena *a, const struct place *p, const struct lang *lang)
{
    (void)lang;
    struct slice name = name_as_words(a, p->name);
    struct slice description = utf8_cut(p->shape->description.n ? p->shape->description : p->shape->title, 400);
    struct field f = {.scale = 1, .role = role_of(name, p->source_like)};
    read_name(a, &f, name);
    read_description(a, &f, description);
    /* A name that says nothing ("name", "items") leans on what it is in. */
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

/* Also words of the description, and other forms: "discovery" stands where "discovered" does. */
static bool touches(const struct field *f, struct slice stem)
{
    for (size_t i = 0; i < f->word_count; i++)
        if (stem_is_form(stem, f->words[i].stem))
            return true;
    for (size_t i = 0; i < f->hint_count; i++)
        if (stem_is_form(stem, f->hints[i].stem))
            return true;
    return false;
}

bool stem_is_form(struct slice stem, struct slice other)
{
    enum { PREFIX_BYTES = 5 };
    return slice_eq(stem, other) ||
           (stem.n >= PREFIX_BYTES && other.n >= PREFIX_BYTES && memcmp(stem.p, other.p, PREFIX_BYTES) == 0);
}

size_t field_distance(const struct field *f, const struct sentence *s, size_t start, size_t n)
{
    size_t first = 0, best = FIELD_FAR;
    while (first < s->words.n && s->words.at[first].start + s->words.at[first].n <= start)
        first++;
    size_t last = first;
    while (last + 1 < s->words.n && s->words.at[last + 1].start < start + n)
        last++;
    for (size_t i = 0; i < s->words.n; i++) {
        if (!touches(f, s->words.at[i].stem))
            continue;
        size_t apart = i < first ? first - i : i > last ? i - last : 0;
        if (apart < best)
            best = apart;
    }
    return best;
}
