"""Stored completions ("store": true): listed, read, changed and removed as OpenAI's SDK does it."""
import openai
import pytest
from support import ASK, NOWHERE, chat, check_error, check_headers, chunks, footnote


@pytest.fixture
def client(server, new_key):
    """With a key of its own, so that each test sees what it stored."""
    with openai.OpenAI(base_url=server.url + "/v1", api_key=new_key(), max_retries=0) as c:
        yield c


def store(client, question=ASK, **fields):
    return client.chat.completions.create(model=fields.pop("model", "speed"), store=True,
                                          messages=[{"role": "user", "content": question}], **fields)


def test_a_stored_completion_is_what_was_answered(client):
    made = store(client, metadata={"kind": "test"})
    read = client.chat.completions.retrieve(made.id)
    assert read.choices == made.choices and read.usage == made.usage and read.basis == made.basis
    assert read.metadata == {"kind": "test"} and read.id == made.id and read.created == made.created


def test_only_those_that_want_it_are_stored(client):
    for fields in ({}, {"store": False}):
        made = client.chat.completions.create(model="speed", messages=[{"role": "user", "content": ASK}], **fields)
        with pytest.raises(openai.NotFoundError):
            client.chat.completions.retrieve(made.id)
    assert client.chat.completions.list().data == []


def test_a_stream_is_stored_too(client):
    pieces = list(store(client, stream=True))
    read = client.chat.completions.retrieve(pieces[0].id)
    assert read.choices[0].message.content == "".join(p.choices[0].delta.content or "" for p in pieces if p.choices)
    assert read.choices[0].finish_reason == "stop" and read.object == "chat.completion"


def test_lists_have_pages_orders_and_filters(client):
    made = [store(client, metadata={"n": str(i), "odd": str(i % 2)}, model="speed" if i < 3 else "lite").id for i in range(5)]
    listed = client.chat.completions.list(limit=2)
    assert [c.id for c in listed.data] == made[:2] and listed.has_more
    assert [c.id for c in client.chat.completions.list(limit=2)] == made  # the SDK turns the pages
    assert [c.id for c in client.chat.completions.list(order="desc")] == made[::-1]
    assert [c.id for c in client.chat.completions.list(order="desc", after=made[2])] == made[1::-1]
    assert [c.id for c in client.chat.completions.list(model="lite")] == made[3:]
    assert [c.id for c in client.chat.completions.list(metadata={"odd": "1"})] == made[1::2]
    assert [c.id for c in client.chat.completions.list(metadata={"odd": "1", "n": "3"})] == [made[3]]
    assert client.chat.completions.list(metadata={"odd": "1", "n": "2"}).data == []


def test_metadata_can_be_changed(client):
    made = store(client, metadata={"kind": "test"})
    changed = client.chat.completions.update(made.id, metadata={"kind": 'odd "one" [x]', "more": "1"})
    assert changed.metadata == {"kind": 'odd "one" [x]', "more": "1"} and changed.id == made.id
    assert client.chat.completions.retrieve(made.id).metadata == changed.metadata
    assert [c.id for c in client.chat.completions.list(metadata={"kind": 'odd "one" [x]'})] == [made.id]
    assert client.chat.completions.update(made.id, metadata=None).metadata == {}


def test_messages_are_those_of_the_request(client):
    made = client.chat.completions.create(model="speed", store=True, messages=[
        {"role": "system", "content": "Answer in one sentence."}, {"role": "user", "content": ASK}])
    listed = client.chat.completions.messages.list(made.id)
    assert [(m.role, m.content) for m in listed.data] == [("system", "Answer in one sentence."), ("user", ASK)]
    assert len({m.id for m in listed.data}) == 2
    assert [m.role for m in client.chat.completions.messages.list(made.id, limit=1)] == ["system", "user"]
    assert [m.role for m in client.chat.completions.messages.list(made.id, order="desc", limit=1)] == ["user", "system"]


def test_a_removed_one_is_gone(client):
    made = store(client)
    gone = client.chat.completions.delete(made.id)
    assert gone.deleted and gone.id == made.id and gone.object == "chat.completion.deleted"
    for call in (client.chat.completions.retrieve, client.chat.completions.delete, client.chat.completions.messages.list):
        with pytest.raises(openai.NotFoundError):
            call(made.id)
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.update(made.id, metadata={})


def test_they_belong_to_a_key(server, client):
    made = store(client)
    for method, body in (("GET", None), ("DELETE", None), ("POST", b'{"metadata":{}}')):
        check_error(server.call(method, f"/v1/chat/completions/{made.id}", body), 404, code="completion_not_found")
        check_error(server.call(method, f"/v1/chat/completions/{made.id}", body, key=None), 401)
    check_error(server.call("GET", f"/v1/chat/completions/{made.id}/messages"), 404)
    assert made.id not in server.call("GET", "/v1/chat/completions?limit=100").body.decode()
    assert client.chat.completions.retrieve(made.id).id == made.id


@pytest.mark.parametrize("metadata", [{str(i): "" for i in range(17)}, {"n": 1}, {"x" * 65: ""}, {"x": "y" * 513}, {"x": None}, []])
def test_metadata_beyond_the_rules_is_refused(server, metadata):
    check_error(server.ask(store=True, metadata=metadata), 422, "metadata")
    made = server.answer(store=True)
    check_error(server.call("POST", f"/chat/completions/{made['id']}", __import__("json").dumps({"metadata": metadata}).encode()),
                422, "metadata")


def test_broken_requests(server):
    for query, param in (("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("order=up", "order")):
        check_error(server.call("GET", f"/v1/chat/completions?{query}"), 422, param)
    made = server.answer(store=True)
    check_error(server.call("POST", f"/v1/chat/completions/{made['id']}", b"{}"), 422, "metadata")
    check_error(server.call("POST", f"/v1/chat/completions/{made['id']}", b"nonsense"), 400)
    check_error(server.call("GET", "/v1/chat/completions/%00"), 400)
    check_error(server.call("PUT", f"/v1/chat/completions/{made['id']}"), 405)
    check_error(server.call("GET", f"/v1/chat/completions/{made['id']}/nothing"), 404)
    reply = server.call("GET", "/v1/chat/completions?metadata[a]=%zz&metadata[%22]=1&x&=&after=nothing")
    assert reply.status == 200 and reply.json()["data"] == []
    check_headers(reply)


def test_what_is_stored_is_bounded_and_can_be_turned_off(start, new_key):
    server = start("--completion-bytes", 1048576, "--rate-per-minute", 0)
    body = chat("Tell me about the Vantar Glacier.", model="base", store=True)
    size = len(server.post(body).body)
    for _ in range(1048576 // 2 // size + 3):
        server.post(body)
    listed = server.call("GET", "/v1/chat/completions?limit=100").json()["data"]
    assert 0 < len(listed) * size <= 1048576 // 2
    off = start("--completion-days", 0)
    made = off.answer(store=True)
    check_error(off.call("GET", f"/v1/chat/completions/{made['id']}", key=off.key), 404)
    assert off.call("GET", "/v1/chat/completions").json()["data"] == []


def test_a_restart_keeps_them(start, data):
    server = start()
    made = server.answer(store=True)
    assert server.stop() == 0
    later = start()
    assert later.call("GET", f"/v1/chat/completions/{made['id']}", key=server.key).json()["choices"] == made["choices"]
    assert (data / "completions.db").stat().st_mode & 0o077 == 0
    assert footnote("doctor", data=data).returncode in (0, 1)


def test_a_repeat_stores_once(server, new_key):
    key = new_key()
    for _ in range(2):
        assert server.ask(NOWHERE, store=True, headers={"Idempotency-Key": "stored-once"}, key=key).status == 200
    assert len(server.call("GET", "/v1/chat/completions", key=key).json()["data"]) == 1
    assert chunks(server.ask(store=True, stream=True, key=key))
