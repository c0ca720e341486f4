"""response_format json_object without a schema: the prompt shows an example, or names the keys, as LangChain's json_mode has it."""
import json

import pytest
from support import ASK, content

QUESTION = "Who built the Lumenport Lighthouse, and in which year? "


def fields(server, messages, **more):
    messages = messages if isinstance(messages, list) else [{"role": "user", "content": messages}]
    reply = server.answer(messages=messages, response_format={"type": "json_object"}, **more)
    return json.loads(content(reply)), reply


@pytest.mark.parametrize("prompt", [
    "Answer the following question. Make sure to return ONLY a JSON blob with keys 'builder' and 'year'.\n\n" + QUESTION,
    QUESTION + "Respond in JSON with `builder` and `year` keys.",
    QUESTION + 'Antworte als JSON mit "builder" und "year".',
    [{"role": "system", "content": "Reply in json: `builder`, `year`."}, {"role": "user", "content": QUESTION}],
])
def test_keys_that_the_prompt_names(server, prompt):
    got, reply = fields(server, prompt)
    assert got == {"builder": "Adela Varga", "year": "1871"}
    assert [b["field"] for b in reply["basis"]] == ["builder", "year"] and len(reply["warnings"]) == 1


@pytest.mark.parametrize("prompt", [
    QUESTION + 'Return JSON like this: {"builder": "name", "year": 1900}',
    QUESTION + 'Return JSON like this: {"builder": "name", "year": 1900}.',
    [{"role": "system", "content": 'Always answer with such a document:\n```json\n{"builder": "Jane Doe", "year": 2001}\n```'},
     {"role": "user", "content": QUESTION}],
])
def test_an_example_gives_names_and_types(server, prompt):
    assert fields(server, prompt)[0] == {"builder": "Adela Varga", "year": 1871}


def test_an_example_may_have_levels(server):
    got, _ = fields(server, QUESTION + 'JSON: {"lighthouse": {"builder": "x", "built": {"year": 1}}, "names": ["a"], "open": true, "more": null}')
    assert list(got) == ["lighthouse", "names", "open", "more"]
    assert got["lighthouse"]["builder"] == "Adela Varga" and isinstance(got["lighthouse"]["built"]["year"], int)
    assert isinstance(got["names"], list) and isinstance(got["open"], bool)


@pytest.mark.parametrize("prompt", [ASK, ASK + " Answer in JSON.", ASK + ' The "tower" is meant. Answer in JSON.', ASK + " JSON: {}", ASK + " JSON: {",
                                    ASK + " JSON with `" + "a" * 70 + "` and `1a` and `a b`", ASK + " json " + "`'\"" * 3000])
def test_without_names_it_is_an_answer(server, prompt):
    got, _ = fields(server, prompt)
    assert set(got) == {"answer", "citations"}


def test_what_is_not_found_is_null(server):
    got, reply = fields(server, "Who won the Ruritanian cup in 1788? Respond in JSON with `winner`.")
    assert got == {"winner": None} and reply["basis"][0]["confidence"] is None


def test_a_text_is_not_read_like_that(server):
    assert "Adela Varga" in content(server.answer(QUESTION + "Respond in JSON with `builder` and `year` keys."))[:200]
    assert not content(server.answer(QUESTION + "Respond in JSON with `builder` and `year` keys.")).startswith("{")
