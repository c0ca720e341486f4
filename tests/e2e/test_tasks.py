"""Task runs and their groups, as Parallel's own client (parallel-web) uses them, and what only a server can do to them."""
import base64
import hashlib
import hmac
import http.server
import json
import re
import signal
import threading
import time

import parallel
import pydantic
import pytest
from support import ASK, HERE, PAGE_TEXT, PATIENCE_S, check_excerpts, footnote
from world import World, html

LIGHTHOUSE = "https://history.lumenport.example/lighthouse"
RUN = {"input": ASK, "processor": "lite", "task_spec": {"output_schema": {"type": "text", "description": "One sentence."}}}
GARBAGE = {"json_schema": {"additionalProperties": "bar", "properties": "bar", "required": "bar", "type": "bar"}, "type": "json"}


class Lighthouse(pydantic.BaseModel):
    builder: str = pydantic.Field(description="who built it")
    height_m: float = pydantic.Field(description="height in metres")


def client_of(server, **more):
    return parallel.Parallel(base_url=server.url, api_key=server.key or "none", **{"max_retries": 0, **more})


@pytest.fixture(scope="module")
def client(server):
    with client_of(server) as c:
        yield c


def get(server, path, status=200, **more):
    reply = server.call("GET", path, **more)
    assert reply.status == status, reply
    return reply.json() if reply.body else None


def post(server, path, body, status, **more):
    reply = server.post(body, path, **more)
    assert reply.status == status, reply
    return reply.json()


def check_run(run, status=None):
    assert re.fullmatch(r"trun_[0-9a-f]{32}", run["run_id"]) and run["interaction_id"] == run["run_id"]
    assert status in (None, run["status"]), run
    assert run["is_active"] == (run["status"] in ("queued", "running"))
    for at in (run["created_at"], run["modified_at"]):
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", at)
    for warning in run["warnings"] or []:
        assert warning["type"] in ("spec_validation_warning", "input_validation_warning", "warning") and warning["message"]
    assert (run["error"] is not None) == (run["status"] == "failed"), run


def check_task_basis(basis):
    assert basis
    for entry in basis:
        assert entry["reasoning"] and entry["confidence"] in ("high", "medium", "low", None)
        for citation in entry["citations"]:
            check_excerpts(citation, PAGE_TEXT[citation["url"]])


# ---- one run


def test_text(client, server):
    run = client.task_run.create(input=ASK, processor="lite", task_spec={"output_schema": "One sentence."}, metadata={"ours": "7", "n": 1.5})
    assert run.status == "queued" and run.is_active and run.processor == "lite" and run.metadata == {"ours": "7", "n": 1.5}
    result = client.task_run.result(run.run_id)
    assert result.output.type == "text" and "Adela Varga" in result.output.content
    assert {b.field for b in result.output.basis} == {"output"}
    raw = get(server, f"/v1/tasks/runs/{run.run_id}/result")
    check_run(raw["run"], "completed")
    check_task_basis(raw["output"]["basis"])
    assert client.task_run.retrieve(run.run_id).status == "completed"
    kept = client.task_run.retrieve_input(run.run_id)
    assert kept.input == ASK and kept.processor == "lite" and kept.task_spec.output_schema == "One sentence."


def test_a_document_from_a_json_input(client):
    done = client.task_run.execute(input={"building": "Lumenport Lighthouse"}, processor="base", output=Lighthouse)
    assert done.output.parsed == Lighthouse(builder="Adela Varga", height_m=48)
    assert {b.field for b in done.output.basis} == {"builder", "height_m"}
    assert done.output.basis[0].citations[0].url == LIGHTHOUSE


def test_elements_of_lists_have_their_own_basis(server):
    schema = {"type": "object", "properties": {"people": {"type": "array", "items": {"type": "string"}, "description": "engineers who built lighthouses"}},
              "required": ["people"], "additionalProperties": False}
    run = post(server, "/v1/tasks/runs", {"input": ASK, "processor": "base", "task_spec": {
        "output_schema": {"type": "json", "json_schema": schema}}}, 202)
    output = get(server, f"/v1/tasks/runs/{run['run_id']}/result")["output"]
    fields = {b["field"] for b in output["basis"]}
    assert {f"people.{i}" for i in range(len(output["content"]["people"]))} <= fields, output


@pytest.mark.parametrize("spec", [None, {"output_schema": {"type": "auto"}}], ids=["none", "auto"])
def test_auto_says_its_schema(client, spec):
    run = client.task_run.create(input=ASK, processor="lite", **({"task_spec": spec} if spec else {}))
    output = client.task_run.result(run.run_id).output
    assert output.type == "json" and "Adela Varga" in output.content["answer"]
    assert set(output.output_schema["properties"]) == set(output.content)


@pytest.mark.parametrize("processor", ["speed", "lite", "lite-fast", "base", "base-fast", "core", "core-fast", "core2x", "pro", "pro-fast", "ultra",
                                       "ultra-fast", "ultra2x", "ultra4x", "ultra8x", "ultra8x-fast"])
def test_processors(client, processor):
    run = client.task_run.create(input=ASK, processor=processor)
    assert client.task_run.result(run.run_id).run.processor == processor


def test_events(client, server):
    run = client.task_run.create(input=ASK, processor="pro")
    events = list(client.task_run.events(run.run_id))
    kinds = [e.type for e in events]
    assert kinds[0] == kinds[-1] == "task_run.state" and events[0].output is None
    assert "task_run.progress_msg.plan" in kinds and "task_run.progress_stats" in kinds
    assert events[-1].run.status == "completed" and "Adela Varga" in events[-1].output.content["answer"]
    assert any(LIGHTHOUSE in e.source_stats.sources_read_sample for e in events if e.type == "task_run.progress_stats")
    assert [e.type for e in client.task_run.events(run.run_id)] == kinds  # the whole trace, again
    raw = server.call("GET", f"/v1/tasks/runs/{run.run_id}/events")
    assert raw.headers["content-type"].startswith("text/event-stream")
    assert b"\nid:" not in raw.body and b"retry:" not in raw.body and b"[DONE]" not in raw.body
    quiet = client.task_run.create(input=ASK, processor="pro", enable_events=False)
    assert {e.type for e in client.task_run.events(quiet.run_id)} == {"task_run.state"}


def test_the_policy_holds(client):
    run = client.task_run.create(input=ASK, processor="lite", source_policy={"exclude_domains": ["history.lumenport.example"]})
    output = client.task_run.result(run.run_id).output
    assert all(c.url != LIGHTHOUSE for b in output.basis for c in b.citations)


def test_going_on_from_a_run(client, server):
    first = client.task_run.create(input="Who discovered Comet Orlin?", processor="lite", task_spec={"output_schema": "text"})
    client.task_run.result(first.run_id)
    then = client.task_run.create(input="And when does it return?", processor="lite", task_spec={"output_schema": "text"},
                                  previous_interaction_id=first.interaction_id)
    assert "63 years" in client.task_run.result(then.run_id).output.content
    chat = server.answer("And when does it return?", previous_interaction_id=first.run_id)
    assert "63 years" in chat["choices"][0]["message"]["content"]
    lost = client.task_run.create(input=ASK, processor="lite", previous_interaction_id="nothing")
    assert "previous_interaction_id" in client.task_run.result(lost.run_id).run.warnings[0].message


def test_what_has_no_effect_is_said(client):
    run = client.task_run.create(
        input=ASK, processor="lite", memory_scope_key="mine", advanced_settings={"location": "us", "data_sources": {"free": ["x"]}},
        mcp_servers=[{"type": "url", "url": "url", "name": "tools"}], webhook={"url": "url"}, extra_body={"colour": "red"})
    said = " ".join(w.message for w in client.task_run.result(run.run_id).run.warnings)
    for word in ("memory_scope_key", "location", "data_sources", "'tools'", "webhook", "colour"):
        assert word in said, word


def test_a_schema_that_cannot_be_used(client, server):
    run = client.task_run.create(input=ASK, processor="lite", task_spec={"output_schema": GARBAGE})
    assert run.warnings[0].type == "spec_validation_warning"
    with pytest.raises(parallel.NotFoundError, match="failed"):
        client.task_run.result(run.run_id)
    failed = get(server, f"/v1/tasks/runs/{run.run_id}")
    check_run(failed, "failed")
    assert failed["error"]["ref_id"] == run.run_id and "json_schema" in failed["error"]["message"]
    assert [e.type for e in client.task_run.events(run.run_id)] == ["task_run.state"] * 2


BAD = [({}, 422, "processor"), ({"processor": "lite"}, 422, "input"), ({"processor": "lite", "input": 7}, 422, "input"),
       ({"processor": "lite", "input": " "}, 422, "input"), ({"processor": "lite", "input": {}}, 422, "input"),
       ({"processor": "huge", "input": "x"}, 403, "processor"), ({"processor": "lite", "input": "x" * 300000}, 422, "input"),
       ({**RUN, "task_spec": 3}, 422, "task_spec"), ({**RUN, "task_spec": {"output_schema": 3}}, 422, "task_spec.output_schema"),
       ({**RUN, "task_spec": {"output_schema": {"type": "xml"}}}, 422, "task_spec.output_schema.type"),
       ({**RUN, "task_spec": {"output_schema": {"type": "json"}}}, 422, "task_spec.output_schema.json_schema"),
       ({**RUN, "metadata": {"a" * 17: "b"}}, 422, "metadata"), ({**RUN, "metadata": {"a": "b" * 513}}, 422, "metadata"),
       ({**RUN, "metadata": {"a": {}}}, 422, "metadata"), ({**RUN, "webhook": {}}, 422, "webhook.url"),
       ({**RUN, "mcp_servers": [{}]}, 422, "mcp_servers[0].name"), ({**RUN, "memory_scope_key": "a b"}, 422, "memory_scope_key"),
       ({**RUN, "source_policy": {"include_domains": ["?"]}}, 422, "source_policy.include_domains[0]"),
       ({**RUN, "enable_events": "yes"}, 422, "enable_events"), (b"[", 400, None), (b"[]", 422, None), (b"\xff", 400, None)]


@pytest.mark.parametrize("body,status,param", BAD, ids=range(len(BAD)))
def test_bad_requests(server, body, status, param):
    got = post(server, "/v1/tasks/runs", body, status)
    assert got["type"] == "error" and got["error"]["ref_id"] and got["error"]["message"]
    assert got["error"]["detail"]["param"] == param


def test_results_of_runs_that_are_not_there(client, server, new_key):
    for path in ("", "/input", "/result", "/events"):
        assert get(server, f"/v1/tasks/runs/trun_{'0' * 32}{path}", 404)["type"] == "error"
    run = client.task_run.create(**RUN)
    client.task_run.result(run.run_id)
    other = new_key()
    for path in ("", "/input", "/result", "/events"):
        got = get(server, f"/v1/tasks/runs/{run.run_id}{path}", 404, key=other)
        assert got["error"]["detail"]["code"] == "run_not_found"
        get(server, f"/v1/tasks/runs/{run.run_id}{path}", 401, key="fn-wrong")
    assert get(server, f"/v1/tasks/runs/{run.run_id}/result?timeout=soon", 422)["error"]["detail"]["param"] == "timeout"


def test_the_older_paths(server):
    run = post(server, "/v1beta/tasks/runs", RUN, 202)
    assert "Adela Varga" in get(server, f"/v1beta/tasks/runs/{run['run_id']}/result")["output"]["content"]
    group = post(server, "/v1beta/tasks/groups", {}, 200)
    added = post(server, f"/v1beta/tasks/groups/{group['taskgroup_id']}/runs", {"inputs": [RUN]}, 200)
    assert get(server, f"/v1beta/tasks/groups/{group['taskgroup_id']}/runs/{added['run_ids'][0]}")["taskgroup_id"] == group["taskgroup_id"]


def test_what_keys_may_do(start, data, tmp_path):
    done = footnote("key", "create", f"narrow-{tmp_path.name}", "--models", "speed,lite", "--domains", "lumenport.example", "--quota", "4", data=data)
    assert done.returncode == 0, done.stderr
    server = start("--rate-per-minute", 1000000, key=done.stdout.strip())
    assert post(server, "/v1/tasks/runs", {**RUN, "processor": "base"}, 403)["error"]["detail"]["param"] == "processor"
    run = post(server, "/v1/tasks/runs", RUN, 202)
    output = get(server, f"/v1/tasks/runs/{run['run_id']}/result")["output"]
    assert all(c["url"].split("/")[2].endswith("lumenport.example") for b in output["basis"] for c in b["citations"])
    group = post(server, "/v1/tasks/groups", {}, 200)["taskgroup_id"]
    assert "questions a day" in post(server, f"/v1/tasks/groups/{group}/runs", {"inputs": [RUN] * 4}, 429)["error"]["message"]
    post(server, f"/v1/tasks/groups/{group}/runs", {"inputs": [RUN] * 2}, 200)  # what was refused was given back
    assert get(server, f"/v1/tasks/groups/{group}")["status"]["num_task_runs"] == 2


# ---- groups


def test_a_group(client, server):
    group = client.task_group.create(metadata={"batch": "1"})
    assert group.status.num_task_runs == 0 and not group.status.is_active and group.metadata == {"batch": "1"}
    inputs = [{"input": q, "processor": "lite"} for q in (ASK, "Who discovered Comet Orlin?", "How high is the Lumenport Lighthouse?")]
    added = client.task_group.add_runs(group.task_group_id, inputs=inputs, default_task_spec={"output_schema": "text"})
    assert len(added.run_ids) == 3 and added.run_cursor is None and added.event_cursor is None and added.status.num_task_runs == 3
    events = list(client.task_group.events(group.task_group_id))
    ended = [e for e in events if e.type == "task_run.state"]
    assert {e.run.run_id for e in ended} == set(added.run_ids)
    assert events[0].type == events[-1].type == "task_group_status"
    assert events[-1].status.task_run_status_counts == {"completed": 3} and not events[-1].status.is_active
    later = list(client.task_group.events(group.task_group_id, last_event_id=ended[1].event_id))
    assert [e.run.run_id for e in later if e.type == "task_run.state"] == [ended[2].run.run_id]
    runs = list(client.task_group.get_runs(group.task_group_id, include_input=True, include_output=True))
    assert [r.run.run_id for r in runs] == added.run_ids
    assert [r.input.input for r in runs] == [i["input"] for i in inputs] and runs[0].input.task_spec.output_schema == "text"
    assert "Adela Varga" in runs[0].output.content
    assert [r.run.run_id for r in client.task_group.get_runs(group.task_group_id, last_event_id=runs[0].event_id)] == added.run_ids[1:]
    assert list(client.task_group.get_runs(group.task_group_id, status="failed")) == []
    assert runs[0].run.task_group_id == group.task_group_id
    assert client.task_group.retrieve_run(added.run_ids[0], task_group_id=group.task_group_id).status == "completed"
    more = client.task_group.add_runs(group.task_group_id, inputs=inputs[:1], refresh_status=False)
    assert more.run_cursor == runs[-1].event_id and more.event_cursor == ended[-1].event_id
    last = list(client.task_group.events(group.task_group_id, last_event_id=more.event_cursor))
    assert [e.run.run_id for e in last if e.type == "task_run.state"] == more.run_ids
    get(server, f"/v1/tasks/groups/{group.task_group_id}/runs/trun_none", 404)


def test_bad_groups(server, new_key):
    group = post(server, "/v1/tasks/groups", {}, 200)["taskgroup_id"]
    path = f"/v1/tasks/groups/{group}/runs"
    for body, loc in (({}, ["body", "inputs"]), ({"inputs": []}, ["body", "inputs"]), ({"inputs": [RUN] * 1001}, ["body", "inputs"]),
                      ({"inputs": [RUN, {"processor": "lite"}]}, ["body", "inputs", 1, "input"])):
        got = post(server, path, body, 422)
        assert got["detail"][0]["loc"] == loc and got["detail"][0]["msg"] and got["detail"][0]["type"]
    assert post(server, path, {"inputs": [{**RUN, "processor": "huge"}]}, 403)["type"] == "error"
    assert get(server, f"/v1/tasks/groups/{group}")["status"]["num_task_runs"] == 0
    for where in ("", "/runs", "/events"):
        assert get(server, f"/v1/tasks/groups/{group}{where}", 404, key=new_key())["type"] == "error"
    assert get(server, f"{path}?status=odd", 422)["detail"][0]["loc"] == ["body", "status"]


def test_a_large_group_is_read_in_pages(start, tmp_path):
    server = start("--no-auth", folder=tmp_path / "empty")
    group = post(server, "/v1/tasks/groups", {}, 200)["taskgroup_id"]
    added = post(server, f"/v1/tasks/groups/{group}/runs", {"inputs": [{**RUN, "input": f"Question {i}?"} for i in range(300)]}, 200)
    with client_of(server) as c:
        events = [e for e in c.task_group.events(group, timeout=PATIENCE_S) if e.type == "task_run.state"]
        assert {e.run.run_id for e in events} == set(added["run_ids"])
        assert [e.run.run_id for e in c.task_group.get_runs(group)] == added["run_ids"]


# ---- waiting, the queue, other clients


@pytest.fixture
def world():
    with_threads = World()
    yield with_threads
    with_threads.close()


@pytest.fixture
def slow(start, world, tmp_path):
    """Starts servers whose runs wait for a search service, until `go` is called."""
    hold = threading.Event()
    mill = world.site().put("/mill", html("Tarnwick Windmill", "The Tarnwick Windmill was built in 1794 by the carpenter Osbert Quill."))
    world.search.results = lambda query: (hold.wait(20), [{"url": mill, "title": "Mill", "content": "A mill."}])[1]

    def begin(*flags, **more):
        slowly = "search_ms = 20000, deadline_ms = 30000"
        return start("--no-auth", "--rate-per-minute", 0, "--allow", "127.0.0.0/8", "--providers", f"searxng {world.search.url('')}",
                     "--budget-lite", slowly, "--budget-base", slowly, *flags, folder=tmp_path / "slow", **more)
    begin.go = hold.set
    yield begin
    hold.set()


def test_a_result_waits_and_does_not_hold_a_worker(slow):
    server = slow("--workers", 2, "--task-workers", 1)
    with client_of(server) as c:
        run = c.task_run.create(**RUN)
        for timeout in (0, 1):
            begin = time.monotonic()
            with pytest.raises(parallel.APIStatusError) as failed:
                c.task_run.result(run.run_id, api_timeout=timeout)
            assert failed.value.status_code == 408 and time.monotonic() - begin < timeout + 2
        got = []
        waiting = [threading.Thread(target=lambda: got.append(client_of(server).task_run.result(run.run_id))) for _ in range(12)]
        watching = threading.Thread(target=lambda: got.append(list(client_of(server).task_run.events(run.run_id))))
        for thread in (*waiting, watching):
            thread.start()
        time.sleep(0.5)
        assert get(server, "/v1/models") and c.task_run.retrieve(run.run_id).status == "running"
        assert server.call("GET", f"/v1/tasks/runs/{run.run_id}").status == 200  # a worker is free
        slow.go()
        for thread in (*waiting, watching):
            thread.join(PATIENCE_S)
        assert len(got) == 13


def test_a_client_that_leaves_does_not_end_the_run(slow):
    server = slow("--task-workers", 1)
    with client_of(server, timeout=0.5) as c:
        run = c.task_run.create(**RUN)
        with pytest.raises(parallel.APITimeoutError):
            c.task_run.result(run.run_id, timeout=0.5, extra_headers={"x-stainless-read-timeout": "600"})
        slow.go()
    with client_of(server) as c:
        assert c.task_run.result(run.run_id).run.status == "completed"


def test_chats_do_not_wait_behind_runs(slow, world):
    held, page = world.search.results, "The Tarnwick Windmill was built in 1794 by the carpenter Osbert Quill."
    mill = world.site().put("/quick", html("Tarnwick Windmill", page))
    world.search.results = lambda query: [{"url": mill, "title": "Mill", "content": page}] if "Tarnwick" in query else held(query)
    server = slow("--workers", 1, "--task-workers", 3)
    ids = [post(server, "/v1/tasks/runs", {**RUN, "processor": p}, 202)["run_id"] for p in ("lite", "base", "lite") * 4]
    until = time.monotonic() + PATIENCE_S
    while [get(server, f"/v1/tasks/runs/{i}")["status"] for i in ids].count("running") < 3 and time.monotonic() < until:
        time.sleep(0.02)
    begin = time.monotonic()
    assert "Osbert Quill" in json.dumps(server.answer("Who built the Tarnwick Windmill?"))
    assert time.monotonic() - begin < 5
    assert [get(server, f"/v1/tasks/runs/{i}")["status"] for i in ids].count("running") == 3
    slow.go()
    wait_for(server, ids)


def test_the_queue_is_bounded(slow):
    server = slow("--task-workers", 1, "--task-queue", 3)
    for _ in range(3):
        post(server, "/v1/tasks/runs", RUN, 202)
    reply = server.post(RUN, "/v1/tasks/runs")
    assert reply.status == 429 and int(reply.headers["retry-after"]) > 0 and reply.json()["type"] == "error"


# ---- webhooks


@pytest.fixture
def alone(start, tmp_path):
    """Starts servers on the test pages in a folder of its own, where no other server answers the runs."""
    folder = tmp_path / "alone"
    assert footnote("index", "add", HERE / "pages.jsonl", data=folder).returncode == 0
    return lambda *flags, **more: start("--no-auth", "--rate-per-minute", 0, *flags, folder=folder, **more)


class Receiver:
    """Takes messages, after failing the first `failures` times."""

    def __init__(self, failures=0, host="127.0.0.1"):
        self.got, self.left = [], failures
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.left -= 1
                status = 500 if receiver.left >= 0 else 200
                receiver.got.append((status, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.url = f"http://{host}:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def taken(self):
        return [json.loads(body) for status, _, body in self.got if status == 200]

    def wait(self, n):
        until = time.monotonic() + PATIENCE_S
        while len(self.taken()) < n and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.taken()) >= n, self.got
        return self.taken()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = []

    def make(*args, **more):
        made.append(Receiver(*args, **more))
        return made[-1]
    yield make
    for one in made:
        one.close()


def signature(secret, headers, body):
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()


KEY = b"twenty-four raw bytes ok"


@pytest.mark.parametrize("secret", [KEY.decode().replace(" ", "-"), "whsec_" + base64.b64encode(KEY).decode(), ""], ids=["raw", "whsec", "none"])
def test_a_webhook_is_told(alone, receiver, secret):
    hook = receiver()
    server = alone("--allow", "127.0.0.1", env={"FOOTNOTE_WEBHOOK_SECRET": secret})
    run = post(server, "/v1/tasks/runs", {**RUN, "webhook": {"url": hook.url, "event_types": ["task_run.status"]}, "metadata": {"a": "b"}}, 202)
    message, = hook.wait(1)
    _, headers, body = hook.got[0]
    assert message["type"] == "task_run.status" and message["timestamp"] and message["data"]["run_id"] == run["run_id"]
    check_run(message["data"], "completed")
    assert message["data"]["metadata"] == {"a": "b"}
    assert headers["webhook-id"].startswith("whevent_") and abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert headers["content-type"] == "application/json"
    raw = KEY if secret.startswith("whsec_") else secret.encode()
    assert headers.get("webhook-signature") == (signature(raw, headers, body) if secret else None)


def test_a_webhook_is_tried_again(alone, receiver):
    hook = receiver(failures=2)
    server = alone("--allow", "127.0.0.1", "--webhook-retry-s", 1, env={"FOOTNOTE_WEBHOOK_SECRET": "x"})
    begin = time.monotonic()
    post(server, "/v1/tasks/runs", {**RUN, "webhook": {"url": hook.url}}, 202)
    hook.wait(1)
    assert time.monotonic() - begin > 2  # 1 s, then 2 s, by whole seconds
    assert len({headers["webhook-id"] for _, headers, _ in hook.got}) == 1 and len(hook.got) == 3
    time.sleep(0.5)
    assert len(hook.got) == 3


def test_webhooks_inside_are_not_asked(alone, receiver):
    hook = receiver()
    server = alone("--webhook-retry-s", 3600)
    for url in (hook.url, hook.url.replace("127.0.0.1", "localhost"), "http://169.254.169.254/latest", "http://[::1]:80/"):
        run = post(server, "/v1/tasks/runs", {**RUN, "webhook": {"url": url}}, 202)
        get(server, f"/v1/tasks/runs/{run['run_id']}/result")
    until = time.monotonic() + PATIENCE_S
    while server.log_text().count("not taken") < 4 and time.monotonic() < until:
        time.sleep(0.05)
    assert server.log_text().count("not taken") >= 4 and hook.got == []


# ---- the end of a process


def wait_for(server, ids, status="completed"):
    until = time.monotonic() + PATIENCE_S
    while True:
        states = [get(server, f"/v1/tasks/runs/{i}")["status"] for i in ids]
        if all(s == status for s in states):
            return
        assert time.monotonic() < until, states
        time.sleep(0.05)


def test_runs_survive_an_end_in_order(slow, tmp_path):
    server = slow("--task-workers", 1, "--stop-grace-ms", 300)
    ids = [post(server, "/v1/tasks/runs", RUN, 202)["run_id"] for _ in range(3)]
    wait_for(server, ids[:1], "running")
    waits = threading.Thread(target=lambda: server.call("GET", f"/v1/tasks/runs/{ids[0]}/result"))
    waits.start()
    time.sleep(0.3)
    begin = time.monotonic()
    assert server.stop(signal.SIGTERM) == 0 and time.monotonic() - begin < 5
    waits.join(PATIENCE_S)
    slow.go()
    wait_for(slow(), ids)


def test_kill_9_again_and_again(alone, receiver):
    """Runs are queued, running and done while the process dies. None is lost, none ends twice, every webhook is told."""
    hook = receiver()
    ids, ends = [], {}

    def begin():
        return alone("--allow", "127.0.0.1", "--webhook-retry-s", 1, env={"FOOTNOTE_WEBHOOK_SECRET": "x"})
    for turn in range(20):
        server = begin()
        for _ in range(3):
            ids.append(post(server, "/v1/tasks/runs", {**RUN, "webhook": {"url": hook.url}}, 202)["run_id"])
        time.sleep(0.004 * turn)
        for run in [get(server, f"/v1/tasks/runs/{i}") for i in ids]:
            if run["status"] == "completed":
                assert ends.setdefault(run["run_id"], run["modified_at"]) == run["modified_at"]  # it ended once
        server.process.kill()
        server.stop(signal.SIGKILL)
    server = begin()
    wait_for(server, ids)
    for i in ids:
        run = get(server, f"/v1/tasks/runs/{i}")
        assert ends.setdefault(i, run["modified_at"]) == run["modified_at"]
    hook.wait(len(ids))
    until = time.monotonic() + PATIENCE_S
    while {m["data"]["run_id"] for m in hook.taken()} != set(ids) and time.monotonic() < until:
        time.sleep(0.05)
    assert {m["data"]["run_id"] for m in hook.taken()} == set(ids)
    by_run = {}
    for _, headers, body in hook.got:
        message = json.loads(body)["data"]
        by_run.setdefault(message["run_id"], set()).add((headers["webhook-id"], message["modified_at"]))
    assert all(len(told) == 1 for told in by_run.values())  # again, perhaps, but never another end


def test_a_backup_has_the_runs(alone, start, tmp_path):
    server = alone()
    run = post(server, "/v1/tasks/runs", RUN, 202)["run_id"]
    output = get(server, f"/v1/tasks/runs/{run}/result")["output"]
    assert footnote("backup", tmp_path / "kept", data=tmp_path / "alone").returncode == 0
    assert footnote("restore", tmp_path / "kept", data=tmp_path / "other").returncode == 0
    other = start("--no-auth", folder=tmp_path / "other")
    assert get(other, f"/v1/tasks/runs/{run}/result")["output"] == output
