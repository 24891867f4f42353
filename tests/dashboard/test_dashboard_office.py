"""What the office of a province sees: its own units, and how to come to them; the credential stays."""

from __future__ import annotations

import pytest

from tests.acceptance.server import Server
from tests.dashboard.conftest import Come
from tests.dashboard.page import Reader, written
from tests.dashboard.page import report as national

pytestmark = pytest.mark.asyncio(loop_scope="module")


def office(server: Server, name: str, unit: str) -> dict[str, str]:
    """Key and secret of a new office that is registered for a unit."""
    server.lrs("platform", "add", name, "--home-page", f"https://{name}.example", "--provinces", unit)
    key, secret = server.credential(name, "reports/read/province")
    return {"key": key, "secret": secret}


def expected(reader: Reader) -> None:
    """The browser writes of what an office may not read that it was refused, and of nothing else."""
    assert {it for it in reader.troubles if "403" not in it} == set()
    reader.troubles.clear()


@pytest.mark.parametrize(
    ("office_name", "unit", "state", "name"),
    [
        ("office-38", "vn-2025/38", "", "Tỉnh Thanh Hóa"),
        ("office-38-old", "vn-2025/38", "scheme=vn-2004", "Tỉnh Thanh Hóa"),
        ("office-49", "vn-2004/49", "", "Tỉnh Quảng Nam"),
    ],
)
async def test_an_office_is_led_to_its_province(
    come: Come, nation: Server, office_name: str, unit: str, state: str, name: str
) -> None:
    reader = await come()
    await reader.open(state, **office(nation, office_name, unit))
    assert await reader.place() == name
    scheme, code = reader.page.url.partition("scheme=")[2][:7] or "vn-2025", unit[-2:]
    totals = national(nation, f"provinces/{scheme}/{code}")["totals"]
    for measure, text in (await reader.headline()).items():
        assert text == written(totals[measure]), measure
    assert await reader.page.locator("#communes, #targets, #groups, #trend").count() == 4
    assert await reader.page.locator("#platforms, .up").count() == 0
    steps = national(nation, f"trend?scheme={scheme}&code={code}")["steps"]
    months = [it["period"] for it in steps]
    options = "all => all.map(it => it.value)"
    offered = await reader.page.eval_on_selector_all("#choose-period option", options)
    assert sorted(it for it in offered if len(it) == 7) == months
    await reader.page.select_option("#choose-period", months[0])
    await reader.settled()
    assert (await reader.headline())["registered"] == written(steps[0]["registered"])
    expected(reader)


async def test_an_office_of_several_units_sees_them_and_no_sum(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("scheme=vn-2004", **office(nation, "office-48", "vn-2025/48"))
    assert await reader.place() == "Các tỉnh của khóa này"
    assert await reader.headline() == {}
    assert (await reader.rows("provinces")).keys() == {"Thành phố Đà Nẵng", "Tỉnh Quảng Nam"}
    assert await reader.page.locator(".beside").count() == 0
    assert (await reader.tiles())["Thành phố Hà Nội"].startswith("– ")
    expected(reader)


async def test_an_office_that_looks_elsewhere_is_told_and_stays(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("", **office(nation, "office-of-one", "vn-2025/38"))
    await reader.page.click('[data-place="01"]')
    await reader.page.wait_for_selector("#notice:has-text('chỉ xem được tỉnh của mình')")
    assert await reader.place() == "Tỉnh Thanh Hóa"
    await reader.page.click("#notice button")
    await reader.page.wait_for_selector("#notice", state="hidden")
    await reader.settled()
    assert await reader.place() == "Tỉnh Thanh Hóa"
    assert reader.page.url.endswith("#unit=38")
    expected(reader)
