"""`python -m kg.training COMMAND`: prepare, vectors, train, lemmas, roles, words, names, assemble, evaluate.

README.md says what each does, and in which order.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import srsly

from kg import language
from kg.errors import KgError
from kg.training import assemble, corpora, evaluate, lemmas, vectors, words
from kg.training.errors import DataError

_HERE = Path(__file__).parent
_TREEBANKS = ["ancora", "cess"]


def _needed(module: str) -> ModuleType:
    """A module of this package that needs what only training does."""
    try:
        return import_module(f"kg.training.{module}")
    except ImportError as error:
        raise DataError(f"{error.name} is not installed", remedy="pip install 'geopolitical-kg[train]'") from error


def _prepare(args: argparse.Namespace) -> None:
    words = corpora.prepare(args.data, args.runs, args.treebanks)
    for name, count in words.items():
        print(f"{name}: {count:,} words")


def _vectors(args: argparse.Namespace) -> None:
    vectors.train(args.data, args.runs)


def _lemmas(args: argparse.Namespace) -> None:
    parts = corpora.split(args.data, _TREEBANKS)
    srsly.write_json(args.runs / "lemmas.json", lemmas.learn((s for d in parts.train for s in d), args.data))


def _roles(args: argparse.Namespace) -> None:
    _needed("roles").train(args.data, _TREEBANKS, args.runs / "lemmas.json", args.runs / "roles")


def _words(args: argparse.Namespace) -> None:
    words.train(args.data, args.runs)


def _names(args: argparse.Namespace) -> None:
    _needed("recogniser").train(args.data, words.Words.read(args.runs), args.runs / "names")


def _train(args: argparse.Namespace) -> None:
    command = [
        sys.executable, "-m", "spacy", "train", str(_HERE / "configs" / "syntax.cfg"),
        "--output", str(args.runs / "syntax"), "--code", str(_HERE / "augment.py"),
        "--paths.train", str(args.runs / "syntax-train.spacy"), "--paths.dev", str(args.runs / "syntax-dev.spacy"),
        "--paths.vectors", str(args.runs / "vectors"),
    ]  # fmt: skip
    subprocess.run(command, check=True)


def _assemble(args: argparse.Namespace) -> None:
    runs = args.runs
    parts = {"lemmatizer": runs / "lemmas.json", "roles": runs / "roles", "ner": runs / "names"}
    assemble.assemble(runs / "syntax" / "model-best", parts, args.out)


def _evaluate(args: argparse.Namespace) -> None:
    print(evaluate.format_table(evaluate.evaluate(language.load(args.model), args.data)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kg.training", description="Train the bundled pipeline.")
    commands = parser.add_subparsers(required=True)
    for name, run, needs in (
        ("prepare", _prepare, "data runs"), ("vectors", _vectors, "data runs"), ("lemmas", _lemmas, "data runs"),
        ("train", _train, "runs"), ("roles", _roles, "data runs"), ("words", _words, "data runs"),
        ("names", _names, "data runs"), ("assemble", _assemble, "runs"), ("evaluate", _evaluate, "data"),
    ):  # fmt: skip
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        for need in needs.split():
            command.add_argument(f"--{need}", type=Path, required=True)
        _options(name, command)
    return parser


def _options(name: str, command: argparse.ArgumentParser) -> None:
    if name == "prepare":
        command.add_argument("--treebanks", nargs="+", default=_TREEBANKS, choices=list(corpora.TREEBANKS))
    elif name == "assemble":
        command.add_argument("--out", type=Path, default=language.BUNDLED)
    elif name == "evaluate":
        command.add_argument("--model", help="a package or folder instead of the bundled pipeline")


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    args = _parser().parse_args(argv)
    try:
        args.run(args)
    except KgError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
