"""LlamaIndex, llm and OpenAI's agents, unmodified: each gets its answer with few requests, and asks nobody else. LiteLLM is
too large for the environment of these tests; where it is installed, it is tested as well."""
import asyncio
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time

import pytest

pytest.importorskip("llama_index.llms.openai_like", reason="has an environment of its own")
os.environ.update(OPENAI_AGENTS_DISABLE_TRACING="1", LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False")
import agents  # noqa: E402
import openai  # noqa: E402
import pydantic  # noqa: E402
from llama_index.core.llms import ChatMessage  # noqa: E402
from llama_index.core.prompts import PromptTemplate  # noqa: E402
from llama_index.core.tools import FunctionTool  # noqa: E402
from llama_index.llms.openai_like import OpenAILike  # noqa: E402

QUESTION = "How tall is the Lumenport Lighthouse, and who built it?"
MOST_REQUESTS = 3  # for one question; an agent that is not satisfied asks for ever
PATIENCE_S = 60  # a busy machine; nothing waits this long when all is well


class Lighthouse(pydantic.BaseModel):
    """Facts of a lighthouse."""

    height: int = pydantic.Field(description="Height in metres")
    engineer: str = pydantic.Field(description="The engineer who built it")


def check(value):
    assert isinstance(value, Lighthouse) and value.height == 48 and "Adela Varga" in value.engineer, value


def weather(city: str) -> str:
    """The weather of a city."""
    return f"It is sunny in {city}."


@pytest.fixture(autouse=True)
def requests(server):
    """The paths that were asked for during a test, by the server's log: one question, and few requests. A line is written
    after its reply, so a test that wants to see one waits for it."""
    at = len(server.log.read_bytes())

    def asked(least=1):
        until = time.monotonic() + 5
        while True:
            found = re.findall(r" request method=POST path=(\S+) status=200 ", server.log_text(at))
            if len(found) >= least or time.monotonic() > until:
                return found
            time.sleep(0.02)

    yield asked
    assert 1 <= len(asked()) <= MOST_REQUESTS, asked()
    assert not re.search(r" request method=POST \S+ status=[45]", server.log_text(at)), server.log_text(at)


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    """Only the server may be asked: a name that is looked up, as for telemetry or a list of prices, fails the test."""
    real, others = socket.getaddrinfo, []

    def look_up(host, *more, **named):
        if host not in ("127.0.0.1", b"127.0.0.1", "localhost", None):
            others.append(host)
            raise socket.gaierror(f"no test may ask {host}")
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    assert not others, others


# LlamaIndex

LLAMA_MODES = {"default": {}, "chat": {"is_chat_model": True},
               "function": {"is_chat_model": True, "is_function_calling_model": True},
               "structured": {"is_chat_model": True, "should_use_structured_outputs": True}}


def llama(server, mode):
    return OpenAILike(model="speed", api_base=server.url + "/v1", api_key=server.key, max_retries=0, timeout=PATIENCE_S,
                      **LLAMA_MODES[mode])


@pytest.mark.parametrize("mode", LLAMA_MODES)
def test_llama_index_chat(server, requests, mode):
    """By default it takes a model for one of plain completions."""
    reply = llama(server, mode).chat([ChatMessage(role="user", content=QUESTION)])
    assert "Adela Varga" in reply.message.content
    assert requests() == ["/v1/completions" if mode == "default" else "/v1/chat/completions"]
    assert mode == "default" or reply.raw.basis


@pytest.mark.parametrize("mode", ["default", "chat"])
def test_llama_index_stream(server, requests, mode):
    pieces = [piece.delta for piece in llama(server, mode).stream_chat([ChatMessage(role="user", content=QUESTION)])]
    assert len(pieces) > 2 and "Adela Varga" in "".join(piece or "" for piece in pieces)
    assert len(requests()) == 1


def test_llama_index_async(server):
    reply = asyncio.run(llama(server, "chat").achat([ChatMessage(role="user", content=QUESTION)]))
    assert "Adela Varga" in reply.message.content


@pytest.mark.parametrize("mode", ["chat", "function", "structured"])
def test_llama_index_structured_predict(server, requests, mode):
    check(llama(server, mode).structured_predict(Lighthouse, PromptTemplate("{question}"), question=QUESTION))
    assert len(requests()) == 1


@pytest.mark.parametrize("mode", ["chat", "function", "structured"])
def test_llama_index_structured_llm(server, mode):
    reply = llama(server, mode).as_structured_llm(Lighthouse).chat([ChatMessage(role="user", content=QUESTION)])
    check(reply.raw)


@pytest.mark.parametrize("mode", ["chat", "structured"])
def test_llama_index_stream_of_a_structure(server, mode):
    """A function calling model is asked with tool_choice auto here, which footnote answers with text: see docs/clients.md."""
    parts = list(llama(server, mode).stream_structured_predict(Lighthouse, PromptTemplate("{question}"), question=QUESTION))
    last = parts[-1]
    assert last.height == 48 and "Adela Varga" in last.engineer, parts


def test_llama_index_tool(server):
    """With the tool required it is called; of its own accord footnote answers itself."""
    model = llama(server, "function")
    tool = FunctionTool.from_defaults(weather)
    free = model.chat_with_tools([tool], user_msg=QUESTION)
    assert "Adela Varga" in free.message.content and not model.get_tool_calls_from_response(free, error_on_no_tool_call=False)
    forced = model.chat_with_tools([tool], user_msg=QUESTION, tool_required=True)
    assert model.get_tool_calls_from_response(forced)[0].tool_name == "weather"


# llm, by its command

NO_WAY_OUT = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}


@pytest.fixture
def llm(server, tmp_path):
    (tmp_path / "extra-openai-models.yaml").write_text(
        "- model_id: footnote\n  model_name: speed\n" f"  api_base: {server.url}/v1\n"
        "  api_key_name: footnote\n  supports_schema: true\n  supports_tools: true\n")
    (tmp_path / "keys.json").write_text(json.dumps({"footnote": server.key}))

    def run(*arguments):
        done = subprocess.run([sys.executable, "-m", "llm", *arguments], capture_output=True, text=True, timeout=PATIENCE_S,
                              stdin=subprocess.DEVNULL, env={**os.environ, "LLM_USER_PATH": str(tmp_path), **NO_WAY_OUT})
        assert done.returncode == 0, done
        return done.stdout

    return run


@pytest.mark.parametrize("flags", [[], ["--no-stream"]], ids=["stream", "whole"])
def test_llm_prompt(llm, requests, flags):
    assert "Adela Varga" in llm("-m", "footnote", *flags, QUESTION)
    assert requests() == ["/v1/chat/completions"]


@pytest.mark.parametrize("flags", [[], ["--no-stream"]], ids=["stream", "whole"])
def test_llm_schema(llm, requests, flags):
    said = llm("-m", "footnote", *flags, "--schema", json.dumps(Lighthouse.model_json_schema()), QUESTION)
    check(Lighthouse.model_validate_json(said))
    assert len(requests()) == 1


def test_llm_short_schema(llm):
    said = json.loads(llm("-m", "footnote", "--schema", "height int: Height in metres, engineer: The engineer who built it", QUESTION))
    assert said["height"] == 48 and "Adela Varga" in said["engineer"], said


def test_llm_tool(llm):
    assert "Adela Varga" in llm("-m", "footnote", "-T", "llm_time", QUESTION)


def test_llm_conversation(llm):
    llm("-m", "footnote", "Who built the Lumenport Lighthouse?")
    assert "1871" in llm("-c", "When was it built?")


# OpenAI's agents

@pytest.fixture(params=[agents.OpenAIChatCompletionsModel, agents.OpenAIResponsesModel], ids=["chat", "responses"])
def agent(server, request):
    def make(**more):
        client = openai.AsyncOpenAI(api_key=server.key, base_url=server.url + "/v1", max_retries=0, timeout=PATIENCE_S)
        return agents.Agent(name="Researcher", model=request.param(model="speed", openai_client=client), **more)
    return make


def test_agents_text(agent, requests):
    result = asyncio.run(agents.Runner.run(agent(instructions="You answer questions."), QUESTION))
    assert "Adela Varga" in result.final_output and len(requests()) == 1


def test_agents_output_type(agent, requests):
    check(asyncio.run(agents.Runner.run(agent(output_type=Lighthouse), QUESTION)).final_output)
    assert len(requests()) == 1


@pytest.mark.parametrize("output", [None, Lighthouse], ids=["text", "type"])
def test_agents_streamed(agent, requests, output):
    async def main():
        result = agents.Runner.run_streamed(agent(output_type=output), QUESTION)
        return [event async for event in result.stream_events()], result.final_output
    events, final = asyncio.run(main())
    deltas = [e.data.delta for e in events if e.type == "raw_response_event" and e.data.type == "response.output_text.delta"]
    if output:
        check(final)
        check(Lighthouse.model_validate_json("".join(deltas)))
    else:
        assert len(deltas) > 2 and "".join(deltas) == final and "Adela Varga" in final
    assert len(requests()) == 1


@pytest.mark.parametrize("output", [None, Lighthouse], ids=["text", "type"])
def test_agents_function_tool(agent, output):
    """A tool that the agent may call is left alone."""
    result = asyncio.run(agents.Runner.run(agent(tools=[agents.function_tool(weather)], output_type=output), QUESTION))
    check(result.final_output) if output else None
    assert output or "Adela Varga" in result.final_output


def test_agents_forced_tool(agent, requests):
    """A forced call is made, its result is evidence, and the agent comes to its end."""
    called = []

    def register(lighthouse: str) -> str:
        """The register of lighthouses."""
        called.append(lighthouse)
        return "The Lumenport Lighthouse was painted red by Olmo Brandt in 1902."

    settings = agents.ModelSettings(tool_choice="required")
    result = asyncio.run(agents.Runner.run(agent(tools=[agents.function_tool(register)], model_settings=settings),
                                           "Who painted the Lumenport Lighthouse red?"))
    assert len(called) == 1 and "Olmo Brandt" in result.final_output, (called, result.final_output)
    assert len(requests(2)) == 2


def test_agents_conversation(agent):
    async def main():
        first = await agents.Runner.run(agent(), "Who built the Lumenport Lighthouse?")
        return await agents.Runner.run(agent(), first.to_input_list() + [{"role": "user", "content": "When was it built?"}])
    assert "1871" in asyncio.run(main()).final_output


# LiteLLM, where it is installed

if importlib.util.find_spec("litellm"):
    import litellm

    @pytest.fixture
    def lite(server):
        fixed = {"model": "openai/speed", "api_base": server.url + "/v1", "api_key": server.key, "timeout": PATIENCE_S, "max_retries": 0}
        return lambda **more: litellm.completion(messages=[{"role": "user", "content": QUESTION}], **fixed, **more)

    def lite_text(pieces):
        return "".join(piece.choices[0].delta.content or "" for piece in pieces)

    def test_litellm_text(lite, requests):
        reply = lite()
        assert "Adela Varga" in reply.choices[0].message.content and reply.basis and len(requests()) == 1
        assert reply.choices[0].message.annotations[0]["type"] == "url_citation"
        assert "Adela Varga" in lite_text(lite(stream=True))

    def test_litellm_pydantic(lite):
        check(Lighthouse.model_validate_json(lite(response_format=Lighthouse).choices[0].message.content))
        check(Lighthouse.model_validate_json(lite_text(lite(response_format=Lighthouse, stream=True))))

    def test_litellm_tools(lite):
        tools = [{"type": "function", "function": {"name": "lighthouse", "parameters": Lighthouse.model_json_schema()}}]
        assert "Adela Varga" in lite(tools=tools).choices[0].message.content
        whole = lite(tools=tools, tool_choice="required")
        streamed = litellm.stream_chunk_builder(list(lite(tools=tools, tool_choice="required", stream=True)))
        for reply in (whole, streamed):
            check(Lighthouse.model_validate_json(reply.choices[0].message.tool_calls[0].function.arguments))
