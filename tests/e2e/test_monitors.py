"""Monitors: questions that are asked again, as Parallel's own client (parallel-web) uses them."""
import json
import re
import signal
import sqlite3
import time

import parallel
import pytest
from support import ASK, PATIENCE_S, footnote
from test_tasks import GARBAGE, Receiver, client_of, get, post
from world import World, html

BUILDER = {"type": "json", "json_schema": {"type": "object", "properties": {
    "builder": {"type": "string", "description": "who built the Tarnwick Windmill"},
    "height_m": {"type": "number", "description": "height of the Tarnwick Windmill in metres"}}, "required": ["builder", "height_m"]}}
ASK_MILL = "Who built the Tarnwick Windmill?"


def mill(carpenter="Osbert Quill", height=21):
    return html("Tarnwick Windmill", f"The Tarnwick Windmill was built in 1794 by the carpenter {carpenter}.",
                f"The Tarnwick Windmill is {height} m high.")


class Watched:
    """A server whose only page can be changed."""

    def __init__(self, start, world, folder):
        self.start, self.world, self.folder = start, world, folder
        self.site = world.site()
        self.show(mill())
        world.search.results = [{"url": self.url, "title": "Mill", "content": "A mill."}]
        self.begin()

    def begin(self):
        self.server = self.start("--no-auth", "--rate-per-minute", 0, "--allow", "127.0.0.0/8", "--cache-bytes", 0, "--providers",
                                 f"searxng {self.world.search.url('')}", "--webhook-retry-s", 1, folder=self.folder)
        self.client = client_of(self.server)

    def show(self, page):
        self.url = self.site.put("/mill", page)

    def monitor(self, **settings):
        more = {k: settings.pop(k) for k in list(settings) if k in ("webhook", "metadata", "processor")}
        made = self.client.monitor.create(type="event_stream", frequency="1d", settings={"query": ASK_MILL, **settings}, **more)
        self.until(made.monitor_id, 1)
        return made.monitor_id

    def events(self, monitor):
        return self.client.monitor.events(monitor, include_completions=True).events

    def until(self, monitor, n):
        """Waits for the n-th execution; its event."""
        until = time.monotonic() + PATIENCE_S
        while len(found := self.events(monitor)) < n:
            assert time.monotonic() < until, found
            time.sleep(0.05)
        assert len(found) == n
        return found[0]

    def again(self, monitor):
        n = len(self.events(monitor)) + 1
        self.client.monitor.trigger(monitor)
        return self.until(monitor, n)


@pytest.fixture
def world():
    with_threads = World()
    yield with_threads
    with_threads.close()


@pytest.fixture
def watched(start, world, tmp_path):
    return Watched(start, world, tmp_path / "watched")


@pytest.fixture
def hook():
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_a_text_tells_what_is_new(watched):
    monitor = watched.monitor()
    assert watched.events(monitor)[0].event_type == "completion"  # what was there before the monitor is no news
    assert watched.client.monitor.events(monitor).events == []
    assert watched.again(monitor).event_type == "completion"
    watched.show(mill("Hesper Vane"))
    event = watched.again(monitor)
    assert event.event_type == "event_stream" and re.match(r"20\d\d-\d\d-\d\d$", event.event_date)
    assert "Hesper Vane" in event.output.content
    new, = [e for b in event.output.basis for c in b.citations for e in c.excerpts if "built" in e]
    old, = [e for b in event.previous_output["basis"] for c in b["citations"] for e in c["excerpts"] if "built" in e]
    assert "Hesper Vane" in new and "Osbert Quill" in old  # the evidence of both sides
    assert watched.again(monitor).event_type == "completion"
    listed = watched.client.monitor.events(monitor).events
    assert [e.event_id for e in listed] == [event.event_id]
    only = watched.client.monitor.events(monitor, event_group_id=event.event_group_id).events
    assert [e.event_id for e in only] == [event.event_id]
    assert watched.client.monitor.retrieve(monitor).last_run_at


def test_a_document_tells_the_fields_that_changed(watched):
    monitor = watched.monitor(output_schema=BUILDER)
    watched.show(mill(height=24))
    event = watched.again(monitor)
    assert event.output.content == {"height_m": 24} and {b.field for b in event.output.basis} == {"height_m"}
    assert event.previous_output["content"] == {"builder": "Osbert Quill", "height_m": 21}
    watched.show((404, "Gone for today."))
    assert watched.again(monitor).event_type in ("completion", "error")
    watched.show(mill(height=24))
    assert watched.again(monitor).event_type == "completion"  # it is found again, as it was


def test_backfill_tells_what_is_there(watched):
    made = watched.client.monitor.create(type="event_stream", frequency="1h", settings={"query": ASK_MILL, "include_backfill": True})
    event = watched.until(made.monitor_id, 1)
    assert event.event_type == "event_stream" and "Osbert Quill" in event.output.content


@pytest.mark.parametrize("schema", [BUILDER, {"type": "text"}], ids=["document", "text"])
def test_a_snapshot_goes_on_from_a_run(watched, schema):
    run = watched.client.task_run.create(input=ASK_MILL, processor="base", task_spec={"output_schema": schema})
    first = watched.client.task_run.result(run.run_id).output
    made = watched.client.monitor.create(type="snapshot", frequency="2w", settings={"task_run_id": run.run_id}, processor="base")
    assert made.settings.query == ASK_MILL and made.settings.task_run_id == run.run_id and made.processor == "base"
    assert made.output.latest_snapshot.content == first.content
    assert watched.again(made.monitor_id).event_type == "completion"
    watched.show(mill("Hesper Vane"))
    event = watched.again(made.monitor_id)
    assert event.event_type == "snapshot" and event.previous_output.content == first.content
    if schema is BUILDER:
        assert event.changed_output.content == {"builder": "Hesper Vane"} and event.changed_output.basis[0].citations
    else:
        assert "Hesper Vane" in event.changed_output.content
    assert "Hesper Vane" in json.dumps(watched.client.monitor.retrieve(made.monitor_id).output.latest_snapshot.content)


def test_webhooks(watched, hook):
    monitor = watched.monitor(webhook={"url": hook.url, "event_types": ["monitor.event.detected", "monitor.execution.completed"]},
                              metadata={"thread": "7"})
    message, = hook.wait(1)
    assert message["type"] == "monitor.execution.completed" and message["data"]["monitor_id"] == monitor
    watched.show(mill("Hesper Vane"))
    event = watched.again(monitor)
    message = hook.wait(2)[1]
    assert message["type"] == "monitor.event.detected" and message["data"]["metadata"] == {"thread": "7"}
    assert message["data"]["event"] == {"event_group_id": event.event_group_id, "event_id": event.event_id}


def test_failures_are_events(watched, hook):
    monitor = watched.monitor(output_schema=GARBAGE, webhook={"url": hook.url})
    event, = watched.client.monitor.events(monitor).events
    assert event.event_type == "error" and "json_schema" in event.error_message
    assert hook.wait(1)[0]["type"] == "monitor.execution.failed"


def test_the_schedule(watched):
    monitor = watched.monitor()
    with sqlite3.connect(watched.folder / "tasks.db") as file:
        before, = file.execute("SELECT next_unix FROM monitors").fetchone()
        assert abs(before - time.time() - 24 * 3600) < 60
        file.execute("UPDATE monitors SET next_unix = unixepoch() - 3600 * 100")  # a hundred hours too late
    watched.until(monitor, 2)
    time.sleep(1.5)
    assert len(watched.events(monitor)) == 2  # it is asked once, not for each time that was missed
    watched.client.monitor.update(monitor, frequency="1h")
    with sqlite3.connect(watched.folder / "tasks.db") as file:
        assert abs(file.execute("SELECT next_unix FROM monitors").fetchone()[0] - time.time() - 3600) < 60
    watched.client.monitor.cancel(monitor)
    with sqlite3.connect(watched.folder / "tasks.db") as file:
        file.execute("UPDATE monitors SET next_unix = 0")
    time.sleep(1.5)
    assert len(watched.events(monitor)) == 2
    watched.again(monitor)  # unless somebody wants to know


def test_kill_9(watched, hook):
    """A monitor is asked, the process dies at any moment; the change is told once."""
    monitor = watched.monitor(webhook={"url": hook.url, "event_types": ["monitor.event.detected"]})
    watched.show(mill("Hesper Vane"))
    for turn in range(6):
        watched.client.monitor.trigger(monitor)
        time.sleep(0.01 * turn)
        watched.server.process.kill()
        watched.server.stop(signal.SIGKILL)
        watched.begin()
    until = time.monotonic() + PATIENCE_S
    while not (events := watched.client.monitor.events(monitor).events) and time.monotonic() < until:
        time.sleep(0.05)
    hook.wait(1)
    time.sleep(1)
    assert len(events) == 1 and "Hesper Vane" in events[0].output.content
    assert {m["data"]["event"]["event_id"] for m in hook.taken()} == {events[0].event_id}


# ---- the paths


@pytest.fixture(scope="module")
def quiet(start, tmp_path_factory):
    """A server with keys and nothing to find."""
    folder = tmp_path_factory.mktemp("quiet")
    keys = [footnote("key", "create", name, data=folder).stdout.strip() for name in ("one", "two")]
    server = start("--rate-per-minute", 100000, "--monitors", 12, folder=folder, key=keys[0])
    server.other = keys[1]
    return server


STREAM = {"type": "event_stream", "frequency": "1d", "settings": {"query": ASK}}


def test_create_list_update_cancel(quiet):
    with client_of(quiet) as c:
        ids = [c.monitor.create(type="event_stream", frequency="1d", settings={"query": f"Question {i}?"}, metadata={"i": str(i)}).monitor_id
               for i in range(3)]
        assert all(re.fullmatch(r"monitor_[0-9a-f]{32}", i) for i in ids)
        page = c.monitor.list(limit=2)
        assert [m.monitor_id for m in page.monitors] == ids[:0:-1]
        rest = c.monitor.list(limit=2, cursor=page.next_cursor)
        assert [m.monitor_id for m in rest.monitors] == ids[:1] and rest.next_cursor is None
        changed = c.monitor.update(ids[0], frequency="6h", processor="base", metadata={"a": "b"}, type="event_stream",
                                   settings={"query": "Another?", "advanced_settings": {"source_policy": {"exclude_domains": ["x.example"]}}},
                                   webhook={"url": "https://example.com/hook", "event_types": ["monitor.execution.failed"]})
        assert (changed.frequency, changed.processor, changed.settings.query, changed.metadata) == ("6h", "base", "Another?", {"a": "b"})
        assert changed.webhook.url == "https://example.com/hook" and changed.webhook.event_types == ["monitor.execution.failed"]
        assert c.monitor.retrieve(ids[0]).settings.advanced_settings.source_policy.exclude_domains == ["x.example"]
        assert c.monitor.update(ids[0]).settings.query == "Another?"
        assert c.monitor.cancel(ids[1]).status == "cancelled" and c.monitor.cancel(ids[1]).status == "cancelled"
        assert {m.monitor_id for m in c.monitor.list().monitors} == {ids[0], ids[2]}
        assert [m.monitor_id for m in c.monitor.list(status=["cancelled"]).monitors] == [ids[1]]
        assert {m.monitor_id for m in c.monitor.list(status=["active", "cancelled"], type=["event_stream"]).monitors} == set(ids)
        assert c.monitor.list(type=["snapshot"]).monitors == []
        for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/update"), ("POST", "/cancel"), ("POST", "/trigger")):
            reply = quiet.call(method, f"/v1/monitors/{ids[0]}{path}", b"{}" if method == "POST" else None,
                               {"Content-Type": "application/json"}, key=quiet.other)
            assert reply.status == 404 and reply.json()["error"]["detail"]["code"] == "monitor_not_found"
        assert get(quiet, "/v1/monitors", key=quiet.other)["monitors"] == []
        for i in (0, 2):
            c.monitor.cancel(ids[i])


BAD = [({}, "type"), ({"type": "x"}, "type"), ({**STREAM, "frequency": "59m"}, "frequency"), ({**STREAM, "frequency": "0h"}, "frequency"),
       ({**STREAM, "frequency": "31d"}, "frequency"), ({**STREAM, "frequency": "h"}, "frequency"), ({**STREAM, "frequency": "99999w"}, "frequency"),
       ({**STREAM, "processor": "ultra"}, "processor"), ({**STREAM, "settings": {}}, "settings.query"), ({**STREAM, "settings": {"query": " "}}, "settings.query"),
       ({**STREAM, "settings": {"query": "x" * 300000}}, "settings.query"), ({**STREAM, "metadata": {"a": 1}}, "metadata"),
       ({**STREAM, "webhook": {"url": "ftp://x"}}, "webhook.url"), ({**STREAM, "webhook": {"url": "http://x", "event_types": ["y"]}}, "webhook.event_types[0]"),
       ({**STREAM, "type": "snapshot"}, "settings.task_run_id"), ({**STREAM, "type": "snapshot", "settings": {"task_run_id": "trun_x"}}, "settings.task_run_id"),
       ({**STREAM, "settings": {"query": "x", "output_schema": "text"}}, "settings.output_schema")]


@pytest.mark.parametrize("body,param", BAD, ids=range(len(BAD)))
def test_bad_requests(quiet, body, param):
    got = post(quiet, "/v1/monitors", body, 422)
    assert got["type"] == "error" and got["error"]["detail"]["param"] == param


def test_bad_updates_and_limits(quiet):
    monitor = post(quiet, "/v1/monitors", STREAM, 201)["monitor_id"]
    for body in ({"frequency": None}, {"processor": None}, {"settings": {"query": "x"}}, {"type": "snapshot"}, {"frequency": "1m"},
                 {"type": "event_stream", "settings": {"query": ""}}):
        assert post(quiet, f"/v1/monitors/{monitor}/update", body, 422)["type"] == "error", body
    assert get(quiet, f"/v1/monitors/{monitor}")["settings"] == {"query": ASK}
    for query in ("limit=0", "limit=101", "limit=x"):
        get(quiet, f"/v1/monitors/{monitor}/events?{query}", 422)
    get(quiet, "/v1/monitors?status=sleeping", 422)
    made = [post(quiet, "/v1/monitors", STREAM, 201)["monitor_id"] for _ in range(5)]
    assert post(quiet, "/v1/monitors", STREAM, 429)["error"]["detail"]["code"] == "server_busy"  # half of 12 is a key's
    post(quiet, "/v1/monitors", STREAM, 201, key=quiet.other)
    for i in (monitor, *made):
        post(quiet, f"/v1/monitors/{i}/cancel", {}, 200)


def test_a_key_that_is_revoked_asks_no_more(start, tmp_path):
    folder = tmp_path / "revoked"
    key = footnote("key", "create", "leaver", data=folder).stdout.strip()
    other = footnote("key", "create", "stayer", data=folder).stdout.strip()
    server = start(folder=folder, key=key)
    monitor = post(server, "/v1/monitors", STREAM, 201)["monitor_id"]
    until = time.monotonic() + PATIENCE_S
    while not get(server, f"/v1/monitors/{monitor}").get("last_run_at") and time.monotonic() < until:
        time.sleep(0.05)
    assert footnote("key", "revoke", "leaver", data=folder).returncode == 0
    get(server, f"/v1/monitors/{monitor}", 401)
    with sqlite3.connect(folder / "tasks.db") as file:
        file.execute("UPDATE monitors SET next_unix = 0")
    until = time.monotonic() + PATIENCE_S
    while "was revoked" not in server.log_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert "was revoked" in server.log_text() and get(server, "/v1/models", key=other)
