"""A small web of threads: a search service as SearXNG is one, and sites on addresses 127.0.0.x, which do what a test says."""
import collections
import contextlib
import http.server
import json
import threading
import time
import urllib.parse


class Threaded(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # clients that leave early are part of the tests


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # the end of the connection is the end of the body

    def do_GET(self):
        self.server.site.serve(self)

    def log_message(self, *_):
        pass

    def reply(self, status=200, body=b"", kind="text/html; charset=utf-8", headers=()):
        body = body.encode() if isinstance(body, str) else body
        headers = list(headers)
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers.append(("Content-Length", str(len(body))))
        self.send_response(status)
        for name, value in [("Content-Type", kind), *headers]:
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def hang(self):
        """Until the test is over, or the client leaves."""
        self.connection.settimeout(0.1)
        while not self.server.site.world.over.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                pass
            except OSError:
                return


class Site:
    def __init__(self, world, address):
        self.world, self.address = world, address
        self.pages = {}
        self.log = []  # of paths with their queries
        self.heard = []  # of headers, in the same order
        self.server = Threaded((address, 0), Handler)
        self.server.site = self
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/", host=None):
        return f"http://{host or self.address}:{self.port}{path}"

    def put(self, path, page):
        """page: HTML, (status, body), or a function of the handler. Returns its URL."""
        self.pages[path] = page
        return self.url(path)

    def serve(self, handler):
        self.log.append(handler.path)
        self.heard.append(handler.headers)
        page = self.pages.get(handler.path) or self.pages.get(urllib.parse.urlsplit(handler.path).path)
        if page is None:
            handler.reply(404, "Not here.", "text/plain")
        elif callable(page):
            page(handler)
        elif isinstance(page, tuple):
            handler.reply(*page)
        else:
            handler.reply(200, page)

    def count(self, path):
        return sum(1 for asked in self.log if asked == path)


class Search(Site):
    """results: what it finds for any query, or a function of the query. fail: a function of the handler, instead of that."""

    def __init__(self, world, address):
        super().__init__(world, address)
        self.results, self.fail = [], None

    def queries(self):
        return [urllib.parse.parse_qs(urllib.parse.urlsplit(p).query) for p in self.log]

    def texts(self):
        return [query["q"][0] for query in self.queries()]

    def serve(self, handler):
        self.log.append(handler.path)
        self.heard.append(handler.headers)
        if self.fail:
            self.fail(handler)
            return
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query).get("q", [""])[0]
        results = self.results(query) if callable(self.results) else self.results
        found = [{"url": r, "title": "", "content": ""} if isinstance(r, str) else r for r in results]
        handler.reply(200, json.dumps({"query": "", "number_of_results": len(found), "results": found}), "application/json")


class World:
    def __init__(self):
        self.over = threading.Event()
        self.sites = []
        self.search = self.keep(Search(self, "127.0.0.1"))
        self._number = 1

    def keep(self, site):
        self.sites.append(site)
        return site

    def site(self):
        """A new one, on an address of its own."""
        self._number += 1
        return self.keep(Site(self, f"127.0.0.{self._number}"))

    def close(self):
        self.over.set()
        for site in self.sites:
            site.server.shutdown()
            site.server.server_close()


def html(title, *paragraphs, head=""):
    """A page as sites make them, with things around its text."""
    text = "".join(f"<p>{p}</p>\n" for p in paragraphs)
    return (f"<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}</head><body>"
            "<header><nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav></header>"
            f"<main><article><h1>{title}</h1>\n{text}</article></main>"
            "<footer><p>Copyright, all rights reserved. <a href=/privacy>Privacy</a></p></footer></body></html>")


def statuses(reply):
    """Of the services in a search_report."""
    return collections.OrderedDict((r["provider"], r["status"]) for r in reply["search_report"])


@contextlib.contextmanager
def at_most(seconds):
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    assert took < seconds, f"took {took:.2f} s"
