"""The recount over an export: it is read packed or not, and what is wrong with it is said."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas.fact import learner_key

from . import export as program
from .export import recount_export
from .links import pseudonym
from .recount import recount
from .test_recount import ONE_TOUCH, QUANG_NAM, void
from .test_recount import said as sent

STATEMENTS = [sent(1, "completed", unit=QUANG_NAM), sent(2), void(3, 2)]


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


def test_linked_accounts_count_once(tmp_path: Path) -> None:
    first, second = (("account", "https://one.vn", name) for name in ("an", "binh"))
    both = [sent(n, "completed", name, unit=QUANG_NAM) for n, name in ((1, "an"), (2, "binh"))]
    found = [line | {"statement": it} for line, it in zip(lines(voided=set()), both, strict=False)]
    links = tmp_path / "links"
    links.write_text("".join(f'{{"account": "{pseudonym(it)}", "person": "p"}}\n' for it in (first, second)))
    path = written(tmp_path / "a", found)
    cells, _ = recount_export(path, [ONE_TOUCH], links)
    assert cells == recount(both, [ONE_TOUCH], persons={first: "p", second: "p"})
    line = "g|vn-2004/49|*|total"
    assert [cells[f"{line}|{measure}"] for measure in ("registered", "persons", "linked")] == [1, 1, 2]
    assert recount_export(path, [ONE_TOUCH])[0][f"{line}|registered"] == 2
    links.write_text('{"account": "' + "0" * 32 + '", "person": "p"}\n')
    with pytest.raises(ValueError, match="1 links are of accounts that no statement names"):
        recount_export(path, [ONE_TOUCH], links)


def test_a_pseudonym_is_what_the_store_writes() -> None:
    assert pseudonym(("account", "https://one.example", "an")) == learner_key(
        "account:https://one.example|an"
    )


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
