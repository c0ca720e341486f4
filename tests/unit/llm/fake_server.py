#!/usr/bin/env python3
"""A llama-server that loads nothing: takes the same flags and variables and answers /health. What it does wrong stands in the
file named in LLAMA_ARG_FAKE, one word a start (the last one stays): ok, late, never, exit, hang, hang-term, flood, child."""
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

flags = dict(zip(sys.argv[1::1], sys.argv[2::1]))
port = int(flags["--port"])
script = os.environ["LLAMA_ARG_FAKE"]
starts = script + ".starts"
number = len(open(starts).read().split()) if os.path.exists(starts) else 0
with open(starts, "a") as f:
    f.write(f"{os.getpid()} ")
words = open(script).read().split()
word = words[min(number, len(words) - 1)]
with open(script + ".seen", "w") as f:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ), "group": os.getpgid(0) == os.getpid(),
               "fds": sorted(int(fd) for fd in os.listdir("/proc/self/fd")), "cwd": os.getcwd(),
               "command_line": open("/proc/self/cmdline").read().replace("\0", " ")}, f)
print(f"start {number}: {word}", flush=True)

if word == "exit":
    print("cannot load the model", file=sys.stderr)
    sys.exit(3)
if word == "hang-term":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if word == "child":
    subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)
begun = time.monotonic()
hung = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        age = time.monotonic() - begun
        if self.path == "/hang":  # from now on
            hung.set()
        elif hung.is_set():
            time.sleep(1000)
        status = 503 if word == "never" or (word == "late" and age < 0.7) else 200
        body = json.dumps({"status": "ok" if status == 200 else "loading model", "start": number}).encode()
        if self.path not in ("/health", "/hang") and self.headers.get("Authorization") != "Bearer " + os.environ["LLAMA_API_KEY"]:
            status, body = 401, b"{}"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def server_bind(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if os.environ.get("LLAMA_ARG_REUSE_PORT"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


server = Server((flags["--host"], port), Handler)
if word == "flood":
    def flood():
        while True:
            print("x" * 200, flush=True)
    threading.Thread(target=flood, daemon=True).start()
server.serve_forever()
