"""Platforms are registered from words, and what is wrong with the words is said."""

from __future__ import annotations

import json
from pathlib import Path

from schemas.registration import Registration
from tests.cli.shell import Shell

ADD = ("platform", "add", "moodle", "--home-page", "https://moodle.example", "--provinces")


def test_a_registration_comes_back_whole(shell: Shell) -> None:
    Path("map.csv").write_text("activity,topic\nhttps://moodle.example/a,bdhvs:01\n", encoding="utf-8")
    shell(*ADD, "vn-2025/48, vn-2004/49", "--unit", "vn-2004/49", "--groups", "students,cadres",
          "--confirms", "--activities", "map.csv")  # fmt: skip
    (whole,) = json.loads(shell("platform", "list", "--json"))
    assert whole == {
        "name": "moodle",
        "home_page": "https://moodle.example",
        "provinces": ["vn-2004/49", "vn-2025/48"],
        "unit": "vn-2004/49",
        "groups": ["students", "cadres"],
        "confirms": True,
        "activities": {"https://moodle.example/a": "bdhvs:01"},
        "trial": False,
        "counted_since": None,
        "person_keys": False,
    }
    Registration.model_validate(whole)


def test_any_province_is_null(shell: Shell) -> None:
    shell(*ADD, "any")
    assert json.loads(shell("platform", "list", "--json"))[0]["provinces"] is None
    assert "any" in shell("platform", "list")


def test_people_read_names(one_touch: Shell) -> None:
    assert "vn-2004/49 Tỉnh Quảng Nam" in one_touch("platform", "list")


def test_the_same_again_changes_nothing(shell: Shell) -> None:
    assert "is registered (ruleset 1)" in shell(*ADD, "any")
    assert "was registered so already" in shell(*ADD, "any")


def test_a_change_makes_the_figures_again(shell: Shell) -> None:
    shell(*ADD, "any")
    said = shell(*ADD, "any", "--confirms")
    assert "all figures are made again" in said
    assert "ruleset 2" in said
    assert json.loads(shell("platform", "list", "--json"))[0]["confirms"] is True


def test_a_credential_comes_with_it(shell: Shell) -> None:
    said = shell(*ADD, "any", "--with-credential")
    key = said.partition("key:    ")[2].partition("\n")[0]
    assert key in shell("credential", "list", "moodle")


def test_what_is_wrong_is_named(shell: Shell) -> None:
    assert shell.refused(*ADD, "vn-2025/49").startswith("provinces: vn-2025/49 is no province")
    assert shell.refused(*ADD, "any", "--unit", "49").startswith("unit: ")
    assert shell.refused(*ADD, "any", "--groups", "pupil") == "groups: no such group: pupil"
    assert "not among --provinces" in shell.refused(*ADD, "vn-2025/48", "--unit", "vn-2004/49/20335")
    assert shell.refused("platform", "add", "Mo odle", *ADD[3:], "any").startswith("name: ")


def test_a_map_is_checked_by_line(shell: Shell) -> None:
    Path("map.csv").write_text("activity,topic\nhttps://moodle.example/a,1\n", encoding="utf-8")
    said = shell.refused(*ADD, "any", "--activities", "map.csv")
    assert said.startswith("map.csv: line 2, column topic: '1' is not of the form scheme:code")
