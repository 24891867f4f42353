"""`lrs credential`: keys and secrets of platforms."""

from __future__ import annotations

import click

from lrs.cli.awaited import awaited
from lrs.cli.complete import platforms
from lrs.cli.json_text import json_text
from lrs.cli.table import aligned
from lrs.registry import add_credential, revoke_credential
from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.credential import DEFAULT_SCOPES, Credential, Scope
from schemas.xapi import format_timestamp


@click.group
def credential() -> None:
    """Make, list and revoke the keys with which platforms come in.

    \b
    Example:
      lrs credential add one-touch
    """


def show_secret(made: Credential, secret: str) -> None:
    """Print a new credential with its secret: the only time that it can be."""
    click.echo(f"key:    {made.key}")
    click.echo(f"secret: {secret}")
    click.echo("The secret is shown this once; the store has only a hash of it.", err=True)


@credential.command
@click.argument("platform", shell_complete=platforms)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([str(scope) for scope in Scope]),
    help=f"What it may do; may be given several times.  [default: {', '.join(sorted(DEFAULT_SCOPES))}]",
)
@click.option("--key", help="The key it shall have, where a platform cannot take a new one.")
@awaited
async def add(platform: str, scopes: tuple[str, ...], key: str | None) -> None:
    """Make a credential of PLATFORM, and print its key and its secret once.

    A platform may have several: make the new one, have the platform use it, then revoke the old one.

    \b
    Examples:
      lrs credential add one-touch
      lrs credential add steering-board --scope reports/read
    """
    async with open_store(Settings(), create=True) as store:
        chosen = frozenset(map(Scope, scopes)) or DEFAULT_SCOPES
        show_secret(*await add_credential(store, platform, chosen, key=key))


@credential.command
@click.argument("key")
@awaited
async def revoke(key: str) -> None:
    """Revoke the credential with this KEY, for good.

    Servers that are running refuse it within two seconds.

    \b
    Example:
      lrs credential revoke 6f0c3a9e5d1b47f2a8c04e7d93b1f650
    """
    async with open_store(Settings()) as store:
        if not await revoke_credential(store, key):
            state = "is revoked already" if await store.credential(key) else "does not exist"
            raise ValueError(f"the credential {key!r} {state}")
    click.echo(f"{key} is revoked.")


@credential.command("list")
@click.argument("platform", required=False, shell_complete=platforms)
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def list_(platform: str | None, as_json: bool) -> None:
    """List the credentials of all platforms, or of PLATFORM. Neither secrets nor their hashes are shown.

    \b
    Example:
      lrs credential list one-touch
    """
    async with open_store(Settings()) as store:
        found = sorted(await store.credentials(platform), key=lambda it: (it.platform, it.created, it.key))
    if as_json:
        click.echo(json_text([_whole(it) for it in found]))
        return
    rows = [
        (it.key, it.platform, " ".join(sorted(it.scopes)), _moment(it.created), _moment(it.revoked))
        for it in found
    ]
    click.echo(aligned(("key", "platform", "scopes", "created", "revoked"), rows))


def _whole(it: Credential) -> dict[str, object]:
    return {
        "key": it.key,
        "platform": it.platform,
        "scopes": sorted(it.scopes),
        "created": _moment(it.created),
        "revoked": _moment(it.revoked),
    }


def _moment(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else format_timestamp(milliseconds)
