"""The reports over HTTP: scopes, formats, entity tags, refusals."""

import io

import pytest
from openpyxl import load_workbook

from lrs.http.reports import PLATFORM, PLATFORMS, PROVINCE, PROVINCES, RULES, TARGETS, TREND
from schemas.credential import Scope
from schemas.link import Link, pseudonym, said
from schemas.ports import PROJECTOR
from schemas.ruleset import TrainedRule
from schemas.xapi import parse_timestamp
from tests.reports.conftest import Connect, World
from tests.reports.learning import RULES as RULES_
from tests.reports.learning import cells_of, classroom

PATHS = {
    PROVINCES: "/reports/provinces?scheme=vn-2004&period=2025-04&group=*",
    PROVINCE: "/reports/provinces/vn-2025/48?group=cadres",
    TARGETS: "/reports/targets?plan=ha-noi-138",
    TREND: "/reports/trend?scheme=vn-2004&code=49&period=2025-04&group=*",
    PLATFORMS: "/reports/platforms",
    PLATFORM: "/reports/platforms/onetouch",
    RULES: "/reports/rules",
}


@pytest.mark.parametrize("path", PATHS.values())
async def test_each_report_is_answered_as_json_with_its_head(
    world: World, connect: Connect, path: str
) -> None:
    await world.fill(cells_of(classroom()))
    response = await (await connect()).get(path)
    assert (response.status, response.content_type) == (200, "application/json")
    body = await response.json()
    assert set(body["head"]) == {"through", "scheme", "names_as_of", "ruleset", "counts", "calendar"}
    projected = {it.stored for it in (await world.store.positions(PROJECTOR)).values()}
    assert projected == {parse_timestamp(body["head"]["through"])}


@pytest.mark.parametrize("path", PATHS.values())
async def test_each_report_is_answered_as_csv_either_way(connect: Connect, path: str) -> None:
    client = await connect()
    named = await client.get(f"{path}{'&' if '?' in path else '?'}format=csv")
    accepted = await client.get(path, headers={"Accept": "text/csv"})
    assert (named.status, named.content_type, named.charset) == (200, "text/csv", "utf-8")
    assert named.headers["Content-Disposition"].endswith('.csv"')
    assert "Accept" in named.headers["Vary"]
    assert await named.read() == await accepted.read()


@pytest.mark.parametrize("path", [it for it in PATHS.values() if it != RULES])
async def test_who_has_it_is_answered_304_until_a_figure_changes(
    world: World, connect: Connect, path: str
) -> None:
    client = await connect()
    first = await client.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status, again.headers["ETag"], await again.read()) == (304, tag, b"")
    await world.fill(cells_of(classroom()))
    at = await world.facts_at(0, 1)
    await world.fill({"g|month|01~01|2025-04|adults+cadres|trained": 1}, position=at)
    changed = await client.get(path, headers={"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize("path", PATHS.values())
async def test_each_report_is_answered_as_a_workbook_either_way(
    world: World, connect: Connect, path: str
) -> None:
    await world.fill(cells_of(classroom()))
    client = await connect()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    named = await client.get(f"{path}{'&' if '?' in path else '?'}format=xlsx")
    accepted = await client.get(path, headers={"Accept": kind})
    assert (named.status, named.content_type) == (200, kind)
    assert named.headers["Content-Disposition"].endswith('.xlsx"')
    body = await named.read()
    assert body == await accepted.read(), "the same report makes the same bytes"
    assert named.headers["ETag"] == accepted.headers["ETag"]
    book = load_workbook(io.BytesIO(body))
    assert book.sheetnames == ["figures", "about"]
    told = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    head = (await (await client.get(path)).json())["head"]
    assert (told["scheme"], told["through"]) == (head["scheme"], head["through"])
    assert told["ruleset"] == head["ruleset"]["number"]


async def test_a_workbook_has_numbers_as_numbers_and_codes_as_text(world: World, connect: Connect) -> None:
    await world.fill(cells_of(classroom()))
    client = await connect()
    body = await (await client.get("/reports/provinces?format=xlsx")).read()
    header, *rows = load_workbook(io.BytesIO(body))["figures"].iter_rows(values_only=True)
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    report = await (await client.get("/reports/provinces")).json()
    assert [it["code"] for it in lines[:-1]] == [it["code"] for it in report["lines"]]
    assert lines[0]["code"] == "01"
    for name in ("registered", "active", "statements"):
        assert [it[name] for it in lines] == [it[name] for it in (*report["lines"], report["nation"])]


async def test_who_has_it_is_answered_without_the_report_being_made(world: World, connect: Connect) -> None:
    """A figure that changed without its position would be seen if the report were made."""
    client = await connect()
    first = await client.get("/reports/provinces")
    await world.fill({"g|total|01~01|total|adults+cadres|trained": 1})
    again = await client.get("/reports/provinces", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    for other in ("?scheme=vn-2004", "?period=2025", "?group=cadres", "?format=csv"):
        known = {"If-None-Match": first.headers["ETag"]}
        assert (await client.get(f"/reports/provinces{other}", headers=known)).status == 200, other


async def test_rules_that_changed_make_another_tag(world: World, connect: Connect) -> None:
    client = await connect()
    known = {"If-None-Match": (await client.get("/reports/provinces")).headers["ETag"]}
    await world.live(RULES_)
    assert (await client.get("/reports/provinces", headers=known)).status == 200


async def test_the_first_link_makes_another_tag(world: World, connect: Connect) -> None:
    """Every report says what it counts, before any cell has changed."""
    client, tags = await connect(), {}
    for path in ("/reports/provinces", "/reports/provinces/vn-2025/48", "/reports/trend?code=48"):
        first = await client.get(path)
        assert (await first.json())["head"]["counts"] == "accounts"
        tags[path] = {"If-None-Match": first.headers["ETag"]}
        assert (await client.get(path, headers=tags[path])).status == 304
    account, terms, person = said("account:https://one.example|an", pseudonym("p", b"secret"))
    await world.store.note_links([Link(account, terms, person, 1, 0, "import")])
    for path, known in tags.items():
        again = await client.get(path, headers=known)
        assert again.status == 200
        assert (await again.json())["head"]["counts"] == "persons"


async def test_a_csv_is_no_json(connect: Connect) -> None:
    client = await connect()
    tag = (await client.get("/reports/provinces")).headers["ETag"]
    response = await client.get("/reports/provinces?format=csv", headers={"If-None-Match": tag})
    assert response.status == 200


async def test_head_is_answered_without_a_body(connect: Connect) -> None:
    client = await connect()
    got, headed = await client.get("/reports/provinces"), await client.head("/reports/provinces")
    assert (headed.status, headed.headers["ETag"]) == (200, got.headers["ETag"])
    assert await headed.read() == b""


@pytest.mark.parametrize(
    ("path", "status", "code", "where"),
    [
        ("/reports/provinces?scheme=vn-1990", 400, "unknown-scheme", "scheme"),
        ("/reports/provinces?period=2025-13", 400, "bad-period", "period"),
        ("/reports/provinces?group=everybody", 400, "unknown-group", "group"),
        ("/reports/provinces?perod=2025", 400, "unknown-parameter", "perod"),
        ("/reports/provinces?period=2025&period=2026", 400, "repeated-parameter", "period"),
        ("/reports/provinces?format=xml", 400, "bad-format", "format"),
        ("/reports/provinces/vn-1990/48", 404, "unknown-scheme", "scheme"),
        ("/reports/provinces/vn-2025/49", 404, "unknown-province", "code"),
        ("/reports/provinces/vn-2025/48?group=x", 400, "unknown-group", "group"),
        ("/reports/provinces/vn-2025/48?period=2025", 400, "unknown-parameter", "period"),
        ("/reports/targets?plan=hanoi", 400, "unknown-plan", "plan"),
        ("/reports/trend?scheme=vn-2025&code=49", 400, "unknown-province", "code"),
        ("/reports/trend?scheme=vn-1990", 400, "unknown-scheme", "scheme"),
        ("/reports/trend?period=2025-13", 400, "bad-period", "period"),
        ("/reports/platforms?silent=1", 400, "unknown-parameter", "silent"),
        ("/reports/platforms/nobody", 404, "unknown-platform", "platform"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_place(
    connect: Connect, path: str, status: int, code: str, where: str
) -> None:
    response = await (await connect()).get(path)
    error = (await response.json())["error"]
    assert (response.status, error["code"], error["path"]) == (status, code, where)
    assert error["message"]


async def test_g10_a_platform_reads_its_own_report_and_no_other(connect: Connect) -> None:
    own = await connect(Scope.READ_MINE, platform="onetouch")
    assert (await own.get("/reports/platforms/onetouch")).status == 200
    for name in ("moodle", "nobody"):
        response = await own.get(f"/reports/platforms/{name}")
        assert (response.status, (await response.json())["error"]["code"]) == (403, "other-platform")
    for scope in (Scope.REPORTS, Scope.ALL):
        office = await connect(scope, platform="moodle")
        assert (await office.get("/reports/platforms/onetouch")).status == 200


async def test_the_series_are_answered_as_they_are_switched(world: World, connect: Connect) -> None:
    client = await connect()
    first = await client.get("/reports/rules")
    changed = RULES_.model_copy(update={"trained": TrainedRule(topics=3), "number": 0})
    await world.live(changed)
    second = await client.get("/reports/rules", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status == 200
    before, after = (await second.json())["series"]
    assert (before["number"], before["until"]) == (1, after["since"])
    assert (after["number"], after["until"], after["same_rules"]) == (2, None, False)
    assert after["changes"] == [
        "trained: completed at least 3 topics or 1 course, was completed at least 1 topic or 1 course"
    ]
    figures = await (await client.get("/reports/provinces")).json()
    assert (figures["head"]["ruleset"]["number"], figures["head"]["ruleset"]["since"]) == (2, after["since"])
    table = await (await client.get("/reports/rules?format=csv")).text()
    assert len(table.splitlines()) == 3
    assert (await client.get("/reports/targets?unit=vn-2025/49")).status == 400
