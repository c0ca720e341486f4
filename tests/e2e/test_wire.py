"""Requests and whole replies, byte by byte: paths, keys, headers, bodies."""
import concurrent.futures
import http.client
import json
import re

import pytest
from support import (ASK, CHAT, MODELS, QUESTIONS, RATE_HEADERS, annotations, call_on, chat, check_completion, check_error,
                     check_headers, check_marks, content, footnote)

CHAT_PATHS = ["/chat/completions", "/v1/chat/completions", "/v1beta/chat/completions"]


@pytest.mark.parametrize("path", [p + slash for p in CHAT_PATHS for slash in ("", "/")])
def test_every_chat_path_is_the_same(server, path):
    reply = server.post(chat(), path=path)
    assert reply.status == 200, reply
    check_completion(reply.json())
    assert "Adela Varga" in content(reply.json())


@pytest.mark.parametrize("path", ["/models", "/v1/models", "/models/", "/v1/models/"])
def test_models_are_listed(server, path):
    reply = server.call("GET", path)
    assert reply.status == 200, reply
    listed = reply.json()
    assert listed["object"] == "list"
    assert [m["id"] for m in listed["data"]] == MODELS
    for model in listed["data"]:
        assert model["object"] == "model" and isinstance(model["created"], int) and isinstance(model["owned_by"], str)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("end", ["", "/"])
def test_each_model_can_be_fetched(server, name, end):
    reply = server.call("GET", f"/v1/models/{name}{end}")
    assert reply.status == 200 and reply.json()["id"] == name, reply


@pytest.mark.parametrize("name", ["gpt-4o", "SPEED", "speed%20", "..", "%2e%2e", "a" * 500, "%E2%82%AC"])
def test_a_model_that_is_not_there(server, name):
    check_error(server.call("GET", f"/v1/models/{name}"), 404, "model", "model_not_found")


@pytest.mark.parametrize("model", MODELS)
def test_a_reply_has_every_part(server, model):
    reply = server.answer(ASK, model=model)
    check_completion(reply, model)
    check_marks(content(reply), annotations(reply), reply)
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert [b["field"] for b in reply["basis"]] == ["output"]
    assert reply["basis"][0]["citations"][0]["url"] == "https://history.lumenport.example/lighthouse"


def test_a_reply_tells_which_sources_were_asked(server):
    report = server.answer()["search_report"]
    assert report and report[0]["results"] > 0 and report[0]["status"] == "ok" and report[0]["ms"] >= 0


@pytest.mark.parametrize("header", ["Authorization", "x-api-key"])
def test_both_key_headers(server, header):
    value = f"Bearer {server.key}" if header == "Authorization" else server.key
    assert server.post(chat(), headers={header: value}, key=None).status == 200


@pytest.mark.parametrize("headers", [
    {"Authorization": "bearer {}"},
    {"authorization": "Bearer   {}"},
    {"X-API-Key": "{}"},
    {"Authorization": "Basic dXNlcjpwYXNz", "x-api-key": "{}"},
])
def test_keys_are_found_as_clients_write_them(server, headers):
    headers = {name: value.format(server.key) for name, value in headers.items()}
    assert server.post(chat(), headers=headers, key=None).status == 200


def test_content_as_text_parts_is_the_text(server):
    whole = server.answer(ASK)
    parts = server.answer([{"type": "text", "text": "Who built the"}, {"type": "text", "text": "Lumenport Lighthouse?"}])
    assert content(parts) == content(whole)
    assert parts["usage"] == whole["usage"]


@pytest.mark.parametrize("role", ["system", "developer"])
def test_an_instruction_is_read_in_both_roles(server, role):
    wish = "Answer in one sentence."
    messages = [{"role": role, "content": wish}, {"role": "user", "content": "Tell me about the Vantar Glacier."}]
    reply = server.answer(messages=messages)
    check_completion(reply)
    assert len(annotations(reply)) == 1, content(reply)
    longer = server.answer("Tell me about the Vantar Glacier.")
    assert len(annotations(longer)) > 1, content(longer)


def test_a_style_that_is_not_applied_is_said(server):
    messages = [{"role": "system", "content": "Talk like a pirate in rhymes."}, {"role": "user", "content": ASK}]
    assert server.answer(messages=messages)["warnings"]
    assert server.answer()["warnings"] == []


def test_earlier_turns_are_understood(server):
    reply = server.answer(messages=[
        {"role": "user", "content": "Who discovered Comet Orlin?", "name": "ann"},
        {"role": "assistant", "content": "Ines Orlin discovered it."},
        {"role": "user", "content": "And when does it return?"},
    ])
    check_completion(reply)
    assert reply["citations"][0] == "https://astro.example.org/comet-orlin", content(reply)


def test_usage_grows_with_the_question(server):
    short = server.answer()["usage"]
    long = server.answer(messages=[{"role": "system", "content": "be brief. " * 50},
                                   {"role": "user", "content": ASK}])["usage"]
    assert long["prompt_tokens"] > short["prompt_tokens"] + 50
    assert short["completion_tokens"] > 0


IGNORED = {
    "frequency_penalty": 0.5, "presence_penalty": -1, "logit_bias": {"50256": -100}, "logprobs": False, "top_logprobs": 2,
    "parallel_tool_calls": True, "tool_choice": "auto", "service_tier": "auto", "modalities": ["text"], "prediction": {},
    "return_images": True, "return_related_questions": False, "never_heard_of": {"a": [1, None]}, "x": "y",
    "safety_identifier": "abc", "prompt_cache_key": "k", "verbosity": "low", "enable_search_classifier": True,
}
HONOURED = {
    "temperature": 0.2, "top_p": 0.9, "seed": 7, "n": 1, "reasoning_effort": "low", "user": "u-1", "metadata": {"a": "b"},
    "store": False, "stream": False, "max_tokens": 500, "max_completion_tokens": 500, "stop": ["§§§"],
    "response_format": {"type": "text"}, "source_policy": {}, "search_domain_filter": [], "web_search_options": {},
    "max_seconds": 10, "max_searches": 3, "max_pages": 5,
}
NULLABLE = [*HONOURED, "previous_interaction_id", "stream_options", "search_recency_filter", "tools"]


@pytest.mark.parametrize("fields", [IGNORED, HONOURED, {name: None for name in [*NULLABLE, *IGNORED]}],
                         ids=["unknown", "known", "null"])
def test_fields_that_change_nothing(server, fields):
    assert content(server.answer(**fields)) == content(server.answer())


@pytest.mark.parametrize("name", sorted({*IGNORED, *HONOURED}))
def test_each_field_alone(server, name):
    check_completion(server.answer(**{name: {**IGNORED, **HONOURED}[name]}))


@pytest.mark.parametrize("name", sorted(NULLABLE))
def test_null_is_as_good_as_absent(server, name):
    check_completion(server.answer(**{name: None}))


def test_tools_that_nothing_forces_are_ignored_with_a_warning(server):
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    reply = server.answer(tools=[tool], tool_choice="auto")
    check_completion(reply)
    assert any("tool" in warning for warning in reply["warnings"])


def test_max_tokens_ends_with_length(server):
    question = "Tell me about the Vantar Glacier."
    whole = server.answer(question)
    for name in ("max_tokens", "max_completion_tokens"):
        cut = server.answer(question, **{name: 5})
        check_completion(cut)
        assert cut["choices"][0]["finish_reason"] == "length"
        assert cut["usage"]["completion_tokens"] <= 5
        assert content(whole).startswith(content(cut)) and content(cut) != content(whole)
        check_marks(content(cut), annotations(cut), cut)
    assert server.answer(question, max_tokens=5000)["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("stop", ["Varga", ["zzz", "Varga"], ["Varga", "zzz", "yyy", "xxx"]])
def test_stop_sequences_end_the_text(server, stop):
    whole = content(server.answer())
    assert "Varga" in whole
    reply = server.answer(stop=stop)
    check_completion(reply)
    assert content(reply) == whole[:whole.index("Varga")]
    assert reply["choices"][0]["finish_reason"] == "stop"


def test_a_stop_sequence_at_the_very_start(server):
    first = content(server.answer())[:3]
    reply = server.answer(stop=first)
    assert reply["choices"][0]["message"]["content"] == ""
    assert annotations(reply) == []


def test_the_clients_own_timeout_is_a_budget(server):
    assert server.ask(headers={"x-stainless-read-timeout": "60"}).status == 200
    for odd in ("", "nan", "-1", "1e9", "none", "0", "9" * 400):
        assert server.ask(headers={"x-stainless-read-timeout": odd}).status == 200, odd


# Headers

def test_headers_of_every_reply(server):
    replies = {
        "chat": server.ask(), "stream": server.ask(stream=True), "models": server.call("GET", "/v1/models"),
        "bad field": server.ask(n=2), "not found": server.call("GET", "/nothing"), "no key": server.ask(key=None),
        "wrong key": server.ask(key="fn-wrong"), "method": server.call("DELETE", CHAT), "health": server.call("GET", "/health"),
        "bad json": server.post(b"{"), "preflight": server.call("OPTIONS", CHAT, key=None),
    }
    for name, reply in replies.items():
        check_headers(reply)
        assert reply.headers["access-control-allow-origin"] == "*", (name, reply)
        exposed = reply.headers["access-control-expose-headers"].lower()
        for header in ["x-request-id", "openai-processing-ms", *RATE_HEADERS]:
            assert header in exposed, (name, header)



@pytest.mark.parametrize("kind", ["chat", "stream", "models", "bad field", "bad json"])
def test_rate_headers_when_the_key_is_known(default_server, kind):
    reply = {
        "chat": lambda: default_server.ask(), "stream": lambda: default_server.ask(stream=True),
        "models": lambda: default_server.call("GET", "/v1/models"), "bad field": lambda: default_server.ask(n=2),
        "bad json": lambda: default_server.post(b"{"),
    }[kind]()
    assert reply.headers["x-ratelimit-limit-requests"] == "300"
    assert 0 <= int(reply.headers["x-ratelimit-remaining-requests"]) < 300
    assert re.fullmatch(r"(\d+m)?\d+(\.\d+)?(ms|s)", reply.headers["x-ratelimit-reset-requests"])


@pytest.mark.parametrize("kind", ["no key", "wrong key", "health", "unknown path"])
def test_rate_headers_when_there_is_no_key(default_server, kind):
    reply = {"no key": lambda: default_server.ask(key=None), "wrong key": lambda: default_server.ask(key="fn-wrong"),
             "health": lambda: default_server.call("GET", "/health", key=None),
             "unknown path": lambda: default_server.call("GET", "/nothing")}[kind]()
    for header in RATE_HEADERS:
        assert header in reply.headers, (header, reply)


def test_each_request_has_an_id_of_its_own(server):
    ids = {server.call("GET", "/v1/models").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


def test_a_request_id_is_echoed(server):
    assert server.ask(headers={"x-request-id": "my-id-42"}).headers["x-request-id"] == "my-id-42"
    failed = server.ask(headers={"x-request-id": "my-id-43"}, n=2)
    assert failed.headers["x-request-id"] == "my-id-43"
    streamed = server.ask(headers={"x-request-id": "my-id-44"}, stream=True)
    assert streamed.headers["x-request-id"] == "my-id-44"


@pytest.mark.parametrize("odd", ["a" * 5000, "x y", "<script>", "\x7f", "ü"])
def test_an_odd_request_id_is_not_reflected_raw(server, odd):
    reply = server.call("GET", "/v1/models", headers={"x-request-id": odd.encode("latin-1").decode("latin-1")})
    assert reply.status == 200
    assert re.fullmatch(r"[\x21-\x7e]{1,200}", reply.headers["x-request-id"]), reply.headers
    assert "<" not in reply.headers["x-request-id"]


@pytest.mark.parametrize("path", [*CHAT_PATHS, "/v1/models", "/models/", "/v1/models/speed"])
def test_preflight(server, path):
    asked = "authorization,content-type,x-stainless-arch,x-stainless-lang,x-stainless-retry-count"
    reply = server.call("OPTIONS", path, key=None, headers={
        "Origin": "https://app.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked})
    assert reply.status in (200, 204), reply
    assert reply.headers["access-control-allow-origin"] in ("*", "https://app.example")
    allowed = {h.strip().lower() for h in reply.headers["access-control-allow-headers"].split(",")}
    assert set(asked.split(",")) <= allowed
    method = "POST" if "chat" in path else "GET"
    assert method in reply.headers["access-control-allow-methods"]


def test_head_is_get_without_a_body(server):
    reply = server.call("HEAD", "/v1/models")
    assert reply.status == 200 and reply.body == b""
    assert int(reply.headers["content-length"]) == len(server.call("GET", "/v1/models").body)


def test_health_needs_no_key(server):
    reply = server.call("GET", "/health", key=None)
    assert reply.status == 200 and reply.json()["status"] == "ok"


def test_a_query_string_changes_nothing(server):
    assert server.post(chat(), path=CHAT + "?api-version=2024-06-01").status == 200


@pytest.mark.parametrize("media", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON",
                                   "application/vnd.api+json"])
def test_json_media_types(server, media):
    assert server.post(chat(), headers={"Content-Type": media}).status == 200


def test_a_chunked_body(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    body = json.dumps(chat()).encode()
    pieces = [body[i:i + 7] for i in range(0, len(body), 7)]
    reply = call_on(connection, "POST", CHAT, iter(pieces), server.headers({"Content-Type": "application/json"}))
    connection.close()
    assert reply.status == 200, reply


def test_json_of_any_writing(server):
    body = json.dumps(chat("Wann wurde die Moorbahn eröffnet?"), ensure_ascii=True, indent=4).encode()
    assert "1903" in content(server.post(b"\n\t " + body + b"\n ").json())


# Keys

def test_without_a_key(server):
    error = check_error(server.ask(key=None), 401, None)
    assert "key" in error["message"]
    check_error(server.call("GET", "/v1/models", key=None), 401, None)


@pytest.mark.parametrize("key", ["wrong", "fn-" + "a" * 40, "fn-", "a" * 3000, "' OR 1=1 --"])
def test_with_a_wrong_key(server, key):
    check_error(server.ask(key=key), 401, None, "invalid_api_key")


def test_a_revoked_key_stops_at_once(server, data):
    name = "short-lived"
    key = footnote("key", "create", name, data=data).stdout.strip()
    assert server.ask(key=key).status == 200
    done = footnote("key", "revoke", name, data=data)
    assert done.returncode == 0, done.stderr
    check_error(server.ask(key=key), 401, None, "invalid_api_key")


def test_a_new_key_works_at_once(server, new_key):
    assert server.ask(key=new_key()).status == 200


def test_each_key_has_a_limit_of_its_own(tight, new_key):
    mine, other = new_key(), new_key()
    replies = [tight.ask(key=mine) for _ in range(6)]
    assert [r.status for r in replies] == [200] * 5 + [429], replies
    assert [int(r.headers["x-ratelimit-remaining-requests"]) for r in replies[:5]] == [4, 3, 2, 1, 0]
    reply = replies[5]
    check_error(reply, 429, None, "rate_limit_exceeded", "rate_limit_error")
    assert reply.headers["x-should-retry"] == "true"
    wait_ms, wait_s = int(reply.headers["retry-after-ms"]), int(reply.headers["retry-after"])
    assert 0 < wait_ms <= 12500 and wait_s == -(-wait_ms // 1000)
    assert reply.headers["x-ratelimit-limit-requests"] == "5" and reply.headers["x-ratelimit-remaining-requests"] == "0"
    assert tight.ask(key=other).status == 200


def test_no_auth_asks_nobody(open_server):
    assert open_server.ask(key=None).status == 200
    assert open_server.ask(key="anything").status == 200
    assert not any(header in open_server.ask(key=None).headers for header in RATE_HEADERS), "there is no limit to tell"


def test_no_auth_is_refused_on_a_public_address(data):
    done = footnote("serve", "--no-auth", "--listen", "0.0.0.0:0", data=data)
    assert done.returncode != 0 and done.stderr.strip(), done


# Many at once

def test_parallel_requests_get_the_same_answers(server):
    questions = [QUESTIONS[i % len(QUESTIONS)]["ask"] for i in range(50)]
    expected = {q: content(server.answer(q)) for q in set(questions)}
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda q: server.answer(q), questions))
    assert [content(r) for r in replies] == [expected[q] for q in questions]
    assert len({r["id"] for r in replies}) == len(replies)
    assert len({r["interaction_id"] for r in replies}) == len(replies)


def test_keep_alive_goes_on_after_errors(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = server.headers({"Content-Type": "application/json"})
    connection.connect()
    sock = connection.sock
    for body, status in [(b"{", 400), (json.dumps(chat()).encode(), 200), (json.dumps(chat(n=2)).encode(), 400),
                         (json.dumps(chat(model="x")).encode(), 404), (json.dumps(chat(stream=True)).encode(), 200),
                         (json.dumps(chat()).encode(), 200)]:
        assert call_on(connection, "POST", CHAT, body, headers).status == status
        assert connection.sock is sock, f"closed after {status}"
    assert call_on(connection, "GET", "/nothing", None, headers).status == 404
    assert call_on(connection, "PUT", CHAT, b"{}", headers).status == 405
    assert call_on(connection, "GET", "/v1/models", None, headers).status == 200
    assert connection.sock is sock
    connection.close()


def test_pipelined_requests_are_answered_in_order(server):
    bodies = [json.dumps(chat()).encode(), b"{", json.dumps(chat(model="nope")).encode(), json.dumps(chat()).encode()]
    head = f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
    wire = b"".join(head.encode() + f"Content-Length: {len(b)}\r\n\r\n".encode() + b for b in bodies)
    wire += f"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\nConnection: close\r\n\r\n".encode()
    from support import raw
    got = raw(server, wire)
    assert re.findall(rb"HTTP/1\.1 (\d{3})", got) == [b"200", b"400", b"404", b"200", b"200"], got


def test_a_policy_that_leaves_nothing_is_named(server):
    for policy in ({"source_policy": {"include_domains": ["nowhere.example"]}}, {"search_domain_filter": ["nowhere.example"]},
                   {"source_policy": {"after_date": "2099-01-01"}}, {"search_after_date_filter": "1/1/2099"}):
        reply = server.answer(**policy)
        named = [w for w in reply["warnings"] if "source policy" in w]
        assert len(named) == 1 and ("nowhere.example" in named[0] or "2099-01-01" in named[0]), reply["warnings"]
    for policy in ({}, {"source_policy": {"exclude_domains": ["nowhere.example"]}}):
        assert not any("source policy" in w for w in server.answer(**policy)["warnings"])
    assert not any("source policy" in w for w in server.answer("Hi!", source_policy={"include_domains": ["nowhere.example"]})["warnings"])


def test_a_byte_order_mark_is_skipped(server):
    reply = server.post(b"\xef\xbb\xbf" + json.dumps(chat()).encode())
    assert reply.status == 200
    check_completion(reply.json())


@pytest.mark.parametrize("path", ["//v1/chat/completions", "/v1//chat/completions/", "///chat//completions"])
def test_slashes_in_a_row_are_one(server, path):
    assert server.post(chat(), path=path).status == 200


def test_instructions_alone_ask_what_they_say(server):
    reply = server.answer(messages=[{"role": "system", "content": ASK}])
    assert content(reply) == content(server.answer())
