"""The benchmark runs, and every figure comes out of it. How fast anything is, is no matter of a test."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FIGURES = {
    "single", "single-beside", "batch", "drain", "sustained", "shuffled", "get", "page", "page-verb", "idle",
}  # fmt: skip
CLUSTER_FIGURES = {
    "append-8", "append-16", "append-single", "batch", "projection", "provinces", "sustained",
    "get", "page", "page-verb", "idle",
}  # fmt: skip
SIZES = {"size-statements", "size-learners", "size-cells", "size-subjects"}
WITHOUT_LIMIT = {"drain", "idle", "provinces", *SIZES}
WITHOUT_LATENCIES = {"drain", "projection", "provinces", *SIZES}
ROOT = Path(__file__).parents[2]


def test_every_figure_is_measured_beside_its_limit(tmp_path: Path) -> None:
    figures = _run(tmp_path)
    assert figures.keys() == FIGURES
    assert not any(it["on"] for it in figures.values())


def test_so_it_is_on_a_cluster_which_is_left_as_it_was(
    tmp_path: Path, kafka_url: str, mongo_url: str
) -> None:
    engines = {"LRS_TEST_KAFKA": kafka_url, "LRS_TEST_MONGODB": mongo_url}
    figures = _run(tmp_path, "--engines", "cluster", "--most", "1", **engines)
    assert figures.keys() == CLUSTER_FIGURES | SIZES
    assert all(it["on"] for it in figures.values())


def _run(folder: Path, *options: str, **environment: str) -> dict[str, Any]:
    """The figures by name, each of which is in the table."""
    raw = folder / "figures.json"
    words = ["--seconds", "0.3", "--population", "200", "--directory", str(folder), "--json", str(raw)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", *words, *options],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (run,) = json.loads(raw.read_text())["runs"]
    figures = {it["name"]: it for it in run["figures"]}
    for name, it in figures.items():
        assert it["value"] > 0
        assert (it["limit"] is None) == (name in WITHOUT_LIMIT)
        assert name in WITHOUT_LATENCIES or 0 < it["latencies"][0] <= it["latencies"][1]
        assert f"| {it['title']} |" in ran.stdout
    assert [it.name for it in folder.iterdir()] == [raw.name], "what the run made is gone"
    return figures
