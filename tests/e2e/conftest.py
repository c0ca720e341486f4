"""The real binary, a small index, and servers around it. Every port is a free one; everything is in a temporary folder."""
import itertools
import os
import pathlib
import shutil
import subprocess

import pytest
import support
from support import Server, footnote


def pytest_configure(config):
    if not os.access(support.BINARY, os.X_OK):
        pytest.exit(f"{support.BINARY} is missing; build it with: make", returncode=2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    item.log_starts = {s: s.log.stat().st_size for s in Server.running}
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what the servers logged during the test."""
    report = yield
    if report.failed:
        for server in Server.running:
            text = server.log_text(getattr(item, "log_starts", {}).get(server, 0))
            if text:
                report.sections.append((f"log of the server on port {server.port}", text[-8000:]))
    return report


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A data folder with the test pages in its index."""
    folder = tmp_path_factory.mktemp("data")
    done = footnote("index", "add", support.HERE / "pages.jsonl", data=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def new_key(data):
    """Makes keys, so that tests about one key do not disturb each other."""
    numbers = itertools.count(1)

    def make(folder=data):
        done = footnote("key", "create", f"test-{next(numbers)}", data=folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return make


@pytest.fixture(scope="session")
def start(tmp_path_factory, data, new_key):
    """Starts servers on the test pages, and stops at the end those that still run; each must end well."""
    logs = tmp_path_factory.mktemp("logs")
    numbers = itertools.count(1)
    started = []

    def begin(*flags, folder=None, key=None, env=None):
        server = Server(folder or data, logs / f"server-{next(numbers)}.log", *flags, env=env)
        server.key = key or (None if "--no-auth" in flags or folder else new_key())
        started.append(server)
        return server

    yield begin
    endings = [(s, s.stop()) for s in started if s in Server.running]
    for server, status in endings:
        assert status == 0, f"exit status {status}\n{server.log_text()[-8000:]}"


@pytest.fixture(scope="session")
def server(start):
    """Keys are needed; the rate limit is out of the way."""
    return start("--rate-per-minute", 1000000)


@pytest.fixture(scope="session")
def default_server(start):
    """Every setting as it comes."""
    return start()


@pytest.fixture(scope="session")
def open_server(start):
    return start("--no-auth")


@pytest.fixture(scope="session")
def tight(start):
    """Small limits, to run into them."""
    return start("--max-body-bytes", 2048, "--rate-per-minute", 5, "--body-timeout-ms", 400, "--heartbeat-ms", 50,
                 "--workers", 2, "--queue-length", 4, "--write-timeout-ms", 1000, "--idle-timeout-ms", 1000)


@pytest.fixture(autouse=True)
def servers_survive():
    """No test may bring a server down unnoticed."""
    running = [s for s in Server.running if s.alive()]
    yield
    for server in running:
        assert server.alive() or server not in Server.running, \
            f"the server died with {server.process.returncode}\n{server.log_text()[-8000:]}"


@pytest.fixture(scope="session")
def node(tmp_path_factory):
    """Runs a script of tests/e2e/node beside the packages that scripts/e2e installed."""
    modules = os.environ.get("FOOTNOTE_E2E_NODE_MODULES")
    assert modules, "run scripts/e2e, which installs the Node packages"
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(support.HERE / "node", folder, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(pathlib.Path(modules).resolve())

    def run(script, **env):
        return subprocess.run(["node", str(folder / script)], capture_output=True, text=True, timeout=60, cwd=folder,
                              env={**os.environ, **env})

    return run
