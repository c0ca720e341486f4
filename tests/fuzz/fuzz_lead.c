/* Feeds lead_read. Names, kinds and the nation are slices of the sentence, kinds are runs of its words, and the counts
 * stay below their ceilings, whatever the sentence says.
 *
 *   scripts/fuzz lead */
#include "base/utf8.h"
#include "facts/read_lead.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static bool lead_within(struct slice part, struct slice text)
{
    return part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    static const char *const langs[] = {"en", "de", "es", "ru", "zh"};
    struct slice text = {(const char *)bytes, n};
    if (utf8_check(text) < n)
        return 0;
    struct arena *a = arena_new();
    const struct lang *lang = lang_find(slice_of(langs[n % COUNT_OF(langs)]));
    struct words words = words_split(a, text, lang);
    struct lead lead;
    lead_read(text, words, lang, n % 2 == 0, &lead);
    must(lead.name_count <= LEAD_NAMES_MAX && lead.kind_count <= LEAD_KINDS_MAX && lead.copula <= words.n);
    for (size_t i = 0; i < lead.name_count; i++)
        must(lead.names[i].text.n > 0 && lead_within(lead.names[i].text, text));
    for (size_t i = 0; i < lead.kind_count; i++)
        must(lead.kinds[i].first <= lead.kinds[i].last && lead.kinds[i].last < words.n &&
             lead_within(lead.kinds[i].text, text));
    must(lead_within(lead.nation, text) && (lead.year == 0 || (lead.year >= 1000 && lead.year < 2200)));
    arena_free(a);
    return 0;
}
