"""footnote eval: figures of the test questions, here and over a server; files; calibration; what is refused."""
import json
import math
import os
import pathlib
import re
import xml.etree.ElementTree as xml

import pytest
from support import PAGES, QUESTIONS, ROOT, footnote

NOWHERE = [f"Which {thing} won the Ruritanian cup in {year}?" for year in (1788, 1790) for thing in
           ("football club", "opera singer", "sailing crew")]


def answers(question):
    """A bare number in Chinese text is no word of its own; with the character for year it is found."""
    return [question["says"] + "年"] if question["says"] == "1956" else [question["says"]]


def rows():
    asked = [{"id": f"q{i}", "question": q["ask"], "answers": answers(q), "url": q["page"]} for i, q in enumerate(QUESTIONS)]
    return asked + [{"question": q, "answers": [], "url": None} for q in NOWHERE]


def write(path, lines):
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines))
    return path


def figures(text):
    """The figures at the head of the report, in units of one."""
    found = {}
    for name, value, percent in re.findall(r"^([A-Za-z ]+?)  +(-|[\d.]+)( %)?$", text, re.M):
        found[name] = None if value == "-" else float(value) / (100 if percent else 1)
    return found


@pytest.fixture
def own_data(tmp_path):
    done = footnote("index", "add", ROOT / "tests/e2e/pages.jsonl", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    return tmp_path / "data"


def test_the_test_questions_are_answered(data, tmp_path):
    done = footnote("eval", write(tmp_path / "q.jsonl", rows()), "--model", "speed", "--json", tmp_path / "rows.jsonl", data=data)
    assert done.returncode == 0, done.stderr
    said = figures(done.stdout)
    assert f"questions            {len(QUESTIONS) + 6} ({len(QUESTIONS)} answerable, 6 not)" in done.stdout
    assert said["found"] == said["cited"] == said["proved"] == 1.0 and said["abstained"] == 1.0
    assert 0 <= said["ECE"] <= 1 and 0 <= said["Brier score"] <= 0.25
    got = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [r["question"] for r in got] == [r["question"] for r in rows()]
    assert all(r["right"] and r["found"] and r["url"] in r["cited_urls"] for r in got[:len(QUESTIONS)])
    for r in got:
        assert (r["probability"] is None) == (r["confidence"] is None)
        assert r["confidence"] in ("low", None) or r["answers"]
    stated = [(r["probability"], r["right"]) for r in got if r["probability"] is not None]
    assert math.isclose(said["Brier score"], sum((p - right) ** 2 for p, right in stated) / len(stated), abs_tol=1e-4)


def test_a_server_gives_the_same_figures(data, server, tmp_path):
    questions = write(tmp_path / "q.jsonl", rows())
    here = footnote("eval", questions, "--model", "speed", data=data)
    there = footnote("eval", questions, "--model", "speed", "--url", server.url + "/v1/", "--key", server.key, "--parallel", 3)
    assert there.returncode == 0, there.stderr
    one, two = figures(here.stdout), figures(there.stdout)
    assert one == two and one["found"] == 1.0


def test_questions_that_fail_are_counted(server, tmp_path):
    questions = write(tmp_path / "q.jsonl", rows())
    done = footnote("eval", questions, "--url", server.url + "/v1", "--key", "fn-wrong")
    assert done.returncode == 1 and done.stdout == ""
    assert "status 401" in done.stderr and "API key" in done.stderr and "All questions failed" in done.stderr
    assert f"{len(rows()) - 3} more questions failed" in done.stderr
    done = footnote("eval", questions, "--url", "http://127.0.0.1:1/v1")
    assert done.returncode == 1 and "cannot be reached" in done.stderr


def test_some_that_fail_do_not_spoil_the_rest(start, tmp_path):
    small = start("--no-auth", "--max-input-chars", "200")
    many = rows()[:5] + [{"question": "word " * 100, "answers": ["x"], "url": None}]
    done = footnote("eval", write(tmp_path / "q.jsonl", many), "--url", small.url)
    assert done.returncode == 0 and ", 1 failed" in done.stdout and "status 422" in done.stderr, done.stderr
    assert figures(done.stdout)["found"] == 1.0


def test_an_empty_index_is_said_so(tmp_path):
    done = footnote("eval", write(tmp_path / "q.jsonl", rows()), data=tmp_path / "empty")
    assert done.returncode == 1 and "The index is empty" in done.stderr


def test_limit_and_several_files(data, tmp_path):
    one, two = write(tmp_path / "1.jsonl", rows()[:4]), write(tmp_path / "2.jsonl", rows()[4:8])
    assert "questions            8 (" in footnote("eval", one, two, data=data).stdout
    assert "questions            5 (" in footnote("eval", one, two, "--limit", 5, data=data).stdout
    side = footnote("eval", f"{one},{two}", two, data=data).stdout  # a set of two files beside a set of one
    assert "questions            12 (" in side
    table = side.split("set by set", 1)[1].splitlines()
    assert table[0].split() == ["1", "2"] and table[1].split() == ["questions", "8", "4"]
    assert table[2].startswith("found") and table[2].count("%") == 2
    assert "set by set" not in footnote("eval", one, data=data).stdout


BAD = [("{broken", "1: "), ('["a"]', "a line must be a JSON object"), ('{"answers": []}', '"question" must be'),
       ('{"question": "  ", "answers": []}', '"question" must be'), ('{"question": "Who?"}', '"answers" must be'),
       ('{"question": "Who?", "answers": "x"}', '"answers" must be'), ('{"question": "Who?", "answers": [1]}', 'each of "answers"'),
       ('{"question": "Who?", "answers": ["..."]}', 'each of "answers"'), ('{"question": "Who?", "answers": [], "url": 1.5}', '"url"'),
       ('{"question": "Who?", "answers": [], "id": []}', '"id"')]


@pytest.mark.parametrize("line,why", BAD)
def test_bad_lines_are_told_of_and_skipped(data, tmp_path, line, why):
    path = write(tmp_path / "q.jsonl", [line, rows()[0], "", line])
    done = footnote("eval", path, data=data)
    assert done.returncode == 0, done.stderr
    assert f"{path}:1: " in done.stderr and f"{path}:4: " in done.stderr and why in done.stderr, done.stderr
    assert "2 lines were skipped" in done.stderr and "questions            1 (1 answerable, 0 not)" in done.stdout
    assert footnote("eval", write(path, [line]), data=data).returncode == 2


@pytest.mark.parametrize("arguments,why", [
    ([], "name a file"), (["q", "--model", "huge"], "--model"), (["q", "--limit", "0"], "'--limit' must be"),
    (["q", "--parallel", "x"], "'--parallel' must be"), (["q", "--calibrate", "--url", "http://x/v1"], "--calibrate"),
    (["q", "--force"], "--force"), (["q", "--key", "k"], "--key"), (["q", "--svg"], "needs a value"), (["--what"], "is not understood"),
    (["q", "--print-model"], "--print-model")])
def test_options_that_are_not_understood(data, arguments, why):
    done = footnote("eval", *arguments, data=data)
    assert done.returncode == 2 and why in done.stderr and done.stdout == "", done.stderr


def test_help_explains_each_figure(data, tmp_path):
    said = footnote("eval", "--help").stdout
    for name in figures(footnote("eval", write(tmp_path / "q.jsonl", rows()), data=data).stdout):
        assert re.search(rf"^  {name}  +\w", said, re.M), name


def test_the_diagram_is_xml_and_counts(data, tmp_path):
    done = footnote("eval", write(tmp_path / "q.jsonl", rows()), "--svg", tmp_path / "r.svg", data=data)
    assert done.returncode == 0, done.stderr
    root = xml.parse(tmp_path / "r.svg").getroot()
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == svg + "svg" and "prefers-color-scheme:dark" in root.find(svg + "style").text
    bins = re.findall(r"^[\d.]+ - [\d.]+ +[\d.]+ +[\d.]+ +(\d+) ", done.stdout, re.M)
    dots = [t.text for t in root.iter(svg + "title") if "answers: stated" in t.text]
    assert bins and [d.split()[0] for d in dots] == bins
    assert len([r for r in root.iter(svg + "rect") if r.get("class") == "bar"]) == len(bins)
    done = footnote("eval", write(tmp_path / "q.jsonl", rows()), "--svg", tmp_path / "no/r.svg", data=data)
    assert done.returncode == 1 and "cannot be written" in done.stderr


def many_rows():
    """Each fact asked in several ways, and things that no page tells."""
    ways = ["{}", "Please tell me: {}", "I would like to know this: {}", "{} I am curious."]
    asked = [{**r, "question": way.format(r["question"])} for r in rows()[:len(QUESTIONS)] for way in ways]
    titles = [page["title"] for page in PAGES]
    return asked + [{"question": f"What colour of {thing} did the owner of {title} like?", "answers": []}
                    for title in titles for thing in ("umbrella", "tea cup", "wallpaper")]


def test_calibration_writes_a_file_that_counts(own_data, tmp_path):
    questions = write(tmp_path / "q.jsonl", many_rows())
    before = footnote("eval", questions, "--json", tmp_path / "before.jsonl", data=own_data)
    fitted = footnote("eval", questions, "--calibrate", "--force", data=own_data)
    assert fitted.returncode == 0, fitted.stderr
    model = own_data / "confidence.ini"
    assert str(model) in fitted.stdout and model.exists()
    assert re.search(r"^Brier score  0\.\d{4}   0\.\d{4}$", fitted.stdout, re.M)
    after = footnote("eval", questions, "--json", tmp_path / "after.jsonl", data=own_data)
    changed = [[json.loads(line)["probability"] for line in (tmp_path / name).read_text().splitlines()]
               for name in ("before.jsonl", "after.jsonl")]
    assert changed[0] != changed[1]
    assert figures(after.stdout)["Brier score"] != figures(before.stdout)["Brier score"]
    in_force = footnote("eval", "--print-model", data=own_data).stdout
    assert in_force == model.read_text() != footnote("eval", "--print-model", data=tmp_path / "none").stdout
    # What asks otherwise sees it too.
    asked = json.loads(footnote("ask", "--json", "--model", "base", many_rows()[0]["question"], data=own_data).stdout)
    assert asked["probabilities"]["output"] == changed[1][0]


def test_calibration_that_does_not_help_writes_nothing(own_data, tmp_path):
    questions = write(tmp_path / "q.jsonl", many_rows())
    assert footnote("eval", questions, "--calibrate", "--force", data=own_data).returncode == 0
    written = (own_data / "confidence.ini").read_text()
    again = footnote("eval", questions, "--calibrate", data=own_data)  # in force is what was fitted on all of them
    assert again.returncode == 0 and "nothing was written" in again.stdout, again.stdout
    assert (own_data / "confidence.ini").read_text() == written


def test_calibration_refuses_what_tells_nothing(own_data, tmp_path):
    few = footnote("eval", write(tmp_path / "q.jsonl", rows()), "--calibrate", data=own_data)
    assert few.returncode == 1 and "too few" in few.stderr and "50" in few.stderr
    none = [{"question": r["question"], "answers": []} for r in many_rows()]
    wrong = footnote("eval", write(tmp_path / "q.jsonl", none), "--calibrate", data=own_data)
    assert wrong.returncode == 1 and "None of the" in wrong.stderr
    assert not (own_data / "confidence.ini").exists()


def test_thresholds_change_levels(own_data, start, tmp_path):
    ask = QUESTIONS[0]["ask"]
    level = lambda *flags: json.loads(footnote("ask", "--json", ask, *flags, data=own_data).stdout)["basis"][0]["confidence"]
    assert level("--confidence-high", "0.0001", "--confidence-medium", "0", "--confidence-answer", "0") == "high"
    assert level("--confidence-high", "1", "--confidence-medium", "0.0001", "--confidence-answer", "0") == "medium"
    assert level("--confidence-high", "1", "--confidence-medium", "1", "--confidence-answer", "0") == "low"
    assert level("--confidence-high", "1", "--confidence-medium", "1", "--confidence-answer", "1") is None
    (own_data / "confidence.ini").write_text("high_from = 1\nmedium_from = 1\nanswer_from = 1\n")
    server = start("--no-auth", folder=own_data)
    reply = server.answer(ask)
    assert reply["basis"][0]["confidence"] is None and reply["basis"][0]["reasoning"]
    assert reply["probabilities"] == {"output": None}
    (own_data / "confidence.ini").write_text("high_from = 1\nmedium_from = lots\n")
    done = footnote("ask", ask, data=own_data)
    assert done.returncode != 0 and "confidence.ini:2: medium_from" in done.stderr


QA = pathlib.Path(os.environ.get("FOOTNOTE_QA", ROOT / "../shared/data/qa"))


def norm(text):
    text = re.sub(r"[^\w]+", " ", text.lower(), flags=re.UNICODE)
    return " ".join(w for w in text.split() if w not in ("a", "an", "the"))


def has(text, answers):
    cjk = any("\u3040" <= c <= "\u9fff" for a in answers for c in a)
    body = norm(text)
    if cjk:
        return any(norm(a).replace(" ", "") in body.replace(" ", "") for a in answers)
    return any(f" {norm(a)} " in f" {body} " for a in answers)


def first_cited(text):
    """What stands before the first mark, in its paragraph; without marks the first sentence."""
    for paragraph in text.split("\n\n"):
        if re.search(r"\[\d+\]", paragraph):
            return re.split(r"\[\d+\]", paragraph, maxsplit=1)[0].strip()
    return re.split(r"(?<=[.!?。！？])\s*", text.strip(), maxsplit=1)[0] if text.strip() else ""


@pytest.mark.skipif(not QA.exists(), reason="no question data")
@pytest.mark.parametrize("lang", ["en", "de", "es", "ru", "zh"])
def test_answers_are_found_as_the_public_script_finds_them(tmp_path, lang):
    pages, questions = QA / f"{lang}.pages.jsonl", QA / f"{lang}.questions.jsonl"
    assert footnote("index", "add", pages, data=tmp_path / "d").returncode == 0
    done = footnote("eval", questions, "--model", "speed", "--json", tmp_path / "rows.jsonl", data=tmp_path / "d")
    assert done.returncode == 0, done.stderr
    checked = 0
    for line in (tmp_path / "rows.jsonl").read_text().splitlines():
        r = json.loads(line)
        first = first_cited(r["text"])
        assert r["found"] == has(r["text"], r["answers"]), r
        assert r["first"] == has(first, r["answers"]), r
        assert r["cited"] == (r["url"] in r["cited_urls"]), r
        checked += 1
    assert checked == len(questions.read_text().splitlines())
