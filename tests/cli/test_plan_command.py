"""Plans are imported from files: whole or not at all, and what was before stays readable."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from tests.cli.shell import Shell

DENOMINATORS = """scheme,province_code,group,date,people,source
vn-2004,01,adults,2025-04-01,6300000,census
vn-2004,01,cadres,2025-04-01,180000,register
"""


def written(text: str, name: str = "d.csv") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_dry_run_shows_what_would_change_and_changes_nothing(shell: Shell) -> None:
    said = shell("plan", "import", written(DENOMINATORS), "--dry-run")
    assert "+ denominators vn-2004 01 adults 2025-04-01: people 6300000, source census" in said
    assert "Nothing was changed: this was a dry run." in said
    assert "Nothing was imported" in shell("plan", "history")
    assert shell("plan", "show", "denominators").splitlines() == DENOMINATORS.splitlines()[:1]


def test_imports_are_numbered_and_say_who_and_of_what(shell: Shell) -> None:
    assert "This is import 1" in shell("plan", "import", written(DENOMINATORS), "--by", "Sở KH&CN")
    assert shell("plan", "show", "denominators") == DENOMINATORS
    more = DENOMINATORS.replace("180000", "181000")
    said = shell("plan", "import", written(more))
    assert "~ denominators vn-2004 01 cadres 2025-04-01: people 180000 → 181000" in said
    assert "Nothing was changed: all of it was known." in shell("plan", "import", "d.csv")
    first, second = json.loads(shell("plan", "history", "--json"))
    assert (first["number"], first["by"], first["rows"], second["number"]) == (1, "Sở KH&CN", 2, 2)
    assert first["files"] == [{"name": "d.csv", "sha256": sha256(DENOMINATORS.encode()).hexdigest()}]
    assert "Sở KH&CN" in shell("plan", "history")
    assert shell("plan", "show", "denominators", "--import", "1") == DENOMINATORS
    assert shell("plan", "show", "denominators") == more


def test_what_was_imported_can_be_taken_back(shell: Shell) -> None:
    shell("plan", "import", written(DENOMINATORS))
    said = shell("plan", "restore", "0", "--dry-run")
    assert "- denominators vn-2004 01 adults" in said
    assert shell("plan", "show", "denominators") == DENOMINATORS
    assert "This is import 2: all is again as after 0." in shell("plan", "restore", "0")
    assert len(shell("plan", "show", "denominators").splitlines()) == 1
    assert "(restored)" in shell("plan", "history")
    assert "This is import 3" in shell("plan", "restore", "1")
    assert shell("plan", "show", "denominators") == DENOMINATORS
    assert "there is no import 9" in shell.refused("plan", "restore", "9")


def test_rows_are_taken_out_of_a_table_that_is_imported_whole(shell: Shell) -> None:
    shell("plan", "import", written(DENOMINATORS))
    less = "".join(DENOMINATORS.splitlines(keepends=True)[:2])
    assert "all of it was known" in shell("plan", "import", written(less))
    said = shell("plan", "import", "--whole", "d.csv")
    assert "- denominators vn-2004 01 cadres 2025-04-01: people 180000, source register" in said
    assert shell("plan", "show", "denominators") == less
    assert len(shell("plan", "show", "targets").splitlines()) == 18
    plans = written(shell("plan", "show", "plans").splitlines(keepends=True)[0], "plans.csv")
    assert shell.refused("plan", "import", "--whole", plans) == "nothing was imported: 3 faults"
    targets = written(shell("plan", "show", "targets").splitlines(keepends=True)[0], "targets.csv")
    assert "This is import 3" in shell("plan", "import", "--whole", plans, targets)
    assert len(shell("plan", "show", "targets").splitlines()) == 1
    assert "This is import 4" in shell("plan", "restore", "1")
    assert shell("plan", "show", "denominators") == DENOMINATORS
    assert len(shell("plan", "show", "targets").splitlines()) == 18


def test_a_file_with_a_fault_changes_nothing_also_of_the_others(shell: Shell) -> None:
    good, bad = written(DENOMINATORS), written(DENOMINATORS.replace("180000", "many"), "bad.csv")
    assert shell.refused("plan", "import", good, bad) == "nothing was imported: 2 faults"
    assert shell.run("plan", "import", good, bad).stderr.splitlines()[:2] == [
        "bad.csv, row 2, column scheme: d.csv, row 2 has the same scheme, province_code, group, date "
        "(repeated-row)",
        "bad.csv, row 3, column people: expected a whole number from 1 on, got 'many' (bad-number)",
    ]
    assert shell.refused("plan", "import", bad) == "nothing was imported: 1 fault"
    assert "Nothing was imported" in shell("plan", "history")
    assert "no import 3" in shell.refused("plan", "show", "targets", "--import", "3")


def test_whoever_looks_makes_no_store(shell: Shell) -> None:
    shell("plan", "show", "plans", "--import", "0")
    for words in (("history",), ("show", "targets"), ("show", "targets", "--import", "1")):
        assert "lrs serve" in shell.refused("plan", *words)
    assert list(Path().rglob("*.db")) == []


def test_the_packaged_plans_are_there_and_a_template_can_be_imported(shell: Shell) -> None:
    assert shell("plan", "show", "plans", "--import", "0") == Path(__file__).parents[2].joinpath(
        "schemas/data/plans.csv"
    ).read_text(encoding="utf-8")
    files = []
    for table in ("plans", "targets", "denominators", "external-figures"):
        made = shell.run("plan", "template", table)
        assert "the province's two digits" in made.stderr
        files.append(written(made.stdout, f"{table}.csv"))
    # together they are one example, which takes the place of nothing
    said = shell("plan", "import", *files, "--dry-run")
    assert said.count("\n+ ") == 4
    assert "\n~ " not in said
    assert "\n- " not in said


def test_programs_are_told_what_changes(shell: Shell) -> None:
    said = json.loads(shell("plan", "import", written(DENOMINATORS), "--json"))
    assert (said["import"], said["rows"], len(said["changes"])) == (1, 2, 2)
    assert said["changes"][0]["after"]["people"] == "6300000"
    assert json.loads(shell("plan", "import", "d.csv", "--json", "--dry-run"))["import"] is None
