"""footnote llm check against model servers of every kind: what is found out, what is said when it fails, and that keys stay
secret."""
import re
import socket
import time

import llm_world
import pytest
from llm_world import LlmWorld, Say
from support import footnote

KEY = "sk-very-secret-4711"


def check(llm, *flags, env=None, **more):
    """The lines of a check, by name, and the exit status. llm: a world, or an URL."""
    url = llm if isinstance(llm, str) else llm.url
    done = footnote("llm", "check", *flags, env={"FOOTNOTE_LLM": url, "FOOTNOTE_LLM_RETRIES": 0, **(env or {}), **more})
    assert KEY not in done.stdout + done.stderr, done
    lines = dict(re.split(r"\s+", line, maxsplit=1) for line in done.stdout.splitlines() if " " in line and not line.startswith(("first", "whole")))
    return done.returncode, lines, done


@pytest.mark.parametrize("kind,name,tokenizer,form", [
    ("openai", "OpenAI-compatible", False, "response_format json_schema, strict"),
    ("vllm", "vLLM", True, "response_format json_schema, strict"),
    ("llama.cpp", "llama.cpp", True, "response_format json_schema, strict"),
    ("ollama", "Ollama", False, "response_format json_schema, strict"),
    ("lmstudio", "LM Studio", False, "response_format json_schema, strict"),
    ("other", "OpenAI-compatible", False, "the schema in the prompt alone"),
])
def test_each_kind_of_server(kind, name, tokenizer, form):
    with LlmWorld(kind, model="tiny:1b", context=4321) as llm:
        llm.default = Say("ready", reasoning="one moment")
        status, lines, done = check(llm)
        assert status == 0, done
        assert lines["url"] == f"{llm.url}/chat/completions"
        assert lines["kind"] == name
        assert lines["model"] == "tiny:1b"
        assert lines["context"].startswith("8192 tokens, a guess" if kind in ("openai", "other") else "4321 tokens")
        assert lines["tokenizer"].startswith("of the server" if tokenizer else "none")
        assert lines["reply"] == "ready"
        assert lines["structured"] == form
        assert re.search(r"first token +\d+ ms\nwhole reply +\d+ ms, \d+ \+ \d+ tokens\n", done.stdout)
        assert len(llm.asked) == 1 and llm.asked[0].body["model"] == "tiny:1b"


@pytest.mark.parametrize("kind,forms,strict,found", [
    ("vllm", ["guided_json"], False, "guided_json of vLLM"),
    ("vllm", ["structured_outputs"], True, "structured_outputs of vLLM"),
    ("llama.cpp", ["llama_schema"], True, "json_schema of llama.cpp"),
    ("other", ["json_object"], True, "response_format json_object, with the schema in the prompt"),
    ("ollama", [], True, "the schema in the prompt alone"),
    ("vllm", [], False, "the schema in the prompt alone"),
])
def test_the_strongest_form_that_works(kind, forms, strict, found):
    with LlmWorld(kind, forms=forms, strict_fields=strict) as llm:
        status, lines, done = check(llm)
        assert status == 0 and lines["structured"] == found, done


QUIRKS = [{}, {"crlf": True}, {"no_space": True}, {"no_done": True}, {"comments": True}, {"segments": 3}, {"cut_characters": True},
          {"no_stream": True}, {"finish_with_text": True}, {"usage": False}, {"crlf": True, "segments": 1, "cut_characters": True}]


@pytest.mark.parametrize("quirks", QUIRKS, ids=lambda q: " ".join(q) or "plain")
@pytest.mark.parametrize("kind", llm_world.KINDS)
def test_streams_with_quirks(kind, quirks):
    text = "Grüße: 你好, мир 😀 and <b>done</b>."
    with LlmWorld(kind) as llm:
        llm.default = Say(text, reasoning="hm 😀", **quirks)
        status, lines, done = check(llm)
        assert status == 0 and lines["reply"] == text, done
        assert lines["reasoning"] == "kept apart from the reply"
        assert ("estimated" in done.stdout) == (quirks.get("usage") is False)


# What is told by a body, which each kind of server writes in its own way
TOLD = [(llm_world.no_model(), "not_found"), (llm_world.overflow(), "overflow"), (llm_world.server_error(), "server_error"),
        (llm_world.loading(), "server_error"), (llm_world.limited(3), "limited"), (llm_world.unauthorized(), "auth"),
        (llm_world.error_after("One two"), "server_error")]
SHOWN = [(llm_world.hang(), "timeout_first"), (llm_world.ping(), "timeout_first"), (llm_world.hang_after("One two"), "timeout_idle"),
         (llm_world.drop(), "broken"), (llm_world.drop_after("One two"), "broken"), (llm_world.garbage(), "garbage"),
         (llm_world.html(), "garbage"), (llm_world.empty(), "empty"), (llm_world.no_body(), "empty"),
         (llm_world.refusal(), "refused"), (llm_world.filtered("Wel"), "refused"), (llm_world.repeat(), "repeated"),
         (llm_world.fail(307, "", Location="http://127.0.0.1:1/"), "not_found"),
         (llm_world.fail(400, {"error": {"message": "messages must alternate"}}), "rejected")]


@pytest.mark.parametrize("kind,reply,outcome", [(k, *r) for k in llm_world.KINDS for r in TOLD] + [("vllm", *r) for r in SHOWN],
                         ids=lambda x: x if isinstance(x, str) else "")
def test_every_failure_has_a_name(kind, reply, outcome):
    with LlmWorld(kind, key=KEY) as llm:
        llm.default = reply
        status, lines, done = check(llm, "--llm-first-token-ms", 300, "--llm-idle-ms", 300, FOOTNOTE_LLM_KEY=KEY)
        assert status == 1 and lines["reply"].startswith(outcome + ":"), done


def test_a_client_that_is_done_is_gone_at_once():
    """After an idle time-out the connection is closed, not left to the end of the process."""
    with LlmWorld("vllm") as llm:
        llm.default = llm_world.hang_after("One two")
        begin = time.monotonic()
        check(llm, "--llm-idle-ms", 200)
        assert llm.asked[0].gone_after(begin) < 5
        assert llm.asked[0].sent == 2


def test_second_tries_only_before_the_first_token():
    with LlmWorld("vllm") as llm:
        llm.script(llm_world.loading(), llm_world.drop(), Say("ready"))
        status, lines, done = check(llm, FOOTNOTE_LLM_RETRIES=2)
        assert status == 0 and lines["reply"] == "ready" and len(llm.asked) == 3, done
    with LlmWorld("vllm") as llm:
        llm.script(llm_world.drop_after("One"), Say("ready"))
        status, lines, done = check(llm, FOOTNOTE_LLM_RETRIES=2)
        assert status == 1 and len(llm.asked) == 1, done


def test_down():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        status, lines, done = check(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert status == 1 and lines["failed"].startswith("down: the model's server cannot be reached"), done


def test_keys_from_everywhere(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    with LlmWorld("openai", key=KEY) as llm:
        assert check(llm)[0] == 1
        assert "auth:" in check(llm, FOOTNOTE_LLM_KEY="another")[2].stdout
        for env in [{"FOOTNOTE_LLM_KEY": KEY}, {"MY_KEY": KEY, "FOOTNOTE_LLM_KEY_ENV": "MY_KEY"},
                    {"FOOTNOTE_LLM_KEY_FILE": tmp_path / "key"}, {"FOOTNOTE_LLM_HEADERS": '{"Authorization": "Bearer %s"}' % KEY}]:
            status, _, done = check(llm, **env)
            assert status == 0 and "warning" not in done.stderr, done
        # that of OpenAI goes to OpenAI alone
        assert check(llm, OPENAI_API_KEY=KEY)[0] == 1
        for env in [{"FOOTNOTE_LLM_KEY_ENV": "NOT_SET"}, {"FOOTNOTE_LLM_KEY_FILE": tmp_path / "none"}]:
            status, _, done = check(llm, **env)
            assert status == 2 and done.stderr.startswith("footnote llm: "), done


def test_azure_and_other_shapes_of_urls():
    with LlmWorld("openai", key=KEY) as llm:
        base = llm.url.removesuffix("/v1")
        for url in [base, base + "/", llm.url + "/", llm.url + "/chat/completions"]:
            assert check(url, FOOTNOTE_LLM_KEY=KEY)[0] == 0
        status, lines, done = check(base + "/openai/deployments/mine?api-version=2024-06-01", FOOTNOTE_LLM_KEY=KEY)
        assert status == 0 and lines["kind"] == "Azure OpenAI", done
        asked = llm.asked[-1]
        assert asked.path == "/openai/deployments/mine/chat/completions?api-version=2024-06-01"
        assert asked.headers["api-key"] == KEY and "authorization" not in asked.headers


def test_more_headers_and_fields():
    with LlmWorld("openai") as llm:
        status, _, done = check(llm, FOOTNOTE_LLM_HEADERS='{"X-Title": "mine"}', FOOTNOTE_LLM_BODY='{"top_k": 3, "max_tokens": 77}',
                                FOOTNOTE_LLM_MODEL="other", FOOTNOTE_LLM_CONTEXT=1000)
        asked = llm.asked[0]
        assert status == 0 and "1000 tokens\n" in done.stdout, done
        assert asked.headers["x-title"] == "mine" and asked.body["model"] == "other"
        assert asked.body["top_k"] == 3 and asked.body["max_tokens"] == 77


def test_a_small_model_beside_the_writer():
    with LlmWorld("vllm", model="large", key=KEY) as large, LlmWorld("ollama", model="small") as small:
        status, _, done = check(large, FOOTNOTE_LLM_KEY=KEY, FOOTNOTE_LLM_SMALL_URL=small.url)
        assert status == 0 and "small model\n" in done.stdout, done
        assert small.asked[0].body["model"] == "small"
        assert "authorization" not in small.asked[0].headers, "the key of one server is not for another"
        status, _, done = check(large, FOOTNOTE_LLM_KEY=KEY, FOOTNOTE_LLM_SMALL_MODEL="tiny")
        assert status == 0 and [a.body["model"] for a in large.asked[-2:]] == ["large", "tiny"], done


def test_several_models_need_a_name():
    with LlmWorld("other") as llm:
        llm.about = lambda handler, path, body: handler.reply(200, {"data": [{"id": "a"}, {"id": "b"}]} if path == "/v1/models" else {})
        status, lines, done = check(llm)
        assert status == 1 and "llm_model" in lines["failed"], done
        assert check(llm, FOOTNOTE_LLM_MODEL="b")[0] == 0


def test_none_and_auto():
    status, _, done = check("none")
    assert status == 1 and "llm = none" in done.stdout
    for port, kind in [(1234, "lmstudio"), (8000, "vllm"), (11434, "ollama"), (8080, "llama.cpp")]:
        try:
            llm = LlmWorld(kind, model="found", port=port)
        except OSError:
            continue  # something else is there; one free place is enough
        with llm:
            status, lines, done = check("auto")
            if lines.get("model") != "found":  # another server stands before it in the order
                continue
            assert status == 0 and f"http://127.0.0.1:{port}/v1/chat/completions" == lines["url"], done
            assert "llm_found" in done.stderr and str(port) in done.stderr, "what is used is named"
            return
    raise AssertionError("no port of a model server was free on this machine")


@pytest.mark.parametrize("flags,words", [
    (["--llm", "nonsense"], "URL"), (["--llm-headers", "x: y"], "llm_headers"), (["--llm-body", "[]"], "llm_body"),
    (["--llm-headers", '{"a": 1}'], "llm_headers"),
])
def test_settings_that_are_not_understood(flags, words):
    done = footnote("llm", "check", *flags, env={"FOOTNOTE_LLM": "http://127.0.0.1:1"})
    assert done.returncode == 2 and words in done.stderr, done


@pytest.mark.parametrize("arguments", [["llm"], ["llm", "nonsense"], ["llm", "check", "more"], ["llm", "check", "--nonsense"]])
def test_the_command_line(arguments):
    done = footnote(*arguments)
    assert done.returncode == 2 and "usage: footnote llm check" in done.stderr, done


def test_hostile_words_on_a_terminal():
    with LlmWorld("openai") as llm:
        llm.default = Say("a\x1b[31mb\u202ec\x07d")
        status, _, done = check(llm)
        assert status == 0 and not re.search("[\x1b\x07\u202e]", done.stdout), repr(done.stdout)
