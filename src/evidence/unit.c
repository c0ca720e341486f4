#include "evidence/unit.h"

#include "base/ascii.h"
#include "text/marks.h"

enum {
    SHORT_LIST_WORDS = 70,  /* a list up to this long is quoted whole */
    VALUE_WORDS = 8,        /* a sentence up to this long under a heading is a value: it needs the heading's name */
    DESCRIPTION_WORDS = 60, /* of a term */
    FOLLOWING_MAX = 24,     /* sentences of a unit */
};

static bool unit_announces(const struct sentence *s)
{
    return mark_ends(s->text, ":" MARK_WIDE_COLON) > 0;
}

static const struct sentence *unit_at(const struct view *v, const struct sentence *s, uint32_t number)
{
    return &v->sentences[v->passages[s->passage_rank].first + number];
}

/* What is above the passage is of its first block only, and its names of all before the first heading or term. */
static const struct sentence *unit_outside(const struct view *v, const struct sentence *s, bool lead)
{
    const struct view_passage *in = &v->passages[s->passage_rank];
    for (size_t i = in->above_count; i-- > 0;)
        if (sentence_names(&in->above[i]) != lead)
            return !lead || s->run_first == 0 ? &in->above[i] : NULL;
    return NULL;
}

static const struct sentence *unit_name(const struct view *v, const struct sentence *s)
{
    const struct sentence *name = s->under != SENTENCE_NONE ? unit_at(v, s, s->under) : unit_outside(v, s, false);
    if (!name || (name->kind == BLOCK_HEADING && s->length > VALUE_WORDS))
        return NULL;
    return name;
}

static const struct sentence *unit_lead(const struct view *v, const struct sentence *s)
{
    const struct sentence *lead = s->lead != SENTENCE_NONE ? unit_at(v, s, s->lead) : unit_outside(v, s, true);
    return lead == s ? NULL : lead;
}

static bool unit_numbered(const struct sentence *s)
{
    return s->text.n > 0 && ascii_is_digit(s->text.p[0]);
}

struct saying {
    struct unit *unit;
    size_t max_words;
};

/* False: there is no room for it. */
static bool unit_say(struct saying *say, const struct sentence *s)
{
    if (say->unit->count == FOLLOWING_MAX || say->unit->words + s->length > say->max_words)
        return false;
    say->unit->said[say->unit->count++] = s;
    say->unit->words += s->length;
    return true;
}

/* What a ":" announces: a list, a table, code or a paragraph; of terms with descriptions the names. */
static void unit_follow(const struct view *v, const struct sentence *s, struct saying *say)
{
    const struct view_passage *in = &v->passages[s->passage_rank];
    size_t next = s->number + 1;
    if (next >= in->count)
        return;
    const struct sentence *first = unit_at(v, s, (uint32_t)next);
    if (first->kind == BLOCK_HEADING)
        return;
    size_t end = first->kind == BLOCK_TERM ? in->count : first->run_end;
    for (size_t i = next; i < end; i++) {
        const struct sentence *one = unit_at(v, s, (uint32_t)i);
        if (one->kind == BLOCK_HEADING)
            return;
        if ((first->kind != BLOCK_TERM || one->kind == BLOCK_TERM) && !unit_say(say, one))
            return;
    }
}

/* All that a term says: the paragraph, and behind it what is short ("Default: 20"). */
static void unit_describe(const struct view *v, const struct sentence *s, struct saying *say)
{
    const struct view_passage *in = &v->passages[s->passage_rank];
    size_t words = 0;
    uint32_t from = s->run_first, to = s->run_end;
    for (uint32_t i = from; i < to; i++)
        words += unit_at(v, s, i)->length;
    while (to < in->count) {
        const struct sentence *next = unit_at(v, s, to);
        size_t more = 0;
        for (uint32_t i = next->run_first; i < next->run_end; i++)
            more += unit_at(v, s, i)->length;
        if (next->kind != BLOCK_PARAGRAPH || next->under != s->under || more > VALUE_WORDS)
            break;
        to = next->run_end;
        words += more;
    }
    if (words > DESCRIPTION_WORDS)
        from = (uint32_t)s->number;
    for (uint32_t i = from; i < to; i++) {
        const struct sentence *one = unit_at(v, s, i);
        if (one != s && words > DESCRIPTION_WORDS && say->unit->words + one->length > DESCRIPTION_WORDS)
            break;
        if (!unit_say(say, one))
            break;
    }
}

/* The whole list where that is short, or where each item is a step: as far as there is room. */
static bool unit_list(const struct view *v, const struct sentence *s, struct saying *say)
{
    size_t words = 0;
    for (uint32_t i = s->run_first; i < s->run_end; i++)
        words += unit_at(v, s, i)->length;
    if (words > SHORT_LIST_WORDS && !unit_numbered(unit_at(v, s, s->run_first)))
        return false;
    if (say->unit->words + words > say->max_words)
        return false;
    for (uint32_t i = s->run_first; i < s->run_end; i++)
        if (!unit_say(say, unit_at(v, s, i)))
            break;
    return true;
}

struct unit unit_of(struct arena *a, const struct view *v, const struct sentence *s, size_t max_words)
{
    struct unit out = {.name = unit_name(v, s),
                       .lead = unit_lead(v, s),
                       .said = arena_array(a, const struct sentence *, FOLLOWING_MAX)};
    struct saying say = {&out, max_words};
    out.words = (out.name ? out.name->length : 0) + (out.lead ? out.lead->length : 0);
    if (s->kind == BLOCK_ITEM && s->run_end - s->run_first > 1 && unit_list(v, s, &say))
        return out;
    if (s->kind == BLOCK_PARAGRAPH && out.name && out.name->kind == BLOCK_TERM && !unit_announces(s)) {
        unit_describe(v, s, &say);
        if (out.count)
            return out;
    }
    out.said[out.count++] = s;
    out.words += s->length;
    if (unit_announces(s))
        unit_follow(v, s, &say);
    return out;
}
