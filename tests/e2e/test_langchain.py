"""Parallel's own integration for LangChain, pointed at the server."""
import asyncio

import pydantic
import pytest

langchain_parallel = pytest.importorskip("langchain_parallel", reason="has an environment of its own")
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage  # noqa: E402
from support import ASK, check_basis  # noqa: E402


@pytest.fixture(params=["ChatParallelWeb", "ChatParallel"])
def make(server, request):
    kind = getattr(langchain_parallel, request.param, None) or getattr(langchain_parallel.chat_models, request.param)
    return lambda model="speed", **more: kind(model=model, api_key=server.key, base_url=server.url, **more)


def test_invoke(make):
    reply = make().invoke(ASK)
    assert isinstance(reply, AIMessage) and "Adela Varga" in reply.content
    assert reply.response_metadata["finish_reason"] == "stop" and reply.response_metadata["model_name"] == "speed"


def test_a_conversation(make):
    reply = make().invoke([SystemMessage("You are a helpful assistant."), HumanMessage("Who discovered Comet Orlin?"),
                           AIMessage("Ines Orlin did."), HumanMessage("And when does it return?")])
    assert "63 years" in reply.content


@pytest.mark.parametrize("model", ["lite", "base", "core"])
def test_the_basis_reaches_the_message(make, model):
    metadata = make(model).invoke(ASK).response_metadata
    check_basis(metadata["basis"])
    assert metadata["interaction_id"]


def test_stream(make):
    pieces = list(make().stream(ASK))
    assert sum(1 for p in pieces if p.content) > 1
    assert "Adela Varga" in "".join(p.content for p in pieces)
    assert "".join(p.content for p in pieces) == make().invoke(ASK).content


def test_async(make):
    async def both():
        llm = make()
        return (await llm.ainvoke(ASK)).content, "".join([p.content async for p in llm.astream(ASK)])

    whole, streamed = asyncio.run(both())
    assert "Adela Varga" in whole and streamed == whole


class Tower(pydantic.BaseModel):
    """What is known about a lighthouse."""
    builder: str = pydantic.Field(description="Who built the lighthouse")
    height_metres: float = pydantic.Field(description="Height of the tower in metres")


QUESTION = "The Lumenport Lighthouse: who built it and how high is the tower?"


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(make, method):
    tower = make("base").with_structured_output(Tower, method=method).invoke(QUESTION)
    assert isinstance(tower, Tower) and "Adela Varga" in tower.builder and tower.height_metres == 48


def test_structured_output_from_a_plain_schema(make):
    value = make("lite").with_structured_output(Tower.model_json_schema(), include_raw=True).invoke(QUESTION)
    assert value["parsing_error"] is None and set(value["parsed"]) == {"builder", "height_metres"}


def test_json_mode(make):
    assert isinstance(make("base").with_structured_output(method="json_mode").invoke(QUESTION), dict)


def test_batch(make):
    replies = make().batch([ASK] * 5)
    assert len({r.content for r in replies}) == 1


def test_a_wrong_key_is_said(server):
    llm = langchain_parallel.ChatParallelWeb(model="speed", api_key="wrong", base_url=server.url)
    with pytest.raises(ValueError, match="Authentication failed"):
        llm.invoke(ASK)
