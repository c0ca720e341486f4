"""A reranking model behind /v1/rerank: scripted here; it likes what a test says."""
import http.server
import json
import threading
import time

import pytest
from support import ASK, content


class Reranker:
    def __init__(self, likes, fail=None):
        self.likes, self.fail, self.asked = likes, fail, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body)
                if outer.fail:
                    return outer.fail(self)
                self.say(200, json.dumps({"results": [{"index": i, "relevance_score": float(outer.likes in d)}
                                                      for i, d in enumerate(body["documents"])]}))

            def say(self, status, text):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/rerank"


@pytest.fixture
def ranked(start):
    made = []

    def begin(likes, fail=None):
        made.append(Reranker(likes, fail))
        return start("--no-auth", "--rate-per-minute", 0, "--rerank-url", made[-1].url), made[-1]
    yield begin
    for one in made:
        one.server.shutdown()
        one.server.server_close()


def test_the_models_order_counts(ranked):
    server, reranker = ranked("212 steps")
    reply = server.answer(ASK)
    assert content(reply).startswith("The tower is 48 metres high and has 212 steps."), content(reply)
    assert len(reranker.asked) == 2  # passages, then sentences
    assert all(body["query"] == ASK for body in reranker.asked)


@pytest.mark.parametrize("fail", [lambda h: h.say(500, "{}"), lambda h: h.say(200, "nonsense"), lambda h: time.sleep(2),
                                  lambda h: h.say(200, '{"results": [{"index": 99, "relevance_score": 1}]}')],
                         ids=["error", "garbage", "late", "wrong index"])
def test_without_it_the_words_order_counts(ranked, fail):
    server, _ = ranked("212 steps", fail)
    assert content(server.answer(ASK)).startswith("[Lumenport Lighthouse] It was built in 1871 by the engineer Adela Varga.")
