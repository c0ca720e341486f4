"""Documents on every way in: a file, a folder, a crawl, a live fetch; by content type, by name and by their bytes."""
import email.message
import io
import json
import zipfile

import pytest
from support import footnote
from test_crawl import ALLOW, crawl, page, site, urls  # noqa: F401 site is a fixture

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINE = "The lighthouse of Tarnwick was lit in 1871 by the keeper Osbert Quill, and it burnt paraffin until 1926."


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, text)
    return out.getvalue()


def message():
    m = email.message.EmailMessage()
    m["Subject"], m["From"], m["Message-ID"] = "The lighthouse", "Anna <anna@example.org>", "<1@example.org>"
    m.set_content(LINE + "\n", cte="base64")
    return m.as_bytes()


DOCUMENTS = {
    "a.docx": (WORD, packed({"word/document.xml": f"<w:document><w:body><w:p><w:r><w:t>{LINE}</w:t></w:r></w:p></w:body></w:document>"})),
    "b.odt": ("application/vnd.oasis.opendocument.text",
              packed({"mimetype": "application/vnd.oasis.opendocument.text",
                      "content.xml": f"<office:text><text:p>{LINE}</text:p></office:text>"})),
    "c.epub": ("application/epub+zip",
               packed({"META-INF/container.xml": '<rootfile full-path="b.opf"/>', "x.xhtml": f"<p>{LINE}</p>",
                       "b.opf": '<item id="x" href="x.xhtml" media-type="application/xhtml+xml"/><itemref idref="x"/>'})),
    "d.eml": ("message/rfc822", message()),
    "e.mbox": ("application/mbox", b"From anna@example.org Mon Nov 18 10:00:00 2019\n" + message()),
    "f.mhtml": ("multipart/related",
                b'Snapshot-Content-Location: http://x.example/\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n'
                b"--b\nContent-Type: text/html\n\n<main><p>" + LINE.encode() + b"</p></main>\n--b--\n"),
    "g.rst": ("text/x-rst", f"Lights\n======\n\n{LINE}\n".encode()),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_read_on_every_way_in(name, site, tmp_path):
    kind, bytes_ = DOCUMENTS[name]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / name).write_bytes(bytes_)
    done = footnote("extract", folder / name)
    assert done.returncode == 0 and LINE in done.stdout, done.stdout + done.stderr
    for i, path in enumerate((folder, folder / name)):
        done = footnote("index", "add", path, data=tmp_path / f"data-{i}")
        assert "1 pages added" in done.stderr, done.stderr
    found = footnote("index", "search", "lighthouse paraffin", "--json", data=tmp_path / "data-0")
    assert LINE in json.loads(found.stdout)["passages"][0]["text"], found.stdout
    s = site({"/": page("Start", "The start.", [name]), f"/{name}": (200, {"Content-Type": kind}, bytes_),
              "/typeless": (200, {"Content-Type": "application/octet-stream"}, bytes_)})
    crawl(tmp_path / "crawled", s.url + "/")
    assert f"/{name}" in urls(tmp_path / "crawled", "lighthouse paraffin")
    done = footnote("extract", f"{s.url}/{name}", env=ALLOW, data=tmp_path / "live")
    assert LINE in done.stdout, done.stdout + done.stderr
    if not name.endswith(".rst"):  # whose bytes look like any text
        (tmp_path / "nameless").write_bytes(bytes_)
        assert "1 pages added" in footnote("index", "add", tmp_path / "nameless", data=tmp_path / "n").stderr
        assert LINE in footnote("extract", f"{s.url}/typeless", env=ALLOW, data=tmp_path / "live").stdout


@pytest.mark.parametrize("bytes_, said", [
    (b"{\\rtf1 Text.}", "RTF is not read"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office files of the old kind"),
    (packed({"xl/workbook.xml": "<workbook/>"}), "spreadsheets and slides are not read"),
    (packed({"word/document.xml": "x" * 1000})[:60], "this document is damaged"),
    (packed({"a.txt": "x"}), "it is no text"),
])
def test_what_is_not_read_is_refused_by_name(bytes_, said, tmp_path):
    (tmp_path / "file").write_bytes(bytes_)
    done = footnote("extract", "--json", tmp_path / "file")
    assert done.returncode == 1 and said in json.loads(done.stdout)["why"], done.stdout
    done = footnote("index", "add", tmp_path / "file", data=tmp_path / "data")
    assert done.returncode == 1 and said in done.stderr, done.stderr
