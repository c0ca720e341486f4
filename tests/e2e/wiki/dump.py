#!/usr/bin/env python3
"""dump.py PAGES.json: the pages as a MediaWiki export, on standard output."""
import json
import sys
from xml.sax.saxutils import escape

print('<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">')
for number, (title, text) in enumerate(json.load(open(sys.argv[1])).items(), 1):
    print(f"<page><title>{escape(title)}</title><ns>0</ns><id>{number}</id><revision><id>{number}</id>"
          "<timestamp>2024-05-06T07:08:09Z</timestamp><contributor><username>Keeper</username></contributor>"
          "<model>wikitext</model><format>text/x-wiki</format>"
          f'<text xml:space="preserve">{escape(text)}</text></revision></page>')
print("</mediawiki>")
