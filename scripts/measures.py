"""measures: what is counted about the source. scripts/house prints it, scripts/check-house fails on some of it.

Each function takes a csource.Tree and returns findings with their places, sorted. A heuristic says so and says what
it misses.
"""
import collections
import re

MAX_COLUMNS, MIN_RUN, MIN_WORDS = 120, 10, 4
COMPARES = set("slice_is slice_eq slice_eq_nocase slice_starts slice_ends strcmp strcasecmp strncmp strncasecmp memcmp "
               "slice_cmp bsearch slice_find strstr".split())


def is_lang(file):
    """All natural-language words live in src/lang/."""
    return file.path.parts[1] == "lang"


def long_lines(files):
    """Lines over 120 characters, but for .def files, which training writes."""
    return [(f, n, len(line)) for f in files if f.kind != ".def" for n, line in enumerate(f.lines, 1)
            if len(line) > MAX_COLUMNS]


def one_word_statics(tree):
    return [fn for f in tree.src for fn in f.functions if fn.is_static and "_" not in fn.name]


# Tables of signs and of names that are no words of the program's.
KEPT_SIGNS = {
    "tex.def": "characters of formulas",
    "wikitext_templates.def": "names of templates on wikis of all languages, and the signs that they print",
    "wikitext_values.def": "units and signs that templates print",
}


def foreign_strings(tree):
    """Lines with a string or character outside ASCII, but for src/lang/ and KEPT_SIGNS."""
    found = {(f, t.line) for f in tree.src if not is_lang(f) and f.path.name not in KEPT_SIGNS for t in f.tokens
             if t.kind in ("string", "char") and not t.text.isascii()}
    return sorted(found, key=lambda x: (str(x[0]), x[1]))


# ---- who calls whom

class Calls:
    """Which functions are mentioned where, within src/ and in training and tests."""

    def __init__(self, tree):
        self.functions = [fn for f in tree.src for fn in f.functions]
        self.shared = collections.defaultdict(list)  # by name: those that other files can call
        self.own = {}                                # by file and name
        for fn in self.functions:
            self.own[fn.file, fn.name] = fn
            if not fn.is_static or fn.file.kind == ".h":
                self.shared[fn.name].append(fn)
        self.variables = collections.defaultdict(list)
        for f in tree.src:
            for token, is_static, is_extern in f.variables:
                if not is_static and not is_extern:
                    self.variables[token.text].append(f)
        self.uses = []  # (file, line, function around it or None, the function that is meant)
        self.variable_uses = []
        for f in tree.src:
            for name, line, inside in f.mentions():
                for fn in self.meant(f, name):
                    self.uses.append((f, line, inside, fn))
                if name in self.variables and f not in self.variables[name]:
                    self.variable_uses += [(f, line, name, g) for g in self.variables[name]]
        self.tests = self._names(tree.other("tests"))
        self.training = self._names(tree.other("training"))

    def across(self):
        """Uses of another file's functions and variables: (file, line, name, the other file)."""
        for f, line, _, fn in self.uses:
            if f is not fn.file:
                yield f, line, fn.name, fn.file
        yield from self.variable_uses

    @staticmethod
    def _names(files):
        return {t.text for f in files for t in f.tokens if t.kind == "name"}

    def meant(self, file, name):
        if name == "main":
            return ()
        own = self.own.get((file, name))
        return [own] if own else self.shared.get(name, ())

    def callable(self):
        """What other files could call: all but main, statics of .c files, and what C++ links."""
        return [fn for fn in self.functions if (not fn.is_static or fn.file.kind == ".h") and fn.name != "main"]

    def uncalled(self):
        """Functions that neither main nor a table at file scope reaches, with the word that says who does call them.

        What only such functions call is found too. A function's name in a comment, in its own body or in its own
        declaration is no call.
        """
        calls, reached = collections.defaultdict(set), set()
        for _, _, inside, fn in self.uses:
            calls[inside].add(fn)
        todo = list(calls[None]) + [fn for fn in self.functions if fn.name == "main" or fn.name in self.training]
        while todo:
            fn = todo.pop()
            if fn not in reached:
                reached.add(fn)
                todo += calls[fn]
        callers = collections.defaultdict(set)
        for _, _, inside, fn in self.uses:
            if inside and inside is not fn:
                callers[fn].add(inside.name)
        found = []
        for fn in self.callable():
            if fn not in reached:
                by = sorted(callers[fn])
                who = "tests" if fn.name in self.tests else ""
                found.append((fn, " and ".join(filter(None, [who, ", ".join(by)])) or "nobody"))
        return found

    def could_be_static(self):
        """Declared in a header, used in their own file only, tests included."""
        elsewhere = {fn for f, _, _, fn in self.uses if f is not fn.file}
        own = {fn for f, _, inside, fn in self.uses if f is fn.file and inside is not fn}
        return [fn for fn in self.callable() if fn.file.kind != ".h" and fn in own and fn not in elsewhere and
                fn.name not in self.tests and fn.name not in self.training]


# ---- headers and circles

def stale_headers(tree):
    """Functions that a header declares and the source of that name does not define.

    Each is (header, token, the file that defines it or None, whether the header's opening comment names that file).
    """
    defined = collections.defaultdict(list)
    for f in tree.src:
        for fn in f.functions:
            if not fn.is_static:
                defined[fn.name].append(f)
    found = []
    for f in tree.src:
        opening = f.tokens[0].text if f.tokens and f.tokens[0].kind == "comment" else ""
        for token, is_static in f.declared:
            where = defined[token.text][0] if defined[token.text] else None
            if f.kind == ".h" and not is_static and (not where or f.module != where.module):
                named = bool(where) and re.search(rf"(?<![\w.]){re.escape(where.path.name)}(?!\w)", opening) is not None
                found.append((f, token, where, named))
    return found


def knots(edges):
    """Strongly connected parts of more than one node (Tarjan), each a sorted list."""
    order, low, stack, on, found = {}, {}, [], set(), []

    def visit(root):
        work = [(root, iter(sorted(edges.get(root, ()))))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on.add(root)
        while work:
            node, rest = work[-1]
            for n in rest:
                if n not in order:
                    order[n] = low[n] = len(order)
                    stack.append(n)
                    on.add(n)
                    work.append((n, iter(sorted(edges.get(n, ())))))
                    break
                if n in on:
                    low[node] = min(low[node], order[n])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    part = []
                    while not part or part[-1] != node:
                        part.append(stack.pop())
                        on.discard(part[-1])
                    if len(part) > 1:
                        found.append(sorted(part))
    for node in sorted(edges):
        if node not in order:
            visit(node)
    return sorted(found)


def circles(edges):
    """For each edge within a knot the shortest way back; each circle once, from its first name on."""
    found = set()
    for knot in knots(edges):
        inside = {n: [m for m in sorted(edges.get(n, ())) if m in knot] for n in knot}
        for a in knot:
            for b in inside[a]:
                came, todo = {b: None}, collections.deque([b])
                while todo and a not in came:
                    n = todo.popleft()
                    for m in inside[n]:
                        if m not in came:
                            came[m] = n
                            todo.append(m)
                way, n = [], a
                while n is not None:
                    way.append(n)
                    n = came[n]
                way = way[::-1]  # from b to a
                k = way.index(min(way))
                found.add(tuple(way[k:] + way[:k]))
    return sorted(found, key=lambda way: (len(way), way))


def call_edges(calls, place):
    """place -> place -> one name that is used there. `place` gives a file's module or folder."""
    edges = collections.defaultdict(dict)
    for f, line, name, g in calls.across():
        inline = g.kind == ".h"  # the whole function is in the header: its source is not needed
        if place(f) != place(g) and not (inline and place(f) != f.folder):
            edges[place(f)].setdefault(place(g), f"{f}:{line} uses {name}")
    return edges


def include_edges(tree, place, kinds):
    edges = collections.defaultdict(dict)
    by_name = {f"{f.folder}/{f.path.name}": f for f in tree.src}
    for f in tree.src:
        for line, mark, name in f.includes():
            g = by_name.get(name)
            if mark == '"' and g and f.kind in kinds and place(f) != place(g):
                edges[place(f)].setdefault(place(g), f"{f}:{line} includes {name}")
    return edges


def with_places(edges, ways):
    return [(way, [edges[a][b] for a, b in zip(way, way[1:] + way[:1])]) for way in ways]


def file_circles(tree, calls):
    """Circles between modules (x.c and x.h): of calls, and of headers that include each other.

    A source that includes another module's header for its types alone makes no circle here.
    """
    found = []
    for edges in (call_edges(calls, lambda f: f.module), include_edges(tree, lambda f: f.module, (".h",))):
        found += with_places(edges, circles(edges))
    return found


def folder_circles(tree, calls):
    """Circles between folders, of calls and includes together."""
    edges = call_edges(calls, lambda f: f.folder)
    for a, row in include_edges(tree, lambda f: f.folder, (".c", ".cc", ".h")).items():
        for b, where in row.items():
            edges[a].setdefault(b, where)
    return with_places(edges, circles(edges))


# ---- written twice

def repeats(files, least=MIN_RUN):
    """Runs of ten lines and more (or `least`) that are written twice: (lines, file, first, last, file, first, last).

    Compared without comments and white space; blank lines, includes and lone punctuation are left out.
    """
    kept = []  # (file, line, text), with a None between files
    for f in files:
        if is_lang(f) and f.kind == ".def":
            continue  # languages name the same lists
        rows = collections.defaultdict(list)
        for t in f.tokens:
            if t.kind != "comment":
                rows[t.line].append(t.text)
        for n in sorted(rows):
            text = " ".join(rows[n])
            if re.search(r"\w", text) and not text.startswith("# include"):
                kept.append((f, n, text))
        kept.append((None, 0, None))
    texts = [k[2] if k[2] is not None else object() for k in kept]
    seen = collections.defaultdict(list)
    for i in range(len(texts) - least + 1):
        seen[hash(tuple(texts[i:i + least]))].append(i)
    found = []
    for places in seen.values():
        for n, a in enumerate(places):
            for b in places[n + 1:]:
                if a and texts[a - 1] == texts[b - 1]:
                    continue
                k = 0
                while b + k < len(texts) and texts[a + k] == texts[b + k] and a + k < b:
                    k += 1
                if k >= least:
                    found.append((k, kept[a][0], kept[a][1], kept[a + k - 1][1],
                                  kept[b][0], kept[b][1], kept[b + k - 1][1]))
    return sorted(found, key=lambda r: (-r[0], str(r[1]), r[2]))


# ---- words

# Tables of lower-case words that belong to no natural language: the file's name, the table's name, and the reason.
KEPT_TABLES = {
    "chat_messages.c roles": "roles of the Chat Completions API",
    "chat_policy.c spans": "values of the API's search_recency_filter",
    "mcp_run.c mcp_tools": "names of tools of the Model Context Protocol",
    "resp_reply.c names": "statuses of the Responses API",
    "chat_keys.c types": "types of JSON Schema",
    "backup.c state_files": "names of files",
    "chat_marks.c plain": "types of Python with those of JSON Schema",
    "find_request.c find_request_modes": "values of Parallel's field mode",
    "find.c modes": "the same",
    "processors.c processors": "names of Parallel's processors",
    "monitor_request.c names": "members of Parallel's monitors",
    "task_head.c task_status_names": "states of Parallel's task runs",
    "align_check_roles.c pairs": "ways of the list DEGREES",
    "harmless.c schemes": "schemes of URLs",
    "cage.c MACHINE": "system calls",
    "cage.c DEEDS": "system calls",
    "tiers.c budgets": "names of budgets in the settings",
    "log.c names": "levels of the setting log_level",
    "log_form.c own": "members of a log line",
    "meter.c types": "types of OpenMetrics",
    "metrics.c names": "values of the setting metrics",
    "cite_link.c names": "HTML elements",
    "key_cmd.c names": "verbs of the command",
    "config.c yes": "values of settings",
    "config.c no": "values of settings",
    "eval_ask.c to_text": "a path in JSON",
    "eval_cmd.c lines": "captions of a report",
    "document_odt.c names": "elements of OpenDocument",
    "rst.c codes": "directives of reStructuredText",
    "rst.c nothing": "directives of reStructuredText",
    "source_warc.c codings": "values of Content-Encoding",
    "fill_name.c codes": "codes of languages",
    "json_ld_facts.c facts": "members of schema.org, and the labels that rows of English pages have for them",
    "words.c ligatures": "the letters of each ligature",
    "html_print.c signs": "figures of Roman numbers",
    "html_roles.c foreign": "classes of frameworks, whatever the language of the page",
    "html_inline.c names": "classes that code highlighters write",
    "html_scan.c words": "classes of images that show formulas",
    "scope.c files": "endings of file names",
    "scope.c named": "endings of file names",
    "models.c owners": "names of model servers",
    "model_plan.c words": "places in a prompt",
    "model_write.c put_in": "places in a prompt",
    "expand.c known": "places in a URL template",
    "preset.c fields": "settings of a provider's ini file",
    "html.c names": "titles that editors give to pages without one",
    "html_roles.c names": "class names of web pages",
    "html_foreign.c begins": "class names of web pages",
    "html_foreign.c parts": "class names of web pages",
    "html_names.c displays": "values of CSS",
    "html_names.c names": "class names of web pages",
    "html_names.c begins": "class names of web pages",
    "json_ld_text.c names": "members of JSON",
    "cite_url.c endings": "endings of file names",
    "eval_cmd.c flags": "columns of a report",
    "index_cmd.c verbs": "sub-commands",
    "search_cmd.c fields": "members of a hit as JSON",
    "tex.c fractions": "commands of TeX",
    "wikitext_template.c spaces": "name spaces of MediaWiki",
    "wikitext_values.c units": "parameters of a template",
    "wikitext_values.c text": "elements of MediaWiki",
    "robots.c names": "keys of robots.txt",
    "clean.c inner": "HTML elements",
    "preset.c section_names": "sections of a provider's ini file",
    "check.c names": "types of JSON Schema",
    "parse.c types": "types of JSON Schema",
    "lenient.c names": "literals of JSON, Python and JavaScript",
    "html_links.c valued": "directives of X-Robots-Tag",
    "html_links.c wanted": "HTML attributes",
    "markup.c raw": "HTML elements",
    "html_box.c of_roles": "roles of ARIA",
    "html_scan.c names": "HTML attributes",
    "html_scan.c kinds": "elements of HTML",
    "html_complete.c tools": "names of programs",
    "html_box.c styles": "values of CSS",
    "html_style.c names": "properties of CSS",
    "wikitext_spans.c wiki_elements": "elements of wikitext",
    "read_unit.c names": "values in lists of languages",
    "fill_name.c role_names": "values in lists of languages",
    "fill_name.c kind_names": "values in lists of languages",
    "fill_want.c names": "values in lists of languages",
    "html_features.c kinds": "values in lists of languages",
    "research.c steps": "names of steps",
    "reply.c marks": "parts of pages that refuse robots",
}


def text_of(string):
    """The characters of a string literal, near enough for telling words."""
    return string[string.index('"') + 1:-1]


def is_word(text):
    """Lower-case letters of any language, with an apostrophe or hyphen inside."""
    letters = text.replace("'", "").replace("-", "")
    return letters.isalpha() and text[0].isalpha() and not any(c.isupper() for c in letters)


def looks_like_words(strings):
    """Whether the strings of an initialiser are words of a language, not sentences, names of settings or patterns."""
    words = [w for x in strings for w in x.split()]
    share = sum(map(is_word, words)) / max(len(words), 1)
    if len(strings) < MIN_WORDS:  # few strings with many words each; a sentence looks the same but for its marks
        return share == 1 and len(words) >= 2 * MIN_WORDS
    foreign = any(c.isalpha() and not c.isascii() for x in strings for c in x)
    return share == 1 or (share >= 0.6 and (foreign or len(words) <= 2.5 * len(strings)))


def tables_of_words(file):
    """Initialisers with four words and more of some language, and lists in one string: (line, name, words).

    One string is a list when a blank is before and behind each of its words, " so and so ". What is missed: words that
    are compared one by one in code, and tables in which other text prevails.
    """
    end_of_last = -1
    for name, i, end in file.tables:
        if i < end_of_last:
            continue
        strings = [x for x, _, _ in joined_strings(file.code[i:end + 1]) if x]
        if looks_like_words(strings):
            yield file.code[i].line, name or "unnamed", [w for x in strings for w in x.split()]
            end_of_last = end
    inside = [(i, end) for _, i, end in file.tables]
    for text, k, line in joined_strings(file.code):
        words = text.split()
        if text[:1] == text[-1:] == " " and len(words) >= MIN_WORDS and all(map(is_word, words)):
            if not any(i < k < end for i, end in inside):
                name = next((file.code[j].text for j in range(k - 1, max(k - 8, 0), -1)
                             if file.code[j].kind == "name" and file.code[j + 1].text in ("=", "[")), "unnamed")
                yield line, name, words


def joined_strings(tokens):
    """(text, index of the first token, line) of each string; neighbours are one."""
    text, first = "", None
    for k, t in enumerate(tokens):
        if t.kind == "string":
            first = k if first is None else first
            text += text_of(t.text)
        elif first is not None:
            yield text, first, tokens[first].line
            text, first = "", None


def word_tables(tree):
    """Tables of natural-language words outside src/lang/, and the entries of KEPT_TABLES that no table needs."""
    found, unused = [], set(KEPT_TABLES)
    for f in tree.src:
        for line, name, words in tables_of_words(f):
            key = f"{f.path.name} {name}"
            unused.discard(key)
            if not is_lang(f) and key not in KEPT_TABLES:
                found.append((f, line, name, words))
    return found, sorted(unused)


KEPT_LOOK_UPS = {"chunk_blamed_field": "fields of the Chat Completions API in an error's text"}


def look_ups(tree):
    """Functions that look a word up in a list, a guess.

    They take a text, loop (or call bsearch), compare, and name a table of natural-language words or take a list of
    words (`const char *const *`, `const char *list`). A list that is reached through a struct is missed. Functions that
    ask lang/ are none, whatever they do with what it says.
    """
    shared, found = set(), []
    own = {f: {name for _, name, _ in tables_of_words(f) if f"{f.path.name} {name}" not in KEPT_TABLES}
           for f in tree.src}
    for f in tree.src:
        shared |= {t.text for t, is_static, _ in f.variables if not is_static and t.text in own[f]}
    for f in tree.src:
        for fn in f.functions:
            head = [t.text for t in f.code[fn.head[0]:fn.head[1]]]
            params = " ".join(head[head.index("(", head.index(fn.name)):])
            body = {t.text for t in f.code[fn.body[0]:fn.body[1]]}
            takes_text = "struct slice " in params or "char *" in params
            takes_list = re.search(r"char \* const \*|char \* const \w+ \[|char \* (?:list|words)\b", params)
            if takes_text and {"for", "while", "bsearch"} & body and COMPARES & body and (
                    takes_list or (own[f] | shared) & body) and fn.name not in KEPT_LOOK_UPS and not (
                    any(name.startswith("lang_") for name in body)):
                found.append(fn)
    return found
