"""What a server logs: the access log in each form, the audit log, traces, and the trace of a request across services."""
import json
import re
import shlex
import stat
import time

import pytest
from llm_world import LlmWorld, Say
from support import ASK, PATIENCE_S, chat, chunks, footnote
from test_web import MILL, QUESTION, web, world  # noqa: F401 (fixtures)

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def lines(server, event, count=1):
    """The log lines of an event, once there are so many; a line is written right after its reply."""
    until = time.monotonic() + PATIENCE_S
    while len(found := [line for line in server.log_text().splitlines() if re.search(rf"\b{event}\b", line)]) < count:
        assert time.monotonic() < until, (event, server.log_text())
        time.sleep(0.01)
    return found


def test_the_access_log_says_who_what_and_how_long(start):
    server = start()
    chunks(server.ask(stream=True, headers={"x-request-id": "mine-1"}))
    line = lines(server, "mine-1")[0]
    for part in ("method=POST", "path=/v1/chat/completions", "status=200", "client=127.0.0.1", 'key="test-', "model=speed",
                 "searches=0", "pages=0", "id=mine-1"):
        assert part in line, line
    assert re.search(r" ms=\d+ bytes=[1-9]\d* .* wait_ms=\d+ .*first_ms=\d+", line), line
    server.ask(model="nothing", headers={"x-request-id": "mine-2"})
    assert "error=model_not_found" in lines(server, "mine-2")[0]
    server.call("POST", "/v1/chat/completions", b"{}", {"x-request-id": "mine-3"}, key="fn_wrong")
    assert 'status=401' in lines(server, "mine-3")[0] and 'key=""' in lines(server, "mine-3")[0]


def test_json_lines_are_json(start, new_key, data):
    server = start("--log-format", "json")
    name = 'say "x" status=9 \\'
    done = footnote("key", "create", name, data=data)
    assert done.returncode == 0, done.stderr
    server.ask(headers={"x-request-id": "0123"}, key=done.stdout.strip())
    server.ask(model="base", headers={"x-request-id": "second"})
    line = json.loads(lines(server, "0123")[0])
    assert line["event"] == "request" and line["level"] == "info" and line["status"] == 200 and line["id"] == "0123"
    assert line["key"] == name and line["model"] == "speed" and isinstance(line["ms"], int)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    lines(server, "second")
    assert server.stop() == 0
    for line in server.log_text().splitlines():
        assert {"time", "level", "event"} <= set(json.loads(line))


def test_logfmt_lines_are_pairs(start):
    server = start("--log-format", "logfmt")
    server.ask(headers={"x-request-id": "mine"})
    pairs = dict(part.split("=", 1) for part in shlex.split(lines(server, "mine")[0]))
    assert pairs["event"] == "request" and pairs["level"] == "info" and pairs["id"] == "mine" and pairs["key"].startswith("test-")


def test_a_wrong_form_or_switch_is_refused(data):
    for flag, value in (("--log-format", "xml"), ("--trace", "search,everything"), ("--metrics", "some")):
        done = footnote("serve", flag, value, data=data)
        assert done.returncode in (1, 2) and value.split(",")[-1] in done.stderr, done


def audit(data):
    return [line for line in (data / "audit.log").read_text().splitlines() if line]


def test_changes_of_keys_are_audited(tmp_path):
    assert footnote("key", "create", "ann", data=tmp_path).returncode == 0
    assert footnote("key", "revoke", "ann", data=tmp_path).returncode == 0
    found = audit(tmp_path)
    assert [re.search(r'audit (\w+) key="ann"', line).group(1) for line in found] == ["key_created", "key_revoked"]
    assert stat.S_IMODE((tmp_path / "audit.log").stat().st_mode) == 0o600
    assert "fn_" not in "".join(found)


def test_the_audit_log_can_be_elsewhere_or_none(tmp_path):
    elsewhere = tmp_path / "audit"
    assert footnote("key", "create", "ann", "--audit-log", elsewhere, "--log-format", "json", data=tmp_path).returncode == 0
    assert json.loads(elsewhere.read_text())["key"] == "ann"
    assert footnote("key", "create", "bob", "--audit-log", "none", data=tmp_path).returncode == 0
    assert not (tmp_path / "audit.log").exists()


def test_each_address_that_was_contacted_is_audited(world, web, tmp_path):
    site = world.site()
    world.search.results = [site.put("/page", MILL)]
    server = web("--audit-log", tmp_path / "audit")
    assert server.ask(QUESTION, headers={"x-request-id": "who-asked"}).status == 200
    assert server.ask(QUESTION + " And when?", headers={"x-request-id": "asked-again"}).status == 200
    found = (tmp_path / "audit").read_text().splitlines()
    mine = [line for line in found if line.endswith("id=who-asked")]
    assert any(f" contact host=127.0.0.1 ip=127.0.0.1 port={world.search.port} for=service" in line for line in mine), found
    assert any(f"ip={site.address} port={site.port} for=page" in line for line in mine), found
    assert "/page" not in "".join(found) and "Tarnwick" not in "".join(found)
    again = [line for line in found if line.endswith("id=asked-again")]
    assert any("for=service" in line for line in again), found  # whether or not its connection was open already


def test_a_trace_goes_on_to_the_operators_services_only(world, web):
    with LlmWorld("vllm", model="qwen") as llm:
        llm.default = Say("Osbert Quill built the Tarnwick Windmill in 1794 [1].")
        site = world.site()
        world.search.results = [site.put("/page", MILL)]
        server = web("--llm", llm.url)
        assert server.ask(QUESTION, headers={"traceparent": PARENT, "x-request-id": "traced"}).status == 200
        sent = {name.lower(): value for name, value in llm.asked[-1].headers.items()}["traceparent"]
        assert sent.startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-") and sent != PARENT and sent.endswith("-01")
        assert world.search.heard[-1]["traceparent"] == sent
        assert all(headers["traceparent"] is None for headers in site.heard) and site.heard
        line = lines(server, "traced")[0]
        assert "trace=4bf92f3577b34da6a3ce929d0e0e4736" in line and f"span={sent.split('-')[2]}" in line


@pytest.mark.parametrize("parent", ["", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", PARENT.upper(), PARENT + "x", "ff" + PARENT[2:],
                                    PARENT[:-1], PARENT.replace("-", "_")])
def test_a_broken_traceparent_is_no_trace(server, parent):
    assert server.ask(headers={"traceparent": parent, "x-request-id": "broken-parent"}).status == 200
    assert "trace=" not in lines(server, "broken-parent")[-1]


def test_traces_say_what_was_done(data):
    done = footnote("ask", ASK, "--trace", "plan,step,search,evidence", data=data, env={"FOOTNOTE_PROVIDERS": "index"})
    assert done.returncode == 0, done
    for part in ("part=plan part 1,", "part=search index", "part=evidence part 1", 'takes "', "part=step gather, round 1:"):
        assert part in done.stderr, done.stderr
    quiet = footnote("ask", ASK, data=data, env={"FOOTNOTE_PROVIDERS": "index"})
    assert quiet.stdout == done.stdout and "trace" not in quiet.stderr


def test_traces_of_a_server_name_the_request(start):
    server = start("--trace", "all")
    server.post(chat(ASK), headers={"x-request-id": "traced-one"})
    assert any("id=traced-one" in line for line in lines(server, "trace", 3))
