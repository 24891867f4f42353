"""What became of everything that a platform sent: an equation that holds whenever it is read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.projector import Projector
from lrs.reports import platform_reading
from lrs.reports.platform import MEANING, Equation, PlatformReport
from lrs.reports.platform_reading import Received
from lrs.reports.platform_sheet import sheet
from lrs.reports.refused import Refused
from schemas.deadletter import DeadLetter
from schemas.projection import Conflict
from schemas.reading import Outcome, Remark
from schemas.record import STATEMENTS, Position
from tests.reports.conftest import World
from tests.reports.learning import basis_of, cells_of, classroom, fact

NOTHING = Received({}, {}, {}, 0, (), None)
CONFLICT = Conflict("00000000-0000-4000-8000-00000000000c", "log", 0, 9, 1_745_000_000_000, "onetouch", b"{}")


def build(cells: dict[str, int], received: Received = NOTHING) -> PlatformReport:
    return platform_reading.build(basis_of(cells), "onetouch", received)


def others(equation: Equation) -> int:
    return sum(equation.model_dump(exclude={"received"}).values())


def test_the_equation_holds_and_what_is_on_its_way_is_pending() -> None:
    cells = cells_of(classroom(), voided=[fact("an")])
    counts = {"received": 20, "duplicate": 3, "conflict": 1}
    equation = build(cells, replace(NOTHING, counts=counts, dead={"ValueError": 2})).equation
    assert equation.model_dump() == {
        "received": 22,
        "counted": 9,
        "voided": 1,
        "not_counted": 3,
        "duplicate": 3,
        "conflict": 1,
        "erased": 0,
        "dead": 2,
        "pending": 3,
    }


def test_pending_is_below_0_while_the_aggregator_is_ahead_of_the_projectors_count() -> None:
    equation = build(cells_of(classroom())).equation
    assert (equation.pending, equation.received) == (-12, 0)


_FEW = st.integers(0, 50)


@given(
    st.fixed_dictionaries({f"p|onetouch|{outcome}": _FEW for outcome in Outcome}),
    st.fixed_dictionaries(dict.fromkeys(("received", "duplicate", "conflict", "erased"), _FEW)),
    st.dictionaries(st.sampled_from(["KeyError", "ValueError"]), _FEW),
)
def test_the_equation_holds_whatever_is_read(
    cells: dict[str, int], counts: dict[str, int], dead: dict[str, int]
) -> None:
    made = build(cells, replace(NOTHING, counts=counts, dead=dead))
    assert made.equation.received == others(made.equation)
    assert sum(reason.count for reason in made.reasons) == made.equation.not_counted


def test_reasons_and_remarks_are_counted_with_their_examples() -> None:
    cells = cells_of([*classroom(), fact("an", groups=("nobody-knows",))])
    made = build(
        cells | {"p|onetouch|remark:unknown-channel": 1},
        replace(NOTHING, examples={"no-unit": ("a", "b"), "unknown-channel": ("c",)}),
    )
    reasons = {reason.code: reason for reason in made.reasons}
    assert list(reasons) == [
        "unknown-verb", "no-learner", "province-not-allowed", "unknown-code", "no-unit", "trial"
    ]  # fmt: skip
    assert (reasons["no-unit"].count, reasons["no-unit"].examples) == (2, ("a", "b"))
    assert (reasons["unknown-verb"].count, reasons["unknown-code"].count) == (1, 1)
    remarks = {remark.code: remark for remark in made.remarks}
    assert (remarks["unknown-channel"].count, remarks["unknown-channel"].examples) == (1, ("c",))
    assert remarks["unknown-group"].count == 2


def test_every_reason_and_remark_says_what_it_means() -> None:
    assert set(MEANING) == {*Outcome, *Remark} - {Outcome.COUNTED, Outcome.VOIDED}


def test_the_days_of_a_platform_are_no_outcome() -> None:
    made = build({"p|onetouch|counted": 2, "p|onetouch|seen|2025-04-18": 2})
    assert made.equation.counted == 2


def test_the_table_has_the_equation_the_reasons_and_the_conflicts() -> None:
    table = sheet(build({}, replace(NOTHING, conflicts=(CONFLICT,), dead={"KeyError": 1})))
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    sections = [row["section"] for row in rows]
    assert [sections.count(it) for it in dict.fromkeys(sections)] == [9, 6, 11, 1, 1, 1]
    assert rows[-1]["examples"] == CONFLICT.id


def dead_letter(offset: int, platform: str) -> DeadLetter:
    return DeadLetter(STATEMENTS, "log", 0, offset, platform, "KeyError", "a record that failed", 0, b"{}")


async def test_what_the_store_keeps_is_what_is_read(world: World) -> None:
    await world.fill(
        {"p|onetouch|counted": 5, "p|onetouch|no-unit": 1, "p|moodle|counted": 7},
        {("onetouch", "no-unit"): ("x",), ("moodle", "no-unit"): ("y",)},
    )
    counts = {("onetouch", "received"): 9, ("onetouch", "conflict"): 1, ("moodle", "received"): 7}
    await world.store.move(Projector.name, None, Position("log", 0, 16, 1000), counts)
    await world.store.bury([dead_letter(5, "onetouch"), dead_letter(6, "moodle")])
    await world.store.keep_conflicts([CONFLICT, replace(CONFLICT, offset=10, platform="moodle")])
    made = await platform_reading.read(world.store, world.log, "onetouch")
    assert (made.equation.received, made.equation.pending, made.equation.dead) == (10, 2, 1)
    assert next(it.examples for it in made.reasons if it.code == "no-unit") == ("x",)
    assert [it.model_dump() for it in made.conflicts] == [
        {"id": CONFLICT.id, "stored": "2025-04-18T18:13:20.000Z"}
    ]
    assert [it.model_dump() for it in made.dead] == [{"code": "KeyError", "count": 1}]
    assert made.last_seen is None


async def test_a_platform_that_is_not_registered_is_refused(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await platform_reading.read(world.store, world.log, "nobody")
    assert (refused.value.code, refused.value.parameter, refused.value.missing) == (
        "unknown-platform",
        "platform",
        True,
    )
