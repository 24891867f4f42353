"""What a log of the suite says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.outcome import Outcome
from tests.conformance.suite import Suite, Unusable


def node(title: str, status: str, *tests: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "status": status, "tests": list(tests)}


def log(failed: int, tree: dict[str, Any] | None, passed: int = 2) -> dict[str, Any]:
    summary = {"passed": passed, "failed": failed}
    return {"summary": summary, "duration": 1500, **({} if tree is None else {"log": tree})}


def test_failing_tests_are_named_from_the_outermost_title_on() -> None:
    tree = node(
        "",
        "failed",
        node("Statements", "failed", node("well", "passed"), node("PUT", "failed", node("twice", "failed"))),
        node("About", "passed", node("answers", "passed")),
    )
    outcome = Outcome.of("1.0.3", log(1, tree))
    assert outcome == Outcome("1.0.3", 2, 1, 1.5, [("Statements", "PUT", "twice")])
    assert not outcome.well


def test_a_run_is_well_where_there_were_tests_and_none_failed() -> None:
    assert Outcome.of("2.0.0", log(0, None)).well
    assert not Outcome.of("2.0.0", log(0, None, passed=0)).well


def test_what_is_no_suite_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="console_runner"):
        Suite(tmp_path).check()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "console_runner.js").touch()
    with pytest.raises(Unusable, match="npm install"):
        Suite(tmp_path).check()
