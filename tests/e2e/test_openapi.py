"""The description at /openapi.json holds: replies and errors of the real program are as it says, with nothing more in them."""
import copy
import json
import re
import time
import urllib.parse

import jsonschema
import pytest
from support import ASK, CHAT, ROOT, chat, chunks, json_schema

ASKED = {"search_queries": ["Lumenport Lighthouse"]}
TOOL = {"type": "function", "function": {"name": "note", "parameters": {"type": "object", "properties": {"builder": {"type": "string"}}}}}
SCHEMA = {"type": "object", "properties": {"builder": {"type": "string"}}, "required": ["builder"], "additionalProperties": False}
FUNCTION = {"functions": [TOOL["function"]], "function_call": {"name": "note"}}


def closed(tree):
    """The same schemas, but no object may have a member that is not described."""
    if isinstance(tree, list):
        return [closed(v) for v in tree]
    if not isinstance(tree, dict):
        return tree
    out = {k: closed(v) for k, v in tree.items()}
    if "properties" in out and out.get("type") == "object" and "additionalProperties" not in out:
        out["unevaluatedProperties"] = False
    return out


def open_extended(schemas):
    """What others extend by allOf is closed by these: they get an open copy of it."""
    for schema in list(schemas.values()):
        for base in schema.get("allOf", []):
            name = base["$ref"].rsplit("/", 1)[1]
            schemas[name + "Open"] = {k: v for k, v in schemas[name].items() if k != "unevaluatedProperties"}
            base["$ref"] += "Open"


class Described:
    def __init__(self, server):
        reply = server.call("GET", "/openapi.json", key=None)
        assert reply.status == 200 and reply.headers["content-type"] == "application/json", reply
        self.document = reply.json()
        self.strict = closed(self.document)
        open_extended(self.strict["components"]["schemas"])

    def operation(self, method, path):
        path = urllib.parse.urlsplit(path).path
        for template, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path) and method.lower() in item:
                return item[method.lower()]
        raise AssertionError(f"{method} {path} is not described")

    def resolve(self, thing):
        while "$ref" in thing:
            target = self.document
            for step in thing["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            thing = target
        return thing

    def validate(self, instance, schema):
        if "$ref" in schema:
            schema = {**self.strict, "$ref": schema["$ref"]}
        else:
            schema = {**self.strict, **closed(schema)}
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(instance)

    def check(self, method, path, reply):
        """The reply's status, headers, type and body are described for this operation."""
        operation = self.operation(method, path)
        response = self.resolve(operation["responses"][str(reply.status)])
        for name in response["headers"]:
            assert name.lower() in reply.headers, (name, reply.headers)
        kind = reply.headers["content-type"]
        content = response["content"].get(kind) or response["content"][kind.split(";")[0]]
        if kind.startswith("text/event-stream"):
            done, data = content["schema"]["properties"]["data"]["anyOf"]
            assert done == {"const": "[DONE]"}
            for chunk in chunks(reply):
                self.validate(chunk, data["contentSchema"])
        elif kind.startswith("application/json"):
            self.validate(reply.json(), content["schema"])
        error = kind == "application/json" and reply.json().get("error")
        if reply.status >= 400 and isinstance(error, dict):
            assert error["code"] in operation["x-errors"], (error, operation["x-errors"])
            table = self.document["x-errors"][error["code"]]
            assert table["status"] == reply.status and table["type"] == error["type"]


@pytest.fixture(scope="module")
def described(server):
    return Described(server)


def test_every_route_of_the_source_is_described(described):
    text = (ROOT / "src/http/api_routes.c").read_text()
    routes = re.findall(r'\{"([A-Z]+)", "(/[^"]*)"', text)
    assert len(routes) > 20
    for method, path in routes:
        operation = described.operation(method, path.replace("*", "anything"))
        assert operation["summary"] and operation["responses"] and "security" in operation and "x-limits" in operation


def test_the_document_is_sound(described):
    ids = []
    for path, item in described.document["paths"].items():
        for method, operation in item.items():
            ids.append(operation["operationId"])
            named = set(re.findall(r"\{(\w+)\}", path))
            assert {p["name"] for p in map(described.resolve, operation["parameters"]) if p["in"] == "path"} == named
            assert "200" in operation["responses"]
            for response in operation["responses"].values():
                for content in described.resolve(response)["content"].values():
                    described.resolve(content["schema"])
    assert len(ids) == len(set(ids))
    for schema in described.document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for ref in re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(described.document)):
        described.resolve({"$ref": ref})


def test_every_member_that_the_readers_know_is_described(described):
    """What api/ reads from a request by a literal name is a member of some schema here."""
    known = set()

    def collect(tree):
        if isinstance(tree, dict):
            known.update(tree.get("properties", {}))
            for v in tree.values():
                collect(v)
        elif isinstance(tree, list):
            for v in tree:
                collect(v)
    collect(described.document)
    # Forms of tool_choice that the description leaves open.
    elsewhere = {"allowed_tools", "mode"}
    for path in (ROOT / "src/api").glob("*.c"):
        for name in re.findall(r'\b(?:fields_(?:get|string|bool|number|integer|object|strings)|read_limit|read_count)\('
                               r'[^"()]*(?:\([^()]*\))?[^"()]*"(\w+)"', path.read_text()):
            assert name in known | elsewhere, f"{path.name} reads {name!r}, which openapi/ does not describe"


def test_settings_and_tables_are_told(start, described):
    other = Described(start("--rate-per-minute", 7, "--max-body-bytes", 2048, "--no-auth"))
    assert described.document["x-limits"]["max_body_bytes"]["value"] == 1048576
    assert other.document["x-limits"]["max_body_bytes"]["value"] == 2048
    operation = other.operation("POST", CHAT)
    assert operation["x-limits"]["max_body_bytes"] == 2048 and operation["security"] == []
    assert described.operation("POST", CHAT)["security"] == [{"bearer": []}, {"key": []}]
    assert set(described.document["x-models"]) == {"speed", "lite", "base", "core"}
    assert "secret" not in json.dumps(described.document).lower() and "llm" not in described.document["x-limits"]


POSTS = [
    (CHAT, chat()), (CHAT, chat(model="core")), (CHAT, chat(stream=True)),
    (CHAT, chat(stream=True, stream_options={"include_usage": True})),
    (CHAT, chat(response_format=json_schema(SCHEMA))), (CHAT, chat(response_format=json_schema(SCHEMA), stream=True)),
    (CHAT, chat(response_format={"type": "json_object"})), (CHAT, chat(tools=[TOOL], tool_choice="required")),
    (CHAT, chat(tools=[TOOL], tool_choice="required", stream=True)), (CHAT, chat(**FUNCTION)), (CHAT, chat(**FUNCTION, stream=True)),
    (CHAT, chat("Which football club won the Ruritanian cup in 1788?")), (CHAT, chat(max_tokens=3)), (CHAT, chat(basis_depth="leaf")),
    ("/chat/completions", chat()), ("/v1beta/chat/completions", chat(logprobs=True, store=False)),
    ("/v1/completions", {"model": "speed", "prompt": ASK}), ("/completions", {"model": "base", "prompt": [ASK], "echo": True}),
    ("/v1/completions", {"model": "speed", "prompt": ASK, "stream": True, "stream_options": {"include_usage": True}}),
    ("/v1/search", ASKED), ("/v1/search", {**ASKED, "max_chars_total": 1, "colour": 1, "session_id": "a"}), ("/v1beta/search", ASKED),
    ("/v1/extract", {"urls": ["https://history.lumenport.example/lighthouse", "http://127.0.0.1:1/"]}),
    ("/v1/extract", {"urls": ["https://www.lumenport.example/ferry"], "advanced_settings": {"full_content": True}}),
    ("/v1beta/extract", {"urls": ["https://www.lumenport.example/ferry", "nonsense"], "full_content": True}),
]


@pytest.mark.parametrize("path,body", POSTS)
def test_replies_are_as_described(server, described, path, body):
    reply = server.post(body, path=path)
    assert reply.status == 200, reply
    described.check("POST", path, reply)
    request = described.operation("POST", path)["requestBody"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**described.document, **request}).validate(body)


@pytest.mark.parametrize("path", ["/v1/models", "/models", "/v1/models/core", "/models/speed", "/v1/usage", "/v1/usage?days=3", "/health",
                                  "/healthz", "/readyz", "/metrics", "/openapi.json"])
def test_replies_to_get_are_as_described(server, described, path):
    reply = server.call("GET", path)
    assert reply.status == 200, reply
    described.check("GET", path, reply)


def test_stored_completions_are_as_described(server, described):
    reply = server.post(chat(store=True, metadata={"a": "b"}))
    described.check("POST", CHAT, reply)
    one = f"{CHAT}/{reply.json()['id']}"
    for method, path, body in [("GET", CHAT, None), ("GET", CHAT + "?limit=1&order=desc", None), ("GET", one, None),
                               ("POST", one, {"metadata": {"c": "d"}}), ("GET", one + "/messages", None), ("DELETE", one, None)]:
        reply = server.call(method, path, body and json.dumps(body), {"Content-Type": "application/json"} if body else {})
        assert reply.status == 200, reply
        described.check(method, path, reply)


BAD = [
    ("POST", CHAT, b"{", {}), ("POST", CHAT, {}, {}), ("POST", CHAT, chat(model="gpt"), {}), ("POST", CHAT, chat(n=2), {}),
    ("POST", CHAT, chat("a" * 30000), {}), ("POST", CHAT, chat(previous_interaction_id="x"), {}),
    ("POST", CHAT, chat(response_format=json_schema({"type": "object", "if": {}})), {}),
    ("POST", CHAT, chat([{"type": "image_url", "image_url": {"url": "x"}}]), {}),
    ("POST", CHAT, b"a" * (1 << 20) + b"b", {}), ("POST", CHAT, chat(), {"Content-Type": "text/plain"}),
    ("POST", CHAT, chat(), {"Authorization": "Bearer wrong"}), ("POST", CHAT, chat(), {"Authorization": "Basic x"}),
    ("POST", CHAT, chat(), {"Idempotency-Key": "a" * 400}),
    ("POST", "/v1/completions", {"model": "speed"}, {}), ("POST", "/v1/completions", {"model": "speed", "prompt": [1, 2]}, {}),
    ("POST", "/v1/search", {}, {}), ("POST", "/v1/search", {**ASKED, "mode": "slow"}, {}), ("POST", "/v1/extract", {"urls": []}, {}),
    ("POST", "/v1/extract", b"[", {}), ("POST", "/v1beta/search", {}, {}), ("POST", "/v1beta/extract", {}, {}),
    ("GET", "/v1/models/gpt", None, {}), ("GET", "/v1/usage?days=x", None, {}), ("GET", "/v1/usage?key=none", None, {}),
    ("GET", CHAT + "?limit=0", None, {}), ("GET", CHAT + "/none", None, {}), ("POST", CHAT + "/none", {"metadata": {}}, {}),
    ("DELETE", CHAT + "/none", None, {}), ("GET", CHAT + "/none/messages", None, {}), ("GET", "/v1/models/%zz", None, {}),
]


@pytest.mark.parametrize("method,path,body,headers", BAD)
def test_errors_are_as_described(server, described, method, path, body, headers):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    reply = server.call(method, path, data, {"Content-Type": "application/json", **headers})
    assert reply.status >= 400, reply
    described.check(method, path, reply)


def test_limits_and_repeats_are_as_described(start, server, described):
    tight = start("--rate-per-minute", 2)
    for _ in range(3):
        reply = tight.call("GET", "/v1/models")
    assert reply.status == 429
    Described(tight).check("GET", "/v1/models", reply)
    key = {"Idempotency-Key": f"described-{time.time()}"}
    for body, status in [(chat(), 200), (chat(), 200), (chat("Another?"), 422)]:
        reply = server.post(body, headers=key)
        assert reply.status == status
        described.check("POST", CHAT, reply)


def test_a_reply_that_is_not_as_described_is_found(described, server):
    """The checks above can fail."""
    reply = server.ask(ASK)
    body = reply.json()
    for spoil in (lambda b: b.update(extra=1), lambda b: b["usage"].pop("total_tokens"), lambda b: b["basis"][0].update(more=1),
                  lambda b: b["choices"][0].update(finish_reason="done")):
        bad = copy.deepcopy(body)
        spoil(bad)
        reply.body = json.dumps(bad).encode()
        with pytest.raises(jsonschema.ValidationError):
            described.check("POST", CHAT, reply)
