"""Fills a new ruleset beside the living one from the stored statements, catches up with the facts, and
switches (G9).
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from consumers.aggregator import Aggregator
from consumers.examples import Examples
from consumers.projector import Projector
from consumers.refold import refold, stored_of
from consumers.retry import Stopped, patiently
from consumers.runner import Runner
from schemas.contribution import NOTHING, Ledger, contribution
from schemas.errors import Fenced, StoreError, TooMuch
from schemas.fact import partition_of, source
from schemas.learner import Learner
from schemas.link import subject_of
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from schemas.reading import Rules
from schemas.record import FACTS, STATEMENTS, Position
from schemas.ruleset import Ruleset

CHUNK = 2_000
"""Learners filled in one go."""
PATIENCE = 30.0
"""Seconds to wait for the projector to pass what was in the log when we began."""

log = logging.getLogger(__name__)

Progress = Callable[[str, int], None]
"""Told what is being done (`learners`, `facts`) and how many of them are done since the last time."""


async def rebuild(
    log_: EventLog,
    store: Store,
    ruleset: Ruleset,
    profile: Profile,
    progress: Progress,
    stop: asyncio.Event | None = None,
    based_on: int | None = None,
) -> int:
    """Fill a new number with these rules and make it the living one; returns the number.

    Reports keep the old figures until the switch, one write, which comes when the new ones have caught up.
    `based_on`: the number of which these rules are a change. Raises Fenced where another one lives by now,
    or another rebuild began after this one, Stopped once `stop` is set: then the old figures stay.
    """
    stop = stop or asyncio.Event()
    for state in await store.rulesets():
        if state.stage == "retired":
            await patiently(partial(store.drop_ruleset, state.number), stop)
    starts = await patiently(partial(_starts, log_, store), stop)
    floor = {
        source(at.log, at.partition): at.offset for at in (await store.positions(Projector.name)).values()
    }
    number = await patiently(partial(_begin, store, ruleset, floor, starts, based_on), stop)
    log.info("filling ruleset %d", number)
    try:
        await _make(log_, store, number, profile, floor, progress, stop)
    except (Stopped, StoreError, asyncio.CancelledError):
        # nobody goes on with it, and what it waits for would be kept for ever; the living one is not dropped
        with suppress(StoreError):
            await store.drop_ruleset(number)
        raise
    log.info("ruleset %d lives", number)
    return number


async def _make(
    log_: EventLog,
    store: Store,
    number: int,
    profile: Profile,
    floor: Mapping[str, int],
    progress: Progress,
    stop: asyncio.Event,
) -> None:
    """Fill the number from the stored statements, then from the facts, and switch to it."""
    rules = Rules(await _load(store, number))
    partitions = len(await log_.partitions(FACTS))
    after = ""
    while subjects := await patiently(partial(store.subjects, after, CHUNK), stop):
        await _fill(store, rules, profile, floor, subjects, partitions, stop)
        progress("learners", len(subjects))
        after = subjects[-1]
    runner = Runner(log_, Aggregator(log_, store, profile, number), stop)
    await runner.catch_up(partial(progress, "facts"))
    if stop.is_set():
        raise Stopped
    await patiently(partial(_switch, store, number), stop)


async def _switch(store: Store, number: int) -> None:
    """Make the number the living one; it may be that already, where nobody knew whether it was done."""
    if (await store.living()).number != number:
        await store.switch(number)


async def _begin(
    store: Store,
    ruleset: Ruleset,
    floor: Mapping[str, int],
    starts: Mapping[int, Position],
    based_on: int | None,
) -> int:
    """Begin the number with every platform registered by now; a later one is added to both."""
    while True:
        living = await store.living()
        if based_on not in (None, living.number):
            # what that one changed would be taken back
            raise Fenced(f"the rules were changed meanwhile: ruleset {living.number} lives now; ask again")
        ruleset = ruleset.model_copy(update={"platforms": {**living.platforms, **ruleset.platforms}})
        try:
            return await store.begin_filling(ruleset, floor, starts, based_on)
        except Fenced:
            log.info("the living rules were changed in this moment: once more")


async def _starts(log_: EventLog, store: Store) -> Mapping[int, Position]:
    """Where in the facts a new number begins.

    At their present end, once the projector has passed the present end of the statements: the facts before
    concern statements below the floor, which are taken from the store. If it does not get there, at the
    first fact that is kept.
    """
    log_id = await log_.log_id(FACTS)
    starts = await log_.ends(FACTS)
    ends = await log_.ends(STATEMENTS)
    for _ in range(int(PATIENCE / 0.1)):
        positions = await store.positions(Projector.name)
        if all(end == 0 or (at in positions and positions[at].offset >= end) for at, end in ends.items()):
            break
        await asyncio.sleep(0.1)
    else:
        log.warning("the projector is behind: every fact that is kept will be read")
        starts = await log_.beginnings(FACTS)
    return {partition: Position(log_id, partition, offset) for partition, offset in starts.items()}


async def _fill(
    store: Store,
    rules: Rules,
    profile: Profile,
    floor: Mapping[str, int],
    subjects: Sequence[str],
    partitions: int,
    stop: asyncio.Event,
) -> None:
    by_partition: dict[int, list[str]] = defaultdict(list)
    # who is linked or unlinked from now on is told so, after the facts with which this number goes on
    links = await patiently(partial(store.links, subjects), stop)
    for subject in sorted({subject_of(account, links) for account in subjects}):
        by_partition[partition_of(subject, partitions)].append(subject)
    waiting = list(by_partition.items())
    while waiting:
        partition, theirs = waiting.pop()
        try:
            # one transaction each, written once whatever is tried again
            await patiently(partial(_fill_partition, store, rules, profile, floor, partition, theirs), stop)
        except TooMuch:
            if len(theirs) == 1:
                raise
            half = len(theirs) // 2
            waiting += [(partition, theirs[:half]), (partition, theirs[half:])]


async def _fill_partition(
    store: Store,
    rules: Rules,
    profile: Profile,
    floor: Mapping[str, int],
    partition: int,
    subjects: Sequence[str],
) -> None:
    ledger, examples = Ledger(rules.ruleset), Examples()
    learners: dict[str, bytes] = {}
    async with store.aggregation(rules.ruleset.number, partition) as transaction:
        await transaction.ruleset()
        # where nobody knew whether this was committed, it is asked for again
        there = await transaction.learners(subjects)
        missing = [subject for subject in subjects if subject not in there]
        async for stored in stored_of(transaction, missing):
            try:
                learner = refold(stored, Learner(), floor, rules, profile, examples)
            except Exception as error:
                message = f"the statements of {stored.subject} cannot be counted: nothing was switched"
                raise StoreError(message) from error
            ledger.change(NOTHING, contribution(learner, rules.ruleset))
            learners[stored.subject] = learner.encode()
        await transaction.save(learners, ledger.cells(), examples.ids, None)


async def _load(store: Store, number: int) -> Ruleset:
    try:
        return await store.load_ruleset(number)
    except KeyError:
        raise Fenced(f"ruleset {number} is not there any more: another rebuild began") from None
