"""Commands with a real llama-server and a real model; run by scripts/real-llm, which builds and fetches them. pytest does not collect
this file by itself."""
import json
import os
import pathlib

import pytest
from support import footnote

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
