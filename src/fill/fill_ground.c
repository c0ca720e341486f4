/* fill_ground.c - the sentences about one thing, and how near a value is to the words of its relation. */
#include "fill/fill_bound.h"

#include <math.h>

#include "session/compose.h"
#include "text/kin.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

/* Distances in words: what a small word and a mark count, what a mark and a rival add behind the value and before it,
 * and how a distance lowers the relation. Set by hand. */
static const double SMALL_WORD = 0.5, COMMA = 1, BREAK = 4, BEHIND = 1.5, BEHIND_COMMA = 5, RIVAL = 2.5, FADES = 0.12;
/* What sentences of other pages lose, and each sentence of the page that is later than the first. */
/* "27th in the world, seventh in Africa": a rank stands before what it is among. */
static const double BEFORE_RANK = 0.45;
static const double OTHER_PAGE = 0.35, LATER = 0.015;
/* With less of a relation a value needs a better reason; on another page much of one is needed. */
static const double RELATED_FROM = 0.22, OTHER_FROM = 0.6, UNRELATED = 0.45;
/* From here on a word of the object around the field is near; what other values lose then. */
static const double AROUND_FROM = 0.3, NOT_AROUND = 0.5;
/* What the words of a description are worth where none of the name is there. */
static const double HINTS_ALONE = 0.8;
/* Behind a date or a number the words of its relation are rarely. */
static const double BEHIND_FIGURE = 3;
/* A word of the relation within the value itself. */
static const double INSIDE = 0.5;
/* "Ahab, captain of the Pequod" */
/* Of another page than the thing's own, a value is less sure than its score says. */
static const double OF_OTHER = 0.85;
static const double BESIDE = 0.9, APPOSITION = 3.5;

/* A sentence is read up to so many words: pages can be anything. One step of the budget pays for so many comparisons of
 * a word with a candidate. */
enum { GROUND_WORDS_MAX = 160, WORK_A_STEP = 1000 };
/* The score of a candidate for whose weighing the budget is too small. */
static const double UNWEIGHED = -100;

enum { GROUND_SENTENCES_MAX = 80, HINTS_COUNTED = 3, TWINS_MAX = 4 };
/* A row counts as a sentence behind the first few. */
enum { ROW_ORDER = 4 };

struct ground_page {
    struct ground_page *next;
    const struct source *page;
    struct grounds grounds;
};

struct slice ground_gap(const struct ground *g, size_t i)
{
    const struct slice text = g->text;
    size_t end = g->words.at[i].start + g->words.at[i].n;
    size_t next = i + 1 < g->words.n ? g->words.at[i + 1].start : text.n;
    return slice_sub(text, end, next > end ? next - end : 0);
}

struct slice ground_span(const struct ground *g, size_t first, size_t last)
{
    const struct word *a = &g->words.at[first], *b = &g->words.at[last];
    return slice_sub(g->text, a->start, b->start + b->n - a->start);
}

size_t ground_word(const struct ground *g, const char *at)
{
    size_t i = 0;
    while (i < g->words.n && g->text.p + g->words.at[i].start < at)
        i++;
    return i;
}

bool ground_has(const struct ground *g, size_t i, enum lang_list list)
{
    return i < g->words.n && lang_has(lang_with(g->lang, list), list, g->words.at[i].fold);
}

const struct lang_entry *ground_entry(const struct ground *g, enum lang_list list, size_t i, size_t *count)
{
    const struct slice text = g->text;
    const size_t at = g->words.at[i].start;
    size_t used = 0;
    const struct lang_entry *entry = listed_at(lang_with(g->lang, list), list, slice_sub(text, at, text.n - at), &used);
    if (!entry || letter_at(text, at + used))
        return NULL;
    for (*count = 0; i + *count < g->words.n && g->words.at[i + *count].start < at + used;)
        ++*count;
    return entry;
}

static bool gap_with(struct slice gap, const char *marks)
{
    for (size_t i = 0; i < gap.n; i++)
        if (strchr(marks, gap.p[i]))
            return true;
    return false;
}

static void ground_measure(struct fill *f, struct ground *g)
{
    g->at = arena_array(f->arena, double, g->words.n + 1);
    g->commas = arena_array(f->arena, size_t, g->words.n + 1);
    for (size_t i = 1; i < g->words.n; i++) {
        struct slice gap = ground_gap(g, i - 1);
        bool comma = gap_with(gap, ",()"), stop = gap_with(gap, ";\xE2"), mark = gap_with(gap, ",");
        g->at[i] = g->at[i - 1] + ((g->words.at[i - 1].flags & WORD_STOP) ? SMALL_WORD : 1) + (comma ? COMMA : 0) +
                   (stop ? BREAK : 0);
        g->commas[i] = g->commas[i - 1] + mark + stop;
    }
}

/* The text with plain spaces for those that do not break, which dates and units are written with. */
static struct slice ground_spaced(struct fill *f, struct slice text)
{
    const struct slice hard = SLICE("\xC2\xA0");
    if (slice_find(text, hard) == text.n)
        return text;
    char *out = arena_alloc(f->arena, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        bool space = slice_starts(slice_sub(text, i, text.n - i), hard);
        out[n++] = space ? ' ' : text.p[i];
        i += space ? hard.n : 1;
    }
    return (struct slice){out, n};
}

/* Of a label and of a line "label: value". */
enum { LABEL_WORDS = 6, LABEL_BYTES = 48, COLON_LINE_BYTES = 160 };

size_t ground_row_at(struct slice text)
{
    const struct slice bar = SLICE(" | "), colon = SLICE(": ");
    size_t at = slice_find(text, bar);
    if (at < text.n) {
        struct slice rest = slice_sub(text, at + bar.n, text.n - at - bar.n);
        return at && at <= LABEL_BYTES && slice_find(rest, bar) == rest.n ? at + bar.n : 0;
    }
    at = slice_find(text, colon);
    bool line =
        at && at < text.n && at <= LABEL_BYTES && text.n <= COLON_LINE_BYTES && !strchr(".!?", text.p[text.n - 1]);
    return line && slice_find(text, SLICE(". ")) == text.n ? at + colon.n : 0;
}

bool ground_is_label(struct slice text, struct words words)
{
    enum { WORDS = 4 };
    return words.n && words.n <= WORDS && text.n <= LABEL_BYTES && !strchr(".!?,;|", text.p[text.n - 1]) &&
           !(words.at[0].flags & WORD_NUMBER) && (words.at[0].start == 0 || text.p[0] == '#');
}

/* Whether the text is a row, a heading or another line that is no sentence. */
static bool ground_is_line(struct slice text)
{
    enum { LINE_BYTES = 60 };
    return ground_row_at(text) || (text.n <= LINE_BYTES && text.n && !strchr(".!?\"')", text.p[text.n - 1]) &&
                                   (unsigned char)text.p[text.n - 1] < 0x80);
}

static void ground_add(struct fill *f, struct grounds *out, size_t line, bool own)
{
    const struct view *view = f->session->view;
    if (out->n >= out->most)
        return;
    struct ground *g = &out->at[out->n++];
    *g = (struct ground){.sentence = &view->sentences[line], .own = own};
    g->lang = lang_find(g->sentence->passage->passage->lang);
    g->text = ground_spaced(f, g->sentence->text);
    g->words = g->text.p == g->sentence->text.p ? view_line(f->arena, view, line).words
                                                : words_split(f->arena, g->text, g->lang);
    g->words.n = g->words.n < GROUND_WORDS_MAX ? g->words.n : GROUND_WORDS_MAX;
    g->names = names_read(f->arena, g->text, g->words);
    g->opens = own && out->n == 1;
    size_t value = ground_row_at(g->text);
    g->value = value ? ground_word(g, g->text.p + value) : 0;
    g->value = g->value < g->words.n ? g->value : 0;
    g->label = (struct words){g->words.at, g->value};
    lead_read(g->text, g->words, g->lang, g->opens, &g->lead);
    ground_measure(f, g);
}

static bool ground_mentions(const struct fill *f, size_t line, struct words title, size_t title_end)
{
    const struct words said = view_line(f->arena, f->session->view, line).words;
    size_t telling = 0;
    for (size_t i = 0; i < title.n && title.at[i].start < title_end; i++) {
        bool there = false;
        /* "One Piece" is no piece */
        bool small =
            (title.at[i].flags & WORD_STOP) && !((title.at[i].flags & WORD_CAPITAL) && title.n == 2 &&
                                                 !lang_has(lang_find(SLICE("en")), LANG_THE, title.at[i].fold));
        if (small)
            continue;
        telling++;
        for (size_t k = 0; k < said.n && !there; k++)
            there = slice_eq(said.at[k].stem, title.at[i].stem);
        if (!there)
            return false;
    }
    return telling > 0;
}

/* "Born" on a line of its own is the label of the next line. */
static void ground_label(struct fill *f, size_t line, struct ground *g)
{
    const struct view *view = f->session->view;
    const struct words label = view_line(f->arena, view, line).words;
    if (ground_is_label(view->sentences[line].text, label)) {
        g->label = label;
        g->label_line = &view->sentences[line];
    }
}

/* Adds the sentences of the page that are lines, or those that are none, in the order of the page. */
static void ground_part(struct fill *f, const struct source *page, bool lines, struct grounds *out)
{
    const struct view *view = f->session->view;
    for (size_t last = 0;;) { /* passages in the order of the page */
        size_t next = view->passage_count;
        for (size_t p = 0; p < view->passage_count; p++)
            if (view->chosen[p].source == page && view->chosen[p].passage->offset + 1 > last &&
                (next == view->passage_count || view->chosen[p].passage->offset < view->chosen[next].passage->offset))
                next = p;
        if (next == view->passage_count)
            break;
        last = view->chosen[next].passage->offset + 2;
        for (size_t i = 0; i < view->passages[next].count; i++) {
            size_t line = view->passages[next].first + i;
            if (ground_is_line(view->sentences[line].text) != lines)
                continue;
            ground_add(f, out, line, true);
            if (i > 0 && lines && !out->at[out->n - 1].label.n)
                ground_label(f, line - 1, &out->at[out->n - 1]);
        }
    }
}

/* Sentences go before rows and headings, which may open a page that its first sentence tells about. */
static void ground_own(struct fill *f, const struct source *page, struct grounds *out)
{
    const size_t before = out->n;
    ground_part(f, page, false, out);
    const size_t sentences = out->n;
    ground_part(f, page, true, out);
    for (size_t i = before; i < out->n; i++)
        out->at[i].order = i < sentences ? i : ROW_ORDER;
}

/* Whether the page's first sentence, where it is at hand, says what the thing is. */
static bool ground_defines(struct fill *f, const struct source *page)
{
    const struct view *view = f->session->view;
    for (size_t p = 0; p < view->passage_count; p++) {
        if (view->chosen[p].source != page || view->chosen[p].passage->offset > 0 || view->passages[p].count == 0)
            continue;
        size_t line = view->passages[p].first;
        struct lead lead;
        lead_read(view->sentences[line].text, view_line(f->arena, view, line).words, view->passages[p].lang, false,
                  &lead);
        return lead.kind_count > 0;
    }
    return false;
}

/* The page and others of its title, which are about the same; those that say what it is come first. */
static size_t ground_twins(struct fill *f, const struct source *page, struct slice title,
                           const struct source *out[TWINS_MAX])
{
    const struct view *view = f->session->view;
    size_t n = 0, first = 0;
    out[n++] = page;
    for (size_t p = 0; p < view->passage_count && n < TWINS_MAX; p++) {
        bool there = !f->asked[p] || !slice_eq(view->chosen[p].passage->title, title);
        for (size_t i = 0; i < n && !there; i++)
            there = out[i] == view->chosen[p].source;
        if (!there)
            out[n++] = view->chosen[p].source;
    }
    while (n > 1 && first < n && !ground_defines(f, out[first]))
        first++;
    if (first > 0 && first < n) {
        const struct source *best = out[first];
        memmove(&out[1], &out[0], first * sizeof *out);
        out[0] = best;
    }
    return n;
}

static const struct grounds *grounds_page(struct fill *f, size_t rank)
{
    const struct view *view = f->session->view;
    const struct source *page = view->chosen[rank].source;
    for (const struct ground_page *p = f->ground_pages; p; p = p->next)
        if (p->page == page)
            return &p->grounds;
    struct ground_page *new = arena_array(f->arena, struct ground_page, 1);
    new->page = page;
    new->next = f->ground_pages;
    f->ground_pages = new;
    struct grounds *out = &new->grounds;
    const struct slice title = view->chosen[rank].passage->title;
    const size_t bracket = slice_find(title, SLICE(" ("));
    out->at = arena_array(f->arena, struct ground, GROUND_SENTENCES_MAX);
    out->title = slice_sub(title, 0, bracket);
    out->title_words = view_line(f->arena, view, view_title_line(view, rank)).words;
    const struct source *twins[TWINS_MAX];
    const size_t n = ground_twins(f, page, title, twins);
    for (size_t i = 0; i < n; i++) {
        out->most = GROUND_SENTENCES_MAX / n * (i + 1);
        ground_own(f, twins[i], out);
    }
    out->most = GROUND_SENTENCES_MAX;
    for (size_t p = 0; p < view->passage_count; p++)
        for (size_t i = 0; i < view->passages[p].count && view->chosen[p].source != page &&
                           !slice_eq(view->chosen[p].passage->title, title);
             i++)
            if (ground_mentions(f, view->passages[p].first + i, out->title_words, bracket))
                ground_add(f, out, view->passages[p].first + i, false);
    return out;
}

/* Whether the text has all telling words of the page's title. */
static bool ground_titled(struct fill *f, size_t rank, struct words text, bool whole)
{
    const struct view *view = f->session->view;
    const struct words title = view_line(f->arena, view, view_title_line(view, rank)).words;
    const size_t end = slice_find(view->chosen[rank].passage->title, SLICE(" ("));
    size_t telling = 0, there = 0, others = 0;
    for (size_t k = 0; k < text.n; k++)
        others += !(text.at[k].flags & WORD_STOP);
    for (size_t i = 0; i < title.n && title.at[i].start < end; i++) {
        if (title.at[i].flags & WORD_STOP)
            continue;
        telling++;
        for (size_t k = 0; k < text.n; k++)
            if (slice_eq(text.at[k].stem, title.at[i].stem)) {
                there++;
                break;
            }
    }
    return telling && there == telling && (!whole || others == telling);
}

/* Whether a title is a word that names of fields have for a type: "Company". */
static bool ground_is_common(struct slice title)
{
    const struct lang *en = lang_find(SLICE("en"));
    return listed(en, LANG_CLASSES, title) || listed(en, LANG_FIELD_WANTS, title) ||
           listed(en, LANG_FIELD_KINDS, title);
}

const struct grounds *grounds_of(struct fill *f, const struct place *p)
{
    static const struct grounds none = {0};
    const struct view *view = f->session->view;
    size_t best = view->passage_count;
    if (p->about.n) {
        const struct words about = words_split(f->arena, p->about, f->session->lang);
        for (size_t i = 0; i < view->passage_count; i++)
            if (ground_titled(f, i, about, true) && (best == view->passage_count || (f->asked[i] && !f->asked[best])))
                best = i;
        if (best < view->passage_count)
            return grounds_page(f, best);
    }
    const struct words name = words_split(f->arena, name_as_words(f->arena, p->name), f->session->lang);
    for (size_t i = 0; i < view->passage_count; i++) {
        if (!f->asked[i])
            continue;
        /* "capital_of_iceland" is of Iceland, also where the request names other countries */
        bool named = ground_titled(f, i, name, false) && !ground_is_common(view->chosen[i].passage->title);
        bool better = best == view->passage_count || f->asked_at[i] < f->asked_at[best] ||
                      (named && !ground_titled(f, best, name, false));
        bool worse = best < view->passage_count && ground_titled(f, best, name, false) && !named;
        if (better && !worse)
            best = i;
    }
    return best < view->passage_count ? grounds_page(f, best) : &none;
}

bool grounds_are_of(struct fill *f, const struct grounds *g, struct slice text)
{
    const struct words words = words_split(f->arena, text, f->session->lang);
    for (size_t i = 0; i < words.n; i++) {
        bool there = words.at[i].flags & WORD_STOP;
        for (size_t k = 0; k < g->title_words.n && !there; k++)
            there = slice_eq(words.at[i].stem, g->title_words.at[k].stem);
        if (!there)
            return false;
    }
    return words.n > 0;
}

bool grounds_names_self(const struct grounds *gs, const struct ground *g, size_t first, size_t last)
{
    bool telling = false;
    size_t count;
    /* "Icelandic" is no name of Iceland */
    if (ground_entry(g, LANG_DEMONYMS, first, &count) && first + count == last + 1)
        return false;
    for (size_t i = first; i <= last; i++) {
        bool there = false;
        if (g->words.at[i].flags & WORD_STOP)
            continue;
        telling = true;
        for (size_t k = 0; k < gs->title_words.n && !there; k++)
            there = slice_eq(gs->title_words.at[k].stem, g->words.at[i].stem);
        if (!there)
            return false;
    }
    return telling;
}

void candidate_add(struct fill *f, struct candidates *c, struct candidate one)
{
    *arena_push(f->arena, &c->at, c->n, &c->room) = one;
    c->n++;
}

bool bound_led(const struct ask *ask, const struct ground *g, size_t i)
{
    enum { WORDS_BEFORE = 5 };
    const size_t from = i;
    size_t count;
    while (i > 0 && i + WORDS_BEFORE > from &&
           (ground_has(g, i - 1, LANG_DETERMINERS) || ground_entry(g, LANG_DEMONYMS, i - 1, &count) ||
            (!(g->words.at[i - 1].flags & (WORD_STOP | WORD_CAPITAL | WORD_NUMBER)) &&
             slice_is(ground_gap(g, i - 1), " "))))
        i--;
    if (i == 0 || !ask->leads.n)
        return false;
    struct slice word = g->words.at[i - 1].fold;
    for (size_t at = 0; at < ask->leads.n;) {
        size_t n = slice_find(slice_sub(ask->leads, at, ask->leads.n - at), SLICE(" "));
        if (slice_eq(slice_sub(ask->leads, at, n), word))
            return true;
        at += n + 1;
    }
    return false;
}

uint32_t cue_bits(const struct ask *ask, struct slice stem)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < ask->cue_count; i++)
        if (stems_share_start(stem, ask->cues[i].stem))
            bits |= (uint32_t)1 << ask->cues[i].group;
    return bits;
}

bool ask_is_noun(const struct ask *ask, const struct ground *g, size_t i)
{
    for (size_t n = 0; n < COUNT_OF(ask->nouns); n++)
        if (ask->nouns[n].n && slice_eq(ask->nouns[n], g->words.at[i].stem))
            return true;
    return false;
}

/* This much of a label has to be the field's. Set by hand. */
static const double LABEL_FROM = 0.5;

double ground_row_match(const struct ask *ask, const struct ground *g)
{
    double said = 0, all = 0;
    size_t telling = 0, ours = 0;
    uint32_t bits = 0;
    const struct lang *en = lang_find(SLICE("en"));
    /* "Type" of a company is "company_type" */
    if (g->label.n == 1 && ask->name.n && slice_eq(g->label.at[0].fold, ask->name.at[ask->name.n - 1].fold))
        return 1;
    for (size_t i = 0; i < g->label.n && i < LABEL_WORDS; i++) {
        const struct word *w = &g->label.at[i];
        if ((w->flags & WORD_STOP) || lang_has(en, LANG_GENERIC, w->fold))
            continue;
        uint32_t mine = cue_bits(ask, w->stem);
        telling++;
        ours += mine != 0;
        bits |= mine;
    }
    for (unsigned group = 0; group < ask->by_name; group++) {
        all += ask->weights[group];
        said += (bits >> group & 1) ? ask->weights[group] : 0;
    }
    bool label = telling && (double)ours >= LABEL_FROM * (double)telling;
    return label && all > 0 ? said / all : 0;
}

/* The groups that a word states where it stands. A name's own words state a relation only in the field's form: the
 * "Wikimedia Foundation" founded nothing. */
static uint32_t cue_bits_at(const struct ask *ask, const struct ground *g, size_t i)
{
    uint32_t bits = 0;
    /* "children's novels" are no children, and a "keepers' log" is no keeper */
    struct slice gap = ground_gap(g, i);
    bool owner =
        slice_ends(ground_span(g, i, i), SLICE("'s")) || slice_is(gap, "' ") || slice_is(gap, MARK_APOSTROPHE " ");
    if (owner && i + 1 < g->words.n && !(g->words.at[i].flags & WORD_CAPITAL))
        return 0;
    bool name = i > 0 && (g->words.at[i].flags & g->words.at[i - 1].flags & WORD_CAPITAL) &&
                slice_is(ground_gap(g, i - 1), " ");
    /* "gravitationally rounded" is no gravity */
    name = name || slice_ends(g->words.at[i].fold, SLICE("ly"));
    /* "current" is no currency */
    bool generic = ground_has(g, i, LANG_GENERIC);
    if (!name && !generic)
        return cue_bits(ask, g->words.at[i].stem);
    for (size_t k = 0; k < ask->cue_count; k++)
        if ((ask->cues[k].own || !name) && slice_eq(g->words.at[i].stem, ask->cues[k].stem))
            bits |= (uint32_t)1 << ask->cues[k].group;
    return bits;
}

/* How many other candidates of the sentence are between two of its words. Candidates of a sentence are side by side. */
static size_t bound_rivals(const struct candidates *c, size_t own, size_t from, size_t to)
{
    size_t n = 0, end = 0, first = own;
    while (first > 0 && c->at[first - 1].ground == c->at[own].ground)
        first--;
    for (size_t i = first; i < c->n && c->at[i].ground == c->at[own].ground; i++)
        if (i != own && c->at[i].first >= from && c->at[i].last <= to && c->at[i].first >= end) {
            n++;
            end = c->at[i].last + 1;
        }
    return n;
}

/* "Cairo is the capital": word i is what the candidate is said to be. */
static bool bound_is_said(const struct ground *g, size_t last, size_t i)
{
    enum { WORDS_BETWEEN = 3 };
    if (!ground_has(g, last + 1, LANG_BE) || i < last + 2 || i > last + 2 + WORDS_BETWEEN ||
        g->commas[i] != g->commas[last])
        return false;
    for (size_t k = last + 2; k < i; k++)
        if ((g->words.at[k].flags & WORD_STOP) && !ground_has(g, k, LANG_DETERMINERS))
            return false;
    return true;
}

/* How near word i, of the relation, is to the candidate: 1 is beside or inside it. */
static double bound_near(const struct ask *ask, const struct candidates *c, size_t own, size_t i)
{
    const struct candidate *one = &c->at[own];
    const struct ground *g = one->ground;
    if (i >= one->first && i <= one->last)
        return ask_is_noun(ask, g, i) && !ask->list && g->own ? 1 : INSIDE;
    double d;
    const size_t from = one->by > i && one->by < one->first ? one->by + 1 : one->first;
    if (i < one->first) {
        if (ask->ordinal)
            return BEFORE_RANK / (1 + FADES * fmax(g->at[one->first] - g->at[i] - 1, 0));
        /* "Nick Mason (drums), Roger Waters": a word in brackets is of what is before them */
        bool closed =
            i > 0 && slice_ends(ground_gap(g, i - 1), SLICE("(")) && slice_starts(ground_gap(g, i), SLICE(")"));
        d = g->at[from] - g->at[i] - 1 + (closed ? BEHIND_COMMA : 0) +
            RIVAL * (double)bound_rivals(c, own, i + 1, from - 1);
    } else {
        /* "Ahab, captain of the Pequod" */
        const size_t next = one->last + 1;
        double room = ground_has(g, next, LANG_DETERMINERS) ? APPOSITION : SMALL_WORD;
        bool beside = g->commas[i] == g->commas[one->last] + 1 && g->at[i] - g->at[one->last] <= 1 + COMMA + room;
        bool named = i + 1 < g->words.n && (g->words.at[i + 1].flags & WORD_CAPITAL) && slice_is(ground_gap(g, i), " ");
        if (!ask->year && ((i == next && slice_is(ground_gap(g, one->last), " (")) || bound_is_said(g, one->last, i)))
            return BESIDE;
        if (beside && !named && !ask->year && slice_starts(ground_gap(g, one->last), SLICE(", ")))
            return BESIDE;
        /* "12th-most populous city in the U.S.": a rank is among what follows "in" */
        size_t in = i;
        while (in > one->last && ground_has(g, in - 1, LANG_DETERMINERS))
            in--;
        bool among = ask->ordinal && in > one->last + 1 && ground_has(g, in - 1, LANG_IN) &&
                     bound_rivals(c, own, one->last + 1, i - 1) == 0;
        if (among && g->commas[i] == g->commas[one->last])
            return BESIDE;
        /* "30 metres (98 ft) high" */
        size_t last = one->last;
        if (slice_is(ground_gap(g, last), " (") && one->exact)
            for (size_t k = last + 1; k < i && last == one->last; k++)
                last = slice_starts(ground_gap(g, k), SLICE(")")) ? k : last;
        d = g->at[i] - g->at[last] - 1 + (ask->year ? BEHIND_FIGURE : BEHIND) +
            BEHIND_COMMA * (double)(g->commas[i] - g->commas[one->last]) +
            RIVAL * (double)bound_rivals(c, own, one->last + 1, i - 1);
    }
    return 1 / (1 + FADES * fmax(d, 0));
}

/* *around: how near words of the object around the field are before the value: "based on a novel by B" for
 * {"based_on": {"author"}}. */
static double bound_relation(const struct ask *ask, const struct candidates *c, size_t own, const uint32_t *bits,
                             double *around)
{
    double near[CUE_GROUPS_MAX] = {0}, name = 0, names = 0, hint = 0, hints = 0;
    const struct ground *g = c->at[own].ground;
    for (size_t i = 0; i < g->words.n; i++) {
        if (!bits[i])
            continue;
        double value = bound_near(ask, c, own, i);
        for (unsigned group = 0; group < ask->groups; group++)
            if ((bits[i] >> group & 1) && value > near[group])
                near[group] = value;
        for (unsigned group = ask->outer; group < ask->outer + ask->outers && i < c->at[own].first; group++)
            if ((bits[i] >> group & 1) && ask->weights[group] >= 1)
                *around = fmax(*around, value);
    }
    double known = ask->about && near[ask->about - 1] <= 0 ? 0.2 : 1;
    for (unsigned group = 0; group < ask->by_name; group++) {
        name += ask->weights[group] * near[group];
        names += ask->weights[group];
    }
    double best[HINTS_COUNTED] = {0};
    for (unsigned group = ask->by_name; group < ask->groups; group++) {
        double value = ask->weights[group] * near[group];
        hints += ask->weights[group];
        for (size_t k = 0; k < HINTS_COUNTED; k++)
            if (value > best[k]) {
                double moved = best[k];
                best[k] = value;
                value = moved;
            }
    }
    for (size_t k = 0; k < HINTS_COUNTED; k++)
        hint += best[k];
    hints = fmin(hints, HINTS_COUNTED);
    name = names > 0 ? known * name / names : 0;
    hint = hints > 0 ? known * hint / hints : 0;
    if (names <= 0 || hints <= 0)
        return names > 0 ? name : hint;
    return fmax(fmax(name, HINTS_ALONE * hint), 0.5 * name + 0.6 * hint);
}

/* "Togo to the east": 1 where a direction that the field asks for is right behind the value, -1 where another is. */
static int bound_direction(const struct ask *ask, const struct ground *g, size_t last)
{
    enum { WORDS_BEHIND = 3 };
    const struct lang *en = lang_find(SLICE("en"));
    struct slice asked = SLICE("");
    for (size_t i = 0; i < ask->name.n; i++)
        if (lang_has(en, LANG_DIRECTIONS, ask->name.at[i].fold))
            asked = ask->name.at[i].fold;
    for (size_t i = last + 1; asked.n && i <= last + WORDS_BEHIND && i < g->words.n; i++) {
        if (g->commas[i] != g->commas[last])
            break;
        if (ground_has(g, i, LANG_DIRECTIONS))
            return slice_starts(g->words.at[i].fold, asked) ? 1 : -1;
    }
    return 0;
}

void bound_weigh(struct fill *f, const struct ask *ask, struct candidates *c)
{
    const struct ground *last = NULL;
    uint32_t *bits = NULL;
    size_t beside = 0;
    double around = 0;
    for (size_t k = 0; k < c->n; k++) {
        struct candidate *one = &c->at[k];
        one->score = UNWEIGHED;
        if (one->ground != last) {
            beside = 0;
            while (k + beside < c->n && c->at[k + beside].ground == one->ground)
                beside++;
            last = one->ground;
            bits = arena_array(f->arena, uint32_t, last->words.n + 1);
            for (size_t i = 0; i < last->words.n; i++)
                bits[i] = cue_bits_at(ask, last, i);
        }
        if (!fill_spend(f, last->words.n * beside / WORK_A_STEP + 1))
            continue;
        one->relation = last->value && one->first < last->value ? 0 : bound_relation(ask, c, k, bits, &one->around);
        around = fmax(around, last->own ? one->around : 0);
        if (last->label.n && one->first >= last->value)
            one->relation = fmax(one->relation, ground_row_match(ask, last));
        int direction = bound_direction(ask, last, one->last);
        one->relation = direction > 0 ? 1 : direction < 0 ? 0 : one->relation;
        one->score = one->relation + one->bonus - (last->own ? LATER * (double)last->order : OTHER_PAGE) -
                     (one->sure || one->relation >= (last->own ? RELATED_FROM : OTHER_FROM) ? 0 : UNRELATED);
    }
    /* Where the page speaks of what the field is in, its value is there. */
    for (size_t k = 0; k < c->n && around >= AROUND_FROM; k++)
        c->at[k].score -= c->at[k].around < AROUND_FROM ? NOT_AROUND : 0;
}

const struct candidate *bound_best(const struct candidates *c)
{
    const struct candidate *best = NULL;
    for (size_t i = 0; i < c->n; i++)
        if (!best || c->at[i].score > best->score)
            best = &c->at[i];
    return best;
}

struct slice country_of(const struct ground *g, size_t i, size_t *count)
{
    if (!(g->words.at[i].flags & WORD_CAPITAL))
        return SLICE("");
    const struct lang_entry *entry = ground_entry(g, LANG_DEMONYMS, i, count);
    if (entry)
        return entry->value;
    const struct lang_entries all = lang_entries(lang_with(g->lang, LANG_DEMONYMS), LANG_DEMONYMS);
    const struct slice text = g->text;
    const size_t at = g->words.at[i].start;
    for (size_t k = 0; k < all.n; k++) {
        struct slice name = all.at[k].value;
        if (slice_starts(slice_sub(text, at, text.n - at), name) && !letter_at(text, at + name.n)) {
            for (*count = 0; i + *count < g->words.n && g->words.at[i + *count].start < at + name.n;)
                ++*count;
            return name;
        }
    }
    return SLICE("");
}

bool country_within(const struct ground *g, size_t first, size_t count)
{
    const size_t last = first + count - 1;
    bool before = first > 1 && ground_has(g, first - 1, LANG_OF) && ground_has(g, first - 2, LANG_WATERS);
    bool behind = last + 1 < g->words.n && (g->words.at[last + 1].flags & WORD_CAPITAL) &&
                  slice_is(ground_gap(g, last), " ") && !(g->words.at[last + 1].flags & WORD_STOP);
    return before || behind;
}

/* Names the words that bound the value, nearest first: for the reasoning. */
static struct slice bound_words(struct fill *f, const struct ask *ask, const struct candidate *c)
{
    enum { NAMED_MAX = 3 };
    const struct ground *g = c->ground;
    struct arena_text out = {.arena = f->arena};
    uint32_t told = 0;
    if (g->label.n && c->first >= g->value && ground_row_match(ask, g) > 0) {
        struct slice label = g->label_line ? g->label_line->text : ground_span(g, 0, g->label.n - 1);
        return arena_printf(f->arena, "The value of \"%.*s\" there.", SLICE_ARGS(compose_flat(f->arena, label)));
    }
    for (size_t n = 0; n < NAMED_MAX && c->relation > 0; n++) {
        size_t best = g->words.n, least = SIZE_MAX;
        for (size_t i = 0; i < g->words.n; i++) {
            size_t apart = i < c->first ? c->first - i : i > c->last ? i - c->last : 0;
            if ((cue_bits_at(ask, g, i) & ~told) && apart < least) {
                least = apart;
                best = i;
            }
        }
        if (best == g->words.n)
            break;
        told |= cue_bits_at(ask, g, best);
        arena_text_printf(&out, "%s\"%.*s\"", out.n ? ", " : "", SLICE_ARGS(ground_span(g, best, best)));
    }
    struct slice words = arena_text_slice(&out);
    if (words.n == 0)
        return ask->want == WANT_NONE ? SLICE("") : SLICE("Told by its place in what the page says of the thing.");
    return arena_printf(f->arena, "Chosen by %.*s beside it.", SLICE_ARGS(words));
}

bool bound_take(struct fill *f, const struct ask *ask, const struct candidate *c, struct value value, struct found *out)
{
    if (value.kind == VALUE_STRING)
        value.string = compose_flat(f->arena, value.string);
    if (!place_accepts(f, ask->place, &value))
        return false;
    out->value = value;
    out->supported = true;
    out->read = c->text;
    out->probability = bound_sure(ask, c->score) * (c->ground->own ? 1 : OF_OTHER);
    out->note = bound_words(f, ask, c);
    if (c->ground->label_line && ground_row_match(ask, c->ground) > 0)
        found_support(f, out, c->ground->label_line);
    found_support(f, out, c->ground->sentence);
    return true;
}
