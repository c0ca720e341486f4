"""footnote doctor: each thing that can be set up wrong is named, and nothing is changed by looking."""
import json
import os
import socket
import stat
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import support
from support import BINARY, environment, footnote

GGUF = b"GGUF" + (3).to_bytes(4, "little") + bytes(16)


def doctor(data, *flags, env=None):
    """The checks by name (the first of each name), and the whole list."""
    done = footnote("doctor", "--json", "--listen", "127.0.0.1:0", *flags, data=data, env=env)
    assert done.stderr == "", done.stderr
    report = json.loads(done.stdout)
    assert set(report) == {"checks", "ok"}
    for check in report["checks"]:
        assert set(check) == {"name", "status", "message", "advice"} and check["message"], check
        assert check["status"] in ("ok", "warn", "fail"), check
        assert check["advice"] is None or check["status"] != "ok", check
    failed = any(check["status"] == "fail" for check in report["checks"])
    assert report["ok"] is not failed and done.returncode == (1 if failed else 0)
    by_name = {}
    for check in report["checks"]:
        by_name.setdefault(check["name"], check)
    return by_name, report["checks"]


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def server_program(tmp_path):
    program = tmp_path / "llama-server"
    program.write_text("#!/bin/sh\necho no model today\nexit 3\n")
    program.chmod(0o700)
    return program


def test_a_sound_installation_has_no_warning(data, new_key, tmp_path):
    new_key()
    checks, everything = doctor(data, "--max-connections", "100")
    assert [c for c in everything if c["status"] != "ok" and c["name"] not in ("data folder", "pdf")] == []
    assert {"settings", "data folder", "confidence", "encoder", "index", "keys", "address", "search", "guard", "pdf", "certificates", "llm", "model_file",
            "tls", "state files", "open files", "confinement", "versions"} == set(checks)
    assert f"{len(support.PAGES)} pages" in checks["index"]["message"]
    assert "Xapian" in checks["versions"]["message"] and "SQLite 3" in checks["versions"]["message"]


def test_text_has_a_line_a_check(data):
    done = footnote("doctor", "--listen", "127.0.0.1:0", "--fetch-ports", "http", data=data)
    lines = done.stdout.splitlines()
    assert done.returncode == 1 and lines[-1].startswith(f"{len(lines) - 2} checks: 1 fail")
    assert all(line.split()[0] in ("ok", "warn", "FAIL") for line in lines[:-2])
    assert any(line.startswith("FAIL  guard") and "http" in line for line in lines)


def test_looking_changes_nothing(tmp_path):
    missing = tmp_path / "not" / "there"
    checks, _ = doctor(missing)
    assert checks["data folder"]["status"] == "warn" and checks["keys"]["status"] == "warn" and checks["index"]["status"] == "warn"
    assert not missing.parent.exists()
    missing.mkdir(mode=0o700, parents=True)
    doctor(missing)
    assert list(missing.iterdir()) == []


def test_the_data_folder(own, tmp_path):
    own.chmod(0o755)
    assert "every user" in doctor(own)[0]["data folder"]["message"]
    file = tmp_path / "file"
    file.write_text("")
    checks, _ = doctor(file)
    assert checks["data folder"]["status"] == "fail" and str(file) in checks["data folder"]["message"]
    if os.geteuid() != 0:
        own.chmod(stat.S_IRUSR | stat.S_IXUSR)
        assert doctor(own)[0]["data folder"]["status"] == "fail"


def test_settings(own):
    (own / "footnote.ini").write_text("workers = 4\n")
    assert "was read" in doctor(own)[0]["settings"]["message"]
    (own / "footnote.ini").write_text("workers = 4\nwrokers = 5\n")
    checks, _ = doctor(own)
    assert checks["settings"]["status"] == "fail" and "footnote.ini:2" in checks["settings"]["message"]
    assert "keys" not in checks and "pdf" in checks


def test_the_confidence_model(own):
    assert "As shipped" in doctor(own)[0]["confidence"]["message"]
    (own / "confidence.ini").write_text("bias = -1\n")
    assert "confidence.ini" in doctor(own)[0]["confidence"]["message"]
    (own / "confidence.ini").write_text("bias = often\n")
    assert doctor(own)[0]["confidence"]["status"] == "fail"


def test_damaged_files(own):
    (own / "index").mkdir()
    (own / "index" / "iamglass").write_text("not an index")
    (own / "state.db").write_text("not a database, but long enough to be looked at" * 100)
    checks, _ = doctor(own)
    assert checks["index"]["status"] == "fail" and checks["keys"]["status"] == "fail"


def test_keys(own):
    assert "no_auth" in doctor(own, "--no-auth")[0]["keys"]["message"]
    assert footnote("key", "create", "me", data=own).returncode == 0
    assert doctor(own)[0]["keys"]["status"] == "ok"
    assert footnote("key", "revoke", "me", data=own).returncode == 0
    checks, _ = doctor(own)
    assert checks["keys"]["status"] == "warn" and "footnote key create" in checks["keys"]["advice"]


def test_the_address(own, open_server):
    def check(listen, *flags):
        done = footnote("doctor", "--json", "--listen", listen, *flags, data=own)
        return {c["name"]: c for c in json.loads(done.stdout)["checks"]}["address"]

    assert "footnote that answers" in check(f"127.0.0.1:{open_server.port}")["message"]
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = check(f"127.0.0.1:{other.getsockname()[1]}")
    assert taken["status"] == "fail" and "in use" in taken["message"] and taken["advice"]
    assert check("example.org:80")["status"] == "fail"
    assert check("0.0.0.0:0", "--no-auth")["status"] == "fail"


def test_the_web(own, tmp_path):
    checks, _ = doctor(own, "--providers", "brave", "--allow", "10.0.0.0/8", "--fetch-ports", "70000", "--ca-file", tmp_path / "none.pem")
    assert checks["search"]["status"] == "fail" and "BRAVE" in checks["search"]["message"]
    assert checks["guard"]["status"] == "fail" and "70000" in checks["guard"]["message"]
    assert checks["certificates"]["status"] == "fail"
    (tmp_path / "none.pem").write_text("no certificate")
    checks, everything = doctor(own, "--ca-file", tmp_path / "none.pem", "--ignore-robots")
    assert "no certificate" in checks["certificates"]["message"] and checks["robots"]["status"] == "warn"
    assert not any("brave" in c["message"].lower() for c in everything)


def test_search_services_are_asked_online_only(own):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    where = f"searxng http://127.0.0.1:{port}"
    assert sum(c["name"] == "search" for c in doctor(own, "--providers", where)[1]) == 1
    found = [c for c in doctor(own, "--providers", where, "--online")[1] if c["name"] == "search"]
    assert len(found) == 2 and found[1]["status"] == "fail" and "searxng" in found[1]["message"]


def test_open_files(own):
    done = subprocess.run(["sh", "-c", f"ulimit -n 500; exec {BINARY} doctor --json --listen 127.0.0.1:0 --data {own}"], capture_output=True,
                          text=True, timeout=60, env=environment("/nonexistent"))
    checks = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    assert checks["open files"]["status"] == "warn" and "ulimit -n" in checks["open files"]["advice"]


class Endpoint(BaseHTTPRequestHandler):
    """A model's server and a reranker."""

    def say(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/v1/models":
            self.say(200, {"object": "list", "data": [{"id": "clever-8b", "owned_by": "vllm", "max_model_len": 16384}]})
        else:
            self.say(404, {})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        best = 1 if self.path == "/v1/rerank" else 0
        self.say(200, {"results": [{"index": i, "relevance_score": float(i == best)} for i, _ in enumerate(request["documents"])]})

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def endpoint():
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_model(own, endpoint):
    checks, _ = doctor(own, "--llm", endpoint)
    assert checks["llm"]["status"] == "ok" and "clever-8b" in checks["llm"]["message"] and "16384" in checks["llm"]["message"]
    checks, _ = doctor(own, "--llm", "http://127.0.0.1:1/v1?key=s3cret")
    assert checks["llm"]["status"] == "fail" and "s3cret" not in json.dumps(checks)
    checks, _ = doctor(own, "--llm", endpoint, "--llm-key-env", "NOT_SET_ANYWHERE")
    assert checks["llm"]["status"] == "fail" and "NOT_SET_ANYWHERE" in checks["llm"]["message"]


def test_the_reranker(own, endpoint):
    assert "rerank" not in doctor(own)[0]
    assert doctor(own, "--rerank-url", endpoint + "/v1/rerank")[0]["rerank"]["status"] == "ok"
    online = ["--online", "--rerank-timeout-ms", "20000"]
    assert "1.000" in doctor(own, "--rerank-url", endpoint + "/v1/rerank", *online)[0]["rerank"]["message"]
    assert doctor(own, "--rerank-url", endpoint + "/wrong", *online)[0]["rerank"]["status"] == "warn"
    assert doctor(own, "--rerank-url", "http://127.0.0.1:1/", *online)[0]["rerank"]["status"] == "fail"
    assert doctor(own, "--rerank-url", "nowhere")[0]["rerank"]["status"] == "fail"
    assert doctor(own, "--rerank-url", endpoint, "--rerank-key-env", "NOT_SET_ANYWHERE")[0]["rerank"]["status"] == "fail"


def test_the_model_file(own, tmp_path, server_program):
    model = tmp_path / "tiny.gguf"
    flags = ["--model-file", model, "--llama-server", server_program]
    assert "cannot be read" in doctor(own, *flags)[0]["model_file"]["message"]
    model.write_bytes(b"PK" + bytes(100))
    assert "no GGUF" in doctor(own, *flags)[0]["model_file"]["message"]
    model.write_bytes(GGUF)
    checks, everything = doctor(own, *flags)
    assert checks["model_file"]["status"] == "ok" and str(server_program) in checks["model_file"]["message"]
    assert any("not used" in c["message"] for c in everything)  # support sets llm to none
    assert doctor(own, *flags, env={"FOOTNOTE_LLM": "auto"})[0]["llm"]["status"] == "ok"
    server_program.chmod(0o600)
    assert doctor(own, *flags)[0]["model_file"]["status"] == "fail"
    assert "make llm" in doctor(own, "--model-file", model, env={"PATH": "/nonexistent"})[0]["model_file"]["message"]
    assert doctor(own, env={"PATH": "/nonexistent"})[0]["model_file"]["message"] == "None is set."


def test_a_model_file_is_tried_online(own, tmp_path, server_program):
    model = tmp_path / "tiny.gguf"
    model.write_bytes(GGUF)
    _, everything = doctor(own, "--model-file", model, "--llama-server", server_program, "--online", env={"FOOTNOTE_LLM": "auto"})
    failed = [c for c in everything if c["status"] == "fail"]
    assert len(failed) == 1 and "status 3" in failed[0]["message"] and "llama-server.log" in failed[0]["advice"]
    assert "no model today" in (own / "llama-server.log").read_text()


def test_options(own):
    help = footnote("doctor", "--help")
    assert help.returncode == 0 and "--online" in help.stdout
    assert footnote("doctor", "--nonsense", data=own).returncode == 2
    assert footnote("doctor", "extra", data=own).returncode == 2
