"""G10: a credential allows what its scopes say, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import orjson
import pytest

from lrs.registry import add_credential
from schemas.credential import Scope
from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.figures import assert_recounted
from tests.acceptance.making import BDHVS, LAM_DONG, QUANG_NAM, reference, statement
from tests.acceptance.server import Server, parse_credential

WRITE, MINE, READ = "statements/write", "statements/read/mine", "statements/read"
STATE, PROFILE, READ_ALL = "state", "profile", "all/read"
PROVINCE = "reports/read/province"
SCOPES = (WRITE, MINE, READ, STATE, PROFILE, "reports/read", PROVINCE, READ_ALL, "all")
_ACTIVITY, _AGENT = "activityId=https://one.example/1", 'agent={"mbox":"mailto:an@one.example"}'
_STATE = f"/xapi/activities/state?{_ACTIVITY}&{_AGENT}"
_ACTIVITY_PROFILE = f"/xapi/activities/profile?{_ACTIVITY}"
_AGENT_PROFILE = f"/xapi/agents/profile?{_AGENT}"
ROUTES: dict[tuple[str, str], tuple[str, ...]] = {
    ("POST", STATEMENTS): (WRITE,),
    ("PUT", f"{STATEMENTS}?statementId=ID"): (WRITE,),
    ("GET", STATEMENTS): (MINE, READ, READ_ALL),
    ("HEAD", STATEMENTS): (MINE, READ, READ_ALL),
    ("GET", f"/xapi/agents?{_AGENT}"): (MINE, READ, READ_ALL),
    ("HEAD", f"/xapi/agents?{_AGENT}"): (MINE, READ, READ_ALL),
    ("GET", "/xapi/activities?activityId=https://a.example/1"): (MINE, READ, READ_ALL),
    ("HEAD", "/xapi/activities?activityId=https://a.example/1"): (MINE, READ, READ_ALL),
    ("GET", _STATE): (STATE, READ_ALL),
    ("HEAD", _STATE): (STATE, READ_ALL),
    ("PUT", f"{_STATE}&stateId=ID"): (STATE,),
    ("POST", f"{_STATE}&stateId=ID"): (STATE,),
    ("DELETE", f"{_STATE}&stateId=ID"): (STATE,),
    ("DELETE", _STATE): (STATE,),
    **{
        (method, path): (PROFILE, READ_ALL)
        for path in (_ACTIVITY_PROFILE, _AGENT_PROFILE)
        for method in ("GET", "HEAD")
    },
    **{
        (method, f"{path}&profileId=ID"): (PROFILE,)
        for path in (_ACTIVITY_PROFILE, _AGENT_PROFILE)
        for method in ("PUT", "POST", "DELETE")
    },
    ("GET", "/reports/provinces"): ("reports/read", PROVINCE, READ_ALL),
    ("GET", "/reports/provinces?edition=1"): ("reports/read", READ_ALL),
    ("GET", "/reports/provinces/vn-2025/48"): ("reports/read", READ_ALL),
    ("GET", "/reports/provinces/vn-2004/49"): ("reports/read", PROVINCE, READ_ALL),
    ("GET", "/reports/targets"): ("reports/read", PROVINCE, READ_ALL),
    ("GET", "/reports/targets?plan=ha-noi-138"): ("reports/read", READ_ALL),
    ("GET", "/reports/platforms/one"): ("reports/read", MINE, READ, READ_ALL),
    ("GET", "/reports/platforms/two"): ("reports/read", READ_ALL),
    ("HEAD", "/reports/platforms/two"): ("reports/read", READ_ALL),
    ("GET", "/reports/platforms/three/preview"): ("reports/read", READ_ALL),
    ("GET", "/reports/platforms/three/preview/vn-2025/48"): ("reports/read", READ_ALL),
    ("GET", "/reports/targets?unit=vn-2004/49"): ("reports/read", PROVINCE, READ_ALL),
    ("GET", "/reports/targets?unit=vn-2025/01"): ("reports/read", READ_ALL),
    ("GET", "/reports/trend"): ("reports/read", READ_ALL),
    ("GET", "/reports/trend?scheme=vn-2004&code=49"): ("reports/read", PROVINCE, READ_ALL),
    ("GET", "/reports/trend?code=48"): ("reports/read", READ_ALL),
    ("GET", "/reports/platforms"): ("reports/read", READ_ALL),
    ("GET", "/reports/rules"): ("reports/read", PROVINCE, READ_ALL),
    ("GET", "/feeds/provinces"): ("reports/read", READ_ALL),
    ("GET", "/exports/statements"): (READ_ALL,),
    ("POST", "/check"): (WRITE,),
}
"""By method and path the scopes that are enough for a credential of platform `one`, besides *all*."""
OPEN = (
    "/",
    "/xapi/about",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/editions",
    "/profile",
)

Clients = dict[str, Client]


@pytest.fixture(scope="module")
def credentials(server: Server) -> dict[str, tuple[str, str]]:
    """Platform one by scope, and `two`, which may read its own and confirms; only one may do little."""
    server.lrs("platform", "add", "one", "--home-page", "https://one.example", "--provinces", "vn-2004/49")
    words = ("--provinces", "any", "--confirms", "--with-credential")
    server.lrs("edition", "publish")
    server.lrs(
        "platform", "add", "three", "--home-page", "https://three.example", "--provinces", "any", "--trial"
    )
    two = server.lrs("platform", "add", "two", "--home-page", "https://two.example", *words)
    return {"two": parse_credential(two), **asyncio.run(_credentials_of_one(server))}


async def _credentials_of_one(server: Server) -> dict[str, tuple[str, str]]:
    """One for each scope, and one that both writes and reads its own."""
    made = {}
    async with server.opened_store() as store:
        for name, scopes in (("both", [WRITE, MINE]), *((scope, [scope]) for scope in SCOPES)):
            credential, secret = await add_credential(store, "one", list(map(Scope, scopes)))
            made[name] = credential.key, secret
    return made


@pytest.fixture
async def clients(server: Server, credentials: dict[str, tuple[str, str]]) -> AsyncIterator[Clients]:
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(Client(server, *pair)) for name, pair in credentials.items()
        }


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(("route", "enough"), ROUTES.items(), ids="-".join)
async def test_g10_each_scope_on_each_route(
    clients: Clients, scope: str, route: tuple[str, str], enough: tuple[str, ...]
) -> None:
    method, path = route
    given = statement(unit=QUANG_NAM)
    answer = await clients[scope].send(
        method,
        path.replace("ID", given["id"]),
        data=orjson.dumps(given) if method in ("POST", "PUT") else None,
        headers={"Content-Type": "application/json"},
    )
    if scope in enough or scope == "all":
        assert answer.status in (200, 204), answer.body
        return
    assert answer.status == 403
    if method != "HEAD":
        assert answer.error[1] in ("scope-missing", "other-platform", "other-province")
    assert (await clients["all"].get(statementId=given["id"])).status == 404


@pytest.mark.parametrize("route", ROUTES, ids="-".join)
@pytest.mark.parametrize(("key", "code"), [(None, "credential-missing"), ("nobody", "credential-invalid")])
async def test_g10_nobody_comes_in_without_a_credential(
    server: Server, route: tuple[str, str], key: str | None, code: str
) -> None:
    async with Client(server, key or "", "secret") as client:
        headers = {"Authorization": None} if key is None else {}
        answer = await client.send(*route, headers=headers)
        assert answer.status == 401
        if route[0] != "HEAD":
            assert answer.error[1] == code
        assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", OPEN)
async def test_g10_what_shows_nothing_of_anybody_asks_for_no_credential(server: Server, path: str) -> None:
    async with Client(server) as client:
        answer = await client.send(
            "GET", path, headers={"Authorization": None, "X-Experience-API-Version": None}
        )
        assert answer.status == 200


async def test_g10_another_platforms_statement_is_not_read_with_read_mine(clients: Clients) -> None:
    verb, registration = f"https://two.example/{uuid4()}", str(uuid4())
    theirs = statement("two-learner", verb, context={"registration": registration})
    ours = statement("one-learner", "commented", object=reference(theirs["id"]), unit=QUANG_NAM)
    await clients["two"].store(theirs)
    await clients["two"].get(limit="1")
    await clients["both"].store(ours)
    mine = clients["both"]
    assert (await mine.get(statementId=theirs["id"])).status == 404
    assert (await mine.get(voidedStatementId=theirs["id"])).status == 404
    assert theirs["id"] not in await mine.listing()
    assert ours["id"] in await mine.listing()
    for query in ({"verb": verb}, {"registration": registration}):
        assert await mine.listing(**query) == []
        assert set(await clients[READ].listing(**query)) == {theirs["id"], ours["id"]}


async def test_g10_a_name_that_another_platform_gives_is_not_read_with_read_mine(clients: Clients) -> None:
    learner = {"account": {"homePage": "https://shared.example", "name": str(uuid4())}}
    path = f"/xapi/agents?agent={orjson.dumps(learner).decode()}"
    await clients["two"].store(statement(actor={**learner, "name": "as two says"}))
    await clients["two"].get(limit="1")
    await clients["both"].store(statement(actor={**learner, "name": "as one says"}, unit=QUANG_NAM))
    assert (await clients["both"].send("GET", path)).json()["name"] == ["as one says"]
    assert (await clients["two"].send("GET", path)).json()["name"] == ["as two says"]
    assert (await clients[READ].send("GET", path)).json()["name"] == ["as one says", "as two says"]


async def test_g10_documents_are_the_stores_and_no_platforms_own(server: Server, clients: Clients) -> None:
    """Whoever has the scope reads what any platform wrote; whoever may read all cannot write it."""
    path = f"{_STATE}&stateId={uuid4()}"
    json = {"Content-Type": "application/json"}
    assert (await clients[STATE].send("PUT", path, data=b"{}", headers=json)).status == 204
    async with Client(server) as another:
        assert (await another.send("GET", path)).body == b"{}"
        assert (await another.send("POST", path, data=b'{"a":1}', headers=json)).status == 204
    for reader in (STATE, READ_ALL):
        assert (await clients[reader].send("GET", path)).body == b'{"a":1}'
    assert (await clients[READ_ALL].send("DELETE", path)).error[1] == "scope-missing"
    assert (await clients[PROFILE].send("GET", path)).error[1] == "scope-missing"


async def test_g10_a_province_that_is_not_allowed_is_not_counted(clients: Clients) -> None:
    await clients["both"].store(statement("allowed", unit=QUANG_NAM), statement("barred", unit=LAM_DONG))
    found = await assert_recounted(clients["both"].server)
    assert found.figures["p|one|province-not-allowed"] == 1
    assert "g|vn-2025/68|*|total|registered" not in found.figures
    report = await clients["both"].report("platforms/one")
    assert {it["code"]: it["count"] for it in report["reasons"]}["province-not-allowed"] == 1


async def test_g10_only_a_platform_that_may_confirms(clients: Clients) -> None:
    said = {"kind": "literacy", "channel": "vneid", "status": "confirmed"}
    result = {"extensions": {f"{BDHVS}confirmation": said}}
    await clients["both"].store(statement("confirmed-by-one", unit=QUANG_NAM, result=result))
    await clients["two"].store(statement("confirmed-by-two", unit=QUANG_NAM, result=result))
    found = await assert_recounted(clients["two"].server)
    assert found.figures["g|vn-2004/49|*|total|confirmed"] == 1
    report = await clients["both"].report("platforms/one")
    assert "confirmation-not-allowed" in {it["code"] for it in report["remarks"]}


async def test_g10_the_authority_is_the_platform_whatever_was_sent(clients: Clients) -> None:
    forged = {"account": {"homePage": "https://two.example", "name": "two"}}
    given = statement(unit=QUANG_NAM, authority=forged, stored="2000-01-01T00:00:00Z")
    await clients["both"].store(given)
    stored = (await clients["both"].get(statementId=given["id"])).json()
    assert stored["authority"]["account"]["name"] == "one"
    assert stored["stored"] > "2025"


async def test_g10_a_wrong_secret_is_refused(server: Server, credentials: dict[str, tuple[str, str]]) -> None:
    key, secret = credentials["both"]
    for wrong in (secret[:-1], secret + "x", secret.swapcase(), ""):
        async with Client(server, key, wrong) as client:
            assert (await client.get()).error[:2] == (401, "credential-invalid")


async def test_g10_a_revoked_credential_is_refused_within_three_seconds(server: Server) -> None:
    key, secret = await asyncio.to_thread(server.credential, "one", WRITE)
    async with Client(server, key, secret) as client:
        await client.store(statement(unit=QUANG_NAM))
        await asyncio.to_thread(server.lrs, "credential", "revoke", key)
        revoked = time.monotonic()
        while (answer := await client.post(statement(unit=QUANG_NAM))).status == 200:
            assert time.monotonic() < revoked + 3
            await asyncio.sleep(0.05)
        assert answer.error[:2] == (401, "credential-revoked")
    async with Client(server, key, "another") as client:
        assert (await client.get()).error[:2] == (401, "credential-invalid")
