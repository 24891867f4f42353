"""The profile over HTTP: for whoever asks, cached, under a policy that lets nothing else in."""

from __future__ import annotations

import re

import pytest

from lrs.profile.page import POLICY
from tests.acceptance.client import Client

PATHS = ("/profile", "/profile.json", "/profile/units.csv", "/profile/groups.csv")
OPEN = {"Authorization": None, "X-Experience-API-Version": None, "Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", PATHS)
async def test_anybody_is_answered_and_told_that_it_has_not_changed(client: Client, path: str) -> None:
    answer = await client.send("GET", path, headers=OPEN)
    assert answer.status == 200
    tag = answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = await client.send("GET", path, headers={**OPEN, "If-None-Match": tag})
    assert (again.status, again.headers["ETag"], again.body) == (304, tag, b"")
    packed = await client.send("GET", path, headers={**OPEN, "Accept-Encoding": "gzip"})
    assert packed.headers["ETag"] != tag, "other bytes have another tag"
    assert packed.body == answer.body
    assert "Accept-Encoding" in packed.headers["Vary"]
    head = await client.send("HEAD", path, headers=OPEN)
    assert (head.status, head.headers["ETag"], head.body) == (200, tag, b"")


async def test_the_page_is_in_the_language_that_is_asked_for(client: Client) -> None:
    for params, accepted, language in (
        ({}, None, "vi"),
        ({}, "en-GB, vi;q=0.5", "en"),
        ({}, "fr, *;q=0.1", "vi"),
        ({"lang": "en"}, "vi", "en"),
        ({"lang": "vi"}, "en", "vi"),
    ):
        answer = await client.send(
            "GET", "/profile", params=params, headers={**OPEN, "Accept-Language": accepted}
        )
        assert f'<html lang="{language}">'.encode() in answer.body
        assert answer.headers["Content-Security-Policy"] == POLICY
    refused = await client.send("GET", "/profile", params={"lang": "fr"}, headers=OPEN)
    assert refused.error == (400, "bad-language", "lang")


async def test_what_the_page_links_to_is_there(client: Client) -> None:
    text = (await client.send("GET", "/profile", headers=OPEN)).body.decode()
    links = re.findall(r'href="([^"]+)"', text)
    anchors = {it for it in links if it.startswith("#")}
    assert anchors == {f"#{it}" for it in re.findall(r'id="([^"]+)"', text)}
    for link in set(links) - anchors:
        assert (await client.send("GET", f"/{link}", headers=OPEN)).status == 200, link


async def test_a_screen_reader_tells_the_tables_apart(client: Client) -> None:
    for language in ("vi", "en"):
        text = (await client.send("GET", "/profile", params={"lang": language}, headers=OPEN)).body.decode()
        labels = re.findall(r'role="region" tabindex="0" aria-label="([^"]+)"', text)
        assert len(labels) == text.count("<table>")
        assert len(set(labels)) == len(labels), labels


async def test_a_list_that_is_not_there_is_refused(client: Client) -> None:
    assert (await client.send("GET", "/profile/plans.csv")).error == (404, "unknown-list", "list")
    assert (await client.send("GET", "/profile.json?a=1")).error == (400, "unknown-parameter", "a")
