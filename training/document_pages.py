#!/usr/bin/env python3
"""document_pages.py: makes a training set of documentation pages and their main text, for train_blocks.py --also.

    training/document_pages.py OUT [--pages N]

With news alone the model would learn that tables, lists of definitions and code are not main text. This takes N pages (default
12) of each of four Debian documentation packages, whose main text is in a known element. It writes OUT/html/ID.html.gz and
OUT/truth.jsonl. Needs lxml, apt-get and dpkg; packages are unpacked into a temporary folder, not installed.
"""
import argparse
import gzip
import json
import pathlib
import random
import re
import subprocess
import tempfile

import lxml.html

# package; folder of its pages; XPath of the elements with the main text; XPath of elements inside these that are not main text
PACKAGES = [
    ("sqlite3-doc", "usr/share/doc/sqlite3", "//body", "//*[contains(@class,'nosearch') or contains(@class,'searchmenu')]"),
    ("postgresql-doc-15", "usr/share/doc/postgresql-doc-15/html", "//body", "//div[@class='navheader' or @class='navfooter']"),
    ("python3.11-doc", "usr/share/doc/python3.11/html", "//div[@role='main']", "//a[@class='headerlink']"),
    ("debian-policy", "usr/share/doc/debian-policy/policy.html", "//div[@role='main']", "//a[@class='headerlink']"),
]
BLOCKS = {"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "br",
          "section", "blockquote", "center", "hr"}


def text_of(element):
    out = []

    def walk(node):
        if not isinstance(node.tag, str) or node.tag in ("script", "style", "noscript", "svg", "form", "button"):
            return
        mark = "\n" if node.tag in BLOCKS else ""
        out.append(mark + (node.text or ""))
        for child in node:
            walk(child)
            out.append(child.tail or "")
        out.append(mark)

    walk(element)
    return re.sub(r"\s*\n\s*", "\n", "".join(out)).strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pages", type=int, default=12)
    given = parser.parse_args()
    (given.out / "html").mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, open(given.out / "truth.jsonl", "w", encoding="utf-8") as truths:
        for package, where, inside, outside in PACKAGES:
            subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True)
            deb = next(pathlib.Path(folder).glob(package + "_*.deb"))
            subprocess.run(["dpkg", "-x", deb, folder], check=True)
            files = sorted((pathlib.Path(folder) / where).glob("**/*.html"))
            chance.shuffle(files)
            taken = 0
            for file in files:
                html = file.read_bytes()
                tree = lxml.html.fromstring(html)
                for element in tree.xpath(outside):
                    element.drop_tree()
                text = "\n".join(text_of(e) for e in tree.xpath(inside))
                if 150 <= len(re.findall(r"\w+", text)) <= 15000 and taken < given.pages:
                    taken += 1
                    name = f"{package}-{file.stem}"
                    with gzip.open(given.out / "html" / (name + ".html.gz"), "wb") as out:
                        out.write(html)
                    truths.write(json.dumps({"id": name, "url": "https://docs.example/" + file.name, "text": text}) + "\n")
            print(package, taken)


if __name__ == "__main__":
    main()
