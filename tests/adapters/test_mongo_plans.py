"""The plans of all that the adapter asks and writes: an index whatever is asked, and no sorting of what was
found.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from itertools import product
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from lrs.adapters.mongo import MongoStore, address
from lrs.adapters.mongo import query as query_module
from schemas.attachment import WrongHash
from schemas.audit import Entry, What
from schemas.errors import Fenced
from schemas.link import Link
from schemas.ports import PROJECTOR, Aggregation, Store
from schemas.precondition import ABSENT, ALWAYS, ANY, Precondition, only
from schemas.query import StatementQuery
from schemas.record import Position
from schemas.registration import Registration
from schemas.ruleset import Ruleset
from tests.adapters.making import BASE, agent, document, identifier, verb
from tests.adapters.mongo_database import Fresh, fresh
from tests.adapters.test_attachments_contract import LATER, keep, stream
from tests.adapters.test_credentials_contract import ONE
from tests.adapters.test_dead_letters_contract import letter
from tests.adapters.test_documents_contract import LEARNER, OWNER, kept
from tests.adapters.test_editions_contract import edition
from tests.adapters.test_erasures_contract import conflict, erasure, whole
from tests.adapters.test_plans_contract import FIRST as PLANS
from tests.consumers.factories import group, number, said

TINY = {
    "rulesets": "a handful: those before the living one are dropped by the next rebuild",
    "series": "one for each switch of the rules",
    "plan_imports": "one for each import that an operator made, listed without its content",
    "dropped": "empty but for the moment of a drop",
    "attachment_files": "what is on its way, and what a crash left until the next sweep",
    "credentials": "one or a few a platform, read whole to be listed",
}
"""Collections that may be read whole, and why."""
EXPLAINED = {
    "find": ("filter", "sort", "limit", "projection"),
    "aggregate": ("pipeline", "cursor"),
    "findAndModify": ("query", "update", "upsert", "new"),
}


class Commands(CommandListener):
    """What was sent to the server."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class Noting:
    """A store or an aggregation, and the names of what was called of it."""

    def __init__(self, inner: object, called: set[str]) -> None:
        self._inner = inner
        self._called = called

    def __getattr__(self, name: str) -> Any:
        self._called.add(name)
        return getattr(self._inner, name)


def promised(port: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    listener = Commands()
    monkeypatch.setattr(
        address, "AsyncIOMotorClient", partial(AsyncIOMotorClient, event_listeners=[listener])
    )
    return listener


@pytest.fixture
async def home(mongo_url: str) -> AsyncIterator[Fresh]:
    async with fresh(mongo_url) as home:
        yield home


@asynccontextmanager
async def begun(store: Any, number: int, partition: int, called: set[str]) -> AsyncIterator[Any]:
    async with store.aggregation(number, partition) as aggregation:
        yield Noting(aggregation, called)


async def exercise(inner: MongoStore, called: set[str]) -> None:
    """Call everything that the ports promise, with and without what is looked for."""
    store: Any = Noting(inner, called)
    await project_and_find(store)
    at = Position("log", 0, 3)
    await store.move(PROJECTOR, None, at, {("one", "received"): 2})
    await store.move(PROJECTOR, at, at._replace(offset=4), {("one", "received"): 2})
    with pytest.raises(Fenced):
        await store.move(PROJECTOR, at, at, {})
    await store.positions(PROJECTOR)
    await store.counts(PROJECTOR)
    await store.keep_conflicts([conflict(1)])
    assert len([it async for it in store.each_conflict()]) == 1
    await store.audit([Entry(1, "key", "one", What.READ_AGENT, 1)])
    await store.audited(0, 10)
    await store.forget_audit(9)
    for platform in (None, "one"):
        await store.conflicts(platform, 5)
        await store.credentials(platform)
    await store.bury([letter(1), letter(2)])
    (first, *_) = await store.dead_letters(5, 0)
    await store.dead_letter_counts()
    await store.mark_requeued(first.number)
    await store.add_credential(ONE)
    await store.credential(ONE.key)
    await store.revoke_credential(ONE.key)
    await erase(store)
    await link(store)
    await keep_documents(store)
    await store.define({"https://one.example": {"type": [[1, "id"], "x:y"]}})
    await store.define({"https://one.example": {"type": [[2, "id"], "x:z"]}})
    await store.definitions(["https://one.example"])
    await attach(store)
    await store.add_plan_import(PLANS)
    with pytest.raises(Fenced):
        await store.add_plan_import(PLANS)
    for asked in (None, 1):
        await store.plan_import(asked)
    await store.plan_imports()
    for numbered in (1, 2, 3):
        await store.add_edition(edition(numbered))
    with pytest.raises(Fenced):
        await store.add_edition(edition(1))
    await store.edition(2)
    for before in (None, 3):
        await store.editions(before, 2)
    await aggregate(store, called)


async def attach(store: Any) -> None:
    hashes = [await keep(store, data) for data in (b"one", b"two", b"two", b"")]
    with pytest.raises(WrongHash):
        await store.keep_attachment(hashes[0], stream(b"other"), "moodle")
    assert b"".join([piece async for piece in store.attachment(hashes[1])]) == b"two"
    await store.attachments(hashes)
    await store.attachments(hashes, "moodle")
    await store.attachments_before(LATER, "", 2)
    await store.named_attachments(hashes)
    await store.remove_attachment(hashes[0], LATER)
    await store.remove_attachment(hashes[0], LATER)
    await store.clear_attachments(LATER)


async def project_and_find(store: Any) -> None:
    terms = [verb("done"), agent("an")]
    documents = [document(n, terms=[*terms, agent(str(n % 9))], refers_to=n - 1) for n in range(1, 40)]
    await store.project([*documents, document(50, voids=7), document(51, platform="two", voids=8)])
    await store.project([document(0, terms=terms), document(7, text=b"again"), document(52, refers_to=51)])
    await store.find([identifier(1), identifier(99)])
    await store.awaited_by_voids([identifier(7), identifier(8)], "one")
    await store.last_seen("one")
    await store.sources()
    _, after = await store.found_by(verb("done"), "", 3)
    await store.found_by(verb("done"), after, 3)
    for until in (None, 20):
        await store.scan("log", 0, 5, until, 3)
    await store.ignored_voids()
    await store.subjects("", 5)
    for count, platform, since, ascending in product(
        range(4), (None, "one"), (None, BASE + 5), (True, False)
    ):
        asked = frozenset([*terms, agent("1")][:count])
        query = StatementQuery(asked, platform, since, ascending=ascending, limit=3)
        page = await store.query(query)
        if page.more:
            await store.query(StatementQuery(asked, platform, since, None, 3, ascending, page.more))


async def erase(store: Any) -> None:
    await store.project([whole(60, said(60, actor=group("an", "binh"), at=None))])
    asked = erasure("an")
    await store.note_erasure(asked)
    erased = await store.erase(asked, "", 1)
    await store.erase(asked, erased.after, 1)
    await store.forget(asked, [it.id for it in erased.statements])
    reference = {"object": {"objectType": "StatementRef", "id": number(60)}}
    await store.project(
        [whole(61, said(61, learner="an", at=None)), whole(62, said(62, at=None) | reference)]
    )
    await store.keep_conflicts([conflict(60)])
    await store.tombstones()
    await store.conflicts_naming(["an"])
    await store.erasures([asked.learner])


async def link(store: Store) -> None:
    links = [Link("a" * 32, (b"1", b"2"), person, n, 0, "x") for n, person in enumerate(("p", None, "q"))]
    await store.note_links(links)
    await store.note_links(links)
    await store.links(["a" * 32])
    await store.has_links()
    await store.linked(["a" * 32])
    await store.links_by_person(("", ""), 5)
    await store.links_by_person(("p", "b"), 5)
    await store.agree("name", "value")
    await store.agreed("name")


async def keep_documents(store: Any) -> None:
    asked = (ALWAYS, ABSENT, only("a"), Precondition(match=ANY), Precondition(none_match=frozenset("a")))
    for precondition in asked:
        for name in ("a", "b"):
            await store.save_document(kept(name), precondition)
        await store.load_document(OWNER.digest, "a")
        for since, limit in product((None, 4), (1, 100)):
            await store.document_ids(OWNER.digest, since, limit)
        await store.delete_document(OWNER.digest, "a", precondition)
        await store.delete_document(OWNER.digest, "c", precondition)
    assert [it async for it in store.documents_of(LEARNER)]
    await store.delete_documents(OWNER.digest)
    await store.erase_documents(LEARNER, 9)


async def aggregate(store: Any, called: set[str]) -> None:
    for _ in range(3):
        number = await store.begin_filling(Ruleset(), {}, {1: Position("facts", 1, 0)})
        await store.load_ruleset(number)
        for partition, offset in product((0, 1), (1, 2)):
            async with begun(store, number, partition, called) as aggregation:
                await aggregation.ruleset()
                await aggregation.position()
                await aggregation.learners(["a", "b"])
                await aggregation.projected()
                await aggregation.statements_of(["subject", "other"])
                await aggregation.links(["a" * 32, "other"])
                await aggregation.accounts_of(["p", "q"])
                to = Position("facts", partition, offset)
                await aggregation.save({"a": b"A"}, {"x|1": 1, "y|1": 2}, {("one", "unit"): ["1"]}, to)
        await store.cells(number, "")
        await store.cells(number, "x|", "y|")
        await store.examples(number, "one")
        await store.aggregate_positions(number)
    await store.switch(number)
    await store.rulesets()
    await store.series()
    await store.series(number)
    living = await store.living()
    await store.extend(living.registering(Registration(name="one")))
    left = await store.begin_filling(await store.living(), {}, {})
    await store.drop_ruleset(left)
    await store.close()


def explicable(command: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The command, without what belongs to its session, as commands that can be explained."""
    name = next(iter(command))
    if name in EXPLAINED:
        kept = {it: command[it] for it in EXPLAINED[name] if it in command}
        yield {name: command[name], **kept}
    elif name in {"update", "delete"}:
        for one in command[f"{name}s"]:
            yield {name: command[name], f"{name}s": [one]}
    else:
        assert name in {"insert", "getMore", "killCursors", "commitTransaction", "abortTransaction"} | OTHERS


OTHERS = {"hello", "ping", "endSessions", "dropDatabase"}


def stages(plan: object) -> Iterator[str]:
    """Every stage of every plan in what the server explains."""
    if isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for name, part in plan.items():
            if name not in {"command", "parsedQuery", "rejectedPlans"}:
                yield from stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages(part)


def shape(value: object) -> object:
    """A command without its values, so that those that are alike are explained once."""
    if isinstance(value, Mapping):
        return tuple((name, shape(part)) for name, part in value.items())
    if isinstance(value, list):
        return tuple(dict.fromkeys(map(shape, value)))
    return value if isinstance(value, str) and value.startswith("$") else type(value).__name__


async def test_everything_goes_along_an_index(
    home: Fresh, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_module, "_CAPS", (3, 50))
    store = await home.open()
    commands.sent.clear()
    called: set[str] = set()
    await exercise(store, called)
    assert called >= promised(Store) | promised(Aggregation)
    explained: set[object] = set()
    whole: set[str] = set()
    for command in [one for sent in commands.sent for one in explicable(sent)]:
        name, collection = next(iter(command.items()))
        if (key := (collection, shape(command))) in explained:
            continue
        explained.add(key)
        try:
            plan = await home.raw.command("explain", command, verbosity="queryPlanner")
        except OperationFailure as error:
            raise AssertionError(f"{command} cannot be explained") from error
        found = set(stages(plan))
        assert found, (command, plan)
        assert "SORT" not in found, (name, command)
        if "COLLSCAN" in found:
            whole.add(collection)
            assert collection in TINY, (name, command, plan)
    assert len(explained) > 50
    assert whole <= TINY.keys()


async def test_a_batch_takes_few_commands_however_many_statements(home: Fresh, commands: Commands) -> None:
    store = await home.open()
    counts = []
    for size in (10, 400):
        first = 1_000 * size
        documents = [
            document(first + n, terms=[verb("done")], subjects=(f"{size}-{n}",)) for n in range(size)
        ]
        voids = [document(first + 500 + n, voids=first + n) for n in range(size // 2)]
        references = [document(first + 800 + n, refers_to=first + n) for n in range(size // 3)]
        commands.sent.clear()
        await store.project([*documents, *voids, *references])
        counts.append([next(iter(sent)) for sent in commands.sent])
    few, many = counts
    assert len(many) == len(few) <= 7, counts


async def test_ids_are_listed_without_reading_a_document(home: Fresh, commands: Commands) -> None:
    store = await home.open()
    for n in range(20):
        await store.save_document(kept(str(n), modified=n), ALWAYS)
    commands.sent.clear()
    assert len(await store.document_ids(OWNER.digest, 4, 100)) == 15
    (sent,) = [it for it in commands.sent if "find" in it]
    (command,) = explicable(sent)
    plan = await home.raw.command("explain", command, verbosity="queryPlanner")
    assert "FETCH" not in set(stages(plan)), plan
