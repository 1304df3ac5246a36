"""Time expressions of Spanish news against a hand-made table, and in running text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.dates import find_times, fold, resolve_time

TABLE = Path(__file__).parent / "data" / "spanish_dates.tsv"


def rows() -> list[tuple[str, str | None, str | None]]:
    lines = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(phrase, published or None, expected or None) for phrase, published, expected, *_ in lines[1:]]


@pytest.mark.parametrize(("phrase", "published", "expected"), rows())
def test_phrase(phrase: str, published: str | None, expected: str | None) -> None:
    assert resolve_time(phrase, published) == expected


def test_times_in_running_text() -> None:
    text = "Lavrov afirmó el martes que Moscú «actúa desde el 24 de febrero» y que los martes mañana no será igual."
    found = {text[start:end]: value for start, end, value in find_times(text, "2022-10-12")}
    assert found == {"el martes": "2022-10-11", "el 24 de febrero": "2022-02-24", "mañana": "2022-10-13"}


def test_names_are_not_dates() -> None:
    text = "Domingo Pérez y la secretaria Marta Mayo hablaron con Julio Abril por la mañana."
    assert find_times(text, "2022-10-12") == ()


def test_fold_keeps_offsets() -> None:
    text = "Él, el Ñandú y la İ: «mañana»"
    assert len(fold(text)) == len(text)
