"""The formats ids and canonical, and the choice of a language."""

from copy import deepcopy

import pytest

from schemas.xapi import choose_language, parse_accept_language, shape
from tests.schemas.xapi.samples import (
    ACCOUNT,
    CONTEXT_2,
    FULL,
    GROUP,
    HASHED,
    OPENID,
    SMALL,
    SUBSTATEMENT,
    put,
)

BARE_AGENT = {"objectType": "Agent", "mbox": "mailto:an@Example.vn"}
BARE_GROUP = {"objectType": "Group", "member": [BARE_AGENT, ACCOUNT, HASHED]}


def test_exact_is_the_statement_itself() -> None:
    assert shape(FULL, "exact") is FULL


def test_ids_keeps_identifiers() -> None:
    before = deepcopy(FULL)
    ids = shape(FULL, "ids")
    assert ids["verb"] == {"id": "http://adlnet.gov/expapi/verbs/answered"}
    assert ids["object"] == {"id": "https://example.vn/q/1"}
    assert ids["context"]["team"] == BARE_GROUP
    assert ids["context"]["contextActivities"] == FULL["context"]["contextActivities"]
    for key in ("id", "result", "timestamp", "stored", "authority", "version", "attachments"):
        assert ids[key] == FULL[key]
    assert before == FULL


def test_ids_of_groups_substatements_and_context_agents() -> None:
    named = put(SMALL, "actor", {**GROUP, **OPENID})
    assert shape(named, "ids")["actor"] == {"objectType": "Group", **OPENID}
    inner = shape(SUBSTATEMENT, "ids")["object"]
    assert inner["verb"] == {"id": "https://example.vn/verbs/visited"}
    assert inner["object"] == {"id": "https://example.vn/museum"}
    assert inner["timestamp"] == "2030-01-01T00:00:00Z"
    context = shape(put(SMALL, "context", CONTEXT_2), "ids")["context"]
    assert context["contextGroups"][0]["group"] == BARE_GROUP
    assert context["contextAgents"] == CONTEXT_2["contextAgents"]


def test_canonical_picks_one_language_for_each_map() -> None:
    before = deepcopy(FULL)
    canonical = shape(FULL, "canonical", ["en"])
    definition = canonical["object"]["definition"]
    assert canonical["verb"]["display"] == {"en-US": "answered"}
    assert definition["name"] == {"en": "Question 1"}
    assert definition["description"] == {"en": "Choose one"}
    assert definition["choices"] == [{"id": "a", "description": {"en": "One"}}, {"id": "b"}]
    assert definition["extensions"] == FULL["object"]["definition"]["extensions"]
    assert canonical["actor"] == FULL["actor"]
    assert canonical["context"]["team"] == GROUP
    assert canonical["attachments"] == FULL["attachments"]
    inner = shape(SUBSTATEMENT, "canonical", ["en"])["object"]
    assert inner["object"]["definition"]["name"] == {"en": "Museum"}
    assert inner["verb"]["display"] == {"en": "visited"}
    assert shape(put(SMALL, "verb|display", {}), "canonical")["verb"]["display"] == {}
    assert before == FULL


def test_another_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="short"):
        shape(SMALL, "short")


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        (None, []),
        ("", []),
        ("en-US", ["en-us"]),
        ("en;q=0.5, vi", ["vi", "en"]),
        ("en, vi;q=1.0 , fr;q=0.001", ["en", "vi", "fr"]),
        ("en;q=0, *;q=0.1", ["*"]),
        ("en;q=2, vi;q=x, ;;, fr ; q=0.3", ["fr"]),
        (",".join(["en"] * 100), ["en"] * 32),
    ],
)
def test_accept_language(header: str | None, languages: list[str]) -> None:
    assert parse_accept_language(header) == languages


@pytest.mark.parametrize(
    ("tags", "languages", "chosen"),
    [
        ([], ["vi"], None),
        (["en", "vi"], [], "en"),
        (["en", "vi"], ["VI"], "vi"),
        (["en-US", "en"], ["en"], "en"),
        (["vi", "en-US"], ["en"], "en-US"),
        (["vi", "en"], ["en-au"], "en"),
        (["vi", "en"], ["en-au", "vi"], "vi"),
        (["vi", "zh-Hans"], ["zh-hant-tw"], "zh-Hans"),
        (["fr", "vi"], ["*"], "fr"),
        (["fr", "vi"], ["de"], "fr"),
        (["vi", "eng"], ["en"], "vi"),
    ],
)
def test_the_language_to_show(tags: list[str], languages: list[str], chosen: str | None) -> None:
    assert choose_language(dict.fromkeys(tags, "x"), languages) == chosen
