"""G7: whose accounts are is said to the log, without a name; erasure follows the person."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumers.projector import Projector
from consumers.runner import Runner
from schemas.fact import learner_key
from schemas.link import Link, pseudonym, said
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from schemas.record import ERASURE, KIND, LINKS, STATEMENTS, Position, Record
from tests.cli.shell import Shell
from tests.schemas.messages import check_all

SECRET = "a secret of the office"
AN = ("https://one.example", "an")
AN_TOO = ("https://two.example", "nguyen-an")
CHI = ("https://one.example", "chi")
FILE = "home_page,account,person\nhttps://one.example,an,p-1\nhttps://two.example,nguyen-an,p-1\n"


def key(account: tuple[str, str]) -> str:
    return learner_key(f"account:{account[0]}|{account[1]}")


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRS_PERSON_SECRET", SECRET)


@pytest.fixture(autouse=True)
def ready(shell: Shell) -> None:
    """A projector has begun."""

    async def work(store: Store, log: EventLog) -> None:
        await store.move("statements", None, Position(await log.log_id(STATEMENTS), 0, 0), {})

    shell.inside(work)


def project(shell: Shell) -> None:
    async def work(store: Store, log: EventLog) -> None:
        await Runner(log, Projector(log, store, Profile()), asyncio.Event()).catch_up()

    shell.inside(work)


def asked(shell: Shell, kind: bytes) -> list[Record]:
    async def work(_: Store, log: EventLog) -> list[Record]:
        return list(await log.read(STATEMENTS, 0, 0, 100))

    return [record for record in shell.inside(work) if record.header(KIND) == kind]


def say(shell: Shell, *words: str) -> None:
    """A command whose links are carried out after it, since nobody reads the log meanwhile."""
    assert "was not carried out within 0 s" in shell.refused(*words, "--wait", "0")
    project(shell)


def whose(shell: Shell) -> dict[str, str]:
    async def work(store: Store, _: EventLog) -> dict[str, str]:
        return dict(await store.links([key(AN), key(AN_TOO), key(CHI)]))

    return shell.inside(work)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "links.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_file_is_imported_whole_and_once(shell: Shell, file: Path) -> None:
    assert "this was a dry run" in shell("person", "import", str(file), "--dry-run")
    assert asked(shell, LINKS) == []
    say(shell, "person", "import", str(file))
    (record,) = asked(shell, LINKS)
    for named in (b"p-1", b"one.example", b"nguyen-an"):
        assert named not in record.value
    assert whose(shell) == dict.fromkeys((key(AN), key(AN_TOO)), pseudonym("p-1", SECRET.encode()))
    assert "all of it holds" in shell("person", "import", str(file))
    assert len(asked(shell, LINKS)) == 1


def test_it_is_taken_back(shell: Shell, file: Path) -> None:
    say(shell, "person", "import", str(file))
    say(shell, "person", "link", "p-2", "--account", *CHI)
    origin = orjson.loads(asked(shell, LINKS)[0].value)["origin"]
    say(shell, "person", "unlink", "--import", origin)
    assert list(whose(shell)) == [key(CHI)]
    say(shell, "person", "unlink", "--account", *CHI)
    assert whose(shell) == {}
    history = shell("person", "history", "--account", *AN).splitlines()
    assert [origin in line for line in history] == [False, True, False]
    assert "nobody" in history[-1]


def test_they_are_listed(shell: Shell, file: Path) -> None:
    say(shell, "person", "import", str(file))
    assert len(shell("person", "list").splitlines()) == 3
    assert len(shell("person", "list", "--person", "p-1").splitlines()) == 3
    assert len(shell("person", "list", "--person", "p-2").splitlines()) == 1
    assert "p-1" not in shell("person", "list")


@pytest.mark.parametrize("by", [("--account", *AN), ("--account", *AN_TOO), ("--person", "p-1")])
def test_erasure_takes_all_accounts_of_a_person(shell: Shell, file: Path, by: tuple[str, ...]) -> None:
    say(shell, "person", "import", str(file))
    say(shell, "learner", "erase", *by, "--yes")
    assert {orjson.loads(it.value)["learner"] for it in asked(shell, ERASURE)} == {key(AN), key(AN_TOO)}
    assert whose(shell) == {}


def test_who_is_linked_to_nobody_is_erased_alone(shell: Shell, file: Path) -> None:
    say(shell, "person", "import", str(file))
    say(shell, "learner", "erase", "--account", *CHI, "--yes")
    assert [orjson.loads(it.value)["learner"] for it in asked(shell, ERASURE)] == [key(CHI)]
    assert len(whose(shell)) == 2
    assert "no account is linked" in shell.refused("learner", "erase", "--person", "p-9", "--yes")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("https://one.example,,p-1", "missing"),
        ("https://one.example,an,", "missing"),
        ("one.example,an,p-1", "bad-account"),
        ("https://one.example,an,012345678901", "identity-number"),
        ("https://one.example,an,p-2", "two-persons"),
        (f"https://one.example,chi,{'x' * 300}", "too-long"),
    ],
)
def test_one_bad_row_and_nothing_is_imported(shell: Shell, file: Path, row: str, code: str) -> None:
    file.write_text(FILE + row + "\n", encoding="utf-8")
    result = shell.run("person", "import", str(file))
    assert result.exit_code == 1
    assert code in result.stderr
    assert "012345678901" not in result.output
    assert asked(shell, LINKS) == []


def trail(shell: Shell, *whats: str) -> list[dict[str, Any]]:
    """The audit trail's entries of these kinds, in order."""
    said = map(orjson.loads, shell("audit", "list", "--format", "ndjson").splitlines())
    return [it for it in said if it["what"] in whats]


def test_imports_undoings_and_reads_are_in_the_audit_trail(shell: Shell, file: Path) -> None:
    shell("person", "import", str(file), "--dry-run")
    assert trail(shell, "person.link") == []
    say(shell, "person", "import", str(file))
    origin = orjson.loads(asked(shell, LINKS)[0].value)["origin"]
    say(shell, "person", "unlink", "--account", *AN)
    done = trail(shell, "person.link", "person.unlink")
    assert [(it["what"], it["amount"]) for it in done] == [("person.link", 2), ("person.unlink", 1)]
    assert done[0]["about"] == {"import": origin}
    assert done[0]["who"].startswith("user:")
    shell("person", "list")
    shell("person", "history", "--account", *AN)
    read = trail(shell, "person.read")
    assert [it["amount"] for it in read] == [1, 2]
    assert [it["about"] for it in read] == [{}, {"learner": key(AN)}]


def test_what_nobody_said_is_not_taken_back(shell: Shell, file: Path) -> None:
    say(shell, "person", "import", str(file))
    assert "nothing of import xx holds" in shell.refused("person", "unlink", "--import", "xx")
    assert "no account is linked" in shell.refused("person", "unlink", "--person", "p-99")


def test_an_erasure_of_a_person_names_all_accounts_in_the_audit_trail(shell: Shell, file: Path) -> None:
    say(shell, "person", "import", str(file))
    say(shell, "learner", "erase", "--person", "p-1", "--yes")
    # what was asked for: nobody reads the log, so it is not done
    (entry,) = trail(shell, "learner.erase")
    assert entry["amount"] == 0
    assert set(entry["about"]["learner"].split(",")) == {key(AN), key(AN_TOO)}


def test_links_are_exported_by_pseudonyms(shell: Shell, file: Path, tmp_path: Path) -> None:
    assert shell("export", "links") == ""
    say(shell, "person", "import", str(file))
    say(shell, "person", "unlink", "--account", *AN_TOO)
    out = tmp_path / "links.ndjson"
    shell("export", "links", "--output", str(out))
    (line,) = map(orjson.loads, out.read_bytes().splitlines())
    assert (line["account"], line["person"]) == (key(AN), pseudonym("p-1", SECRET.encode()))
    assert line["by"] == orjson.loads(asked(shell, LINKS)[0].value)["origin"]
    assert out.read_text() == shell("export", "links")
    assert [it["amount"] for it in trail(shell, "person.export")] == [0, 0, 0, 1, 0, 1]


def test_what_is_said_to_the_log_is_as_it_is_described(shell: Shell, file: Path) -> None:
    say(shell, "person", "import", str(file))
    say(shell, "person", "unlink", "--account", *AN)
    assert check_all(STATEMENTS, asked(shell, LINKS)) == 2


def test_without_a_secret_nothing_is_said(shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRS_PERSON_SECRET", "")
    assert "LRS_PERSON_SECRET" in shell.refused("person", "import", str(file))
    assert asked(shell, LINKS) == []


def test_a_secret_that_could_be_guessed_is_refused(
    shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LRS_PERSON_SECRET", "hoa-binh")
    refused = shell.refused("person", "import", str(file))
    assert "16 random characters" in refused
    assert "hoa-binh" not in refused


def test_a_store_that_has_persons_keeps_their_secret_whatever_it_is(
    shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_ = said(f"account:{CHI[0]}|{CHI[1]}", pseudonym("p-1", b"old"))

    async def work(store: Store, _: EventLog) -> None:
        await store.note_links([Link(said_.account, said_.terms, said_.person, 1, 1, "before")])

    shell.inside(work)
    monkeypatch.setenv("LRS_PERSON_SECRET", "old")
    say(shell, "person", "import", str(file))
    assert len(shell("person", "list", "--person", "p-1").splitlines()) == 4
    monkeypatch.setenv("LRS_PERSON_SECRET", SECRET)
    assert "is not the one" in shell.refused("person", "import", str(file))


def test_another_secret_than_that_of_the_first_time_is_refused(
    shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LRS_PERSON_SECRET", "one that was only tried")
    assert "this was a dry run" in shell("person", "import", str(file), "--dry-run")
    monkeypatch.setenv("LRS_PERSON_SECRET", SECRET)
    say(shell, "person", "import", str(file))
    before = len(asked(shell, LINKS))
    monkeypatch.setenv("LRS_PERSON_SECRET", "another one of the office")
    for words in (
        ("person", "import", str(file)),
        ("person", "link", "p-2", "--account", *CHI),
        ("person", "unlink", "--person", "p-1"),
        ("person", "list", "--person", "p-1"),
        ("learner", "erase", "--person", "p-1", "--yes"),
        ("platform", "add", "one", "--home-page", AN[0], "--provinces", "any", "--person-keys"),
        ("consume", "statements"),
    ):
        assert "is not the one under which this store keeps persons" in shell.refused(*words), words
    assert len(asked(shell, LINKS)) == before
    # no secret is needed to take back what is known by its account
    say(shell, "person", "unlink", "--account", *AN)
