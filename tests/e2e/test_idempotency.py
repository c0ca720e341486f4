"""Idempotency-Key: the same request again gets the same reply, from the work that runs or from what was kept."""
import concurrent.futures
import threading
import time

import openai
import pytest
from support import ASK, NOWHERE, chat, check_error, chunks, content, footnote
from test_metrics import families_once, value
from test_web import MILL, QUESTION, web, world  # noqa: F401 (fixtures)


def again(server, name, body=None, key=True):
    return server.post(body or chat(ASK), headers={"Idempotency-Key": name}, key=key)


def test_the_reply_is_the_same_and_says_so(server):
    first, second = again(server, "one"), again(server, "one")
    assert first.status == second.status == 200 and first.body == second.body
    assert second.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    assert first.headers["content-type"] == second.headers["content-type"]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert again(server, '"one"').body == first.body  # the draft wants quotation marks, few send them
    assert again(server, "other").json()["id"] != first.json()["id"]


def test_a_stream_comes_with_the_same_events(server):
    first, second = again(server, "stream", chat(ASK, stream=True)), again(server, "stream", chat(ASK, stream=True))
    assert chunks(first) == chunks(second) and first.body == second.body
    assert second.headers["content-type"].startswith("text/event-stream")


def test_another_request_under_the_same_name_is_refused(server):
    again(server, "mine")
    check_error(again(server, "mine", chat(NOWHERE)), 422, code="idempotency_key_reused")
    check_error(again(server, "mine", chat(ASK, stream=True)), 422)


def test_names_belong_to_a_key(server, new_key):
    first = again(server, "shared-name")
    other = again(server, "shared-name", chat(NOWHERE), key=new_key())
    assert other.status == 200 and "idempotent-replayed" not in other.headers
    assert again(server, "shared-name").body == first.body


def test_failures_are_tried_again(server):
    check_error(again(server, "fails", chat(ASK, model="nothing")), 404)
    check_error(again(server, "fails", chat(ASK, model="nothing")), 404)
    assert again(server, "fails").status == 200


@pytest.mark.parametrize("name", ["x" * 256, '""'])
def test_a_name_that_is_none(server, name):
    check_error(again(server, name), 400)


def test_kept_replies_survive_a_restart_and_can_be_turned_off(start, data):
    server = start()
    first = again(server, "restart")
    assert server.stop() == 0
    later = start()
    assert again(later, "restart", key=server.key).body == first.body
    off = start("--reply-hours", 0)
    assert again(off, "restart", key=server.key).body != first.body


def test_what_is_kept_is_bounded(start):
    server = start("--reply-bytes", 1048576, "--rate-per-minute", 0)
    body = chat("Tell me about the Vantar Glacier.", model="base")
    size = len(again(server, "many-0", body).body)
    count = 1048576 // 2 // (size + 400) + 3
    for i in range(1, count):
        again(server, f"many-{i}", body)
    assert "idempotent-replayed" in again(server, f"many-{count - 1}", body).headers
    assert "idempotent-replayed" not in again(server, "many-0", body).headers


def test_of_two_at_once_one_works(world, web):
    may_go = threading.Event()

    def slow(handler):
        may_go.wait(20)
        handler.reply(200, MILL)

    world.search.results = [world.site().put("/page", slow)]
    server = web()
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        both = [pool.submit(again, server, "at-once", chat(QUESTION)) for _ in range(2)]
        while not world.sites[-1].count("/page"):
            assert not any(f.done() for f in both)
        check_error(again(server, "at-once", chat(ASK)), 422)
        time.sleep(0.2)
        may_go.set()
        first, second = (f.result() for f in both)
    assert first.status == 200 and first.body == second.body and "Osbert Quill" in content(first.json())
    assert world.sites[-1].count("/page") == 1 and len(world.search.texts()) == len(set(world.search.texts()))
    third = again(server, "at-once", chat(QUESTION))
    assert third.body == first.body and third.headers["idempotent-replayed"] == "true"
    # On a busy machine the second of both may come when the first is done.
    found = families_once(server, lambda f: value(f, "footnote_replays_total") == 2)
    assert value(found, "footnote_replays_total", kind="stored") in (1, 2)


def test_the_sdk_gets_the_same_answer(server):
    client = openai.OpenAI(base_url=server.url + "/v1", api_key=server.key)
    ask = dict(model="speed", messages=[{"role": "user", "content": ASK}], extra_headers={"Idempotency-Key": "by-sdk"})
    assert client.chat.completions.create(**ask) == client.chat.completions.create(**ask)
    ask["extra_headers"] = {"Idempotency-Key": "by-sdk-stream"}
    assert list(client.chat.completions.create(stream=True, **ask)) == list(client.chat.completions.create(stream=True, **ask))
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(**{**ask, "model": "base"})


def test_the_file_is_private(data, server):
    again(server, "file")
    assert (data / "replies.db").stat().st_mode & 0o077 == 0
    assert footnote("doctor", data=data).returncode in (0, 1)
