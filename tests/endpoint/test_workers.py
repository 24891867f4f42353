"""Bodies that other processes prepare: the same answers, whatever becomes of the processes."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from lrs.endpoint.prepare import Body, Prepared, prepare
from lrs.endpoint.workers import PARCEL, Workers, sensible
from lrs.problem import Problem, problem_of
from schemas.xapi import Version
from tests.endpoint.making import AUTHORITY, identifier, statement
from tests.endpoint.test_prepare import REFUSED


def body(*numbers: int, filling: int = 0, version: Version = Version.V2_0_0) -> Body:
    """A batch of statements with these ids; `filling` bytes of text in each."""
    response = {"result": {"response": "x" * filling}} if filling else {}
    statements = [statement(id=identifier(it), **response) for it in numbers]
    return Body(orjson.dumps(statements), version, AUTHORITY, 1000, 2**20)


def children() -> list[int]:
    """The process ids of our workers."""
    ours = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    found = [int(it) for it in ours]
    return [it for it in found if b"lrs.endpoint.workers" in Path(f"/proc/{it}/cmdline").read_bytes()]


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(2) as started:
        await running(started, 2)
        yield started
    assert children() == []


async def running(workers: Workers, count: int) -> None:
    """Wait until so many work."""
    async with asyncio.timeout(20):
        while workers.running != count or len(children()) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("version", list(Version))
async def test_they_answer_what_the_function_does(workers: Workers, version: Version) -> None:
    for asked in (body(version=version), body(1, version=version), body(*range(300), version=version)):
        assert await workers.prepare(asked) == prepare(asked)


async def test_many_at_once_are_each_answered_their_own(workers: Workers) -> None:
    sizes = (0, 10, 5000, PARCEL + 1)
    bodies = [body(n, n + 1, filling=sizes[n % 4]) for n in range(400)]
    answers = await asyncio.gather(*(workers.prepare(it) for it in bodies))
    assert [it.ids for it in answers] == [[identifier(n), identifier(n + 1)] for n in range(400)]
    assert workers.burden == 0


async def test_refusals_come_back_whole_and_spoil_no_neighbour(workers: Workers) -> None:
    async def told(asked: Body) -> tuple[int, str, str | None] | Prepared:
        try:
            return await workers.prepare(asked)
        except Problem as problem:
            return problem.status, problem.code, problem.path

    bodies = []
    for text, put, _ in REFUSED:
        bodies += [Body(text, Version.V2_0_0, AUTHORITY, 3, 100_000, put), body(5)]
    answers = await asyncio.gather(*map(told, bodies))
    assert answers[::2] == [expected for _, _, expected in REFUSED]
    assert all(it == prepare(body(5)) for it in answers[1::2])


async def test_a_client_that_leaves_takes_nothing_with_it(workers: Workers) -> None:
    asking = [asyncio.create_task(workers.prepare(body(n, filling=20_000))) for n in range(20)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    await asyncio.wait(asking)
    assert [it.result().ids for it in asking[1::2]] == [[identifier(n)] for n in range(1, 20, 2)]
    async with asyncio.timeout(20):
        while workers.burden:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_who_waits_for_a_worker_that_dies_is_told_to_come_again_and_another_starts(
    workers: Workers,
) -> None:
    asking = [asyncio.create_task(workers.prepare(body(n, filling=200_000))) for n in range(60)]
    await asyncio.sleep(0.005)
    for child in children():
        os.kill(child, signal.SIGKILL)
    codes = [problem_of(it).code for it in await asyncio.gather(*asking, return_exceptions=True)
             if isinstance(it, Exception)]  # fmt: skip
    assert codes
    assert set(codes) == {"worker-ended"}
    assert workers.burden == 0
    await running(workers, 2)
    assert (await workers.prepare(body(2))).ids == [identifier(2)]


async def test_signals_of_a_stop_do_not_end_them_before_their_input(workers: Workers) -> None:
    before = children()
    # both answer: they have come so far as to have ears for signals
    await asyncio.gather(*(workers.prepare(body(n, filling=PARCEL)) for n in range(4)))
    asking = [asyncio.create_task(workers.prepare(body(n, filling=50_000))) for n in range(20)]
    await asyncio.sleep(0)
    for child in before:
        os.kill(child, signal.SIGTERM)
        os.kill(child, signal.SIGINT)
    assert len(await asyncio.gather(*asking)) == 20
    assert children() == before


async def test_without_workers_the_loop_prepares() -> None:
    async with Workers(0) as nobody:
        assert await nobody.prepare(body(1)) == prepare(body(1))
        with pytest.raises(Problem, match="no JSON"):
            await nobody.prepare(Body(b"{", Version.V2_0_0, AUTHORITY, 3, 2**20))
    assert 1 <= sensible() <= 4


async def test_g11_a_refused_body_is_let_go_without_the_collector(workers: Workers) -> None:
    async def refused() -> None:
        with pytest.raises(Problem):
            await workers.prepare(Body(b"{" + b" " * 1000, Version.V2_0_0, AUTHORITY, 3, 2**20))

    await refused()
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            await refused()
        assert gc.collect() < 50, "each leaves something that only the collector finds"
    finally:
        gc.enable()


async def test_children_are_not_told_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRS_DEV_CREDENTIAL", "key:secret")
    async with Workers(1) as started:
        await started.prepare(body(1))
        (child,) = children()
        assert b"key:secret" not in await asyncio.to_thread(Path(f"/proc/{child}/environ").read_bytes)


async def test_where_no_worker_runs_nothing_is_prepared_here(workers: Workers) -> None:
    for child in children():
        os.kill(child, signal.SIGKILL)
    async with asyncio.timeout(20):
        while workers.running:  # noqa: ASYNC110
            await asyncio.sleep(0)
    with pytest.raises(Problem, match="was not worked on") as refused:
        await workers.prepare(body(1))
    assert refused.value.status == 503
    await running(workers, 2)
    assert (await workers.prepare(body(1))).ids == [identifier(1)]


async def test_what_is_sent_to_a_worker_that_has_just_ended_is_answered(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a transport does whose process was killed, before anybody was told of its end."""

    def closed(_: object) -> None:
        raise RuntimeError("the handler is closed")

    assert (await workers.prepare(body(1))).ids == [identifier(1)]
    for worker in workers._workers:
        process = worker.child._process
        assert process is not None
        monkeypatch.setattr(process.stdin, "writelines", closed)
    with pytest.raises(Problem) as refused:
        async with asyncio.timeout(5):
            await workers.prepare(body(2))
    assert refused.value.code == "worker-ended"
