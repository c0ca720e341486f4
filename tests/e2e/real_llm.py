"""Commands with a real llama-server and a real model; run by scripts/real-llm, which builds and fetches them. pytest does not collect
this file by itself."""
import json
import os
import pathlib
import signal
import time

import pytest
from support import check_completion, content, footnote

SERVER, MODEL = os.environ["FOOTNOTE_REAL_SERVER"], os.environ["FOOTNOTE_REAL_MODEL"]


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def test_doctor_runs_the_model_file(own):
    done = footnote("doctor", "--online", "--json", "--listen", "127.0.0.1:0", "--model-file", MODEL, "--llama-server", SERVER, "--llm-context",
                    1500, "--llm-parallel", 2, data=own, env={"FOOTNOTE_LLM": "auto"})
    assert done.returncode == 0, done.stdout + done.stderr
    said = [c["message"] for c in json.loads(done.stdout)["checks"] if c["name"] == "model_file"]
    assert len(said) == 3, said
    assert "llama.cpp" in said[1] and pathlib.Path(MODEL).stem in said[1] and "1536" in said[1]  # llama.cpp rounds up to 256
    assert "answered" in said[2]
    log = (own / "llama-server.log").read_text(errors="replace")
    assert "n_slots = 2" in log and (own / "llama-server.log").stat().st_mode & 0o777 == 0o600


def running(parent):
    """Processes of this parent."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if stat.rsplit(")", 1)[1].split()[1] == str(parent) and "llama-server" in stat:
                found.append(int(entry.name))
    return found


def wait_for(what):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_serve_answers_before_during_and_after_the_model(start, data):
    """Down, loading, up, killed: there is always an answer, and no child is left."""
    server = start("--model-file", MODEL, "--llama-server", SERVER, "--llm-context", 4096, "--llm-parallel", 1, env={"FOOTNOTE_LLM": "auto"})
    assert "[1]" in content(server.answer())
    first = wait_for(lambda: running(server.process.pid))[0]
    wait_for(lambda: "state=ready" in server.log_text())
    check_completion(server.answer())
    os.kill(first, signal.SIGKILL)
    assert "[1]" in content(server.answer())
    second = wait_for(lambda: [p for p in running(server.process.pid) if p != first])[0]
    wait_for(lambda: server.log_text().count("state=ready") == 2)
    check_completion(server.answer())
    assert server.stop() == 0
    assert not pathlib.Path(f"/proc/{second}").exists()


def test_llm_check_runs_it_too(own):
    done = footnote("llm", "check", "--model-file", MODEL, "--llama-server", SERVER, "--llm-context", 1024, data=own, env={"FOOTNOTE_LLM": "auto"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "llama.cpp" in done.stdout and "1024 tokens" in done.stdout and "response_format json_schema" in done.stdout


def test_a_damaged_model_is_reported(own, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(pathlib.Path(MODEL).read_bytes()[:1000000])
    done = footnote("doctor", "--online", "--json", "--listen", "127.0.0.1:0", "--model-file", cut, "--llama-server", SERVER, data=own,
                    env={"FOOTNOTE_LLM": "auto"})
    assert done.returncode == 1
    failed = [c for c in json.loads(done.stdout)["checks"] if c["status"] == "fail"]
    assert len(failed) == 1 and failed[0]["name"] == "model_file" and "ended with status" in failed[0]["message"], failed
