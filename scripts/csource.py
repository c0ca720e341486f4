"""csource: reads C far enough to measure it. The scripts check-* and house use it.

It knows tokens, comments, functions, declarations and initialisers at file scope. It expands no macros and resolves no
types: a name is a name. That is enough, since every function of this program has a name of its own.
"""
import bisect
import os
import pathlib
import re

TOKEN = re.compile(
    r'(?P<comment>/\*.*?\*/|//[^\n]*)'
    r'|(?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>'(?:\\.|[^'\\\n])*')"
    r'|(?P<name>[A-Za-z_]\w*)'
    r'|(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)'
    r'|(?P<mark>->|::|\#\#|<<|>>|&&|\|\||[-+*/%=!<>|&^]=|\S)', re.S)
DIRECTIVE_END = re.compile(r'(?<!\\)\n|\Z')
INCLUDE = re.compile(r'[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
OPENS, CLOSES = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
CODE = (".c", ".cc", ".h", ".def")


class Token:
    __slots__ = ("kind", "text", "at", "line", "directive")

    def __init__(self, kind, text, at, line, directive):
        self.kind, self.text, self.at, self.line, self.directive = kind, text, at, line, directive


class Function:
    """A definition. `body` is the range of its tokens in the file's `code`, braces included."""

    def __init__(self, file, name, is_static, line, head, body, first, last):
        self.file, self.name, self.is_static, self.line = file, name, is_static, line
        self.head, self.body = head, body
        self.first, self.last = first, last  # the lines of the two braces


class File:
    """One source file.

    tokens     all of them; code: those outside comments and directives
    functions  definitions at file scope, and in extern "C" and namespaces; not members of classes
    declared   prototypes: (the name's token, whether it is static)
    variables  of file scope: (the name's token, whether static, whether extern)
    unused     ranges of code that name things and use none: prototypes, parameters, members of structs
    tables     initialisers in braces, also within functions: (name or "", index in code of "{", of "}")
    """

    def __init__(self, path, root):
        self.path = path.relative_to(root)
        self.folder, self.stem, self.kind = path.parent.name, path.stem, path.suffix
        self.module = f"{self.folder}/{self.stem}"
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.split("\n")
        if self.lines[-1] == "":
            self.lines.pop()

    def __str__(self):
        return str(self.path)

    def __getattr__(self, name):
        """What needs reading is read when it is first asked for."""
        if name not in ("tokens", "code", "functions", "declared", "variables", "tables", "unused"):
            raise AttributeError(name)
        self.tokens = list(self._tokens())
        self.code = [t for t in self.tokens if t.kind != "comment" and not t.directive]
        self.functions, self.declared, self.variables, self.tables, self.unused = [], [], [], [], []
        if self.kind != ".def":
            self._read()
        return getattr(self, name)

    def includes(self):
        """(line, '"' or '<', name) of each include."""
        for found in INCLUDE.finditer(self.text):
            yield self.text.count("\n", 0, found.start(1)) + 1, found.group(1), found.group(2)

    def _tokens(self):
        starts = [0] + [m.end() for m in re.finditer("\n", self.text)]
        directive_end = 0
        for found in TOKEN.finditer(self.text):
            at = found.start()
            line = bisect.bisect_right(starts, at)
            if found.group() == "#" and at >= directive_end and not self.text[starts[line - 1]:at].strip():
                directive_end = DIRECTIVE_END.search(self.text, at).end()
            yield Token(found.lastgroup, found.group(), at, line, at < directive_end)

    def closing(self, i):
        """The index in `code` of what closes the bracket at i."""
        depth = 0
        for k in range(i, len(self.code)):
            if self.code[k].kind == "mark":
                if self.code[k].text in OPENS:
                    depth += 1
                elif self.code[k].text in CLOSES:
                    depth -= 1
                    if depth == 0:
                        return k
        return len(self.code) - 1

    def _read(self):
        """Walks the statements of file scope. extern "C" and namespaces are looked through."""
        i = start = private_end = 0
        while i < len(self.code):
            text = self.code[i].text if self.code[i].kind == "mark" else ""
            if text in ("(", "["):
                i = self.closing(i)
            elif text == "{":
                words = [t.text for t in self.code[start:i]]
                if words[:1] == ["namespace"] or words == ["extern", '"C"']:
                    start = i + 1
                    private_end = self.closing(i) if len(words) == 1 else private_end
                else:
                    end = self.closing(i)
                    name = self._function_name(start, i)
                    if name is not None:
                        self.functions.append(Function(self, self.code[name].text, "static" in words or i < private_end,
                                                       self.code[name].line, (start, i), (i, end), self.code[i].line,
                                                       self.code[end].line))
                        self.unused.append((start, i))
                        start = end + 1
                    elif self.kind != ".cc" and "=" not in words and {"struct", "union"} & set(words):
                        self.unused.append((i, end))
                    i = end
            elif text == ";":
                self._statement(start, i)
                start = i + 1
            elif text == "}":
                start = i + 1
            i += 1
        self._find_tables()

    def _outer(self, start, end):
        """Indices of a statement's tokens outside all brackets."""
        i = start
        while i < end:
            yield i
            if self.code[i].kind == "mark" and self.code[i].text in OPENS:
                i = self.closing(i)
            i += 1

    def _function_name(self, start, end):
        """The index of the name when the statement's head is a function's, else None."""
        for i in self._outer(start, end):
            t = self.code[i]
            if t.text == "=" or t.text in ("typedef", "class"):
                return None
            if (t.kind == "name" and i > start and i + 2 < len(self.code) and self.code[i + 1].text == "(" and
                    self.code[i + 2].text != "*" and not t.text.isupper() and t.text != "__attribute__" and
                    not re.fullmatch(r"[A-Z_0-9]+", t.text) and self.code[i - 1].text != "::"):
                return i
        return None

    def _statement(self, start, end):
        words = [self.code[i] for i in self._outer(start, end)]
        if not words or words[0].text in ("typedef", "using", "_Static_assert"):
            return
        name = self._function_name(start, end)
        if name is not None:
            self.declared.append((self.code[name], "static" in [t.text for t in words]))
            self.unused.append((start, end))
            return
        # A variable's name is before "=", "[", "," or the end.
        is_static, is_extern = (w in [t.text for t in words] for w in ("static", "extern"))
        for k, t in enumerate(words):
            after = words[k + 1].text if k + 1 < len(words) else ";"
            if t.kind == "name" and k > 0 and after in ("=", "[", ",", ";") and \
                    words[k - 1].text not in ("struct", "enum", "union", "="):
                self.variables.append((t, is_static, is_extern))
                break

    def _find_tables(self):
        """Initialisers in braces, at file scope and in functions: (name or "", index of "{", index of "}")."""
        for i, t in enumerate(self.code):
            if t.text != "{" or t.kind != "mark" or i == 0:
                continue
            before = self.code[i - 1]
            if before.text == "=":
                k = i - 2
                while k > 0 and not (self.code[k].kind == "name" and self.code[k + 1].text in ("[", "=")):
                    k -= 1
                self.tables.append((self.code[k].text, i, self.closing(i)))
            elif before.text == ")":
                end = self.closing(i)
                if ";" not in [x.text for x in self.code[i:end] if x.kind == "mark"] and end > i + 1:
                    self.tables.append(("", i, end))

    def mentions(self):
        """Names that are used here: (name, line, function or None).

        Not members, tags, parameters, nor what is declared.
        """
        skip = {id(self.code[k]) for start, end in self.unused for k in range(start, end)}
        ranges = [(self.code[f.head[0]].at, self.code[f.body[1]].at, f) for f in self.functions]
        begins = [r[0] for r in ranges]
        before = None
        for t in self.tokens:
            if t.kind == "comment":
                continue
            is_member = before and before.text in (".", "->", "struct", "enum", "union")
            if t.kind == "name" and id(t) not in skip and not is_member:
                k = bisect.bisect_right(begins, t.at) - 1
                inside = ranges[k][2] if k >= 0 and t.at <= ranges[k][1] else None
                yield t.text, t.line, inside
            before = t


class Tree:
    """The files of a checkout: src/, and tests and training when they are asked for."""

    def __init__(self, root=pathlib.Path(__file__).parent.parent):
        self.root = pathlib.Path(root).resolve()
        self.src = self._files("src")
        self._others = {}

    def _files(self, below):
        found = []
        for folder, _, names in os.walk(self.root / below):
            found += [pathlib.Path(folder) / n for n in names if n.endswith(CODE)]
        return [File(p, self.root) for p in sorted(found)]

    def other(self, below):
        if below not in self._others:
            self._others[below] = self._files(below)
        return self._others[below]
