"""`lrs learner export`: all that is kept of one learner, and nothing of anybody else."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.audit import What
from schemas.document import Document
from schemas.fact import Fact, learner_key, partition_of
from schemas.link import Link, pseudonym
from schemas.link import said as said_link
from schemas.ports import EventLog, Store
from schemas.precondition import ALWAYS
from schemas.record import FACTS, STATEMENTS
from schemas.resource_document import Owner
from tests.adapters.test_attachments_contract import stream
from tests.adapters.test_documents_contract import kept
from tests.adapters.test_erasures_contract import conflict, document, letter, whole
from tests.cli.shell import Shell
from tests.consumers.factories import HOME, agent, group, number, said, subject, void
from tests.exports.making import prepared

ACCOUNT = ("--account", HOME, "an")
DATA, OTHERS = b"a picture", b"of others"


def attached(n: int, data: bytes, **more: Any) -> Document:
    statement = said(n, at=None, **more)
    statement["attachments"] = [
        {"usageType": "http://u", "display": {"en": "x"}, "contentType": "image/png", "length": len(data),
         "sha2": sha256(data).hexdigest()}
    ]  # fmt: skip
    return whole(n, statement)


@pytest.fixture
def filled(shell: Shell) -> Shell:
    """A store with much about an, and about others."""

    async def work(store: Store, log: EventLog) -> None:
        for data in (DATA, OTHERS):
            await store.keep_attachment(sha256(data).hexdigest(), stream(data), "one")
        instructed = whole(6, {**said(6, learner="binh", at=None), "context": {"instructor": agent("an")}})
        documents = [
            document(2),
            document(4, actor=group("an", "binh")),
            document(8, "chi"),
            whole(10, void(10, 2, "an")),
            attached(12, DATA, learner="an"),
            attached(14, OTHERS, actor=group("an", "binh")),
        ]
        await prepared(store, log, *documents, instructed)
        for n, name in enumerate(("an", "chi")):
            owner = Owner(bytes([n] * 16), subject(name))
            await store.save_document(kept(f"bookmark-of-{name}")._replace(owner=owner), ALWAYS)
        await store.keep_conflicts([conflict(20), conflict(22, learner="chi")])
        broken = orjson.dumps({**said(30, actor=group("an", "chi")), "object": 5})
        fact = Fact("statement", number(1), "log/0", 1, subject("an"), subject("an"), "one", 1)
        await store.bury(
            [
                letter(1, orjson.dumps(said(24))),
                letter(2, orjson.dumps(said(26, learner="chi"))),
                letter(3, broken),
                letter(4, fact.encode(), FACTS, subject("an").encode()),
                letter(5, orjson.dumps(said(28, actor=group("an", "chi")))),
            ]
        )

    shell.inside(work)
    return shell


def lines(text: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in text.splitlines()]


def parcel(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {str(it.relative_to(path)): it.read_bytes() for it in path.rglob("*") if it.is_file()}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["an.zip", "an"])
def test_everything_of_theirs_is_there_and_nothing_of_others(filled: Shell, name: str) -> None:
    filled("learner", "export", *ACCOUNT, "--output", name)
    found = parcel(Path(name))
    statements = {it["statement"]["id"]: it for it in lines(found["statements.ndjson"])}
    assert set(statements) == {number(n) for n in (2, 4, 6, 10, 12, 14)}
    assert [n for n in (2, 4, 6, 10, 12, 14) if statements[number(n)]["voided"]] == [2]
    assert [n for n in (2, 4, 6, 10, 12, 14) if statements[number(n)]["shortened"]] == [4, 6, 14]
    assert statements[number(2)]["statement"] == orjson.loads(document(2).text)
    assert found[f"attachments/{sha256(DATA).hexdigest()}"] == DATA
    assert f"attachments/{sha256(OTHERS).hexdigest()}" not in found, "it may show the others"
    (listed,) = lines(found["documents.ndjson"])
    assert listed["id"] == "bookmark-of-an"
    assert found[listed["file"]] == kept("x").content
    assert [it["statement"]["id"] for it in lines(found["conflicts.ndjson"])] == [number(20)]
    letters = lines(found["dead-letters.ndjson"])
    assert [it["topic"] for it in letters] == [STATEMENTS, STATEMENTS, FACTS, STATEMENTS]
    assert [it["record"] is None for it in letters] == [False, True, False, False]
    everything = b"".join(found.values())
    for other in ("binh", "chi", "bookmark-of-chi"):
        assert f'"{other}"'.encode() not in everything, other
    assert subject("chi").encode() not in everything
    assert "DỮ LIỆU CỦA BẠN".encode() in found["README.txt"]
    assert b"YOUR DATA" in found["README.txt"]
    counts = orjson.loads(found["summary.json"])["counts"]
    expected = {"statements": 6, "attachments": 1, "documents": 1, "conflicts": 1, "dead-letters": 4}
    assert counts == {**expected, "links": 0, "figures": 0}
    assert Path(name).stat().st_mode & 0o077 == 0


def test_the_figures_say_where_they_count(filled: Shell) -> None:
    from consumers.examples import Examples
    from consumers.refold import Stored, refold
    from schemas.learner import Learner
    from schemas.profile import Profile
    from schemas.reading import Rules
    from schemas.record import Position

    async def count(store: Store, log: EventLog) -> None:
        living = await store.living()
        partition = partition_of(subject("an"), len(await log.partitions(FACTS)))
        async with store.aggregation(living.number, partition) as transaction:
            stored = (await transaction.statements_of([subject("an")]))[subject("an")]
            upto = {f"{it.log}/{it.partition}": 99 for it in stored}
            kept = Stored(subject("an"), {subject("an"): stored})
            made = refold(kept, Learner(), upto, Rules(living), Profile(), Examples())
            await transaction.save({subject("an"): made.encode()}, {}, {}, Position("facts", partition, 1))

    filled.inside(count)
    filled("learner", "export", *ACCOUNT, "--output", "an")
    figures = orjson.loads(Path("an/figures.json").read_bytes())["figures"]
    assert figures["g|vn-2025/not-stated|*|total|active"] == 1
    assert all(count > 0 for count in figures.values())


@pytest.mark.parametrize("by", [ACCOUNT, ("--account", HOME, "chi"), ("--person", "p-1")])
def test_it_follows_the_person(filled: Shell, monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...]) -> None:
    monkeypatch.setenv("LRS_PERSON_SECRET", "a secret of the office")
    whose = pseudonym("p-1", b"a secret of the office")

    async def link(store: Store, _: EventLog) -> None:
        for moment, (name, person) in enumerate((("an", whose), ("chi", whose), ("binh", None)), 1):
            linked = said_link(f"account:{HOME}|{name}", person)
            await store.note_links([Link(*linked, moment, 0, "import-1")])

    filled.inside(link)
    assert "2 accounts: all of them" in filled("learner", "export", *by, "--output", "an")
    found = parcel(Path("an"))
    statements = [it["statement"]["id"] for it in lines(found["statements.ndjson"])]
    assert set(statements) == {number(n) for n in (2, 4, 6, 8, 10, 12, 14)}
    assert {it["id"] for it in lines(found["documents.ndjson"])} == {"bookmark-of-an", "bookmark-of-chi"}
    assert [(it["account"], it["person"]) for it in lines(found["links.ndjson"])] == [
        (subject("an"), whose),
        (subject("chi"), whose),
    ]
    assert b'"binh"' not in b"".join(found.values())
    trail = [orjson.loads(line) for line in filled("audit", "list", "--format", "ndjson").splitlines()]
    done = [it for it in trail if it["what"] == What.EXPORT_LEARNER]
    assert set(done[0]["about"]["learner"].split(",")) == {subject("an"), subject("chi")}


def test_another_in_an_extension_of_theirs_alone_is_taken_out(shell: Shell) -> None:
    """A statement that names them alone in its roles may still name a tutor elsewhere."""
    tutored = orjson.loads(attached(2, DATA, learner="an").text)
    tutored["context"] = {"extensions": {"http://e/tutor": agent("binh")}}

    async def work(store: Store, log: EventLog) -> None:
        await store.keep_attachment(sha256(DATA).hexdigest(), stream(DATA), "one")
        await prepared(store, log, whole(2, tutored))
        text = orjson.dumps({**tutored, "id": number(20)})
        await store.keep_conflicts([replace(conflict(20), text=text)])

    shell.inside(work)
    shell("learner", "export", *ACCOUNT, "--output", "an")
    found = parcel(Path("an"))
    assert b'"binh"' not in b"".join(found.values())
    for name in ("statements", "conflicts"):
        assert [it["shortened"] for it in lines(found[f"{name}.ndjson"])] == [True], name
    assert not [name for name in found if name.startswith("attachments/")]


def test_that_it_was_done_is_kept(filled: Shell) -> None:
    filled("learner", "export", *ACCOUNT)
    said = [orjson.loads(line) for line in filled("audit", "list", "--format", "ndjson").splitlines()]
    found = [(it["amount"], it["about"]) for it in said if it["what"] == What.EXPORT_LEARNER]
    about = {"learner": learner_key(f"account:{HOME}|an")}
    assert [amount > 0 for amount, _ in found] == [False, True]
    assert all(it == about for _, it in found)
    assert list(Path().glob("learner-*.zip"))


def test_of_somebody_who_is_not_known_there_is_nothing(filled: Shell) -> None:
    filled("learner", "export", "--account", HOME, "nobody", "--output", "nobody")
    assert set(orjson.loads(Path("nobody/summary.json").read_bytes())["counts"].values()) == {0}


@pytest.mark.parametrize("name", ["an.zip", "an"])
def test_what_is_there_is_not_written_over(filled: Shell, name: str) -> None:
    Path(name).write_text("something")
    assert "choose another name" in filled.refused("learner", "export", *ACCOUNT, "--output", name)
    assert Path(name).read_text() == "something"
