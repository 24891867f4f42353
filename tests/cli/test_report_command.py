"""Figures can be read without a server: for people, and as the server answers them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.cli.shell import Shell


def test_people_read_a_table_that_says_what_it_is(one_touch: Shell) -> None:
    one_touch("rebuild")
    said = one_touch("report", "provinces", "--scheme", "vn-2004", "--group", "cadres")
    assert said.startswith("cadres, total; distinct accounts")
    assert "nation" in said
    assert "65 lines without figures are left out" in said
    assert "through  nothing yet" in said
    assert "trained: completed at least 1 topic or 1 course" in said


def test_programs_read_every_province(one_touch: Shell) -> None:
    one_touch("rebuild")
    whole = json.loads(one_touch("report", "provinces", "--format", "json"))
    assert len(whole["lines"]) == 35
    text = one_touch("report", "provinces", "--format", "csv")
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
    assert [row["name"] for row in rows][:1] == ["Thành phố Hà Nội"]
    assert rows[-1]["name"] == "nation"


def test_targets_are_read_by_people_and_by_programs(one_touch: Shell) -> None:
    one_touch("rebuild")
    Path("d.csv").write_text(
        "scheme,province_code,group,date,people,source\nvn-2004,49,cadres,2025-04-01,10,census\n",
        encoding="utf-8",
    )
    one_touch("plan", "import", "d.csv")
    said = one_touch("report", "targets", "--unit", "vn-2025/48")
    assert "Tỉnh Quảng Nam, now Thành phố Đà Nẵng; 4 of 4 targets" in said
    assert "not met, 0.00 %" in said and "no denominator" in said
    assert "plans    import 1" in said
    whole = json.loads(one_touch("report", "targets", "--plan", "quang-nam-2025", "--format", "json"))
    assert whole["plans"][0]["targets"][0]["gap"]["people"] == 8
    text = one_touch("report", "targets", "--format", "csv")
    assert len(list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))) == 19
    assert one_touch.refused("report", "targets", "--unit", "vn-2025/49").startswith("unit: 49 is a code of")
    assert one_touch.refused("report", "targets", "--plan", "hanoi").startswith("plan: ")


def test_what_does_not_exist_is_said(one_touch: Shell) -> None:
    one_touch("rebuild")
    assert one_touch.refused("report", "provinces", "--period", "2025-02-30").startswith("period: ")
    assert one_touch.refused("report", "provinces", "--group", "urban-adults").startswith("group: ")
    one_touch.refused("report", "provinces", "--scheme", "iso", code=2)


def test_a_rebuild_makes_a_new_number(one_touch: Shell) -> None:
    assert "The figures of ruleset 2 have replaced those of 1." in one_touch("rebuild")
    assert json.loads(one_touch("report", "provinces", "--format", "json"))["head"]["ruleset"]["number"] == 2
