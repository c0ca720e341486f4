"""Commands with a real llama-server and a real model; run by scripts/real-llm, which builds and fetches them. pytest does not collect
this file by itself.

The model is far too small to write good answers, so nothing here judges what it says: only that the protocol is kept, that what is
cited stands in the pages, and that every question has its answer whatever becomes of the model. Prompts and replies are short, for
machines without much of a processor; a reply that is over before the test could disturb it is asked for once more."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import signal
import time

import jsonschema
import pytest
from support import (ASK, PAGES, QUESTIONS, annotations, chat, check_completion, check_marks, chunks,
                     content, footnote, json_schema, stream_text)
from test_streams import check_stream

SLOW_S = 120  # for what takes a second or two on a quiet machine
SERVER, MODEL = os.environ["FOOTNOTE_REAL_SERVER"], os.environ["FOOTNOTE_REAL_MODEL"]


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def test_doctor_runs_the_model_file(own):
    done = footnote("doctor", "--online", "--json", "--listen", "127.0.0.1:0", "--model-file", MODEL, "--llama-server", SERVER, "--llm-context",
                    1500, "--llm-parallel", 2, data=own, env={"FOOTNOTE_LLM": "auto"})
    assert done.returncode == 0, done.stdout + done.stderr
    said = [c["message"] for c in json.loads(done.stdout)["checks"] if c["name"] == "model_file"]
    assert len(said) == 3, said
    assert "llama.cpp" in said[1] and pathlib.Path(MODEL).stem in said[1] and "1536" in said[1]  # llama.cpp rounds up to 256
    assert "answered" in said[2]
    log = (own / "llama-server.log").read_text(errors="replace")
    assert "n_slots = 2" in log and (own / "llama-server.log").stat().st_mode & 0o777 == 0o600


def running(parent):
    """Processes of this parent."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if stat.rsplit(")", 1)[1].split()[1] == str(parent) and "llama-server" in stat:
                found.append(int(entry.name))
    return found


def wait_for(what):
    until = time.monotonic() + SLOW_S
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_serve_answers_before_during_and_after_the_model(start, data):
    """Down, loading, up, killed: there is always an answer, and no child is left."""
    server = start("--model-file", MODEL, "--llama-server", SERVER, "--llm-context", 4096, "--llm-parallel", 1, env={"FOOTNOTE_LLM": "auto"})
    assert "[1]" in content(server.answer())
    first = wait_for(lambda: running(server.process.pid))[0]
    wait_for(lambda: "state=ready" in server.log_text())
    check_completion(server.answer())
    os.kill(first, signal.SIGKILL)
    assert "[1]" in content(server.answer())
    second = wait_for(lambda: [p for p in running(server.process.pid) if p != first])[0]
    wait_for(lambda: server.log_text().count("state=ready") == 2)
    check_completion(server.answer())
    assert server.stop() == 0
    assert not pathlib.Path(f"/proc/{second}").exists()


def test_llm_check_runs_it_too(own):
    done = footnote("llm", "check", "--model-file", MODEL, "--llama-server", SERVER, "--llm-context", 1024, data=own, env={"FOOTNOTE_LLM": "auto"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "llama.cpp" in done.stdout and "1024 tokens" in done.stdout and "response_format json_schema" in done.stdout


def test_a_damaged_model_is_reported(own, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(pathlib.Path(MODEL).read_bytes()[:1000000])
    done = footnote("doctor", "--online", "--json", "--listen", "127.0.0.1:0", "--model-file", cut, "--llama-server", SERVER, data=own,
                    env={"FOOTNOTE_LLM": "auto"})
    assert done.returncode == 1
    failed = [c for c in json.loads(done.stdout)["checks"] if c["status"] == "fail"]
    assert len(failed) == 1 and failed[0]["name"] == "model_file" and "ended with status" in failed[0]["message"], failed


# --- through the wire ------------------------------------------------------------------------------------------------

OPEN = ("--no-auth", "--rate-per-minute", 0, "--log-level", "debug", "--model-file", MODEL, "--llama-server", SERVER)
SHORT = "tokens=300, deadline_ms="  # of evidence, since reading a prompt is what takes the time
LONG_ASK = "Tell me everything about Lumenport, its lighthouse, its ferry and its museum."


def begin(start, *flags):
    server = start(*OPEN, *flags, env={"FOOTNOTE_LLM": "auto"})
    wait_for(lambda: is_up(server))
    return server


def starts(server):
    return server.log_text().count("state=ready")


def is_up(server):
    return starts(server) > 0


@pytest.fixture(scope="module")
def real(start):
    return begin(start, "--llm-context", 2048, "--llm-parallel", 2, "--budget-speed", SHORT + "60000", "--budget-lite", SHORT + "60000",
                 "--budget-base", SHORT + "20000", "--budget-core", SHORT + "20000")


def outcomes(server, at=0):
    """Of the chats since then, as footnote logs them."""
    return re.findall(r" llm outcome=(\w+)", server.log_text(at))


def written(server):
    return len(server.log_text())


def no_model(reply):
    """Were sources quoted instead? Then the reader was told."""
    return [w for w in reply["warnings"] if "language model gave no answer" in w]


def ask(server, question=ASK, **fields):
    reply = server.post(chat(question, **fields), timeout=SLOW_S)
    assert reply.status == 200, reply
    return reply.json()


def check_honest(text):
    """No address but those of the pages, and no mark of another kind than ours."""
    for url in re.findall(r"(?:https?://|www\.)[^\s)\]>\"']+", text):
        assert any(url.rstrip(".,;:") in page["url"] for page in PAGES), (url, text)
    assert not re.search(r"[【】]|\[\^|\(source", text), text


class Stream:
    """A streamed reply that is read while it comes."""

    def __init__(self, server, question=ASK, **fields):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SLOW_S)
        body = json.dumps(chat(question, stream=True, **fields))
        self.connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        self.response = self.connection.getresponse()
        self.status, self.headers, self.body = self.response.status, {k.lower(): v for k, v in self.response.getheaders()}, b""
        assert self.status == 200

    def first_text(self):
        """Reads until something was written; false when it ended before."""
        while line := self.response.readline():
            self.body += line
            if line.startswith(b"data: {") and stream_text([json.loads(line[6:])]):
                return True
        return False

    def rest(self):
        self.body += self.response.read()
        self.connection.close()
        return chunks(self)

    def leave(self):
        self.response.close()
        self.connection.close()


def final(found):
    return [c for c in found if c["choices"] and c["choices"][0]["finish_reason"]][-1]


def test_streams(real):
    early = 0
    for question in [q["ask"] for q in QUESTIONS[:3]] + [LONG_ASK]:
        at = written(real)
        stream = Stream(real, question, max_tokens=60, stream_options={"include_usage": True})
        early += stream.first_text() and not outcomes(real, at)
        found = stream.rest()
        assert outcomes(real, at), "the model was not asked"
        notes, last = check_stream(found, usage=True)
        assert not no_model(last), last["warnings"]
        check_marks(stream_text(found), notes, last)
        check_honest(stream_text(found))
        assert found[-1]["usage"]["prompt_tokens"] > 100 and found[-1]["usage"]["completion_tokens"] > 0
    assert early, "each text came after the model's last word"


DOCUMENTS = {
    "flat": {"builder": {"type": "string", "maxLength": 40}, "year": {"type": "integer"}, "open": {"type": "boolean"}},
    "nested": {"tower": {"type": "object", "required": ["height", "place"], "additionalProperties": False, "properties": {
        "height": {"type": "number", "minimum": 1}, "place": {"type": "object", "required": ["town"], "additionalProperties": False,
                                                              "properties": {"town": {"type": "string", "maxLength": 20}}}}}},
    "array": {"facts": {"type": "array", "minItems": 1, "maxItems": 2, "items": {
        "type": "object", "required": ["name"], "additionalProperties": False,
        "properties": {"name": {"type": "string", "maxLength": 20}, "year": {"type": ["integer", "null"]}}}}},
    "enum": {"kind": {"type": "string", "enum": ["ferry", "lighthouse", "bridge"]}, "state": {"enum": ["open", "closed", None]}},
}


@pytest.mark.parametrize("name,stream", [("flat", False), ("array", False), ("enum", False), ("nested", True), ("enum", True)])
def test_documents_fit_their_schema(real, name, stream):
    schema = {"type": "object", "properties": DOCUMENTS[name], "required": list(DOCUMENTS[name]), "additionalProperties": False}
    fields = {"response_format": json_schema(schema, strict=True), "max_tokens": 100}
    at = written(real)
    if stream:
        found = Stream(real, "Describe the Lumenport Lighthouse.", **fields).rest()
        _, last = check_stream(found)
        text = stream_text(found)
    else:
        last = ask(real, "Describe the Lumenport Lighthouse.", **fields)
        check_completion(last)
        text = content(last)
    jsonschema.validate(json.loads(text), schema, jsonschema.Draft202012Validator)
    check_honest(text)
    assert outcomes(real, at) and not no_model(last), last["warnings"]


def cpu_ticks(pid):
    return sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))


def is_idle(pid):
    before = cpu_ticks(pid)
    time.sleep(0.2)
    return cpu_ticks(pid) - before <= 2


@pytest.mark.parametrize("early", [True, False], ids=["while_it_reads", "while_it_writes"])
def test_the_model_stops_when_the_client_leaves(real, data, early):
    child, log = running(real.process.pid)[0], data / "llama-server.log"
    for _ in range(5):
        at, calls_off = written(real), log.read_text(errors="replace").count("cancel task")
        stream = Stream(real, LONG_ASK)
        if not early:
            stream.first_text()
        stream.leave()
        left = time.monotonic()
        if wait_for(lambda at=at: outcomes(real, at)) == ["cancelled"]:
            noticed = time.monotonic()
            wait_for(lambda: is_idle(child))
            print(f"noticed after {noticed - left:.2f} s, idle after {time.monotonic() - left:.2f} s")
            assert log.read_text(errors="replace").count("cancel task") > calls_off
            break
    else:
        raise AssertionError("it was never called off")
    check_completion(ask(real, max_tokens=10))


@pytest.mark.parametrize("model", ["base", "core"])
def test_drafts_are_checked_and_come_to_an_end(real, model):
    at = written(real)
    reply = ask(real, "Who built the Lumenport Lighthouse, and when was it built?", model=model, max_tokens=60)
    check_completion(reply, model)
    check_marks(content(reply), annotations(reply), reply)
    check_honest(content(reply))
    calls = outcomes(real, at)
    assert calls[0] in ("ok", "deadline") and (calls == ["ok"] or len(calls) > 1 or no_model(reply)), calls


def answered_while_down(server, before):
    """Asks until the server runs again; each question has an answer, and is told why it is one of quotes."""
    quoted = 0
    while starts(server) == before:
        reply = ask(server, max_tokens=10)
        check_completion(reply)
        assert reply["basis"][0]["citations"] or not no_model(reply), reply
        quoted += bool(no_model(reply))
        time.sleep(0.05)
    return quoted


def test_killed_in_the_middle_of_answers(start):
    """Four at once, which is more than the circuit breaker bears."""
    server = begin(start, "--llm-context", 2048, "--llm-parallel", 2, "--budget-speed", SHORT + "60000")
    check_completion(ask(server, max_tokens=10))
    for _ in range(5):
        before, at = starts(server), written(server)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(Stream, server, LONG_ASK, max_tokens=200) for _ in range(4)]
            first = next(concurrent.futures.as_completed(waiting)).result()
            assert first.first_text()
            os.kill(running(server.process.pid)[0], signal.SIGKILL)
            kept = stream_text([json.loads(line[6:]) for line in first.body.splitlines() if line.startswith(b"data: {")])
            streams = [first] + [s for s in (w.result() for w in waiting) if s is not first]
            replies = [s.rest() for s in streams]
        quoted = answered_while_down(server, before)
        at_ready = written(server)
        assert not no_model(ask(server, max_tokens=10)), server.log_text(at)
        assert outcomes(server, at_ready) == ["ok"]
        for found in replies:
            notes, last = check_stream(found)
            check_honest(stream_text(found))
            ended = [w for w in last["warnings"] if "ends early" in w or "gave no answer" in w]
            assert stream_text(found).strip() and (ended or "ok" in outcomes(server, at)), last
        assert stream_text(replies[0]).startswith(kept)
        assert quoted, "it was up again at once"
        if [w for w in final(replies[0])["warnings"] if "ends early" in w]:
            break
    else:
        raise AssertionError("it was never killed in the middle of a text")


def resident_bytes(pid):
    """The most that it ever had."""
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def test_fifty_at_once(start):
    # A slow machine reads four prompts at once for longer than speed's own time.
    server = begin(start, "--llm-context", 1024, "--llm-parallel", 4, "--llm-first-token-ms", 60000,
                   "--budget-speed", SHORT + "60000, begin_ms=60000")
    check_completion(ask(server, max_tokens=10))
    before = resident_bytes(server.process.pid)
    asks = [QUESTIONS[i % len(QUESTIONS)]["ask"] for i in range(50)]
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda question: ask(server, question, max_tokens=16), asks))
    for reply in replies:
        check_completion(reply)
        check_honest(content(reply))
        assert content(reply).strip()
    quoted = sum(bool(no_model(reply)) for reply in replies)
    after = resident_bytes(server.process.pid)
    print(f"{50 - quoted} by the model, {quoted} by quotes; memory {before >> 20} to {after >> 20} MiB")
    assert quoted < 50 and after < 100 << 20
    assert len(running(server.process.pid)) == 1 and starts(server) == 1
