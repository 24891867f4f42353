"""Sheets of cells, as a file has them, read into rows of the plan book; every fault names its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from unicodedata import normalize

from schemas.plan_book import COLUMNS, KEYS, READ, Key, PlanBook, TableName, key_of, normal
from schemas.row import BadCell, Row, place
from schemas.unit import gazetteer

MOST_ROWS: Final = 50_000
"""Rows of one import, and of all that imports have brought, at most."""
MOST_FAULTS: Final = 20
"""Faults that are told; whoever mends these is told of the next."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of cells with their numbers in the file, the header first. `name`: of the file, and of the sheet
    in it.
    """

    name: str
    lines: Sequence[tuple[int, Sequence[str]]]


class Fault(NamedTuple):
    """What is wrong in a sheet. `row` as a spreadsheet numbers it; `code` is stable."""

    sheet: str
    row: int | None
    column: str | None
    code: str
    message: str

    def __str__(self) -> str:
        """`targets.csv, row 3, column value: expected a number (bad-number)`."""
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.sheet}{row}{column}: {self.message} ({self.code})"


class BadSheets(ValueError):
    """Sheets that are refused, whole."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = faults[:MOST_FAULTS]
        rest = [f"and {len(faults) - len(told)} more"] if len(faults) > len(told) else []
        super().__init__("\n".join([*map(str, told), *rest]))
        self.faults = tuple(faults)


class Read(NamedTuple):
    """What sheets say: their rows, and where each of them stands."""

    book: PlanBook
    places: Mapping[tuple[TableName, Key], tuple[str, int]]


def read_sheets(sheets: Iterable[Sheet], *, whole: bool = False) -> Read:
    """The rows of all sheets, each of which is one of the four tables, by its columns, in whatever order;
    with `whole` each table of which there is a sheet is what the sheets have, and nothing else.

    Raises BadSheets: `unknown-table`, `missing-column`, `unknown-column`, `repeated-column`, `bad-row`,
    `repeated-row`, `too-many-rows`, and the codes of `schemas.row` and of the readers of rows.
    """
    faults: list[Fault] = []
    tables: dict[TableName, list[Row]] = {name: [] for name in COLUMNS}
    places: dict[tuple[TableName, Key], tuple[str, int]] = {}
    seen = set[TableName]()
    for sheet in sheets:
        name = _table_of(sheet, faults)
        if name is not None:
            seen.add(name)
            _read(sheet, name, tables[name], places, faults)
    if len(places) > MOST_ROWS:
        faults.append(Fault("all sheets", None, None, "too-many-rows", f"at most {MOST_ROWS} rows"))
    if faults:
        raise BadSheets(faults)
    return Read(PlanBook.of(tables, seen if whole else ()), places)


def check(read: Read, before: PlanBook) -> PlanBook:
    """The book `before` with what was read in it. Raises BadSheets where the two do not fit together:
    `unknown-plan`, `targets-known`, `unit-of-plan`, `too-many-rows`.
    """
    after = before.with_(read.book)
    faults = [*_of_plans(read, before, after), *_of_other_units(read, after)]
    if sum(map(len, after.rows.values())) > MOST_ROWS:
        message = f"with what was imported before, more than {MOST_ROWS} rows"
        faults.append(Fault("all sheets", None, None, "too-many-rows", message))
    if faults:
        raise BadSheets(faults)
    return after


def _of_plans(read: Read, before: PlanBook, after: PlanBook) -> Iterator[Fault]:
    """Targets without their plan, and plans that have another number of targets than they say."""
    touched: dict[str, tuple[TableName, Key]] = {}
    for book in (read.book, before) if read.book.whole else (read.book,):
        for name in ("targets", "plans"):
            for key in book.rows[name]:
                touched.setdefault(key[0], (name, key))
    for plan, at in touched.items():
        sheet, number = read.places.get(at, ("all files", None))
        known, said = after.known(plan), after.plans.get(plan)
        if said is None and known:
            message = f"there is no plan {plan!r}, which has targets: import its row of the table plans too"
            yield Fault(sheet, number, "plan", "unknown-plan", message)
        elif said is not None and said.targets_known != known:
            message = f"plan {plan} says that {said.targets_known} of its targets are known, and {known} are"
            column = "targets_known" if at[0] == "plans" else "plan"
            yield Fault(sheet, number, column, "targets-known", message)


def _of_other_units(read: Read, after: PlanBook) -> Iterator[Fault]:
    """Targets of a province's plan that are not for it, in whichever scheme; a plan of the nation may have
    targets of anybody.
    """
    for key, row in after.rows["targets"].items():
        plan = after.plans.get(key[0])
        at = read.places.get(("targets", key)) or read.places.get(("plans", key[:1]))
        if at is None or plan is None or plan.unit is None:
            continue
        unit = place(row)
        if unit not in (plan.unit, gazetteer().counterpart(plan.unit) or plan.unit):
            other = "the nation" if unit is None else f"{unit}, {gazetteer().name(unit)}"
            own = f"{plan.unit}, {gazetteer().name(plan.unit)}"
            message = f"plan {plan.code} is of {own}, and this target of {other}"
            yield Fault(*at, "province_code", "unit-of-plan", message)


def _table_of(sheet: Sheet, faults: list[Fault]) -> TableName | None:
    """The table whose columns these are; None, with the faults, where they are none's."""
    header = [cell.strip() for cell in sheet.lines[0][1]] if sheet.lines else []
    while header and not header[-1]:
        header.pop()
    wanted = max(COLUMNS, key=lambda name: len(set(header) & set(COLUMNS[name])) / len(COLUMNS[name]))
    row = sheet.lines[0][0] if sheet.lines else None
    if len(set(header) & set(COLUMNS[wanted])) < len(COLUMNS[wanted]) / 2:
        known = "; ".join(f"{name}: {','.join(columns)}" for name, columns in COLUMNS.items())
        message = f"the first row has the columns of no table. The tables are {known}"
        faults.append(Fault(sheet.name, row, None, "unknown-table", message))
        return None
    found = len(faults)
    for column in COLUMNS[wanted]:
        if column not in header:
            message = f"the table {wanted} has this column, and the first row has it not"
            faults.append(Fault(sheet.name, row, column, "missing-column", message))
        elif header.count(column) > 1:
            faults.append(Fault(sheet.name, row, column, "repeated-column", "it stands there twice"))
    for column in header:
        if column not in COLUMNS[wanted]:
            message = f"the table {wanted} has the columns {', '.join(COLUMNS[wanted])}"
            faults.append(Fault(sheet.name, row, column or "(no name)", "unknown-column", message))
    return wanted if len(faults) == found else None


def _read(
    sheet: Sheet,
    name: TableName,
    rows: list[Row],
    places: dict[tuple[TableName, Key], tuple[str, int]],
    faults: list[Fault],
) -> None:
    header = [cell.strip() for cell in sheet.lines[0][1]]
    for number, line in sheet.lines[1:]:
        # one word has one spelling, whatever wrote it
        cells = [normalize("NFC", cell.strip()) for cell in line]
        if not any(cells):
            continue
        if any(cells[len(header) :]) or len(cells) < sum(map(bool, header)):
            message = f"expected {sum(map(bool, header))} cells, got {len(cells)}"
            faults.append(Fault(sheet.name, number, None, "bad-row", message))
            continue
        row = normal(name, dict(zip(header, cells, strict=False)))
        try:
            READ[name](row)
        except BadCell as bad:
            faults.append(Fault(sheet.name, number, bad.column, bad.code, bad.message))
            continue
        key = key_of(name, row)
        if (at := places.setdefault((name, key), (sheet.name, number))) != (sheet.name, number):
            message = f"{at[0]}, row {at[1]} has the same {', '.join(KEYS[name])}"
            faults.append(Fault(sheet.name, number, KEYS[name][0], "repeated-row", message))
            continue
        rows.append(row)
