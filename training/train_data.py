"""train_data.py - the questions that train.py fits on, each with the sentences that the ranker chooses from.

Data, all among the sample corpus:
FOOTNOTE_REAL (default ../shared/data/real-questions: en.questions and en.unanswerable .jsonl, short questions as people
typed them), FOOTNOTE_QA (default ../shared/data/qa: LANG.pages, LANG.questions, LANG.unanswerable .jsonl of as many
languages as there are) and FOOTNOTE_SENTENCES (default ../shared/data/answer-sentences/en.jsonl). Questions of qa are
asked among the pages of their language, and some among those of all languages together, since translations of a page
compete there. Questions made of sentences by their form (template_sets.py) join them, and questions over documentation
(docs_sets.py, which fetches their pages from Debian). The folder for work keeps indexes,
dumps (by a hash of the sources that decide them) and vectors; remove it when the format of the index changes.
"""
import functools
import hashlib
import json
import os
import pathlib
import pickle
import re
import subprocess
import sys
import zlib

import numpy as np

import docs_sets
import template_sets

ROOT = pathlib.Path(__file__).resolve().parent.parent
REAL = pathlib.Path(os.environ.pop("FOOTNOTE_REAL", ROOT / "../shared/data/real-questions"))
QA = pathlib.Path(os.environ.pop("FOOTNOTE_QA", ROOT / "../shared/data/qa"))
SENTENCES = pathlib.Path(os.environ.pop("FOOTNOTE_SENTENCES", ROOT / "../shared/data/answer-sentences/en.jsonl"))
FOLDS = 6
ALL_OF = 3 # of the questions of qa, one in so many is asked among the pages of all languages too
COVERS_FROM = 0.75 # share of a question, with title and sentence before, from which a sentence of another page may answer it
ASKED = ("qa", "real", "template", "docs") # kinds of questions with accepted answers
ENCODED = "en" # the language that the encoder knows


def norm(text):
    text = re.sub(r"[^\w]+", " ", text.lower())
    return " ".join(w for w in text.split() if w not in ("a", "an", "the"))


def has(text, answers):
    body = norm(text)
    if any("\u3040" <= c <= "\u9fff" for a in answers for c in a): # scripts without spaces
        return any(norm(a).replace(" ", "") in body.replace(" ", "") for a in answers)
    return any(f" {norm(a)} " in f" {body} " for a in answers)


def lines(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def index(work, name, sources):
    data = work / name
    if not (data / "done").exists():
        subprocess.run([ROOT / "build/footnote", "index", "add", *sources, "--data", data], check=True)
        (data / "done").touch()
    return data / "index"


def dump(folder, rows):
    text = "\n".join(json.dumps(row) for row in rows) + "\n"
    out = subprocess.run([ROOT / "build/training/dump", folder], input=text, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


@functools.cache
def names(path, word):
    return re.findall(rf"^{word}\((\w+),", (ROOT / "src/evidence" / path).read_text(), re.M)


def one_line(text):
    return " ".join(text.split())


class Question:
    def __init__(self, row, kind, lang, among, page=None):
        c = row["candidates"]
        self.kind, self.lang, self.among, self.page = kind, lang, among, page
        self.text, self.url, self.answers, self.set = row["question"], row["url"], row["answers"], row.get("set")
        self.X = np.array([x["features"] for x in c], np.float32).reshape(len(c), len(names("features.def", "FEATURE")))
        self.inputs = np.array([x["inputs"] for x in c], np.float32).reshape(len(c), len(names("confidence.def", "INPUT")))
        self.urls, self.texts = [x["url"] for x in c], [x["text"] for x in c]
        self.quotes = [x.get("unit", x["text"]) for x in c] # with what a sentence is quoted with
        self.titled = [one_line(x["title"] + ": " + x["text"]) for x in c]
        self.near = None # cosines of the encoder, where there are any
        self.length = np.array([x["length"] for x in c])
        self.stems = [np.unique(np.array(x["stems"], np.int32)) for x in c]
        self.good = np.zeros(len(c), bool)
        if kind == "docs":
            self.good = docs_sets.good(self, c)
        elif kind in ASKED:
            holds = np.array([has(x["text"], self.answers) for x in c], bool)
            self.good = holds & np.array([u == self.url for u in self.urls], bool)
            if kind != "qa" and holds.any(): # the page that is expected is not the only one that answers short questions
                covers = self.X[:, names("features.def", "FEATURE").index("COVER_CONTEXT")]
                self.good |= holds & (covers >= COVERS_FROM)
        elif kind == "sentences":
            right = [" ".join(a.split()) for a in self.answers]
            flat = [" ".join(t.split()) for t in self.texts]
            self.good = np.array([u == self.url and any(len(t) > 20 and (t in r or r in t) for r in right)
                                  for u, t in zip(self.urls, flat)], bool)


def slug(url):
    """Translations of a page have the same one."""
    return url.rstrip("/").rsplit("/", 1)[-1]


def load_questions(work, corpus, langs):
    data = []
    for among in ("own", "all"):
        for lang in langs:
            pages = [QA / f"{other}.pages.jsonl" for other in langs if among == "all" or other == lang]
            folder = index(work, "all" if among == "all" else lang, [corpus, *pages])
            data += [Question(r, "qa", lang, among, slug(r["url"]))
                     for r in dump(folder, lines(QA / f"{lang}.questions.jsonl"))]
            none = dump(folder, lines(QA / f"{lang}.unanswerable.jsonl"))
            data += [Question(r, "none", lang, among, i * FOLDS // len(none)) for i, r in enumerate(none)] # neighbours share a page
    return data


def load_real(work, corpus):
    folder = index(work, "en", [corpus, QA / "en.pages.jsonl"])
    none = dump(folder, lines(REAL / "en.unanswerable.jsonl"))
    return [Question(r, "real", "en", "real", slug(r["url"])) for r in dump(folder, lines(REAL / "en.questions.jsonl"))] + [
        Question(r, "none-real", "en", "real", i * FOLDS // len(none)) for i, r in enumerate(none)]


def load_templates(work, corpus):
    rows = [row for kind in template_sets.make(corpus)[1].values() for row in template_sets.reworded(kind)]
    return [Question(r, "template", "en", "template", slug(r["url"])) for r in dump(work / "en/index", rows)]


def load_docs(work):
    """Those of one set of pages are in one fold."""
    rows = docs_sets.rows()
    sets = sorted({row["set"] for row in rows} - {""})
    none = [row for row in rows if not row["answers"]]
    folder = index(work, "docs", [docs_sets.pages(work)])
    data = [Question(r, "docs", "en", "docs", sets.index(r["set"]) % FOLDS) for r in dump(folder, [r for r in rows if r["answers"]])]
    return data + [Question(r, "none-docs", "en", "docs", i * FOLDS // len(none)) for i, r in enumerate(dump(folder, none))]


def load_sentences(work, corpus):
    rows, pages = lines(SENTENCES), {}
    for row in rows:
        pages.setdefault(row["title"], {})[row["section"]] = row["sentences"]
    pages_file = work / "sentences.jsonl"
    with open(pages_file, "w") as out:
        for title, sections in pages.items():
            text = "\n\n".join(" ".join(s) for s in sections.values())
            out.write(json.dumps({"url": "https://sentences.example/" + title.replace(" ", "_"), "title": title,
                                  "text": text, "lang": "en"}) + "\n")
    others = work / "others.jsonl"
    with open(others, "w") as out:
        for line in open(corpus, encoding="utf-8"):
            if json.loads(line)["title"] not in pages:
                out.write(line)
    asked = [{"question": r["question"], "url": "https://sentences.example/" + r["title"].replace(" ", "_"),
              "answers": [r["sentences"][i] for i in r["answers"]]} for r in rows]
    data = [Question(r, "sentences", "en", "own", slug(r["url"])) for r in dump(index(work, "sel", [others, pages_file]), asked)]
    return data + [Question(r, "absent", "en", "own", slug(r["url"])) for r in dump(work / "en/index", asked[::4])]


def version():
    """Of everything that decides what dump prints: kept dumps of another version are not read."""
    tables = " ".join(names("features.def", "FEATURE") + names("confidence.def", "INPUT"))
    sources = [ROOT / "training/dump.c", ROOT / "src/evidence/confidence.c"]
    sources += [ROOT / "training/docs_sets.py", docs_sets.QUESTIONS]
    for pattern in ("src/evidence/unit.c", "src/evidence/features*.[ch]", "src/evidence/need*.c", "src/evidence/view*.c", "src/text/*.c", "src/lang/*.def",
                    "src/index/*.c*"):
        sources += sorted(ROOT.glob(pattern))
    return hashlib.sha256(tables.encode() + b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def load(work):
    corpus = work / "sample.jsonl"
    if not corpus.exists():
        subprocess.run([ROOT / "scripts/sample-corpus", corpus], check=True)
    subprocess.run(["make", "-s", "all", "build/training/dump"], cwd=ROOT, check=True)
    seen = work / (version() + ".pickle")
    if not seen.exists():
        langs = sorted(path.name.split(".")[0] for path in QA.glob("*.questions.jsonl"))
        data = load_questions(work, corpus, langs) + load_real(work, corpus)
        data += load_templates(work, corpus)
        data += load_docs(work)
        data += load_sentences(work, corpus) if SENTENCES.exists() else []
        seen.write_bytes(pickle.dumps(data))
    data = pickle.loads(seen.read_bytes())
    data = [q for q in data if q.among != "all" or zlib.crc32(q.text.encode()) % ALL_OF == 0]
    return data, compare(work, data)


def vectors(work, texts):
    """One vector a text, from those that are kept or from the encoder; None without an encoder."""
    kept, known = work / "vectors.npz", {}
    if kept.exists():
        with np.load(kept) as file:
            known = dict(zip(file["keys"].tolist(), file["vectors"]))
    keys = {text: hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts}
    new = [text for text in texts if keys[text] not in known]
    if new:
        out = subprocess.run([ROOT / "build/footnote", "encoder", "text", "--raw"], input="\n".join(new).encode() + b"\n",
                             stdout=subprocess.PIPE)
        if out.returncode:
            return None
        known.update(zip((keys[text] for text in new), np.frombuffer(out.stdout, np.float32).reshape(len(new), -1).astype(np.float16)))
        np.savez(kept, keys=np.array(list(known)), vectors=np.array(list(known.values())))
    return {text: known[key] for text, key in keys.items()}


def compare(work, data):
    """Gives the questions in the encoder's language their cosines. Returns these questions."""
    asked = [q for q in data if q.lang == ENCODED and q.among != "all"]
    texts = dict.fromkeys(text for q in asked for text in [one_line(q.text), *q.titled])
    vector = vectors(work, texts)
    if vector is None:
        print("There is no encoder (footnote encoder install): only what ranks by words is fitted.", flush=True)
        return []
    for q in asked:
        asking = vector[one_line(q.text)].astype(np.float32)
        q.near = np.array([vector[t].astype(np.float32) @ asking for t in q.titled])
    return asked
