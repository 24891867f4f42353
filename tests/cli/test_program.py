"""A stranger finds out what each command does, and a script what became of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from lrs.cli import main
from lrs.cli.consume import CONSUMERS
from lrs.cli.program import SECTIONS
from lrs.cli.refusal import refusal
from lrs.consume import CONSUMERS as RUNNABLE
from lrs.problem import overloaded
from lrs.reports.refused import Refused
from schemas.errors import Unavailable
from tests.cli.shell import Shell


def walk(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from walk(found, *path, name)


COMMANDS = list(walk(main))


def test_there_is_what_there_should_be() -> None:
    assert {" ".join(path) for path in COMMANDS} == {
        "",
        "serve",
        "consume",
        "migrate",
        "trim",
        "platform",
        "platform add",
        "platform list",
        "credential",
        "credential add",
        "credential revoke",
        "credential list",
        "plan",
        "plan import",
        "plan show",
        "plan history",
        "plan restore",
        "plan template",
        "rules",
        "rules show",
        "rules set",
        "rules history",
        "import",
        "import attendance",
        "import template",
        "report",
        "report provinces",
        "report targets",
        "export",
        "export statements",
        "export links",
        "edition",
        "edition publish",
        "edition list",
        "edition show",
        "edition diff",
        "learner",
        "learner erase",
        "learner export",
        "person",
        "person import",
        "person link",
        "person unlink",
        "person list",
        "person history",
        "audit",
        "audit list",
        "deadletters",
        "deadletters list",
        "deadletters requeue",
        "rebuild",
        "simulate",
        "simulate quang-nam-launch",
        "simulate nation",
        "simulate province",
        "completion",
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_with_an_example(shell: Shell, path: tuple[str, ...]) -> None:
    said = shell(*path, "--help")
    assert said.startswith(f"Usage: {' '.join(('lrs', *path))}")
    example = said.partition("\n  Example")[2].partition("\n\n")[0]
    assert f"    lrs {' '.join(path)}".rstrip() in example
    description = said.partition("\n\n")[2].partition("\n\n")[0]
    assert description.strip().endswith(".")


def test_every_option_says_what_it_is() -> None:
    for path in COMMANDS:
        command: click.Command | None = main
        for name in path:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, (path, parameter.name)


def test_commands_stand_in_the_order_of_their_use(shell: Shell) -> None:
    said = shell("--help")
    places = [said.index(f"\n{heading}:\n") for heading in SECTIONS]
    assert places == sorted(places)


def test_what_may_be_consumed_is_what_can_be() -> None:
    assert set(CONSUMERS) == set(RUNNABLE)


def test_it_knows_its_version(shell: Shell) -> None:
    assert shell("--version").startswith("lrs, version ")


@pytest.mark.parametrize("words", [["nothing"], ["serve", "--port", "70000"], ["platform", "add"]])
def test_what_is_not_understood_is_2(shell: Shell, words: list[str]) -> None:
    shell.refused(*words, code=2)


def test_a_store_that_is_not_there_is_1_and_is_not_made(shell: Shell) -> None:
    assert "store.db" in shell.refused("platform", "list")
    assert shell.refused("platform", "list") == shell.refused("credential", "list")


def test_an_address_of_no_adapter_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRS_STORE", "postgres://there")
    assert "LRS_STORE=postgres://" in shell.refused("credential", "list")


def test_a_setting_that_cannot_be_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRS_PORT", "many")
    assert shell.refused("credential", "list").startswith("port: ")


def test_with_debug_a_failure_shows_where_it_happened(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRS_LOG_LEVEL", "DEBUG")
    result = shell.run("credential", "list")
    assert result.exit_code == 1
    assert not isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("the log does not answer"), "the log does not answer"),
        (overloaded("busy", "Come back."), "Come back. (busy)"),
        (Refused("bad-period", "Write a year.", "period"), "period: Write a year."),
        (ExceptionGroup("", [ExceptionGroup("", [ValueError("deep")])]), "deep"),
        (ConnectionRefusedError(111, "refused"), "[Errno 111] refused"),
        (TimeoutError(), "TimeoutError"),
        (KeyError("a mistake"), None),
    ],
)
def test_a_failure_is_one_line_and_a_mistake_is_none(error: Exception, said: str | None) -> None:
    assert refusal(error) == said


def test_it_is_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lrs", "--version"], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.startswith("lrs, version ")


def test_whoever_stops_reading_is_told_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "lrs", "completion", "bash"]
    try:
        told = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert (told.returncode, told.stderr) == (1, b"")
