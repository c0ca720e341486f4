"""Server-sent events, by the rules that real clients break without."""
import json
import socket

import pytest
from support import (ASK, CHAT, MODELS, NOWHERE, QUESTIONS, chat, check_annotations, check_extras, check_marks, chunks, content,
                     events, json_schema, stream_text)

EXTRAS = ["basis", "interaction_id", "citations", "search_results", "warnings"]


def check_stream(found, model="speed", usage=False):
    first = found[0]
    assert first["id"].startswith("chatcmpl-")
    for chunk in found:
        for name in ("id", "created", "model", "object", "system_fingerprint"):
            assert chunk[name] == first[name], (name, chunk)
        assert "choices" in chunk
    assert first["object"] == "chat.completion.chunk" and first["model"] == model
    with_choice = [c for c in found if c["choices"]]
    assert all(len(c["choices"]) == 1 and c["choices"][0]["index"] == 0 for c in with_choice)
    deltas = [c["choices"][0]["delta"] for c in with_choice]
    assert deltas[0]["role"] == "assistant"
    assert not any("role" in d for d in deltas[1:])
    assert all("finish_reason" in c["choices"][0] for c in with_choice)
    assert [bool(c["choices"][0]["finish_reason"]) for c in with_choice] == [False] * (len(with_choice) - 1) + [True]
    last = with_choice[-1]
    assert not last["choices"][0]["delta"].get("content")
    assert last["choices"][0]["finish_reason"] in ("stop", "length")
    assert all(name in last for name in EXTRAS)
    assert not any(name in c for c in found if c is not last for name in EXTRAS)
    noted = [i for i, d in enumerate(deltas) if "annotations" in d]
    assert noted in ([], [len(deltas) - 2]), noted
    if usage:
        assert found[-1]["choices"] == [] and all(c["usage"] is None for c in found[:-1])
        counts = found[-1]["usage"]
        assert counts["total_tokens"] == counts["prompt_tokens"] + counts["completion_tokens"] > 0
    else:
        assert found == with_choice
        assert not any(c.get("usage") for c in found)
    check_extras(last)
    notes = deltas[noted[0]]["annotations"] if noted else []
    check_annotations(stream_text(found), notes, last)
    return notes, last


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("usage", [False, True])
def test_a_stream_keeps_the_rules(server, model, usage):
    fields = {"stream_options": {"include_usage": True}} if usage else {}
    found = chunks(server.ask(model=model, stream=True, **fields))
    notes, last = check_stream(found, model, usage)
    assert notes
    check_marks(stream_text(found), notes, last)


@pytest.mark.parametrize("question", [*(q["ask"] for q in QUESTIONS), NOWHERE])
def test_a_stream_says_what_the_whole_reply_says(server, question):
    found = chunks(server.ask(question, stream=True, stream_options={"include_usage": True}))
    notes, last = check_stream(found, usage=True)
    whole = server.answer(question)
    assert stream_text(found) == content(whole)
    assert notes == whole["choices"][0]["message"]["annotations"]
    for name in ("basis", "citations", "search_results", "warnings"):
        assert last[name] == whole[name], name
    assert found[-1]["usage"] == whole["usage"]
    assert last["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"]


def test_the_text_comes_in_pieces(server):
    found = chunks(server.ask("Tell me about the Vantar Glacier.", stream=True))
    pieces = [c["choices"][0]["delta"]["content"] for c in found if c["choices"] and c["choices"][0]["delta"].get("content")]
    assert len(pieces) > 1, pieces


def test_json_streams_keep_the_rules_too(server):
    schema = {"type": "object", "properties": {"builder": {"type": "string"}, "height": {"type": "string"}},
              "required": ["builder", "height"], "additionalProperties": False}
    fields = {"response_format": json_schema(schema)}
    found = chunks(server.ask(ASK, stream=True, **fields))
    _, last = check_stream(found)
    whole = server.answer(ASK, **fields)
    assert json.loads(stream_text(found)) == json.loads(content(whole))
    assert {b["field"] for b in last["basis"]} == {"builder", "height"}
    pieces = [c for c in found if c["choices"] and c["choices"][0]["delta"].get("content")]
    assert len(pieces) > 1


def test_limits_hold_in_streams(server):
    found = chunks(server.ask("Tell me about the Vantar Glacier.", stream=True, max_tokens=5))
    _, last = check_stream(found)
    assert last["choices"][0]["finish_reason"] == "length"
    found = chunks(server.ask(stream=True, stop="Varga"))
    check_stream(found)
    assert "Varga" not in stream_text(found) and stream_text(found)
    first = stream_text(chunks(server.ask(stream=True)))[:3]
    empty = chunks(server.ask(stream=True, stop=first))
    check_stream(empty)
    assert stream_text(empty) == ""


def test_only_data_lines_and_comments(server):
    reply = server.ask(stream=True)
    for line in reply.body.decode().split("\n"):
        assert line == "" or line.startswith("data: ") or line.startswith(":"), line
    assert reply.headers["cache-control"].startswith("no-cache")
    for data in events(reply.body)[:-1]:
        assert "choices" in json.loads(data)


def test_keep_alive_goes_on_after_a_stream(server):
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = server.headers({"Content-Type": "application/json"})
    for _ in range(3):
        connection.request("POST", CHAT, json.dumps(chat(stream=True)), headers)
        sock = connection.sock
        assert connection.getresponse().read().endswith(b"data: [DONE]\n\n")
        assert connection.sock is sock
    connection.close()


def test_http_1_0_gets_its_stream(server):
    body = json.dumps(chat(stream=True)).encode()
    head = (f"POST {CHAT} HTTP/1.0\r\nAuthorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    from support import raw
    got = raw(server, head + body)
    assert got.split(b"\r\n")[0].split()[1] == b"200"
    assert b"chunked" not in got.split(b"\r\n\r\n")[0] and got.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_harms_nobody(server, stream):
    body = json.dumps(chat(model="core", stream=stream)).encode()
    head = (f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    for cut in (len(head) // 2, len(head), len(head) + 10, len(head) + len(body)):
        for reset in (False, True):
            sock = server.connect()
            sock.sendall((head + body)[:cut])
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            sock.close()
    sock = server.connect()
    sock.sendall(head + body)
    sock.recv(1)
    sock.close()
    assert server.ask().status == 200


def test_a_half_closed_client_still_gets_its_answer(server):
    body = json.dumps(chat(stream=True)).encode()
    head = (f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    from support import raw
    got = raw(server, head + body, half_close=True)
    assert b" 200 " in got[:600] and b"data: [DONE]" in got
