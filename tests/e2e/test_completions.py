"""POST /v1/completions, which older clients know: a prompt instead of messages, the same answers."""
import re

import openai
import pytest
from support import ASK, check_error, check_extras, chunks, content, json_schema

TEXT = "/v1/completions"


def body(prompt=ASK, **fields):
    return {"model": "speed", "prompt": prompt, **fields}


@pytest.mark.parametrize("path", [TEXT, "/completions", TEXT + "/", "//v1/completions"])
@pytest.mark.parametrize("prompt", [ASK, [ASK]], ids=["text", "array"])
def test_a_prompt_is_answered_as_a_message_is(server, path, prompt):
    reply = server.post(body(prompt), path=path)
    assert reply.status == 200, reply
    got = reply.json()
    assert re.fullmatch(r"cmpl-\w+", got["id"]) and got["object"] == "text_completion" and got["model"] == "speed"
    [choice] = got["choices"]
    assert set(choice) == {"index", "text", "logprobs", "finish_reason"}
    assert choice["index"] == 0 and choice["logprobs"] is None and choice["finish_reason"] == "stop"
    chat = server.answer()
    assert choice["text"] == content(chat) and "Adela Varga" in choice["text"]
    assert got["usage"] == chat["usage"] and got["basis"] == chat["basis"] and got["citations"] == chat["citations"]
    check_extras(got)


@pytest.mark.parametrize("usage", [False, True])
def test_a_stream_joins_to_the_whole(server, usage):
    found = chunks(server.post(body(stream=True, stream_options={"include_usage": usage}), path=TEXT))
    whole = server.post(body(), path=TEXT).json()
    assert len({(c["id"], c["object"], c["created"]) for c in found}) == 1 and found[0]["object"] == "text_completion"
    assert "".join(c["choices"][0]["text"] for c in found if c["choices"]) == whole["choices"][0]["text"]
    assert [c["choices"][0]["finish_reason"] for c in found if c["choices"]].count("stop") == 1
    last = [c for c in found if c["choices"]][-1]
    assert last["choices"][0]["finish_reason"] == "stop" and last["basis"] == whole["basis"]
    assert sum(len(c["choices"][0]["text"]) > 0 for c in found if c["choices"]) > 1
    if usage:
        assert found[-1]["usage"] == whole["usage"] and found[-1]["choices"] == []
        assert all(c["usage"] is None for c in found[:-1])
    else:
        assert all("usage" not in c for c in found)


def test_limits_and_schemas_are_those_of_chat(server):
    assert server.post(body(max_tokens=3), path=TEXT).json()["choices"][0]["finish_reason"] == "length"
    schema = {"type": "object", "properties": {"builder": {"type": "string"}}, "required": ["builder"], "additionalProperties": False}
    got = server.post(body(response_format=json_schema(schema)), path=TEXT).json()
    assert got["choices"][0]["text"] == '{"builder":"Adela Varga"}' and got["basis"][0]["field"] == "builder"


def test_a_conversation_goes_on(server):
    first = server.post(body("Who discovered Comet Orlin?"), path=TEXT).json()
    second = server.post(body("And when does it return?", previous_interaction_id=first["interaction_id"]), path=TEXT).json()
    assert second["citations"][0] == "https://astro.example.org/comet-orlin"


def test_what_has_no_meaning_here_is_said(server):
    got = server.post(body(echo=True, suffix="x", best_of=3, logprobs=1, store=True, tools=[{"nonsense": 1}], tool_choice="required"),
                      path=TEXT).json()
    said = " ".join(got["warnings"])
    assert all(f"'{name}'" in said for name in ("echo", "suffix", "best_of", "logprobs"))
    assert not got["choices"][0]["text"].startswith(ASK)
    assert server.call("GET", "/v1/chat/completions/" + got["id"]).status == 404


@pytest.mark.parametrize("fields,status,param", [
    ({}, 422, "prompt"), ({"prompt": ""}, 422, "prompt"), ({"prompt": " \n"}, 422, "prompt"), ({"prompt": []}, 422, "prompt"),
    ({"prompt": 1}, 422, "prompt"), ({"prompt": {}}, 422, "prompt"), ({"prompt": ["a", "b"]}, 400, "prompt"),
    ({"prompt": [1, 2, 3]}, 400, "prompt"), ({"prompt": [[1, 2]]}, 400, "prompt"), ({"prompt": ASK, "echo": 1}, 422, "echo"),
    ({"prompt": ASK, "n": 2}, 400, "n"), ({"prompt": "a" * 30000}, 422, "messages"), ({"prompt": ASK, "model": "davinci"}, 404, "model"),
])
def test_prompts_that_cannot_be_answered(server, fields, status, param):
    check_error(server.post({"model": "speed", **fields}, path=TEXT), status, param)


def test_openais_client(server):
    client = openai.OpenAI(base_url=server.url + "/v1", api_key=server.key)
    whole = client.completions.create(model="speed", prompt=ASK)
    assert "Adela Varga" in whole.choices[0].text and whole.usage.total_tokens > 0 and whole.basis[0]["field"] == "output"
    text, reasons = "", []
    for chunk in client.completions.create(model="speed", prompt=[ASK], stream=True):
        text += chunk.choices[0].text
        reasons.append(chunk.choices[0].finish_reason)
    assert text == whole.choices[0].text and reasons[-1] == "stop" and set(reasons[:-1]) == {None}
    with pytest.raises(openai.NotFoundError):
        client.completions.create(model="text-davinci-003", prompt=ASK)
