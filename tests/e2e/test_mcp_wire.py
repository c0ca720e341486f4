"""The Model Context Protocol by hand: both eras, and what a client of good will would never send."""
import base64
import json
import subprocess
import time

import pytest
from llm_world import LlmWorld, Say
from support import ASK, BINARY, PATIENCE_S, RATE_HEADERS, environment, events, footnote

PATH = "/mcp"
MODERN = "2026-07-28"
LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}}
LIGHTHOUSE = "https://history.lumenport.example/lighthouse"


def message(method, params=None, id_=1, meta=None):
    params = {**(params or {}), **({"_meta": meta} if meta else {})}
    return {"jsonrpc": "2.0", "id": id_, "method": method, **({"params": params} if params else {})}


def modern(server, method, params=None, headers=None, meta=None, **more):
    name = (params or {}).get("name")
    all_headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": MODERN, "Mcp-Method": method,
                   **({"Mcp-Name": name} if name else {}), **(headers or {})}
    return server.post(message(method, params, meta={**META, **(meta or {})}), PATH,
                       {k: v for k, v in all_headers.items() if v is not None}, **more)


def legacy(server, method, params=None, headers=None, **more):
    return server.post(message(method, params), PATH,
                       {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25", **(headers or {})},
                       **more)


def check_error(reply, status, code, id_=1):
    assert reply.status == status, reply
    body = reply.json()
    assert body["jsonrpc"] == "2.0" and body["error"]["code"] == code and body["error"]["message"], body
    assert body.get("id") == id_ and ("id" in body) == (id_ is not None), body
    return body["error"]


def result(reply):
    assert reply.status == 200, reply
    body = reply.json()
    assert body["jsonrpc"] == "2.0" and body["id"] == 1 and "error" not in body, body
    return body["result"]


def call(server, name, arguments, send=modern, **more):
    return result(send(server, "tools/call", {"name": name, "arguments": arguments}, **more))


# What each era says

def test_discover(server):
    found = result(modern(server, "server/discover"))
    assert found["resultType"] == "complete" and found["supportedVersions"] == [MODERN]
    assert found["capabilities"] == {"tools": {}} and found["ttlMs"] > 0 and found["cacheScope"] == "public"
    about = found["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert about["name"] == "footnote" and about["version"]


@pytest.mark.parametrize("version", LEGACY)
def test_initialize(server, version):
    params = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    reply = server.post(message("initialize", params), PATH)
    found = result(reply)
    assert found["protocolVersion"] == version and found["serverInfo"]["name"] == "footnote"
    assert "resultType" not in found and "mcp-session-id" not in reply.headers
    assert "tools" in result(server.post(message("tools/list"), PATH, {"MCP-Protocol-Version": version}))
    assert result(server.post(message("ping"), PATH, {"MCP-Protocol-Version": version})) == {}


def test_initialize_with_a_version_nobody_knows(server):
    assert result(server.post(message("initialize", {"protocolVersion": "1999-01-01"}), PATH))["protocolVersion"] == LEGACY[0]


@pytest.mark.parametrize("send", [modern, legacy])
def test_tools(server, send):
    found = result(send(server, "tools/list"))
    assert [t["name"] for t in found["tools"]] == ["research", "search", "fetch", "web_search", "web_fetch"]
    for tool in found["tools"]:
        assert tool["description"] and tool["inputSchema"]["type"] == tool["outputSchema"]["type"] == "object"
        assert tool["annotations"]["readOnlyHint"] is True
    assert ("ttlMs" in found and "cacheScope" in found) == (send is modern)
    check_error(send(server, "tools/list", {"cursor": "x"}), 200, -32602)


def test_methods_that_are_not_there(server):
    check_error(modern(server, "resources/list"), 404, -32601)
    check_error(modern(server, "initialize"), 404, -32601)
    check_error(modern(server, "ping"), 404, -32601)
    check_error(legacy(server, "resources/list"), 200, -32601)


def test_notifications_have_no_reply(server):
    for body in ({"jsonrpc": "2.0", "method": "notifications/initialized"}, {"jsonrpc": "2.0", "method": "anything"},
                 {"jsonrpc": "2.0", "id": 7, "result": {}}):
        reply = server.post(body, PATH)
        assert reply.status == 202 and reply.body == b""


def test_one_method_only(server):
    for method in ("GET", "DELETE", "PUT"):
        reply = server.call(method, PATH)
        assert reply.status == 405 and "POST" in reply.headers["allow"], reply
    assert server.call("OPTIONS", PATH).status == 204


def test_the_same_gates(server):
    reply = server.post(message("tools/list"), PATH, key=None)
    error = check_error(reply, 401, -32600, None)
    assert error["data"]["code"] == "missing_api_key" and reply.headers["www-authenticate"] == "Bearer"
    reply = legacy(server, "tools/list", headers={"x-request-id": "mine-7"})
    assert reply.headers["x-request-id"] == "mine-7" and all(name in reply.headers for name in RATE_HEADERS)
    check_error(server.post(b"{}", PATH, {"Content-Type": "text/plain"}), 415, -32600, None)
    assert legacy(server, "tools/list", headers={"Authorization": "", "x-api-key": server.key}, key=None).status == 200


def test_foreign_origins(server, open_server, start):
    for one in (server, open_server):
        for origin in ("https://evil.example", "http://evil.example:8080", "null", "http://localhost.evil.example"):
            for send in (modern, legacy):
                reply = send(one, "tools/list", headers={"Origin": origin})
                assert reply.status == 403 and reply.json()["error"]["message"], reply
        for origin in (one.url, f"http://localhost:{one.port}"):
            assert modern(one, "tools/list", headers={"Origin": origin}).status == (200 if origin == one.url or one is server else 403)
    listed = start("--cors", "https://app.example")
    assert modern(listed, "tools/list", headers={"Origin": "https://app.example"}).status == 200
    check_error(modern(listed, "tools/list", headers={"Origin": "https://other.example"}), 403, -32600, None)


# Headers and versions

def test_headers_must_be_what_the_body_says(server):
    params = {"name": "search", "arguments": {"query": "x"}}
    for headers in ({"MCP-Protocol-Version": "2025-11-25"}, {"MCP-Protocol-Version": "2026-01-01"}, {"Mcp-Method": None},
                    {"Mcp-Method": "tools/list"}, {"Mcp-Method": "TOOLS/CALL"}, {"Mcp-Name": None}, {"Mcp-Name": "fetch"},
                    {"Mcp-Name": "=?base64?!!!!?="}, {"Mcp-Name": "=?base64?" + base64.b64encode(b"fetch").decode() + "?="}):
        check_error(modern(server, "tools/call", params, headers), 400, -32020)
    check_error(modern(server, "tools/list", headers={"MCP-Protocol-Version": None}), 400, -32020)
    assert modern(server, "tools/call", params, {"Mcp-Name": "  search \t"}).status == 200
    encoded = {"Mcp-Name": "=?base64?" + base64.b64encode(b"search").decode() + "?="}
    assert modern(server, "tools/call", params, encoded).status == 200


def test_versions_nobody_knows(server):
    for version in ("2031-01-01", "v999.0.0", "2025-11-25", ""):
        meta = {"io.modelcontextprotocol/protocolVersion": version}
        reply = modern(server, "tools/list", headers={"MCP-Protocol-Version": version or None}, meta=meta)
        if version:
            error = check_error(reply, 400, -32022)
            assert error["data"] == {"supported": [MODERN], "requested": version}
        else:
            check_error(reply, 400, -32020)


def test_meta_must_be_whole(server):
    for meta in ({}, {"x": 1}, {k: v for k, v in META.items() if "Version" not in k},
                 {k: v for k, v in META.items() if "Capabilities" not in k},
                 {**META, "io.modelcontextprotocol/clientCapabilities": []},
                 {**META, "io.modelcontextprotocol/protocolVersion": 7}):
        body = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": meta}}
        check_error(server.post(body, PATH, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "server/discover"}), 400, -32602)
    check_error(server.post(message("server/discover"), PATH), 400, -32602)
    without = {k: v for k, v in META.items() if "clientInfo" not in k}
    body = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": without}}
    assert server.post(body, PATH, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "server/discover"}).status == 200


# Messages that are none

@pytest.mark.parametrize("body, code, id_", [
    (b"", -32700, None), (b"{", -32700, None), (b"\xff\xfe", -32700, None), (b"[" * 3000, -32700, None),
    (b"[]", -32600, None), (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600, None), (b'"x"', -32600, None),
    (b"7", -32600, None), (b"{}", -32600, None), (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1),
    (b'{"id":"a","method":"ping"}', -32600, "a"), (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, None),
    (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, None), (b'{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, None),
    (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600, 1), (b'{"jsonrpc":"2.0","id":1}', -32600, 1),
    (b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}', -32602, 1),
    (b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":7}}', -32602, 1),
])
def test_messages_that_are_none(server, body, code, id_):
    check_error(server.post(body, PATH), 400, code, id_)


def test_ids_come_back_as_they_were(server):
    for id_ in (0, -7, 9007199254740993, "", "a\"b\\c\u00e4", "7"):
        assert server.post(message("ping", id_=id_), PATH).json()["id"] == id_


def test_calls_that_are_none(server):
    for params in ({}, {"name": 7}, {"name": "nothing"}, {"name": "research", "arguments": []}, {"name": "research", "arguments": "x"}):
        check_error(legacy(server, "tools/call", params), 200, -32602)


@pytest.mark.parametrize("name, arguments, word", [
    ("research", {}, "question"), ("research", {"question": 7}, "question"), ("research", {"question": "  "}, "question"),
    ("research", {"question": ASK, "processor": "gpt"}, "processor"),
    ("research", {"question": ASK, "output_schema": []}, "output_schema"),
    ("research", {"question": ASK, "output_schema": {"type": "object", "properties": {"a": {"type": "wizard"}}}}, "output_schema"),
    ("research", {"question": ASK, "source_policy": {"include_domains": "x"}}, "include_domains"),
    ("research", {"question": "x" * 30000}, "characters"),
    ("search", {}, "query"), ("search", {"query": None}, "query"),
    ("fetch", {}, "id"), ("fetch", {"id": "no address"}, "could not be read"), ("fetch", {"id": "file:///etc/passwd"}, "could not be read"),
    ("web_search", {"objective": "x"}, "search_queries"), ("web_search", {"search_queries": ["x"]}, "objective"),
    ("web_search", {"objective": "x", "search_queries": []}, "search_queries"),
    ("web_search", {"objective": "x", "search_queries": [7]}, "search_queries[0]"),
    ("web_search", {"objective": "x", "search_queries": ["x"], "session_id": "x" * 200}, "session_id"),
    ("web_fetch", {}, "urls"), ("web_fetch", {"urls": []}, "urls"), ("web_fetch", {"urls": ["x"] * 21}, "urls"),
    ("web_fetch", {"urls": ["x"], "full_content": "yes"}, "full_content"),
])
def test_arguments_that_a_model_can_mend(server, name, arguments, word):
    """Results that say what is wrong, not errors of the protocol."""
    for send in (modern, legacy):
        found = call(server, name, arguments, send)
        assert found["isError"] is True and "structuredContent" not in found
        assert word in found["content"][0]["text"]


def test_deep_schemas(server):
    schema = {"type": "string"}
    for _ in range(60):
        schema = {"type": "object", "properties": {"a": schema}}
    found = call(server, "research", {"question": ASK, "output_schema": schema})
    assert found["isError"] and "levels" in found["content"][0]["text"]
    found = call(server, "research", {"question": ASK, "output_schema": {"$ref": "https://evil.example/schema.json"}})
    assert found["isError"]
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"research","arguments":' + b'{"a":' * 2500 + b"1" + b"}" * 2502
    check_error(server.post(body, PATH), 400, -32700, None)


# Streams

def stream(reply):
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/event-stream"), reply
    assert reply.headers["x-accel-buffering"] == "no"
    blocks = reply.body.decode().replace("event: message\n", "").encode()
    return [json.loads(data) for data in events(blocks)]


@pytest.mark.parametrize("token", ["t-1", 7])
def test_progress_as_events(server, token):
    found = stream(modern(server, "tools/call", {"name": "research", "arguments": {"question": ASK}}, meta={"progressToken": token}))
    told, last = found[:-1], found[-1]
    assert len(told) >= 2 and [t["params"]["progress"] for t in told] == list(range(1, len(told) + 1))
    assert all(t["method"] == "notifications/progress" and t["params"]["progressToken"] == token and t["params"]["message"] for t in told)
    assert last["id"] == 1 and last["result"]["isError"] is False and "Adela Varga" in last["result"]["structuredContent"]["answer"]


def test_json_for_those_that_read_no_events(server):
    reply = modern(server, "tools/call", {"name": "research", "arguments": {"question": ASK}}, {"Accept": "application/json"},
                   meta={"progressToken": 1})
    assert reply.headers["content-type"] == "application/json" and result(reply)["isError"] is False


def test_closing_the_stream_cancels(start):
    with LlmWorld("llama.cpp") as llm:
        llm.answer = lambda asked: Say("word " * 400, rate=5)
        server = start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url, "--workers", 2)
        body = json.dumps(message("tools/call", {"name": "research", "arguments": {"question": ASK, "processor": "speed"}},
                                  meta={**META, "progressToken": 1})).encode()
        head = (f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
                f"MCP-Protocol-Version: {MODERN}\r\nMcp-Method: tools/call\r\nMcp-Name: research\r\nContent-Length: {len(body)}\r\n\r\n")
        with server.connect() as sock:
            sock.sendall(head.encode() + body)
            assert b"notifications/progress" in sock.recv(65536) + sock.recv(65536)
        end = time.monotonic() + PATIENCE_S
        while "path=/mcp" not in server.log_text():  # the request is over although the model would go on for a minute
            assert time.monotonic() < end
            time.sleep(0.05)


# The key's own limits

def test_what_a_key_may_do_holds_here_too(data, start, tmp_path):
    done = footnote("key", "create", "mcp-narrow", "--models", "speed", "--domains", "example.org", data=data)
    assert done.returncode == 0, done.stderr
    server = start(key=done.stdout.strip())
    found = call(server, "research", {"question": ASK, "processor": "base"})
    assert found["isError"] and "base" in found["content"][0]["text"]
    assert call(server, "search", {"query": "Lumenport Lighthouse"})["structuredContent"]["results"] == [] or \
        all("example.org" in r["url"] for r in call(server, "search", {"query": "Lumenport Lighthouse"})["structuredContent"]["results"])
    found = call(server, "fetch", {"id": LIGHTHOUSE})
    assert found["isError"]


def test_only_calls_count_against_the_quota(data, start):
    done = footnote("key", "create", "mcp-quota", "--quota", "2", data=data)
    assert done.returncode == 0, done.stderr
    server = start(key=done.stdout.strip())
    for _ in range(5):
        result(modern(server, "tools/list"))
        result(modern(server, "server/discover"))
        assert call(server, "search", {})["isError"]
    assert not call(server, "search", {"query": "x"})["isError"]
    assert not call(server, "search", {"query": "x"})["isError"]
    check_error(modern(server, "tools/call", {"name": "search", "arguments": {"query": "x"}}), 429, -32600, None)


# On standard input and output

class Stdio:
    def __init__(self, data, *flags, env=None):
        self.process = subprocess.Popen([BINARY, "mcp", "--data", str(data), *map(str, flags)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(data, **(env or {})))

    def send(self, *messages):
        for one in messages:
            self.process.stdin.write((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n")
        self.process.stdin.flush()

    def read(self):
        line = self.process.stdout.readline()
        assert line.endswith(b"\n") and b"\r" not in line, line
        return json.loads(line)

    def end(self):
        """Standard input ends; the exit status and what else was written."""
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        return self.process.returncode, self.process.stdout.read(), self.process.stderr.read().decode()


@pytest.fixture
def stdio(data):
    opened = []

    def begin(*flags, **more):
        opened.append(Stdio(data, *flags, **more))
        return opened[-1]
    yield begin
    for one in opened:
        one.process.kill()
        one.process.wait()


def test_stdio_has_both_eras(stdio):
    one = stdio()
    one.send(message("server/discover", meta=META))
    assert one.read()["result"]["supportedVersions"] == [MODERN]
    one.send(message("anything"), message("server/discover"), message("tools/list", meta={**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}))
    assert [one.read()["error"]["code"] for _ in range(3)] == [-32601, -32602, -32022]
    one.send(message("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}}), {"jsonrpc": "2.0", "method": "notifications/initialized"},
             message("tools/list", id_="two"))
    assert one.read()["result"]["protocolVersion"] == "2025-06-18"
    assert one.read()["id"] == "two"
    one.send(message("tools/call", {"name": "search", "arguments": {"query": "Lumenport"}}, meta={**META, "progressToken": 1}))
    assert one.read()["result"]["structuredContent"]["results"]
    assert one.end() == (0, b"", "")


def test_stdio_and_lines_that_are_no_messages(stdio):
    one = stdio()
    one.send(b"{", b"[]", b"\xff", b"", b"   ", b'{"jsonrpc":"2.0","id":null,"method":"ping"}', b"x" * 3000000,
             b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"none"}}', message("ping"))
    assert [one.read()["error"]["code"] for _ in range(5)] == [-32700, -32600, -32700, -32600, -32700]
    assert one.read()["result"] == {}
    one.send(message("ping", id_=2))
    assert one.read()["id"] == 2
    assert one.end() == (0, b"", "")


@pytest.fixture
def slow_model():
    with LlmWorld("llama.cpp") as llm:
        llm.answer = lambda asked: Say("word " * 400, rate=5)
        yield llm


def asked(id_):
    return message("tools/call", {"name": "research", "arguments": {"question": ASK, "processor": "speed"}}, id_,
                   meta={**META, "progressToken": id_})


def test_stdio_cancellation(stdio, slow_model):
    one = stdio("--llm", slow_model.url)
    one.send(asked("slow"))
    assert one.read()["method"] == "notifications/progress"
    one.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "slow"}}, message("ping"))
    while "result" not in (got := one.read()):
        assert got["method"] == "notifications/progress"
    assert got["id"] == 1, "the cancelled call has no reply"
    status, rest, _ = one.end()
    assert status == 0 and b'"id":"slow"' not in rest


def test_stdio_ends_with_its_input(stdio, slow_model):
    one = stdio("--llm", slow_model.url)
    one.send(*[asked(i) for i in range(10)])
    assert one.read()["method"] == "notifications/progress"
    begun = time.monotonic()
    assert one.end()[0] == 0 and time.monotonic() - begun < 5


def test_stdio_ends_with_a_signal(stdio, slow_model):
    one = stdio("--llm", slow_model.url)
    one.send(asked(1))
    assert one.read()["method"] == "notifications/progress"
    one.process.terminate()
    assert one.process.wait(PATIENCE_S) == 0


def test_stdio_takes_as_many_calls_as_it_says(stdio, slow_model):
    one = stdio("--llm", slow_model.url)
    one.send(*[asked(i) for i in range(100)])
    refused = 0
    while refused < 20:
        got = one.read()
        refused += got.get("error", {}).get("code") == -32603
    assert one.end()[0] == 0
