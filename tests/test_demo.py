"""The graph of the sample articles: sound, the same in whatever order it grows, and as the README shows it."""

from __future__ import annotations

import io
import random
import re
import shlex
from pathlib import Path

import pytest
from places import ROOT
from rich.console import Console

from kg import api, explain, pipeline, validation
from kg.cli import WIDTH
from kg.sparql import Answer

pytestmark = pytest.mark.slow

SEEDS = ROOT / "seeds"
FILES = ("graph.ttl", "graph.trig", "graph.html", "readings.jsonl")
SHOWN = re.compile(r"^\$ kg query output (.+)\n((?:(?!\$ |```).*\n)+)", re.MULTILINE)
QUESTIONS = SHOWN.findall((ROOT / "README.md").read_text("utf-8"))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make demo` writes."""
    folder = tmp_path_factory.mktemp("demo")
    assert not pipeline.build([SEEDS], folder).problems
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_it_passes_the_shapes(output: Path) -> None:
    report = validation.validate(output, shapes=True)
    assert report.sound, str(report)


def test_any_order_and_a_second_build_give_the_same_bytes(output: Path, tmp_path: Path) -> None:
    before = files(output)
    assert not pipeline.build([SEEDS], output).added
    assert files(output) == before
    articles = [path for path in SEEDS.glob("*.md") if path.stem != "README"]
    random.Random(5).shuffle(articles)
    for part in (articles[:8], articles[8:9], articles[9:]):
        pipeline.build(part, tmp_path)
    assert files(tmp_path) == before


def asked(output: Path, words: str) -> list[str]:
    """The lines of the table that `kg query output WORDS` prints, single-spaced."""
    question, *rest = shlex.split(words)
    given = {name.removeprefix("--"): value for name, value in zip(rest[::2], rest[1::2], strict=True)}
    with api.open(output) as graph:
        answer: Answer = graph.query(question, **given)  # type: ignore[arg-type]
    printed = io.StringIO()
    Console(file=printed, width=WIDTH, highlight=False).print(explain.answer(answer))
    return [" ".join(line.split()) for line in printed.getvalue().splitlines()]


@pytest.mark.parametrize(("words", "shown"), QUESTIONS, ids=[words[:20] for words, _ in QUESTIONS])
def test_the_readme_shows_what_is_answered(output: Path, words: str, shown: str) -> None:
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    answered = [line for line in asked(output, words) if line]
    assert answered == lines, "paste into README.md what `kg query output …` prints now"


def test_the_readme_shows_a_question() -> None:
    assert len(QUESTIONS) >= 2
