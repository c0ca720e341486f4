"""Follow-ups: with and without an id they are understood alike, and stand on what the conversation already stood on."""
import json
import re
import shutil
import time

import pytest
from support import (PAGE_TEXT, PATIENCE_S, check_completion, check_error, content, footnote, json_schema)
from test_web import FACTS, MILL, QUESTION, web, world  # noqa: F401: fixtures

COMET, LIGHTHOUSE = "https://astro.example.org/comet-orlin", "https://history.lumenport.example/lighthouse"
FERRY, INSTITUTE = "https://www.lumenport.example/ferry", "https://blueshelf.example/people/nadia-okafor"

# Turns of the user, what the last answer says, the page that it is from.
TALKS = [
    (["Who discovered Comet Orlin?", "And when does it return?"], "63 years", COMET),
    (["Who discovered Comet Orlin?", "Thanks!", "How large is its nucleus?"], "4.2 kilometres", COMET),
    (["Who built the Lumenport Lighthouse?", "How high is it?"], "48 metres", LIGHTHOUSE),
    (["Who built the Lumenport Lighthouse?", "Who discovered Comet Orlin?", "When does it return?"], "63 years", COMET),
    (["Who discovered Comet Orlin?", "Thanks. Who built the Lumenport Lighthouse?"], "Adela Varga", LIGHTHOUSE),
    (["How long does the crossing of the ferry Halcyon take?", "How many passengers does it carry?"], "310", FERRY),
    (["Who leads the Blue Shelf Institute?", "Where was she born?"], "Port Harcourt", INSTITUTE),
    (["Wer plante die Moorbahn?", "Wie lang ist sie?"], "27 Kilometer", "https://de.example.net/moorbahn"),
    (["¿Quién diseñó el mercado de Arroyo?", "¿Cuántos puestos tiene?"], "64 puestos", "https://es.example.com/mercado-arroyo"),
    (["云溪茶园的面积是多少？", "它建于哪一年？"], "1956", "https://zh.example.org/yunxi"),
]


def by_id(server, turns, **fields):
    reply, named = None, {}
    for turn in turns:
        reply = server.answer(turn, **named, **fields)
        check_completion(reply)
        named = {"previous_interaction_id": reply["interaction_id"]}
    return reply


def by_messages(server, turns):
    reply, messages = None, []
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        reply = server.post({"model": "speed", "messages": messages}).json()
        check_completion(reply)
        messages.append({"role": "assistant", "content": content(reply)})
    return reply


@pytest.mark.parametrize("turns, says, page", TALKS, ids=[t[0][-1] for t in TALKS])
def test_both_ways_of_going_on_are_understood_alike(server, turns, says, page):
    one, other = by_id(server, turns), by_messages(server, turns)
    for reply in (one, other):
        assert says in content(reply), content(reply)
        assert reply["citations"][0] == page
    assert content(one) == content(other)


def test_a_system_prompt_is_no_part_of_the_question(server):
    messages = [{"role": "system", "content": "You are the assistant of the Blue Shelf Institute of Nadia Okafor."},
                {"role": "user", "content": "Who discovered Comet Orlin?"}, {"role": "assistant", "content": "Ines Orlin."},
                {"role": "user", "content": "And when does it return?"}]
    reply = server.post({"model": "speed", "messages": messages}).json()
    assert "63 years" in content(reply) and reply["citations"] == [COMET]


# Evidence

@pytest.fixture
def own(start, data, new_key, tmp_path):
    """A server with a folder of its own, to be changed."""
    folder = tmp_path / "data"
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("interactions.db*"))
    return folder, start("--rate-per-minute", 0, folder=folder, key=new_key(folder))


def until(holds):
    """A server sees a change of the index within a moment."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def empty_the_index(folder):
    for url in PAGE_TEXT:
        assert footnote("index", "remove", url, data=folder).returncode == 0
    stats = footnote("index", "stats", data=folder)
    assert stats.returncode == 0 and re.search(r"\b0 pages|pages\W+0", stats.stdout), stats.stdout


def test_the_pages_of_an_answer_outlive_the_index(own):
    folder, server = own
    first = server.answer("Who built the Lumenport Lighthouse?")
    empty_the_index(folder)
    until(lambda: server.ask("How high is the Lumenport Lighthouse?").status == 503)
    second = server.answer("How high is it?", previous_interaction_id=first["interaction_id"])
    check_completion(second)  # excerpts, offsets and hash are those of the page that is gone
    assert "48 metres" in content(second) and second["citations"] == [LIGHTHOUSE]
    third = server.answer("Who built it?", previous_interaction_id=second["interaction_id"])
    assert "Adela Varga" in content(third), "what was known goes on"
    filled = server.answer("How high is it?", previous_interaction_id=second["interaction_id"], response_format=json_schema(
        {"type": "object", "properties": {"height_metres": {"type": "number"}}, "required": ["height_metres"]}))
    check_completion(filled)
    assert json.loads(content(filled)) == {"height_metres": 48}


def test_the_source_policy_of_the_follow_up_holds(own):
    folder, server = own
    first = server.answer("Who built the Lumenport Lighthouse?")
    empty_the_index(folder)
    until(lambda: server.ask("How high is the Lumenport Lighthouse?").status == 503)
    more = {"previous_interaction_id": first["interaction_id"]}
    shut = [{"source_policy": {"exclude_domains": ["lumenport.example"]}}, {"source_policy": {"include_domains": [".org"]}},
            {"source_policy": {"after_date": "2099-01-01"}}]
    for fields in shut:
        reply = server.ask("How high is it?", **more, **fields)
        assert reply.status == 503 or LIGHTHOUSE not in {r["url"] for r in reply.json()["search_results"]}, fields
    open_ = server.answer("How high is it?", **more, source_policy={"include_domains": ["lumenport.example"]})
    assert "48 metres" in content(open_)


def test_a_page_that_has_changed_is_quoted_as_it_is_now(own):
    folder, server = own
    first = server.answer("Who built the Lumenport Lighthouse?")
    text = PAGE_TEXT[LIGHTHOUSE].replace("48 metres", "52 metres")
    line = json.dumps({"url": LIGHTHOUSE, "title": "Lumenport Lighthouse", "text": text})
    done = footnote("index", "add", "-", stdin=line + "\n", data=folder)
    assert done.returncode == 0 and "1 pages added" in done.stdout + done.stderr, done
    until(lambda: "52 metres" in content(server.answer("How high is the Lumenport Lighthouse?")))
    reply = server.answer("How high is it?", previous_interaction_id=first["interaction_id"])
    assert "52 metres" in content(reply) and "48 metres" not in content(reply)


def test_what_was_read_on_the_web_is_not_read_again(web, world):  # noqa: F811
    url = world.site().put("/mill", MILL)
    world.search.results = [url]
    server = web()
    first = server.answer(QUESTION)
    assert "Osbert Quill" in content(first)
    asked = len(world.search.log)
    if first["basis"][0]["confidence"] == "high":
        server.answer("Who built it?", previous_interaction_id=first["interaction_id"])
        assert len(world.search.log) == asked, "what is known suffices"
    world.search.results, world.search.fail = [], lambda handler: handler.reply(500)
    second = server.answer("Which brewery did it grind barley for?", previous_interaction_id=first["interaction_id"])
    assert "brewery of Tarnwick" in content(second), content(second)
    citation = second["basis"][0]["citations"][0]
    assert citation["url"] == url and citation["page_sha256"] == first["basis"][0]["citations"][0]["page_sha256"]
    assert FACTS[1] in citation["excerpts"]


# Whose, and for how long

def test_of_the_same_key_only(server, new_key):
    first = server.answer("Who discovered Comet Orlin?")
    reply = server.ask("And when does it return?", key=new_key(), previous_interaction_id=first["interaction_id"])
    check_error(reply, 404, "previous_interaction_id", "interaction_not_found")


def test_store_false_keeps_nothing(own):
    folder, server = own
    first = server.answer("Who discovered Comet Orlin?", store=False)
    reply = server.ask("And when?", previous_interaction_id=first["interaction_id"])
    check_error(reply, 404, "previous_interaction_id", "interaction_not_found")
    assert json.loads(footnote("interactions", "list", "--json", data=folder).stdout) == []


def test_no_days_keep_nothing(start, data, new_key, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    server = start("--interaction-days", 0, folder=folder, key=new_key(folder))
    first = server.answer("Who discovered Comet Orlin?")
    assert server.ask("And when?", previous_interaction_id=first["interaction_id"]).status == 404


# The command

def interactions(folder, *arguments):
    return footnote("interactions", *arguments, data=folder)


def test_list_and_purge_beside_a_server(own):
    folder, server = own
    replies = [server.answer(q) for q in ("Who discovered Comet Orlin?", "Who built the Lumenport Lighthouse?", "Hello?")]
    follow = server.answer("How high is it?", previous_interaction_id=replies[1]["interaction_id"])
    ids = [r["interaction_id"] for r in (*replies, follow)]
    rows = {row["id"]: row for row in json.loads(interactions(folder, "list", "--json").stdout)}
    assert set(rows) == set(ids)
    assert rows[ids[3]]["turns"] == 4 and rows[ids[0]]["turns"] == 2
    assert rows[ids[0]]["pages"] >= 1 and rows[ids[0]]["bytes"] > len(PAGE_TEXT[COMET])
    assert rows[ids[0]]["key"].startswith("test-")
    table = interactions(folder, "list").stdout
    assert all(i in table for i in ids) and rows[ids[0]]["key"] in table and len(table.splitlines()) == 5

    done = interactions(folder, "purge", ids[0], "int_nothing")
    assert done.returncode == 1 and "1 interaction removed" in done.stdout and "int_nothing" in done.stderr
    assert server.ask("And when?", previous_interaction_id=ids[0]).status == 404
    assert interactions(folder, "purge", "--older-than", 1).stdout == "0 interactions removed\n"
    done = interactions(folder, "purge", "--all")
    assert done.returncode == 0 and done.stdout == "3 interactions removed\n"
    assert server.ask("And when?", previous_interaction_id=ids[3]).status == 404
    assert json.loads(interactions(folder, "list", "--json").stdout) == []
    kept = server.answer("Who discovered Comet Orlin?")["interaction_id"]
    assert [row["id"] for row in json.loads(interactions(folder, "list", "--json").stdout)] == [kept]


def test_purge_is_understood_exactly(tmp_path):
    for wrong in ([], ["purge"], ["purge", "--all", "x"], ["purge", "--older-than"], ["purge", "--older-than", "-1"],
                  ["purge", "--older-than", "soon"], ["purge", "--older"], ["list", "all"], ["forget"]):
        done = interactions(tmp_path, *wrong)
        assert done.returncode == 2 and "Usage" in done.stderr, (wrong, done)
    done = interactions(tmp_path, "--help")
    assert done.returncode == 0 and "purge" in done.stdout


# basis_depth

SCHEMA = {"type": "object", "required": ["lighthouse", "rivers"], "properties": {
    "lighthouse": {"type": "object", "required": ["builder", "tower"], "properties": {
        "builder": {"type": "string", "description": "who built the lighthouse"},
        "tower": {"type": "object", "required": ["height_metres"], "properties": {"height_metres": {"type": "number"}}}}},
    "rivers": {"type": "array", "items": {"type": "string"}, "minItems": 1}}}
ABOUT = "The Lumenport Lighthouse: who built it and how high is the tower?"


def test_leaves_have_entries_of_their_own(server):
    reply = server.answer(ABOUT, response_format=json_schema(SCHEMA), basis_depth="leaf")
    check_completion(reply)
    value, basis = json.loads(content(reply)), {b["field"]: b for b in reply["basis"]}
    assert set(basis) == {"lighthouse", "lighthouse.builder", "lighthouse.tower.height_metres", "rivers",
                          *(f"rivers.{i}" for i in range(len(value["rivers"])))}
    for path, said in (("lighthouse.builder", "Adela Varga"), ("lighthouse.tower.height_metres", "48 metres")):
        assert any(said in e for c in basis[path]["citations"] for e in c["excerpts"]), basis[path]
        assert basis[path]["confidence"] in ("high", "medium", "low")
    assert value["lighthouse"]["tower"]["height_metres"] == 48


@pytest.mark.parametrize("depth", ["field", "element", None])
def test_other_depths(server, depth):
    reply = server.answer(ABOUT, response_format=json_schema(SCHEMA), basis_depth=depth)
    fields = [b["field"] for b in reply["basis"]]
    assert [f for f in fields if "." not in f] == ["lighthouse", "rivers"]
    assert any("." in f for f in fields) == (depth == "element")


@pytest.mark.parametrize("wrong", ["leaves", "", 2, ["leaf"], True])
def test_other_values_are_refused(server, wrong):
    check_error(server.ask(ABOUT, basis_depth=wrong), 422, "basis_depth", "invalid_value")
