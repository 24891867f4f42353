"""G6, G7: voids and references come in any order, and correct what is answered and what is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted
from tests.acceptance.making import QUANG_NAM, Json, reference, statement, void
from tests.acceptance.server import Server, parse_credential


@pytest.fixture(scope="module")
def credentials(server: Server) -> dict[str, tuple[str, str]]:
    """Key and secret of two platforms."""
    made = {}
    for name in ("one", "two"):
        words = ("--home-page", f"https://{name}.example", "--provinces", "any", "--with-credential")
        made[name] = parse_credential(server.lrs("platform", "add", name, *words))
    return made


@pytest.fixture
async def one(server: Server, credentials: dict[str, tuple[str, str]]) -> AsyncIterator[Client]:
    async with Client(server, *credentials["one"]) as opened:
        yield opened


@pytest.fixture
async def two(server: Server, credentials: dict[str, tuple[str, str]]) -> AsyncIterator[Client]:
    async with Client(server, *credentials["two"]) as opened:
        yield opened


def counted(learner: str) -> Json:
    """A statement that makes its learner trained in Quảng Nam."""
    return statement(f"{learner}-{uuid4()}", unit=QUANG_NAM, topic=1, groups=["cadres"])


async def _assert_voided(client: Client, identifier: str) -> None:
    assert (await client.get(statementId=identifier)).status == 404
    answer = await client.get(voidedStatementId=identifier)
    assert (answer.status, answer.json()["id"]) == (200, identifier)
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert identifier not in await client.listing()


async def _assert_not_voided(client: Client, identifier: str) -> None:
    assert (await client.get(statementId=identifier)).status == 200
    assert (await client.get(voidedStatementId=identifier)).status == 404
    assert identifier in await client.listing()


async def test_g7_a_void_after_its_target(one: Client) -> None:
    target = counted("after")
    await one.store(target)
    await _assert_not_voided(one, target["id"])
    voiding = void(target["id"].upper())
    await one.store(voiding)
    await _assert_voided(one, target["id"])
    assert (await one.get(statementId=voiding["id"])).status == 200


async def test_g6_a_void_before_its_target(one: Client) -> None:
    target = counted("before")
    await one.store(void(target["id"]))
    assert (await one.get(voidedStatementId=target["id"])).status == 404
    await one.store(target)
    await _assert_voided(one, target["id"])


async def test_g6_a_void_at_the_same_moment_as_its_target(one: Client) -> None:
    targets = [counted(f"moment-{n}") for n in range(40)]
    posts = [one.post(it) for target in targets for it in (target, void(target["id"]))]
    assert {it.status for it in await asyncio.gather(*posts)} == {200}
    for target in targets[::4]:
        await _assert_voided(one, target["id"])
    assert not {it["id"] for it in targets} & set(await one.listing())


@pytest.mark.parametrize("order", [1, -1])
async def test_g6_a_void_in_the_batch_of_its_target(one: Client, order: int) -> None:
    target = counted("batch")
    await one.store(*[target, void(target["id"])][::order])
    await _assert_voided(one, target["id"])


async def test_g7_a_void_again_is_as_good_as_one(one: Client) -> None:
    target = counted("again")
    await one.store(target)
    for _ in range(3):
        await one.store(void(target["id"]))
    await one.store(target)
    await _assert_voided(one, target["id"])


async def test_g10_a_void_of_another_platforms_statement_is_ignored(one: Client, two: Client) -> None:
    before, after = counted("before"), counted("after")
    await two.store(void(before["id"]))
    await one.store(before, after)
    await two.store(void(after["id"]))
    await two.listing()
    for target in (before, after):
        await _assert_not_voided(one, target["id"])


async def test_g10_the_scope_all_voids_any_platforms_statement(one: Client, client: Client) -> None:
    before, after = counted("before"), counted("after")
    await client.store(void(before["id"]))
    await one.store(before, after)
    await client.store(void(after["id"]))
    await client.listing()
    for target in (before, after):
        await _assert_voided(one, target["id"])


async def test_g7_a_void_of_a_void_is_ignored(one: Client) -> None:
    target = counted("void-of-void")
    first = void(target["id"])
    await one.store(target, first)
    second = void(first["id"])
    await one.store(second, void(second["id"]))
    await _assert_voided(one, target["id"])
    await _assert_not_voided(one, first["id"])
    await _assert_not_voided(one, second["id"])


async def test_g6_who_refers_to_a_voided_statement_is_found_by_what_it_said(one: Client) -> None:
    verb = f"https://platform.example/verbs/{uuid4()}"
    target = {**counted("referred"), "verb": {"id": verb}}
    near, far = (statement("teacher", "commented") for _ in range(2))
    near["object"], far["object"] = reference(target["id"]), reference(near["id"])
    await one.store(far, near)
    assert await one.listing(verb=verb) == []
    await one.store(target)
    assert set(await one.listing(verb=verb)) == {target["id"], near["id"], far["id"]}
    voiding = void(target["id"])
    await one.store(voiding)
    assert set(await one.listing(verb=verb)) == {near["id"], far["id"], voiding["id"]}
    await one.store(void(near["id"]))
    assert near["id"] not in await one.listing(verb=verb)
    assert far["id"] in await one.listing(verb=verb)


async def test_g7_the_figures_are_those_of_the_recount(
    server: Server, client: Client, credentials: dict[str, tuple[str, str]]
) -> None:
    found = await assert_recounted(server)
    assert len(found.voided) > 40
    one, two = [await client.report(f"platforms/{name}") for name in credentials]
    assert one["equation"]["voided"] == len(found.voided)
    assert one["ignored_voids"] == 2
    assert two["ignored_voids"] == 2
    for report in (one, two):
        equation = report["equation"]
        assert equation["received"] == sum(equation.values()) - equation["received"]
        assert equation["pending"] == 0
