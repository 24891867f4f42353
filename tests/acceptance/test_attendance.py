"""Class lists from a file to the report: refused whole, sent once whatever is repeated, mended on request."""

from __future__ import annotations

import asyncio
import csv
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, metrics, settled, total
from tests.acceptance.making import Json, statement, void
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server, parse_credential

HOME = "https://hanoi.example.vn"
ADD = ("platform", "add", "classes", "--home-page", HOME, "--provinces", "vn-2025/01", "--with-credential")
COLUMNS = ("account", "time", "verb", "topic", "unit", "groups", "channel")
PLACE, OTHER = "vn-2025/01/00070", "vn-2025/01/00004"


def rows(count: int, **more: str) -> list[dict[str, str]]:
    return [
        {
            "account": f"hv-{index}",
            "time": f"{1 + index % 28:02d}/06/2025 08:30",
            "verb": "completed" if index % 3 else "attended",
            "topic": "bdhvs:03",
            "unit": PLACE,
            "groups": "elderly" if index % 2 else "farmers",
            "channel": "in-person",
            **more,
        }
        for index in range(count)
    ]


def written(path: Path, made: Iterable[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(made)
    return path


async def bring_in(
    server: Server, file: Path, pair: tuple[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        server.run,
        "import", "attendance", str(file), "--url", server.url, *words,
        import_credential=":".join(pair),
    )  # fmt: skip


async def report_of(server: Server) -> Json:
    async with Client(server) as office:
        found: Json = await office.report("provinces/vn-2025/01")
        return found


async def received(server: Server) -> int:
    async with Client(server) as office:
        return int((await office.report("platforms/classes"))["equation"]["received"])


@pytest.mark.timeout(300)
async def test_a_class_list_is_sent_once_and_corrected_on_request(serve: Nursery, tmp_path: Path) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*ADD))
    made = rows(30)
    file = written(tmp_path / "classes.csv", made)
    dry = await bring_in(server, file, pair, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    lines = [line.split() for line in dry.stdout.splitlines()]
    assert [line[-4:] for line in lines if PLACE in line[:1]] == [
        ["*", "30", "20", "30"],
        ["adults", "30", "20", "30"],
        ["elderly", "15", "10", "15"],
        ["farmers", "15", "10", "15"],
        ["vulnerable", "15", "10", "15"],
    ]
    assert ["in-person", "2025-06", "30", "30"] in lines
    assert await received(server) == 0

    for said in ("30 rows sent.", "0 rows sent; 30 there already."):
        sent = await bring_in(server, file, pair)
        assert said in sent.stdout, sent.stdout + sent.stderr
        await assert_recounted(server)
    report = await report_of(server)
    assert (report["totals"]["registered"], report["totals"]["trained"]) == (30, 20)
    assert await received(server) == 30

    corrected = [*made[:2], {**made[2], "unit": OTHER}, *made[3:], *rows(31)[30:]]
    file = written(tmp_path / "corrected.csv", corrected)
    refused = await bring_in(server, file, pair)
    assert refused.returncode == 1
    assert "1 row bad: nothing was sent" in refused.stderr
    assert "row-changed" in next(it for it in refused.stdout.splitlines() if it.startswith("4 "))
    assert await received(server) == 30
    replaced = await bring_in(server, file, pair, "--replace")
    assert "2 rows sent; 1 of them in the place of what was sent before; 29 there already." in replaced.stdout
    await assert_recounted(server)
    assert _communes(await report_of(server)) == {"00070": 30, "00004": 1}
    again = await bring_in(server, file, pair, "--replace")
    assert "0 rows sent; 31 there already." in again.stdout
    # there and back, whatever of it is projected meanwhile
    for name in (made, corrected, made):
        back = await bring_in(server, written(tmp_path / "again.csv", name), pair, "--replace")
        assert "1 row sent; 1 of them in the place" in back.stdout
    await assert_recounted(server)
    assert _communes(await report_of(server)) == {"00070": 31}


def _communes(report: Json) -> dict[str, int]:
    return {it["code"]: it["registered"] for it in report["communes"]["lines"] if it["registered"]}


@pytest.mark.timeout(300)
async def test_what_somebody_voided_is_not_sent_again_unasked(serve: Nursery, tmp_path: Path) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*ADD))
    file = written(tmp_path / "classes.csv", rows(2))
    await bring_in(server, file, pair)
    async with Client(server, *pair) as client:
        await settled(server)
        one = (await client.listing())[0]
        await client.store(void(one))
    await settled(server)
    refused = await bring_in(server, file, pair)
    assert refused.returncode == 1
    assert "row-voided" in refused.stdout
    sent = await bring_in(server, file, pair, "--replace")
    assert "1 row sent; 1 of them in the place of what was sent before; 1 there already." in sent.stdout
    await assert_recounted(server)
    assert (await report_of(server))["totals"]["registered"] == 2


@pytest.mark.timeout(300)
async def test_a_learner_who_was_erased_is_not_sent_again(serve: Nursery, tmp_path: Path) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*ADD))
    file = written(tmp_path / "classes.csv", rows(2))
    await bring_in(server, file, pair)
    await settled(server)
    async with Client(server, *pair) as client:
        ids = await client.listing()
    await asyncio.to_thread(server.lrs, "learner", "erase", "--account", HOME, "hv-0", "--yes")
    other = written(tmp_path / "other.csv", rows(2, channel="online"))
    for _ in range(2):
        sent = await bring_in(server, file, pair)
        assert "0 rows sent; 2 there already." in sent.stdout, sent.stdout + sent.stderr
    async with Client(server) as stranger:
        body = [{**statement("somebody"), "id": it} for it in ids]
        answer = await stranger.send(
            "POST", "/check", data=orjson.dumps(body), headers={"Content-Type": "application/json"}
        )
        # that a learner was erased is told to their platform alone
        stored = [it["stored"] for it in answer.json()["statements"]]
        assert (len(stored), "other" in stored, "erased" in stored) == (2, True, False)
    for said in (
        "1 row sent; 1 of them in the place of what was sent before; 1 there already.",
        "0 rows sent",
    ):
        sent = await bring_in(server, other, pair, "--replace")
        assert said in sent.stdout, sent.stdout + sent.stderr
    await assert_recounted(server)
    assert (await report_of(server))["totals"]["registered"] == 1


async def test_nothing_is_sent_while_a_row_is_bad_unless_that_is_wanted(
    serve: Nursery, tmp_path: Path
) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*ADD))
    bad = [{"unit": "vn-2025/48"}, {"time": "soon"}, {"groups": "nobody"}, {"account": "Nguyễn Văn An"}]
    wrong = [{**row, **more} for row, more in zip(rows(4), bad, strict=True)]
    file = written(tmp_path / "classes.csv", [*wrong, *rows(20)[10:], rows(11)[10]])
    for words in ((), ("--dry-run",)):
        refused = await bring_in(server, file, pair, *words)
        assert refused.returncode == 1
        assert "5 rows bad: nothing was sent" in refused.stderr
        told = [line.split()[:3] for line in refused.stdout.partition("Bad rows:")[2].splitlines()[3:]]
        assert told == [
            ["2", "unit", "province-not-allowed"],
            ["3", "time", "time-malformed"],
            ["4", "groups", "unknown-group"],
            ["5", "account", "account-malformed"],
            ["16", "row-repeated", "row"],
        ]
        assert "Nguyễn" not in refused.stdout + refused.stderr
    assert await received(server) == 0
    sent = await bring_in(server, file, pair, "--skip-bad")
    assert "10 rows sent; 5 bad and left out." in sent.stdout
    await assert_recounted(server)
    assert (await report_of(server))["totals"]["registered"] == 10


async def test_who_sends_is_the_credential_s_platform(serve: Nursery, tmp_path: Path) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*ADD))
    file = written(tmp_path / "classes.csv", rows(1))
    other = await bring_in(server, file, pair, "--platform", "dev")
    assert other.returncode == 2
    assert "The credential is of classes, not of dev." in other.stderr
    stranger = await bring_in(server, file, ("nobody", "knows"))
    assert stranger.returncode == 1
    assert "answered 401" in stranger.stderr
    made = await asyncio.to_thread(
        server.run, "import", "attendance", str(file), "--url", server.url, "--platform", "classes"
    )
    assert "1 row sent." in made.stdout, made.stderr
    listed = server.lrs("credential", "list", "classes")
    assert "import-" in listed
    assert "revoked" in listed


@pytest.mark.timeout(300)
async def test_an_import_that_was_killed_goes_on_where_it_stopped(serve: Nursery, tmp_path: Path) -> None:
    server = serve(workers="0")
    pair = parse_credential(server.lrs(*ADD))
    count = 4000
    file = written(tmp_path / "classes.csv", rows(count))
    words = ("import", "attendance", str(file), "--url", server.url, "--platform", "classes")
    process = server.begin(*words)
    async with Client(server) as client:
        while not total(await metrics(client), "lrs_statements_total", platform="classes"):
            assert process.poll() is None
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    await assert_recounted(server)
    before = await received(server)
    assert 0 < before < count, "it was killed too late to show anything"
    sent = await bring_in(server, file, pair)
    assert f"{count - before:,} rows sent; {before:,} there already." in sent.stdout, sent.stderr
    await assert_recounted(server)
    async with Client(server) as office:
        equation = (await office.report("platforms/classes"))["equation"]
    assert (equation["received"], equation["counted"], equation["duplicate"]) == (count, count, 0)


async def test_identity_numbers_are_flagged_and_refused_where_the_operator_says_so(
    serve: Nursery, tmp_path: Path
) -> None:
    server = serve(refuse_identity_numbers="true")
    pair = parse_credential(server.lrs(*ADD))
    file = written(tmp_path / "classes.csv", rows(1, account="012345678901"))
    for refusing in ("true", "false"):
        # who brings it in may say less than the endpoint, which refuses all the same
        refused = await asyncio.to_thread(
            server.run, "import", "attendance", str(file), "--url", server.url,
            import_credential=":".join(pair), refuse_identity_numbers=refusing,
        )  # fmt: skip
        assert refused.returncode == 1
        (row,) = [it for it in refused.stdout.splitlines() if it.startswith("2 ")]
        assert row.split()[:3] == ["2", "account", "identity-number-refused"]
        assert "012345678901" not in refused.stdout + refused.stderr
