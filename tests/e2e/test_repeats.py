"""Clients that ask again by themselves: the web is searched once, however often one question is sent."""
import time

import openai
import pytest
from test_web import MILL, QUESTION, web, world  # noqa: F401

PATIENCE_S = 1


@pytest.fixture
def slow_page(world):  # noqa: F811
    """Is sent only when the client has lost its patience and its repeat has come."""
    def begin(server):
        def reply(handler):
            until = time.monotonic() + 10
            while "attached" not in server.log_text() and time.monotonic() < until:
                time.sleep(0.05)
            handler.reply(200, MILL)
        world.search.results = [world.site().put("/mill", reply)]
    return begin


def ask(server, retry=None, **fields):
    # Its read timeout would be the server's deadline; clients in other languages do not tell theirs.
    headers = {"x-stainless-read-timeout": "60", **({"x-stainless-retry-count": retry} if retry else {})}
    with openai.OpenAI(api_key="none", base_url=server.url + "/v1", timeout=PATIENCE_S, max_retries=4) as client:
        reply = client.chat.completions.create(model="core", messages=[{"role": "user", "content": QUESTION}],
                                               extra_body={"max_searches": 1}, extra_headers=headers, **fields)
        return list(reply) if fields.get("stream") else reply


def check_once(world, server):  # noqa: F811
    log = server.log_text()
    assert "attached" in log and "status=499" in log
    assert len(world.search.log) == 1 and world.sites[1].count("/mill") == 1


def test_a_repeat_waits_for_the_first(world, web, slow_page):  # noqa: F811
    server = web()
    slow_page(server)
    reply = ask(server)
    assert "Osbert Quill" in reply.choices[0].message.content
    check_once(world, server)


def test_a_repeat_gets_the_whole_stream(world, web, slow_page):  # noqa: F811
    server = web()
    slow_page(server)
    chunks = ask(server, stream=True)
    assert "Osbert Quill" in "".join(x.choices[0].delta.content or "" for x in chunks)
    assert chunks[0].choices[0].delta.role == "assistant" and chunks[-1].choices[0].finish_reason == "stop"
    check_once(world, server)


def test_a_repeat_after_the_end_is_answered_anew(world, web):  # noqa: F811
    world.search.results = [world.site().put("/mill", MILL)]
    server = web()
    assert "Osbert Quill" in ask(server).choices[0].message.content
    again = ask(server, retry="1")
    assert "Osbert Quill" in again.choices[0].message.content
    assert len(world.search.log) == 2 and "attached" not in server.log_text()
