"""What an operator does with a server: proxies in front of it, the service manager, stopping gently, backup and restore."""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time
import zipfile

import pytest
from support import ASK, BINARY, CHAT, PATIENCE_S, Server, chat, check_error, content, environment, footnote
from world import World


def create(folder, name, *options):
    done = footnote("key", "create", name, *options, data=folder)
    assert done.returncode == 0, done
    return done.stdout.strip()


def client_in_log(server, headers):
    start = server.log.stat().st_size
    reply = server.call("GET", "/health", headers=headers, key=None)
    assert reply.status == 200
    until = time.monotonic() + 5
    while not (found := re.search(r"client=(\S+) .*id=" + reply.headers["x-request-id"], server.log_text(start))):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found.group(1)


@pytest.mark.parametrize("headers, client", [
    ({}, "127.0.0.1"),
    ({"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
    ({"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}, "203.0.113.9"),  # the first one is the client's own invention
    ({"X-Forwarded-For": "198.51.100.1, 203.0.113.9, 10.1.2.3"}, "203.0.113.9"),  # two proxies of ours
    ({"X-Forwarded-For": "10.9.9.9, 10.1.2.3"}, "10.9.9.9"),
    ({"X-Forwarded-For": "203.0.113.9:4711"}, "203.0.113.9"),
    ({"X-Forwarded-For": "[2001:db8::7]:443"}, "2001:db8::7"),
    ({"X-Forwarded-For": "2001:db8::7"}, "2001:db8::7"),
    ({"X-Forwarded-For": "203.0.113.9, nonsense"}, "127.0.0.1"),
    ({"X-Forwarded-For": "203.0.113.9, ,"}, "127.0.0.1"),
    ({"X-Forwarded-For": "," * 2000}, "127.0.0.1"),
    ({"Forwarded": "for=203.0.113.9"}, "127.0.0.1"),
])
def test_a_trusted_proxy_says_who_the_client_is(proxied, headers, client):
    assert client_in_log(proxied, headers) == client


@pytest.fixture(scope="module")
def proxied(start):
    return start("--trusted-proxies", "127.0.0.1, 10.0.0.0/8", "--no-auth")


@pytest.mark.parametrize("value, client", [
    ('for=203.0.113.9;proto=https', "203.0.113.9"), ('for="[2001:db8::7]:80";by=10.0.0.1', "2001:db8::7"),
    ('for=198.51.100.1, For="203.0.113.9:80"', "203.0.113.9"), ("for=unknown", "127.0.0.1"), ("proto=https", "127.0.0.1"),
])
def test_the_standard_header(start, value, client):
    server = start("--trusted-proxies", "127.0.0.0/8", "--proxy-header", "forwarded", "--no-auth")
    assert client_in_log(server, {"Forwarded": value, "X-Forwarded-For": "192.0.2.1"}) == client
    server.stop()


def test_nobody_is_trusted_by_default(open_server, start):
    assert client_in_log(open_server, {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}) == "127.0.0.1"
    other = start("--no-auth", "--trusted-proxies", "10.0.0.0/8")
    assert client_in_log(other, {"X-Forwarded-For": "203.0.113.9"}) == "127.0.0.1"


def test_limits_go_by_the_client_behind_the_proxy(start):
    server = start("--trusted-proxies", "127.0.0.1")
    status = {}
    for address in ("203.0.113.1", "203.0.113.2"):
        n = 320 if address.endswith("1") else 1
        status[address] = {server.call("GET", "/v1/models", headers={"X-Forwarded-For": address}, key="wrong").status for _ in range(n)}
    assert status == {"203.0.113.1": {401, 429}, "203.0.113.2": {401}}


@pytest.mark.parametrize("flags, says", [
    (["--trusted-proxies", "10.0.0.0/33"], "10.0.0.0/33"), (["--trusted-proxies", "proxy.example"], "proxy.example"),
    (["--proxy-header", "X-Real-IP"], "X-Forwarded-For"),
])
def test_wrong_proxies_are_refused(data, flags, says):
    done = footnote("serve", "--listen", "127.0.0.1:0", "--no-auth", *flags, data=data)
    assert done.returncode == 2 and says in done.stderr, done


def test_readiness_goes_first(start):
    server = start("--no-auth", "--drain-ms", 1500)
    assert server.call("GET", "/readyz").status == 200
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    ready = server.call("GET", "/readyz")
    assert ready.status == 503 and "stop" in ready.json()["reason"]
    assert server.call("GET", "/healthz").status == 200 and server.ask().status == 200  # still served
    assert server.stop(0) == 0


class Manager:
    """What systemd would be told."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(PATIENCE_S)

    def next(self, ignore=b"WATCHDOG=1"):
        while True:
            got = self.socket.recv(4096)
            if got != ignore:
                return got


@pytest.mark.parametrize("abstract", [False, True])
def test_the_service_manager_is_told(start, tmp_path, abstract):
    name = f"@footnote-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    manager = Manager("\0" + name[1:] if abstract else name)
    server = start("--no-auth", env={"NOTIFY_SOCKET": name, "WATCHDOG_USEC": 200000})
    assert manager.next() == b"READY=1"
    beats = [time.monotonic() for _ in range(5) if manager.next(ignore=None) == b"WATCHDOG=1"]
    assert len(beats) == 5 and beats[-1] - beats[0] < 2
    server.process.send_signal(signal.SIGHUP)
    assert manager.next().startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert manager.next() == b"READY=1"
    server.process.send_signal(signal.SIGTERM)
    assert manager.next() == b"STOPPING=1"
    assert server.stop(0) == 0


@pytest.fixture
def own(tmp_path, data):
    shutil.copytree(data / "index", tmp_path / "own" / "index")
    return tmp_path / "own"


def test_backup_and_restore_under_load(start, own, tmp_path):
    """A backup that is taken while questions are asked, keys made and pages added is whole, and answers elsewhere."""
    key, kept = create(own, "ada", "--quota", 100000), tmp_path / "kept.zip"
    server = start("--rate-per-minute", 0, folder=own)
    first = server.ask(key=key).json()
    stop, failures = threading.Event(), []

    def ask():
        while not stop.is_set():
            if server.ask(key=key).status != 200:
                failures.append("a question failed")

    def add():
        n = 0
        while not stop.is_set():
            n += 1
            page = {"url": f"https://added.example/{n}", "title": "Added", "text": f"Page {n} was added while a backup ran. " * 20}
            done = footnote("index", "add", "-", data=own, stdin=json.dumps(page) + "\n")
            if done.returncode:
                failures.append(done.stderr)

    threads = [threading.Thread(target=f) for f in (ask, ask, add)]
    [t.start() for t in threads]
    time.sleep(0.5)
    for i in range(3):
        done = footnote("backup", "--replace", kept, data=own)
        assert done.returncode == 0, done
    stop.set()
    [t.join() for t in threads]
    assert not failures
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and not list(tmp_path.glob("*parts*"))
    assert footnote("restore", "--check", kept, data=tmp_path / "nowhere").returncode == 0
    assert not (tmp_path / "nowhere").exists()

    elsewhere = tmp_path / "elsewhere"
    done = footnote("restore", kept, data=elsewhere)
    assert done.returncode == 0, done
    assert footnote("index", "check", data=elsewhere).returncode == 0
    other = start("--rate-per-minute", 0, folder=elsewhere)
    again = other.ask(key=key)
    assert again.status == 200 and content(again.json()) == content(first)
    went_on = other.ask("How high is it?", key=key, previous_interaction_id=first["interaction_id"])
    assert went_on.status == 200, went_on.body
    used = other.call("GET", "/v1/usage", key=key).json()["data"]
    assert used and used[0]["questions"] > 1
    assert footnote("index", "add", "-", data=elsewhere, stdin=json.dumps(
        {"url": "https://more.example/", "title": "More", "text": "The Zorbax engine was built by Ilse Quandt in 1931."}) + "\n").returncode == 0
    said, until = "", time.monotonic() + PATIENCE_S  # a server looks for new pages once a second
    while "Quandt" not in said and time.monotonic() < until:
        said = content(other.ask("Who built the Zorbax engine?", key=key).json())
        time.sleep(0.2)
    assert "Quandt" in said


def test_restore_takes_the_place_of_what_is_there(start, own, tmp_path):
    old, kept = create(own, "old"), tmp_path / "kept.zip"
    (own / "footnote.ini").write_text("log_level = info\n")
    assert footnote("backup", kept, data=own).returncode == 0
    assert footnote("backup", kept, data=own).returncode == 1  # it is there
    new = create(own, "new")
    server = start(folder=own)
    refused = footnote("restore", kept, data=own)
    assert refused.returncode == 1 and "Stop the server" in refused.stderr, refused
    assert server.call("GET", "/v1/models", key=new).status == 200
    assert not list(own.glob("restore.*"))
    server.stop()
    done = footnote("restore", kept, data=own)
    assert done.returncode == 0, done
    server = start(folder=own)
    assert server.call("GET", "/v1/models", key=old).status == 200
    assert server.call("GET", "/v1/models", key=new).status == 401
    assert server.ask(key=old).status == 200
    (before,) = own.glob("before-restore-*")
    with sqlite3.connect(before / "state.db") as db:
        assert db.execute("SELECT count(*) FROM keys").fetchone() == (2,)
    assert (own / "footnote.ini").exists()


def test_a_restore_that_was_broken_off_is_finished(start, own, tmp_path):
    key, kept = create(own, "ada"), tmp_path / "kept.zip"
    assert footnote("backup", kept, data=own).returncode == 0
    # As if it had been killed after the first part was put in place.
    ready = own / "restore.ready"
    with zipfile.ZipFile(kept) as z:
        z.extractall(ready)
    (ready / "state.db").unlink()
    done = footnote("serve", "--listen", "127.0.0.1:0", data=own)
    assert done.returncode == 1 and "footnote restore" in done.stderr
    assert footnote("restore", kept, data=own).returncode == 0
    assert not ready.exists()
    server = start(folder=own)
    assert server.ask(key=key).status == 200


def test_completions_and_replies_are_in_it(start, own, tmp_path):
    key, kept, elsewhere = create(own, "ada"), tmp_path / "kept.zip", tmp_path / "elsewhere"
    server = start(folder=own)
    stored = server.ask(key=key, store=True).json()
    first = server.ask(key=key, headers={"Idempotency-Key": "once"})
    assert footnote("backup", kept, data=own).returncode == 0
    with zipfile.ZipFile(kept) as z:
        assert {"state.db", "usage.db", "interactions.db", "completions.db", "replies.db"} <= set(z.namelist())
    assert footnote("restore", kept, data=elsewhere).returncode == 0
    other = start(folder=elsewhere)
    got = other.call("GET", f"{CHAT}/{stored['id']}", key=key)
    assert got.status == 200 and content(got.json()) == content(stored)
    again = other.ask(key=key, headers={"Idempotency-Key": "once"})
    assert again.headers["idempotent-replayed"] == "true" and again.body == first.body


def test_a_restore_leaves_nothing_of_keys_that_it_takes_away(start, own, tmp_path):
    """Numbers of keys are given again after it, and what belonged to one must not pass to the next."""
    create(own, "ada")
    kept = tmp_path / "kept.zip"
    assert footnote("backup", kept, data=own).returncode == 0  # before a server made the other files
    key = create(own, "taken away")
    server = start(folder=own)
    stored = server.ask(key=key, store=True).json()
    assert server.call("GET", f"{CHAT}/{stored['id']}", key=key).status == 200
    server.stop()
    assert footnote("restore", kept, data=own).returncode == 0
    (before,) = own.glob("before-restore-*")
    assert {"completions.db", "replies.db", "interactions.db", "usage.db"} <= {p.name for p in before.iterdir()}
    assert not list(own.glob("*.none")) and not (own / "restore.ready").exists()
    server, later = start(folder=own), create(own, "later")
    assert server.call("GET", f"{CHAT}/{stored['id']}", key=later).status == 404
    assert server.ask(key=later, previous_interaction_id=stored["interaction_id"]).status == 404
    (used,) = server.call("GET", "/v1/usage", key=later).json()["data"]
    assert used["requests"] == 2 and used["questions"] == 0, used


def test_doctor_reads_the_state_files(start, own):
    key = create(own, "ada")
    server = start(folder=own)
    server.ask(key=key, store=True)
    server.stop()
    done = footnote("doctor", "--json", data=own)
    check = next(c for c in json.loads(done.stdout)["checks"] if c["name"] == "state files")
    assert check["status"] == "ok" and "stored completions" in check["message"], check
    file = own / "completions.db"
    size = file.stat().st_size
    with open(file, "r+b") as f:
        f.seek(4096)
        f.write(b"\xff" * (size - 4096))
    done = footnote("doctor", "--json", data=own)
    check = next(c for c in json.loads(done.stdout)["checks"] if c["name"] == "state files")
    assert check["status"] == "fail" and "completions.db" in check["message"], check


def test_key_changes_are_in_the_audit_log(own):
    create(own, "ada")
    assert footnote("key", "set", "ada", "--rate", 7, "--note", "for \"two\"", data=own).returncode == 0
    assert footnote("key", "set", "nobody", "--rate", 7, data=own).returncode == 1
    assert footnote("key", "revoke", "ada", data=own).returncode == 0
    lines = [line.split(" audit ", 1)[1] for line in (own / "audit.log").read_text().splitlines()]
    assert lines == ['key_created key="ada"', r'key_changed key="ada" options="--rate 7 --note for \"two\""', 'key_revoked key="ada"'], lines


def rewrite(path, change):
    with zipfile.ZipFile(path) as z:
        entries = {n: z.read(n) for n in z.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as z:
        for name, body in entries.items():
            z.writestr(name, body)


@pytest.mark.parametrize("harm", ["cut", "flipped", "no zip", "no manifest", "newer", "outside", "broken table", "missing"])
def test_a_bad_backup_changes_nothing(own, tmp_path, harm):
    kept = tmp_path / "kept.zip"
    create(own, "ada")
    assert footnote("backup", kept, data=own).returncode == 0
    whole = bytearray(kept.read_bytes())
    if harm == "cut":
        kept.write_bytes(whole[:len(whole) // 2])
    elif harm == "flipped":
        whole[len(whole) // 2] ^= 1
        kept.write_bytes(whole)
    elif harm == "no zip":
        kept.write_bytes(b"x" * 5000)
    elif harm == "no manifest":
        rewrite(kept, lambda e: e.pop("manifest.json"))
    elif harm == "newer":
        rewrite(kept, lambda e: e.update({"manifest.json": b'{"format": 99}'}))
    elif harm == "outside":
        rewrite(kept, lambda e: e.update({"index/../../evil": b"x"}))
    elif harm == "broken table":
        rewrite(kept, lambda e: e.update({"state.db": e["state.db"][:4096] + b"\xff" * (len(e["state.db"]) - 4096)}))
    else:
        kept.unlink()
    before = {p: p.read_bytes() for p in own.rglob("*") if p.is_file() and p.suffix not in (".db-shm",)}
    for extra in (["--check"], []):
        done = footnote("restore", *extra, kept, data=own)
        assert done.returncode == 1 and done.stderr, done
    after = {p: p.read_bytes() for p in own.rglob("*") if p.is_file() and p.suffix not in (".db-shm",)}
    assert before == after and not (tmp_path / "evil").exists()


def test_backup_of_nothing(tmp_path):
    done = footnote("backup", tmp_path / "x.zip", data=tmp_path / "nothing")
    assert done.returncode == 1 and "nothing" in done.stderr and not (tmp_path / "x.zip").exists()
    assert footnote("backup", tmp_path / "no" / "x.zip", data=tmp_path).returncode == 1
    assert footnote("backup").returncode == 2 and footnote("restore").returncode == 2


def test_without_keys_addresses_have_shares(start, tmp_path):
    """One client behind a proxy fills all that it can with questions that hang; another one is answered all the same."""
    with contextlib.closing(World()) as world:
        world.search.fail = lambda handler: handler.hang()
        server = start("--no-auth", "--trusted-proxies", "127.0.0.1", "--workers", 8, "--queue-length", 16, "--providers",
                       f"index, searxng {world.search.url('')}", "--allow", "127.0.0.0/8")
        greedy, statuses = {"X-Forwarded-For": "203.0.113.1"}, []

        def hold():
            statuses.append(server.ask("What is the weight of the Zorbax engine?", headers=greedy, model="core", max_seconds=6).status)
        threads = [threading.Thread(target=hold) for _ in range(40)]
        [t.start() for t in threads]
        time.sleep(1)
        begun = time.monotonic()
        other = server.ask(ASK, headers={"X-Forwarded-For": "203.0.113.2"}, max_seconds=5)
        took = time.monotonic() - begun  # what the search service makes it wait; the greedy ones take six seconds
        [t.join() for t in threads]
    assert other.status == 200 and content(other.json()) and took < 5, (took, other)
    assert 429 in statuses  # the greedy one's share was full
