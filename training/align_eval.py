#!/usr/bin/env python3
"""align_eval.py: measures how often alignment calls true claims supported, and how often false ones.

    training/align_eval.py ALIGN INDEX PAGES... [--encoder WEIGHTS] [--show KIND]

ALIGN is build/training/align, INDEX an index folder that weighs the words. PAGES are JSON lines: pages ({"lang", "title",
"text"}), sections with sentences that answer a question ({"title", "sentences", "answers"}), or sentences in other words
(paraphrases.jsonl). With --encoder, the packed weights, meaning is compared too.

Claims are made from a page's own sentences. Some are true: the sentence as it is, or shortened. Others are false: one
number, date or name is changed, a "not" is added or removed, or the sentence is from another page. Prints a table of
verdicts by kind of claim; --show KIND prints the claims of a kind whose verdict is wrong.
"""
import argparse
import json
import random
import re
import subprocess

NOT = {
    "en": (r"\b(is|was|were|are|has|had|can|could|will|would)\b", r"\1 not", r"\b(is|was|were|are|has|had|can|could|will|would|did|does|do) not\b"),
    "de": (r"\b(ist|war|waren|sind|wurde|wurden|hat|hatte)\b", r"\1 nicht", r"\b(ist|war|waren|sind|wurde|wurden|hat|hatte) nicht\b"),
    "es": (r"\b(es|era|fue|fueron|son|tiene|está|había)\b", r"no \1", r"\bno (es|era|fue|fueron|son|tiene|está|había)\b"),
    "ru": (r"\b(был|была|было|были|является|может|имеет)\b", r"не \1", r"\bне (был|была|было|были|является|может|имеет)\b"),
    "zh": (r"(是|可以|能够|认为|具有)", r"不\1", r"不(是|可以|能够|认为|具有)"),
}


def change_number(rng, text, lang):
    found = [m for m in re.finditer(r"(?<![\w.,-])\d{1,3}(?:[., ]\d{3})*(?:[.,]\d+)?(?![\w-])", text) if not re.fullmatch(r"(1\d|20)\d\d", m[0])]
    if not found:
        return None
    m = rng.choice(found)
    digits = [i for i, c in enumerate(m[0]) if c.isdigit()]
    i = digits[0]
    other = rng.choice([d for d in "123456789" if d != m[0][i]])
    return text[:m.start()] + m[0][:i] + other + m[0][i + 1:] + text[m.end():]


def change_year(rng, text, lang):
    found = list(re.finditer(r"(?<!\d)(1[0-9]\d\d|20[012]\d)(?![\dse]|-х|年代)", text))
    if not found:
        return None
    m = rng.choice(found)
    year = int(m[0]) + rng.choice([-30, -20, -11, -7, -3, 3, 7, 11, 20])
    return None if str(year) in text else text[:m.start()] + str(year) + text[m.end():]


def change_name(rng, text, lang, names):
    if lang == "zh":
        found = list(re.finditer(r"[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff·]{1,8}", text))
    else:
        found = list(re.finditer(r"(?<=[a-zа-яäöüßáéíóúñ,] )[A-ZА-ЯÄÖÜ][\w’'-]+(?: [A-ZА-ЯÄÖÜ][\w’'-]+)*", text))
    if lang == "de":
        found = [m for m in found if " " in m[0]]
    if not found:
        return None
    m = rng.choice(found)
    other = rng.choice(names)
    if other in text or set(other.split()) & set(text.split()):
        return None
    return text[:m.start()] + other + text[m.end():]


def change_not(rng, text, lang):
    put, by, there = NOT[lang]
    if re.search(there, text):
        return re.sub(there, r"\1", text, count=1)
    return re.sub(put, by, text, count=1) if re.search(put, text) else None


def shorten(text):
    """Without what is in brackets, and without the last part behind a comma."""
    out = re.sub(r" ?\([^)]*\)", "", text)
    parts = re.split(r", |，(?!\d)", out)
    head = out[: -len(parts[-1])].rstrip(" ,，") if len(parts) > 1 else ""
    return head if len(head) > 40 or (head and len(head) > 14 and ord(head[0]) > 0x3000) else out if out != text else None


def claims_of(rng, sentences, lang, names, foreign):
    for s in sentences:
        yield "true", s
        for kind, changed in (("short", shorten(s)), ("number", change_number(rng, s, lang)), ("year", change_year(rng, s, lang)),
                              ("name", change_name(rng, s, lang, names)), ("not", change_not(rng, s, lang))):
            if changed and changed != s:
                yield kind, changed
    for s in foreign:
        yield "foreign", s


NAMES = {"en": ["Albert Newton", "Tarnwick", "Morland", "Kestrel Holdings", "Winifred Oakes"], "de": ["Winfried Ochsner", "Albert Tarnwick"],
         "es": ["Alberto Tarnwick", "Morlandia", "Evaristo Olmedo"], "ru": ["Тарнвик", "Морландия", "Евлампий Ольмедов"], "zh": ["阿尔伯特·塔恩威克", "莫兰·奥克斯"]}


def paraphrases(rows):
    """Of paraphrases.jsonl: pages with their claims. Each sentence in other words is true, its twin has one thing changed."""
    pages = [{"title": r["title"], "lang": "en", "text": r["text"], "claims": [r["true"], r["changed"]]} for r in rows]
    kinds = [f"{r['half']} by {'hand' if r['by'] == 'hand' else 'rule'}" for r in rows]
    return pages, [[(f"{kind}, true", r["true"]), (f"{kind}, changed", r["changed"])] for kind, r in zip(kinds, rows)]


def print_table(path, args, rows, kinds):
    out = subprocess.run([args.align, args.index] + ([args.encoder] if args.encoder else []), input="\n".join(rows) + "\n", text=True, capture_output=True, check=True).stdout
    table = {}
    for made, line in zip(kinds, out.splitlines()):
        for (kind, claim), (verdict, reason) in zip(made, json.loads(line)):
            table.setdefault(kind, {}).setdefault(verdict, []).append((claim, reason))
    print(path)
    for kind, found in table.items():
        n = sum(map(len, found.values()))
        print(f"  {kind:21} {n:5} claims:", ", ".join(f"{v} {len(found.get(v, [])) / n:.1%}" for v in ("supported", "contradicted", "not stated")))
        if args.show == kind:
            for verdict, claims in found.items():
                if (verdict == "supported") != (kind.split()[-1] in ("true", "short")):
                    for claim, reason in claims:
                        print("     ", verdict, "|", claim, "|", reason)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("align")
    parser.add_argument("index")
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--encoder")
    parser.add_argument("--show")
    parser.add_argument("--most", type=int, default=400)
    args = parser.parse_args()
    for path in args.pages:
        rng = random.Random(5)
        pages = []
        read = [json.loads(line) for line in open(path, encoding="utf-8")]
        if "changed" in read[0]:
            given, kinds = paraphrases(read)
            print_table(path, args, [json.dumps(p, ensure_ascii=False) for p in given], kinds)
            continue
        for row in read:
            if "sentences" in row:
                picked = [row["sentences"][i] for i in row["answers"]][:2]
                pages.append((row["title"], "en", " ".join(row["sentences"]), picked))
            else:
                cut = [s.strip() for s in re.split(r"(?<=[.。!?])\s+|(?<=。)", row["text"]) if 30 < len(s.strip()) < 400 or (row["lang"] == "zh" and len(s) > 12)]
                pages.append((row["title"], row["lang"], row["text"], rng.sample(cut, min(25, len(cut)))))
        pages = pages[:args.most]
        rows, kinds = [], []
        for i, (title, lang, text, picked) in enumerate(pages):
            others = [p[3] for k, p in enumerate(pages) if k != i and p[0] != title and p[1] == lang]
            foreign = rng.choice(others)[:5] if others else []
            made = list(claims_of(rng, picked, lang, NAMES[lang], foreign))
            rows.append(json.dumps({"title": title, "lang": lang, "text": text, "claims": [c for _, c in made]}, ensure_ascii=False))
            kinds.append(made)
        print_table(path, args, rows, kinds)


if __name__ == "__main__":
    main()
