"""Excerpts over thousands of answers: each is the bytes of the page of that hash at that offset."""
import concurrent.futures
import http.client
import json
import random

import pytest
from support import PAGE_TEXT, call_on, chat, check_excerpts, content, footnote, json_schema

SYLLABLES = ["bel", "dor", "fen", "gal", "hul", "kar", "lom", "mir", "nov", "pel", "rus", "sil", "tor", "vas", "wen", "zol"]
KINDS = ["bridge", "harbour", "museum", "theatre", "observatory", "garden", "library", "railway", "brewery", "canal"]
TRADES = ["engineer", "architect", "merchant", "astronomer", "carpenter"]
# What lies between sentences moves offsets: bytes that are no characters, paragraphs, headings, lists, marks of the page.
BETWEEN = [" ", "  ", "\n", "\n\n", " \u00a0", "[3] ", " 🐙 ", "\n\n## Überblick\n\n", "\n- ", "\t"]
PLACES = {"type": "object", "properties": {
    "builder": {"type": "string"}, "year": {"type": ["integer", "null"]},
    "visit": {"type": "object", "properties": {"price": {"type": ["number", "null"]}, "length": {"type": ["number", "null"]}},
              "required": ["price", "length"]}}, "required": ["builder", "year", "visit"]}
PAGE_COUNT, WORKERS = 350, 4


def pages():
    dice = random.Random(11)
    made = []
    for number in range(PAGE_COUNT):
        def name(parts=3):
            return "".join(dice.choice(SYLLABLES) for _ in range(parts)).capitalize() + dice.choice(["", "é", "ø", "ž"])
        town, kind = name(), dice.choice(KINDS)
        person = f"{name(2)} {name(2)}"
        facts = [f"The {kind} of {town} was built in {dice.randint(1700, 1990)} by the {dice.choice(TRADES)} {person}.",
                 f"It is {dice.randint(20, 900)} metres long.", f"Admission costs {dice.randint(2, 30)} euros.",
                 f"{town} has {dice.randint(2, 90)},{dice.randint(100, 999)} inhabitants.",
                 f"“The pride of {town}”, the newspaper wrote — naïvely — in 1921.",
                 f"Every year the {kind} is closed in {dice.choice(['January', 'March', 'November'])} because of storms.",
                 "Nobody knows why its gate is painted green, although a café owner claims to."]
        filler = [f"{name()} and {name()} are {dice.choice(['villages', 'islands', 'hills'])} nearby." for _ in range(20)]
        head, rest = facts[0], facts[1:] + filler
        dice.shuffle(rest)
        text = head + "".join(dice.choice(BETWEEN) + sentence for sentence in rest)
        made.append({"url": f"https://place-{number}.example/", "title": f"{kind.capitalize()} of {town}", "text": text,
                     "town": town, "kind": kind})
    return made


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder, made = tmp_path_factory.mktemp("offsets"), pages()
    lines = "".join(json.dumps({k: p[k] for k in ("url", "title", "text")}) + "\n" for p in made)
    lines += "".join(json.dumps({"url": url, "title": url, "text": text}) + "\n" for url, text in PAGE_TEXT.items())
    (folder / "pages.jsonl").write_text(lines)
    done = footnote("index", "add", folder / "pages.jsonl", data=folder)
    assert done.returncode == 0, done.stderr
    return folder, made


def questions(made):
    for p in made:
        town, kind = p["town"], p["kind"]
        yield f"Who built the {kind} of {town}?", {}
        yield f"How many inhabitants does {town} have?", {}
        yield f"When is the {kind} of {town} closed, and why?", {"model": "base"}
        yield f"Tell me about the {kind} of {town}.", {"model": "core"}
        yield f"The {kind} of {town}: builder, year, price?", {"response_format": json_schema(PLACES), "basis_depth": "leaf"}
        yield f"How long is the {kind} of {town}?", {"response_format": {"type": "json_object"}}


def test_each_of_thousands_of_excerpts_is_where_it_is_said_to_be(start, corpus):
    folder, made = corpus
    server = start("--no-auth", "--rate-per-minute", 0, folder=folder)
    texts = {**PAGE_TEXT, **{p["url"]: p["text"] for p in made}}
    asked = list(questions(made))
    assert len(asked) > 2000 and len({a[0] for a in asked}) > 2000

    def ask(part):
        connection, found, leaves, moved = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30), 0, 0, 0
        for question, fields in part:
            reply = call_on(connection, "POST", "/v1/chat/completions", json.dumps(chat(question, **fields)),
                            {"Content-Type": "application/json"})
            assert reply.status == 200, reply
            body = reply.json()
            for entry in body["basis"]:
                leaves += entry["field"].startswith("visit.") and bool(entry["citations"])
                for citation in entry["citations"]:
                    check_excerpts(citation, texts[citation["url"]])
                    found += len(citation["excerpts"])
                    moved += sum(texts[citation["url"]].index(e) != o
                                 for e, o in zip(citation["excerpts"], citation["excerpt_offsets"]))
            assert content(body)
        connection.close()
        return found, leaves, moved

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        sums = [sum(column) for column in zip(*pool.map(ask, [asked[i::WORKERS] for i in range(WORKERS)]))]
    assert sums[0] > len(asked), "there is about one excerpt an answer at least"
    assert sums[1] > 0 and sums[2] > 0, "offsets in bytes are not those in characters"
