"""What the tests share: a server as a process, a small HTTP client, and the checks that hold for every reply."""
import hashlib
import http.client
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BINARY = os.environ.get("FOOTNOTE_BINARY", str(ROOT / "build" / "footnote"))
# Sanitizer builds are slower; nothing waits this long when all is well.
PATIENCE_S = float(os.environ.get("FOOTNOTE_E2E_PATIENCE_S", "20"))

PAGES = [json.loads(line) for line in (HERE / "pages.jsonl").read_text().splitlines()]
PAGE_TEXT = {page["url"]: page["text"] for page in PAGES}
QUESTIONS = [json.loads(line) for line in (HERE / "questions.jsonl").read_text().splitlines()]
MODELS = ["speed", "lite", "base", "core"]
CHAT = "/v1/chat/completions"
ASK = "Who built the Lumenport Lighthouse?"
NOWHERE = "Which football club won the Ruritanian cup in 1788?"
RATE_HEADERS = ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"]


def environment(home, **more):
    """Without the caller's FOOTNOTE_ variables, with a home of its own, and without the real web or a model, unless a test
    says so."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("FOOTNOTE_") and not k.startswith("XDG_")}
    return {**env, "HOME": str(home), "FOOTNOTE_PROVIDERS": "none", "FOOTNOTE_LLM": "none", **{k: str(v) for k, v in more.items()}}


def footnote(*arguments, data=None, stdin=None, env=None, home="/nonexistent"):
    """Runs a command to its end. data: the data folder, given by flag."""
    command = [BINARY, *map(str, arguments)] + (["--data", str(data)] if data else [])
    done = subprocess.run(command, input=stdin, capture_output=True, text=not isinstance(stdin, bytes), timeout=120,
                          env=environment(home, **(env or {})))
    missing = b"(null)" if isinstance(stdin, bytes) else "(null)"  # what printf makes of a string that is not there
    assert missing not in done.stdout and missing not in done.stderr, done
    return done


class Server:
    """footnote serve on a free port of the loopback interface, from its ready line to its end."""

    running = []

    def __init__(self, data, log, *flags, env=None):
        self.log = pathlib.Path(log)
        self.key = None
        with open(self.log, "ab") as stderr:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *map(str, flags)],
                stdout=subprocess.PIPE, stderr=stderr, env=environment(data, **(env or {})))
        self.ready_line = self._ready_line()
        match = re.search(r"https?://127\.0\.0\.1:(\d+)", self.ready_line)
        if not match:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no ready line: {self.ready_line!r}\n{self.log_text()}")
        self.port = int(match.group(1))
        Server.running.append(self)

    def _ready_line(self):
        line, until = b"", time.monotonic() + PATIENCE_S
        out = self.process.stdout.fileno()
        while not line.endswith(b"\n") and time.monotonic() < until:
            if select.select([out], [], [], 0.2)[0]:
                more = os.read(out, 4096)
                if not more:
                    break
                line += more
        return line.decode()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def log_text(self, start=0):
        return self.log.read_bytes()[start:].decode(errors="replace")

    def alive(self):
        return self.process.poll() is None

    def stop(self, sign=signal.SIGTERM):
        """The exit status after a signal."""
        if self.alive():
            self.process.send_signal(sign)
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not stop\n{self.log_text()[-4000:]}") from None
        finally:
            self.process.stdout.close()
            if self in Server.running:
                Server.running.remove(self)

    def connect(self, timeout=PATIENCE_S):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def call(self, method, path, body=None, headers=None, key=True, timeout=PATIENCE_S):
        """key: True for the server's own, None for none, or another key."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            return call_on(connection, method, path, body, self.headers(headers, key))
        finally:
            connection.close()

    def headers(self, headers=None, key=True):
        all_headers = dict(headers or {})
        key = self.key if key is True else key
        if key:
            all_headers.setdefault("Authorization", f"Bearer {key}")
        return all_headers

    def post(self, body, path=CHAT, headers=None, key=True, timeout=PATIENCE_S):
        """body: what becomes JSON, or bytes that are sent as they are."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.call("POST", path, body, {"Content-Type": "application/json", **(headers or {})}, key, timeout)

    def ask(self, question=ASK, headers=None, key=True, **fields):
        return self.post(chat(question, **fields), headers=headers, key=key)

    def answer(self, question=ASK, **fields):
        """The ChatCompletion of a request that must succeed."""
        reply = self.ask(question, **fields)
        assert reply.status == 200, reply.body
        return reply.json()


def chat(question=ASK, **fields):
    return {"model": "speed", "messages": [{"role": "user", "content": question}], **fields}


def json_schema(schema, name="answer", **more):
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, **more}}


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:2000]!r}>"


def call_on(connection, method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return Reply(response.status, response.getheaders(), response.read())


def raw(server, data, timeout=PATIENCE_S, half_close=False):
    """Sends bytes on a socket of their own and reads until the server closes or falls silent."""
    with server.connect(timeout) as sock:
        try:
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
            return drain(sock)
        except (ConnectionError, TimeoutError):
            return b""


def drain(sock):
    got = b""
    try:
        while more := sock.recv(65536):
            got += more
    except (ConnectionError, TimeoutError):
        pass
    return got


def content(reply):
    return reply["choices"][0]["message"]["content"]


def annotations(reply):
    return reply["choices"][0]["message"]["annotations"]


def events(body):
    """The data of each server-sent event, in order; comments are left out. Checks the framing."""
    text = body.decode("utf-8")
    assert text.endswith("\n\n"), text[-80:]
    found = []
    for block in text.split("\n\n")[:-1]:
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        assert len(lines) <= 1 and all(line.startswith("data: ") for line in lines), block
        found += [line[len("data: "):] for line in lines]
    return found


def chunks(reply):
    """The chunks of a whole stream, which must end with [DONE]."""
    assert reply.status == 200, reply
    assert reply.headers["content-type"].startswith("text/event-stream"), reply
    found = events(reply.body)
    assert found[-1] == "[DONE]" and found.count("[DONE]") == 1, found[-2:]
    return [json.loads(data) for data in found[:-1]]


def stream_text(found):
    return "".join(c["choices"][0]["delta"].get("content") or "" for c in found if c["choices"])


def check_error(reply, status, param=..., code=None, kind=None):
    """The error object of the wire. param: its exact value, None included; ... for any."""
    assert reply.status == status, reply
    assert reply.headers["content-type"].startswith("application/json"), reply
    body = reply.json()
    assert set(body) == {"error"}, body
    error = body["error"]
    assert {"message", "type", "param", "code"} <= set(error), error
    assert isinstance(error["message"], str) and error["message"], error
    assert isinstance(error["type"], str) and error["type"], error
    assert error["param"] is None or (isinstance(error["param"], str) and error["param"]), error
    assert isinstance(error["code"], str) and error["code"], error
    assert isinstance(error["detail"], dict), error
    if param is not ...:
        assert error["param"] == param, error
    if code:
        assert error["code"] == code, error
    if kind:
        assert error["type"] == kind, error
    check_headers(reply)
    return error


def check_headers(reply):
    assert reply.headers["x-request-id"], reply
    assert int(reply.headers["openai-processing-ms"]) >= 0, reply


def check_completion(reply, model="speed"):
    """The parts of a ChatCompletion that clients read."""
    assert re.fullmatch(r"chatcmpl-\S+", reply["id"])
    assert reply["object"] == "chat.completion" and reply["model"] == model
    assert abs(reply["created"] - time.time()) < 300
    assert isinstance(reply["system_fingerprint"], str) and reply["system_fingerprint"]
    assert len(reply["choices"]) == 1
    choice = reply["choices"][0]
    assert choice["index"] == 0 and choice["logprobs"] is None
    assert choice["finish_reason"] in ("stop", "length")
    message = choice["message"]
    assert message["role"] == "assistant" and message["refusal"] is None
    assert isinstance(message["content"], str)
    usage = reply["usage"]
    assert usage["prompt_tokens"] > 0
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    check_extras(reply)
    check_annotations(message["content"], message["annotations"], reply)


def check_extras(reply):
    """What stands beside OpenAI's members: in a whole reply and in the last chunk with a finish_reason."""
    assert isinstance(reply["interaction_id"], str) and reply["interaction_id"]
    assert all(isinstance(url, str) for url in reply["citations"])
    for result in reply["search_results"]:
        assert {"title", "url", "date", "snippet"} <= set(result), result
    assert [r["url"] for r in reply["search_results"]][:len(reply["citations"])] == reply["citations"]
    assert all(isinstance(warning, str) and warning for warning in reply["warnings"])
    for report in reply["search_report"]:
        assert {"provider", "status", "results", "ms"} <= set(report), report
    check_basis(reply["basis"])
    check_probabilities(reply)


def check_probabilities(reply):
    """One for each entry of the basis; null, as its confidence is, exactly where nothing was found."""
    probabilities = reply["probabilities"]
    assert set(probabilities) == {entry["field"] for entry in reply["basis"]}, probabilities
    for entry in reply["basis"]:
        probability = probabilities[entry["field"]]
        assert (probability is None) == (entry["confidence"] is None) == (not entry["citations"]), (entry, probability)
        assert probability is None or (0 <= probability <= 1 and len(str(probability)) <= 6), probability


def check_basis(basis):
    """Every excerpt stands byte for byte in the page that it is said to be from."""
    assert basis
    for entry in basis:
        assert {"field", "citations", "reasoning", "confidence"} <= set(entry), entry
        assert isinstance(entry["field"], str)
        assert isinstance(entry["reasoning"], str) and entry["reasoning"], entry
        assert entry["confidence"] in ("high", "medium", "low", None), entry
        for citation in entry["citations"]:
            assert isinstance(citation["title"], str)
            assert citation["excerpts"], citation
            check_excerpts(citation, PAGE_TEXT[citation["url"]])


def check_excerpts(citation, text):
    """The page is the one of the hash, and each excerpt is its bytes at the offset."""
    page = text.encode()
    assert citation["page_sha256"] == hashlib.sha256(page).hexdigest(), citation
    assert len(citation["excerpts"]) == len(citation["excerpt_offsets"]), citation
    for excerpt, offset in zip(citation["excerpts"], citation["excerpt_offsets"]):
        assert excerpt.strip() and page[offset:offset + len(excerpt.encode())] == excerpt.encode(), (excerpt, offset)


def check_annotations(text, notes, reply):
    """All four keys; indexes count code points, as Python's do."""
    for note in notes:
        assert note["type"] == "url_citation", note
        inner = note["url_citation"]
        assert set(inner) == {"url", "title", "start_index", "end_index"}, note
        assert 0 <= inner["start_index"] < inner["end_index"] <= len(text), (note, text)
        assert inner["url"] in reply["citations"], note


def check_marks(text, notes, reply):
    """Text output: each annotation is over a mark [n], and n is the place of its page in the lists."""
    over = set()
    for note in notes:
        inner = note["url_citation"]
        mark = text[inner["start_index"]:inner["end_index"]]
        assert re.fullmatch(r"\[[1-9]\d*\]", mark), (mark, note)
        n = int(mark[1:-1])
        assert reply["citations"][n - 1] == inner["url"], (n, reply["citations"])
        assert reply["search_results"][n - 1]["url"] == inner["url"]
        over.add(inner["start_index"])
    cited = {note["url_citation"]["url"] for note in notes}
    cut = reply["choices"][0]["finish_reason"] == "length" # then the last pages may have lost their marks
    assert cited <= set(reply["citations"]) if cut else cited == set(reply["citations"])
    return over
