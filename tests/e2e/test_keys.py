"""Keys with scope, and what each key used: through the commands and a running server, as an operator and its clients see them."""
import csv
import io
import json
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest
from support import BINARY, check_error, environment, footnote


def key_command(folder, *arguments, status=0):
    done = footnote("key", *arguments, data=folder)
    assert done.returncode == status, done
    return done.stdout.strip()


def create(folder, name, *options):
    return key_command(folder, "create", name, *options)


def show(folder, name):
    return json.loads(key_command(folder, "show", name, "--json"))


def wait_for(condition, seconds=10):
    until = time.monotonic() + seconds
    while not (got := condition()):
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.05)
    return got


def usage_of(folder, name):
    done = footnote("usage", "--key", name, "--json", data=folder)
    assert done.returncode == 0, done
    rows = json.loads(done.stdout)["data"]
    return rows[0] if rows else None


@pytest.fixture(scope="module")
def scoped(start):
    return start("--rate-per-minute", 1000000)


def test_models_outside_of_the_scope_are_403(scoped, data):
    key = create(data, "only-speed", "--models", "speed,lite")
    assert scoped.ask(key=key).status == 200
    refused = scoped.ask(key=key, model="core")
    error = check_error(refused, 403)
    assert error["code"] == "model_not_allowed" and error["type"] == "permission_error" and error["param"] == "model"
    assert "speed, lite" in error["message"]
    assert [m["id"] for m in scoped.call("GET", "/v1/models", key=key).json()["data"]] == ["speed", "lite"]
    assert scoped.call("GET", "/v1/models/core", key=key).status == 403
    key_command(data, "set", "only-speed", "--models", "all")
    assert scoped.ask(key=key, model="core", max_seconds=5).status == 200
    assert len(scoped.call("GET", "/v1/models", key=key).json()["data"]) == 4


def sources(reply):
    basis = reply.json()["basis"]
    return {c["url"] for b in basis for c in b["citations"]}


def test_domains_narrow_what_a_request_may_use(scoped, data):
    wide = scoped.ask()
    cited = sources(wide)
    assert cited
    host = next(iter(cited)).split("/")[2]
    inside = create(data, "inside", "--domains", host)
    assert sources(scoped.ask(key=inside)) == {u for u in cited if u.split("/")[2] == host}
    outside = create(data, "outside", "--domains", "nowhere.example")
    reply = scoped.ask(key=outside)
    assert reply.status == 200 and not sources(reply)
    without = create(data, "without", "--domains", f"-{host}")
    assert host not in {u.split("/")[2] for u in sources(scoped.ask(key=without))}
    # The request's own policy can only make it narrower.
    for policy in [{"include_domains": ["elsewhere.example"]}, {"include_domains": [host], "exclude_domains": [host]}]:
        assert not sources(scoped.ask(key=inside, source_policy=policy))
    both = scoped.ask(key=outside, source_policy={"include_domains": [host]})
    assert both.status == 200 and not sources(both)
    assert any("none of the domains" in w for w in both.json()["warnings"]), both.json()["warnings"]


def test_a_rate_of_its_own(start, data):
    server = start("--rate-per-minute", 2)
    usual, fast, free = create(data, "usual"), create(data, "fast", "--rate", 4), create(data, "free", "--rate", 0)
    statuses = {k: [server.call("GET", "/v1/models", key=k).status for _ in range(6)] for k in (usual, fast, free)}
    assert statuses[usual].count(200) == 2 and statuses[fast].count(200) == 4 and statuses[free].count(200) == 6
    assert "x-ratelimit-limit-requests" not in server.call("GET", "/v1/models", key=free).headers
    key_command(data, "set", "usual", "--rate", 0)
    assert server.call("GET", "/v1/models", key=usual).status == 200


def test_a_daily_quota(scoped, data):
    key = create(data, "frugal", "--quota", 2)
    assert scoped.ask(key=key, model="nonsense").status == 404  # a refused question is none
    assert [scoped.ask(key=key).status for _ in range(2)] == [200, 200]
    refused = scoped.ask(key=key)
    error = check_error(refused, 429)
    assert error["code"] == "insufficient_quota" and "2 questions a day" in error["message"]
    left = int(refused.headers["retry-after"])
    assert abs(left - (86400 - time.time() % 86400)) < 5 and refused.headers["x-should-retry"] == "false"
    usage = scoped.call("GET", "/v1/usage", key=key)  # looking is free
    assert usage.status == 200 and usage.json()["quota"]["used"] == 2 and usage.json()["quota"]["per_day"] == 2
    key_command(data, "set", "frugal", "--quota", 3)
    assert [scoped.ask(key=key).status for _ in range(2)] == [200, 429]
    key_command(data, "set", "frugal", "--quota", "none")
    assert scoped.ask(key=key).status == 200


def test_a_quota_holds_after_a_restart_and_between_servers(start, data):
    key = create(data, "everywhere", "--quota", 3)
    first, second = start(), start()
    assert first.ask(key=key).status == 200 and first.ask(key=key).status == 200
    wait_for(lambda: (usage_of(data, "everywhere") or {"questions": 0})["questions"] == 2)
    assert second.ask(key=key).status == 200  # it may not know yet, and learns with its batch
    time.sleep(1.5)
    assert second.ask(key=key).status == 429
    first.stop()
    third = start()
    assert third.ask(key=key).status == 429


def test_at_once(start, data):
    server = start("--rate-per-minute", 1000000)
    key = create(data, "single", "--at-once", 1)
    statuses = []

    def one():
        statuses.append(server.ask(key=key, model="core").status)

    threads = [threading.Thread(target=one) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert set(statuses) <= {200, 429} and 200 in statuses and 429 in statuses, statuses


def test_expiry(scoped, data):
    key = create(data, "brief", "--expires", "1d")
    assert scoped.ask(key=key).status == 200
    with sqlite3.connect(data / "state.db") as db:
        db.execute("UPDATE keys SET expires_unix = ? WHERE name = 'brief'", [int(time.time()) - 10])
    refused = check_error(scoped.ask(key=key), 401)
    assert "expired on" in refused["message"]
    assert show(data, "brief")["status"] == "expired"
    key_command(data, "set", "brief", "--expires", "never")
    assert scoped.ask(key=key).status == 200


def test_changes_hold_within_a_second(scoped, data):
    key = create(data, "changing")
    assert scoped.ask(key=key).status == 200
    key_command(data, "set", "changing", "--models", "lite")
    assert scoped.ask(key=key).status == 403
    key_command(data, "revoke", "changing")
    assert scoped.ask(key=key).status == 401


def test_the_command(tmp_path):
    key = create(tmp_path, "shop", "--models", "speed,lite", "--quota", 10, "--rate", 60, "--at-once", 2, "--domains",
                 "https://www.Example.org/x, -old.example.org", "--expires", "2099-12-31", "--note", "the \"shop\"", "--role",
                 "admin")
    assert key.startswith("fn-") and len(key) == 43
    shown = show(tmp_path, "shop")
    assert shown["models"] == ["speed", "lite"] and shown["domains"] == ["example.org/x", "-old.example.org"]
    assert [shown[n] for n in ("daily_quota", "rate_per_minute", "at_once", "role", "note", "status")] == [
        10, 60, 2, "admin", "the \"shop\"", "valid"]
    assert shown["last_used_unix"] is None and time.gmtime(shown["expires_unix"] - 1)[:3] == (2099, 12, 31)
    page = key_command(tmp_path, "show", key[:7])
    assert "2099-12-31" in page and "speed, lite" in page and "60 requests a minute" in page
    key_command(tmp_path, "set", "shop", "--quota", "none", "--domains", "all", "--role", "user")
    shown = show(tmp_path, "shop")
    assert shown["daily_quota"] is None and shown["domains"] is None and shown["role"] == "user"
    assert shown["models"] == ["speed", "lite"] and shown["rate_per_minute"] == 60  # the rest stays
    assert [k["name"] for k in json.loads(key_command(tmp_path, "list", "--json"))] == ["shop"]


@pytest.mark.parametrize("arguments, says", [
    (["create", "x", "--models", "gpt-4"], "speed, lite, base and core"), (["create", "x", "--quota", "-1"], "questions a day"),
    (["create", "x", "--quota", "0"], "questions a day"), (["create", "x", "--expires", "2001-01-01"], "over"),
    (["create", "x", "--expires", "soon"], "90d"), (["create", "x", "--domains", "no domain"], "example.org"),
    (["create", "x", "--role", "root"], "user or admin"), (["create", "x", "--note", "a\nb"], "one line"),
    (["create", "x", "--rate", "fast"], "requests a minute"), (["create", "x", "--unknown"], "--help"),
    (["set", "x"], "needs an"), (["show"], "NAME"), (["create", "x", "--models", ""], "at least one"),
])
def test_what_is_wrong_is_said(tmp_path, arguments, says):
    done = footnote("key", *arguments, data=tmp_path)
    assert done.returncode == 2 and says in done.stderr and not done.stdout, done


def test_nobody_is_told(tmp_path):
    for verb in (["show", "x"], ["set", "x", "--quota", "5"], ["revoke", "x"]):
        done = footnote("key", *verb, data=tmp_path)
        assert done.returncode == 1 and "footnote key list" in done.stderr, done


def old_state(folder):
    """As the first version made it."""
    folder.mkdir(exist_ok=True)
    with sqlite3.connect(folder / "state.db") as db:
        db.executescript(
            "CREATE TABLE keys (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,"
            " hint TEXT NOT NULL, created_unix INTEGER NOT NULL, revoked_unix INTEGER NOT NULL DEFAULT 0) STRICT;"
            "CREATE UNIQUE INDEX keys_valid_name ON keys(name) WHERE revoked_unix = 0;"
            "INSERT INTO keys(name, hash, hint, created_unix) VALUES ('old', zeroblob(32), 'fn-old1', 1700000000);"
            "PRAGMA user_version = 1;")


def test_an_old_file_is_taken_along(tmp_path):
    folder = tmp_path / "old"
    old_state(folder)
    shown = show(folder, "old")
    assert shown["status"] == "valid" and shown["models"] is None and shown["daily_quota"] is None
    kept = folder / "state.db.version-1"
    assert kept.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(kept) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT name FROM keys").fetchall() == [("old",)]


def test_usage_is_counted_by_key_and_day(scoped, data):
    ada, boss = create(data, "usage-ada"), create(data, "usage-boss", "--role", "admin")
    assert [scoped.ask(key=ada).status for _ in range(3)] == [200] * 3
    assert scoped.ask(key=ada, model="none").status == 404
    own = wait_for(lambda: (r := scoped.call("GET", "/v1/usage", key=ada).json())["data"] and r["data"][0]["requests"] >= 4 and r)
    row = own["data"][0]
    assert row["key"] == "usage-ada" and row["date"] == time.strftime("%Y-%m-%d", time.gmtime())
    assert (row["questions"], row["errors"]) == (3, 1) and own["quota"]["used"] == 3 and own["quota"]["per_day"] is None
    # What was shown is on the disk.
    assert usage_of(data, "usage-ada")["questions"] == 3
    everybody = scoped.call("GET", "/v1/usage", key=boss).json()["data"]
    assert {"usage-ada", "usage-boss"} >= {r["key"] for r in everybody} & {"usage-ada", "usage-boss"} and len(everybody) > 1
    assert [r["key"] for r in scoped.call("GET", "/v1/usage?key=usage-ada&days=1", key=boss).json()["data"]] == ["usage-ada"]
    assert check_error(scoped.call("GET", "/v1/usage?key=usage-boss", key=ada), 403)["param"] == "key"
    assert scoped.call("GET", "/v1/usage?days=0", key=ada).status == 422
    assert scoped.call("GET", "/v1/usage", key=None).status == 401
    table = footnote("usage", data=data).stdout
    assert "usage-ada" in table and table.splitlines()[-1].startswith("all")
    rows = list(csv.DictReader(io.StringIO(footnote("usage", "--csv", "--key", "usage-ada", data=data).stdout)))
    assert rows[0]["questions"] == "3" and rows[0]["key"] == "usage-ada"
    assert footnote("usage", "--key", "nobody", data=data).returncode == 1
    assert footnote("usage", "--days", "0", data=data).returncode == 2
    assert wait_for(lambda: show(data, "usage-ada")["last_used_unix"])


@pytest.fixture
def own_data(tmp_path, data):
    """The pages of the tests, in a folder without keys."""
    shutil.copytree(data / "index", tmp_path / "own" / "index")
    return tmp_path / "own"


def test_usage_without_keys(start, own_data):
    server = start("--no-auth", folder=own_data)
    server.ask(key=None)
    row = wait_for(lambda: usage_of(own_data, "-"))
    assert row["key"] is None and row["questions"] == 1
    assert server.call("GET", "/v1/usage", key=None).json()["data"][0]["questions"] >= 1


def test_killed_while_keys_and_usage_are_written(start, own_data):
    """A key that was printed works, and what /v1/usage has shown stays, however often the server is killed."""
    keys, shown = {}, 0
    folder = own_data
    watched = create(folder, "watched")
    for round_ in range(6):
        server = start("--rate-per-minute", 0, folder=folder)
        stop = threading.Event()

        def load():
            while not stop.is_set():
                try:
                    server.ask(key=watched)
                except OSError:
                    return
                except Exception:
                    return

        def make():
            for i in range(50):
                if stop.is_set():
                    return
                made = subprocess.Popen([BINARY, "key", "create", f"k{round_}-{i}", "--data", str(folder)], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment(folder), text=True)
                if i % 7 == 6:
                    time.sleep(0.005)
                    made.kill()
                text = made.communicate()[0].strip()
                if len(text) == 43:
                    keys[f"k{round_}-{i}"] = text

        threads = [threading.Thread(target=f) for f in (load, load, make)]
        [t.start() for t in threads]
        time.sleep(0.6)
        rows = server.call("GET", "/v1/usage", key=watched).json()["data"]
        now = sum(r["questions"] for r in rows)
        assert now >= shown
        shown = now
        server.process.kill()
        server.stop(signal.SIGKILL)
        stop.set()
        [t.join() for t in threads]
    assert shown > 0 and keys
    last = start("--rate-per-minute", 0, folder=folder)
    assert {last.call("GET", "/v1/models", key=k).status for k in keys.values()} == {200}
    assert sum(r["questions"] for r in last.call("GET", "/v1/usage", key=watched).json()["data"]) >= shown
    for name in ("state.db", "usage.db"):
        with sqlite3.connect(folder / name) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
