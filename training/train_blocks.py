#!/usr/bin/env python3
"""train_blocks.py: fits the model that tells a page's main text from the rest, and measures it on pages that it has not seen.

    training/train_blocks.py BLOCKS DATA [--also FOLDER] [--folds N] [--write]

BLOCKS is build/training/blocks. DATA is a folder with html/ID.html.gz and truth.jsonl ({"id", "url", "text"} on each line).
--also names another such folder (document_pages.py), which is used for training as well and measured separately. Needs numpy
and lightgbm (pip install numpy lightgbm). Prints F1 over shingles of four words at several thresholds, cross-validated by
page with three different splits. --write fits on all pages and writes src/pages/html_model.def.

A block is labelled main text when most of its words are in runs of four words that the truth has, too; a shorter block when it
is a line of the truth near such a block. A block's weight is its share of the words of its page, so that every page counts
the same. Each page is used as it is, and in versions changed at random (VERSIONS; see blocks.c).
"""
import argparse
import collections
import gzip
import json
import pathlib
import re
import subprocess

import lightgbm
import numpy

import trees

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = 4
ROUNDS, LEAVES = 100, 16
RELATIVE, LEAST = 0.6, 0.06
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45)


def words(text):
    return re.findall(r"\w+", text)


def shingles(tokens, n=4):
    if len(tokens) < n:
        return collections.Counter({tuple(tokens): 1} if tokens else {})
    return collections.Counter(tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1))


class Page:
    def __init__(self, blocks_program, html, truth, seed):
        out = subprocess.run([blocks_program, str(seed)], input=html, capture_output=True, check=True).stdout
        rows = [json.loads(line) for line in out.decode("utf-8").splitlines()]
        self.tokens = [words(row["text"]) for row in rows]
        self.features = numpy.array([row["features"] for row in rows], dtype=numpy.float32)
        self.lines = {tuple(words(line)) for line in truth.split("\n")}
        self.truth = words(truth)
        self.shingles = shingles(self.truth)
        self.labels = self.label()
        lengths = numpy.array([len(t) for t in self.tokens], dtype=float)
        self.weights = numpy.minimum((lengths + 1) / max(lengths[self.labels > 0.5].sum(), 50), 1)

    def label(self):
        share = []
        for tokens in self.tokens:
            hit = [False] * len(tokens)
            for i in range(len(tokens) - 3):
                if tuple(tokens[i:i + 4]) in self.shingles:
                    hit[i:i + 4] = [True] * 4
            share.append(sum(hit) / len(hit) if hit else 0.0)
        sure = [i for i, s in enumerate(share) if s > 0.5]
        for i, tokens in enumerate(self.tokens):
            if 0 < len(tokens) < 4 and any(abs(i - j) <= 4 for j in sure):
                share[i] = self.label_short(i, tokens)
        self.drop_copies(share)
        return (numpy.array(share) > 0.5).astype(int)

    def label_short(self, i, tokens):
        if tuple(tokens) in self.lines:
            return 1.0
        before = self.tokens[i - 1][-3:] if i else []
        after = self.tokens[i + 1][:3] if i + 1 < len(self.tokens) else []
        joined = (tuple((before + tokens)[:4]), tuple((tokens + after)[:4]))
        return float(any(len(j) == 4 and j in self.shingles for j in joined))

    def drop_copies(self, share):
        """Of texts that the page has more often than the truth, those with the most main text around stay."""
        groups = collections.defaultdict(list)
        for i, tokens in enumerate(self.tokens):
            if share[i] > 0.5:
                groups[tuple(tokens)].append(i)
        text = " " + " ".join(self.truth) + " "
        for tokens, places in groups.items():
            allowed = max(1, text.count(" " + " ".join(tokens) + " "))
            around = {i: sum(s > 0.5 for s in share[max(0, i - 4):i + 5]) for i in places}
            for i in sorted(places, key=lambda i: (-around[i], i))[allowed:]:
                share[i] = 0.0

    def score(self, keep):
        found = shingles([w for tokens, k in zip(self.tokens, keep) if k for w in tokens])
        hit = sum((self.shingles & found).values())
        return (hit / sum(found.values()) if found else 0.0), hit / max(sum(self.shingles.values()), 1)


def read(blocks, folder, seed):
    rows = [json.loads(line) for line in open(folder / "truth.jsonl", encoding="utf-8")]
    return [Page(blocks, gzip.open(folder / "html" / (row["id"] + ".html.gz")).read(), row["text"], seed) for row in rows]


def keep(page, chances, threshold):
    """As html_choose does: a page whose best paragraph is doubtful gets a lower threshold."""
    best = max((p for p, tokens in zip(chances, page.tokens) if len(tokens) >= 10), default=1.0)
    return chances >= max(min(threshold, RELATIVE * best), LEAST)


def f1(pages, chances, threshold):
    scores = [page.score(keep(page, p, threshold)) for page, p in zip(pages, chances)]
    precision, recall = numpy.mean(scores, axis=0)
    return 2 * precision * recall / (precision + recall)


def fit(versions, also=()):
    versions = list(versions) + [also]
    features = numpy.vstack([p.features for pages in versions for p in pages if len(p.features)])
    labels = numpy.concatenate([p.labels for pages in versions for p in pages])
    # The page itself counts most; documents steer little, but keep tables and code from being frame everywhere.
    factors = [1] + [0.5] * VERSIONS + [0.25]
    weights = numpy.concatenate([p.weights * factor for factor, pages in zip(factors, versions) for p in pages])
    settings = dict(objective="binary", num_leaves=LEAVES, learning_rate=0.1, max_depth=6, feature_fraction_bynode=0.3,
                    bagging_fraction=0.7, bagging_freq=1, min_data_in_leaf=20, lambda_l2=30, num_threads=1, verbose=-1,
                    seed=0, deterministic=True)
    data = lightgbm.Dataset(features, labels, weight=weights / weights.mean())
    return lightgbm.train(settings, data, num_boost_round=ROUNDS)


def judge(versions, also, folds):
    pages = versions[0]
    rows = []
    others = []
    for seed in range(3):
        order = numpy.random.RandomState(seed).permutation(len(pages))
        chances = [None] * len(pages)
        for k in range(folds):
            held = set(order[k::folds])
            model = fit([[p for i, p in enumerate(v) if i not in held] for v in versions],
                        [p for i, p in enumerate(also) if i % folds != k])
            others += [(p, model.predict(p.features)) for i, p in enumerate(also) if i % folds == k]
            for i in held:
                chances[i] = model.predict(pages[i].features)
        rows.append([f1(pages, chances, t) for t in THRESHOLDS])
        print(f"dealt {seed + 1}: " + "  ".join(f"{t:g}: {x:.4f}" for t, x in zip(THRESHOLDS, rows[-1])), flush=True)
    print(f"{folds} folds: " + "  ".join(f"{t:g}: {x:.4f}" for t, x in zip(THRESHOLDS, numpy.mean(rows, axis=0))))
    if others:
        print("documents: " + "  ".join(f"{t:g}: {f1(*zip(*others), t):.4f}" for t in THRESHOLDS))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("blocks")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--also", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    versions = [read(given.blocks, given.data, seed) for seed in range(VERSIONS + 1)]
    also = read(given.blocks, given.also, 0) if given.also else []
    if given.folds > 1:
        judge(versions, also, given.folds)
    if given.write:
        trees.write(fit(versions, also), ROOT / "src/pages/html_model.def",
                    "html_model.def - written by training/train_blocks.py; see html_model.c for what it means.")


if __name__ == "__main__":
    main()
