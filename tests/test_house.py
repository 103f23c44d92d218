"""The rules of the house: which way imports go, what may not be imported early, and that public things are explained."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIPELINE = sorted((ROOT / "pipeline").rglob("*.py"))
ASSETS = sorted((ROOT / "assets").glob("*.py"))
STAGES = ("prepare", "gather", "validate", "feedback", "score", "report")


def imported(path: Path) -> set[str]:
    """Top-level packages that a module imports anywhere in its code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", PIPELINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_pipeline_imports_neither_dagster_nor_assets(path: Path) -> None:
    assert not imported(path) & {"dagster", "assets", "examples", "benchmarks", "tests"}


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_one_module_in_assets(stage: str) -> None:
    assert (ROOT / "assets" / f"{stage}.py").is_file()


@pytest.mark.parametrize("path", [ROOT / "assets" / f"{stage}.py" for stage in STAGES], ids=lambda path: path.stem)
def test_an_asset_only_loads_calls_and_returns(path: Path) -> None:
    """No branches, no loops over data beyond handing on outputs, no frames filtered by hand: at most 30 lines each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        branches = [node for node in ast.walk(function) if isinstance(node, (ast.If, ast.While, ast.Try, ast.Match))]
        assert not branches, f"{path.name}:{branches[0].lineno} decides something: that belongs in pipeline/"
        body = function.body[-1].end_lineno - function.body[0].lineno
        assert body <= 40, f"{path.name}: {function.name} is {body} lines long"


def test_loading_the_definitions_imports_nothing_heavy() -> None:
    """The UI loads the definitions in several processes: what takes seconds is imported by the asset that needs it."""
    code = (
        "import sys, assets.definitions; "
        "print(','.join(sorted({'great_expectations','docx','docxtpl','matplotlib','pyxform','xlsxwriter'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("path", PIPELINE + ASSETS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_function_says_what_it_takes_and_returns(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        assert ast.get_docstring(node), f"{path.name}:{node.lineno} {node.name} has no docstring"


@pytest.mark.parametrize("path", PIPELINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_public_function_that_raises_says_when(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            raises = any(isinstance(inner, ast.Raise) and inner.exc is not None for inner in ast.walk(node))
            assert not raises or "Raises:" in (ast.get_docstring(node) or ""), f"{path.name}:{node.lineno} {node.name}"
