"""G10: the office of a province reads the living figures of its own units, and nothing of another's."""

import csv
import io

import pytest

from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from lrs.http.reports import PROVINCE, PROVINCES, RULES, TARGETS, TREND, ReportsResource
from lrs.reports.reach import reach_of
from schemas.credential import Scope
from schemas.registration import Registration
from tests.reports.conftest import Client, Connect, World
from tests.reports.learning import RULES as RULES_
from tests.reports.learning import cells_of, fact

BOARD = "quang-nam-board"
OF = {
    "quang-nam-board": frozenset({"vn-2004/49"}),
    "da-nang-board": frozenset({"vn-2025/48"}),
    "thanh-hoa-board": frozenset({"vn-2025/38"}),
    "everywhere": None,
    "nowhere": frozenset[str](),
}


@pytest.fixture
async def filled(world: World, connect: Connect) -> World:
    """Learners in Quảng Nam, in the old Đà Nẵng, in Hà Nội and in Thanh Hóa, and offices."""
    boards = {name: Registration(name=name, provinces=provinces) for name, provinces in OF.items()}
    await world.live(RULES_.model_copy(update={"platforms": {**RULES_.platforms, **boards}}))
    places = ("vn-2004/49", "vn-2004/48", "vn-2004/01", "vn-2004/38", "vn-2025/48")
    await world.fill(
        cells_of(
            fact(f"{place}-{n}", place=place, topic=1, groups=("cadres",))
            for at, place in enumerate(places)
            for n in range(at + 11)
        )
    )
    return world


async def office(connect: Connect, name: str = BOARD) -> Client:
    return await connect(Scope.PROVINCE_REPORTS, platform=name)


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("quang-nam-board", {"vn-2004/49"}),
        ("da-nang-board", {"vn-2025/48", "vn-2004/48", "vn-2004/49"}),
        ("thanh-hoa-board", {"vn-2025/38", "vn-2004/38"}),
        ("everywhere", set()),
        ("nowhere", set()),
    ],
)
def test_a_reach_is_the_units_that_are_no_other_people(name: str, units: set[str]) -> None:
    assert reach_of(Registration(name=name, provinces=OF[name])) == units


def test_an_old_province_that_was_not_merged_reaches_the_new_one() -> None:
    assert reach_of(Registration(name="one", provinces=frozenset({"vn-2004/38"}))) == {
        "vn-2004/38",
        "vn-2025/38",
    }
    assert reach_of(None) == frozenset()


@pytest.mark.parametrize("format_", ["json", "csv"])
async def test_the_nation_is_the_provinces_of_the_office(
    filled: World, connect: Connect, format_: str
) -> None:
    client = await office(connect)
    for scheme, expected in (("vn-2004", {"vn-2004/49": "11"}), ("vn-2025", {})):
        answer = await client.get(f"/reports/provinces?scheme={scheme}&format={format_}")
        assert answer.status == 200
        if format_ == "json":
            body = await answer.json()
            assert body["nation"] is None
            lines = {f"{scheme}/{it['code']}": str(it["registered"]) for it in body["lines"]}
        else:
            text = (await answer.read()).decode("utf-8-sig")
            lines = {it["unit"]: it["registered"] for it in csv.DictReader(io.StringIO(text))}
        assert lines == expected


@pytest.mark.parametrize("query", ["", "?group=cadres", "?format=csv"])
async def test_another_province_is_refused_however_it_is_asked_for(
    filled: World, connect: Connect, query: str
) -> None:
    client = await office(connect)
    assert (await client.get(f"/reports/provinces/vn-2004/49{query}")).status == 200
    for unit in ("vn-2025/48", "vn-2004/48", "vn-2004/01", "vn-2025/49", "vn-2004/not-attributable"):
        answer = await client.get(f"/reports/provinces/{unit}{query}")
        # a code that does not exist is no secret
        assert answer.status == (404 if unit == "vn-2025/49" else 403), unit
        assert (await answer.json())["error"]["code"] in ("other-province", "unknown-province")


@pytest.mark.parametrize("query", ["", "&group=cadres", "&format=csv", "&period=2025"])
async def test_a_trend_is_of_an_own_province_alone(filled: World, connect: Connect, query: str) -> None:
    client, nation = await office(connect), await connect(Scope.REPORTS)
    own = f"/reports/trend?scheme=vn-2004&code=49{query}"
    answer = await client.get(own)
    assert answer.status == 200
    assert await answer.read() == await (await nation.get(own)).read()
    for asked in (
        "scheme=vn-2004",
        "scheme=vn-2025",
        "code=48",
        "scheme=vn-2004&code=48",
        "scheme=vn-2004&code=01",
        "scheme=vn-2004&code=not-attributable",
        "scheme=vn-2025&code=not-stated",
    ):
        refused = await client.get(f"/reports/trend?{asked}{query}")
        assert (refused.status, (await refused.json())["error"]["code"]) == (403, "other-province"), asked


async def test_the_office_of_a_merged_province_reads_its_parts(filled: World, connect: Connect) -> None:
    client = await office(connect, "da-nang-board")
    body = await (await client.get("/reports/provinces?scheme=vn-2004")).json()
    assert {it["code"]: it["registered"] for it in body["lines"]} == {"48": 12, "49": 11}
    for unit in ("vn-2025/48", "vn-2004/48", "vn-2004/49"):
        assert (await client.get(f"/reports/provinces/{unit}")).status == 200


@pytest.mark.parametrize("format_", ["json", "csv"])
async def test_targets_are_the_own_plans_alone(filled: World, connect: Connect, format_: str) -> None:
    client = await office(connect)
    answer = await client.get(f"/reports/targets?format={format_}")
    text = await answer.text()
    assert "quang-nam-2025" in text
    assert not any(other in text for other in ("ha-noi-138", "thanh-hoa", "lam-dong", "quang-binh"))
    assert (await client.get(f"/reports/targets?plan=quang-nam-2025&format={format_}")).status == 200
    refused = await client.get(f"/reports/targets?plan=ha-noi-138&format={format_}")
    assert (refused.status, (await refused.json())["error"]["path"]) == (403, "plan")


async def test_targets_of_another_s_province_are_refused(filled: World, connect: Connect) -> None:
    client = await office(connect)
    assert (await client.get("/reports/targets?unit=vn-2004/49")).status == 200
    for unit in ("vn-2025/48", "vn-2004/48", "vn-2025/01"):
        refused = await client.get(f"/reports/targets?unit={unit}")
        assert (refused.status, (await refused.json())["error"]["path"]) == (403, "unit")


@pytest.mark.parametrize(
    "path",
    [
        "/reports/provinces?scheme=vn-2004",
        "/reports/provinces/vn-2004/49",
        "/reports/trend?scheme=vn-2004&code=49",
    ],
)
async def test_each_reader_has_a_tag_of_their_own(filled: World, connect: Connect, path: str) -> None:
    readers = [await connect(Scope.REPORTS), await office(connect), await office(connect, "da-nang-board")]
    tags = [(await reader.get(path)).headers["ETag"] for reader in readers]
    assert len({*tags}) == len(readers)
    for reader, own in zip(readers, tags, strict=True):
        for tag in tags:
            answer = await reader.get(path, headers={"If-None-Match": tag})
            assert answer.status == (304 if tag == own else 200)


async def test_what_is_of_the_nation_or_of_platforms_is_not_the_office_s(world: World) -> None:
    watermarks = Watermarks(world.log, world.store, Unprojected(1))
    routes = ReportsResource(world.store, world.log, watermarks).routes()
    theirs = {it.path for it in routes if it.scopes and Scope.PROVINCE_REPORTS in it.scopes}
    assert theirs == {PROVINCES, PROVINCE, TARGETS, TREND, RULES}


async def test_reports_of_platforms_are_not_the_office_s(filled: World, connect: Connect) -> None:
    client = await office(connect)
    for name in ("onetouch", "moodle"):
        for query in ("", "?format=csv"):
            assert (await client.get(f"/reports/platforms/{name}{query}")).status == 403


@pytest.mark.parametrize("name", ["everywhere", "nowhere", "not-registered"])
async def test_who_is_registered_for_no_province_by_name_reads_none(
    filled: World, connect: Connect, name: str
) -> None:
    client = await office(connect, name)
    for path in ("/reports/provinces", "/reports/provinces/vn-2004/49", "/reports/targets", "/reports/trend"):
        answer = await client.get(path)
        assert (answer.status, (await answer.json())["error"]["code"]) == (403, "no-province")


async def test_what_an_edition_was_made_from_is_the_nation_s(filled: World, connect: Connect) -> None:
    client = await office(connect)
    for path in ("/reports/provinces?edition=1", "/reports/targets?edition=1"):
        answer = await client.get(path)
        assert (answer.status, (await answer.json())["error"]["path"]) == (403, "edition")
