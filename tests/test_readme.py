"""The README holds: its settings are the settings, and its commands print what it says from a cold start."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from lrs.http.metrics import Metrics
from lrs.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
STARTS_WITHIN = 240
"""Seconds for `make run` to make its environment and answer."""


def _written(default: object) -> str:
    """A default as somebody would write it into `.env`; nothing where the setting is not set."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is None or default == "":
        return ""
    return f"`{default if isinstance(default, str) else orjson.dumps(default).decode()}`"


def test_the_table_of_settings_is_that_of_the_class() -> None:
    rows = ["| setting | default | what |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = _written(field.get_default(call_default_factory=False))
        rows.append(f"| `LRS_{name.upper()}` | {default} | {' '.join((field.description or '').split())} |")
    assert "\n".join(rows) in README, "the table should be:\n" + "\n".join(rows)


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md")],
    ids=lambda it: it.name,
)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [it for it in linked if not (page.parent / it).exists()] == []


def test_alert_rules_name_metrics_that_exist() -> None:
    rules = (ROOT / "deploy" / "prometheus-rules.yml").read_text(encoding="utf-8")
    known = {sample.name for family in Metrics().registry.collect() for sample in family.samples}
    known |= {family.name for family in Metrics().registry.collect()}
    named = {
        name.removesuffix("_total").removesuffix("_bucket") for name in re.findall(r"\blrs_[a-z_]+", rules)
    }
    assert named
    assert named <= {name.removesuffix("_total") for name in known}


MADE = {".git", ".venv", "data", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
"""Folders that are made, not written."""


def _tracked() -> list[str]:
    """The files of the project; on a machine without git, those that nothing has made."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        files = (it.relative_to(ROOT) for it in ROOT.rglob("*") if it.is_file())
        return [str(it) for it in files if it.parts[0] not in MADE and it.parent.name != "__pycache__"]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return list(filter(None, listed.stdout.decode().split("\0")))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A fresh copy of what is tracked, in which `make run` serves on a free port."""
    copy = tmp_path / "clone"
    for name in _tracked():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LRS_", "MAKE"))}
    output = tmp_path / "output"
    with output.open("wb") as out:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=copy,
            env={**environment, "LRS_PORT": str(port)},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health/ready", process, output)
        yield copy, port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _wait(url: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, output.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(output.read_text())


@pytest.mark.timeout(600)
def test_the_first_steps_from_a_cold_start(served: tuple[Path, int]) -> None:
    clone, port = served
    steps = [block for block in SHELL.findall(README) if block.startswith("curl")]
    assert len(steps) == 2, "one curl posts a statement, one reads the province's figures"
    post, read = (step.replace("127.0.0.1:8080", f"127.0.0.1:{port}") for step in steps)
    posted = subprocess.run(["bash", "-c", post], cwd=clone, capture_output=True, text=True, check=True)
    assert re.fullmatch(r'\["[0-9a-f-]{36}"\]', posted.stdout)
    until = time.monotonic() + 20
    while True:
        figures = subprocess.run(
            ["bash", "-c", read], cwd=clone, capture_output=True, text=True, check=True
        ).stdout
        if "vn-2004/49,Tỉnh Quảng Nam,1,0,0," in figures:
            break
        assert time.monotonic() < until, figures
        time.sleep(0.1)
    assert figures.splitlines()[0] == "unit,name,registered,active,trained,through"
