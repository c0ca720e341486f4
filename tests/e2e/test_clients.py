"""Agents and libraries for structured output in their default modes: each asks in its own way, and none asks twice."""
import asyncio
import json

import pytest

pytest.importorskip("instructor", reason="has an environment of its own")
import instructor  # noqa: E402
import openai  # noqa: E402
import pydantic  # noqa: E402
from langchain.agents import create_agent  # noqa: E402
from langchain.agents.structured_output import ToolStrategy  # noqa: E402
from langchain_core.output_parsers import PydanticOutputParser  # noqa: E402
from langchain_core.prompts import PromptTemplate  # noqa: E402
from langchain_openai import ChatOpenAI  # noqa: E402
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput  # noqa: E402
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel  # noqa: E402
from pydantic_ai.providers.openai import OpenAIProvider  # noqa: E402

QUESTION = "How tall is the Lumenport Lighthouse, and who built it?"


class Lighthouse(pydantic.BaseModel):
    """Facts of a lighthouse."""

    height: int = pydantic.Field(description="Height in metres")
    engineer: str = pydantic.Field(description="The engineer who built it")


def check(value):
    assert isinstance(value, Lighthouse) and value.height == 48 and "Adela Varga" in value.engineer, value


@pytest.fixture
def chat_model(server):
    return ChatOpenAI(model="speed", api_key=server.key, base_url=server.url + "/v1", max_retries=0)


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
def test_langchain_structured_output(chat_model, method):
    check(chat_model.with_structured_output(Lighthouse, method=method).invoke(QUESTION))


@pytest.mark.parametrize("words", ["Respond in JSON with `height` and `engineer` keys.", 'Return JSON like {"height": 1, "engineer": "name"}.'])
def test_langchain_json_mode(chat_model, words):
    """It sends no schema: the prompt has to name the keys."""
    got = chat_model.with_structured_output(None, method="json_mode").invoke(f"{QUESTION} {words}")
    assert set(got) == {"height", "engineer"} and "48" in str(got["height"]) and "Adela Varga" in got["engineer"], got


def test_langchain_stream_of_a_tool(chat_model):
    check(list(chat_model.with_structured_output(Lighthouse, method="function_calling").stream(QUESTION))[-1])


def test_langchain_parser(chat_model):
    parser = PydanticOutputParser(pydantic_object=Lighthouse)
    prompt = PromptTemplate(template="Answer the user query.\n{instructions}\n{query}\n", input_variables=["query"],
                            partial_variables={"instructions": parser.get_format_instructions()})
    check((prompt | chat_model | parser).invoke({"query": QUESTION}))


@pytest.mark.parametrize("form", [Lighthouse, ToolStrategy(Lighthouse)], ids=["default", "tool"])
def test_langchain_agent(chat_model, form):
    """A forced call that is answered with prose makes this agent ask for ever."""
    def weather(city: str) -> str:
        """The weather of a city."""
        return f"It is sunny in {city}."

    agent = create_agent(chat_model, tools=[weather], response_format=form)
    state = agent.invoke({"messages": [{"role": "user", "content": QUESTION}]}, {"recursion_limit": 6})
    check(state["structured_response"])
    assert len(state["messages"]) <= 3


@pytest.mark.parametrize("mode", ["TOOLS", "TOOLS_STRICT", "FUNCTIONS", "JSON", "MD_JSON", "JSON_SCHEMA"])
def test_instructor(server, mode):
    client = instructor.from_openai(openai.OpenAI(api_key=server.key, base_url=server.url + "/v1"),
                                    mode=getattr(instructor.Mode, mode))
    check(client.chat.completions.create(model="speed", messages=[{"role": "user", "content": QUESTION}],
                                         response_model=Lighthouse, max_retries=0))


def test_instructor_partial(server):
    client = instructor.from_openai(openai.OpenAI(api_key=server.key, base_url=server.url + "/v1"))
    parts = list(client.chat.completions.create_partial(model="speed", messages=[{"role": "user", "content": QUESTION}],
                                                        response_model=Lighthouse))
    last = parts[-1]
    assert last.height == 48 and "Adela Varga" in last.engineer


@pytest.mark.parametrize("form", [Lighthouse, ToolOutput(Lighthouse), NativeOutput(Lighthouse), PromptedOutput(Lighthouse)],
                         ids=["default", "tool", "native", "prompted"])
def test_pydantic_ai(server, form):
    model = OpenAIChatModel("speed", provider=OpenAIProvider(base_url=server.url + "/v1", api_key=server.key))
    result = Agent(model, output_type=form, retries=0).run_sync(QUESTION)
    check(result.output)
    assert result.usage.requests == 1 if not callable(result.usage) else result.usage().requests == 1


def test_a_tools_result_goes_back(chat_model):
    reply = chat_model.bind_tools([Lighthouse], tool_choice="required").invoke(QUESTION)
    assert reply.tool_calls[0]["name"] == "Lighthouse" and json.dumps(reply.tool_calls[0]["args"])


# The same over the Responses API

@pytest.fixture
def responses_model(server):
    return OpenAIResponsesModel("speed", provider=OpenAIProvider(openai_client=openai.AsyncOpenAI(
        api_key=server.key, base_url=server.url + "/v1", max_retries=0)))


@pytest.mark.parametrize("form", [Lighthouse, ToolOutput(Lighthouse), NativeOutput(Lighthouse), PromptedOutput(Lighthouse)],
                         ids=["default", "tool", "native", "prompted"])
def test_pydantic_ai_responses(responses_model, form):
    result = Agent(responses_model, output_type=form).run_sync(QUESTION)
    check(result.output)
    assert result.usage.requests == 1


def test_pydantic_ai_responses_text_and_stream(responses_model):
    async def main():
        async with Agent(responses_model).run_stream(QUESTION) as result:
            return [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
    pieces = asyncio.run(main())
    assert len(pieces) > 2 and "Adela Varga" in "".join(pieces)


def test_langchain_responses(server):
    model = ChatOpenAI(model="speed", api_key=server.key, base_url=server.url + "/v1", max_retries=0, use_responses_api=True)
    reply = model.invoke(QUESTION)
    assert "Adela Varga" in reply.text and reply.usage_metadata["total_tokens"] > 0
    assert reply.content[-1]["annotations"][0]["type"] in ("url_citation", "citation")
    assert "Adela Varga" in "".join(piece.text for piece in model.stream(QUESTION))
    check(model.with_structured_output(Lighthouse, method="json_schema").invoke(QUESTION))
    check(model.with_structured_output(Lighthouse, method="function_calling").invoke(QUESTION))
    again = model.bind(previous_response_id=reply.response_metadata["id"]).invoke("When was it built?")
    assert "1871" in again.text
