"""Some of what scripts/endure does whole: see faults.py."""
import pytest
from faults import COMMANDS, KINDS, Bench, sweep, sweep_command
from support import BINARY

pytestmark = pytest.mark.skipif("san-" in BINARY, reason="a sanitizer has an allocator of its own")


@pytest.fixture(scope="module")
def bench():
    bench = Bench()
    yield bench
    bench.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["chat", "stream", "fields", "written", "search", "extract", "stored", "usage", "completions", "ready"])
def test_a_request(bench, name, kind):
    sweep(bench, name, kind, 16)
    if name == "ready":
        bench.check_files()


def test_memory_that_is_gone_for_a_while(bench):
    came = sweep(bench, "chat", "memory", 12, bursts=(40,))
    assert came[200], came


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command(bench, name):
    for kind in ["read", "write", "open", "step"]:
        sweep_command(bench, name, kind, 8)
    bench.check_files()
