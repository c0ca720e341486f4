"""Answers written by a language model, scripted here: what it may say, what it may not, and what happens when it fails."""
import http.client
import json
import pathlib
import random
import re
import time

import pytest
from llm_world import (LlmWorld, Say, drop, drop_after, empty, error_after, garbage, hang, hang_after, html, limited,
                       no_model, overflow, refusal, repeat, server_error, unauthorized)
from support import ASK, NOWHERE, annotations, check_marks, chunks, content, footnote, json_schema, stream_text

PAGES = pathlib.Path(__file__).with_name("pages.jsonl")
TRUE = "The Lumenport Lighthouse was built in 1871 by the engineer Adela Varga"
LIGHTHOUSE = "https://history.lumenport.example/lighthouse"


@pytest.fixture
def llm():
    with LlmWorld("llama.cpp") as world:
        yield world


@pytest.fixture
def served(start, llm):
    """A server that has the model write."""
    def begin(*flags):
        return start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url, *flags)
    return begin


def number_of(asked, words="Lumenport Lighthouse"):
    """Under which number the page stands in the prompt."""
    return int(re.search(r"source \[(\d+)\]: [^\n]*" + words, asked.text())[1])


def says(text):
    """A reply with {n} for the number of the lighthouse's page, {x} for one that says nothing of the kind."""
    def answer(asked):
        n = number_of(asked)
        return Say(text.replace("{n}", str(n)).replace("{x}", str(n % 2 + 1 if n <= 2 else 1)))
    return answer


def cited(reply):
    return {c["url"] for b in reply["basis"] for c in b["citations"]}


def excerpts(reply):
    return [e for b in reply["basis"] for c in b["citations"] for e in c["excerpts"]]


@pytest.mark.parametrize("model", ["speed", "lite", "base", "core"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_model_writes_and_is_cited(served, llm, model, stream):
    llm.answer = says(TRUE + " [{n}].")
    server = served()
    if stream:
        found = chunks(server.ask(ASK, model=model, stream=True))
        text, reply = stream_text(found), [c for c in found if c["choices"] and c["choices"][0]["finish_reason"]][-1]
    else:
        reply = server.answer(ASK, model=model)
        text = content(reply)
        check_marks(text, annotations(reply), reply)
        assert reply["usage"]["prompt_tokens"] > 100
    assert text == TRUE + "[1]."
    assert cited(reply) == {LIGHTHOUSE}
    assert "It was built in 1871 by the engineer Adela Varga." in excerpts(reply)
    assert "Written by a language model and compared with" in reply["basis"][0]["reasoning"]  # nobody quoted that
    assert reply["warnings"] == []


def test_a_mark_is_added_where_the_model_forgot(served, llm):
    llm.answer = says(TRUE + ". The tower is 48 metres high.")
    reply = served().answer(ASK)
    assert content(reply).count("[1]") == 2, content(reply)


@pytest.mark.parametrize("mark", ["[{n}]", "【{n}】", "(source {n})", "[^{n}]", "[{n}, 77]", "[77][{n}]"])
def test_marks_of_every_kind(served, llm, mark):
    llm.answer = says(TRUE + " " + mark + ".")
    reply = served().answer(ASK)
    assert content(reply) == TRUE + "[1]."


UNANSWERED = "Why did the baker of Brae sell his submarine?"  # pages are found, none of them answers
MARTIANS = "The lighthouse of Lumenport was painted green by Martians in 1999"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["speed", "lite"])
def test_a_mark_that_nothing_supports_goes(served, llm, model, stream):
    llm.answer = says(MARTIANS + " [{n}]. " + TRUE + " [{n}].")
    server = served()
    if stream:
        found = chunks(server.ask(ASK, model=model, stream=True))
        text, reply = stream_text(found), [c for c in found if c["choices"] and c["choices"][0]["finish_reason"]][-1]
    else:
        reply = server.answer(ASK, model=model)
        text = content(reply)
        check_marks(text, annotations(reply), reply)
        assert reply["warnings"] == ["No page states 1 sentence that the language model wrote: each ends in [?]."]
    assert text == f"{MARTIANS}.[?] {TRUE}[1]."
    assert "1 of 2 sentences are stated by no page and end in [?]" in reply["basis"][0]["reasoning"]
    assert reply["basis"][0]["confidence"] != "high"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("said, left", [
    (f"{MARTIANS} [{{n}}]. {TRUE} [{{n}}].", f"{TRUE}[1]."),
    (f"{TRUE} [{{n}}]. {MARTIANS}.", f"{TRUE}[1]."),
    (f"{TRUE} [{{n}}].\n\n{MARTIANS}.\n\nIt was built in 1871 [{{n}}].", f"{TRUE}[1].\n\nIt was built in 1871[1]."),
])
def test_what_no_page_states_can_be_held_back(served, llm, said, left, stream):
    llm.answer = says(said)
    server = served("--unsupported", "drop")
    if stream:
        assert stream_text(chunks(server.ask(ASK, stream=True))).strip() == left
        return
    reply = server.answer(ASK)
    assert content(reply).strip() == left
    assert reply["warnings"] == ["1 sentence that the language model wrote was left out: no page states it."]


def test_held_back_to_the_last_word_the_pages_are_quoted(served, llm):
    llm.answer = says(MARTIANS + ".")
    reply = served("--unsupported", "drop").answer(ASK)
    assert "Martians" not in json.dumps(reply) and "built in 1871 by the engineer Adela Varga.[1]" in content(reply)
    assert [w for w in reply["warnings"] if "No page states what the language model wrote" in w], reply["warnings"]


@pytest.mark.parametrize("model", ["speed", "base"])
def test_what_no_page_states_can_be_kept(served, llm, model):
    llm.answer = says(MARTIANS + ". " + TRUE + " [{n}].")
    reply = served("--unsupported", "keep").answer(ASK, model=model)
    assert content(reply) == f"{MARTIANS}. {TRUE}[1]."
    assert reply["warnings"] == ["No page states 1 sentence that the language model wrote: each carries no number."]


def test_an_unknown_way_with_inventions_is_refused(tmp_path):
    done = footnote("ask", "--unsupported", "maybe", "--llm", "none", ASK, data=tmp_path)
    assert done.returncode == 2 and "mark, drop and keep" in done.stderr, done


@pytest.mark.parametrize("model", ["base", "core"])
def test_an_invention_is_not_delivered_where_the_pages_have_no_answer(served, llm, model):
    llm.default = Say("The baker of Brae sold his submarine to pay for a bigger oven.")
    reply = served().answer(UNANSWERED, model=model)
    assert "bigger oven" not in json.dumps(reply), reply
    assert [w for w in reply["warnings"] if "No page states what the language model wrote" in w], reply["warnings"]


def test_base_drops_what_no_page_states(served, llm):
    llm.answer = says("The lighthouse of Lumenport was painted green by Martians in 1999 [{n}]. " + TRUE + " [{n}].")
    reply = served().answer(ASK, model="base")
    assert content(reply).strip() == TRUE + "[1].", content(reply)
    assert [w for w in reply["warnings"] if "left out" in w]
    kinds = ["check" if "You check statements" in a.text() else "write" for a in llm.asked]
    assert kinds.count("check") >= 1 and kinds.count("write") >= 2


def test_base_keeps_what_the_check_supports_with_a_quotation(served, llm):
    """Words that do not align; the model quotes the sentence."""
    def answer(asked):
        if "You check statements" in asked.text():
            return Say(json.dumps({"verdicts": [{"statement": 1, "verdict": "supported",
                                                 "quote": "The lamp was automated on 3 May 1989"}]}))
        return Say("Since that spring no human had to kindle it by hand any more.")
    llm.answer = answer
    reply = served().answer("When was the lamp of the Lumenport Lighthouse automated?", model="base")
    assert content(reply).endswith("[1]") and cited(reply) == {LIGHTHOUSE}, reply


def test_a_quotation_that_is_nowhere_does_not_settle_anything(served, llm):
    def answer(asked):
        if "You check statements" in asked.text():
            return Say(json.dumps({"verdicts": [{"statement": 1, "verdict": "supported",
                                                 "quote": "Martians painted the tower green"}]}))
        return Say("Martians from far away once painted it green and yellow.")
    llm.answer = answer
    reply = served().answer(ASK, model="base")
    assert "Martians" not in content(reply) and "It was built in 1871 by the engineer Adela Varga.[1]" in content(reply), reply
    assert [w for w in reply["warnings"] if "No page states what the language model wrote" in w], reply["warnings"]


NO_ANSWER = "None of the sources says why he sold it."


@pytest.mark.parametrize("model", ["speed", "lite", "base", "core"])
def test_a_model_that_finds_no_answer_is_believed_where_the_pages_have_none(served, llm, model):
    llm.default = Say(NO_ANSWER)
    reply = served().answer(UNANSWERED, model=model)
    assert content(reply) == NO_ANSWER
    assert cited(reply) == set() and reply["basis"][0]["confidence"] is None and reply["warnings"] == []


def test_a_section_without_an_answer_is_kept(served, llm):
    composed = writes_sections(llm, lambda asked: Say(joined(asked)))
    answer = llm.answer
    llm.answer = lambda asked: Say(NO_ANSWER) if "submarine" in asked.prompt.rsplit("Question: ", 1)[-1] else answer(asked)
    reply = served().answer(ASK.replace("?", ", and w") + UNANSWERED[1:], model="core")
    assert content(reply) == f"{TRUE}[1].\n\n{NO_ANSWER}" and not composed


def test_the_prompt_fences_the_pages_and_carries_the_date(served, llm):
    llm.answer = says(TRUE + " [{n}].")
    served().answer(ASK, messages=[{"role": "system", "content": "Talk like a pirate."}, {"role": "user", "content": ASK}])
    asked = llm.asked[-1]
    fence = re.search(r"-----\w{16}-----", asked.prompt)[0]
    assert asked.prompt.count(fence) >= 3
    assert "Talk like a pirate." in asked.body["messages"][0]["content"]
    assert time.strftime("%Y-%m-") in asked.body["messages"][0]["content"]
    assert "2023-04-11" in asked.prompt  # the source's date


def test_parameters_reach_the_model(served, llm):
    llm.answer = says(TRUE + " [{n}].")
    served().answer(ASK, temperature=0.25, top_p=0.5, seed=7, stop=["###"], max_tokens=99, reasoning_effort="low")
    body = llm.asked[-1].body
    assert (body["temperature"], body["top_p"], body["seed"], body["stop"]) == (0.25, 0.5, 7, ["###"])
    assert 99 in (body.get("max_tokens"), body.get("max_completion_tokens"))


def test_reasoning_only_when_asked_for(served, llm):
    llm.answer = lambda asked: Say(f"<think>Pondering source {number_of(asked)}.</think>{TRUE} [{number_of(asked)}].")
    server = served()
    reply = server.answer(ASK)
    assert "Pondering" not in json.dumps(reply)
    reply = server.answer(ASK, include_reasoning=True)
    assert reply["choices"][0]["message"]["reasoning_content"].startswith("Pondering source")
    found = chunks(server.ask(ASK, include_reasoning=True, stream=True))
    assert "Pondering" in "".join(c["choices"][0]["delta"].get("reasoning_content") or "" for c in found if c["choices"])


def test_a_prompt_fits_a_small_context(start):
    with LlmWorld("llama.cpp", context=1024) as llm:
        llm.answer = says(TRUE + " [{n}].")
        server = start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url)
        assert "Adela Varga" in content(server.answer(ASK, model="core"))
        assert all(len(a.text()) < 1024 * 4 for a in llm.asked)


# --- failures -------------------------------------------------------------------------------------------------------

QUICK = ("--llm-first-token-ms", "1000", "--llm-idle-ms", "700", "--llm-retries", "0")


@pytest.mark.parametrize("fails", [unauthorized(), no_model(), server_error(), limited(3600), hang(), drop(), garbage(),
                                   html(), empty(), refusal("I cannot help with that."), overflow()],
                         ids=["unauthorized", "no_model", "server_error", "limited", "hang", "drop", "garbage", "html",
                              "empty", "refusal", "overflow"])
@pytest.mark.parametrize("form", ["text", "json", "base"])
def test_quotes_when_the_model_fails(served, llm, fails, form):
    llm.default = fails
    llm.answer = None
    fields = {"response_format": json_schema({"type": "object", "properties": {"builder": {"type": "string"}},
                                              "required": ["builder"]})} if form == "json" else {}
    reply = served(*QUICK).answer(ASK, model="base" if form == "base" else "speed", **fields)
    assert "Adela Varga" in content(reply), reply
    assert cited(reply) == {LIGHTHOUSE}
    assert [w for w in reply["warnings"] if "language model gave no answer" in w], reply["warnings"]


def test_a_server_that_is_not_there(start):
    server = start("--no-auth", "--rate-per-minute", 0, "--llm", "http://127.0.0.1:9", *QUICK)
    reply = server.answer(ASK)
    assert "Adela Varga" in content(reply) and reply["warnings"]
    pirate = [{"role": "system", "content": "Talk like a pirate."}, {"role": "user", "content": ASK}]
    warned = " ".join(server.answer(ASK, messages=pirate)["warnings"])
    assert "The language model wrote nothing (" in warned and "wishes" in warned, warned
    assert "No language model" not in warned, warned


@pytest.mark.parametrize("fails", [hang_after(TRUE + ". Then"), drop_after(TRUE + ". Then"), error_after(TRUE + ". Then")],
                         ids=["hang", "drop", "error"])
def test_what_was_written_before_a_failure_is_kept(served, llm, fails):
    llm.default = fails
    server = served(*QUICK)
    found = chunks(server.ask(ASK, stream=True))
    last = [c for c in found if c["choices"] and c["choices"][0]["finish_reason"]][-1]
    assert stream_text(found).startswith(TRUE + ".[1]") and cited(last) == {LIGHTHOUSE}
    assert [w for w in last["warnings"] if "ends early" in w]


def test_endless_repetition_ends(served, llm):
    llm.default = repeat("and on ")
    reply = served(*QUICK).answer(ASK)
    assert len(content(reply)) < 60000


def test_the_model_stops_when_the_client_leaves(served, llm):
    llm.default = Say("word " * 3000, rate=50)
    server = served()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/v1/chat/completions", json.dumps(
        {"model": "speed", "stream": True, "messages": [{"role": "user", "content": ASK}]}),
                       server.headers({"Content-Type": "application/json"}))
    response = connection.getresponse()
    response.read(200)
    begin = time.monotonic()
    response.close()
    connection.close()
    assert llm.asked[0].gone_after(begin) < 1


def test_nothing_in_the_pages(served, llm):
    llm.default = Say("The sources do not say.")
    reply = served().answer(NOWHERE)
    assert cited(reply) == set() and reply["basis"][0]["confidence"] in (None, "low")


# --- inventions -----------------------------------------------------------------------------------------------------

WORDS = "harbour tower stone keeper lamp island glacier council bridge market ship copper winter chapel garden".split()


def invention(chance):
    """A sentence, a mark, an address or a quotation that no page has."""
    words = " ".join(chance.choices(WORDS, k=chance.randint(4, 9)))
    mark = chance.choice(["[{k}]", "【{k}】", "[^{k}]", "(source {k})", "[1, {k}]", "[{k}][9]"]).replace("{k}", str(chance.randint(1, 40)))
    return chance.choice([
        f"The {words} weighs {chance.randint(1000, 9999)} tonnes {mark}.",
        f"See https://evil{chance.randint(1, 999)}.example/{chance.choice(WORDS)} for the {words}.",
        f"[The {words}](https://evil{chance.randint(1, 999)}.example/x) says so {mark}.",
        f"A witness wrote: \"The {words} was never seen again after the storm.\" {mark}",
        f"According to www.evil{chance.randint(1, 999)}.example/{words.split()[0]} it is {chance.randint(1, 99)} {mark}."])


def test_a_thousand_inventions_reach_nobody(served, llm):
    """Some of the sentences are made of one page's own words; such a page may be cited for them, with its own sentence."""
    pages = {p["url"]: p["text"] for p in map(json.loads, open(PAGES, encoding="utf-8"))}
    server = served()
    chance = random.Random(11)
    by_chance = 0
    for number in range(1000):
        text = " ".join(invention(chance) for _ in range(chance.randint(1, 4)))
        llm.answer = lambda asked, text=text: Say(text)
        reply = server.answer(ASK, model="lite" if number % 2 else "speed")
        said = content(reply)
        assert "evil" not in said and '"The ' not in said, (text, said)
        assert not re.search(r"[【】]|\[\^|\(source", said), (text, said)
        assert "evil" not in json.dumps([reply["basis"], reply["citations"], annotations(reply)])
        assert all(e in pages[c["url"]] for b in reply["basis"] for c in b["citations"] for e in c["excerpts"])
        check_marks(said, annotations(reply), reply)
        assert not re.search(r"tonnes\[", said), (text, said)
        by_chance += bool(reply["citations"])
    assert by_chance <= 10


# --- documents ------------------------------------------------------------------------------------------------------

SCHEMA = {"type": "object", "required": ["builder", "year_built", "height_metres"], "additionalProperties": False,
          "properties": {"builder": {"type": "string"}, "year_built": {"type": "integer"},
                         "height_metres": {"type": "number"}}}
RIGHT = {"builder": "Adela Varga", "year_built": 1871, "height_metres": 48}


@pytest.mark.parametrize("reply_text", [
    json.dumps(RIGHT), "```json\n" + json.dumps(RIGHT) + "\n```", "<think>{}</think> Here you are: " + json.dumps(RIGHT),
    '{"builder": "Adela Varga", "year_built": "1871", "height_metres": "48",}', json.dumps(RIGHT)[:-1],
    json.dumps({**RIGHT, "extra": 1})], ids=["plain", "fence", "think", "types", "truncated", "extra"])
@pytest.mark.parametrize("model", ["speed", "core"])
def test_a_document(served, llm, reply_text, model):
    llm.default = Say(reply_text)
    reply = served().answer("Describe the Lumenport Lighthouse.", model=model, response_format=json_schema(SCHEMA))
    assert json.loads(content(reply)) == RIGHT, content(reply)
    assert cited(reply) == {LIGHTHOUSE}
    assert all(b["citations"] for b in reply["basis"]), reply["basis"]


BOTH = "Who built the Lumenport Lighthouse, and when was the Harbour Museum of Lumenport founded?"
MUSEUM = "https://lumenport.example/museum"
SECTIONS = {"Lighthouse": (TRUE, "Lumenport Lighthouse"),
            "Museum": ("The Harbour Museum of Lumenport was founded in 1934 by the merchant Tomas Lindqvist", "Harbour Museum")}


def writes_sections(llm, compose):
    """Each section's own sentence, for the question that is asked; then what `compose` says to a prompt with all."""
    composed = []

    def answer(asked):
        if "made of sections" in asked.prompt:
            composed.append(asked)
            return compose(asked)
        if "You answer the user" not in asked.body["messages"][0]["content"]:
            return Say("{}")
        question = asked.prompt.rsplit("Question: ", 1)[1]
        text, page = SECTIONS["Lighthouse" if "Lighthouse" in question else "Museum"]
        return Say(f"{text} [{number_of(asked, page)}].")
    llm.answer = answer
    return composed


def joined(asked, between=" ", text=""):
    """One text out of both sections; what stands in the prompt as the model's answer is them."""
    draft = asked.body["messages"][-2]
    assert draft["role"] == "assistant" and all(words in draft["content"] for words, _ in SECTIONS.values())
    return text or between.join(f"{words} [{number_of(asked, page)}]." for words, page in reversed(SECTIONS.values()))


@pytest.mark.parametrize("stream", [False, True])
def test_core_composes_one_text_out_of_sections(served, llm, stream):
    composed = writes_sections(llm, lambda asked: Say(joined(asked)))
    server = served()
    if stream:
        text = stream_text(chunks(server.ask(BOTH, model="core", stream=True)))
    else:
        reply = server.answer(BOTH, model="core")
        text = content(reply)
        assert cited(reply) == {LIGHTHOUSE, MUSEUM} and reply["warnings"] == []
        check_marks(text, annotations(reply), reply)
    assert len(composed) == 1
    assert text == f"{SECTIONS['Museum'][0]}[1]. {TRUE}[2]."


@pytest.mark.parametrize("compose", [
    lambda asked: Say(joined(asked, " Both are owned by a baker from Brae. ")),
    lambda asked: Say(f"{TRUE} [{number_of(asked)}]."),
    lambda asked: Say(joined(asked), finish="length"),
    lambda _: server_error(), lambda _: drop_after("The Harbour"), lambda _: empty()],
    ids=["adds something", "loses a section", "is cut off", "fails", "breaks off", "is empty"])
def test_sections_stand_where_their_composition_does_not(served, llm, compose):
    composed = writes_sections(llm, compose)
    reply = served().answer(BOTH, model="core")
    assert composed
    assert content(reply) == f"{TRUE}[1].\n\n{SECTIONS['Museum'][0]}[2]."
    assert cited(reply) == {LIGHTHOUSE, MUSEUM} and reply["warnings"] == []
    assert reply["choices"][0]["finish_reason"] == "stop"


def test_wrong_values_are_not_cited(served, llm):
    llm.default = Say(json.dumps({"builder": "Adela Varga", "year_built": 1999, "height_metres": 48}))
    reply = served().answer("Describe the Lumenport Lighthouse.", response_format=json_schema(SCHEMA))
    basis = {b["field"]: b for b in reply["basis"]}
    year = json.loads(content(reply))["year_built"]
    assert year == 1871 or not basis["year_built"]["citations"], reply


def test_addresses_in_documents_are_our_own(served, llm):
    schema = {"type": "object", "properties": {"builder": {"type": "string"}, "source_url": {"type": "string"},
                                               "citations": {"type": "array", "items": {"type": "string"}}},
              "required": ["builder", "source_url", "citations"]}
    llm.default = Say(json.dumps({"builder": "Adela Varga, see https://evil.example/", "source_url": "https://evil.example/",
                                  "citations": ["https://evil.example/"]}))
    reply = served().answer("Who built the Lumenport Lighthouse?", response_format=json_schema(schema))
    assert "evil" not in json.dumps(reply)
    assert json.loads(content(reply))["source_url"] == LIGHTHOUSE


def test_a_model_that_is_too_slow_for_the_tier_is_given_up_but_not_shunned(served, llm):
    """The words come after a second: too late for speed here, in time for lite."""
    llm.answer = lambda asked: Say(f"{TRUE} [{number_of(asked)}].", first_s=1.0)
    server = served("--budget-speed", "begin_ms = 300")
    for _ in range(4):
        reply = server.answer(ASK)
        assert "[1]" in content(reply) and [w for w in reply["warnings"] if "no answer" in w]
    reply = server.answer(ASK, model="lite")
    assert content(reply) == TRUE + "[1]." and reply["warnings"] == []
