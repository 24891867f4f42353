"""The program: its commands by what they are for, and its exit codes."""

from __future__ import annotations

import importlib
import keyword
import os
import select
from typing import Any

import click

STDOUT = 1
"""The file descriptor of standard output."""
SECTIONS = {
    "Run": {"serve": "lrs.cli.serve", "consume": "lrs.cli.consume", "migrate": "lrs.cli.migrate"},
    "Let platforms in": {"platform": "lrs.cli.platform", "credential": "lrs.cli.credential"},
    "Say what is wanted": {"plan": "lrs.cli.plan", "rules": "lrs.cli.rules"},
    "Bring in": {"import": "lrs.cli.import_"},
    "Read": {"report": "lrs.cli.report", "export": "lrs.cli.export"},
    "Publish": {"edition": "lrs.cli.edition"},
    "Protect": {"learner": "lrs.cli.learner", "person": "lrs.cli.person", "audit": "lrs.cli.audit"},
    "Mend": {"deadletters": "lrs.cli.deadletters", "rebuild": "lrs.cli.rebuild", "trim": "lrs.cli.trim"},
    "Try out": {"simulate": "lrs.cli.simulate", "completion": "lrs.cli.completion"},
}
"""By heading the commands, each with the module that has it under its own name, in the order of their use."""


class Program(click.Group):
    """Loads a command when it is asked for, and turns what went wrong into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for commands in SECTIONS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for commands in SECTIONS.values():
            if cmd_name in commands:
                # a word of the language's own has an underscore after it
                attribute = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
                command: click.Command = getattr(importlib.import_module(commands[cmd_name]), attribute)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings."""
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                found = ((name, self.get_command(ctx, name)) for name in commands)
                formatter.write_dl([(name, it.get_short_help_str(80)) for name, it in found if it])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, BrokenPipeError) and _nobody_reads():
                # as after `head`: click ends without a word
                raise
            from lrs.cli.refusal import refusal  # noqa: PLC0415 - it knows all errors, and most runs have none

            sentence = refusal(error)
            if sentence is None or os.environ.get("LRS_LOG_LEVEL") == "DEBUG":
                raise
            raise click.ClickException(sentence) from error


def _nobody_reads() -> bool:
    """Whether standard output is a pipe whose reader has gone."""
    output = select.poll()
    output.register(STDOUT, 0)
    return any(event & select.POLLERR for _, event in output.poll(0))


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lrs", prog_name="lrs")
def main() -> None:
    """A national store of learning records: takes xAPI statements from platforms, and counts learners by
    province.

    Where the log and the store are, and all else that can be set, is said in the environment (LRS_STORE,
    LRS_LOG and so on) or in a file .env; without that they are files under data/.

    \b
    Example, from nothing to a report:
      lrs serve &
      lrs simulate quang-nam-launch
      lrs report provinces --scheme vn-2004

    Exit codes: 0 done; 1 refused or failed, with the reason on standard error; 2 not understood. With
    LRS_LOG_LEVEL=DEBUG a failure shows where it happened.
    """
