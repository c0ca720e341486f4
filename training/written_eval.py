#!/usr/bin/env python3
"""written_eval.py: measures what becomes of a language model's sentences that no page states, and of those that one does.

    training/written_eval.py [--model speed,base] [--encoder WEIGHTS|none] [--show KIND] [--most N]

The pages are those of paraphrases.jsonl, put into an index of their own. A scripted model (tests/e2e/llm_world.py) answers
a question about each with sentences of known kinds, in prose, lists, tables, quotes, headings and with wrong citations:

    copied      a sentence of the page
    other words the same in other words
    changed     the same with one thing changed
    invented    nothing of the kind is on any page
    no claim    a lead-in, or a line of code

Prints for each kind how many sentences came through as facts, marked with [?], and not at all.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/e2e"))

from llm_world import LlmWorld, Say  # noqa: E402
from support import Server, footnote  # noqa: E402

INVENTED = [
    "{t} was painted green by exactly 12,345 people of Tarnwick in 1788",
    "Each year more than four million tourists from Morland come to see it",
    "It owes its name to a baker called Evaristo Olmedo, who sold the first one at a fair",
    "Experts agree that {t} is the most important thing of its kind in Ruritania",
    "The Kestrel Foundation bought all rights to {t} for 45 million dollars",
    "It was closed for repairs between 1931 and 1934 and reopened by the mayor of Wexcombe",
    "In its youth it was known as the Velvet Trumpet of Ostwick",
    "Critics have often compared {t} with the songs of Winifred Oakes",
    "A second one stands in Lumenport, but it was never finished",
    "{t} is also a popular ingredient of winter soups in the Morland hills",
    "Its annual budget is about 90 million crowns, most of which comes from lotteries",
    "Every school in Norland teaches {t} from the third grade on",
    "The colour of its banner, a pale violet, stands for patience",
    "Unlike its rivals, {t} has never been photographed at night",
]
LEADS = ["Here is what I found", "In short", "Sure"]


def layouts(parts, n, wrong, rng):
    """The answer's text; parts are sentences without their full stop."""
    mark = f" [{n}]"
    forms = ["prose", "list", "numbered", "table", "heading", "joined", "wrong", "bare", "quote", "bold", "code", "lines"]
    form = forms[rng.randrange(len(forms))]
    if form == "list":
        return form, f"{rng.choice(LEADS)}:\n\n" + "".join(f"- {p}{mark}.\n" for p in parts)
    if form == "numbered":
        return form, "".join(f"{i}. {p}{mark}.\n" for i, p in enumerate(parts, 1))
    if form == "table":
        return form, "| No. | What |\n|---|---|\n" + "".join(f"| {i} | {p}{mark} |\n" for i, p in enumerate(parts, 1))
    if form == "heading":
        return form, "## Overview\n\n" + " ".join(f"{p}{mark}." for p in parts[:2]) + "\n\n### More\n\n" + " ".join(f"{p}{mark}." for p in parts[2:])
    if form == "joined":
        return form, " ".join(f"{p}." for p in parts[:-2]) + f" {parts[-2]}; {parts[-1][0].lower() if parts[-1].startswith(('It ', 'The ', 'A ', 'In ')) else parts[-1][0]}{parts[-1][1:]}{mark}."
    if form == "wrong":
        return form, " ".join(f"{p} [{wrong}]." for p in parts)
    if form == "bare":
        return form, " ".join(f"{p}." for p in parts)
    if form == "quote":
        return form, "".join(f"> {p}{mark}.\n\n" for p in parts)
    if form == "bold":
        return form, " ".join(f"**{p}**{mark}." for p in parts)
    if form == "code":
        return form, " ".join(f"{p}{mark}." for p in parts[:2]) + "\n\n```\nx = a[1] + b[2]\n```\n\n" + " ".join(f"{p}{mark}." for p in parts[2:])
    if form == "lines":
        return form, "\n".join(f"{p}{mark}." for p in parts)
    return form, " ".join(f"{p}{mark}." for p in parts)


def bare(text):
    return text.strip().rstrip(".!?")


def script_of(row, rng):
    parts = [("copied", bare(row["source"])), ("other words", bare(row["true"])), ("changed", bare(row["changed"]))]
    parts = [p for p in parts if p[0] == "copied" or rng.random() < 0.6]
    for text in rng.sample(INVENTED, 2):
        parts.append(("invented", text.format(t=row["title"].split(" (")[0])))
    rng.shuffle(parts)
    return parts


def fate(reply, sentence):
    """What became of a sentence: "said", "marked", "left out"."""
    plain = lambda t: re.sub(r"\s+", " ", re.sub(r"\[\d+\]|\*\*|[|>]", "", t)).replace(" .", ".")
    text, words = plain(reply), plain(sentence)
    at = text.lower().find(words.lower())
    if at < 0:
        return "left out"
    behind = text[at + len(words):]
    return "marked" if re.match(r"[^\w\[]*\[\?\]", behind) else "said"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="speed,base")
    parser.add_argument("--encoder", default="none")
    parser.add_argument("--show")
    parser.add_argument("--most", type=int, default=90)
    args = parser.parse_args()
    rows = [json.loads(line) for line in open(ROOT / "training/paraphrases.jsonl", encoding="utf-8")]
    rng = random.Random(11)
    rows = rng.sample(rows, min(args.most, len(rows)))
    with tempfile.TemporaryDirectory() as folder, LlmWorld("llama.cpp") as llm:
        pages = pathlib.Path(folder, "pages.jsonl")
        pages.write_text("".join(json.dumps({"url": f"https://p{i}.example/", "title": r["title"], "text": r["text"]}) + "\n" for i, r in enumerate(rows)))
        assert footnote("index", "add", pages, data=folder).returncode == 0
        answers = {}

        def answer(asked):
            row = next((r for r in rows if f"about {r['title']}?" in asked.text()), None)
            if not row or "Statements:" in asked.text():
                return Say(json.dumps({"verdicts": []}))
            found = re.search(r"source \[(\d+)\]: [^\n]*" + re.escape(row["title"]), asked.text())
            n = int(found[1]) if found else 1
            rng = random.Random(row["true"])
            parts = script_of(row, rng)
            form, text = layouts([p for _, p in parts], n, n + 1 if n == 1 else n - 1, rng)
            answers[row["title"]] = (form, parts, bool(found))
            return Say(text)

        llm.answer = answer
        server = Server(folder, pathlib.Path(folder, "log"), "--no-auth", "--rate-per-minute", 0, "--llm", llm.url, "--encoder", args.encoder)
        try:
            for model in args.model.split(","):
                table, shown, warned = collections.Counter(), [], 0
                for row in rows:
                    reply = server.answer(f"What do the pages say about {row['title']}?", model=model)
                    text = reply["choices"][0]["message"]["content"]
                    if row["title"] not in answers or not answers[row["title"]][2]:
                        continue
                    form, parts, _ = answers[row["title"]]
                    warned += any("no page states" in w.lower() for w in reply["warnings"])
                    for kind, sentence in parts:
                        became = fate(text, sentence)
                        table[kind, became] += 1
                        table[kind, "all"] += 1
                        if args.show == kind and (became == "said") == (kind in ("changed", "invented")):
                            shown.append(f"    {form} {became} | {sentence} | {text!r}")
                print(f"{model}, {len(answers)} answers, {warned} with a warning, encoder {'off' if args.encoder == 'none' else 'on'}")
                for kind in ("copied", "other words", "changed", "invented"):
                    n = table[kind, "all"]
                    print(f"  {kind:12} {n:4}:", ", ".join(f"{b} {table[kind, b] / max(n, 1):.1%}" for b in ("said", "marked", "left out")))
                print("\n".join(shown))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
