"""The n-th allocation, read, write, opening and step of SQLite fails, for n = 1, 2, 3, …, while a real server answers real
requests: it never ends or hangs, each client gets an answer or an error that says what is wrong (or sees its connection
close), the next request is answered as always, and no file is damaged. scripts/endure runs all of it, test_faults.py some.

    sweep("chat", "memory", [1, 2, 3])     raises AssertionError at what is wrong; returns what came out, counted
"""
import collections
import contextlib
import http.client
import json
import mmap
import os
import pathlib
import sqlite3
import struct
import subprocess
import tempfile
import time

from llm_world import LlmWorld, Say
from support import ASK, BINARY, CHAT, HERE, ROOT, Server, chat, environment, footnote, json_schema
from world import World, html

KINDS = {"memory": 1, "read": 2, "write": 3, "open": 4, "step": 5}
HANG_S = 20


def build(folder):
    library = folder / "fault.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, ROOT / "tests/fault/fault.c", "-ldl"], check=True)
    return library


class Fault:
    """Arms the library of a running program, or of one that starts."""

    def __init__(self, folder, library):
        self.path, self.library = folder / "page", library
        self.path.write_bytes(bytes(4096))
        self.file = open(self.path, "r+b")
        self.page = mmap.mmap(self.file.fileno(), 4096)

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "FAULT_PAGE": str(self.path)}

    def arm(self, kind, n, burst=1):
        self.page[8:40] = struct.pack("qqqq", n - 1, burst, 0, 0)
        self.page[0:8] = struct.pack("q", KINDS[kind])

    def disarm(self):
        """Calls that were seen, calls that failed."""
        self.page[0:8] = bytes(8)
        return struct.unpack("qq", self.page[24:40])

    def close(self):
        self.page.close()
        self.file.close()


MODEL = "Who built it? Osbert Quill, a carpenter, built the Tarnwick Windmill in 1794 [1]."
FIELDS = json_schema({"type": "object", "properties": {"builder": {"type": "string"}, "year": {"type": "integer"}},
                      "required": ["builder", "year"], "additionalProperties": False})


def requests(url):
    mill = "Who built the Tarnwick Windmill?"
    return {
        "chat": (CHAT, chat(ASK)),
        "stream": (CHAT, chat(ASK, stream=True)),
        "stored": (CHAT, chat(ASK, store=True)),
        "fields": (CHAT, chat("Who built the Lumenport Lighthouse, and when?", response_format=FIELDS)),
        "written": (CHAT, chat(mill, model="lite")),
        "written stream": (CHAT, chat(mill, model="lite", stream=True)),
        "search": ("/v1/search", {"objective": mill, "search_queries": ["Tarnwick Windmill"]}),
        "extract": ("/v1/extract", {"urls": [url], "objective": mill, "excerpts": True}),
        "usage": ("GET /v1/usage", None),
        "completions": ("GET /v1/chat/completions", None),
        "metrics": ("GET /metrics", None),
        "ready": ("GET /readyz", None),
    }


class Bench:
    """A server under faults, with a web, a search service and a language model of its own."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.data = self.folder / "data"
        done = footnote("index", "add", HERE / "pages.jsonl", data=self.data)
        assert done.returncode == 0, done.stderr
        self.library = build(self.folder)
        self.fault = Fault(self.folder, self.library)
        self.stack.callback(self.fault.close)
        self.world = self.stack.enter_context(contextlib.closing(World()))
        site = self.world.site()
        self.url = site.put("/mill", html("Windmill", "The Tarnwick Windmill was built in 1794 by the carpenter Osbert Quill."))
        self.world.search.results = [self.url]
        self.llm = self.stack.enter_context(LlmWorld("vllm", context=16384))
        self.llm.default = Say(MODEL)
        self.key = footnote("key", "create", "one", data=self.data).stdout.split()[-1]
        self.requests = requests(self.url)
        self.server = None
        self.start()

    def start(self):
        self.server = Server(self.data, self.folder / "log", "--rate-per-minute", 0, "--providers", f"index, searxng {self.world.search.url('')}",
                             "--allow", "127.0.0.0/8, *.localhost", "--encoder", "none", "--stop-grace-ms", 1000, "--cache-bytes", 0,
                             env={"FOOTNOTE_LLM": self.llm.url, **self.fault.environment()})
        self.server.key = self.key

    def close(self):
        try:
            if self.server.alive():
                assert self.server.stop() == 0, self.server.log_text()[-3000:]
        finally:
            if self.server.alive():
                self.server.process.kill()
            self.stack.close()

    def send(self, name, timeout=HANG_S):
        """Status and body; the status is the exception's name where the connection was closed."""
        where, body = self.requests[name]
        method, path = where.split() if " " in where else ("POST", where)
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"{name}-{time.monotonic_ns()}"} if body else {}
        if name == "metrics":
            headers["X-None"] = "1"
        try:
            reply = self.server.call(method, path, json.dumps(body).encode() if body else None, headers, timeout=timeout)
            return reply.status, reply.body
        except TimeoutError:
            raise AssertionError(f"{name} hangs for {timeout} s") from None
        except (OSError, http.client.HTTPException) as e:
            return type(e).__name__, b""

    def say(self, told):
        return f"{told}\n{self.server.log_text()[-900:]}"

    def look(self, name, kind, n, burst):
        """One fault in one request; what came out, or None where nothing failed any more."""
        begun = time.monotonic()
        self.fault.arm(kind, n, burst)
        try:
            status, body = self.send(name)
        finally:
            _, fired = self.fault.disarm()
        where = f"{name}, {kind} {n}"
        assert self.server.alive(), self.say(f"{where}: the server ended with {self.server.process.poll()}")
        assert time.monotonic() - begun < HANG_S, where
        if isinstance(status, int):
            self.check_reply(name, where, status, body)
        return (status, fired) if fired else None

    def check_reply(self, name, where, status, body):
        text = body.decode()  # bytes that are no UTF-8 are a fault too
        if status != 200:
            if name == "ready" and "status" in json.loads(text):
                return
            error = json.loads(text)["error"]
            assert error["message"] and str(self.data) not in text, self.say(f"{where}: {text}")
        elif "stream" in name:
            assert text.rstrip().endswith("data: [DONE]"), self.say(f"{where}: the stream ends with {text[-200:]!r}")
        elif name != "metrics":
            json.loads(text)

    def check_after(self, where):
        """Everything is as it was."""
        health = self.server.call("GET", "/health", key=None)
        assert health.status == 200, where
        status, body = self.send("chat")
        assert status == 200 and "Ansgar Holm" in body.decode() or status == 200 and json.loads(body)["choices"], self.say(f"{where}: then {status} {body[:500]}")

    def check_files(self):
        for file in self.data.glob("*.db"):
            with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
                found = db.execute("PRAGMA integrity_check").fetchall()
                assert found == [("ok",)], (file, found)
        done = footnote("index", "check", data=self.data)
        assert done.returncode == 0, done

    def count(self, name, kind):
        """Calls of this kind that the request makes."""
        self.fault.arm(kind, 1 << 40)
        status, body = self.send(name)
        seen, _ = self.fault.disarm()
        assert status in (200, 503), self.say(f"{name}: {status} {body[:300]}")
        return seen


def places(seen, most):
    """At most so many of 1 … seen: the first ones, and the rest evenly."""
    first = min(seen, most // 2)
    rest = range(first + 1, seen + 1)
    step = max(1, len(rest) // max(1, most - first))
    return [*range(1, first + 1), *rest[::step]]


def sweep(bench, name, kind, most, bursts=(1,)):
    came = collections.Counter()
    for burst in bursts:
        for n in places(bench.count(name, kind), most):
            found = bench.look(name, kind, n, burst)
            came[found[0] if found else "none failed"] += 1
        bench.check_after(f"{name}, {kind}")
    return came


COMMANDS = {
    "key create": lambda n: ["key", "create", f"fresh{n}"],
    "key list": lambda n: ["key", "list", "--json"],
    "key set": lambda n: ["key", "set", "one", "--note", f"note {n}"],
    "key revoke": lambda n: ["key", "revoke", f"gone{n}"],
    "usage": lambda n: ["usage", "--json"],
    "index add": lambda n: ["index", "add", str(HERE / "pages.jsonl")],
    "backup": lambda n: ["backup", f"{{folder}}/backup-{n}.zip"],
}


def command(bench, name, kind, n):
    """Exit status 0 or an error in words, and no signal. Memory is left out: a command without it ends, in words."""
    arguments = [a.replace("{folder}", str(bench.folder)) for a in COMMANDS[name](f"{kind}{n}")]
    if name == "key revoke":
        made = footnote("key", "create", arguments[-1], data=bench.data)
        assert made.returncode == 0, made.stderr
    bench.fault.arm(kind, n)
    try:
        done = subprocess.run([BINARY, *arguments, "--data", str(bench.data)], capture_output=True, text=True, timeout=HANG_S,
                              env=environment("/nonexistent", **bench.fault.environment()), errors="replace")
    finally:
        _, fired = bench.fault.disarm()
    where = f"{name}, {kind} {n}: {done.returncode} {done.stderr[-600:]}"
    assert done.returncode >= 0, where
    assert done.returncode == 0 or done.stderr.strip(), where
    if name == "key create" and done.returncode == 0:
        key = done.stdout.split()[-1]
        assert bench.server.call("GET", "/v1/models", key=key).status == 200, where
    return fired and done.returncode


def sweep_command(bench, name, kind, most):
    came = collections.Counter()
    for n in range(1, most + 1):
        found = command(bench, name, kind, n)
        came[found] += 1
        if found == 0 and n > 3 and came[0] > most:
            break
    return came
