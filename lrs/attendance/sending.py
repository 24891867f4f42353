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
    """The rows of a file. `unchanged`: those that were sent before, with how they count."""

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
    met: dict[int, str] = {}
    revision = 0
    while waiting:
        again: list[Row] = []
        for at in range(0, len(waiting), BATCH):
            some = waiting[at : at + BATCH]
            answer = await endpoint.check([maker.statement(row, revision) for row in some])
            for row, verdict in zip(some, answer["statements"], strict=True):
                if _settled(maker, row, revision, verdict, met, judged, replace):
                    continue
                met[row.number] = "other" if verdict["stored"] == "other" else "voided"
                again.append(row)
            progress("rows checked", len(some) if revision == 0 else 0)
        waiting, revision = again, revision + 1
        if revision > MOST_REVISIONS:
            message = f"it was corrected {MOST_REVISIONS} times"
            judged.faults += [Fault(row.number, "", "too-many-corrections", message) for row in waiting]
            break
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


def _settled(
    maker: Maker,
    row: Row,
    revision: int,
    verdict: Json,
    met: dict[int, str],
    judged: Judged,
    replace: bool,
) -> bool:
    """Note what becomes of a row; False where its next revision is to be asked about."""
    refusal, stored = verdict["refusal"], verdict["stored"]
    if refusal is not None and refusal["code"] != CONFLICT:
        column = next((name for path, name in _COLUMNS if path in (refusal["path"] or "")), "")
        judged.faults.append(Fault(row.number, column, refusal["code"], refusal["message"]))
        return True
    if stored in ("other", "voided"):
        return False
    reading = verdict["reading"]
    code, meaning = reading["outcome"]["code"], reading["outcome"]["meaning"]
    before = met.get(row.number)
    if stored == "same":
        judged.unchanged.append(Ready(row, (), reading))
    elif code != "counted":
        judged.faults.append(Fault(row.number, _OUTCOMES.get(code, ""), code, meaning))
    elif before is None or replace:
        voids = (maker.void(row, revision - 1),) if before == "other" else ()
        statements = (*voids, maker.statement(row, revision))
        judged.ready.append(Ready(row, statements, reading, before is not None))
    elif before == "other":
        message = "it was sent before and says otherwise now: --replace voids that and sends it anew"
        judged.faults.append(Fault(row.number, "", "row-changed", message))
    else:
        message = "it was sent before and voided since: --replace sends it anew"
        judged.faults.append(Fault(row.number, "", "row-voided", message))
    return True


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
