#include "research/scribe.h"

/* A sentence of fewer telling words states nothing that could be checked: "Here is what the sources say:". */
enum { CLAIM_WORDS = 3, SENTENCE_BYTES_MAX = 16 * 1024 };

static void release(void *thing)
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
    buf_init(&sc->current, SENTENCE_BYTES_MAX + SCRIBE_SPACE_MAX);
    arena_defer(s->arena, release, &sc->current);
    buf_init(&sc->unsent, SENTENCE_BYTES_MAX);
    arena_defer(s->arena, release, &sc->unsent);
    return sc;
}

static void flush(struct scribe *sc)
{
    if (sc->compose)
        compose_text(sc->compose, buf_slice(&sc->unsent));
    buf_reset(&sc->unsent);
}

static void send(struct scribe *sc, struct slice text)
{
    if (sc->unsent.n + text.n > SENTENCE_BYTES_MAX)
        flush(sc);
    if (sc->compose && !buf_add(&sc->unsent, text)) { /* longer than all sentences */
        buf_reset(&sc->unsent);
        compose_text(sc->compose, text);
    }
}

static struct slice spoken(const struct scribe *sc)
{
    return slice_trim(buf_slice(&sc->current));
}

/* "Varga [1]" and "Varga [1]." state the same. */
static bool says_no_more(struct slice more)
{
    for (size_t i = 0; i < more.n; i++)
        if (!strchr(" \n\t\r.,;:!?)*_\"'", more.p[i]) || !more.p[i])
            return false;
    return true;
}

static bool align_now(struct scribe *sc)
{
    struct slice text = buf_slice(&sc->current);
    if (sc->aligned_at && says_no_more(slice_sub(text, sc->aligned_at, text.n - sc->aligned_at)))
        return true;
    sc->aligned_at = sc->current.n;
    sc->now.alignment = (struct alignment){.verdict = ALIGN_NOT_STATED};
    sc->aligned_bytes += spoken(sc).n;
    if (++sc->aligned > SCRIBE_ALIGNED_MAX || sc->aligned_bytes > SCRIBE_ALIGNED_BYTES)
        return true;
    const struct align_claim claim = {.text = arena_dup(sc->session->arena, spoken(sc)),
                                      .about = sc->question,
                                      .lang = sc->session->lang};
    sc->failed = !align_claim(sc->aligner, &claim, &sc->now.alignment, &sc->error);
    return !sc->failed;
}

static bool supports(const struct alignment *al, const struct source *source)
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
    sc->now.at[sc->now.mark_count] = sc->current.n - sc->space;
    sc->now.marks[sc->now.mark_count++] = source;
    flush(sc);
    if (sc->compose)
        compose_mark(sc->compose, source);
}

static bool claims(const struct scribe *sc)
{
    struct arena *a = arena_new();
    struct words words = words_split(a, spoken(sc), sc->session->lang);
    size_t n = 0;
    for (size_t i = 0; i < words.n; i++)
        n += !(words.at[i].flags & WORD_STOP);
    arena_free(a);
    return n >= CLAIM_WORDS;
}

/* What the sentence keeps, and its white space for the next one. */
static bool close_sentence(struct scribe *sc)
{
    struct arena *a = sc->session->arena;
    struct slice text = buf_slice(&sc->current), rest;
    if (spoken(sc).n == 0)
        return true;
    rest = arena_dup(a, slice_sub(text, text.n - sc->space, sc->space));
    text = slice_sub(text, 0, text.n - sc->space);
    if (!align_now(sc))
        return false;
    sc->now.claims = claims(sc);
    if (sc->now.mark_count == 0 && sc->now.claims && sc->now.alignment.verdict == ALIGN_SUPPORTED)
        put_mark(sc, sc->now.alignment.support[0].sentence->passage->source);
    sc->now.text = arena_dup(a, text);
    *(struct said *)arena_push(a, (void **)&sc->said, sc->said_count, &sc->said_room, sizeof *sc->said) = sc->now;
    sc->said_count++;
    sc->now = (struct said){0};
    sc->aligned_at = 0;
    sc->ended = false;
    sc->marked_after = false;
    sc->space = 0;
    buf_reset(&sc->current);
    buf_add(&sc->current, rest);
    send(sc, rest);
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Bytes of the sentence end that the text ends in: . ! ? … and closing brackets or quotation marks after it. */
static bool at_sentence_end(struct slice text)
{
    static const char *const closing[] = {"\"", "'", ")", "]", "*", "_", "”", "’", "»", "“", "」"};
    static const char *const ends[] = {".", "!", "?", "…", "。", "！", "？", ":"};
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < sizeof closing / sizeof closing[0]; i++)
            if (slice_ends(text, slice_of(closing[i]))) {
                text.n -= strlen(closing[i]);
                more = true;
            }
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (slice_ends(text, slice_of(ends[i])))
            return true;
    return false;
}

static bool ends_wide(struct slice text)
{
    return slice_ends(text, SLICE("。")) || slice_ends(text, SLICE("！")) || slice_ends(text, SLICE("？"));
}

static void add(struct scribe *sc, struct slice text)
{
    buf_add(&sc->current, text);
    send(sc, text);
}

/* "Varga [1]." became "Varga[1]": the space was there for the mark. */
static void drop_space_of_mark(struct scribe *sc, struct slice run)
{
    if (sc->marked_after && sc->space && strchr(".,;:!?", run.p[0])) {
        sc->current.n -= sc->space;
        sc->space = 0;
    }
    sc->marked_after = false;
}

/* One run: either white space, or none in it. */
static bool take_run(struct scribe *sc, struct slice run)
{
    if (!is_space(run.p[0]))
        drop_space_of_mark(sc, run);
    struct slice before = slice_sub(buf_slice(&sc->current), 0, sc->current.n - sc->space);
    if (is_space(run.p[0])) {
        bool line = memchr(run.p, '\n', run.n) != NULL;
        sc->ended = sc->ended || ((line || at_sentence_end(before)) && spoken(sc).n > 0);
        if (run.n > SCRIBE_SPACE_MAX - sc->space)
            run.n = SCRIBE_SPACE_MAX - sc->space;
        buf_add(&sc->current, run);
        sc->space += run.n;
        return true;
    }
    /* "Dr. smith": an end is none when a small letter follows, unless a line ended. */
    bool small = run.p[0] >= 'a' && run.p[0] <= 'z';
    bool line = sc->space && memchr(buf_slice(&sc->current).p + before.n, '\n', sc->space);
    if ((sc->ended && (!small || line)) || ends_wide(before)) {
        if (!close_sentence(sc))
            return false;
    } else if (sc->space) {
        send(sc, slice_sub(buf_slice(&sc->current), before.n, sc->space));
    }
    sc->ended = false;
    sc->space = 0;
    if (sc->current.n + run.n > SENTENCE_BYTES_MAX && !close_sentence(sc))
        return false;
    add(sc, run);
    return true;
}

bool scribe_text(void *ud, struct slice text)
{
    struct scribe *sc = ud;
    while (text.n) {
        size_t n = 1;
        while (n < text.n && is_space(text.p[n]) == is_space(text.p[0]))
            n++;
        if (!take_run(sc, slice_sub(text, 0, n)))
            return false;
        text = slice_sub(text, n, text.n - n);
    }
    flush(sc);
    return !sc->compose || compose_heard(sc->compose);
}

bool scribe_mark(void *ud, struct source *source)
{
    struct scribe *sc = ud;
    if (spoken(sc).n == 0)
        return true; /* before any word: the sentence gets what supports it when it ends */
    sc->marked_after = sc->space > 0;
    if (!align_now(sc))
        return false;
    if (supports(&sc->now.alignment, source))
        put_mark(sc, source);
    else
        sc->now.refused++;
    return !sc->compose || compose_heard(sc->compose);
}

bool scribe_finish(struct scribe *sc)
{
    bool ok = close_sentence(sc);
    flush(sc);
    return ok;
}

void scribe_send(struct scribe *sc, struct compose *c)
{
    for (size_t i = 0; i < sc->said_count; i++) {
        const struct said *said = &sc->said[i];
        size_t from = 0;
        while (i == 0 && from < said->text.n && is_space(said->text.p[from]))
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

static void add_support(struct claim *claim, const struct sentence *s)
{
    for (size_t i = 0; s && i < claim->support_count; i++)
        if (claim->support[i] == s)
            return;
    if (s)
        claim->support[claim->support_count++] = s;
}

/* Of each sentence only spans of pages that it cites. */
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
    struct claim out = {.field = SLICE("output"), .note = SLICE("")};
    size_t stated = 0, supported = 0, against = 0;
    out.support = arena_array(sc->session->arena, const struct sentence *,
                              sc->said_count * (2 * ALIGN_LISTED_MAX + 1));
    for (size_t i = 0; i < sc->said_count; i++) {
        const struct said *said = &sc->said[i];
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
    /* What the words of the pages confirm is likelier than what the ranker alone hoped for; what they do not is less so. */
    double share = (double)supported / (double)stated;
    out.probability = share * (1 - (1 - answerable) / 2) * (against ? 0.5 : 1);
    if (supported < stated)
        out.note = arena_printf(sc->session->arena, "%zu of %zu sentences are stated by no page and carry no number.",
                                stated - supported, stated);
    return out;
}
