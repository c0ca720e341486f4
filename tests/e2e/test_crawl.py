"""Crawls of real sites - Debian's documentation packages behind nginx - and of a small one that changes and misbehaves."""
import http.server
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest
from support import BINARY, PATIENCE_S, environment, footnote

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "footnote" / "docs"
PACKAGES = {"debian-policy": "usr/share/doc/debian-policy", "sqlite3-doc": "usr/share/doc/sqlite3"}
ALLOW = {"FOOTNOTE_ALLOW": "127.0.0.0/8"}


def unpacked(package):
    """The package's files, downloaded once and never installed."""
    folder = CACHE / package
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["apt-get", "download", package], cwd=CACHE, capture_output=True, text=True)
        archives = sorted(CACHE.glob(f"{package}_*.deb"))
        if not archives:
            pytest.skip(f"{package} cannot be downloaded: {done.stderr.strip()[-200:]}")
        subprocess.run(["dpkg", "-x", archives[-1], f"{folder}.part"], check=True)
        pathlib.Path(f"{folder}.part").rename(folder)
    return folder / PACKAGES[package]


def free_port(host):
    with socket.socket() as s:
        s.bind((host, 0))
        return s.getsockname()[1]


class Nginx:
    def __init__(self, folder, sites):
        """sites: {host: root}"""
        self.ports = {host: free_port(host) for host in sites}
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        servers = "".join(f"server {{ listen {host}:{self.ports[host]}; root {root}; }}\n" for host, root in sites.items())
        (folder / "nginx.conf").write_text(
            ("user root;" if os.getuid() == 0 else "") +
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 512; }}\nhttp {{ include /etc/nginx/mime.types; access_log {folder}/access.log;\n"
            f"{temporary}\n{servers}}}\n")
        self.log = folder / "access.log"
        self.process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-e", str(folder / "error.log"), "-c",
                                         str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_S
        for host, port in self.ports.items():
            while time.monotonic() < until:
                try:
                    socket.create_connection((host, port), 1).close()
                    break
                except OSError:
                    time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    if not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")):
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    server = Nginx(folder, {"127.0.0.2": unpacked("sqlite3-doc"), "127.0.0.3": unpacked("debian-policy")})
    yield server
    server.stop()


def seeds(server):
    return [f"http://127.0.0.2:{server.ports['127.0.0.2']}/index.html",
            f"http://127.0.0.3:{server.ports['127.0.0.3']}/policy.html"]


def crawl(data, *arguments, env=None):
    done = footnote("index", "crawl", *arguments, "--rate", 0, data=data, env={**ALLOW, **(env or {})})
    numbers = re.search(r"(\d+) pages added, (\d+) unchanged, (\d+) removed, (\d+) not for the index, (\d+) skipped",
                        done.stderr)
    assert numbers, done.stderr
    done.added, done.unchanged, done.removed, done.other, done.bad = map(int, numbers.groups())
    return done


def stats(data):
    return json.loads(footnote("index", "stats", "--json", data=data).stdout)


def test_real_sites_are_crawled_and_answer(docs, tmp_path):
    arguments = [*seeds(docs), "--pages", 250, "--exclude", "/c3ref/*", "--exclude", "/matrix/*"]
    first = crawl(tmp_path, *arguments)
    assert first.returncode == 0 and 200 < first.added <= 250, first.stderr
    assert stats(tmp_path)["pages"] == first.added
    found = footnote("index", "search", "write-ahead log checkpoint", "--json", data=tmp_path)
    assert any("/wal.html" in p["url"] for p in json.loads(found.stdout)["passages"])
    done = footnote("ask", "What must package names consist only of?", data=tmp_path)
    assert "lower case letters" in done.stdout, done.stdout + done.stderr
    # Again: nothing changed, and hardly a byte is sent.
    lines = len(docs.log.read_text().splitlines())
    again = crawl(tmp_path, *arguments)
    assert again.added == 0 and again.removed == 0 and again.unchanged >= 200, again.stderr
    codes = [line.split('" ')[1].split()[0] for line in docs.log.read_text().splitlines()[lines:]]
    assert codes.count("304") >= again.unchanged * 0.9, codes
    assert stats(tmp_path)["pages"] == first.added


def test_a_killed_crawl_goes_on(docs, tmp_path):
    arguments = [*seeds(docs), "--pages", 0, "--depth", 2, "--exclude", "/c3ref/*", "--exclude", "/matrix/*"]
    whole = crawl(tmp_path / "whole", *arguments)
    killed = tmp_path / "killed"
    for number in range(3):
        process = subprocess.Popen([BINARY, "index", "crawl", *map(str, arguments), "--rate", "0", "--data", str(killed)],
                                   stderr=subprocess.PIPE, env=environment(tmp_path, **ALLOW))
        time.sleep(0.3 + 0.4 * number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    process = subprocess.Popen([BINARY, "index", "crawl", *map(str, arguments), "--rate", "0", "--data", str(killed)],
                               stderr=subprocess.PIPE, text=True, env=environment(tmp_path, **ALLOW))
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode in (0, 130), said
    last = crawl(killed, *arguments)
    assert last.returncode == 0, last.stderr
    assert "going on" in last.stderr or process.returncode == 0
    assert stats(killed)["pages"] == stats(tmp_path / "whole")["pages"] == whole.added


def test_the_guard_applies(docs, tmp_path):
    done = footnote("index", "crawl", seeds(docs)[0], data=tmp_path)
    assert done.returncode == 1 and "0 pages added" in done.stderr, done.stderr


class Site(http.server.ThreadingHTTPServer):
    """Pages as a dictionary: path -> (status, headers, body)."""
    numbers = itertools.count(10)

    def __init__(self, pages):
        self.pages, self.asked = pages, []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append(self.path)
                status, headers, body = site.pages.get(self.path, (404, {}, ""))
                body = body.encode() if isinstance(body, str) else body
                if status == 200 and "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__((f"127.0.0.{next(Site.numbers)}", 0), Handler)
        self.url = f"http://{self.server_address[0]}:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


def page(title, text, links=(), head=""):
    anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return (200, {}, f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1><p>{text} This is said at "
            f"length, so that it reads as a paragraph of an article does.</p></article><ul>{anchors}</ul></body></html>")


@pytest.fixture
def site():
    sites = []

    def make(pages):
        sites.append(Site(pages))
        return sites[-1]

    yield make
    for s in sites:
        s.shutdown()
        s.server_close()


def urls(data, words="paragraph article"):
    found = footnote("index", "search", words, "--json", "--limit", 100, data=data)
    return {re.sub(r"http://[^/]+", "", p["url"]) for p in json.loads(found.stdout)["passages"]}


def test_what_a_site_asks_for_is_heeded(site, tmp_path):
    s = site({})
    s.pages.update({
        "/robots.txt": (200, {"Content-Type": "text/plain"}, f"User-agent: *\nDisallow: /secret\nSitemap: {s.url}/map.xml\n"),
        "/": page("Start", "The start of it all.", ["/a", "/secret/x", "/noindex", "/alias", "/moved", "/gone", "/x.png",
                                                   "http://127.0.0.200:1/elsewhere", "/nofollow", "/header"]),
        "/a": page("A", "The first letter of all.", ["/b"]),
        "/b": page("B", "The second letter of all."),
        "/noindex": page("Hidden", "Not to be found.", ["/from-noindex"], '<meta name="robots" content="noindex">'),
        "/from-noindex": page("Found", "Linked from a hidden page."),
        "/nofollow": page("No", "Follows nothing here.", ["/never"], '<meta name="robots" content="nofollow">'),
        "/never": page("Never", "Nobody may come here."),
        "/alias": page("A again", "The first letter of all.", head='<link rel="canonical" href="/a">'),
        "/moved": (301, {"Location": "/target"}, ""),
        "/target": page("Target", "Where the moved page is now."),
        "/header": (200, {"X-Robots-Tag": "noindex"}, page("H", "Hidden by its header.")[2]),
        "/map.xml": (200, {"Content-Type": "application/xml"},
                     f"<urlset><url><loc>{s.url}/only-in-map</loc></url></urlset>"),
        "/only-in-map": page("Map", "Only the sitemap names it."),
    })
    done = crawl(tmp_path, s.url + "/")
    assert done.returncode == 0, done.stderr
    assert urls(tmp_path) == {"/", "/a", "/b", "/from-noindex", "/nofollow", "/target", "/only-in-map"}, done.stderr
    assert not {"/secret/x", "/x.png", "/never"} & set(s.asked)
    assert "/gone: skipped" in done.stderr
    assert "not for the index: " in done.stderr and "it asks not to be indexed (2)" in done.stderr, done.stderr


def test_sitemaps_of_all_kinds_are_read_once(site, tmp_path):
    text = {"Content-Type": "text/plain"}
    s = site({})
    s.pages.update({
        "/robots.txt": (200, text, "Sitemap: /index.xml\nSitemap: /list.txt\n"),
        "/": page("Start", "The start of it all."),
        "/index.xml": (200, {}, "<sitemapindex>" + "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in (
            "/index.xml", f"{s.url}/index.xml", "/one.xml", "one.xml", "/other.xml")) + "</sitemapindex>"),
        "/other.xml": (200, {}, "<sitemapindex><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>"),
        "/one.xml": (200, {}, "<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'>"
                     "<sm:url><sm:loc>/a</sm:loc></sm:url></sm:urlset>"),
        "/list.txt": (200, text, f"{s.url}/b\n/c\n"),
        **{f"/{name}": page(name, f"Only a sitemap names {name}.") for name in "abc"},
    })
    done = crawl(tmp_path, s.url + "/")
    assert urls(tmp_path) == {"/", "/a", "/b", "/c"}, done.stderr
    assert sorted(a for a in s.asked if a.endswith((".xml", ".txt"))) == [
        "/index.xml", "/list.txt", "/one.xml", "/other.xml", "/robots.txt"]


def test_a_sitemap_that_nobody_names_is_found(site, tmp_path):
    s = site({"/": page("Start", "The start of it all."), "/a": page("A", "Only the sitemap names it.")})
    s.pages["/sitemap.xml"] = (200, {}, f"<urlset><url><loc>{s.url}/a</loc></url></urlset>")
    crawl(tmp_path, s.url + "/")
    assert urls(tmp_path) == {"/", "/a"}


def test_a_page_is_not_lost_to_the_address_it_names(site, tmp_path):
    def own(target):
        return f'<link rel="canonical" href="{target}">'

    s = site({
        "/": page("Start", "The start of it all.", ["/a", "/b", "/c", "/d", "/e"]),
        "/a": page("A", "Its other address is gone.", head=own("/gone")),
        "/b": page("B", "Its other address is gone too.", head=own("/gone")),
        "/c": page("C", "It names one that names it.", head=own("/d")),
        "/d": page("D", "It names one that names it.", head=own("/c")),
        "/e": page("E", "Its other address leads back.", head=own("/f")),
        "/f": (301, {"Location": "/e"}, ""),
    })
    done = crawl(tmp_path, s.url + "/")
    found = urls(tmp_path)
    assert {"/", "/a", "/b", "/e"} <= found and len(found & {"/c", "/d"}) == 1, (found, done.stderr)


def test_headers_for_other_robots_are_not_ours(site, tmp_path):
    body = page("A", "The harbour of Lumen.")[2]
    s = site({"/": (200, {"X-Robots-Tag": "googlebot: noindex, nofollow"}, page("S", "The start.", ["/a"])[2]),
              "/a": (200, {"X-Robots-Tag": "footnote: noindex"}, body)})
    crawl(tmp_path, s.url + "/")
    assert urls(tmp_path) == {"/"} and "/a" in s.asked


def test_the_next_crawl_takes_what_changed(site, tmp_path):
    tagged = {f"/{i}": page(f"Page {i}", f"Harbour number {i}.") for i in range(5)}
    tagged = {path: (200, {"ETag": f'"{path}-1"'}, body) for path, (_, _, body) in tagged.items()}
    s = site({"/": page("Start", "The start.", list(tagged)), **tagged})
    assert crawl(tmp_path, s.url + "/").added == 6
    s.pages["/2"] = (200, {"ETag": '"new"'}, page("Page 2", "The lighthouse is new.", ["/5"])[2])
    s.pages["/5"] = page("Page 5", "Linked since today.")
    del s.pages["/3"]
    again = crawl(tmp_path, s.url + "/")
    assert (again.added, again.unchanged, again.removed) == (2, 4, 1), again.stderr
    assert urls(tmp_path) == {"/", "/0", "/1", "/2", "/4", "/5"}
    footnote("index", "remove", f"{s.url}/4", data=tmp_path)
    assert crawl(tmp_path, s.url + "/").added == 1, "what was taken out by hand comes back"


def test_limits(site, tmp_path):
    pages = {f"/{i}": page(f"Page {i}", f"Harbour number {i}.", [f"/{i + 1}"]) for i in range(20)}
    s = site(pages)
    assert crawl(tmp_path / "depth", s.url + "/0", "--depth", 3).added == 4
    assert crawl(tmp_path / "pages", s.url + "/0", "--pages", 5).added == 5
    assert crawl(tmp_path / "include", s.url + "/0", "--include", "/[1]", "--include", "/1").added == 2
    for wrong in (["--depth", "x"], ["--rate", "-1"], ["--nonsense", "1"], ["--include"]):
        assert footnote("index", "crawl", s.url, *wrong, data=tmp_path / "w").returncode == 2
    assert footnote("index", "crawl", data=tmp_path / "w").returncode == 2


def test_a_busy_server_is_asked_again(site, tmp_path):
    s = site({"/": page("Start", "The start.", ["/busy"]), "/busy": (503, {"Retry-After": "1"}, "")})
    threading.Timer(0.5, lambda: s.pages.update({"/busy": page("Busy", "It had time after all.")})).start()
    done = crawl(tmp_path, s.url + "/")
    assert done.added == 2, done.stderr


def test_a_site_without_readable_rules_says_why(site, tmp_path):
    s = site({"/robots.txt": (503, {"Retry-After": "1"}, ""), "/": page("Start", "The start of it all.")})
    done = crawl(tmp_path, s.url + "/")
    assert done.added == 0 and "robots.txt: skipped: the server answered 503" in done.stderr, done.stderr
    s = site({"/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /"), "/": page("S", "It is.")})
    done = crawl(tmp_path, s.url + "/")
    assert done.added == 0 and "1 forbidden by robots.txt" in done.stderr, done.stderr


def test_nothing_is_passed_over_without_a_word(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("a.doc", "b.epub", "c.png", "d.PNG", "e.css", "f"):
        (folder / name).write_bytes(b"PK\x03\x04")
    done = footnote("index", "add", folder, data=tmp_path / "data")
    assert done.returncode == 1, done.stderr
    for said in ("a.doc: skipped: .doc files are not read", "b.epub: skipped: this document is damaged", "1 .css", "2 .png", "1 others",
                 "0 pages added, 0 unchanged, 2 skipped"):
        assert said in done.stderr, done.stderr
    done = footnote("index", "add", folder / "a.doc", data=tmp_path / "data")
    assert done.returncode == 2 and ".doc files are not read" in done.stderr, done.stderr
    (tmp_path / "note.rtf").write_text("{\\rtf1 Text.}")
    assert ".rtf files are not read" in footnote("index", "add", tmp_path / "note.rtf", data=tmp_path / "data").stderr
    (folder / "g.pdf").write_bytes(b"%PDF-1.4\nnothing")
    assert "g.pdf: skipped: this PDF is damaged" in footnote("index", "add", folder, data=tmp_path / "data").stderr
    for empty in ("<rss version='2.0'><channel><title>T</title></channel></rss>", "<mediawiki></mediawiki>"):
        (tmp_path / "x.xml").write_text(empty)
        done = footnote("index", "add", tmp_path / "x.xml", data=tmp_path / "data")
        assert done.returncode == 1 and ("no entry in this feed" in done.stderr or "no page in it" in done.stderr), done.stderr
    (tmp_path / "x.xml").write_text("<rss version='2.0'><channel><title>T</title><item><title>A lamp</title>"
                                    "<description>The lamp was lit in 1871.</description></item></channel></rss>")
    assert "1 pages added" in footnote("index", "add", tmp_path / "x.xml", data=tmp_path / "data").stderr
    picture = (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/p\r\nContent-Type: application/http\r\n"
               b"Content-Length: %d\r\n\r\nHTTP/1.1 %s\r\nContent-Type: image/png\r\n\r\n\r\n\r\n")
    (tmp_path / "p.warc").write_bytes(picture % (45, b"200 OK") + picture % (52, b"404 Not Found"))
    done = footnote("index", "add", tmp_path / "p.warc", data=tmp_path / "data")
    assert done.returncode == 1 and "1 image/png" in done.stderr and "1 status 404" in done.stderr, done.stderr
    done = footnote("extract", "--json", folder / "g.pdf")
    assert done.returncode == 1 and json.loads(done.stdout)["why"] == "this PDF is damaged"


class Endless(dict):
    """Pages whose answer is computed from the path."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def get(self, path, otherwise=None):
        return self.answer(path) or otherwise


def test_the_same_page_under_ever_new_addresses_ends(site, tmp_path):
    number = itertools.count()

    def menu(names):
        return "".join(f'<li><a href="{link}">{name}</a></li>' for name, link in names)

    def body(title, links):
        return (200, {}, f"<title>{title}</title><article><p>The page {title} of the harbour says when the tide comes in, and "
                f"this is said at length, as an article does.</p></article><ul>{links}</ul>")

    # Relative links that lack their slash.
    piling = site(Endless(lambda path: None if not re.fullmatch(r"/(news/|tides/)*", path) else body(
        path.strip("/").split("/")[-1] or "start", menu([("News", "news/"), ("Tides", "tides/")]))))
    done = crawl(tmp_path / "piling", piling.url + "/", "--pages", 300)
    assert {"/", "/news/", "/tides/"} <= urls(tmp_path / "piling", "harbour tide") and len(piling.asked) < 30, piling.asked
    # A session id that is new in each link.
    names = ["news", "tides", "fees", "boats"]
    sessions = site(Endless(lambda path: None if path.startswith(("/robots", "/sitemap")) else body(
        path.split("?")[0].strip("/") or "start", menu((n, f"/{n}?sid={next(number)}") for n in names))))
    done = crawl(tmp_path / "sessions", sessions.url + "/", "--pages", 300)
    assert done.added <= 9 and len(sessions.asked) < 60, (done.stderr, len(sessions.asked))


def test_pages_that_lead_on_and_frames_are_followed(site, tmp_path):
    def leads(to):
        return (200, {}, f"<html><head><meta http-equiv='refresh' content='0; url={to}'></head><body>Please wait.</body></html>")

    s = site({
        "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /private\n"),
        "/": leads("/home"),
        "/home": page("Home", "The start of it all.", ["/frames", "/loop-a", "/lost", "/late", "/barred"]),
        "/barred": (200, {}, leads("/private")[2].replace("Please wait.", "<p>The old pier is shown to members alone.</p>")),
        "/frames": (200, {}, "<frameset cols='20%,*'><frame src='menu'><frame src='content'></frameset>"),
        "/menu": page("Menu", "What the harbour has."), "/content": page("Content", "What the frame shows."),
        "/loop-a": leads("/loop-b"), "/loop-b": leads("/loop-a"),
        "/lost": (200, {}, leads("/nowhere")[2].replace("Please wait.", "<p>The old pier was taken down in 1987 by the town.</p>")),
        "/late": (200, {}, page("Late", "It is loaded anew.", head="<meta http-equiv=refresh content='300;url=/other'>")[2]),
    })
    done = crawl(tmp_path, s.url + "/")
    found = urls(tmp_path)
    assert {"/home", "/menu", "/content", "/late"} <= found and "/" not in found, (found, done.stderr)
    assert {"/lost", "/barred"} <= urls(tmp_path, "old pier"), done.stderr
    assert len(s.asked) < 25, s.asked


def capture(url, date, text):
    body = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page('A', text)[2]}".encode()
    head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body + b"\r\n\r\n"


def test_an_older_capture_does_not_replace_a_newer_one(tmp_path):
    url, data = "https://x.example/a", tmp_path / "data"

    def add(name, *captures):
        (tmp_path / name).write_bytes(b"".join(captures))
        return footnote("index", "add", tmp_path / name, data=data).stderr

    def text():
        return json.loads(footnote("index", "search", "lamp", "--json", data=data).stdout)["passages"][0]["text"]

    said = add("one.warc", capture(url, "2021-05-06T00:00:00Z", "The lamp is green."),
               capture(url, "2019-05-06T00:00:00Z", "The lamp is red."))
    assert "1 pages added, 0 unchanged, 0 skipped, 1 older captures left out" in said and "green" in text(), said
    said = add("two.warc", capture(url, "2020-01-01T00:00:00Z", "The lamp is blue."))
    assert "1 older captures left out" in said and "green" in text(), said
    said = add("three.warc", capture(url, "2022-01-01T00:00:00Z", "The lamp is white."))
    assert "1 pages added" in said and "white" in text(), said
    footnote("index", "remove", url, data=data)
    said = add("two.warc", capture(url, "2020-01-01T00:00:00Z", "The lamp is blue."))
    assert "1 pages added" in said and "blue" in text(), said


def test_folders_and_archives_are_added(tmp_path):
    folder = tmp_path / "site"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.html").write_text(page("A", "The harbour of Lumen.")[2])
    (folder / "sub" / "b.md").write_text("# B\n\nThe lighthouse of Lumen is old.\n")
    done = footnote("index", "add", folder, "--base", "https://x.example/", data=tmp_path / "data")
    assert "2 pages added" in done.stderr, done.stderr
    done = footnote("index", "add", folder, "--base", "https://x.example/", data=tmp_path / "data")
    assert "0 pages added, 2 unchanged" in done.stderr, done.stderr
    assert footnote("index", "add", folder, "--format", "warc", data=tmp_path / "data").returncode == 2
    assert footnote("index", "add", folder / "a.html", "--format", "zim", data=tmp_path / "data").returncode == 2
