"""Editions over HTTP: everybody reads them, they never change; officials read what they were made from."""

import csv
import hashlib
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from lrs.editions.publish import NotPublished, prepare, publish
from schemas.credential import Scope
from schemas.edition import Edition
from schemas.plan_book import PlanBook
from schemas.plan_import import PlanImport
from schemas.record import FACTS, NewRecord
from tests.reports.conftest import Connect, World
from tests.reports.learning import cells_of, classroom, fact

SMALLEST = 10


async def issue(world: World, day: str, learners: int, *, start: int = 0) -> Edition:
    """Publish after so many more cadres of Quảng Nam have been trained."""
    await world.fill(
        cells_of(
            fact(f"l{n}", place="vn-2004/49", topic=1, groups=("cadres",))
            for n in range(start, start + learners)
        )
    )
    made = await prepare(world.store, world.log, date.fromisoformat(day), SMALLEST, patience=5)
    await publish(world.store, made)
    return made


async def test_everybody_reads_an_edition_byte_for_byte(world: World, connect: Connect) -> None:
    client = await connect()
    assert (await client.get("/editions/latest")).status == 404
    assert await (await client.get("/editions")).json() == {"editions": []}
    made = await issue(world, "2025-04-18", 34)
    answer = await client.get("/editions/1")
    body = await answer.read()
    assert (answer.status, answer.content_type, body) == (200, "application/json", made.public)
    assert hashlib.sha256(body).hexdigest() == made.head.digest == answer.headers["ETag"].strip('"')
    assert "immutable" in answer.headers["Cache-Control"]
    latest = await client.get("/editions/latest")
    assert await latest.read() == body
    assert latest.headers["Cache-Control"] == "public, max-age=60"
    again = await client.get("/editions/1", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    (listed,) = (await (await client.get("/editions")).json())["editions"]
    assert (listed["number"], listed["day"], listed["digest"]) == (1, "2025-04-18", made.head.digest)


async def test_small_figures_are_in_no_public_answer(world: World, connect: Connect) -> None:
    await world.fill(cells_of(classroom()))
    await issue(world, "2025-04-18", 34)
    client = await connect()
    answer = await client.get("/editions/1/provinces?format=csv")
    assert (answer.status, answer.content_type, answer.charset) == (200, "text/csv", "utf-8")
    assert answer.headers["Content-Disposition"].endswith('edition-1-provinces.csv"')
    rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert {row["registered"] for row in rows} == {"", "35"}
    by_unit = {row["unit"]: row for row in rows}
    assert by_unit["vn-2004/49"]["registered"] == "35"
    assert (by_unit["vn-2025/48"]["registered"], by_unit["vn-2025/48"]["registered_partial"]) == (
        "35",
        "true",
    )
    assert by_unit["vn-2004/01"]["registered"] == ""
    for name in ("groups", "targets", "changes"):
        table = await (await client.get(f"/editions/1/{name}")).json()
        whole = await (await client.get("/editions/1")).json()
        assert table["rows"] == whole[name]
        assert (await client.get(f"/editions/1/{name}?format=csv")).status == 200


async def test_changes_name_what_moved_and_a_small_move_is_held(world: World, connect: Connect) -> None:
    await issue(world, "2025-04-18", 34)
    await issue(world, "2025-04-19", 4, start=34)
    await issue(world, "2025-04-20", 8, start=38)
    client = await connect()
    editions = [await (await client.get(f"/editions/{number}")).json() for number in (1, 2, 3)]
    shown = [
        next(row["trained"] for row in it["provinces"] if row["name"] == "Tỉnh Quảng Nam") for it in editions
    ]
    assert shown == [
        {"value": 34, "edition": 1, "partial": False},
        {"value": 34, "edition": 1, "partial": False},
        {"value": 46, "edition": 3, "partial": False},
    ]
    assert editions[1]["changes"] == []
    assert (
        editions[1]["previous"] == hashlib.sha256(await (await client.get("/editions/1")).read()).hexdigest()
    )
    moved = {(it["table"], it["figure"], it["before"], it["after"]) for it in editions[2]["changes"]}
    assert ("provinces", "trained", 34, 46) in moved
    assert ("targets", "quang-nam-2025 2025-12-31 trained", 34, 46) in moved


async def test_an_edition_is_of_a_day_that_is_over_complete_and_later(world: World, connect: Connect) -> None:
    await issue(world, "2025-04-18", 1)
    for day in ("2025-04-18", "2025-04-17"):
        with pytest.raises(NotPublished, match="edition 1 is of 2025-04-18"):
            await issue(world, day, 0)
    with pytest.raises(NotPublished, match="is not over"):
        await issue(world, "2999-01-01", 0)
    # facts that nobody aggregates
    await world.log.append(FACTS, {0: [NewRecord(b"x", ())]})
    with pytest.raises(NotPublished, match="nothing yet"):
        await prepare(world.store, world.log, date(2025, 4, 19), SMALLEST, patience=0)


async def test_of_two_who_publish_at_once_the_other_is_told(world: World, connect: Connect) -> None:
    one = await prepare(world.store, world.log, date(2025, 4, 18), SMALLEST, patience=5)
    other = await prepare(world.store, world.log, date(2025, 4, 19), SMALLEST, patience=5)
    await publish(world.store, one)
    with pytest.raises(NotPublished, match="somebody else published edition 1"):
        await publish(world.store, other)
    assert await world.store.edition(1) == one


async def test_officials_read_what_an_edition_was_made_from(world: World, connect: Connect) -> None:
    await world.fill(cells_of(classroom()))
    client = await connect(Scope.REPORTS)
    paths = ("/reports/provinces?scheme=vn-2004&group=cadres", "/reports/targets?plan=quang-nam-2025")
    living = [await (await client.get(path)).json() for path in paths]
    await issue(world, "2025-04-18", 0)
    await issue(world, "2025-04-19", 3, start=500)
    for path, then in zip(paths, living, strict=True):
        frozen = await (await client.get(f"{path}&edition=1")).json()
        assert {**frozen, "head": None} == {**then, "head": None}
        now = await (await client.get(f"{path}&edition=2")).json()
        assert now != frozen
        assert {**now, "head": None} == {**await (await client.get(path)).json(), "head": None}


def book(people: int) -> bytes:
    """How many adults Quảng Nam has, as somebody imported it."""
    row = {"scheme": "vn-2004", "province_code": "49", "group": "adults", "date": "2025-04-01"}
    said = {**row, "people": str(people), "source": "Cục Thống kê"}
    return PlanBook.of({"denominators": [said]}).encode()


async def test_an_edition_keeps_the_plan_book_that_was_in_force(world: World, connect: Connect) -> None:
    await world.store.add_plan_import(PlanImport(1, 5, "an", (), 1, book(1_000)))
    await issue(world, "2025-04-18", 34)
    client = await connect(Scope.REPORTS)
    path = "/reports/targets?plan=quang-nam-2025"
    living = await (await client.get(path)).json()
    await world.store.add_plan_import(PlanImport(2, 6, "an", (), 1, book(100)))
    frozen = await (await client.get(f"{path}&edition=1")).json()
    assert {**frozen, "head": None} == {**living, "head": None}
    assert frozen["book"]["number"] == 1
    await issue(world, "2025-04-19", 0)
    rows = {}
    for number in (1, 2):
        public = await (await client.get(f"/editions/{number}")).json()
        rows[number] = next(
            it for it in public["targets"] if (it["plan"], it["group"]) == ("quang-nam-2025", "adults")
        )
    assert [it["denominator"] for it in rows.values()] == [1_000, 100]
    assert rows[1]["denominator_source"]["source"] == "Cục Thống kê"
    assert rows[1]["gap"]["people"] == 800 - rows[1]["count"]["value"]
    assert rows[1]["percent"] == rows[1]["count"]["value"] / 10
    assert rows[1]["status"] == "not met"


async def test_tables_are_workbooks_too(world: World, connect: Connect) -> None:
    await issue(world, "2025-04-18", 34)
    client = await connect()
    for name in ("provinces", "groups", "targets", "changes"):
        answer = await client.get(f"/editions/1/{name}?format=xlsx")
        assert answer.headers["Content-Disposition"].endswith(f'edition-1-{name}.xlsx"')
        workbook = load_workbook(io.BytesIO(await answer.read()))
        header, *rows = workbook["figures"].iter_rows(values_only=True)
        text = await (await client.get(f"/editions/1/{name}?format=csv")).read()
        lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        assert lines[0][: len(header)] == [it or "" for it in header]
        assert len(lines) - 1 == len([it for it in rows if any(cell is not None for cell in it)])


async def test_what_an_edition_was_made_from_has_a_tag_of_its_own(world: World, connect: Connect) -> None:
    client = await connect(Scope.REPORTS)
    await issue(world, "2025-04-18", 34)
    living = (await client.get("/reports/provinces")).headers["ETag"]
    answer = await client.get("/reports/provinces?edition=1", headers={"If-None-Match": living})
    assert answer.status == 200
    tag = answer.headers["ETag"]
    await world.fill(cells_of([fact("later", place="vn-2004/49")]), position=await world.facts_at(0, 1))
    again = await client.get("/reports/provinces?edition=1", headers={"If-None-Match": tag})
    assert again.status == 304, "an edition never changes"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/editions/2", 404, "unknown-edition"),
        ("/editions/0", 404, "unknown-edition"),
        ("/editions/x", 404, "unknown-edition"),
        ("/editions/1/communes", 404, "unknown-table"),
        ("/editions/1?format=csv", 400, "unknown-parameter"),
        ("/editions/1/groups?format=xml", 400, "bad-format"),
        ("/editions?limit=x", 400, "bad-number"),
        ("/editions?before=0", 400, "bad-number"),
        ("/reports/provinces?edition=2", 400, "unknown-edition"),
        ("/reports/provinces?edition=1&period=2025", 400, "not-in-edition"),
        ("/reports/targets?edition=x", 400, "unknown-edition"),
    ],
)
async def test_what_is_not_there_is_refused(
    world: World, connect: Connect, path: str, status: int, code: str
) -> None:
    await issue(world, "2025-04-18", 1)
    answer = await (await connect(Scope.REPORTS)).get(path)
    assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)
