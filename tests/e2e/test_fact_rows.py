"""Rows of facts: tables beside a page's text, lines with a label, and schema.org's descriptions. A page that is read for the
request and one that was added before give the same document, and each value is quoted from the page's text."""
import json

import pytest
from support import footnote, json_schema
from world import World

COMPANY = """<!doctype html><html lang="en"><head><title>Norvik Systems</title>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
{"@type":"Organization","name":"The Harbour Gazette","foundingDate":"1899"},
{"@type":"Organization","name":"Norvik Systems","legalName":"Norvik Systems AS","tickerSymbol":"NVK","award":["Blue Anchor Prize","Ostra Medal"]}]}</script>
</head><body><main><h1>Norvik Systems</h1>
<table class="infobox"><tr><th>Type</th><td>Cooperative</td></tr><tr><th>Industry</th><td>Marine electronics</td></tr>
<tr><th>Founded</th><td>2 March 1994</td></tr><tr><th>Founder</th><td>Ingrid Holm</td></tr><tr><th>Headquarters</th><td>Bergen, Norway</td></tr>
<tr><th>Key people</th><td>Lars Moe (CEO)</td></tr><tr><th>Products</th><td>Sonars, buoys, beacons</td></tr>
<tr><th>Revenue</th><td>NOK 1.2 billion (2023)</td></tr><tr><th>Number of employees</th><td>840</td></tr></table>
<p>Norvik Systems is a Norwegian company that makes sonars. Its instruments are used on fishing boats in the North Sea and by coast
guards, and the company runs a test station on an island off the western coast of the country.</p>
<p>The company went through several changes of ownership and is now held by its staff, who bought all shares from the earlier
owners in a long process that took several years.</p></main></body></html>"""
TEXT, WHOLE, LIST = {"type": ["string", "null"]}, {"type": ["integer", "null"]}, {"type": "array", "items": {"type": "string"}}
DATE = {"type": ["string", "null"], "format": "date"}
WANTED = {"company_type": (TEXT, "Cooperative"), "industry": (TEXT, "Marine electronics"), "founding_date": (DATE, "1994-03-02"),
          "founded_year": (WHOLE, 1994), "founder": (TEXT, "Ingrid Holm"), "hq_city": (TEXT, "Bergen"), "hq_country": (TEXT, "Norway"),
          "ceo": (TEXT, "Lars Moe"), "products": (LIST, ["Sonars", "buoys", "beacons"]), "revenue": (WHOLE, 1200000000),
          "employee_count": (WHOLE, 840), "nationality": (TEXT, "Norwegian"), "legal_name": (TEXT, "Norvik Systems AS"),
          "ticker_symbol": (TEXT, "NVK"), "awards": (LIST, ["Blue Anchor Prize", "Ostra Medal"]), "circulation": (WHOLE, None)}


def fill(server, question, wanted):
    properties = {name: schema for name, (schema, _) in wanted.items()}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    reply = server.answer(question, model="base", response_format=json_schema(schema))
    return json.loads(reply["choices"][0]["message"]["content"]), reply


def check(server, question, wanted):
    document, reply = fill(server, question, wanted)
    assert document == {name: value for name, (_, value) in wanted.items()}
    for entry in reply["basis"]:
        stated = document[entry["field"]] not in (None, [])
        assert bool(entry["citations"]) == stated, entry
    return {entry["field"]: entry for entry in reply["basis"]}


@pytest.fixture
def added(tmp_path, start):
    def begin(page):
        (tmp_path / "pages").mkdir()
        (tmp_path / "pages" / "page.html").write_text(page)
        folder = tmp_path / "data"
        done = footnote("index", "add", tmp_path / "pages", data=folder)
        assert done.returncode == 0, done.stderr
        return start("--providers", "index", "--no-auth", "--llm", "none", folder=folder)
    return begin


def test_an_added_page(added):
    basis = check(added(COMPANY), "Norvik Systems", WANTED)
    quoted = {field: entry["citations"][0]["excerpts"] for field, entry in basis.items() if entry["citations"]}
    assert quoted["industry"] == ["Industry | Marine electronics"] and quoted["ticker_symbol"] == ["ticker symbol | NVK"]
    assert 'The value of "Industry" there.' in basis["industry"]["reasoning"]


def test_a_page_that_is_read_for_the_request(start, tmp_path):
    world = World()
    try:
        site = world.site()
        site.put("/norvik", COMPANY)
        world.search.results = [site.url("/norvik")]
        server = start("--no-auth", "--llm", "none", "--providers", f"searxng {world.search.url('')}", "--allow", "127.0.0.0/8",
                       folder=tmp_path)
        check(server, "Norvik Systems", WANTED)
    finally:
        world.close()


def test_labels_on_lines_of_their_own(added):
    page = """<!doctype html><html lang="en"><head><title>Ingrid Holm</title></head><body><main><h1>Ingrid Holm</h1>
<dl><dt>Born</dt><dd>4 May 1951, Tromsø, Norway</dd><dt>Spouse</dt><dd>Arne Lie</dd><dt>Alma mater</dt><dd>University of Bergen</dd></dl>
<p>Ingrid Holm is a Norwegian engineer who founded a maker of sonars. She has written two books about the sea and lives on an island
near the coast of the country.</p><h2>Awards</h2><ul><li>Blue Anchor Prize</li><li>Ostra Medal</li></ul>
<p>She has taught in several schools and works in an office at the old harbour of the town, which she knows well.</p></main></body></html>"""
    basis = check(added(page), "Ingrid Holm", {
        "birth_date": (DATE, "1951-05-04"), "birth_year": (WHOLE, 1951), "birthplace": (TEXT, "Tromsø, Norway"), "spouse": (TEXT, "Arne Lie"),
        "alma_mater": (TEXT, "University of Bergen"), "awards": (LIST, ["Blue Anchor Prize", "Ostra Medal"]), "employer": (TEXT, None)})
    assert basis["spouse"]["citations"][0]["excerpts"] == ["Spouse", "Arne Lie"]


def test_a_description_of_somebody_else_states_nothing(added):
    page = COMPANY.replace('"name":"Norvik Systems","legal', '"name":"Norvik Harbour","legal')
    document, _ = fill(added(page), "Norvik Systems", WANTED)
    assert document["legal_name"] is None and document["ticker_symbol"] is None and document["awards"] == []


@pytest.mark.parametrize("question", ["Brek Fjord", "brek fjord profile", "Research Brek Fjord for our CRM", "Brëk Fjørd"])
def test_a_name_without_its_accents(added, question):
    page = """<!doctype html><html lang="en"><head><title>Brëk Fjørd</title></head><body><main><h1>Brëk Fjørd</h1>
<p>Brëk Fjørd is a town in northern Norway, on the western coast of an island. It was founded in 1871 by fishermen and has a population of
4,120. Its harbour is open all year, and a ferry leaves for the islands every morning in summer.</p></main></body></html>"""
    check(added(page), question, {"name": (TEXT, "Brëk Fjørd"), "country": (TEXT, "Norway"), "founded_year": (WHOLE, 1871), "population": (WHOLE, 4120)})
