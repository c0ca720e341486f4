"""Calls of tools that a client forces, in both of OpenAI's forms, and histories that have some."""
import json

import openai
import pytest
from support import check_basis

ABOUT = "What is the founding date and headquarters of Parallel Web Systems?"
FIELDS = {"type": "object", "required": ["headquarters", "founded"], "additionalProperties": False,
          "properties": {"headquarters": {"type": "string"}, "founded": {"type": "string"}}}
COMPANY = {"type": "function", "function": {"name": "company", "description": "Facts of a company", "parameters": FIELDS}}
NAMED = {"type": "function", "function": {"name": "company"}}


@pytest.fixture(scope="module")
def client(server):
    with openai.OpenAI(api_key=server.key, base_url=server.url + "/v1") as c:
        yield c


def ask(client, messages=None, **fields):
    messages = messages or [{"role": "user", "content": ABOUT}]
    return client.chat.completions.create(model="speed", messages=messages, **fields)


def check_arguments(text):
    value = json.loads(text)
    assert list(value) == ["headquarters", "founded"]
    assert "Palo Alto" in value["headquarters"] and "2023" in value["founded"]


@pytest.mark.parametrize("choice", ["required", NAMED])
def test_a_forced_call(client, choice):
    reply = ask(client, tools=[COMPANY], tool_choice=choice)
    message = reply.choices[0].message
    assert reply.choices[0].finish_reason == "tool_calls"
    assert message.content is None and message.annotations == []
    call, = message.tool_calls
    assert call.id.startswith("call_") and call.type == "function" and call.function.name == "company"
    check_arguments(call.function.arguments)
    check_basis(reply.basis)
    assert [b["field"] for b in reply.basis] == ["headquarters", "founded"]


def test_a_forced_call_as_a_stream(client):
    """The SDK joins the deltas by their index; id and name come once."""
    with client.chat.completions.stream(model="speed", messages=[{"role": "user", "content": ABOUT}], tools=[COMPANY],
                                        tool_choice=NAMED) as stream:
        deltas = [event.arguments_delta for event in stream if event.type == "tool_calls.function.arguments.delta"]
        reply = stream.get_final_completion()
    assert len(deltas) > 2
    choice = reply.choices[0]
    assert choice.finish_reason == "tool_calls" and choice.message.content is None
    call, = choice.message.tool_calls
    assert call.id.startswith("call_") and call.function.name == "company"
    check_arguments(call.function.arguments)


def test_the_first_delta_names_the_call(client):
    chunks = list(ask(client, tools=[COMPANY], tool_choice="required", stream=True))
    first, rest = chunks[0].choices[0].delta, [c.choices[0].delta for c in chunks[1:]]
    assert first.role == "assistant" and first.content is None
    assert first.tool_calls[0].index == 0 and first.tool_calls[0].id and first.tool_calls[0].type == "function"
    assert first.tool_calls[0].function.name == "company" and first.tool_calls[0].function.arguments == ""
    assert all(c.id is None and c.function.name is None for d in rest for c in d.tool_calls or [])
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    check_basis(chunks[-1].basis)


@pytest.mark.parametrize("stream", [False, True])
def test_a_function_of_the_older_form(client, stream):
    reply = ask(client, functions=[COMPANY["function"]], function_call={"name": "company"}, stream=stream)
    if not stream:
        message = reply.choices[0].message
        assert reply.choices[0].finish_reason == "function_call"
        assert message.content is None and message.tool_calls is None
        assert message.function_call.name == "company"
        check_arguments(message.function_call.arguments)
        return
    chunks = list(reply)
    calls = [c.choices[0].delta.function_call for c in chunks if c.choices[0].delta.function_call]
    assert [c.name for c in calls if c.name] == ["company"]
    check_arguments("".join(c.arguments for c in calls))
    assert chunks[-1].choices[0].finish_reason == "function_call"


def test_of_several_tools_the_one_that_fits(client):
    weather = {"type": "function", "function": {"name": "get_weather", "description": "The weather of a place"}}
    reply = ask(client, tools=[weather, COMPANY], tool_choice="required")
    assert reply.choices[0].message.tool_calls[0].function.name == "company"
    assert any("company" in warning for warning in reply.warnings)


@pytest.mark.parametrize("choice", ["auto", "none", None])
def test_a_free_choice_is_answered_with_text(client, choice):
    reply = ask(client, tools=[COMPANY], **({"tool_choice": choice} if choice else {}))
    assert reply.choices[0].finish_reason == "stop" and "Palo Alto" in reply.choices[0].message.content
    assert any("tools" in warning for warning in reply.warnings)


def test_a_tool_without_parameters(client):
    nothing = {"type": "object", "properties": {}, "additionalProperties": False}
    for more in ({}, {"parameters": nothing}, {"parameters": None}):
        reply = ask(client, tools=[{"type": "function", "function": {"name": "note", **more}}], tool_choice="required")
        assert json.loads(reply.choices[0].message.tool_calls[0].function.arguments) == {}


def test_a_schema_that_cannot_be_filled(client):
    wrong = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "text"}}}}}
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        ask(client, tools=[wrong], tool_choice="required")
    assert raised.value.param == "tools[0].function.parameters.properties.a.type"


def test_a_schema_that_nothing_fits(client):
    tool = {"type": "function", "function": {"name": "f", "parameters": {
        "type": "object", "properties": {"a": {"type": "string", "minLength": 5, "maxLength": 2}}, "required": ["a"]}}}
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        ask(client, tools=[COMPANY, tool], tool_choice={"type": "function", "function": {"name": "f"}})
    assert raised.value.param == "tools[1].function.parameters.properties.a"


def talk(result, arguments):
    call = {"id": "call_1", "type": "function", "function": {"name": "lookup", "arguments": json.dumps(arguments)}}
    return [{"role": "user", "content": "What is the weather in Zanzibarville?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": result}]


def test_a_tools_result_is_evidence(client):
    sentence = "The weather in Zanzibarville is sunny with 21 degrees and a light wind."
    reply = ask(client, talk(sentence, {"place": "Zanzibarville"}), tools=[COMPANY])
    assert sentence in reply.choices[0].message.content
    citation = reply.basis[0]["citations"][0]
    assert citation["url"] == "urn:tool:lookup:call_1" and citation["title"] == "lookup (Zanzibarville)"
    assert citation["excerpts"] == [sentence]


@pytest.mark.parametrize("role", ["tool", "function"])
def test_results_of_any_kind_are_read(client, role):
    for result in ("", "ok", "{}", "[1, {\"a\": [null, {\"b\": \"c\"}]}]", "{\"broken\": "):
        message = {"role": role, "content": result, **({"name": "lookup"} if role == "function" else {"tool_call_id": "x"})}
        reply = ask(client, [{"role": "user", "content": ABOUT}, message], tools=[COMPANY])
        assert reply.choices[0].finish_reason == "stop" and "Palo Alto" in reply.choices[0].message.content


def test_a_call_is_gone_on_from(client):
    first = ask(client, tools=[COMPANY], tool_choice="required")
    message = first.choices[0].message
    history = [{"role": "user", "content": ABOUT}, message.model_dump(exclude_none=True),
               {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "noted"},
               {"role": "user", "content": "Where is it based?"}]
    reply = ask(client, history, tools=[COMPANY])
    assert "Palo Alto" in reply.choices[0].message.content
