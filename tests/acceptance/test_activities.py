"""GET /xapi/activities: all that is known of an activity (xAPI 2.0 Communication 2.5)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.acceptance.client import Answer, Client
from tests.acceptance.making import Json, statement

PATH = "/xapi/activities"


async def asked(client: Client, activity: str, method: str = "GET") -> Answer:
    return await client.send(method, PATH, params={"activityId": activity})


def defining(activity: str, definition: Json) -> Json:
    return statement(object={"id": activity, "definition": definition})


async def test_an_activity_that_nobody_has_defined_is_its_id(client: Client) -> None:
    """2.5.s2.b1."""
    activity = f"https://platform.example/{uuid4()}"
    await client.store(statement(activity=activity))
    answer = await asked(client, activity)
    assert (answer.status, answer.json()) == (200, {"objectType": "Activity", "id": activity})
    head = await asked(client, activity, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.body))


async def test_it_is_all_that_statements_have_told(client: Client) -> None:
    """G13: read your writes; XAPI-00254: two languages of two statements."""
    activity = f"https://platform.example/{uuid4()}"
    await client.store(
        defining(activity, {"name": {"vi": "Bài cũ"}, "type": "https://platform.example/lesson"})
    )
    await client.store(defining(activity, {"name": {"en": "Lesson"}, "description": {"vi": "Mô tả"}}))
    parent = {"contextActivities": {"parent": [{"id": activity, "definition": {"name": {"vi": "Bài 1"}}}]}}
    await client.store(statement(context=parent))
    found = (await asked(client, activity)).json()
    assert found["definition"] == {
        "name": {"vi": "Bài 1", "en": "Lesson"},
        "description": {"vi": "Mô tả"},
        "type": "https://platform.example/lesson",
    }


BAD = (
    ("", "missing-parameter", "activityId"),
    ("?activityId=lesson", "bad-iri", "activityId"),
    ("?activityId=https://a.example/1&activityId=https://a.example/2", "repeated-parameter", "activityId"),
    ("?activityId=https://a.example/1&other=1", "unknown-parameter", "other"),
)


@pytest.mark.parametrize(("query", "code", "path"), BAD)
async def test_what_is_wrong_is_said(client: Client, query: str, code: str, path: str) -> None:
    """XAPI-00250."""
    assert (await client.send("GET", PATH + query)).error == (400, code, path)
