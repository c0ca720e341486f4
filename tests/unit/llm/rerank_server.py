#!/usr/bin/env python3
"""A reranking service on loopback that does what its path says. Prints its port. A document's score is the share of the query's
words that it has. GET /log: the requests so far."""
import http.server
import json
import socket
import struct
import threading
import time

lock = threading.Lock()
log, flaky = [], [0]


def scores(query, documents):
    words = query.lower().split()
    return [sum(w in d.lower().split() for w in words) / len(words) for d in documents]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self, status, body, headers=()):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with lock:
            self.say(200, json.dumps(log))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path
        with lock:
            log.append({"path": path, "body": body, "key": self.headers.get("Authorization")})
            flaky[0] += path == "/second-fails"
            turn = flaky[0]
        if path.startswith("/tei"):
            if "texts" not in body:
                return self.say(422, '{"error": "missing field `texts`"}')
            found = [{"index": i, "score": s} for i, s in enumerate(scores(body["query"], body["texts"]))]
            return self.say(200, json.dumps(sorted(found, key=lambda r: -r["score"])))
        if "documents" not in body:
            return self.say(422, "{}")
        found = [{"index": i, "relevance_score": s, "document": {"text": "x"}}
                 for i, s in enumerate(scores(body["query"], body["documents"]))]
        found.sort(key=lambda r: -r["relevance_score"])
        last = found[-1]
        if path == "/hang":
            time.sleep(60)
        if path == "/slow":
            time.sleep(1.5)
        if path in ("/429", "/500", "/401", "/404", "/413"):
            return self.say(int(path[1:]), "{}", [("Retry-After", "30")] if path == "/429" else [])
        if path == "/second-fails" and turn == 2:
            return self.say(500, "{}")
        if path == "/reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            raise ConnectionResetError
        text = None
        if path == "/garbage":
            text = "\x00\xff{[" * 100
        elif path == "/html":
            text = "<html>Welcome"
        elif path == "/deep":
            text = "[" * 500000
        elif path == "/big":
            text = json.dumps({"results": found, "padding": "x" * 2000000})
        elif path == "/string":
            text = '"results"'
        elif path == "/null":
            text = '{"results": null}'
        elif path == "/numbers":
            text = json.dumps({"results": [1] * len(found)})
        elif path == "/nan":
            last["relevance_score"] = float("nan")
        elif path == "/infinite":
            text = json.dumps({"results": found}).replace(str(last["relevance_score"]), "1e999", 1)
        elif path == "/text-score":
            last["relevance_score"] = "0.5"
        elif path == "/no-score":
            del last["relevance_score"]
        elif path == "/beyond":
            last["index"] = len(found)
        elif path == "/negative":
            last["index"] = -1
        elif path == "/fraction":
            last["index"] = 0.5
        elif path == "/twice":
            last["index"] = found[0]["index"]
        elif path == "/fewer":
            found.pop()
        elif path == "/more":
            found.append(dict(last))
        self.say(200, text or json.dumps({"model": "m", "results": found}))

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
