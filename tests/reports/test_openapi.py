"""The document says what is answered: real answers are held to it."""

from datetime import date
from typing import Any

import pytest

from lrs.editions.publish import prepare, publish
from lrs.editions.sheet import TABLES
from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from lrs.http.document_kinds import KINDS, DocumentKind
from lrs.http.editions import EDITION_QUERY, EditionsResource
from lrs.http.openapi import document
from lrs.http.reports import QUERY, ReportsResource
from schemas.credential import Scope
from tests.reports.conftest import Connect, World
from tests.reports.learning import cells_of, classroom, fact
from tests.reports.test_reports_resource import PATHS

DOCUMENT = document()
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """Where a value is not what the schema says, as far as this document's schemas go."""
    if "$ref" in schema:
        return faults(value, DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], at)
    if "anyOf" in schema:
        tried = [faults(value, each, at) for each in schema["anyOf"]]
        return [] if [] in tried else [f"{at}: {value!r} is none of {schema['anyOf']}"]
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{at}: {value!r} is no {kind}"]
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return [f"{at}: {value!r} is not allowed"]
    found: list[str] = []
    if kind == "array":
        for index, each in enumerate(value):
            found += faults(each, schema["items"], f"{at}/{index}")
    if kind == "object":
        properties = schema["properties"]
        found += [f"{at}/{name}: missing" for name in schema.get("required", ()) if name not in value]
        found += [f"{at}/{name}: not documented" for name in value if name not in properties]
        for name in value.keys() & properties.keys():
            found += faults(value[name], properties[name], f"{at}/{name}")
    return found


@pytest.mark.parametrize("path", PATHS)
async def test_a_real_answer_is_as_documented(world: World, connect: Connect, path: str) -> None:
    await world.fill(cells_of(classroom()), {("onetouch", "no-unit"): ("x",)})
    responses = DOCUMENT["paths"][path]["get"]["responses"]
    answer = await (await connect(Scope.REPORTS)).get(PATHS[path])
    schema = responses["200"]["content"]["application/json"]["schema"]
    assert faults(await answer.json(), schema) == []
    refused = await (await connect(Scope.REPORTS)).get(f"{PATHS[path].partition('?')[0]}?wrong=1")
    assert faults(await refused.json(), responses["400"]["content"]["application/json"]["schema"]) == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/editions", "/editions"),
        ("/editions/{edition}", "/editions/latest"),
        *(("/editions/{edition}/{table}", f"/editions/2/{table}") for table in TABLES),
    ],
)
async def test_a_real_edition_is_as_documented(world: World, connect: Connect, path: str, asked: str) -> None:
    client = await connect()
    for day in (18, 19):
        await world.fill(cells_of(fact(f"{day}-{n}", place="vn-2004/49", topic=1) for n in range(20)))
        await publish(world.store, await prepare(world.store, world.log, date(2025, 4, day), 10, 5))
    responses = DOCUMENT["paths"][path]["get"]["responses"]
    answer = await (await client.get(asked)).json()
    assert faults(answer, responses["200"]["content"]["application/json"]["schema"]) == []
    assert len(answer.get("rows", "x")) > 0
    refused = await client.get(f"{asked}?wrong=1")
    assert faults(await refused.json(), responses["400"]["content"]["application/json"]["schema"]) == []


def test_the_check_sees_what_is_wrong() -> None:
    error = {"$ref": "#/components/schemas/Error"}
    assert faults({"error": {"code": "a", "message": "b"}}, error) == []
    assert faults({"error": {"code": 1, "message": "b"}}, error)
    assert faults({"error": {"message": "b"}}, error)
    assert faults({"error": {"code": "a", "message": "b", "more": 1}}, error)


def test_every_report_is_documented_with_just_the_parameters_it_takes(world: World) -> None:
    paths = DOCUMENT["paths"]
    watermarks = Watermarks(world.log, world.store, Unprojected(1))
    routes = ReportsResource(world.store, world.log, watermarks).routes()
    taken = {**QUERY, **EDITION_QUERY}
    for route in routes + EditionsResource(world.store).routes():
        documented = paths[route.path]["get"]["parameters"]
        assert [it["name"] for it in documented if it["in"] == "query"] == list(taken[route.path])
        named = {it["name"] for it in documented if it["in"] == "path"}
        assert named == {part[1:-1] for part in route.path.split("/") if part.startswith("{")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda it: it.resource)
def test_each_document_resource_is_documented_with_its_methods_and_parameters(kind: DocumentKind) -> None:
    operations = DOCUMENT["paths"][kind.path]
    assert set(operations) == {"get", "head", "put", "post", "delete"}
    for method, operation in operations.items():
        asked = {it["name"]: it["required"] for it in operation["parameters"] if it["in"] == "query"}
        expected = dict.fromkeys((*kind.required, kind.id), True) | dict.fromkeys(kind.optional, False)
        if method in ("get", "head"):
            expected |= {kind.id: False, "since": False}
        if method == "delete" and kind.path.endswith("/state"):
            expected[kind.id] = False
        assert asked == expected
        assert f"`{kind.scope}`" in operation["summary"]
        assert ("409" in operation["responses"]) is (method == "put")


def test_every_field_of_the_reports_that_is_no_plain_name_is_described() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("Head", "Rules", "Measures", "Equation"):
        assert all("description" in it or "$ref" in it for it in schemas[name]["properties"].values()), name


async def test_it_is_served_without_a_credential(connect: Connect) -> None:
    response = await (await connect()).get("/openapi.json")
    assert (response.status, response.content_type) == (200, "application/json")
    body = await response.json()
    assert body["openapi"] == "3.1.0"
    assert {
        "/xapi/statements",
        "/xapi/agents",
        "/xapi/about",
        "/health/live",
        "/health/ready",
        "/metrics",
    } <= set(body["paths"])
