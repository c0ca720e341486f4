#!/usr/bin/env python3
"""train.py: fits the ranker of sentences and the confidence model, and says how good they are.

    training/train.py WORK_FOLDER            prints cross-validated figures, set by set
    training/train.py WORK_FOLDER --write    also writes src/evidence/rank_*.def, confidence_*.def, the weights in features.def and
                                             confidence.def, the levels in confidence.h, and share/confidence.ini

Needs numpy, scipy and lightgbm (pip install numpy scipy lightgbm), the data that train_data.py names, and for what
ranks by meaning the sentence encoder. Takes some 4 minutes of one core with kept dumps, 2 more to make them, and some
minutes for the encoder when its vectors are not kept.

Folds are pages: no page's questions are in training and test at once, and neither are those about its translations.
Ranker: weights by listwise softmax, then boosted trees (lambdarank) that begin with the weighted sum; good is a sentence
of the expected page that holds an accepted answer. One temperature scales the scores so that their softmax is likeliest.
There are two rankers: by words, and by meaning on the questions in the encoder's language.
Confidence: whether the chosen sentences hold the answer, over scores of a ranker that has not seen the page: its own
pages would look too easy. Boosted trees for each ranker, then one logistic regression for both, of which the trees are
an input; it too is fitted on what trees say of pages that they have not seen.
"""
import pathlib
import re
import subprocess
import sys

import lightgbm
import numpy as np
from scipy.optimize import minimize, minimize_scalar

import trees
from train_data import ASKED, FOLDS, ROOT, has, load, names

L2, CONFIDENCE_L2 = 1.0, 2.0
ROUNDS, LEAVES, RATE = 200, 15, 0.05
CONFIDENCE_ROUNDS, CONFIDENCE_LEAVES, CONFIDENCE_RATE = 150, 6, 0.04
# Of a question by its kind; those of qa are asked twice.
WEIGHTS = {"real": 2.0, "none-real": 2.0, "docs": 2.0, "none-docs": 2.0, "qa": 0.5, "none": 0.5, "template": 0.7, "sentences": 0.15, "absent": 0.1}
# Of the sentences that do not answer, so many are looked at in fitting: it takes a third of the time for it.
NEGATIVES = {"real": 1.0, "docs": 1.0, "template": 0.7, "qa": 0.35, "sentences": 0.2}
MASS_PER_WORD, MAX_WORDS, MAX_SENTENCES = 0.0010, 100, 6 # of base in tiers.c
DOUBTFUL_SENTENCES = 2 # under medium, in quote.c
NOTHING_THERE = -4 # in confidence.c
# Shares of the answerable questions under answer_from, and of the short ones under medium_from; share right of high, of all sets together.
ANSWER_UNDER, MEDIUM_UNDER, HIGH_RIGHT = 0.005, 0.145, 0.955


MEANING = ("MEANING", "MEANING_BEST", "MEANING_RANK", "MEANING_PAGE")


def features(q, meant):
    """As the ranker by meaning sees them (features_asked.c), or without any meaning."""
    X = q.X.copy()
    every = names("features.def", "FEATURE")
    columns = [every.index(name) for name in MEANING]
    X[:, columns] = 0
    if meant and len(q.near):
        best, pages = q.near.max(), {}
        for url, near in zip(q.urls, q.near):
            pages[url] = max(near, pages.get(url, -1))
        nearer = len(q.near) - np.searchsorted(np.sort(q.near), q.near, "right")
        page = np.array([pages[url] for url in q.urls])
        X[:, columns] = np.stack([q.near, best - q.near, 1 / (1 + nearer), best - page], 1)
    return X


def sample(data, meant):
    """Rows to fit on: features, whether it is good, weight of the question, and how many rows a question has."""
    chance = np.random.RandomState(0)
    rows = []
    for q in data:
        if q.good.any() and not q.good.all():
            kept = q.good | (chance.random_sample(len(q.good)) < NEGATIVES[q.kind])
            rows.append((features(q, meant)[kept], q.good[kept].astype(np.int8), np.full(kept.sum(), WEIGHTS[q.kind], np.float32)))
    return *(np.concatenate(part) for part in zip(*rows)), np.array([len(r[1]) for r in rows])


def fit_linear(X, good, weights, n):
    """Listwise softmax: -ln of the probability on the good sentences; standardised features, L2."""
    start = np.concatenate([[0], np.cumsum(n)[:-1]])
    spread = np.maximum(X.std(0), 0.02)
    Z = (X - X.mean(0)) / spread

    def loss(w):
        s = Z @ w.astype(np.float32)
        e = np.exp(s - np.repeat(np.maximum.reduceat(s, start), n))
        all_, right = np.add.reduceat(e, start), np.add.reduceat(e * good, start) + 1e-12
        p, r = e / np.repeat(all_, n), e * good / np.repeat(right, n)
        return (weights[start] * np.log(all_ / right)).sum() + L2 * w @ w, Z.T @ (weights * (p - r)) + 2 * L2 * w

    return minimize(loss, np.zeros(Z.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x / spread


def fit_ranker(data, meant):
    """Weights, and trees that add to the weighted sum."""
    X, good, weights, n = sample(data, meant)
    linear = fit_linear(X, good, weights, n)
    settings = dict(objective="lambdarank", num_leaves=LEAVES, learning_rate=RATE, min_data_in_leaf=40, lambda_l2=5,
                    feature_fraction=0.6, lambdarank_truncation_level=10, max_bin=63, num_threads=1, verbose=-1, seed=0,
                    deterministic=True, force_row_wise=True)
    rows = lightgbm.Dataset(X, good, group=n, weight=weights, init_score=X @ linear)
    return linear, lightgbm.train(settings, rows, num_boost_round=ROUNDS)


def predict(ranker, data, meant):
    """Scores of each question's candidates."""
    X = np.concatenate([features(q, meant) for q in data])
    scores = X @ ranker[0] + ranker[1].predict(X, num_threads=1)
    return np.split(scores, np.cumsum([len(q.good) for q in data])[:-1])


def fit_temperature(data, scores):
    """What scores are multiplied with, so that the softmax is likeliest to be on the good sentences."""
    use = [(WEIGHTS[q.kind], s, q.good) for q, s in zip(data, scores) if q.good.any()]

    def loss(factor):
        return -sum(w * np.log(masses(factor * s)[good].sum() + 1e-12) for w, s, good in use)

    return minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x


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
        if words + q.length[i] > MAX_WORDS:
            continue
        near = any(len(np.intersect1d(q.stems[i], q.stems[j], True)) >= .8 * min(len(q.stems[i]), len(q.stems[j])) for j in out)
        if near:
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
    if q.kind in ASKED:
        return has(" ".join(q.quotes[i] for i in chosen), q.answers)
    return any(q.good[i] for i in chosen)


def tree_columns(q, scores, row, meant):
    """The columns of confidence_by_trees() in confidence.c."""
    X, p = features(q, meant), masses(scores)
    return np.concatenate([row, X[np.argmax(scores)], X.max(0), p @ X]).astype(np.float32)


class Judged:
    """A question with its scores: what is chosen, and whether that is right."""

    def __init__(self, q, scores, column, meant):
        self.q, self.meant, self.column = q, meant, column["TREES"]
        self.row = confidence_row(q, scores, column)
        self.columns = tree_columns(q, scores, self.row, meant) if len(scores) else None
        self.p = None
        self.quote(choose(q, scores))

    def quote(self, chosen):
        q, self.chosen = self.q, chosen
        self.right = is_right(q, self.chosen)
        self.first = bool(self.chosen) and q.kind in ASKED and has(q.quotes[self.chosen[0]], q.answers)
        self.words = sum(q.length[i] for i in self.chosen)


def fit_trees(judged):
    some = [j for j in judged if j.columns is not None]
    settings = dict(objective="binary", num_leaves=CONFIDENCE_LEAVES, learning_rate=CONFIDENCE_RATE, min_data_in_leaf=40,
                    lambda_l2=5, feature_fraction=0.3, bagging_fraction=0.7, bagging_freq=1, num_threads=1, verbose=-1, seed=0,
                    deterministic=True, force_row_wise=True)
    rows = lightgbm.Dataset(np.array([j.columns for j in some]), np.array([float(j.right) for j in some]),
                            weight=np.array([WEIGHTS[j.q.kind] for j in some]))
    return lightgbm.train(settings, rows, num_boost_round=CONFIDENCE_ROUNDS)


def ask_trees(model, judged):
    some = [j for j in judged if j.columns is not None]
    said = model.predict(np.array([j.columns for j in some]), raw_score=True, num_threads=1)
    for j in judged:
        j.row[j.column] = NOTHING_THERE
    for j, value in zip(some, said):
        j.row[j.column] = value


def fit_confidence(judged):
    return fit_logistic([j.row for j in judged], np.array([float(j.right) for j in judged]),
                        np.array([WEIGHTS[j.q.kind] for j in judged]))


def ece(p, right, bins=10):
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return sum(len(i) / len(p) * abs(p[i].mean() - right[i].mean()) for i in parts if len(i))


def set_of(j):
    one = {"real": "real-questions", "template": "templates", "docs": "documentation"}.get(j.q.among)
    return ("meaning, " if j.meant else "words, ") + (one or f"{j.q.lang} among {j.q.among}")


def sets_of(judged):
    sets = {}
    for j in judged:
        if j.q.kind not in ("sentences", "absent"):
            sets.setdefault(set_of(j), []).append(j)
    return sets


def high_level(judged):
    """The lowest of the levels from which HIGH_RIGHT of all sets together is right. Single sets have some 50 such answers
    and labels that are wrong for a few in a hundred, so to ask it of each would leave none."""
    rows = [j for some in sets_of(judged).values() for j in some]
    p, right = np.array([j.p for j in rows]), np.array([j.right for j in rows])
    levels = np.arange(0.80, 0.995, 0.005)
    return next((level for level in levels if (p >= level).any() and right[p >= level].mean() >= HIGH_RIGHT), 1)


def thresholds(judged):
    """answer_from, medium_from, high_from."""
    by_words = [j for j in judged if not j.meant]
    answer = np.quantile([j.p for j in by_words if j.q.kind in ASKED], ANSWER_UNDER)
    medium = np.quantile([j.p for j in by_words if j.q.kind == "real"], MEDIUM_UNDER)
    return answer, medium, high_level(judged)


def report(title, judged, levels):
    answer, medium, high = levels
    asked = [j for j in judged if j.q.kind in ASKED]
    p, pn = np.array([j.p for j in asked]), np.array([j.p for j in judged if j.q.kind not in ASKED])
    held, given = np.array([j.right for j in asked]), p >= answer
    first = np.array([j.first for j in asked])
    cited = np.array([any(j.q.urls[i] == j.q.url for i in j.chosen) for j in asked])
    words = np.array([j.words for j in asked])
    every, right = np.r_[p, pn], np.r_[held, np.zeros(len(pn), bool)]
    said, sure = every >= answer, every >= high
    print(f"{title:26} found {np.mean(held & given):.3f} first {np.mean(first & given):.3f} cited {np.mean(cited & given):.3f} "
          f"words {np.mean(words * given):4.1f} abstained {np.mean(pn < medium) if len(pn) else 1:.3f} given up {np.mean(p < medium):.3f} "
          f"Brier {np.mean((every - right) ** 2):.4f} ECE {ece(every[said], right[said]):.3f} "
          f"high {np.mean(sure):.3f} right {right[sure].mean() if sure.any() else 1:.3f}", flush=True)


def report_all(title, judged, levels):
    print(f"{title}: answer_from {levels[0]:.3f} medium_from {levels[1]:.3f} high_from {levels[2]:.3f}")
    for name, rows in sorted(sets_of(judged).items()):
        report("  " + name, rows, levels)


def write(path, word, columns, weights, bias=None, column=0):
    """Into the first or second number behind the names."""
    file = ROOT / "src/evidence" / path
    text = file.read_text()
    for name, weight in zip(columns, weights):
        text = re.sub(rf"^({word}\({name}, (?:[-\d.e]+, ){{{column}}})[-\d.e]+", rf"\g<1>{weight:.4f}", text, flags=re.M)
    if bias is not None:
        text = re.sub(r"^BIAS\([-\d.e]+\)", f"BIAS({bias:.4f})", text, flags=re.M)
    file.write_text(text)


def write_levels(levels):
    file = ROOT / "src/evidence/confidence.h"
    text = file.read_text()
    for name, level in zip(("ANSWER", "MEDIUM", "HIGH"), levels):
        text = re.sub(rf"(define CONFIDENCE_{name}_FROM) [\d.]+", rf"\1 {level:.2f}", text)
    file.write_text(text)


def folds_of(data):
    """By page; the few that many questions are about first, so that each fold has some."""
    many = sorted({q.page for q in data if q.kind == "qa"})
    few = sorted({q.page for q in data if isinstance(q.page, str)} - set(many))
    place = {page: i % FOLDS for i, page in enumerate(many + few)}
    return np.array([place[q.page] if isinstance(q.page, str) else q.page for q in data])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def scores_by_folds(data, fold, meant):
    """Of trees that have not seen the question's page."""
    scores = [None] * len(data)
    for k in range(FOLDS):
        model = fit_ranker([q for q, f in zip(data, fold) if f != k], meant)
        held = np.nonzero(fold == k)[0]
        for i, s in zip(held, predict(model, [data[i] for i in held], meant)):
            scores[i] = s
    return scores


def judge_by_folds(judged, fold):
    """Probabilities by a confidence model that has not seen the question's page."""
    for meant in (False, True):
        for k in range(FOLDS):
            some = [(j, f) for j, f in zip(judged, fold) if j.meant == meant]
            if some:
                ask_trees(fit_trees([j for j, f in some if f != k]), [j for j, f in some if f == k])
    for k in range(FOLDS):
        w, bias = fit_confidence([j for j, f in zip(judged, fold) if f != k])
        for j, f in zip(judged, fold):
            if f == k:
                j.p = sigmoid(j.row @ w + bias)


def quote_doubtful(judged, medium):
    for j in judged:
        if j.p < medium and len(j.chosen) > DOUBTFUL_SENTENCES:
            j.quote(j.chosen[:DOUBTFUL_SENTENCES])


def write_all(factors, data, asked, judged, levels):
    for meant, some in ((False, data), (True, asked)):
        if not some:
            continue
        kind = "meaning" if meant else "words"
        linear, model = fit_ranker(some, meant)
        columns = names("features.def", "FEATURE")
        write("features.def", "FEATURE", columns, factors[meant] * linear, column=int(meant))
        trees.write(model, ROOT / f"src/evidence/rank_{kind}.def",
                    f"rank_{kind}.def - written by training/train.py; see rank.c for what it means.", factors[meant])
        trees.write(fit_trees([j for j in judged if j.meant == meant]), ROOT / f"src/evidence/confidence_{kind}.def",
                    f"confidence_{kind}.def - written by training/train.py; see confidence.c for what it means.")
    write("confidence.def", "INPUT", names("confidence.def", "INPUT"), *fit_confidence(judged))
    write_levels(levels)
    subprocess.run(["make", "-s"], cwd=ROOT, check=True)
    shipped = subprocess.run([ROOT / "build/footnote", "eval", "--print-model", "--data", "/nonexistent", "--encoder", "none"], check=True,
                             capture_output=True)
    (ROOT / "share/confidence.ini").write_bytes(shipped.stdout)
    print("wrote rank_*.def, confidence_*.def, features.def, confidence.def, the levels in confidence.h and share/confidence.ini")


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    column = {name: i for i, name in enumerate(names("confidence.def", "INPUT"))}
    data, asked = load(work)
    place = dict(zip(map(id, data), folds_of(data)))
    judged, factors = [], {}
    for meant, some in ((False, data), (True, asked)):
        if some:
            scores = scores_by_folds(some, np.array([place[id(q)] for q in some]), meant)
            factors[meant] = fit_temperature(some, scores)
            judged += [Judged(q, factors[meant] * s, column, meant) for q, s in zip(some, scores)]
    judge_by_folds(judged, [place[id(j.q)] for j in judged])
    levels = thresholds(judged)
    whole = [(j, j.chosen) for j in judged]
    quote_doubtful(judged, levels[1])
    report_all(f"by folds of pages, temperatures {' '.join(f'{1 / f:.3f}' for f in factors.values())}", judged, levels)
    for j, chosen in whole:
        j.quote(chosen)
    if "--write" in sys.argv:
        write_all(factors, data, asked, judged, levels)


if __name__ == "__main__":
    main()
