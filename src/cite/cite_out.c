/* cite_out.c - tidies the spaces where something was dropped.
 *
 * Without sources 7 to 9, "The tower [7] is old ([8], [9])." must become "The tower is old." and not "The tower  is old
 * (, ).". All other text must stay as the model wrote it. So white space, open parentheses and commas between marks
 * wait in a small buffer until the next character shows whether they are still needed. */
#include "cite/cite_out.h"
#include "text/marks.h"

enum { READY_BYTES = 16 * 1024, HAND_OVER_BYTES = 4096 };

void cite_out_init(struct cite_out *o, const struct cite_output *to)
{
    *o = (struct cite_out){.to = to};
    buf_init(&o->ready, READY_BYTES);
}

void cite_out_release(struct cite_out *o)
{
    buf_release(&o->ready);
}

void cite_out_flush(struct cite_out *o)
{
    if (o->ready.n > 0 && !o->gone)
        o->gone = !o->to->text(o->to->ud, buf_slice(&o->ready));
    buf_reset(&o->ready);
}

static void out_ready(struct cite_out *o, struct slice text)
{
    if (text.n == 0)
        return;
    if (o->ready.n + text.n > HAND_OVER_BYTES)
        cite_out_flush(o);
    buf_add(&o->ready, text); /* a piece is at most CITE_HELD_MAX */
    o->last = text.p[text.n - 1];
}

static void release_pending(struct cite_out *o)
{
    out_ready(o, (struct slice){o->pending, o->pending_n});
    o->pending_n = 0;
}

static char pending_end(const struct cite_out *o)
{
    return o->pending_n ? o->pending[o->pending_n - 1] : 0;
}

/* Removes characters of the set from the end of the pending text. True if one of them was a space. */
static bool out_strip(struct cite_out *o, const char *set)
{
    bool space = false;
    for (char c; (c = pending_end(o)) != 0 && strchr(set, c); o->pending_n--)
        space = space || c == ' ' || c == '\t';
    return space;
}

static void out_push(struct cite_out *o, char c)
{
    if (o->pending_n == sizeof o->pending)
        release_pending(o);
    o->pending[o->pending_n++] = c;
}

static void add_space(struct cite_out *o, char c)
{
    char before = o->pending_n ? pending_end(o) : o->last;
    if (c == '\n') {
        if (o->dropped)
            out_strip(o, " \t,;");
        o->dropped = o->list = false;
    } else if (o->dropped && (before == 0 || strchr(" \t\n(", before))) {
        return;
    }
    out_push(o, c);
}

static bool is_closer(struct slice text)
{
    return mark_starts(text, MARKS_AFTER_WORD);
}

/* Tidies pending text behind something dropped. False if the character itself must be dropped too. */
static bool out_tidy(struct cite_out *o, struct slice text)
{
    char c = text.p[0];
    if (!is_closer(text))
        return true;
    out_strip(o, " \t");
    if (c == ')' && pending_end(o) == '(') { /* the parentheses are empty now */
        o->pending_n--;
        return false;
    }
    if (char_in(c, ".;:!?)"))
        out_strip(o, ",;");
    return !((c == ',' || c == ';') && pending_end(o) == '(');
}

void cite_out_text(struct cite_out *o, struct slice text)
{
    char c = text.p[0];
    if (text.n == 1 && char_in(c, " \t\n\r")) {
        add_space(o, c);
        return;
    }
    if (o->dropped && !out_tidy(o, text))
        return;
    if (text.n == 1 && (c == '(' || (o->list && (c == ',' || c == ';')))) {
        o->dropped = o->dropped && c != '(';
        o->list = o->list && c != '(';
        out_push(o, c);
        return;
    }
    o->dropped = o->list = false;
    o->last_mark = NULL;
    release_pending(o);
    out_ready(o, text);
}

void cite_out_code(struct cite_out *o, struct slice code)
{
    o->dropped = o->list = false;
    o->last_mark = NULL;
    release_pending(o);
    out_ready(o, code);
}

void cite_out_mark(struct cite_out *o, struct source *source)
{
    if (o->last_mark == source && (!o->pending_n || o->list)) {
        cite_out_drop(o);
        return;
    }
    if (o->list && o->dropped && out_strip(o, " \t,;"))
        out_push(o, ' ');
    release_pending(o);
    cite_out_flush(o);
    if (!o->gone)
        o->gone = !o->to->mark(o->to->ud, source);
    o->last = ']';
    o->last_mark = source;
    o->dropped = false;
    o->list = true;
}

void cite_out_drop(struct cite_out *o)
{
    if (o->list && out_strip(o, " \t,;"))
        out_push(o, ' ');
    o->dropped = o->list = true;
}

void cite_out_finish(struct cite_out *o, bool tail)
{
    if (o->dropped || tail)
        out_strip(o, tail ? " \t\r\n" : " \t,;");
    release_pending(o);
    cite_out_flush(o);
}
