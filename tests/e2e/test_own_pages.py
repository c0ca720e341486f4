"""Fourteen pages of one's own, as people try footnote first: by counting, their names are the commonest words."""
import json

import pytest
from support import HERE, footnote

PAGES, QUESTIONS = HERE / "own/pages.jsonl", HERE / "own/questions.jsonl"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    done = footnote("index", "add", PAGES, data=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def asked(own, tmp_path_factory):
    rows = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    done = footnote("eval", QUESTIONS, "--model", "base", "--encoder", "none", "--json", rows, data=own)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in rows.read_text().splitlines()]


def test_most_questions_are_answered(asked):
    answerable = [row for row in asked if row["answers"]]
    assert len(answerable) == 36
    missed = [row["question"] for row in answerable if not row["found"]]
    assert len(missed) <= 3, missed


def test_what_is_said_with_high_confidence_is_right(asked):
    sure = [row for row in asked if row["confidence"] == "high"]
    assert len(sure) >= 6 and all(row["right"] for row in sure), sure


def test_the_page_of_the_name_is_quoted(asked):
    """Half of the pages name the town, so by counting "people" and "live" tell more than its name."""
    row = next(row for row in asked if row["question"] == "How many people live in Dunhaven?")
    assert row["found"] and row["url"] in row["cited_urls"]
