"""The files: made whole, recognised, refused when newer, foreign or mixed up."""

from __future__ import annotations

import asyncio
import errno
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteLog, SqliteStore
from lrs.adapters.sqlite import files as module
from lrs.adapters.sqlite.failure import translate, translated_files
from lrs.adapters.sqlite.files import Kind, prepare
from lrs.adapters.sqlite.topic import KIND
from schemas.errors import Busy, FormatTooNew, NotPrepared, StoreError, Unavailable
from schemas.record import STATEMENTS, NewRecord
from schemas.ruleset import Ruleset
from tests.adapters.making import document
from tests.adapters.test_attachments_contract import LATER, keep
from tests.adapters.test_editions_contract import edition


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


async def made(folder: Path) -> tuple[Path, Path]:
    """The paths of a log and a store that were just made."""
    log, store = folder / "log.db", folder / "store.db"
    await (await SqliteLog.open(log)).close()
    await (await SqliteStore.open(store)).close()
    return log, store


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_nothing_is_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(NotPrepared, match="lrs serve"):
        await SqliteLog.open(tmp_path / "log.db", create=False)
    with pytest.raises(NotPrepared, match="lrs serve"):
        await SqliteStore.open(tmp_path / "store.db", create=False)
    assert names(tmp_path) == []


async def test_the_files_are_named_after_the_path_and_nothing_else_is_left(tmp_path: Path) -> None:
    log, store = await made(tmp_path / "data")
    assert names(tmp_path / "data") == [
        "log.facts.db",
        "log.provinces.db",
        "log.statements.db",
        "store.db",
        "store.documents.db",
        "store.provinces.db",
    ]
    await (await SqliteLog.open(log, create=False)).close()
    await (await SqliteStore.open(store, create=False)).close()


@pytest.mark.parametrize(
    "file", ["log.statements.db", "log.facts.db", "store.db", "store.provinces.db", "store.documents.db"]
)
async def test_a_newer_format_is_refused_by_its_number(tmp_path: Path, file: str) -> None:
    log, store = await made(tmp_path)
    execute(tmp_path / file, "UPDATE meta SET value = '7' WHERE name = 'format'")
    with pytest.raises(FormatTooNew, match=r"format 7.* up to [1-4]:"):
        await (SqliteLog.open(log) if file.startswith("log") else SqliteStore.open(store))


@pytest.mark.parametrize(
    "file", ["log.statements.db", "store.db", "store.provinces.db", "store.documents.db"]
)
async def test_another_file_is_refused(tmp_path: Path, file: str) -> None:
    log, store = await made(tmp_path)
    opening = (lambda: SqliteLog.open(log)) if file.startswith("log") else (lambda: SqliteStore.open(store))
    (tmp_path / file).write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreError):
        await opening()
    (tmp_path / file).unlink()
    execute(tmp_path / file, "CREATE TABLE other (x)")
    with pytest.raises(StoreError, match="application id"):
        await opening()


async def test_files_of_two_stores_are_not_mixed(tmp_path: Path) -> None:
    _, one = await made(tmp_path / "one")
    _, two = await made(tmp_path / "two")
    for file in ("store.provinces.db", "store.documents.db"):
        own = one.with_name(file).read_bytes()
        shutil.copy(two.with_name(file), one.with_name(file))
        with pytest.raises(StoreError, match="belongs to the store"):
            await SqliteStore.open(one)
        one.with_name(file).write_bytes(own)
    await (await SqliteStore.open(one)).close()
    shutil.copy(one.with_name("log.facts.db"), one.with_name("log.statements.db"))
    with pytest.raises(StoreError, match=r"holds lrs\.facts"):
        await SqliteLog.open(one.with_name("log.db"))


async def test_a_store_of_before_documents_gets_its_file_when_it_is_served(tmp_path: Path) -> None:
    _, store = await made(tmp_path)
    documents = store.with_name("store.documents.db")
    documents.unlink()
    with pytest.raises(NotPrepared, match=r"store\.documents\.db"):
        await SqliteStore.open(store, create=False)
    await (await SqliteStore.open(store)).close()
    assert documents.exists()


async def test_many_openers_at_once_make_one_set_of_files(tmp_path: Path) -> None:
    stores = await asyncio.gather(*(SqliteStore.open(tmp_path / "store.db") for _ in range(8)))
    logs = await asyncio.gather(*(SqliteLog.open(tmp_path / "log.db") for _ in range(8)))
    assert len({await log.log_id(STATEMENTS) for log in logs}) == 1
    await stores[0].project([document(1)])
    for store in stores:
        assert await store.find([document(1).id])
    await asyncio.gather(*(store.close() for store in stores), *(log.close() for log in logs))
    assert len(names(tmp_path)) == 6


async def test_a_store_of_format_1_is_brought_up_to_date(tmp_path: Path) -> None:
    _, store = await made(tmp_path)

    def shape() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(store)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
            return [
                (table, *row[1:])
                for table in tables
                for row in connection.execute(f"PRAGMA table_info({table})")
            ]

    new = shape()
    for sql in (
        "DROP INDEX statements_tombstones",
        "DROP INDEX statements_by_source",
        "ALTER TABLE statements DROP COLUMN erased",
        "ALTER TABLE dead_letters DROP COLUMN stored",
        "DROP TABLE erasures",
        "DROP TABLE links",
        "DROP TABLE activities",
        "UPDATE meta SET value = '1' WHERE name = 'format'",
    ):
        execute(store, sql)
    assert shape() != new
    with pytest.raises(NotPrepared, match="format 1 instead of 4"):
        await SqliteStore.open(store, create=False)
    opened = await SqliteStore.open(store)
    await opened.project([document(1)])
    assert await opened.tombstones() == {}
    await opened.close()
    assert shape() == new


def schema_of(path: Path) -> list[tuple[object, ...]]:
    """All that a file has, by kind and name."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT type, name FROM sqlite_master ORDER BY type, name").fetchall()


@pytest.mark.parametrize(
    ("file", "format_", "newest", "lacks"),
    [
        ("store.documents.db", 1, 3, ("TABLE audit", "TABLE editions")),
        ("store.documents.db", 2, 3, ("TABLE editions",)),
        ("store.db", 2, 4, ("INDEX statements_by_source", "TABLE links")),
        ("store.db", 3, 4, ("TABLE links",)),
        ("store.provinces.db", 1, 2, ("TABLE series", "TABLE plan_imports")),
    ],
)
async def test_files_of_each_older_format_become_the_newest_in_turn(
    tmp_path: Path, file: str, format_: int, newest: int, lacks: tuple[str, ...]
) -> None:
    _, store = await made(tmp_path)
    path = store.with_name(file)
    new = schema_of(path)
    for it in lacks:
        execute(path, f"DROP {it}")
    execute(path, f"UPDATE meta SET value = '{format_}' WHERE name = 'format'")
    with pytest.raises(NotPrepared, match=f"format {format_} instead of {newest}"):
        await SqliteStore.open(store, create=False)
    opened = await SqliteStore.open(store)
    await opened.add_edition(edition(1))
    assert await opened.edition(1) == edition(1)
    assert await opened.audited(0, 1) == []
    await opened.close()
    assert schema_of(path) == new


def test_an_older_file_is_migrated_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.statements.db"
    prepare(path, KIND, create=True, new={"id": "abcd", "topic": STATEMENTS})
    script = module.script
    monkeypatch.setattr(
        module, "script", lambda name: "CREATE TABLE added (x);\n" if name == "log-2" else script(name)
    )
    newer = Kind(KIND.noun, KIND.application_id, KIND.schema, ("log-2",))
    with pytest.raises(NotPrepared, match="format 1 instead of 2"):
        prepare(path, newer, create=False, new={})
    said = prepare(path, newer, create=True, new={})
    assert (said["format"], said["id"]) == ("2", "abcd")
    assert prepare(path, newer, create=False, new={}) == said
    execute(path, "INSERT INTO added VALUES (1)")


async def test_another_processs_lock_is_busy_after_the_patience(tmp_path: Path) -> None:
    log, store = await made(tmp_path)
    opened_log = await SqliteLog.open(log, patience=0.05)
    opened_store = await SqliteStore.open(store, patience=0.05)
    for file in ("log.statements.db", "store.db", "store.provinces.db", "store.documents.db"):
        with closing(sqlite3.connect(tmp_path / file, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy):
                if file == "store.db":
                    await opened_store.project([document(1)])
                elif file == "store.provinces.db":
                    async with opened_store.aggregation(1, 0):
                        pass
                elif file == "store.documents.db":
                    await opened_store.delete_documents(b"owner")
                else:
                    await opened_log.append(STATEMENTS, {0: [NewRecord(b"x")]})
            # readers do not wait for writers
            await opened_store.find([document(1).id])
            await opened_log.ends(STATEMENTS)
    await opened_store.project([document(1)])
    await opened_log.append(STATEMENTS, {0: [NewRecord(b"x")]})
    await opened_log.close()
    await opened_store.close()


async def test_a_damaged_file_is_no_driver_error(tmp_path: Path) -> None:
    _, store = await made(tmp_path)
    opened = await SqliteStore.open(store)
    await opened.project([document(number, text=b"x" * 2_000) for number in range(200)])
    await opened.close()
    data = bytearray(store.read_bytes())
    data[8_192:] = b"\xaa" * (len(data) - 8_192)
    store.write_bytes(data)
    with pytest.raises(StoreError):
        damaged = await SqliteStore.open(store)
        try:
            await damaged.find([document(number).id for number in range(200)])
        finally:
            await damaged.close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, Busy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Busy),
        (sqlite3.SQLITE_LOCKED, Busy),
        (sqlite3.SQLITE_FULL, Unavailable),
        (sqlite3.SQLITE_IOERR_WRITE, Unavailable),
        (sqlite3.SQLITE_CORRUPT, StoreError),
        (None, StoreError),
    ],
)
def test_errors_are_told_apart_by_their_code(code: int | None, kind: type[StoreError]) -> None:
    error = sqlite3.OperationalError("message")
    if code is not None:
        error.sqlite_errorcode = code
    assert type(translate(error)) is kind


async def test_attachments_are_files_of_one_s_own_beside_the_store(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db")
    sha2 = await keep(store, b"data")
    folder = tmp_path / "store.attachments"
    assert names(folder) == [sha2[:2], "lock"]
    file, sent = folder / sha2[:2] / sha2, folder / sha2[:2] / f"{sha2}@moodle"
    assert names(file.parent) == [file.name, sent.name]
    assert (file.read_bytes(), sent.read_bytes()) == (b"data", b"")
    modes = [it.stat().st_mode & 0o777 for it in (folder, file.parent, file, sent)]
    assert modes == [0o700, 0o700, 0o600, 0o600]
    await store.close()


async def test_a_folder_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db")
    (tmp_path / "store.attachments").write_text("no folder")
    with pytest.raises(StoreError, match="file"):
        await keep(store, b"data")
    with pytest.raises(StoreError, match="file"):
        await store.attachments_before(LATER, "", 1)
    await store.close()


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, Unavailable), (errno.EIO, Unavailable), (errno.EACCES, StoreError)]
)
def test_errors_of_files_are_errors_of_the_ports(number: int, kind: type[StoreError]) -> None:
    with pytest.raises(StoreError) as raised, translated_files():
        raise OSError(number, "as it was told")
    assert type(raised.value) is kind
    with pytest.raises(FileNotFoundError), translated_files(FileNotFoundError):
        raise FileNotFoundError


async def test_aggregates_of_before_series_know_when_the_living_rules_were_made(tmp_path: Path) -> None:
    _, path = await made(tmp_path)
    provinces = path.with_name("store.provinces.db")
    store = await SqliteStore.open(path)
    number = await store.begin_filling(Ruleset(created=7), {}, {})
    await store.switch(number)
    await store.close()
    with closing(sqlite3.connect(provinces)) as connection:
        new = connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
    for sql in (
        "DROP TABLE series",
        "DROP TABLE plan_imports",
        "UPDATE meta SET value = '1' WHERE name = 'format'",
    ):
        execute(provinces, sql)
    store = await SqliteStore.open(path)
    (series,) = await store.series()
    assert (series.number, series.began, series.ended) == (number, 7, None)
    await store.close()
    with closing(sqlite3.connect(provinces)) as connection:
        assert connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall() == new
