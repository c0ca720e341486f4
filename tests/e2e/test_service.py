"""A server left running among strangers: damage, signals, a log that nobody reads, and what operators ask it."""
import concurrent.futures
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time

import pytest
import support
from support import ASK, BINARY, CHAT, PATIENCE_S, Server, chat, check_error, content, environment, footnote


@pytest.fixture
def own_data(tmp_path, data):
    """A copy of the data folder, for a test that damages it."""
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    return folder


@contextlib.contextmanager
def running(folder, tmp_path, *flags):
    server = Server(folder, tmp_path / "log", *flags)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def flip(folder, text, bits, at=2):
    """Flips bits of a byte wherever the index has this text."""
    path = folder / "index" / "postlist.glass"
    whole, wanted = bytearray(path.read_bytes()), text.encode()
    places = [m.start() for m in re.finditer(re.escape(wanted), bytes(whole))]
    assert places
    for place in places:
        whole[place + at] ^= bits
    path.write_bytes(whole)


def test_text_that_is_no_utf8_hangs_nobody(start, own_data):
    flip(own_data, "Lumenport", 0x80)
    server = start("--no-auth", folder=own_data)
    replies = [server.ask() for _ in range(3)]
    assert {reply.status for reply in replies} == {500}
    error = check_error(replies[0], 500)
    assert str(own_data) not in error["message"] and "/" not in error["message"], error
    assert server.call("GET", "/health").status == 200
    ready = server.call("GET", "/readyz")
    assert ready.status == 503 and "index" in ready.json()["reason"], ready
    cause = [line for line in server.log_text().splitlines() if " failed " in line]
    assert len(cause) == 3 and f"id={replies[0].headers['x-request-id']} " in cause[0] and "damaged" in cause[0], cause
    assert server.stop() == 0


@pytest.mark.parametrize("bits", [0x80, 0x01], ids=["no UTF-8", "another letter"])
def test_damage_is_found(own_data, bits):
    assert footnote("index", "check", data=own_data).returncode == 0
    flip(own_data, "Lumenport", bits)
    checked = footnote("index", "check", data=own_data)
    assert checked.returncode == 1 and "damaged" in checked.stderr, checked
    doctor = footnote("doctor", "--no-auth", data=own_data)
    assert doctor.returncode == 1 and re.search(r"FAIL +index ", doctor.stdout), doctor.stdout


def hang_a_worker(server, data, folder):
    """The index appears while the server runs, and a file of it blocks whoever opens it."""
    time.sleep(0.3)  # the view of the index that was opened at the start counts as fresh for a moment
    index = folder / "made"
    shutil.copytree(data / "index", index)
    (index / "postlist.glass").unlink()
    os.mkfifo(index / "postlist.glass")
    index.rename(folder / "index")
    threading.Thread(target=lambda: _quietly(server), daemon=True).start()
    time.sleep(0.5)


def _quietly(server):
    try:
        server.ask(key=None)
    except (OSError, support.http.client.HTTPException):
        pass


@pytest.mark.parametrize("twice", [True, False], ids=["asked twice", "asked once"])
def test_a_worker_that_hangs_does_not_keep_the_server(start, data, tmp_path, twice):
    folder = tmp_path / "empty"
    server = start("--no-auth", "--stop-grace-ms", 100, folder=folder)
    hang_a_worker(server, data, folder)
    assert server.call("GET", "/health", key=None).status == 200
    server.process.send_signal(signal.SIGTERM)
    if twice:
        time.sleep(0.3)
        assert server.alive()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(6) == 1  # without a second signal it takes eight seconds
    assert server.stop() == 1


def test_a_log_that_nobody_reads_stops_nothing(own_data, new_key):
    """Standard error is a pipe that is full after some hundred lines."""
    key = new_key(own_data)
    process = subprocess.Popen([BINARY, "serve", "--data", str(own_data), "--listen", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(own_data))
    try:
        port = int(re.search(rb":(\d+)", process.stdout.readline()).group(1))
        connection = support.http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        for _ in range(7000):
            assert support.call_on(connection, "GET", "/v1/models", headers={"Authorization": f"Bearer {key}"}).status in (200, 429)
        connection.close()
        rest = {}
        reader = threading.Thread(target=lambda: rest.update(log=process.stderr.read()))
        reader.start()
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        reader.join()
    finally:
        process.kill()
        process.wait()
    lines = rest["log"].decode().splitlines()
    dropped = sum(int(m.group(1)) for line in lines if (m := re.search(r" log_dropped lines=(\d+)", line)))
    assert dropped > 0
    assert sum(" request " in line for line in lines) + dropped == 7000


def test_signals_that_are_no_end(start, tmp_path, own_data):
    settings, log = tmp_path / "own.ini", tmp_path / "log"
    settings.write_text("log_level = info\nrate_per_minute = 7\n")
    server = start("--config", settings, "--log-file", log, folder=own_data, key="none")
    for sign in (signal.SIGUSR1, signal.SIGUSR2):
        server.process.send_signal(sign)
    reply = server.ask()
    assert reply.status == 401 and reply.headers["x-ratelimit-limit-requests"] == "7"

    wait_for(log, " request ")  # it is logged once both sides are done with it, a little after the reply
    log.rename(tmp_path / "old")
    settings.write_text("log_level = info\nrate_per_minute = 9\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(log, " reload log_level=info rate_per_minute=9")
    assert server.ask().headers["x-ratelimit-limit-requests"] == "9"
    assert (tmp_path / "old").read_text().count(" request ") == 1

    settings.write_text("log_level = loud\nrate_per_minute = 11\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(log, " reload refused")
    assert server.ask().headers["x-ratelimit-limit-requests"] == "9"
    assert server.stop() == 0


def wait_for(path, text):
    until = time.monotonic() + PATIENCE_S
    while not path.exists() or text not in path.read_text():
        assert time.monotonic() < until, path.read_text() if path.exists() else "no file"
        time.sleep(0.05)


def test_strangers_texts_forge_no_log_lines(start, own_data):
    name = 'a" status=200 id="b'
    key = footnote("key", "create", name, data=own_data).stdout.strip()
    server = start(folder=own_data, key=key)
    assert server.call("GET", "/v1/models").status == 200
    assert server.call("GET", f"/{key}").status == 404
    assert server.call("GET", f"/v1/models/{key}").status == 404
    assert server.stop() == 0
    log = server.log_text()
    assert key not in log and key[8:20] not in log, log
    assert 'key="a\\" status=200 id=\\"b"' in log, log


EVIL = "http://evil.example"


def test_web_sites_cannot_use_a_server_without_keys(open_server):
    """What a browser on this machine would send for a page of somebody else's."""
    own = {"Host": f"127.0.0.1:{open_server.port}"}
    for host in ("evil.example", f"evil.example:{open_server.port}", "127.0.0.1.evil.example", "localhost.evil.example", "127.1",
                 "0.0.0.0", "[::2]", "user@127.0.0.1"):
        check_error(open_server.ask(headers={"Host": host}), 403, code="host_not_allowed")
        check_error(open_server.call("GET", "/health", headers={"Host": host}), 403, code="host_not_allowed")
    for host in ("localhost", f"LOCALHOST:{open_server.port}", "app.localhost", "127.0.0.1", "127.8.8.8:80", "[::1]", "[::1]:80"):
        assert open_server.ask(headers={"Host": host}).status == 200, host
    for headers in ({**own, "Origin": EVIL}, {**own, "Origin": "null"}, {**own, "Origin": "http://localhost:3000"}):
        check_error(open_server.ask(headers=headers), 403, code="origin_not_allowed")
        asked = open_server.call("OPTIONS", CHAT, headers={**headers, "Access-Control-Request-Method": "POST"})
        assert asked.status == 403 and "access-control-allow-origin" not in asked.headers
    got = support.raw(open_server, b"GET http://evil.example/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 403 ")
    assert open_server.ask(headers={**own, "Origin": "http://" + own["Host"]}).status == 200
    body = support.json.dumps(chat()).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        check_error(open_server.call("POST", CHAT, body, {"Content-Type": kind} if kind else {}), 415)
    assert "access-control-allow-origin" not in open_server.ask().headers


def test_cors_by_a_setting(start, server, data):
    app = "https://app.example"
    open_to_app = start("--no-auth", "--cors", f"{app}, http://localhost:3000")
    listed = open_to_app.ask(headers={"Origin": app})
    assert listed.status == 200 and listed.headers["access-control-allow-origin"] == app and listed.headers["vary"] == "Origin"
    asked = open_to_app.call("OPTIONS", CHAT, headers={"Origin": app, "Access-Control-Request-Method": "POST"})
    assert asked.status == 204 and asked.headers["access-control-allow-origin"] == app
    assert open_to_app.ask(headers={"Origin": EVIL}).status == 403

    closed = start("--cors", "none")
    reply = closed.ask(headers={"Origin": EVIL})
    assert reply.status == 200 and "access-control-allow-origin" not in reply.headers
    asked = closed.call("OPTIONS", CHAT, headers={"Origin": EVIL, "Access-Control-Request-Method": "POST"})
    assert "access-control-allow-methods" not in asked.headers
    assert server.ask(headers={"Origin": EVIL}).headers["access-control-allow-origin"] == "*"

    for flags in (["--no-auth", "--cors", "*"], ["--cors", "evil.example"], ["--cors", "https://a.example/path"]):
        assert footnote("serve", "--listen", "127.0.0.1:0", *flags, data=data).returncode == 2, flags


def resident_kb(server):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text()).group(1))


@pytest.mark.parametrize("count, status", [(340000, 413), (39000, 200)], ids=["more than is read", "as many as are read"])
def test_bodies_of_many_values_take_little_memory(start, count, status):
    server = start("--no-auth")
    body = support.json.dumps(chat()).encode()[:-1] + b',"metadata":{"a":[' + b",".join([b"{}"] * count) + b"]}}"
    before, most = resident_kb(server), 0
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for reply in pool.map(lambda _: server.post(body), range(64)):
            assert reply.status == status, reply
            most = max(most, resident_kb(server))
    if "san-" not in os.environ.get("FOOTNOTE_BINARY", ""):
        assert most - before < 400 * 1024, f"{most - before} KiB"
        assert resident_kb(server) - before < 64 * 1024, f"{resident_kb(server) - before} KiB stay"


HARMFUL = "\x1b\x08\x9b\u202e\u2066\u200f"


def harmless(text):
    return not any(c in text for c in HARMFUL)


def test_pages_command_no_terminal(start, tmp_path):
    """Controls and direction characters of pages reach neither terminals nor clients, nor do links that are programs."""
    said = "The Grimsund Tower is \x1b[31m77\x08 metres\x9b high\u202e and \u2066red\u200f."
    pages = [{"url": "https://a.example/1", "title": "Grim\x1bsund\u202e", "text": said},
             {"url": "javascript:alert(1)", "title": "Grimsund", "text": "The Grimsund Tower is 78 metres high."}]
    added = footnote("index", "add", "-", data=tmp_path, stdin="".join(support.json.dumps(p) + "\n" for p in pages))
    assert "1 pages added" in added.stderr and harmless(added.stderr), added.stderr
    for flags in ([], ["--json"]):
        found = footnote("index", "search", "grimsund", "tower", *flags, data=tmp_path)
        assert found.returncode == 0 and harmless(found.stdout) and "javascript" not in found.stdout, found.stdout
    server = start("--no-auth", folder=tmp_path)
    reply = server.ask("How high is the Grimsund Tower?")
    assert "77" in content(reply.json()) and harmless(support.json.dumps(reply.json(), ensure_ascii=False))
    assert "javascript" not in reply.body.decode()
    for name in ("page.txt", "page.md", "page.html"):
        (tmp_path / name).write_text(said.replace("\x1b", "&#27;\x1b") if "html" in name else said)
        for flags in ([], ["--json"]):
            got = footnote("extract", *flags, tmp_path / name)
            assert got.returncode == 0 and "77" in got.stdout and harmless(got.stdout), (name, got.stdout)


def slow_reader(server, body):
    """A client that sends its request and reads nothing, with a small receive buffer."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    sock.connect(("127.0.0.1", server.port))
    sock.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                 .encode() + body)
    return sock


def long_document(count=1600):
    return support.json_schema({"type": "object", "properties": {f"f{i}": {"type": "string"} for i in range(count)},
                                "required": [f"f{i}" for i in range(count)]})


@pytest.mark.parametrize("stream", [True, False])
def test_slow_readers_hold_no_workers(start, stream):
    server = start("--no-auth", "--workers", 2, "--write-timeout-ms", 4000, "--max-input-chars", 100000)
    whole = server.ask(response_format=long_document())
    assert whole.status == 200 and len(whole.body) > 150000, len(whole.body)
    body = support.json.dumps(chat(response_format=long_document(), stream=stream)).encode()
    begun = time.monotonic()
    readers = [slow_reader(server, body) for _ in range(8)]
    until = time.monotonic() + PATIENCE_S
    while server.ask().status != 200:  # in the queue behind eight long documents
        assert time.monotonic() < until
    for _ in range(10):
        assert server.ask().status == 200
    assert "slow_reader" not in server.log_text() or time.monotonic() - begun > 4, "answers came only when readers were cut"
    readers[0].settimeout(PATIENCE_S)
    log_until(server, " slow_reader ", 8)  # in the end they are cut: bounded time for unread bytes
    for sock in readers:
        sock.close()
    assert server.stop() == 0


def log_until(server, text, count):
    until = time.monotonic() + PATIENCE_S
    while server.log_text().count(text) < count:
        assert time.monotonic() < until, server.log_text()[-3000:]
        time.sleep(0.1)


@pytest.fixture
def silence():
    """The address of a service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_one_key_does_not_lock_the_others_out(start, new_key, silence):
    """A key fills workers and queue with questions that take long. Others are answered at once, and time limits hold."""
    server = start("--workers", 8, "--queue-length", 24, "--providers", f"index, searxng {silence}", "--allow", "127.0.0.1",
                   "--rate-per-minute", 100000)
    greedy, other = server.key, new_key()
    alone = int(server.ask(key=other).headers["openai-processing-ms"])  # most of it for the silent service
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        replies = [pool.submit(server.ask, support.NOWHERE, key=greedy, model="core", max_seconds=6) for _ in range(30)]
        log_until(server, "status=429", 1)  # the key's share of the places is full
        waiting = server.ask(key=other)
        assert waiting.status == 200, waiting
        assert int(waiting.headers["openai-processing-ms"]) < 2 * alone + 1000, (alone, waiting)
        begun = time.monotonic()
        late = server.ask(support.NOWHERE, key=other, model="core", max_seconds=1)
        assert late.status in (200, 504) and time.monotonic() - begun < 5, late  # the others' take six
        found = sorted(r.result().status for r in replies)
    assert found.count(429) == 30 - (8 + 12), found
    for reply in replies:
        assert int(reply.result().headers["openai-processing-ms"]) < 14000, reply.result()  # one behind the other they took 23


def idle(server, count):
    return [server.connect(5) for _ in range(count)]


def test_idle_connections_keep_nobody_out(start):
    server = start("--max-connections", 64, "--body-timeout-ms", 60000)
    mine = support.http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    assert support.call_on(mine, "GET", "/v1/models", headers=server.headers()).status == 200
    socks = idle(server, 150)
    for sock in socks[-20:]:
        sock.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n")
    for _ in range(20):
        assert server.call("GET", "/health", key=None, timeout=PATIENCE_S).status == 200
    # A connection that has shown a key stays.
    assert support.call_on(mine, "GET", "/v1/models", headers=server.headers()).status == 200
    assert server.log_text().count(" warn connections ") == 1
    for sock in socks:
        sock.close()
    mine.close()
    assert server.stop() == 0


def test_a_request_line_in_drips_has_a_deadline(start):
    server = start("--body-timeout-ms", 1000, "--idle-timeout-ms", 60000)
    with server.connect() as sock:
        begun = time.monotonic()
        try:
            for byte in b"GET /" + b"a" * 200:
                sock.sendall(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            pass
        assert 1 < time.monotonic() - begun < PATIENCE_S
    assert server.stop() == 0


def test_few_descriptors_are_told_and_kept_for_answers(own_data, tmp_path, new_key):
    key, log = new_key(own_data), tmp_path / "log"
    command = ["prlimit", "--nofile=80:80", BINARY, "serve", "--data", str(own_data), "--listen", "127.0.0.1:0"]
    with open(log, "wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment(own_data))
    try:
        port = int(re.search(rb":(\d+)", process.stdout.readline()).group(1))
        wait_for(log, " warn limits ")
        socks = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(120)]
        connection = support.http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        body, headers = support.json.dumps(chat()), {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        assert support.call_on(connection, "POST", CHAT, body, headers).status == 200
        connection.close()
        for sock in socks:
            sock.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()


def test_a_locked_file_of_interactions_delays_nobody(start, own_data):
    server = start("--no-auth", folder=own_data)
    first = server.answer()
    assert server.call("GET", "/readyz").status == 200
    holder = sqlite3.connect(own_data / "interactions.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        locked = list(pool.map(lambda i: server.ask(stream=i % 2 == 1), range(6)))
    assert time.monotonic() - begun < 12  # one behind the other, five seconds each, they took 25
    for reply in locked:
        assert reply.status == 200
        last = reply.json() if "json" in reply.headers["content-type"] else [c for c in support.chunks(reply) if "warnings" in c][-1]
        assert last["interaction_id"] is None and any("kept" in w for w in last["warnings"]), last
    ready = server.call("GET", "/readyz")
    assert ready.status == 503 and "conversations" in ready.json()["reason"], ready
    assert f"id={locked[0].headers['x-request-id']} not kept" in server.log_text()
    holder.execute("ROLLBACK")
    holder.close()
    time.sleep(1.1)
    again = server.answer(previous_interaction_id=first["interaction_id"])
    assert again["interaction_id"] and server.call("GET", "/readyz").status == 200


def test_nothing_is_for_every_user_of_the_machine(start, tmp_path):
    folder = tmp_path / "made before"
    folder.mkdir(mode=0o755)
    assert footnote("index", "add", support.HERE / "pages.jsonl", data=folder).returncode == 0
    server = start("--no-auth", "--log-file", folder / "log", folder=folder)
    server.answer()
    assert server.stop() == 0
    for path in folder.rglob("*"):
        assert path.stat().st_mode & stat.S_IRWXO == 0, path


def test_refused_keys_are_slowed_down(start):
    server = start("--rate-per-minute", 100000)
    connection = support.http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    found = [support.call_on(connection, "GET", "/v1/models", headers={"x-api-key": f"fn-{i}"}) for i in range(400)]
    assert found[0].status == 401 and found[-1].status == 429 and int(found[-1].headers["retry-after"]) > 0
    assert server.ask().status == 200, "a valid key from the same address passes"
    connection.close()


# What a proxy before the server may read otherwise; each hides a second request.
MALFORMED = {
    "space before the colon": b"Transfer-Encoding : chunked\r\n", "tab before the colon": b"Transfer-Encoding\t: chunked\r\n",
    "folded coding": b"Transfer-Encoding:\r\n chunked\r\n", "folded header": b"A: b\r\n c\r\nTransfer-Encoding: chunked\r\n",
    "space behind the coding": b"Transfer-Encoding: chunked \r\n", "vertical tab": b"Transfer-Encoding: \x0bchunked\r\n",
    "NUL in a value": b"A: b\0c\r\nTransfer-Encoding: chunked\r\n", "NUL at its end": b"A: b\0\r\nTransfer-Encoding: chunked\r\n",
    "NUL in the last value": b"Transfer-Encoding: chunked\r\nA: b\0c\r\n", "NUL in the coding": b"Transfer-Encoding: chunked\0x\r\n",
    "bare CR": b"A: b\rTransfer-Encoding: chunked\r\n", "bare CR in the coding": b"Transfer-Encoding: chunked\rA: b\r\n",
    "name that is no token": b"A(b): c\r\nTransfer-Encoding: chunked\r\n", "space before the length": b"Content-Length : 2\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_heads_hide_no_requests(open_server, name):
    hidden = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode() + MALFORMED[name]
    got = support.raw(open_server, head + b"\r\n2\r\n{}\r\n0\r\n\r\n" + hidden, timeout=5)
    found = [int(s) for s in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)]
    assert found in ([400], [501]), got
    assert b'{"error":' in got and b"connection: close" in got.lower(), got


def test_usual_heads_pass(open_server):
    for extra in (b"A:\r\n", b"A: \r\nB:c\r\n", b"A:  b\tc  \r\nD: e\r\n", "A: \u00e9\u4e91\r\n".encode(), b"a!#$%&'*+-.^_`|~: x\r\n"):
        got = support.raw(open_server, b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + extra + b"Connection: close\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 200 "), (extra, got)
    for head in (b"GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n", b"GET /health HTTP/1.0\r\n\r\n"):
        assert support.raw(open_server, head).startswith(b"HTTP/1.1 200 "), head
    two = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert support.raw(open_server, two).count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize("text", ["[", "![[", "![a", "[a](", "[[a](b ", "<a ", "<a b=\"", "<!--", "> ", "|"])
def test_markdown_is_read_in_one_walk(tmp_path, text):
    """Marks that nothing closes: these took up to a minute for so many bytes."""
    (tmp_path / "page.md").write_text("# Title\n\n[first](https://a.example) line\n\n" + text * (4 * 1024 * 1024 // len(text)))
    begun = time.monotonic()
    got = footnote("extract", tmp_path / "page.md")
    assert got.returncode == 0 and got.stdout.startswith("# Title\n\nfirst line\n"), got.stdout[:200]
    assert time.monotonic() - begun < PATIENCE_S


def test_no_core_dumps_with_keys(open_server):
    limits = pathlib.Path(f"/proc/{open_server.process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits), limits


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_a_restart_fills_no_bucket(start, tmp_path, own_data, sign):
    key = footnote("key", "create", "greedy", data=own_data).stdout.split()[-1]
    limit = 30

    def used_up():
        with running(own_data, tmp_path, "--rate-per-minute", limit) as server:
            taken = [server.call("GET", "/v1/models", key=key).status for _ in range(limit + 20)].count(200)
            time.sleep(2.5)  # the file is written once a second
            server.process.send_signal(sign)
            server.process.wait()
        return taken
    assert used_up() >= limit
    assert used_up() <= limit - 10  # one comes back every two seconds
