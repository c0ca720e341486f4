/* page_date.c - see page.h. Machines' forms first; then what people write, in any language that lang/ knows. */
#include "base/clock.h"
#include "base/date.h"
#include "facts/read_date.h"
#include "pages/page.h"

enum { WRITTEN_BYTES_MAX = 100, DAY_S = 86400 };

/* Templates print these where they have no date. */
static bool page_date_is_empty(struct day d)
{
    return d.year == 1970 && d.month == 1 && d.day == 1;
}

struct slice page_date(struct arena *a, struct slice text)
{
    char out[DATE_ROOM];
    struct day d;
    bool found = text.n > 0 && date_parse(text, &d);
    if (!found && text.n > 0 && text.n <= WRITTEN_BYTES_MAX) {
        struct dates written = dates_read(a, text, lang_find(SLICE("")));
        for (size_t i = 0; i < written.n && !found; i++) {
            found = written.at[i].day > 0;
            d = (struct day){written.at[i].year, written.at[i].month, written.at[i].day};
        }
    }
    /* A clock may be a day ahead of ours. */
    if (!found || !date_valid(d) || page_date_is_empty(d) || date_days(d) > clock_unix_s() / DAY_S + 1 ||
        !date_print(d, out))
        return (struct slice){"", 0};
    return arena_dup(a, slice_of(out));
}
