"""Quotes that make sense by themselves: with the name, the row's header, the lead-in, the whole list, the whole code."""
import json

import pytest
from support import check_excerpts, content, footnote

PAGES = {
    "settings": ("Settings of the Marlow server", """# Settings

The server reads these settings when it starts.

marlow_depth (integer)

Sets how many requests may wait before the server refuses more of them. The default is forty.

marlow_colour (string)

Sets the colour of the status page. The default is green.

## Limits

What the Marlow server can hold is in this table.

Thing | Most | Note
channels of a hall | 1,600 | fewer with long names
halls of a house | 48
"""),
    "howto": ("How to mend a Marlow server", """# How to

## Restart the Marlow server safely

To restart the Marlow server safely, do this:

1. Close the valve.
2. Wait for the red lamp.
3. Turn the key.

## Count the Marlow halls

This script counts the halls of the Marlow server:

```
for hall in marlow.halls():

    print(hall[1], hall.count())
```

## Colours

A Marlow lamp has one of three colours:

- amber
- teal
- mauve

Other lamps have other colours, which this page does not list.
"""),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("units")
    lines = [json.dumps({"url": f"https://marlow.example/{name}", "title": title, "text": text})
             for name, (title, text) in PAGES.items()]
    (folder / "pages.jsonl").write_text("\n".join(lines) + "\n")
    done = footnote("index", "add", folder / "pages.jsonl", data=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_quote_has_what_it_needs_to_be_understood(start, pages):
    server = start("--no-auth", "--rate-per-minute", 0, folder=pages)
    cases = [("What is the default of marlow_depth?", ["marlow_depth (integer): Sets how many", "The default is forty.[1]"]),
             ("How many channels can a Marlow hall have?",
              ["Thing | Most | Note\n--- | --- | ---\nchannels of a hall | 1,600 | fewer with long names[1]"]),
             ("How do I restart the Marlow server safely?", ["do this:\n1. Close the valve.\n2. Wait for the red lamp.\n3. Turn the key.[1]"]),
             ("How do I count the halls of the Marlow server?",
              ["counts the halls of the Marlow server:\n```\nfor hall in marlow.halls():\n\n    print(hall[1], hall.count())\n```\n[1]"]),
             ("Which colours does a Marlow lamp have?", ["one of three colours:\n- amber\n- teal\n- mauve[1]"])]
    for question, parts in cases:
        reply = server.answer(question)
        for part in parts:
            assert part in content(reply), content(reply)
        for citation in reply["basis"][0]["citations"]:
            check_excerpts(citation, PAGES[citation["url"].rsplit("/", 1)[1]][1])
