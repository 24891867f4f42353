"""`lrs export statements`: in the order of the log, without a gap and without a repeat."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pyarrow.parquet
import pytest

from lrs.exports import parquet as exported
from lrs.exports.file import ExportFile
from lrs.exports.parquet import ParquetFile
from schemas.document import Document
from schemas.ports import EventLog, Store
from schemas.registration import Registration
from tests.adapters.test_erasures_contract import document, erasure, whole
from tests.cli.shell import Shell
from tests.consumers.factories import number, void
from tests.exports import making
from tests.exports.making import ids, named


def fill(shell: Shell, *documents: Document) -> None:
    async def work(store: Store, log: EventLog) -> None:
        await making.prepared(store, log, *documents)

    shell.inside(work)


def add(shell: Shell, *documents: Document, passed: bool = True) -> None:
    async def work(store: Store, log: EventLog) -> None:
        await making.added(store, log, *documents, passed=passed)

    shell.inside(work)


def printed(shell: Shell, *words: str) -> tuple[list[str], str]:
    """The ids that are printed, and the position."""
    result = shell.run("export", "statements", *words)
    assert result.exit_code == 0, result.output
    position = result.stderr.strip().splitlines()[-1].removeprefix("position ")
    return ids(result.stdout_bytes), position


def test_the_order_is_that_of_partitions_and_offsets(shell: Shell) -> None:
    fill(shell, *(named(n) for n in (5, 2, 8, 1, 3, 4)))
    assert printed(shell)[0] == [number(n) for n in (2, 4, 8, 1, 3, 5)]


def test_a_line_is_the_stored_text_with_its_place(shell: Shell) -> None:
    given = named(2)
    fill(shell, given)
    (line,) = shell("export", "statements").splitlines()
    assert line.encode().endswith(b',"statement":' + given.text + b"}")
    said = orjson.loads(line)
    assert (said["partition"], said["offset"], said["platform"], said["voided"]) == (0, 2, "one", False)


def test_from_where_it_ended_there_is_no_gap_and_no_repeat(shell: Shell) -> None:
    fill(shell, named(1), named(2))
    first, position = printed(shell)
    assert printed(shell, "--from", position)[0] == []
    add(shell, named(3), named(4), named(6))
    second, _ = printed(shell, "--from", position)
    assert first == [number(2), number(1)]
    assert second == [number(4), number(6), number(3)]


def test_what_the_projector_has_not_passed_waits(shell: Shell) -> None:
    """Of a batch that is under way a later statement may be there before an earlier one."""
    fill(shell, named(2))
    add(shell, named(6), passed=False)
    found, position = printed(shell)
    assert found == [number(2)]
    add(shell, named(4), named(6))
    assert printed(shell, "--from", position)[0] == [number(4), number(6)]


def test_voided_ones_are_marked_and_erased_ones_are_absent(shell: Shell) -> None:
    fill(shell, document(2, "binh"), whole(4, void(4, 2, "binh")), document(6, "an"))

    async def work(store: Store, _: EventLog) -> None:
        await store.note_erasure(erasure("an"))
        await store.erase(erasure("an"), "", 10)

    shell.inside(work)
    lines = [orjson.loads(it) for it in shell("export", "statements").splitlines()]
    assert [(it["statement"]["id"], it["voided"]) for it in lines] == [(number(2), True), (number(4), False)]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("vn-2025/48", [2, 4]),
        ("vn-2004/49", [2]),
        ("vn-2004/44", [6]),
        ("vn-2025/44", [6, 8]),
        ("vn-2004/not-attributable", [8]),
        ("vn-2025/not-stated", [10]),
    ],
)
def test_a_province_is_that_of_a_scheme(shell: Shell, unit: str, expected: list[int]) -> None:
    fill(
        shell,
        named(2, "vn-2004/49"),
        named(4, "vn-2004/48"),
        named(6, "vn-2004/44"),
        named(8, "vn-2025/44"),
        document(10),
    )
    assert printed(shell, "--province", unit)[0] == [number(n) for n in expected]


def test_what_a_platform_sends_on_trial_is_in_no_province_and_in_the_whole(shell: Shell) -> None:
    async def work(store: Store, log: EventLog) -> None:
        await making.prepared(store, log, named(2))
        living = await store.living()
        await store.extend(living.registering(Registration(name="try", provinces=None, trial=True)))
        await making.added(store, log, named(4, platform="try"))

    shell.inside(work)
    assert printed(shell, "--province", "vn-2004/49")[0] == [number(2)]
    assert printed(shell)[0] == [number(2), number(4)]


def test_several_provinces_are_all_that_are_in_one_of_them(shell: Shell) -> None:
    fill(shell, named(2, "vn-2004/49"), named(4, "vn-2025/01"), named(6, "vn-2025/38"))
    words = ("--province", "vn-2025/48", "--province", "vn-2025/01")
    assert printed(shell, *words)[0] == [number(2), number(4)]


@pytest.mark.parametrize("name", ["all.ndjson", "all.ndjson.gz"])
def test_a_file_grows_and_goes_on_after_a_kill(shell: Shell, name: str) -> None:
    path = Path(name)
    fill(shell, named(1), named(2))
    words = ("export", "statements", "--output", name)
    shell(*words)
    with path.open("ab") as file:
        file.write(b"half a li")  # as a kill leaves it, before its position was kept
    add(shell, named(3), named(4))
    shell(*words)
    shell(*words)
    text = path.read_bytes()
    found = ids(gzip.decompress(text) if name.endswith(".gz") else text)
    assert found == [number(n) for n in (2, 1, 4, 3)]
    assert path.stat().st_mode & 0o077 == 0, "it is about persons"


@pytest.mark.parametrize("name", ["all.ndjson.gz", "all.parquet"])
def test_two_do_not_write_one_file_at_once(shell: Shell, name: str) -> None:
    """Each would cut off, or write over, what the other one has written."""
    fill(shell, named(1), named(2))
    kind = ParquetFile if name.endswith("parquet") else ExportFile.open
    other = kind(Path(name), (), None)
    assert "another export is writing" in shell.refused("export", "statements", "--output", name)
    other.abandon() if isinstance(other, ParquetFile) else other.close()
    shell("export", "statements", "--output", name)
    found = pyarrow.parquet.read_table(name).num_rows if "parquet" in name else len(ids(unpacked(name)))
    assert found == 2


def unpacked(name: str) -> bytes:
    return gzip.decompress(Path(name).read_bytes())


def test_the_same_command_with_a_beginning_goes_on(shell: Shell) -> None:
    fill(shell, named(1), named(2))
    _, position = printed(shell)
    words = ("export", "statements", "--output", "since.gz", "--from", position)
    shell(*words)
    add(shell, named(3), named(4))
    shell(*words)
    shell(*words[:-2])
    assert ids(unpacked("since.gz")) == [number(4), number(3)]
    _, later = printed(shell)
    assert "begins elsewhere" in shell.refused(*words[:-1], later)
    assert ids(unpacked("since.gz")) == [number(4), number(3)]


def test_a_kill_before_there_is_a_position_leaves_nothing_in_the_way(shell: Shell) -> None:
    fill(shell, named(2))
    Path("a").touch()
    shell("export", "statements", "--output", "a")
    assert ids(Path("a").read_bytes()) == [number(2)]


def test_a_row_group_is_bounded_by_its_size(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "LARGEST", 2 * len(named(1).text))
    fill(shell, *(named(n) for n in range(1, 8)))
    shell("export", "statements", "--output", "all.parquet")
    found = pyarrow.parquet.ParquetFile("all.parquet")
    assert (found.metadata.num_rows, found.num_row_groups) == (7, 4)


def test_a_file_of_parquet_is_never_without_its_position(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else says where to go on from."""

    def killed(path: Path, said: object) -> None:
        raise OSError("killed")

    fill(shell, named(2))
    monkeypatch.setattr(exported, "note", killed)
    assert "killed" in shell.refused("export", "statements", "--output", "all.parquet")
    assert not list(Path().glob("*.parquet*"))


def test_a_file_keeps_to_its_provinces(shell: Shell) -> None:
    fill(shell, named(2))
    shell("export", "statements", "--output", "a", "--province", "vn-2025/48")
    assert "is of vn-2025/48" in shell.refused("export", "statements", "--output", "a")
    Path("b").write_text("something")
    assert "choose another file" in shell.refused("export", "statements", "--output", "b")
    assert Path("b").read_text() == "something"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "yesterday"), "is no position"),
        (("--from", "abc.0-5"), "of another store"),
        (("--province", "48"), "vn-2004, vn-2025"),
        (("--province", "vn-2025/49"), "is a code of vn-2004"),
    ],
)
def test_what_is_not_understood_is_said(shell: Shell, words: tuple[str, ...], said: str) -> None:
    fill(shell, named(2))
    assert said in shell.refused("export", "statements", *words)


def test_parquet_has_the_same(shell: Shell) -> None:
    fill(shell, *(named(n) for n in range(1, 8)))
    shell("export", "statements", "--output", "all.parquet")
    rows = pyarrow.parquet.read_table("all.parquet").to_pylist()
    found, position = printed(shell)
    assert [it["id"] for it in rows] == found
    assert [it["statement"] for it in rows] == [named(n).text.decode() for n in (2, 4, 6, 1, 3, 5, 7)]
    assert orjson.loads(Path("all.parquet.position").read_bytes())["position"] == position
    assert "choose another file" in shell.refused("export", "statements", "--output", "all.parquet")
    assert not Path("all.parquet.new").exists()
