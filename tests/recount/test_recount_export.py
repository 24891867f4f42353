"""The recount over an export: it is read packed or not, and what is wrong with it is said."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import export as program
from .export import recount_export
from .recount import recount
from .test_recount import ONE_TOUCH, QUANG_NAM, said, void

STATEMENTS = [said(1, "completed", unit=QUANG_NAM), said(2), void(3, 2)]


def lines(voided: set[int] = frozenset({1}), offsets: list[int] | None = None) -> list[dict[str, Any]]:  # type: ignore[assignment]
    return [
        {"log": "a", "partition": 0, "offset": offset, "platform": "onetouch", "voided": n in voided}
        | {"statement": statement}
        for n, (offset, statement) in enumerate(zip(offsets or [0, 1, 5], STATEMENTS, strict=True))
    ]


def written(path: Path, found: list[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(line) + "\n" for line in found).encode()
    path.write_bytes(gzip.compress(text[:40]) + gzip.compress(text[40:]) if path.suffix == ".gz" else text)
    return path


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz"])
def test_an_export_counts_as_its_statements_do(tmp_path: Path, name: str) -> None:
    cells, count = recount_export(written(tmp_path / name, lines()), [ONE_TOUCH])
    assert cells == recount(STATEMENTS, [ONE_TOUCH])
    assert count == 3


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (lines(voided=set()), "1 statements are voided for only one"),
        (lines(offsets=[0, 5, 1]), "comes after"),
        (lines(offsets=[0, 1, 1]), "comes after"),
        ([*lines(), lines()[0] | {"offset": 9}], "1 ids come twice"),
    ],
)
def test_an_export_that_cannot_be_right_is_refused(
    tmp_path: Path, found: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        recount_export(written(tmp_path / "a", found), [ONE_TOUCH])


def test_it_shares_no_code_with_the_store() -> None:
    check = "import sys, tests.recount.__main__; print({*sys.modules} & {'schemas', 'consumers', 'lrs'})"
    root = Path(program.__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout == "set()\n"


@pytest.mark.soak
def test_every_reported_figure_of_a_nation_is_recounted() -> None:
    words = [sys.executable, "-m", "tests.recount", "--learners", "500"]
    root = Path(program.__file__).parents[2]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd=root)
    assert ran.returncode == 0, ran.stdout
    assert ": 0 differ" in ran.stdout
