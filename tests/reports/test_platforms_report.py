"""Every registered platform, the silent ones too."""

from dataclasses import replace

from lrs.reports import platforms
from lrs.reports.sheet import render
from schemas.reading import Outcome
from schemas.xapi import parse_timestamp
from tests.adapters.making import document
from tests.reports.conftest import World
from tests.reports.learning import OTHER, basis_of

CELLS = {
    "p|onetouch|counted": 5,
    "p|onetouch|voided": 1,
    "p|onetouch|no-unit": 2,
    "p|onetouch|unknown-verb": 3,
    "p|onetouch|remark:no-group": 4,
}


def test_platforms_are_by_name_with_what_came_of_what_they_sent() -> None:
    made = platforms.build(basis_of(CELLS), {"onetouch": parse_timestamp("2025-04-20T10:00:00Z")}).platforms
    assert [it.platform for it in made] == ["moodle", "onetouch"]
    assert (made[1].counted, made[1].not_counted) == (5, 5)
    assert (made[1].provinces, made[0].provinces) == (None, ("vn-2025/68",))


def test_every_outcome_but_voided_is_counted_or_not() -> None:
    cells = {f"p|onetouch|{outcome}": 1 for outcome in Outcome}
    line = platforms.build(basis_of(cells), {}).platforms[1]
    assert line.counted + line.not_counted == len(Outcome) - 1


def test_silence_is_counted_in_whole_days_up_to_the_watermark() -> None:
    for seen, days in (
        ("2025-05-01T00:00:00Z", 0),
        ("2025-04-30T00:00:01Z", 0),
        ("2025-04-30T00:00:00Z", 1),
        ("2025-04-01T12:00:00Z", 29),
        ("2025-05-01T00:00:01Z", 0),
    ):
        line = platforms.build(basis_of({}), {"moodle": parse_timestamp(seen)}).platforms[0]
        assert line.silent_days == days, seen


def test_who_is_on_trial_is_said() -> None:
    found = basis_of({})
    trying = OTHER.model_copy(update={"trial": True})
    ruleset = found.ruleset.model_copy(update={"platforms": {**found.ruleset.platforms, OTHER.name: trying}})
    made = platforms.build(replace(found, ruleset=ruleset), {}).platforms
    assert [(it.platform, it.trial) for it in made] == [("moodle", True), ("onetouch", False)]


async def test_who_never_sent_anything_has_no_moment(world: World) -> None:
    stored = parse_timestamp("2025-04-20T10:00:00Z")
    await world.store.project([document(1, platform="onetouch", stored=stored)])
    made = await platforms.read(world.store, world.log)
    assert [(it.platform, it.last_seen) for it in made.platforms] == [
        ("moodle", None),
        ("onetouch", "2025-04-20T10:00:00.000Z"),
    ]
    assert made.platforms[0].silent_days is None


def test_the_table_has_a_row_a_platform() -> None:
    made = platforms.build(basis_of(CELLS), {})
    rows = render(made.head, platforms.sheet(made)).decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 2
    assert rows[1].startswith(",moodle,,vn-2025/68,false,,,0,0,")
    assert rows[2].startswith(",onetouch,,any,false,,,5,5,")
