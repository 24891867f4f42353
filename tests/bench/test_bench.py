"""The benchmark runs, and every figure comes out of it. How fast anything is, is no matter of a test."""

import json
import subprocess
import sys
from pathlib import Path

FIGURES = {
    "single", "single-beside", "batch", "drain", "sustained", "shuffled", "get", "page", "page-verb", "idle",
}  # fmt: skip
WITHOUT_LIMIT = {"drain", "idle"}
ROOT = Path(__file__).parents[2]


def test_every_figure_is_measured_beside_its_limit(tmp_path: Path) -> None:
    raw = tmp_path / "figures.json"
    options = ["--seconds", "0.3", "--population", "200", "--directory", str(tmp_path), "--json", str(raw)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    figures = {it["name"]: it for it in json.loads(raw.read_text())["figures"]}
    assert figures.keys() == FIGURES
    for name, it in figures.items():
        assert it["value"] > 0
        assert (it["limit"] is None) == (name in WITHOUT_LIMIT)
        assert name == "drain" or 0 < it["latencies"][0] <= it["latencies"][1]
        assert f"| {it['title']} |" in ran.stdout
    assert [it.name for it in tmp_path.iterdir()] == [raw.name], "what the run made is gone"
