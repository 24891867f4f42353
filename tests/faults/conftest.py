"""Pipelines and rows for the tests. With `LRS_FAULTS_TABLE` the rows are written to that file."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.pipeline import Pipeline
from tests.faults.pipelines import Pipelines
from tests.faults.row import Row
from tests.faults.table import write

_LINES = 60
_ROWS = pytest.StashKey[list[Row]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if isinstance(item, pytest.Function):
        row = item.funcargs.get("row")
        if isinstance(row, Row) and report.when == "call":
            row.result = _result(row, report, call)
            if named := os.environ.get("LRS_FAULTS_TABLE"):
                rows = item.session.stash[_ROWS]
                write(Path(named), rows)
        pipelines = item.funcargs.get("pipelines")
        if report.failed and isinstance(pipelines, Pipelines):
            report.sections += [it for made in pipelines.made for it in _said(made)]
    return report


def _result(row: Row, report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    if report.skipped and call.excinfo is not None:
        return f"not run: {getattr(call.excinfo.value, 'msg', call.excinfo.value)}"
    if report.failed and call.excinfo is not None:
        return f"**failed**: {call.excinfo.exconly().splitlines()[0][:200]}".replace("|", "\\|")
    return "passed" if row.result == "not run" else row.result


def _said(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    for file in sorted(pipeline.server.folder.glob("*.stderr")):
        lines = file.read_text(errors="replace").splitlines()[-_LINES:]
        yield f"{file.name} of {pipeline.server.folder}", "\n".join(lines)


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Row:
    """The row of this test."""
    made = Row()
    request.session.stash.setdefault(_ROWS, []).append(made)
    return made


@pytest.fixture
def pipelines(tmp_path: Path) -> Iterator[Pipelines]:
    """Makes pipelines; whatever they started is ended, before their engines are."""
    with ExitStack() as stack:
        yield Pipelines(tmp_path, stack)
