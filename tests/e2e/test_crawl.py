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
    done = footnote("ask", "What must the name of a Debian package consist of?", data=tmp_path)
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
