"""What is answered can be checked: excerpts are in the pages, marks lead to them, the source policy holds."""
import re

import pytest
from support import (ASK, MODELS, NOWHERE, PAGE_TEXT, PAGES, QUESTIONS, annotations, check_completion, check_error,
                     check_marks, content, json_schema)

FACTS = {"type": "object", "properties": {"answer": {"type": "string"}, "year": {"type": ["integer", "null"]},
                                          "people": {"type": "array", "items": {"type": "string"}}},
         "required": ["answer", "year", "people"], "additionalProperties": False}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["ask"])
def test_a_fact_is_found_and_cited(server, question):
    reply = server.answer(question["ask"])
    check_completion(reply)
    check_marks(content(reply), annotations(reply), reply)
    assert question["says"] in content(reply)
    assert reply["citations"][0] == question["page"]
    quoted = " ".join(e for b in reply["basis"] for c in b["citations"] for e in c["excerpts"])
    assert question["says"] in quoted
    assert {c["url"] for b in reply["basis"] for c in b["citations"]} == set(reply["citations"])
    assert reply["basis"][0]["confidence"] is not None


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("form", ["text", "object", "schema"])
def test_every_excerpt_is_in_its_page(server, model, form):
    """check_completion compares every excerpt with its page, byte by byte; here over every page there is."""
    fields = {"text": {}, "object": {"response_format": {"type": "json_object"}},
              "schema": {"response_format": json_schema(FACTS)}}[form]
    seen = set()
    for page in PAGES:
        for question in (page["title"], page["text"][:60], f"What is known about {page['title']}?"):
            reply = server.answer(question, model=model, **fields)
            check_completion(reply, model)
            seen |= {c["url"] for b in reply["basis"] for c in b["citations"]}
    assert len(seen) >= len(PAGES) // 2, seen


def test_each_sentence_of_a_text_has_its_mark(server):
    text = content(server.answer("Tell me about the Vantar Glacier."))
    sentences = re.split(r"\[\d+\]", text)
    assert sentences[-1].strip() == "", text
    for sentence in sentences[:-1]:
        assert any(sentence.strip() in " ".join(page.split()) for page in PAGE_TEXT.values()), sentence


def test_numbers_are_given_in_order(server):
    for question in ("Tell me about Lumenport.", "Tell me about the Kestrel Bridge.", "Which places are near Lumenport?"):
        reply = server.answer(question)
        marks = [int(content(reply)[n["url_citation"]["start_index"] + 1:n["url_citation"]["end_index"] - 1])
                 for n in annotations(reply)]
        first_seen = list(dict.fromkeys(marks))
        assert first_seen == list(range(1, len(first_seen) + 1)), content(reply)


def test_indexes_count_code_points(server):
    """The sentences before the marks have emoji, flags and combining letters."""
    reply = server.answer("Café Zoë 🐙 octopus drawing croissants owner tea")
    text = content(reply)
    assert any(ord(c) > 0xFFFF for c in text), text
    assert check_marks(text, annotations(reply), reply)


def test_marks_in_a_page_are_not_taken_for_ours(server):
    """Pages are full of [12]; whoever reads ours must not be led astray."""
    for question in ("How many inhabitants does Brae have?", "What is the capital of Brae?", "Tell me about the island of Brae."):
        reply = server.answer(question)
        check_completion(reply)
        text = content(reply)
        ours = check_marks(text, annotations(reply), reply)
        every = {m.start() for m in re.finditer(r"\[\d+\]", text)}
        assert every == ours, text


@pytest.mark.parametrize("question", [NOWHERE, "xqzzv blorft kwyjibo", "Quel est le prix du sel à Tombouctou ?", "???", "🐘"])
def test_what_no_page_answers(server, question):
    reply = server.answer(question)
    check_completion(reply)
    text = content(reply)
    assert annotations(reply) == [] and reply["citations"] == [], text
    assert text.strip() and len(re.findall(r"[.!?。]", text)) == 1 and "\n" not in text, text
    assert len(reply["basis"]) == 1 and reply["basis"][0]["field"] == "output"
    assert reply["basis"][0]["citations"] == [] and reply["basis"][0]["confidence"] is None
    assert reply["basis"][0]["reasoning"]


@pytest.mark.parametrize("question", ["What is the boiling point of tungsten hexafluoride?", "Who invented the bicycle bell?",
                                      "How many moons does the planet Kepler-22b have?", "When was the Treaty of Tordesillas signed?"])
def test_a_near_miss_is_not_sold_as_certain(server, question):
    reply = server.answer(question)
    check_completion(reply)
    assert reply["basis"][0]["confidence"] in ("low", None), content(reply)


def test_what_no_page_answers_in_the_questions_language(server):
    assert "Nichts" in content(server.answer("Welcher Verein gewann den ruritanischen Fußballpokal?"))


# Source policy

BRIDGE = "How much did the Kestrel Bridge cost?"
NEW, OLD = "https://news.example.net/2026/kestrel-bridge-opens", "https://news.example.net/2019/kestrel-bridge-plan"
LUMENPORT = "Tell me about Lumenport: lighthouse, ferry, museum, island and institute."


def sources(server, question, **fields):
    reply = server.answer(question, **fields)
    check_completion(reply)
    return {result["url"] for result in reply["search_results"]}


def test_without_a_policy_both_are_found(server):
    assert {NEW, OLD} <= sources(server, BRIDGE)
    assert len({url.split("/")[2] for url in sources(server, LUMENPORT)}) > 2


ONLY_LUMENPORT = {"https://history.lumenport.example/lighthouse", "https://www.lumenport.example/ferry",
                  "https://lumenport.example/museum"}


@pytest.mark.parametrize("fields", [
    {"source_policy": {"include_domains": ["lumenport.example"]}},
    {"source_policy": {"include_domains": ["https://www.Lumenport.example/"]}},
    {"search_domain_filter": ["lumenport.example"]},
    {"web_search_options": {"filters": {"allowed_domains": ["lumenport.example"]}}},
], ids=["parallel", "as a URL", "perplexity", "openai"])
def test_an_apex_includes_its_subdomains(server, fields):
    assert sources(server, LUMENPORT, **fields) == ONLY_LUMENPORT


@pytest.mark.parametrize("fields", [
    {"source_policy": {"exclude_domains": ["lumenport.example"]}},
    {"search_domain_filter": ["-lumenport.example"]},
    {"web_search_options": {"filters": {"blocked_domains": ["lumenport.example"]}}},
], ids=["parallel", "perplexity", "openai"])
def test_an_apex_excludes_its_subdomains(server, fields):
    found = sources(server, LUMENPORT, **fields)
    assert found and not found & ONLY_LUMENPORT


def test_a_subdomain_is_narrower_than_its_apex(server):
    only = {"source_policy": {"include_domains": ["history.lumenport.example"]}}
    assert sources(server, LUMENPORT, **only) == {"https://history.lumenport.example/lighthouse"}
    without = {"source_policy": {"include_domains": ["lumenport.example"], "exclude_domains": ["history.lumenport.example"]}}
    assert sources(server, LUMENPORT, **without) == ONLY_LUMENPORT - {"https://history.lumenport.example/lighthouse"}


def test_a_name_that_only_ends_alike_is_another_domain(server):
    assert sources(server, LUMENPORT, source_policy={"include_domains": ["port.example"]}) == set()


def test_a_top_level_domain_as_a_wildcard(server):
    question = "Marie Curie, Comet Orlin, Vantar Glacier, Brae, Lumenport, Halcyon"
    found = sources(server, question, source_policy={"include_domains": [".org"]})
    assert found and all(url.split("/")[2].endswith(".org") for url in found)
    found = sources(server, question, source_policy={"exclude_domains": [".org"]})
    assert found and not any(url.split("/")[2].endswith(".org") for url in found)


def test_pages_from_a_day_on(server):
    found = sources(server, BRIDGE, source_policy={"after_date": "2025-01-01"})
    assert NEW in found and OLD not in found
    dates = {page["url"]: page.get("date", "") for page in PAGES}
    assert all(dates[url] >= "2025-01-01" for url in found)
    reply = server.answer("Who founded the Harbour Museum of Lumenport?", source_policy={"after_date": "1990-01-01"})
    assert "https://lumenport.example/museum" not in {r["url"] for r in reply["search_results"]}, "it has no date"


def test_recency_leaves_old_pages_out(server):
    for span in ("hour", "day", "week", "month"):
        assert OLD not in sources(server, BRIDGE, search_recency_filter=span)
    assert OLD in sources(server, BRIDGE)


def test_a_policy_that_leaves_nothing(server):
    reply = server.answer(ASK, source_policy={"include_domains": ["nothing.invalid"]})
    check_completion(reply)
    assert reply["citations"] == [] and reply["search_results"] == []


def test_a_policy_holds_for_json_too(server):
    reply = server.answer(BRIDGE, response_format=json_schema(FACTS), source_policy={"exclude_domains": ["news.example.net"]})
    assert not any("news.example.net" in r["url"] for r in reply["search_results"])


def test_results_carry_their_dates(server):
    dates = {page["url"]: page.get("date") for page in PAGES}
    for result in server.answer(LUMENPORT)["search_results"]:
        assert result["date"] == dates[result["url"]]
        assert result["snippet"].strip() and result["snippet"].split()[0] in PAGE_TEXT[result["url"]]


# Interactions

def test_a_conversation_goes_on_by_its_id(server):
    first = server.answer("Who discovered Comet Orlin?")
    second = server.answer("And when does it return?", previous_interaction_id=first["interaction_id"])
    assert second["citations"][0] == "https://astro.example.org/comet-orlin"
    assert second["interaction_id"] != first["interaction_id"]


def test_a_conversation_goes_on_from_a_stream(server):
    from support import chunks
    last = chunks(server.ask("Who discovered Comet Orlin?", stream=True))[-1]
    second = server.answer("And when does it return?", previous_interaction_id=last["interaction_id"])
    third = server.answer("How large is its nucleus?", previous_interaction_id=second["interaction_id"])
    assert "4.2 kilometres" in content(third)


def test_an_interaction_outlives_the_server(start, new_key):
    key = new_key()
    server = start(key=key)
    first = server.answer("Who discovered Comet Orlin?")
    assert server.stop() == 0
    again = start(key=key)
    second = again.answer("And when does it return?", previous_interaction_id=first["interaction_id"])
    assert "63 years" in content(second)
    assert again.stop() == 0


def test_an_interaction_belongs_to_its_key(server, new_key):
    first = server.answer("Who discovered Comet Orlin?")
    reply = server.ask("And when?", key=new_key(), previous_interaction_id=first["interaction_id"])
    check_error(reply, 404, "previous_interaction_id", "interaction_not_found")
