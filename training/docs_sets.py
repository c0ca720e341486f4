"""docs_sets.py - questions over documentation, for train_data.py.

docs_questions.jsonl has questions as engineers type them, over pages that Debian packages hold: {"set", "kind",
"question", "answers"}, and such that no page of these answers. Which sentences answer is told by what they say and by
how much of the question they, the names above them and the title have.
"""
import json
import pathlib
import subprocess

import numpy as np

QUESTIONS = pathlib.Path(__file__).resolve().parent / "docs_questions.jsonl"
# Where each package has its HTML. Of the packages of ../shared/data/docs-questions there is none.
PACKAGES = {
    "apache2-doc": "usr/share/doc/apache2-doc/manual/en", "bash-doc": "usr/share/doc/bash", "bind9-doc": "usr/share/doc",
    "cmake-doc": "usr/share/doc/cmake-doc", "debian-policy": "usr/share/doc/debian-policy", "exim4-doc-html": "usr/share/doc",
    "debian-reference-en": "usr/share/debian-reference", "haproxy-doc": "usr/share/doc", "nodejs-doc": "usr/share/doc",
    "python-click-doc": "usr/share/doc", "python-django-doc": "usr/share/doc/python-django-doc/html",
    "python-requests-doc": "usr/share/doc", "python-sqlalchemy-doc": "usr/share/doc/python-sqlalchemy-doc/html",
    "sqlite3-doc": "usr/share/doc/sqlite3", "valgrind": "usr/share/doc"}
COVERS_FROM, COVERS_OF_BEST = 0.4, 0.85


def rows():
    out = [json.loads(line) for line in open(QUESTIONS, encoding="utf-8")]
    return [row | {"url": ""} for row in out]


def pages(work):
    """A folder with the HTML of all packages, fetched once."""
    folder = work / "docs-pages"
    for package, inside in PACKAGES.items():
        to = folder / package
        if to.exists():
            continue
        unpacked = work / "debs" / package
        unpacked.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-q", "download", package], cwd=unpacked, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["dpkg", "-x", *unpacked.glob("*.deb"), unpacked], check=True)
        for path in sorted((unpacked / inside).rglob("*.html")):
            if path.is_file() and not path.is_symlink() and (package != "debian-reference-en" or path.name.endswith(".en.html")):
                copy = to / path.relative_to(unpacked / inside)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    return folder


def good(q, candidates):
    """Sentences of the question's set that are quoted with an accepted answer, and have most of the question."""
    from train_data import has, names
    holds = np.array([has(x.get("unit", x["text"]), q.answers) and f"/{q.set}/" in x["url"] for x in candidates], bool)
    columns = [names("features.def", "FEATURE").index(name) for name in ("COVER_NAMED", "COVER_CONTEXT")]
    covers = q.X[:, columns].max(1) if len(candidates) else np.zeros(0)
    if not holds.any():
        return holds
    return holds & (covers >= max(COVERS_FROM, COVERS_OF_BEST * covers[holds].max()))
