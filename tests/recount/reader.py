"""Fetches every stored statement over HTTP, with nothing but the standard library."""

import base64
import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

from .statement import Json, void_target


def read_statements(url: str, key: str, secret: str) -> tuple[list[Json], set[str]]:
    """Every statement the store holds, and the ids that it answers for as voided.

    The listing leaves voided statements out, so the target of every listed void is asked for by
    `voidedStatementId`. 404 there means that the target never came or that the void has no effect on it; such
    a target may be in the listing. `url` is where `/xapi` hangs. Raises `urllib.error.HTTPError` for any
    other refusal.
    """
    base = url.rstrip("/")
    credential = base64.b64encode(f"{key}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {credential}", "X-Experience-API-Version": "2.0.0"}

    def get(address: str) -> Any:
        with urlopen(Request(address, headers=headers)) as response:
            return json.load(response)

    statements: dict[str, Json] = {}
    address = f"{base}/xapi/statements?limit=500"
    while address:
        page = get(address)
        statements.update({statement["id"].lower(): statement for statement in page["statements"]})
        address = urljoin(address, page["more"]) if page.get("more") else ""

    targets = {target for statement in statements.values() if (target := void_target(statement)) is not None}
    voided: set[str] = set()
    for target in sorted(targets):
        try:
            statements[target] = get(f"{base}/xapi/statements?voidedStatementId={quote(target, safe='')}")
        except HTTPError as refusal:
            with refusal:
                if refusal.code != 404:
                    raise
        else:
            voided.add(target)
    return list(statements.values()), voided
