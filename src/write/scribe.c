#include "write/scribe.h"
#include "base/ascii.h"

#include "facts/stated.h"
#include "text/letters.h"
#include "text/marks.h"

/* A sentence with fewer telling words states nothing that could be checked: "Here is what the sources say:". A label
 * and its value are enough. */
enum { CLAIM_WORDS = 3, LABELLED_WORDS = 2, SENTENCE_BYTES_MAX = 16 * 1024 };

static void scribe_release(void *thing)
{
    buf_release(thing);
}

struct scribe *scribe_new(struct session *s, const struct briefing *b, struct slice question, struct compose *compose)
{
    struct scribe *sc = arena_array(s->arena, struct scribe, 1);
    sc->session = s;
    sc->briefing = b;
    sc->question = question;
    sc->compose = compose;
    sc->aligner = align_new(s->arena, b->view, s->pool);
    align_mean(sc->aligner, s->world->meaning, &s->deadline);
    buf_init(&sc->current, SENTENCE_BYTES_MAX + SCRIBE_SPACE_MAX);
    arena_defer(s->arena, scribe_release, &sc->current);
    buf_init(&sc->unsent, SENTENCE_BYTES_MAX);
    arena_defer(s->arena, scribe_release, &sc->unsent);
    return sc;
}

static bool holds_back(const struct scribe *sc)
{
    return sc->compose && sc->session->world->unsupported == UNSUPPORTED_DROP;
}

static void scribe_flush(struct scribe *sc)
{
    struct slice text = buf_slice(&sc->unsent);
    while (holds_back(sc) && compose_bytes(sc->compose) == 0 && text.n && ascii_is_json_space(text.p[0]))
        text = slice_sub(text, 1, text.n - 1); /* it stood behind a sentence that was dropped */
    if (sc->compose)
        compose_text(sc->compose, text);
    buf_reset(&sc->unsent);
}

static void scribe_pass(struct scribe *sc, struct slice text)
{
    if (sc->unsent.n + text.n > SENTENCE_BYTES_MAX)
        scribe_flush(sc);
    if (sc->compose && !buf_add(&sc->unsent, text)) { /* longer than the buffer */
        buf_reset(&sc->unsent);
        compose_text(sc->compose, text);
    }
}

static struct slice scribe_spoken(const struct scribe *sc)
{
    return slice_trim(buf_slice(&sc->current));
}

/* Whether the current sentence begins a line of the text. */
static bool starts_line(const struct scribe *sc)
{
    struct slice text = buf_slice(&sc->current);
    for (size_t i = 0; i < text.n && ascii_is_json_space(text.p[i]); i++)
        if (text.p[i] == '\n')
            return true;
    return sc->said_count == 0;
}

static struct scribe_line scribe_line_now(const struct scribe *sc, struct arena *a)
{
    bool starts = starts_line(sc);
    struct scribe_line out = scribe_line_read(a, scribe_spoken(sc), starts, sc->in_code, sc->before, sc->session->lang);
    if (!starts && out.kind == SCRIBE_LINE_TEXT)
        out.name = sc->label;
    return out;
}

/* Whether the text since the last comparison is only marks and spaces: "Varga [1]" and "Varga [1]." state the same. */
static bool says_no_more(struct slice more)
{
    for (size_t i = 0; i < more.n; i++)
        if (!char_in(more.p[i], " \n\t\r.,;:!?)*_\"'"))
            return false;
    return true;
}

static bool align_as(struct scribe *sc, struct slice text, struct slice name)
{
    const struct align_claim claim = {.text = text, .name = name, .about = sc->question, .lang = sc->session->lang};
    sc->failed = !align_claim(sc->aligner, &claim, &sc->now.alignment, &sc->error);
    return !sc->failed;
}

/* "Year built: 1871" is supported if one word of the label, or another word for it, is: "height" by "48 m high". */
static bool align_labelled(struct scribe *sc, const struct scribe_line *line)
{
    const struct lang *lang = sc->session->lang;
    struct words words = words_split(sc->session->arena, line->name, lang);
    for (size_t i = 0; i < words.n; i++) {
        const struct lang_entry *e = lang_entry(lang, LANG_SYNONYMS, words.at[i].fold);
        struct slice rest = e ? e->value : SLICE("");
        if ((words.at[i].flags & WORD_STOP) || lang_has(lang, LANG_GENERIC, words.at[i].fold))
            continue;
        for (struct slice name = words.at[i].fold; name.n && sc->now.alignment.verdict == ALIGN_NOT_STATED;) {
            if (!align_as(sc, line->text, name))
                return false;
            size_t n = 0;
            while (n < rest.n && rest.p[n] != ' ')
                n++;
            name = slice_sub(rest, 0, n);
            rest = slice_sub(rest, n + (n < rest.n), rest.n - n - (n < rest.n));
        }
    }
    return true;
}

static bool align_now(struct scribe *sc)
{
    struct slice text = buf_slice(&sc->current);
    if (sc->aligned_at && says_no_more(slice_sub(text, sc->aligned_at, text.n - sc->aligned_at)))
        return true;
    sc->aligned_at = sc->current.n;
    sc->now.alignment = (struct alignment){.verdict = ALIGN_NOT_STATED};
    sc->aligned_bytes += scribe_spoken(sc).n;
    if (++sc->aligned > SCRIBE_ALIGNED_MAX || sc->aligned_bytes > SCRIBE_ALIGNED_BYTES)
        return true;
    struct scribe_line line = scribe_line_now(sc, sc->session->arena);
    if (line.kind == SCRIBE_LINE_FENCE || line.kind == SCRIBE_LINE_CODE)
        return true;
    line.text = arena_dup(sc->session->arena, line.text);
    return align_as(sc, line.text, line.name) && (!line.name.n || align_labelled(sc, &line));
}

static bool scribe_supports(const struct alignment *al, const struct source *source)
{
    for (size_t i = 0; i < al->support_count; i++)
        if (al->support[i].sentence->passage->source == source)
            return al->verdict == ALIGN_SUPPORTED;
    return false;
}

static bool has_mark(const struct said *said, const struct source *source)
{
    for (size_t i = 0; i < said->mark_count; i++)
        if (said->marks[i] == source)
            return true;
    return said->mark_count == SCRIBE_MARKS_MAX;
}

static void put_mark(struct scribe *sc, struct source *source)
{
    if (has_mark(&sc->now, source))
        return;
    sc->now.at[sc->now.mark_count] = sc->current.n - sc->space - sc->pipe;
    sc->now.marks[sc->now.mark_count++] = source;
    scribe_flush(sc);
    if (sc->compose)
        compose_mark(sc->compose, source);
}

/* Sets `claims` and `refuses`. "None of the sources says why" refuses. */
static void scribe_weigh(const struct scribe *sc, struct said *now)
{
    struct arena *a = arena_new();
    const struct lang *lang = sc->session->lang;
    struct scribe_line line = scribe_line_now(sc, a);
    struct words words = words_split(a, line.text, lang);
    size_t telling = 0, of_evidence = 0;
    for (size_t i = 0; i < words.n; i++) {
        telling += !(words.at[i].flags & WORD_STOP);
        of_evidence += lang_has(lang, LANG_EVIDENCE_WORDS, words.at[i].fold);
    }
    now->refuses =
        now->alignment.verdict != ALIGN_SUPPORTED && of_evidence > 0 && stated_denies(scribe_spoken(sc), words, lang);
    struct words named = words_split(a, line.name, lang);
    for (size_t i = 0; i < named.n; i++)
        telling += !(named.at[i].flags & WORD_STOP);
    now->line = line.kind;
    now->starts = starts_line(sc);
    now->claims =
        scribe_line_states(line.kind) && !now->refuses && telling >= (line.name.n ? LABELLED_WORDS : CLAIM_WORDS);
    arena_free(a);
}

/* What is done with the sentence that ends now, if no page states it. */
static void close_unsupported(struct scribe *sc)
{
    if (!sc->compose || !sc->now.claims || sc->now.mark_count)
        return;
    if (sc->session->world->unsupported == UNSUPPORTED_MARK) {
        scribe_pass(sc, SLICE(UNSUPPORTED_SIGN));
    } else if (holds_back(sc)) {
        sc->now.dropped = true;
        buf_reset(&sc->unsent);
    }
}

/* "Height" of "Height:"; "1." is no label. */
static struct slice label_of(struct arena *a, struct slice lead)
{
    if (!slice_ends(lead, SLICE(":")))
        return SLICE("");
    while (lead.n && char_in(lead.p[lead.n - 1], ":*_ "))
        lead.n--;
    return arena_dup(a, lead);
}

/* A mark goes before the "|" that ends a row, not behind the table. */
static void pass_pipe(struct scribe *sc)
{
    if (sc->pipe)
        scribe_pass(sc, SLICE("|"));
    sc->pipe = false;
}

/* Ends the current sentence; the white space at its end begins the next one. */
static bool close_sentence(struct scribe *sc)
{
    struct arena *a = sc->session->arena;
    struct slice text = buf_slice(&sc->current), rest;
    if (scribe_spoken(sc).n == 0)
        return true;
    rest = arena_dup(a, slice_sub(text, text.n - sc->space, sc->space));
    text = slice_sub(text, 0, text.n - sc->space);
    if (!align_now(sc))
        return false;
    scribe_weigh(sc, &sc->now);
    if (sc->now.mark_count == 0 && sc->now.claims && sc->now.alignment.verdict == ALIGN_SUPPORTED)
        put_mark(sc, sc->now.alignment.support[0].sentence->passage->source);
    close_unsupported(sc);
    pass_pipe(sc);
    if (holds_back(sc))
        scribe_flush(sc);
    if (sc->now.line == SCRIBE_LINE_FENCE)
        sc->in_code = !sc->in_code;
    sc->before = sc->now.line;
    sc->label = sc->now.line == SCRIBE_LINE_LEAD ? label_of(a, scribe_line_now(sc, a).text) : SLICE("");
    sc->now.text = arena_dup(a, text);
    *arena_push(a, &sc->said, sc->said_count, &sc->said_room) = sc->now;
    sc->said_count++;
    sc->now = (struct said){0};
    sc->aligned_at = 0;
    sc->ended = false;
    sc->marked_after = false;
    sc->space = 0;
    buf_reset(&sc->current);
    buf_add(&sc->current, rest);
    scribe_pass(sc, rest);
    return true;
}

/* Whether the text ends in a sentence end, maybe with closing brackets or quotation marks after it. */
static bool at_sentence_end(struct slice text)
{
    for (size_t n; (n = mark_ends(text, MARKS_CLOSING));)
        text.n -= n;
    return mark_ends(text, MARKS_SENTENCE_END);
}

static bool ends_wide(struct slice text)
{
    return mark_ends(text, MARKS_WIDE_END);
}

static void scribe_add(struct scribe *sc, struct slice text)
{
    pass_pipe(sc);
    buf_add(&sc->current, text);
    sc->pipe = slice_is(text, "|") && scribe_spoken(sc).n > text.n;
    if (!sc->pipe)
        scribe_pass(sc, text);
}

/* The mark of "Varga [1]." was put before the space, "Varga[1] ."; before punctuation the space goes. */
static void drop_space_of_mark(struct scribe *sc, struct slice run)
{
    if (sc->marked_after && sc->space && char_in(run.p[0], ".,;:!?")) {
        sc->current.n -= sc->space;
        sc->space = 0;
    }
    sc->marked_after = false;
}

/* Takes a run of text that is all white space, or has none. */
static bool take_run(struct scribe *sc, struct slice run)
{
    if (!ascii_is_json_space(run.p[0]))
        drop_space_of_mark(sc, run);
    struct slice before = slice_sub(buf_slice(&sc->current), 0, sc->current.n - sc->space);
    if (ascii_is_json_space(run.p[0])) {
        bool line = memchr(run.p, '\n', run.n) != NULL;
        sc->ended = sc->ended || ((line || at_sentence_end(before)) && scribe_spoken(sc).n > 0);
        if (run.n > SCRIBE_SPACE_MAX - sc->space)
            run.n = SCRIBE_SPACE_MAX - sc->space;
        buf_add(&sc->current, run);
        sc->space += run.n;
        return true;
    }
    /* A sentence end before a small letter is none ("approx. five"), unless a line ended. */
    bool small = starts_small(run);
    bool line = sc->space && memchr(buf_slice(&sc->current).p + before.n, '\n', sc->space);
    if ((sc->ended && (!small || line)) || ends_wide(before)) {
        if (!close_sentence(sc))
            return false;
    } else if (sc->space) {
        pass_pipe(sc);
        scribe_pass(sc, slice_sub(buf_slice(&sc->current), before.n, sc->space));
    }
    sc->ended = false;
    sc->space = 0;
    if (sc->current.n + run.n > SENTENCE_BYTES_MAX && !close_sentence(sc))
        return false;
    scribe_add(sc, run);
    return true;
}

bool scribe_text(void *ud, struct slice text)
{
    struct scribe *sc = ud;
    while (text.n) {
        size_t n = 1;
        while (n < text.n && ascii_is_json_space(text.p[n]) == ascii_is_json_space(text.p[0]))
            n++;
        if (!take_run(sc, slice_sub(text, 0, n)))
            return false;
        text = slice_sub(text, n, text.n - n);
    }
    if (!holds_back(sc))
        scribe_flush(sc);
    return !sc->compose || compose_heard(sc->compose);
}

bool scribe_mark(void *ud, struct source *source)
{
    struct scribe *sc = ud;
    if (scribe_spoken(sc).n == 0)
        return true; /* a mark before any word is dropped; the sentence may get one when it ends */
    sc->marked_after = sc->space > 0;
    if (!align_now(sc))
        return false;
    if (scribe_supports(&sc->now.alignment, source))
        put_mark(sc, source);
    else
        sc->now.refused++;
    return !sc->compose || compose_heard(sc->compose);
}

bool scribe_finish(struct scribe *sc)
{
    bool ok = close_sentence(sc);
    scribe_flush(sc);
    if (sc->compose)
        compose_settle(sc->compose);
    return ok;
}

void scribe_send(struct scribe *sc, struct compose *c)
{
    for (size_t i = 0; i < sc->said_count; i++) {
        const struct said *said = &sc->said[i];
        size_t from = 0;
        while (i == 0 && from < said->text.n && ascii_is_json_space(said->text.p[from]))
            from++;
        for (size_t m = 0; m < said->mark_count; m++) {
            if (said->at[m] > from) {
                compose_text(c, slice_sub(said->text, from, said->at[m] - from));
                from = said->at[m];
            }
            compose_mark(c, said->marks[m]);
        }
        compose_text(c, slice_sub(said->text, from, said->text.n - from));
    }
}

/* Whether nothing is left of what said[i] announces: it stood before sentences that were dropped, and what comes next
 * announces something itself. */
static bool announces_nothing(const struct scribe *sc, size_t i)
{
    size_t next = i + 1;
    while (next < sc->said_count && sc->said[next].dropped)
        next++;
    if (next == i + 1 || !scribe_line_announces(sc->said[i].line))
        return false;
    if (next == sc->said_count)
        return true;
    const struct said *one = &sc->said[i], *other = &sc->said[next];
    bool row = other->line == SCRIBE_LINE_ROW || other->line == SCRIBE_LINE_HEADER;
    if (one->line == SCRIBE_LINE_HEADER)
        return !row;
    return other->starts && one->line >= other->line && scribe_line_announces(other->line);
}

size_t scribe_drop(struct scribe *sc)
{
    size_t kept = 0, claims = 0;
    for (size_t i = sc->said_count; i-- > 0;) {
        struct said *said = &sc->said[i];
        bool claim = said->claims && said->mark_count == 0;
        claims += claim;
        said->dropped = claim || announces_nothing(sc, i);
    }
    for (size_t i = 0; i < sc->said_count; i++)
        if (!sc->said[i].dropped)
            sc->said[kept++] = sc->said[i];
    sc->said_count = kept;
    return claims;
}

size_t scribe_unsupported(const struct scribe *sc)
{
    size_t n = 0;
    for (size_t i = 0; i < sc->said_count; i++)
        n += sc->said[i].claims && sc->said[i].mark_count == 0;
    return n;
}

static void add_support(struct claim *claim, const struct sentence *s)
{
    for (size_t i = 0; s && i < claim->support_count; i++)
        if (claim->support[i] == s)
            return;
    if (s)
        claim->support[claim->support_count++] = s;
}

/* Adds the spans of the pages that the sentence cites. */
static void add_spans(struct claim *claim, const struct said *said)
{
    for (size_t i = 0; i < said->alignment.support_count; i++) {
        const struct align_span *span = &said->alignment.support[i];
        for (size_t m = 0; m < said->mark_count; m++)
            if (said->marks[m] == span->sentence->passage->source) {
                add_support(claim, span->sentence);
                add_support(claim, span->second);
            }
    }
    add_support(claim, said->witness);
}

struct claim scribe_claim(struct scribe *sc, double answerable)
{
    struct claim out = {.field = SLICE("output"), .note = SLICE(""), .written = true};
    size_t stated = 0, supported = 0, against = 0;
    out.support = arena_array(sc->session->arena, const struct sentence *, sc->said_count * (2 * ALIGN_LISTED_MAX + 1));
    for (size_t i = 0; i < sc->said_count; i++) {
        const struct said *said = &sc->said[i];
        if (said->dropped)
            continue;
        bool good = said->mark_count > 0;
        stated += said->claims || good;
        supported += good;
        against += said->alignment.verdict == ALIGN_CONTRADICTED && !said->settled;
        if (good)
            add_spans(&out, said);
    }
    if (supported == 0) {
        out.note = SLICE("No page states what the language model wrote, so nothing is cited.");
        return out;
    }
    /* Support by the pages' words halves the doubt that the ranker left; unsupported sentences lower the probability by
     * their share, and a contradicted one halves it. These factors were set by hand. */
    double share = (double)supported / (double)stated;
    out.probability = share * (1 - (1 - answerable) / 2) * (against ? 0.5 : 1);
    if (supported < stated)
        out.note = arena_printf(
            sc->session->arena, "%zu of %zu sentences are stated by no page and %s.", stated - supported, stated,
            sc->compose && sc->session->world->unsupported == UNSUPPORTED_MARK ? "end in " UNSUPPORTED_SIGN
                                                                               : "carry no number");
    return out;
}
