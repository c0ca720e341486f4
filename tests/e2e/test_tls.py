"""TLS by files: the real client over it, renewal while streams run, and what doctor and the log say."""
import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import time

import openai
import pytest
from support import BINARY, PATIENCE_S, call_on, chat, content, footnote


def make_certificate(folder, name, days=30, serial=1):
    """A certificate that its own key signed, for localhost and 127.0.0.1."""
    cert, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert,
                    "-days", str(days), "-set_serial", str(serial), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                   check=True, capture_output=True)
    key.chmod(0o600)
    return cert, key


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    return {name: make_certificate(folder, name, serial=serial) for serial, name in enumerate(["now", "next"], 1)}


@pytest.fixture(scope="module")
def secure(start, files, tmp_path_factory):
    """A server whose certificate is a pair of links, as the programs that renew them leave it."""
    folder = tmp_path_factory.mktemp("links")
    cert, key = folder / "live.crt", folder / "live.key"
    cert.symlink_to(files["now"][0])
    key.symlink_to(files["now"][1])
    server = start("--tls-cert", cert, "--tls-key", key, "--rate-per-minute", 0)
    server.cert, server.tls_key = cert, key
    return server


def relink(server, pair):
    for link, target in zip((server.cert, server.tls_key), pair):
        link.unlink()
        link.symlink_to(target)


def reload(server):
    start = server.log.stat().st_size
    server.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + PATIENCE_S
    while not re.search(r" (reload|tls) ", server.log_text(start)):
        assert time.monotonic() < until
        time.sleep(0.02)
    time.sleep(0.1)
    return server.log_text(start)


def serial_of(server, versions=None):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if versions:
        context.minimum_version, context.maximum_version = versions
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as plain, context.wrap_socket(plain, server_hostname="localhost") as s:
        der = s.getpeercert(binary_form=True)
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial"], input=der, capture_output=True, check=True)
    return int(done.stdout.decode().strip().split("=")[1], 16)


def client_of(server, certificate):
    return openai.OpenAI(base_url=f"https://localhost:{server.port}/v1", api_key=server.key, max_retries=0,
                         http_client=openai.DefaultHttpxClient(verify=ssl.create_default_context(cafile=str(certificate))))


def test_the_openai_client(secure, files):
    assert secure.ready_line.startswith("footnote ") and f"https://127.0.0.1:{secure.port}" in secure.ready_line
    client = client_of(secure, files["now"][0])
    reply = client.chat.completions.create(**chat())
    assert reply.choices[0].message.content
    pieces = [c.choices[0].delta.content or "" for c in client.chat.completions.create(**chat(), stream=True) if c.choices]
    assert "".join(pieces) == reply.choices[0].message.content
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").chat.completions.create(**chat())
    assert [m.id for m in client.models.list()]


def test_another_authority_is_not_believed(secure, files):
    with pytest.raises(openai.APIConnectionError):
        client_of(secure, files["next"][0]).models.list()


def test_refusals_of_the_library_are_json(secure, files):
    context = ssl.create_default_context(cafile=str(files["now"][0]))
    with socket.create_connection(("127.0.0.1", secure.port), PATIENCE_S) as plain, context.wrap_socket(plain, server_hostname="localhost") as s:
        s.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n")
        got = b""
        while more := s.recv(65536):
            got += more
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ") and json.loads(body)["error"]["code"] == "bad_request", got


def test_only_new_versions(secure):
    assert serial_of(secure, (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)) == 1
    assert serial_of(secure, (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)) == 1
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{secure.port}", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S)
    assert b"Cipher is (NONE)" in done.stdout, done


def test_renewal_while_connections_stay(secure, files):
    kept = http.client.HTTPSConnection("localhost", secure.port, timeout=PATIENCE_S, context=ssl.create_default_context(cafile=str(files["now"][0])))
    assert call_on(kept, "GET", "/health", None, {}).status == 200
    relink(secure, files["next"])
    assert " error " not in reload(secure)
    assert serial_of(secure) == 2
    assert call_on(kept, "GET", "/health", None, {}).status == 200  # a new handshake would fail: it does not know this one
    kept.close()
    relink(secure, (files["now"][0], files["next"][1]))  # half renewed
    assert "the certificate stays as it was: The key in" in reload(secure)
    assert serial_of(secure) == 2
    assert content(client_of(secure, files["next"][0]).chat.completions.create(**chat()).to_dict())
    relink(secure, files["now"])
    reload(secure)
    assert serial_of(secure) == 1


def tls_check(*flags, data):
    done = footnote("doctor", "--json", *flags, data=data)
    checks = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    return checks["tls"], checks["address"]


def test_doctor(secure, files, data, tmp_path):
    cert, key = files["now"]
    check, _ = tls_check("--tls-cert", cert, "--tls-key", key, data=data)
    assert check["status"] == "ok" and re.search(r"valid until \d{4}-\d\d-\d\d, (29|30) days", check["message"])
    _, address = tls_check("--tls-cert", cert, "--tls-key", key, "--listen", f"127.0.0.1:{secure.port}", data=data)
    assert address["status"] == "ok" and "a footnote that answers" in address["message"]
    bad = [("--tls-cert", cert), ("--tls-cert", cert, "--tls-key", files["next"][1]), ("--tls-cert", tmp_path / "none", "--tls-key", key),
           ("--tls-cert", *make_open(tmp_path))]
    for flags in bad:
        check, _ = tls_check(*flags, data=data)
        assert check["status"] == "fail", (flags, check)
    soon = make_certificate(tmp_path, "soon", days=3)
    assert tls_check("--tls-cert", soon[0], "--tls-key", soon[1], data=data)[0]["status"] == "warn"
    assert tls_check(data=data)[0] == {"name": "tls", "status": "ok", "message": "Off; only this machine can ask.", "advice": None}
    assert tls_check("--listen", "0.0.0.0:24990", data=data)[0]["status"] == "warn"
    assert tls_check("--listen", "0.0.0.0:24990", "--trusted-proxies", "10.0.0.0/8", data=data)[0]["status"] == "ok"


def make_open(folder):
    cert, key = make_certificate(folder, "open")
    key.chmod(0o644)
    return cert, "--tls-key", key


def test_a_server_in_the_open_says_so(data, tmp_path, files):
    cert, key = files["now"]
    for flags, told in [((), True), (("--trusted-proxies", "10.0.0.1"), False), (("--tls-cert", cert, "--tls-key", key), False)]:
        log = tmp_path / f"log{told}{len(flags)}"
        process = subprocess.Popen([*command(data), "--listen", "0.0.0.0:0", *map(str, flags)], stdout=subprocess.PIPE, stderr=log.open("w"), text=True)
        try:
            assert "listens on" in process.stdout.readline()
            assert (" plain_http " in log.read_text()) == told, log.read_text()
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            process.stdout.close()


def command(data):
    return ["env", "FOOTNOTE_PROVIDERS=none", "FOOTNOTE_LLM=none", BINARY, "serve", "--data", str(data)]


def test_what_cannot_be_used_stops_the_start(data, files):
    done = footnote("serve", "--listen", "127.0.0.1:0", "--tls-cert", files["now"][0], "--tls-key", files["next"][1], data=data)
    assert done.returncode != 0 and "is not that of the certificate" in done.stderr
    done = footnote("serve", "--listen", "127.0.0.1:0", "--tls-cert", files["now"][0], data=data)
    assert done.returncode != 0 and "belong together" in done.stderr
