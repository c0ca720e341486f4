"""Documents by a language model: they go out while they are written, and are valid whatever the model did to them."""
import concurrent.futures
import http.client
import json
import random
import socket
import threading
import time

import jsonschema
import pytest
from llm_world import LlmWorld, Say, drop_after, hang_after
from support import ASK, chunks, chat, content, json_schema, stream_text

LIGHTHOUSE = "https://history.lumenport.example/lighthouse"
QUESTION = "Describe the Lumenport Lighthouse."
SCHEMA = {"type": "object", "required": ["builder", "year_built", "height_metres"], "additionalProperties": False,
          "properties": {"builder": {"type": "string"}, "year_built": {"type": "integer"},
                         "height_metres": {"type": "number"}}}
RIGHT = {"builder": "Adela Varga", "year_built": 1871, "height_metres": 48}
QUICK = ("--llm-first-token-ms", "1000", "--llm-idle-ms", "700", "--llm-retries", "0")


@pytest.fixture
def llm():
    with LlmWorld("llama.cpp") as world:
        yield world


@pytest.fixture
def served(start, llm):
    def begin(*flags):
        return start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url, *flags)
    return begin


class Paused:
    """A reply whose parts wait for go_on(), one after the other; the first one does not."""

    def __init__(self, *parts):
        self.parts, self.gates = parts, [threading.Event() for _ in parts[1:]]

    def go_on(self, number):
        self.gates[number].set()

    def __call__(self, world, handler):
        handler.begin_stream()
        for i, part in enumerate(self.parts):
            while i and not self.gates[i - 1].is_set():
                handler.pause(0.01)
            Say(part).say(world, handler, part, None)
        Say("").stream(world, handler)
        handler.end_stream()


class Stream:
    """A streamed reply that is read as it comes."""

    def __init__(self, server, schema, model="speed"):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        body = chat(QUESTION, model=model, stream=True, response_format=json_schema(schema))
        self.connection.request("POST", "/v1/chat/completions", json.dumps(body),
                                server.headers({"Content-Type": "application/json"}))
        self.response = self.connection.getresponse()
        self.text, self.last = "", None

    def __iter__(self):
        for line in self.response:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                if chunk["choices"]:
                    self.text += chunk["choices"][0]["delta"].get("content") or ""
                    self.last = chunk
                yield self.text

    def until(self, words):
        for text in self:
            if words in text:
                return
        raise AssertionError(f"{words!r} did not come: {self.text!r}")


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_members_go_out_while_the_model_writes(served, llm, model):
    llm.default = reply = Paused('{"builder": "Adela Varga", "year', '_built": 1871, ', '"height_metres": 48}')
    stream = Stream(served(), SCHEMA, model)
    stream.until('{"builder":"Adela Varga"')
    assert "year" not in stream.text
    reply.go_on(0)
    stream.until(',"year_built":1871')
    reply.go_on(1)
    list(stream)
    assert json.loads(stream.text) == RIGHT
    basis = {b["field"]: b for b in stream.last["basis"]}
    assert list(basis) == list(RIGHT)
    assert all([c["url"] for c in b["citations"]] == [LIGHTHOUSE] for b in basis.values()), basis
    assert all("Written by a language model" in b["reasoning"] for b in basis.values()), basis


def test_schema_order_whatever_the_models_is(served, llm):
    llm.default = Say('{"height_metres": 48, "year_built": 1871, "builder": "Adela Varga"}')
    stream = Stream(served(), SCHEMA)
    list(stream)
    assert list(json.loads(stream.text)) == list(SCHEMA["properties"])


def test_members_about_the_answer_wait_and_are_our_own(served, llm):
    schema = {"type": "object", "required": ["builder", "source_url", "year_built"],
              "properties": {"builder": {"type": "string"}, "source_url": {"type": "string"}, "year_built": {"type": "integer"}}}
    llm.default = reply = Paused('{"builder": "Adela Varga", "source_url": "https://evil.example/", ', '"year_built": 1871}')
    stream = Stream(served(), schema)
    stream.until("Adela Varga")
    reply.go_on(0)
    list(stream)
    assert json.loads(stream.text) == {"builder": "Adela Varga", "source_url": LIGHTHOUSE, "year_built": 1871}


def test_a_first_member_about_the_answer_is_made_of_the_others(served, llm):
    schema = {"type": "object", "required": ["reasoning", "builder"],
              "properties": {"reasoning": {"type": "string"}, "builder": {"type": "string"}}}
    llm.default = Say('{"reasoning": "Martians told me.", "builder": "Adela Varga"}')
    stream = Stream(served(), schema)
    list(stream)
    assert list(json.loads(stream.text)) == ["reasoning", "builder"]
    assert "Martians" not in stream.text and "Adela Varga" in stream.text


def test_what_pages_contradict_does_not_go_out(served, llm):
    llm.default = Say(json.dumps({**RIGHT, "builder": "See https://evil.example/"}))
    stream = Stream(served(), SCHEMA)
    list(stream)
    assert "evil" not in stream.text and "Adela Varga" in json.loads(stream.text)["builder"]


@pytest.mark.parametrize("model", ["speed", "base"])
def test_where_they_disagree_the_page_wins(served, llm, model):
    """Of several values that no page states each gives way to what the pages say, also those that need not be text."""
    llm.default = Say(json.dumps({"builder": "Boris Tarn", "year_built": 1899, "height_metres": 48}))
    reply = served().answer(QUESTION, model=model, response_format=json_schema(SCHEMA))
    said = json.loads(content(reply))
    assert said["year_built"] == 1871 and said["height_metres"] == 48 and "Boris" not in said["builder"], said
    basis = {b["field"]: b for b in reply["basis"]}
    assert [c["url"] for c in basis["year_built"]["citations"]] == [LIGHTHOUSE]


UNSTATED = {"type": "object", "required": ["builder", "owner", "lamp"], "additionalProperties": False,
            "properties": {"builder": {"type": "string"}, "owner": {"type": ["string", "null"]}, "lamp": {"type": "string"},
                           "smell": {"type": "string"}, "rivals": {"type": "array", "items": {"type": "string"}}}}
INVENTED = {"builder": "Adela Varga", "owner": "Zubrowka Quuxley", "lamp": "Frobnicated vapour", "smell": "Qwertzish",
            "rivals": ["Blargton", "Snorkham"]}


@pytest.mark.parametrize("model", ["speed", "base"])
def test_what_no_page_states_is_named(served, llm, model):
    llm.default = Say(json.dumps(INVENTED))
    reply = served().answer(QUESTION, model=model, response_format=json_schema(UNSTATED))
    said = json.loads(content(reply))
    assert said == INVENTED
    basis = {b["field"]: b for b in reply["basis"]}
    for field in ("owner", "lamp", "smell", "rivals"):
        assert basis[field]["confidence"] is None and not basis[field]["citations"], basis[field]
        assert "no sentence of the pages states it" in basis[field]["reasoning"]
    assert basis["builder"]["citations"]
    named = [w for w in reply["warnings"] if "the language model wrote for 'owner', 'lamp', 'smell', 'rivals.0', 'rivals.1'" in w]
    assert len(named) == 1, reply["warnings"]


@pytest.mark.parametrize("model", ["speed", "base"])
def test_what_no_page_states_is_left_out_if_told_so(served, llm, model):
    llm.default = Say(json.dumps(INVENTED))
    reply = served("--unsupported", "drop").answer(QUESTION, model=model, response_format=json_schema(UNSTATED))
    text = content(reply)
    said = json.loads(text)
    jsonschema.validate(said, UNSTATED)
    assert said["builder"] == "Adela Varga" and said["owner"] is None and not said.get("smell"), said
    assert not any(word in text for word in ("Zubrowka", "Frobnicated", "Qwertzish", "Blargton")), text
    assert not [w for w in reply["warnings"] if "the language model wrote for" in w]


@pytest.mark.parametrize("fails", [drop_after, hang_after], ids=["drop", "hang"])
@pytest.mark.parametrize("text", ['{"builder": "Adela Varga", "year_built": 1871, "hei', '{"builder": "Adela Va', '{"builder": "Adela Varga", "year_'])
def test_what_is_missing_is_read_off_the_pages(served, llm, fails, text):
    llm.default = fails(text)
    stream = Stream(served(*QUICK), SCHEMA)
    list(stream)
    jsonschema.validate(json.loads(stream.text), SCHEMA)
    assert "Adela Varga" in json.loads(stream.text)["builder"]
    assert [w for w in stream.last["warnings"] if "language model" in w]


def test_a_second_try_goes_on_behind_what_went_out(served, llm):
    wrong = {**RIGHT, "year_built": "long ago"}
    llm.script(Say(json.dumps(wrong)), Say(json.dumps({**RIGHT, "builder": "Somebody Else"})))
    stream = Stream(served(), SCHEMA)
    list(stream)
    assert json.loads(stream.text) == RIGHT and len(llm.asked) == 2


# --- a client that leaves -------------------------------------------------------------------------------------------

FORMS = {"text": {}, "json": {"response_format": json_schema(SCHEMA)}}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("model", ["speed", "base", "core"])
def test_the_model_stops_when_the_client_leaves(served, llm, model, form, stream):
    """Also while a draft is written, of which the client sees nothing."""
    llm.default = hang_after('{"builder": "Adela')
    server = served()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/v1/chat/completions", json.dumps(chat(ASK, model=model, stream=stream, **FORMS[form])),
                       server.headers({"Content-Type": "application/json"}))
    left(llm, connection)


def test_planning_stops_when_the_client_leaves(served, llm):
    llm.default = hang_after('{"question": "Who')
    server = served()
    turns = [{"role": "user", "content": "Who built the Lumenport Lighthouse?"},
             {"role": "assistant", "content": "Adela Varga."}, {"role": "user", "content": "And when?"}]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/v1/chat/completions", json.dumps({"model": "core", "messages": turns}),
                       server.headers({"Content-Type": "application/json"}))
    left(llm, connection)


def left(llm, connection):
    until = time.monotonic() + 20
    while not (llm.asked and llm.asked[-1].sent) and time.monotonic() < until:
        time.sleep(0.005)
    asked = llm.asked[-1]
    begin = time.monotonic()
    connection.close()
    assert asked.gone_after(begin) < 1
    assert llm.asked[-1] is asked, "the session went on asking"


# --- a thousand schemas, broken at random ---------------------------------------------------------------------------

NAMES = ["builder", "year_built", "height", "name", "answer", "summary", "reasoning", "citations", "confidence", "source_url",
         "quote", "keeper", "opened_on", "people", "material", "is_open", "population", "lamp", "x", "größe", "a b", "title"]
TEXTS = ["Adela Varga", "1871", "It was built in 1871 by the engineer Adela Varga.", "", "n/a", "48 metres", "Ünïcödé \"q\" \\",
         "https://evil.example/", "line\nbreak", "yes", "stone", "1871-05-03", "x" * 300, "😀 [1]"]


def schema_of(chance, depth=0):
    kind = chance.choice(["string"] * 4 + ["integer", "number", "boolean", "enum", "const", "nullable", "anyOf"]
                         + (["array", "object"] * 2 if depth < 2 else []))
    if kind == "string":
        return {"type": "string", **chance.choice([{}, {}, {"maxLength": chance.randint(1, 30)}, {"minLength": chance.randint(1, 9)},
                                                   {"format": chance.choice(["date", "uri", "email"])}, {"pattern": "^[A-Z]"}])}
    if kind in ("integer", "number"):
        return {"type": kind, **chance.choice([{}, {"minimum": 10}, {"maximum": 5000, "minimum": 1000}, {"multipleOf": 2}])}
    if kind == "enum":
        return {"enum": chance.sample(["stone", "wood", 7, None, True, "Varga"], chance.randint(1, 4))}
    if kind == "const":
        return {"const": chance.choice(["v1", 3, None, [1, "a"]])}
    if kind == "nullable":
        return {"type": [chance.choice(["string", "integer"]), "null"]}
    if kind == "anyOf":
        return {"anyOf": [schema_of(chance, 2), {"type": chance.choice(["null", "string"])}]}
    if kind == "array":
        return {"type": "array", "items": schema_of(chance, depth + 1),
                **chance.choice([{}, {"minItems": 1}, {"maxItems": 2}, {"uniqueItems": True}])}
    if kind == "object":
        return object_of(chance, depth + 1)
    return {"type": "boolean"}


def object_of(chance, depth=0):
    names = chance.sample(NAMES, chance.randint(1, 6))
    return {"type": "object", "properties": {n: schema_of(chance, depth) for n in names},
            "required": [n for n in names if chance.random() < 0.7],
            **chance.choice([{}, {"additionalProperties": False}, {"minProperties": 1}])}


def value_of(chance, schema):
    if chance.random() < 0.08 or not schema:
        return chance.choice([*TEXTS, 3, -1.5, True, None, [], {}, ["a", 1], {"value": "a"}])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if "anyOf" in schema:
        return value_of(chance, chance.choice(schema["anyOf"]))
    kind = schema.get("type")
    kind = chance.choice(kind) if isinstance(kind, list) else kind
    if kind == "object":
        members = [(n, value_of(chance, s)) for n, s in schema["properties"].items() if chance.random() < 0.93]
        if chance.random() < 0.2:
            chance.shuffle(members)
        return dict(members + ([("extra", 1)] if chance.random() < 0.1 else []))
    if kind == "array":
        return [value_of(chance, schema["items"]) for _ in range(chance.randint(0, 4))]
    return {"string": chance.choice(TEXTS), "integer": chance.choice([1871, 48, 7, -2]), "number": chance.choice([48, 0.5, 1e9]),
            "boolean": chance.random() < 0.5, "null": None}[kind]


def broken(chance, text):
    at = chance.randint(0, len(text))
    return chance.choice([
        lambda: text, lambda: text, lambda: text[:at], lambda: text[:at] + text[at + 1:], lambda: text.replace("}", ",}"),
        lambda: text.replace('"', "'"), lambda: f"```json\n{text}\n```", lambda: f"<think>{{}} hm</think>{text}",
        lambda: f"Sure! {text} Hope this helps.", lambda: text + text, lambda: text.replace("true", "True").replace("null", "None"),
        lambda: text[:at] + chance.choice(['"', "}", "{", ",", "]", "\n", "\\", "// x\n"]) + text[at:],
        lambda: text.replace('": ', '" '), lambda: "I do not know.", lambda: "[" + text + "]", lambda: json.dumps(text)])()


def test_a_thousand_schemas(served, llm):
    """Each reply is valid, whole or as a stream, whatever the model made of the schema; a stream says what a whole reply would."""
    chance = random.Random(5)
    cases = [(object_of(chance) if chance.random() < 0.9 else schema_of(chance), chance.randint(0, 1 << 30)) for _ in range(1000)]
    server = served("--workers", 8)

    def answer(asked):
        number = int(asked.prompt.split("(case ")[1].split(")")[0])
        schema, seed = cases[number]
        own = random.Random(seed + len(asked.body["messages"]))
        return Say(broken(own, json.dumps(value_of(own, schema), ensure_ascii=own.random() < 0.5)))

    llm.answer = answer

    def one(number):
        schema, _ = cases[number]
        model, stream = ("speed", "lite", "speed", "base")[number % 4], number % 3 > 0
        reply = server.ask(f"Describe the Lumenport Lighthouse (case {number}).", model=model, stream=stream,
                           response_format=json_schema(schema))
        assert reply.status == 200, (schema, reply.body)
        text = stream_text(chunks(reply)) if stream else content(reply.json())
        try:
            jsonschema.Draft202012Validator(schema).validate(json.loads(text))
        except Exception as e:
            raise AssertionError((number, schema, text)) from e
        assert "evil" not in text, (number, schema, text)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(len(cases))))


# --- before the first question --------------------------------------------------------------------------------------

def logged(server, words, patience=20):
    until = time.monotonic() + patience
    while words not in server.log_text() and time.monotonic() < until:
        time.sleep(0.01)
    assert words in server.log_text(), server.log_text()


def test_what_can_be_asked_before_the_first_question_is(served, llm):
    server = served()
    logged(server, f'writes with "scripted" at {llm.url}/chat/completions')
    about, trials = len(llm.about_log), len(llm.trials)
    assert about and trials and not llm.asked
    llm.default = Say(json.dumps(RIGHT))
    server.answer(QUESTION, response_format=json_schema(SCHEMA))
    assert len(llm.trials) == trials and "/v1/models" not in llm.about_log[about:]


def test_the_start_waits_for_no_model_and_the_end_neither(start):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        server = start("--no-auth", "--llm", f"http://127.0.0.1:{silent.getsockname()[1]}/v1")
        assert "listens on" in server.ready_line
        assert server.stop() == 0


def test_a_model_that_is_not_there_is_logged(start):
    logged(start("--no-auth", "--llm", "http://127.0.0.1:9/v1"), "the model at http://127.0.0.1:9/v1/chat/completions")
