"""The event classes: quadrant, intensity, names in two languages (read from `ontology/classes.tsv` and `modes.tsv`).

Classes, quadrants and intensities are those of PLOVER (Open Event Data Alliance, PLOVER codebook), which revises the
scale of Goldstein (1992), "A conflict-cooperation scale for WEIS events data", Journal of Conflict Resolution 36(2).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kg.errors import OntologyError
from kg.resources import ontology_dir

__all__ = ["QUADRANTS", "EventClass", "Quadrant", "event_classes", "load_classes"]

Quadrant = Literal["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict", "speech"]
"""PLOVER's four quadrants and one for statements that are neither."""

QUADRANTS: tuple[Quadrant, ...] = get_args(Quadrant)

_COLUMNS = (
    "class", "quadrant", "score", "property", "label_es", "label_en", "phrase_es", "phrase_en", "symmetric",
)
_MODE_COLUMNS = ("class", "mode", "score")


@dataclass(frozen=True, slots=True)
class EventClass:
    """One class of events."""

    name: str
    """`ACCUSE`, `AID`…"""
    quadrant: Quadrant
    intensity: float
    """Cooperation (+) or conflict (-), -10 to +10."""
    property: str
    """Local name of the direct property (`accuses`)."""
    label_es: str
    label_en: str
    phrase_es: str
    """To be read between two actors: «acusa o critica a»."""
    phrase_en: str
    symmetric: bool
    """True when neither side does it *to* the other (meetings, cooperation)."""
    modes: Mapping[str, float] = field(default_factory=dict)
    """Intensity of the modes that state one."""

    def score(self, mode: str | None = None) -> float:
        """Intensity of an event of this class in `mode`; the class's own when the mode states none.

        >>> event_classes()["CONSULT"].score("phone"), event_classes()["CONSULT"].score()
        (1.5, 2.5)
        """
        return self.modes.get(mode, self.intensity) if mode else self.intensity


@cache
def event_classes() -> Mapping[str, EventClass]:
    """The classes of the bundled ontology by name, in its order.

    >>> event_classes()["ASSAULT"].quadrant
    'material_conflict'
    """
    return load_classes(ontology_dir())


def load_classes(folder: Path) -> Mapping[str, EventClass]:
    """Read and check `classes.tsv` and `modes.tsv` in `folder`; OntologyError names the line that is wrong."""
    modes = _load_modes(folder / "modes.tsv")
    classes: dict[str, EventClass] = {}
    for place, row in _rows(folder / "classes.tsv", _COLUMNS):
        if row["class"] in classes:
            raise OntologyError(f"class {row['class']} is given twice", where=place, remedy="remove one of the lines")
        classes[row["class"]] = _event_class(row, place, modes.pop(row["class"], {}))
    if modes:
        raise OntologyError(f"modes of unknown classes {sorted(modes)}", where=str(folder / "modes.tsv"),
                            remedy="use the names in classes.tsv")
    return classes


def _event_class(row: Mapping[str, str], place: str, modes: Mapping[str, float]) -> EventClass:
    if row["quadrant"] not in QUADRANTS:
        raise OntologyError(f"unknown quadrant {row['quadrant']!r}", where=place, remedy=f"use one of {QUADRANTS}")
    if row["symmetric"] not in ("yes", "no"):
        raise OntologyError(f"symmetric is {row['symmetric']!r}", where=place, remedy="write yes or no")
    return EventClass(
        name=row["class"], quadrant=row["quadrant"], intensity=_score(row["score"], place),
        property=row["property"], label_es=row["label_es"], label_en=row["label_en"], phrase_es=row["phrase_es"],
        phrase_en=row["phrase_en"], symmetric=row["symmetric"] == "yes", modes=modes,
    )


def _load_modes(path: Path) -> dict[str, dict[str, float]]:
    modes: dict[str, dict[str, float]] = {}
    for place, row in _rows(path, _MODE_COLUMNS):
        modes.setdefault(row["class"], {})[row["mode"]] = _score(row["score"], place)
    return modes


def _score(text: str, place: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -10 <= value <= 10:
        raise OntologyError(f"score {text!r} is not between -10 and 10", where=place, remedy="see PLOVER's table")
    return value


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """`file:line` and cells of each row; comment lines start with `#`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OntologyError("cannot read the table", where=str(path), remedy="install the package again") from error
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("#")]
    for index, (number, line) in enumerate(numbered):
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        place = f"{path}:{number}"
        if index == 0 and tuple(cells) != columns:
            raise OntologyError("wrong columns", where=place, remedy="write " + " ".join(columns))
        if len(cells) != len(columns) or not all(cells):
            raise OntologyError(f"needs {len(columns)} filled cells", where=place, remedy="separate cells by one tab")
        if index:
            yield place, dict(zip(columns, cells, strict=True))
