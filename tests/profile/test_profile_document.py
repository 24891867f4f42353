"""The profile says what the code does: every code in it, every example of it."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from lrs.profile.document import LISTS, document
from lrs.profile.example import PLATFORM, example, read
from lrs.profile.extension import Extension, extensions
from lrs.profile.page import LANGUAGES, page
from lrs.profile.table import tables
from lrs.profile.words import ACTIONS, CHANNELS, KINDS, MEASURES, OUTCOMES, STATUSES
from lrs.reports.platform import MEANING
from schemas import reading
from schemas.group import groups, implied
from schemas.profile import NAMESPACES, Profile
from schemas.reading import VERBS, Action, Outcome, Remark
from schemas.ruleset import Ruleset, TrainedRule
from schemas.unit import SCHEMES, Unit, gazetteer

RULESET = Ruleset(number=1)
PROFILE = document(RULESET, (*NAMESPACES, "https://old.example/"))
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


def said(extension: Extension, value: Any) -> dict[str, Any]:
    """The example's statement with another value of one extension."""
    statement = example(COMPLETED, NAMESPACES[0])
    iri = f"{NAMESPACES[0]}ext/{extension.name}"
    if extension.stands_in == "result":
        statement["result"] = {"extensions": {iri: value}}
    else:
        statement["context"]["extensions"][iri] = value
    return statement


@pytest.mark.parametrize("extension", extensions(), ids=lambda it: it.name)
def test_every_example_is_read_without_a_remark(extension: Extension) -> None:
    for value in extension.examples:
        found = read(said(extension, value), RULESET, Profile())
        assert (found.outcome.code, found.remarks) == (Outcome.COUNTED, ())


@pytest.mark.parametrize("extension", extensions(), ids=lambda it: it.name)
def test_what_a_schema_requires_and_bounds_is_what_is_read(extension: Extension) -> None:
    schema = extension.schema
    wrong: list[Any] = [7, {}, "x" * 65]
    wrong += [
        {key: value for key, value in extension.examples[0].items() if key != name}
        for name in schema.get("required", ())
    ]
    if schema.get("type") == "array":
        wrong.append(["x" * (schema["items"].get("maxLength", 64) + 1)])
        wrong.append(["cadres"] * (schema["maxItems"] + 1))
    for value in wrong:
        found = read(said(extension, value), RULESET, Profile())
        assert Remark.MALFORMED_EXTENSION in [it.code for it in found.remarks], value


def test_the_enumerations_of_the_schemas_are_those_of_the_code() -> None:
    by_name = {it.name: it.schema for it in extensions()}
    assert by_name["admin-unit"]["properties"]["scheme"]["enum"] == list(SCHEMES)
    assert by_name["channel"]["enum"] == list(reading.CHANNELS)
    assert by_name["confirmation"]["properties"]["status"]["enum"] == list(reading.STATUSES)
    sendable = [code for code, group in groups().items() if group.sendable]
    assert by_name["audience-group"]["items"]["enum"] == sendable


def test_the_extensions_are_those_that_a_profile_reads() -> None:
    known = {iri for name, iris in vars(Profile()).items() for iri in iris}
    assert {it["iri"] for it in PROFILE["extensions"]} == known
    assert {iri for it in PROFILE["extensions"] for iri in it["also"]} == {
        iri.replace(NAMESPACES[0], "https://old.example/") for iri in known
    }


def test_every_code_has_words_in_both_languages() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(CHANNELS) == set(reading.CHANNELS)
    assert set(STATUSES) == set(reading.STATUSES)
    assert set(KINDS) == {group.kind for group in groups().values()}
    assert set(OUTCOMES) == {*Outcome, *Remark}
    assert {it for verb in PROFILE["verbs"] for it in verb["measures"]} == set(MEASURES)
    assert {it["code"]: it["en"] for it in PROFILE["remarks"]} == {it.value: MEANING[it] for it in Remark}


def test_verbs_make_the_measures_that_the_rules_make_of_them() -> None:
    measures = {it["id"]: it["measures"] for it in PROFILE["verbs"]}
    assert list(measures) == list(VERBS)
    assert measures[COMPLETED] == ["active", "registered-inferred", "trained"]
    attended = "http://adlnet.gov/expapi/verbs/attended"
    assert "trained" not in measures[attended]
    other = document(RULESET.model_copy(update={"trained": TrainedRule(attended=True)}), NAMESPACES)
    assert "trained" in next(it["measures"] for it in other["verbs"] if it["id"] == attended)
    assert PROFILE["trained"] == {
        "vi": "hoàn thành ít nhất 1 chủ đề hoặc 1 khóa học",
        "en": "completed at least 1 topic or 1 course",
    }
    more = document(RULESET.model_copy(update={"trained": TrainedRule(topics=3, courses=None)}), NAMESPACES)
    assert {it["id"]: it["measures"] for it in more["verbs"]} == measures
    assert other["trained"]["vi"] == "hoàn thành hoặc tham dự ít nhất 1 chủ đề hoặc 1 khóa học"


def test_groups_are_those_of_the_table_with_all_that_they_imply() -> None:
    assert [it["code"] for it in PROFILE["groups"]] == list(groups())
    for it in PROFILE["groups"]:
        group = groups()[it["code"]]
        assert (it["vi"], it["en"], it["may_be_sent"]) == (group.vi, group.en, group.sendable)
        if group.sendable:
            assert {*it["implies"], it["code"]} == implied([it["code"]])


def test_every_unit_is_there_with_its_name_and_what_became_of_it() -> None:
    known = gazetteer()
    counts = {}
    for scheme in PROFILE["units"]:
        name, on = scheme["scheme"], date.fromisoformat(scheme["names_as_of"])
        counts[name] = (len(scheme["provinces"]), sum(len(it["communes"]) for it in scheme["provinces"]))
        for province in scheme["provinces"]:
            unit = Unit(name, province["code"])
            assert province["name"] == known.name(unit, on)
            for commune in province["communes"]:
                assert commune["name"] == known.name(Unit(name, unit.province, commune["code"]), on)
    assert counts == {"vn-2004": (63, 10_040), "vn-2025": (34, 3_321)}
    quang_binh = next(it for it in PROFILE["units"][0]["provinces"] if it["code"] == "44")
    assert (quang_binh["name"], quang_binh["became"]) == ("Tỉnh Quảng Bình", "vn-2025/44")
    # a later name is not yet that of the day that is said
    dong_nai = next(it for it in PROFILE["units"][1]["provinces"] if it["code"] == "75")
    assert (dong_nai["name"], PROFILE["units"][1]["names_as_of"]) == ("Tỉnh Đồng Nai", "2025-07-01")


def test_a_split_commune_names_its_main_successor() -> None:
    communes = [c for p in PROFILE["units"][0]["provinces"] for c in p["communes"]]
    split = [it for it in communes if it["became"].endswith("/unresolved")]
    assert len(split) == 471
    assert all("main_successor" in it for it in split)


def test_the_lists_are_the_document_as_csv() -> None:
    made = tables(PROFILE)
    assert tuple(made) == LISTS == tuple(PROFILE["lists"])
    rows = {
        name: list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        for name, body in made.items()
    }
    assert len(rows["units"]) == 63 + 10_040 + 34 + 3_321
    assert [it["code"] for it in rows["groups"]] == list(groups())
    assert [it["id"] for it in rows["verbs"]] == list(VERBS)
    assert {it["topic"] for it in rows["topics"]} == RULESET.topics
    assert [it["code"] for it in rows["channels"]] == list(reading.CHANNELS)
    assert [it["iri"] for it in rows["extensions"]] == [it["iri"] for it in PROFILE["extensions"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_code_and_asks_no_other_host(language: Any) -> None:
    text = page(PROFILE, language).decode()
    codes = [it["code"] for it in (*PROFILE["groups"], *PROFILE["channels"], *PROFILE["remarks"])]
    codes += [it["id"] for it in PROFILE["verbs"]] + [it["iri"] for it in PROFILE["extensions"]]
    codes += [f"{it['scheme']}/{province['code']}" for it in PROFILE["units"] for province in it["provinces"]]
    assert all(f"<code>{code}</code>" in text for code in codes)
    for barred in ("<script", "<img", "src=", "style=", "url(", "@import", 'href="http', "onclick"):
        assert barred not in text
    assert f'<html lang="{language}">' in text
    assert text.count("<th scope=") > 100


def test_the_example_platform_is_nobody() -> None:
    assert PLATFORM.home_page.endswith(".example.vn")
