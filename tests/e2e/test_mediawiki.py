"""A real MediaWiki (tests/e2e/wiki) is asked by the preset, and its pages are read as any site's."""
import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import pytest
from support import HERE, PATIENCE_S, annotations, check_marks, content

FACTS = [("Who built the Marrowgate Beacon?", "Ebba Lindholm", "Marrowgate_Beacon"),
         ("When was the Marrowgate Tramway opened?", "17 August 1903", "Marrowgate_Tramway"),
         ("How long is the river Sillow?", "212", "Sillow"),
         ("Who is the mayor of Marrowgate?", "Petra Sandoval", "Marrowgate"),
         ("Who first climbed Mount Quennet?", "Clara Venn", "Mount_Quennet"),
         ("How much does a Quennet goat weigh?", "74", "Quennet_goat")]


@pytest.fixture(scope="module")
def wiki(tmp_path_factory):
    """Its address. The database is a copy, so that every run begins with the same."""
    folder = os.environ.get("FOOTNOTE_E2E_WIKI")
    assert folder, "run scripts/e2e, which makes the wiki"
    temporary = tmp_path_factory.mktemp("wiki")
    shutil.copytree(pathlib.Path(folder) / "data", temporary / "data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(temporary / "log", "wb") as log:
        process = subprocess.Popen([HERE / "wiki" / "serve", folder, temporary / "data", str(port)], stdout=log, stderr=log,
                                   start_new_session=True)
    try:
        until = time.monotonic() + PATIENCE_S
        while not answers(port):
            assert process.poll() is None and time.monotonic() < until, (temporary / "log").read_text(errors="replace")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # PHP's server and its workers
        process.wait(PATIENCE_S)


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    with contextlib.suppress(OSError), contextlib.closing(connection):
        connection.request("GET", "/api.php?action=query&meta=siteinfo&format=json")
        return connection.getresponse().status == 200
    return False


@pytest.fixture(scope="module")
def server(start, wiki, tmp_path_factory):
    return start("--no-auth", "--rate-per-minute", 0, "--providers", f"mediawiki {wiki}/api.php", "--allow", "127.0.0.1",
                 folder=tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize("question, says, page", FACTS, ids=lambda v: v if "?" in v else "")
def test_a_question_is_answered_from_the_wiki(server, wiki, question, says, page):
    reply = server.answer(question, model="lite")
    assert says in content(reply), reply
    check_marks(content(reply), annotations(reply), reply)
    assert reply["citations"][0] == f"{wiki}/index.php/{page}"
    assert says in " ".join(e for b in reply["basis"] for c in b["citations"] for e in c["excerpts"])
    assert [(r["provider"], r["status"]) for r in reply["search_report"]] == [("mediawiki", "ok"), ("pages", "ok")]


def test_the_furniture_of_a_wiki_is_no_evidence(server):
    for entry in server.answer("Tell me about the Marrowgate Beacon", model="lite")["basis"]:
        for citation in entry["citations"]:
            assert not any(word in e for e in citation["excerpts"] for word in ("[edit", "Retrieved from", "Jump to"))


def test_a_wiki_that_knows_nothing(server):
    reply = server.answer("Which football club won the Ruritanian cup in 1788?", model="lite")
    assert reply["citations"] == [] and reply["search_report"][0]["status"] == "empty", reply
