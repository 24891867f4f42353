"""The import arrows run one way: schemas ← consumers ← lrs, and adapters are imported by the wiring alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STANDARD_AND_GIVEN = {"schemas": {"pydantic", "orjson"}, "consumers": {"orjson"}}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
    return found


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(("folder", "barred"), [("schemas", {"consumers", "lrs"}), ("consumers", {"lrs"})])
def test_layers_import_downwards_only(folder: str, barred: set[str]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules(folder)
        for name in _imports(path)
        if name.split(".")[0] in barred
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["schemas", "consumers"])
def test_the_inner_layers_use_few_libraries(folder: str) -> None:
    import sys

    allowed = STANDARD_AND_GIVEN[folder] | set(sys.stdlib_module_names) | {"schemas", "consumers"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules(folder)
        for name in _imports(path)
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_adapters_are_imported_by_the_wiring_alone() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules("lrs")
        for name in _imports(path)
        if name.startswith("lrs.adapters") and "adapters" not in path.parts and path.name != "wiring.py"
    ]
    assert wrong == []


SHARED = {"lrs.child"}
"""What adapters may use of the rest: it knows nothing of the store."""


def test_adapters_do_not_import_each_other() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules("lrs/adapters")
        for name in _imports(path)
        if name.startswith("lrs.")
        and name not in SHARED
        and name.split(".")[:3] != list(path.relative_to(ROOT).parts[:3])
    ]
    assert wrong == []
