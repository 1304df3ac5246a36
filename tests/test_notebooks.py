"""The notebooks run from top to bottom, and what is stored in them is small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_to_its_end(path: Path, tmp_path: Path) -> None:
    """In a process of its own: kernels leave sockets and loops behind, and warnings are errors here."""
    pytest.importorskip("nbclient", reason="needs the `notebooks` extra")
    pytest.importorskip("ipykernel", reason="needs the `notebooks` extra")
    code = (
        "import sys, nbformat, nbclient\n"
        "notebook = nbformat.read(sys.argv[1], 4)\n"
        "where = {'metadata': {'path': sys.argv[2]}}\n"
        "nbclient.NotebookClient(notebook, timeout=300, kernel_name='python3', resources=where).execute()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path), str(path.parent)], capture_output=True, text=True, check=False,
                          timeout=600, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_small_and_free_of_errors(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    assert path.stat().st_size < 200_000
    assert notebook["cells"][0]["cell_type"] == "markdown"
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert all(output["output_type"] != "error" for output in outputs)
    assert not any(str(Path.home()) in json.dumps(output) for output in outputs)
