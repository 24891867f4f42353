"""`python -m tests.browser install | vendor`: install the browser; vendor the page's library again."""

from __future__ import annotations

import click

from tests.browser import installed, vendored
from tests.engines.cache import Cache
from tests.engines.missing import Missing


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A browser for the tests of the page."""


@main.command
def install() -> None:
    """Install what is not there yet."""
    found = _installed()
    click.echo(f"browser: {found.program}; packages of npm: {found.folder}")


@main.command
def vendor() -> None:
    """Put the library of the page anew into the tree, as the lock's hash says."""
    package = _installed().uplot
    before = vendored.differences(package)
    vendored.fetch(package)
    click.echo(f"{vendored.FOLDER.name}: {', '.join(before) if before else 'unchanged'}")


def _installed() -> installed.Installed:
    try:
        return installed.install(Cache())
    except Missing as error:
        raise click.ClickException(f"browser: not installed: {error}") from error


if __name__ == "__main__":
    main()
