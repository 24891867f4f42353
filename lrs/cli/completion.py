"""`lrs completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands, platforms, units and groups.

    \b
    Examples:
      lrs completion bash > ~/.local/share/bash-completion/completions/lrs
      lrs completion zsh  > ~/.zfunc/_lrs
      lrs completion fish > ~/.config/fish/completions/lrs.fish
    """
    found = get_completion_class(shell)
    assert found is not None, "click knows these three shells"  # noqa: S101
    click.echo(found(ctx.find_root().command, {}, "lrs", "_LRS_COMPLETE").source())
