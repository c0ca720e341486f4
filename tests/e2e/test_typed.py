"""Questions as people type them, over a small set of pages: typing errors, other names, phrases around the question,
conversations. typed/questions.jsonl has the turns of the user, what the last answer says in it, and the page that it is from;
an empty text means that no page answers."""
import json

import pytest
from support import HERE, content, footnote

TYPED = [json.loads(line) for line in (HERE / "typed/questions.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def typed(start, tmp_path_factory):
    folder = tmp_path_factory.mktemp("typed")
    done = footnote("index", "add", HERE / "typed/pages.jsonl", data=folder)
    assert done.returncode == 0, done.stderr
    return start("--no-auth", "--rate-per-minute", 0, "--providers", "index", folder=folder)


def play(server, turns):
    messages = []
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        reply = server.post({"model": "base", "messages": messages}).json()
        messages.append({"role": "assistant", "content": content(reply)})
    return reply


@pytest.mark.parametrize("case", TYPED, ids=[f"{c['kind']}: {c['turns'][-1]}" for c in TYPED])
def test_a_typed_question_is_understood(typed, case):
    reply = play(typed, case["turns"])
    if case["says"]:
        assert case["says"] in content(reply), content(reply)
    else:
        assert reply["basis"][0]["confidence"] in ("low", None), content(reply)
    if case["kind"] == "chat" and len(case["turns"]) < 3:
        assert reply["citations"] == []
    if case.get("page"):
        assert case["page"] in reply["citations"], (reply["citations"], content(reply))


def test_what_was_read_as_what_is_told(typed):
    reply = typed.answer("what is the popluation of tarn island")
    assert 'Read "popluation" as "population".' in reply["basis"][0]["reasoning"]
    assert "Read " not in typed.answer("what is the population of tarn island")["basis"][0]["reasoning"]
    assert 'Read "1717" as "Seventeen Nights".' in typed.answer("who wrote 1717")["basis"][0]["reasoning"]


def test_wishes_for_the_form_are_obeyed(typed):
    ask = {"model": "base", "messages": [
        {"role": "system", "content": "Answer in at most 3 words, no citation markers. If unknown, say so."},
        {"role": "user", "content": "How long is the Elva?"}]}
    reply = typed.post(ask).json()
    assert "318 kilometres" in content(reply) and "[1]" not in content(reply)
    assert [w for w in reply["warnings"] if "more words than the 3" in w] == reply["warnings"]
    assert reply["citations"] == ["https://typed.example/elva"]
    short = content(typed.answer("Tell me about Clara Winther in one sentence", model="base"))
    assert short.count("[1]") == 1 and "botanist" in short


def test_a_short_name_is_written_out(start, tmp_path):
    """Thirty pages name the product, one of them uses its short name: both ways of asking find what they say."""
    pages = [{"url": f"https://docs.example/{n}", "title": f"Chapter {n}",
              "text": f"Chapter {n} is about KestrelDB and topic {n}. A KestrelDB cluster has room for {n} shelves of chapter {n}."}
             for n in range(30)]
    pages.append({"url": "https://docs.example/limits", "title": "Limits",
                  "text": "KestrelDB has limits. The most columns that a KestrelDB table can have are 1,600."})
    pages.append({"url": "https://docs.example/user", "title": "Users", "text": "Start the server as the user kestrel with a table of users."})
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages))
    done = footnote("index", "add", tmp_path / "pages.jsonl", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    server = start("--no-auth", "--providers", "index", folder=tmp_path / "data")
    reply = server.answer("how many columns can a kestrel table have")
    assert "1,600" in content(reply) and 'Read "kestrel" as "KestrelDB".' in reply["basis"][0]["reasoning"]
    assert "Read " not in server.answer("how many columns can a KestrelDB table have")["basis"][0]["reasoning"]
