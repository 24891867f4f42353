"""The Dockerfile: what it copies is enough to run, and who runs has no rights."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

from tests.deploy.files import DEPLOY, ROOT, open_paths, understood

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
IGNORE = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
STEPS = re.sub(r"\\\n\s*", "", DOCKERFILE).splitlines()


def _copied() -> list[str]:
    """What is copied out of the checkout."""
    words = [step.split()[1:] for step in STEPS if step.startswith("COPY ") and "--from" not in step]
    return [source for step in words for source in step[:-1]]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    let_in = {line[1:] for line in IGNORE if line.startswith("!")}
    assert "*" in IGNORE
    assert set(_copied()) == let_in
    for source in _copied():
        assert (ROOT / source).exists()


def test_the_last_stage_runs_as_a_fixed_user_without_rights() -> None:
    last = STEPS[max(at for at, step in enumerate(STEPS) if step.startswith("FROM ")) :]
    users = [step.split()[1] for step in last if step.startswith("USER ")]
    assert users == ["10001:10001"]
    after = last[last.index("USER 10001:10001") :]
    assert not any(step.startswith(("RUN ", "COPY ", "ADD ")) for step in after)
    assert 'ENTRYPOINT ["lrs"]' in after
    assert 'CMD ["serve"]' in after
    understood(["serve"])


def test_everything_that_is_installed_has_a_hash() -> None:
    installs = [step for step in STEPS if "pip install" in step]
    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: -r requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    uninstalled = re.findall(r"uninstall --yes ([\w -]+?) +&&", installs[1])
    for name in uninstalled[0].split():
        assert re.search(rf"^{name}==", lock, re.MULTILINE), f"{name} is in no image"


def test_health_is_asked_where_it_is_answered() -> None:
    (path,) = re.findall(r"\+ '(/[^']+)'", DOCKERFILE)
    assert path in open_paths()


def test_what_is_copied_makes_a_package_that_runs_and_writes_nothing(tmp_path: Path) -> None:
    source, wheels, place = (tmp_path / name for name in ("source", "wheels", "place"))
    ignored = [line.removeprefix("**/") for line in IGNORE if line.startswith("**/")]
    source.mkdir()
    for name in _copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns(*ignored))
        elif not any(fnmatch(name, pattern) for pattern in ignored):
            shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place)
    before = sorted(place.rglob("*"))
    # without the site's own packages' `lrs`: what is first on the path is taken
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    says = "import lrs, sys; print(lrs.__file__); from lrs.cli import main; main(['consume', '--help'])"
    done = subprocess.run(
        [sys.executable, "-c", says],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(str(place))
    assert "statements" in done.stdout
    assert sorted(place.rglob("*")) == before
    for data in ("schemas/data/provinces-2004-to-2025.csv", "lrs/adapters/sqlite/sql/statements.sql"):
        assert (place / data).exists()
