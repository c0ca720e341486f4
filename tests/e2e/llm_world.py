"""A scripted model server: OpenAI's chat completions as vLLM, Ollama, llama.cpp, LM Studio or OpenAI give them, quirks and
failures included. A thread for each connection, a free port, no dependencies.

    with LlmWorld("vllm", model="qwen", context=16384) as llm:
        llm.script(Say("One two.", reasoning="hm"), limited(1), Say("Three."))   # for the next chats, in this order
        llm.default = Say("Whatever.")                                          # when the script is used up
        llm.answer = lambda asked: Say(asked.prompt.upper())                     # or: made from each request
        env = {"FOOTNOTE_LLM": llm.url}
        ...
        assert llm.asked[0].body["max_tokens"] == 100
        assert llm.asked[0].gone_after(llm.asked[0].started) < 1

What a server says of itself (/v1/models, /props, /tokenize, /api/tags, /api/show, /api/version, /api/ps, /api/v0/models) follows
its kind. `key`: what clients must send, as Bearer or api-key. `forms`: the forms of structured output that it honours, of
"json_schema", "structured_outputs", "guided_json", "llama_schema" and "json_object" (the default is what its kind can); others
are ignored, or with strict_fields=True refused. footnote tries forms with small questions of its own; those are answered by
the world (Trial below), land in `trials` and not in `asked`, and use up no script.

Replies (all are functions of the world and the handler; write your own the same way):
    Say(text, ...)             a reply, as a stream or whole as the client asked; see its fields
    fail(status, body, **headers)   an HTTP error with any body
    unauthorized() no_model() overflow() server_error() loading() limited(retry_after)   with the JSON body of the server's kind
    hang() hang_after(text)    says nothing, or falls silent; until the client leaves
    ping(seconds_between)      comments for ever, never a token
    drop() drop_after(text)    the connection breaks
    garbage() html() empty() no_body()   200 with nonsense, a web page, no word, no byte
    refusal(text) filtered()   the model, or a filter, refuses
    repeat(unit)               the same for ever
    error_after(text)          an error object in the middle of a stream
    raw(*parts)                parts are bytes, or numbers: pauses in seconds; the whole HTTP reply
"""
import contextlib
import dataclasses
import http.server
import json
import re
import select
import socket
import struct
import threading
import time
import urllib.parse

KINDS = {  # kind: what "owns" its models, the forms it can
    "openai": ("openai", {"json_schema", "json_object"}),
    "vllm": ("vllm", {"json_schema", "structured_outputs", "guided_json", "json_object"}),
    "llama.cpp": ("llamacpp", {"json_schema", "llama_schema", "json_object"}),
    "ollama": ("library", {"json_schema", "json_object"}),
    "lmstudio": ("organization_owner", {"json_schema"}),
    "other": ("someone", set()),
}


def words(text):
    """As a tokenizer would cut it, roughly."""
    return re.findall(r"\s*\S+|\s+$", text)


def tokens(text):
    return re.findall(r"\w+|[^\w\s]", text)


@dataclasses.dataclass
class Asked:
    """One chat request, and what became of it. Times are time.monotonic()."""
    path: str
    headers: dict
    body: dict
    started: float
    sent: int = 0          # pieces of text that went out
    gone: float = None     # when the client left before the end
    finished: bool = False

    @property
    def prompt(self):
        """The last message."""
        return self.body["messages"][-1]["content"]

    def text(self):
        """All messages."""
        return "\n".join(m["content"] for m in self.body["messages"])

    def gone_after(self, moment, patience=20):
        """Seconds from the moment until the client left."""
        until = time.monotonic() + patience
        while self.gone is None and not self.finished and time.monotonic() < until:
            time.sleep(0.005)
        assert self.gone is not None, "the client did not leave"
        return self.gone - moment


class Left(Exception):
    """The client is gone."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    asked = None

    def log_message(self, *_):
        pass

    @property
    def world(self):
        return self.server.world

    def do_GET(self):
        self.world.about(self, urllib.parse.urlsplit(self.path).path, {})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        path = urllib.parse.urlsplit(self.path).path
        if path.endswith("/chat/completions"):
            self.world.chat(self, body)
        else:
            self.world.about(self, path, body)

    def reply(self, status, body, kind="application/json", headers=()):
        body = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def put(self, part, pieces=0):
        """One HTTP chunk. pieces: of so many bytes for each TCP segment; 0: all at once."""
        part = part.encode() if isinstance(part, str) else part
        whole = b"%x\r\n%b\r\n" % (len(part), part)
        step = pieces or len(whole)
        try:
            for at in range(0, len(whole), step):
                self.wfile.write(whole[at:at + step])
                if pieces:
                    time.sleep(0.001)
        except OSError:
            raise Left from None
        self.pause(0)

    def end_stream(self):
        with contextlib.suppress(OSError):
            self.wfile.write(b"0\r\n\r\n")

    def pause(self, seconds):
        """Ends early, with Left, when the client leaves or the test is over."""
        until = time.monotonic() + seconds
        while True:
            left = max(0, until - time.monotonic())
            ready = select.select([self.connection], [], [], min(left, 0.05))[0]
            if ready:
                try:
                    gone = not self.connection.recv(1, socket.MSG_PEEK)
                except OSError:
                    gone = True
                if gone:
                    raise Left
                time.sleep(min(left, 0.01))  # it pipelines, which is fine
            if self.world.over.is_set():
                raise Left
            if time.monotonic() >= until:
                return

    def drop(self):
        """With a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # clients that leave are part of the tests


class LlmWorld:
    def __init__(self, kind="other", model="scripted", context=8192, key=None, forms=None, strict_fields=False, port=0, rate=None):
        """rate: pieces a second, where a reply does not say; None: as fast as they go."""
        self.kind, self.model, self.context, self.key, self.rate = kind, model, context, key, rate
        self.owner, can = KINDS[kind]
        self.forms = can if forms is None else set(forms)
        self.strict_fields = strict_fields
        self.default, self.answer = Say("Scripted."), None
        self.asked, self.trials, self.about_log = [], [], []
        self._script, self._lock = [], threading.Lock()
        self.over = threading.Event()
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.world = self
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *replies):
        with self._lock:
            self._script.extend(replies)

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # What is asked

    def allowed(self, handler):
        given = [handler.headers.get("Authorization", ""), "Bearer " + handler.headers.get("api-key", "")]
        if self.key is None or f"Bearer {self.key}" in given:
            return True
        unauthorized()(self, handler)
        return False

    def chat(self, handler, body):
        if not self.allowed(handler):
            return
        asked = Asked(handler.path, {k.lower(): v for k, v in handler.headers.items()}, body, time.monotonic())
        handler.asked = asked
        with self._lock:
            trial = Trial.is_one(asked)
            (self.trials if trial else self.asked).append(asked)
            reply = None if trial or not self._script else self._script.pop(0)
        if trial:
            reply = Trial()
        elif reply is None:
            reply = self.answer(asked) if self.answer else self.default
        try:
            reply(self, handler)
            asked.finished = True
        except (Left, OSError):
            asked.gone = time.monotonic()
            handler.close_connection = True

    def form_of(self, body):
        """The form of structured output that a request wants, and its schema."""
        wanted = body.get("response_format") or {}
        if wanted.get("type") == "json_schema":
            return "json_schema", wanted["json_schema"]["schema"]
        if wanted.get("type") == "json_object":
            return "json_object", None
        if "structured_outputs" in body:
            return "structured_outputs", body["structured_outputs"]["json"]
        for field, form in [("guided_json", "guided_json"), ("json_schema", "llama_schema")]:
            if field in body:
                return form, body[field]
        return None, None

    def about(self, handler, path, body):
        """What it says of itself."""
        self.about_log.append(path)
        models = {"object": "list", "data": [{"id": self.model, "object": "model", "created": 1, "owned_by": self.owner}]}
        if self.kind == "vllm":
            models["data"][0]["max_model_len"] = self.context
        if not self.allowed(handler):
            return
        pages = {"/v1/models": models}
        if self.kind == "llama.cpp":
            pages["/props"] = {"default_generation_settings": {"n_ctx": self.context}, "total_slots": 1, "chat_template": ""}
            pages["/tokenize"] = {"tokens": list(range(len(tokens(body.get("content", "")))))}
        elif self.kind == "vllm":
            n = len(tokens(body.get("prompt", "")))
            pages["/tokenize"] = {"count": n, "max_model_len": self.context, "tokens": list(range(n))}
        elif self.kind == "ollama":
            pages["/api/version"] = {"version": "0.9.0"}
            pages["/api/tags"] = {"models": [{"name": self.model, "model": self.model, "details": {"family": "llama"}}]}
            pages["/api/show"] = {"parameters": f"num_ctx                        {self.context}", "model_info": {"llama.context_length": 131072}}
            pages["/api/ps"] = {"models": []}
        elif self.kind == "lmstudio":
            pages["/api/v0/models"] = {"data": [{"id": self.model, "type": "llm", "loaded_context_length": self.context}]}
        if path in pages:
            handler.reply(200, pages[path])
        else:
            handler.reply(404, {"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}})


@dataclasses.dataclass
class Say:
    """A reply. As a stream it comes in the shape of the world's kind."""
    text: str
    reasoning: str = ""
    finish: str = "stop"
    pieces: list = None        # of the text; default: words
    rate: float = None         # pieces a second
    first_s: float = 0         # before the first piece
    usage: tuple = None        # (prompt, completion) tokens; default: counted. False: never said
    crlf: bool = False         # line ends
    no_space: bool = False     # "data:{...}"
    no_done: bool = False      # no [DONE]
    comments: bool = False     # a keep-alive comment before each event
    segments: int = 0          # bytes for each TCP segment
    cut_characters: bool = False   # in the middle of a character, as servers that stream bytes of tokens do
    no_stream: bool = False    # one JSON object, whatever was asked
    finish_with_text: bool = False  # finish_reason in the last chunk of text
    refusal: str = None

    def __call__(self, world, handler):
        asked = handler.asked
        form, _ = world.form_of(asked.body)
        if form and form not in world.forms and world.strict_fields:
            fail(400, {"error": {"message": f"Unknown field for {form}", "type": "invalid_request_error"}})(world, handler)
        elif self.no_stream or not asked.body.get("stream"):
            handler.pause(self.first_s)
            handler.reply(200, self.whole(world, asked))
        else:
            handler.begin_stream()
            self.stream(world, handler)
            handler.end_stream()

    def counted(self, asked):
        if self.usage is False:
            return None
        n = self.usage or (len(tokens(asked.text())), len(tokens(self.text + self.reasoning)))
        return {"prompt_tokens": n[0], "completion_tokens": n[1], "total_tokens": sum(n)}

    def whole(self, world, asked):
        message = {"role": "assistant", "content": self.text, "refusal": self.refusal}
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        reply = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": world.model,
                 "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}]}
        usage = self.counted(asked)
        return {**reply, "usage": usage} if usage else reply

    def event(self, handler, payload):
        line = payload if isinstance(payload, (str, bytes)) else json.dumps(payload, ensure_ascii=False)
        line = line if isinstance(line, bytes) else line.encode()
        end = b"\r\n" if self.crlf else b"\n"
        comment = b": keep-alive" + end + end if self.comments else b""
        handler.put(comment + (b"data:" if self.no_space else b"data: ") + line + end + end, self.segments)

    def delta(self, world, handler, finish=None, **delta):
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": world.model,
                 "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}
        if world.kind == "openai":
            chunk["usage"] = None
        if world.kind == "ollama":
            chunk["system_fingerprint"] = "fp_ollama"
            chunk["choices"][0]["delta"] = {"role": "assistant", "content": "", **delta}
        self.event(handler, chunk)

    def stream(self, world, handler, end=True):
        asked, kind = handler.asked, world.kind
        thinking = "reasoning" if kind in ("ollama", "other") else "reasoning_content"
        if kind != "ollama":
            self.delta(world, handler, role="assistant", content=None if kind == "llama.cpp" else "")
        handler.pause(self.first_s)
        rate = self.rate or world.rate
        for piece in words(self.reasoning):
            self.delta(world, handler, **{thinking: piece})
            handler.pause(1 / rate if rate else 0)
        pieces = self.pieces if self.pieces is not None else words(self.text)
        for i, piece in enumerate(pieces):
            last = end and self.finish_with_text and i == len(pieces) - 1
            self.say(world, handler, piece, self.finish if last else None)
            asked.sent += 1
            handler.pause(1 / rate if rate else 0)
        if not end:
            return
        if self.refusal:
            self.delta(world, handler, refusal=self.refusal)
        if not self.finish_with_text:
            self.delta(world, handler, finish=self.finish, **({"content": ""} if kind == "ollama" else {}))
        usage = self.counted(asked)
        if usage and (asked.body.get("stream_options") or {}).get("include_usage"):
            self.event(handler, {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": world.model,
                                 "choices": [], "usage": usage})
        if not self.no_done:
            self.event(handler, "[DONE]")

    def say(self, world, handler, piece, finish):
        wide = next((i for i, c in enumerate(piece) if ord(c) > 0x7f), None) if self.cut_characters else None
        if wide is None:
            self.delta(world, handler, finish, content=piece)
            return
        at = len(piece[:wide].encode()) + 1
        for part in (piece.encode()[:at], piece.encode()[at:]):
            text = json.dumps(part.decode(errors="surrogateescape"), ensure_ascii=False).encode(errors="surrogateescape")
            self.event(handler, b'{"choices":[{"index":0,"delta":{"content":' + text + b'}}]}')


class Trial:
    """footnote's own questions about structured output, answered as constrained decoding would."""
    ODD = "quince-7341"

    @classmethod
    def is_one(cls, asked):
        return asked.prompt in ("Say hello.", "Say hello, as JSON.")

    def __call__(self, world, handler):
        form, schema = world.form_of(handler.asked.body)
        works = form in world.forms
        if not works and world.strict_fields:
            fail(400, {"error": {"message": f"{form} is not supported", "type": "invalid_request_error"}})(world, handler)
        elif works:
            Say(json.dumps({"reply": self.ODD} if schema else {"hello": "you"}))(world, handler)
        else:
            Say("Hello!")(world, handler)


# Failures

def fail(status, body="", **headers):
    def reply(world, handler):
        del world
        handler.reply(status, body, headers=[(name.replace("_", "-"), str(value)) for name, value in headers.items()])
    return reply


def error_body(world, status, message, kind, code=None):
    """As its kind of server writes it."""
    if world.kind == "vllm":
        return {"object": "error", "message": message, "type": kind, "param": None, "code": status}
    if world.kind == "llama.cpp":
        return {"error": {"code": status, "message": message, "type": kind}}
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def unauthorized():
    def reply(world, handler):
        sent = handler.headers.get("Authorization", "")
        handler.reply(401, error_body(world, 401, f"Incorrect API key provided: {sent}", "invalid_request_error", "invalid_api_key"))
    return reply


def no_model():
    def reply(world, handler):
        name = handler.asked.body.get("model")
        message = {"ollama": f'model "{name}" not found, try pulling it first',
                   "vllm": f"The model `{name}` does not exist."}.get(world.kind, f"The model '{name}' does not exist")
        handler.reply(404, error_body(world, 404, message, "NotFoundError", "model_not_found"))
    return reply


def overflow():
    def reply(world, handler):
        if world.kind == "llama.cpp":
            body = {"error": {"code": 400, "message": "the request exceeds the available context size, try increasing it",
                              "type": "exceed_context_size_error", "n_prompt_tokens": world.context + 1, "n_ctx": world.context}}
        elif world.kind == "lmstudio":
            body = {"error": "Trying to keep the first 9999 tokens when context the overflows. However, the model is loaded with "
                             f"context length of only {world.context} tokens, which is not enough."}
        else:
            body = error_body(world, 400, f"This model's maximum context length is {world.context} tokens. However, you requested "
                              f"{world.context + 1} tokens.", "BadRequestError", "context_length_exceeded")
        handler.reply(400, body)
    return reply


def server_error():
    return lambda world, handler: handler.reply(500, error_body(world, 500, "CUDA out of memory", "InternalServerError"))


def loading():
    return lambda world, handler: handler.reply(503, error_body(world, 503, "Loading model", "unavailable_error"))


def limited(retry_after=None):
    def reply(world, handler):
        headers = [] if retry_after is None else [("Retry-After", str(retry_after))]
        handler.reply(429, error_body(world, 429, "Rate limit reached", "requests", "rate_limit_exceeded"), headers=headers)
    return reply


def hang():
    return lambda world, handler: handler.pause(3600)


def hang_after(text, **more):
    def reply(world, handler):
        handler.begin_stream()
        Say(text, **more).stream(world, handler, end=False)
        handler.pause(3600)
    return reply


def ping(seconds_between=0.05):
    def reply(world, handler):
        del world
        handler.begin_stream()
        while True:
            handler.put(": OPENROUTER PROCESSING\n\n")
            handler.pause(seconds_between)
    return reply


def drop():
    return lambda world, handler: handler.drop()


def drop_after(text, **more):
    def reply(world, handler):
        handler.begin_stream()
        Say(text, **more).stream(world, handler, end=False)
        handler.pause(0.05)
        handler.drop()
    return reply


def garbage():
    return lambda world, handler: handler.reply(200, b"\x00\xff\xfe not what you think \x80\x81", "text/event-stream")


def html():
    return lambda world, handler: handler.reply(200, "<!DOCTYPE html><title>Welcome to nginx!</title>", "text/html")


def empty():
    return Say("", pieces=[])


def no_body():
    return lambda world, handler: handler.reply(200, b"", "text/event-stream")


def refusal(text="I can not help with that."):
    return Say("", pieces=[], refusal=text)


def filtered(text=""):
    return Say(text, finish="content_filter")


def repeat(unit="I am sorry. ", rate=2000):
    def reply(world, handler):
        handler.begin_stream()
        while True:
            Say(unit, pieces=[unit], rate=rate).stream(world, handler, end=False)
    return reply


def error_after(text, message="the engine is dead"):
    def reply(world, handler):
        handler.begin_stream()
        say = Say(text)
        say.stream(world, handler, end=False)
        if world.kind == "llama.cpp":
            handler.put("error: " + json.dumps({"code": 500, "message": message, "type": "server_error"}) + "\n\n")
        else:
            say.event(handler, {"error": {"message": message, "type": "InternalServerError", "code": 500}})
            say.event(handler, "[DONE]")
        handler.end_stream()
    return reply


def raw(*parts):
    def reply(world, handler):
        del world
        handler.close_connection = True
        for part in parts:
            if isinstance(part, bytes):
                handler.wfile.write(part)
            else:
                handler.pause(part)
    return reply
