"""The wheel carries all that it needs and works away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LARGEST = 45_000_000
"""Bytes of the bundled pipeline in the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_ontology_queries_templates_and_pipeline(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        infos = {info.filename: info.compress_size for info in archive.infolist()}
    for needed in ("kg/data/ontology/kg.ttl", "kg/data/ontology/lexicon/verbs.tsv", "kg/queries/threats.rq", "kg/settings.toml",
                   "kg/data/es_kg_news/meta.json", "kg/templates/view.html.j2", "kg/templates/serve/base.html", "kg/py.typed"):
        assert needed in infos
    pipeline = sum(size for name, size in infos.items() if name.startswith("kg/data/es_kg_news/"))
    assert pipeline < LARGEST


def test_the_installed_package_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "KG_CACHE": str(tmp_path / "cache")}
    where = "import kg; print(kg.__file__)"
    told = subprocess.run([sys.executable, "-c", where], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert str(tmp_path) in told.stdout
    (tmp_path / "a.txt").write_text("Francia condenó los ataques rusos contra Ucrania.", "utf-8")
    command = [sys.executable, "-m", "kg", "build", "a.txt", "--output", "out"]
    subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    reading = json.loads((tmp_path / "out" / "readings.jsonl").read_text("utf-8").splitlines()[0])
    assert {a["label"] for a in reading["actors"]} >= {"Francia", "Rusia", "Ucrania"}
