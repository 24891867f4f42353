"""Pages of other origins, and what every path answers whatever it is about: OPTIONS and HEAD."""

from __future__ import annotations

import pytest

from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.documents import PATHS as DOCUMENTS
from tests.acceptance.documents import owner
from tests.acceptance.nursery import Nursery

pytestmark = pytest.mark.files

READ = ("/xapi/activities", "/xapi/agents", "/xapi/about", "/reports/provinces", "/openapi.json")
OURS = ("/", "/health/live", "/health/ready", "/metrics")
PAGE = {"Origin": "https://course.example", "Authorization": None}
ASKED = {**PAGE, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "if-match"}
VERSION = "X-Experience-API-Version"
ALLOWED = {
    STATEMENTS: {"GET", "HEAD", "PUT", "POST", "OPTIONS"},
    **{path: {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"} for path in DOCUMENTS},
    **{path: {"GET", "HEAD", "OPTIONS"} for path in (*READ, *OURS)},
}


def listed(header: str) -> set[str]:
    return {it.strip() for it in header.split(",")}


@pytest.mark.parametrize("path", ALLOWED)
async def test_options_tells_the_methods_to_anybody(client: Client, path: str) -> None:
    answer = await client.send("OPTIONS", path, headers={"Authorization": None, VERSION: None})
    assert (answer.status, answer.body) == (204, b"")
    assert listed(answer.headers["Allow"]) == ALLOWED[path]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert (await client.send("PATCH", path)).status == 405


@pytest.mark.parametrize("path", (STATEMENTS, *DOCUMENTS, *READ))
async def test_a_page_of_any_origin_may_ask_with_a_credential_of_its_own(client: Client, path: str) -> None:
    told = (await client.send("OPTIONS", path, headers=ASKED)).headers
    assert told["Access-Control-Allow-Origin"] == "*"
    assert listed(told["Access-Control-Allow-Methods"]) == ALLOWED[path]
    assert {"Authorization", "If-Match", "If-None-Match", "Content-Type", VERSION} <= listed(
        told["Access-Control-Allow-Headers"]
    )
    assert "Access-Control-Allow-Credentials" not in told
    refused = await client.send("GET", path, headers=PAGE)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_page_sees_the_headers_of_xapi(client: Client) -> None:
    answer = await client.send("GET", f"{STATEMENTS}?limit=1", headers={"Origin": "null"})
    seen = listed(answer.headers["Access-Control-Expose-Headers"])
    assert {"ETag", "Last-Modified", VERSION, "X-Experience-API-Consistent-Through"} <= seen
    assert "Access-Control-Allow-Origin" not in (await client.send("GET", STATEMENTS)).headers


async def test_so_does_who_is_answered_with_attachments(client: Client) -> None:
    answer = await client.send("GET", f"{STATEMENTS}?limit=1&attachments=true", headers={"Origin": "null"})
    assert answer.headers["Content-Type"].startswith("multipart/mixed")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", [*OURS, "/nothing"])
async def test_what_tells_of_the_installation_is_for_no_page(client: Client, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await client.send(method, path, headers=ASKED)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_origins_can_be_named(serve: Nursery) -> None:
    server = serve(allowed_origins='["https://course.example"]')
    async with Client(server) as client:
        for origin, told in ((PAGE["Origin"], PAGE["Origin"]), ("https://other.example", None)):
            for method in ("GET", "OPTIONS"):
                answer = await client.send(method, STATEMENTS, headers={**ASKED, "Origin": origin})
                assert answer.headers.get("Access-Control-Allow-Origin") == told
                assert "Origin" in listed(answer.headers["Vary"])


@pytest.mark.parametrize("path", ALLOWED)
async def test_head_is_get_without_a_body(client: Client, path: str) -> None:
    """XAPI-00125, XAPI-00126: on whatever is read; also where it is refused."""
    parameters = {**(owner(path) if path in DOCUMENTS else {})}
    if path == "/xapi/agents":
        parameters = {"agent": '{"mbox":"mailto:head@example.vn"}'}
    got = await client.send("GET", path, params=parameters)
    head = await client.send("HEAD", path, params=parameters)
    assert (head.status, head.body) == (got.status, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert head.headers.get(VERSION) == got.headers.get(VERSION)
