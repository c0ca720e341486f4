"""What the scripted model of scripts/answers says. Each reply depends on the request alone, never on the time, on the order
of requests or on the fence of the prompt, which is random.

write(asked) plays a model that works but is not to be trusted: it copies sentences of the sources, and depending on the
question's checksum forgets marks, invents figures and addresses, or breaks a JSON document. FAILURES are replies that are
none.
"""
import json
import re
import zlib

from llm_world import (Say, drop, empty, error_after, fail, filtered, garbage, html, no_body, overflow, raw, refusal,
                       server_error)

PARTIAL = "The pages say the following about"
SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]?")


def number_of(text):
    return zlib.crc32(text.encode())


def trigrams(text):
    text = text.lower()
    return {text[i:i + 3] for i in range(len(text) - 2)}


class Prompt:
    """A prompt's question, its sources and their sentences, the best first."""

    def __init__(self, asked):
        messages = asked.body["messages"]
        self.system = messages[0]["content"]
        self.last = messages[-1]["content"]
        self.before = messages[-2]["content"] if len(messages) > 2 else ""
        whole = next((m["content"] for m in reversed(messages) if " end of the sources" in m["content"]), "")
        fence = re.search(r"^(-----\w+-----) source \[", whole, re.MULTILINE)
        self.sentences, self.question = [], self.last
        if fence:
            sources, _, rest = whole.partition(fence[1] + " end of the sources")
            self.question = rest.partition("Question: ")[2].strip()
            parts = re.split(re.escape(fence[1]) + r" source \[(\d+)\]: [^\n]*\n", sources)
            self.sentences = [(int(number), s.strip()) for number, text in zip(parts[1::2], parts[2::2])
                              for s in SENTENCE.findall(text) if len(s.strip()) >= 12]
        self.variant = number_of(self.question)
        wanted = trigrams(self.question)
        self.sentences.sort(key=lambda pair: -len(wanted & trigrams(pair[1])))


def marked(pair, mark="[{}]"):
    """The sentence with its mark before the end."""
    number, sentence = pair
    end = sentence[-1] if sentence[-1] in ".!?。！？" else "."
    return f"{sentence.rstrip('.!?。！？')} {mark.format(number)}{end}"


def text(p):
    """An answer in prose."""
    if not p.sentences:
        return Say("The sources do not answer this.")
    first, second = p.sentences[0], p.sentences[min(1, len(p.sentences) - 1)]
    invented = f"In 1788 exactly 12,345 people of {first[1].split()[0]} painted it green [{first[0]}]."
    n, m, page = first[0], second[0], "https://evil.example/page"
    bare, more = first[1].rstrip(".!?。！？"), second[1].rstrip(".!?。！？")
    written = [
        marked(first),
        f"{marked(first)} {marked(second)}",
        f"{first[1]} {second[1]}",
        f"{invented} {marked(first)}",
        marked(first, "【{}】"),
        f"{marked(first, '(source {})')} {marked(second, '[{}, 77]')}",
        "The sources do not answer this.",
        f"{marked(first)} See {page} or [this]({page} \"title\").",
        f"- {marked(first)}\n- {marked(second)}\n\n**Note:** {marked(p.sentences[-1])}",
        f"<think>The first source looks right.</think>{marked(first)}",
        f"“{first[1]}” [{n}] and “nobody ever wrote this sentence” [{m}].",
        f"{re.sub('[0-9]', '7', bare)} [{n}]. {marked(second)}",
        f"{bare}[^{n}]. {more}[^{m}].\n\n[^{n}]: {page}\n[^{m}]: Somebody, *A Book*, 1999.\n",
        f"{marked(first)}\n\nSources:\n1. [A page]({page})\n2. {page}\n",
        f"{marked(first)} {marked(second)}\n\n**References**\n\n[{n}] A page, {page}\n[{m}] Another one\n",
        f"{marked(first)}\n\n```\nx = a[1] + b[2]  # {page}\n```\n\n{marked(second)}",
        f"{bare} [[{n}]]({page}). {more} [{n}†source].",
        f"{bare} (Sources: {n}; {m}). {more} [{min(n, m)}-{max(n, m)}]. {bare} [Doc {n}].",
        f"| What | Where |\n|---|---|\n| {bare} [{n}] | {more} [{m}] |\n",
        f"### Answer\n\n**{bare}** [{n}].\n\n1. {more} <https://evil.example> [{m}]\n2. www.evil.example\n",
        f"{bare} [as it says][{n}]. See <a href=\"{page}\">this</a> and ![a picture]({page}).\n\n[{n}]: {page} \"title\"",
        f"{marked(first)} {marked(first)} {marked(second)} {marked(first)}",
        f"{bare} and {more} [{n}][{m}].",
        f"Not so: it is not true that {bare} [{n}].",
    ][p.variant % 24]
    reasoning = "Let me write it down." if p.variant // 24 % 5 == 0 else ""
    pieces = [written[i:i + 5] for i in range(0, len(written), 5)] if p.variant // 24 % 3 == 0 else None
    return Say(written, reasoning=reasoning, pieces=pieces, cut_characters=p.variant // 24 % 3 == 1)


def check(p):
    """Verdicts on statements: supported with the excerpt's best sentence, contradicted, or not stated."""
    excerpts, _, listed = p.last.rpartition("Statements:\n")
    sentences = [s.strip() for s in SENTENCE.findall(excerpts.partition("\n")[2]) if len(s.strip()) >= 12]
    verdicts = []
    for number, statement in re.findall(r"^(\d+)\. (.*)$", listed, re.MULTILINE):
        wanted = trigrams(statement)
        quote = max(sentences, key=lambda s: len(wanted & trigrams(s)), default="")
        verdict = ["supported", "supported", "not stated", "contradicted"][number_of(statement) % 4]
        verdicts.append({"statement": int(number), "verdict": verdict, "quote": quote})
    return Say(json.dumps({"verdicts": verdicts}, ensure_ascii=False))


def plan(p):
    """The last question, for half of them with the first one's words behind it."""
    said = re.findall(r"^User: (.*)$", p.last, re.MULTILINE) or [p.last]
    question = said[-1] if number_of(p.last) % 2 else f"{said[-1]} ({said[0]})"
    return Say(json.dumps({"question": question, "queries": [question, said[0]]}, ensure_ascii=False))


def value(schema, p, root, seed):
    """Something of the schema's type, off the sources where that is easy."""
    while "$ref" in schema:
        at = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            at = at[step] if step else at
        schema = at
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return value(schema[word][seed % len(schema[word])], p, root, seed)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][seed % len(schema["enum"])]
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = kinds[seed % len(kinds)] if isinstance(kinds, list) else kinds
    sentence = p.sentences[seed % min(3, len(p.sentences))][1] if p.sentences else "nothing"
    figures = [int(n) for n in re.findall(r"\d{1,9}", sentence)] or [seed % 2000]
    if kind == "object":
        return {name: value(of, p, root, number_of(name) + seed) for name, of in schema.get("properties", {}).items()}
    if kind == "array":
        return [value(schema.get("items") or {}, p, root, seed + i) for i in range(seed % 3 + 1)]
    if kind == "string" and schema.get("format", "").startswith("date"):
        return f"{1800 + seed % 200}-0{seed % 9 + 1}-1{seed % 9}"
    words = sentence.split() if " " in sentence else list(sentence)
    short = (" " if " " in sentence else "").join(words[:seed % 6 + 1])
    return {"integer": figures[0], "number": figures[0] + 0.5 * (seed % 2), "boolean": seed % 2 == 0, "null": None}.get(kind, short)


def document(p, schema):
    """A JSON document: whole, wrapped, with wrong types, with a member too many, cut off, or none at all."""
    good = value(schema, p, schema, p.variant % 1000)
    whole = json.dumps(good, ensure_ascii=False)
    if p.last.startswith("These parts of the document"):
        return Say(whole)
    wrong = {k: str(v) if isinstance(v, (int, float)) else [v] for k, v in good.items()} if isinstance(good, dict) else "?"
    more = {**good, "invented": 1} if isinstance(good, dict) else [good]
    return [
        lambda: Say(whole),
        lambda: Say(whole),
        lambda: Say(f"Here it is:\n```json\n{whole}\n```\nI hope that this helps."),
        lambda: Say(json.dumps(wrong, ensure_ascii=False)),
        lambda: Say(json.dumps(more, ensure_ascii=False)),
        lambda: Say(whole[:len(whole) * 2 // 3]),
        lambda: Say(whole[:len(whole) // 2], finish="length"),
        lambda: Say(whole.replace('":', '" ', 1).replace("}", ",}")),
        lambda: Say("The sources do not say."),
    ][p.variant % 9]()


def write(asked):
    """LlmWorld.answer: what kind of prompt it is shows in its first words."""
    p = Prompt(asked)
    if p.system.startswith("You check statements"):
        return check(p)
    if p.system.startswith("You prepare web searches"):
        return plan(p)
    if p.system.startswith("You fill in a JSON document"):
        return document(p, json.loads(re.search(r"with nothing around it:\n(.*)", p.system)[1]))
    if p.last.startswith("The answer above is made of sections"):
        return Say(" ".join(p.before.split()))
    if p.last.startswith("These statements of your answer"):
        return Say(" ".join(marked(pair) for pair in p.sentences[:2]) or "The sources do not answer this.")
    return text(p)


CUT_STREAM = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
              b"".join(b"%x\r\n%b\r\n" % (len(e), e) for e in [
                  b'data: {"choices":[{"index":0,"delta":{"content":"' + PARTIAL.encode() + b'"}}]}\n\n']))

FAILURES = {  # none waits for a time limit, and none opens footnote's breaker by itself; see scripts/answers
    "server-error": server_error(),
    "rejected": fail(400, {"error": {"message": "I do not take this.", "type": "invalid_request_error"}}),
    "overflow": overflow(),
    "drop": drop(),
    "cut": raw(CUT_STREAM),
    "empty": empty(),
    "no-body": no_body(),
    "refusal": refusal(),
    "filtered": filtered("I was about to"),
    "garbage": garbage(),
    "html": html(),
    "error-after": error_after(PARTIAL),
    "length": Say(PARTIAL, finish="length"),
    "no-json": Say("<think>hm</think> {not json at all"),
    "no-words": Say(" \n "),
}

UNCOUNTED = {"cut", "error-after"}  # text came, but never the usage: footnote estimates it
