/* preset.h - describes a search service as data: a small text file says how to ask it and how to read its replies.
 *
 * A preset is a file NAME.ini, so a new service needs no code. The texts on the right explain the lines; they are not
 * part of the file:
 *
 *   # Example Search: https://search.example/docs
 *   title = Example Search
 *   timeout_ms = 4000             the service's own deadline (default 5000)
 *   per_second = 1                the most requests a second, over all questions (default: no limit)
 *   max_count = 20                the most results that one request can ask for (default 10)
 *   max_query_chars = 400         longer queries are cut at a word (default 1000)
 *   first_page = 0                number of the first page for {page} (default 1)
 *   wildcards = yes               the service takes domains like ".org" (default no)
 *   fallback = yes                the service is asked if nothing else is set up (default no)
 *   describes = yes               the address is an OpenSearch description, which names the search URL
 *   base = https://api.example    the address, if the setting names the service without one
 *
 *   [keys]                        placeholder = environment variables; the first one that is set counts
 *   key = EXAMPLE_API_KEY
 *   [defaults]                    placeholder = its value if it has no other
 *   lang = en
 *   [request]
 *   url = {base}/v1/search
 *   method = POST                 default GET, or POST with a [body]
 *   [query]                       parameters of the URL, behind its '?'
 *   q = {query}{sites?}
 *   [headers]
 *   X-Key = {key}
 *   [body]                        members of a JSON object; dots make objects within objects. A value that is JSON
 * stays filter.domains = {include}    JSON; {include} and {exclude} become lists, {count} a number, all others strings
 *   [results]
 *   format = json                 or xml
 *   items = web.results           this and the following are paths, see path.h
 *   title = title
 *   link = url
 *   snippet = description         several values are joined by " … "
 *   date = page_age | age
 *   text = content                the page's whole text, if the service gives it
 *   error = error.message         a reply that has this value is a failure, whatever its status
 *   unresponsive = engines       sources of the service that did not answer: names, or lists of a name and a reason
 *   markup = plain                titles and snippets are plain text (default html: tags are removed, entities decoded)
 *
 * Placeholders, besides the names in [keys]:
 *   {query}
 *   {keywords}                    the query without its stop words, for services that require every word
 *   {count}                       results wanted
 *   {page} {offset} {start}       number of the page; results to skip; offset + 1
 *   {lang}                        ISO 639-1
 *   {include} {exclude}           domains; "a.org,b.org" in a URL
 *   {sites} {not_sites}           " (site:a.org OR site:b.org)"; " -site:c.org"
 *   {after_date} {after_compact} {after_mdy}    the earliest date: YYYY-MM-DD; YYYYMMDD; M/D/YYYY
 *   {days} {range}                days since that date; day, month or year, whichever reaches back that far
 *   {today} {base} {base_host}
 * A line is left out if a placeholder in it has no value, unless the placeholder ends with '?': {sites?}.
 *
 * An indented line continues the one above. '#' and ';' at the start of a line begin a comment. */
#ifndef SEARCH_PRESET_H
#define SEARCH_PRESET_H

#include "base/arena.h"
#include "base/err.h"

enum { PRESET_FILE_BYTES_MAX = 64 * 1024, PRESET_KEYS_MAX = 4, PRESET_NAME_BYTES_MAX = 40 };

enum preset_format { PRESET_JSON, PRESET_XML };

struct preset_line { /* a line of [query], [headers], [body], [keys] or [defaults] */
    struct slice name, value;
};

struct preset_lines {
    struct preset_line *at;
    size_t n, room;
};

struct preset {
    struct slice name; /* the file's name without ".ini" */
    struct slice file; /* the file's path, for messages */
    struct slice title, base, url;
    bool post, fallback, describes, wildcards, plain;
    bool wants_keywords; /* uses {keywords} */
    bool pages;          /* uses {page}, {offset} or {start}, so it can return later pages of results */
    bool passes_after;   /* tells the service the exact date, so that results without a date are new enough too */
    unsigned timeout_ms, max_count, max_query_chars, first_page;
    unsigned gap_ms; /* from the start of a request to the next start; 0: none */
    struct preset_lines keys, defaults, query, headers, body;
    enum preset_format format;
    struct slice items, title_path, link_path, snippet_path, date_path, text_path, error_path, unresponsive_path;
};

/* Parses a preset; its strings are in the arena. name: the file's name without ".ini". ERR_USAGE, with "FILE:LINE: …"
 * in its message. */
MUST_USE bool preset_parse(struct arena *a, struct slice file, struct slice name, struct slice text,
                           struct preset **out, struct err *e);

#endif
