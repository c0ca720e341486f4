"""OpenAI's Responses API: its SDK as users call it, and by hand what an SDK would never send."""
import json
import re
import shutil
import threading
import time

import openai
import pydantic
import pytest
from llm_world import LlmWorld, Say
from support import ASK, NOWHERE, PATIENCE_S, check_basis, check_error, check_headers
from test_web import MILL, QUESTION, web, world  # noqa: F401: fixtures

LIGHTHOUSE = "https://history.lumenport.example/lighthouse"
ABOUT = "What is the founding date and headquarters of Parallel Web Systems?"
FIELDS = {"type": "object", "required": ["headquarters", "founded"], "additionalProperties": False,
          "properties": {"headquarters": {"type": "string"}, "founded": {"type": "string"}}}
COMPANY = {"type": "function", "name": "company", "description": "Facts of a company", "parameters": FIELDS}
PATH = "/v1/responses"


@pytest.fixture(scope="module", params=["", "/v1"])
def client(server, request):
    with openai.OpenAI(api_key=server.key, base_url=server.url + request.param, max_retries=0) as c:
        yield c


@pytest.fixture(scope="module")
def plain(server):
    with openai.OpenAI(api_key=server.key, base_url=server.url + "/v1", max_retries=0) as c:
        yield c


def ask(client, question=ASK, **fields):
    return client.responses.create(**{"model": "speed", "input": question, **fields})


def message_of(response):
    found = [item for item in response.output if item.type == "message"]
    assert len(found) == 1, response.output
    return found[0]


def check_response(response, model="speed", status="completed"):
    assert re.fullmatch(r"resp_\w{24}", response.id) and response.object == "response"
    assert response.model == model and response.status == status
    assert abs(response.created_at - time.time()) < 300
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens > 0
    assert response.error is None and response.parallel_tool_calls is True
    check_basis(response.basis)
    for item in response.output[:-1]:
        assert item.type == "web_search_call" and item.status == "completed" and item.id.startswith("ws_")
        assert item.action.type == "search" and item.action.query == item.action.queries[0]
        assert all(source.type == "url" and source.url for source in item.action.sources)
    part, = message_of(response).content
    assert part.type == "output_text" and part.text == response.output_text
    for note in part.annotations:
        assert note.type == "url_citation" and note.title
        assert re.fullmatch(r"\[[1-9]\d*\]", part.text[note.start_index:note.end_index])
        number = int(part.text[note.start_index + 1:note.end_index - 1])
        assert response.citations[number - 1] == note.url
    return part


@pytest.mark.parametrize("model", ["speed", "lite", "base", "core", "parallel"])
def test_an_answer(client, model):
    response = ask(client, model=model)
    part = check_response(response, model)
    assert "Adela Varga" in part.text and part.annotations
    search = response.output[0]
    assert search.action.query == ASK and LIGHTHOUSE in [s.url for s in search.action.sources]


def test_offsets_count_characters(plain):
    response = ask(plain, "How many kinds of tea does the Café Zoë serve?")
    assert "🐙" in response.output_text
    check_response(response)


def test_every_event_of_a_stream_in_order(client):
    found = list(ask(client, stream=True))
    assert [e.sequence_number for e in found] == list(range(len(found)))
    kinds = [e.type.removeprefix("response.") for e in found]
    order = list(dict.fromkeys(kinds))
    assert order == ["created", "in_progress", "output_item.added", "web_search_call.in_progress",
                     "web_search_call.searching", "web_search_call.completed", "output_item.done", "content_part.added",
                     "output_text.delta", "output_text.annotation.added", "output_text.done", "content_part.done",
                     "completed"]
    assert kinds.count("output_text.delta") > 2, "the text comes as it is written"
    final = found[-1].response
    part = check_response(final)
    assert "".join(e.delta for e in found if e.type == "response.output_text.delta") == part.text
    notes = [e.annotation for e in found if e.type == "response.output_text.annotation.added"]
    assert [n["start_index"] if isinstance(n, dict) else n.start_index for n in notes] == \
        [n.start_index for n in part.annotations]
    done = [e.item for e in found if e.type == "response.output_item.done"]
    assert [item.id for item in done] == [item.id for item in final.output]
    assert {e.response.id for e in found if hasattr(e, "response")} == {final.id}
    assert [e.output_index for e in found if e.type == "response.output_item.added"] == [0, 1]


@pytest.mark.parametrize("model", ["speed", "core"])
def test_the_stream_helper(client, model):
    with client.responses.stream(model=model, input=ASK) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        response = stream.get_final_response()
    assert check_response(response, model).text == text and "Adela Varga" in text


def test_events_come_while_it_is_worked_on(start):
    """The model says nothing before the client has heard of the search."""
    heard = threading.Event()

    def answer(asked):
        assert heard.wait(PATIENCE_S)
        return Say("The Lumenport Lighthouse was built in 1871 by the engineer Adela Varga [1].")
    with LlmWorld("llama.cpp") as llm:
        llm.answer = answer
        server = start("--no-auth", "--llm", llm.url)
        with openai.OpenAI(api_key="x", base_url=server.url + "/v1", max_retries=0) as client:
            deltas = 0
            for event in ask(client, stream=True):
                if event.type == "response.web_search_call.searching":
                    heard.set()
                deltas += event.type == "response.output_text.delta"
    assert heard.is_set() and deltas > 2


class Company(pydantic.BaseModel):
    headquarters: str
    founded: str


def check_company(value):
    assert "Palo Alto" in value.headquarters and "2023" in value.founded


def test_parse(client):
    response = client.responses.parse(model="speed", input=ABOUT, text_format=Company)
    check_company(response.output_parsed)
    assert [b["field"] for b in response.basis] == ["headquarters", "founded"]


def test_parse_as_a_stream(client):
    with client.responses.stream(model="speed", input=ABOUT, text_format=Company) as stream:
        for _ in stream:
            pass
        check_company(stream.get_final_response().output_parsed)


def test_json_object(plain):
    response = ask(plain, ABOUT + " Answer as JSON.", text={"format": {"type": "json_object"}})
    assert isinstance(json.loads(response.output_text), dict)


@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "company"},
                                    {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "company"}]}])
def test_a_forced_call(client, choice):
    response = ask(client, ABOUT, tools=[COMPANY, {"type": "web_search"}], tool_choice=choice)
    call = response.output[-1]
    assert call.type == "function_call" and call.name == "company" and call.status == "completed"
    assert call.call_id.startswith("call_") and call.id.startswith("fc_")
    check_company(Company.model_validate_json(call.arguments))
    check_basis(response.basis)


def test_a_forced_call_as_a_stream(client):
    with client.responses.stream(model="speed", input=ABOUT, tools=[COMPANY], tool_choice="required") as stream:
        deltas = [e.delta for e in stream if e.type == "response.function_call_arguments.delta"]
        response = stream.get_final_response()
    assert len(deltas) > 2 and "".join(deltas) == response.output[-1].arguments
    check_company(Company.model_validate_json(response.output[-1].arguments))


def test_results_of_functions_are_evidence(plain):
    """As an agent goes on: with its whole history, and with the id of what came before."""
    result = json.dumps({"city": "Quillon", "weather": "hail and a storm from the north", "mayor": "Berta Onslow"})
    history = [{"role": "user", "content": "What is the weather of Quillon?"},
               {"type": "reasoning", "id": "rs_1", "summary": []},
               {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"city": "Quillon"}'},
               {"type": "function_call_output", "call_id": "call_1", "output": result}]
    response = ask(plain, history)
    assert "hail" in response.output_text and response.citations == ["urn:tool:weather:call_1"]
    tool = {"type": "function", "name": "weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
    first = ask(plain, "What is the weather of Quillon?", tools=[tool], tool_choice="required")
    second = ask(plain, [{"type": "function_call_output", "call_id": first.output[-1].call_id, "output": result}],
                 previous_response_id=first.id, tools=[tool])
    assert "hail" in second.output_text and second.citations == [f"urn:tool:weather:{first.output[-1].call_id}"]
    assert second.basis[0]["citations"][0]["title"].startswith("weather")


def test_a_conversation(client):
    first = ask(client)
    second = ask(client, "How high is it?", previous_response_id=first.id)
    assert "48 metres" in second.output_text and second.previous_response_id == first.id
    third = ask(client, [{"role": "user", "content": "When was the lamp automated?"}], previous_response_id=second.id)
    assert "1989" in third.output_text


def test_roles_and_parts(plain):
    first = ask(plain)
    response = ask(plain, [
        {"role": "developer", "content": "Answer in one sentence."},
        {"role": "user", "content": [{"type": "input_text", "text": ASK}]},
        first.output[0].model_dump(), first.output[-1].model_dump(),
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "And how high is its tower?"}]}])
    assert "48 metres" in response.output_text and response.output_text.count(".") <= 2


def test_instructions_count_for_one_response(plain):
    first = ask(plain, instructions="Answer in one sentence, without marks.")
    assert "[1]" not in first.output_text and first.instructions == "Answer in one sentence, without marks."
    second = ask(plain, "How high is it?", previous_response_id=first.id)
    assert "[1]" in second.output_text and second.instructions is None


def test_sources_of_the_search_tool(plain):
    tool = {"type": "web_search", "filters": {"allowed_domains": ["example.org"]}, "search_context_size": "low",
            "user_location": {"type": "approximate", "country": "US"}}
    response = ask(plain, tools=[tool], include=["web_search_call.action.sources"])
    urls = [s.url for s in response.output[0].action.sources]
    assert LIGHTHOUSE not in urls and all("example.org" in url for url in urls)
    assert response.tools[0].type == "web_search" and not response.warnings
    for kind in ("web_search_preview", "web_search_preview_2025_03_11", "web_search_2025_08_26"):
        assert "Adela" in ask(plain, tools=[{"type": kind}], tool_choice={"type": kind}).output_text


def test_only_own_pages(start, tmp_path):
    """external_web_access: false asks no search service. Nobody listens at the one that is set up."""
    server = start("--no-auth", "--providers", "index, searxng http://127.0.0.1:9")
    with openai.OpenAI(api_key="x", base_url=server.url + "/v1", max_retries=0) as client:
        reports = [{r["provider"] for r in ask(client, NOWHERE, tools=[{"type": "web_search", **more}]).search_report}
                   for more in ({}, {"external_web_access": False})]
    assert "searxng" in reports[0] and reports[1] == {"index"}


def test_max_output_tokens(plain):
    response = ask(plain, max_output_tokens=3)
    assert response.status == "incomplete" and response.incomplete_details.reason == "max_output_tokens"
    found = list(ask(plain, max_output_tokens=3, stream=True))
    assert found[-1].type == "response.incomplete" and found[-1].response.status == "incomplete"


def test_what_is_asked_comes_back(plain):
    asked = {"metadata": {"kind": "test"}, "temperature": 0.5, "top_p": 0.9, "user": "u-1", "max_output_tokens": 900,
             "reasoning": {"effort": "low"}, "parallel_tool_calls": True, "truncation": "auto", "service_tier": "flex",
             "prompt_cache_key": "x", "safety_identifier": "y", "top_logprobs": 3}
    response = ask(plain, **asked)
    assert response.metadata == {"kind": "test"} and response.temperature == 0.5 and response.top_p == 0.9
    assert response.max_output_tokens == 900 and response.reasoning.effort == "low" and response.user == "u-1"
    assert response.text.format.type == "text" and response.store is True


# Kept responses

def test_a_kept_response(client):
    made = ask(client, metadata={"a": "b"})
    read = client.responses.retrieve(made.id)
    assert read.output == made.output and read.usage == made.usage and read.basis == made.basis
    assert read.metadata == {"a": "b"}
    streamed = list(ask(client, stream=True))[-1].response
    assert client.responses.retrieve(streamed.id).output == streamed.output


def test_input_items(client):
    made = ask(client, [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"},
                        {"role": "user", "content": [{"type": "input_text", "text": ASK}]}])
    newest = client.responses.input_items.list(made.id)
    assert [item.content[0].text for item in newest.data] == [ASK, "two", "one"]
    oldest = client.responses.input_items.list(made.id, order="asc", limit=2)
    assert [item.content[0].text for item in oldest.data] == ["one", "two"] and oldest.has_more
    assert [item.content[0].text for item in oldest] == ["one", "two", ASK]  # the SDK turns the page
    assert ask(client).id != made.id
    single = client.responses.input_items.list(ask(client).id)
    assert [(i.role, i.content[0].text) for i in single.data] == [("user", ASK)]


def test_removed(client):
    made = ask(client)
    client.responses.delete(made.id)
    for gone in (lambda: client.responses.retrieve(made.id), lambda: client.responses.delete(made.id),
                 lambda: client.responses.input_items.list(made.id), lambda: client.responses.cancel(made.id),
                 lambda: ask(client, previous_response_id=made.id)):
        with pytest.raises(openai.NotFoundError) as caught:
            gone()
        assert caught.value.code == "response_not_found"


def test_not_kept(client):
    made = ask(client, store=False)
    assert made.store is False
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)
    with pytest.raises(openai.NotFoundError) as caught:
        ask(client, previous_response_id=made.id)
    assert caught.value.param == "previous_response_id"


def test_nobody_else_sees_it(server, plain, new_key):
    made = ask(plain)
    with openai.OpenAI(api_key=new_key(), base_url=server.url + "/v1", max_retries=0) as other:
        for call in (other.responses.retrieve, other.responses.delete, other.responses.cancel):
            with pytest.raises(openai.NotFoundError):
                call(made.id)
        with pytest.raises(openai.NotFoundError):
            ask(other, previous_response_id=made.id)
    assert plain.responses.retrieve(made.id).id == made.id


# In the background

def until_ended(client, made):
    end = time.monotonic() + PATIENCE_S
    while made.status in ("queued", "in_progress"):
        assert time.monotonic() < end
        time.sleep(0.02)
        made = client.responses.retrieve(made.id)
    return made


def test_in_the_background(client):
    made = ask(client, background=True)
    assert made.status == "queued" and made.background is True and made.output == []
    done = until_ended(client, made)
    assert done.id == made.id and done.background is True and done.completed_at
    assert "Adela Varga" in check_response(done).text
    assert "48 metres" in ask(client, "How high is it?", previous_response_id=done.id).output_text
    assert client.responses.cancel(done.id).status == "completed", "what has ended stays as it is"


@pytest.fixture
def slow(start, data, new_key, tmp_path):
    """A server whose model thinks for a while before it writes; its data folder is its own."""
    folder = tmp_path / "data"
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("*.db*"))
    with LlmWorld("llama.cpp") as llm:
        llm.answer = lambda asked: Say("The lighthouse was built by Adela Varga [1].", rate=4)
        key = new_key(folder)

        def begin():
            return start("--rate-per-minute", 0, "--llm", llm.url, "--background-at-once", 1, "--stop-grace-ms", 100,
                         folder=folder, key=key)
        yield begin


def test_cancelled_while_it_runs_and_while_it_waits(slow):
    server = slow()
    with openai.OpenAI(api_key=server.key, base_url=server.url + "/v1", max_retries=0) as client:
        running, waiting = ask(client, background=True), ask(client, background=True)
        for made in (waiting, running):
            assert client.responses.cancel(made.id).status == "cancelled"
            assert client.responses.cancel(made.id).status == "cancelled"
        time.sleep(0.5)
        for made in (waiting, running):
            read = client.responses.retrieve(made.id)
            assert read.status == "cancelled" and read.error is None
        with pytest.raises(openai.BadRequestError):
            client.responses.cancel(ask(client, "Hello").id)


def test_a_stop_fails_what_runs_and_a_kill_too(slow):
    server = slow()
    with openai.OpenAI(api_key=server.key, base_url=server.url + "/v1", max_retries=0) as client:
        made = ask(client, background=True)
    assert server.stop() == 0
    server = slow()
    with openai.OpenAI(api_key=server.key, base_url=server.url + "/v1", max_retries=0) as client:
        read = client.responses.retrieve(made.id)
        assert read.status == "failed" and "stopped" in read.error.message and read.error.code == "server_error"
        made = ask(client, background=True)
    server.stop(9)
    server = slow()
    with openai.OpenAI(api_key=server.key, base_url=server.url + "/v1", max_retries=0) as client:
        read = client.responses.retrieve(made.id)
        assert read.status == "failed" and "stopped" in read.error.message


# Errors

def test_errors_as_the_sdk_raises_them(server, plain):
    for fields, kind, param in (({"model": "gpt-5"}, openai.NotFoundError, "model"),
                                ({"text": {"format": {"type": "yaml"}}}, openai.UnprocessableEntityError, "text.format.type"),
                                ({"previous_response_id": "resp_none"}, openai.NotFoundError, "previous_response_id"),
                                ({"temperature": 7}, openai.UnprocessableEntityError, "temperature")):
        for stream in (False, True):
            with pytest.raises(kind) as caught:
                ask(plain, stream=stream, **fields)
            assert caught.value.param == param and caught.value.code
    with openai.OpenAI(api_key="fn-wrong", base_url=server.url + "/v1", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError):
            ask(client)


def test_a_failure_in_a_stream(start, tmp_path):
    """The search has begun, so it is an event; there is no page anywhere."""
    folder = tmp_path / "empty"
    folder.mkdir()
    server = start("--no-auth", folder=folder)
    with openai.OpenAI(api_key="x", base_url=server.url + "/v1", max_retries=0) as client:
        last = list(ask(client, stream=True))[-1]
        assert last.type == "response.failed" and last.response.status == "failed"
        assert last.response.error.code == "server_error" and "index" in last.response.error.message
        with pytest.raises(openai.InternalServerError) as caught:
            ask(client)
        assert caught.value.status_code == 503
        made = until_ended(client, ask(client, background=True))
        assert made.status == "failed" and "index" in made.error.message


@pytest.mark.parametrize("fields, status, param", [
    ({"input": None}, 422, "input"),
    ({"input": ""}, 422, "input"),
    ({"input": []}, 422, "input"),
    ({"input": 7}, 422, "input"),
    ({"input": ["x"]}, 422, "input[0]"),
    ({"input": [{"role": "wizard", "content": "x"}]}, 422, "input[0].role"),
    ({"input": [{"role": "user"}]}, 422, "input[0].content"),
    ({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}, 400, "input[0].content[0].type"),
    ({"input": [{"role": "assistant", "content": "x"}]}, 422, "input"),
    ({"input": [{"type": 3}]}, 422, "input[0].type"),
    ({"input": [{"role": "user", "content": "x"}, {"type": "function_call_output", "call_id": 1, "output": "x"}]}, 422, "input[1].call_id"),
    ({"input": [{"role": "user", "content": "x"}, {"type": "function_call", "name": [], "arguments": ""}]}, 422, "input[1].name"),
    ({"input": "x" * 30000}, 422, "input"),
    ({"instructions": {"a": 1}}, 422, "instructions"),
    ({"model": None}, 422, "model"),
    ({"model": 3}, 422, "model"),
    ({"stream": "yes"}, 422, "stream"),
    ({"background": 1}, 422, "background"),
    ({"background": True, "store": False}, 400, "background"),
    ({"background": True, "stream": True}, 400, "background"),
    ({"store": "no"}, 422, "store"),
    ({"conversation": "conv_1"}, 400, "conversation"),
    ({"prompt": {"id": "p"}}, 400, "prompt"),
    ({"tools": {}}, 422, "tools"),
    ({"tools": ["x"]}, 422, "tools[0]"),
    ({"tools": [{"type": "web_search", "filters": {"allowed_domains": [""]}}]}, 422, "tools[0].filters.allowed_domains[0]"),
    ({"tools": [{"type": "web_search", "filters": {"allowed_domains": "a.example"}}]}, 422, "tools[0].filters.allowed_domains"),
    ({"tools": [{"type": "web_search", "external_web_access": "no"}]}, 422, "tools[0].external_web_access"),
    ({"tool_choice": "sometimes"}, 422, "tool_choice"),
    ({"tools": [COMPANY], "tool_choice": {"type": "function", "name": "other"}}, 422, "tool_choice.name"),
    ({"text": []}, 422, "text"),
    ({"text": {"format": "json"}}, 422, "text.format"),
    ({"text": {"format": {"type": "json_schema", "name": "x"}}}, 422, "text.format.json_schema"),
    ({"text": {"format": {"type": "json_schema", "name": "x", "schema": 3}}}, 422, "text.format.schema"),
    ({"metadata": {"a": 1}}, 422, "metadata"),
    ({"metadata": {str(i): "x" for i in range(17)}}, 422, "metadata"),
    ({"include": "all"}, 422, "include"),
    ({"reasoning": "low"}, 422, "reasoning"),
    ({"max_output_tokens": "many"}, 422, "max_output_tokens"),
    ({"previous_response_id": 3}, 422, "previous_response_id"),
])
def test_refused(server, fields, status, param):
    for stream in ({}, {"stream": True}):
        check_error(server.post({"model": "speed", "input": ASK, **stream, **fields}, PATH), status, param)


def deep_schema(levels):
    schema = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_refused_as_a_whole(server):
    for body, status in ((b"{", 400), (b"[]", 422), (b"", 400), (b"\xff", 400), (b'"x"', 422), (b"[" * 5000, 400)):
        check_error(server.post(body, PATH), status)
    reply = server.post({"model": "speed", "input": ASK, "text": {"format": {
        "type": "json_schema", "name": "x", "schema": deep_schema(40)}}}, PATH)
    check_error(reply, 422)
    check_error(server.post({"model": "speed", "input": ASK}, PATH, key=None), 401)
    check_error(server.call("GET", PATH), 405)
    check_error(server.call("GET", PATH + "/a/b"), 404)
    check_error(server.call("GET", PATH + "/resp_none"), 404, None, "response_not_found")
    check_error(server.call("GET", PATH + "/resp_none/input_items?limit=0"), 404)
    made = server.post({"model": "speed", "input": ASK}, PATH).json()["id"]
    for query, param in (("limit=0", "limit"), ("limit=x", "limit"), ("limit=101", "limit"), ("order=up", "order")):
        check_error(server.call("GET", f"{PATH}/{made}/input_items?{query}"), 422, param)
    check_error(server.call("GET", f"{PATH}/{made}?stream=true"), 400, "stream")
    check_headers(server.call("GET", f"{PATH}/{made}"))


def test_a_byte_order_mark_and_numbers_as_clients_send_them(server):
    body = json.dumps({"model": "speed", "input": ASK, "max_output_tokens": -1, "temperature": None, "tools": None,
                       "text": None, "metadata": None, "instructions": None, "reasoning": None}).encode()
    reply = server.post(b"\xef\xbb\xbf" + body, "//v1/responses/")
    assert reply.status == 200 and "Adela" in reply.json()["output"][-1]["content"][0]["text"]


def test_small_talk_searches_nothing(plain):
    response = ask(plain, "Hello!")
    assert [item.type for item in response.output] == ["message"]
    assert [e.type for e in ask(plain, "Hello!", stream=True)][-1] == "response.completed"


# Over the web

def test_sources_are_what_the_search_found(web, world):  # noqa: F811
    url = world.site().put("/mill", MILL)
    world.search.results = [url]
    server = web(indexed=True)
    with openai.OpenAI(api_key=server.key or "x", base_url=server.url + "/v1", max_retries=0) as client:
        response = ask(client, QUESTION)
        found = [e for e in ask(client, QUESTION, stream=True)]
        own = ask(client, QUESTION, tools=[{"type": "web_search", "external_web_access": False}])
    assert "Osbert Quill" in response.output_text and url in [s.url for s in response.output[0].action.sources]
    done = next(e.item for e in found if e.type == "response.output_item.done")
    assert done.type == "web_search_call" and url in [s.url for s in done.action.sources]
    assert all(s.url != url for item in own.output if item.type == "web_search_call" for s in item.action.sources)
