"""Fields of documents over a small lexicon: values are bound to the thing that the request names, or they are empty.

The pages are invented and written as encyclopedias are; two of them ("Company", "City") are what words of the requests
mean. Each case gives the fields with the values that the pages state, null where they state nothing."""
import json

import pytest
from support import HERE, footnote, json_schema


def text(description=None):
    return {"type": ["string", "null"], **({"description": description} if description else {})}


def whole(description=None):
    return {"type": ["integer", "null"], **({"description": description} if description else {})}


NUMBER, FLAG, DATE = {"type": ["number", "null"]}, {"type": ["boolean", "null"]}, {"type": ["string", "null"], "format": "date"}
LIST = {"type": "array", "items": {"type": "string"}}


def rows(**properties):
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}}


CASES = {
    "person": ("Orla Venn biography",
               {"full_name": (text("Full name, not the name she is better known by"), "Orla Mireth Venn"), "nationality": (text(), "Danish"),
                "occupations": (LIST, ["chemist", "glassblower"]), "spouse": (text(), "Piet Venn"), "headed_from": (whole("Year in which she became head"), 1919),
                "birthplace": (text(), None)}),
    "company": ("Research Brandel for our CRM",
                {"company_name": (text(), "Brandel"), "founders": (LIST, ["Emil Brandel", "Otto Brandel"]), "foundedDate": (DATE, "1911-03-04"),
                 "founding_year": (whole(), 1911), "headquarters_city": (text(), "Quedlen"), "headquarters_state": (text(), "Saxony"),
                 "country": (text(), "Germany"), "industry": (text(), "clock company"), "employees": (whole(), 12400), "ceo": (text(), None)}),
    "city": ("City profile: Quedlen",
             {"state": (text(), "Saxony"), "country": (text(), "Germany"), "lake": (text("Lake it lies on"), "Lake Merra"), "population": (whole(), 412000),
              "metro_population": (whole("Inhabitants of the metropolitan area"), 1900000), "rank_in_country": (whole("Rank among the cities of Germany"), 9),
              "mayor": (text(), None)}),
    "mountain": ("Mount Torvik", {"elevation_m": (NUMBER, 2440), "elevation_ft": (NUMBER, 8005), "mountain_type": (text(), "dormant volcano"),
                                  "mountain_range": (text(), "Sorren Range"), "national_park": (text(), "Torvik National Park"), "country": (text(), "Norway"),
                                  "first_ascent_year": (whole(), None)}),
    "river": ("The Velde River", {"length_km": (NUMBER, 1180), "mouth": (text("Body of water it flows into"), "Tarn Sea"),
                                  "countries": (LIST, ["Germany", "Austria", "Hungary", "Serbia"]), "discharge_m3s": (NUMBER, None)}),
    "element": ("Ostrium (chemical element)", {"symbol": (text(), "Os"), "atomic_number": (whole(), 121), "identified_year": (whole(), 1981),
                                               "isolated_year": (whole(), 1983), "ores": (LIST, ["merrite", "vandolite"]), "colour": (text(), "silvery-grey")}),
    "book": ("The Tin Harbour by Bridie Malone", {"author": (text(), "Bridie Malone"), "authorNationality": (text(), "Irish"), "publicationYear": (whole(), 1931),
                                                  "publication_date": (DATE, "1931-10-02"), "genre": (text(), "Gothic"), "pageCount": (whole(), None)}),
    "film": ("Glass Winter, the film", {"director": (text(), "Nils Ahlberg"), "release_year": (whole(), 1962), "starring": (LIST, ["Greta Lund", "Peer Holm", "Ida Strand"]),
                                        "screenwriter": (text(), "Maja Falk"), "country": (text(), "Sweden"), "composer": (text(), None)}),
    "bridge": ("Kestrel Bridge", {"openedDate": (DATE, "1933-05-24"), "mainSpanMeters": (NUMBER, 366), "original_name": (text(), "Harrow Bridge"),
                                  "renamedYear": (whole(), 1951), "bridgeType": (text(), "cable-stayed suspension bridge")}),
    "disease": ("Marsh ague", {"other_name": (text(), "reed fever"), "symptoms": (LIST, ["fever", "chills", "headaches"]),
                               "onset_days_min": (whole(), 10), "onset_days_max": (whole(), 15), "deaths_per_year": (whole(), None)}),
    "organisation": ("Nordic Weather Union", {"abbreviation": (text(), "NWU"), "member_count": (whole("Number of states"), 14), "established": (whole(), 1949),
                                              "headquarters_city": (text(), "Bergen")}),
    "band": ("Tallow (band)", {"founding_members": (LIST, ["Ilse Frahm", "Otto May", "Jan Krog", "Per Holt"]), "drummer": (text(), "Jan Krog"),
                               "bassist": (text(), "Ruth Vang"), "est_year": (whole(), 1981)}),
    "land": ("Sarland", {"official_name": (text(), "Kingdom of Sarland"), "capital": (text(), "Port Harrow"), "neighbor_east": (text("Country to the east"), "Finland"),
                         "neighbours": (LIST, ["Norway", "Finland"]), "urban_pop": (NUMBER, 2500000), "pct_of_pop_sarlandic": (NUMBER, 61)}),
    "mission": ("Vega 7 mission data", {"commander": (text(), "Lars Brandt"), "landing_pilot": (text(), "Mikkel \"Buzz\" Storm"),
                                        "partner_agencies": (LIST, ["NSA", "DSA", "ISA"])}),
    "initials": ("Author bio: R.T. Malone", {"first_name": (text(), "Rory"), "middle_name": (text(), "Tiernan"), "surname": (text(), "Malone")}),
    "names": ("reed pox", {"aka": (LIST, ["white pox", "river pox", "ague pox"]), "pathogen": (text(), "Vexilla marensis"),
                           "pathogen_type": ({"type": ["string", "null"], "enum": ["virus", "bacterium", None]}, "bacterium")}),
    "rows_by_first": ("Compare Mount Torvik and Quedlen", {"rows": (rows(place=text(), country=text()),
                                                                    [{"place": "Mount Torvik", "country": "Norway"}, {"place": "Quedlen", "country": "Germany"}])}),
    "table": ("Compare Mount Torvik and Mount Ansgar",
              {"mountains": (rows(name=text(), country=text(), height_m=NUMBER),
                             [{"name": "Mount Torvik", "country": "Norway", "height_m": 2440}, {"name": "Mount Ansgar", "country": "Sweden", "height_m": 1912}])}),
}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory, start):
    folder = tmp_path_factory.mktemp("lexicon")
    done = footnote("index", "add", HERE / "fields.jsonl", data=folder)
    assert done.returncode == 0, done.stderr
    return start("--providers", "index", "--no-auth", "--llm", "none", folder=folder)


def fill(server, model, question, properties, **more):
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    reply = server.answer(question, model=model, response_format=json_schema(schema), **more)
    return json.loads(reply["choices"][0]["message"]["content"]), reply


@pytest.mark.parametrize("model", ["lite", "base", "core"])
@pytest.mark.parametrize("name", CASES)
def test_fields_have_what_the_page_of_the_thing_states(lexicon, model, name):
    question, wanted = CASES[name]
    document, _ = fill(lexicon, model, question, {field: schema for field, (schema, _) in wanted.items()})
    assert document == {field: value for field, (_, value) in wanted.items()}


def test_a_format_in_the_description_is_kept_to(lexicon):
    document, _ = fill(lexicon, "base", "Kestrel Bridge", {"opening_date": {"type": "string", "description": "Date of the opening, as MM-DD-YYYY"}})
    assert document == {"opening_date": "05-24-1933"}


def test_placeholders_are_named(lexicon):
    document, reply = fill(lexicon, "base", "Brandel", {"founding_year": {"type": "integer"}, "profit": {"type": "integer"}})
    assert document == {"founding_year": 1911, "profit": 0}
    assert any("'profit'" in w and "placeholder" in w and "founding_year" not in w for w in reply["warnings"])


def test_reasoning_names_the_words_that_decided(lexicon):
    _, reply = fill(lexicon, "base", "Brandel", {"founding_year": {"type": "integer"}, "headquarters_city": {"type": "string"}})
    reasoning = {b["field"]: b["reasoning"] for b in reply["basis"]}
    assert '"founded"' in reasoning["founding_year"]
    assert '"headquartered"' in reasoning["headquarters_city"]


def test_core_loses_nothing_that_base_filled(lexicon):
    for question, wanted in CASES.values():
        properties = {field: schema for field, (schema, _) in wanted.items()}
        right = {}
        for model in ("lite", "base", "core"):
            document, _ = fill(lexicon, model, question, properties)
            right[model] = {field for field, (_, value) in wanted.items() if document[field] == value}
        assert right["lite"] <= right["base"] <= right["core"], question
