"""Search and Extract: pages instead of answers, in the forms that Parallel's clients use."""
import json
import re

import pytest
from support import PAGE_TEXT
from world import World, html

LIGHTHOUSE = "https://history.lumenport.example/lighthouse"
BOTH = [("/v1/search", {"search_queries": ["who built the Lumenport Lighthouse"]}),
        ("/v1beta/search", {"objective": "Find out who built the Lumenport Lighthouse"})]


def post(server, path, body, status=200, **more):
    reply = server.call("POST", path, body if isinstance(body, str) else json.dumps(body), {"Content-Type": "application/json"}, **more)
    assert reply.status == status, reply.body
    return reply.json()


def check_exact(result):
    """Excerpts are bytes of the page, in its order."""
    text, at = PAGE_TEXT[result["url"]], 0
    assert result["excerpts"]
    for excerpt in result["excerpts"]:
        at = text.find(excerpt, at)
        assert at >= 0, excerpt


@pytest.mark.parametrize("path,body", BOTH)
def test_the_page_about_it_comes_first(server, path, body):
    got = post(server, path, body)
    assert re.fullmatch(r"search_[0-9a-f]{32}", got["search_id"])
    assert ("session_id" in got) == (path == "/v1/search")
    first = got["results"][0]
    assert first["url"] == LIGHTHOUSE and first["title"] == "Lumenport Lighthouse" and first["publish_date"] == "2023-04-11"
    assert "Adela Varga" in first["excerpts"][0]
    for result in got["results"]:
        check_exact(result)
    assert got["warnings"] is None and got["usage"] == [{"name": "sku_search", "count": 1}]


def test_several_queries_are_fused(server):
    got = post(server, "/v1/search", {"search_queries": ["Lumenport Lighthouse height", "ferry Halcyon passengers"],
                                      "objective": "Facts about Lumenport", "session_id": "mine"})
    assert {r["url"] for r in got["results"][:3]} >= {LIGHTHOUSE, "https://www.lumenport.example/ferry"}
    assert got["session_id"] == "mine"
    assert len({r["url"] for r in got["results"]}) == len(got["results"])


def test_limits_are_kept_and_told(server):
    got = post(server, "/v1/search", {"search_queries": ["Lumenport"], "max_chars_total": 0, "advanced_settings": {
        "max_results": 2, "excerpt_settings": {"max_chars_per_result": 210}, "colour": 1}, "shape": 2})
    assert 1 <= len(got["results"]) <= 2
    assert all(len(e) <= 210 for r in got["results"] for e in r["excerpts"])
    said = " ".join(w["message"] for w in got["warnings"])
    assert "'max_chars_total' was taken as 1000" in said and "'shape'" in said and "advanced_settings.colour" in said
    assert {w["type"] for w in got["warnings"]} == {"warning"}


def test_the_policy_holds_with_paths(server):
    def urls(policy):
        got = post(server, "/v1/search", {"search_queries": ["Lumenport"], "advanced_settings": {"source_policy": policy}})
        return {r["url"] for r in got["results"]}
    everything = urls({})
    assert LIGHTHOUSE in everything and "https://www.lumenport.example/ferry" in everything
    assert urls({"include_domains": ["lumenport.example/ferry"]}) == {"https://www.lumenport.example/ferry"}
    assert urls({"include_domains": ["lumenport.example/fer"]}) == set()
    assert urls({"exclude_domains": ["history.lumenport.example/lighthouse/"]}) == everything - {LIGHTHOUSE}
    assert urls({"exclude_domains": ["history.lumenport.example"]}) == everything - {LIGHTHOUSE}


BAD = [({}, 422, "search_queries"), ({"search_queries": []}, 422, "search_queries"), ({"search_queries": [1]}, 422, "search_queries[0]"),
       ({"search_queries": ["a"], "mode": "slow"}, 422, "mode"), ({"search_queries": ["a"], "advanced_settings": 1}, 422, "advanced_settings"),
       ({"search_queries": ["a"], "advanced_settings": {"source_policy": {"include_domains": ["?"]}}}, 422,
        "advanced_settings.source_policy.include_domains[0]"), ({"search_queries": ["a" * 30000]}, 422, "objective"), ("[", 400, None)]


@pytest.mark.parametrize("body,status,param", BAD)
def test_bad_requests_are_told_in_parallels_form(server, body, status, param):
    got = post(server, "/v1/search", body, status)
    assert got["type"] == "error" and got["error"]["ref_id"] and got["error"]["message"]
    assert got["error"]["detail"]["param"] == param
    assert post(server, "/v1/search", {"search_queries": ["a"]}, 401, key="fn-wrong")["type"] == "error"


def test_own_pages_are_extracted_whole_and_in_part(server):
    got = post(server, "/v1/extract", {"urls": [LIGHTHOUSE, "string"], "objective": "painted in which colours",
                                       "advanced_settings": {"full_content": True}})
    assert re.fullmatch(r"extract_[0-9a-f]{32}", got["extract_id"]) and re.fullmatch(r"session_[0-9a-f]{32}", got["session_id"])
    page, = got["results"]
    assert page["url"] == LIGHTHOUSE and page["full_content"] == PAGE_TEXT[LIGHTHOUSE]
    check_exact(page)
    assert any("red and white bands" in e for e in page["excerpts"])
    error, = got["errors"]
    assert error["url"] == "string" and error["error_type"] and error["content"] and error["http_status_code"] is None


def test_extract_without_a_question_begins_at_the_beginning(server):
    got = post(server, "/v1/extract", {"urls": [LIGHTHOUSE]})
    page, = got["results"]
    check_exact(page)
    assert page["excerpts"][0].startswith("The Lumenport Lighthouse stands") and "full_content" not in page
    cut = post(server, "/v1/extract", {"urls": [LIGHTHOUSE], "advanced_settings": {
        "full_content": {"max_chars_per_result": 200}, "excerpt_settings": {"max_chars_per_result": 200}}})["results"][0]
    assert cut["full_content"] == PAGE_TEXT[LIGHTHOUSE][:200] and sum(map(len, cut["excerpts"])) <= 200


@pytest.mark.parametrize("body,param", [({}, "urls"), ({"urls": []}, "urls"), ({"urls": ["x"] * 21}, "urls"), ({"urls": [""]}, "urls[0]"),
                                        ({"urls": ["x"], "advanced_settings": {"full_content": 3}}, "advanced_settings.full_content")])
def test_bad_extracts(server, body, param):
    assert post(server, "/v1/extract", body, 422)["error"]["detail"]["param"] == param


@pytest.fixture
def world():
    with_threads = World()
    yield with_threads
    with_threads.close()


def test_the_web_is_searched_and_read(start, world, tmp_path):
    site = world.site()
    mill = site.put("/mill", html("Tarnwick Windmill", "The Tarnwick Windmill was built in 1794 by the carpenter Osbert Quill."))
    gone = site.put("/gone", (410, "It is gone."))
    world.search.results = [{"url": mill, "title": "Mill", "content": "A mill."}]
    server = start("--no-auth", "--rate-per-minute", 0, "--allow", "127.0.0.0/8", "--providers",
                   f"searxng {world.search.url('')}", folder=tmp_path / "empty")
    for mode in ("turbo", "fast", "basic", "advanced"):
        got = post(server, "/v1/search", {"search_queries": ["Tarnwick Windmill carpenter"], "mode": mode})
        assert got["results"][0]["url"] == mill and "Osbert Quill" in got["results"][0]["excerpts"][0]
    asked = [f"Tarnwick question {i}" for i in range(8)]
    before = len(world.search.texts())
    post(server, "/v1/search", {"search_queries": asked, "mode": "fast"})
    assert sorted(world.search.texts()[before:]) == asked
    got = post(server, "/v1/extract", {"urls": [gone, mill], "search_queries": ["carpenter"]})
    assert [r["url"] for r in got["results"]] == [mill] and "Osbert Quill" in got["results"][0]["excerpts"][0]
    assert [(e["error_type"], e["http_status_code"]) for e in got["errors"]] == [("status", 410)]
