"""`lrs deadletters`: records that could not be processed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import click
import orjson

from lrs.cli.awaited import awaited
from lrs.cli.json_text import json_text
from lrs.cli.table import aligned
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.deadletter import DeadLetter
from schemas.fact import decode, partition_of
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import ERASURE, FACTS, KIND, STATEMENTS, NewRecord
from schemas.xapi import format_timestamp

PAGE = 500


@click.group
def deadletters() -> None:
    """See the records that could not be processed, and have them processed once more.

    \b
    Example:
      lrs deadletters list
    """


@deadletters.command("list")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def list_(as_json: bool) -> None:
    """List the dead letters, each with its number, where it stood in the log, and what was wrong.

    What the records hold is not shown: it may be about a person.

    \b
    Example:
      lrs deadletters list --json
    """
    async with open_store(Settings()) as store:
        found = [letter async for letter in _letters(store)]
    if as_json:
        click.echo(json_text([_whole(letter) for letter in found]))
        return
    rows = [
        (
            str(letter.number),
            f"{letter.topic}/{letter.partition}@{letter.offset}",
            letter.platform or None,
            format_timestamp(letter.buried),
            letter.code,
            letter.reason,
        )
        for letter in found
    ]
    click.echo(aligned(("number", "record", "platform", "since", "code", "reason"), rows))


@deadletters.command
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1, type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="Every one that is on the list.")
@awaited
async def requeue(numbers: tuple[int, ...], everything: bool) -> None:
    """Have dead letters processed once more, after their cause was mended.

    Each is appended to the log again and leaves the list. If it fails again, it comes back as a new one.

    \b
    Examples:
      lrs deadletters requeue 3 4
      lrs deadletters requeue --all
    """
    if bool(numbers) is everything:
        raise click.UsageError("Give the numbers that `lrs deadletters list` shows, or --all.")
    settings = Settings()
    async with open_store(settings) as store, open_log(settings) as log:
        found = [it async for it in _letters(store) if everything or it.number in numbers]
        left = [f"{number} is not on the list" for number in sorted({*numbers} - {it.number for it in found})]
        done = 0
        for letter in found:
            try:
                partition, record = await _again(store, log, letter)
            except ValueError as error:
                left.append(f"{letter.number} stays: {error}")
                continue
            await _requeue(log, store, letter, partition, record)
            done += 1
    click.echo(f"{done} of {done + len(left)} dead letters requeued.")
    if left:
        raise ValueError("; ".join(left))


async def _requeue(
    log: EventLog, store: Store, letter: DeadLetter, partition: int, record: NewRecord
) -> None:
    # First appended, then taken off the list: dying in between repeats it, and repeats are harmless.
    await log.append(letter.topic, {partition: [record]})
    await store.mark_requeued(letter.number)


async def _again(store: Store, log: EventLog, letter: DeadLetter) -> tuple[int, NewRecord]:
    """The record to append for a letter, and the partition. Raises ValueError where there can be none."""
    if letter.topic == STATEMENTS:
        positions = await store.positions(PROJECTOR)
        if not positions:
            raise ValueError("no consumer has read lrs.statements yet; start one first")
        return min(positions), NewRecord(_dated(letter), letter.headers, letter.key)
    if letter.topic == FACTS:
        try:
            fact = decode(letter.value)
            if fact.kind != "linked":
                fact = fact._replace(kind="requeued")
        except (ValueError, TypeError) as error:
            raise ValueError(f"it is no fact that this program can read ({error}); rebuild instead") from None
        # Its own partition again, also where the topic was made anew with another number of them.
        partition = partition_of(fact.subject, len(await log.partitions(FACTS)))
        return partition, NewRecord(fact.encode(), letter.headers, letter.key)
    raise ValueError(f"nothing is known of the topic {letter.topic}")


def _dated(letter: DeadLetter) -> bytes:
    """The value with the moment at which it first came, which is else that at which it comes again: for an
    erasure it must stay what it was.
    """
    field = "until" if (KIND, ERASURE) in letter.headers else "timestamp"
    try:
        said = orjson.loads(letter.value)
        if letter.stored and said.get(field) is None:
            moment = letter.stored if field == "until" else format_timestamp(letter.stored)
            return orjson.dumps({**said, field: moment})
    except (ValueError, TypeError, AttributeError):
        pass
    return letter.value


async def _letters(store: Store) -> AsyncIterator[DeadLetter]:
    after = 0
    while page := await store.dead_letters(PAGE, after):
        for letter in page:
            yield letter
        after = page[-1].number


def _whole(letter: DeadLetter) -> dict[str, Any]:
    names = ("number", "topic", "log", "partition", "offset", "platform", "code", "reason")
    return {
        **{name: getattr(letter, name) for name in names},
        "buried": format_timestamp(letter.buried),
    }
