"""openai for Python against the server, as users write it; with langchain-parallel's older openai as well."""
import asyncio
import json
import os
import subprocess
import sys
import textwrap

import openai
import pydantic
import pytest
from support import ASK, MODELS, RATE_HEADERS, check_basis, check_completion

ABOUT = "What does Parallel Web Systems do?"
# The schema of the quick-start: a form that the basis makes unnecessary, but that everybody copies.
REASONED = {
    "type": "json_schema",
    "json_schema": {"name": "reasoning_schema", "schema": {"type": "object", "properties": {
        "reasoning": {"type": "string", "description": "Think step by step to arrive at the answer"},
        "answer": {"type": "string", "description": "The direct answer to the question"},
        "citations": {"type": "array", "items": {"type": "string"}, "description": "Sources cited to support the answer"},
    }}},
}


@pytest.fixture(scope="session", params=["", "/v1"])
def client(server, request):
    with openai.OpenAI(api_key=server.key, base_url=server.url + request.param) as c:
        yield c


def about(client, **fields):
    return client.chat.completions.create(model="speed", messages=[{"role": "user", "content": ABOUT}], **fields)


def check_reasoned(text):
    value = json.loads(text)
    assert list(value) == ["reasoning", "answer", "citations"]
    assert "search" in value["answer"]
    assert value["citations"] == ["https://company.example/parallel-web-systems"]


def test_quick_start(client):
    check_reasoned(about(client, response_format=REASONED).choices[0].message.content)


def test_quick_start_streaming(client):
    text = ""
    for chunk in about(client, stream=True, response_format=REASONED):
        if chunk.choices[0].delta.content is not None:
            text += chunk.choices[0].delta.content
    check_reasoned(text)


def test_quick_start_research_model(client):
    response = client.chat.completions.create(model="base", messages=[
        {"role": "user", "content": "What is the founding date and headquarters of Parallel Web Systems?"}])
    text = response.choices[0].message.content
    assert "2023" in text and "Palo Alto" in text
    check_basis(response.basis)
    assert response.basis[0]["citations"][0]["url"] == "https://company.example/parallel-web-systems"


def test_quick_start_as_a_program_of_its_own(server):
    """Nothing but the base URL and the key of the environment."""
    program = textwrap.dedent(f"""
        import os
        from openai import OpenAI
        client = OpenAI(api_key=os.environ["PARALLEL_API_KEY"], base_url="{server.url}")
        stream = client.chat.completions.create(model="speed", stream=True,
                                                messages=[{{"role": "user", "content": "{ABOUT}"}}])
        for chunk in stream:
            if chunk.choices[0].delta.content is not None:
                print(chunk.choices[0].delta.content, end="", flush=True)
        print()
    """)
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PARALLEL_API_KEY": server.key},
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "software agents" in done.stdout


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("json_schema", [False, True])
def test_quick_start_with_curl(server, stream, json_schema):
    body = {"model": "speed", "messages": [{"role": "user", "content": ABOUT}], "stream": stream,
            **({"response_format": REASONED} if json_schema else {})}
    done = subprocess.run(["curl", "-sSN", f"{server.url}/chat/completions", "-H", "Content-Type: application/json",
                           "-H", f"Authorization: Bearer {server.key}", "-d", json.dumps(body)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    if stream:
        assert done.stdout.endswith("data: [DONE]\n\n")
    else:
        check_completion(json.loads(done.stdout))
    assert "search" in done.stdout


def test_quick_start_research_model_with_curl(server):
    body = {"model": "base", "messages": [
        {"role": "user", "content": "What is the founding date and headquarters of Parallel Web Systems?"}]}
    done = subprocess.run(["curl", "-sS", f"{server.url}/chat/completions", "-H", "Content-Type: application/json",
                           "-H", f"Authorization: Bearer {server.key}", "-d", json.dumps(body)],
                          capture_output=True, text=True, timeout=60)
    reply = json.loads(done.stdout)
    check_completion(reply, "base")
    check_basis(reply["basis"])
    assert reply["basis"][0]["citations"][0]["url"] == "https://company.example/parallel-web-systems"


@pytest.mark.parametrize("model", MODELS)
def test_every_extra_is_reachable(client, model):
    response = client.chat.completions.create(model=model, messages=[{"role": "user", "content": ASK}])
    check_completion(response.model_dump(), model)
    note = response.choices[0].message.annotations[0].url_citation
    text = response.choices[0].message.content
    assert text[note.start_index:note.end_index] == "[1]"
    assert note.url == response.citations[0] == response.search_results[0]["url"]
    assert response.interaction_id and response.system_fingerprint and response._request_id


def test_own_fields_go_by_extra_body(client):
    response = client.chat.completions.create(
        model="speed", messages=[{"role": "user", "content": ASK}],
        extra_body={"source_policy": {"exclude_domains": ["lumenport.example"]}})
    assert not any("lumenport.example" in url for url in response.citations)


def test_the_stream_helper(client):
    with client.chat.completions.stream(model="base", messages=[{"role": "user", "content": ASK}],
                                        stream_options={"include_usage": True}) as stream:
        heard = list(stream)
        final = stream.get_final_completion()
    kinds = [event.type for event in heard]
    assert kinds.count("content.done") == 1 and kinds.count("content.delta") > 1
    message = final.choices[0].message
    assert message.role == "assistant" and "Adela Varga" in message.content
    assert final.choices[0].finish_reason == "stop" and final.usage.total_tokens > 0
    assert message.annotations
    # The helper's snapshot keeps OpenAI's members only; the extras are in the chunk that brought them.
    finish = [event.chunk for event in heard if event.type == "chunk" and event.chunk.choices
              and event.chunk.choices[0].finish_reason]
    assert len(finish) == 1
    check_basis(finish[0].basis)


class Tower(pydantic.BaseModel):
    builder: str = pydantic.Field(description="Who built the lighthouse")
    height_metres: float = pydantic.Field(description="Height of the tower in metres")
    keepers: list[str] | None


def test_parse_into_a_model(client):
    completion = client.chat.completions.parse(model="base", response_format=Tower, messages=[
        {"role": "user", "content": "The Lumenport Lighthouse: who built it and how high is the tower?"}])
    tower = completion.choices[0].message.parsed
    assert "Adela Varga" in tower.builder and tower.height_metres == 48
    assert [b["field"] for b in completion.basis] == ["builder", "height_metres", "keepers"]


def test_stream_into_a_model(client):
    with client.chat.completions.stream(model="base", response_format=Tower, messages=[
            {"role": "user", "content": "The Lumenport Lighthouse: who built it and how high is the tower?"}]) as stream:
        for _ in stream:
            pass
        tower = stream.get_final_completion().choices[0].message.parsed
    assert "Adela Varga" in tower.builder


def test_the_async_client(server):
    async def both():
        async with openai.AsyncOpenAI(api_key=server.key, base_url=server.url) as client:
            ask = {"model": "speed", "messages": [{"role": "user", "content": ASK}]}
            whole, stream = await asyncio.gather(client.chat.completions.create(**ask),
                                                 client.chat.completions.create(**ask, stream=True))
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
            many = await asyncio.gather(*(client.chat.completions.create(**ask) for _ in range(20)))
            return whole.choices[0].message.content, text, {m.choices[0].message.content for m in many}

    whole, streamed, many = asyncio.run(both())
    assert "Adela Varga" in whole and streamed == whole and many == {whole}


def test_models(client):
    assert [m.id for m in client.models.list()] == MODELS
    assert client.models.retrieve("core").id == "core"


def test_errors_have_their_classes(server, tight, new_key):
    ask = {"model": "speed", "messages": [{"role": "user", "content": ASK}]}
    client = openai.OpenAI(api_key=server.key, base_url=server.url, max_retries=0)
    with pytest.raises(openai.AuthenticationError) as caught:
        client.with_options(api_key="wrong").chat.completions.create(**ask)
    assert caught.value.code == "invalid_api_key"
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**{**ask, "model": "gpt-4o"})
    assert caught.value.code == "model_not_found" and caught.value.param == "model" and "gpt-4o" in caught.value.message
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**ask, n=2)
    assert caught.value.param == "n"
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.chat.completions.create(**ask, extra_body={"max_tokens": "many"})
    assert caught.value.param == "max_tokens" and caught.value.type == "invalid_request_error" and caught.value.request_id
    limited = openai.OpenAI(api_key=new_key(), base_url=tight.url, max_retries=0)
    with pytest.raises(openai.RateLimitError) as caught:
        for _ in range(6):
            limited.chat.completions.create(**ask)
    assert caught.value.response.headers["x-should-retry"] == "true"


def test_an_error_in_a_stream_request_is_raised(server):
    client = openai.OpenAI(api_key=server.key, base_url=server.url, max_retries=0)
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="x", stream=True, messages=[{"role": "user", "content": ASK}])


def test_raw_headers(client):
    raw = client.chat.completions.with_raw_response.create(model="speed", messages=[{"role": "user", "content": ASK}])
    assert raw.headers["x-request-id"] == raw.parse()._request_id
    assert int(raw.headers["openai-processing-ms"]) >= 0
    assert all(name in raw.headers for name in RATE_HEADERS)


def test_leaving_a_stream_early(client):
    stream = about(client, stream=True)
    next(iter(stream))
    stream.close()
    assert about(client).choices[0].message.content
