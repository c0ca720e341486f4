#include "base/log_form.h"

#include "base/ascii.h"

enum { PAIRS_MOST = 32, NUMBER_DIGITS = 15 /* what every reader of JSON keeps exactly */ };

struct pair {
    struct slice key, value; /* value: without its quotation marks, still escaped */
    bool quoted;
};

/* Where a quoted value ends: at a quotation mark that is not escaped and has a space or the end behind it. Some values
 * are quoted without care for marks inside. */
static size_t quoted_end(struct slice text)
{
    for (size_t i = 1; i < text.n; i++) {
        if (text.p[i] == '\\')
            i++;
        else if (text.p[i] == '"' && (i + 1 == text.n || text.p[i + 1] == ' '))
            return i;
    }
    return text.n;
}

/* Takes the pair at the begin of *text. False: there is none. */
static bool next_pair(struct slice *text, struct pair *out)
{
    size_t n = 0;
    while (n < text->n && (ascii_is_letter(text->p[n]) || text->p[n] == '_' || (n && ascii_is_digit(text->p[n]))))
        n++;
    if (n == 0 || n == text->n || text->p[n] != '=')
        return false;
    out->key = slice_sub(*text, 0, n);
    struct slice rest = slice_sub(*text, n + 1, text->n - n - 1);
    out->quoted = rest.n && rest.p[0] == '"';
    size_t end = out->quoted ? quoted_end(rest) : slice_find(rest, SLICE(" "));
    out->value = out->quoted ? slice_sub(rest, 1, end - 1) : slice_sub(rest, 0, end);
    end += out->quoted && end < rest.n;
    end += end < rest.n && rest.p[end] == ' ';
    *text = slice_sub(rest, end, rest.n - end);
    return true;
}

static bool key_is_new(const struct pair *pairs, size_t n)
{
    static const char *const own[] = {"time", "level", "event", "msg"};
    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (slice_is(pairs[n].key, own[i]))
            return false;
    for (size_t i = 0; i < n; i++)
        if (slice_eq(pairs[i].key, pairs[n].key))
            return false;
    return true;
}

/* Splits text into its pairs; what is left of *text are words. */
static size_t form_split(struct slice *text, struct pair pairs[PAIRS_MOST])
{
    size_t n = 0;
    while (n < PAIRS_MOST) {
        struct slice before = *text;
        if (!next_pair(text, &pairs[n]))
            break;
        if (!key_is_new(pairs, n)) {
            *text = before;
            break;
        }
        n++;
    }
    return n;
}

/* A string of JSON, and a quoted value of logfmt. escaped: a backslash stands before a mark already. */
static void print_quoted(struct buf *out, struct slice text, bool escaped)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\\' && escaped && i + 1 < text.n && (text.p[i + 1] == '"' || text.p[i + 1] == '\\'))
            c = text.p[++i];
        else if (c == '\\' && escaped && i + 1 == text.n)
            break; /* the line was cut here */
        if (c == '"' || c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
    buf_add_char(out, '"');
}

static bool is_number(struct slice text)
{
    bool minus = text.n && text.p[0] == '-';
    struct slice digits = slice_sub(text, minus, text.n - minus);
    if (digits.n == 0 || digits.n > NUMBER_DIGITS || (digits.n > 1 && digits.p[0] == '0'))
        return false;
    for (size_t i = 0; i < digits.n; i++)
        if (!ascii_is_digit(digits.p[i]))
            return false;
    return true;
}

static void print_json_value(struct buf *out, const struct pair *p)
{
    bool bare = !p->quoted && (is_number(p->value) || slice_is(p->value, "true") || slice_is(p->value, "false"));
    /* Names and ids of digits alone are text: a client may choose its request's id. */
    if (bare && !slice_is(p->key, "id") && !slice_is(p->key, "key"))
        buf_add(out, p->value);
    else
        print_quoted(out, p->value, p->quoted);
}

static void print_pairs(enum log_form form, struct slice text, struct buf *out)
{
    struct pair pairs[PAIRS_MOST];
    size_t n = form_split(&text, pairs);
    for (size_t i = 0; i < n; i++) {
        const struct pair *p = &pairs[i];
        if (form == LOG_FORM_JSON) {
            buf_printf(out, ",\"%.*s\":", SLICE_ARGS(p->key));
            print_json_value(out, p);
        } else {
            buf_printf(out, " %.*s=", SLICE_ARGS(p->key));
            if (p->quoted || slice_find(p->value, SLICE("\"")) < p->value.n)
                print_quoted(out, p->value, p->quoted);
            else
                buf_add(out, p->value);
        }
    }
    text = slice_trim(text);
    if (text.n) {
        buf_add(out, form == LOG_FORM_JSON ? SLICE(",\"msg\":") : SLICE(" msg="));
        print_quoted(out, text, false);
    }
}

void log_form_print(enum log_form form, const struct timespec *now, const char *level, const char *event,
                    struct slice text, struct buf *out)
{
    struct tm utc;
    char day[32];
    gmtime_r(&now->tv_sec, &utc);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    int ms = (int)(now->tv_nsec / 1000000);
    if (form == LOG_FORM_TEXT) {
        buf_printf(out, "%s.%03dZ %s %s %.*s", day, ms, level, event, SLICE_ARGS(text));
    } else if (form == LOG_FORM_LOGFMT) {
        buf_printf(out, "time=%s.%03dZ level=%s event=%s", day, ms, level, event);
        print_pairs(form, text, out);
    } else {
        buf_printf(out, "{\"time\":\"%s.%03dZ\",\"level\":\"%s\",\"event\":\"%s\"", day, ms, level, event);
        print_pairs(form, text, out);
        buf_add_char(out, '}');
    }
    buf_add_char(out, '\n');
}
