#include "write/scribe_line.h"

#include "base/ascii.h"
#include "text/letters.h"
#include "text/words.h"

enum { LEAD_WORDS = 12, FENCE = 3, LABEL_BYTES = 80 };

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_digit(text.p[i]))
            return true;
    return false;
}

static bool is_fence(struct slice line)
{
    return line.n >= FENCE && (line.p[0] == '`' || line.p[0] == '~') && line.p[1] == line.p[0] &&
           line.p[2] == line.p[0];
}

static bool is_dashes(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!char_in(line.p[i], "|-: "))
            return false;
    return line.n > 0;
}

static struct slice without_first(struct slice text, size_t n)
{
    return slice_trim(slice_sub(text, n, text.n - n));
}

/* Without "- ", "> ", "2) " and "[x] " at its start. */
static struct slice without_bullets(struct slice line)
{
    for (;;) {
        size_t n = 0;
        while (n < line.n && ascii_is_digit(line.p[n]))
            n++;
        if (n > 0 && n + 1 < line.n && (line.p[n] == ')' || line.p[n] == '.') && line.p[n + 1] == ' ')
            line = without_first(line, n + 1);
        else if (line.n > 1 && char_in(line.p[0], "-*+>") && line.p[1] == ' ')
            line = without_first(line, 1);
        else if (line.n > FENCE && line.p[0] == '[' && line.p[2] == ']' && char_in(line.p[1], " xX"))
            line = without_first(line, FENCE);
        else
            return line;
    }
}

/* The cells of a row with commas between them, without a number that only counts the rows. */
static struct scribe_line read_row(struct arena *a, struct slice line, enum scribe_line_kind kind)
{
    struct arena_text out = {.arena = a};
    struct slice first = {"", 0}, second = {"", 0};
    size_t cells = 0, from = 1;
    for (size_t i = 1; i <= line.n; i++) {
        if (i < line.n && line.p[i] != '|')
            continue;
        struct slice cell = slice_trim(slice_sub(line, from, i - from));
        size_t digits = 0;
        while (digits < cell.n && ascii_is_digit(cell.p[digits]))
            digits++;
        if (cell.n && (cells > 0 || digits < cell.n || i + 1 >= line.n)) {
            arena_text_printf(&out, "%s%.*s", cells ? ", " : "", SLICE_ARGS(cell));
            first = cells == 0 ? cell : first;
            second = cells == 1 ? cell : second;
            cells++;
        }
        from = i + 1;
    }
    bool pair = cells == 2 && first.n < LABEL_BYTES;
    return (struct scribe_line){kind, pair ? second : arena_text_slice(&out), pair ? first : SLICE("")};
}

static struct slice without_stars(struct slice line)
{
    while (line.n && strchr("*_ ", line.p[line.n - 1]))
        line.n--;
    while (line.n && strchr("*_ ", line.p[0]))
        line = slice_sub(line, 1, line.n - 1);
    return line;
}

static bool talk_offers(struct slice text, const struct lang *lang)
{
    struct lang_entries all = lang_entries(lang, LANG_OFFERS);
    for (size_t i = 0; i < all.n; i++)
        if (letters_start_nocase(text, all.at[i].word))
            return true;
    return false;
}

static bool counts_only(struct words words)
{
    for (size_t i = 0; i < words.n; i++)
        if (!(words.at[i].flags & WORD_NUMBER))
            return false;
    return true;
}

/* "Here are the facts:". A longer text, and one with figures, may state something before its colon. */
static bool leads_in(struct slice plain, struct words words)
{
    if (!slice_ends(plain, SLICE(":")) && !slice_ends(plain, SLICE("\xef\xbc\x9a")))
        return false;
    return !has_digit(plain) && words.n <= LEAD_WORDS;
}

struct scribe_line scribe_line_read(struct arena *a, struct slice line, bool starts, bool in_code,
                                    enum scribe_line_kind before, const struct lang *lang)
{
    struct scribe_line out = {SCRIBE_LINE_TEXT, line, SLICE("")};
    if (starts && is_fence(line))
        out.kind = SCRIBE_LINE_FENCE;
    else if (in_code)
        out.kind = SCRIBE_LINE_CODE;
    else if (starts && line.n && line.p[0] == '|') {
        bool first = before != SCRIBE_LINE_ROW && before != SCRIBE_LINE_HEADER;
        out = read_row(a, line, first || is_dashes(line) ? SCRIBE_LINE_HEADER : SCRIBE_LINE_ROW);
    } else if (starts && line.n && line.p[0] == '#')
        out.kind = has_digit(line) ? SCRIBE_LINE_TEXT : SCRIBE_LINE_HEADING;
    if (out.kind != SCRIBE_LINE_TEXT)
        return out;
    out.text = starts ? without_bullets(line) : line;
    struct slice plain = without_stars(out.text);
    bool asks = slice_ends(plain, SLICE("?")) || slice_ends(plain, SLICE("\xef\xbc\x9f"));
    struct words words = words_split(a, plain, lang);
    if ((starts && counts_only(words)) || leads_in(plain, words)) {
        out.kind = SCRIBE_LINE_LEAD;
        out.text = plain;
    }
    if (out.kind == SCRIBE_LINE_TEXT && (asks || talk_offers(plain, lang)))
        out.kind = SCRIBE_LINE_TALK;
    return out;
}
