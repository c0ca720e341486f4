/* preset.h - a search service as data: how to ask it and how to read its replies, from one small text file.
 *
 * A preset is a file NAME.ini. Adding one needs no code (what stands at the right here is explanation, not part of it):
 *
 *   # Example Search: https://search.example/docs
 *   title = Example Search
 *   timeout_ms = 4000             the service's own deadline (default 5000)
 *   per_second = 1                requests a second at most, over all questions (default: no limit)
 *   max_count = 20                results that can be asked for at once (default 10)
 *   max_query_chars = 400         longer queries are cut at a word (default 1000)
 *   first_page = 0                number of the first page for {page} (default 1)
 *   wildcards = yes               takes domains like ".org" (default no)
 *   fallback = yes                asked when nothing at all is set up (default no)
 *   describes = yes               the address is an OpenSearch description, which names the search URL
 *   base = https://api.example    address, when the user gives none with the name
 *
 *   [keys]                        placeholder = environment variables, the first one that is set counts
 *   key = EXAMPLE_API_KEY
 *   [defaults]                    placeholder = value where there is none
 *   lang = en
 *   [request]
 *   url = {base}/v1/search
 *   method = POST                 default GET, or POST with a [body]
 *   [query]                       parameters behind the URL's '?'
 *   q = {query}{sites?}
 *   [headers]
 *   X-Key = {key}
 *   [body]                        members of a JSON object; dots make objects in objects. A value that is JSON stays
 *   filter.domains = {include}    JSON, {include} and {exclude} become lists, {count} a number, all else a string
 *   [results]
 *   format = json                 or xml
 *   items = web.results           these are paths, see path.h
 *   title = title
 *   link = url
 *   snippet = description         joined by " … " when there are several
 *   date = page_age | age
 *   text = content                the page's whole text, if the service gives it
 *   error = error.message         when this is there, the reply is a failure, whatever its status
 *   markup = plain                titles and snippets are plain text (default html: tags go, entities are decoded)
 *
 * Placeholders: {query}, {keywords} (the query without its stop words, for services that want every word) {count} {page} {offset} (results to skip) {start} (offset + 1) {lang} (ISO 639-1)
 * {include} {exclude} (domains; "a.org,b.org" in a URL) {sites} " (site:a.org OR site:b.org)" {not_sites} " -site:c.org"
 * {after_date} YYYY-MM-DD {after_compact} YYYYMMDD {after_mdy} M/D/YYYY {days} (since then) {range} (day, month or year,
 * whichever reaches back that far) {today} {base} {base_host}, and the names in [keys].
 * A line is left out when a placeholder in it has no value, unless the placeholder ends with '?': {sites?}.
 *
 * A line that is indented goes on with the one above. '#' and ';' begin a comment at the start of a line. */
#ifndef SEARCH_PRESET_H
#define SEARCH_PRESET_H

#include "base/arena.h"
#include "base/err.h"

enum { PRESET_FILE_BYTES_MAX = 64 * 1024, PRESET_KEYS_MAX = 4, PRESET_NAME_BYTES_MAX = 40 };

enum preset_format { PRESET_JSON, PRESET_XML };

struct preset_line { /* of [query], [headers], [body], [keys] or [defaults] */
    struct slice name, value;
};

struct preset_lines {
    struct preset_line *at;
    size_t n, room;
};

struct preset {
    struct slice name; /* the file's, without ".ini" */
    struct slice file; /* its path, for messages */
    struct slice title, base, url;
    bool post, fallback, describes, wildcards, plain;
    bool wants_keywords; /* {keywords} is used */
    bool pages;        /* {page}, {offset} or {start} is used, so that there are more pages */
    bool passes_after; /* the service is told the exact date, so that results without one are of that time too */
    unsigned timeout_ms, max_count, max_query_chars, first_page;
    unsigned gap_ms; /* between the starts of requests; 0: none */
    struct preset_lines keys, defaults, query, headers, body;
    enum preset_format format;
    struct slice items, title_path, link_path, snippet_path, date_path, text_path, error_path;
};

/* Reads a preset; its strings live in the arena. name: as above. ERR_USAGE with "FILE:LINE: …" in the message. */
MUST_USE bool preset_parse(struct arena *a, struct slice file, struct slice name, struct slice text,
                           struct preset **out, struct err *e);

struct presets {
    struct preset **at; /* by name */
    size_t n, room;
};

/* Every NAME.ini of the folders, those of later folders instead of earlier ones of the same name. A folder that does
 * not exist has none; NULL ends the list. ERR_IO, or what preset_parse says of the first bad file. */
MUST_USE bool presets_load(struct arena *a, const char *const *folders, struct presets *out, struct err *e);
const struct preset *presets_find(const struct presets *p, struct slice name); /* NULL when there is none */

#endif
