/* fill_subject.c - finds what the request is about: which pages, and how much of it each sentence.
 *
 * A page is about what is asked when the request has its whole title; where no page is, when it has all names of the
 * request in its title or beside its name in its first sentence.
 *
 * DESIGN: a request for a document names a thing ("Research Walmart for our CRM"), and nearly always a page about it is
 * among the results. Values of other pages were most of the wrong ones, so they count only where the sentence names the
 * thing itself. Where the request has no page's title, a sentence counts by the share of the question's names in it. */
#include "fill/fill_inner.h"

#include "base/ascii.h"
#include "facts/read_lead.h"
#include "text/letters.h"

/* What is known of a sentence by its passage alone counts less than its own words. */
static const double BY_PASSAGE = 0.6;
/* A title that weighs less than this share of the heaviest one is a common word beside a name: "company". */
static const double TITLE_FROM = 0.5;

static bool subject_has_stem(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (slice_eq(words.at[i].stem, stem))
            return true;
    return false;
}

/* Whether the longer word is the shorter one with a letter or two behind it. */
static bool subject_inflected(struct slice one, struct slice other)
{
    enum { ENDING_MAX = 2 };
    struct slice shorter = one.n < other.n ? one : other, longer = one.n < other.n ? other : one;
    return longer.n <= shorter.n + ENDING_MAX && slice_starts(longer, slice_sub(shorter, 0, shorter.n - 1)) &&
           (shorter.p[shorter.n - 1] == longer.p[shorter.n - 1] || shorter.p[shorter.n - 1] == 'y');
}

/* Whether both are one word: maybe in another language, whose stemmer cuts words elsewhere, without accents, or in
 * another form. A stem alone is too little: a journal is no journalism. */
static bool subject_same(const struct fill *f, const struct word *one, const struct word *other)
{
    if (slice_eq(one->fold, other->fold))
        return true;
    struct slice a = letters_bare(f->arena, one->fold), b = letters_bare(f->arena, other->fold);
    bool plain = ascii_is_letter((unsigned char)a.p[0]) && ascii_is_letter((unsigned char)b.p[0]);
    return slice_eq(a, b) || (slice_eq(one->stem, other->stem) && (!plain || subject_inflected(a, b)));
}

bool subject_names(const struct need_term *t)
{
    return t->capital || t->number;
}

/* Share of the question's names (or words), by idf, that the sentences first..last of the view and the title have. */
static double subject_share(const struct fill *f, size_t rank, size_t first, size_t last)
{
    const struct view *view = f->session->view;
    const struct words title = view_line(f->arena, view, view_title_line(view, rank)).words;
    double got = 0, all = 0;
    for (size_t t = 0; t < f->ask.term_count; t++) {
        const struct need_term *term = &f->ask.terms[t];
        if (f->named && !subject_names(term))
            continue;
        bool there = subject_has_stem(title, term->stem);
        for (size_t i = first; i <= last && !there; i++)
            there = subject_has_stem(view_line(f->arena, view, i).words, term->stem);
        all += term->idf;
        got += there ? term->idf : 0;
    }
    return all > 0 ? got / all : 1;
}

/* The bytes of a title before a bracket that tells it from others of its name: "Titan (moon)". */
static size_t subject_bracket(struct slice title)
{
    return slice_find(title, SLICE(" ("));
}

/* How far a title is in a text. */
struct title_match {
    size_t at;      /* the first word of the text that is the title's */
    size_t missing; /* telling words that the text lacks */
    double weight;  /* of a word in the text, by idf in the question, on average: names may be long or short */
    size_t telling; /* its words */
    bool name;      /* one of them has a capital in the text, or begins it and a mark follows */
    double bracket; /* how many words of the bracket are in the text, less a little for each that is not */
};

/* Whether word i of the question is written as a name: "Chicago, Illinois", but not "City profile". */
static bool subject_capital(const struct fill *f, struct words text, size_t i)
{
    const struct word *w = &text.at[i];
    size_t end = w->start + w->n;
    bool mark = end < f->ask.text.n && strchr(",:'", f->ask.text.p[end]);
    /* "Louvre Museum", but not "Company Profile" */
    mark = mark || (i == 0 && text.n > 1 && (text.at[1].flags & WORD_CAPITAL) && text.at[1].start == end + 1 &&
                    !lang_has(lang_find(SLICE("en")), LANG_REQUEST_NOUNS, w->fold));
    return (w->flags & WORD_CAPITAL) &&
           (i > 0 || mark || f->terse || (w->n > 1 && ascii_is_upper(f->ask.text.p[w->start + 1])));
}

static struct title_match subject_match(const struct fill *f, size_t rank, struct words text)
{
    const struct view *view = f->session->view;
    const struct words words = view_line(f->arena, view, view_title_line(view, rank)).words;
    const size_t bracket = subject_bracket(view->chosen[rank].passage->title);
    struct title_match out = {.at = text.n};
    size_t telling = 0;
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        size_t at = 0;
        if (w->flags & WORD_STOP)
            continue;
        while (at < text.n && !subject_same(f, &text.at[at], w))
            at++;
        /* "J.R.R. Tolkien" and "Tolkien" are J. R. R. Tolkien. */
        bool initial = w->n == 1 && view->chosen[rank].passage->title.n > w->start + 1 &&
                       view->chosen[rank].passage->title.p[w->start + 1] == '.';
        if (initial && at == text.n && w->start < bracket)
            continue;
        if (w->start >= bracket) {
            out.bracket += at < text.n ? 1 : -0.1;
            continue;
        }
        telling++;
        out.missing += at == text.n;
        out.name = out.name || (at < text.n && subject_capital(f, text, at));
        out.at = at < out.at ? at : out.at;
        for (size_t t = 0; t < f->ask.term_count && at < text.n; t++)
            out.weight += slice_eq(f->ask.terms[t].stem, text.at[at].stem) ? f->ask.terms[t].idf : 0;
    }
    out.missing += telling == 0;
    out.telling = telling;
    out.weight = telling ? out.weight / (double)telling : 0;
    return out;
}

/* Whether all words of the text are of another title, which has more. */
static bool subject_within(const struct fill *f, size_t inner, size_t outer)
{
    const struct view *view = f->session->view;
    const struct words small = view_line(f->arena, view, view_title_line(view, inner)).words;
    const struct words large = view_line(f->arena, view, view_title_line(view, outer)).words;
    const size_t end = subject_bracket(view->chosen[inner].passage->title);
    size_t shared = 0, telling = 0, all = 0;
    for (size_t i = 0; i < small.n && small.at[i].start < end; i++) {
        telling += !(small.at[i].flags & WORD_STOP);
        shared += !(small.at[i].flags & WORD_STOP) && subject_has_stem(large, small.at[i].stem);
    }
    for (size_t i = 0; i < large.n && large.at[i].start < subject_bracket(view->chosen[outer].passage->title); i++)
        all += !(large.at[i].flags & WORD_STOP);
    return shared == telling && telling < all;
}

static bool subject_same_page(const struct fill *f, size_t one, size_t other)
{
    return f->session->view->chosen[one].source == f->session->view->chosen[other].source;
}

/* Whether the request has a word that may name something, beside those for what is wanted of it. */
static bool subject_has_others(const struct fill *f)
{
    for (size_t i = 0; i < f->ask.words.n; i++)
        if (!(f->ask.words.at[i].flags & WORD_STOP) &&
            !lang_has(lang_find(SLICE("en")), LANG_REQUEST_NOUNS, f->ask.words.at[i].fold))
            return true;
    return false;
}

/* Whether the title is only a word for what is wanted: "Data" in "Nestlé company data". */
static bool subject_is_request(const struct fill *f, size_t rank)
{
    const struct view *view = f->session->view;
    const struct words title = view_line(f->arena, view, view_title_line(view, rank)).words;
    return title.n == 1 && lang_has(lang_find(SLICE("en")), LANG_REQUEST_NOUNS, title.at[0].fold);
}

/* Marks the pages whose whole titles the request has. */
static bool subject_by_titles(struct fill *f, struct title_match *match)
{
    const struct view *view = f->session->view;
    double best = 0;
    bool any = false, name = false;
    const bool others = subject_has_others(f);
    for (size_t rank = 0; rank < view->passage_count; rank++) {
        match[rank] = subject_match(f, rank, f->ask.words);
        name = name || (match[rank].missing == 0 && match[rank].name);
    }
    /* "NBA league facts" is about no fact. */
    for (size_t i = 0; i < f->ask.words.n; i++) {
        struct slice word = slice_sub(f->ask.text, f->ask.words.at[i].start, f->ask.words.at[i].n);
        if (lang_has(lang_find(SLICE("en")), LANG_REQUEST_NOUNS, f->ask.words.at[i].fold)) /* "for our CRM" */
            continue;
        name = name || (word.n > 1 && ascii_is_upper(word.p[0]) && ascii_is_upper(word.p[1])) ||
               (i > 0 && (f->ask.words.at[i].flags & WORD_CAPITAL) && !(f->ask.words.at[i].flags & WORD_STOP));
    }
    for (size_t rank = 0; rank < view->passage_count; rank++) {
        /* Beside a name, a single common word is what the request asks for, not what it is about. */
        f->asked[rank] = match[rank].missing == 0 && !(others && subject_is_request(f, rank)) &&
                         (!name || match[rank].name || match[rank].telling > 1);
        best = f->asked[rank] && match[rank].weight > best ? match[rank].weight : best;
    }
    for (size_t rank = 0; rank < view->passage_count; rank++) {
        f->asked[rank] = f->asked[rank] && match[rank].weight >= TITLE_FROM * best;
        f->asked_at[rank] = match[rank].at;
        any |= f->asked[rank];
    }
    return any;
}

static size_t subject_end(const struct word *w)
{
    return w->start + w->n;
}

/* Of titles that are one within the other the longer counts, and of pages of one name the one that fits better. */
static void subject_sort_out(struct fill *f, const struct title_match *match)
{
    const struct view *view = f->session->view;
    bool *drop = arena_array(f->arena, bool, view->passage_count);
    for (size_t i = 0; i < view->passage_count; i++)
        for (size_t o = 0; o < view->passage_count && f->asked[i]; o++) {
            if (!f->asked[o] || subject_same_page(f, i, o))
                continue;
            struct slice mine = view->chosen[i].passage->title, other = view->chosen[o].passage->title;
            bool alike =
                slice_eq(slice_sub(mine, 0, subject_bracket(mine)), slice_sub(other, 0, subject_bracket(other)));
            bool worse = match[i].bracket < match[o].bracket ||
                         (!(match[i].bracket > match[o].bracket) && o < i && !slice_eq(mine, other));
            /* "McDonald's Corporation": what is right behind a name tells what it is */
            bool opens = match[o].at == 0 && (f->ask.words.at[0].flags & WORD_CAPITAL) &&
                         match[i].at < f->ask.words.n &&
                         !(f->ask.words.at[match[i].at].flags & WORD_CAPITAL); /* "Mir space station" */
            bool behind = (match[i].telling == 1 || opens) && (match[o].name || opens) &&
                          match[i].at == match[o].at + match[o].telling && match[i].weight < match[o].weight &&
                          f->ask.words.at[match[i].at].start == subject_end(&f->ask.words.at[match[i].at - 1]) + 1;
            drop[i] = drop[i] || behind || subject_within(f, i, o) || (alike && worse);
        }
    for (size_t i = 0; i < view->passage_count; i++)
        f->asked[i] = f->asked[i] && !drop[i];
}

/* Marks the best page that has all names of the request: in its title ("Harvard" for "Harvard University"), or as an
 * other name or in brackets in its first sentence ("NBA"). */
static bool subject_by_names(struct fill *f)
{
    enum { MISSING_MAX = 2 };
    const struct view *view = f->session->view;
    size_t found = view->passage_count;
    for (size_t rank = 0; rank < view->passage_count && found == view->passage_count; rank++) {
        const struct view_passage *in = &view->passages[rank];
        const struct words title = view_line(f->arena, view, view_title_line(view, rank)).words;
        size_t names = 0, there = 0, other = 0;
        for (size_t t = 0; t < f->ask.term_count; t++) {
            names += f->ask.terms[t].capital || t == 0;
            there += (f->ask.terms[t].capital || t == 0) && subject_has_stem(title, f->ask.terms[t].stem);
        }
        if (in->count && view->chosen[rank].passage->offset == 0) {
            struct lead lead;
            const struct sentence *s = &view->sentences[in->first];
            lead_read(s->text, view_line(f->arena, view, in->first).words, in->lang, true, &lead);
            for (size_t n = 0; n < lead.name_count; n++) {
                struct words said = words_split(f->arena, lead.names[n].text, in->lang);
                size_t same = 0, telling = 0;
                for (size_t i = 0; i < said.n; i++) {
                    telling += !(said.at[i].flags & WORD_STOP);
                    same += !(said.at[i].flags & WORD_STOP) && subject_has_stem(f->ask.words, said.at[i].stem);
                }
                other += telling > 0 && same == telling;
            }
        }
        if (subject_is_request(f, rank) && subject_has_others(f))
            continue;
        if (other || (names && there == names && title.n <= there + MISSING_MAX))
            found = rank;
    }
    for (size_t rank = 0; found < view->passage_count && rank < view->passage_count; rank++)
        f->asked[rank] = subject_same_page(f, rank, found);
    return found < view->passage_count;
}

/* Whether the sentence has the whole title of a page that the request names. */
static bool subject_is_named(const struct fill *f, size_t line)
{
    const struct view *view = f->session->view;
    const struct words said = view_line(f->arena, view, line).words;
    for (size_t rank = 0; rank < view->passage_count; rank++)
        if (f->asked[rank] && subject_match(f, rank, said).missing == 0)
            return true;
    return false;
}

void subject_find(struct fill *f)
{
    const struct view *view = f->session->view;
    struct title_match *match = arena_array(f->arena, struct title_match, view->passage_count);
    f->asked = arena_array(f->arena, bool, view->passage_count);
    f->asked_at = arena_array(f->arena, size_t, view->passage_count);
    f->subject = arena_array(f->arena, double, view->sentence_count);
    f->by_title = subject_by_titles(f, match);
    if (f->by_title)
        subject_sort_out(f, match);
    else
        f->by_title = subject_by_names(f);
    for (size_t p = 0; p < view->passage_count; p++) {
        const struct view_passage *in = &view->passages[p];
        if (in->count == 0)
            continue;
        double whole = BY_PASSAGE * subject_share(f, p, in->first, in->first + in->count - 1);
        for (size_t i = in->first; i < in->first + in->count; i++) {
            double own = subject_share(f, p, i > in->first ? i - 1 : i, i);
            f->subject[i] = own > whole ? own : whole;
            if (f->asked[p])
                f->subject[i] = 1;
            else if (f->by_title && !subject_is_named(f, i))
                f->subject[i] = 0;
        }
    }
}
