#!/usr/bin/env python3
"""template_sets.py: questions with known answers that sentences of the sample corpus give by their form.

    training/template_sets.py SAMPLE.jsonl FOLDER    writes FOLDER/{capitals,populations,authors,elements}.jsonl

"X is the capital of Y" makes "What is the capital of Y?"; likewise populations, authors of works, and symbols and
numbers of elements. Which pages are taken is decided by a hash of their titles. `footnote eval FOLDER/*.jsonl` measures
kinds of questions that people ask most. train.py fits on the pages that are left over, in other wordings too.
"""
import hashlib
import json
import pathlib
import re
import sys

SIZES = {"capitals": 40, "populations": 40, "authors": 40, "elements": 30}
WORD = r"[A-Z](?:[\w'’-]+|\.)"
NAME = rf"{WORD}(?: (?:(?:of|de|von|van) )?{WORD})*"
NUMBER = r"\d[\d.,]*\d(?: (?:million|billion))?"


def capitals(title, text):
    found = re.match(rf"[^.]*? is the capital(?:,? (?:city|and [a-z -]+?city))? of ({NAME})[.,]", text)
    if found and found[1] != title and text.startswith(title):
        yield f"What is the capital of {found[1]}?", [title]


def populations(title, text):
    found = re.findall(rf"(?:population of|has a population of) (?:about |around |over |nearly |approximately |some )?({NUMBER})", text)
    if found and re.search(r"\b(?:country|city|state|nation|town)\b", text[:300]):
        yield f"How many people live in {title}?", found


def authors(title, text):
    found = re.match(r"[^.]*? is an? (?:[\w-]+ ){0,5}(?:novel|play|poem|book|tragedy|comedy|epic|novella)s?,? "
                     rf"(?:written )?by (?:(?:the )?(?:[A-Z]?[\w-]+ ){{0,4}}?(?:author|writer|novelist|poet|playwright) )?({NAME})(?!\w| [a-z])", text)
    if found:
        yield f"Who wrote {title}?", [found[1]]


def elements(title, text):
    found = re.search(r"chemical element[;,]? (?:it has|with)(?: the)? symbol (\w+) and atomic number (\d+)", text[:400])
    if found and int(found[2]) % 2:
        yield f"What is the atomic number of {title.lower()}?", [found[2]]
    elif found:
        yield f"What is the chemical symbol of {title.lower()}?", [found[1]]


# Other wordings of the same questions, for fitting.
WORDINGS = {"What is the capital of": ["what's the capital of", "capital of", "which city is the capital of"],
            "How many people live in": ["what is the population of", "population of", "how big is the population of"],
            "Who wrote": ["who is the author of", "who was the writer of", "author of"],
            "What is the chemical symbol of": ["symbol of", "symbol for", "what is the symbol for"],
            "What is the atomic number of": ["atomic number of", "atomic number", "which atomic number has"]}


def make(corpus):
    """(measured, left over): rows by kind."""
    pages = [json.loads(line) for line in open(corpus, encoding="utf-8")]
    pages.sort(key=lambda page: hashlib.sha256(page["title"].encode()).hexdigest())
    measured, rest = {}, {}
    for kind in (capitals, populations, authors, elements):
        rows = [{"question": q, "answers": answers, "url": page["url"]}
                for page in pages for q, answers in kind(page["title"].split(" (")[0], page["text"])]
        size = SIZES[kind.__name__]
        measured[kind.__name__], rest[kind.__name__] = rows[:size], rows[size:3 * size]
    return measured, rest


def reworded(rows):
    """Every row once, in one of the wordings or as it is."""
    out = []
    for i, row in enumerate(rows):
        start = next(start for start in WORDINGS if row["question"].startswith(start))
        wordings = [start, *WORDINGS[start]]
        out.append(row | {"question": row["question"].replace(start, wordings[i % len(wordings)])})
    return out


def main():
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for kind, rows in make(sys.argv[1])[0].items():
        with open(out / f"{kind}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        print(f"{kind}: {len(rows)} questions")


if __name__ == "__main__":
    main()
