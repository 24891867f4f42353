"""What becomes of each row: asked of the endpoint first, sent afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lrs.attendance.endpoint import Endpoint
from lrs.attendance.fault import Fault
from lrs.attendance.row import Row
from lrs.attendance.statement import Json, Maker

BATCH = 200
"""Statements of one request."""
MOST_REVISIONS = 50
"""Corrections of one row."""
CONFLICT = "statement-conflict"
_COLUMNS = (
    ("/actor", "account"),
    ("/timestamp", "time"),
    ("/verb", "verb"),
    ("/object", "activity"),
    ("/context", ""),
)
_OUTCOMES = {
    "province-not-allowed": "unit",
    "unknown-code": "unit",
    "no-unit": "unit",
    "no-learner": "account",
    "unknown-verb": "verb",
}
"""By outcome that is not *counted* the column that makes it."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that can be sent: what is to be sent together, and how its statement would count."""

    row: Row
    statements: tuple[Json, ...]
    reading: Json
    replaces: bool = False


@dataclass(slots=True)
class Judged:
    """The rows of a file. `unchanged`: those that were sent before, with how they count, or would if their
    learner had not been erased since.
    """

    ready: list[Ready] = field(default_factory=list)
    unchanged: list[Ready] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


async def judge(
    endpoint: Endpoint, maker: Maker, rows: Sequence[Row], progress: Progress, *, replace: bool
) -> Judged:
    """Ask the endpoint how each row would count; what would not is a fault.

    A row that was sent before and says otherwise now is a fault too, unless `replace`: then what was sent is
    to be voided, and the row to be sent anew. Raises Unsent.
    """
    judged = Judged()
    waiting = _told_apart(maker, rows, judged)
    before: dict[int, str] = {}
    revision = 0
    # the latest revision is the one before the first id that nothing is under
    while waiting and revision <= MOST_REVISIONS:
        again: list[Row] = []
        for at in range(0, len(waiting), BATCH):
            some = waiting[at : at + BATCH]
            answer = await endpoint.check([maker.statement(row, revision) for row in some])
            for row, verdict in zip(some, answer["statements"], strict=True):
                fault = _refused(row, verdict)
                if fault is not None:
                    judged.faults.append(fault)
                elif verdict["stored"] == "erased":
                    # their learner is not to be sent again, whatever the row says now
                    judged.unchanged.append(Ready(row, (), verdict["reading"]))
                elif verdict["stored"] == "new":
                    _settle(maker, row, revision, before.get(row.number), verdict["reading"], judged, replace)
                else:
                    before[row.number] = verdict["stored"]
                    again.append(row)
            progress("rows checked", len(some) if revision == 0 else 0)
        waiting, revision = again, revision + 1
    message = f"it was corrected {MOST_REVISIONS} times"
    judged.faults += [Fault(row.number, "", "too-many-corrections", message) for row in waiting]
    judged.faults.sort()
    return judged


def _told_apart(maker: Maker, rows: Sequence[Row], judged: Judged) -> list[Row]:
    """The rows without those that say what another one has said."""
    first: dict[str, int] = {}
    found = []
    for row in rows:
        at = first.setdefault(maker.identifier(row, 0), row.number)
        if at == row.number:
            found.append(row)
        else:
            message = f"row {at} has the same learner, verb, activity and day"
            judged.faults.append(Fault(row.number, "", "row-repeated", message))
    return found


def _refused(row: Row, verdict: Json) -> Fault | None:
    """Why the endpoint would not take a row's statement, or would not count it; None where it would."""
    refusal = verdict["refusal"]
    if refusal is not None and refusal["code"] != CONFLICT:
        column = next((name for path, name in _COLUMNS if path in (refusal["path"] or "")), "")
        return Fault(row.number, column, refusal["code"], refusal["message"])
    outcome = verdict["reading"]["outcome"]
    if verdict["stored"] == "new" and outcome["code"] != "counted":
        return Fault(row.number, _OUTCOMES.get(outcome["code"], ""), outcome["code"], outcome["meaning"])
    return None


def _settle(
    maker: Maker,
    row: Row,
    revision: int,
    before: str | None,
    reading: Json,
    judged: Judged,
    replace: bool,
) -> None:
    """Note what becomes of a row, `revision` being the first that is not there, and `before` how the one
    before it stands to the row.
    """
    statement = maker.statement(row, revision)
    match before:
        case None:
            judged.ready.append(Ready(row, (statement,), reading))
        case "same":
            judged.unchanged.append(Ready(row, (), reading))
        case "other" if replace:
            void = maker.void(row, revision - 1)
            judged.ready.append(Ready(row, (void, statement), reading, replaces=True))
        case "other":
            message = "it was sent before and says otherwise now: --replace voids that and sends it anew"
            judged.faults.append(Fault(row.number, "", "row-changed", message))
        case _ if replace:
            judged.ready.append(Ready(row, (statement,), reading, replaces=True))
        case _:
            message = "it was sent before and voided since: --replace sends it anew"
            judged.faults.append(Fault(row.number, "", "row-voided", message))


async def send(endpoint: Endpoint, ready: Sequence[Ready], progress: Progress) -> None:
    """Send all, in batches; what is sent together is in one, which is stored whole. Raises Unsent."""
    for batch in _batches(ready):
        await endpoint.post([statement for it in batch for statement in it.statements])
        progress("rows sent", len(batch))


def _batches(ready: Sequence[Ready]) -> Iterator[list[Ready]]:
    batch: list[Ready] = []
    size = 0
    for it in ready:
        if size + len(it.statements) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(it)
        size += len(it.statements)
    if batch:
        yield batch
