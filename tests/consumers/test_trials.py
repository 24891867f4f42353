"""What a platform sends on trial is in no figure; its preview is what it would add, and then does add."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from lrs.registry import register
from lrs.reports import province_reading, provinces
from lrs.reports.preview_reading import Previews
from lrs.reports.refused import Refused
from schemas.registration import Registration
from tests.consumers.factories import EARNED, ONE_TOUCH, group, said, void
from tests.consumers.world import PROFILE, World

TRIAL = ONE_TOUCH.model_copy(update={"trial": True})


@pytest.fixture
async def trial(make_world) -> World:  # type: ignore[no-untyped-def]
    """A world whose only platform is on trial."""
    world: World = await make_world([TRIAL])
    return world


async def _sent(world: World, count: int) -> None:
    """Statements of a dozen learners, who move and learn, in every partition."""
    random = Random(count)
    for n in range(1, count + 1):
        made = said(
            n,
            random.choice(("registered", "completed", "attended", "liked", EARNED)),
            f"learner-{random.randrange(12)}",
            at=f"2025-0{random.randint(4, 9)}-{random.randint(1, 28):02d}T08:00:00+07:00",
            unit=random.choice(("vn-2004/49/20335", "vn-2025/48", "vn-2004/44", "vn-2025/99")),
            groups=random.choice((["cadres"], ["students", "farmers"], [])),
            topic=random.randint(1, 11),
            channel=random.choice(("online", "mobile-point")),
        )
        await world.post(made, partition=random.randrange(4))


async def _as(world: World, registration: Registration) -> None:
    registered = await register(world.store, registration)
    assert registered.outcome == "changed"
    await world.rebuild(platforms=registered.ruleset.platforms)


async def _counted(world: World) -> Mapping[str, int]:
    """The figures of learners and of volume."""
    return {key: n for key, n in (await world.figures()).items() if not key.startswith("p|")}


async def test_nothing_of_a_trial_is_in_a_figure_and_the_preview_is_what_comes_of_it(trial: World) -> None:
    await _sent(trial, 150)
    await trial.post(
        said(1001, actor=group("an", "binh"), unit="vn-2004/49/20335", topic=1, channel="in-person"),
        said(1002, "registered", "chi", unit="vn-2025/48", groups=["students"]),
    )
    await trial.settle()
    assert await _counted(trial) == {}
    assert not await trial.wrong()
    assert not await trial.unbalanced()
    previews = Previews(trial.store, PROFILE)
    before = [
        await previews.provinces("onetouch", scheme, period, kind)
        for scheme in ("vn-2004", "vn-2025")
        for period in ("total", "2025", "2025-04")
        for kind in ("*", "students", "not-stated")
    ]
    province = await previews.province("onetouch", "vn-2025", "48", "students")
    assert all(it.complete for it in before)
    assert any(line.trained for line in before[0].figures.lines)
    await _as(trial, ONE_TOUCH)
    assert not await trial.wrong()
    for it in before:
        scheme = it.figures.head.scheme
        assert scheme is not None
        after = await provinces.read(trial.store, trial.log, scheme, it.figures.period, it.figures.group)
        assert (after.lines, after.nation) == (it.figures.lines, it.figures.nation)
    after_all = await province_reading.read(trial.store, trial.log, "vn-2025", "48", "students")
    assert after_all.model_dump(exclude={"head"}) == province.figures.model_dump(exclude={"head"})


async def test_voids_and_erasures_of_a_trial_leave_no_trace_in_any_order(trial: World) -> None:
    await trial.post(void(9, 1), said(1, learner="an", unit="vn-2025/48"))
    await trial.post(said(2, learner="binh", unit="vn-2025/48"), said(3, learner="chi", unit="vn-2025/48"))
    await trial.settle()
    await trial.post(void(10, 2))
    await trial.erase("chi")
    await trial.settle()
    assert await _counted(trial) == {}
    assert not await trial.wrong()
    assert not await trial.unbalanced()
    preview = await Previews(trial.store, PROFILE).provinces("onetouch", "vn-2025", "total", "*")
    assert preview.figures.nation is not None
    assert (preview.figures.nation.registered, preview.statements) == (0, 2)


async def test_what_is_left_out_stays_out_of_a_later_correction_too(trial: World) -> None:
    await trial.post(said(1, learner="an", unit="vn-2025/48", topic=1))
    await trial.settle()
    since = (await trial.records("lrs.statements"))[-1].timestamp + 1
    await _as(trial, ONE_TOUCH.model_copy(update={"counted_since": since}))
    assert await _counted(trial) == {}
    await trial.post(said(2, learner="an", unit="vn-2025/01", topic=2), said(3, learner="an"))
    await trial.settle()
    # the learner is made anew from all that is stored
    await trial.post(void(4, 3))
    await trial.settle()
    assert not await trial.wrong()
    assert (await trial.figures("g|vn-2025/01|*|total|"))["g|vn-2025/01|*|total|trained"] == 1
    assert not await trial.figures("g|vn-2025/48|")
    await _as(trial, ONE_TOUCH)
    assert not await trial.wrong()
    assert (await trial.figures("t|vn-2025/01|*|"))["t|vn-2025/01|*|bdhvs:01|completed"] == 1


async def test_a_preview_says_where_it_stopped(trial: World) -> None:
    await _sent(trial, 30)
    await trial.project()
    for most, complete in ((29, False), (30, True), (31, True)):
        preview = await Previews(trial.store, PROFILE, most).provinces("onetouch", "vn-2025", "total", "*")
        assert (preview.statements, preview.complete) == (min(most, 30), complete)


async def test_a_platform_that_counts_has_no_preview(world: World) -> None:
    previews = Previews(world.store, PROFILE)
    for platform, code in (("onetouch", "not-on-trial"), ("nobody", "unknown-platform")):
        with pytest.raises(Refused) as refused:
            await previews.provinces(platform, "vn-2025", "total", "*")
        assert (refused.value.code, refused.value.missing) == (code, True)
