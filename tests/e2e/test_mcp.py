"""MCP's own Python package against the server: over HTTP in each of its modes, and over stdio."""
import json

import anyio
import pytest
from support import ASK, BINARY, check_basis, environment

pytest.importorskip("mcp", reason="has an environment of its own")
from mcp import Client, MCPError, StdioServerParameters  # noqa: E402
from mcp.client.stdio import stdio_client  # noqa: E402

MODES = ["auto", "legacy", "2026-07-28"]
LIGHTHOUSE = "https://history.lumenport.example/lighthouse"
COMPANY = {"type": "object", "required": ["headquarters", "founded"], "additionalProperties": False,
           "properties": {"headquarters": {"type": "string"}, "founded": {"type": "string"}}}


@pytest.fixture(params=["http", "stdio"])
def served(request, data):
    """What a Client connects to."""
    if request.param == "http":
        return lambda: request.getfixturevalue("open_server").url + "/mcp"
    return lambda: stdio_client(StdioServerParameters(command=BINARY, args=["mcp", "--data", str(data)],
                                                      env=environment(data)))


def run(served, mode, do):
    async def main():
        with anyio.fail_after(60):
            async with Client(served(), mode=mode) as client:
                return await do(client)
    return anyio.run(main)


@pytest.mark.parametrize("mode", MODES)
def test_tools_and_a_call(served, mode):
    async def do(client):
        assert client.protocol_version == ("2025-11-25" if mode == "legacy" else "2026-07-28")
        tools = (await client.list_tools()).tools
        assert [t.name for t in tools] == ["research", "search", "fetch", "web_search", "web_fetch"]
        assert all(t.annotations.read_only_hint for t in tools)
        told = []

        async def progress(done, total, text):
            told.append((done, text))
        found = await client.call_tool("research", {"question": ASK}, progress_callback=progress)
        assert found.is_error is False and json.loads(found.content[0].text) == found.structured_content
        assert "Adela Varga" in found.structured_content["answer"] and found.structured_content["citations"] == [LIGHTHOUSE]
        check_basis(found.structured_content["basis"])
        assert [n for n, _ in told] == list(range(1, len(told) + 1)) and len(told) >= 2 and all(text for _, text in told)
    run(served, mode, do)


@pytest.mark.parametrize("mode", MODES)
def test_a_document(served, mode):
    async def do(client):
        found = await client.call_tool("research", {
            "question": "What is the founding date and headquarters of Parallel Web Systems?", "processor": "speed",
            "output_schema": COMPANY, "source_policy": {"include_domains": ["company.example"]}})
        answer = found.structured_content["answer"]
        assert "Palo Alto" in answer["headquarters"] and "2023" in answer["founded"]
        assert [b["field"] for b in found.structured_content["basis"]] == ["headquarters", "founded"]
    run(served, mode, do)


@pytest.mark.parametrize("mode", MODES)
def test_the_tools_of_connectors(served, mode):
    """search gives ids that fetch reads: one item of text with JSON each."""
    async def do(client):
        found = await client.call_tool("search", {"query": "Lumenport Lighthouse"})
        item, = found.content
        results = json.loads(item.text)["results"]
        assert results and all(set(r) == {"id", "title", "url"} and all(r.values()) for r in results)
        page, = (await client.call_tool("fetch", {"id": next(r["id"] for r in results if r["url"] == LIGHTHOUSE)})).content
        page = json.loads(page.text)
        assert page["url"] == LIGHTHOUSE and page["title"] == "Lumenport Lighthouse" and "Adela Varga" in page["text"]
    run(served, mode, do)


@pytest.mark.parametrize("mode", MODES)
def test_the_tools_of_parallel(served, mode):
    async def do(client):
        found = await client.call_tool("web_search", {"objective": "Find out who built the lighthouse of Lumenport",
                                                      "search_queries": ["Lumenport Lighthouse builder"], "session_id": "s-1",
                                                      "model_name": "test"})
        reply = found.structured_content
        assert reply["session_id"] == "s-1" and reply["search_id"].startswith("search_") and not reply["warnings"]
        assert "Adela Varga" in " ".join(next(r["excerpts"] for r in reply["results"] if r["url"] == LIGHTHOUSE))
        found = await client.call_tool("web_fetch", {"urls": [LIGHTHOUSE, "https://nowhere.invalid/"], "full_content": True,
                                                     "objective": "the keeper of the lamp"})
        reply = found.structured_content
        assert "Jonas Hale" in reply["results"][0]["full_content"] and reply["results"][0]["excerpts"]
        assert reply["errors"][0]["url"] == "https://nowhere.invalid/"
    run(served, mode, do)


@pytest.mark.parametrize("mode", MODES)
def test_mistakes(served, mode):
    async def do(client):
        with pytest.raises(MCPError) as caught:
            await client.call_tool("nothing", {})
        assert caught.value.error.code == -32602
        found = await client.call_tool("research", {"question": ASK, "processor": "gpt"})
        assert found.is_error and "processor" in found.content[0].text
        assert (await client.call_tool("search", {"query": "Lumenport"})).is_error is False, "the connection goes on"
    run(served, mode, do)


def test_with_a_key(server, new_key):
    """As a client sends it whose configuration has headers."""
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    async def main(key):
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
            async with Client(streamable_http_client(server.url + "/mcp", http_client=http)) as client:
                return (await client.call_tool("search", {"query": "Lumenport"})).is_error
    assert anyio.run(main, server.key) is False
    with pytest.raises(BaseException):
        anyio.run(main, "fn-wrong")

