"""G7: what a learner asks for is asked of the log, without their name."""

from __future__ import annotations

from hashlib import sha1

import orjson
import pytest

from schemas.audit import What
from schemas.erasure import Erasure, erasure_record
from schemas.fact import learner_key
from schemas.ports import EventLog, Store
from schemas.precondition import Precondition
from schemas.record import ERASURE, KIND, STATEMENTS, Position, Record
from schemas.resource_document import Owner, ResourceDocument, owner_digest, tag_of
from schemas.xapi import parse_timestamp
from tests.cli.shell import Shell

ACCOUNT = ("--account", "https://one.example", "an")
AN = "account:https://one.example|an"


LATER = parse_timestamp("2999-01-01T00:00:00Z")


def ready(shell: Shell, *identifiers: str, projected: int = 0, until: int = LATER) -> None:
    """A store whose projector has passed so many records, and has carried out these erasures."""

    async def work(store: Store, log: EventLog) -> None:
        await store.move("statements", None, Position(await log.log_id(STATEMENTS), 0, projected), {})
        for identifier in identifiers:
            await store.note_erasure(Erasure.decode(erasure_record(identifier).value, until))

    shell.inside(work)


def kept(shell: Shell) -> list[tuple[int, str]]:
    """How many erasures the audit trail says were asked for (0) and carried out, and of whom."""
    said = [orjson.loads(line) for line in shell("audit", "list", "--format", "ndjson").splitlines()]
    return [(it["amount"], it["about"]["learner"]) for it in said if it["what"] == What.ERASE_LEARNER]


def asked(shell: Shell) -> list[Record]:
    async def work(_: Store, log: EventLog) -> list[Record]:
        return list(await log.read(STATEMENTS, 0, 0, 100))

    return shell.inside(work)


def test_it_is_asked_for_without_a_name_and_waited_for(shell: Shell) -> None:
    ready(shell, AN, projected=1)
    assert "nothing that is stored names" in shell("learner", "erase", *ACCOUNT, "--yes")
    (record,) = asked(shell)
    assert record.header(KIND) == ERASURE
    said = orjson.loads(record.value)
    assert (said["learner"], said["until"]) == (learner_key(AN), None)
    assert b"one.example" not in record.value
    assert kept(shell) == [(0, learner_key(AN)), (1, learner_key(AN))]


def test_what_was_not_carried_out_is_said(shell: Shell) -> None:
    ready(shell)
    said = shell.refused("learner", "erase", *ACCOUNT, "--yes", "--wait", "0")
    assert "is in the log and was not carried out within 0 s" in said
    assert len(asked(shell)) == 1
    assert kept(shell) == [(0, learner_key(AN))], "it was asked for, and nothing is erased"


def test_what_was_set_aside_is_not_done(shell: Shell) -> None:
    ready(shell, projected=1)
    assert "lrs deadletters list" in shell.refused("learner", "erase", *ACCOUNT, "--yes")


def test_an_erasure_of_before_is_not_this_one(shell: Shell) -> None:
    ready(shell, AN, projected=1, until=1)
    assert "lrs deadletters list" in shell.refused("learner", "erase", *ACCOUNT, "--yes")
    assert kept(shell) == [(0, learner_key(AN))]


def test_an_address_is_erased_with_its_hash(shell: Shell) -> None:
    digest = sha1(b"mailto:an@example.vn", usedforsecurity=False).hexdigest()
    identifiers = ("mbox:mailto:an@example.vn", f"mbox_sha1sum:{digest}")
    ready(shell, *identifiers, projected=2)
    shell("learner", "erase", "--mbox", "mailto:an@example.vn", "--until", "2025-12-31T23:59:59Z", "--yes")
    found = [orjson.loads(record.value) for record in asked(shell)]
    assert [it["learner"] for it in found] == [learner_key(identifier) for identifier in identifiers]
    assert {it["until"] for it in found} == {parse_timestamp("2025-12-31T23:59:59Z")}


def test_whom_nothing_names_is_said_to_be_unknown(shell: Shell) -> None:
    ready(shell, AN, projected=1)
    unknown = "No statement, document or link names this learner"
    assert unknown in shell("learner", "erase", *ACCOUNT, "--yes")

    async def work(store: Store, _: EventLog) -> None:
        owner = Owner(owner_digest("state", "https://one.example/x", AN, None), learner_key(AN))
        document = ResourceDocument(owner, "id", tag_of(b"{}"), "text/plain", 1, b"{}")
        assert await store.save_document(document, Precondition())

    shell.inside(work)
    assert unknown not in shell.run("learner", "erase", *ACCOUNT, "--yes", "--wait", "0").stdout


def test_it_asks_once_more(shell: Shell) -> None:
    ready(shell)
    assert shell.run("learner", "erase", *ACCOUNT).exit_code == 1
    assert asked(shell) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "one of --account"),
        ([*ACCOUNT, "--openid", "https://an.example"], 2, "one of --account"),
        (["--mbox", "an@example.vn"], 1, "mbox: Send mailto:"),
        (["--account", "nowhere", "an"], 1, "account/homePage"),
        ([*ACCOUNT, "--until", "yesterday"], 1, "no timestamp"),
        ([*ACCOUNT, "--until", "2999-01-01T00:00:00Z"], 1, "still to come"),
    ],
)
def test_what_is_not_understood_is_said(shell: Shell, words: list[str], code: int, said: str) -> None:
    ready(shell)
    assert said in shell.refused("learner", "erase", *words, "--yes", code=code)
    assert asked(shell) == []


def test_without_a_projector_there_is_nothing_to_erase(shell: Shell) -> None:
    async def nothing(_: Store, __: EventLog) -> None:
        return None

    shell.inside(nothing)
    assert "nothing to be erased" in shell.refused("learner", "erase", *ACCOUNT, "--yes")
