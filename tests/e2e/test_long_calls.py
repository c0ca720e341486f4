"""Replies that take long: begun early with heartbeats, so that nobody on the way gives up; clients that leave."""
import json
import socket
import threading
import time

import openai
import pytest
from support import CHAT, PATIENCE_S, chat, check_error, chunks, content
from test_metrics import families, value
from test_web import MILL, QUESTION, web, world  # noqa: F401 (fixtures)

BEATS = ("--first-beat-ms", 100, "--heartbeat-ms", 100)


@pytest.fixture
def slow(world):
    """A search service that answers once the event is set, or not before the test is over."""
    may_go = threading.Event()
    page = world.site().put("/page", MILL)

    def fail(handler):
        while not may_go.wait(0.02) and not world.over.is_set():
            pass
        handler.reply(200, json.dumps({"results": [{"url": page, "title": "", "content": ""}]}), "application/json")

    world.search.fail = fail
    return may_go


def open_request(server, **fields):
    sock = server.connect()
    body = json.dumps(chat(QUESTION, **fields)).encode()
    sock.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return sock


def read_until(sock, part):
    got = b""
    until = time.monotonic() + PATIENCE_S
    while part not in got:
        assert time.monotonic() < until, got
        more = sock.recv(4096)
        assert more, got
        got += more
    return got


def test_a_whole_reply_begins_with_spaces(web, slow):
    server = web(*BEATS)
    with open_request(server) as sock:
        head = read_until(sock, b"\r\n\r\n1\r\n \r\n1\r\n \r\n")
        assert head.startswith(b"HTTP/1.1 200 ") and b"content-type: application/json" in head.lower()
        slow.set()
        assert b"Osbert Quill" in read_until(sock, b"\r\n0\r\n\r\n")


def test_clients_read_it_as_ever(web, slow):
    server = web(*BEATS)
    threading.Timer(0.6, slow.set).start()
    reply = server.ask(QUESTION)
    assert reply.status == 200 and reply.body.startswith(b"  ")
    check_completion_of_web(reply.json())


def check_completion_of_web(reply):
    assert reply["object"] == "chat.completion" and "Osbert Quill" in content(reply)


def test_a_stream_begins_with_comments(web, slow):
    server = web(*BEATS)
    threading.Timer(0.6, slow.set).start()
    reply = server.ask(QUESTION, stream=True)
    assert reply.body.startswith(b": ping\n\n: ping\n\n")
    found = chunks(reply)
    assert found[0]["choices"][0]["delta"]["role"] == "assistant"
    assert "Osbert Quill" in "".join(c["choices"][0]["delta"].get("content") or "" for c in found if c["choices"])


def test_the_sdk_reads_both(web, slow):
    server = web(*BEATS)
    client = openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)
    threading.Timer(0.6, slow.set).start()
    ask = dict(model="speed", messages=[{"role": "user", "content": QUESTION}])
    assert "Osbert Quill" in client.chat.completions.create(**ask).choices[0].message.content
    slow.clear()
    threading.Timer(0.6, slow.set).start()
    pieces = [c.choices[0].delta.content or "" for c in client.chat.completions.create(stream=True, **ask)]
    assert "Osbert Quill" in "".join(pieces)




def test_a_failure_behind_a_beat_is_never_taken_for_an_answer(web, slow):
    server = web(*BEATS, "--stop-grace-ms", 100)
    client = openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)
    ask = dict(model="speed", messages=[{"role": "user", "content": QUESTION}])
    threading.Timer(0.6, server.process.terminate).start()  # the server's stop cancels what runs
    with pytest.raises(openai.APIConnectionError):
        client.chat.completions.create(**ask)
    assert server.process.wait(PATIENCE_S) == server.stop() == 0
    assert "cut_off" in server.log_text()


def test_a_failing_stream_behind_a_beat_says_so(web, slow):
    server = web(*BEATS, "--stop-grace-ms", 100)
    threading.Timer(0.6, server.process.terminate).start()
    reply = server.ask(QUESTION, stream=True)
    assert reply.status == 200 and b'"error"' in reply.body and reply.body.endswith(b"data: [DONE]\n\n")
    assert server.process.wait(PATIENCE_S) == server.stop() == 0


def test_fast_failures_keep_their_status(web):
    server = web(*BEATS)
    check_error(server.ask(QUESTION, model="nothing"), 404)


@pytest.mark.parametrize("flags", [("--first-beat-ms", 0, "--heartbeat-ms", 100), ("--first-beat-ms", 3600000, "--heartbeat-ms", 100)])
def test_it_can_be_turned_off(web, slow, flags):
    server = web(*flags)
    threading.Timer(0.6, slow.set).start()
    reply = server.ask(QUESTION)
    assert reply.body.startswith(b"{") and "content-length" in reply.headers


def test_clients_of_http_1_0_are_not_begun_early(web, slow):
    server = web(*BEATS)
    body = json.dumps(chat(QUESTION)).encode()
    threading.Timer(0.6, slow.set).start()
    with server.connect() as sock:
        sock.sendall(f"POST {CHAT} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        got = b""
        while more := sock.recv(65536):
            got += more
    assert b"\r\n\r\n{" in got


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("begun", [False, True])
def test_a_client_that_leaves_is_noticed(web, slow, stream, reset, begun):
    server = web("--first-beat-ms", 100 if begun else 0, "--heartbeat-ms", 200)
    sock = open_request(server, stream=stream)
    if begun:
        read_until(sock, b" \r\n" if not stream else b": ping")
    else:
        until = time.monotonic() + PATIENCE_S
        while value(families(server), "footnote_working_requests") == 0:
            assert time.monotonic() < until
    if reset:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    left = time.monotonic()
    sock.close()
    while value(families(server), "footnote_working_requests") > 0:
        assert time.monotonic() - left < PATIENCE_S
        time.sleep(0.01)
    # Two beats, the 200 ms in which a waiting request looks at its flag, and what a busy machine takes.
    assert time.monotonic() - left < 2 * 0.2 + 0.2 + 2, "it was noticed too late"
    assert " status=499" in server.log_text() or begun


def test_a_repeat_attaches_to_a_reply_that_was_begun_early(web, slow):
    server = web(*BEATS)
    replies = []
    headers = {"Idempotency-Key": "early"}
    threads = [threading.Thread(target=lambda: replies.append(server.ask(QUESTION, headers=headers))) for _ in range(2)]
    threads[0].start()
    time.sleep(0.4)
    threads[1].start()
    time.sleep(0.4)
    slow.set()
    for thread in threads:
        thread.join()
    assert [r.status for r in replies] == [200, 200]
    assert replies[0].json() == replies[1].json()
    assert server.ask(QUESTION, headers=headers).body == replies[0].body.lstrip(b" ")
