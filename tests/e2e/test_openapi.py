"""The description at /openapi.json holds: replies and errors of the real program are as it says, with nothing more in them."""
import copy
import json
import re
import time
import urllib.parse

import jsonschema
import pytest
from support import ASK, CHAT, PATIENCE_S, ROOT, chat, chunks, json_schema

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


def named_events(reply):
    """Of a stream whose events have names: pairs of a name and the data."""
    found = []
    for block in reply.body.decode().split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            assert [line.split(": ")[0] for line in lines] == ["event", "data"], block
            found.append((lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))))
    return found


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
        if "content" not in response:
            assert reply.body == b"", reply
            return
        kind = reply.headers["content-type"]
        content = response["content"].get(kind) or response["content"][kind.split(";")[0]]
        if "event" in content["schema"].get("properties", {}):
            schema, found = content["schema"]["properties"], named_events(reply)
            assert found
            for name, data in found:
                self.validate(name, schema["event"])
                self.validate(data, schema["data"]["contentSchema"])
        elif kind.startswith("text/event-stream"):
            done, data = content["schema"]["properties"]["data"]["anyOf"]
            assert done == {"const": "[DONE]"}
            for chunk in chunks(reply):
                self.validate(chunk, data["contentSchema"])
        elif kind.startswith("application/json"):
            self.validate(reply.json(), content["schema"])
        error = kind == "application/json" and reply.json().get("error")
        if reply.status >= 400 and kind == "application/json" and "detail" in reply.json():  # of groups
            for error in reply.json()["detail"]:
                assert error["type"] in operation["x-errors"] and self.document["x-errors"][error["type"]]["status"] == reply.status
            return
        if isinstance(error, dict) and isinstance(error.get("code"), int):  # of MCP
            error = "code" in error.get("data", {}) and error["data"]
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
            assert any(status.startswith("2") for status in operation["responses"])
            for response in operation["responses"].values():
                for content in described.resolve(response).get("content", {}).values():
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
    # Forms of tool_choice that the description leaves open, arguments of tools, which tools/list describes, and a cursor that is refused.
    elsewhere = {"allowed_tools", "mode", "question", "output_schema", "id", "model_name", "cursor"}
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


@pytest.mark.parametrize("method,path", [("GET", "/v1/models"), ("POST", "/v1/search"), ("POST", "/v1/tasks/groups"), ("POST", "/mcp")])
def test_a_head_that_is_too_large_is_as_described(server, described, method, path):
    for headers, query in [({"x-more": "a" * 20000}, ""), ({}, "?a=" + "a" * 20000), ({}, "?a=" + "a" * 40000)]:
        reply = server.call(method, path + query, b"{}" if method == "POST" else None, {"Content-Type": "application/json", **headers})
        assert reply.status in (414, 431), reply
        described.check(method, path, reply)


# ---- Responses

RESPONSES = "/v1/responses"
QUESTION = {"model": "speed", "input": ASK}
NOTE = {"type": "function", "name": "note", "description": "Notes", "parameters": TOOL["function"]["parameters"]}


def sound(described, method, path, body):
    """The request is one by its own schema."""
    schema = described.operation(method, path)["requestBody"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**described.document, **schema}).validate(body)


def asked(server, described, method, path, body=None, status=200, headers=None):
    """Sends it; the reply, which is as described."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    reply = server.call(method, path, data, {**({"Content-Type": "application/json"} if method == "POST" else {}), **(headers or {})})
    assert reply.status == status, reply
    described.check(method, path, reply)
    if status < 300 and isinstance(body, dict):
        sound(described, method, path, body)
    return reply


@pytest.mark.parametrize("body", [
    QUESTION, {**QUESTION, "model": "parallel", "instructions": "Be brief.", "user": "u", "reasoning": {"effort": "low"}, "temperature": 0.5},
    {**QUESTION, "stream": True}, {**QUESTION, "max_output_tokens": 3}, {**QUESTION, "store": False, "metadata": {"a": "b"}, "basis_depth": "leaf"},
    {**QUESTION, "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}}},
    {**QUESTION, "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}}, "stream": True},
    {**QUESTION, "tools": [NOTE], "tool_choice": "required"}, {**QUESTION, "tools": [NOTE], "tool_choice": "required", "stream": True},
    {**QUESTION, "tools": [{"type": "web_search", "filters": {"allowed_domains": ["lumenport.example"]}, "external_web_access": False}]},
    {"model": "lite", "input": [{"role": "user", "content": [{"type": "input_text", "text": ASK}]}]},
], ids=range(11))
def test_responses_are_as_described(server, described, body):
    asked(server, described, "POST", RESPONSES, body)
    asked(server, described, "POST", "/responses", body)


def test_kept_responses_are_as_described(server, described):
    made = asked(server, described, "POST", RESPONSES, {**QUESTION, "tools": [NOTE], "tool_choice": "required"}).json()
    call = next(item for item in made["output"] if item["type"] == "function_call")
    history = [{"type": "function_call_output", "call_id": call["call_id"], "output": "Adela Varga built it in 1788."}]
    asked(server, described, "POST", RESPONSES, {"model": "speed", "previous_response_id": made["id"], "input": history})
    for prefix in (RESPONSES, "/responses"):
        one = asked(server, described, "POST", RESPONSES, {"model": "speed", "input": [{"role": "system", "content": "Hm."}, {"role": "user", "content": ASK}]}).json()["id"]
        asked(server, described, "GET", f"{prefix}/{one}")
        assert asked(server, described, "GET", f"{prefix}/{one}/input_items?limit=1&order=asc").json()["has_more"]
        asked(server, described, "POST", f"{prefix}/{one}/cancel", status=400)
        asked(server, described, "GET", f"{prefix}/{one}?stream=true", status=400)
        asked(server, described, "DELETE", f"{prefix}/{one}")
        asked(server, described, "GET", f"{prefix}/{one}", status=404)


def until(look):
    """What look gives, once that is something."""
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_responses_in_the_background_are_as_described(server, described):
    made = asked(server, described, "POST", RESPONSES, {**QUESTION, "background": True}).json()
    assert made["status"] == "queued"

    def ended():
        now = asked(server, described, "GET", f"{RESPONSES}/{made['id']}").json()
        return now if now["status"] == "completed" else None
    until(ended)
    asked(server, described, "POST", f"{RESPONSES}/{made['id']}/cancel")


@pytest.mark.parametrize("body,status", [
    (b"{", 400), ({"input": ASK}, 422), ({**QUESTION, "model": "gpt"}, 404), ({**QUESTION, "input": []}, 422), ({**QUESTION, "conversation": "c"}, 400),
    ({**QUESTION, "previous_response_id": "resp_x"}, 404), ({**QUESTION, "background": True, "stream": True}, 400),
    ({**QUESTION, "input": "a" * 30000}, 422), ({**QUESTION, "input": [{"role": "user", "content": [{"type": "input_image"}]}]}, 400),
])
def test_errors_of_responses_are_as_described(server, described, body, status):
    asked(server, described, "POST", RESPONSES, body, status)


def test_errors_of_kept_responses_are_as_described(server, described):
    for method, path in [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")]:
        asked(server, described, method, RESPONSES + "/resp_none" + path, status=404)
        asked(server, described, method, RESPONSES + "/%zz" + path, status=400)
    one = asked(server, described, "POST", RESPONSES, QUESTION).json()["id"]
    asked(server, described, "GET", f"{RESPONSES}/{one}/input_items?limit=0", status=422)


# ---- MCP

MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
PAGE = "https://www.lumenport.example/ferry"


def message(method, params=None, **more):
    return {"jsonrpc": "2.0", "id": 1, "method": method, **({"params": params} if params else {}), **more}


@pytest.mark.parametrize("method,params", [
    ("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}),
    ("ping", None), ("tools/list", None), ("tools/list", {"cursor": "x"}), ("nothing", None), ("server/discover", {"_meta": MODERN}),
    ("tools/list", {"_meta": MODERN}), ("tools/call", {"_meta": MODERN, "name": "search", "arguments": {"query": "lighthouse"}}),
    ("tools/call", {"name": "research", "arguments": {"question": ASK, "processor": "speed"}}),
    ("tools/call", {"name": "research", "arguments": {"question": ASK, "output_schema": SCHEMA}, "_meta": {"progressToken": "t"}}),
    ("tools/call", {"name": "search", "arguments": {"query": "Lumenport Lighthouse"}}), ("tools/call", {"name": "fetch", "arguments": {"id": PAGE}}),
    ("tools/call", {"name": "web_search", "arguments": {"objective": ASK, "search_queries": ["lighthouse"]}}),
    ("tools/call", {"name": "web_fetch", "arguments": {"urls": [PAGE, "nonsense"], "full_content": True}}),
    ("tools/call", {"name": "research", "arguments": {}}), ("tools/call", {"name": "none"}),
])
def test_mcp_is_as_described(server, described, method, params):
    headers = {"Accept": "application/json, text/event-stream"}
    if params and params.get("_meta") == MODERN:
        headers.update({"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, **({"Mcp-Name": params["name"]} if "name" in params else {})})
    reply = asked(server, described, "POST", "/mcp", message(method, params), headers=headers)
    assert ("progressToken" in (params or {}).get("_meta", {})) == reply.headers["content-type"].startswith("text/event-stream")


def test_what_mcp_refuses_is_as_described(server, described):
    asked(server, described, "POST", "/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}, 202)
    for body, status, headers in [
            (b"[", 400, {}), (b"[]", 400, {}), ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, 400, {}), (message("ping", id=1.5), 400, {}),
            (message("tools/list", {"_meta": MODERN}), 400, {}), (message("server/discover"), 400, {}),
            (message("x", {"_meta": MODERN}), 404, {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "x"}),
            (message("x", {"_meta": {**MODERN, "io.modelcontextprotocol/protocolVersion": "2030-01-01"}}), 400,
             {"MCP-Protocol-Version": "2030-01-01", "Mcp-Method": "x"}),
            (message("ping"), 401, {"Authorization": "Bearer wrong"}), (message("ping"), 403, {"Origin": "https://elsewhere.example"}),
            (message("ping"), 415, {"Content-Type": "text/plain"})]:
        asked(server, described, "POST", "/mcp", body, status, headers)


# ---- Tasks

TASK = {"input": ASK, "processor": "lite", "task_spec": {"output_schema": "One sentence."}}
RUNS = [
    TASK, {"input": {"building": "Lumenport Lighthouse"}, "processor": "pro-fast", "metadata": {"a": "b", "n": 1.5, "f": True}},
    {"input": ASK, "processor": "speed", "task_spec": {"output_schema": {"type": "json", "json_schema": SCHEMA}}, "enable_events": True},
    {"input": ASK, "processor": "speed", "task_spec": {"output_schema": {"type": "auto"}}, "memory_scope_key": "k", "mcp_servers": [{"name": "m"}],
     "advanced_settings": {"location": "us"}, "source_policy": {"include_domains": ["lumenport.example"]}, "webhook": {"url": "nowhere"}},
]


@pytest.mark.parametrize("prefix", ["/v1/tasks", "/v1beta/tasks"])
@pytest.mark.parametrize("run", RUNS, ids=range(len(RUNS)))
def test_task_runs_are_as_described(server, described, prefix, run):
    one = f"{prefix}/runs/" + asked(server, described, "POST", prefix + "/runs", run, 202).json()["run_id"]
    described.check("GET", one + "/result?timeout=0", server.call("GET", one + "/result?timeout=0"))  # 200, or 408
    described.check("GET", one, server.call("GET", one))
    found = named_events(asked(server, described, "GET", one + "/events"))
    assert found[0][0] == found[-1][0] == "task_run.state"
    asked(server, described, "GET", one + "/result")
    asked(server, described, "GET", one)
    asked(server, described, "GET", one + "/input")


@pytest.mark.parametrize("prefix", ["/v1/tasks", "/v1beta/tasks"])
def test_task_groups_are_as_described(server, described, prefix):
    asked(server, described, "POST", prefix + "/groups")
    group = f"{prefix}/groups/" + asked(server, described, "POST", prefix + "/groups", {"metadata": {"a": "b"}}).json()["taskgroup_id"]
    added = asked(server, described, "POST", group + "/runs?refresh_status=true",
                  {"inputs": RUNS, "default_task_spec": {"output_schema": {"type": "text", "description": "Short."}}}).json()
    assert [name for name, _ in named_events(asked(server, described, "GET", group + "/events"))].count("task_run.state") == len(RUNS)
    asked(server, described, "GET", group)
    for query in ("", "?include_input=true&include_output=true", "?status=completed&last_event_id=" + (added["run_cursor"] or "")):
        assert len(named_events(asked(server, described, "GET", f"{group}/runs{query}"))) == len(RUNS)
    asked(server, described, "GET", f"{group}/runs/{added['run_ids'][0]}")


def test_a_run_that_fails_is_as_described(server, described):
    bad = {**TASK, "task_spec": {"output_schema": {"type": "json", "json_schema": {"type": "bar"}}}}
    run = asked(server, described, "POST", "/v1/tasks/runs", bad, 202).json()
    assert run["warnings"]
    one = "/v1/tasks/runs/" + run["run_id"]
    asked(server, described, "GET", one + "/result", status=404)
    assert asked(server, described, "GET", one).json()["error"]["message"]


BAD_TASKS = [
    ("POST", "/v1/tasks/runs", b"{", 400), ("POST", "/v1/tasks/runs", {"input": ASK}, 422), ("POST", "/v1/tasks/runs", {**TASK, "input": ""}, 422),
    ("POST", "/v1/tasks/runs", {**TASK, "processor": "giant"}, 403), ("POST", "/v1/tasks/runs", {**TASK, "input": "a" * 30000}, 422),
    ("GET", "/v1/tasks/runs/none", None, 404), ("GET", "/v1/tasks/runs/none/input", None, 404), ("GET", "/v1/tasks/runs/none/result", None, 404),
    ("GET", "/v1/tasks/runs/none/result?timeout=x", None, 422), ("GET", "/v1/tasks/runs/none/events", None, 404),
    ("GET", "/v1/tasks/runs/%zz", None, 400), ("POST", "/v1/tasks/groups", {"metadata": 1}, 422), ("POST", "/v1/tasks/groups", b"[", 400),
    ("GET", "/v1/tasks/groups/none", None, 404), ("POST", "/v1/tasks/groups/none/runs", {"inputs": [TASK]}, 404),
    ("GET", "/v1/tasks/groups/none/runs", None, 404), ("GET", "/v1/tasks/groups/none/events", None, 404),
    ("GET", "/v1/tasks/groups/none/runs/none", None, 404),
]


@pytest.mark.parametrize("method,path,body,status", BAD_TASKS)
def test_errors_of_tasks_are_as_described(server, described, method, path, body, status):
    asked(server, described, method, path, body, status)


def test_errors_of_a_group_are_as_described(server, described):
    group = "/v1/tasks/groups/" + asked(server, described, "POST", "/v1/tasks/groups", {}).json()["taskgroup_id"]
    for body, status, place in [({}, 422, ["inputs"]), ({"inputs": [TASK, {"input": ASK}]}, 422, ["inputs", 1, "processor"]),
                                ({"inputs": [{**TASK, "processor": "giant"}]}, 403, None)]:
        reply = asked(server, described, "POST", group + "/runs", body, status)
        assert not place or reply.json()["detail"][0]["loc"] == ["body", *place]
    asked(server, described, "GET", group + "/runs?status=odd", status=422)
    asked(server, described, "GET", group + "/events?timeout=x", status=422)
    asked(server, described, "GET", group + "/runs/none", status=404)


# ---- Monitors

MONITOR = {"type": "event_stream", "frequency": "1d", "settings": {"query": ASK}}
BUILDER = {"type": "json", "json_schema": {**SCHEMA, "properties": {"builder": {"type": "string", "description": "who built it"}}}}


@pytest.mark.parametrize("body", [
    MONITOR, {**MONITOR, "settings": {"query": ASK, "include_backfill": True, "output_schema": BUILDER}, "processor": "base", "metadata": {"a": "b"}},
    {**MONITOR, "frequency": "2w", "webhook": {"url": "https://hook.example/", "event_types": ["monitor.event.detected"]},
     "settings": {"query": ASK, "include_backfill": True, "advanced_settings": {"source_policy": {"include_domains": ["lumenport.example"]}}}},
], ids=range(3))
def test_monitors_are_as_described(server, described, body):
    one = "/v1/monitors/" + asked(server, described, "POST", "/v1/monitors", body, 201).json()["monitor_id"]
    until(lambda: asked(server, described, "GET", one + "/events?include_completions=true&limit=5").json()["events"])
    asked(server, described, "GET", one)
    asked(server, described, "POST", one + "/update", {"frequency": "3h", "metadata": {"c": "d"}})
    asked(server, described, "POST", one + "/update", {"type": "event_stream", "settings": {"query": "Who runs the Lumenport ferry?"}})
    asked(server, described, "POST", one + "/trigger", status=204)
    until(lambda: len(asked(server, described, "GET", one + "/events?include_completions=true").json()["events"]) > 1)
    asked(server, described, "GET", "/v1/monitors?limit=1&status=active&type=event_stream")
    asked(server, described, "POST", one + "/cancel")
    asked(server, described, "GET", "/v1/monitors?status=cancelled,active")


def test_snapshots_are_as_described(server, described):
    run = asked(server, described, "POST", "/v1/tasks/runs", {"input": ASK, "processor": "lite", "task_spec": {"output_schema": BUILDER}}, 202).json()
    asked(server, described, "GET", f"/v1/tasks/runs/{run['run_id']}/result")
    body = {"type": "snapshot", "frequency": "1h", "settings": {"task_run_id": run["run_id"]}}
    made = asked(server, described, "POST", "/v1/monitors", body, 201).json()
    assert made["output"]["latest_snapshot"]["content"]
    one = "/v1/monitors/" + made["monitor_id"]
    asked(server, described, "POST", one + "/trigger", status=204)
    until(lambda: asked(server, described, "GET", one + "/events?include_completions=true").json()["events"])
    asked(server, described, "POST", one + "/cancel")


BAD_MONITORS = [
    ("POST", "", b"{", 400), ("POST", "", {}, 422), ("POST", "", {**MONITOR, "frequency": "1s"}, 422), ("POST", "", {**MONITOR, "settings": {}}, 422),
    ("POST", "", {**MONITOR, "settings": {"query": "a" * 30000}}, 422),
    ("POST", "", {"type": "snapshot", "frequency": "1d", "settings": {"task_run_id": "none"}}, 422), ("GET", "?limit=0", None, 422),
    ("GET", "?status=odd", None, 422), ("GET", "/none", None, 404), ("POST", "/none/update", {}, 404), ("POST", "/none/cancel", None, 404),
    ("POST", "/none/trigger", None, 404), ("GET", "/none/events", None, 404), ("GET", "/%zz", None, 400),
]


@pytest.mark.parametrize("method,path,body,status", BAD_MONITORS)
def test_errors_of_monitors_are_as_described(server, described, method, path, body, status):
    asked(server, described, method, "/v1/monitors" + path, body, status)


def test_an_event_that_is_not_as_described_is_found(described, server):
    """The checks of streams with named events, of groups' and of MCP's errors can fail."""
    reply = server.call("POST", RESPONSES, json.dumps({**QUESTION, "stream": True}), {"Content-Type": "application/json"})
    good = reply.body
    for old, new in ((b'"sequence_number":0', b'"sequence_number":"0"'), (b'"item_id":', b'"item":'), (b'"object":"response"', b'"object":"answer"')):
        assert old in good
        reply.body = good.replace(old, new)
        with pytest.raises(jsonschema.ValidationError):
            described.check("POST", RESPONSES, reply)
    for path, old, new in (("/v1/tasks/groups", b'"msg":', b'"message":'), ("/mcp", b'"jsonrpc":"2.0"', b'"jsonrpc":"1.0"')):
        reply = server.call("POST", path, b'{"metadata": 1}', {"Content-Type": "application/json"})
        described.check("POST", path, reply)
        assert old in reply.body
        reply.body = reply.body.replace(old, new)
        with pytest.raises(jsonschema.ValidationError):
            described.check("POST", path, reply)
