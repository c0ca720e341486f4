"""The 1,200 questions of scripts/answers: always the same ones for the same data.

talks(folder) gives them as talks. A talk is a list of turns that are asked one after the other; most have one turn. The
choice takes evenly spaced lines of each file, so it needs no random numbers and covers all pages.
"""
import dataclasses
import json

from support import MODELS, chat, json_schema

LANGUAGES = ["en", "de", "es", "ru", "zh"]
TOTAL = 1200

FOLLOW_UPS = {"de": "Und wann war das?", "es": "¿Y cuándo fue eso?", "ru": "А когда это было?", "zh": "那是什么时候？"}
ONE_SENTENCE = {"en": "Answer in one short sentence.", "de": "Antworte in einem kurzen Satz.",
                "es": "Responde en una frase corta.", "ru": "Ответь одним коротким предложением.", "zh": "请用一句话回答。"}


def text(**more):
    return {"type": "string", **more}


def thing(required=None, **properties):
    return {"type": "object", "properties": properties, "required": list(properties) if required is None else required,
            "additionalProperties": False}


NUMBER_OR_NULL = {"anyOf": [{"type": "number"}, {"type": "null"}]}

SCHEMAS = {  # laid over questions that were not written for them
    "string": thing(answer=text()),
    "number": thing(answer=text(), year={"type": ["integer", "null"]}, amount=NUMBER_OR_NULL),
    "boolean": thing(answer=text(), is_stated={"type": "boolean"}),
    "enum": thing(kind=text(enum=["person", "place", "date", "number", "other"]), answer=text(maxLength=80)),
    "date": thing(date=text(format="date"), last_date={"anyOf": [text(format="date"), {"type": "null"}]}),
    "strings": thing(names={"type": "array", "items": text(), "maxItems": 5}),
    "nested": thing(subject=thing(name=text(), details=thing(value=text(), unit={"type": ["string", "null"]}))),
    "table": thing(rows={"type": "array", "items": thing(name=text(), year={"type": ["integer", "null"]})}),
    "limits": thing(required=["code"], code=text(pattern="^[A-Z][a-z]+$"), percent={"type": "number", "minimum": 0, "maximum": 100}),
    "about": thing(answer=text(), reasoning=text(), confidence=text(enum=["high", "medium", "low"]),
                   sources={"type": "array", "items": text()}),
    "formats": thing(required=["website", "moment", "length"], website=text(format="uri"), mail=text(format="email"),
                     moment=text(format="date-time"), hour=text(format="time"), length=text(format="duration"),
                     host=text(format="hostname"), key=text(format="uuid"), path=text(format="json-pointer")),
    "exact": thing(version={"const": 2}, even={"type": "integer", "multipleOf": 2}, share={"type": "number", "exclusiveMinimum": 0,
                   "exclusiveMaximum": 1}, label=text(minLength=3, maxLength=12),
                   tags={"type": "array", "items": text(minLength=1), "minItems": 2, "maxItems": 4, "uniqueItems": True}),
    "choices": thing(found={"anyOf": [thing(person=text()), thing(place=text(), country=text()), {"type": "null"}]},
                     size={"type": ["number", "string", "null"]}),
    "named": {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/Answer", "$defs": {
        "Answer": thing(title=text(title="Title"), parts={"type": "array", "items": {"$ref": "#/$defs/Part"}, "maxItems": 3}),
        "Part": thing(required=["name"], name=text(description="What it is called"), amount=NUMBER_OR_NULL)}},
    "open": {"type": "object", "properties": {"answer": text()}, "additionalProperties": text(), "minProperties": 1,
             "maxProperties": 4},
    "patterns": thing(code=text(pattern="^[A-Z]{2}-[0-9]{3,5}$"), year=text(pattern="^(1[0-9]|20)[0-9]{2}$"),
                      initials=text(pattern="^([A-Z]\\.)+$")),
}


@dataclasses.dataclass
class Turn:
    body: dict
    headers: dict = None


@dataclasses.dataclass
class Talk:
    """by_id: later turns name the interaction before; else they carry all messages. failure: of answers_model.FAILURES."""
    group: str
    id: str
    model: str  # who writes: "none", "model" or "failing"
    turns: list
    by_id: bool = True
    failure: str = None


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def spread(items, n, skip=0):
    """n items, evenly spaced; another `skip` gives others of the same list, up to a few."""
    assert len(items) > n * 2 or skip == 0, (len(items), n)
    step = len(items) / n
    return [items[int(i * step + skip) % len(items)] for i in range(n)]


def single(group, model, entries, extra=lambda i, entry: {}, first=0):
    """A talk of one turn for each entry; the models take turns."""
    return [Talk(group, f"{group}/{entry['id']}", model,
                 [Turn(chat(entry["question"].strip(), model=MODELS[(first + i) % 4], **extra(i, entry)))])
            for i, entry in enumerate(entries)]


def qa(folder, lang, kind="questions"):
    return lines(folder / "qa" / f"{lang}.{kind}.jsonl")


def plain(folder):
    for at, lang in enumerate(LANGUAGES):
        entries = spread(qa(folder, lang), 44) + spread(qa(folder, lang, "unanswerable"), 14)
        yield from single(f"qa-{lang}", "none", entries, first=at)
    real = folder / "real-questions"
    yield from single("real", "none", spread(lines(real / "en.questions.jsonl"), 90))
    yield from single("real-unanswerable", "none", spread(lines(real / "en.unanswerable.jsonl"), 30))


def conversations(folder):
    """100 turns without a model and 40 with the scripted one, whole conversations each; then pairs in other languages."""
    left = {"none": 100, "model": 40}
    for at, entry in enumerate(lines(folder / "conversations" / "en.jsonl")):
        wanted = "model" if at % 3 == 2 else "none"
        model = next((m for m in (wanted, "none", "model") if left[m] >= len(entry["turns"])), None)
        if not model:
            continue
        left[model] -= len(entry["turns"])
        turns = [Turn(chat(turn["user"], model=MODELS[at % 4])) for turn in entry["turns"]]
        group = "talk-en" if model == "none" else "model-talk"
        yield Talk(group, f"{group}/{entry['id']}", model, turns, by_id=at % 2 == 0)
    assert not any(left.values()), f"conversations leave turns unused: {left}"
    for lang, follow_up in FOLLOW_UPS.items():
        for at, entry in enumerate(spread(qa(folder, lang), 5, skip=3)):
            turns = [Turn(chat(question, model=MODELS[at % 4])) for question in (entry["question"].strip(), follow_up)]
            yield Talk(f"talk-{lang}", f"talk-{lang}/{entry['id']}", "none", turns, by_id=at % 2 == 0)


def documents(folder):
    entries = lines(folder / "enrichment" / "fields.jsonl")

    def own(_, entry):
        return {"response_format": json_schema(entry["schema"])}

    def laid_over(lang_at):
        return lambda at, _: {"response_format": json_schema(list(SCHEMAS.values())[(at + 4 * lang_at) % len(SCHEMAS)])}

    yield from single("enrichment", "none", entries, own)
    yield from single("enrichment-again", "none", spread(entries, 36), own, first=2)
    yield from single("model-enrichment", "model", entries[:60], own, first=1)
    for at, lang in enumerate(LANGUAGES):
        yield from single(f"schemas-{lang}", "none", spread(qa(folder, lang), 20, skip=5), laid_over(at), first=at)
        yield from single(f"model-schemas-{lang}", "model", spread(qa(folder, lang), 16, skip=7), laid_over(at), first=at + 1)


def options(entry, other, lang):
    """(name, fields, headers) for one question: what clients set besides the question."""
    question = entry["question"].strip()
    leaf = json_schema(SCHEMAS["nested"])
    tool = {"type": "function", "function": {"name": "note", "parameters": SCHEMAS["string"]}}
    yield "stream", {"stream": True, "stream_options": {"include_usage": True}}, None
    yield "stream-schema", {"stream": True, "response_format": json_schema(SCHEMAS["table"])}, None
    yield "style", {"messages": [{"role": "system", "content": ONE_SENTENCE[lang]}, {"role": "user", "content": question}]}, None
    yield "max-tokens", {"max_tokens": 20}, None
    yield "stop", {"stop": [",", "，"]}, None
    yield "include", {"source_policy": {"include_domains": ["docs.example.org"]}}, None
    yield "exclude", {"search_domain_filter": ["-docs.example.org"]}, None
    yield "after", {"source_policy": {"after_date": "2008-01-01"}}, None
    yield "json-object", {"response_format": {"type": "json_object"}}, None
    yield "tool", {"tools": [tool], "tool_choice": {"type": "function", "function": {"name": "note"}}}, None
    yield "leaf", {"response_format": leaf, "basis_depth": "leaf"}, None
    yield "two-questions", {"messages": [{"role": "user", "content": f"{question} {other['question'].strip()}"}], "model": "core",
                            "response_format": json_schema(SCHEMAS["strings"])}, {"parallel-beta": "field-basis-2025-11-25"}


def with_options(folder):
    for lang in LANGUAGES:
        entries = spread(qa(folder, lang), 13, skip=11)
        for at in range(12):
            name, fields, headers = list(options(entries[at], entries[at + 1], lang))[at]
            body = chat(entries[at]["question"].strip(), **{"model": MODELS[at % 4], **fields})
            yield Talk("options", f"options/{lang}-{name}", "none", [Turn(body, headers)])


def scripted(folder, failures):
    """Texts by the scripted model, every fourth as a stream, some of core with two questions in one; then failures, text and
    document in turn."""
    def extra(lang_at, entries):
        def fields(at, entry):
            if at % 8 >= 4 and MODELS[(lang_at + at) % 4] == "core":
                both = f"{entry['question'].strip()} {entries[at - 1]['question'].strip()}"
                return {"messages": [{"role": "user", "content": both}]}
            return {"stream": True} if at % 4 == 3 else {}
        return fields

    for at, lang in enumerate(LANGUAGES):
        entries = spread(qa(folder, lang), 26, skip=2) + spread(qa(folder, lang, "unanswerable"), 4, skip=1)
        yield from single(f"model-text-{lang}", "model", entries, extra(at, entries), first=at)
    names = list(failures)
    for at, entry in enumerate(e for lang in LANGUAGES for e in spread(qa(folder, lang), 12, skip=9)):
        fields = {"response_format": json_schema(SCHEMAS["nested"])} if at // len(names) % 2 else {}
        body = chat(entry["question"].strip(), model=MODELS[(at + at // len(names)) % 4], **fields)
        name = names[at % len(names)]
        yield Talk("model-failing", f"model-failing/{at:02}-{name}-{entry['id']}", "failing", [Turn(body)], failure=name)


def talks(folder, failures):
    """All talks. folder: of the data; failures: the names of what can go wrong with the model."""
    found = [*plain(folder), *conversations(folder), *documents(folder), *with_options(folder), *scripted(folder, failures)]
    count = sum(len(talk.turns) for talk in found)
    assert count == TOTAL, f"{count} questions instead of {TOTAL}"
    assert len({talk.id for talk in found}) == len(found), "two talks have one id"
    return found
