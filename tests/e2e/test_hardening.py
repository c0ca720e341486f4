"""What a server gives up when it starts, and how the program and its unit are made."""
import os
import pathlib
import pwd
import re
import shutil
import subprocess

import pytest
from support import ASK, BINARY, ROOT, Server, content, footnote

UNIT = ROOT / "share" / "systemd" / "footnote.service"


def status_of(server):
    lines = pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines)


def test_a_server_confines_itself(open_server):
    status = status_of(open_server)
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", status
    tasks = pathlib.Path(f"/proc/{open_server.process.pid}/task").iterdir()
    assert {re.search(r"Seccomp:\t(\d)", (task / "status").read_text()).group(1) for task in tasks} == {"2"}
    limits = pathlib.Path(f"/proc/{open_server.process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits), limits
    assert "confined files=landlock calls=seccomp" in open_server.log_text() or "files=no" in open_server.log_text()


def test_doctor_tells_what_the_kernel_has(data):
    found = footnote("doctor", "--no-auth", data=data).stdout
    assert re.search(r"(ok|WARN) +confinement ", found), found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_becomes_the_user(tmp_path, data):
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    nobody = pwd.getpwnam("nobody")
    for path in [tmp_path, *tmp_path.parents]:
        if path.stat().st_mode & 0o001 == 0:
            path.chmod(path.stat().st_mode | 0o001)
        if path == pathlib.Path("/tmp"):
            break
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    server = Server(folder, tmp_path / "log", "--no-auth", "--user", "nobody")
    try:
        status = status_of(server)
        assert set(status["Uid"].split()) == {str(nobody.pw_uid)} and status["CapEff"].strip("0") == "", status
        assert content(server.answer(ASK))
    finally:
        assert server.stop() == 0
    assert footnote("serve", "--user", "no-such-user", data=folder).returncode != 0


def test_the_binary_is_hardened():
    """As checksec looks at it: position independent, nothing writable runs, addresses fixed before it starts."""
    def read(*what):
        return subprocess.run(["readelf", "-W", *what, BINARY], capture_output=True, text=True, check=True).stdout
    head, segments, dynamic, symbols = read("-h"), read("-l"), read("-d"), read("--dyn-syms")
    assert re.search(r"Type: +DYN", head), head
    stack = next(line for line in segments.splitlines() if "GNU_STACK" in line)
    assert "RW " in stack and "RWE" not in segments, stack
    assert "GNU_RELRO" in segments and "BIND_NOW" in dynamic and not re.search(r"RPATH|RUNPATH", dynamic)
    if "san-" not in BINARY:
        assert "__stack_chk_fail" in symbols and re.search(r"__\w+_chk@", symbols), "no stack protector or FORTIFY"
        if "X86-64" in head.upper():  # the linker's own mark needs a C library that was built for it
            assert pathlib.Path(BINARY).read_bytes().count(b"\xf3\x0f\x1e\xfa") > 1000, "no -fcf-protection"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_the_unit_leaves_little_open():
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", str(UNIT)], capture_output=True, text=True)
    level = re.search(r"Overall exposure level for footnote.service: ([0-9.]+)", done.stdout)
    assert level and float(level.group(1)) < 2.0, done.stdout[-300:] + done.stderr
