#!/usr/bin/env python3
"""train.py: fits the weights of src/evidence/features.def and confidence.def, and says how good they are.

    training/train.py WORK_FOLDER            prints cross-validated figures
    training/train.py WORK_FOLDER --write    also writes the two .def files, and share/confidence.ini after them

Needs numpy and scipy. Data: FOOTNOTE_QA (default ../shared/data/qa: LANG.pages, LANG.questions, LANG.unanswerable .jsonl of
as many languages as there are) and FOOTNOTE_SENTENCES (default ../shared/data/answer-sentences/en.jsonl), both among the sample
corpus. Every question is asked twice: among the pages of its language, and among those of all languages together, since
translations of a page compete there. WORK_FOLDER keeps the indexes between runs; remove it when the index or the pages
change. Folds are pages: no page's questions are in training and test at once, and neither are those about its translations.

Ranker: listwise softmax, -ln of the probability on the sentences of the expected page that hold an accepted answer,
standardised features, L2. Confidence: logistic regression on whether the chosen sentences hold the answer.
"""
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

import numpy as np
from scipy.optimize import minimize

ROOT = pathlib.Path(__file__).resolve().parent.parent
QA = pathlib.Path(os.environ.get("FOOTNOTE_QA", ROOT / "../shared/data/qa"))
SENTENCES = pathlib.Path(os.environ.get("FOOTNOTE_SENTENCES", ROOT / "../shared/data/answer-sentences/en.jsonl"))
FOLDS, L2, CONFIDENCE_L2 = 6, 1.0, 2.0
ASKED_WEIGHT, SENTENCES_WEIGHT, NEGATIVE_WEIGHT = 0.5, 0.15, 0.1 # each question is asked twice
MASS_PER_WORD, MAX_WORDS, MAX_SENTENCES = 0.0008, 110, 6 # of base in tiers.c
GIVEN_UP, WRONG_RATIO = (0.02, 0.065), 0.26 # shares of the answerable under answer_from and medium_from; of high


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


class Question:
    def __init__(self, row, kind, lang, among, page=None):
        c = row["candidates"]
        self.kind, self.lang, self.among, self.page = kind, lang, among, page
        self.text, self.url, self.answers = row["question"], row["url"], row["answers"]
        self.X = np.array([x["features"] for x in c]).reshape(len(c), len(names("features.def", "FEATURE")))
        self.inputs = np.array([x["inputs"] for x in c]).reshape(len(c), len(names("confidence.def", "INPUT")))
        self.urls, self.texts = [x["url"] for x in c], [x["text"] for x in c]
        self.length = np.array([x["length"] for x in c])
        self.stems = [set(x["stems"]) for x in c]
        self.good = np.zeros(len(c), bool)
        if kind == "qa":
            self.holds = np.array([has(x["text"], self.answers) for x in c], bool)
            self.good = self.holds & np.array([u == self.url for u in self.urls], bool)
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
    data = [Question(r, "sentences", "en", "own") for r in dump(index(work, "sel", [others, pages_file]), asked)]
    return data + [Question(r, "absent", "en", "own") for r in dump(work / "en/index", asked[::4])]


def load(work):
    corpus = work / "sample.jsonl"
    if not corpus.exists():
        subprocess.run([ROOT / "scripts/sample-corpus", corpus], check=True)
    subprocess.run(["make", "-s", "all", "build/training/dump"], cwd=ROOT, check=True)
    langs = sorted(path.name.split(".")[0] for path in QA.glob("*.questions.jsonl"))
    data = load_questions(work, corpus, langs)
    return data + load_sentences(work, corpus) if SENTENCES.exists() else data


def fit_ranker(data):
    use = [q for q in data if q.good.any()]
    weight = np.array([SENTENCES_WEIGHT if q.kind == "sentences" else ASKED_WEIGHT for q in use])
    X = np.concatenate([q.X for q in use])
    good = np.concatenate([q.good for q in use]).astype(float)
    n = np.array([len(q.good) for q in use])
    start = np.concatenate([[0], np.cumsum(n)[:-1]])
    mean, spread = X.mean(0), np.maximum(X.std(0), 0.02)
    Z = (X - mean) / spread

    def loss(w):
        s = Z @ w
        e = np.exp(s - np.repeat(np.maximum.reduceat(s, start), n))
        all_, right = np.add.reduceat(e, start), np.add.reduceat(e * good, start) + 1e-12
        p, r = e / np.repeat(all_, n), e * good / np.repeat(right, n)
        row = np.repeat(weight, n)
        return (weight * np.log(all_ / right)).sum() + L2 * w @ w, Z.T @ (row * (p - r)) + 2 * L2 * w

    w = minimize(loss, np.zeros(Z.shape[1]), jac=True, method="L-BFGS-B").x
    return w / spread


def masses(scores):
    p = np.exp(scores - scores.max())
    return p / p.sum()


def choose(q, scores, mass_per_word=MASS_PER_WORD):
    if not len(scores):
        return []
    worth = masses(scores) / np.maximum(4, q.length)
    out = [int(np.argmax(scores))]
    words = q.length[out[0]]
    for i in np.argsort(-worth, kind="stable"):
        if i in out or len(out) >= MAX_SENTENCES:
            continue
        if worth[i] < mass_per_word:
            break
        near = any(len(q.stems[i] & q.stems[j]) >= .8 * min(len(q.stems[i]), len(q.stems[j])) for j in out)
        if words + q.length[i] > MAX_WORDS or near:
            continue
        out.append(int(i))
        words += q.length[i]
    return out


def confidence_row(q, scores, column):
    if not len(scores):
        row = np.zeros(len(column))
        row[column["UNKNOWN_TERM"]] = 1
        return row
    p, order = masses(scores), np.argsort(-scores, kind="stable")
    best = order[0]
    row = q.inputs[best].copy()
    row[column["BEST_MASS"]] = p[best]
    row[column["THREE_MASS"]] = p[order[:3]].sum()
    row[column["MARGIN"]] = min(5, scores[best] - scores[order[1]]) / 5 if len(order) > 1 else 1
    row[column["PAGE_MASS"]] = sum(p[i] for i in range(len(p)) if q.urls[i] == q.urls[best])
    row[column["SCORE"]] = scores[best] / 20
    return row


def fit_logistic(rows, right, weight):
    A = np.array(rows)
    mean, spread = np.average(A, axis=0, weights=weight), np.maximum(A.std(0), 0.02)
    Z = np.c_[(A - mean) / spread, np.ones(len(A))]

    def loss(v):
        z = Z @ v
        keep = v.copy()
        keep[-1] = 0
        return ((weight * (np.logaddexp(0, z) - right * z)).sum() + CONFIDENCE_L2 * keep @ keep,
                Z.T @ (weight * (1 / (1 + np.exp(-z)) - right)) + 2 * CONFIDENCE_L2 * keep)

    v = minimize(loss, np.zeros(Z.shape[1]), jac=True, method="L-BFGS-B").x
    w = v[:-1] / spread
    return w, v[-1] - w @ mean


def is_right(q, chosen):
    if q.kind == "qa":
        return has(" ".join(q.texts[i] for i in chosen), q.answers)
    return any(q.good[i] for i in chosen)


def fit_confidence(data, scores_of, column):
    rows, right, weight = [], [], []
    for q in data:
        scores = scores_of(q)
        rows.append(confidence_row(q, scores, column))
        right.append(float(is_right(q, choose(q, scores))))
        weight.append(ASKED_WEIGHT if q.kind in ("qa", "none") else NEGATIVE_WEIGHT)
    return fit_logistic(rows, np.array(right), np.array(weight))


def first_sentence(text):
    return re.split(r"(?<=[.!?])\s*", text.strip(), maxsplit=1)[0]


def ece(p, right, bins=10):
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return sum(len(i) / len(p) * abs(p[i].mean() - right[i].mean()) for i in parts if len(i))


def thresholds(judged):
    """As src/eval/recalibrate.c chooses them, with some room: answer_from, medium_from, high_from."""
    p = np.array([j[2] for j in judged])
    right = np.array([is_right(q, c) for q, c, _ in judged])
    asked = np.array([j[2] for j in judged if j[0].kind == "qa"])
    answer, medium = np.quantile(asked, GIVEN_UP)
    order = np.argsort(-p)
    wrong = np.cumsum(~right[order]) / np.arange(1, len(p) + 1)
    held = np.nonzero(wrong <= WRONG_RATIO * (~right[p >= answer]).mean())[0]
    return answer, medium, p[order[held.max()]]


def report(title, judged, levels):
    """judged: (question, chosen, probability)"""
    answer, medium, high = levels
    asked = [j for j in judged if j[0].kind == "qa"]
    p, pn = np.array([j[2] for j in asked]), np.array([j[2] for j in judged if j[0].kind == "none"])
    held = np.array([is_right(q, c) for q, c, _ in asked])
    found = held & (p >= answer)
    first = np.array([bool(c) and has(first_sentence(q.texts[c[0]]), q.answers) for q, c, _ in asked]) & (p >= answer)
    cited = np.array([any(q.urls[i] == q.url for i in c) for q, c, _ in asked]) & (p >= answer)
    words = np.array([sum(q.length[i] for i in c) if x >= answer else 0 for q, c, x in asked])
    every, right = np.r_[p, pn], np.r_[held, np.zeros(len(pn), bool)]
    said = every >= answer
    wrong = 1 - right[said].mean()
    print(f"{title:16} found {found.mean():.3f} first {first.mean():.3f} cited {cited.mean():.3f} words {words.mean():4.1f} "
          f"abstained {np.mean(pn < medium):.3f} given up {np.mean(p < medium):.3f} Brier "
          f"{np.mean((every - right) ** 2):.4f} ECE {ece(every[said], right[said]):.3f} high {np.sum(every >= high) / said.sum():.3f} "
          f"wrong ratio {(1 - right[every >= high].mean()) / wrong:.2f}")


def report_all(title, judged, levels):
    print(f"{title}: answer_from {levels[0]:.3f} medium_from {levels[1]:.3f} high_from {levels[2]:.3f}")
    report("  all", judged, levels)
    for among in ("own", "all"):
        for lang in sorted({q.lang for q, _, _ in judged}):
            report(f"  {lang} among {among}", [j for j in judged if (j[0].lang, j[0].among) == (lang, among)], levels)


def write(path, word, columns, weights, bias=None):
    file = ROOT / "src/evidence" / path
    text = file.read_text()
    for name, weight in zip(columns, weights):
        text = re.sub(rf"^{word}\({name}, [-\d.e]+\)", f"{word}({name}, {weight:.4f})", text, flags=re.M)
    if bias is not None:
        text = re.sub(r"^BIAS\([-\d.e]+\)", f"BIAS({bias:.4f})", text, flags=re.M)
    file.write_text(text)


def write_levels(levels):
    file = ROOT / "src/evidence/confidence.c"
    text = file.read_text()
    for name, level in zip(("answer_from", "medium_from", "high_from"), levels):
        text = re.sub(rf"\.{name} = [\d.]+", f".{name} = {level:.2f}", text)
    file.write_text(text)


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    data = load(work)
    inputs, features = names("confidence.def", "INPUT"), names("features.def", "FEATURE")
    column = {name: i for i, name in enumerate(inputs)}
    pages = sorted({q.page for q in data if q.kind == "qa"})
    fold = {id(q): pages.index(q.page) % FOLDS if q.kind == "qa" else q.page for q in data if q.page is not None}
    judged = []
    for k in range(FOLDS):
        train = [q for q in data if fold.get(id(q), -1) != k]
        w = fit_ranker(train)
        cw, bias = fit_confidence(train, lambda q: q.X @ w, column)
        for q in data:
            if fold.get(id(q)) == k:
                scores = q.X @ w
                p = 1 / (1 + np.exp(-(confidence_row(q, scores, column) @ cw + bias)))
                judged.append((q, choose(q, scores), p))
    levels = thresholds(judged)
    report_all("cross-validated by page", judged, levels)
    w = fit_ranker(data)
    cw, bias = fit_confidence(data, lambda q: q.X @ w, column)
    report_all("trained on all", [(q, choose(q, q.X @ w), 1 / (1 + np.exp(-(confidence_row(q, q.X @ w, column) @ cw + bias))))
                                  for q in data if q.page is not None], levels)
    if "--write" in sys.argv:
        write("features.def", "FEATURE", features, w)
        write("confidence.def", "INPUT", inputs, cw, bias)
        write_levels(levels)
        subprocess.run(["make", "-s"], cwd=ROOT, check=True)
        shipped = subprocess.run([ROOT / "build/footnote", "eval", "--print-model", "--data", work / "none"], check=True,
                                 capture_output=True)
        (ROOT / "share/confidence.ini").write_bytes(shipped.stdout)
        print("wrote features.def, confidence.def, the thresholds in confidence.c and share/confidence.ini")


if __name__ == "__main__":
    main()
