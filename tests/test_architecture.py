"""The house stands: imports go downwards only, the two sides do not know each other, and `__all__` tells the truth."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg

PACKAGE = Path(kg.__file__).parent

# From the ground up; a module may import from floors below its own, never from its own or above.
FLOORS = (
    {"errors", "resources", "model", "names", "word_tables"},
    {"shapes", "titles"},
    {"ontology"},
    {"settings", "classes", "lexicon", "knowledge", "lemmatizer", "nominals", "roles", "recogniser", "parser", "embeddings",
     "articles", "dates"},
    {"language"},
    {"evaluation", "tokens"},
    {"calibration"},
    {"mentions"},
    {"actors"},
    {"events", "offices"},
    {"reader"},
    {"terms"},
    {"identity"},
    {"merging", "facts", "truth"},
    {"graph"},
    {"index"},
    {"store", "sparql", "network", "tables"},
    {"export", "plots", "roster", "view"},
    {"publish", "validation"},
    {"report", "explain", "pages"},
    {"pipeline"},
    {"api"},
    {"serve"},
    {"cli", "training"},
    {"__main__"},
)
EXTRACTION = {"lexicon", "knowledge", "embeddings", "language", "dates", "nominals", "tokens", "mentions", "actors", "events",
              "offices", "reader"}
GRAPH = {"terms", "merging", "facts", "tables", "validation", "ontology", "identity", "graph", "truth", "index", "store",
         "sparql", "export", "publish", "network", "view", "plots", "report", "serve"}


def modules() -> Iterator[tuple[str, Path]]:
    """First name below `kg` and file of every module."""
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).with_suffix("").parts[0]
        if name != "__init__" and "data" not in file.parts:
            yield name, file


def imports(file: Path, *, lazy: bool) -> Iterator[str]:
    """Dotted names that a file imports; with `lazy`, inside functions and for type checking as well."""
    tree = ast.parse(file.read_text("utf-8"))
    nodes = ast.walk(tree) if lazy else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor(name: str) -> int:
    return next(n for n, names in enumerate(FLOORS) if name in names)


def test_every_module_has_its_floor() -> None:
    homeless = {name for name, _ in modules()} - set().union(*FLOORS)
    assert not homeless


def test_imports_go_downwards() -> None:
    wrong = set()
    for name, file in modules():
        for target in imports(file, lazy=True):
            parts = target.split(".")
            below = parts[1] if parts[0] == "kg" and len(parts) > 1 else None
            if below and below != name and below != "__version__" and floor(below) >= floor(name):
                wrong.add(f"{name} imports {below}")
    assert not wrong


@pytest.mark.parametrize(("side", "foreign"), [(EXTRACTION, {"rdflib", "pyoxigraph", "oxrdflib"}), (GRAPH, {"spacy"})])
def test_the_two_sides_do_not_know_each_other(side: set[str], foreign: set[str]) -> None:
    found = {f"{name}: {target}" for name, file in modules() if name in side
             for target in imports(file, lazy=True) if target.split(".")[0] in foreign}
    assert not found


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = {"spacy", "rdflib", "pyoxigraph", "networkx", "pyvis", "matplotlib"}
    seen, waiting = set(), ["cli"]
    while waiting:
        name = waiting.pop()
        for module, file in modules():
            if module != name or module in seen:
                continue
            targets = set(imports(file, lazy=False))
            assert not {t.split(".")[0] for t in targets} & heavy, name
            waiting += [parts[1] for t in targets if (parts := t.split("."))[0] == "kg" and len(parts) > 1]
        seen.add(name)


def test_all_names_exist() -> None:
    for info in pkgutil.walk_packages([str(PACKAGE)], "kg."):
        if info.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(info.name)
        except ModuleNotFoundError as error:
            assert (info.name.startswith("kg.training."), error.name) == (True, "torch"), info.name
            continue
        missing = [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)]
        assert not missing, info.name
