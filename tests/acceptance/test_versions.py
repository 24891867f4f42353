"""xAPI 1.0.3 and 2.0.0 side by side (1.0.3 Communication 3.3; 2.0.0 4.1.8)."""

from __future__ import annotations

from uuid import uuid4

import orjson
import pytest

from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.documents import JSON, PATHS
from tests.acceptance.making import APRIL, account, statement
from tests.acceptance.nursery import Nursery

pytestmark = pytest.mark.files

VERSION = "X-Experience-API-Version"
SPOKEN = [
    *((f"1.0{patch}", "1.0.3") for patch in ("", ".0", ".1", ".2", ".3", ".9", ".10")),
    *((f"2.0{patch}", "2.0.0") for patch in ("", ".0", ".1")),
]
UNSPOKEN = ("0.9", "0.95", "1", "1.1", "1.1.0", "2", "2.1.0", "3.0.0", "1.0.x", "01.0.3", "1.0.3, 2.0.0", "")
RESOURCES = (STATEMENTS, *PATHS, "/xapi/activities", "/xapi/agents")


@pytest.mark.parametrize(("said", "answered"), SPOKEN)
async def test_every_patch_is_spoken_and_the_latest_answers(client: Client, said: str, answered: str) -> None:
    """XAPI-00331, XAPI-00333."""
    answer = await client.send("GET", f"{STATEMENTS}?limit=1", headers={VERSION: said})
    assert (answer.status, answer.headers[VERSION]) == (200, answered)


@pytest.mark.parametrize("said", UNSPOKEN)
async def test_no_other_is(client: Client, said: str) -> None:
    answer = await client.send("GET", STATEMENTS, headers={VERSION: said})
    assert answer.error == (400, "version-unsupported", "")
    assert answer.headers[VERSION] == "2.0.0"


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
async def test_what_is_not_known_is_answered_in_the_version_of_the_setting(
    serve: Nursery, version: str
) -> None:
    """XAPI-00321; a refusal of whoever names a version is answered in theirs."""
    server = serve(xapi_default_version=version)
    async with Client(server, version="1.0.3") as client:
        for path in (*RESOURCES, "/xapi/nothing"):
            for method in ("GET", "PUT", "OPTIONS", "PATCH"):
                without = await client.send(method, path, headers={VERSION: None})
                assert without.headers[VERSION] == version
                if method == "GET" and path in RESOURCES:
                    assert without.error == (400, "version-missing", "")
                refused = await client.send(method, path, headers={"Authorization": None})
                assert refused.headers[VERSION] == "1.0.3"
        about = await client.send("GET", "/xapi/about", headers={VERSION: None})
        assert (about.status, about.headers[VERSION]) == (200, version)


async def test_timestamps_of_2_0_are_in_utc_and_those_of_1_0_as_they_were_sent(client: Client) -> None:
    """2.0.0 Data 4.5.s1.b6."""
    for version, kept in (("2.0.0", "2025-04-18T01:30:00Z"), ("1.0.3", APRIL)):
        one = statement(at=APRIL)
        headers = {**JSON, VERSION: version}
        body = orjson.dumps(one)
        assert (await client.send("POST", STATEMENTS, data=body, headers=headers)).status == 200
        assert (await client.get(statementId=one["id"])).json()["timestamp"] == kept
        # what was sent is what is there: a retry is no conflict
        assert (await client.send("POST", STATEMENTS, data=body, headers=headers)).status == 200


async def test_what_only_2_0_has_is_read_by_1_0_as_it_is(client: Client) -> None:
    """1.0.3 Communication 3.3: newer statements are not converted into an older form."""
    agents = [{"objectType": "contextAgent", "agent": account("b"), "relevantTypes": ["https://a.example/t"]}]
    one = statement(context={"contextAgents": agents})
    refused = await client.send(
        "POST", STATEMENTS, data=orjson.dumps(one), headers={**JSON, VERSION: "1.0.3"}
    )
    assert refused.error == (400, "unknown-key", "/context/contextAgents")
    await client.store(one)
    texts = [
        (await client.send("GET", STATEMENTS, params={"statementId": one["id"]}, headers={VERSION: it})).body
        for it in ("1.0.3", "2.0.0")
    ]
    assert texts[0] == texts[1]
    assert b'"version":"2.0.0"' in texts[0]


async def test_what_only_2_0_has_is_left_out_for_1_0_where_the_operator_says_so(serve: Nursery) -> None:
    server = serve(xapi_down_conversion="true")
    team = {"objectType": "Group", "name": "t", "member": [account("c")]}
    added = {
        "contextAgents": [{"objectType": "contextAgent", "agent": account("b")}],
        "contextGroups": [{"objectType": "contextGroup", "group": team}],
    }
    within = {
        "objectType": "SubStatement",
        "actor": account("a"),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/attempted"},
        "object": {"id": "https://a.example/x"},
        "context": {**added, "platform": "p"},
    }
    newer = statement(context=added, object=within)
    older = statement(version="1.0.2")
    async with Client(server) as client:
        await client.store(newer, older)
        for parameters in ({"statementId": newer["id"]}, {"format": "ids"}, {"format": "canonical"}, {}):
            read = {
                version: (
                    await client.send("GET", STATEMENTS, params=parameters, headers={VERSION: version})
                ).json()
                for version in ("1.0.3", "2.0.0")
            }
            one = {version: it.get("statements", [it])[-1] for version, it in read.items()}
            assert one["2.0.0"]["version"] == "2.0.0"
            assert one["2.0.0"]["context"].keys() == added.keys()
            assert one["1.0.3"]["version"] == "1.0.0"
            assert "context" not in one["1.0.3"]
            assert one["1.0.3"]["object"]["context"] == {"platform": "p"}
        # 1.0.3 takes what it was answered
        headers = {**JSON, VERSION: "1.0.3"}
        again = {**one["1.0.3"], "id": str(uuid4())}
        assert (
            await client.send("POST", STATEMENTS, data=orjson.dumps(again), headers=headers)
        ).status == 200
        texts = [
            (
                await client.send(
                    "GET", STATEMENTS, params={"statementId": older["id"]}, headers={VERSION: it}
                )
            ).json()
            for it in ("1.0.3", "2.0.0")
        ]
        assert texts[0] == texts[1]
        assert texts[0]["version"] == "1.0.2"
