"""Under the figures of the nation and of a province stands how many accounts their learners have."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from tests.acceptance.figures import settled
from tests.acceptance.server import Server
from tests.dashboard.conftest import Come
from tests.dashboard.page import Json, report, written
from tests.recount.links import accounts_of, file_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 60
"""Accounts that are linked, three to a person."""


@pytest_asyncio.fixture(loop_scope="module")
async def linked(nation: Server, tmp_path: Path) -> AsyncIterator[Server]:
    """The nation while some of its accounts are linked."""
    export, file = tmp_path / "statements.ndjson", tmp_path / "links.csv"
    nation.lrs("export", "statements", "--output", str(export))
    accounts = accounts_of(orjson.loads(line)["statement"] for line in export.read_bytes().splitlines())
    persons = {account: f"p-{n // 3}" for n, account in enumerate(accounts[:MANY])}
    file.write_text(file_of(persons), encoding="utf-8")
    said = nation.run("person", "import", str(file), person_secret="a secret of the office")
    (origin,) = re.findall(r"^This is import (\S+)\.", said.stdout, re.MULTILINE)
    await settled(nation)
    yield nation
    nation.lrs("person", "unlink", "--import", origin)
    await settled(nation)


def words(linking: Json, language: str = "vi") -> str:
    accounts, persons = (written(linking[it], language) for it in ("accounts", "persons"))
    share = Decimal(str(linking["linked_percent"])).quantize(Decimal("0.1"), ROUND_DOWN)
    text = f"{share} %".replace(".0 %", " %")
    if language == "en":
        return f"{accounts} accounts · {persons} persons with linked accounts · {text} of accounts linked"
    owners = f"{persons} người có tài khoản được liên kết"
    return f"{accounts} tài khoản · {owners} · {text.replace('.', ',')} tài khoản đã liên kết"


async def test_accounts_persons_and_the_share_that_is_linked_are_shown(come: Come, linked: Server) -> None:
    reader = await come()
    await reader.open()
    nation = report(linked, "provinces")["linking"]
    assert (nation["persons"], nation["linked_accounts"]) == (MANY // 3, MANY)
    assert await reader.page.inner_text("#linking") == words(nation)
    assert "đếm người" in await reader.page.inner_text("#headline .provenance")
    await reader.look("unit=48")
    province = report(linked, "provinces/vn-2025/48")["linking"]
    assert province["accounts"] < nation["accounts"]
    assert await reader.page.inner_text("#linking") == words(province)
    await reader.page.click("#language")
    await reader.page.wait_for_selector("#linking:has-text('accounts')")
    assert await reader.page.inner_text("#linking") == words(province, "en")


async def test_of_a_period_and_in_an_edition_it_is_not_said(
    come: Come, linked: Server, published: Server
) -> None:
    reader = await come()
    await reader.open("period=2025-10")
    assert await reader.page.query_selector("#linking") is None
    everybody = await come(published)
    await everybody.page.goto(f"{published.url}/#edition=latest")
    await everybody.drawn()
    assert await everybody.page.query_selector("#linking") is None
