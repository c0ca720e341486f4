"""Prompts with field markers, as DSPy 3.4.1 sends them by default (recorded); replies are read as DSPy reads them."""
import json
import re

import pytest
from support import ASK, chunks, content, stream_text

INPUT = "[[ ## question ## ]]\n{question}\n\n"
STRUCTURE = "All interactions will be structured in the following way, with the appropriate values filled in.\n\n"
AIM = "In adhering to this structure, your objective is: \n        "


def prompt(question, fields, aim="Given the fields `question`, produce the fields `answer`.", turns=(), as_json=False):
    """fields: (name, type, about, note). What dspy's ChatAdapter, or its JSONAdapter, writes."""
    listed = "\n".join(f"{i}. `{name}` ({kind}): {about}".rstrip(" ") if i == len(fields) else f"{i}. `{name}` ({kind}): {about}"
                       for i, (name, kind, about, _) in enumerate(fields, 1))
    holes = [(name, "{" + name + "}" + (f"        # note: the value you produce must {note}" if note else "")) for name, _, _, note in fields]
    head = f"Your input fields are:\n1. `question` (str):\nYour output fields are:\n{listed}\n"
    if as_json:
        system = head + STRUCTURE + "Inputs will have the following structure:\n\n" + INPUT + \
            f"Outputs will be a JSON object with the following fields.\n\n{json.dumps(dict(holes), indent=2)}\n" + AIM + aim
        end = "Respond with a JSON object in the following order of fields: " + ", then ".join(f"`{name}`" for name, _ in holes) + "."
    else:
        system = head + STRUCTURE + INPUT + "".join(f"[[ ## {name} ## ]]\n{hole}\n\n" for name, hole in holes) + \
            "[[ ## completed ## ]]\n" + AIM + aim
        names = ", then ".join(f"`[[ ## {name} ## ]]`" + (f" (must be formatted as a valid Python {kind})" if kind != "str" else "")
                               for name, kind, _, _ in fields)
        end = f"Respond with the corresponding output fields, starting with the field {names}, and then ending with the marker for " \
              "`[[ ## completed ## ]]`."
    return [{"role": "system", "content": system}, *turns,
            {"role": "user", "content": f"[[ ## question ## ]]\n{question}\n\n{end}"}]


def read(text):
    """As ChatAdapter.parse: sections behind lines that are markers."""
    sections, name = {}, None
    for line in text.splitlines():
        match = re.match(r"\[\[ ## (\w+) ## \]\]", line.strip())
        if match:
            name = match.group(1)
            sections[name] = []
        elif name:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


ANSWER = [("answer", "str", "", None)]
TYPED = [("builder", "str", "who built it", None), ("year", "int", "when it was built", "be a single int value"),
         ("kind", "Literal['bridge', 'lighthouse']", "", "exactly match (no extra characters) one of: bridge; lighthouse"),
         ("height", "Union[float, NoneType]", "in metres", 'adhere to the JSON schema: {"anyOf": [{"type": "number"}, {"type": "null"}]}')]


def test_an_answer_stands_behind_its_marker(server):
    reply = server.answer(messages=prompt(ASK, ANSWER))
    got = read(content(reply))
    assert list(got) == ["answer", "completed"] and "Adela Varga" in got["answer"] and "[1]" not in got["answer"]
    assert reply["basis"][0]["field"] == "answer" and reply["basis"][0]["citations"]
    assert reply["choices"][0]["message"]["annotations"] == [] and reply["warnings"] == []


def test_chain_of_thought(server):
    got = read(content(server.answer(messages=prompt(ASK, [("reasoning", "str", "", None), *ANSWER]))))
    assert list(got) == ["reasoning", "answer", "completed"] and got["reasoning"] and "Adela Varga" in got["answer"]


@pytest.mark.parametrize("model", ["speed", "base"])
def test_types_are_kept(server, model):
    got = read(content(server.answer(messages=prompt("Facts about the Lumenport Lighthouse", TYPED, "Find out about a building."), model=model)))
    assert list(got) == [name for name, *_ in TYPED] + ["completed"]
    assert got["builder"] == "Adela Varga" and re.fullmatch(r"\d{4}", got["year"]) and got["kind"] in ("bridge", "lighthouse")
    assert got["height"] == "48"


def test_a_stream_has_the_same_text(server):
    messages = prompt(ASK, ANSWER)
    found = chunks(server.ask(messages=messages, stream=True))
    assert stream_text(found) == content(server.answer(messages=messages)) and found[-1]["basis"][0]["field"] == "answer"


def test_examples_are_no_conversation(server):
    turns = [{"role": "user", "content": "[[ ## question ## ]]\nWho discovered Comet Orlin?\n\nRespond with the corresponding output fields."},
             {"role": "assistant", "content": "[[ ## answer ## ]]\nInes Orlin\n\n[[ ## completed ## ]]"}]
    got = read(content(server.answer(messages=prompt("When was it built, the Lumenport Lighthouse?", ANSWER, turns=turns))))
    assert "1871" in got["answer"]


def test_the_json_adapter_gets_json(server):
    got = json.loads(content(server.answer(messages=prompt("Facts about the Lumenport Lighthouse", TYPED, as_json=True))))
    assert list(got) == [name for name, *_ in TYPED]
    assert got["builder"] == "Adela Varga" and isinstance(got["year"], int) and got["kind"] in ("bridge", "lighthouse") and got["height"] == 48


@pytest.mark.parametrize("kind,good", [("list[str]", list), ("Optional[int]", (int, type(None))), ("bool", bool), ("Literal[1, 2]", int),
                                       ("dict[str, Any]", str), ("list[list[list[str]]]", list), ("list[" * 40 + "str" + "]" * 40, object)])
def test_types_as_python_writes_them(server, kind, good):
    """By the JSON adapter, which shows the type of the value. Types that are not known are texts."""
    reply = server.ask(messages=prompt(ASK, [("thing", kind, "", None)], as_json=True))
    assert reply.status == 200, reply
    if good is not object:
        assert isinstance(json.loads(content(reply.json()))["thing"], good), content(reply.json())


@pytest.mark.parametrize("messages", [
    [{"role": "user", "content": "[[ ## question ## ]]\nWho built the Lumenport Lighthouse?"}],
    [{"role": "system", "content": "1. `a` (str):"}, {"role": "user", "content": "[[ ## question ## ]]\n\n`[[ ## b ## ]]` `[[ ## completed ## ]]`"}],
    [{"role": "system", "content": "1. `a` (str): x"}, {"role": "user", "content": "[[ ## q ## ]]\n`[[ ## a ## ]]"}],
    [{"role": "system", "content": "1. `a` (" + "list[" * 4000}, {"role": "user", "content": "[[ ## q ## ]]\nx\n`[[ ## a ## ]]`"}],
    [{"role": "system", "content": "1. `a` (Literal['x): y"}, {"role": "user", "content": "[[ ## q ## ]]\nx\n`[[ ## a ## ]]`"}],
    [{"role": "system", "content": "1. `a` (str): y"}, {"role": "user", "content": "[[ ## " * 3000 + "\n`a`"}],
])
def test_what_only_looks_like_it_is_answered(server, messages):
    assert server.ask(messages=messages).status == 200


def test_a_short_answer_has_its_markers(server):
    got = read(content(server.answer(messages=prompt(ASK, ANSWER), max_tokens=3)))
    assert list(got) == ["answer", "completed"]
