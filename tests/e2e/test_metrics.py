"""GET /metrics: what it says, to whom, in which form; the dashboard asks for what is there."""
import json
import re
import time

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text
from support import ASK, PATIENCE_S, ROOT, chat, check_error, chunks

OPEN = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"


def families(server, accept=OPEN, key=None):
    reply = server.call("GET", "/metrics", headers={"Accept": accept} if accept else {}, key=key)
    assert reply.status == 200, reply
    parse = parse_open if "openmetrics" in reply.headers["content-type"] else parse_text
    return {f.name: f for f in parse(reply.body.decode())}


def value(found, name, **labels):
    """The sum of the samples of this name whose labels are these, among others."""
    return sum(s.value for f in found.values() for s in f.samples
               if s.name == name and all(s.labels.get(k) == v for k, v in labels.items()))


def families_once(server, true):
    """A request is counted right after its reply, so a client may be faster."""
    until = time.monotonic() + PATIENCE_S
    while not true(found := families(server)):
        assert time.monotonic() < until, found
        time.sleep(0.01)
    return found


def test_both_forms_are_valid_and_say_the_same(server):
    server.answer()
    openly, text = families(server), families(server, accept=None)
    assert set(openly) - {"footnote_build"} == set(text) - {"footnote_build_info"}
    assert len(openly) > 25
    for family in openly.values():
        assert re.match(r"footnote_|gen_ai_|process_", family.name), family.name
        assert family.documentation.endswith("."), family


@pytest.mark.parametrize("accept,form", [
    (None, "text/plain"), ("*/*", "text/plain"), ("text/plain", "text/plain"), (OPEN, "application/openmetrics-text"),
    ("application/openmetrics-text", "application/openmetrics-text"),
    ("application/openmetrics-text;q=0.1, text/plain;q=0.9", "text/plain"),
    ("application/openmetrics-text;q=0", "text/plain"),
])
def test_the_form_is_the_one_asked_for(server, accept, form):
    reply = server.call("GET", "/metrics", headers={"Accept": accept} if accept else {}, key=None)
    assert reply.headers["content-type"].startswith(form), reply.headers


def test_questions_are_counted(start):
    server = start()
    before = families(server)
    server.answer()
    server.answer(model="base")
    chunks(server.ask(stream=True))
    check_error(server.ask(model="nothing"), 404)
    assert server.call("GET", "/nowhere").status == 404
    now = families_once(server, lambda f: value(f, "footnote_requests_total", status="404") == 2 and
                        value(f, "footnote_requests_total", model="speed", status="200") >= 2)

    def more(name, **labels):
        return value(now, name, **labels) - value(before, name, **labels)

    assert more("footnote_requests_total", model="speed", status="200") == 2
    assert more("footnote_requests_total", model="base", status="200") == 1
    assert more("footnote_requests_total", model="none", status="404") == 2
    assert more("gen_ai_server_request_duration_seconds_count", gen_ai_request_model="speed", error_type="") == 2
    assert more("gen_ai_server_time_to_first_token_seconds_count", gen_ai_request_model="speed") == 1
    assert more("footnote_step_seconds_count", step="gather") >= 3
    assert more("footnote_step_seconds_sum") > 0
    assert more("footnote_queue_seconds_count", lane="cheap") >= 2 and more("footnote_queue_seconds_count", lane="dear") >= 1
    assert more("footnote_searches_total", provider="index") >= 3
    assert more("footnote_answers_total", model="speed") == 2 and more("footnote_citations_total", model="speed") >= 2
    assert more("footnote_evidence_pages_count") == 3


def test_the_state_of_the_process_is_there(server):
    found = families(server)
    for name in ("process_resident_memory_bytes", "process_open_fds", "process_max_fds", "process_cpu_seconds_total",
                 "process_start_time_seconds", "footnote_connections", "footnote_workers", "footnote_index_pages",
                 "footnote_index_bytes"):
        assert value(found, name) > 0, name
    assert value(found, "footnote_build_info") == 1


def test_buckets_are_those_of_the_conventions(server):
    server.answer()
    found = families(server)
    bounds = [float(s.labels["le"]) for s in found["footnote_queue_seconds"].samples
              if s.name.endswith("_bucket") and s.labels["lane"] == "cheap"]
    assert bounds == [.01 * 2 ** n for n in range(14)] + [float("inf")], bounds


def test_limits_are_counted_without_names_of_keys(start, new_key):
    server = start("--rate-per-minute", 1)
    server.ask()
    assert server.ask().status == 429
    reply = server.call("GET", "/metrics", key=None)
    families_once(server, lambda f: value(f, "footnote_limited_requests_total", reason="key") == 1)
    assert server.key.encode() not in reply.body and b"test-" not in reply.body


def test_models_that_do_not_exist_make_no_series(server):
    for i in range(5):
        server.ask(model=f"made-up-{i}")
    assert b"made-up" not in server.call("GET", "/metrics", key=None).body


@pytest.mark.parametrize("headers", [
    {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}, {"Host": "evil.example:8080"},
])
def test_loopback_is_this_machine_and_no_web_page(server, headers):
    check_error(server.call("GET", "/metrics", headers=headers, key=None), 404)


def test_who_may_read_is_a_setting(start):
    off, keyed, all_may = start("--metrics", "off"), start("--metrics", "key"), start("--metrics", "open")
    check_error(off.call("GET", "/metrics"), 404)
    assert "/metrics" not in off.call("GET", "/nowhere").json()["error"]["message"]
    check_error(keyed.call("GET", "/metrics", key=None), 401)
    assert keyed.call("GET", "/metrics").status == 200
    assert all_may.call("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"}, key=None).status == 200


def test_post_is_refused(server):
    check_error(server.post(chat(ASK), path="/metrics"), 405)


def dashboard():
    return json.loads((ROOT / "share/grafana/footnote.json").read_text())


def panels(board):
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def test_the_dashboard_asks_for_what_is_there(server):
    server.answer()
    found = families(server)
    known = {s.name: set() for f in found.values() for s in f.samples}
    for f in found.values():
        for suffix in ("", "_total", "_bucket", "_sum", "_count", "_info"):
            known.setdefault(f.name + suffix, set())
    asked = [t["expr"] for p in panels(dashboard()) for t in p.get("targets", [])]
    assert len(asked) > 15
    names = {name for expr in asked for name in re.findall(r"\b(?:footnote|gen_ai|process)_\w+(?=[{\[)\s]|$)", expr)}
    labels = {"gen_ai_request_model", "gen_ai_token_type", "gen_ai_operation_name"}
    assert names - labels and names - labels <= set(known), names - labels - set(known)
    units = {f.name: f.type for f in found.values()}
    for expr in asked:  # what only grows is shown as a rate
        for name in re.findall(r"\b(\w+_total)\b(?!\[)", re.sub(r"\{[^}]*\}", "", expr)):
            assert name not in {n + "_total" for n, t in units.items() if t == "counter"}, expr


def test_every_label_of_the_dashboard_is_there(server):
    server.answer()
    chunks(server.ask(stream=True))
    labels = {k for f in families(server).values() for s in f.samples for k in s.labels}
    asked = set()
    for panel in panels(dashboard()):
        for target in panel.get("targets", []):
            for group in re.findall(r"by \(([^)]*)\)", target["expr"]):
                asked |= {name.strip() for name in group.split(",")}
    definitions = (ROOT / "src/base/meters.def").read_text()
    assert asked and all(name in labels or f'"{name}"' in definitions for name in asked - {"le"}), asked - labels
