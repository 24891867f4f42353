"""format=canonical: activities as all statements define them, in one language each (2.0.0 4.1.6.1)."""

from __future__ import annotations

from uuid import uuid4

from tests.acceptance.client import STATEMENTS, Answer, Client
from tests.acceptance.making import Json, account, statement


def lesson() -> str:
    return f"https://platform.example/{uuid4()}"


async def canonical(client: Client, languages: str, **parameters: str) -> Answer:
    return await client.send(
        "GET",
        STATEMENTS,
        params={"format": "canonical", **parameters},
        headers={"Accept-Language": languages},
    )


async def test_an_activity_is_shown_as_it_is_known(client: Client) -> None:
    """XAPI-00168 to XAPI-00172."""
    activity = lesson()
    bare = statement(activity=activity, verb="https://platform.example/did")
    said: Json = {"id": activity, "definition": {"name": {"vi": "Bài", "en": "Lesson"}, "type": lesson()}}
    more: Json = {"id": activity, "definition": {"description": {"vi": "Mô tả", "en": "About"}}}
    await client.store(bare, statement(object=said), statement(object=more))
    answer = await canonical(client, "en", statementId=bare["id"])
    assert answer.headers["Vary"] == "Accept-Language"
    definition = {
        "name": {"en": "Lesson"},
        "description": {"en": "About"},
        "type": said["definition"]["type"],
    }
    assert answer.json()["object"] == {"id": activity, "definition": definition}
    page = (await canonical(client, "vi;q=1, en;q=0.1", activity=activity)).json()["statements"]
    assert len(page) == 3
    for it in page:
        assert it["object"]["definition"]["name"] == {"vi": "Bài"}
        assert it["object"]["definition"]["description"] == {"vi": "Mô tả"}
    exact = (await client.get(statementId=bare["id"])).json()
    assert exact["object"] == {"id": activity}


async def test_so_are_activities_of_contexts_and_substatements(client: Client) -> None:
    outer, inner, course = lesson(), lesson(), lesson()
    definitions = {it: {"name": {"vi": it}} for it in (outer, inner, course)}
    await client.store(
        *(statement(object={"id": it, "definition": text}) for it, text in definitions.items())
    )
    sub = {
        "objectType": "SubStatement",
        "actor": account("b"),
        "verb": {"id": outer},
        "object": {"id": inner},
        "context": {"contextActivities": {"grouping": [{"id": course}]}},
    }
    one = statement(object=sub, context={"contextActivities": {"parent": {"id": outer}}})
    await client.store(one)
    found = (await canonical(client, "", statementId=one["id"])).json()
    assert found["context"]["contextActivities"]["parent"][0]["definition"] == definitions[outer]
    assert found["object"]["object"]["definition"] == definitions[inner]
    assert found["object"]["context"]["contextActivities"]["grouping"][0]["definition"] == definitions[course]
    assert found["object"]["verb"] == {"id": outer}


async def test_an_activity_that_nobody_defines_stays(client: Client) -> None:
    one = statement(activity=lesson())
    await client.store(one)
    assert (await canonical(client, "vi", statementId=one["id"])).json()["object"] == one["object"]
