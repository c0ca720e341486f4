"""Each error of the wire that can be provoked from outside: its status, its param, its four keys."""
import gzip
import http.client
import json

import pytest
from support import ASK, CHAT, chat, check_error, content, footnote, json_schema, raw

USER = {"role": "user", "content": ASK}


# Malformed bodies: 400 with the byte offset

@pytest.mark.parametrize("body,offset", [
    (b"", 0), (b"{", 1), (b"nope", 0), (b'{"model": "speed",}', 18), (b'{"a": 01}', 7), (b'{"a": 1} x', 9),
    (b'{"a": "\x01"}', 7), (b'{"a": "\\x"}', 8), (b'{"a": \'b\'}', 6), (b'{"a": "b', 8), (b"[1, 2", 5), (b'{"a" 1}', 5),
    (b'{"a": "\xff"}', 7), (b'{"a": "\xc3\x28"}', 7), (b'{"a": "\xed\xa0\x80"}', 7), (b'{"a": "\\ud800"}', None),
    (b'{"a": 1e}', None), (b'{"a": .5}', 6), (b'{"a": NaN}', None), (b'{"a": Infinity}', None), (b"{'a': 1}", 1),
    (b"\xef\xbb\xbf{}x", None), (b"{} // comment", 3),
], ids=repr)
def test_malformed_json_names_the_byte(server, body, offset):
    error = check_error(server.post(body), 400, code="invalid_json", kind="invalid_request_error")
    if offset is None:
        assert any(c.isdigit() for c in error["message"]), error
    else:
        numbers = [int(n) for n in "".join(c if c.isdigit() else " " for c in error["message"]).split()]
        assert any(abs(n - offset) <= 1 for n in numbers), (offset, error)


@pytest.mark.parametrize("deep", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000],
                         ids=["open", "closed", "objects"])
def test_very_deep_json(server, deep):
    check_error(server.post(deep), 400, code="invalid_json")
    check_error(server.post(b'{"model": "speed", "x": ' + deep), 400, code="invalid_json")


def test_nul_in_a_string(server):
    for body in (chat("Who built\u0000 the Lumenport Lighthouse?"), chat(model="speed\u0000"), chat(**{"a\u0000b": 1})):
        check_error(server.post(body), 400)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"true", b"null"])
def test_a_body_that_is_no_object(server, body):
    assert check_error(server.post(body), 422)["type"] == "invalid_request_error"


def test_a_key_given_twice(server):
    reply = server.post(b'{"model": "nope", "model": "speed", "messages": [{"role": "user", "content": "Who built it?"}]}')
    assert reply.status in (200, 400, 404), reply


# Wrong types and values: 422 with the path

def bad(name, value, param=None):
    return pytest.param({name: value}, param or name, id=f"{param or name}={json.dumps(value)[:40]}")


WRONG = [
    *[bad("model", v) for v in (1, [], {}, True)],
    *[bad("messages", v) for v in (1, "x", {}, [], True)],
    bad("messages", [1], "messages[0]"),
    bad("messages", [USER, None], "messages[1]"),
    bad("messages", [USER, {"role": "robot", "content": "x"}], "messages[1].role"),
    bad("messages", [USER, {"role": 7, "content": "x"}], "messages[1].role"),
    bad("messages", [USER, {"content": "x"}], "messages[1].role"),
    bad("messages", [{"role": "user"}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": None}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": ""}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": " \n\t"}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": 5}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": {"type": "text"}}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": []}], "messages[0].content"),
    bad("messages", [{"role": "user", "content": ["x"]}], "messages[0].content[0]"),
    bad("messages", [{"role": "user", "content": [{"type": "text", "text": "x"}, {}]}], "messages[0].content[1].type"),
    bad("messages", [{"role": "user", "content": [{"type": "text"}]}], "messages[0].content[0].text"),
    bad("messages", [{"role": "user", "content": [{"type": "text", "text": 4}]}], "messages[0].content[0].text"),
    bad("messages", [{"role": "user", "content": [{"type": 3, "text": "x"}]}], "messages[0].content[0].type"),
    bad("messages", [{"role": "assistant", "content": "be brief"}], "messages"),
    bad("messages", [{"role": "assistant", "content": "hello"}], "messages"),
    bad("messages", [{**USER, "name": 5}], "messages[0].name"),
    *[bad("stream", v) for v in ("yes", 1, [], {})],
    *[bad("stream_options", v) for v in ("x", 1, [])],
    bad("stream_options", {"include_usage": "x"}, "stream_options.include_usage"),
    *[bad("max_tokens", v) for v in ("5", 0, -2, 1.5, True, [])],
    *[bad("max_completion_tokens", v) for v in ("5", 0, -2, 1.5)],
    *[bad("stop", v) for v in (5, {}, True)],
    bad("stop", ["a", 5], "stop[1]"),
    *[bad("temperature", v) for v in ("hot", -0.1, 2.1, [])],
    *[bad("top_p", v) for v in ("x", -0.1, 1.1)],
    *[bad("seed", v) for v in ("x", 1.5, [])],
    *[bad("n", v) for v in ("x", 1.5, [], True)],
    bad("reasoning_effort", 5), bad("user", 5), bad("metadata", "x"), bad("store", "x"),
    *[bad("response_format", v) for v in ("json", 5, [])],
    bad("response_format", {}, "response_format.type"),
    bad("response_format", {"type": 5}, "response_format.type"),
    bad("response_format", {"type": "xml"}, "response_format.type"),
    bad("response_format", {"type": "json_schema"}, "response_format.json_schema"),
    bad("response_format", {"type": "json_schema", "json_schema": 5}, "response_format.json_schema"),
    bad("response_format", {"type": "json_schema", "json_schema": {"name": "x"}}, "response_format.json_schema.schema"),
    bad("response_format", json_schema(5), "response_format.json_schema.schema"),
    bad("response_format", json_schema("x"), "response_format.json_schema.schema"),
    bad("response_format", json_schema([]), "response_format.json_schema.schema"),
    bad("response_format", json_schema({}, name=5), "response_format.json_schema.name"),
    bad("response_format", json_schema({}, strict="yes"), "response_format.json_schema.strict"),
    *[bad("previous_interaction_id", v) for v in (5, [], {})],
    *[bad("source_policy", v) for v in ("x", 5, [])],
    bad("source_policy", {"include_domains": "example.org"}, "source_policy.include_domains"),
    bad("source_policy", {"include_domains": [5]}, "source_policy.include_domains[0]"),
    bad("source_policy", {"include_domains": ["example.org", ""]}, "source_policy.include_domains[1]"),
    bad("source_policy", {"include_domains": ["not a domain"]}, "source_policy.include_domains[0]"),
    bad("source_policy", {"exclude_domains": {}}, "source_policy.exclude_domains"),
    bad("source_policy", {"exclude_domains": ["example.org", "a b"]}, "source_policy.exclude_domains[1]"),
    bad("source_policy", {"include_domains": [f"d{i}.example" for i in range(201)]}, "source_policy.include_domains"),
    *[bad("source_policy", {"after_date": v}, "source_policy.after_date") for v in (5, "yesterday", "2026-13-01", "2026-1-1",
                                                                                    "2026-02-30")],
    *[bad("search_domain_filter", v) for v in ("example.org", 5, {})],
    bad("search_domain_filter", ["example.org", 5], "search_domain_filter[1]"),
    *[bad("search_recency_filter", v) for v in ("fortnight", 5, [])],
    *[bad("web_search_options", v) for v in ("x", 5, [])],
    bad("web_search_options", {"filters": 5}, "web_search_options.filters"),
    bad("web_search_options", {"filters": {"allowed_domains": 5}}, "web_search_options.filters.allowed_domains"),
    *[bad("max_seconds", v) for v in ("x", 0, -1, [])],
    *[bad("max_searches", v) for v in ("x", 0, -1, 1.5)],
    *[bad("max_pages", v) for v in ("x", 0, -1, 1.5)],
]


@pytest.mark.parametrize("fields,param", WRONG)
def test_a_wrong_type_or_value_names_its_place(server, fields, param):
    error = check_error(server.post({**chat(), **fields}), 422, param, kind="invalid_request_error")
    assert param in error["message"], error


@pytest.mark.parametrize("missing", ["model", "messages"])
def test_a_required_field_is_missing(server, missing):
    body = chat()
    del body[missing]
    check_error(server.post(body), 422, missing)
    check_error(server.post({**chat(), missing: None}), 422, missing)


def test_two_hundred_domains_are_counted_together(server):
    half = [f"d{i}.example" for i in range(100)]
    assert server.ask(source_policy={"include_domains": half, "exclude_domains": half}).status == 200
    check_error(server.ask(source_policy={"include_domains": half, "exclude_domains": [*half, "one.example"]}), 422,
                "source_policy.exclude_domains")


def test_an_unknown_model(server):
    error = check_error(server.ask(model="gpt-4o"), 404, "model", "model_not_found")
    assert "gpt-4o" in error["message"] and "speed" in error["message"]


@pytest.mark.parametrize("model", ["", "SPEED", " speed", "s" * 10000, "\u202e", "%s%n"])
def test_an_odd_model(server, model):
    check_error(server.ask(model=model), 404, "model", "model_not_found")


@pytest.mark.parametrize("n", [0, 2, -1, 128])
def test_only_one_choice(server, n):
    check_error(server.ask(n=n), 400, "n")


@pytest.mark.parametrize("part", [
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}, {"type": "input_audio", "input_audio": {}},
    {"type": "file", "file": {"file_id": "x"}},
])
def test_a_part_that_is_no_text_is_named(server, part):
    reply = server.ask([{"type": "text", "text": ASK}, part])
    error = check_error(reply, 400, "messages[0].content[1].type")
    assert part["type"] in error["message"]


def test_an_interaction_that_is_not_there(server):
    check_error(server.ask(previous_interaction_id="int_nothing"), 404, "previous_interaction_id", "interaction_not_found")


# Limits

def test_25000_characters_are_the_limit(server):
    assert server.ask("é" * 24_990).status == 200
    check_error(server.ask("é" * 25_001), 422, "messages", "context_length_exceeded")
    check_error(server.post({"model": "speed", "messages": [{"role": "system", "content": "x" * 20_000},
                                                            {"role": "user", "content": "y" * 5_001}]}), 422, "messages")


def test_the_schema_counts_too(server):
    schema = {"type": "object", "properties": {"a": {"type": "string", "description": "d" * 15_000}}}
    assert server.ask("Who? " * 100, response_format=json_schema(schema)).status == 200
    check_error(server.ask("Who? " * 2_500, response_format=json_schema(schema)), 422)


def nested(levels):
    schema = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_five_levels_of_schema_are_the_limit(server):
    assert server.ask(response_format=json_schema(nested(5))).status == 200
    error = check_error(server.ask(response_format=json_schema(nested(6))), 422, code="unsupported_schema")
    assert error["param"].startswith("response_format.json_schema.schema"), error
    arrays = {"type": "string"}
    for _ in range(6):
        arrays = {"type": "array", "items": arrays}
    assert check_error(server.ask(response_format=json_schema(arrays)), 422)["param"]


@pytest.mark.parametrize("keyword,value", [
    ("allOf", [{"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "null"}]}]), ("not", {"type": "string"}),
    ("if", {"type": "string"}), ("contains", {}), ("dependentSchemas", {}), ("$dynamicRef", "#x"), ("minContains", 1),
])
def test_a_keyword_that_is_not_supported_is_named(server, keyword, value):
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {keyword: value}}}
    reply = server.ask(response_format=json_schema(schema))
    error = check_error(reply, 422, code="unsupported_schema")
    assert error["param"] == f"response_format.json_schema.schema.properties.b.{keyword}", error
    assert keyword in error["message"]


@pytest.mark.parametrize("schema,place", [
    ({"type": "strin"}, "type"), ({"type": 5}, "type"), ({"type": []}, "type"), ({"properties": []}, "properties"),
    ({"properties": {"a": 5}}, "properties.a"), ({"required": "a"}, "required"), ({"enum": "x"}, "enum"),
    ({"minimum": "x"}, "minimum"), ({"minLength": -1}, "minLength"), ({"pattern": "("}, "pattern"),
    ({"items": 5}, "items"), ({"anyOf": []}, "anyOf"), ({"$ref": "#/nowhere"}, "$ref"),
    ({"$ref": "https://example.org/s.json"}, "$ref"), ({"multipleOf": 0}, "multipleOf"), ({"uniqueItems": "x"}, "uniqueItems"),
    ({"additionalProperties": 5}, "additionalProperties"), ({"$defs": 5}, "$defs"),
], ids=json.dumps)
def test_a_schema_that_is_none_names_its_place(server, schema, place):
    error = check_error(server.ask(response_format=json_schema(schema)), 422)
    assert error["param"] == f"response_format.json_schema.schema.{place}", error


@pytest.mark.parametrize("schema", [
    False,
    {"type": "object", "properties": {"a": False}, "required": ["a"]},
    {"type": "string", "minLength": 5, "maxLength": 2},
    {"enum": ["a"], "type": "integer"},
    {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
    {"$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"]}}, "$ref": "#/$defs/n"},
], ids=json.dumps)
def test_a_schema_that_nothing_fits_is_never_answered_with_something_else(server, schema):
    check_error(server.ask(response_format=json_schema(schema)), 422)


# Before the body is looked at

def test_a_path_that_is_not_there(server):
    for path in ("/", "/v1", "/v1/chat", "/v2/chat/completions", "/v1/chat/completions/x/y", "/v1/embeddings", "//v1/model",
                 "/v1/models/speed/x", "/etc/passwd", "/../../etc/passwd", "/%2e%2e/", "/v1/chat/completions%00"):
        check_error(server.call("GET", path), 404, None, "not_found")
        check_error(server.post(chat(), path=path), 404, None, "not_found")


@pytest.mark.parametrize("method,path,allowed", [
    ("DELETE", CHAT, "GET"), ("PUT", CHAT, "POST"), ("PATCH", CHAT + "/x", "DELETE"), ("DELETE", "/chat/completions", "POST"), ("PATCH", CHAT + "/", "POST"),
    ("POST", "/v1/models", "GET"), ("DELETE", "/v1/models/speed", "GET"), ("POST", "/health", "GET"),
])
def test_a_method_that_is_not_allowed(server, method, path, allowed):
    reply = server.call(method, path, b"{}" if method != "GET" else None, {"Content-Type": "application/json"})
    check_error(reply, 405, None, "method_not_allowed")
    assert allowed in [m.strip() for m in reply.headers["allow"].split(",")]
    assert method not in [m.strip() for m in reply.headers["allow"].split(",")]


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"])
def test_a_body_that_is_not_json(server, media):
    check_error(server.post(chat(), headers={"Content-Type": media}), 415, None, "unsupported_media_type")


@pytest.mark.parametrize("code,place", [
    ({"type": "string", "pattern": "^(?=a)b$"}, "properties.item.properties.code"),
    ({"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^(?=a)b$"}}, "properties.item.properties.code.items"),
    ({"$ref": "#/$defs/never"}, "properties.item.properties.code"),
])
def test_a_field_that_cannot_be_filled_is_named(server, code, place):
    schema = {"type": "object", "required": ["item"], "$defs": {"never": {"type": "string", "pattern": "^(?=a)b$"}}, "properties": {
        "name": {"type": "string"}, "item": {"type": "object", "required": ["code"], "properties": {"code": code}}}}
    error = check_error(server.ask(response_format=json_schema(schema)), 422, "response_format.json_schema.schema." + place, "unsupported_schema")
    assert place in error["message"]


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_a_body_packed_in_another_way(server, coding):
    check_error(server.post(b"\x1f\x8b", headers={"Content-Encoding": coding}), 415, None)


PACKED = gzip.compress(json.dumps(chat()).encode())


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZip"])
@pytest.mark.parametrize("body", [PACKED, gzip.compress(b"") + PACKED,
                                  gzip.compress(json.dumps(chat()).encode()[:20]) + gzip.compress(json.dumps(chat()).encode()[20:])],
                         ids=["one", "empty first", "two members"])
def test_a_packed_body_is_the_same_request(server, body, coding):
    reply = server.post(body, headers={"Content-Encoding": coding})
    assert reply.status == 200 and content(reply.json()) == content(server.answer()), reply


def test_a_packed_body_in_small_chunks(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", CHAT, (PACKED[i:i + 1] for i in range(len(PACKED))),
                       server.headers({"Content-Type": "application/json", "Content-Encoding": "gzip"}))
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("body", [b"\x1f\x8b", PACKED[:-1], PACKED[:30], PACKED + b"more", b"{}", json.dumps(chat()).encode(),
                                  PACKED[:-6] + b"\0\0" + PACKED[-4:]])
def test_a_body_that_is_no_whole_gzip(server, body):
    check_error(server.post(body, headers={"Content-Encoding": "gzip"}), 400, None, "bad_request")


def test_packed_bodies_have_the_limits_of_others(server):
    bomb = gzip.compress(b" " * (64 << 20), 9)
    assert len(bomb) < 1 << 20
    check_error(server.post(bomb, headers={"Content-Encoding": "gzip"}), 413, None, "body_too_large")
    nothing = gzip.compress(b"") * 60000  # 1.2 MB that unpack to nothing
    assert len(nothing) > 1 << 20
    check_error(server.post(nothing, headers={"Content-Encoding": "gzip"}), 413, None, "body_too_large")
    exact = json.dumps(chat()).encode()
    exact += b" " * ((1 << 20) - len(exact))
    assert server.post(gzip.compress(exact), headers={"Content-Encoding": "gzip"}).status == 200
    check_error(server.post(gzip.compress(exact + b" "), headers={"Content-Encoding": "gzip"}), 413, None, "body_too_large")


def test_a_packed_body_without_length(server):
    """In chunks, the endless body of nothing is ended at the same limit."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("POST", CHAT, (gzip.compress(b"") * 1000 for _ in range(200)),
                           server.headers({"Content-Type": "application/json", "Content-Encoding": "gzip"}))
        assert connection.getresponse().status == 413
    except (ConnectionError, BrokenPipeError):
        pass  # closed in the middle of it
    connection.close()
    assert server.answer()


def test_a_body_over_the_limit(tight, new_key):
    key = new_key()
    check_error(tight.post(chat("x" * 3000), key=key), 413, None, "body_too_large")
    fits = chat()
    fits["pad"] = "x" * (2048 - len(json.dumps({**fits, "pad": ""})))
    assert len(json.dumps(fits)) == 2048
    assert tight.post(fits, key=key).status == 200
    fits["pad"] += "x"
    check_error(tight.post(fits, key=key), 413, None)


def test_a_body_over_the_limit_in_chunks(tight, new_key):
    head = (f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {new_key()}\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\n\r\n").encode()
    got = raw(tight, head + b"400\r\n" + b" " * 1024 + b"\r\n" + (b"400\r\n" + b" " * 1024 + b"\r\n") * 3)
    assert got.startswith(b"HTTP/1.1 413 "), got
    assert json.loads(got.split(b"\r\n\r\n", 1)[1])["error"]["code"] == "body_too_large"


def test_a_client_that_is_too_slow(tight, new_key):
    head = (f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {new_key()}\r\nContent-Type: application/json\r\n"
            "Content-Length: 500\r\n\r\n{").encode()
    got = raw(tight, head)
    assert got.startswith(b"HTTP/1.1 408 "), got
    error = json.loads(got.split(b"\r\n\r\n", 1)[1])["error"]
    assert {"message", "type", "param", "code"} <= set(error) and error["code"] == "request_timeout"


def test_no_evidence_at_all_is_503(start, tmp_path):
    """Never an answer from nothing: an empty index is the failure of the only source."""
    key = footnote("key", "create", "k", data=tmp_path).stdout.strip()
    empty = start(folder=tmp_path, key=key)
    error = check_error(empty.ask(), 503, None, "unavailable")
    assert "index" in error["message"]
    check_error(empty.ask(stream=True), 503, None)
    assert empty.call("GET", "/v1/models").status == 200


def test_errors_before_a_stream_are_plain_errors(server):
    check_error(server.ask(stream=True, model="x"), 404, "model")
    check_error(server.ask(stream=True, n=2), 400, "n")


@pytest.mark.parametrize("evil", ["\"}<script>", "%s%s%n", "\x7f", "\u202e", "\ud83d\ude00" * 100, "\n\r\n\r\nHTTP/1.1 200"])
def test_what_an_error_quotes_is_harmless(server, evil):
    for fields in ({"model": evil}, {"messages": [{"role": evil, "content": "x"}]},
                   {"response_format": {"type": evil}}, {"search_recency_filter": evil},
                   {"response_format": json_schema({"type": "object", "properties": {evil or "x": {"oneOf": []}}})}):
        reply = server.post({**chat(), **fields})
        check_error(reply, reply.status)
        assert reply.status in (404, 422)
        assert not any("script" in v or "200" in v for k, v in reply.headers.items() if k.startswith("x-request"))
