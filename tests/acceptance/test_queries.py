"""GET statements: what each parameter asks for (xAPI 2.0 Communication 2.1.3)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from schemas.xapi import format_timestamp, parse_timestamp
from schemas.xapi.timestamp import in_utc
from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.figures import settled
from tests.acceptance.making import ADL, Json, account, reference, statement
from tests.acceptance.nursery import Nursery

IRI = f"https://queries.example/{uuid4()}"
REGISTRATION = str(uuid4())
GROUP: Json = {"objectType": "Group", "member": [account("member"), account("lead")]}
IDENTIFIED: Json = {**account("class-5a"), "objectType": "Group"}
SUBSTATEMENT: Json = {
    "objectType": "SubStatement",
    "actor": account("inner"),
    "verb": {"id": f"{ADL}completed"},
    "object": {"id": f"{IRI}/inner"},
    "context": {"contextActivities": {"category": {"id": f"{IRI}/inner-category"}}},
}
SAID: dict[str, Json] = {
    "actor": statement("actor", f"{IRI}/verb", activity=f"{IRI}/activity"),
    "mbox": statement(actor={"mbox": "mailto:An@Example.VN"}),
    "group": statement(actor=GROUP),
    "identified": statement(actor=IDENTIFIED),
    "object": statement("teacher", object={**account("pupil"), "objectType": "Agent"}),
    "instructor": statement(context={"instructor": account("instructor")}),
    "team": statement(context={"team": {**GROUP, "member": [account("mate")]}}),
    "context-agent": statement(
        context={"contextAgents": [{"objectType": "contextAgent", "agent": account("assistant")}]}
    ),
    "parent": statement(context={"contextActivities": {"parent": {"id": f"{IRI}/parent"}}}),
    "grouping": statement(context={"contextActivities": {"grouping": [{"id": f"{IRI}/grouping"}]}}),
    "inner": statement("outer", object=SUBSTATEMENT),
    "registered": statement(context={"registration": REGISTRATION.upper()}),
}
SAID["reference"] = statement("commenter", object=reference(SAID["actor"]["id"]))


def agent(name: str) -> str:
    """An agent as the parameter has it."""
    return json.dumps(account(name))


QUERIES: tuple[tuple[dict[str, str], set[str]], ...] = (
    ({"verb": f"{IRI}/verb"}, {"actor", "reference"}),
    ({"verb": f"{IRI}/VERB"}, set()),
    ({"activity": f"{IRI}/activity"}, {"actor", "reference"}),
    ({"activity": f"{IRI}/parent"}, set()),
    ({"activity": f"{IRI}/parent", "related_activities": "true"}, {"parent"}),
    ({"activity": f"{IRI}/parent", "related_activities": "false"}, set()),
    ({"activity": f"{IRI}/grouping", "related_activities": "true"}, {"grouping"}),
    ({"activity": f"{IRI}/inner"}, set()),
    ({"activity": f"{IRI}/inner", "related_activities": "true"}, {"inner"}),
    ({"activity": f"{IRI}/inner-category", "related_activities": "true"}, {"inner"}),
    ({"agent": agent("actor")}, {"actor", "reference"}),
    ({"agent": agent("Actor")}, set()),
    ({"agent": json.dumps({"mbox": "mailto:An@example.vn"})}, {"mbox"}),
    ({"agent": agent("member")}, {"group"}),
    ({"agent": agent("class-5a")}, {"identified"}),
    ({"agent": json.dumps(IDENTIFIED)}, {"identified"}),
    ({"agent": agent("pupil")}, {"object"}),
    ({"agent": agent("instructor")}, set()),
    ({"agent": agent("instructor"), "related_agents": "true"}, {"instructor"}),
    ({"agent": agent("mate"), "related_agents": "true"}, {"team"}),
    ({"agent": agent("assistant"), "related_agents": "true"}, {"context-agent"}),
    ({"agent": agent("inner")}, set()),
    ({"agent": agent("inner"), "related_agents": "true"}, {"inner"}),
    ({"registration": REGISTRATION}, {"registered"}),
    ({"registration": REGISTRATION.upper()}, {"registered"}),
    ({"registration": str(uuid4())}, set()),
    ({"verb": f"{IRI}/verb", "agent": agent("actor"), "activity": f"{IRI}/activity"}, {"actor", "reference"}),
    ({"verb": f"{IRI}/verb", "agent": agent("commenter")}, set()),
)


async def _said(client: Client) -> dict[str, str]:
    """The statements, stored; their names by id."""
    await client.store(*SAID.values())
    return {it["id"]: name for name, it in SAID.items()}


@pytest.mark.parametrize(("query", "expected"), QUERIES)
async def test_a_filter_answers_what_matches(
    client: Client, query: dict[str, str], expected: set[str]
) -> None:
    names = await _said(client)
    assert {names[it] for it in await client.listing(**query)} == expected
    assert {names[it] for it in await client.listing(**query, ascending="true")} == expected
    head = await client.send("HEAD", STATEMENTS, params=query)
    assert (head.status, head.body) == (200, b"")
    assert head.through > 0


async def test_a_single_statement_is_answered_as_it_was_sent(client: Client) -> None:
    await _said(client)
    for given in SAID.values():
        answer = await client.get(statementId=given["id"].upper())
        stored = answer.json()
        added = {"stored", "authority", "version"}
        kept = {name: value for name, value in stored.items() if name not in added}
        if given not in (SAID["parent"], SAID["inner"]):
            assert kept == {**given, "timestamp": in_utc(given["timestamp"])}
        assert added <= stored.keys()
        assert answer.headers["Last-Modified"]
        head = await client.send("HEAD", STATEMENTS, params={"statementId": given["id"]})
        assert (head.status, head.headers["Content-Length"]) == (200, str(len(answer.body)))


async def test_since_is_exclusive_and_until_inclusive(client: Client) -> None:
    registration = {"registration": str(uuid4())}
    for n in range(6):
        await client.store(statement(f"in-time-{n}", context=registration))
    query = {**registration, "ascending": "true"}
    stored = [parse_timestamp(it["stored"]) for it in (await client.get(**query)).json()["statements"]]
    assert stored == sorted(stored)
    for low, high in itertools.combinations(stored, 2):
        within = {"since": format_timestamp(low), "until": format_timestamp(high)}
        found = (await client.get(**query, **within)).json()["statements"]
        assert [parse_timestamp(it["stored"]) for it in found] == [it for it in stored if low < it <= high]
    at = format_timestamp(stored[2])
    assert parse_timestamp(at) == stored[2]
    local = at.replace("Z", "+00:00")
    assert (await client.get(**query, until=local)).ids == (await client.get(**query, until=at)).ids
    assert (await client.get(**registration, since="9999-01-01T00:00:00Z")).ids == []


LANGUAGES: Json = {"vi": "xong", "en-US": "done"}


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("exact", lambda it: it["verb"]["display"] == LANGUAGES and it["actor"]["name"] == "An"),
        ("canonical", lambda it: it["verb"]["display"] == {"en-US": "done"} and "name" in it["actor"]),
        ("ids", lambda it: it["verb"] == {"id": IRI} and it["actor"] == account("format")),
    ],
)
async def test_format_decides_what_is_shown(
    client: Client, format_: str, expected: Callable[[Json], bool]
) -> None:
    given = statement(actor={**account("format"), "name": "An"})
    given["verb"] = {"id": IRI, "display": LANGUAGES}
    await client.store(given)
    headers = {"Accept-Language": "en, vi;q=0.5"}
    for query in ({"statementId": given["id"]}, {"agent": agent("format"), "limit": "1"}):
        params = {**query, "format": format_}
        answer = (await client.send("GET", STATEMENTS, params=params, headers=headers)).json()
        assert expected(answer if "id" in answer else answer["statements"][0])


async def test_attachments_are_answered_as_multipart(client: Client) -> None:
    (identifier,) = await client.store(statement())
    answer = await client.get(statementId=identifier, attachments="true")
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    assert identifier.encode() in answer.body


@pytest.mark.parametrize("limit", [1, 7, 100, 0])
@pytest.mark.parametrize("ascending", ["true", "false"])
async def test_paging_goes_through_a_thousand_statements_once_each_in_order(
    client: Client, limit: int, ascending: str
) -> None:
    verb = f"{IRI}/paged-{limit}-{ascending}"
    size = 1000 if limit > 50 else 60
    for at in range(0, size, 50):
        await client.store(*(statement(f"paged-{n}", verb) for n in range(at, min(at + 50, size))))
    found = []
    async for page in client.pages(verb=verb, limit=str(limit), ascending=ascending):
        statements = page.json()["statements"]
        assert 0 < len(statements) <= (limit or 500)
        found += statements
        if limit:  # what comes in between is at the other end, or after it
            await client.store(statement("between", f"{verb}-not"))
    ids, stored = [it["id"] for it in found], [it["stored"] for it in found]
    assert len(ids) == len(set(ids)) == size
    assert stored == sorted(stored, reverse=ascending == "false")


async def test_statements_that_come_while_somebody_pages_down_do_not_move_the_pages(client: Client) -> None:
    verb = f"{IRI}/growing"
    first = await client.store(*(statement(f"first-{n}", verb) for n in range(30)))
    found: list[str] = []
    async for page in client.pages(verb=verb, limit="7"):
        found += page.ids
        await client.store(*(statement(f"later-{n}", verb) for n in range(3)))
    assert sorted(found) == sorted(first)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("1.0.3", "1.0.3"), ("1.0", "1.0.3"), ("1.0.1", "1.0.3"), ("2.0", "2.0.0"), ("2.0.1", "2.0.0")],
)
async def test_each_version_is_answered_in_its_latest_patch(client: Client, asked: str, spoken: str) -> None:
    async with Client(client.server, version=asked) as speaker:
        given = statement()
        for answer in (
            await speaker.post(given),
            await speaker.get(limit="1"),
            await speaker.put(given, given["id"]),
        ):
            assert answer.status in (200, 204)
            assert answer.headers["X-Experience-API-Version"] == spoken
        stored = (await speaker.get(statementId=given["id"])).json()
        assert stored["version"] == ("1.0.0" if spoken == "1.0.3" else "2.0.0")


async def test_about_names_both_versions_and_asks_for_nothing(client: Client) -> None:
    for method in ("GET", "HEAD"):
        nothing = {"Authorization": None, "X-Experience-API-Version": None}
        answer = await client.send(method, "/xapi/about", headers=nothing)
        assert (answer.status, answer.headers["X-Experience-API-Version"]) == (200, "2.0.0")
    assert {"1.0.3", "2.0.0"} <= set((await client.send("GET", "/xapi/about")).json()["version"])


async def test_links_have_the_prefix_that_a_proxy_takes_off(serve: Nursery) -> None:
    server = serve(path_prefix="/hoc-tap/lrs")
    async with Client(server) as client:
        await client.store(*(statement(f"learner-{n}") for n in range(3)))
        await settled(server)
        more = (await client.get(limit="2")).json()["more"]
        assert more.startswith("/hoc-tap/lrs/xapi/statements?more=")
        rest = await client.send("GET", more.removeprefix("/hoc-tap/lrs"))
        assert len(rest.json()["statements"]) == 1
        described = (await client.send("GET", "/openapi.json")).json()
        assert described["servers"] == [{"url": "/hoc-tap/lrs"}]
        assert b'href="/' not in (await client.send("GET", "/")).body
