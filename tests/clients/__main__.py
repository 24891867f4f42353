"""`python -m tests.clients`: install the clients of npm."""

from __future__ import annotations

import click

from tests.clients import installed
from tests.engines.cache import Cache
from tests.engines.missing import Missing


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Install the xAPI clients of the tests, where they are not there yet."""
    try:
        click.echo(f"xAPI clients: {installed.install(Cache()).folder}")
    except Missing as error:
        raise click.ClickException(f"xAPI clients: not installed: {error}") from error


if __name__ == "__main__":
    main()
