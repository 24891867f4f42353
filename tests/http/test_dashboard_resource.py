"""The page as it is served: whole, from here alone, and asked for again only where it changed."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from html.parser import HTMLParser
from importlib.resources import files

import orjson
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from lrs.dashboard import places
from lrs.http.answer import answer, refused
from lrs.http.dashboard import CONTENT_SECURITY_POLICY, DashboardResource, assets
from lrs.http.route import Call, Handler
from schemas.unit import SCHEMES, Unit, gazetteer

Client = TestClient[web.Request, web.Application]
STATIC = files("lrs.dashboard").joinpath("static")
MODULES = {it.name: it.read_text("utf-8") for it in STATIC.iterdir() if it.name.endswith(".js")}
PAGE = STATIC.joinpath("index.html").read_text("utf-8")
UPLOT = "/dashboard/vendor/uplot-1.6.32/uPlot.iife.min.js"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    app = web.Application()
    for route in DashboardResource().routes():
        assert route.scopes is None
        app.router.add_route(route.method, route.path, _served(route.handler))
    async with TestClient(TestServer(app), auto_decompress=False) as opened:
        yield opened


def _served(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The guard's part: a problem as an answer."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(Call(request, None))
        except Exception as error:
            return answer(refused(error))

    return answered


async def _get(client: Client, path: str, **headers: str) -> ClientResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.get(path, headers={"Accept-Encoding": "identity", **named})


class _Tags(HTMLParser):
    """What stands in the page's markup."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self.addresses += [value for name, value in attributes if name in ("href", "src") and value]
        self.inline += [name for name in known if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in known):
            self.inline.append(tag)


def _tags() -> _Tags:
    found = _Tags()
    found.feed(PAGE)
    return found


async def test_the_page_and_all_that_it_names_are_served(client: Client) -> None:
    page = await _get(client, "/")
    assert (page.status, page.content_type, page.charset) == (200, "text/html", "utf-8")
    named = [it for it in _tags().addresses if it.startswith("dashboard/")]
    assert len(named) >= 6
    for address in named:
        assert (await _get(client, f"/{address}")).status == 200, address
    for name, text in MODULES.items():
        for imported in re.findall(r'^(?:import|export) .*?from "\./(.*?)";', text, re.MULTILINE | re.DOTALL):
            response = await _get(client, f"/dashboard/{imported}")
            assert (response.status, response.content_type) == (200, "text/javascript"), (name, imported)


async def test_nothing_is_inline_and_nothing_is_elsewhere(client: Client) -> None:
    tags = _tags()
    assert tags.inline == []
    # relative, so that they hold behind a proxy's prefix too
    assert [it for it in tags.addresses if ":" in it or it.startswith("/")] == []
    policy = (await _get(client, "/")).headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_without_a_browser_the_addresses_are_there(client: Client) -> None:
    text = await (await _get(client, "/")).text()
    for address in (
        "reports/provinces",
        "reports/targets",
        "openapi.json",
        "xapi/about",
        "health/ready",
        "metrics",
    ):
        assert f'href="{address}"' in text
    assert "<noscript>" in text


@pytest.mark.parametrize("path", ["/", "/dashboard/main.js", "/dashboard/country.json", UPLOT])
async def test_who_has_a_file_is_told_so(client: Client, path: str) -> None:
    plain = await _get(client, path)
    packed = await _get(client, path, Accept_Encoding="gzip")
    body = await plain.read()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await packed.read()) == body
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]
    for had, asked in ((plain, "identity"), (packed, "gzip")):
        tag = had.headers["ETag"]
        again = await _get(client, path, If_None_Match=tag, Accept_Encoding=asked)
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
    other = await _get(client, path, If_None_Match='"other"')
    assert other.status == 200
    assert (await client.head(path)).status == 200


async def test_what_has_its_version_in_its_path_is_kept_and_the_rest_is_asked_for_again(
    client: Client,
) -> None:
    assert "immutable" in (await _get(client, UPLOT)).headers["Cache-Control"]
    for path in ("/", "/dashboard/main.js", "/dashboard/style.css", "/dashboard/communes-vn-2004.json"):
        assert (await _get(client, path)).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard/nothing.js",
        "/dashboard/__init__.py",
        "/dashboard/..%2f__init__.py",
        "/dashboard/vendor/uplot-1.6.32/..%2f..%2findex.html",
        "/dashboard/vendor/nothing/uPlot.min.css",
        "/dashboard/vendor",
    ],
)
async def test_there_is_nothing_else(client: Client, path: str) -> None:
    response = await _get(client, path)
    assert response.status == 404
    assert (await response.json())["error"]["code"] == "not-found"


def test_the_vendored_library_comes_with_its_licence() -> None:
    licence = assets()["vendor/uplot-1.6.32/LICENSE"]
    assert licence.media == "text/plain"
    assert b"MIT" in licence.body


def test_every_tile_and_every_unit_is_in_the_lists() -> None:
    country = orjson.loads(assets()["country.json"].body)
    assert len(country["tiles"]) == 34
    taken = [tuple(it) for it in country["tiles"].values()] + [tuple(it["tile"]) for it in country["islands"]]
    assert len(set(taken)) == 36
    for scheme in SCHEMES:
        of_provinces = {it["code"]: it for it in country["provinces"][scheme]}
        assert set(of_provinces) == {it.province for it in gazetteer().provinces(scheme)}
        listed = places.communes(scheme)
        assert len(listed) == {"vn-2025": 3321, "vn-2004": 10_040}[scheme]
        for province, commune, name in listed[::97]:
            assert gazetteer().name(Unit(scheme, province, commune)) == name
    assert {it["code"]: it["of"] for it in country["provinces"]["vn-2025"]}["48"] == ["48", "49"]
    assert {it["code"]: it["of"] for it in country["provinces"]["vn-2004"]}["44"] == ["44"]
    assert [(it["name"], it["province"]) for it in country["islands"]] == [
        ("Đặc khu Hoàng Sa", "48"),
        ("Đặc khu Trường Sa", "56"),
    ]


def test_all_that_the_page_says_is_there_in_both_languages_and_nothing_is_left_over() -> None:
    entries = re.findall(r'^  "?([\w-]+)"?: \[(.*?)\],?$', MODULES["words.js"], re.MULTILINE | re.DOTALL)
    known = {}
    for key, texts in entries:
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"', texts)
        assert len(parts) == 2, key
        vietnamese, english = ({*re.findall(r"{(\w+)}", it)} for it in parts)
        assert vietnamese == english, key
        assert key not in known, key
        known[key] = parts
    rest = "\n".join(text for name, text in MODULES.items() if name != "words.js") + PAGE
    said = set(re.findall(r'say\("([\w-]+)"', rest))
    said |= set(re.findall(r'data-(?:word|label|placeholder)="([\w-]+)"', PAGE))
    assert len(said) > 60
    assert said <= known.keys(), said - known.keys()
    # a key that is made from parts begins with what stands before the brace
    begun = tuple(re.findall(r"`([\w-]+-)\${", rest))
    named = set(re.findall(r'"([\w-]+)"', rest))
    assert {it for it in known if it not in said and it not in named and not it.startswith(begun)} == set()
