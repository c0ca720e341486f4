"""Structured output: whatever schema is accepted, what comes back is valid, judged by another implementation."""
import json
import re
from urllib.parse import urlsplit

import jsonschema
import pytest
from support import ASK, MODELS, NOWHERE, check_completion, content, json_schema

formats = jsonschema.Draft202012Validator.FORMAT_CHECKER


@formats.checks("uri")
def is_uri(text):
    parts = urlsplit(text) if isinstance(text, str) else None
    return parts is None or bool(re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*", parts.scheme) and (parts.netloc or parts.path))


@formats.checks("hostname")
def is_hostname(text):
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    return not isinstance(text, str) or (len(text) < 254 and bool(re.fullmatch(rf"{label}(\.{label})*", text)))


def fields(required=None, **properties):
    return {"type": "object", "properties": properties, "required": list(properties) if required is None else required,
            "additionalProperties": False}


TEXT, NUMBER, INTEGER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"}

SCHEMAS = {
    "true": True,
    "empty": {},
    "object only": {"type": "object"},
    "union by kind": fields(thing={"oneOf": [fields(kind={"const": "tower"}, height=INTEGER), fields(kind={"const": "person"}, born=INTEGER)]}),
    "reference with a description": {**fields(tower={"allOf": [{"$ref": "#/$defs/T"}], "description": "The tower"}), "$defs": {"T": fields(height=INTEGER)}},
    "a type that extends another": {"allOf": [{"$ref": "#/$defs/Base"}, {"type": "object", "properties": {"steps": INTEGER}, "required": ["steps"]}],
                                    "$defs": {"Base": fields(["height"], height=INTEGER) | {"additionalProperties": True}}},
    "tuple": fields(pair={"type": "array", "prefixItems": [TEXT, INTEGER], "items": False, "minItems": 2}),
    "tuple and more": fields(pair={"type": "array", "prefixItems": [INTEGER], "items": TEXT, "minItems": 3}),
    "record": fields(steps={"type": "object", "propertyNames": {"enum": ["north", "south"]}, "additionalProperties": INTEGER, "minProperties": 1}),
    "patterns of names": {"type": "object", "patternProperties": {"^h": INTEGER}, "required": ["height"], "additionalProperties": False},
    "dependent": {"type": "object", "properties": {"height": INTEGER, "unit": TEXT}, "required": ["height"], "dependentRequired": {"height": ["unit"]}},
    "never": fields(["height"], height=INTEGER, nothing={"not": {}}),
    "annotated": fields(image={"type": "string", "contentEncoding": "base64", "default": 5, "examples": [1]}),
    "unevaluated": {"type": "object", "properties": {"height": INTEGER}, "required": ["height"], "unevaluatedProperties": False},
    "one string": fields(name=TEXT),
    "one number": fields(height=NUMBER),
    "one integer": fields(height=INTEGER),
    "one flag": fields(open=FLAG),
    "one null": fields(nothing={"type": "null"}),
    "all types": fields(s=TEXT, n=NUMBER, i=INTEGER, b=FLAG, z={"type": "null"}, a={"type": "array", "items": TEXT},
                        o={"type": "object"}),
    "no types": fields(a={}, b=True),
    "optional": fields([], a=TEXT, b=NUMBER),
    "required without a property": {"type": "object", "required": ["a", "b"]},
    "type list": fields(a={"type": ["string", "null"]}, b={"type": ["integer", "null"]}, c={"type": ["number", "string"]}),
    "nullable by anyOf": fields(a={"anyOf": [TEXT, {"type": "null"}]}, b={"anyOf": [{"type": "null"}, INTEGER]}),
    "anyOf of objects": fields(a={"anyOf": [fields(kind={"const": "tower"}, height=NUMBER), fields(kind={"const": "ship"})]}),
    "enum": fields(material={"enum": ["stone", "wood", "iron"]}),
    "enum of mixed values": fields(x={"enum": [1, "two", None, 3.5, True, [1], {"a": 1}]}),
    "enum with type": fields(x={"type": "string", "enum": ["north", "south"]}),
    "const": fields(version={"const": 1}, kind={"const": "answer"}),
    "const object": fields(x={"const": {"a": [1, 2, {"b": None}]}}),
    "minimum and maximum": fields(a={"type": "integer", "minimum": 10, "maximum": 12}, b={"type": "number", "minimum": 0.5}),
    "exclusive limits": fields(a={"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
                               b={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    "multiples": fields(a={"type": "integer", "multipleOf": 7, "minimum": 1}, b={"type": "number", "multipleOf": 0.25}),
    "string lengths": fields(a={"type": "string", "minLength": 300}, b={"type": "string", "maxLength": 3},
                             c={"type": "string", "minLength": 8, "maxLength": 8}),
    "lengths in code points": fields(a={"type": "string", "maxLength": 2, "minLength": 2}),
    "pattern year": fields(year={"type": "string", "pattern": "^[0-9]{4}$"}),
    "pattern code": fields(code={"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"}),
    "pattern anywhere": fields(x={"type": "string", "pattern": "[aeiou]"}),
    "date": fields(automated={"type": "string", "format": "date"}),
    "date-time": fields(t={"type": "string", "format": "date-time"}),
    "time": fields(t={"type": "string", "format": "time"}),
    "email": fields(contact={"type": "string", "format": "email"}),
    "uri": fields(link={"type": "string", "format": "uri"}),
    "uuid": fields(id={"type": "string", "format": "uuid"}),
    "addresses": fields(a={"type": "string", "format": "ipv4"}, b={"type": "string", "format": "ipv6"},
                        c={"type": "string", "format": "hostname"}),
    "unknown format": fields(a={"type": "string", "format": "color"}),
    "array of strings": fields(names={"type": "array", "items": TEXT}),
    "array of numbers": fields(numbers={"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 4}),
    "unique items": fields(names={"type": "array", "items": TEXT, "uniqueItems": True, "minItems": 3}),
    "unique flags": fields(x={"type": "array", "items": FLAG, "uniqueItems": True, "minItems": 2}),
    "empty array": fields(x={"type": "array", "items": TEXT, "maxItems": 0}),
    "array of anything": fields(x={"type": "array"}),
    "array of objects": fields(people={"type": "array", "items": fields(name=TEXT, role=TEXT), "minItems": 1}),
    "array of arrays": fields(grid={"type": "array", "items": {"type": "array", "items": INTEGER}}),
    "array of enums": fields(x={"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1}),
    "root array": {"type": "array", "items": TEXT, "minItems": 1},
    "root array of objects": {"type": "array", "items": fields(name=TEXT)},
    "root string": {"type": "string"},
    "root number": {"type": "number"},
    "root flag": {"type": "boolean"},
    "root enum": {"enum": ["yes", "no"]},
    "root null": {"type": "null"},
    "root anyOf": {"anyOf": [fields(a=TEXT), fields(b=NUMBER)]},
    "nested": fields(tower=fields(height=fields(value=NUMBER, unit=TEXT), builder=fields(name=TEXT))),
    "five levels": fields(a=fields(b=fields(c=fields(d=fields(e=TEXT))))),
    "$ref to $defs": {"$defs": {"person": fields(name=TEXT)}, **fields(builder={"$ref": "#/$defs/person"},
                                                                       keeper={"$ref": "#/$defs/person"})},
    "$ref to definitions": {"definitions": {"n": INTEGER}, **fields(height={"$ref": "#/definitions/n"})},
    "$ref at the root": {"$defs": {"answer": fields(a=TEXT)}, "$ref": "#/$defs/answer"},
    "$ref with siblings": {"$defs": {"n": INTEGER}, **fields(h={"$ref": "#/$defs/n", "minimum": 3, "description": "height"})},
    "$ref escaped": {"$defs": {"a/b~c": TEXT}, **fields(x={"$ref": "#/$defs/a~1b~0c"})},
    "recursive": {"$defs": {"node": fields(["name", "children"], name=TEXT, children={"type": "array",
                                                                                     "items": {"$ref": "#/$defs/node"}})},
                  "$ref": "#/$defs/node"},
    "recursive nullable": {"$defs": {"node": fields(name=TEXT, next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]})},
                           "$ref": "#/$defs/node"},
    "additional allowed": {"type": "object", "properties": {"a": TEXT}, "required": ["a"], "additionalProperties": True},
    "additional of a type": {"type": "object", "additionalProperties": INTEGER, "minProperties": 2},
    "property counts": {"type": "object", "properties": {"a": TEXT, "b": TEXT, "c": TEXT}, "minProperties": 2, "maxProperties": 2},
    "no properties": {"type": "object", "properties": {}, "additionalProperties": False},
    "annotations": {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.org/s", "title": "T",
                    "description": "d", "$comment": "c", "default": {}, "examples": [1], "deprecated": True,
                    **fields(a={**TEXT, "default": "x", "readOnly": True, "examples": ["y"], "title": "A"})},
    "unknown words": {**fields(a={**TEXT, "x-order": 1}), "x-generator": "me"},
    "strange names": fields(**{"": TEXT, "a.b": TEXT, "ü 😀": TEXT, "$x": TEXT, "\"q\"": TEXT, "\\": TEXT, "\n": TEXT}),
    "many fields": fields(**{f"field_{i}": TEXT for i in range(100)}),
    "big limits": fields(a={"type": "integer", "minimum": 9007199254740993}, b={"type": "number", "maximum": -1e300}),
    "integer as float limit": fields(a={"type": "integer", "minimum": 2.5, "maximum": 3.5}),
    "as OpenAI's strict mode writes": {**fields(steps={"type": "array", "items": fields(explanation=TEXT, output=TEXT)},
                                                final_answer=TEXT), "$schema": "http://json-schema.org/draft-07/schema#"},
    "as pydantic writes": {"$defs": {"Kind": {"enum": ["person", "place"], "title": "Kind", "type": "string"},
                                     "Item": {"properties": {"name": {"title": "Name", "type": "string"},
                                                             "kind": {"$ref": "#/$defs/Kind"},
                                                             "year": {"anyOf": [INTEGER, {"type": "null"}], "default": None,
                                                                      "title": "Year"}},
                                              "required": ["name", "kind"], "title": "Item", "type": "object"}},
                           "properties": {"items": {"items": {"$ref": "#/$defs/Item"}, "title": "Items", "type": "array"}},
                           "required": ["items"], "title": "Answer", "type": "object"},
}
assert len(SCHEMAS) >= 40


def structured(server, question, schema, **more):
    """The value of a structured answer, after every check that holds for all of them."""
    reply = server.answer(question, response_format=json_schema(schema), **more)
    check_completion(reply, more.get("model", "speed"))
    value = json.loads(content(reply))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=formats).validate(value)
    check_fields(value, schema, [b["field"] for b in reply["basis"]])
    return value, reply


def check_fields(value, schema, named):
    """One entry of the basis for each top-level field, in order; one for a field that was left out may say why."""
    if not isinstance(value, dict) or not value:
        assert named == ["output"] or set(named) <= set(left_out(value, schema)), named
        return
    assert [name for name in named if name in value] == list(value), named
    assert set(named) - set(value) <= left_out(value, schema), named


def left_out(value, schema):
    if not isinstance(schema, dict):
        return set()
    if "$ref" in schema:
        schema = schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return set(schema.get("properties", {})) - set(value if isinstance(value, dict) else [])


@pytest.mark.parametrize("question", [ASK, NOWHERE, "云溪茶园建于哪一年？"], ids=["answered", "unanswered", "chinese"])
@pytest.mark.parametrize("name", list(SCHEMAS))
def test_output_is_valid(server, name, question):
    structured(server, question, SCHEMAS[name])


@pytest.mark.parametrize("model", MODELS)
def test_every_model_keeps_to_the_schema(server, model):
    structured(server, ASK, fields(builder=TEXT, height={"type": ["number", "null"]}), model=model)


def test_properties_come_in_the_schemas_order(server):
    value, _ = structured(server, ASK, fields(zebra=TEXT, apple=TEXT, mango=TEXT))
    assert list(value) == ["zebra", "apple", "mango"]


def test_fields_hold_what_they_ask_for(server):
    schema = fields(builder={"type": "string", "description": "Who built the lighthouse"},
                    year_built={"type": "integer", "description": "The year in which it was built"},
                    height_metres={"type": "number", "description": "Height of the tower in metres"})
    value, reply = structured(server, "The Lumenport Lighthouse: who built it, when, and how high is the tower?", schema)
    assert "Adela Varga" in value["builder"]
    assert value["year_built"] == 1871
    assert value["height_metres"] == 48
    for entry in reply["basis"]:
        assert entry["citations"][0]["url"] == "https://history.lumenport.example/lighthouse", entry
        assert entry["confidence"] is not None


def test_dates_are_read_off_the_page(server):
    schema = fields(opened={"type": "string", "format": "date", "description": "day when the bridge was opened to traffic"})
    value, _ = structured(server, "When was the Kestrel Bridge opened to traffic?", schema)
    assert value == {"opened": "2026-02-16"}


def test_a_field_that_nothing_supports_has_no_citation(server):
    schema = fields(winner={"type": ["string", "null"], "description": "The winner of the Ruritanian cup of 1788"})
    value, reply = structured(server, NOWHERE, schema)
    assert value == {"winner": None}
    assert reply["basis"][0]["citations"] == [] and reply["basis"][0]["confidence"] is None


def test_fields_that_the_basis_gives_anyway_are_warned_of(server):
    schema = fields(reasoning=TEXT, answer=TEXT, citations={"type": "array", "items": TEXT}, confidence=TEXT, source=TEXT)
    value, reply = structured(server, ASK, schema)
    said = " ".join(reply["warnings"])
    assert all(f"'{name}'" in said for name in ("reasoning", "citations", "confidence", "source")) and "basis" in said, said
    assert "Adela Varga" in value["answer"]
    assert value["citations"] and all(isinstance(c, str) for c in value["citations"])


def test_citations_asked_for_are_the_pages(server):
    schema = fields(answer=TEXT, citations={"type": "array", "items": TEXT})
    value, _ = structured(server, ASK, schema)
    assert value["citations"] == ["https://history.lumenport.example/lighthouse"]


def test_basis_of_each_element_on_request(server):
    schema = fields(rivers={"type": "array", "items": TEXT, "description": "rivers that the glacier feeds", "minItems": 3})
    question = "Which rivers does the Vantar Glacier feed?"
    plain = server.answer(question, response_format=json_schema(schema))
    assert [b["field"] for b in plain["basis"]] == ["rivers"]
    reply = server.ask(question, response_format=json_schema(schema),
                       headers={"parallel-beta": "field-basis-2025-11-25"}).json()
    check_completion(reply)
    count = len(json.loads(content(reply))["rivers"])
    assert {b["field"] for b in reply["basis"]} == {"rivers", *(f"rivers.{i}" for i in range(count))}
    for entry in reply["basis"][1:]:
        river = json.loads(content(reply))["rivers"][int(entry["field"].removeprefix("rivers."))]
        assert any(river in e for c in entry["citations"] for e in c["excerpts"]) and entry["confidence"], entry


@pytest.mark.parametrize("question", [ASK, NOWHERE])
def test_json_object_is_an_object(server, question):
    reply = server.answer(question, response_format={"type": "json_object"})
    check_completion(reply)
    assert isinstance(json.loads(content(reply)), dict)


def test_json_object_holds_the_answer(server):
    assert "Adela Varga" in content(server.answer(response_format={"type": "json_object"}))


def test_notes_of_json_lie_over_values(server):
    """There are no marks in JSON; an annotation covers the value that its page supports."""
    _, reply = structured(server, ASK, fields(builder=TEXT))
    for note in reply["choices"][0]["message"]["annotations"]:
        inner = note["url_citation"]
        assert "Adela" in content(reply)[inner["start_index"]:inner["end_index"]]


def test_strict_is_accepted(server):
    reply = server.answer(response_format=json_schema(fields(a=TEXT), strict=True))
    assert set(json.loads(content(reply))) == {"a"}


def test_json_is_never_cut_silently(server):
    """max_tokens may end JSON early, as with OpenAI, but then finish_reason says so."""
    reply = server.answer(response_format=json_schema(fields(a=TEXT, b=TEXT)), max_tokens=3)
    if reply["choices"][0]["finish_reason"] == "stop":
        json.loads(content(reply))
    else:
        assert reply["choices"][0]["finish_reason"] == "length"


def test_a_pattern_that_takes_for_ever(server):
    schema = fields(x={"type": "string", "pattern": "^(a+)+$(?=b)"})
    reply = server.ask("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", response_format=json_schema(schema))
    assert reply.status in (200, 422), reply


HEIGHT = {"type": "object", "properties": {"height": {"type": "integer", "description": "Metres"}}, "required": ["height"]}
PROMPTS = {
    "instructor": "As a genius expert, your task is to provide\nthe parsed objects in json that match the following json_schema:\n\n%s\n\n"
                  "Make sure to return an instance of the JSON, not the schema itself\n",
    "langchain": 'The output should be formatted as a JSON instance that conforms to the JSON schema below.\n\nAs an example, for the schema '
                 '{"properties": {"foo": {"type": "array"}}, "required": ["foo"]}\nthe object {"foo": ["bar"]} is a well-formatted instance '
                 'of the schema. The object {"properties": {"foo": ["bar"]}} is not.\n\nHere is the output schema:\n```\n%s\n```',
    "pydantic-ai": "Always respond with a JSON object that's compatible with this schema:\n\n%s\n\nDon't include any text before or after.",
}


@pytest.mark.parametrize("form", [None, {"type": "json_object"}, {"type": "text"}], ids=["none", "json_object", "text"])
@pytest.mark.parametrize("name", list(PROMPTS))
def test_a_schema_in_the_prompt_is_the_form(server, name, form):
    prompt = PROMPTS[name] % json.dumps(HEIGHT, indent=2)
    question = "How tall is the Lumenport Lighthouse?"
    for messages in ([{"role": "system", "content": prompt}, {"role": "user", "content": question}],
                     [{"role": "user", "content": f"{prompt}\n{question}"}]):
        reply = server.answer(messages=messages, **({"response_format": form} if form else {}))
        assert json.loads(content(reply)) == {"height": 48}
        assert reply["basis"][0]["field"] == "height" and reply["basis"][0]["citations"]
        assert any("schema in the prompt" in w for w in reply["warnings"])


def test_a_schema_with_doubled_braces(server):
    """LlamaIndex's output parser escapes it for a template that is never filled in."""
    schema = json.dumps(HEIGHT).replace("{", "{{").replace("}", "}}")
    question = "How tall is the Lumenport Lighthouse?"
    text = f"{question}\n\n\nHere's a JSON schema to follow:\n{schema}\n\nOutput a valid JSON object but do not repeat the schema.\n"
    reply = server.answer(text)
    assert json.loads(content(reply)) == {"height": 48}
    halved = server.answer(text.replace("}}\n", "}\n"))  # no longer doubled throughout: a text
    assert not content(halved).startswith("{")


@pytest.mark.parametrize("form", [
    {"type": "json_object", "schema": HEIGHT}, {"type": "json_schema", "name": "h", "schema": HEIGHT},
    {"type": "json_schema", "json_schema": HEIGHT}], ids=["beside json_object", "flat", "bare"])
def test_a_schema_in_another_place_of_the_format(server, form):
    reply = server.answer("How tall is the Lumenport Lighthouse?", response_format=form)
    assert json.loads(content(reply)) == {"height": 48}


def test_placeholders_are_no_data(server):
    """A client's stricter types take them, nobody takes them for what a page says, and warnings name each."""
    formats = {"mail": "email", "site": "uri", "day": "date", "moment": "date-time", "host": "hostname"}
    inner = {name: {"type": "string", "format": f} for name, f in formats.items()}
    schema = fields(about={**fields(code={"type": "string", "pattern": "^[A-Z]{3}$"}, **inner)},
                    maybe={"type": ["string", "null"], "format": "uri"})
    reply = server.answer(NOWHERE, response_format=json_schema(schema))
    value = json.loads(content(reply))
    assert value["maybe"] is None
    assert value["about"] == {"code": "XXX", "mail": "unknown@unknown.unknown", "site": "http://unknown/", "day": "0001-01-01",
                              "moment": "0001-01-01T00:00:00Z", "host": "unknown"}
    warning, = [w for w in reply["warnings"] if "placeholder" in w]
    assert all(f"'about.{name}'" in warning for name in value["about"]) and "maybe" not in warning


def test_a_tools_schema_in_the_prompt_is_none(server):
    prompt = "Tools: " + json.dumps([{"name": "f", "parameters": HEIGHT}]) + " and " + json.dumps({"function": HEIGHT})
    reply = server.answer(messages=[{"role": "system", "content": prompt}, {"role": "user", "content": ASK}])
    assert "Adela Varga" in content(reply) and not content(reply).startswith("{")
