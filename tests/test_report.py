"""The report and the static plots: complete, deterministic, in two languages, inert."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hostile import hostile
from synthetic import synthetic

from kg.network import Selection, analyze, gather
from kg.network.figures import heat_map, timeline
from kg.report import report, write_report


def test_it_tells_counts_camps_and_sentences(tmp_path: Path) -> None:
    readings = synthetic(18, 150)
    page = write_report(readings, tmp_path / "sub" / "report.html", title="Informe").read_text(encoding="utf-8")
    found = analyze(readings)
    assert f"{found.summary['counted']} se cuentan como hechos" in page
    assert ("Dos bandos" in page and "Dónde cambia" in page) or not found.changes
    assert page.count("<blockquote>") == 5
    assert page == report(reversed(readings), title="Informe")


def test_it_speaks_english_and_numbers_follow() -> None:
    page = report(synthetic(18, 1200), language="en")
    assert "Of 1,200 claims" in page
    assert "Northern Alliance" in page and "Alianza del Norte" not in re.sub(r"<blockquote>.*?</blockquote>", "", page)


def test_hostile_texts_stay_text() -> None:
    page = report(hostile())
    assert "<script" not in page
    assert "<img" not in page and "<svg onload" not in page
    assert len(page) < 200_000


def test_nothing_to_report() -> None:
    assert "no contienen ningún hecho" in report([])


def test_comparison_section() -> None:
    claims = gather(synthetic(18, 150))
    found = analyze(claims, contrast=(claims.from_sources("Agencia Uno"), claims.from_sources("Diario Dos"), "Uno", "Dos"))
    page = re.sub(r"\s+|</?bdi>", " ", report(found))
    assert "Uno frente a Dos" in re.sub(r" +", " ", page)
    assert "Actores cuya atención más cambia" in page


def test_it_says_what_was_chosen_and_what_each_sentence_proves() -> None:
    page = report(analyze(synthetic(18, 240), selection=Selection("2020", actor="test/0", weight="sources")))
    assert "Alrededor de <bdi>Otania</bdi>" in page
    assert "desde 2020" in page
    assert "fuentes independientes" in page
    assert page.count('class="proves"') == 5
    planned = report(analyze(synthetic(18, 240), selection=Selection(signals=True)), language="en")
    assert "as the class that it signals" in planned


def test_timeline_and_heat_map_add_up() -> None:
    found = analyze(synthetic(18, 150))
    line = timeline(found.claims)
    done = [c.score for c in found.claims.claims]
    assert sum(line.cooperation) == pytest.approx(sum(s for s in done if s > 0))
    assert sum(line.conflict) == pytest.approx(-sum(s for s in done if s < 0))
    heat = heat_map(found.claims, actors=100)
    assert sum(map(sum, heat.counts)) == sum(t.claims for t in found.claims.ties())


def test_plots_are_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'geopolitical-kg[plots]'")
    from kg.plots import write_plots

    found = analyze(synthetic(18, 150))
    first = {p.name: p.read_bytes() for p in write_plots(found, tmp_path / "a")}
    second = {p.name: p.read_bytes() for p in write_plots(found, tmp_path / "b")}
    assert first == second
    assert sorted(first) == ["camps.png", "camps.svg", "dyads.png", "dyads.svg", "timeline.png", "timeline.svg"]
    assert write_plots(analyze([]), tmp_path / "c") == []
    compared = analyze(synthetic(18, 150), selection=Selection(outlets=("Agencia Uno", "Diario Dos")))
    assert "comparison.svg" in {p.name for p in write_plots(compared, tmp_path / "d")}
